"""The limit of requests: one count for all processes, by account or by address."""

import asyncio

import httpx
import pytest
from redis.asyncio import Redis
from tests.api.conftest import MakeRuntime, assert_problem, client_of

from siea.api.ratelimit import Limiter, LimiterAwayError
from siea.runtime import Runtime
from siea.security.roles import Rol

READ = "/api/v1/auth/yo"


@pytest.fixture
def limited(make_runtime: MakeRuntime, runtime: Runtime) -> Runtime:
    """Five requests a minute, and a trusted proxy."""
    return make_runtime(runtime.engine, requests_per_minute=5, trusted_proxies=["10.0.0.1"])


async def statuses(client: httpx.AsyncClient, count: int, **headers: str) -> list[int]:
    names = {name.replace("_", "-"): value for name, value in headers.items()}
    return [(await client.get(READ, headers=names)).status_code for _ in range(count)]


async def test_eight_workers_share_one_count(limited: Runtime) -> None:
    clients = [client_of(limited, Rol.VIEWER) for _ in range(8)]
    answers = await asyncio.gather(*(client.get(READ) for client in clients for _ in range(5)))
    found = [answer.status_code for answer in answers]
    assert (found.count(200), found.count(429)) == (5, 35)
    assert all(int(a.headers["retry-after"]) >= 1 for a in answers if a.status_code == 429)
    for client in clients:
        await client.aclose()


async def test_the_headers_tell_what_is_left(limited: Runtime) -> None:
    async with client_of(limited, Rol.VIEWER) as client:
        first = await client.get(READ)
        assert first.headers["ratelimit-policy"] == '"por-minuto";q=5;w=60'
        assert first.headers["ratelimit"].startswith('"por-minuto";r=4;t=')
        await statuses(client, 4)
        refused = await client.get(READ)
    body = assert_problem(refused, 429, "demasiadas-peticiones")
    assert refused.headers["ratelimit"].startswith('"por-minuto";r=0;t=')
    assert refused.headers["retry-after"] in body["detail"]


async def test_a_forged_forwarded_address_gets_around_nothing(limited: Runtime) -> None:
    async with client_of(limited, peer="203.0.113.9") as client:
        found = [
            (await client.get(READ, headers={"X-Forwarded-For": f"198.51.100.{n}"})).status_code
            for n in range(20)
        ]
    assert found == [401] * 5 + [429] * 15


async def test_behind_a_trusted_proxy_one_noisy_client_locks_out_nobody_else(limited: Runtime) -> None:
    async with client_of(limited, peer="10.0.0.1") as proxy:
        noisy = await statuses(proxy, 50, X_Forwarded_For="198.51.100.7")
        quiet = await statuses(proxy, 1, X_Forwarded_For="198.51.100.8")
        forged = await statuses(proxy, 1, X_Forwarded_For="198.51.100.9, 198.51.100.7")
    assert (noisy[:5], set(noisy[5:])) == ([401] * 5, {429})
    assert quiet == [401]
    assert forged == [429]


async def test_an_account_is_counted_wherever_it_calls_from(limited: Runtime) -> None:
    async with client_of(limited, Rol.VIEWER, peer="203.0.113.1") as here:
        assert await statuses(here, 5) == [200] * 5
    async with client_of(limited, Rol.VIEWER, peer="203.0.113.2") as there:
        assert await statuses(there, 1) == [429]
    async with client_of(limited, Rol.ADMIN, peer="203.0.113.1") as another:
        assert await statuses(another, 1) == [200]


async def test_the_state_of_the_service_is_not_limited(limited: Runtime) -> None:
    async with client_of(limited) as client:
        answers = [await client.get("/health/live") for _ in range(10)]
    assert {answer.status_code for answer in answers} == {200}


async def test_a_redis_that_hangs_delays_one_request_and_not_each() -> None:
    async def hang(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.read()
        writer.close()

    server = await asyncio.start_server(hang, "127.0.0.1", 0)
    redis = Redis.from_url(f"redis://127.0.0.1:{server.sockets[0].getsockname()[1]}")
    limiter = Limiter(redis)
    loop = asyncio.get_running_loop()
    began = loop.time()
    verdicts = [await limiter.hit("x", 3, must_share=False) for _ in range(5)]
    took = loop.time() - began
    assert [verdict.permitida for verdict in verdicts] == [True] * 3 + [False] * 2
    # One wait of half a second; five of them would be two and a half.
    assert took < 2
    with pytest.raises(LimiterAwayError):
        await limiter.hit("x", 3, must_share=True)
    await redis.aclose()
    server.close()
