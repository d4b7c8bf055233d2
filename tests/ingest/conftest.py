"""The pipeline over real HTTP to the stand-in, real PostgreSQL and a lake in a folder, on a fixed clock."""

from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncEngine
from tests.standins.xm import XmStandIn

from siea.domain.catalogo import variable
from siea.ingest import pipeline
from siea.ingest.http import HttpClient
from siea.ingest.report import LoadReport
from siea.ingest.sources.xm import XmSource
from siea.store.lake import Lake


class Clock:
    """An instant that only moves when told."""

    def __init__(self) -> None:
        self.now = datetime(2024, 11, 1, 15, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.now

    def pass_days(self, days: int) -> None:
        self.now += timedelta(days=days)


@pytest.fixture
def xm() -> Iterator[XmStandIn]:
    with XmStandIn() as stand_in:
        yield stand_in


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def lake_folder(tmp_path: Path) -> Path:
    return tmp_path / "lago"


@pytest.fixture
def lake(lake_folder: Path) -> Lake:
    return Lake(lake_folder.as_uri())


@pytest.fixture
async def source(xm: XmStandIn, clock: Clock) -> AsyncIterator[XmSource]:
    async with HttpClient(per_minute=100_000, backoff_s=0.01, timeout_s=2, clock=clock) as http:
        yield XmSource(http, xm.url)


Fill = Callable[..., Awaitable[list[LoadReport]]]


@pytest.fixture
def fill(engine: AsyncEngine, lake: Lake, source: XmSource, clock: Clock) -> Fill:
    """Load local days of variables: ``await fill(first, last, "DemaReal", ("DemaCome", "Mercado…"))``."""

    async def run(first: date, last: date, *wanted: str | tuple[str, str]) -> list[LoadReport]:
        chosen = [variable(*one) if isinstance(one, tuple) else variable(one) for one in wanted]
        return await pipeline.backfill(engine, lake, source, chosen, first=first, last=last, clock=clock)

    return run


@pytest.fixture
def rows(engine: AsyncEngine) -> Callable[..., Awaitable[list[tuple[Any, ...]]]]:
    """Rows of a query."""

    async def read(query: str, **parameters: Any) -> list[tuple[Any, ...]]:
        async with engine.connect() as conn:
            return [tuple(row) for row in await conn.execute(text(query), parameters)]

    return read
