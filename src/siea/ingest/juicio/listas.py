"""Rules about lists of entities: codes, spellings, forms of dates and numbers, places on the map."""

import re
import unicodedata
from collections import defaultdict
from collections.abc import Sequence
from typing import Any

from siea.domain.numeros import plain
from siea.ingest.juicio.hallazgo import Hallazgo, Severidad
from siea.ingest.sources.registry import Entidad

# Colombia with its islands, degrees.
LATITUDE, LONGITUDE = (-4.5, 13.6), (-82.0, -66.6)
# Attributes that are a code of their own in some list.
CODES = ("submercado", "codigo_sic")
_DATE_FORMS = (
    ("AAAA-MM-DD", re.compile(r"\d{4}-\d{2}-\d{2}([ T].*)?$")),
    ("M/D/AAAA", re.compile(r"\d{1,2}/\d{1,2}/\d{4}( .*)?$")),
)
_COMMA = re.compile(r"-?\d+,\d+$")
_FEW = 30
_LISTED = 12


def judge_entities(entities: Sequence[Entidad], fuente: str) -> list[Hallazgo]:
    """What is wrong with a list of one kind, as *fuente* gives it."""
    if not entities:
        return []
    kind = entities[0].tipo
    values: dict[str, list[str]] = defaultdict(list)
    for entity in entities:
        for name, value in entity.atributos.items():
            if isinstance(value, str):
                values[name].append(value.strip())
    found = [*_codes(kind, entities), *_several(kind, entities), *_places(kind, entities)]
    for name, told in sorted(values.items()):
        found += [*_spellings(kind, name, told), *_dates(kind, name, told), *_commas(kind, name, told)]
        found += _unclassified(kind, name, told)
    return [_of(one, fuente) for one in found]


def _of(found: Hallazgo, fuente: str) -> Hallazgo:
    return Hallazgo(
        found.regla, found.severidad, f"lista:{fuente}", found.entidad_tipo, found.mensaje, found.cuantos,
        dimension=found.dimension, detalle=found.detalle,
    )  # fmt: skip


def _finding(
    rule: str, severity: Severidad, kind: str, attribute: str, say: str, *, of: Sequence[str] | dict[str, Any]
) -> Hallazgo:
    detail: dict[str, Any] = of if isinstance(of, dict) else {"valores": list(of)[:_LISTED]}
    return Hallazgo(rule, severity, "", kind, say, len(of), dimension=attribute, detalle=detail)


def _codes(kind: str, entities: Sequence[Entidad]) -> list[Hallazgo]:
    """A code of another list that entries with different codes of their own share."""
    found = []
    for name in CODES:
        of: dict[str, set[str]] = defaultdict(set)
        for entity in entities:
            if told := str(entity.atributos.get(name) or "").strip():
                of[told].add(entity.codigo)
        twice = sorted(code for code, owners in of.items() if len(owners) > 1)
        if twice:
            say = (
                f"{len(twice)} códigos de «{name}» están en más de un registro: {', '.join(twice[:_LISTED])}."
            )
            found.append(_finding("codigo_repetido", "media", kind, name, say, of=twice))
    return found


def _several(kind: str, entities: Sequence[Entidad]) -> list[Hallazgo]:
    """Codes that their list gives on more than one row (the import keeps the others with the first)."""
    twice = sorted({entity.codigo for entity in entities if entity.atributos.get("otras_filas")})
    if not twice:
        return []
    say = f"{len(twice)} códigos están en más de una fila de la lista: {', '.join(twice[:_LISTED])}."
    return [_finding("codigo_repetido", "media", kind, "codigo", say, of=twice)]


def _spellings(kind: str, name: str, told: list[str]) -> list[Hallazgo]:
    """Values that are equal but for accents or case, in an attribute with few values."""
    kinds = set(told)
    if len(kinds) > _FEW:
        return []
    by_plain: dict[str, set[str]] = defaultdict(set)
    for value in kinds:
        by_plain[plain(value)].add(unicodedata.normalize("NFC", value))
    several = {key: sorted(forms) for key, forms in by_plain.items() if len(forms) > 1}
    if not several:
        return []
    shown = "; ".join(" / ".join(forms) for forms in several.values())
    return [
        _finding(
            "grafia_distinta",
            "baja",
            kind,
            name,
            f"«{name}» escribe lo mismo de dos formas: {shown}.",
            of=several,
        )
    ]


def _dates(kind: str, name: str, told: list[str]) -> list[Hallazgo]:
    counts = {form: sum(1 for value in told if pattern.match(value)) for form, pattern in _DATE_FORMS}
    used = {form: count for form, count in counts.items() if count}
    if len(used) < 2:
        return []
    shown = ", ".join(f"{form}: {count}" for form, count in used.items())
    return [
        _finding(
            "formato_de_fecha_mixto",
            "media",
            kind,
            name,
            f"«{name}» mezcla formas de fecha ({shown}).",
            of=used,
        )
    ]


def _commas(kind: str, name: str, told: list[str]) -> list[Hallazgo]:
    odd = [value for value in told if _COMMA.match(value)]
    if not odd:
        return []
    say = f"«{name}» escribe números con coma decimal en {len(odd)} registros: como texto no se pueden sumar."
    return [_finding("coma_decimal", "baja", kind, name, say, of=odd)]


def _unclassified(kind: str, name: str, told: list[str]) -> list[Hallazgo]:
    odd = [
        v for v in told if re.search("SIN CLASIFICAR|R[IÍ]OS ESTIMADOS|DESCONOCID", v.upper()) and len(v) < 40
    ]
    if not odd:
        return []
    say = f"{len(odd)} valores de «{name}» dicen que nadie los clasificó ({', '.join(sorted(set(odd)))})."
    return [_finding("categoria_sin_clasificar", "baja", kind, name, say, of=odd)]


def _places(kind: str, entities: Sequence[Entidad]) -> list[Hallazgo]:
    outside, without = [], []
    located = False
    for entity in entities:
        lat = _number(entity, "latitude", "latitud", "lat")
        lon = _number(entity, "longitude", "longitud", "lng", "lon")
        if lat is None or lon is None:
            without.append(entity.nombre)
            continue
        located = True
        if not _within(lat, LATITUDE) or not _within(lon, LONGITUDE):
            flipped = _within(lat, LATITUDE) and _within(-lon, LONGITUDE)
            outside.append(
                f"{entity.nombre} ({lat:g}, {lon:g}{'; con el signo contrario sí cae' if flipped else ''})"
            )
    found = []
    if outside:
        say = f"{len(outside)} quedan fuera de Colombia: {'; '.join(outside[:_LISTED])}."
        found.append(_finding("fuera_de_colombia", "alta", kind, "coordenadas", say, of=outside))
    if located and without:
        say = f"{len(without)} no tienen coordenadas: {', '.join(without[:_LISTED])}."
        found.append(_finding("sin_coordenadas", "baja", kind, "coordenadas", say, of=without))
    return found


def _within(value: float, limits: tuple[float, float]) -> bool:
    return limits[0] <= value <= limits[1]


def _number(entity: Entidad, *names: str) -> float | None:
    for name in names:
        told = entity.atributos.get(name)
        if told not in {None, ""}:
            try:
                return float(str(told))
            except ValueError:
                return None
    return None
