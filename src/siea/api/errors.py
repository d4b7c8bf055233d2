"""Every refusal and failure as a problem document (RFC 9457) with a Spanish title; never a stack trace."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from urllib.parse import quote

import orjson
import structlog
from fastapi import FastAPI
from fastapi.exceptions import RequestValidationError
from sqlalchemy.exc import DBAPIError, SQLAlchemyError
from sqlalchemy.exc import TimeoutError as PoolTimeoutError
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import Scope

from siea.api.reasons import FieldError, field_errors

MEDIA_TYPE = "application/problem+json"
TRACE_HEADER = "X-Trace-Id"
RETRY_SECONDS = 5

_log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of problem; its page is ``/problemas/{codigo}``."""

    codigo: str
    status: int
    titulo: str
    que_hacer: str


KINDS = {
    kind.codigo: kind
    for kind in (
        Kind(
            "peticion-no-valida",
            422,
            "La petición no es válida",
            "Corrija cada campo de «errores» según su motivo.",
        ),
        Kind(
            "no-autenticado",
            401,
            "Falta identificarse",
            "Pida un token en POST /api/v1/auth/token y envíelo como «Authorization: Bearer …».",
        ),
        Kind(
            "token-no-valido",
            401,
            "El token no es válido",
            "Ingrese otra vez; el motivo de «errores» dice qué falla.",
        ),
        Kind(
            "credenciales",
            401,
            "Usuario o clave incorrectos",
            "Revise ambos; si olvidó la clave, un administrador puede dar otra.",
        ),
        Kind(
            "clave-temporal",
            403,
            "La clave es de un solo uso",
            "Defina una propia con POST /api/v1/auth/clave y vuelva a ingresar.",
        ),
        Kind("sin-permiso", 403, "Su rol no lo permite", "Pida a un administrador el rol que hace falta."),
        Kind("no-encontrado", 404, "No existe", "Revise la dirección; /openapi.json lista las que hay."),
        Kind(
            "metodo-no-permitido",
            405,
            "Esta dirección no admite ese método",
            "Use uno de los que dice el encabezado «Allow».",
        ),
        Kind(
            "formato-no-disponible",
            406,
            "No hay respuesta en ese formato",
            "Pida json, csv o parquet en «formato» o en «Accept».",
        ),
        Kind("tiempo-agotado", 408, "La petición tardó demasiado en llegar", "Envíela otra vez."),
        Kind("cuerpo-demasiado-grande", 413, "El cuerpo es demasiado grande", "Envíe menos de 1 MB."),
        Kind(
            "demasiadas-peticiones",
            429,
            "Demasiadas peticiones",
            "Espere los segundos de «Retry-After» antes de repetir.",
        ),
        Kind(
            "error-interno",
            500,
            "Algo falló en SIEA",
            "Repita más tarde; si persiste, cite «trace_id» al administrador.",
        ),
        Kind(
            "no-disponible",
            503,
            "Un servicio no responde en este momento",
            "Repita después de los segundos de «Retry-After».",
        ),
    )
}


class ProblemError(Exception):
    """What the caller is told. ``codigo`` is one of KINDS; *detail* is Spanish and holds nothing secret."""

    def __init__(
        self,
        codigo: str,
        detail: str,
        *,
        errores: Iterable[FieldError] = (),
        headers: Mapping[str, str] | None = None,
    ) -> None:
        super().__init__(detail)
        self.kind = KINDS[codigo]
        self.detail = detail
        self.errores = tuple(errores)
        self.headers = dict(headers or {})

    @classmethod
    def field(cls, campo: str, motivo: str) -> "ProblemError":
        """A 422 about one field."""
        return cls.fields([FieldError(campo, motivo)])

    @classmethod
    def fields(cls, errores: Iterable[FieldError]) -> "ProblemError":
        """A 422 about some fields; its detail names them all."""
        found = tuple(errores)
        detail = " ".join(f"{error.campo}: {error.motivo}" for error in found)
        return cls("peticion-no-valida", detail, errores=found)

    @classmethod
    def away(cls, what: str) -> "ProblemError":
        """A 503 about a service on which the answer depends."""
        detail = f"{what} no responde en este momento."
        return cls("no-disponible", detail, headers={"Retry-After": str(RETRY_SECONDS)})


def trace_id(scope: Scope) -> str:
    """The identifier of this request, as the trace middleware set it."""
    found: str = scope.get("state", {}).get("trace_id", "")
    return found


def problem_response(scope: Scope, problem: ProblemError) -> Response:
    """The answer that tells *problem* about the request of *scope*."""
    kind = problem.kind
    body = {
        "type": f"/problemas/{kind.codigo}",
        "title": kind.titulo,
        "status": kind.status,
        "detail": problem.detail,
        "instance": quote(scope.get("path", "")),
        "errores": [{"campo": error.campo, "motivo": error.motivo} for error in problem.errores],
        "trace_id": trace_id(scope),
    }
    return Response(orjson.dumps(body), kind.status, problem.headers, media_type=MEDIA_TYPE)


def failure_response(scope: Scope, error: Exception) -> Response:
    """The 500 of an error that nobody foresaw; the log has it whole, the caller its trace id."""
    _log.error("unhandled_error", path=scope.get("path"), exc_info=error)
    return problem_response(scope, ProblemError("error-interno", "La petición no se pudo completar."))


def _database_is_away(error: SQLAlchemyError) -> bool:
    if isinstance(error, PoolTimeoutError):
        return True
    if not isinstance(error, DBAPIError):
        return False
    state = getattr(error.orig, "sqlstate", None) or ""
    # Class 08: connection; 57P: shut down or starting; 53: no connections, memory or disk left.
    return error.connection_invalidated or state.startswith(("08", "57P", "53"))


async def _on_problem(request: Request, error: Exception) -> Response:
    assert isinstance(error, ProblemError)
    return problem_response(request.scope, error)


async def _on_invalid(request: Request, error: Exception) -> Response:
    assert isinstance(error, RequestValidationError)
    return problem_response(request.scope, ProblemError.fields(field_errors(error.errors())))


async def _on_http(request: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)
    if error.status_code == 404:
        problem = ProblemError("no-encontrado", "No hay nada en esta dirección.")
    elif error.status_code == 405:
        detail = f"El método {request.method} no se admite aquí."
        problem = ProblemError("metodo-no-permitido", detail, headers=error.headers)
    else:
        # What the framework could not make sense of: a body in no known encoding, a broken form.
        problem = ProblemError.field("cuerpo", "no se pudo leer.")
    return problem_response(request.scope, problem)


async def _on_database(request: Request, error: Exception) -> Response:
    assert isinstance(error, SQLAlchemyError)
    if _database_is_away(error):
        _log.warning("database_away", error=type(error).__name__)
        return problem_response(request.scope, ProblemError.away("La base de datos"))
    return failure_response(request.scope, error)


async def _on_failure(request: Request, error: Exception) -> Response:
    return failure_response(request.scope, error)


def install(app: FastAPI) -> None:
    """Make *app* tell every error as a problem document."""
    app.add_exception_handler(ProblemError, _on_problem)
    app.add_exception_handler(RequestValidationError, _on_invalid)
    app.add_exception_handler(HTTPException, _on_http)
    app.add_exception_handler(SQLAlchemyError, _on_database)
