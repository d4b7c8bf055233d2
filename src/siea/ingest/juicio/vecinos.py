"""Days unlike those around them, with the factor where it is one of a unit; and levels that change."""

import math
from collections.abc import Mapping
from datetime import timedelta
from typing import Literal

import polars as pl

from siea.domain.calendario import tipo_dia
from siea.domain.catalogo import Agregacion, Variable
from siea.domain.tiempo import Resolucion
from siea.ingest.juicio.hallazgo import SERIE, Hallazgo, cifra, listed, named, stretches, when
from siea.ingest.transform.frames import local_day

AROUND_DAYS = 30
FEWEST_AROUND = 20
# What is usual for a working day, a Saturday, a Sunday or holiday: the median of so many of them.
OF_A_KIND = 13
# Beyond all but the three largest (or smallest) of the 61 days around: by this much, where days add up …
ALONE = 1.6
# … and by more where they are prices or levels, which halve or double on a holiday by themselves.
ALONE_OF_PRICES = 2.0
# Usual moves from one day to the next (as a normal's deviations, in logarithms) that make a day unlike.
MOVES = 6.0
# A series that usually moves by a fifth from one day to the next has no neighbours to be unlike.
RESTLESS_MOVE = 0.2
# What stops and starts as it is wanted, and what a flood doubles overnight, neither.
STOPS_AND_STARTS = frozenset({"Recurso", "RecursoComb", "Combustible", "Enlace"})
RESTLESS = STOPS_AND_STARTS | {"Rio", "SerieHidrologica"}
# kWh for MWh, percent for fraction, a day for an hour, copies added up; and how near a ratio must be: by
# chance a small one is met often.
FACTORS = {1000: 0.15, 100: 0.15, 24: 0.1, 5: 0.1, 2: 0.07}
# Odd days this near to one another are one event.
NEARBY_DAYS = 3
# Prices and levels are not added up, and move by the small ones on their own.
FACTORS_OF_PRICES = {1000: 0.15, 100: 0.15}
# An hour of the day, beside a level of hours that is known less well.
FACTORS_OF_HOURS = {1000: 0.4, 100: 0.4}
# A series that hardly moves from one day to the next, and leaves its level by this much for a while.
CALM = 0.001
STEP = 0.05
BRIEF_DAYS = 30
# A lasting change of level: the medians of eight weeks before and after, less that of the same week of
# the years beside it. A quarter with such a year, half without: then the season may be in it.
LEVEL_WEEKS, YEAR_WEEKS = 8, 52
LEVEL, LEVEL_WITHOUT_YEAR = math.log(1.25), math.log(1.5)
LEVEL_MOVES = 5.0
_WINDOW = 2 * AROUND_DAYS + 1
_NORMAL = 1.4826  # median absolute deviation → standard deviation of a normal


def alone(frame: pl.DataFrame, days: pl.DataFrame, variable: Variable) -> list[Hallazgo]:
    """Days unlike all those around them, in a series that does not jump by itself.

    ``desliz_de_unidad`` where the day, or an hour of it, is one of ``FACTORS`` times what is usual, or its
    inverse; ``atipico_aislado`` where not. *days* are those of *frame* (``daily``).
    """
    if variable.resolucion not in {Resolucion.HORA, Resolucion.DIA} or variable.entidad in RESTLESS:
        return []
    adds_up = variable.agregacion is Agregacion.SUMA
    odd = _unlike(days, ALONE if adds_up else ALONE_OF_PRICES)
    if odd.is_empty():
        return []
    factors = FACTORS if adds_up else FACTORS_OF_PRICES
    odd = odd.with_columns(_factor=_factor(pl.col("valor") / pl.col("_usual"), factors))
    if variable.resolucion is Resolucion.HORA:
        of_an_hour = pl.col("_usual") / pl.col("horas") if adds_up else pl.col("_usual")
        hours = _hours(frame, odd.select(*SERIE, "dia", _hora=of_an_hour))
        odd = odd.join(hours, on=[*SERIE, "dia"], how="left").with_columns(
            _factor=pl.coalesce("_de_hora", "_factor")
        )
    unit = variable.unidad
    slips = listed(
        "desliz_de_unidad", "alta", variable, _first_of(odd.filter(pl.col("_factor").is_not_null())),
        lambda row: f"{named(row)}{when(row)} vale {cifra(row['valor'])} {unit} y alrededor "
        f"{cifra(row['_usual'])}: está {_times(row['_factor'])}; puede ser otra unidad o una suma repetida.",
    )  # fmt: skip
    others = listed(
        "atipico_aislado", "alta", variable, _first_of(odd.filter(pl.col("_factor").is_null())),
        lambda row: f"{named(row)}{when(row)} vale {cifra(row['valor'])} {unit} y alrededor "
        f"{cifra(row['_usual'])} (de {cifra(row['_bajo'])} a {cifra(row['_alto'])}): puede ser un dato "
        "errado, una parte del día, o un hecho de esa fecha.",
    )  # fmt: skip
    return slips + others


def _unlike(days: pl.DataFrame, times: float) -> pl.DataFrame:
    """The odd days, with ``_usual`` (of their kind of day), ``_alto`` and ``_bajo`` of all days around."""
    by, value = list(SERIE), pl.col("valor")
    kinds = days.select(pl.col("dia").unique())
    kinds = kinds.with_columns(
        _clase=pl.Series([tipo_dia(day).value for day in kinds["dia"]], dtype=pl.String)
    )
    usual = value.rolling_median(OF_A_KIND, center=True, min_samples=1)

    def around(quantile: float, side: Literal["lower", "higher"]) -> pl.Expr:
        # of the three largest and smallest around: a pair of odd days does not hide one another
        return value.rolling_quantile(
            quantile, side, window_size=_WINDOW, center=True, min_samples=FEWEST_AROUND // 2
        ).over(by)

    # Zeros have a rule of their own; what goes below zero has no ratio.
    positive = (
        days.filter((value > 0) & (pl.col("ceros") == 0))
        .join(kinds, on="dia", maintain_order="left")
        .with_columns(_paso=value.log().diff().abs().over(by))
    )
    return (
        positive.with_columns(
            _usual=usual.over([*by, "_clase"]), _alto=around(0.95, "lower"), _bajo=around(0.05, "higher"),
            _mueve=_NORMAL * pl.col("_paso").median().over(by),
            _cerca=_NORMAL * pl.col("_paso").rolling_median(
                window_size=_WINDOW, center=True, min_samples=FEWEST_AROUND // 2).over(by),
            _cuantos=pl.len().over(by),
            _entero=pl.col("horas") == pl.col("horas").max().over(by),
        )
        .filter(
            (pl.col("_cuantos") >= FEWEST_AROUND) & pl.col("_entero") & (pl.col("_mueve") < RESTLESS_MOVE)
            & ((value > times * pl.col("_alto")) | (value < pl.col("_bajo") / times))
            & ((value / pl.col("_usual")).log().abs() > MOVES * pl.col("_cerca"))
        )
    )  # fmt: skip


def _factor(ratio: pl.Expr, factors: Mapping[int, float]) -> pl.Expr:
    """The factor of *factors* that *ratio* (or its inverse, as a negative number) is near to, or null."""
    size = ratio.log().abs()
    told = pl.coalesce(
        pl.when((size - math.log(k)).abs() < math.log(1 + near)).then(pl.lit(k))
        for k, near in factors.items()
    )
    return pl.when(ratio > 1).then(told).otherwise(-told)


def _hours(frame: pl.DataFrame, usual: pl.DataFrame) -> pl.DataFrame:
    """Of days, those with hours far above what is *usual* (``_hora``): entidad, dimension, dia, _de_hora."""
    return (
        frame.filter(pl.col("valor") > 0)
        .with_columns(dia=local_day())
        .join(usual, on=[*SERIE, "dia"])
        .with_columns(_de_hora=_factor(pl.col("valor") / pl.col("_hora"), FACTORS_OF_HOURS))
        .filter(pl.col("_de_hora") > 0)
        .group_by(*SERIE, "dia")
        .agg(pl.col("_de_hora").sort().last())
    )


def _first_of(odd: pl.DataFrame) -> pl.DataFrame:
    """Odd days as stretches, each with the figures of its first day."""
    return stretches(odd, gap=NEARBY_DAYS).join(
        odd.select(*SERIE, "valor", "_usual", "_alto", "_bajo", "_factor", desde="dia"),
        on=[*SERIE, "desde"],
        maintain_order="left",
    )


def _times(factor: int) -> str:
    return f"unas {factor} veces por encima" if factor > 0 else f"unas {-factor} veces por debajo"


def brief_step(days: pl.DataFrame, variable: Variable) -> list[Hallazgo]:
    """A calm series that leaves its level for a few days and comes back."""
    is_stock = variable.agregacion is Agregacion.ULTIMO and variable.unidad in {"GWh", "hm3", "MW"}
    if not is_stock or variable.resolucion is not Resolucion.DIA:
        return []
    by, value = list(SERIE), pl.col("valor")
    level = value.rolling_median(_WINDOW, center=True, min_samples=15).over(by)
    move = (value.diff().abs() / value.abs()).median().over(by)
    odd = days.with_columns(_nivel=level, _pulso=move).filter(
        (pl.col("_pulso") < CALM) & (pl.col("_nivel") > 0) & ((value / pl.col("_nivel") - 1).abs() > STEP)
    )
    first = odd.select(*SERIE, "valor", "_nivel", desde="dia")
    found = stretches(odd).filter(pl.col("dias") <= BRIEF_DAYS).join(
        first, on=[*SERIE, "desde"], maintain_order="left"
    )  # fmt: skip
    return listed(
        "escalon_breve", "media", variable, found,
        lambda row: f"{named(row)}{when(row)} vale {cifra(row['valor'])} {variable.unidad}, lo usual es "
        f"{cifra(row['_nivel'])} y después vuelve: puede faltar una parte del conjunto.",
    )  # fmt: skip


def level_change(days: pl.DataFrame, variable: Variable) -> list[Hallazgo]:
    """A series whose level is another from some week on, for eight weeks at least, beyond its season.

    Only where the catalogue says that a level means something (``banda_provisional``): prices and flows
    live at many levels. The stretch told are the two weeks between which it changes.
    """
    daily_or_finer = variable.resolucion in {Resolucion.HORA, Resolucion.DIA}
    if not daily_or_finer or variable.banda_provisional is None or variable.entidad in RESTLESS:
        return []
    by, step = list(SERIE), pl.col("_salto")
    weeks = (
        days.filter(pl.col("valor") > 0)
        .group_by(*SERIE, pl.col("dia").dt.truncate("1w").alias("semana"))
        .agg(pl.col("valor").median().log().alias("_x"))
        .sort(*SERIE, "semana")
    )
    level = pl.col("_x").rolling_median(LEVEL_WEEKS).over(by)
    weeks = weeks.with_columns(_antes=level.shift(1).over(by), _luego=level.shift(1 - LEVEL_WEEKS).over(by))
    weeks = weeks.with_columns(_salto=pl.col("_luego") - pl.col("_antes"), _paso=pl.col("_x").diff().over(by))
    year = timedelta(weeks=YEAR_WEEKS)
    of = weeks.select(*SERIE, "semana", "_salto")
    beside = [
        of.select(*SERIE, pl.col("semana") + sign * year, pl.col("_salto").alias(f"_otro{sign}"))
        for sign in (1, -1)
    ]
    for other in beside:
        weeks = weeks.join(other, on=[*by, "semana"], how="left")
    season = pl.mean_horizontal("_otro1", "_otro-1")
    odd = (
        weeks.with_columns(
            _propio=step - season.fill_null(0.0),
            _umbral=pl.when(season.is_null()).then(LEVEL_WITHOUT_YEAR).otherwise(LEVEL),
        )
        .with_columns(_ruido=_NORMAL * pl.col("_propio").abs().median().over(by))
        .filter(
            (pl.min_horizontal(pl.col("_propio").abs(), step.abs()) > pl.col("_umbral"))
            & (pl.col("_propio").sign() == step.sign())
            & (pl.col("_propio").abs() > LEVEL_MOVES * pl.col("_ruido"))
        )
    )
    if odd.is_empty():
        return []
    # one change is seen from several weeks: it is in that with the largest move of its own
    near = stretches(odd.with_columns(dia="semana"), gap=7 * LEVEL_WEEKS).rename(
        {"desde": "_desde", "hasta": "_hasta"}
    )
    sharpest = (
        odd.join(near, on=by)
        .filter(pl.col("semana").is_between("_desde", "_hasta"))
        .sort(pl.col("_paso") * step.sign(), descending=True, nulls_last=True)
        .group_by(*SERIE, "_desde")
        .first()
        .with_columns(
            desde=pl.col("semana") - timedelta(days=7), hasta=pl.col("semana") + timedelta(days=6),
            dias=pl.lit(1),
        )
        .sort("desde", *SERIE)
    )  # fmt: skip
    return listed(
        "salto_de_nivel", "media", variable, sharpest,
        lambda row: f"{named(row)}desde la semana del {row['semana']} el nivel es "
        f"{cifra(100 * math.exp(row['_propio']))} % del anterior, y se queda: puede ser otra cobertura, otra "
        "unidad, o un cambio verdadero.",
    )  # fmt: skip
