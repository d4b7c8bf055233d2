"""Batches, their quality, and the state of each variable."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from siea.domain.catalogo import SISTEMA
from siea.store.models import Calidad, Carga, EstadoVariable


class VariablesRepository:
    """What is loaded of each variable."""

    def __init__(self, session: AsyncSession) -> None:
        self._session = session

    async def estado(self) -> Sequence[EstadoVariable]:
        """The state of every variable that has data."""
        statement = select(EstadoVariable).order_by(EstadoVariable.variable, EstadoVariable.entidad_tipo)
        return (await self._session.scalars(statement)).all()

    async def estado_de(self, variable: str, entidad_tipo: str = SISTEMA) -> EstadoVariable | None:
        """The state of one variable; None when nothing of it was ever loaded."""
        return await self._session.get(EstadoVariable, (variable, entidad_tipo))


class CargasRepository:
    """Batch records."""

    def __init__(self, session: AsyncSession) -> None:
        self._session = session

    async def ultimo_recibo(self, fuente: str) -> datetime | None:
        """When the newest loaded answer of a source was received."""
        return await self._session.scalar(select(func.max(Carga.recibido_en)).where(Carga.fuente == fuente))


@dataclass(frozen=True, slots=True)
class CalidadCarga:
    """A batch with the scores of its quality by dimension, 0…100 (None: not applicable)."""

    carga: Carga
    dimensiones: dict[str, float | None]


class CalidadRepository:
    """Quality of the batches."""

    def __init__(self, session: AsyncSession) -> None:
        self._session = session

    async def ultimas(self) -> Sequence[tuple[str, str, datetime, float | None]]:
        """(variable, kind of entity, when its last batch was received, its score 0…100) of what is loaded."""
        statement = select(
            EstadoVariable.variable, EstadoVariable.entidad_tipo, Carga.recibido_en, Carga.calidad
        ).join(Carga, Carga.id == EstadoVariable.ultima_carga_id)
        return [
            (row.variable, row.entidad_tipo, row.recibido_en, row.calidad)
            for row in await self._session.execute(statement)
        ]

    async def por_carga(
        self,
        variable: str | None = None,
        desde: date | None = None,
        hasta: date | None = None,
        limite: int = 100,
    ) -> list[CalidadCarga]:
        """The newest batches that have scores, with data of the local days *desde* to *hasta*."""
        statement = select(Carga).where(Carga.calidad.is_not(None)).order_by(Carga.id.desc()).limit(limite)
        if variable is not None:
            statement = statement.where(Carga.variable == variable)
        if desde is not None:
            statement = statement.where(Carga.hasta >= desde)
        if hasta is not None:
            statement = statement.where(Carga.desde <= hasta)
        batches = (await self._session.scalars(statement)).all()
        scores: dict[int, dict[str, float | None]] = {batch.id: {} for batch in batches}
        for score in await self._session.scalars(select(Calidad).where(Calidad.carga_id.in_(scores))):
            scores[score.carga_id][score.dimension] = score.puntaje
        return [CalidadCarga(batch, scores[batch.id]) for batch in batches]
