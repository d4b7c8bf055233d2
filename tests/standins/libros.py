"""Workbooks as bytes: .xlsx by openpyxl, and the old .xls format written by hand (numbers, text, merges)."""

import io
import re
import struct
import zipfile
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any

from openpyxl import Workbook
from openpyxl.utils.datetime import CALENDAR_MAC_1904

Sheets = Mapping[str, Sequence[Sequence[Any]]]
_SECTOR = 512
_END, _FREE, _FAT = 0xFFFFFFFE, 0xFFFFFFFF, 0xFFFFFFFD


class Formatted:
    """A number with a format of its own: Formatted(45292, "yyyy-mm-dd")."""

    def __init__(self, value: float, form: str) -> None:
        self.value, self.form = value, form


class Failed:
    """A cell with an error of a formula."""

    def __init__(self, text: str = "#N/A") -> None:
        self.text = text


def xlsx(
    sheets: Sheets, merged: Mapping[str, Sequence[str]] | None = None, *, since_1904: bool = False
) -> bytes:
    """A workbook with those rows in those sheets; *merged*: sheet → ranges («A1:A3»)."""
    book = Workbook()
    book.remove(book.active)
    if since_1904:
        book.epoch = CALENDAR_MAC_1904
    for name, rows in sheets.items():
        sheet = book.create_sheet(name)
        for y, row in enumerate(rows, 1):
            for x, value in enumerate(row, 1):
                if value is None:
                    continue
                cell = sheet.cell(y, x)
                if isinstance(value, Formatted):
                    cell.value, cell.number_format = value.value, value.form
                elif isinstance(value, Failed):
                    cell.value, cell.data_type = value.text, "e"
                else:
                    cell.value = value
        for area in (merged or {}).get(name, ()):
            sheet.merge_cells(area)
    out = io.BytesIO()
    book.save(out)
    return _undated(out)


def _undated(saved: io.BytesIO) -> bytes:
    """The same workbook without the time at which it was saved: equal contents are equal bytes."""
    out = io.BytesIO()
    with zipfile.ZipFile(saved) as source, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as target:
        for name in source.namelist():
            part = source.read(name)
            if name == "docProps/core.xml":
                part = re.sub(rb"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ", b"2024-01-01T00:00:00Z", part)
            target.writestr(zipfile.ZipInfo(name), part, zipfile.ZIP_DEFLATED)
    return out.getvalue()


def xls(
    rows: Sequence[Sequence[Any]],
    merged: Sequence[tuple[int, int, int, int]] = (),
    *,
    since_1904: bool = False,
) -> bytes:
    """One sheet in the format of Excel 97; *merged*: (first row, last row, first column, last column)."""
    return _compound(_workbook_stream(rows, merged, since_1904))


def _record(kind: int, *parts: bytes) -> bytes:
    body = b"".join(parts)
    return struct.pack("<HH", kind, len(body)) + body


def _workbook_stream(
    rows: Sequence[Sequence[Any]], merged: Sequence[tuple[int, ...]], since_1904: bool
) -> bytes:
    cells = []
    for y, row in enumerate(rows):
        for x, value in enumerate(row):
            if isinstance(value, str):
                text = value.encode("utf-16-le")
                cells.append(_record(0x0204, struct.pack("<HHHHB", y, x, 0, len(text) // 2, 1), text))
            elif isinstance(value, Failed):
                cells.append(_record(0x0205, struct.pack("<HHHBB", y, x, 0, 0x2A, 1)))
            elif isinstance(value, date):
                start = date(1904, 1, 1) if since_1904 else date(1899, 12, 30)
                serial = (value.date() if isinstance(value, datetime) else value) - start
                cells.append(_record(0x0203, struct.pack("<HHHd", y, x, 1, serial.days)))
            elif value is not None:
                cells.append(_record(0x0203, struct.pack("<HHHd", y, x, 0, value)))
    areas = b"".join(struct.pack("<HHHH", *area) for area in merged)
    sheet = b"".join([
        _record(0x0809, struct.pack("<HHHHII", 0x0600, 0x0010, 0, 0, 0, 0)),
        _record(0x0200, struct.pack("<IIHHH", 0, len(rows), 0, max(map(len, rows)), 0)),
        *cells,
        _record(0x00E5, struct.pack("<H", len(merged)), areas),
        _record(0x000A),
    ])  # fmt: skip
    head = b"".join([
        _record(0x0809, struct.pack("<HHHHII", 0x0600, 0x0005, 0, 0, 0, 0)),
        _record(0x0042, struct.pack("<H", 1200)),
        _record(0x0022, struct.pack("<H", int(since_1904))),
        *(_record(0x00E0, struct.pack("<HH16x", 0, form)) for form in (0, 14)),  # general, date
    ])  # fmt: skip
    name = b"Hoja1"
    length = len(head) + 4 + 8 + len(name) + 4
    bound = _record(0x0085, struct.pack("<IBBBB", length, 0, 0, len(name), 0), name)
    return head + bound + _record(0x000A) + sheet


def _compound(stream: bytes) -> bytes:
    """The one stream of a compound file: header, its table of sectors, its directory, the stream."""
    size = max(len(stream), 4096)
    count = -(-size // _SECTOR)
    stream = stream.ljust(count * _SECTOR, b"\0")
    tables = -(-(count + 2) // 128) or 1
    chain = [_FAT] * tables + [_END] + [tables + 2 + n for n in range(count - 1)] + [_END]
    fat = struct.pack(f"<{len(chain)}I", *chain).ljust(tables * _SECTOR, b"\xff")
    header = struct.pack(
        "<8s16xHHHHH6xIIIIIIIII", bytes.fromhex("D0CF11E0A1B11AE1"), 0x3E, 3, 0xFFFE, 9, 6, 0, tables, tables,
        0, 4096, _END, 0, _END, 0,
    )  # fmt: skip
    header += struct.pack(f"<{tables}I", *range(tables)).ljust(436, b"\xff")
    entries = [_entry("Root Entry", 5, 1, _END, 0), _entry("Workbook", 2, _FREE, tables + 1, size)]
    return header + fat + b"".join(entries).ljust(_SECTOR, b"\0") + stream


def _entry(name: str, kind: int, child: int, start: int, size: int) -> bytes:
    text = name.encode("utf-16-le")
    return struct.pack(
        "<64sHBBIII36xIQ", text, len(text) + 2, kind, 1, _FREE, _FREE, child, start, size
    )  # fmt: skip
