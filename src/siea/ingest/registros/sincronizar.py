"""A set of records brought up to what its source says now."""

from collections.abc import Callable
from dataclasses import replace

from sqlalchemy.ext.asyncio import AsyncEngine

from siea.domain.tiempo import Clock, local_date
from siea.ingest import estado
from siea.ingest.batch import CARGADA
from siea.ingest.documentos.reformas import apply_amendments
from siea.ingest.errors import SourceError
from siea.ingest.estado import Consulta
from siea.ingest.registros.cargar import SIN_CAMBIOS, RecordReport, load_records
from siea.ingest.sources.registry import Clase, Conjunto, RecordSource, mark_of
from siea.store.lake import Lake
from siea.telemetry import metrics

Tell = Callable[[int, str], None]
"""Called with (answers done, what was done last)."""


async def sync(
    engine: AsyncEngine,
    lake: Lake,
    source: RecordSource,
    conjunto: Conjunto,
    *,
    clock: Clock,
    tell: Tell | None = None,
) -> RecordReport:
    """Load every answer of the set; nothing is asked when its change marker is that of the last time.

    A failure keeps what was loaded before it, is written down, and comes back in the report.
    """
    asked = Consulta(source.name, conjunto.nombre)
    total = RecordReport(source.name, conjunto.nombre, SIN_CAMBIOS)
    try:
        mark = await mark_of(source, conjunto.nombre)
        known = await estado.known_mark(engine, source.name, conjunto.nombre)
        if mark is None or mark != known:
            parte = 0
            async for answer in source.pages(conjunto.nombre):
                parte += 1
                records = source.records(conjunto.nombre, answer)
                done = await load_records(
                    engine,
                    lake,
                    source.name,
                    conjunto=conjunto,
                    answer=answer,
                    records=records,
                    clock=clock,
                    parte=parte,
                )
                total = _sum(total, done)
                if tell:
                    tell(total.respuestas, f"{conjunto.nombre}: {total.recibidas} registros")
    except SourceError as error:
        metrics.FAILURES.labels(source.name, error.codigo).inc()
        await estado.note(engine, replace(asked, error=error), clock())
        return replace(total, estado="fallida", error=str(error), codigo=error.codigo)
    if conjunto.clase is Clase.DOCUMENTOS and total.guardadas + total.revisadas:
        async with engine.begin() as conn:
            await apply_amendments(conn)
    now = clock()
    await estado.note(engine, replace(asked, marca=mark, ultima_fecha=local_date(now)), now)
    return total


def _sum(total: RecordReport, done: RecordReport) -> RecordReport:
    return RecordReport(
        total.fuente,
        total.conjunto,
        CARGADA if CARGADA in {total.estado, done.estado} else done.estado,
        total.respuestas + done.respuestas,
        total.recibidas + done.recibidas,
        total.guardadas + done.guardadas,
        total.iguales + done.iguales,
        total.revisadas + done.revisadas,
    )
