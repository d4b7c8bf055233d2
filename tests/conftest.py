"""What every test may ask for: real servers, a fresh migrated database, an empty Redis, the shared data."""

import itertools
import tempfile
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest
from redis.asyncio import Redis
from sqlalchemy import make_url, text
from sqlalchemy.ext.asyncio import AsyncEngine, AsyncSession, async_sessionmaker, create_async_engine

from siea.store.database import make_engine
from siea.store.embedded import EmbeddedServers, Urls
from siea.store.migrate import upgrade

TEMPLATE = "plantilla"
_numbers = itertools.count(1)


@pytest.fixture(scope="session")
def shared() -> Path:
    """The folder of data and cases beside the repository; skips where there is none."""
    folder = Path(__file__).resolve().parents[2] / "shared"
    if not folder.is_dir():
        pytest.skip("no ../shared folder with the reference data")
    return folder


@pytest.fixture(scope="session")
def servers() -> Iterator[Urls]:
    """PostgreSQL and Valkey of this test session."""
    with tempfile.TemporaryDirectory(prefix="siea-pruebas-") as home, EmbeddedServers(Path(home)) as started:
        yield started.start()


def _database(urls: Urls, name: str) -> str:
    assert urls.database_url is not None
    return make_url(urls.database_url).set(database=name).render_as_string(hide_password=False)


@pytest.fixture(scope="session")
async def admin_engine(servers: Urls) -> AsyncIterator[AsyncEngine]:
    """Autocommit engine on the server's own database, where others are created and dropped."""
    assert servers.database_url is not None
    engine = create_async_engine(servers.database_url, isolation_level="AUTOCOMMIT")
    async with engine.connect() as conn:
        # Nothing of a test outlives it.
        await conn.execute(text("ALTER SYSTEM SET fsync = off"))
        await conn.execute(text("SELECT pg_reload_conf()"))
    yield engine
    await engine.dispose()


@pytest.fixture(scope="session")
async def template(servers: Urls, admin_engine: AsyncEngine) -> str:
    """Name of a migrated, empty database to copy."""
    async with admin_engine.connect() as conn:
        await conn.execute(text(f"CREATE DATABASE {TEMPLATE}"))
    engine = make_engine(_database(servers, TEMPLATE))
    await upgrade(engine)
    await engine.dispose()
    return TEMPLATE


async def fresh_database(admin: AsyncEngine, servers: Urls, source: str) -> AsyncIterator[str]:
    """URL of a copy of the database *source*, dropped afterwards."""
    name = f"prueba_{next(_numbers)}"
    async with admin.connect() as conn:
        await conn.execute(text(f"CREATE DATABASE {name} TEMPLATE {source}"))
    yield _database(servers, name)
    async with admin.connect() as conn:
        await conn.execute(text(f"DROP DATABASE {name} WITH (FORCE)"))


@pytest.fixture
async def empty_database_url(servers: Urls, admin_engine: AsyncEngine) -> AsyncIterator[str]:
    """URL of a new database without any table."""
    async for url in fresh_database(admin_engine, servers, "template1"):
        yield url


@pytest.fixture
async def database_url(servers: Urls, admin_engine: AsyncEngine, template: str) -> AsyncIterator[str]:
    """URL of a new migrated database of this test alone."""
    async for url in fresh_database(admin_engine, servers, template):
        yield url


@pytest.fixture(scope="module")
async def module_engine(
    servers: Urls, admin_engine: AsyncEngine, template: str
) -> AsyncIterator[AsyncEngine]:
    """Engine on a migrated database that the tests of one module share."""
    async for url in fresh_database(admin_engine, servers, template):
        engine = make_engine(url, pool_size=4)
        yield engine
        await engine.dispose()


@pytest.fixture
async def engine(database_url: str) -> AsyncIterator[AsyncEngine]:
    """Engine on the database of this test."""
    engine = make_engine(database_url, pool_size=4)
    yield engine
    await engine.dispose()


@pytest.fixture
async def session(engine: AsyncEngine) -> AsyncIterator[AsyncSession]:
    """Session on the database of this test."""
    async with async_sessionmaker(engine, expire_on_commit=False)() as session:
        yield session


@pytest.fixture
def redis_url(servers: Urls) -> str:
    """URL of the session's Redis; ask for ``redis`` to have it empty."""
    assert servers.redis_url is not None
    return servers.redis_url


@pytest.fixture
async def redis(redis_url: str) -> AsyncIterator[Redis]:
    """Client of a Redis that is empty when the test begins."""
    client: Redis = Redis.from_url(redis_url)
    await client.flushdb()
    yield client
    await client.aclose()
