"""A stand-in for a public service: a real HTTP server on loopback with a switch for each way to fail.

A subclass answers good requests in ``good``; ``fail`` makes the next ones go wrong.
"""

import json
import threading
import time
from collections import deque
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, Self
from urllib.parse import parse_qsl, unquote, urlsplit

FAILURES = (
    "html", "truncated", "hang", "too_many", "server", "forbidden", "empty_object", "cut_connection",
    "not_found", "garbage",
)  # fmt: skip
_HTML = b"<!DOCTYPE html><html><body><h1>Service unavailable</h1></body></html>"


@dataclass
class Reply:
    """What is sent; ``cut`` breaks the connection after half of the body."""

    status: int = 200
    body: bytes = b""
    content_type: str = "application/json; charset=utf-8"
    headers: dict[str, str] = field(default_factory=dict)
    cut: bool = False


def json_reply(document: Any, status: int = 200) -> Reply:
    """A reply with *document* as JSON."""
    return Reply(status, json.dumps(document, ensure_ascii=False).encode())


@dataclass(frozen=True)
class Asked:
    """One request as it came; ``query`` keeps the last value of a repeated name."""

    at: float
    method: str
    path: str
    query: dict[str, str]
    body: bytes
    headers: dict[str, str]


class StandIn:
    """The server. Use as a context manager; ``url`` is its address, ``requests`` what was asked."""

    def __init__(self) -> None:
        self.requests: list[Asked] = []
        self._failures: deque[tuple[str, str | None, dict[str, Any]]] = deque()
        self._always: dict[str | None, tuple[str, dict[str, Any]]] = {}
        self._released = threading.Event()
        self._lock = threading.Lock()
        self._server = _Server(("127.0.0.1", 0), _handler(self))
        self.url = f"http://127.0.0.1:{self._server.server_address[1]}"

    def good(self, method: str, path: str, query: dict[str, str], body: bytes) -> Reply:
        """The right answer to one request."""
        raise NotImplementedError

    def __enter__(self) -> Self:
        threading.Thread(
            target=self._server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True
        ).start()
        return self

    def __exit__(self, *_: object) -> None:
        self._released.set()
        self._server.shutdown()
        self._server.server_close()

    def fail(self, kind: str, *, times: int = 1, path: str | None = None, **options: Any) -> None:
        """Answer the next *times* requests (whose path contains *path*) with *kind*; 0: until ``heal``."""
        assert kind in FAILURES, kind
        with self._lock:
            if times == 0:
                self._always[path] = (kind, options)
            self._failures.extend([(kind, path, options)] * times)

    def heal(self) -> None:
        """No more failures."""
        with self._lock:
            self._failures.clear()
            self._always.clear()

    def reply(self, asked: Asked) -> Reply:
        """What is sent for one request."""
        with self._lock:
            self.requests.append(asked)
            failure = self._failure_of(asked.path)

        def good() -> Reply:
            return self.good(asked.method, asked.path, asked.query, asked.body)

        if failure is None:
            return good()
        kind, options = failure
        if kind == "hang":
            self._released.wait(options.get("seconds", 30))
            return Reply(503, _HTML, "text/html")
        if kind in {"truncated", "cut_connection"}:
            reply = good()
            if kind == "cut_connection":
                reply.cut = True
            else:
                reply.body = reply.body[: len(reply.body) // 2]
            return reply
        if kind == "too_many":
            wait = options.get("retry_after")
            return Reply(429, b'"espere"', headers={"Retry-After": str(wait)} if wait is not None else {})
        return {
            "html": Reply(200, _HTML, "text/html"),
            "server": Reply(500, _HTML, "text/html"),
            "forbidden": Reply(403, _HTML, "text/html"),
            "not_found": Reply(404, _HTML, "text/html"),
            "empty_object": json_reply({}),
            "garbage": Reply(200, bytes(range(256)) * 8, "application/octet-stream"),
        }[kind]

    def _failure_of(self, path: str) -> tuple[str, dict[str, Any]] | None:
        for waiting in list(self._failures):
            if waiting[1] is None or waiting[1] in path:
                self._failures.remove(waiting)
                return waiting[0], waiting[2]
        for part, always in self._always.items():
            if part is None or part in path:
                return always
        return None


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 128


def _handler(stand_in: StandIn) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def _serve(self) -> None:
            parts = urlsplit(self.path)
            body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
            asked = Asked(
                time.monotonic(), self.command, unquote(parts.path),
                dict(parse_qsl(parts.query, keep_blank_values=True)), body,
                {name.lower(): value for name, value in self.headers.items()},
            )  # fmt: skip
            reply = stand_in.reply(asked)
            self.send_response(reply.status)
            self.send_header("Content-Type", reply.content_type)
            self.send_header("Content-Length", str(len(reply.body)))
            for name, value in reply.headers.items():
                self.send_header(name, value)
            self.end_headers()
            if self.command == "HEAD":
                return
            self.wfile.write(reply.body[: len(reply.body) // 2] if reply.cut else reply.body)
            if reply.cut:
                self.close_connection = True

        do_GET = do_POST = do_HEAD = do_DELETE = _serve  # noqa: N815 - the names that http.server calls

        def log_message(self, *_: object) -> None:
            """Nothing on the console."""

    return Handler
