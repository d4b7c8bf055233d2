"""The catalogue and what is loaded of it."""

from fastapi import APIRouter, Request
from starlette.responses import Response

from siea.api.answers import answer_json
from siea.api.deps import ONCE, NoParameters, SessionDep, Viewer
from siea.api.openapi import NOT_MODIFIED, READ
from siea.api.schemas import RespuestaVariables
from siea.api.shapes import variable_row
from siea.domain.catalogo import variables as catalogue
from siea.store.repositories import VariablesRepository

router = APIRouter(prefix="/api/v1/variables", tags=["Catálogo y calidad"], dependencies=[ONCE])


@router.get(
    "",
    summary="Variables disponibles",
    response_model=None,
    responses={200: {"model": RespuestaVariables}, **NOT_MODIFIED, **READ},
)
async def variables(principal: Viewer, _: NoParameters, request: Request, session: SessionDep) -> Response:
    """Cada variable del catálogo con su unidad, resolución y rezago, y qué hay cargado de ella."""
    states = {
        (state.variable, state.entidad_tipo): state for state in await VariablesRepository(session).estado()
    }
    rows = [
        variable_row(variable, states.get((variable.codigo, variable.entidad))) for variable in catalogue()
    ]
    return answer_json(request, {"datos": rows})
