"""Quality by day, findings of the judge, and the state of the sources."""

from collections.abc import Sequence
from datetime import date

from sqlalchemy import case, func, select
from sqlalchemy.ext.asyncio import AsyncSession

from siea.store.models import CalidadDia, EstadoFuente, Hallazgo

_GRAVITY = case({"alta": 0, "media": 1, "baja": 2}, value=Hallazgo.severidad, else_=3)


class CalidadDiasRepository:
    """Scores of local days."""

    def __init__(self, session: AsyncSession) -> None:
        self._session = session

    async def dias(
        self,
        variable: str,
        entidad_tipo: str,
        *,
        desde: date | None = None,
        hasta: date | None = None,
        limite: int = 400,
    ) -> Sequence[CalidadDia]:
        """The last *limite* days of a variable in the range, by day."""
        statement = (
            select(CalidadDia)
            .where(CalidadDia.variable == variable, CalidadDia.entidad_tipo == entidad_tipo)
            .order_by(CalidadDia.dia.desc())
            .limit(limite)
        )
        if desde is not None:
            statement = statement.where(CalidadDia.dia >= desde)
        if hasta is not None:
            statement = statement.where(CalidadDia.dia <= hasta)
        return list(reversed((await self._session.scalars(statement)).all()))


class HallazgosRepository:
    """Findings of the quality judge."""

    def __init__(self, session: AsyncSession) -> None:
        self._session = session

    async def hallazgos(
        self,
        variable: str | None = None,
        regla: str | None = None,
        *,
        abiertos: bool = True,
        limite: int = 200,
    ) -> Sequence[Hallazgo]:
        """Findings, the gravest and newest first; those that are gone too when *abiertos* is false."""
        statement = select(Hallazgo).order_by(_GRAVITY, Hallazgo.id.desc()).limit(limite)
        if variable is not None:
            statement = statement.where(Hallazgo.variable == variable)
        if regla is not None:
            statement = statement.where(Hallazgo.regla == regla)
        if abiertos:
            statement = statement.where(Hallazgo.resuelto_en.is_(None))
        return (await self._session.scalars(statement)).all()

    async def abiertos(self) -> dict[str, int]:
        """How many findings are open, by severity."""
        statement = (
            select(Hallazgo.severidad, func.count().label("abiertos"))
            .where(Hallazgo.resuelto_en.is_(None))
            .group_by(Hallazgo.severidad)
        )
        return {row.severidad: row.abiertos for row in await self._session.execute(statement)}


class FuentesRepository:
    """How the last questions to the sources went."""

    def __init__(self, session: AsyncSession) -> None:
        self._session = session

    async def estado(self) -> dict[tuple[str, str], EstadoFuente]:
        """The state of every set that was ever asked for, by (source, set)."""
        return {(row.fuente, row.conjunto): row for row in await self._session.scalars(select(EstadoFuente))}
