"""What a rule says when it finds something, and the frame that the rules look at."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Literal

import polars as pl

from siea.domain.catalogo import Variable
from siea.ingest.transform.frames import local_day

Severidad = Literal["baja", "media", "alta"]
SERIE = ("entidad", "dimension")


@dataclass(frozen=True, slots=True)
class Hallazgo:
    """One defect: which rule, where, how many values or days, and a Spanish sentence on what it may be.

    ``desde`` and ``hasta`` are local days, both included; ``entidad`` is empty when it is of several.
    """

    regla: str
    severidad: Severidad
    variable: str
    entidad_tipo: str
    mensaje: str
    cuantos: int
    desde: date | None = None
    hasta: date | None = None
    entidad: str = ""
    dimension: str = ""
    detalle: Mapping[str, Any] = field(default_factory=dict)


def daily(frame: pl.DataFrame, variable: Variable) -> pl.DataFrame:
    """One row a series and local day: entidad, dimension, dia, valor (sum or mean of the day), horas.

    A day without any value is not there; one without all its hours has ``horas`` fewer.
    """
    join = pl.col("valor").sum() if variable.agregacion == "suma" else pl.col("valor").mean()
    return (
        frame.drop_nulls("valor")
        .group_by(*SERIE, local_day().alias("dia"))
        .agg(join.alias("valor"), pl.len().alias("horas"))
        .sort(*SERIE, "dia")
    )


def stretches(days: pl.DataFrame, gap: int = 1) -> pl.DataFrame:
    """Days of each series (entidad, dimension, dia) as stretches: desde, hasta, dias.

    Days at most *gap* apart are of one stretch.
    """
    return (
        days.sort(*SERIE, "dia")
        .with_columns(
            _nuevo=(pl.col("dia").diff().dt.total_days().over(*SERIE) > gap)
            .fill_null(True)
            .cum_sum()
            .over(*SERIE)
        )
        .group_by(*SERIE, "_nuevo")
        .agg(pl.col("dia").min().alias("desde"), pl.col("dia").max().alias("hasta"), pl.len().alias("dias"))
        .drop("_nuevo")
        .sort("desde", *SERIE)
    )
