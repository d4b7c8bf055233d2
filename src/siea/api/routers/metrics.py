"""Prometheus metrics: for who has their token, or for this machine alone."""

import secrets

from fastapi import APIRouter, Request
from prometheus_client import CONTENT_TYPE_LATEST, generate_latest
from starlette.responses import Response

from siea.api.deps import PUBLIC, RuntimeDep
from siea.api.errors import ProblemError
from siea.api.network import is_direct_loopback
from siea.api.openapi import problems
from siea.settings import Settings

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
    return Response(generate_latest(), headers={"Content-Type": CONTENT_TYPE_LATEST})


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
