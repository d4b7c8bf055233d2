"""The cache in Redis: short lives, keys that a load makes stale, no error when Redis is away."""

import hashlib
from typing import Any

import orjson
import structlog
from redis.asyncio import Redis
from redis.exceptions import RedisError

# Seconds that each kind of answer lives (specification: caching strategy).
LIFE: dict[str, int] = {"demanda": 3600, "precios": 3600, "predicciones": 6 * 3600}

_log = structlog.get_logger(__name__)


def cache_key(kind: str, variable: str, batch: int | None, **parameters: object) -> str:
    """Key of an answer of *kind* about *variable* as of the batch loaded last.

    The batch is part of the key: after a load nobody finds the answers of before, which then expire.
    """
    told = orjson.dumps(parameters, default=str, option=orjson.OPT_SORT_KEYS)
    return f"siea:{kind}:{variable}:{batch or 0}:{hashlib.sha256(told).hexdigest()[:32]}"


class Cache:
    """Bytes and JSON under keys of :func:`cache_key`. With Redis away everything is a miss."""

    def __init__(self, redis: Redis) -> None:
        self._redis = redis

    async def get(self, key: str) -> bytes | None:
        """The bytes under *key*, or None."""
        try:
            found = await self._redis.get(key)
        except (RedisError, OSError) as error:
            _log.warning("cache_away", error=str(error))
            return None
        return found.encode() if isinstance(found, str) else found

    async def set(self, key: str, value: bytes) -> None:
        """Keep *value* for the life of the kind that the key tells."""
        try:
            await self._redis.set(key, value, ex=LIFE[key.split(":", 2)[1]])
        except (RedisError, OSError) as error:
            _log.warning("cache_away", error=str(error))

    async def get_json(self, key: str) -> Any:
        """The value under *key*, or None."""
        found = await self.get(key)
        return None if found is None else orjson.loads(found)

    async def set_json(self, key: str, value: Any) -> None:
        """Keep what JSON can tell of *value*."""
        await self.set(key, orjson.dumps(value))
