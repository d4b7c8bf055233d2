"""Reading the raw copies of personal data: nobody does without leaving a record of it first."""

import asyncio

from sqlalchemy.ext.asyncio import AsyncSession, async_sessionmaker

from siea.security.audit import Accion, Origen, Resultado, record
from siea.store.lake import Lake


async def read_personal(
    sessions: async_sessionmaker[AsyncSession],
    lake: Lake,
    path: str,
    *,
    actor: str,
    motivo: str,
    origen: Origen | None = None,
) -> bytes:
    """The bytes of the encrypted raw object *path*, once the audit trail has who read it, and why.

    A reading that fails is on record too. Raises ValueError without a reason, without the key, or when the
    object was changed; FileNotFoundError; and what the database raises: unrecorded, nothing is given.
    """
    if not motivo.strip():
        raise ValueError("a reading of personal data needs a reason")

    async def note(resultado: Resultado) -> None:
        async with sessions.begin() as session:
            await record(
                session,
                Accion.DATO_PERSONAL,
                resultado,
                actor=actor,
                recurso=path,
                origen=origen,
                detalle={"acto": "leer", "motivo": motivo.strip()},
            )

    try:
        body = await asyncio.to_thread(lake.read_personal, path)
    except (OSError, ValueError):
        await note(Resultado.ERROR)
        raise
    await note(Resultado.OK)
    return body
