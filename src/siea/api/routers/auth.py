"""The way in: password for a token, and the password of one's own."""

from typing import Annotated, Literal

from fastapi import APIRouter, Form
from pydantic import BaseModel, Field

from siea.api.deps import ONCE, PUBLIC, CallerDep, NoParameters, RuntimeDep, ServicesDep, SessionDep, Viewer
from siea.api.entry import Entry
from siea.api.openapi import READ, WRITE
from siea.api.schemas import CambioDeClave, Clave, Nombre, RespuestaToken, RespuestaYo

router = APIRouter(prefix="/api/v1/auth", tags=["Ingreso"], dependencies=[ONCE])


class FormularioIngreso(BaseModel):
    """El formulario «password» de OAuth 2."""

    grant_type: Literal["password"] = Field("password", description="Siempre «password».")
    username: Nombre
    password: Clave


@router.post("/token", summary="Ingresa con usuario y clave", responses=WRITE, dependencies=[PUBLIC])
async def token(
    _: NoParameters,
    form: Annotated[FormularioIngreso, Form()],
    services: ServicesDep,
    runtime: RuntimeDep,
    caller: CallerDep,
    session: SessionDep,
) -> RespuestaToken:
    """Da un token de corta vida a cambio de la clave.

    Mientras la clave sea la temporal que dio un administrador, responde 403 con el problema
    `/problemas/clave-temporal`: defina una propia en `/api/v1/auth/clave`.
    """
    minutes = runtime.settings.token_minutes
    return await Entry(services, session, caller, form.username, minutes).login(form.password)


@router.post("/clave", summary="Define una clave propia", responses=WRITE, dependencies=[PUBLIC])
async def clave(
    _: NoParameters,
    body: CambioDeClave,
    services: ServicesDep,
    runtime: RuntimeDep,
    caller: CallerDep,
    session: SessionDep,
) -> RespuestaToken:
    """Cambia la clave, también la temporal, y da un token como al ingresar."""
    entry = Entry(services, session, caller, body.usuario, runtime.settings.token_minutes)
    return await entry.change_password(body.clave, body.clave_nueva)


@router.get("/yo", summary="Quién soy", responses=READ)
async def yo(principal: Viewer, _: NoParameters) -> RespuestaYo:
    """De quién es el token, qué rol tiene y hasta cuándo vale."""
    return RespuestaYo(usuario=principal.usuario, rol=principal.rol, expira_en=principal.expira_en)
