"""The outermost layer: a trace id, the time taken, security headers, and an answer to what nobody foresaw."""

import logging
import re
import secrets
import time

import structlog
from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from siea.api.errors import TRACE_HEADER, failure_response
from siea.telemetry.metrics import REQUEST_SECONDS

_METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})
_TRACEPARENT = re.compile(r"00-([0-9a-f]{32})-[0-9a-f]{16}-[0-9a-f]{2}")
_DEFAULTS = {
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
    # Reads that may be kept say so themselves.
    "Cache-Control": "no-store",
    # Pages of the dashboard bring their own policy.
    "Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'; base-uri 'none'",
}
_CLIENT_CLOSED = 499
_log = structlog.get_logger(__name__)


class Observe:
    """ASGI middleware; puts ``trace_id`` in the state of the request."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        began = time.perf_counter()
        trace = _trace_id(Headers(scope=scope).get("traceparent"))
        scope.setdefault("state", {})["trace_id"] = trace
        status = 0

        async def observed(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                headers = MutableHeaders(scope=message)
                headers[TRACE_HEADER] = trace
                for name, value in _DEFAULTS.items():
                    headers.setdefault(name, value)
            await send(message)

        method = scope["method"] if scope["method"] in _METHODS else "OTRO"
        with structlog.contextvars.bound_contextvars(trace_id=trace):
            try:
                await self._app(scope, receive, observed)
            except Exception as error:
                response = failure_response(scope, error)
                if status:
                    # Part of an answer is out: only cutting the connection tells that it is not whole.
                    raise
                await response(scope, receive, observed)
            finally:
                seconds = time.perf_counter() - began
                route = getattr(scope.get("route"), "path", "(panel)")
                REQUEST_SECONDS.labels(method, route, status or _CLIENT_CLOSED).observe(seconds)
                _log.log(
                    logging.ERROR if status >= 500 else logging.INFO,
                    "request",
                    method=method,
                    path=scope["path"],
                    status=status or _CLIENT_CLOSED,
                    ms=round(seconds * 1000, 1),
                )


def _trace_id(traceparent: str | None) -> str:
    found = _TRACEPARENT.fullmatch(traceparent or "")
    return found[1] if found else secrets.token_hex(16)
