"""What a cell of a Spanish workbook says: days, hours, months, numbers, and marks of provisional."""

import re
import unicodedata
from datetime import date, datetime, time, timedelta

from siea.domain.numeros import NumberError, es_co, mes

Cell = str | float | bool | date | datetime | time | timedelta | None

# «2026p», «2025pr», «Jun (p)»: a mark after a digit, or after a blank or a parenthesis.
_MARK = re.compile(
    r"^(?:(?P<number>.*\d)\s*\(?|(?P<label>.*\w)(?:\s+\(?|\())(?:pr?|preliminar|provisional)\)?\*?$",
    re.IGNORECASE,
)
_MONTH = re.compile(r"^([a-záéíóú]+)[-\s./]*(\d{2}|\d{4})$", re.IGNORECASE)
_ISO = re.compile(r"^(\d{4})-(\d{1,2})-(\d{1,2})(?:[ T].*)?$")
_LOCAL = re.compile(r"^(\d{1,2})[/-](\d{1,2})[/-](\d{4})(?: .*)?$")
_HOUR = re.compile(r"^0*(\d{1,2})(?::00(?::00)?)?$")
_LAST_OF_THIS_CENTURY = 79  # «ene-79» is 2079: projections go far, and nothing here is older than 1980
_LEAST_SERIAL = 10_000  # a smaller number in a column of dates is a year or a count


def serial(value: float, *, desde_1904: bool) -> datetime:
    """The local time of a serial number of a workbook, to the second. Raises OverflowError.

    >>> serial(45292.958333333336, desde_1904=False).isoformat()
    '2024-01-01T23:00:00'
    """
    # The older system has a 29 February 1900 that never was: days before it count from one later.
    of_1900 = date(1899, 12, 31) if value < 60 else date(1899, 12, 30)
    start = date(1904, 1, 1) if desde_1904 else of_1900
    return datetime.combine(start, time()) + timedelta(seconds=round(value * 86400))


def instant_of(cell: Cell, *, desde_1904: bool = False) -> datetime | None:
    """The local time of a cell, to the second: a date, a serial number, «2024-01-31», «31/01/2024», «ene-25».

    None for anything else, a year such as 2024 among it.
    """
    if isinstance(cell, datetime):
        return (cell + timedelta(microseconds=500_000)).replace(microsecond=0)
    if isinstance(cell, date):
        return datetime.combine(cell, time())
    if isinstance(cell, int | float) and not isinstance(cell, bool):
        try:
            return serial(cell, desde_1904=desde_1904) if cell >= _LEAST_SERIAL else None
        except OverflowError:
            return None
    day = _day_in(cell.strip()) if isinstance(cell, str) else None
    return datetime.combine(day, time()) if day else None


def day_of(cell: Cell, *, desde_1904: bool = False) -> date | None:
    """The day of a cell, as ``instant_of`` understands it."""
    found = instant_of(cell, desde_1904=desde_1904)
    return found.date() if found else None


def _day_in(text: str) -> date | None:
    try:
        if iso := _ISO.match(text):
            return date(int(iso[1]), int(iso[2]), int(iso[3]))
        if local := _LOCAL.match(text):  # day first, as the country writes it
            return date(int(local[3]), int(local[2]), int(local[1]))
    except ValueError:
        return None
    return month_of(text)


def month_of(text: str) -> date | None:
    """The first day of «ene-25», «Enero 2025» or «sep.2025»; None when it is no month of a year."""
    found = _MONTH.match(text.strip())
    if found is None:
        return None
    year = int(found[2])
    if len(found[2]) == 2:
        year += 2000 if year <= _LAST_OF_THIS_CENTURY else 1900
    try:
        return date(year, mes(found[1]), 1)
    except (NumberError, ValueError):
        return None


def hour_of(cell: Cell) -> int | None:
    """The hour that a header cell names: 0, "0", "00", "00:00" and a time of midnight are the same."""
    if isinstance(cell, time):
        return cell.hour if cell.replace(hour=0) == time() else None
    found = _HOUR.match(number_text(cell) or "")
    return int(found[1]) if found else None


def marked(cell: Cell) -> tuple[str, bool]:
    """(text, whether it carries the publisher's mark of provisional): «2026p» is 2026, provisional."""
    text = unicodedata.normalize("NFKC", number_text(cell) or "")  # a superscript mark is a mark
    found = _MARK.match(text)
    return ((found["number"] or found["label"]).strip(), True) if found else (text, False)


def number_text(cell: Cell) -> str | None:
    """What a cell says, as text: the exact shortest text of a number, without «.0»; None when nothing."""
    if cell is None or isinstance(cell, bool):
        return None
    if isinstance(cell, float):
        return str(int(cell)) if cell.is_integer() and abs(cell) < 1e15 else repr(cell)
    return str(cell).strip()


def value_of(cell: Cell) -> str | None:
    """The number of a cell, as text with a decimal point; text is read as Spanish numbers are written.

    None where the cell is empty, says «n.d.» or holds an error of a formula. Raises NumberError, with the
    text, on anything else.
    """
    if isinstance(cell, str):
        return None if cell.strip().startswith("#") else es_co(cell)
    if isinstance(cell, date | time | timedelta):
        raise NumberError(f"«{cell}» es una fecha y no un número")
    return number_text(cell)


def value_and_mark(cell: Cell) -> tuple[str | None, bool]:
    """The number of a cell and whether it carries a mark of provisional: «102,5p». Raises NumberError."""
    if not isinstance(cell, str):
        return value_of(cell), False
    text, provisional = marked(cell)
    return value_of(text), provisional
