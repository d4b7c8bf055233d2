"""The connection to PostgreSQL: one engine for a process, sessions in UTC whatever the host says."""

from typing import Any

import orjson
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine


def _dumps(value: Any) -> str:
    return orjson.dumps(value).decode()


def make_engine(url: str, pool_size: int = 8) -> AsyncEngine:
    """Engine for *url* (``postgresql+asyncpg://…``), *pool_size* connections kept and half as many for peaks.

    A connection is tried before it is lent, so that a restart of the server costs no request.
    """
    return create_async_engine(
        url,
        pool_size=pool_size,
        max_overflow=pool_size // 2,
        pool_timeout=10,
        pool_pre_ping=True,
        json_serializer=_dumps,
        json_deserializer=orjson.loads,
        connect_args={"server_settings": {"timezone": "UTC", "application_name": "siea", "jit": "off"}},
    )
