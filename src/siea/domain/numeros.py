"""Numbers and months as Spanish text writes them. What cannot be told apart is refused, never guessed."""

import re
import unicodedata

# Digits, perhaps grouped by points in threes, perhaps with decimals after a comma.
_ES_CO = re.compile(r"([+-]?)(\d{1,3}(?:\.\d{3})+|\d+)(?:,(\d+))?$")
_NOTHING = frozenset({"", "-", "--", "n.d.", "nd", "n.d", "n/d", "s/d", "null", "nan", "none", "na", "n.a."})
_BLANKS = re.compile(r"[\s\u00a0\u202f]+")
_MONTHS = ("ene", "feb", "mar", "abr", "may", "jun", "jul", "ago", "sep", "oct", "nov", "dic")
_NAMES = (
    "enero", "febrero", "marzo", "abril", "mayo", "junio", "julio", "agosto", "septiembre", "octubre",
    "noviembre", "diciembre",
)  # fmt: skip


class NumberError(ValueError):
    """A text that is no number in the way its source writes them."""


def es_co(text: str) -> str | None:
    """*text* of a source that writes «1.234,5», with a decimal point instead; None where it says «no data».

    >>> es_co("1.234,56"), es_co("12.500"), es_co("-3,5"), es_co("n.d.")
    ('1234.56', '12500', '-3.5', None)

    Raises NumberError, with the text, for anything else: «1.23» is no number of such a source.
    """
    tight = _BLANKS.sub("", text).replace("\u2212", "-")
    if tight.lower() in _NOTHING:
        return None
    found = _ES_CO.match(tight)
    if found is None:
        raise NumberError(f"«{text}» no es un número con coma decimal")
    sign, whole, decimals = found.groups()
    number = whole.replace(".", "") + (f".{decimals}" if decimals else "")
    return f"-{number}" if sign == "-" else number


def plain(text: str) -> str:
    """*text* in lower case, without accents or doubled blanks: for comparing names."""
    decomposed = unicodedata.normalize("NFD", text.lower())
    return _BLANKS.sub(" ", "".join(c for c in decomposed if not unicodedata.combining(c))).strip()


def mes(text: str) -> int:
    """Number 1…12 of a month written whole or in its first three letters («set» too), in any case.

    Raises NumberError, with the text.
    """
    name = plain(text).rstrip(".")
    if name in _NAMES:
        return _NAMES.index(name) + 1
    if name in {"set", "sept", "setiembre"}:
        return 9
    if name in _MONTHS:
        return _MONTHS.index(name) + 1
    raise NumberError(f"«{text}» no es un mes")
