"""Run the pipeline in this process and end it with SIGKILL after one of its steps.

`python -m tests.ingest.matar DATABASE LAKE XM STEP`; STEP «ninguno» runs to the end.
"""

import asyncio
import inspect
import os
import signal
import sys
from datetime import UTC, date, datetime

from siea.domain.catalogo import variable
from siea.ingest import obtain, pipeline, record
from siea.ingest.http import HttpClient
from siea.ingest.sources.xm import XmSource
from siea.store.database import make_engine
from siea.store.lake import Lake

NOW = datetime(2024, 11, 1, 15, tzinfo=UTC)
# Step → where the pipeline finds it. «carga_abierta» dies inside the load's transaction.
STEPS = {
    "crudo": (obtain, "keep"),
    "interpretar": (pipeline, "complete"),
    "bronze_silver": (pipeline, "_put_parquet"),
    "transformar": (pipeline, "transform"),
    "cargar": (pipeline, "load"),
    "agregar": (pipeline, "refresh_aggregates"),
}
INSIDE = "carga_abierta"


def die() -> None:
    os.kill(os.getpid(), signal.SIGKILL)


def arm(step: str) -> None:
    """Make *step* deadly."""
    if step == INSIDE:
        module, name = record, "close_batch"
    else:
        module, name = STEPS[step]
    setattr(module, name, deadly(getattr(module, name)))


def deadly(real):
    assert inspect.iscoroutinefunction(real)

    async def wrapped(*args, **more):
        await real(*args, **more)
        die()

    return wrapped


async def main(database: str, lake: str, xm: str) -> None:
    engine = make_engine(database)
    async with HttpClient(per_minute=100_000, clock=lambda: NOW) as http:
        chosen = [variable("DemaReal"), variable("PPPrecBolsNaci")]
        days = {"first": date(2024, 9, 20), "last": date(2024, 10, 24)}
        await pipeline.backfill(engine, Lake(lake), XmSource(http, xm), chosen, clock=lambda: NOW, **days)
    await engine.dispose()


if __name__ == "__main__":
    database_url, lake_url, xm_url, chosen_step = sys.argv[1:]
    if chosen_step != "ninguno":
        arm(chosen_step)
    asyncio.run(main(database_url, lake_url, xm_url))
