"""A batch into the database in ONE transaction: everything of it, or nothing."""

from collections.abc import Awaitable, Callable
from datetime import datetime

import polars as pl
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from siea.domain import versiones
from siea.domain.tiempo import local_date
from siea.ingest import copying, dias, record, upsert
from siea.ingest.batch import Batch, Loaded
from siea.ingest.decisiones import mark_mended
from siea.store.facts import FACTS, FactTable, ensure_partitions
from siea.store.locks import Lock


async def load(
    engine: AsyncEngine,
    batch: Batch,
    now: datetime,
    also: Callable[[AsyncConnection], Awaitable[object]] | None = None,
) -> Loaded:
    """Load *batch*; the same answer to the same request is loaded once. *also* is done in its transaction.

    The current value of each key follows docs/decisiones/0002; what it replaces goes to ``revisiones``.
    Counts are the database's own. Raises UnknownVersionError, before anything is written, on an unknown
    settlement code.
    """
    for code in batch.frame["version"].unique():
        versiones.rank(code)
    fact = FACTS[batch.identity.variable.tabla]
    await _make_room(engine, fact, batch.frame)
    async with engine.begin() as conn:
        # Loads follow one another: numbers without gaps, and no two writers of one key.
        await conn.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": Lock.LOAD})
        round_ = await record.round_of(conn, batch.identity.receipt)
        if round_ is None:
            return Loaded(None)
        if also is not None:
            await also(conn)
        carga_id = await record.open_batch(conn, batch.identity.receipt, round_)
        written = await upsert.write_facts(conn, fact, batch.identity.variable, batch.frame, carga_id)
        rejected = await copying.quarantine(conn, batch.rechazadas, carga_id, now)
        loaded = Loaded(
            carga_id,
            recibidas=batch.recibidas,
            guardadas=written.nuevas,
            iguales=batch.recibidas - written.nuevas - written.revisadas - rejected,
            revisadas=written.revisadas,
            rechazadas=rejected,
        )
        await record.close_batch(conn, batch.score, batch.estado, loaded, now)
        await record.tell_quality(conn, batch, carga_id, now)
        if len(batch.frame):
            await mark_mended(conn, batch.frame, batch.identity.variable, now)
            await dias.keep(conn, batch, carga_id)
            await record.keep_state(conn, fact, batch, loaded, now)
    return loaded


async def _make_room(engine: AsyncEngine, fact: FactTable, frame: pl.DataFrame) -> None:
    first, last = frame["fecha"].min(), frame["fecha"].max()
    if isinstance(first, datetime) and isinstance(last, datetime):
        async with engine.begin() as conn:
            await ensure_partitions(conn, fact, local_date(first), local_date(last))
