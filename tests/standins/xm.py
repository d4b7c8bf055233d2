"""A stand-in for XM's API: a real HTTP server that speaks its wire format, with a switch for each failure.

In tests: ``with XmStandIn() as xm: … xm.url … xm.fail("html", times=2)``. By hand:
``python -m tests.standins.xm --port 9911``, and ``POST /_control {"fail": "html", "times": 2}``.
"""

import argparse
import json
import threading
import time
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import TracebackType
from typing import Any, Self

from tests.standins import xm_data

JSON = "application/json; charset=utf-8"
RANGE_ERROR = "error: Rango de consulta supera el máximo permitido de 31 días"
FAILURES = (
    "range", "message", "message_400", "html", "truncated", "hang", "too_many", "server", "forbidden",
    "empty_object", "no_items", "no_data", "cut_connection", "not_found",
)  # fmt: skip


@dataclass
class Reply:
    """What is sent. ``hang_s`` holds it back; ``cut`` breaks the connection in the middle."""

    status: int = 200
    body: bytes = b""
    content_type: str = JSON
    headers: dict[str, str] = field(default_factory=dict)
    hang_s: float = 0.0
    cut: bool = False


def _json(document: Any, status: int = 200) -> Reply:
    return Reply(status, json.dumps(document, ensure_ascii=False).encode())


class XmStandIn:
    """The server and its switches, all of which may be set while it runs.

    ``last_day``: the newest day published; ``partial``: day → share of its level; ``revised``: (metric,
    entity, day) → entities instead of the usual; ``edit``: changes the entities of a day; ``cap``: most
    entities in an answer; ``slow_s``: wait before each; ``content_type``: of good answers; ``requests``: what
    was asked, with times.
    """

    def __init__(self, port: int = 0) -> None:
        self.last_day: date | None = None
        self.partial: dict[date, float] = {}
        self.revised: dict[tuple[str, str, date], list[xm_data.Entity]] = {}
        self.edit: Callable[[str, date, list[xm_data.Entity]], list[xm_data.Entity]] | None = None
        self.cap: int | None = None
        self.slow_s = 0.0
        self.content_type = JSON
        self.requests: list[tuple[float, str, dict[str, Any]]] = []
        self._failures: deque[tuple[str, str | None, dict[str, Any]]] = deque()
        self._always: dict[str | None, tuple[str, dict[str, Any]]] = {}
        self._released = threading.Event()
        self._server = _Server(("127.0.0.1", port), _handler(self))
        self.url = f"http://127.0.0.1:{self._server.server_address[1]}"

    def __enter__(self) -> Self:
        threading.Thread(
            target=self._server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True
        ).start()
        return self

    def __exit__(self, *_: type[BaseException] | BaseException | TracebackType | None) -> None:
        self._released.set()
        self._server.shutdown()
        self._server.server_close()

    def fail(self, kind: str, *, times: int = 1, metric: str | None = None, **options: Any) -> None:
        """Answer the next *times* requests (of *metric*, or any) with *kind*; 0: until ``heal``."""
        assert kind in FAILURES, kind
        if times == 0:
            self._always[metric] = (kind, options)
        self._failures.extend([(kind, metric, options)] * times)

    def heal(self) -> None:
        """No more failures."""
        self._failures.clear()
        self._always.clear()

    def asked(self, metric: str) -> list[dict[str, Any]]:
        """Bodies of the requests for *metric*, in order."""
        return [body for _, _, body in self.requests if body.get("MetricId") == metric]

    def control(self, order: dict[str, Any]) -> Reply:
        """The switches over HTTP, for trials by hand."""
        if order.get("heal"):
            self.heal()
        if "fail" in order:
            self.fail(order["fail"], times=int(order.get("times", 1)), metric=order.get("metric"))
        for name in ("cap", "slow_s", "content_type"):
            if name in order:
                setattr(self, name, order[name])
        if "last_day" in order:
            self.last_day = date.fromisoformat(order["last_day"])
        return _json({"ok": True})

    def reply(self, path: str, body: dict[str, Any]) -> Reply:
        """The answer to one POST."""
        if path == "/_control":
            return self.control(body)
        self.requests.append((time.monotonic(), path, body))
        if self.slow_s:
            time.sleep(self.slow_s)
        failure = self._next_failure(body.get("MetricId"))
        if failure is not None:
            return self._failed(*failure, good=lambda: self._good(path, body))
        reply = self._good(path, body)
        if reply.status == 200:
            reply.content_type = self.content_type
        return reply

    def _next_failure(self, metric: str | None) -> tuple[str, dict[str, Any]] | None:
        for waiting in list(self._failures):
            if waiting[1] in {None, metric}:
                self._failures.remove(waiting)
                return waiting[0], waiting[2]
        return self._always.get(metric) or self._always.get(None)

    def _failed(self, kind: str, options: dict[str, Any], good: Callable[[], Reply]) -> Reply:
        html = b"<!DOCTYPE html><html><body><h1>Service unavailable</h1></body></html>"
        if kind == "truncated":
            reply = good()
            reply.body = reply.body[: len(reply.body) // 2]
            return reply
        if kind == "hang":
            self._released.wait(options.get("seconds", 30))
            return Reply(503, html, "text/html")
        if kind == "too_many":
            wait = options.get("retry_after")
            return Reply(429, b'"espere"', JSON, {"Retry-After": str(wait)} if wait is not None else {})
        return {
            "range": _json(RANGE_ERROR, 400),
            "message": _json({"Message": "Id de Métrica no encontrada."}),
            "message_400": _json({"Message": "La entidad no corresponde a la métrica."}, 400),
            "html": Reply(200, html, "text/html"),
            "server": Reply(500, html, "text/html"),
            "forbidden": Reply(403, html, "text/html"),
            "not_found": Reply(404, html, "text/html"),
            "empty_object": _json({}),
            "no_items": _json({"Metric": {"Id": "x"}}),
            "no_data": _json({"Metric": {"Id": "x"}, "Items": []}),
            "cut_connection": Reply(200, b'{"Metric": {', cut=True),
        }[kind]

    def _good(self, path: str, body: dict[str, Any]) -> Reply:
        kind = path.strip("/")
        if kind not in xm_data.KINDS:
            return Reply(404, b"<html><body>404 - File or directory not found.</body></html>", "text/html")
        metric, entity = body.get("MetricId", ""), body.get("Entity", "Sistema")
        known = {(row["MetricId"], row["Entity"]) for row in xm_data.catalogue()}
        if metric not in {m for m, _ in known}:
            return _json({"Message": "Id de Métrica no encontrada."})
        if (metric, entity) not in known:
            return _json("error: la métrica no existe para la entidad", 400)
        if kind == "lists":
            return _json(self._list(metric))
        first, last = (date.fromisoformat(body[end][:10]) for end in ("StartDate", "EndDate"))
        if (last - first).days + 1 > (31 if kind in {"hourly", "daily"} else 731):
            return _json(RANGE_ERROR, 400)
        return _json(self._series(kind, metric, entity, first, last))

    def _list(self, metric: str) -> dict[str, Any]:
        records = xm_data.catalogue() if metric == "ListadoMetricas" else xm_data.listed(metric)
        entities = [{"Id": "Sistema", "Values": record} for record in records]
        return {"Metric": {"Id": metric}, "Items": [{"Date": "2026-08-20", "ListEntities": entities}]}

    def _series(self, kind: str, metric: str, entity: str, first: date, last: date) -> dict[str, Any]:
        items, left = [], self.cap
        for day in xm_data.days(first, min(last, self.last_day or last)):
            if kind == "monthly" and day.day != 1:
                continue
            entities = self._day(metric, entity, day)[:left]
            if left is not None:
                left -= len(entities)
            if entities:
                items.append({"Date": day.isoformat(), xm_data.KINDS[kind]: entities})
        named = {"Id": metric, "Name": f"{metric} por {entity}", "StartDate": f"{first}T00:00:00"}
        return {"Metric": {**named, "EndDate": f"{last}T00:00:00"}, "Items": items}

    def _day(self, metric: str, entity: str, day: date) -> list[xm_data.Entity]:
        entities = self.revised.get((metric, entity, day)) or xm_data.entities(metric, entity, day)
        share = self.partial.get(day)
        if share is not None:
            entities = [_scaled(one, share) for one in entities]
        return self.edit(metric, day, json.loads(json.dumps(entities))) if self.edit else entities


def _scaled(entity: xm_data.Entity, share: float) -> xm_data.Entity:
    if "Values" not in entity:
        return {**entity, "Value": xm_data.text(float(entity["Value"]) * share)}
    values = {
        k: xm_data.text(float(v) * share) if k.startswith("Hour") else v for k, v in entity["Values"].items()
    }
    return {**entity, "Values": values}


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    # With the usual 5, clients that arrive together wait a second for their connection.
    request_queue_size = 128


def _handler(stand_in: XmStandIn) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
            reply = stand_in.reply(self.path, json.loads(body or b"{}"))
            try:
                self._send(reply)
            except (BrokenPipeError, ConnectionResetError):
                self.close_connection = True

        def _send(self, reply: Reply) -> None:
            self.send_response(reply.status)
            self.send_header("Content-Type", reply.content_type)
            self.send_header("Content-Length", str(len(reply.body) + (1000 if reply.cut else 0)))
            for name, value in reply.headers.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(reply.body)
            if reply.cut:
                self.close_connection = True

        def log_message(self, *_: object) -> None:
            """Quiet."""

    return Handler


def main() -> None:
    """Serve until Ctrl-C, with yesterday as the newest day and the two days before partial."""
    parser = argparse.ArgumentParser(description="Stand-in for XM's API.")
    parser.add_argument("--port", type=int, default=9911)
    parser.add_argument("--last-day", type=date.fromisoformat, default=date.today() - timedelta(days=3))  # noqa: DTZ011 - a day for trials by hand
    chosen = parser.parse_args()
    with XmStandIn(chosen.port) as xm:
        xm.last_day = chosen.last_day
        xm.partial = {chosen.last_day: 0.24, chosen.last_day - timedelta(days=1): 0.24}
        print(f"XM stand-in on {xm.url}; newest day {xm.last_day}")
        threading.Event().wait()


if __name__ == "__main__":
    main()
