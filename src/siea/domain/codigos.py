"""Codes are text of a fixed width: a trip through a number costs their leading zeros, and is undone here."""

import re

_FLOATED = re.compile(r"(\d+)(?:\.0+)?$")


class CodeError(ValueError):
    """A text that is no code of its kind."""


def fixed(value: object, width: int) -> str:
    """*value* as a code of *width* digits, with the zeros that a number or a spreadsheet took away.

    >>> fixed(5001, 5), fixed("05001.0", 5), fixed(" 11001 ", 5)
    ('05001', '05001', '11001')

    Raises CodeError, naming the value, for what has no digits only, or more of them.
    """
    if isinstance(value, bool) or value is None:
        raise CodeError(f"«{value}» no es un código")
    text = f"{value:.0f}" if isinstance(value, float) and value.is_integer() else str(value).strip()
    found = _FLOATED.match(text)
    if found is None or len(found[1]) > width:
        raise CodeError(f"«{value}» no es un código de {width} cifras")
    return found[1].zfill(width)


def divipola(value: object) -> str:
    """The five-digit code of a municipality (two of its department first). Raises CodeError."""
    return fixed(value, 5)
