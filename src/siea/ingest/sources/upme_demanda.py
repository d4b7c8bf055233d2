"""UPME's demand projection: a workbook whose name changes with each edition, found on the page that links it.

Two editions live side by side: the edition is part of the dimension, so that a new one never overwrites
another. Its sheets are known by their order only, so each is checked against what it should hold.
"""

import html
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from urllib.parse import unquote, urljoin, urlsplit

from siea.domain.catalogo import Variable
from siea.domain.numeros import NumberError, mes, plain
from siea.ingest import libros
from siea.ingest.celdas import Cell, day_of, marked, value_of
from siea.ingest.errors import ContractViolationError
from siea.ingest.http import HttpClient
from siea.ingest.libros import Hoja, Row
from siea.ingest.sources import completo
from siea.ingest.sources.completo import Value
from siea.ingest.sources.registry import Answer, Bronze, Clase, Conjunto, Fuente, Request

_PAGE = "/simec/planeacion-energetica/proyeccion_de_demanda/"
_LINK = re.compile(r"href=[\"']([^\"']*Anexo_proyeccion_demanda[^\"']*\.xlsx[^\"']*)[\"']", re.IGNORECASE)
_YEARS = re.compile(r"(20\d\d)[_-](20\d\d)")
_ISSUED = re.compile(r"([a-z]{3,10})[_-]?(20\d\d)(?!\d)", re.IGNORECASE)
_REVISION = re.compile(r"[_-](v\d+)(?=[_.-])", re.IGNORECASE)
_BAND = re.compile(r"^(?:esc|ic)\b")
_UNIT = re.compile(r"\b(?:gwh|mwh|kwh|gw|mw)\b")
_FIRST, _LAST = date(2000, 1, 1), date(2079, 12, 31)
# Places of the sheets (from 0) in every edition since 2020, and whom each speaks of where it does not say.
_SYSTEM, _WITH_LARGE, _BY_AREA = "SIN", "SIN+GCE+ME+GD", "Áreas del SIN"


@dataclass(frozen=True, slots=True)
class Hojas:
    """Where a variable is: sheets by place with their scope, its unit in lower case, monthly or yearly.

    ``bandas``: whether its columns always name a scenario or a confidence band.
    """

    lugares: tuple[tuple[int, str], ...]
    unidad: str
    mensual: bool
    bandas: bool = True


def _three(first: int) -> tuple[tuple[int, str], ...]:
    return ((first, _SYSTEM), (first + 4, _WITH_LARGE), (first + 8, _BY_AREA))


HOJAS = {
    "ProyDemaEnerMes": Hojas(_three(0), "gwh", True),
    "ProyPotMaxMes": Hojas(_three(1), "mw", True),
    "ProyDemaEnerAnio": Hojas(_three(2), "gwh", False),
    "ProyPotMaxAnio": Hojas(_three(3), "mw", False),
    "ProyCapaGDAnio": Hojas(((12, "GD"),), "mw", False, bandas=False),
}


class UpmeDemanda:
    """Implements ``Source`` for the projection. ``archivo_url`` overrides the link of the page."""

    name = "upme_demanda"
    etiqueta: str | None = None

    def __init__(self, http: HttpClient, base_url: str) -> None:
        self._http = http
        self._page = base_url.rstrip("/") + _PAGE
        self.archivo_url: str | None = None

    async def requests(self, variable: Variable, first: date, last: date) -> list[Request]:
        """The years of the newest edition, whatever days are asked for: it speaks of days to come."""
        link = await self._link()
        years = _YEARS.search(link)
        start = date(int(years[1]), 1, 1) if years else _FIRST
        end = date(int(years[2]), 12, 31) if years else _LAST
        asked = {"archivo": link, "variable": variable.codigo}
        return [Request(self.name, variable, start, end, asked, variable.unidad_fuente)]

    async def _link(self) -> str:
        if self.archivo_url:
            return self.archivo_url
        page = (await completo.get(self._http, self._page)).body.decode("utf-8", "replace")
        found = [urljoin(self._page, html.unescape(link)) for link in _LINK.findall(page)]
        links = [link for link in found if self._is_own(link)]
        if not links:
            raise ContractViolationError("La página de la UPME no enlaza el anexo de la proyección.")
        return max(links, key=_order)

    def _is_own(self, link: str) -> bool:
        """Whether *link* leads to the same publisher: its host, or another of its domain."""
        own, other = (urlsplit(url).hostname or "" for url in (self._page, link))
        return urlsplit(link).scheme in {"http", "https"} and (
            other == own or other.endswith(f".{own.partition('.')[2]}")
        )

    async def fetch(self, request: Request) -> Answer:
        """The workbook of the edition."""
        got = await completo.get(self._http, request.peticion["archivo"])
        return Answer(got.body, got.received_at, "xlsx")

    def parse(self, request: Request, answer: Answer) -> Bronze:
        """One value for each area, band and period. Raises BadBodyError or ContractViolationError."""
        where, name = HOJAS[request.variable.codigo], edition(request.peticion["archivo"])
        values: list[Value] = []
        notes: list[str] = []
        for place, scope in where.lugares:
            sheet = libros.read_sheet(answer.body, place)
            try:
                values += _read(sheet, where, name=name, scope=scope)
            except NumberError as error:
                raise ContractViolationError(f"La hoja «{sheet.nombre}» trae {error}.") from None
            notes += sheet.notas
        return Bronze(completo.to_bronze(request.variable.entidad, values), tuple(notes))

    async def sample(self, conjunto: str) -> frozenset[str]:
        """The bands of the first sheet."""
        sheet = libros.read_sheet((await completo.get(self._http, await self._link())).body, 0)
        return frozenset(band for row in sheet.filas for cell in row if (band := _band(cell)))


def edition(link: str) -> str:
    """«2026-2040 ago2026» (and its revision, where it tells one) of the address of a file."""
    name = unquote(link).rpartition("/")[2]
    years, issued, revision = _YEARS.search(name), _issued(name), _REVISION.search(name)
    if years is None:
        return name
    told = [f"{years[1]}-{years[2]}", issued[2] if issued else "", revision[1].lower() if revision else ""]
    return " ".join(part for part in told if part)


def _issued(name: str) -> tuple[int, int, str] | None:
    """(year, month, «ago2026»)."""
    for word, year in _ISSUED.findall(name):
        for text in (word, word[-3:]):  # «verJul2025» is July
            try:
                return int(year), mes(text), f"{text.lower()}{year}"
            except NumberError:
                continue
    return None


def _order(link: str) -> tuple[str, int, int, str]:
    years, issued = _YEARS.search(link), _issued(link.rpartition("/")[2])
    return (years[1] if years else "", *(issued[:2] if issued else (0, 0)), link)


def _read(sheet: Hoja, where: Hojas, *, name: str, scope: str) -> Iterator[Value]:
    """Values of a sheet. Raises ContractViolationError when it is not the one that its place says."""
    start = next((n for n, row in enumerate(sheet.filas) if _period(row, sheet, where.mensual)), None)
    if start is None or _is_monthly(sheet.filas[start:], sheet.desde_1904) != where.mensual:
        kind = "mensual" if where.mensual else "anual"
        raise ContractViolationError(f"La hoja «{sheet.nombre}» no trae la tabla {kind} que se esperaba.")
    head = sheet.filas[:start]
    units = set(_UNIT.findall(plain(" ".join(str(cell) for row in head for cell in row if cell))))
    if units and where.unidad not in units:
        raise ContractViolationError(
            f"La hoja «{sheet.nombre}» está en {', '.join(sorted(units))} y no en {where.unidad}."
        )
    columns = list(_columns(head[-2:], max(map(len, sheet.filas)), scope))
    if not columns or (where.bandas and not any(band for _, _, band in columns)):
        raise ContractViolationError(f"La hoja «{sheet.nombre}» no trae el encabezado de sus columnas.")
    for row in sheet.filas[start:]:
        period = _period(row, sheet, where.mensual)
        for place, area, band in columns if period else ():
            cell = row[place] if place < len(row) else None
            if cell is not None:
                yield area, f"{name} · {band}" if band else name, str(period), value_of(cell), ()


def _is_monthly(rows: list[Row], desde_1904: bool) -> bool:
    days = [day_of(row[0], desde_1904=desde_1904) for row in rows if row]
    return any(day and day.month != 1 for day in days)


def _columns(head: list[Row], width: int, scope: str) -> Iterator[tuple[int, str, str]]:
    """(column, area, band) from the two rows of the header, whichever of them has the bands."""
    areas: dict[int, str] = {}
    bands: dict[int, str] = {}
    area = ""
    for place in range(1, width):
        cells = [row[place] for row in head if place < len(row)]
        texts = [cell.strip() for cell in cells if isinstance(cell, str) and cell.strip()]
        # An area may be told on the first of its columns only.
        area = next((text for text in reversed(texts) if not _band(text)), area)
        if texts:
            areas[place], bands[place] = area, next((_band(text) for text in texts if _band(text)), "")
    wanted = [place for place, band in bands.items() if band] or list(areas)
    # One label over every column is the title of the table, not the name of an area.
    several = len({areas[place] for place in wanted}) > 1
    for place in wanted:
        yield place, (areas[place] if several else "") or scope, bands[place]


def _band(cell: Cell) -> str:
    """«esc medio», «ic superior 95 %»; '' when a cell names none."""
    text = plain(cell).replace(".", " ").replace("%", " %") if isinstance(cell, str) else ""
    return " ".join(text.split()) if _BAND.match(text) else ""


def _period(row: Row, sheet: Hoja, monthly: bool) -> date | None:
    """First day of the month or year in the first column."""
    cell = row[0] if row else None
    if monthly:
        found = day_of(cell, desde_1904=sheet.desde_1904)
        return found.replace(day=1) if found else None
    text, _ = marked(cell)
    if text.isdigit() and len(text) == 4:
        return date(int(text), 1, 1)
    found = None if isinstance(cell, str) else day_of(cell, desde_1904=sheet.desde_1904)
    return found.replace(month=1, day=1) if found and (found.month, found.day) == (1, 1) else None


FUENTE = Fuente(
    nombre="upme_demanda",
    titulo="UPME, proyección de demanda",
    base="https://www.upme.gov.co",
    licencia="UPME; cite la fuente",
    por_minuto=20,
    conjuntos=(
        Conjunto(
            "proyeccion",
            Clase.SERIES,
            "Proyección de demanda de energía y potencia, por edición, área y escenario",
            "semestral",
            0,
            frozenset({"esc medio", "ic superior 95 %", "ic inferior 95 %", "ic superior 68 %"}),
        ),
    ),
    abrir=UpmeDemanda,
)
