"""The calendar of settlement versions, kept: which version of which days was published when."""

from typing import Protocol

import polars as pl
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncEngine

from siea.ingest.sources.simem_calendario import CALENDARIO

_UPSERT = text(
    "INSERT INTO versiones_liquidacion AS v (version, desde, hasta, publicado_en, maxima)"
    " VALUES (:version, :desde, :hasta, :publicado_en, :maxima)"
    " ON CONFLICT (version, desde, hasta) DO UPDATE"
    " SET publicado_en = excluded.publicado_en, maxima = excluded.maxima"
    " WHERE (v.publicado_en, v.maxima) IS DISTINCT FROM (excluded.publicado_en, excluded.maxima)"
)
_READ = text(
    "SELECT version, desde, hasta, publicado_en, maxima FROM versiones_liquidacion"
    " ORDER BY desde, publicado_en"
)


class CalendarSource(Protocol):
    """A source that tells when each settlement version was published."""

    async def calendario(self) -> pl.DataFrame:
        """Rows in the shape ``CALENDARIO``. Raises SourceError."""
        ...


async def sync_calendar(engine: AsyncEngine, source: CalendarSource) -> int:
    """Bring the kept calendar up to what *source* says; how many entries are new or changed.

    Nothing absent is erased: a version stays published. Raises SourceError.
    """
    frame = await source.calendario()
    changed = 0
    async with engine.begin() as conn:
        for entry in frame.iter_rows(named=True):
            changed += (await conn.execute(_UPSERT, entry)).rowcount
    return changed


async def read_calendar(engine: AsyncEngine) -> pl.DataFrame:
    """The kept calendar, in the shape ``CALENDARIO``, by first day and publication."""
    async with engine.connect() as conn:
        rows = [tuple(row) for row in await conn.execute(_READ)]
    return pl.DataFrame(rows, schema=CALENDARIO, orient="row")
