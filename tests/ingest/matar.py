"""Run the pipeline in this process and end it with SIGKILL at one of its steps.

`python -m tests.ingest.matar DATABASE LAKE XM STEP`
"""

import asyncio
import inspect
import itertools
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
# Step → where the pipeline finds it, and at the end of which of its calls the process dies. Dying after a
# step is dying before the next one.
STEPS = {
    "crudo_sin_nota": (Lake, "_write", 1),  # the bytes are there, their note is not
    "crudo": (obtain, "keep", 1),
    "interpretar": (pipeline, "complete", 1),
    "bronze": (pipeline, "put_parquet", 1),
    "transformar": (pipeline, "transform", 1),
    "silver": (pipeline, "put_parquet", 2),
    "carga_abierta": (record, "keep_state", 1),  # all is written and nothing is committed
    "cargar": (pipeline, "load", 1),
    "cargar_todo": (pipeline, "load", 4),
    "agregar": (pipeline, "refresh_aggregates", 1),
}


def arm(step: str) -> None:
    """Make *step* deadly."""
    owner, name, deadly_call = STEPS[step]
    real = getattr(owner, name)
    calls = itertools.count(1)

    def die_in_time() -> None:
        if next(calls) == deadly_call:
            os.kill(os.getpid(), signal.SIGKILL)

    async def wrapped_coroutine(*args, **more):
        result = await real(*args, **more)
        die_in_time()
        return result

    def wrapped(*args, **more):
        result = real(*args, **more)
        die_in_time()
        return result

    setattr(owner, name, wrapped_coroutine if inspect.iscoroutinefunction(real) else wrapped)


async def main(database: str, lake: str, xm: str) -> None:
    engine = make_engine(database)
    async with HttpClient(per_minute=100_000, clock=lambda: NOW) as http:
        chosen = [variable("DemaReal"), variable("PPPrecBolsNaci")]
        days = {"first": date(2024, 9, 20), "last": date(2024, 10, 24)}
        await pipeline.backfill(engine, Lake(lake), XmSource(http, xm), chosen, clock=lambda: NOW, **days)
    await engine.dispose()


if __name__ == "__main__":
    database_url, lake_url, xm_url, chosen_step = sys.argv[1:]
    arm(chosen_step)
    asyncio.run(main(database_url, lake_url, xm_url))
