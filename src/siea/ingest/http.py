"""The one HTTP client of every source: shared rate limit, retries with backoff, a circuit per host."""

import asyncio
import hashlib
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager
from datetime import datetime
from pathlib import Path
from typing import Any, Self, TypeVar
from urllib.parse import urlsplit

import httpx
import tenacity
from limits import RateLimitItemPerSecond
from limits.aio.storage import MemoryStorage, RedisStorage
from limits.aio.strategies import MovingWindowRateLimiter
from limits.errors import StorageError
from purgatory import AsyncCircuitBreakerFactory
from purgatory.domain.model import OpenedState

from siea.domain.tiempo import Clock, utc_now
from siea.ingest import tls
from siea.ingest.answers import Downloaded, Expect, HttpAnswer, Question, headers_of, read_answer, refuse
from siea.ingest.errors import (
    CircuitOpenError,
    IncompleteChainError,
    LimiterDownError,
    RateLimitedError,
    SourceError,
    UnreachableError,
)
from siea.telemetry import metrics
from siea.telemetry.logs import get_logger, redact

__all__ = ["Downloaded", "HttpAnswer", "HttpClient"]

log = get_logger(__name__)

# One second above the minute: requests that travel at different speeds still keep the rule where they arrive.
WINDOW_S = 61
CONNECT_S = 10.0
_PIECE = 1 << 16
_NOT_AT_ONCE = (CircuitOpenError, LimiterDownError)
T = TypeVar("T")


class HttpClient:
    """Asks hosts politely. Used as an async context manager; safe for concurrent use.

    At most *per_minute* requests (retries count) to a host in any 60 seconds: over all processes that
    share *redis_url*, else within this one. It waits for its turn and never fails for lack of one.
    Each request is tried *tries* times when it may help, waiting about *backoff_s*, twice that… plus
    jitter, or what ``Retry-After`` says up to *longest_wait_s*. After *failures_open* failures in a row
    a host is left alone for *open_s* seconds, then probed. *roots* names a PEM file of further roots.
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
        roots: str | None = None,
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
        self._budgets: dict[str, RateLimitItemPerSecond] = {}
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
        self._tls = tls.make_context(roots)
        self._completed: set[str] = set()
        self._http = httpx.AsyncClient(
            verify=self._tls,
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
        json: Any = None,
        params: Mapping[str, str] | None = None,
        form: Mapping[str, str] | None = None,
        headers: Mapping[str, str] | None = None,
        expect: Expect = "json",
        timeout_s: float | None = None,
        tries: int | None = None,
    ) -> HttpAnswer:
        """Send one request and return its answer; HTTP 4xx other than 401, 403 and 429 is an answer too.

        Raises UnreachableError, CircuitOpenError, BlockedError, RateLimitedError, ServerFaultError,
        LimiterDownError, or BadBodyError when JSON was expected and something else came.
        """
        question = Question(method, url, json, params, form, headers, timeout_s or self._timeout_s)

        async def send() -> HttpAnswer:
            return await self._send(question, expect)

        return await self._try(url, send, tries)

    async def download(
        self,
        method: str,
        url: str,
        to: Path,
        *,
        json: Any = None,
        params: Mapping[str, str] | None = None,
        headers: Mapping[str, str] | None = None,
        timeout_s: float | None = None,
        tries: int | None = None,
    ) -> Downloaded:
        """As ``request``, with the body written to the file *to* as it comes: memory does not grow.

        A body cut short is UnreachableError, never a short file. The body of a 4xx lies in the file too.
        """
        question = Question(method, url, json, params, None, headers, timeout_s or self._timeout_s)

        async def send() -> Downloaded:
            return await self._receive(question, to)

        return await self._try(url, send, tries)

    def now(self) -> datetime:
        """The instant of this client's clock."""
        return self._clock()

    def limit(self, url: str, per_minute: int) -> None:
        """Ask the host of *url* at most *per_minute* times a minute, where that is less than the rest."""
        if per_minute < self._budget.amount:
            self._budgets[_host(url)] = RateLimitItemPerSecond(per_minute, self._budget.multiples)

    async def _try(self, url: str, send: Callable[[], Awaitable[T]], tries: int | None) -> T:
        retrying = tenacity.AsyncRetrying(
            stop=tenacity.stop_after_attempt(tries or self._tries),
            wait=self._wait,
            retry=tenacity.retry_if_exception(self._worth_another_try),
            reraise=True,
        )
        async for attempt in retrying:
            with attempt:
                return await self._once(url, send)
        raise AssertionError("tenacity reraises")

    async def _once(self, url: str, send: Callable[[], Awaitable[T]]) -> T:
        host = _host(url)
        try:
            async with await self._circuits.get_breaker(host):
                await self._take_turn(host)
                started = time.perf_counter()
                result = "ok"
                try:
                    return await send()
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
        budget = self._budgets.get(host, self._budget)
        try:
            while not await self._limiter.hit(budget, host):
                stats = await self._limiter.get_window_stats(budget, host)
                pause = min(max(stats.reset_time - time.time(), 0.02), budget.get_expiry())
                metrics.SOURCE_WAIT_SECONDS.labels(host).inc(pause)
                await asyncio.sleep(pause)
        except StorageError as error:
            raise LimiterDownError(
                "Redis no responde y no se puede contar las consultas: no se consulta a la fuente."
            ) from error

    async def _send(self, question: Question, expect: Expect) -> HttpAnswer:
        host = _host(question.url)
        async with self._answering(question):  # of the whole answer: a drip of bytes ends too
            response = await self._http.send(question.build(self._http), follow_redirects=expect == "bytes")
        return read_answer(response, host, self._clock(), expect)

    async def _receive(self, question: Question, to: Path) -> Downloaded:
        host, digest, size = _host(question.url), hashlib.sha256(), 0
        async with self._answering(question):
            response = await self._http.send(question.build(self._http), stream=True, follow_redirects=True)
            try:
                if response.status_code in {401, 403, 429} or response.status_code >= 500:
                    await response.aread()
                    refuse(response, host, self._clock())
                with to.open("wb") as out:
                    async for piece in response.aiter_bytes(_PIECE):
                        digest.update(piece)
                        size += len(piece)
                        out.write(piece)
            finally:
                await response.aclose()
        return Downloaded(
            to, digest.hexdigest(), size, response.status_code, self._clock(), headers_of(response)
        )

    @asynccontextmanager
    async def _answering(self, question: Question) -> AsyncIterator[None]:
        """What goes wrong on the way to an answer, as one of our errors."""
        host = _host(question.url)
        try:
            async with asyncio.timeout(question.timeout_s):
                yield
        except (TimeoutError, httpx.TimeoutException):
            raise UnreachableError(f"{host} no respondió en {question.timeout_s:g} segundos.") from None
        except httpx.HTTPError as error:
            if tls.lacks_issuer(error) and host not in self._completed:
                self._completed.add(host)
                if await tls.add_missing_issuers(self._tls, question.url):
                    raise IncompleteChainError(f"{host} no envió su cadena de certificados.") from None
            raise UnreachableError(
                f"No se pudo llegar a {host}: {redact(str(error)) or type(error).__name__}."
            ) from None

    def _wait(self, state: tenacity.RetryCallState) -> float:
        error = state.outcome.exception() if state.outcome else None
        if isinstance(error, IncompleteChainError):
            return 0.0
        if isinstance(error, RateLimitedError) and error.wait_s is not None:
            return error.wait_s
        return self._backoff(state)

    def _worth_another_try(self, error: BaseException) -> bool:
        if isinstance(error, RateLimitedError):
            return (error.wait_s or 0.0) <= self._longest_wait_s
        return isinstance(error, SourceError) and error.retry and not isinstance(error, _NOT_AT_ONCE)


def _limits_url(url: str) -> str:
    return url.replace("unix://", "redis+unix://", 1) if url.startswith("unix://") else url


def _tell_circuit(host: str, event: str, detail: Any) -> None:
    """Listener of the circuits: the gauge and one line when a host is left alone or taken up again."""
    if event == "state_changed":
        metrics.CIRCUIT_OPEN.labels(host).set(1 if detail.state == "opened" else 0)
        log.info("circuito", host=host, estado=detail.state)


def _host(url: str) -> str:
    return urlsplit(url).netloc.rpartition("@")[2]
