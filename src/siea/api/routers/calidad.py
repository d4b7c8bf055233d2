"""Quality of the data, batch by batch."""

from typing import Annotated

from fastapi import APIRouter, Query, Request
from pydantic import BaseModel, ConfigDict, Field
from starlette.responses import Response

from siea.api.answers import answer_json
from siea.api.deps import ONCE, SessionDep, Viewer
from siea.api.openapi import NOT_MODIFIED, READ
from siea.api.query import Dia, VariableCatalogo, ordered
from siea.api.schemas import RespuestaCalidad
from siea.api.shapes import quality_row
from siea.store.repositories import CalidadRepository

router = APIRouter(prefix="/api/v1/calidad", tags=["Catálogo y calidad"], dependencies=[ONCE])


class ParametrosCalidad(BaseModel):
    """The parameters of ``/calidad``."""

    model_config = ConfigDict(extra="forbid")

    variable: VariableCatalogo | None = Field(
        None, description="Solo las cargas de esta variable.", examples=["DemaReal"]
    )
    desde: Dia | None = Field(
        None, description="Solo cargas con datos de este día o posteriores.", examples=["2024-01-01"]
    )
    hasta: Dia | None = Field(
        None, description="Solo cargas con datos de este día o anteriores.", examples=["2024-12-31"]
    )
    limite: int = Field(100, ge=1, le=1000, description="Cuántas cargas, las más recientes.", examples=[100])


@router.get(
    "",
    summary="Calidad de las cargas",
    response_model=None,
    responses={200: {"model": RespuestaCalidad}, **NOT_MODIFIED, **READ},
)
async def calidad(
    principal: Viewer, asked: Annotated[ParametrosCalidad, Query()], request: Request, session: SessionDep
) -> Response:
    """El puntaje (0 a 100) de cada carga y de cada dimensión, y qué pasó con sus filas."""
    ordered(asked.desde, asked.hasta)
    variable = asked.variable.value if asked.variable else None
    batches = await CalidadRepository(session).por_carga(variable, asked.desde, asked.hasta, asked.limite)
    return answer_json(request, {"datos": [quality_row(batch) for batch in batches]})
