"""The wire format of SIMEM, both endpoints of it, read piece by piece from a stream.

The old one answers ``{"success": true, "result": {"records": […]}}``, the new one a bare array of records.
Numbers are kept as the text that came; a value of a wide set is in a column of its own, of a long one in
``Valor``.
"""

import io
from collections.abc import Iterator
from contextlib import contextmanager
from typing import IO, Any

import ijson
import orjson
import polars as pl

from siea.domain.catalogo import Variable
from siea.domain.tiempo import Resolucion
from siea.ingest.errors import BadBodyError, ContractViolationError, SourceError, UpstreamError
from siea.ingest.sources.registry import BRONZE, Answer, Bronze
from siea.ingest.sources.simem_tablas import Campo, Tabla

_BLOCK = 20_000
_PUBLISHED = "FechaPublicacion"
Record = dict[str, Any]


@contextmanager
def opened(answer: Answer) -> Iterator[IO[bytes]]:
    """The body as a stream, from the file it lies in."""
    if answer.archivo is None:
        yield io.BytesIO(answer.body)
        return
    with answer.archivo.open("rb") as stream:
        yield stream


def refusal(body: bytes, status: int) -> SourceError:
    """What SIMEM says in an error answer (an RFC 9110 problem, or ``{"status": false, "message"}``)."""
    try:
        document = orjson.loads(body)
    except orjson.JSONDecodeError:
        return ContractViolationError(
            f"SIMEM respondió HTTP {status} sin explicar por qué.", body=body[:2000]
        )
    told = document if isinstance(document, dict) else {}
    errors = told.get("errors")
    detail = told.get("message") or (orjson.dumps(errors).decode() if errors else told.get("title"))
    text = str(detail or f"HTTP {status}")
    return UpstreamError(f"SIMEM responde: «{text}».", detail=text, body=body[:2000])


def records(stream: IO[bytes]) -> Iterator[Record]:
    """Every record of an answer of either endpoint, without holding the rest.

    Raises UpstreamError (it refuses), BadBodyError (no JSON, or cut short) or ContractViolationError.
    """
    start = stream.read(64).lstrip(b"\xef\xbb\xbf \r\n\t")
    stream.seek(0)
    if start.startswith(b"["):
        yield from _items(stream, "item")
    elif start.startswith(b"{"):
        found = _told_first(stream)
        if found is not None:
            raise found
        yield from _items(stream, "result.records.item")
    else:
        raise BadBodyError(f"SIMEM respondió algo que no es JSON: «{start[:60].decode('utf-8', 'replace')}».")


def _items(stream: IO[bytes], prefix: str) -> Iterator[Record]:
    try:
        for item in ijson.items(stream, prefix):
            if not isinstance(item, dict):
                raise ContractViolationError("Los registros de SIMEM no son objetos.")
            yield item
    except ijson.JSONError as error:
        raise BadBodyError(f"La respuesta de SIMEM está cortada o dañada ({error}).") from None


def _told_first(stream: IO[bytes]) -> SourceError | None:
    """The error that an object tells; None when it has ``result.records``."""
    has_records, message, success = False, None, None
    try:
        for prefix, event, value in ijson.parse(stream):
            if prefix == "result.records" and event == "start_array":
                has_records = True
                break
            if prefix in {"message", "title"} and event == "string":
                message = value
            if prefix in {"success", "status"} and event == "boolean":
                success = value
    except ijson.JSONError as error:
        return BadBodyError(f"La respuesta de SIMEM está cortada o dañada ({error}).")
    stream.seek(0)
    if has_records:
        return None
    if message or success is False:
        text = str(message or "sin explicación")
        return UpstreamError(f"SIMEM responde: «{text}».", detail=text)
    return ContractViolationError(
        "La respuesta de SIMEM no trae «result.records»: es otra forma de respuesta."
    )


def read_series(stream: IO[bytes], table: Tabla, variable: Variable) -> Bronze:
    """Rows of *variable* in an answer of *table*, each version a row of its own.

    Raises as ``records``, and ContractViolationError on a column that is missing or another unit.
    """
    place = table.variables[variable.codigo, variable.entidad]
    wanted = {
        table.tiempo,
        *([table.entidad] if table.entidad else []),
        *(["Version"] if table.versionada else []),
    }
    wanted.add("Valor" if table.larga else place.campo)
    blocks: list[pl.DataFrame] = []
    rows: list[tuple[str | int | None, ...]] = []
    unknown: set[str] = set()
    for record in records(stream):
        lost = wanted - record.keys()
        if lost:
            raise ContractViolationError(
                f"Los registros del conjunto {table.id} de SIMEM no traen {', '.join(sorted(lost))}."
            )
        if table.larga and record.get("CodigoVariable") != place.campo:
            unknown.add(str(record.get("CodigoVariable")))
            continue
        if not _of_kind(record, table, place):
            continue
        _check_unit(record, table, variable)
        rows.append(_row(record, table, place, variable))
        if len(rows) >= _BLOCK:
            blocks.append(_block(rows))
            rows = []
    blocks.append(_block(rows))
    frame = pl.concat(blocks).with_columns(pl.lit(variable.entidad).alias("entidad_tipo"))
    known = {one.campo for one in table.variables.values()}
    notes = [f"código de variable sin usar en {table.id}: {code}" for code in sorted(unknown - known)]
    return Bronze(
        frame.select(
            "entidad_tipo",
            "entidad",
            "dimension",
            "dia",
            pl.col("hora").cast(pl.Int16),
            pl.concat_list("valor").alias("valores"),
            "version",
            "publicado_en",
            pl.lit([], pl.List(pl.String)).alias("marcas"),
        ).match_to_schema(pl.Schema(BRONZE)),
        tuple(notes),
    )


_COLUMNS = {
    "entidad": pl.String,
    "dimension": pl.String,
    "dia": pl.String,
    "hora": pl.Int64,
    "valor": pl.String,
    "version": pl.String,
    "publicado_en": pl.String,
}


def _block(rows: list[tuple[Any, ...]]) -> pl.DataFrame:
    return pl.DataFrame(rows, schema=_COLUMNS, orient="row")


def _of_kind(record: Record, table: Tabla, place: Campo) -> bool:
    if not (place.solo or place.sin):
        return True
    # the country's total stands among the regions, and aggregates of reservoirs among the reservoirs
    names = [str(record.get(name) or "") for name in (table.entidad, "RegionHidrologica") if name]
    apart = any(name.upper().startswith((place.solo or place.sin).upper()) for name in names)
    return apart if place.solo else not apart


def _check_unit(record: Record, table: Tabla, variable: Variable) -> None:
    told = record.get("UnidadMedida")
    if told is not None and told != variable.unidad_fuente:
        raise ContractViolationError(
            f"SIMEM dice que {variable.codigo} ({table.id}) viene en «{told}» y el catálogo de SIEA espera "
            f"«{variable.unidad_fuente}»: no se carga para no cambiar la escala."
        )


def _row(record: Record, table: Tabla, place: Campo, variable: Variable) -> tuple[str | int | None, ...]:
    instant = str(record[table.tiempo])
    value = record["Valor"] if table.larga else record[place.campo]
    hour = (
        int(instant[11:13]) + 1
        if variable.resolucion is Resolucion.HORA and instant[11:13].isdigit()
        else None
    )
    entity = str(record[table.entidad] or "").strip() if table.entidad else "Sistema"
    if place.solo and not entity:
        entity = place.solo
    published = None if table.versionada else record.get(_PUBLISHED)
    return (
        entity,
        str(record.get(table.dimension) or "").strip() if table.dimension else "",
        instant[:10],
        hour,
        None if value is None else str(value),
        str(record["Version"] or "").strip() if table.versionada else "",
        _instant(str(published)) if published else None,
    )


def _instant(text: str) -> str | None:
    """A local date or clock time as ``publicado_en`` is written; None when it is neither."""
    clock = text[11:19] if len(text) >= 19 else "00:00:00"
    return f"{text[:10]}T{clock}-0500" if text[:4].isdigit() else None


def read_calendar(stream: IO[bytes]) -> pl.DataFrame:
    """The settlement calendar: version, desde and hasta (local days), publicado_en (as bronze writes it)."""
    rows = [
        (
            str(record.get("Version") or "").strip(),
            str(record.get("FechaInicio") or "")[:10],
            str(record.get("FechaFin") or "")[:10],
            _instant(str(record.get(_PUBLISHED) or "")),
        )
        for record in records(stream)
    ]
    frame = pl.DataFrame(
        rows,
        schema={"version": pl.String, "desde": pl.String, "hasta": pl.String, "publicado": pl.String},
        orient="row",
    )
    days = [pl.col(name).str.to_date("%Y-%m-%d", strict=False) for name in ("desde", "hasta")]
    return frame.with_columns(days).drop_nulls().sort("desde")


def dated(frame: pl.DataFrame, calendar: pl.DataFrame) -> pl.DataFrame:
    """Bronze rows with the day on which the calendar says that their version of their day was published."""
    if calendar.is_empty():
        return frame
    day = frame.with_columns(_dia=pl.col("dia").str.to_date("%Y-%m-%d", strict=False)).with_row_index(
        "_orden"
    )
    joined = day.sort("_dia").join_asof(
        calendar, left_on="_dia", right_on="desde", by="version", strategy="backward", check_sortedness=False
    )
    known = pl.col("_dia") <= pl.col("hasta")
    return (
        joined.with_columns(
            publicado_en=pl.when(known & (pl.col("version") != ""))
            .then(pl.col("publicado"))
            .otherwise(pl.col("publicado_en"))
        )
        .sort("_orden")
        .select(list(BRONZE))
    )
