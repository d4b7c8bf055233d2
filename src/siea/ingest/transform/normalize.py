"""Text as received → values in the catalogue's unit at UTC starts. Nothing is filled or invented."""

from datetime import datetime

import polars as pl

from siea.domain.catalogo import Variable
from siea.domain.tiempo import ZONE_NAME, Resolucion
from siea.domain.units import factor
from siea.ingest.transform.frames import SILVER, rejects

# What sources write where they have no value. None of them is zero.
MISSING = ("", "-", "null", "nan", "none")


def normalize(
    bronze: pl.DataFrame, variable: Variable, unidad: str, received_at: datetime
) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Return (rows in the shape ``SILVER``, rejected rows).

    *unidad* is the unit of the answer. Hour *n* of a local day starts n−1 hours after its midnight; a
    value without hour starts with its day (its month, for a monthly variable). A row is published when
    its source says, and never later than *received_at*. Rejected: a day that is no date, an hour outside
    1…24, a value that is no number. Raises UnitError when the units do not measure the same thing.
    """
    scale = factor(unidad, variable.unidad)
    hourly = variable.resolucion is Resolucion.HORA
    day = pl.col("dia").str.to_date("%Y-%m-%d", strict=False)
    frame = bronze.with_columns(
        _dia=day.dt.month_start() if variable.resolucion is Resolucion.MES else day,
        _numero=_numbers(bronze["valor"]),
    )
    hour_ok = pl.col("hora").is_between(1, 24).fill_null(False) if hourly else pl.col("hora").is_null()
    number_ok = pl.col("_numero").is_finite().fill_null(False) | _missing(pl.col("valor"))
    usable = pl.col("_dia").is_not_null() & hour_ok
    # The text of «missing» is looked at only where there is something that is no number.
    if not frame["_numero"].is_finite().fill_null(False).all():
        usable &= number_ok
    good = frame.filter(usable)
    bad = frame.filter(~usable) if len(good) < len(frame) else frame.clear()
    reason = (
        pl.when(pl.col("_dia").is_null())
        .then(pl.format("«{}» no es una fecha", pl.col("dia").fill_null("")))
        .when(~hour_ok)
        .then(
            pl.format(
                "la hora «{}» no corresponde a la variable", pl.col("hora").cast(pl.String).fill_null("")
            )
        )
        .otherwise(pl.format("«{}» no es un número", pl.col("valor")))
    )
    received = pl.lit(received_at).dt.cast_time_unit("us").dt.convert_time_zone("UTC")
    start = pl.col("_dia").cast(pl.Datetime("us")).dt.replace_time_zone(ZONE_NAME).dt.convert_time_zone("UTC")
    silver = good.select(
        pl.lit(variable.codigo).alias("variable"),
        "entidad_tipo",
        "entidad",
        "dimension",
        (start + pl.duration(hours=pl.col("hora") - 1) if hourly else start).alias("fecha"),
        (pl.col("_numero") * scale).alias("valor"),
        "version",
        _published(good, received).alias("publicado_en"),
        pl.lit(False).alias("provisional"),
        "marcas",
    ).match_to_schema(pl.Schema(SILVER))
    return silver, rejects(bad.select(*bronze.columns, _motivo=reason), pl.col("_motivo"))


def _numbers(text: pl.Series) -> pl.Series:
    """*text* as numbers, null where it is none; outer blanks do not matter."""
    found = text.cast(pl.Float64, strict=False)
    return (
        found
        if found.null_count() == text.null_count()
        else text.str.strip_chars().cast(pl.Float64, strict=False)
    )


def _missing(text: pl.Expr) -> pl.Expr:
    return text.is_null() | text.str.strip_chars().str.to_lowercase().is_in(MISSING)


def _published(frame: pl.DataFrame, received: pl.Expr) -> pl.Expr:
    if frame["publicado_en"].null_count() == len(frame):
        return received
    told = pl.col("publicado_en").str.to_datetime("%Y-%m-%dT%H:%M:%S%z", time_unit="us")
    return pl.min_horizontal(told.dt.convert_time_zone("UTC"), received).fill_null(received)
