"""What a host answers: read, or refused with the error that tells why."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from pathlib import Path
from typing import Any, Literal

import httpx
import orjson

from siea.ingest.errors import BadBodyError, BlockedError, RateLimitedError, ServerFaultError
from siea.telemetry.logs import redact

Expect = Literal["json", "bytes"]


@dataclass(frozen=True, slots=True)
class HttpAnswer:
    """An answer of HTTP 2xx or 4xx: its bytes, and the document they hold where JSON was expected.

    ``document`` is None when a 4xx came with a body that is not JSON. Names of ``headers`` are in lower case.
    """

    status: int
    body: bytes
    document: Any
    received_at: datetime
    headers: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Downloaded:
    """A body that went straight to the file ``path``: its hash and size in bytes."""

    path: Path
    sha256: str
    size: int
    status: int
    received_at: datetime
    headers: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Question:
    method: str
    url: str
    json: Any
    params: Mapping[str, str] | None
    form: Mapping[str, str] | None
    headers: Mapping[str, str] | None
    timeout_s: float

    def build(self, http: httpx.AsyncClient) -> httpx.Request:
        told = dict(self.headers or {})
        if self.json is not None:
            told["Content-Type"] = "application/json"
        return http.build_request(
            self.method,
            self.url,
            content=None if self.json is None else orjson.dumps(self.json),
            data=self.form,
            params=self.params,
            headers=told,
        )


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


def headers_of(response: httpx.Response) -> dict[str, str]:
    return {name.lower(): value for name, value in response.headers.items()}


def refuse(response: httpx.Response, host: str, now: datetime) -> None:
    """Raise what a status that is no answer means."""
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


def read_answer(response: httpx.Response, host: str, now: datetime, expect: Expect) -> HttpAnswer:
    refuse(response, host, now)
    status, body, headers = response.status_code, response.content, headers_of(response)
    if expect == "bytes":
        return HttpAnswer(status, body, None, now, headers)
    try:
        document = orjson.loads(body.removeprefix(b"\xef\xbb\xbf"))
    except orjson.JSONDecodeError:
        if status >= 400:
            return HttpAnswer(status, body, None, now, headers)
        kind = response.headers.get("Content-Type", "sin tipo").partition(";")[0]
        raise BadBodyError(
            f"{host} respondió HTTP {status} con un cuerpo que no es JSON ({kind}, {len(body)} bytes): "
            f"«{_glimpse(body)}».",
            body=body,
        ) from None
    return HttpAnswer(status, body, document, now, headers)


def _glimpse(body: bytes) -> str:
    return redact(" ".join(body[:400].decode("utf-8", "replace").split()))[:80]
