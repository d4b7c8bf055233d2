"""Personal data out of frames: keyed pseudonyms, small cells hidden, a guard that lets no identifier pass.

A pseudonym is an HMAC of the identifier in one way of writing it, so that the same customer has the same one
on every load, nobody without the key can make or undo it, and two kinds of identifier never share one.
"""

import hashlib
import hmac
import re
from collections.abc import Callable, Mapping, Sequence
from typing import Literal

import polars as pl

from siea.domain.numeros import plain

Kind = Literal["niu", "telefono", "nombre", "correo", "documento"]
# The smallest count that is told: fewer people could be recognised.
K = 5
SUPPRESSED = "suprimido_k5"
_DIGITS = re.compile(r"\D+")
_LENGTH = 20
_PATTERNS: Mapping[Kind, re.Pattern[str]] = {
    "correo": re.compile(r"[\w.+-]+@[\w-]+\.[\w.]+"),
    "telefono": re.compile(r"(?<![\w.-])(?:\+?57[ -]?)?3\d{2}[ -]?\d{3}[ -]?\d{4}(?![\w.-])"),
    "documento": re.compile(r"(?i)\b(?:c\.?c\.?|cédula|nit)[ .:#-]*\d[\d.]{5,}"),
}


class IdentifierLeftError(ValueError):
    """A frame that still holds an identifier; the message tells its kind and column, never the identifier."""


def _phone(text: str) -> str:
    digits = _DIGITS.sub("", text)
    return digits[-10:] if len(digits) > 10 and digits.startswith("57") else digits


_ONE_WAY: Mapping[Kind, Callable[[str], str]] = {
    "niu": lambda text: text.strip().upper().lstrip("0"),
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
    digest = hmac.new(key, told, hashlib.sha256).hexdigest()[:_LENGTH]
    return digest.translate(str.maketrans("0123456789abcdef", "abcdefghijklmnop"))


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


def guard(frame: pl.DataFrame) -> pl.DataFrame:
    """*frame* itself, when no text of it looks like a telephone, an e-mail or a document.

    Raises IdentifierLeftError with the kind and the column.
    """
    for name in frame.columns:
        if frame.schema[name] != pl.String:
            continue
        text = frame[name].drop_nulls().unique()
        for kind, pattern in _PATTERNS.items():
            if any(pattern.search(value) for value in text):
                raise IdentifierLeftError(f"the column {name} holds a {kind}")
    return frame
