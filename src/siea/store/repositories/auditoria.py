"""The audit trail: records are added and read, nothing else."""

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import insert, select
from sqlalchemy.ext.asyncio import AsyncSession

from siea.store.models import Auditoria


class AuditoriaRepository:
    """Records of who did what."""

    def __init__(self, session: AsyncSession) -> None:
        self._session = session

    async def registrar(
        self,
        *,
        actor: str,
        accion: str,
        recurso: str,
        resultado: str,
        ip: str | None = None,
        agente: str | None = None,
        filas: int | None = None,
        duracion_ms: float | None = None,
        detalle: Mapping[str, Any] | None = None,
    ) -> None:
        """Add a record; its instant is the database's."""
        await self._session.execute(
            insert(Auditoria).values(
                actor=actor,
                accion=accion,
                recurso=recurso,
                resultado=resultado,
                ip=ip,
                agente=agente,
                filas=filas,
                duracion_ms=duracion_ms,
                detalle=dict(detalle or {}),
            )
        )

    async def ultimos(self, limite: int = 100, actor: str | None = None) -> Sequence[Auditoria]:
        """The newest records, of one actor or of all."""
        statement = select(Auditoria).order_by(Auditoria.id.desc()).limit(limite)
        if actor is not None:
            statement = statement.where(Auditoria.actor == actor)
        return (await self._session.scalars(statement)).all()
