"""The client that every source shares: polite, patient, and clear about what went wrong."""

import asyncio
import time

import pytest
from tests.standins.xm import XmStandIn

from siea.domain.catalogo import variable
from siea.ingest.errors import (
    BadBodyError,
    BlockedError,
    CircuitOpenError,
    RateLimitedError,
    ServerFaultError,
    UnreachableError,
)
from siea.ingest.http import HttpClient

BODY = {"MetricId": "ListadoMetricas"}


@pytest.fixture
def xm():
    with XmStandIn() as stand_in:
        yield stand_in


def client(**more) -> HttpClient:
    return HttpClient(**({"per_minute": 100_000, "backoff_s": 0.01, "timeout_s": 2} | more))


async def ask(http: HttpClient, xm: XmStandIn):
    return await http.request("POST", f"{xm.url}/lists", json=BODY)


@pytest.mark.parametrize("failure", ["server", "html", "truncated", "cut_connection", "too_many"])
async def test_what_may_pass_is_tried_three_times(xm, failure):
    xm.fail(failure, times=2)
    async with client() as http:
        assert (await ask(http, xm)).status == 200
    assert len(xm.requests) == 3


@pytest.mark.parametrize(
    ("failure", "error", "tries"),
    [
        ("server", ServerFaultError, 3),
        ("html", BadBodyError, 3),
        ("cut_connection", UnreachableError, 3),
        ("too_many", RateLimitedError, 3),
        ("forbidden", BlockedError, 1),
    ],
)
async def test_what_does_not_pass_is_told_by_its_type_in_spanish(xm, failure, error, tries):
    """UP-03: unreachable, forbidden and malformed stay apart."""
    xm.fail(failure, times=0)
    async with client() as http:
        with pytest.raises(error, match=r"127\.0\.0\.1"):
            await ask(http, xm)
    assert len(xm.requests) == tries


async def test_a_refusal_of_the_operator_is_an_answer_and_is_not_repeated(xm):
    xm.fail("range", times=0)
    async with client() as http:
        answer = await ask(http, xm)
    assert answer.status == 400
    assert isinstance(answer.document, str)
    assert len(xm.requests) == 1


async def test_a_host_that_does_not_answer_in_time_is_unreachable(xm):
    xm.fail("hang", times=0)
    async with client(timeout_s=0.2, tries=1) as http:
        began = time.monotonic()
        with pytest.raises(UnreachableError, match=r"0\.2 segundos"):
            await ask(http, xm)
        assert time.monotonic() - began < 2


async def test_it_waits_what_the_host_asks_for(xm):
    xm.fail("too_many", retry_after=1)
    async with client() as http:
        began = time.monotonic()
        await ask(http, xm)
        assert time.monotonic() - began >= 1


async def test_after_five_failures_the_host_is_left_alone_then_probed_and_taken_up_again(xm):
    xm.fail("server", times=0)
    async with client(tries=1, open_s=0.3) as http:
        for _ in range(5):
            with pytest.raises(ServerFaultError):
                await ask(http, xm)
        with pytest.raises(CircuitOpenError):
            await ask(http, xm)
        assert len(xm.requests) == 5
        xm.heal()
        await asyncio.sleep(0.35)
        assert (await ask(http, xm)).status == 200


async def test_refusals_never_open_the_circuit(xm):
    xm.fail("range", times=0)
    async with client() as http:
        for _ in range(8):
            assert (await ask(http, xm)).status == 400


@pytest.mark.parametrize("shared_count", [False, True])
async def test_no_window_ever_holds_more_requests_than_allowed(xm, redis, redis_url, shared_count):
    """Over two clients when they share a Redis, as two processes do."""
    limits = {"per_minute": 10, "window_s": 2, "redis_url": redis_url if shared_count else None}
    async with client(**limits) as one, client(**limits) as two:
        asking = [ask(one, xm) for _ in range(15)] + (
            [ask(two, xm) for _ in range(10)] if shared_count else []
        )
        await asyncio.gather(*asking)
    times = sorted(at for at, _, _ in xm.requests)
    assert len(times) == len(asking)
    # Counted where they arrive, and some travel slower: judged short, as WINDOW_S does for a minute.
    most = max(sum(1 for t in times if start <= t < start + 1.5) for start in times)
    assert most <= 10


async def test_a_key_in_the_address_reaches_neither_log_nor_error(xm, caplog):
    """SL-01."""
    xm.fail("forbidden", times=0)
    async with client() as http:
        with pytest.raises(BlockedError) as refused:
            await http.request("POST", f"{xm.url}/lists?securityToken=SECRETO123&tipo=A09", json=BODY)
    assert "SECRETO123" not in str(refused.value)


def test_the_variables_asked_of_the_operator_are_in_its_built_in_catalogue():
    from siea.domain.catalogo import variables
    from siea.ingest.sources.xm import metricas_incluidas

    built_in = metricas_incluidas()
    for one in variables():
        if one.fuente == "xm":
            assert built_in[one.codigo, one.entidad].unidad == one.unidad_fuente
    assert variable("DemaSIN").fuente == "xm"
