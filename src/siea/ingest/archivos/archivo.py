"""The bytes of a file as a table of text, and what is wrong with them when they are none."""

import gzip
import io
import zlib
from pathlib import Path

import polars as pl

SUFFIXES = (".csv", ".csv.gz", ".parquet")


class FileError(ValueError):
    """A file that cannot be read as a table; the message is a Spanish sentence for people."""


def is_table(path: Path) -> bool:
    """Whether the name of *path* is one of a file that this module reads."""
    return path.name.lower().endswith(SUFFIXES)


def read_table(name: str, body: bytes) -> pl.DataFrame:
    """The table as text: what a cell says, null where it says nothing.

    Numbers of a Parquet file become their shortest exact text, dates ISO 8601. Raises FileError.
    """
    try:
        if name.lower().endswith(".parquet"):
            return _as_text(pl.read_parquet(io.BytesIO(body)))
        if name.lower().endswith(".gz"):
            body = gzip.decompress(body)
        text = body.removeprefix(b"\xef\xbb\xbf")
        if not text.strip():
            raise FileError("el archivo está vacío")
        return pl.read_csv(text, infer_schema=False, null_values=[""])
    except (OSError, EOFError, zlib.error) as error:
        raise FileError(f"el archivo comprimido está dañado ({error})") from None
    except pl.exceptions.PolarsError as error:
        raise FileError(f"no es una tabla legible ({str(error).splitlines()[0]})") from None


def _as_text(frame: pl.DataFrame) -> pl.DataFrame:
    floats = {name for name, kind in frame.schema.items() if kind.is_float()}
    return frame.with_columns(
        # NaN in a file made by others is a hole as well as null is
        *(pl.col(name).fill_nan(None).cast(pl.String) for name in floats),
        *(pl.col(name).cast(pl.String) for name in frame.columns if name not in floats),
    )
