"""Rejected rows and what is decided on them."""

from typing import Annotated, Literal

from fastapi import APIRouter, Query, Request
from pydantic import BaseModel, ConfigDict, Field
from starlette.responses import Response

from siea.api.answers import answer_json
from siea.api.deps import ONCE, Admin, CallerDep, NoParameters, RuntimeDep, SessionDep, Viewer
from siea.api.errors import ProblemError
from siea.api.gate import Caller
from siea.api.openapi import NOT_MODIFIED, READ, WRITE
from siea.api.query import VariableCatalogo
from siea.api.schemas_quality import DecisionDeCuarentena, RespuestaCuarentena, RespuestaLiberacion
from siea.api.series import local_iso
from siea.ingest import cuarentena
from siea.ingest.cuarentena import QuarantineError
from siea.ingest.decisiones import Decision
from siea.runtime import Runtime
from siea.security import audit

router = APIRouter(prefix="/api/v1/cuarentena", tags=["Catálogo y calidad"], dependencies=[ONCE])
Estado = Literal["retenida", "liberada", "corregida", "descartada"]


class ParametrosCuarentena(BaseModel):
    """The parameters of ``/cuarentena``."""

    model_config = ConfigDict(extra="forbid")

    variable: VariableCatalogo | None = Field(None, description="Solo filas de esta variable.")
    carga_id: int | None = Field(None, ge=1, le=2**63 - 1, description="Solo filas de esta carga.")
    estado: Estado = Field("retenida", description="Qué se decidió de ellas.")
    limite: int = Field(100, ge=1, le=1000, description="Cuántas filas, las más recientes.")


@router.get(
    "",
    summary="Filas en cuarentena",
    response_model=None,
    responses={200: {"model": RespuestaCuarentena}, **NOT_MODIFIED, **READ},
)
async def listar(
    principal: Viewer,
    asked: Annotated[ParametrosCuarentena, Query()],
    request: Request,
    runtime: RuntimeDep,
    session: SessionDep,
) -> Response:
    """Cada fila que no pasó las pruebas: como llegó, por qué, y qué se decidió de ella."""
    found = await cuarentena.rows(
        runtime.engine,
        variable=asked.variable.value if asked.variable else None,
        carga_id=asked.carga_id,
        estado=asked.estado,
        limite=asked.limite,
    )
    rows = [
        {
            "id": row.id,
            "variable": row.variable,
            "entidad_tipo": row.entidad_tipo,
            "fuente": row.fuente,
            "carga_id": row.carga_id,
            "origen": row.origen,
            "fila": row.fila,
            "motivo": row.motivo,
            "estado": row.estado,
            "creado_en": local_iso(row.creado_en),
            "decidida_por": row.decidida_por,
            "decidida_en": local_iso(row.decidida_en) if row.decidida_en else None,
            "nota": row.nota,
        }
        for row in found
    ]
    return answer_json(request, {"datos": rows})


@router.post("/liberar", summary="Acepta filas en cuarentena", responses=WRITE)
async def liberar(
    principal: Admin,
    _: NoParameters,
    body: DecisionDeCuarentena,
    runtime: RuntimeDep,
    caller: CallerDep,
) -> RespuestaLiberacion:
    """Carga las filas como un lote propio, con la marca `liberado`; queda en la auditoría quién y por qué."""
    decision = Decision(principal.usuario, body.nota)
    try:
        done = await cuarentena.release(runtime.engine, body.ids, decision, clock=runtime.clock)
    except QuarantineError as error:
        raise ProblemError.field("ids", str(error)) from error
    await _record(runtime, caller, body, act="liberar", actor=decision.quien, count=done.liberadas)
    return RespuestaLiberacion(
        decididas=done.liberadas,
        carga_id=done.carga_id,
        guardadas=done.guardadas,
        revisadas=done.revisadas,
    )


@router.post("/descartar", summary="Descarta filas en cuarentena", responses=WRITE)
async def descartar(
    principal: Admin,
    _: NoParameters,
    body: DecisionDeCuarentena,
    runtime: RuntimeDep,
    caller: CallerDep,
) -> RespuestaLiberacion:
    """Aparta las filas para siempre; siguen en el registro."""
    decision = Decision(principal.usuario, body.nota)
    try:
        count = await cuarentena.discard(runtime.engine, body.ids, decision, runtime.clock())
    except QuarantineError as error:
        raise ProblemError.field("nota", str(error)) from error
    await _record(runtime, caller, body, act="descartar", actor=decision.quien, count=count)
    return RespuestaLiberacion(decididas=count, carga_id=None, guardadas=0, revisadas=0)


async def _record(
    runtime: Runtime, caller: Caller, body: DecisionDeCuarentena, *, act: str, actor: str, count: int
) -> None:
    async with runtime.sessions.begin() as session:
        await audit.record(
            session,
            audit.Accion.CUARENTENA,
            audit.Resultado.OK,
            actor=actor,
            recurso=f"cuarentena/{act}",
            origen=caller.origen,
            filas=count,
            detalle={"ids": body.ids, "nota": body.nota},
        )
