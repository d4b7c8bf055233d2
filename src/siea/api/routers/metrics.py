"""Prometheus metrics: for who has their token, or for this machine alone."""

import secrets

import structlog
from fastapi import APIRouter, Request
from prometheus_client import CONTENT_TYPE_LATEST, generate_latest
from sqlalchemy.exc import SQLAlchemyError
from starlette.responses import Response

from siea.api.deps import PUBLIC, RuntimeDep
from siea.api.errors import ProblemError
from siea.api.network import is_direct_loopback
from siea.api.openapi import problems
from siea.ingest.juicio.hallazgo import SEVERIDADES
from siea.runtime import Runtime
from siea.settings import Settings
from siea.store.repositories import CalidadRepository, HallazgosRepository
from siea.telemetry.metrics import FINDINGS, LAST_LOAD, QUALITY

_log = structlog.get_logger(__name__)
router = APIRouter(tags=["Servicio"], dependencies=[PUBLIC])


@router.get(
    "/metrics",
    summary="Medidas para Prometheus",
    response_model=None,
    responses={
        200: {"description": "Medidas.", "content": {"text/plain": {"schema": {"type": "string"}}}},
        **problems(401, 403),
    },
)
async def metrics(request: Request, runtime: RuntimeDep) -> Response:
    """Con `SIEA_METRICS_TOKEN`, pide ese token; sin él, responde solo a esta misma máquina."""
    _admit(request, runtime.settings)
    await _of_the_data(runtime)
    return Response(generate_latest(), headers={"Content-Type": CONTENT_TYPE_LATEST})


async def _of_the_data(runtime: Runtime) -> None:
    """What the database knows, whichever process loaded or judged it; without it the last figures stay."""
    try:
        async with runtime.sessions() as session:
            last = await CalidadRepository(session).ultimas()
            open_findings = await HallazgosRepository(session).abiertos()
    except (SQLAlchemyError, OSError) as error:
        _log.warning("metrics_without_database", error=str(error))
        return
    for variable, kind, received_at, score in last:
        LAST_LOAD.labels(variable, kind).set(received_at.timestamp())
        if score is not None:
            QUALITY.labels(variable, kind).set(score)
    for severity in SEVERIDADES:
        FINDINGS.labels(severity).set(open_findings.get(severity, 0))


def _admit(request: Request, settings: Settings) -> None:
    if settings.metrics_token is None:
        peer = request.client.host if request.client else None
        if not is_direct_loopback(peer, request.scope["headers"]):
            raise ProblemError("sin-permiso", "Las medidas se leen desde la misma máquina o con su token.")
        return
    given = request.headers.get("authorization", "").partition(" ")[2].strip()
    if not secrets.compare_digest(given.encode(), settings.metrics_token.get_secret_value().encode()):
        raise ProblemError(
            "no-autenticado",
            "Las medidas piden su token.",
            headers={"WWW-Authenticate": 'Bearer realm="siea-metrics"'},
        )
