"""The wire format of XM's API: every documented shape, error and quirk (no HTTP here).

Answers are ``{"Metric": …, "Items": [{"Date", "HourlyEntities": [{"Id", "Values": {"code", "Hour01"…}}]}]}``
and the daily, monthly, annual and list forms of it. Values are bound to hours by key, never by position:
an absent key is a gap at its own hour.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import chain
from operator import itemgetter
from typing import Any, NotRequired

import polars as pl
from pydantic import ConfigDict, InstanceOf, TypeAdapter, ValidationError, with_config
from typing_extensions import TypedDict

from siea.ingest.errors import ContractViolationError, RangeTooLongError, UpstreamError
from siea.ingest.sources.registry import BRONZE, Bronze

ENTITIES = {
    "hourly": "HourlyEntities",
    "daily": "DailyEntities",
    "monthly": "MonthlyEntities",
    "annual": "AnnualEntities",
    "lists": "ListEntities",
}
DIMENSIONS = ("markettype", "activity", "subactivity", "combustible")
_HOUR = re.compile(r"hour(0?[1-9]|1\d|2[0-4])$", re.IGNORECASE)


@with_config(ConfigDict(extra="allow"))
class WireEntity(TypedDict):
    """One entity of one date: ``Values`` (hourly, lists, nested daily) or a flat ``Value``."""

    Id: str
    # Taken as it is: its keys come from JSON, and copying them costs more than the rest of the check.
    Values: NotRequired[InstanceOf[dict[str, Any]]]


@with_config(ConfigDict(extra="allow"))
class WireItem(TypedDict):
    """All entities of one date, under the key of their kind."""

    Date: str
    HourlyEntities: NotRequired[list[WireEntity]]
    DailyEntities: NotRequired[list[WireEntity]]
    MonthlyEntities: NotRequired[list[WireEntity]]
    AnnualEntities: NotRequired[list[WireEntity]]
    ListEntities: NotRequired[list[WireEntity]]


@with_config(ConfigDict(extra="allow"))
class WireDocument(TypedDict):
    """A whole answer. ``Items`` may be empty (no data); it may not be absent."""

    Items: list[WireItem]


_DOCUMENT = TypeAdapter(WireDocument)
_KNOWN_OF_DOCUMENT = {"Items", "Metric"}
_KNOWN_OF_ITEM = {"Date", *ENTITIES.values()}


def refusal(document: Any, body: bytes | None = None) -> UpstreamError | None:
    """The error that the operator tells in *document*, or None when it tells none.

    It is a bare JSON string (HTTP 400), or an object with ``Message`` and no ``Items`` (HTTP 200 or 400).
    """
    if isinstance(document, str):
        detail = document
    elif isinstance(document, dict) and "Items" not in document:
        found = next((v for k, v in document.items() if k.lower() == "message"), None)
        if not isinstance(found, str):
            return None
        detail = found
    else:
        return None
    if re.search(r"rango.*(supera|excede)", detail, re.IGNORECASE):
        return RangeTooLongError(f"XM no da tantos días de una vez: «{detail}».", detail=detail, body=body)
    return UpstreamError(f"XM responde: «{detail}».", detail=detail, body=body)


def _items(document: Any, kind: str) -> tuple[list[WireItem], list[str]]:
    """Items of a checked document and remarks on unknown keys; raises what is wrong with it."""
    told = refusal(document)
    if told is not None:
        raise told
    if not isinstance(document, dict) or "Items" not in document:
        raise ContractViolationError(
            "La respuesta de XM es JSON pero no trae «Items»: no es «sin datos», es otra forma de respuesta."
        )
    try:
        checked = _DOCUMENT.validate_python(document)
    except ValidationError as error:
        first = error.errors(include_url=False, include_input=False)[0]
        place = ".".join(map(str, first["loc"]))
        raise ContractViolationError(
            f"La respuesta de XM no tiene la forma documentada en «{place}» ({first['msg']}); "
            f"{error.error_count()} diferencias en total."
        ) from None
    key = ENTITIES[kind]
    for item in checked["Items"]:
        if key not in item:
            other = sorted(set(item) - {"Date"})
            raise ContractViolationError(f"La respuesta de XM trae {other} y se esperaba «{key}».")
    unknown = set(checked) - _KNOWN_OF_DOCUMENT
    unknown.update(*(set(item) - _KNOWN_OF_ITEM for item in checked["Items"]))
    return checked["Items"], sorted(unknown)


@dataclass(slots=True)
class _Keys:
    """Which keys of the entities carry what; a key may come in either case, in the same answer."""

    hours: dict[int, list[str]]
    named: dict[str, list[str]]
    unknown: list[str]


def _flat(entity: WireEntity) -> dict[str, Any]:
    """The keys of an entity whether they are flat, inside ``Values``, or in both."""
    if "Values" not in entity:
        return dict(entity)
    return entity["Values"] if len(entity) == 2 else {**entity, **entity["Values"]}


def _sort_keys(rows: Iterable[dict[str, Any]]) -> _Keys:
    found = _Keys({}, {}, [])
    for key in sorted(set().union(*rows)):
        hour = _HOUR.match(key)
        if hour:
            found.hours.setdefault(int(hour[1]), []).append(key)
        elif key.lower() in {"code", "name", "value", *DIMENSIONS}:
            found.named.setdefault(key.lower(), []).append(key)
        elif key not in {"Id", "Values"}:
            found.unknown.append(key)
    return found


def _column(rows: list[dict[str, Any]], keys: list[str]) -> list[Any]:
    if len(keys) == 1:
        key = keys[0]
        return [row.get(key) for row in rows]
    return [next((row[k] for k in keys if row.get(k) is not None), None) for row in rows]


def _by_row(rows: list[dict[str, Any]], carriers: list[list[str]]) -> list[Any]:
    """What each row has under each of *carriers* (the keys that may hold it), row after row."""
    if all(len(keys) == 1 for keys in carriers):
        names = [keys[0] for keys in carriers]
        if len(names) == 1:
            return _column(rows, names)
        try:
            # nearly always every row has them all: then no Python runs for each value
            return [*chain.from_iterable(map(itemgetter(*names), rows))]
        except KeyError:
            return [row.get(name) for row in rows for name in names]
    columns = [_column(rows, keys) if keys else [None] * len(rows) for keys in carriers]
    return [value for row in zip(*columns, strict=True) for value in row]


def _text(values: list[Any]) -> pl.Series:
    """Values as text, as they came; numbers that are not strings too."""
    try:
        return pl.Series(values, dtype=pl.String, strict=True)
    except TypeError:
        return pl.Series(
            [None if v is None else v if isinstance(v, str) else repr(v) for v in values], dtype=pl.String
        )


def _label(rows: list[dict[str, Any]], keys: list[str]) -> pl.Series:
    return _text(_column(rows, keys)).str.strip_chars()


def read_series(document: Any, kind: str, entity_kind: str) -> Bronze:
    """Tidy an hourly, daily, monthly or annual answer: one row for each entity and day (or month).

    Hourly answers give 24 values a row, whether or not the key of an hour is there.
    *entity_kind* is the entity asked for, in the catalogue's spelling. Raises UpstreamError,
    RangeTooLongError or ContractViolationError.
    """
    items, unknown = _items(document, kind)
    key = ENTITIES[kind]
    days: list[str] = []
    ids: list[str] = []
    rows: list[dict[str, Any]] = []
    for item in items:
        for entity in item[key]:  # type: ignore[literal-required]  # one of ENTITIES
            days.append(item["Date"])
            ids.append(entity["Id"])
            rows.append(_flat(entity))
    if not rows:
        return Bronze(pl.DataFrame(schema=BRONZE), _remarks(unknown))
    keys = _sort_keys(rows)
    carrying = set(keys.hours) if kind == "hourly" else set(keys.named) & {"value"}
    if not carrying:
        raise ContractViolationError(
            f"Las entidades de la respuesta de XM no traen valores ({sorted(set().union(*rows))[:8]})."
        )
    carriers = [keys.hours.get(n, []) for n in range(1, 25)] if kind == "hourly" else [keys.named["value"]]
    values = _text(_by_row(rows, carriers)).reshape((len(rows), len(carriers)))
    frame = pl.DataFrame(
        {
            "entidad_tipo": [entity_kind] * len(rows),
            "entidad": _entity(rows, ids, keys, entity_kind),
            "dimension": _dimension(rows, keys),
            "dia": pl.Series(days, dtype=pl.String).str.slice(0, 10),
        }
    ).with_columns(
        pl.lit(1 if kind == "hourly" else None, pl.Int16).alias("hora"),
        values.cast(pl.List(pl.String)).alias("valores"),
        pl.lit("").alias("version"),
        pl.lit(None, pl.String).alias("publicado_en"),
        pl.lit([], pl.List(pl.String)).alias("marcas"),
    )
    return Bronze(frame, _remarks([*unknown, *keys.unknown]))


def _entity(rows: list[dict[str, Any]], ids: list[str], keys: _Keys, entity_kind: str) -> pl.Series:
    """The code where there is one, else the name (rivers and reservoirs), else the Id."""
    if entity_kind == "Sistema":
        return pl.Series(["Sistema"], dtype=pl.String).new_from_index(0, len(rows))
    found = pl.Series(ids, dtype=pl.String)
    for name in ("name", "code"):
        if name in keys.named:
            label = _label(rows, keys.named[name])
            found = label.zip_with(label.is_not_null() & (label != ""), found)
    return found


def _dimension(rows: list[dict[str, Any]], keys: _Keys) -> pl.Series:
    """The extra dimensions inside ``Values``, joined by « / »; '' where there is none."""
    present = [name for name in DIMENSIONS if name in keys.named]
    if not present:
        return pl.Series([""], dtype=pl.String).new_from_index(0, len(rows))
    frame = pl.DataFrame([_label(rows, keys.named[name]).alias(name) for name in present])
    return frame.select(pl.concat_str(present, separator=" / ", ignore_nulls=True).fill_null("")).to_series()


def _remarks(unknown: Iterable[str]) -> tuple[str, ...]:
    return tuple(f"clave desconocida en la respuesta: {key}" for key in sorted(set(unknown)))


def read_list(document: Any) -> list[dict[str, Any]]:
    """Records of a ``/lists`` answer, with their keys as sent. Raises as ``read_series``."""
    items, _ = _items(document, "lists")
    return [entity.get("Values", {}) for item in items for entity in item["ListEntities"]]
