"""Spanish workbooks (.xlsx, .xls) as rows: merged labels filled, headers found, nothing guessed."""

import io
import re
import zipfile
import zlib
from collections.abc import Sequence
from dataclasses import dataclass

from python_calamine import CalamineError, CalamineSheet, CalamineWorkbook, WorksheetNotFound

from siea.domain.numeros import plain
from siea.ingest.celdas import Cell
from siea.ingest.errors import BadBodyError, ContractViolationError

Row = list[Cell]

_GROWTH = 1_000  # rows or columns by which a merged range may reach past the last cell with something
_LISTED = 10
# Nothing that a publisher sends comes near.
_MOST_BYTES, _MOST_CELLS = 500_000_000, 30_000_000
# Rows by their own number or that of a cell far down; columns from the twenty-seventh on.
_ROW = re.compile(rb"\br=\"(?:[A-Z]{1,3}(?=\d{6}))?(\d{1,7})\"")
_WIDE = re.compile(rb"\br=\"([A-Z]{2,3})\d")
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
    _refuse_a_trap(body)
    try:
        return CalamineWorkbook.from_filelike(io.BytesIO(body))
    except (CalamineError, OSError, ValueError) as error:
        raise _unreadable(error) from None


def _refuse_a_trap(body: bytes) -> None:
    """Refuse a compressed workbook that would not fit in memory: its cells are laid out as one rectangle."""
    try:
        with zipfile.ZipFile(io.BytesIO(body)) as parts:
            if sum(part.file_size for part in parts.infolist()) > _MOST_BYTES:
                raise BadBodyError(
                    f"El libro de cálculo ocupa más de {_MOST_BYTES // 10**6} MB descomprimido."
                )
            for name in parts.namelist():
                if name.startswith("xl/worksheets/") and _cells(parts, name) > _MOST_CELLS:
                    raise BadBodyError(
                        "Una hoja del libro de cálculo dice tener más de 30 millones de celdas."
                    )
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError):
        return  # the old format, or damaged: whoever reads it says so


def _cells(parts: zipfile.ZipFile, name: str) -> int:
    """About how many cells lie between the first one of a sheet and its last, filled or not."""
    xml = parts.read(name)
    rows = max((int(digits) for digits in _ROW.findall(xml)), default=1)
    wide = (sum(26**n * (c - 64) for n, c in enumerate(reversed(found))) for found in set(_WIDE.findall(xml)))
    return rows * max(wide, default=26)


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
