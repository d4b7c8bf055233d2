"""Personal data out of frames: keyed pseudonyms, small cells hidden, a guard that lets no identifier pass.

A pseudonym is an HMAC of the identifier in one way of writing it, so that the same customer has the same one
on every load, nobody without the key can make or undo it, and two kinds of identifier never share one.
"""

import hashlib
import hmac
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import ClassVar, Literal

import polars as pl

from siea.domain.numeros import plain
from siea.ingest.errors import SourceError

Kind = Literal["niu", "telefono", "nombre", "correo", "documento"]
# The smallest count that is told: fewer people could be recognised.
K = 5
SUPPRESSED = "suprimido_k5"
_DIGITS = re.compile(r"\D+")
_BLANKS = re.compile(r"\s+")
_LETTERS = str.maketrans("0123456789abcdef", "abcdefghijklmnop")
_LENGTH = 20
# Nothing that continues a figure stands beside an identifier.
_BEFORE, _AFTER = r"(?<![\w.,-])", r"(?![\w-]|[.,]\d)"
_GAP = r"[ .()-]{0,2}"
_PATTERNS: Mapping[Kind, re.Pattern[str]] = {
    "correo": re.compile(r"[\w.+-]+@[\w-]+\.[\w.]+"),
    # mobile (3…) and, since 2021, fixed lines (60…): ten digits, with or without the country's 57
    "telefono": re.compile(
        _BEFORE + rf"(?:(?:\+|00)?57{_GAP})?\(?(?:3\d\d|60\d){_GAP}\d{{3}}{_GAP}\d{{2}}{_GAP}\d{{2}}" + _AFTER
    ),
    "documento": re.compile(
        r"\b(?:c\.?c\.?|c[eé]dula|nit)[ .:#-]*\d[\d.]{5,}|"
        + _BEFORE
        + r"(?:[1-9]\d{6,9}(?:-\d)?|[1-9]\d{0,2}(?:[.,]\d{3}){2,3})"
        + _AFTER,
        re.IGNORECASE,
    ),
}
# Columns of the steps whose texts are dates or figures.
_NO_WORDS = frozenset({"dia", "publicado_en", "valor", "valores"})


class IdentifierLeftError(SourceError):
    """Rows that still hold an identifier; the message tells its kind and column, never the identifier."""

    codigo: ClassVar[str] = "personal_data"


@dataclass(frozen=True, slots=True)
class Hallado:
    """*cuantos* different texts of a column look like an identifier of that kind."""

    columna: str
    clase: Kind
    cuantos: int


def _phone(text: str) -> str:
    digits = _DIGITS.sub("", text).removeprefix("00")
    return digits[-10:] if len(digits) > 10 and digits.startswith("57") else digits


_ONE_WAY: Mapping[Kind, Callable[[str], str]] = {
    "niu": lambda text: _BLANKS.sub("", text).upper().lstrip("0"),
    "telefono": _phone,
    "nombre": plain,
    "correo": lambda text: text.strip().lower(),
    "documento": lambda text: _DIGITS.sub("", text),
}


def pseudonym(value: str, kind: Kind, key: bytes) -> str:
    """The pseudonym of one identifier: 20 letters a to p.

    Letters alone, so that no pseudonym is ever taken for a telephone or a document.
    """
    told = f"{kind}:{_ONE_WAY[kind](value)}".encode()
    return hmac.digest(key, told, hashlib.sha256).hex()[:_LENGTH].translate(_LETTERS)


def pseudonymize(frame: pl.DataFrame, columns: Mapping[str, Kind], key: bytes) -> pl.DataFrame:
    """*frame* with the identifiers of *columns* replaced by pseudonyms; nulls and blanks stay null."""
    for name, kind in columns.items():
        made = [
            pseudonym(value, kind, key) if value is not None and value.strip() else None
            for value in frame[name].cast(pl.String)
        ]
        frame = frame.with_columns(pl.Series(name, made, dtype=pl.String))
    return frame


def suppress_small_cells(frame: pl.DataFrame, count: str, groups: Sequence[str], k: int = K) -> pl.DataFrame:
    """Hide counts from 1 to *k* − 1: null, with the flag ``suprimido_k5`` in ``marcas``.

    Where a single cell of a group (the rows with the same *groups*) is hidden, the smallest other one is
    hidden too: it could be computed from the total of the group.
    """
    small = pl.col(count).is_between(1, k - 1)
    by = [pl.col(name) for name in groups] or [pl.lit(1)]
    hidden = small.cast(pl.Int32).sum().over(by)
    others = pl.when(~small & (pl.col(count) > 0)).then(pl.col(count))
    smallest = others.min().over(by)
    first_of_them = pl.int_range(pl.len()).over([*by, pl.col(count)]) == 0
    also = (hidden == 1) & ~small & (pl.col(count) == smallest) & first_of_them
    hide = (small | also).fill_null(False)
    return frame.with_columns(
        pl.when(hide).then(None).otherwise(pl.col(count)).alias(count),
        pl.when(hide)
        .then(pl.col("marcas").list.concat(pl.lit(SUPPRESSED)))
        .otherwise(pl.col("marcas"))
        .alias("marcas"),
    )


def find_identifiers(frame: pl.DataFrame) -> list[Hallado]:
    """Telephones, e-mails and documents in the texts of *frame*, in lists too; not in dates and figures."""
    found = []
    for name, kind in frame.schema.items():
        if name in _NO_WORDS or kind not in {pl.String(), pl.List(pl.String())}:
            continue
        texts = frame[name] if kind == pl.String() else frame[name].explode()
        unique = texts.drop_nulls().unique()
        for clase, pattern in _PATTERNS.items():
            times = sum(pattern.search(text) is not None for text in unique)
            if times:
                found.append(Hallado(name, clase, times))
    return found


def guard_silver(frame: pl.DataFrame) -> pl.DataFrame:
    """*frame* itself, when no text of it looks like an identifier. Raises IdentifierLeftError."""
    found = find_identifiers(frame)
    if found:
        told = ", ".join(f"{one.cuantos} con forma de {one.clase} en «{one.columna}»" for one in found)
        raise IdentifierLeftError(f"Quedan datos personales por quitar y no se guarda nada: {told}.")
    return frame
