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
from siea.api.schemas_quality import RespuestaCalidadDias, RespuestaHallazgos
from siea.api.series import local_iso
from siea.api.shapes import quality_row
from siea.domain import catalogo
from siea.store.repositories import CalidadDiasRepository, CalidadRepository, HallazgosRepository

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


class ParametrosDias(BaseModel):
    """The parameters of ``/calidad/dias``."""

    model_config = ConfigDict(extra="forbid")

    variable: VariableCatalogo = Field(description="Código del catálogo.", examples=["DemaReal"])
    entidad_tipo: str | None = Field(
        None, max_length=40, pattern=r"^\w+$", description="Clase de entidad; por defecto, la del sistema."
    )
    desde: Dia | None = Field(None, description="Primer día.", examples=["2024-01-01"])
    hasta: Dia | None = Field(None, description="Último día.", examples=["2024-12-31"])
    limite: int = Field(400, ge=1, le=10_000, description="Cuántos días, los más recientes.")


@router.get(
    "/dias",
    summary="Calidad de los días",
    response_model=None,
    responses={200: {"model": RespuestaCalidadDias}, **NOT_MODIFIED, **READ},
)
async def dias(
    principal: Viewer, asked: Annotated[ParametrosDias, Query()], request: Request, session: SessionDep
) -> Response:
    """El puntaje (0 a 100) de cada día local: qué falta, qué es provisional y qué es dudoso."""
    ordered(asked.desde, asked.hasta)
    code = asked.variable.value
    kind = asked.entidad_tipo or catalogo.variable(code).entidad
    found = await CalidadDiasRepository(session).dias(
        code, kind, desde=asked.desde, hasta=asked.hasta, limite=asked.limite
    )
    rows = [
        {
            "variable": row.variable,
            "entidad": row.entidad_tipo,
            "dia": row.dia,
            "puntaje": row.puntaje,
            **row.detalle,
            "carga_id": row.carga_id,
        }
        for row in found
    ]
    return answer_json(request, {"datos": rows})


class ParametrosHallazgos(BaseModel):
    """The parameters of ``/calidad/hallazgos``."""

    model_config = ConfigDict(extra="forbid")

    variable: VariableCatalogo | None = Field(None, description="Solo los de esta variable.")
    regla: str | None = Field(
        None, max_length=60, pattern=r"^[a-z_0-9]+$", description="Solo los de esta regla."
    )
    abiertos: bool = Field(True, description="Solo los que siguen ahí; «false» trae también los resueltos.")
    limite: int = Field(200, ge=1, le=2000, description="Cuántos, los más graves y recientes primero.")


@router.get(
    "/hallazgos",
    summary="Defectos encontrados en los datos",
    response_model=None,
    responses={200: {"model": RespuestaHallazgos}, **NOT_MODIFIED, **READ},
)
async def hallazgos(
    principal: Viewer, asked: Annotated[ParametrosHallazgos, Query()], request: Request, session: SessionDep
) -> Response:
    """Lo que el juez de calidad encontró: qué, dónde, cuánto y qué puede ser. Nunca cambia un dato."""
    variable = asked.variable.value if asked.variable else None
    found = await HallazgosRepository(session).hallazgos(
        variable, asked.regla, abiertos=asked.abiertos, limite=asked.limite
    )
    rows = [
        {
            "id": row.id,
            "regla": row.regla,
            "severidad": row.severidad,
            "variable": row.variable,
            "entidad_tipo": row.entidad_tipo,
            "entidad": row.entidad,
            "dimension": row.dimension,
            "desde": row.desde,
            "hasta": row.hasta,
            "cuantos": row.cuantos,
            "mensaje": row.mensaje,
            "detalle": row.detalle,
            "creado_en": local_iso(row.creado_en),
            "resuelto_en": local_iso(row.resuelto_en) if row.resuelto_en else None,
        }
        for row in found
    ]
    return answer_json(request, {"datos": rows})
