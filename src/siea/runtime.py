"""Builds the real things once from the settings: servers, engine, Redis, lake, clock. No container magic."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

from redis.asyncio import Redis
from sqlalchemy.ext.asyncio import AsyncEngine, AsyncSession, async_sessionmaker

from siea.domain.tiempo import Clock, utc_now
from siea.forecast.registry import ModelRegistry
from siea.settings import Settings
from siea.store.cache import Cache
from siea.store.cifrado import Cipher
from siea.store.database import make_engine
from siea.store.embedded import EmbeddedServers, Urls
from siea.store.lake import Lake
from siea.store.migrate import upgrade


@dataclass(frozen=True, slots=True)
class Runtime:
    """What the services need, opened and ready; passed in explicitly, never looked up."""

    settings: Settings
    urls: Urls
    engine: AsyncEngine
    sessions: async_sessionmaker[AsyncSession]
    redis: Redis
    cache: Cache
    lake: Lake
    models: ModelRegistry
    keys: Path
    clock: Clock


@asynccontextmanager
async def open_runtime(settings: Settings, clock: Clock = utc_now) -> AsyncIterator[Runtime]:
    """Open everything, migrate the database to this version, and close it all at the end.

    Servers with a URL in the settings are only connected to; the others are started under ``home``
    (or adopted when another process of this home already runs them).
    Raises EmbeddedError when an embedded server cannot start.
    """
    home = settings.home.resolve()
    async with AsyncExitStack() as stack:
        urls = await _urls(settings, home, stack)
        assert urls.database_url is not None
        assert urls.redis_url is not None
        engine = make_engine(urls.database_url, pool_size=settings.database_pool_size)
        stack.push_async_callback(engine.dispose)
        await upgrade(engine)
        # Cache and limits answer at once or are done without.
        redis = Redis.from_url(urls.redis_url, socket_timeout=1, socket_connect_timeout=1)
        stack.push_async_callback(redis.aclose)
        yield Runtime(
            settings=settings,
            urls=urls,
            engine=engine,
            sessions=async_sessionmaker(engine, expire_on_commit=False),
            redis=redis,
            cache=Cache(redis),
            lake=Lake(settings.lake_url or (home / "lake").as_uri(), Cipher(home / "keys")),
            models=ModelRegistry(settings.mlflow_url or None, home / "mlflow"),
            keys=home / "keys",
            clock=clock,
        )


async def _urls(settings: Settings, home: Path, stack: AsyncExitStack) -> Urls:
    """The addresses to use: those of the settings, and embedded servers for what they leave empty."""
    if settings.database_url and settings.redis_url:
        return Urls(settings.database_url, settings.redis_url)
    servers = EmbeddedServers(home)
    # Starting and stopping wait for other processes: not on the event loop.
    started = await asyncio.to_thread(
        servers.start, postgres=not settings.database_url, valkey=not settings.redis_url
    )
    stack.push_async_callback(asyncio.to_thread, servers.stop)
    return Urls(settings.database_url or started.database_url, settings.redis_url or started.redis_url)
