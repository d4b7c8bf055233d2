"""Loading the built-in history: the same steps as live data, and the table of plants."""

import io

import polars as pl
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncEngine

from siea.domain.tiempo import Clock, utc_now
from siea.ingest import copying, pipeline
from siea.ingest.report import LoadReport
from siea.ingest.sources.historico import Historico, manifest, read, series
from siea.store.lake import Lake

PLANT_COLUMNS = (
    "codigo", "nombre", "tecnologia", "combustible", "capacidad_mw", "departamento", "latitud", "longitud",
    "agente", "estado", "fuente",
)  # fmt: skip


async def load_history(
    engine: AsyncEngine,
    lake: Lake,
    *,
    clock: Clock = utc_now,
    progress: pipeline.Progress | None = None,
) -> list[LoadReport]:
    """Load what is not loaded yet of the built-in history; at once when all of it is."""
    source = Historico(clock)
    ranges = [(s.variable, s.desde, s.hasta) for s in series()]
    reports = await pipeline.load_ranges(engine, lake, source, ranges, clock=clock, progress=progress)
    await _load_plants(engine)
    return reports


async def _load_plants(engine: AsyncEngine) -> None:
    """Bring ``recursos`` up to the file of plants; rows that say the same are left alone."""
    rows = pl.read_parquet(io.BytesIO(read(manifest()["recursos"]["archivo"]))).select(PLANT_COLUMNS)
    names = ", ".join(PLANT_COLUMNS)
    incoming = ", ".join(f"excluded.{name}" for name in PLANT_COLUMNS)
    present = ", ".join(f"r.{name}" for name in PLANT_COLUMNS)
    async with engine.begin() as conn:
        await conn.execute(text("CREATE TEMP TABLE plantas (LIKE recursos) ON COMMIT DROP"))
        await copying.copy_frame(conn, "plantas", rows)
        await conn.execute(
            text(
                f"INSERT INTO recursos AS r ({names}) SELECT {names} FROM plantas"  # noqa: S608 - our own names
                f" ON CONFLICT (codigo) DO UPDATE SET ({names}) = ROW ({incoming})"
                f" WHERE ({present}) IS DISTINCT FROM ({incoming})"
            )
        )
