"""The bytes of a file as a table of text, and what is wrong with them when they are none.

What a file is, its bytes say: its name only tells whether it is meant as data.
"""

import gzip
import io
import zlib
from pathlib import Path

import polars as pl

SUFFIXES = (".csv", ".csv.gz", ".tsv", ".txt.gz", ".parquet", ".xlsx", ".xls")
# Nothing that a publisher sends comes near; a compressed file that does is a fault or a trap.
MOST_BYTES = 2_000_000_000
_GZIP, _PARQUET = b"\x1f\x8b", b"PAR1"
_WORKBOOKS = (b"PK\x03\x04", b"\xd0\xcf\x11\xe0")
_SEPARATORS = ",;\t|"


class FileError(ValueError):
    """A file that cannot be read as a table; the message is a Spanish sentence for people."""


def is_table(path: Path) -> bool:
    """Whether the name of *path* says that it is meant as a table."""
    return path.name.lower().endswith(SUFFIXES)


def read_table(body: bytes) -> pl.DataFrame:
    """The table as text: what a cell says, null where it says nothing.

    CSV with any usual separator, UTF-8 (with or without mark) or Windows-1252, or Parquet; either may be
    compressed. Numbers of a Parquet file become their shortest exact text, dates ISO 8601. Raises FileError.
    """
    try:
        if body.startswith(_GZIP):
            body = _unpacked(body)
        if not body.strip():
            raise FileError("el archivo está vacío")
        if body.startswith(_WORKBOOKS):
            raise FileError("es un libro de cálculo: guarde su hoja como CSV")
        frame = _as_text(pl.read_parquet(io.BytesIO(body))) if body.startswith(_PARQUET) else _csv(body)
    except (OSError, EOFError, zlib.error):
        raise FileError("el archivo comprimido está cortado o dañado") from None
    except pl.exceptions.PolarsError as error:
        ragged = "more fields" in str(error)
        why = "una línea tiene más celdas que columnas" if ragged else "está cortada o dañada"
        raise FileError(f"no es una tabla legible: {why}") from None
    names = [name.strip() for name in frame.columns]
    if len({*names}) < len(names) or any(name.endswith("_duplicated_0") for name in names):
        raise FileError("dos columnas tienen el mismo nombre")
    return frame.rename(dict(zip(frame.columns, names, strict=True)))


def _unpacked(body: bytes) -> bytes:
    with gzip.open(io.BytesIO(body)) as packed:
        found = packed.read(MOST_BYTES + 1)
    if len(found) > MOST_BYTES:
        raise FileError(f"el archivo comprimido contiene más de {MOST_BYTES / 1e9:g} GB")
    return found


def _csv(body: bytes) -> pl.DataFrame:
    if b"\0" in body:
        raise FileError("no es un archivo de texto ni Parquet")
    try:
        text = body.decode("utf-8-sig")
    except UnicodeDecodeError:
        text = body.decode("cp1252", errors="replace")
    header = text.lstrip().partition("\n")[0]
    separator = max(_SEPARATORS, key=header.count)
    return pl.read_csv(text.encode(), infer_schema=False, null_values=[""], separator=separator)


def _as_text(frame: pl.DataFrame) -> pl.DataFrame:
    return frame.select(_text_of(name, kind) for name, kind in frame.schema.items())


def _text_of(name: str, kind: pl.DataType) -> pl.Expr:
    column = pl.col(name)
    if kind.is_float():
        # NaN in a file made by others is a hole as well as null is
        return column.fill_nan(None).cast(pl.String)
    if isinstance(kind, pl.Datetime):
        return column.dt.strftime("%Y-%m-%d %H:%M:%S")
    return column.cast(pl.String)
