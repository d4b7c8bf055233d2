"""The audit trail: who did what, from where, with what result.

One function for each thing that is recorded, so that the same act always has the same words.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession

from siea.store.repositories import AuditoriaRepository

_LONGEST_AGENT = 300


class Accion(StrEnum):
    """What people and programs do."""

    INGRESO = "ingreso"
    CAMBIO_CLAVE = "cambio_clave"
    TOKEN = "token"  # noqa: S105 - the name of an act
    PREDICCION = "prediccion"
    ACCESO = "acceso"
    CUENTA = "cuenta"
    CUARENTENA = "cuarentena"
    DATO_PERSONAL = "dato_personal"


class Resultado(StrEnum):
    """How it ended."""

    OK = "ok"
    RECHAZADO = "rechazado"
    ERROR = "error"


@dataclass(frozen=True, slots=True)
class Origen:
    """Where a request came from: the client's address and what it calls itself."""

    ip: str | None = None
    agente: str | None = None


async def record(
    session: AsyncSession,
    accion: Accion,
    resultado: Resultado,
    *,
    actor: str,
    recurso: str,
    origen: Origen | None = None,
    filas: int | None = None,
    duracion_ms: float | None = None,
    detalle: Mapping[str, Any] | None = None,
) -> None:
    """Add one record in the caller's transaction. No password or token belongs in *detalle*."""
    origen = origen or Origen()
    agent = origen.agente.replace("\x00", "")[:_LONGEST_AGENT] if origen.agente else None
    await AuditoriaRepository(session).registrar(
        actor=actor,
        accion=accion.value,
        recurso=recurso,
        resultado=resultado.value,
        ip=origen.ip,
        agente=agent,
        filas=filas,
        duracion_ms=duracion_ms,
        detalle=detalle,
    )
