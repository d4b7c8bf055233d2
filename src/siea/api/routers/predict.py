"""Forecasts."""

from fastapi import APIRouter

from siea.api.deps import ONCE, Analista, CallerDep, NoParameters, RuntimeDep, ServicesDep
from siea.api.openapi import WRITE
from siea.api.prediction import Prediction
from siea.api.schemas import RespuestaPrediccion, SolicitudPrediccion

router = APIRouter(prefix="/api/v1/predict", tags=["Pronósticos"], dependencies=[ONCE])


@router.post("/demanda", summary="Pronostica la demanda diaria", responses=WRITE)
async def demanda(
    principal: Analista,
    _: NoParameters,
    body: SolicitudPrediccion,
    runtime: RuntimeDep,
    services: ServicesDep,
    caller: CallerDep,
) -> RespuestaPrediccion:
    """La demanda del SIN (`DemaSIN`, GWh por día) de los próximos días, con bandas de 80 y 95 %.

    Los días empiezan hoy si el último día cerrado tiene diez días o menos; si no, al día siguiente de ese, y
    `avisos` dice de cuándo son los datos. Los días provisionales nunca entrenan al modelo.
    """
    return await Prediction(runtime, services, caller, principal.usuario, body.horizonte_dias).answer()
