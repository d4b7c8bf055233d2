"""What can go wrong with a source. The four facts unreachable, forbidden, malformed and empty stay apart.

`str(error)` is a plain Spanish sentence for people, free of secrets; ``codigo`` is for programs and ``retry``
says whether asking again later may help.
"""

from typing import ClassVar

from siea.telemetry.logs import redact


def _printable(text: str) -> str:
    """*text* without control characters: it may quote any bytes, and ends on screens and in tables."""
    return "".join(char if char.isprintable() else "·" for char in text)


class SourceError(Exception):
    """A source did not give usable data. ``body`` holds the bytes it sent, where it sent any."""

    codigo: ClassVar[str] = "source_error"
    retry: ClassVar[bool] = False
    trips: ClassVar[bool] = False  # whether it counts for the circuit breaker of the host

    def __init__(self, message: str, *, body: bytes | None = None) -> None:
        super().__init__(_printable(redact(message)))
        self.body = body


class UnreachableError(SourceError):
    """No answer: the name does not resolve, nobody listens, or the time ran out."""

    codigo = "unreachable"
    retry = True
    trips = True


class CircuitOpenError(UnreachableError):
    """Not even asked: the host failed several times in a row a moment ago."""

    trips = False


class IncompleteChainError(UnreachableError):
    """The host did not send a certificate of its chain; it was fetched, and the next try has it."""

    trips = False


class BlockedError(SourceError):
    """The host answers and forbids (HTTP 401, 403), for instance to addresses abroad."""

    codigo = "blocked"


class RateLimitedError(SourceError):
    """HTTP 429, still after waiting what the host asked for (or it asked for too long)."""

    codigo = "rate_limited"
    retry = True

    def __init__(self, message: str, *, wait_s: float | None = None, body: bytes | None = None) -> None:
        super().__init__(message, body=body)
        self.wait_s = wait_s


class ServerFaultError(SourceError):
    """HTTP 5xx."""

    codigo = "server_fault"
    retry = True
    trips = True


class BadBodyError(SourceError):
    """A body that is not what was asked for at all: HTML, text, JSON cut short."""

    codigo = "bad_body"
    retry = True
    trips = True


class UpstreamError(SourceError):
    """The source says in its own words why it does not answer; ``detail`` holds them."""

    codigo = "upstream_error"

    def __init__(self, message: str, *, detail: str, body: bytes | None = None) -> None:
        super().__init__(message, body=body)
        self.detail = _printable(redact(detail))


class RangeTooLongError(UpstreamError):
    """More days were asked for than the source gives at once."""

    codigo = "range_too_long"


class ContractViolationError(SourceError):
    """Well-formed, but not in the documented shape: a wrong path, `{}`, another unit."""

    codigo = "contract_violation"


class LimiterDownError(SourceError):
    """Requests cannot be counted, so none is made: the limit holds over all processes."""

    codigo = "limiter_down"
    retry = True
