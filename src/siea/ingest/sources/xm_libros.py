"""The operator's yearly workbooks: title rows, a header that begins by «Fecha», hours 0 to 23, the version.

Every family has that shape; what differs is where its files are and which columns hold the entity and the
values. Rows that are there twice stay twice: the validation judges them.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date

import polars as pl

from siea.domain.catalogo import SISTEMA, Variable
from siea.domain.numeros import NumberError, plain
from siea.domain.tiempo import Resolucion, local_date
from siea.ingest import libros
from siea.ingest.celdas import Cell, day_of, hour_of, number_text, value_of
from siea.ingest.errors import ContractViolationError
from siea.ingest.http import HttpAnswer, HttpClient
from siea.ingest.libros import Hoja, Row
from siea.ingest.sources import completo
from siea.ingest.sources.registry import BRONZE, Answer, Bronze, Clase, Conjunto, Fuente, Request

_SUFFIXES = (".xlsx", ".xls")
_HOURS = 24


@dataclass(frozen=True, slots=True)
class Familia:
    """One kind of workbook. Its files are in one of ``carpetas``: years gone by move to a folder of theirs.

    ``entidad``: the beginnings that the label of the entity's column may have, none for the whole system.
    ``dimension``: the same of a column that tells apart rows of one entity and day. ``semestres``: years
    that come in two files.
    """

    carpetas: tuple[str, ...]
    archivo: str
    desde: date = date(2000, 1, 1)
    entidad: tuple[str, ...] = ()
    dimension: str = ""
    semestres: frozenset[int] = field(default_factory=frozenset)

    def rutas(self, year: int) -> list[list[str]]:
        """Of each file of a year, the paths without suffix where it may be."""
        parts = [f"{year}SEM1", f"{year}SEM2"] if year in self.semestres else [str(year)]
        return [[f"{folder}/{self.archivo}_{part}" for folder in self.carpetas] for part in parts]


def _folders(area: str, *names: str) -> tuple[str, ...]:
    return tuple(f"/{area}/Histricos{name}" for name in names)  # spelled so


_IN_HALVES = frozenset({2016, 2017, 2018})
FAMILIAS: Mapping[str, Familia] = {
    "precio": Familia(
        _folders("trpr", "", "/Precios"), "Precio_Bolsa_Nacional_($kwh)", desde=date(1995, 7, 20)
    ),
    "demanda": Familia(_folders("dmnd", "/Demanda%20Nacional", ""), "Demanda_Energia_SIN"),
    "demanda_or": Familia(
        _folders("dmnd", "/Demanda%20Comercial", ""), "Demanda_por_OR",
        entidad=("codigo distribuidor", "codigo or"),
    ),
    "perdidas": Familia(
        _folders("dmnd", "/Demanda%20Comercial", ""), "Perdidas_De_Energia_Por_Comercializador",
        entidad=("codigo comercializador",),
    ),
    "aportes": Familia(_folders("hdrlg", ""), "Aportes_Diario", entidad=("nombre rio",)),
    "reservas": Familia(_folders("hdrlg", ""), "Reservas_Diario", entidad=("nombre embalse",)),
    "vertimientos": Familia(_folders("hdrlg", ""), "Vertimientos_Diario", entidad=("nombre embalse",)),
    # A plant that burns two fuels in a day has two rows.
    "generacion": Familia(
        _folders("oferta", "/Generaci%C3%B3n", ""), "Generacion_(kWh)", entidad=("recurso",),
        dimension="combustible", semestres=_IN_HALVES,
    ),
    "capacidad": Familia(
        _folders("oferta", "/Capacidad", ""), "Capacidad_Efectiva_Neta_(kW)", entidad=("recurso",),
        semestres=_IN_HALVES,
    ),
}  # fmt: skip
# The beginning of the label of the column with the values of each daily variable.
COLUMNAS: Mapping[str, str] = {
    "DemaSINLibro": "demanda energia sin",
    "GeneSINLibro": "generacion",
    "DemaNoAtenSINLibro": "demanda no atendida",
    "ExpoSINLibro": "exportaciones",
    "ImpoSINLibro": "importaciones",
    "AporEnerLibro": "aportes energia",
    "AporCaudalLibro": "aportes caudal",
    "VoluUtilEnerLibro": "volumen util diario energia",
    "VertEnerLibro": "vertimientos energia",
    "CapEfecNetaLibro": "capacidad efectiva neta",
}


class XmLibros:
    """Implements ``Source`` for the yearly workbooks."""

    name = "xm_libros"
    etiqueta: str | None = None

    def __init__(self, http: HttpClient, base_url: str) -> None:
        self._http = http
        self._base = base_url.rstrip("/")

    async def requests(self, variable: Variable, first: date, last: date) -> list[Request]:
        """The workbooks of the years of the days, whole: one a year, or one a half year."""
        family, today = FAMILIAS[variable.conjunto], local_date(self._http.now())
        found = []
        for year in range(max(first, family.desde).year, min(last, today).year + 1):
            files = family.rutas(year)
            for n, paths in enumerate(files):
                start = date(year, 1 + n * 6, 1)
                end = date(year, 6, 30) if len(files) == 2 and n == 0 else date(year, 12, 31)
                asked = {"archivos": " ".join(paths), "columna": COLUMNAS.get(variable.codigo, "")}
                days = max(start, family.desde), min(end, today)
                found.append(Request(self.name, variable, *days, asked, variable.unidad_fuente))
        return found

    async def fetch(self, request: Request) -> Answer:
        """The workbook, .xlsx or else .xls. Raises ContractViolationError when there is none."""
        answer, suffix = await self._book(request.peticion["archivos"].split())
        return Answer(answer.body, answer.received_at, suffix.lstrip("."))

    async def _book(self, paths: list[str]) -> tuple[HttpAnswer, str]:
        for path, suffix in [(path, suffix) for suffix in _SUFFIXES for path in paths]:
            url = self._base + path + suffix
            answer = await self._http.request("GET", url, headers=completo.AGENT, expect="bytes")
            if answer.status < 400:
                return answer, suffix
        raise completo.absent(url, answer)

    def parse(self, request: Request, answer: Answer) -> Bronze:
        """Every row with values; one without a readable date keeps what it says there, and is rejected."""
        sheet = libros.read_sheet(answer.body, 0)
        try:
            table = _Tabla(sheet, request.variable, request.peticion["columna"])
            rows = list(table.rows(sheet.filas))
        except NumberError as error:
            raise ContractViolationError(f"El libro de XM trae un valor que no es número: {error}.") from None
        return Bronze(pl.DataFrame(rows, schema=BRONZE, orient="row"), (*sheet.notas, *table.notas))

    async def sample(self, conjunto: str) -> frozenset[str]:
        """Labels of the header of last year's workbook."""
        files = FAMILIAS[conjunto].rutas(local_date(self._http.now()).year - 1)
        sheet = libros.read_sheet((await self._book(files[-1]))[0].body, 0)
        return frozenset(_labels(sheet.filas[_header(sheet)]))


class _Tabla:
    """The columns of a sheet by their labels, and its rows as ``BRONZE``."""

    def __init__(self, sheet: Hoja, variable: Variable, column: str) -> None:
        family = FAMILIAS[variable.conjunto]
        self._top, self._1904, self._variable = _header(sheet), sheet.desde_1904, variable
        self._head = sheet.filas[self._top]
        self._labels = _labels(self._head)
        self._day = self._at("fecha") or 0
        self._version = self._at("version")
        self._entity = self._needed(*family.entidad) if family.entidad else None
        self._dimension = self._at(family.dimension) if family.dimension else None
        self._hourly = variable.resolucion is Resolucion.HORA
        self._values: list[int | None] = self._hours() if self._hourly else [self._needed(column)]
        lost = [hour for hour, place in enumerate(self._values) if place is None]
        self.notas = (f"El libro no trae las horas {lost}: quedan como huecos",) if lost else ()

    def _at(self, *beginnings: str) -> int | None:
        for beginning in beginnings:
            for place, label in enumerate(self._labels):
                if label.startswith(beginning):
                    return place
        return None

    def _needed(self, *beginnings: str) -> int:
        place = self._at(*beginnings)
        if place is None:
            raise ContractViolationError(f"El libro de XM no trae la columna «{beginnings[0]}».")
        return place

    def _hours(self) -> list[int | None]:
        """Columns of the hours 0…23, by their label and never by their place; None where there is none."""
        places = {hour: n for n, cell in enumerate(self._head) if (hour := hour_of(cell)) is not None}
        if not places or max(places) >= _HOURS:
            raise ContractViolationError("El libro de XM no nombra sus horas de 0 a 23.")
        return [places.get(hour) for hour in range(_HOURS)]

    def rows(self, rows: list[Row]) -> Iterator[tuple[object, ...]]:
        """What follows the header, but for headers that are there again and lines of text alone."""
        for row in rows[self._top + 1 :]:
            day = day_of(_cell(row, self._day), desde_1904=self._1904)
            if day is None and _labels(row) == self._labels:
                continue
            values = [value_of(_cell(row, place)) for place in self._values]
            if day is None and not any(values):
                continue
            yield (
                self._variable.entidad,
                SISTEMA if self._entity is None else self._text(row, self._entity),
                self._text(row, self._dimension),
                str(day) if day else self._text(row, self._day),
                1 if self._hourly else None,
                values,
                self._text(row, self._version).upper(),
                None,
                [],
            )

    def _text(self, row: Row, place: int | None) -> str:
        return number_text(_cell(row, place)) or ""


def _cell(row: Row, place: int | None) -> Cell:
    return row[place] if place is not None and place < len(row) else None


def _header(sheet: Hoja) -> int:
    """The row that names «Fecha» and more than it: a title may begin by that word."""
    for place, row in enumerate(sheet.filas):
        if "fecha" in (labels := _labels(row)) and sum(1 for label in labels if label) > 1:
            return place
    raise ContractViolationError("El libro de XM no trae la fila de encabezado con «Fecha».")


def _labels(row: Row) -> list[str]:
    return [plain(number_text(cell) or "") for cell in row]


def _set(name: str, told: str, *labels: str) -> Conjunto:
    return Conjunto(name, Clase.SERIES, told, "diaria", 5, frozenset({"fecha", *labels}))


FUENTE = Fuente(
    nombre="xm_libros",
    titulo="XM, libros anuales",
    base="https://sinergox.xm.com.co",
    licencia="Datos abiertos del operador; cite «XM S.A. E.S.P.»",
    por_minuto=30,
    conjuntos=(
        _set("precio", "Precio de bolsa horario por año, con su versión", "version"),
        _set("demanda", "Demanda, generación e intercambios diarios por año", "generacion kwh"),
        _set("demanda_or", "Demanda horaria por operador de red y año", "version"),
        _set("perdidas", "Pérdidas horarias de energía por comercializador y año", "version"),
        _set("aportes", "Aportes diarios por río y año", "nombre rio", "aportes energia kwh"),
        _set("reservas", "Volumen útil diario por embalse y año", "volumen util diario energia kwh"),
        _set("vertimientos", "Vertimientos diarios por embalse y año", "vertimientos energia kwh"),
        _set("generacion", "Generación horaria por recurso y año", "recurso", "version"),
        _set("capacidad", "Capacidad efectiva neta diaria por recurso y año", "capacidad efectiva neta kw"),
    ),
    abrir=XmLibros,
)
