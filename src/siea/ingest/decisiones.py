"""What is decided on rejected rows, by a person or by the source itself when it publishes them right."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

import polars as pl
from sqlalchemy import bindparam, text
from sqlalchemy.ext.asyncio import AsyncConnection

from siea.domain.catalogo import Variable

_DECIDE = text(
    "UPDATE cuarentena SET estado = :estado, decidida_por = :quien, decidida_en = :ahora, nota = :nota"
    " WHERE id IN :ids AND estado = 'retenida'"
).bindparams(bindparam("ids", expanding=True))


@dataclass(frozen=True, slots=True)
class Decision:
    """Who decides, and why (the note is required: years later somebody will ask)."""

    quien: str
    nota: str


async def decide(
    conn: AsyncConnection, ids: Sequence[int], estado: str, decision: Decision, now: datetime
) -> int:
    given = {"estado": estado, "quien": decision.quien, "nota": decision.nota, "ahora": now, "ids": list(ids)}
    return (await conn.execute(_DECIDE, given)).rowcount


async def mark_mended(conn: AsyncConnection, frame: pl.DataFrame, of: Variable, now: datetime) -> int:
    """Rows held of *of* whose value has now come right from the source; called in the load's transaction."""
    held = (
        await conn.execute(
            text(
                "SELECT q.id, q.fila->>'entidad' AS entidad, q.fila->>'dimension' AS dimension,"
                " q.fila->>'fecha' AS fecha FROM cuarentena q JOIN cargas c ON c.id = q.carga_id"
                " WHERE q.estado = 'retenida' AND c.variable = :variable AND c.entidad_tipo = :tipo"
                " AND q.fila->>'fecha' BETWEEN :desde AND :hasta"
            ),
            {"variable": of.codigo, "tipo": of.entidad} | _span(frame),
        )
    ).all()
    if not held:
        return 0
    waiting = pl.DataFrame([tuple(row) for row in held], schema=_HELD, orient="row")
    come = frame.drop_nulls("valor").select(
        "entidad", "dimension", pl.col("fecha").dt.strftime("%Y-%m-%dT%H:%M:%SZ")
    )
    mended = waiting.join(come, on=["entidad", "dimension", "fecha"], how="semi")["id"].to_list()
    if not mended:
        return 0
    decision = Decision("siea", "la fuente volvió a publicar el valor y pasó las pruebas")
    return await decide(conn, mended, "corregida", decision, now)


_HELD = {"id": pl.Int64, "entidad": pl.String, "dimension": pl.String, "fecha": pl.String}


def _span(frame: pl.DataFrame) -> dict[str, str]:
    ends = frame.select(
        desde=pl.col("fecha").min().dt.strftime("%Y-%m-%dT%H:%M:%SZ"),
        hasta=pl.col("fecha").max().dt.strftime("%Y-%m-%dT%H:%M:%SZ"),
    )
    return ends.row(0, named=True)
