"""Market prices."""

from enum import Enum
from typing import Annotated

from fastapi import APIRouter, Query, Request
from pydantic import Field
from starlette.responses import Response

from siea.api.answers import answer_series
from siea.api.deps import ONCE, RuntimeDep, SessionDep, Viewer
from siea.api.openapi import SERIES
from siea.api.query import ParametrosSerie, choices
from siea.store.repositories import PreciosRepository

router = APIRouter(prefix="/api/v1/precios", tags=["Series"], dependencies=[ONCE])
VariablePrecio = Enum("VariablePrecio", choices("precios"))  # type: ignore[misc]  # an enum made from the catalogue


class ParametrosPrecios(ParametrosSerie):
    """The parameters of ``/precios``."""

    variable: VariablePrecio = Field(
        VariablePrecio["PrecBolsNaci"], description="Código de la variable; vea /api/v1/variables."
    )


@router.get("", summary="Precios del mercado", response_model=None, responses=SERIES)
async def precios(
    principal: Viewer,
    asked: Annotated[ParametrosPrecios, Query()],
    request: Request,
    runtime: RuntimeDep,
    session: SessionDep,
) -> Response:
    """Precios en COP/kWh: de bolsa (`PrecBolsNaci`, horario), ponderado y de escasez (diarios)."""
    return await answer_series(
        request,
        runtime,
        session,
        clase="precios",
        repository=PreciosRepository(session),
        codigo=asked.variable.value,
        asked=asked,
    )
