"""The shapes that pass between the steps."""

import polars as pl

from siea.domain.tiempo import ZONE_NAME

# Normalised values: start of the interval in UTC, unit of the catalogue, null for a gap.
SILVER: dict[str, pl.DataType] = {
    "variable": pl.String(),
    "entidad_tipo": pl.String(),
    "entidad": pl.String(),
    "dimension": pl.String(),
    "fecha": pl.Datetime("us", "UTC"),
    "valor": pl.Float64(),
    "version": pl.String(),
    "publicado_en": pl.Datetime("us", "UTC"),
    "provisional": pl.Boolean(),
    "marcas": pl.List(pl.String()),
}
SERIES = ("entidad_tipo", "entidad", "dimension")
KEY = (*SERIES, "fecha")

# Rejected rows: the row as JSON and the reason in Spanish.
REJECTED: dict[str, pl.DataType] = {"fila": pl.String(), "motivo": pl.String()}


def local_day(column: str = "fecha") -> pl.Expr:
    """The Colombian day in which the instants of *column* fall."""
    return pl.col(column).dt.convert_time_zone(ZONE_NAME).dt.date()


def rejects(frame: pl.DataFrame, motivo: str | pl.Expr) -> pl.DataFrame:
    """Rows of *frame* as quarantine keeps them; *motivo* is one text, or an expression.

    Columns whose name begins with an underscore are left out.
    """
    if frame.is_empty():
        return pl.DataFrame(schema=REJECTED)
    told = pl.lit(motivo) if isinstance(motivo, str) else motivo
    readable = [
        pl.col(name).dt.strftime("%Y-%m-%dT%H:%M:%SZ")
        for name, kind in frame.schema.items()
        if isinstance(kind, pl.Datetime)
    ]
    return frame.with_columns(readable).select(
        pl.struct(c for c in frame.columns if not c.startswith("_")).struct.json_encode().alias("fila"),
        told.alias("motivo"),
    )


def mark(text: str | pl.Expr, where: pl.Expr) -> pl.Expr:
    """The column ``marcas`` with *text* added on the rows that satisfy *where*."""
    told = pl.lit(text) if isinstance(text, str) else text
    return pl.when(where).then(pl.col("marcas").list.concat(told)).otherwise(pl.col("marcas")).alias("marcas")
