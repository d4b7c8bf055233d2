"""How wrong forecasts were, and whether their bands held."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta

import polars as pl

from siea.forecast.strategies.base import usable_days

_SCALE_YEARS = 2
_WRONG_PCT = 5.0


@dataclass(frozen=True, slots=True)
class Scores:
    """Scores of one strategy over the days whose truth is known; percentages 0…100, None without such days.

    ``mase``: mean absolute error relative to the weekly naive's within the two years before. ``pinball_gwh``:
    mean over the quantiles 0.025, 0.10, 0.50, 0.90 and 0.975, in the unit of the series.
    """

    origenes: int
    dias: int
    mape_pct: float | None
    mape_especiales_pct: float | None
    mape_ordinarios_pct: float | None
    mase: float | None
    pinball_gwh: float | None
    cobertura_80_pct: float | None
    cobertura_95_pct: float | None
    cobertura_95_especiales_pct: float | None
    errados_mas_5_pct: float | None


def weekly_naive_error(history: pl.DataFrame, before: date) -> float | None:
    """Mean |y(t) − y(t−7)| over the usable days of the two years before *before*: the scale of MASE."""
    days = usable_days(history).filter(
        pl.col("fecha").is_between(before - timedelta(days=365 * _SCALE_YEARS), before, closed="left")
    )
    week_before = days.select(pl.col("fecha") + timedelta(days=7), antes="valor")
    pairs = days.join(week_before, on="fecha")
    return _mean(pairs, (pl.col("valor") - pl.col("antes")).abs())


def score(forecasts: pl.DataFrame, scale: float | None) -> Scores:
    """Scores of the forecasts of one strategy (columns of backtest.FORECAST_SCHEMA, bands where they exist).

    *scale*: see weekly_naive_error. Days whose truth is missing or zero count in no percentage.
    """
    known = forecasts.filter(pl.col("real").is_finite())
    percent = known.filter(pl.col("real") != 0)
    error = 100 * (pl.col("punto") / pl.col("real") - 1).abs()
    banded = known.drop_nulls("inferior_95") if "inferior_95" in known.columns else known.clear()
    absolute = _mean(known, (pl.col("punto") - pl.col("real")).abs())
    special = pl.col("especial")
    return Scores(
        origenes=known["origen"].n_unique(),
        dias=known.height,
        mape_pct=_mean(percent, error),
        mape_especiales_pct=_mean(percent.filter(special), error),
        mape_ordinarios_pct=_mean(percent.filter(~special), error),
        mase=absolute / scale if absolute is not None and scale else None,
        pinball_gwh=_pinball(banded),
        cobertura_80_pct=_coverage(banded, 80),
        cobertura_95_pct=_coverage(banded, 95),
        cobertura_95_especiales_pct=_coverage(banded.filter(special), 95),
        errados_mas_5_pct=_mean(percent, 100.0 * (error > _WRONG_PCT)),
    )


def mape_by_horizon(forecasts: pl.DataFrame, horizon: int) -> list[float]:
    """MAPE, %, of the first 1, 2, … *horizon* days of each forecast of one strategy; empty without truths."""
    known = forecasts.filter(pl.col("real").is_finite() & (pl.col("real") != 0))
    error = 100 * (pl.col("punto") / pl.col("real") - 1).abs()
    found = (_mean(known.filter(pl.col("paso") <= days), error) for days in range(1, horizon + 1))
    return [value for value in found if value is not None]


_QUANTILES: Mapping[str, float] = {
    "inferior_95": 0.025,
    "inferior_80": 0.10,
    "punto": 0.50,
    "superior_80": 0.90,
    "superior_95": 0.975,
}


def _pinball(banded: pl.DataFrame) -> float | None:
    if banded.is_empty():
        return None
    losses = [
        pl.max_horizontal(q * (pl.col("real") - pl.col(name)), (q - 1) * (pl.col("real") - pl.col(name)))
        for name, q in _QUANTILES.items()
    ]
    return _mean(banded, pl.mean_horizontal(losses))


def _coverage(banded: pl.DataFrame, level: int) -> float | None:
    if banded.is_empty():
        return None
    return _mean(banded, 100.0 * pl.col("real").is_between(f"inferior_{level}", f"superior_{level}"))


def _mean(frame: pl.DataFrame, what: pl.Expr) -> float | None:
    found = frame.select(what.cast(pl.Float64).mean()).item()
    return None if found is None else float(found)
