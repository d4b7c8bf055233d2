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
    text = pl.col("valor").str.strip_chars()
    frame = bronze.with_columns(
        _dia=day.dt.month_start() if variable.resolucion is Resolucion.MES else day,
        _texto=pl.when(text.str.to_lowercase().is_in(MISSING)).then(None).otherwise(text),
    ).with_columns(_numero=pl.col("_texto").cast(pl.Float64, strict=False))
    hour_ok = pl.col("hora").is_between(1, 24) if hourly else pl.col("hora").is_null()
    reason = (
        pl.when(pl.col("_dia").is_null())
        .then(pl.format("«{}» no es una fecha", pl.col("dia").fill_null("")))
        .when(~hour_ok.fill_null(False))
        .then(
            pl.format(
                "la hora «{}» no corresponde a la variable", pl.col("hora").cast(pl.String).fill_null("")
            )
        )
        .when(pl.col("_texto").is_not_null() & pl.col("_numero").is_finite().not_().fill_null(True))
        .then(pl.format("«{}» no es un número", pl.col("_texto")))
    )
    frame = frame.with_columns(_motivo=reason)
    bad = frame.filter(pl.col("_motivo").is_not_null())
    good = frame.filter(pl.col("_motivo").is_null()) if len(bad) else frame
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
    rejected = rejects(bad.select(*bronze.columns, "_motivo"), pl.col("_motivo"))
    return silver, rejected


def _published(frame: pl.DataFrame, received: pl.Expr) -> pl.Expr:
    if frame["publicado_en"].null_count() == len(frame):
        return received
    told = pl.col("publicado_en").str.to_datetime("%Y-%m-%dT%H:%M:%S%z", time_unit="us")
    return pl.min_horizontal(told.dt.convert_time_zone("UTC"), received).fill_null(received)
