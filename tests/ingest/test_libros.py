"""Spanish workbooks and CSV: dates, merged labels, headers, marks, numbers that are never guessed."""

import io
import json
import zipfile
from datetime import date, datetime, time

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.standins.libros import Failed, Formatted, xls, xlsx

from siea.domain.numeros import NumberError
from siea.ingest import celdas, libros
from siea.ingest.errors import BadBodyError, ContractViolationError


@pytest.fixture(scope="module")
def cases(shared):
    lines = (shared / "cases" / "cases.jsonl").read_text(encoding="utf-8").splitlines()
    return {case["id"]: case for case in map(json.loads, lines)}


def sheet(rows, merged=(), **options):
    return libros.read_sheet(xlsx({"Hoja": rows}, {"Hoja": merged}, **options), "Hoja")


def packed(**parts: str) -> bytes:
    """The workbook of one small sheet, with some of its parts replaced."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(xlsx({"Hoja": [["a", 1]]}))) as made, zipfile.ZipFile(out, "w", 8) as new:
        for name in made.namelist():
            told = parts.get(name.rpartition("/")[2].removesuffix(".xml"))
            new.writestr(name, made.read(name) if told is None else told)
    return out.getvalue()


@pytest.mark.parametrize("last", ["XFD1048576", "B1048576", "ZZ99999"])
def test_a_sheet_whose_last_cell_is_out_of_all_proportion_is_refused_before_it_takes_the_memory(last):
    head = '<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>'
    row = (
        f'<row><c r="A1"><v>1</v></c></row><row r="{last.lstrip("ABDFXZ")}"><c r="{last}"><v>1</v></c></row>'
    )
    wide = '<c r="AZ2"><v>1</v></c>' if last == "B1048576" else ""
    body = packed(sheet1=f"{head}<row>{wide}</row>{row}</sheetData></worksheet>")
    with pytest.raises(BadBodyError, match="millones de celdas"):
        libros.read_sheet(body, 0)


def test_a_workbook_that_grows_out_of_all_proportion_is_refused(monkeypatch):
    monkeypatch.setattr(libros, "_MOST_BYTES", 1_000_000)
    with pytest.raises(BadBodyError, match="descomprimido"):
        libros.read_sheet(packed(sheet1=" " * 2_000_000), 0)


# -- dates


def test_serials_of_both_date_systems_name_the_same_day_and_fractions_are_hours(cases):
    """FS-01."""
    case = cases["FS-01"]
    for told, expected in zip(case["input"]["cases"], case["expected"]["values"], strict=True):
        found = celdas.instant_of(told["serial"], desde_1904=told["date1904"])
        assert found == datetime.fromisoformat(expected)


@pytest.mark.parametrize("since_1904", [False, True])
@pytest.mark.parametrize("form", [None, "yyyy-mm-dd"])
@pytest.mark.parametrize("make", [xlsx, xls])
def test_the_date_system_is_that_of_the_workbook_whether_dates_come_as_dates_or_as_bare_numbers(
    make, form, since_1904
):
    number = 43830 if since_1904 else 45292
    if make is xls:
        body = xls([[date(2024, 1, 1) if form else number]], since_1904=since_1904)
    else:
        body = xlsx({"Hoja1": [[Formatted(number, form) if form else number]]}, since_1904=since_1904)
    found = libros.read_sheet(body, 0)
    assert found.desde_1904 is since_1904
    assert celdas.day_of(found.filas[0][0], desde_1904=found.desde_1904) == date(2024, 1, 1)


def test_a_time_is_rounded_to_the_second_and_never_to_the_second_before():
    row = sheet([[Formatted(45292.95833333, "yyyy-mm-dd hh:mm"), Formatted(45292.99999999, "yyyy-mm-dd")]])
    found = [str(celdas.instant_of(cell)) for cell in row.filas[0]]
    assert found == ["2024-01-01 23:00:00", "2024-01-02 00:00:00"]


@given(st.dates(date(1950, 1, 1), date(2100, 1, 1)), st.integers(0, 86_399), st.booleans())
def test_any_second_of_any_day_survives_as_a_serial(day, second, since_1904):
    start = date(1904, 1, 1) if since_1904 else date(1899, 12, 30)
    number = (day - start).days + second / 86_400
    found = celdas.serial(number, desde_1904=since_1904)
    assert (found - datetime.combine(day, time())).total_seconds() == second


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("2024-01-31", date(2024, 1, 31)), ("31/01/2024", date(2024, 1, 31)),
        ("2024-01-31 00:00:00", date(2024, 1, 31)),
        ("ene-25", date(2025, 1, 1)), ("set-30", date(2030, 9, 1)), ("sep.2025", date(2025, 9, 1)),
        ("Diciembre 2040", date(2040, 12, 1)), ("Fecha", None), ("2024", None), ("31/31/2024", None),
        ("Total 2024", None), ("", None),
    ],
)  # fmt: skip
def test_days_and_months_as_text_are_read_day_first_and_anything_else_is_none(text, day):
    assert celdas.day_of(text) == day


def test_a_year_is_no_serial():
    assert celdas.day_of(2024.0) is None


@pytest.mark.parametrize("cell", ["0", 0, 0.0, "00", "00:00", "0:00", "00:00:00", time(0)])
def test_the_first_hour_is_the_same_written_as_text_number_or_time(cell):
    assert celdas.hour_of(cell) == 0


@pytest.mark.parametrize("cell", [None, "Fecha", "", "1.5", 0.5, time(0, 30), "00:30"])
def test_what_names_no_hour_is_no_hour(cell):
    assert celdas.hour_of(cell) is None


# -- shape


def test_merged_labels_are_filled_inside_their_range_and_blank_cells_stay_blank(cases):
    """FS-02."""
    told, expected = cases["FS-02"]["input"], cases["FS-02"]["expected"]
    rows = [
        [a.partition(" (")[0] if a else None, b]
        for a, b in zip(told["column_A"], told["column_B"], strict=True)
    ]
    for found in (
        sheet(rows, told["merged_ranges"]).filas,
        libros.read_sheet(xls(rows, [(0, 2, 0, 0)]), 0).filas,
    ):
        assert [row[0] for row in found] == expected["A"]
        assert [row[1] for row in found] == expected["B"]


def test_the_mirror_without_merged_ranges_nothing_is_filled():
    found = sheet([["Antioquia", None], [None, "x"], [None, "y"]]).filas
    assert [row[0] for row in found] == ["Antioquia", None, None]


def test_a_range_merged_across_and_beyond_the_last_cell_is_filled_whole():
    found = sheet([["x", 1], ["2025", None, None]], ["A2:C3"]).filas
    assert found == [["x", 1.0], ["2025"] * 3, ["2025"] * 3]


def test_rows_and_columns_before_the_first_value_are_there():
    assert sheet([[None, None], [None, 5]]).filas == [[None, None], [None, 5.0]]


def test_the_header_is_found_by_its_labels_wherever_it_is():
    rows = [["Título largo"], [], [None, "FECHA ", "Versión"], ["2024-01-01", "x", "y"]]
    assert libros.find_row(sheet(rows).filas, "fecha", "version") == 2
    with pytest.raises(ContractViolationError, match="«Concepto»"):
        libros.find_row(sheet(rows).filas, "Concepto")


def test_a_sheet_that_is_not_there_is_named():
    body = xlsx({"Hoja": [["x"]]})
    assert libros.sheet_names(body) == ["Hoja"]
    for which in ("Otra", 7):
        with pytest.raises(ContractViolationError, match=str(which)):
            libros.read_sheet(body, which)


@pytest.mark.parametrize(
    "body", [b"", b"<html></html>", bytes(range(256)) * 8, bytes.fromhex("D0CF11E0A1B11AE1") * 90]
)
def test_what_is_no_workbook_is_told_so(body):
    with pytest.raises(BadBodyError):
        libros.read_sheet(body, 0)


def test_a_workbook_cut_anywhere_is_told_so():
    body = xlsx({"Hoja": [[n, "x"] for n in range(200)]})
    for size in range(0, len(body) - 22, 97):
        with pytest.raises((BadBodyError, ContractViolationError)):
            libros.read_sheet(body[:size], 0)


# -- numbers


def test_numbers_of_cells_stay_exact_and_errors_are_missing_with_a_note():
    found = sheet([[0.1, 123456789.123, 2025, "1.234,5", "n.d.", "#N/A", Failed("#REF!"), None, 0]])
    assert [celdas.value_of(cell) for cell in found.filas[0]] == [
        "0.1", "123456789.123", "2025", "1234.5", None, None, None, None, "0",
    ]  # fmt: skip
    assert found.notas == ("Celdas con error de fórmula en «Hoja»: F1, G1",)


def test_the_note_speaks_of_the_sheet_that_was_read_and_of_no_other():
    body = xlsx({"Una": [[Failed()]], "Dos": [[1]]})
    assert libros.read_sheet(body, "Dos").notas == ()
    assert "A1" in libros.read_sheet(body, 0).notas[0]


@pytest.mark.parametrize("cell", ["1.23", "abc", date(2024, 1, 1), time(1)])
def test_a_cell_that_is_no_number_is_refused_by_its_text(cell):
    with pytest.raises(NumberError, match=str(cell)):
        celdas.value_of(cell)


@pytest.mark.parametrize(
    ("cell", "text", "provisional"),
    [
        ("2026p", "2026", True), ("2025pr", "2025", True), ("2026 (p)", "2026", True),
        ("2025ᵖʳ", "2025", True),
        (2024.0, "2024", False), ("2024", "2024", False), ("Jun p", "Jun", True), ("Jun(pr)", "Jun", True),
        ("102,5p", "102,5", True), ("2024 preliminar", "2024", True),
        ("sep", "sep", False), ("Sep", "Sep", False), ("Trimestre I", "Trimestre I", False),
        (None, "", False),
    ],
)  # fmt: skip
def test_marks_of_provisional_are_split_from_numbers_and_labels_and_from_nothing_else(
    cell, text, provisional
):
    assert celdas.marked(cell) == (text, provisional)


def test_a_marked_value_is_a_number_and_a_flag():
    assert celdas.value_and_mark("1.234,5p") == ("1234.5", True)
    assert celdas.value_and_mark(3.5) == ("3.5", False)
