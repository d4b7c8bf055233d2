"""Lists that are kept: what an entity says now, what it said before, when it was first and last seen."""

from collections.abc import Sequence
from datetime import date

import orjson
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from siea.domain.tiempo import local_date
from siea.ingest.batch import Receipt
from siea.ingest.registros.escrito import NOTHING, Written
from siea.ingest.sources.registry import Entidad

# Set-based over one JSON document: a list of thousands is one round trip.
_INCOMING = """
entrada AS (
    SELECT tipo, codigo, nombre, atributos
    FROM jsonb_to_recordset(cast(:registros AS jsonb))
        AS r (tipo text, codigo text, nombre text, atributos jsonb)
)"""
_CHANGED = "(e.nombre, e.atributos) IS DISTINCT FROM (c.nombre, c.atributos)"
_SAME = "e.tipo = c.tipo AND e.codigo = c.codigo AND e.fuente = :fuente"
_KEEP_OLD = text(
    f"WITH {_INCOMING} INSERT INTO entidades_historia"  # noqa: S608 - our own constants
    " (tipo, codigo, fuente, vigente_desde, vigente_hasta, nombre, atributos, carga_id)"
    " SELECT e.tipo, e.codigo, e.fuente, e.vigente_desde, :recibido, e.nombre, e.atributos, e.carga_id"
    f" FROM entidades e JOIN entrada c ON {_SAME} WHERE {_CHANGED} AND e.vigente_desde < :recibido"
    " ON CONFLICT DO NOTHING"
)
_UPDATE = text(
    f"WITH {_INCOMING} UPDATE entidades e SET nombre = c.nombre, atributos = c.atributos,"  # noqa: S608 - our own constants
    " vigente_desde = :recibido, carga_id = :carga"
    f" FROM entrada c WHERE {_SAME} AND {_CHANGED} AND e.vigente_desde <= :recibido"
)
_INSERT = text(
    f"WITH {_INCOMING} INSERT INTO entidades"  # noqa: S608 - our own constants
    " (tipo, codigo, fuente, nombre, atributos, primera_vez, ultima_vez, vigente_desde, carga_id)"
    " SELECT tipo, codigo, :fuente, nombre, atributos, :dia, :dia, :recibido, :carga FROM entrada"
    " ON CONFLICT (tipo, codigo, fuente) DO NOTHING"
)
_TOUCH = text(
    f"WITH {_INCOMING} UPDATE entidades e SET ultima_vez = greatest(e.ultima_vez, :dia),"  # noqa: S608 - our own constants
    f" primera_vez = least(e.primera_vez, :dia) FROM entrada c WHERE {_SAME}"
    " AND (e.ultima_vez < :dia OR e.primera_vez > :dia)"
)


async def write(
    conn: AsyncConnection, receipt: Receipt, records: Sequence[Entidad], carga_id: int
) -> Written:
    """Upsert *records*; those that changed keep what they said before. Nothing absent is erased."""
    if not records:
        return NOTHING
    told = {"registros": _dump(records), "fuente": receipt.fuente}
    when = {"recibido": receipt.received_at, "carga": carga_id}
    await conn.execute(_KEEP_OLD, told | {"recibido": receipt.received_at})
    revised = (await conn.execute(_UPDATE, told | when)).rowcount
    day = local_date(receipt.received_at)
    added = (await conn.execute(_INSERT, told | when | {"dia": day})).rowcount
    await touch(conn, receipt.fuente, records, day)
    return Written(added, revised)


async def touch(conn: AsyncConnection, fuente: str, records: Sequence[Entidad], day: date) -> None:
    """The source listed *records* on the local *day*."""
    if records:
        await conn.execute(_TOUCH, {"registros": _dump(records), "fuente": fuente, "dia": day})


def _dump(records: Sequence[Entidad]) -> str:
    rows = [
        {"tipo": r.tipo, "codigo": r.codigo, "nombre": r.nombre, "atributos": dict(r.atributos)}
        for r in records
    ]
    return orjson.dumps(rows).decode()
