"""The one HTTP client of every source: shared rate limit, retries with backoff, a circuit per host."""

import asyncio
import time
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Any, Self
from urllib.parse import urlsplit

import httpx
import orjson
import tenacity
from limits import RateLimitItemPerSecond
from limits.aio.storage import MemoryStorage, RedisStorage
from limits.aio.strategies import MovingWindowRateLimiter
from limits.errors import StorageError
from purgatory import AsyncCircuitBreakerFactory
from purgatory.domain.model import OpenedState

from siea.domain.tiempo import Clock, utc_now
from siea.ingest.errors import (
    BadBodyError,
    BlockedError,
    CircuitOpenError,
    LimiterDownError,
    RateLimitedError,
    ServerFaultError,
    SourceError,
    UnreachableError,
)
from siea.telemetry import metrics
from siea.telemetry.logs import get_logger, redact

log = get_logger(__name__)

# One second above the minute: requests that travel at different speeds still keep the rule where they arrive.
WINDOW_S = 61
CONNECT_S = 10.0
_NOT_AT_ONCE = (CircuitOpenError, LimiterDownError)


@dataclass(frozen=True, slots=True)
class HttpAnswer:
    """A JSON answer of HTTP 2xx or 4xx: its bytes, and the document they hold.

    ``document`` is None when a 4xx came with a body that is not JSON.
    """

    status: int
    body: bytes
    document: Any
    received_at: datetime


class HttpClient:
    """Asks hosts politely. Used as an async context manager; safe for concurrent use.

    At most *per_minute* requests (retries count) to a host in any 60 seconds: over all processes that
    share *redis_url*, else within this one. It waits for its turn and never fails for lack of one.
    Each request is tried *tries* times when it may help, waiting about *backoff_s*, twice that… plus
    jitter, or what ``Retry-After`` says up to *longest_wait_s*. After *failures_open* failures in a row
    a host is left alone for *open_s* seconds, then probed.
    """

    def __init__(
        self,
        *,
        timeout_s: float = 120.0,
        per_minute: int = 100,
        window_s: int = WINDOW_S,
        redis_url: str | None = None,
        tries: int = 3,
        backoff_s: float = 1.0,
        longest_wait_s: float = 60.0,
        failures_open: int = 5,
        open_s: float = 30.0,
        clock: Clock = utc_now,
    ) -> None:
        self._timeout_s = timeout_s
        self._tries = tries
        self._backoff = tenacity.wait_exponential_jitter(
            multiplier=backoff_s, jitter=backoff_s, max=longest_wait_s
        )
        self._longest_wait_s = longest_wait_s
        self._clock = clock
        self._budget = RateLimitItemPerSecond(per_minute, window_s)
        self._storage: MemoryStorage | RedisStorage = (
            MemoryStorage()
            if redis_url is None
            else RedisStorage(
                f"async+{_limits_url(redis_url)}",
                wrap_exceptions=True,
                implementation="redispy",
                key_prefix="siea:limite",
            )
        )
        self._limiter = MovingWindowRateLimiter(self._storage)
        self._circuits = AsyncCircuitBreakerFactory(
            failures_open, open_s, exclude=[(BaseException, lambda error: not getattr(error, "trips", False))]
        )
        self._circuits.add_listener(_tell_circuit)
        self._http = httpx.AsyncClient(
            timeout=httpx.Timeout(timeout_s, connect=min(CONNECT_S, timeout_s)),
            headers={"Accept": "application/json", "User-Agent": "SIEA"},
        )

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        await self._http.aclose()
        if isinstance(self._storage, RedisStorage):
            # `limits` opens this pool and offers no way to close it
            bridge: Any = self._storage.bridge
            await bridge.get_connection().aclose()

    async def request(
        self,
        method: str,
        url: str,
        *,
        json: Mapping[str, Any] | None = None,
        params: Mapping[str, str] | None = None,
        timeout_s: float | None = None,
        tries: int | None = None,
    ) -> HttpAnswer:
        """Send one request and return its answer; HTTP 4xx other than 401, 403 and 429 is an answer too.

        Raises UnreachableError, CircuitOpenError, BlockedError, RateLimitedError, ServerFaultError,
        BadBodyError or LimiterDownError.
        """
        retrying = tenacity.AsyncRetrying(
            stop=tenacity.stop_after_attempt(tries or self._tries),
            wait=self._wait,
            retry=tenacity.retry_if_exception(self._worth_another_try),
            reraise=True,
        )
        async for attempt in retrying:
            with attempt:
                return await self._once(method, url, json, params, timeout_s or self._timeout_s)
        raise AssertionError("tenacity reraises")

    async def _once(
        self,
        method: str,
        url: str,
        json: Mapping[str, Any] | None,
        params: Mapping[str, str] | None,
        timeout_s: float,
    ) -> HttpAnswer:
        host = _host(url)
        try:
            async with await self._circuits.get_breaker(host):
                await self._take_turn(host)
                started = time.perf_counter()
                result = "ok"
                try:
                    return await self._send(method, url, json, params, timeout_s)
                except SourceError as error:
                    result = error.codigo
                    log.warning("consulta_fallida", url=url, codigo=error.codigo, motivo=str(error))
                    raise
                finally:
                    metrics.SOURCE_REQUESTS.labels(host, result).inc()
                    metrics.SOURCE_SECONDS.labels(host).observe(time.perf_counter() - started)
        except OpenedState:
            raise CircuitOpenError(
                f"{host} falló varias veces seguidas; no se le consulta por unos segundos."
            ) from None

    async def _take_turn(self, host: str) -> None:
        """Wait until one more request keeps the limit."""
        try:
            while not await self._limiter.hit(self._budget, host):
                stats = await self._limiter.get_window_stats(self._budget, host)
                pause = min(max(stats.reset_time - time.time(), 0.02), self._budget.get_expiry())
                metrics.SOURCE_WAIT_SECONDS.labels(host).inc(pause)
                await asyncio.sleep(pause)
        except StorageError as error:
            raise LimiterDownError(
                "Redis no responde y no se puede contar las consultas: no se consulta a la fuente."
            ) from error

    async def _send(
        self,
        method: str,
        url: str,
        json: Mapping[str, Any] | None,
        params: Mapping[str, str] | None,
        timeout_s: float,
    ) -> HttpAnswer:
        host = _host(url)
        try:
            async with asyncio.timeout(timeout_s):  # of the whole answer: a drip of bytes ends too
                response = await self._http.request(
                    method,
                    url,
                    content=None if json is None else orjson.dumps(json),
                    params=params,
                    headers={"Content-Type": "application/json"} if json is not None else None,
                )
        except (TimeoutError, httpx.TimeoutException):
            raise UnreachableError(f"{host} no respondió en {timeout_s:g} segundos.") from None
        except httpx.HTTPError as error:
            raise UnreachableError(
                f"No se pudo llegar a {host}: {redact(str(error)) or type(error).__name__}."
            ) from None
        return _answer(response, host, self._clock())

    def _wait(self, state: tenacity.RetryCallState) -> float:
        error = state.outcome.exception() if state.outcome else None
        if isinstance(error, RateLimitedError) and error.wait_s is not None:
            return error.wait_s
        return self._backoff(state)

    def _worth_another_try(self, error: BaseException) -> bool:
        if isinstance(error, RateLimitedError):
            return (error.wait_s or 0.0) <= self._longest_wait_s
        return isinstance(error, SourceError) and error.retry and not isinstance(error, _NOT_AT_ONCE)


def _host(url: str) -> str:
    return urlsplit(url).netloc.rpartition("@")[2]


def _limits_url(url: str) -> str:
    return url.replace("unix://", "redis+unix://", 1) if url.startswith("unix://") else url


def _tell_circuit(host: str, event: str, detail: Any) -> None:
    """Listener of the circuits: the gauge and one line when a host is left alone or taken up again."""
    if event == "state_changed":
        metrics.CIRCUIT_OPEN.labels(host).set(1 if detail.state == "opened" else 0)
        log.info("circuito", host=host, estado=detail.state)


def _retry_after(value: str | None, now: datetime) -> float | None:
    """Seconds that a ``Retry-After`` header asks for (a number or a date); None when there is none."""
    if not value:
        return None
    if value.strip().isdigit():
        return float(value)
    try:
        at = parsedate_to_datetime(value)
    except ValueError:
        return None
    return max(0.0, ((at if at.tzinfo else at.replace(tzinfo=UTC)) - now).total_seconds())


def _answer(response: httpx.Response, host: str, now: datetime) -> HttpAnswer:
    status, body = response.status_code, response.content
    if status in {401, 403}:
        raise BlockedError(f"{host} no permite consultas desde aquí (HTTP {status}).", body=body)
    if status == 429:
        wait_s = _retry_after(response.headers.get("Retry-After"), now)
        told = f" y pide esperar {wait_s:.0f} segundos" if wait_s is not None else ""
        raise RateLimitedError(
            f"{host} dice que se le consulta demasiado (HTTP 429){told}.", wait_s=wait_s, body=body
        )
    if status >= 500:
        raise ServerFaultError(f"{host} falló por dentro (HTTP {status}).", body=body)
    try:
        document = orjson.loads(body.removeprefix(b"\xef\xbb\xbf"))
    except orjson.JSONDecodeError:
        if status >= 400:
            return HttpAnswer(status, body, None, now)
        kind = response.headers.get("Content-Type", "sin tipo").partition(";")[0]
        raise BadBodyError(
            f"{host} respondió HTTP {status} con un cuerpo que no es JSON ({kind}, {len(body)} bytes): "
            f"«{_glimpse(body)}».",
            body=body,
        ) from None
    return HttpAnswer(status, body, document, now)


def _glimpse(body: bytes) -> str:
    return redact(" ".join(body[:400].decode("utf-8", "replace").split()))[:80]
