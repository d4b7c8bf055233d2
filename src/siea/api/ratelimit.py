"""How many requests a caller may make: a sliding window in Redis, shared by every process.

With Redis away, reads go on under a limiter of this process alone, and logins and writes are refused.
"""

import asyncio
import math
import time
from dataclasses import dataclass

import structlog
from limits import RateLimitItem, RateLimitItemPerMinute
from limits.aio.storage import MemoryStorage, RedisStorage
from limits.aio.strategies import SlidingWindowCounterRateLimiter
from redis.asyncio import Redis
from redis.exceptions import RedisError

_PATIENCE_S = 0.5
_PAUSE_S = 2.0
_log = structlog.get_logger(__name__)


class LimiterAwayError(Exception):
    """The shared counter cannot be asked, and this request may not go without it."""


@dataclass(frozen=True, slots=True)
class Verdict:
    """Whether a request may go, and what is left. ``espera_s``: seconds until one more may."""

    permitida: bool
    limite: int
    restantes: int
    espera_s: int

    @property
    def headers(self) -> dict[str, str]:
        """``RateLimit`` and ``RateLimit-Policy`` (draft-ietf-httpapi-ratelimit-headers)."""
        found = {
            "RateLimit-Policy": f'"por-minuto";q={self.limite};w=60',
            "RateLimit": f'"por-minuto";r={self.restantes};t={self.espera_s}',
        }
        return found if self.permitida else found | {"Retry-After": str(max(1, self.espera_s))}


class Limiter:
    """Counts requests by key. One for a process."""

    def __init__(self, redis: Redis) -> None:
        shared = RedisStorage(
            "async+redis://",
            implementation="redispy",
            key_prefix="siea:limite",
            connection_pool=redis.connection_pool,  # type: ignore[arg-type]  # redis-py types only its own pool
        )
        self._shared = SlidingWindowCounterRateLimiter(shared)
        self._own = SlidingWindowCounterRateLimiter(MemoryStorage())
        self._try_again_at = 0.0

    async def hit(self, key: str, per_minute: int, *, must_share: bool) -> Verdict:
        """Count one request of *key* and judge it.

        *must_share*: raise LimiterAwayError when Redis does not answer, instead of counting in this process.
        """
        item = RateLimitItemPerMinute(per_minute)
        if time.monotonic() >= self._try_again_at:
            try:
                async with asyncio.timeout(_PATIENCE_S):
                    return await _judge(self._shared, item, key)
            except (RedisError, OSError, TimeoutError) as error:
                # Asked again in a moment: a Redis that hangs must not slow every request.
                self._try_again_at = time.monotonic() + _PAUSE_S
                _log.warning("limiter_away", error=type(error).__name__)
        if must_share:
            raise LimiterAwayError
        return await _judge(self._own, item, key)

    async def forget(self, key: str, per_minute: int) -> None:
        """Start the count of *key* anew: its caller proved who they are."""
        try:
            async with asyncio.timeout(_PATIENCE_S):
                await self._shared.clear(RateLimitItemPerMinute(per_minute), key)
        except (RedisError, OSError, TimeoutError) as error:
            _log.warning("limiter_away", error=type(error).__name__)


async def _judge(limiter: SlidingWindowCounterRateLimiter, item: RateLimitItem, key: str) -> Verdict:
    allowed = await limiter.hit(item, key)
    stats = await limiter.get_window_stats(item, key)
    wait = max(0, math.ceil(stats.reset_time - time.time()))
    return Verdict(allowed, item.amount, max(0, stats.remaining), min(wait, 60))
