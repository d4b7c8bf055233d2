"""National demand."""

from enum import Enum
from typing import Annotated

from fastapi import APIRouter, Query, Request
from pydantic import Field
from starlette.responses import Response

from siea.api.answers import answer_series
from siea.api.deps import ONCE, RuntimeDep, SessionDep, Viewer
from siea.api.openapi import SERIES
from siea.api.query import ParametrosSerie, choices
from siea.store.repositories import DemandaRepository

router = APIRouter(prefix="/api/v1/demanda", tags=["Series"], dependencies=[ONCE])
VariableDemanda = Enum("VariableDemanda", choices("demanda_nacional"))  # type: ignore[misc]  # an enum made from the catalogue


class ParametrosDemanda(ParametrosSerie):
    """The parameters of ``/demanda``."""

    variable: VariableDemanda = Field(
        VariableDemanda["DemaSIN"], description="Código de la variable; vea /api/v1/variables."
    )


@router.get("", summary="Demanda nacional de energía", response_model=None, responses=SERIES)
async def demanda(
    principal: Viewer,
    asked: Annotated[ParametrosDemanda, Query()],
    request: Request,
    runtime: RuntimeDep,
    session: SessionDep,
) -> Response:
    """Demanda del sistema en GWh por periodo: diaria (`DemaSIN`) u horaria (`DemaReal`, `DemaCome`)."""
    return await answer_series(
        request,
        runtime,
        session,
        clase="demanda",
        repository=DemandaRepository(session),
        codigo=asked.variable.value,
        asked=asked,
    )
