"""Tables that are lists of things: each row an entry with its code, its name and all that it says."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import orjson

from siea.domain.numeros import NumberError, es_co, plain
from siea.ingest.importar.archivos import Tabla
from siea.ingest.importar.fechas import iso_day
from siea.ingest.importar.recetas import Lectura, Lista, Receta
from siea.ingest.sources.registry import Entidad

Fila = dict[str, Any]
"""A row by the plain names of its columns, without what is empty."""

# Of the continental country and its islands.
_LATITUDES, _LONGITUDES = (-5.0, 14.0), (-82.0, -66.0)


def lista(
    nombre: str,
    tipo: str,
    *,
    codigo: Sequence[str],
    titulo: str,
    otras: Sequence[str],
    estado: str = "",
    desde: str = "",
    arregla: Callable[[Fila], Fila] = dict,
) -> Receta:
    """A list of *tipo*, known by its columns *codigo* (which make up the code), *titulo* and *otras*.

    Of several rows of one code, the one in operation (*estado*) since last (*desde*) speaks for it, and
    keeps the others under ``otras_filas``.
    """

    def read(tabla: Tabla) -> Lectura:
        rows = [{k: v.strip() for k, v in row.items() if v and v.strip()} for row in tabla.filas.to_dicts()]
        coded = [arregla(row) for row in rows if any(part in row for part in codigo)]

        def weight(row: Fila) -> tuple[bool, str, bytes]:
            active = plain(str(row.get(estado, ""))) == "operacion"
            return active, iso_day(str(row.get(desde, ""))), _dump(row)

        by_code: dict[str, list[Fila]] = {}
        for row in coded:
            by_code.setdefault(_code(row, codigo), []).append(row)
        entries = {}
        for code, same in by_code.items():
            first, *others = sorted({_dump(row): row for row in same}.values(), key=weight, reverse=True)
            attributes = _told(first, tabla, {*codigo[:1], titulo} if len(codigo) == 1 else {titulo})
            if others:
                attributes["otras_filas"] = [_told(row, tabla, set()) for row in others]
            entries[code] = Entidad(tipo, code, str(first.get(titulo, code)), attributes)
        lost = len(rows) - len(coded)
        notes = (f"{lost} filas sin código no se cargan.",) if lost else ()
        repeated = sum(len(entry.atributos.get("otras_filas", ())) for entry in entries.values())
        if repeated:
            notes = (*notes, f"{repeated} filas repiten un código con otros datos: van en «otras_filas».")
        return Lectura((Lista(tipo, [entries[_code(row, codigo)] for row in coded]),), notes)

    return Receta(nombre, frozenset((*codigo, titulo, *otras)), read)


def _code(row: Fila, parts: Sequence[str]) -> str:
    return "/".join(str(row.get(part, "")) for part in parts)


def _told(row: Fila, tabla: Tabla, without: set[str]) -> Fila:
    """Everything that a row says, under the names that its file gives."""
    return {tabla.nombres.get(name, name): value for name, value in row.items() if name not in without}


def _dump(row: Mapping[str, Any]) -> bytes:
    return orjson.dumps(row, option=orjson.OPT_SORT_KEYS)


def recurso(row: Fila) -> Fila:
    """A resource of the operator's list: numbers with decimal comma, dates in two ways, a state in two."""
    told = dict(row)
    for name in ("capacidad_efectiva", "factor_conversion"):
        told[name] = _number(row.get(name))
    told["estado"] = str(row.get("estado", "")).replace("OPERACIÓN", "OPERACION")
    told["inicio_operacion"] = iso_day(str(row.get("inicio_operacion", "")))
    return told


def planta(row: Fila) -> Fila:
    """A plant with its place; a place outside the country is kept and marked."""
    told = dict(row)
    for name in ("capacity_mw", "latitude", "longitude"):
        told[name] = float(row[name]) if name in row else None
    for name, (low, high) in (("latitude", _LATITUDES), ("longitude", _LONGITUDES)):
        if told[name] is not None and not low <= told[name] <= high:
            told["marcas"] = [*told.get("marcas", []), f"fuera_de_colombia({name})"]
    return told


def _number(text: str | None) -> float | str | None:
    """*text* as a number with decimal comma; as it is where it is none."""
    try:
        found = es_co(text or "")
    except NumberError:
        return text
    return None if found is None else float(found)
