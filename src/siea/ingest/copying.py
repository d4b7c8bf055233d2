"""Rows from polars into PostgreSQL by COPY, inside the transaction of the load."""

from collections.abc import AsyncIterator, Sequence
from datetime import datetime

import polars as pl
from sqlalchemy.ext.asyncio import AsyncConnection

from siea.domain.catalogo import Variable
from siea.store.facts import FactTable

_NULL = r"\N"
_PIECE = 1 << 18
_INSTANT = "%Y-%m-%d %H:%M:%S%.6f+00"
_WHOLE_SECOND = "%Y-%m-%d %H:%M:%S+00"

STAGED = (
    "entidad_tipo",
    "entidad",
    "dimension",
    "fecha",
    "valor",
    "version",
    "publicado_en",
    "provisional",
    "marcas",
)


async def copy_csv(conn: AsyncConnection, table: str, columns: Sequence[str], csv: bytes) -> int:
    """COPY *csv* into *table*; how many rows the database took."""
    driver = (await conn.get_raw_connection()).driver_connection
    assert driver is not None
    told: str = await driver.copy_to_table(
        table, columns=columns, source=_pieces(csv), format="csv", null=_NULL
    )
    return int(told.rpartition(" ")[2])


async def _pieces(csv: bytes) -> AsyncIterator[bytes]:
    view = memoryview(csv)
    for start in range(0, len(view), _PIECE):
        yield bytes(view[start : start + _PIECE])


def fact_columns(fact: FactTable) -> tuple[str, ...]:
    """Columns of a fact table in the order of ``facts_csv``."""
    return (
        *fact.key_columns,
        fact.value_column,
        "version",
        "publicado_en",
        "carga_id",
        "provisional",
        "marcas",
    )


def facts_csv(frame: pl.DataFrame, fact: FactTable, variable: Variable, carga_id: int) -> bytes:
    """The silver *frame* as rows of *fact*, in the order of the key."""
    entity = ["entidad_tipo", "entidad", "dimension"] if fact.entity_column else []
    key = [*entity, "fecha"]
    if not frame.select(key[-1]).to_series().is_sorted() or entity:
        frame = frame.sort(key)
    return _csv(
        frame.select(
            pl.lit(variable.codigo).alias("variable"),
            *entity,
            _start(),
            "valor",
            "version",
            _instant(frame, "publicado_en"),
            pl.lit(carga_id).alias("carga_id"),
            "provisional",
            _flags(frame),
        )
    )


def staged_csv(frame: pl.DataFrame) -> bytes:
    """The silver *frame* as rows of the staging table ``STAGED``."""
    return _csv(
        frame.select(
            "entidad_tipo", "entidad", "dimension", _start(), "valor", "version",
            _instant(frame, "publicado_en"), "provisional", _flags(frame),
        )
    )  # fmt: skip


async def copy_frame(conn: AsyncConnection, table: str, frame: pl.DataFrame) -> int:
    """COPY a frame of text and numbers into *table*, by the names of its columns."""
    return await copy_csv(conn, table, frame.columns, _csv(frame))


async def quarantine(conn: AsyncConnection, rejected: pl.DataFrame, carga_id: int, now: datetime) -> int:
    """Keep the rejected rows with their reasons; how many the database took."""
    if rejected.is_empty():
        return 0
    rows = rejected.with_columns(carga_id=pl.lit(carga_id), creado_en=pl.lit(now.isoformat()))
    return await copy_frame(conn, "cuarentena", rows)


def _csv(frame: pl.DataFrame) -> bytes:
    return frame.write_csv(include_header=False, null_value=_NULL).encode()


def _start() -> pl.Expr:
    # An interval never starts at a fraction of a second: shorter and faster to write.
    return pl.col("fecha").dt.strftime(_WHOLE_SECOND)


def _instant(frame: pl.DataFrame, column: str) -> pl.Expr:
    values = frame[column]
    if values.n_unique() == 1:
        return pl.lit(values.head(1).dt.strftime(_INSTANT).item()).alias(column)
    return pl.col(column).dt.strftime(_INSTANT)


def _flags(frame: pl.DataFrame) -> pl.Expr:
    """``marcas`` as a PostgreSQL array; the flags are our own words, without quotes in them."""
    if not frame["marcas"].list.len().sum():
        return pl.lit("{}").alias("marcas")
    quoted = pl.col("marcas").list.eval(pl.format('"{}"', pl.element())).list.join(",")
    return pl.concat_str(pl.lit("{"), quoted, pl.lit("}")).alias("marcas")
