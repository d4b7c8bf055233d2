"""A source by its name, over HTTP to its stand-in."""

from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack
from typing import Any

import pytest
from tests.standins.base import StandIn

from siea.ingest import pipeline
from siea.ingest.http import HttpClient
from siea.ingest.sources.registry import fuente


@pytest.fixture
async def opened(clock) -> AsyncIterator[Callable[[str, StandIn], Any]]:
    """``opened(name, stand_in)``: the source object; everything is closed afterwards."""
    with_all = AsyncExitStack()
    async with with_all as stack:
        http = await stack.enter_async_context(
            HttpClient(per_minute=100_000, backoff_s=0.01, timeout_s=5, failures_open=99, clock=clock)
        )

        def start(name: str, stand_in: StandIn) -> Any:
            stack.enter_context(stand_in)
            return fuente(name).abrir(http, stand_in.url)

        yield start


@pytest.fixture
def load(engine, lake, clock):
    """``load(source, first, last, *variables)``: through the pipeline."""

    async def run(source, first, last, *wanted):
        return await pipeline.backfill(engine, lake, source, wanted, first=first, last=last, clock=clock)

    return run
