"""Real connections over loopback: clients that hang up, dawdle, or stay."""

import asyncio
import json
from typing import Any

import httpx
import pytest
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine
from tests.api.conftest import MakeRuntime, serving

from siea.api import intake
from siea.runtime import Runtime
from siea.store.repositories import SeriesRepository


async def answer(reader: asyncio.StreamReader) -> tuple[int, dict[str, str], bytes]:
    """The next whole answer on a connection."""
    head = (await reader.readuntil(b"\r\n\r\n")).decode().split("\r\n")
    headers = dict(line.lower().split(": ", 1) for line in head[1:] if line)
    body = await reader.readexactly(int(headers.get("content-length", 0)))
    return int(head[0].split()[1]), headers, body


async def hang_up(port: int, token: str, begun: asyncio.Event) -> None:
    """Ask for a series and leave 50 ms after the first query of all has begun."""
    _, writer = await asyncio.open_connection("127.0.0.1", port)
    writer.write(
        f"GET /api/v1/demanda HTTP/1.1\r\nHost: siea\r\nAuthorization: Bearer {token}\r\n\r\n".encode()
    )
    await writer.drain()
    await begun.wait()
    await asyncio.sleep(0.05)
    writer.close()


async def sessions_on_the_server(admin: AsyncEngine, pids: set[int]) -> list[Any]:
    """What the connections of *pids* are doing, as the server itself tells."""
    asked = text("SELECT state FROM pg_stat_activity WHERE pid = ANY(:pids) AND state <> 'idle'")
    async with admin.connect() as conn:
        return list((await conn.execute(asked, {"pids": list(pids)})).scalars())


async def test_clients_that_hang_up_leave_no_connection_behind(
    make_runtime: MakeRuntime,
    api_engine: AsyncEngine,
    admin_engine: AsyncEngine,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    engine = create_async_engine(api_engine.url, pool_size=2, max_overflow=0, pool_pre_ping=True)
    pids: set[int] = set()
    begun = asyncio.Event()

    async def slow(self: SeriesRepository, *_: object, **__: object) -> None:
        pids.add(await self._session.scalar(text("SELECT pg_backend_pid()")))
        begun.set()
        await self._session.execute(text("SELECT pg_sleep(1)"))
        raise AssertionError("nobody is left to answer")

    monkeypatch.setattr(SeriesRepository, "serie", slow)
    async with serving(make_runtime(engine)) as (port, token):
        await asyncio.gather(*(hang_up(port, token, begun) for _ in range(20)))
        async with asyncio.timeout(2), httpx.AsyncClient() as client:
            response = await client.get(
                f"http://127.0.0.1:{port}/api/v1/variables", headers={"Authorization": f"Bearer {token}"}
            )
        assert response.status_code == 200
    assert engine.sync_engine.pool.checkedout() == 0  # type: ignore[attr-defined]  # of QueuePool
    assert await sessions_on_the_server(admin_engine, pids) == []
    await engine.dispose()


async def test_a_write_that_began_is_finished_for_a_client_that_left(
    runtime: Runtime, monkeypatch: pytest.MonkeyPatch
) -> None:
    finished = asyncio.Event()

    async def slow_login(*_: object) -> None:
        await asyncio.sleep(0.3)
        finished.set()
        raise RuntimeError("nobody is left to tell")

    monkeypatch.setattr("siea.security.users.Users.login", slow_login)
    async with serving(runtime) as (port, _):
        _, writer = await asyncio.open_connection("127.0.0.1", port)
        form = b"username=ana&password=x"
        writer.write(
            b"POST /api/v1/auth/token HTTP/1.1\r\nHost: siea\r\n"
            b"Content-Type: application/x-www-form-urlencoded\r\n"
            b"Content-Length: %d\r\n\r\n%s" % (len(form), form)
        )
        await writer.drain()
        await asyncio.sleep(0.1)
        writer.close()
        async with asyncio.timeout(5):
            await finished.wait()


async def test_many_requests_go_over_one_connection(runtime: Runtime) -> None:
    async with serving(runtime) as (port, token):
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        ask = f"GET /api/v1/auth/yo HTTP/1.1\r\nHost: siea\r\nAuthorization: Bearer {token}\r\n\r\n"
        for _ in range(3):
            writer.write(ask.encode())
            status, headers, body = await answer(reader)
            assert (status, json.loads(body)["usuario"]) == (200, "ana")
            assert headers.get("connection") != "close"
        writer.close()


async def test_a_body_that_dawdles_is_told_and_the_connection_closed(
    runtime: Runtime, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(intake, "BODY_SECONDS", 0.1)
    async with serving(runtime) as (port, _):
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        writer.write(b"POST /api/v1/auth/clave HTTP/1.1\r\nHost: siea\r\nContent-Length: 100\r\n\r\n{")
        status, headers, body = await answer(reader)
        assert (status, json.loads(body)["type"]) == (408, "/problemas/tiempo-agotado")
        assert headers["connection"] == "close"
        assert await reader.read() == b""
        writer.close()


async def test_a_declared_oversize_body_is_refused_before_it_comes(runtime: Runtime) -> None:
    async with serving(runtime) as (port, _):
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        writer.write(b"POST /api/v1/auth/clave HTTP/1.1\r\nHost: siea\r\nContent-Length: 999999999\r\n\r\n")
        status, _, body = await answer(reader)
        assert (status, json.loads(body)["type"]) == (413, "/problemas/cuerpo-demasiado-grande")
        writer.close()


async def test_the_address_is_the_peers_whatever_the_header_says(
    make_runtime: MakeRuntime, runtime: Runtime
) -> None:
    limited = make_runtime(runtime.engine, requests_per_minute=3)
    async with (
        serving(limited) as (port, _),
        httpx.AsyncClient(base_url=f"http://127.0.0.1:{port}") as client,
    ):
        found = [
            (await client.get("/api/v1/auth/yo", headers={"X-Forwarded-For": f"198.51.100.{n}"})).status_code
            for n in range(6)
        ]
    assert found == [401] * 3 + [429] * 3
