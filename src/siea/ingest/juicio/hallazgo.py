"""What a rule says when it finds something, and the frames that the rules look at."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Literal, get_args

import polars as pl

from siea.domain.catalogo import Agregacion, Variable
from siea.ingest.transform.frames import local_day

Severidad = Literal["baja", "media", "alta"]
SEVERIDADES: tuple[Severidad, ...] = get_args(Severidad)
SERIE = ("entidad", "dimension")
VARIAS = "(varias)"
"""The entity of the finding that sums up those beyond the first ones of a rule."""

# Findings of one rule about one variable that are told one by one; a reader has lost the thread by the sixth.
MOST_TOLD = 5
_LISTED = 60


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
    """One row a series and local day: entidad, dimension, dia, valor (sum or mean of the day), horas, ceros.

    A day without any value is not there; one without all its hours has ``horas`` fewer; ``ceros`` are the
    hours at exactly zero.
    """
    value = pl.col("valor")
    join = value.sum() if variable.agregacion is Agregacion.SUMA else value.mean()
    return (
        frame.drop_nulls("valor")
        .group_by(*SERIE, local_day().alias("dia"))
        .agg(join.alias("valor"), pl.len().alias("horas"), (value == 0).sum().alias("ceros"))
        .sort(*SERIE, "dia")
    )


def stretches(days: pl.DataFrame, gap: int = 1) -> pl.DataFrame:
    """Days of each series (entidad, dimension, dia) as stretches: desde, hasta, dias.

    Days at most *gap* apart are of one stretch. With a column ``cuantos``, its sum is told too.
    """
    more = [pl.col("cuantos").sum()] if "cuantos" in days.columns else []
    return (
        days.sort(*SERIE, "dia")
        .with_columns(
            _nuevo=(pl.col("dia").diff().dt.total_days().over(*SERIE) > gap)
            .fill_null(True)
            .cum_sum()
            .over(*SERIE)
        )
        .group_by(*SERIE, "_nuevo")
        .agg(
            pl.col("dia").min().alias("desde"),
            pl.col("dia").max().alias("hasta"),
            pl.col("dia").n_unique().alias("dias"),
            *more,
        )
        .drop("_nuevo")
        .sort("desde", *SERIE)
    )


def of_all(days: pl.DataFrame) -> pl.DataFrame:
    """The same days as of one series: for what is told of a variable as a whole."""
    return days.with_columns(entidad=pl.lit(""), dimension=pl.lit(""))


def listed(
    rule: str,
    severity: Severidad,
    variable: Variable,
    found: pl.DataFrame,
    say: Callable[[dict[str, Any]], str],
    *,
    most: int = MOST_TOLD,
) -> list[Hallazgo]:
    """Findings for the first stretches (entidad, dimension, desde, hasta, dias), the rest in one.

    ``cuantos`` of a stretch are its days, unless it has a column of that name.
    """
    code, kind = variable.codigo, variable.entidad
    told = [
        Hallazgo(
            rule, severity, code, kind, say(row), row.get("cuantos", row["dias"]), row["desde"], row["hasta"],
            row["entidad"], row["dimension"],
        )
        for row in found.head(most).iter_rows(named=True)
    ]  # fmt: skip
    rest = found.slice(most).select(*SERIE, "desde", "hasta").rows()
    if rest:
        first, last = min(row[2] for row in rest), max(row[3] for row in rest)
        places = [[*row[:2], row[2].isoformat(), row[3].isoformat()] for row in rest[:_LISTED]]
        series, dimensions = {row[:2] for row in rest}, {row[1] for row in rest}
        of = f" en {len(series)} series" if len(series) > 1 else ""
        told.append(
            Hallazgo(
                rule, severity, code, kind,
                f"Y {len(rest)} tramos más de «{rule}»{of}, del {first} al {last}.",
                len(rest), first, last, VARIAS, dimensions.pop() if len(dimensions) == 1 else "",
                {"tramos": places},
            )
        )  # fmt: skip
    return told


def when(row: Mapping[str, Any]) -> str:
    """«el 2024-10-09» or «del 2024-10-23 al 2024-10-24»."""
    if row["desde"] == row["hasta"]:
        return f"el {row['desde']}"
    return f"del {row['desde']} al {row['hasta']}"


def named(row: Mapping[str, Any]) -> str:
    """How the series of a stretch begins a sentence: «ARAUCA (REGULADO): », nothing when it is of all."""
    if not row["entidad"]:
        return ""
    return f"{row['entidad']} ({row['dimension']}): " if row["dimension"] else f"{row['entidad']}: "


def cifra(value: float) -> str:
    """A number for a Spanish sentence, four digits at least: «1.705», «0,385».

    >>> cifra(7233.16), cifra(0.38519), cifra(-250)
    ('7.233', '0,3852', '-250')
    """
    if abs(value) >= 1000:
        return f"{value:,.0f}".replace(",", ".")
    return f"{value:.4g}".replace(".", ",")


def veces(count: int) -> str:
    """«una vez», «3 veces»."""
    return "una vez" if count == 1 else f"{count} veces"


def dias(count: int) -> str:
    """«1 día», «3 días»."""
    return "1 día" if count == 1 else f"{count} días"
