"""The publishers, and how asking them went."""

from fastapi import APIRouter, Request
from starlette.responses import Response

from siea.api.answers import answer_json
from siea.api.deps import ONCE, NoParameters, SessionDep, Viewer
from siea.api.openapi import NOT_MODIFIED, READ
from siea.api.schemas_quality import RespuestaFuentes
from siea.api.series import local_iso
from siea.ingest.sources.registry import NOMBRES, fuente
from siea.store.repositories import FuentesRepository

router = APIRouter(prefix="/api/v1/fuentes", tags=["Catálogo y calidad"], dependencies=[ONCE])


@router.get(
    "",
    summary="Fuentes de datos",
    response_model=None,
    responses={200: {"model": RespuestaFuentes}, **NOT_MODIFIED, **READ},
)
async def fuentes(principal: Viewer, _: NoParameters, request: Request, session: SessionDep) -> Response:
    """Cada conjunto de cada fuente: qué da, cada cuánto, y cómo fue la última consulta."""
    states = await FuentesRepository(session).estado()
    rows = []
    for name in NOMBRES:
        declared = fuente(name)
        for conjunto in declared.conjuntos:
            state = states.get((name, conjunto.nombre))
            rows.append(
                {
                    "fuente": name,
                    "titulo": declared.titulo,
                    "conjunto": conjunto.nombre,
                    "clase": conjunto.clase,
                    "descripcion": conjunto.descripcion,
                    "frecuencia": conjunto.frecuencia,
                    "rezago_dias": conjunto.rezago_dias,
                    "licencia": declared.licencia,
                    "consultado_en": local_iso(state.consultado_en) if state else None,
                    "ultimo_exito": local_iso(state.ultimo_exito) if state and state.ultimo_exito else None,
                    "ultimo_error": state.ultimo_error if state else None,
                    "fallos_seguidos": state.fallos_seguidos if state else 0,
                }
            )
    return answer_json(request, {"datos": rows})
