"""Rejected rows: listed with their reasons, released by a person, discarded, or mended at the source.

A release is a batch of its own, so that a value accepted by hand is never taken for one that passed the
checks: its rows carry the flag ``liberado`` and its batch says who decided and why.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import polars as pl
from sqlalchemy import Row, bindparam, text
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from siea.domain.catalogo import Variable, variable
from siea.domain.tiempo import Clock, local_date
from siea.ingest.batch import CARGADA, Batch, Identity
from siea.ingest.decisiones import Decision, decide
from siea.ingest.load import load
from siea.ingest.quality import Score
from siea.ingest.transform.frames import KEY, REJECTED, SILVER
from siea.store.aggregates import refresh_aggregates

FUENTE = "cuarentena"
LIBERADO = "liberado"
_ROWS = (
    "SELECT q.id, q.fila, q.motivo, q.creado_en, q.estado, q.decidida_por, q.decidida_en, q.nota, q.carga_id,"
    " c.fuente, c.variable, c.entidad_tipo, c.origen FROM cuarentena q JOIN cargas c ON c.id = q.carga_id"
)


class QuarantineError(ValueError):
    """A decision that cannot be taken; the message is a Spanish sentence for people."""


@dataclass(frozen=True, slots=True)
class Liberacion:
    """What a release did. ``revisadas``: stored values that the released ones replaced."""

    carga_id: int | None
    liberadas: int
    guardadas: int
    revisadas: int


async def rows(
    engine: AsyncEngine,
    *,
    variable: str | None = None,
    carga_id: int | None = None,
    estado: str | None = "retenida",
    limite: int = 100,
) -> Sequence[Row[Any]]:
    """Rejected rows, the newest first, with the batch they came in and the raw file that has them."""
    where, given = [], {"limite": limite}
    for name, value in (("c.variable", variable), ("q.carga_id", carga_id), ("q.estado", estado)):
        if value is not None:
            key = name.partition(".")[2]
            where.append(f"{name} = :{key}")
            given[key] = value  # type: ignore[assignment]  # a bag of parameters
    told = f" WHERE {' AND '.join(where)}" if where else ""
    async with engine.connect() as conn:
        return (await conn.execute(text(f"{_ROWS}{told} ORDER BY q.id DESC LIMIT :limite"), given)).all()


async def summary(engine: AsyncEngine) -> Sequence[Row[Any]]:
    """How many rows are held, by variable and kind of reason (figures in a reason are left out)."""
    async with engine.connect() as conn:
        return (
            await conn.execute(
                text(
                    "SELECT c.variable, c.entidad_tipo,"
                    " regexp_replace(q.motivo, '[-+]?[0-9]+([.][0-9]+)?', '…', 'g') AS motivo,"
                    " count(*) AS filas, min(q.id) AS ejemplo, max(q.creado_en) AS ultima"
                    " FROM cuarentena q JOIN cargas c ON c.id = q.carga_id WHERE q.estado = 'retenida'"
                    " GROUP BY 1, 2, 3 ORDER BY filas DESC"
                )
            )
        ).all()


async def discard(engine: AsyncEngine, ids: Sequence[int], decision: Decision, now: datetime) -> int:
    """Set rows aside for good; they stay on record. How many were held until now."""
    _check(decision)
    async with engine.begin() as conn:
        return await decide(conn, ids, "descartada", decision, now)


async def release(engine: AsyncEngine, ids: Sequence[int], decision: Decision, *, clock: Clock) -> Liberacion:
    """Load rows that a person accepts, as a batch of their own for each variable.

    Raises QuarantineError when a row is unreadable, already decided, or two of them speak of one key.
    """
    _check(decision)
    chosen = await _held(engine, ids)
    kinds = {(row.variable, row.entidad_tipo) for row in chosen}
    if len(kinds) > 1:
        raise QuarantineError("Libere filas de una sola variable a la vez.")
    codigo, entidad = kinds.pop()
    frame = _frame(chosen)
    batch = _batch(variable(codigo, entidad), chosen, frame, decision, clock())

    async def note(conn: AsyncConnection) -> None:
        if await decide(conn, ids, "liberada", decision, clock()) != len(chosen):
            raise QuarantineError("Otra persona acaba de decidir sobre alguna de esas filas.")

    done = await load(engine, batch, clock(), also=note)
    await refresh_aggregates(engine)
    return Liberacion(done.carga_id, len(chosen), done.guardadas, done.revisadas)


def _check(decision: Decision) -> None:
    if not decision.nota.strip():
        raise QuarantineError("Escriba por qué: la decisión queda en el registro con su motivo.")


async def _held(engine: AsyncEngine, ids: Sequence[int]) -> Sequence[Row[Any]]:
    statement = text(f"{_ROWS} WHERE q.id IN :ids ORDER BY q.id").bindparams(bindparam("ids", expanding=True))
    async with engine.connect() as conn:
        found = (await conn.execute(statement, {"ids": list(ids)})).all()
    absent = sorted(set(ids) - {row.id for row in found})
    if absent or not found:
        raise QuarantineError(f"No hay filas en cuarentena con los números {absent or list(ids)}.")
    decided = [row for row in found if row.estado != "retenida"]
    if decided:
        raise QuarantineError(f"La fila {decided[0].id} ya está {decided[0].estado}.")
    return found


def _frame(chosen: Sequence[Row[Any]]) -> pl.DataFrame:
    """The rows as silver. A row that could not be read has no instant, and cannot be released."""
    unreadable = [row.id for row in chosen if not row.fila.get("fecha")]
    if unreadable:
        raise QuarantineError(
            f"La fila {unreadable[0]} no se pudo leer ({chosen[0].motivo}): se corrige en la fuente, no aquí."
        )
    frame = pl.DataFrame(
        [
            {
                **{name: row.fila.get(name) for name in SILVER},
                "marcas": [*(row.fila.get("marcas") or []), LIBERADO],
            }
            for row in chosen
        ],
        schema_overrides={"valor": pl.Float64},
        infer_schema_length=None,
    )
    instants = [
        pl.col(name).str.to_datetime("%Y-%m-%dT%H:%M:%SZ", time_unit="us", time_zone="UTC")
        for name in ("fecha", "publicado_en")
    ]
    frame = frame.with_columns(instants).select(pl.col(n).cast(t) for n, t in SILVER.items())
    if frame.select(*KEY, "version").is_duplicated().any():
        raise QuarantineError("Dos de las filas hablan del mismo valor: elija una.")
    return frame


def _batch(
    of: Variable, chosen: Sequence[Row[Any]], frame: pl.DataFrame, decision: Decision, now: datetime
) -> Batch:
    ids = [row.id for row in chosen]
    first, last = frame["fecha"].min(), frame["fecha"].max()
    assert isinstance(first, datetime)
    assert isinstance(last, datetime)
    identity = Identity(
        fuente=FUENTE,
        variable=of,
        first=local_date(first),
        last=local_date(last),
        peticion={"filas": ids, "quien": decision.quien, "nota": decision.nota},
        origen=chosen[0].origen,
        sha256=f"filas:{','.join(map(str, ids))}",
        received_at=now,
        etiqueta=None,
    )
    return Batch(identity, frame, pl.DataFrame(schema=REJECTED), len(frame), Score(None, {}, ()), CARGADA)
