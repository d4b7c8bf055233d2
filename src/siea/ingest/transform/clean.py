"""Doubtful values are flagged, never changed, but for one rule: a generator's own use at rest."""

import polars as pl

from siea.domain.catalogo import Variable
from siea.domain.tiempo import ZONE_NAME, Resolucion
from siea.domain.versiones import ORDER
from siea.ingest.transform.frames import SERIES, local_day, mark

HOURS = {Resolucion.HORA: 1, Resolucion.DIA: 24}
# A plant at rest draws its own use from the network. As mean power; anything lower is a fault of the meter.
REST_MW = 1.0
# Median absolute deviations (scaled as a normal's) beyond which a value is unlike its own hour's others.
OUTLIER_DEVIATIONS = 8.0
FEWEST_OF_AN_HOUR = 8


def clean(frame: pl.DataFrame, variable: Variable) -> pl.DataFrame:
    """Flag what is doubtful in ``marcas``: ``atipico``, ``version_mezclada``; gaps stay null.

    Generation between zero and minus one megawatt (mean of the interval) becomes zero with the flag
    ``recortado(…)`` that keeps the reading; a lower one becomes a gap with the flag ``negativo(…)``.
    """
    if variable.tabla == "generacion":
        frame = _no_negative_generation(frame, variable)
    return _flag_mixed_versions(_flag_outliers(frame))


def _no_negative_generation(frame: pl.DataFrame, variable: Variable) -> pl.DataFrame:
    value = pl.col("valor")
    if not (frame["valor"] < 0).any():
        return frame
    least = -REST_MW / 1000.0 * HOURS[variable.resolucion]
    small = (value < 0) & (value >= least)
    reading = value.cast(pl.String)
    return frame.with_columns(
        mark(pl.format("recortado({})", reading), small),
    ).with_columns(
        mark(pl.format("negativo({})", reading), value < least),
        pl.when(small).then(0.0).when(value < least).then(None).otherwise(value).alias("valor"),
    )


def _flag_outliers(frame: pl.DataFrame) -> pl.DataFrame:
    """Compare each value with the others of its series at the same local hour in the same year."""
    if frame.height < FEWEST_OF_AN_HOUR:
        return frame
    local = pl.col("fecha").dt.convert_time_zone(ZONE_NAME)
    group = [*SERIES, local.dt.hour().alias("_hora"), local.dt.year().alias("_anio")]
    value = pl.col("valor")
    judged = frame.with_columns(_centro=value.median().over(group)).with_columns(
        _lejos=(value - pl.col("_centro")).abs(), _cuantos=value.count().over(group)
    )
    judged = judged.with_columns(_tipico=pl.col("_lejos").median().over(group) * 1.4826)
    odd = (
        (pl.col("_cuantos") >= FEWEST_OF_AN_HOUR)
        & (pl.col("_tipico") > 0)
        & (pl.col("_lejos") > OUTLIER_DEVIATIONS * pl.col("_tipico"))
    ).fill_null(False)
    return judged.with_columns(mark("atipico", odd)).select(frame.columns)


def _flag_mixed_versions(frame: pl.DataFrame) -> pl.DataFrame:
    """Flag the values of a day whose settlement version is behind the best of their series on that day."""
    if frame["version"].n_unique() <= 1:
        return frame
    rank = pl.col("version").replace_strict(ORDER, default=0, return_dtype=pl.Int32)
    best_here = rank.max().over([*SERIES, "fecha"])
    best_of_day = rank.max().over([*SERIES, local_day()])
    return frame.with_columns(mark("version_mezclada", best_here < best_of_day))
