"""A series as JSON, CSV or Parquet: the same numbers in each, gaps as null, never NaN."""

import hashlib
import io
from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

import orjson
import polars as pl

from siea.api.errors import ProblemError
from siea.api.query import Formato, Range
from siea.api.version import VERSION
from siea.domain.catalogo import SISTEMA, Variable
from siea.domain.tiempo import ZONE, ZONE_NAME, Resolucion, local_date
from siea.ingest.sources import registry as sources
from siea.store.facts import FACTS
from siea.store.models import EstadoVariable
from siea.store.repositories import Serie

MEDIA: dict[Formato, str] = {
    "json": "application/json",
    "csv": "text/csv; charset=utf-8; header=present",
    "parquet": "application/vnd.apache.parquet",
}
_BY_MEDIA: dict[str, Formato] = {
    "*/*": "json",
    "application/*": "json",
    "application/json": "json",
    "text/*": "csv",
    "text/csv": "csv",
    "application/vnd.apache.parquet": "parquet",
}
# What is not fetched by a source: the built-in history, and the files a person imports.
_WITHOUT_SOURCE = {
    "historico": "XM S.A. E.S.P. (libros publicados), incorporado con SIEA",
    "importado": "Archivos importados por una persona; la carga dice cuáles",
}


def choose_format(asked: Formato | None, accept: str | None) -> Formato:
    """The format of an answer: the parameter, else the best one of ``Accept``. Raises ProblemError (406)."""
    if asked is not None:
        return asked
    if not accept:
        return "json"
    wanted = sorted(map(_preference, accept.split(",")), key=lambda item: -item[1])
    for media, quality in wanted:
        if quality > 0 and media in _BY_MEDIA:
            return _BY_MEDIA[media]
    raise ProblemError("formato-no-disponible", "Esta dirección responde en json, csv o parquet.")


def _preference(item: str) -> tuple[str, float]:
    media, *parameters = (part.strip().lower() for part in item.split(";"))
    for parameter in parameters:
        name, _, value = parameter.partition("=")
        if name.strip() == "q":
            try:
                return media, float(value)
            except ValueError:
                return media, 0.0
    return media, 1.0


def series_etag(variable: Variable, span: Range, as_of: date | None, fmt: Formato, batch: int) -> str:
    """Strong tag of an answer: it changes with what was asked, the batch loaded last, and the code."""
    parts = (VERSION, variable.codigo, variable.entidad, *span.told, span.resolucion, as_of, fmt, batch)
    return _quoted("|".join(map(str, parts)).encode())


def body_etag(body: bytes) -> str:
    """Strong tag of an answer that is at hand."""
    return _quoted(body)


def _quoted(content: bytes) -> str:
    return f'"{hashlib.sha256(content).hexdigest()[:32]}"'


def matches(if_none_match: str | None, etag: str) -> bool:
    """Whether the client has the answer tagged *etag* already."""
    if not if_none_match:
        return False
    tags = {tag.strip().removeprefix("W/") for tag in if_none_match.split(",")}
    return "*" in tags or etag in tags


def local_iso(instant: datetime | None) -> datetime | None:
    """An instant in Colombian time, to the second."""
    return instant.astimezone(ZONE).replace(microsecond=0) if instant else None


def source_name(fuente: str) -> str:
    """A source as people know it."""
    return _WITHOUT_SOURCE.get(fuente) or sources.fuente(fuente).titulo


def licence(fuente: str) -> str:
    """Under what terms the values of a source may be used."""
    return sources.fuente("xm" if fuente in _WITHOUT_SOURCE else fuente).licencia


def meta(
    variable: Variable,
    state: EstadoVariable | None,
    span: Range,
    as_of: date | None,
    serie: Serie,
) -> dict[str, Any]:
    """What the answer says of its series; see :class:`siea.api.schemas.Meta`."""
    desde, hasta = span.told
    return {
        "variable": variable.codigo,
        "nombre": variable.nombre,
        "unidad": variable.unidad,
        "resolucion": span.resolucion,
        "agregacion": variable.agregacion,
        "zona_horaria": ZONE_NAME,
        "fuente": source_name(variable.fuente),
        "actualizado_en": local_iso(state.actualizado_en) if state else None,
        "ultimo_dia_cerrado": state.ultimo_dia_cerrado if state else None,
        "provisionales": sorted({_day(point.t) for point in serie.provisionales()}),
        "parciales": [
            {
                "t": point.t.isoformat(),
                "valor_parcial": point.valor_parcial,
                "presentes": point.presentes,
                "esperados": point.esperados,
            }
            for point in serie.parciales()
        ],
        "version": None if as_of else "vigente",
        "as_of": as_of,
        "licencia": licence(variable.fuente),
        "desde": desde,
        "hasta": hasta,
        "decimales": variable.decimales,
        "etiqueta": state.etiqueta if state else None,
        "notas": [f"{variable.descripcion}."],
    }


def _day(start: date | datetime) -> date:
    return local_date(start) if isinstance(start, datetime) else start


def render(fmt: Formato, told: dict[str, Any], variable: Variable, serie: Serie) -> bytes:
    """The body of the answer in *fmt*; *told* is its :func:`meta`."""
    if fmt == "json":
        # orjson writes dates as they should be and NaN as null.
        columns = [{"clave": SISTEMA, "datos": list(zip(serie.t, serie.valor, strict=True))}]
        return orjson.dumps({"meta": told, "series": columns})
    frame = _frame(variable, serie, told["resolucion"])
    out = io.BytesIO()
    if fmt == "parquet":
        # Readers who only have the file still learn the unit, the source and what is provisional.
        facts = {f"siea.{name}": orjson.dumps(value).decode() for name, value in told.items()}
        frame.write_parquet(out, metadata=facts)
        return out.getvalue()
    frame.write_csv(out, line_terminator="\r\n", datetime_format="%Y-%m-%dT%H:%M:%S%:z")
    return out.getvalue()


def _frame(variable: Variable, serie: Serie, resolution: Resolucion) -> pl.DataFrame:
    """Columns ``fecha``, the value named with its unit as in the database, ``provisional``, ``parcial``."""
    times = _hours(serie.t) if resolution is Resolucion.HORA else pl.Series(serie.t, dtype=pl.Date)
    partial = [0 < n < m for n, m in zip(serie.presentes, serie.esperados, strict=True)]
    values = pl.Series(serie.valor, dtype=pl.Float64)
    return pl.DataFrame(
        {
            "fecha": times,
            FACTS[variable.tabla].value_column: values.set(~values.is_finite(), None),
            "provisional": pl.Series(serie.provisional, dtype=pl.Boolean),
            "parcial": pl.Series(partial, dtype=pl.Boolean),
        }
    )


def _hours(starts: Sequence[date | datetime]) -> pl.Series:
    """Consecutive hours, told by their first: reading each from its object costs more than all the rest."""
    first = round(starts[0].timestamp()) if starts and isinstance(starts[0], datetime) else 0
    microseconds = (pl.int_range(len(starts), eager=True) * 3600 + first) * 1_000_000
    return microseconds.cast(pl.Datetime("us", "UTC")).dt.convert_time_zone(ZONE_NAME)
