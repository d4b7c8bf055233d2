"""The whole folder, file by file; a file that fails is told and the others go on.

What an imported value gets is what a live one gets: raw bytes kept first, validation, quarantine, quality,
revisions. It counts as published when its file's newest value could first have been: an old copy never takes
the place of what the operator has published since, and the order of the files does not matter.
"""

import asyncio
import hashlib
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from pathlib import Path

import polars as pl
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncEngine

from siea.domain.tiempo import Clock, day_start, local_date, period_start
from siea.domain.versiones import UnknownVersionError
from siea.ingest import report
from siea.ingest.archivos.archivo import FileError, is_table, read_table
from siea.ingest.archivos.receta import Columna, Receta, to_bronze
from siea.ingest.archivos.recetas import recipe_for
from siea.ingest.batch import Identity
from siea.ingest.load import load
from siea.ingest.pipeline import all_rejected, already_loaded, put_parquet, transform
from siea.ingest.registros import RecordReport, load_records
from siea.ingest.report import SIN_CAMBIOS, LoadReport
from siea.ingest.sources.registry import Answer, Bronze, Clase, Conjunto, Entidad
from siea.store.aggregates import refresh_aggregates
from siea.store.lake import Lake, RawObject
from siea.telemetry.logs import get_logger

log = get_logger(__name__)

FUENTE = "importado"
CARGADO = "cargado"
DESCONOCIDO = "desconocido"
FALLIDO = "fallido"
# Days that a value may speak of; another is a slip of the pen, and would open a partition for its year.
FIRST_DAY, DAYS_AHEAD = date(1940, 1, 1), timedelta(days=366)
Progress = Callable[[int, int, str], None]
_KEPT = text(
    "SELECT origen, recibido_en FROM cargas WHERE fuente = :fuente AND sha256 = :sha AND variable <> ''"
    " ORDER BY id LIMIT 1"
)
_LISTED = text(
    "SELECT EXISTS (SELECT FROM cargas WHERE fuente = :fuente AND conjunto = :conjunto AND variable = ''"
    " AND sha256 = :sha)"
)


@dataclass(frozen=True, slots=True)
class FileReport:
    """What was done with one file. ``archivo`` is its path within the folder, ``filas`` its rows.

    ``estado``: cargado, sin_cambios (all of it was loaded before), desconocido (no recipe) or fallido; the
    last two with ``error``, a Spanish sentence. ``partes``: one a variable; ``entidades``: its list.
    """

    archivo: str
    estado: str
    receta: str | None = None
    segundos: float = 0.0
    filas: int = 0
    error: str | None = None
    partes: Sequence[LoadReport] = ()
    entidades: RecordReport | None = None
    notas: Sequence[str] = field(default=())


async def import_folder(
    engine: AsyncEngine, lake: Lake, folder: Path, *, clock: Clock, progress: Progress | None = None
) -> list[FileReport]:
    """Load every table of *folder* and of folders within it, by name. Running it again changes nothing."""
    paths = await asyncio.to_thread(tables_of, folder)
    found = []
    for done, path in enumerate(paths):
        name = str(path.relative_to(folder))
        if progress:
            progress(done, len(paths), name)
        started = time.perf_counter()
        told = await _import_file(engine, lake, path, name, clock)
        found.append(replace(told, segundos=round(time.perf_counter() - started, 2)))
    await refresh_aggregates(engine)
    if progress:
        progress(len(paths), len(paths), "listo")
    return found


def tables_of(folder: Path) -> list[Path]:
    """The files of *folder* and of folders within it that are meant as tables, by name; not hidden ones."""
    return sorted(
        path
        for path in folder.rglob("*")
        if is_table(path)
        and path.is_file()
        and not any(part.startswith(".") for part in path.relative_to(folder).parts)
    )


async def _import_file(engine: AsyncEngine, lake: Lake, path: Path, name: str, clock: Clock) -> FileReport:
    try:
        body = await asyncio.to_thread(path.read_bytes)
        table = await asyncio.to_thread(read_table, body)
    except OSError as error:
        return FileReport(name, FALLIDO, error=f"no se puede leer ({error.strerror})")
    except FileError as error:
        return FileReport(name, FALLIDO, error=str(error))
    recipe = recipe_for(table.columns)
    if recipe is None:
        shown = ", ".join(table.columns[:8])
        return FileReport(
            name, DESCONOCIDO, filas=len(table), error=f"ninguna receta tiene estas columnas: {shown}"
        )
    try:
        parts, entries = await _load_file(engine, lake, table, body, recipe=recipe, name=name, clock=clock)
    except pl.exceptions.PolarsError as error:
        log.exception("archivo_no_leido", archivo=name, receta=recipe.nombre, motivo=str(error))
        told = f"sus columnas son de «{recipe.nombre}» y su contenido no"
        return FileReport(name, FALLIDO, recipe.nombre, filas=len(table), error=told)
    states = {part.estado for part in parts} | ({entries.estado} if entries else set())
    return FileReport(
        name,
        SIN_CAMBIOS if states == {SIN_CAMBIOS} else CARGADO,
        recipe.nombre,
        filas=len(table),
        partes=parts,
        entidades=entries,
        notas=recipe.remarks(table),
    )


async def _load_file(
    engine: AsyncEngine,
    lake: Lake,
    table: pl.DataFrame,
    body: bytes,
    *,
    recipe: Receta,
    name: str,
    clock: Clock,
) -> tuple[list[LoadReport], RecordReport | None]:
    """Everything that a file says: its variables one after the other, and its list."""
    raw = await _kept_before(engine, body)
    if raw is None:
        raw = await asyncio.to_thread(_keep, lake, recipe, name, body, clock())
    parts = [
        await _load_part(engine, lake, raw, table, recipe=recipe, column=column, clock=clock)
        for column in recipe.values_in(table)
    ]
    if recipe.entidades is None:
        return parts, None
    answer = Answer(body, clock(), _extension(body))
    records = recipe.entidades(table)
    return parts, await _load_entries(
        engine, lake, recipe, answer=answer, sha256=raw.sha256, records=records, clock=clock
    )


def _extension(body: bytes) -> str:
    if body.startswith(b"PAR1"):
        return "parquet"
    return "csv.gz" if body.startswith(b"\x1f\x8b") else "csv"


async def _kept_before(engine: AsyncEngine, body: bytes) -> RawObject | None:
    """Where the lake has these bytes, when they came on another day."""
    digest = hashlib.sha256(body).hexdigest()
    async with engine.connect() as conn:
        found = (await conn.execute(_KEPT, {"fuente": FUENTE, "sha": digest})).first()
    return RawObject(found.origen, digest, found.recibido_en, existed=True) if found else None


def _keep(lake: Lake, recipe: Receta, name: str, body: bytes, now: datetime) -> RawObject:
    today = local_date(now)
    return lake.put_raw(
        body,
        source=FUENTE,
        dataset=recipe.nombre,
        variable=recipe.nombre,
        entity="archivo",
        first=today,
        last=today,
        received_at=now,
        extension=_extension(body),
        metadata={"archivo": name},
    )


async def _load_part(
    engine: AsyncEngine,
    lake: Lake,
    raw: RawObject,
    table: pl.DataFrame,
    *,
    recipe: Receta,
    column: Columna,
    clock: Clock,
) -> LoadReport:
    """One variable of a file, through the steps of the pipeline."""
    today = local_date(clock())
    identity = Identity(
        fuente=FUENTE,
        variable=column.variable,
        first=today,
        last=today,
        # by content: the same file under another name is the same
        peticion={"receta": recipe.nombre, "contenido": raw.sha256},
        origen=raw.path,
        sha256=raw.sha256,
        received_at=clock(),
        etiqueta=None,
    )
    if await already_loaded(engine, identity):
        return report.unchanged(identity)
    bronze = await asyncio.to_thread(to_bronze, table, recipe, column)
    first, last = _span(bronze, today)
    first = period_start(first, column.variable.resolucion)
    published = min(identity.received_at, day_start(last + timedelta(days=1)))
    bronze = bronze.with_columns(publicado_en=pl.lit(published.strftime("%Y-%m-%dT%H:%M:%S%z")))
    identity = replace(identity, first=first, last=last)
    name = f"{raw.path.rpartition('/')[2].partition('.')[0]}_{column.codigo}"
    await put_parquet(lake, "bronze", bronze, identity, name)
    parsed = Bronze(bronze)
    try:
        batch, judgement = await transform(
            engine, identity, parsed, column.unidad, today=today, lives=_lives(bronze)
        )
    except UnknownVersionError:
        batch, judgement = all_rejected(identity, parsed)
    await put_parquet(lake, "silver", batch.frame, identity, name)
    written = await load(engine, batch, clock())
    if written.carga_id is None:
        return report.unchanged(identity)
    return report.loaded(batch, written, judgement, ())


def _span(bronze: pl.DataFrame, today: date) -> tuple[date, date]:
    """First and last local day that the rows speak of, of those that they may."""
    days = bronze.select(pl.col("dia").str.to_date("%Y-%m-%d", strict=False)).to_series()
    likely = days.filter(days.is_between(FIRST_DAY, today + DAYS_AHEAD))
    first, last = likely.min(), likely.max()
    return (first, last) if isinstance(first, date) and isinstance(last, date) else (today, today)


def _lives(bronze: pl.DataFrame) -> tuple[date, date] | None:
    """Days between which the column has values: a file has columns that begin later or end earlier."""
    told = bronze.filter(pl.col("valores").list.drop_nulls().list.len() > 0)
    days = told.select(pl.col("dia").str.to_date("%Y-%m-%d", strict=False)).to_series().drop_nulls()
    first, last = days.min(), days.max()
    return (first, last) if isinstance(first, date) and isinstance(last, date) else None


async def _load_entries(
    engine: AsyncEngine,
    lake: Lake,
    recipe: Receta,
    *,
    answer: Answer,
    sha256: str,
    records: Sequence[Entidad],
    clock: Clock,
) -> RecordReport:
    """The list of a file, once: an older copy that comes again does not undo a newer one."""
    async with engine.connect() as conn:
        known = await conn.scalar(_LISTED, {"fuente": FUENTE, "conjunto": recipe.nombre, "sha": sha256})
    if known:
        return RecordReport(FUENTE, recipe.nombre, SIN_CAMBIOS, 1, len(records), 0, len(records))
    conjunto = Conjunto(recipe.nombre, Clase.ENTIDADES, "Lista importada", "eventual", 0, recipe.firma)
    return await load_records(
        engine, lake, FUENTE, conjunto=conjunto, answer=answer, records=records, clock=clock
    )
