"""Alerts that the ingestion raises: rows of the outbox, at most one open for a cause."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import orjson
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

_TELL = text(
    "INSERT INTO alertas (creado_en, tipo, severidad, titulo, detalle, causa, carga_id)"
    " VALUES (:ahora, :tipo, :severidad, :titulo, cast(:detalle AS jsonb), :causa, :carga_id)"
    " ON CONFLICT (causa) WHERE resuelta_en IS NULL DO NOTHING"
)
_SETTLE = text("UPDATE alertas SET resuelta_en = :ahora WHERE causa = :causa AND resuelta_en IS NULL")


@dataclass(frozen=True, slots=True)
class Aviso:
    """One alert: ``titulo`` is a Spanish sentence, ``causa`` names what is wrong and stays while it is."""

    tipo: str
    severidad: str
    titulo: str
    causa: str
    detalle: Mapping[str, Any]
    carga_id: int | None = None


async def tell(conn: AsyncConnection, aviso: Aviso, now: datetime) -> None:
    """Open an alert, unless one of that cause is open already."""
    await conn.execute(
        _TELL,
        {
            "ahora": now,
            "tipo": aviso.tipo,
            "severidad": aviso.severidad,
            "titulo": aviso.titulo,
            "detalle": orjson.dumps(aviso.detalle).decode(),
            "causa": aviso.causa,
            "carga_id": aviso.carga_id,
        },
    )


async def settle(conn: AsyncConnection, causa: str, now: datetime) -> None:
    """The cause is gone: resolve its open alert, if there is one."""
    await conn.execute(_SETTLE, {"causa": causa, "ahora": now})
