"""DANE: price index, monthly activity and gross domestic product, from workbooks with their whole history.

The name of a file carries its month or quarter: the newest that is there is found by asking, latest first.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime

from siea.domain.catalogo import Variable
from siea.domain.numeros import NumberError, mes, plain
from siea.domain.tiempo import local_date
from siea.ingest import libros
from siea.ingest.celdas import marked, value_and_mark
from siea.ingest.errors import ContractViolationError
from siea.ingest.http import HttpAnswer, HttpClient
from siea.ingest.libros import Row
from siea.ingest.sources import completo
from siea.ingest.sources.completo import Value
from siea.ingest.sources.registry import Answer, Bronze, Clase, Conjunto, Fuente, Request

_MONTHS = ("ene", "feb", "mar", "abr", "may", "jun", "jul", "ago", "sep", "oct", "nov", "dic")
_QUARTERS = ("I", "II", "III", "IV")
_PROVISIONAL = "provisional_fuente"
_TRIES = 4  # periods back: the slowest (ISE) comes seven weeks after its month
_COUNTRY = "Colombia"
# Codes of the national accounts in the sheet of expenditure → what they are.
_DEMAND = {
    "P.3": "consumo final",
    "P.311 + P.313 + P.323": "consumo de los hogares",
    "P.312 + P.322": "consumo del gobierno",
    "P.5": "formación bruta de capital",
    "P.51": "formación bruta de capital fijo",
    "P.6": "exportaciones",
    "P.7": "importaciones",
    "P.8": "demanda interna",
    "B.1b": "producto interno bruto",
}
Series = tuple[str, Row]
"""(dimension, row of the sheet)."""


@dataclass(frozen=True, slots=True)
class Libro:
    """A workbook: the path of the file of a period, the sheet, and how its rows become values."""

    ruta: str
    hoja: str
    desde: date
    trimestral: bool
    lee: Callable[[list[Row]], Iterator[Value]]


def _months_by_year(rows: list[Row]) -> Iterator[Value]:
    """IPC: months down, years across, both in the block that begins at «Mes»."""
    top, first = _months_corner(rows)
    years = _years(rows[top], forward=False)
    for row in _block(rows[top + 1 :]):
        month = _month(row[first])
        for place, (year, whole_year) in years.items() if month else ():
            cell = row[place] if place < len(row) else None
            if cell is not None:  # a month to come is blank
                value, one = value_and_mark(cell)
                yield _COUNTRY, "", f"{year}-{month:02d}-01", value, _flags(whole_year or one)


def _months_corner(rows: list[Row]) -> tuple[int, int]:
    """Row and column of the cell «Mes» that has years beside it."""
    for top, row in enumerate(rows):
        for place, cell in enumerate(row):
            if isinstance(cell, str) and plain(cell) == "mes" and _years(row, forward=False):
                return top, place
    raise ContractViolationError("La hoja del IPC no trae «Mes» con los años al lado.")


def _activity(rows: list[Row]) -> Iterator[Value]:
    """ISE: years in the row of «Concepto», months below, the index in its own row of the first block."""
    top = libros.find_row(rows, "concepto")
    line = _labelled(rows[top + 2 :], "indicador de seguimiento a la economia")
    yield from _across(rows[top], rows[top + 1], [("", line)], _month)


def _product(rows: list[Row]) -> Iterator[Value]:
    """PIB by production: the total of the first block, which has levels; the others have rates."""
    top = _quarters_row(rows)
    line = _labelled(rows[top + 1 :], "producto interno bruto")
    yield from _across(rows[top - 1], rows[top], [("", line)], _first_month)


def _expenditure(rows: list[Row]) -> Iterator[Value]:
    """PIB by expenditure: each component of demand by its code, in the first block."""
    top = _quarters_row(rows)
    found: dict[str, Row] = {}
    for row in _block(rows[top + 1 :]):
        name = _DEMAND.get(" ".join(str(row[0] or "").split()))
        if name:
            found.setdefault(name, row)
    if lost := {"demanda interna", "producto interno bruto"} - found.keys():
        raise ContractViolationError(f"La hoja del gasto no trae {', '.join(sorted(lost))}.")
    yield from _across(rows[top - 1], rows[top], list(found.items()), _first_month)


def _across(
    above: Row, below: Row, lines: list[Series], month_in: Callable[[object], int | None]
) -> Iterator[Value]:
    """Values of *lines* by the years *above* and the months or quarters *below*."""
    years = _years(above, forward=True)
    for place, (year, whole_year) in years.items():
        label, of_period = marked(below[place] if place < len(below) else None)
        month = month_in(label)
        for dimension, line in lines if month else ():
            cell = line[place] if place < len(line) else None
            if cell is not None:  # a period to come is blank
                value, one = value_and_mark(cell)
                flags = _flags(whole_year or of_period or one)
                yield _COUNTRY, dimension, f"{year}-{month:02d}-01", value, flags


def _years(row: Row, *, forward: bool) -> dict[int, tuple[int, bool]]:
    """Column → (year, provisional). *forward*: a year is told on the first of its columns only."""
    found: dict[int, tuple[int, bool]] = {}
    current: tuple[int, bool] | None = None
    for place, cell in enumerate(row):
        text, provisional = marked(cell)
        told = (int(text), provisional) if text.isdigit() and len(text) == 4 else None
        current = told or (current if forward else None)
        if current is not None:
            found[place] = current
    return found


def _month(label: object) -> int | None:
    try:
        return mes(marked(label)[0]) if isinstance(label, str) else None
    except NumberError:
        return None


def _first_month(label: object) -> int | None:
    return 3 * _QUARTERS.index(label) + 1 if isinstance(label, str) and label in _QUARTERS else None


def _quarters_row(rows: list[Row]) -> int:
    for place, row in enumerate(rows):
        if place and {marked(cell)[0] for cell in row} >= {*_QUARTERS}:
            return place
    raise ContractViolationError("La hoja del PIB no trae los trimestres I a IV.")


def _block(rows: list[Row]) -> Iterator[Row]:
    """Rows down to «Fuente», where a block ends."""
    for row in rows:
        if row and plain(str(row[0] or "")).startswith("fuente"):
            return
        yield row


def _labelled(rows: list[Row], label: str) -> Row:
    for row in _block(rows):
        if any(isinstance(cell, str) and plain(cell).startswith(label) for cell in row[:4]):
            return row
    raise ContractViolationError(f"La hoja no trae la fila «{label}».")


def _flags(provisional: bool) -> tuple[str, ...]:
    return (_PROVISIONAL,) if provisional else ()


_FILES = "/files/operaciones/"
_ISE, _GDP = _FILES + "ISE/anex-ISE-9actividades-{periodo}.xlsx", _FILES + "PIB/anex-{libro}-{periodo}.xlsx"
_CPI = _FILES + "IPC/{periodo}/anex-IPC-{libro}-{periodo}.xlsx"


def _price(name: str, sheet: str) -> Libro:
    return Libro(_CPI.replace("{libro}", name), sheet, date(2003, 1, 1), False, _months_by_year)


def _quarterly(name: str, reader: Callable[[list[Row]], Iterator[Value]]) -> Libro:
    return Libro(_GDP.replace("{libro}", name), "Cuadro 1", date(2005, 1, 1), True, reader)


LIBROS: Mapping[str, Libro] = {
    "IPC": _price("Indices", "IndicesIPC"),
    "IPC_Variacion": _price("Variacion", "VarNal"),
    "ISE": Libro(_ISE, "Cuadro 1", date(2005, 1, 1), False, _activity),
    "ISE_Desestacionalizado": Libro(_ISE, "Cuadro 2", date(2005, 1, 1), False, _activity),
    "PIB_Corriente": _quarterly("ProduccionCorriente", _product),
    "PIB_Constante": _quarterly("ProduccionConstantes", _product),
    "PIB_GastoConstante": _quarterly("GastoConstantes", _expenditure),
}
_SETS = {
    "ipc": ("IPC", "IPC_Variacion"),
    "ise": ("ISE", "ISE_Desestacionalizado"),
    "pib": ("PIB_Corriente", "PIB_Constante", "PIB_GastoConstante"),
}


def paths(book: Libro, now: datetime) -> list[str]:
    """Paths of the files that may be the newest on the local day of *now*, the latest first."""
    today, per_year = local_date(now), 4 if book.trimestral else 12
    current = today.year * per_year + (today.month - 1) * per_year // 12
    found = []
    for back in range(1, _TRIES + 1):
        year, place = divmod(current - back, per_year)
        name = f"{_QUARTERS[place]}trim" if book.trimestral else _MONTHS[place]
        found.append(book.ruta.format(periodo=f"{name}{year}"))
    return found


class Dane:
    """Implements ``Source`` for the three operations."""

    name = "dane"
    etiqueta: str | None = None

    def __init__(self, http: HttpClient, base_url: str) -> None:
        self._http = http
        self._base = base_url.rstrip("/")

    async def requests(self, variable: Variable, first: date, last: date) -> list[Request]:
        """The newest workbook: each has the whole history."""
        book = LIBROS[variable.codigo]
        asked = {"libro": book.ruta, "hoja": book.hoja}
        return completo.whole(self.name, variable, book.desde, self._http.now(), asked)

    async def fetch(self, request: Request) -> Answer:
        """The latest file that is out. Raises ContractViolationError when none of the last periods is."""
        got = await self._latest(LIBROS[request.variable.codigo])
        return Answer(got.body, got.received_at, "xlsx")

    async def _latest(self, book: Libro) -> HttpAnswer:
        for path in paths(book, self._http.now()):
            answer = await self._http.request(
                "GET", self._base + path, headers=completo.AGENT, expect="bytes"
            )
            if answer.status < 400:
                return answer
        raise completo.absent(self._base + path, answer)

    def parse(self, request: Request, answer: Answer) -> Bronze:
        """The values of the sheet. Raises BadBodyError or ContractViolationError."""
        book = LIBROS[request.variable.codigo]
        sheet = libros.read_sheet(answer.body, book.hoja)
        try:
            values = list(book.lee(sheet.filas))
        except NumberError as error:
            raise ContractViolationError(
                f"El libro del DANE trae un valor que no es número: {error}."
            ) from None
        return Bronze(completo.to_bronze(request.variable.entidad, values), sheet.notas)

    async def sample(self, conjunto: str) -> frozenset[str]:
        """Names of the sheets of the newest workbooks."""
        found: set[str] = set()
        for code in _SETS[conjunto]:
            found |= set(libros.sheet_names((await self._latest(LIBROS[code])).body))
        return frozenset(found)


def _set(name: str, told: str, how_often: str, lag: int) -> Conjunto:
    sheets = frozenset(LIBROS[code].hoja for code in _SETS[name])
    return Conjunto(name, Clase.SERIES, told, how_often, lag, sheets)


FUENTE = Fuente(
    nombre="dane",
    titulo="DANE",
    base="https://www.dane.gov.co",
    licencia="DANE; cite la fuente",
    por_minuto=20,
    conjuntos=(
        _set("ipc", "Índice de precios al consumidor y su variación mensual", "mensual", 10),
        _set("ise", "Indicador de seguimiento a la economía, original y desestacionalizado", "mensual", 55),
        _set("pib", "Producto interno bruto trimestral, por producción y por gasto", "trimestral", 60),
    ),
    abrir=Dane,
)
