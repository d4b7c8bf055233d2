"""What a route may ask for, as types of its arguments. Who may call it is one of them."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Annotated

import structlog
from fastapi import Depends, Query, Request, Security
from fastapi.routing import APIRoute
from fastapi.security import OAuth2PasswordBearer
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.ext.asyncio import AsyncSession

from siea.api.errors import ProblemError
from siea.api.gate import Caller, caller
from siea.api.query import SinParametros
from siea.api.reasons import FieldError
from siea.api.services import Services
from siea.runtime import Runtime
from siea.security import audit
from siea.security.roles import Rol
from siea.security.tokens import Motivo, Principal

_log = structlog.get_logger(__name__)
_BEARER = OAuth2PasswordBearer(
    tokenUrl="/api/v1/auth/token",
    scheme_name="Token",
    description="Token de POST /api/v1/auth/token, en «Authorization: Bearer …».",
    auto_error=False,
)
_TOKEN_REASONS = {
    Motivo.FORMATO: "no tiene la forma de un token de SIEA",
    Motivo.FIRMA: "no lo firmó este servidor",
    Motivo.CADUCADO: "ya caducó",
    Motivo.FUTURO: "todavía no vale: revise la hora de quien lo emitió",
    Motivo.EMISOR: "lo emitió otro servicio",
    Motivo.AUDIENCIA: "es para otro servicio",
}


async def _runtime(request: Request) -> Runtime:
    found: Runtime = request.app.state.runtime
    return found


async def _services(request: Request) -> Services:
    found: Services = request.app.state.services
    return found


async def _caller(request: Request) -> Caller:
    return caller(request)


RuntimeDep = Annotated[Runtime, Depends(_runtime)]
ServicesDep = Annotated[Services, Depends(_services)]
CallerDep = Annotated[Caller, Depends(_caller)]
NoParameters = Annotated[SinParametros, Query()]


@asynccontextmanager
async def connected(runtime: Runtime) -> AsyncIterator[AsyncSession]:
    """A session that is connected already. Raises ProblemError (503) when the database is away."""
    async with runtime.sessions() as session:
        try:
            await session.connection()
        except (OSError, SQLAlchemyError) as error:
            # The driver lets the system's own errors through when it cannot connect.
            _log.warning("database_away", error=type(error).__name__)
            raise ProblemError.away("La base de datos") from None
        yield session


async def open_session(runtime: RuntimeDep) -> AsyncIterator[AsyncSession]:
    """The session of a request."""
    async with connected(runtime) as session:
        yield session


# Closed when the route returns, not when the last byte is sent: a slow reader holds no connection.
SessionDep = Annotated[AsyncSession, Depends(open_session, scope="function")]


class Requires:
    """The one declaration of who may call a route: a valid token of at least this role."""

    def __init__(self, minimum: Rol) -> None:
        self.minimum = minimum

    async def __call__(
        self, request: Request, runtime: RuntimeDep, _token: Annotated[str | None, Security(_BEARER)]
    ) -> Principal:
        who = caller(request)
        if who.principal is None:
            raise _unauthorized(who.rechazo or Motivo.AUSENTE)
        if not who.principal.rol.alcanza(self.minimum):
            await self._record(request, runtime, who.principal)
            detail = f"Hace falta el rol «{self.minimum}» y el suyo es «{who.principal.rol}»."
            raise ProblemError("sin-permiso", detail)
        return who.principal

    async def _record(self, request: Request, runtime: Runtime, principal: Principal) -> None:
        try:
            async with runtime.sessions.begin() as session:
                await audit.record(
                    session,
                    audit.Accion.ACCESO,
                    audit.Resultado.RECHAZADO,
                    actor=principal.usuario,
                    recurso=f"{request.method} {request.url.path}",
                    origen=caller(request).origen,
                    detalle={"rol": principal.rol, "exigido": self.minimum},
                )
        except (OSError, SQLAlchemyError) as error:
            # It stays refused; that it could not be recorded is told to the operators.
            _log.error("audit_away", error=type(error).__name__)


async def public() -> None:
    """Declares that anybody may call a route."""


PUBLIC = Depends(public)
Viewer = Annotated[Principal, Security(Requires(Rol.VIEWER))]
Analista = Annotated[Principal, Security(Requires(Rol.ANALISTA))]
Admin = Annotated[Principal, Security(Requires(Rol.ADMIN))]


def declared(route: APIRoute) -> Rol | str | None:
    """What *route* declares: the least role, ``"public"``, or None when it declares nothing."""
    found: list[Rol | str] = []
    for dependency in route.dependant.dependencies:
        if isinstance(dependency.call, Requires):
            found.append(dependency.call.minimum)
        elif dependency.call is public:
            found.append("public")
    return found[0] if len(found) == 1 else None


async def refuse_repeated(request: Request) -> None:
    """Refuse a query parameter given twice: one of the two would be ignored."""
    names = [name for name, _ in request.query_params.multi_items()]
    repeated = sorted({name for name in names if names.count(name) > 1})
    if repeated:
        raise ProblemError.fields(FieldError(name, "está repetido; dé un solo valor.") for name in repeated)


ONCE = Depends(refuse_repeated)


def _unauthorized(motivo: Motivo) -> ProblemError:
    if motivo is Motivo.AUSENTE:
        return ProblemError(
            "no-autenticado",
            "Esta dirección pide un token.",
            headers={"WWW-Authenticate": 'Bearer realm="siea"'},
        )
    return ProblemError(
        "token-no-valido",
        f"El token {_TOKEN_REASONS[motivo]}.",
        errores=[FieldError("authorization", motivo.value)],
        headers={
            "WWW-Authenticate": f'Bearer realm="siea", error="invalid_token", error_description="{motivo}"'
        },
    )
