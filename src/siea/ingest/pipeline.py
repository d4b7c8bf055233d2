"""The ETL, step by step; reading ``process`` tells the whole story.

raw bytes to the lake → bronze → normalise → validate → clean → provisional days → quality → silver → load in
one transaction → aggregates → metrics. Each step is a plain function; the database, the lake, the source and
the clock are arguments. A crash between any two steps loses nothing and repeats nothing.
"""

import asyncio
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from datetime import date
from typing import Literal

import polars as pl
from sqlalchemy.ext.asyncio import AsyncEngine

from siea.domain.catalogo import Variable
from siea.domain.tiempo import Clock, local_date, utc_now
from siea.domain.versiones import ORDER, UnknownVersionError
from siea.ingest import context, estado, record, report
from siea.ingest.batch import CARGADA, INCOMPLETA, RECHAZADA, SIN_DATOS, Batch, Identity
from siea.ingest.errors import SourceError
from siea.ingest.estado import Consulta
from siea.ingest.load import load
from siea.ingest.obtain import Kept, complete, digest, fetch, in_order
from siea.ingest.quality import Counts, due_days, score
from siea.ingest.report import LoadReport
from siea.ingest.sources.registry import Bronze, Request, Source
from siea.ingest.transform.clean import clean
from siea.ingest.transform.frames import SILVER, rejects
from siea.ingest.transform.normalize import normalize, one_by_one
from siea.ingest.transform.provisional import Judgement, provisional
from siea.ingest.transform.validate import validate
from siea.store.aggregates import refresh_aggregates
from siea.store.lake import Lake
from siea.telemetry import metrics

CONCURRENCY = 4

Progress = Callable[[int, int, str], None]
"""Called with (ranges done, ranges in all, what was done last)."""

Range = tuple[Variable, date, date]
_NOBODY = Judgement(frozenset(), frozenset())


async def run(
    engine: AsyncEngine,
    lake: Lake,
    source: Source,
    variables: Sequence[Variable],
    *,
    clock: Clock = utc_now,
    progress: Progress | None = None,
) -> list[LoadReport]:
    """Bring each variable up to the local yesterday, asking again for the last days to catch revisions."""
    today = local_date(clock())
    ranges = [(v, *await context.next_range(engine, source.name, v, today)) for v in variables]
    return await load_ranges(engine, lake, source, ranges, clock=clock, progress=progress)


async def backfill(
    engine: AsyncEngine,
    lake: Lake,
    source: Source,
    variables: Sequence[Variable],
    *,
    first: date,
    last: date,
    clock: Clock = utc_now,
    progress: Progress | None = None,
) -> list[LoadReport]:
    """Load the local days *first* to *last* of each variable, whatever was loaded before."""
    ranges = [(v, first, last) for v in variables]
    return await load_ranges(engine, lake, source, ranges, clock=clock, progress=progress)


async def load_ranges(
    engine: AsyncEngine,
    lake: Lake,
    source: Source,
    ranges: Sequence[Range],
    *,
    clock: Clock = utc_now,
    progress: Progress | None = None,
) -> list[LoadReport]:
    """Fetch concurrently, load in order. What fails stops its own variable and no other.

    The later days of that variable wait too: a hole in the middle would look as if it had been done.
    """
    reports: list[LoadReport] = []
    requests: list[Request] = []
    outcome = {v.conjunto: Consulta(source.name, v.conjunto) for v, _, _ in ranges}
    for variable, first, last in ranges:
        try:
            requests += await source.requests(variable, first, last)
        except SourceError as error:
            reports.append(report.failed(source.name, variable, first, last, error=error))
            _note_failure(outcome, variable, error)
    stopped: set[tuple[str, str]] = set()

    async def ask(request: Request) -> tuple[Request, Kept | SourceError | None]:
        if _series(request) in stopped:
            return request, None
        try:
            with _timed("fetch"):
                return request, await fetch(source, lake, request, clock)
        except SourceError as error:
            return request, error

    done = 0
    async for request, answer in in_order(requests, ask, CONCURRENCY):
        done += 1
        if answer is not None and _series(request) not in stopped:
            told = await _outcome(engine, lake, source, request, answer=answer, clock=clock)
            if isinstance(told, SourceError):
                stopped.add(_series(request))
                _note_failure(outcome, request.variable, told)
                told = report.failed(source.name, request.variable, request.first, request.last, error=told)
            reports.append(told)
        if progress:
            progress(done, len(requests), f"{request.variable.codigo} {request.first} a {request.last}")
    with _timed("aggregate"):
        await refresh_aggregates(engine)
    for consulta in outcome.values():
        await estado.note(engine, consulta, clock())
    await estado.note_freshness(engine, reports, clock())
    return reports


def _note_failure(outcome: dict[str, Consulta], variable: Variable, error: SourceError) -> None:
    """The first thing that went wrong with a set is what is told of it."""
    known = outcome[variable.conjunto]
    outcome[variable.conjunto] = replace(known, error=known.error or error)


async def _outcome(
    engine: AsyncEngine,
    lake: Lake,
    source: Source,
    request: Request,
    *,
    answer: Kept | SourceError,
    clock: Clock,
) -> LoadReport | SourceError:
    if isinstance(answer, SourceError):
        return answer
    try:
        return await process(engine, lake, source, request, kept=answer, clock=clock)
    except SourceError as error:
        return error
    finally:
        if answer.answer.archivo is not None:
            answer.answer.archivo.unlink(missing_ok=True)  # its bytes are in the lake


async def process(
    engine: AsyncEngine, lake: Lake, source: Source, request: Request, *, kept: Kept, clock: Clock
) -> LoadReport:
    """Take one kept answer through every step after the raw one. Raises SourceError when it is unreadable."""
    variable, today = request.variable, local_date(clock())
    identity = Identity(
        fuente=source.name,
        variable=variable,
        first=request.first,
        last=request.last,
        peticion=request.peticion,
        origen=kept.path,
        sha256=kept.sha256,
        received_at=kept.answer.received_at,
        etiqueta=source.etiqueta,
    )
    if await already_loaded(engine, identity):
        return report.unchanged(identity)
    with _timed("parse"):
        bronze, answers = await complete(source, lake, request, kept=kept, today=today, now=clock)
    if len(answers) > 1:
        received_at = answers[-1].answer.received_at
        identity = replace(identity, sha256=digest(answers), received_at=received_at)
        if await already_loaded(engine, identity):
            return report.unchanged(identity)
    await put_parquet(lake, "bronze", bronze.frame, identity)
    try:
        with _timed("transform"):
            batch, judgement = await transform(engine, identity, bronze, request.unidad, today=today)
    except UnknownVersionError:
        batch, judgement = all_rejected(identity, bronze)
    await put_parquet(lake, "silver", batch.frame, identity)
    with _timed("load"):
        written = await load(engine, batch, clock())
    if written.carga_id is None:  # another process loaded it between our look and our lock
        return report.unchanged(identity)
    return report.loaded(batch, written, judgement, bronze.notas, _newest(bronze))


async def transform(
    engine: AsyncEngine,
    identity: Identity,
    bronze: Bronze,
    unidad: str,
    *,
    today: date,
    lives: tuple[date, date] | None = None,
) -> tuple[Batch, Judgement]:
    """From parsed text to a batch with its score; values are due on the days asked for, or where it *lives*.

    Raises UnknownVersionError.
    """
    variable, first, last = identity.variable, identity.first, identity.last
    silver, unreadable = normalize(bronze.frame, variable, unidad, identity.received_at)
    valid = validate(silver, variable, first, last)
    cleaned = clean(valid.frame, variable)
    earlier = await context.day_totals(engine, variable, first, last)
    frame, judgement = provisional(cleaned, variable, earlier)
    rejected = pl.concat([unreadable, valid.rechazadas])
    due = due_days(variable, *(lives or (first, last)), today)
    if bronze.frame.is_empty() and not (await context.known(engine, variable)).may_have(first, last):
        due = []
    received = bronze.cuantos
    quality = score(
        frame,
        variable,
        Counts(received, len(rejected), valid.repetidas, valid.con_hueco),
        due=due,
        judgement=judgement,
        balance=await context.balance(engine, variable, frame),
    )
    whole = SIN_DATOS if frame.is_empty() else CARGADA
    estado = INCOMPLETA if quality.dias_faltantes else whole
    return Batch(identity, frame, rejected, received, quality, estado), judgement


def all_rejected(identity: Identity, bronze: Bronze) -> tuple[Batch, Judgement]:
    """A batch with a settlement code that nobody knows: every row to quarantine, none loaded."""
    unknown = sorted(set(bronze.frame["version"].drop_nulls()) - {"", *ORDER})
    why = f"versión de liquidación desconocida: {', '.join(unknown)}"
    rows = rejects(one_by_one(bronze.frame), f"lote en cuarentena: {why}")
    nothing = pl.DataFrame(schema=SILVER)
    counts = Counts(len(rows), len(rows), 0)
    quality = score(nothing, identity.variable, counts, due=[], judgement=_NOBODY, balance=None)
    return Batch(identity, nothing, rows, len(rows), quality, RECHAZADA, motivo=why), _NOBODY


async def put_parquet(
    lake: Lake,
    layer: Literal["bronze", "silver"],
    frame: pl.DataFrame,
    identity: Identity,
    name: str | None = None,
) -> None:
    """What was parsed, or what was made of it, under the name of the raw file unless another is given."""
    await asyncio.to_thread(
        lake.put_parquet,
        layer,
        frame,
        source=identity.fuente,
        dataset=identity.variable.conjunto,
        first=identity.first,
        name=name or identity.origen.rpartition("/")[2].partition(".")[0],
    )


async def already_loaded(engine: AsyncEngine, identity: Identity) -> bool:
    """Whether this very answer was the last one loaded for its request."""
    async with engine.connect() as conn:
        return await record.round_of(conn, identity.receipt) is None


def _newest(bronze: Bronze) -> date | None:
    """The last local day of which the source gives a value, whatever becomes of it here."""
    told = bronze.frame.filter(pl.col("valores").list.drop_nulls().list.len() > 0)
    found = told.select(pl.col("dia").str.to_date("%Y-%m-%d", strict=False).max()).item()
    return found if isinstance(found, date) else None


def _series(request: Request) -> tuple[str, str]:
    return request.variable.codigo, request.variable.entidad


@contextmanager
def _timed(step: str) -> Iterator[None]:
    started = time.perf_counter()
    try:
        yield
    finally:
        metrics.STEP_SECONDS.labels(step).observe(time.perf_counter() - started)
