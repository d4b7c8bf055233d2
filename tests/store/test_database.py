"""The engine: cancelled requests give back what they took; instants without a zone are refused."""

import asyncio
import time
from datetime import date, datetime
from typing import Any

import pytest
from sqlalchemy import QueuePool, text
from sqlalchemy.exc import StatementError
from sqlalchemy.ext.asyncio import AsyncEngine, AsyncSession
from tests.store.conftest import Put

from siea.store.database import make_engine


async def test_a_cancelled_query_gives_its_connection_back(
    database_url: str, admin_engine: AsyncEngine
) -> None:
    """Twenty clients hang up in the middle of a query on a small pool; the next one is served at once."""
    engine = make_engine(database_url, pool_size=2)

    async def request(seconds: float) -> int:
        async with AsyncSession(engine) as session:
            return int(await session.scalar(text("SELECT 1 FROM pg_sleep(:s)"), {"s": seconds}))

    for _ in range(4):
        tasks = [asyncio.create_task(request(1)) for _ in range(5)]
        await asyncio.sleep(0.05)
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
    started = time.perf_counter()
    assert await request(0) == 1
    assert time.perf_counter() - started < 2
    pool = engine.pool
    assert isinstance(pool, QueuePool)
    assert pool.checkedout() == 0
    await engine.dispose()
    name = database_url.rsplit("/", maxsplit=1)[-1].split("?", maxsplit=1)[0]
    async with admin_engine.connect() as conn:
        statement = text("SELECT count(*) FROM pg_stat_activity WHERE datname = :name")
        for _ in range(100):
            if (left := await conn.scalar(statement, {"name": name})) == 0:
                break
            await asyncio.sleep(0.05)
        assert left == 0


async def test_a_restart_of_the_server_costs_no_request(
    engine: AsyncEngine, admin_engine: AsyncEngine
) -> None:
    async with engine.connect() as conn:
        process = await conn.scalar(text("SELECT pg_backend_pid()"))
    async with admin_engine.connect() as conn:
        await conn.execute(text("SELECT pg_terminate_backend(:process)"), {"process": process})
    async with engine.connect() as conn:
        assert await conn.scalar(text("SELECT 1")) == 1


async def test_an_instant_without_a_zone_is_never_guessed(engine: AsyncEngine, put: Put) -> None:
    """B2-TB-04."""
    local = datetime.fromisoformat("2024-03-21T21:17:00-05:00")
    row: dict[str, Any] = {"variable": "DemaReal", "demanda_gwh": 1.0, "publicado_en": local}
    with pytest.raises(StatementError, match="naive instant"):
        await put("demanda_nacional", row | {"fecha": local.replace(tzinfo=None)})
    await put("demanda_nacional", row | {"fecha": local})
    async with engine.connect() as conn:
        (stored,) = await conn.scalars(text("SELECT fecha FROM demanda_nacional"))
    assert stored.isoformat() == "2024-03-22T02:17:00+00:00"


async def test_json_goes_and_comes_with_accents_and_dates(engine: AsyncEngine, put: Put) -> None:
    await put(
        "alertas",
        {"tipo": "a", "severidad": "b", "titulo": "c", "causa": "d", "detalle": {"día": date(2024, 1, 1)}},
    )
    async with engine.connect() as conn:
        assert await conn.scalar(text("SELECT detalle FROM alertas")) == {"día": "2024-01-01"}
