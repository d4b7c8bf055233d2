"""1,000,000 hourly rows loaded beside a bare COPY of the same CSV: `python -m benchmarks.carga [--filas N]`.

Both fill the same empty table, in turns. ``fraccion`` is the speed of the load over that of the bare COPY;
the load also writes the batch, its quality and the state of the variable, and makes the CSV from the frame.
"""

import argparse
import asyncio
import json
import statistics
import tempfile
import time
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import polars as pl
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncEngine

from siea.domain.catalogo import Variable, variable
from siea.domain.tiempo import day_start
from siea.ingest import copying
from siea.ingest.batch import CARGADA, Batch, Identity
from siea.ingest.load import load
from siea.ingest.quality import Dimension, Score
from siea.ingest.transform.frames import REJECTED, SILVER
from siea.store.database import make_engine
from siea.store.embedded import EmbeddedServers
from siea.store.facts import FACTS, ensure_partitions
from siea.store.migrate import upgrade

SERIES = 50
FIRST = date(2023, 1, 1)
NOW = datetime(2026, 1, 1, tzinfo=UTC)


def frame(rows: int, v: Variable) -> pl.DataFrame:
    """*rows* hourly values of 50 markets."""
    hours = rows // SERIES
    start = day_start(FIRST)
    times = pl.datetime_range(start, start + timedelta(hours=hours - 1), "1h", eager=True, time_zone="UTC")
    markets = pl.DataFrame({"entidad": [f"MERCADO {n:02d}" for n in range(SERIES)]})
    made = markets.join(pl.DataFrame({"fecha": times}), how="cross").with_row_index("n")
    return made.select(
        pl.lit(v.codigo).alias("variable"),
        pl.lit(v.entidad).alias("entidad_tipo"),
        "entidad",
        pl.lit("REGULADO").alias("dimension"),
        pl.col("fecha").cast(SILVER["fecha"]),
        (0.3 + (pl.col("n") % 9973) / 31_337).alias("valor"),
        pl.lit("").alias("version"),
        pl.lit(NOW).cast(SILVER["publicado_en"]).alias("publicado_en"),
        pl.lit(False).alias("provisional"),
        pl.lit([], pl.List(pl.String)).alias("marcas"),
    )


async def measure(engine: AsyncEngine, rows: int, rounds: int) -> dict[str, object]:
    """Seconds of each, and the median fraction of the bare COPY's speed that the load reaches."""
    v = variable("DemaCome", "MercadoComercializacion")
    fact = FACTS[v.tabla]
    values = frame(rows, v)
    days = values["fecha"].min(), values["fecha"].max()
    last = FIRST + (days[1] - days[0])
    csv = copying.facts_csv(values, fact, v, 1)
    score = Score(100.0, {"completitud": Dimension(100.0)}, ())
    pairs = []
    for turn in range(rounds + 1):  # the first warms up
        identity = Identity("medida", v, FIRST, last, {"turno": turn}, "", f"{turn}", NOW, None)
        batch = Batch(identity, values, pl.DataFrame(schema=REJECTED), len(values), score, CARGADA)
        await _empty(engine, fact.name)
        bare = await _bare(engine, csv)
        await _empty(engine, fact.name)
        begun = time.perf_counter()
        done = await load(engine, batch, NOW)
        pairs.append((time.perf_counter() - begun, bare))
        assert done.guardadas == len(values)
    ours, peer = zip(*pairs[1:], strict=True)
    return {
        "filas": len(values),
        "carga_s": round(statistics.median(ours), 3),
        "copy_s": round(statistics.median(peer), 3),
        "fraccion": round(statistics.median(b / a for a, b in pairs[1:]), 3),
        "filas_por_segundo": round(len(values) / statistics.median(ours)),
    }


async def _empty(engine: AsyncEngine, table: str) -> None:
    async with engine.begin() as conn:
        await conn.execute(text(f"TRUNCATE {table}"))


async def _bare(engine: AsyncEngine, csv: bytes) -> float:
    fact = FACTS["observaciones"]
    async with engine.begin() as conn:
        await ensure_partitions(conn, fact, FIRST, FIRST + timedelta(days=3650))
    begun = time.perf_counter()
    async with engine.begin() as conn:
        await conn.execute(text("SELECT 1"))
        await copying.copy_csv(conn, fact.name, copying.fact_columns(fact), csv)
    return time.perf_counter() - begun


async def _run(home: Path, rows: int, rounds: int) -> dict[str, object]:
    with EmbeddedServers(home) as servers:
        url = servers.start().database_url
        assert url is not None
        engine = make_engine(url)
        try:
            await upgrade(engine)
            return await measure(engine, rows, rounds)
        finally:
            await engine.dispose()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--filas", type=int, default=1_000_000)
    parser.add_argument("--rondas", type=int, default=3)
    chosen = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="siea-medir-") as home:
        print(json.dumps(asyncio.run(_run(Path(home), chosen.filas, chosen.rondas))))


if __name__ == "__main__":
    main()
