"""Is it alive, is it ready."""

from fastapi import APIRouter, Response

from siea.api.deps import PUBLIC, ServicesDep
from siea.api.schemas import Preparado, Vivo

router = APIRouter(prefix="/health", tags=["Servicio"], dependencies=[PUBLIC])


@router.get("/live", summary="El proceso responde")
async def live() -> Vivo:
    """Siempre «ok» mientras el proceso atienda."""
    return Vivo(estado="ok")


@router.get(
    "/ready",
    summary="Estado de cada dependencia",
    responses={503: {"model": Preparado, "description": "La base de datos no responde."}},
)
async def ready(response: Response, services: ServicesDep) -> Preparado:
    """«caido» (503) sin base de datos; «degradado» si falta otra parte, que se nombra."""
    found = await services.readiness()
    if found.estado == "caido":
        response.status_code = 503
    response.headers["Cache-Control"] = "no-store"
    return found
