"""Files that are lists: each row an entry with its attributes, as it came.

Of several rows of one code, the one in operation since last speaks for it and keeps the others.
"""

import re
from collections.abc import Callable, Sequence
from typing import Any

import orjson
import polars as pl

from siea.domain.numeros import NumberError, es_co, plain
from siea.ingest.sources.registry import Entidad

Row = dict[str, str]
"""What a row says: column and text; what is empty is not there."""
Maker = Callable[[pl.DataFrame], Sequence[Entidad]]

OTHERS = "otras_filas"
_STATES = ("State", "estado")
_SINCE = ("OperStartdate", "inicio_operacion")
_AMERICAN = re.compile(r"(\d{1,2})/(\d{1,2})/(\d{4})\b")
_DECIMAL_COMMA = ("capacidad_efectiva", "factor_conversion")
# Of the country and its islands.
_PLACES = {"latitude": (-5.0, 14.0), "longitude": (-82.0, -66.0)}


def _entries(
    kind: str,
    code: Callable[[Row], str | None],
    name: Callable[[Row], str | None],
    more: Callable[[Row], dict[str, Any]] = lambda row: {},
) -> Maker:
    """One entry a row with a code, the same for all rows of a code. *more* is what is read of its texts."""

    def make(table: pl.DataFrame) -> list[Entidad]:
        rows = [{k: v.strip() for k, v in row.items() if v and v.strip()} for row in table.to_dicts()]
        coded = [(key, row) for row in rows if (key := code(row))]
        same: dict[str, list[Row]] = {}
        for key, row in coded:
            same.setdefault(key, []).append(row)
        entries = {}
        for key, group in same.items():
            first, *others = sorted({_dump(row): row for row in group}.values(), key=_weight, reverse=True)
            rest = {OTHERS: others} if others else {}
            entries[key] = Entidad(kind, key, name(first) or key, {**first, **more(first), **rest})
        return [entries[key] for key, _ in coded]

    return make


def _weight(row: Row) -> tuple[bool, str, bytes]:
    """Greatest of the row that speaks for its code, whatever the order of the file."""
    state = next((row[name] for name in _STATES if name in row), "")
    since = next((row[name] for name in _SINCE if name in row), "")
    return plain(state) == "operacion", iso_day(since), _dump(row)


def _dump(row: Row) -> bytes:
    return orjson.dumps(row, option=orjson.OPT_SORT_KEYS)


def iso_day(text: str) -> str:
    """*text* as AAAA-MM-DD where it is «1998-01-08 00:00:00» or «10/21/1998 12:00:00 AM»."""
    american = _AMERICAN.match(text)
    if american is None:
        return text[:10]
    month, day, year = american.groups()
    return f"{year}-{month:>02}-{day:>02}"


def _resource(row: Row) -> dict[str, Any]:
    """Numbers with decimal comma, dates in two ways and states in two spellings, read beside their text."""
    read: dict[str, Any] = {}
    for name in _DECIMAL_COMMA:
        try:
            number = es_co(row.get(name, ""))
        except NumberError:
            continue  # it stays as text alone
        read[f"{name}_leida"] = None if number is None else float(number)
    if "inicio_operacion" in row:
        read["inicio_operacion_leida"] = iso_day(row["inicio_operacion"])
    if "estado" in row:
        read["estado_leido"] = plain(row["estado"])
    return read


def _place(row: Row) -> dict[str, Any]:
    """A place outside the country is kept and marked, never turned."""
    out = []
    for name, (low, high) in _PLACES.items():
        try:
            inside = name not in row or low <= float(row[name]) <= high
        except ValueError:
            inside = False
        if not inside:
            out.append(f"fuera_de_colombia({name})")
    return {"marcas": out} if out else {}


agentes = _entries("agente", lambda r: r.get("Code"), lambda r: r.get("Name"))
metricas = _entries(
    "metrica",
    lambda r: f"{r['MetricId']}/{r.get('Entity', '')}" if "MetricId" in r else None,
    lambda r: r.get("MetricName"),
)
# the code of the operator's market, as in its own list
recursos = _entries("recurso", lambda r: r.get("submercado"), lambda r: r.get("nombre_recurso"), _resource)
plantas = _entries("planta", lambda r: r.get("gppd_idnr"), lambda r: r.get("name"), _place)
calendario = _entries("dia", lambda r: r.get("Fecha"), lambda r: r.get("Clasificacion"))
columnas = _entries(
    "simem_columna",
    lambda r: f"{r['dataset_id']}/{r['columna']}" if {"dataset_id", "columna"} <= r.keys() else None,
    lambda r: r.get("nombre"),
)
inventario = _entries(
    "simem_variable",
    lambda r: (
        f"{r.get('IdDataset', 'sin conjunto')}/{r['CodigoVariable']}" if "CodigoVariable" in r else None
    ),
    lambda r: r.get("NombreVariable"),
)


def rios(table: pl.DataFrame) -> list[Entidad]:
    """Rivers with the region that the file says of each (the last by name, when it says several)."""
    if "region" not in table.columns:
        return []
    pairs = (
        table.select(pl.col("rio", "region").str.strip_chars()).drop_nulls().unique().sort("rio", "region")
    )
    regions = {rio: region for rio, region in pairs.iter_rows() if rio}
    return [Entidad("rio", rio, rio, {"region": region}) for rio, region in regions.items()]
