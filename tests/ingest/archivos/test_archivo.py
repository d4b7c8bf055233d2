"""Bytes become a table by what they are, not by their name; what is no table is told in Spanish."""

import gzip
import io
from datetime import date

import polars as pl
import pytest

from siea.ingest.archivos.archivo import FileError, read_table

TEXT = "fecha,valor\n2024-01-01,1.5\n2024-01-02,\n"


def parquet(frame: pl.DataFrame) -> bytes:
    buffer = io.BytesIO()
    frame.write_parquet(buffer)
    return buffer.getvalue()


@pytest.mark.parametrize(
    "body",
    [
        TEXT.encode(),
        ("\ufeff" + TEXT).encode(),
        TEXT.replace(",", ";").encode(),
        TEXT.replace(",", "\t").encode(),
        TEXT.replace("\n", "\r\n").encode(),
        TEXT.replace("fecha", " fecha ").encode(),
        gzip.compress(TEXT.encode(), mtime=0),
        parquet(pl.DataFrame({"fecha": [date(2024, 1, 1), date(2024, 1, 2)], "valor": [1.5, None]})),
        parquet(pl.DataFrame({"fecha": ["2024-01-01", "2024-01-02"], "valor": [1.5, float("nan")]})),
    ],
    ids=["coma", "marca", "punto y coma", "tabulador", "windows", "blancos", "gzip", "parquet", "nan"],
)
def test_the_same_table_in_any_dress_is_the_same_text(body):
    assert read_table(body).to_dict(as_series=False) == {
        "fecha": ["2024-01-01", "2024-01-02"],
        "valor": ["1.5", None],
    }


def test_a_file_of_windows_keeps_its_accents():
    assert read_table("rio,valor\nMAGDALENA Á,1\n".encode("cp1252")).item(0, "rio") == "MAGDALENA Á"


def test_instants_of_parquet_are_written_as_those_of_text():
    frame = pl.DataFrame({"fecha_hora": ["2024-01-01T07:00:00"], "demanda_real_gwh": [6]}).with_columns(
        pl.col("fecha_hora").str.to_datetime()
    )
    assert read_table(parquet(frame)).row(0) == ("2024-01-01 07:00:00", "6")


@pytest.mark.parametrize(
    ("body", "told"),
    [
        (b"", "vacío"),
        (b"  \n ", "vacío"),
        (gzip.compress(b"", mtime=0), "vacío"),
        (gzip.compress(TEXT.encode() * 50, mtime=0)[:-20], "dañado"),
        (gzip.compress(TEXT.encode(), mtime=0)[:-8] + b"\0" * 8, "dañado"),
        (parquet(pl.DataFrame({"a": [1]}))[:-30], "no es una tabla legible"),
        (b"\x89PNG\0\0\0", "no es un archivo de texto"),
        (b"PK\x03\x04libro", "libro de cálculo"),
        (b"a,b\n1,2\n1,2,3\n", "más celdas que columnas"),
        (b"a,a\n1,2\n", "mismo nombre"),
        (b"a, a\n1,2\n", "mismo nombre"),
    ],
)
def test_what_is_no_table_is_told_with_its_reason(body, told):
    with pytest.raises(FileError, match=told):
        read_table(body)
