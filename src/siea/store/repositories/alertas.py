"""Alerts: written in the transaction that finds the cause, sent later by who reads them (an outbox)."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import select, text, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncSession

from siea.store.models import Alerta


class AlertasRepository:
    """Alerts by cause. Also on a bare connection, for the transaction of a load."""

    def __init__(self, session: AsyncSession | AsyncConnection) -> None:
        self._session = session

    async def abrir(
        self,
        *,
        tipo: str,
        severidad: str,
        titulo: str,
        causa: str,
        detalle: Mapping[str, Any],
        carga_id: int | None = None,
    ) -> int | None:
        """Open an alert and return its id; None when the cause has one open already."""
        statement = (
            insert(Alerta)
            .values(
                tipo=tipo,
                severidad=severidad,
                titulo=titulo,
                causa=causa,
                detalle=dict(detalle),
                carga_id=carga_id,
            )
            .on_conflict_do_nothing(index_elements=["causa"], index_where=text("resuelta_en IS NULL"))
            .returning(Alerta.id)
        )
        found: int | None = (await self._session.execute(statement)).scalar()
        return found

    async def resolver(self, causa: str, instante: datetime) -> bool:
        """Close the open alert of a cause; whether there was one."""
        statement = (
            update(Alerta)
            .where(Alerta.causa == causa, Alerta.resuelta_en.is_(None))
            .values(resuelta_en=instante)
            .returning(Alerta.id)
        )
        return (await self._session.execute(statement)).scalar() is not None

    async def abiertas(self) -> Sequence[Alerta]:
        """Open alerts, the newest first. Needs a session."""
        statement = select(Alerta).where(Alerta.resuelta_en.is_(None)).order_by(Alerta.id.desc())
        return (await self._session.execute(statement)).scalars().all()
