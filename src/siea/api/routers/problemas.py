"""What each kind of problem means: the addresses that problem documents carry as their type."""

from typing import Annotated

from fastapi import APIRouter, Path

from siea.api.deps import PUBLIC
from siea.api.errors import KINDS, ProblemError
from siea.api.openapi import problems
from siea.api.schemas import ClaseDeProblema

router = APIRouter(prefix="/problemas", tags=["Servicio"], dependencies=[PUBLIC])


@router.get("/{codigo}", summary="Qué significa un problema", responses=problems(404, 422))
async def problema(
    codigo: Annotated[
        str, Path(description="El final del «type» de un problema.", examples=["peticion-no-valida"])
    ],
) -> ClaseDeProblema:
    """Qué significa una clase de problema y qué hacer."""
    kind = KINDS.get(codigo)
    if kind is None:
        raise ProblemError("no-encontrado", "No hay una clase de problema con ese nombre.")
    return ClaseDeProblema(
        type=f"/problemas/{kind.codigo}", status=kind.status, title=kind.titulo, que_hacer=kind.que_hacer
    )
