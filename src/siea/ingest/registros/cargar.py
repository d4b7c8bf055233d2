"""One answer of records into the database, in one transaction: batch, rows, quality."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass

import orjson
import polars as pl
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from siea.domain.tiempo import Clock, local_date
from siea.ingest import record
from siea.ingest.batch import CARGADA, SIN_DATOS, Loaded, Receipt
from siea.ingest.quality import score_of_records
from siea.ingest.registros import documentos, entidades, noticias
from siea.ingest.registros.escrito import Written
from siea.ingest.sources.registry import Answer, Conjunto, Documento, Entidad, Noticia
from siea.store.lake import Lake
from siea.store.locks import Lock

Record = Entidad | Documento | Noticia
SIN_CAMBIOS = "sin_cambios"


@dataclass(frozen=True, slots=True)
class RecordReport:
    """What loading did. ``estado``: cargada, sin_cambios, sin_datos or fallida (``error`` says why).

    ``recibidas`` = guardadas + iguales + revisadas; ``respuestas`` counts the answers of the source.
    """

    fuente: str
    conjunto: str
    estado: str
    respuestas: int = 0
    recibidas: int = 0
    guardadas: int = 0
    iguales: int = 0
    revisadas: int = 0
    error: str | None = None
    codigo: str | None = None


async def load_records(
    engine: AsyncEngine,
    lake: Lake,
    fuente: str,
    *,
    conjunto: Conjunto,
    answer: Answer,
    records: Sequence[Record],
    clock: Clock,
    parte: int = 1,
) -> RecordReport:
    """Load what one answer says, the *parte*-th of its set.

    The same answer again changes nothing but the day on which its entities were last seen.
    """
    path, digest = await asyncio.to_thread(_keep, lake, fuente, conjunto, answer, records)
    today = local_date(answer.received_at)
    receipt = Receipt(
        fuente,
        conjunto.nombre,
        "",
        str(conjunto.clase),
        first=today,
        last=today,
        peticion={"conjunto": conjunto.nombre, "parte": parte},
        origen=path,
        sha256=digest,
        received_at=answer.received_at,
    )
    unique = list({_key(item): item for item in records}.values())
    async with engine.begin() as conn:
        await conn.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": Lock.LOAD})
        round_ = await record.round_of(conn, receipt)
        if round_ is None:
            seen = [item for item in unique if isinstance(item, Entidad)]
            await entidades.touch(conn, fuente, seen, today)
            return RecordReport(fuente, conjunto.nombre, SIN_CAMBIOS, 1, len(records), 0, len(records))
        carga_id = await record.open_batch(conn, receipt, round_)
        written = await _write(conn, receipt, unique, carga_id)
        loaded = Loaded(
            carga_id,
            recibidas=len(records),
            guardadas=written.nuevas,
            iguales=len(records) - written.nuevas - written.revisadas,
            revisadas=written.revisadas,
        )
        estado = CARGADA if records else SIN_DATOS
        await record.close_batch(conn, score_of_records(len(records), len(unique)), estado, loaded, clock())
    return RecordReport(
        fuente, conjunto.nombre, estado, 1, len(records), loaded.guardadas, loaded.iguales, loaded.revisadas
    )


async def _write(
    conn: AsyncConnection, receipt: Receipt, records: Sequence[Record], carga_id: int
) -> Written:
    """Each kind of record to its table; a set holds one kind."""
    done = [
        await entidades.write(conn, receipt, [r for r in records if isinstance(r, Entidad)], carga_id),
        await documentos.write(conn, receipt, [r for r in records if isinstance(r, Documento)], carga_id),
        await noticias.write(conn, receipt, [r for r in records if isinstance(r, Noticia)], carga_id),
    ]
    return Written(sum(d.nuevas for d in done), sum(d.revisadas for d in done))


def _key(item: Record) -> tuple[str, ...]:
    if isinstance(item, Entidad):
        return (item.tipo, item.codigo)
    return (item.clave,) if isinstance(item, Documento) else (item.enlace,)


def _keep(
    lake: Lake, fuente: str, conjunto: Conjunto, answer: Answer, records: Sequence[Record]
) -> tuple[str, str]:
    """The answer as it came and, beside it, its records as text; path and hash of the former."""
    today = local_date(answer.received_at)
    raw = lake.put_raw(
        answer.archivo or answer.body,
        source=fuente,
        dataset=conjunto.nombre,
        variable=conjunto.nombre,
        entity=str(conjunto.clase),
        first=today,
        last=today,
        received_at=answer.received_at,
        extension=answer.extension,
        metadata=answer.nota,
        personal=conjunto.personal,
    )
    if records:
        rows = [{name: _text(getattr(r, name)) for name in r.__dataclass_fields__} for r in records]
        lake.put_parquet(
            "bronze",
            pl.DataFrame(rows, infer_schema_length=None),
            source=fuente,
            dataset=conjunto.nombre,
            first=today,
            name=raw.path.rpartition("/")[2].partition(".")[0],
        )
    return raw.path, raw.sha256


def _text(value: object) -> str | None:
    if value is None or isinstance(value, str):
        return value
    if isinstance(value, dict):
        return orjson.dumps(value, option=orjson.OPT_SORT_KEYS).decode()
    return str(value)
