"""Who calls, and whether they may call again: the token is looked at once, the caller counted once."""

from collections.abc import Sequence
from dataclasses import dataclass

from starlette.datastructures import Headers, MutableHeaders
from starlette.requests import Request
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from siea.api.errors import ProblemError, problem_response
from siea.api.network import Network, client_address, limit_key
from siea.api.ratelimit import Limiter, LimiterAwayError, Verdict
from siea.security.audit import Origen
from siea.security.tokens import Motivo, Principal, TokenError, Tokens

API = "/api/"
_READS = ("GET", "HEAD", "OPTIONS")


@dataclass(frozen=True, slots=True)
class Caller:
    """Who sent a request: a principal, or the reason why there is none."""

    origen: Origen
    principal: Principal | None
    rechazo: Motivo | None

    @property
    def key(self) -> str:
        """What its requests are counted under: the account, else the address."""
        if self.principal is not None:
            return f"cuenta/{self.principal.usuario}"
        return f"ip/{limit_key(self.origen.ip or '')}"


def caller(request: Request) -> Caller:
    """The caller of *request*, as the gate found it."""
    found: Caller = request.state.caller
    return found


class Gate:
    """ASGI middleware: puts ``caller`` in the state, and keeps the API's rate limit.

    It refuses nobody for a bad token: which routes need one is declared by the routes.
    """

    def __init__(
        self,
        app: ASGIApp,
        *,
        tokens: Tokens,
        limiter: Limiter,
        per_minute: int,
        trusted: Sequence[Network],
    ) -> None:
        self._app = app
        self._tokens = tokens
        self._limiter = limiter
        self._per_minute = per_minute
        self._trusted = trusted

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        who = self._caller(scope)
        scope.setdefault("state", {})["caller"] = who
        if not scope["path"].startswith(API):
            await self._app(scope, receive, send)
            return
        try:
            verdict = await self._limiter.hit(
                who.key, self._per_minute, must_share=scope["method"] not in _READS
            )
        except LimiterAwayError:
            problem = ProblemError.away("El control de peticiones")
            await problem_response(scope, problem)(scope, receive, send)
            return
        if verdict.permitida:
            await self._app(scope, receive, _with_headers(send, verdict))
            return
        await problem_response(scope, too_many(verdict))(scope, receive, send)

    def _caller(self, scope: Scope) -> Caller:
        headers = Headers(scope=scope)
        peer = scope["client"][0] if scope.get("client") else None
        address = client_address(peer, headers.getlist("x-forwarded-for"), self._trusted)
        origin = Origen(address, headers.get("user-agent"))
        scheme, _, token = headers.get("authorization", "").partition(" ")
        if scheme.lower() != "bearer" or not token.strip():
            return Caller(origin, None, Motivo.AUSENTE)
        try:
            return Caller(origin, self._tokens.verify(token.strip()), None)
        except TokenError as error:
            return Caller(origin, None, error.motivo)


def too_many(verdict: Verdict) -> ProblemError:
    """The 429 of a caller that has nothing left."""
    headers = verdict.headers
    detail = f"Ya hizo {verdict.limite} peticiones en un minuto; repita en {headers['Retry-After']} s."
    return ProblemError("demasiadas-peticiones", detail, headers=headers)


def _with_headers(send: Send, verdict: Verdict) -> Send:
    async def told(message: Message) -> None:
        if message["type"] == "http.response.start":
            headers = MutableHeaders(scope=message)
            for name, value in verdict.headers.items():
                # A route with a limit of its own has told it already.
                headers.setdefault(name, value)
        await send(message)

    return told
