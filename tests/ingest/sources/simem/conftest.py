"""SIMEM as a source over real HTTP to its stand-in."""

from collections.abc import AsyncIterator, Awaitable, Callable, Iterator, Sequence
from datetime import date

import pytest
from tests.standins.base import Asked
from tests.standins.simem import SimemStandIn

from siea.domain.catalogo import Variable, variable
from siea.ingest import pipeline
from siea.ingest.http import HttpClient
from siea.ingest.report import LoadReport
from siea.ingest.sources.registry import Bronze
from siea.ingest.sources.simem import FUENTE, Simem

DAY = date(2024, 5, 1)


@pytest.fixture
def simem() -> Iterator[SimemStandIn]:
    with SimemStandIn() as stand_in:
        yield stand_in


@pytest.fixture
async def source(simem, clock) -> AsyncIterator[Simem]:
    """A year after the data, so that every version of them is out."""
    clock.pass_days(400)
    async with HttpClient(
        per_minute=100_000, backoff_s=0.01, timeout_s=5, failures_open=99, clock=clock
    ) as http:
        yield FUENTE.abrir(http, simem.url)


@pytest.fixture
def load(engine, lake, source, clock) -> Callable[..., Awaitable[list[LoadReport]]]:
    """``await load(one, …, first=, last=)`` through the whole pipeline; by default one day."""

    async def run(*wanted: Variable, first: date = DAY, last: date = DAY) -> list[LoadReport]:
        ranges = [(one, first, last) for one in wanted]
        return await pipeline.load_ranges(engine, lake, source, ranges, clock=clock)

    return run


@pytest.fixture
def parsed(source) -> Callable[[Variable], Awaitable[Bronze]]:
    """Bronze rows of one day of a variable."""

    async def run(wanted: Variable) -> Bronze:
        (request,) = await source.requests(wanted, DAY, DAY)
        return source.parse(request, await source.fetch(request))

    return run


@pytest.fixture
def asked_of(simem) -> Callable[..., Sequence[Asked]]:
    """Questions about any of these sets, in order."""

    def find(*datasets: str) -> Sequence[Asked]:
        return [r for r in simem.requests if r.query.get("datasetId", "").lower() in datasets]

    return find


@pytest.fixture
def demand() -> Variable:
    return variable("SIMEM_DdaReal", "Agente")


@pytest.fixture
def price() -> Variable:
    return variable("SIMEM_PB_Nal")
