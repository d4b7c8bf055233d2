"""What changed in the data, and by how much."""

from datetime import date
from typing import Annotated

from fastapi import APIRouter, Query, Request
from pydantic import BaseModel, ConfigDict, Field
from starlette.responses import Response

from siea.api.answers import answer_json
from siea.api.deps import ONCE, SessionDep, Viewer
from siea.api.errors import ProblemError
from siea.api.openapi import NOT_MODIFIED, READ
from siea.api.query import Dia, VariableCatalogo, ordered
from siea.api.schemas_quality import RespuestaCambios, RespuestaMovimientos
from siea.api.series import local_iso
from siea.domain import catalogo
from siea.domain.catalogo import UnknownVariableError, Variable
from siea.store.repositories import RevisionesRepository

router = APIRouter(prefix="/api/v1/revisiones", tags=["Catálogo y calidad"], dependencies=[ONCE])
MAXIMO_DIAS = 4000


class ParametrosRango(BaseModel):
    """A variable and the local days whose values are looked at."""

    model_config = ConfigDict(extra="forbid")

    variable: VariableCatalogo = Field(description="Código del catálogo.", examples=["DemaReal"])
    entidad_tipo: str | None = Field(
        None, max_length=40, pattern=r"^\w+$", description="Clase de entidad; por defecto, la del sistema."
    )
    desde: Dia = Field(description="Primer día de los valores.", examples=["2024-05-01"])
    hasta: Dia = Field(description="Último día de los valores.", examples=["2024-05-31"])


class ParametrosCambios(ParametrosRango):
    """The parameters of ``/revisiones/cambios``."""

    conocido_1: Dia = Field(description="Lo que se sabía al terminar este día…", examples=["2024-06-01"])
    conocido_2: Dia = Field(description="… y lo que se sabía al terminar este.", examples=["2024-06-15"])
    limite: int = Field(1000, ge=1, le=10_000, description="Cuántos cambios se listan.")


def _variable(asked: ParametrosRango) -> Variable:
    ordered(asked.desde, asked.hasta)
    if (asked.hasta - asked.desde).days >= MAXIMO_DIAS:
        raise ProblemError.field("hasta", f"el rango pasa de {MAXIMO_DIAS} días.")
    try:
        return catalogo.variable(asked.variable.value, asked.entidad_tipo)
    except UnknownVariableError:
        kinds = sorted(v.entidad for v in catalogo.variables() if v.codigo == asked.variable.value)
        raise ProblemError.field("entidad_tipo", f"la variable se publica por: {', '.join(kinds)}.") from None


@router.get(
    "/cambios",
    summary="Qué cambió entre dos días",
    response_model=None,
    responses={200: {"model": RespuestaCambios}, **NOT_MODIFIED, **READ},
)
async def cambios(
    principal: Viewer, asked: Annotated[ParametrosCambios, Query()], request: Request, session: SessionDep
) -> Response:
    """Los valores que no eran los mismos al terminar un día y al terminar otro."""
    variable = _variable(asked)
    found = await RevisionesRepository(session).cambios(
        variable,
        asked.conocido_1,
        asked.conocido_2,
        desde=asked.desde,
        hasta=asked.hasta,
        limite=asked.limite,
    )
    return answer_json(
        request,
        _of(variable)
        | {
            "conocido_el": [asked.conocido_1, asked.conocido_2],
            "cuantos": found.cuantos,
            "suma_antes": found.suma_antes,
            "suma_despues": found.suma_despues,
            "datos": [
                {
                    "entidad": change.entidad,
                    "dimension": change.dimension,
                    "fecha": local_iso(change.fecha),
                    "antes": change.antes,
                    "despues": change.despues,
                    "version_antes": change.version_antes,
                    "version_despues": change.version_despues,
                }
                for change in found.filas
            ],
        },
    )


@router.get(
    "/movimientos",
    summary="Cuánto movió cada versión",
    response_model=None,
    responses={200: {"model": RespuestaMovimientos}, **NOT_MODIFIED, **READ},
)
async def movimientos(
    principal: Viewer, asked: Annotated[ParametrosRango, Query()], request: Request, session: SessionDep
) -> Response:
    """Cuánto cambió la variable en cada paso de una versión de liquidación a la siguiente."""
    variable = _variable(asked)
    found = await RevisionesRepository(session).movimientos(variable, asked.desde, asked.hasta)
    rows = [
        {
            "de": step.de,
            "a": step.a,
            "valores": step.valores,
            "iguales": step.iguales,
            "medio_abs_pct": step.medio_abs_pct,
            "neto_pct": step.neto_pct,
            "mayor_abs": step.mayor_abs,
        }
        for step in found
    ]
    span: dict[str, date] = {"desde": asked.desde, "hasta": asked.hasta}
    return answer_json(request, _of(variable) | span | {"datos": rows})


def _of(variable: Variable) -> dict[str, object]:
    return {"variable": variable.codigo, "entidad_tipo": variable.entidad, "unidad": variable.unidad}
