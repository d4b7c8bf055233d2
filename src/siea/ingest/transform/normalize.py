"""Text as received → values in the catalogue's unit at UTC starts. Nothing is filled or invented."""

from datetime import datetime

import polars as pl

from siea.domain.catalogo import Variable
from siea.domain.tiempo import ZONE_NAME, Resolucion
from siea.domain.units import factor
from siea.ingest.transform.frames import SILVER, rejects

# The period that a value speaks of starts at its own first day.
_EVERY = {
    Resolucion.HORA: "1d",
    Resolucion.DIA: "1d",
    Resolucion.SEMANA: "1w",
    Resolucion.MES: "1mo",
    Resolucion.TRIMESTRE: "1q",
    Resolucion.ANIO: "1y",
}
# What sources write where they have no value. None of them is zero.
MISSING = ("", "-", "null", "nan", "none")


def normalize(
    bronze: pl.DataFrame, variable: Variable, unidad: str, received_at: datetime
) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Return (rows in the shape ``SILVER``, rejected rows).

    *unidad* is the unit of the answer. Hour *n* of a local day starts n−1 hours after its midnight; a value
    without hour starts with its day, or with the month, quarter or year that it speaks of. A row is
    published when its source says, and never later than *received_at*. Rejected: a day that is no date, an
    hour outside 1…24, a value that is no number. Raises UnitError when the units measure different things.
    """
    scale = factor(unidad, variable.unidad)
    hourly = variable.resolucion is Resolucion.HORA
    day = pl.col("dia").str.to_date("%Y-%m-%d", strict=False)
    received = pl.lit(received_at).dt.cast_time_unit("us").dt.convert_time_zone("UTC")
    start_of_day = pl.col("_dia").cast(pl.Datetime("us")).dt.replace_time_zone(ZONE_NAME)
    dated = (
        bronze.lazy()
        .with_columns(
            _dia=day.dt.truncate(_EVERY[variable.resolucion]), _publicado=_published(bronze, received)
        )
        .with_columns(_inicio=start_of_day.dt.convert_time_zone("UTC"))
        .drop("publicado_en")
    )
    # one plan for all rows: each step on its own would cost more than what it does
    frame = _with_numbers(_exploded(dated).with_columns(_numero=_number(pl.col("valor"))).collect())
    hour_ok = pl.col("hora").is_between(1, 24).fill_null(False) if hourly else pl.col("hora").is_null()
    usable = pl.col("_dia").is_not_null() & hour_ok
    # Whether a text means «missing» is looked at only where there is one that is no number.
    if not frame["_numero"].is_finite().fill_null(False).all():
        usable &= pl.col("_numero").is_finite().fill_null(False) | _missing(pl.col("valor"))
    kept = frame.select(usable.alias("_vale")).to_series()
    good = frame if kept.all() else frame.filter(kept)
    start = pl.col("_inicio")
    silver = good.select(
        pl.lit(variable.codigo).alias("variable"),
        "entidad_tipo",
        "entidad",
        "dimension",
        (start + pl.duration(hours=pl.col("hora") - 1) if hourly else start).alias("fecha"),
        (pl.col("_numero") * scale).alias("valor"),
        "version",
        pl.col("_publicado").alias("publicado_en"),
        pl.lit(False).alias("provisional"),
        "marcas",
    ).match_to_schema(pl.Schema(SILVER))
    if len(good) == len(frame):
        return silver, rejects(frame.clear(), "")
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
    told = frame.filter(~kept).select(
        "entidad_tipo", "entidad", "dimension", "dia", "hora", "valor", "version", _motivo=reason
    )
    return silver, rejects(told, pl.col("_motivo"))


def one_by_one(bronze: pl.DataFrame) -> pl.DataFrame:
    """One row a value: ``valores`` becomes ``valor``, and ``hora`` that of each; other columns are kept."""
    return _exploded(bronze.lazy()).collect()


def _exploded(bronze: pl.LazyFrame) -> pl.LazyFrame:
    place = pl.int_ranges(0, pl.col("valores").list.len(), dtype=pl.Int16)
    return (
        bronze.with_columns(place.alias("_lugar"))
        .explode("valores", "_lugar")
        .with_columns(pl.col("hora") + pl.col("_lugar"))
        .drop("_lugar")
        .rename({"valores": "valor"})
    )


def _number(text: pl.Expr) -> pl.Expr:
    return text.cast(pl.Float64, strict=False)


def _with_numbers(frame: pl.DataFrame) -> pl.DataFrame:
    """*frame* with the numbers that its texts say; outer blanks, which are seldom there, do not matter."""
    if frame["_numero"].null_count() == frame["valor"].null_count():
        return frame
    return frame.with_columns(_numero=_number(pl.col("valor").str.strip_chars()))


def _missing(text: pl.Expr) -> pl.Expr:
    return text.is_null() | text.str.strip_chars().str.to_lowercase().is_in(MISSING)


def _published(frame: pl.DataFrame, received: pl.Expr) -> pl.Expr:
    if frame["publicado_en"].null_count() == len(frame):
        return received
    told = pl.col("publicado_en").str.to_datetime("%Y-%m-%dT%H:%M:%S%z", time_unit="us")
    return pl.min_horizontal(told.dt.convert_time_zone("UTC"), received).fill_null(received)
