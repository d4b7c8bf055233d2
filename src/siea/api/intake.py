"""Taking in a request: its body whole, within a size and a time, and the client hanging up."""

import asyncio
from collections.abc import Awaitable, Callable

from starlette.datastructures import Headers
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from siea.api.errors import ProblemError, problem_response

LARGEST_BODY = 1_000_000
BODY_SECONDS = 20.0


class ClientGoneError(Exception):
    """The client hung up before its request was whole."""


class Intake:
    """ASGI middleware: reads the body first, then runs the rest while watching the client.

    When the client of a read (GET, HEAD) hangs up, the work is cancelled, so that its database connection
    goes back at once. A write goes on: what it began is to be finished and recorded.
    """

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        try:
            async with asyncio.timeout(BODY_SECONDS):
                body = await _read(scope, receive)
        except ClientGoneError:
            return
        except TimeoutError:
            late = ProblemError("tiempo-agotado", "El cuerpo no llegó completo a tiempo.", headers=_CLOSE)
            await problem_response(scope, late)(scope, receive, send)
            return
        except ProblemError as problem:
            await problem_response(scope, problem)(scope, receive, send)
            return
        await _watched(self._app, scope, body, receive, send)


_CLOSE = {"Connection": "close"}


def _too_large() -> ProblemError:
    return ProblemError("cuerpo-demasiado-grande", "El cuerpo pasa de 1 MB.", headers=_CLOSE)


async def _read(scope: Scope, receive: Receive) -> bytes:
    declared = Headers(scope=scope).get("content-length", "0")
    if declared.isdecimal() and int(declared) > LARGEST_BODY:
        raise _too_large()
    body = bytearray()
    while True:
        message = await receive()
        if message["type"] == "http.disconnect":
            raise ClientGoneError
        body += message.get("body", b"")
        if len(body) > LARGEST_BODY:
            raise _too_large()
        if not message.get("more_body", False):
            return bytes(body)


async def _watched(app: ASGIApp, scope: Scope, body: bytes, receive: Receive, send: Send) -> None:
    gone, answered = asyncio.Event(), asyncio.Event()
    work = asyncio.create_task(_run(app, scope, _replay(body, gone), _noticing(send, answered)))
    watch = asyncio.create_task(_wait_for_end(receive, gone))
    try:
        await asyncio.wait({work, watch}, return_when=asyncio.FIRST_COMPLETED)
        if not work.done() and not answered.is_set() and scope["method"] in ("GET", "HEAD"):
            work.cancel()
            await asyncio.wait({work})
            if work.cancelled():
                return
        await work
    finally:
        watch.cancel()
        if not work.done():
            # The server itself is stopping.
            work.cancel()
            await asyncio.wait({work})


async def _run(app: ASGIApp, scope: Scope, receive: Receive, send: Send) -> None:
    await app(scope, receive, send)


async def _wait_for_end(receive: Receive, gone: asyncio.Event) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass
    gone.set()


def _replay(body: bytes, gone: asyncio.Event) -> Receive:
    messages: list[Message] = [{"type": "http.request", "body": body, "more_body": False}]

    async def receive() -> Message:
        if messages:
            return messages.pop()
        await gone.wait()
        return {"type": "http.disconnect"}

    return receive


def _noticing(send: Send, answered: asyncio.Event) -> Callable[[Message], Awaitable[None]]:
    async def noticed(message: Message) -> None:
        if message["type"] == "http.response.body" and not message.get("more_body", False):
            answered.set()
        await send(message)

    return noticed
