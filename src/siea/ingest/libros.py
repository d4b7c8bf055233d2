"""Spanish workbooks (.xlsx, .xls) and CSV as rows: merged labels filled, headers found, nothing guessed."""

import csv
import io
import re
import zipfile
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

import polars as pl
from python_calamine import CalamineError, CalamineSheet, CalamineWorkbook, WorksheetNotFound

from siea.domain.numeros import NumberError, es_co, plain
from siea.ingest.celdas import Cell
from siea.ingest.errors import BadBodyError, ContractViolationError

Row = list[Cell]
Locale = Literal["es-CO", "en"]

_EN = re.compile(r"([+-]?)(\d{1,3}(?:,\d{3})+|\d+)(\.\d+)?(e[+-]?\d+)?$", re.IGNORECASE)
_CODE = re.compile(r"0\d+$")  # a leading zero belongs to a code, not to a number
_GROWTH = 1_000  # rows or columns by which a merged range may reach past the last cell with something
_LISTED = 10
_1904 = re.compile(rb"date1904\s*=\s*[\"'](?:1|true)[\"']", re.IGNORECASE)
_SHEET = re.compile(rb"<(?:\w+:)?sheet\s[^>]*?\br?:?id=[\"']([^\"']+)[\"']", re.IGNORECASE)
_ERROR_CELL = re.compile(rb"<(?:\w+:)?c\s(?=[^>]*\bt=\"e\")[^>]*?\br=\"([A-Z]+\d+)\"")
# Records of the old format: the start of the workbook's own part, its date system, its end.
_BOF, _DATEMODE, _EOF = b"\x09\x08\x10\x00\x00\x06\x05\x00", 0x0022, 0x000A


@dataclass(frozen=True, slots=True)
class Hoja:
    """One sheet: its rows from the first cell on, with labels filled inside the merged ranges only.

    ``notas`` tells of cells with an error of a formula (``#N/A``, ``#REF!``): they are empty here.
    """

    nombre: str
    filas: list[Row]
    desde_1904: bool
    notas: tuple[str, ...] = ()


def read_sheet(body: bytes, which: str | int) -> Hoja:
    """The sheet of that name, or that place from 0.

    Raises BadBodyError when the body is no workbook, ContractViolationError when the sheet is not there.
    """
    book = _open(body)
    try:
        sheet = book.get_sheet_by_name(which) if isinstance(which, str) else book.get_sheet_by_index(which)
        rows: list[Row] = [
            [None if cell == "" else cell for cell in row] for row in sheet.to_python(skip_empty_area=False)
        ]
    except WorksheetNotFound:
        raise ContractViolationError(f"El libro no trae la hoja «{which}».") from None
    except (CalamineError, OSError, ValueError) as error:
        raise _unreadable(error) from None
    _fill_merged(rows, sheet)
    wrong = _error_cells(body, book.sheet_names.index(sheet.name))
    told = f"Celdas con error de fórmula en «{sheet.name}»: {', '.join(wrong[:_LISTED])}" if wrong else ""
    return Hoja(sheet.name, rows, _is_1904(body), (told,) if told else ())


def sheet_names(body: bytes) -> list[str]:
    """Names of the sheets, in their order. Raises BadBodyError."""
    return list(_open(body).sheet_names)


def _open(body: bytes) -> CalamineWorkbook:
    try:
        return CalamineWorkbook.from_filelike(io.BytesIO(body))
    except (CalamineError, OSError, ValueError) as error:
        raise _unreadable(error) from None


def _unreadable(error: Exception) -> BadBodyError:
    return BadBodyError(f"No es un libro de cálculo legible ({str(error)[:80]}).")


def _fill_merged(rows: list[Row], sheet: CalamineSheet) -> None:
    """The value of a merged range in each of its cells; a cell that is merely blank stays blank."""
    for (top, left), (bottom, right) in sheet.merged_cell_ranges or ():
        if top >= len(rows) or left >= len(rows[top]) or rows[top][left] is None:
            continue
        width = len(rows[top])
        rows.extend([None] * width for _ in range(min(bottom + 1 - len(rows), _GROWTH)))
        value = rows[top][left]
        for row in rows[top : bottom + 1]:
            row.extend([None] * min(right + 1 - len(row), _GROWTH))
            stop = min(right + 1, len(row))
            row[left:stop] = [value] * (stop - left)


def find_row(rows: Sequence[Row], *labels: str) -> int:
    """Place of the first row that has cells beginning by all *labels* (accents and case aside).

    Raises ContractViolationError, naming them, when none has.
    """
    wanted = [plain(label) for label in labels]
    for place, row in enumerate(rows):
        told = [plain(cell) for cell in row if isinstance(cell, str)]
        if all(any(text.startswith(label) for text in told) for label in wanted):
            return place
    raise ContractViolationError(f"La hoja no trae una fila con {', '.join(f'«{x}»' for x in labels)}.")


def _is_1904(body: bytes) -> bool:
    """Whether serial numbers count from 1904. calamine turns dates into dates and does not tell."""
    try:
        with zipfile.ZipFile(io.BytesIO(body)) as parts:
            return bool(_1904.search(parts.read("xl/workbook.xml")))
    except (zipfile.BadZipFile, KeyError):
        return _is_1904_xls(body)


def _is_1904_xls(body: bytes) -> bool:
    at = body.find(_BOF)
    while 0 <= at <= len(body) - 6:
        kind, size = (int.from_bytes(body[at + n : at + n + 2], "little") for n in (0, 2))
        if kind == _DATEMODE:
            return body[at + 4 : at + 6] == b"\x01\x00"
        if kind == _EOF:
            break
        at += 4 + size
    return False


def _error_cells(body: bytes, place: int) -> list[str]:
    """Addresses of the cells of a sheet with an error of a formula, which calamine gives as blank ones.

    Of .xlsx only: in .xls they are not told apart.
    """
    try:
        with zipfile.ZipFile(io.BytesIO(body)) as parts:
            ids = _SHEET.findall(parts.read("xl/workbook.xml"))
            links = parts.read("xl/_rels/workbook.xml.rels")
            for link in re.findall(rb"<(?:\w+:)?Relationship\s[^>]*>", links):
                if re.search(rb"\bId=[\"']" + re.escape(ids[place]) + rb"[\"']", link):
                    target = re.findall(rb"\bTarget=[\"']([^\"']+)", link)[0].decode()
                    part = target.lstrip("/") if target.startswith("/") else f"xl/{target}"
                    return [cell.decode() for cell in _ERROR_CELL.findall(parts.read(part))]
    except (zipfile.BadZipFile, KeyError, IndexError):
        pass
    return []


def leer_csv(body: bytes, *, locale: Locale | None, numeros: Collection[str] | None = None) -> pl.DataFrame:
    """A CSV with its header: text columns, and Float64 for those that hold numbers as *locale* writes them.

    UTF-8 (with or without mark) or Windows-1252; ``;``, tab or comma between cells; rows that repeat the
    header are left out. *numeros* names the columns of numbers; by default they are those with more numbers
    than anything else and no leading zeros. Without a locale a column whose numbers have a point or a comma
    is ambiguous. Raises BadBodyError when it is no such table, and ContractViolationError that names the
    ambiguous column, or the row and column of a cell that is no number.
    """
    names, rows = _table(body)
    columns: dict[str, pl.Series] = {}
    for place, name in enumerate(names):
        cells = [row[place] for row in rows]
        if name in numeros if numeros is not None else _mostly_numbers(cells, locale):
            columns[name] = pl.Series(name, list(_floats(name, cells, rows, locale)), pl.Float64)
        else:
            columns[name] = pl.Series(name, [cell or None for cell in cells], pl.String)
    return pl.DataFrame(columns)


def _table(body: bytes) -> tuple[list[str], list[list[str]]]:
    if b"\0" in body or not body.strip():
        raise BadBodyError("No es un CSV: está vacío o no es texto.")
    try:
        text = body.decode("utf-8-sig")
    except UnicodeDecodeError:
        text = body.decode("cp1252", "replace")
    header = text.lstrip().partition("\n")[0]
    lines = csv.reader(io.StringIO(text, newline=""), delimiter=max(";\t,", key=header.count))
    found = [[cell.strip() for cell in line] for line in lines]
    names, *rest = [line for line in found if any(line)]
    if header.lstrip().startswith("<") or len({*names}) < len(names):
        raise BadBodyError(f"No es un CSV con encabezado: «{header[:60]}».")
    rows = [line + [""] * (len(names) - len(line)) for line in rest if line != names]
    if wide := next((line for line in rows if len(line) > len(names)), None):
        raise ContractViolationError(f"La fila «{wide[0]}» tiene más celdas que columnas.")
    return names, rows


def _mostly_numbers(cells: list[str], locale: Locale | None) -> bool:
    if any(_CODE.match(cell) for cell in cells):
        return False
    told = [_is_number(cell, locale) for cell in cells]
    return sum(1 for one in told if one) > sum(1 for one in told if one is False)


def _is_number(cell: str, locale: Locale | None) -> bool | None:
    """None where the cell says nothing."""
    ways: tuple[Locale, ...] = ("es-CO", "en") if locale is None else (locale,)
    said = False
    for way in ways:
        try:
            if _number(cell, way) is not None:
                return True
        except NumberError:
            said = True
    return False if said else None


def _number(cell: str, locale: Locale) -> str | None:
    if locale == "es-CO":
        return es_co(cell)
    if cell and (found := _EN.match(cell)):
        return found[1] + found[2].replace(",", "") + (found[3] or "") + (found[4] or "")
    try:
        return None if es_co(cell) is None else _refuse(cell)
    except NumberError:
        return _refuse(cell)


def _refuse(cell: str) -> str:
    raise NumberError(f"«{cell}» no es un número con punto decimal")


def _floats(
    name: str, cells: list[str], rows: list[list[str]], locale: Locale | None
) -> Iterator[float | None]:
    for line, (cell, row) in enumerate(zip(cells, rows, strict=True), 2):
        if locale is None and ("," in cell or "." in cell) and _is_number(cell, None):
            raise ContractViolationError(
                f"La columna «{name}» es ambigua: no se sabe si «{cell}» lleva coma o punto decimal."
            )
        try:
            told = _number(cell, locale or "es-CO")
        except NumberError as error:
            raise ContractViolationError(f"Línea {line} («{row[0]}»), columna «{name}»: {error}.") from None
        yield None if told is None else float(told)
