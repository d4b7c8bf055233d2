"""Histories: an invented one whose rules are known, and the real daily demand."""

from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path

import numpy as np
import polars as pl
import pytest

from siea.forecast.features import es_especial
from siea.forecast.strategies import HISTORY_SCHEMA

FIRST = date(2023, 1, 1)
_WEEK = (1.0, 1.02, 1.02, 1.03, 1.02, 0.95, 0.87)


def frame(first: date, values: list[float | None], provisional: set[date] | None = None) -> pl.DataFrame:
    """A history of *values*, one a day from *first*."""
    days = [first + timedelta(days=n) for n in range(len(values))]
    flags = [day in (provisional or set()) for day in days]
    return pl.DataFrame({"fecha": days, "valor": values, "provisional": flags}, schema=HISTORY_SCHEMA)


def rule(day: date) -> float:
    """The invented demand of a day without noise: a slow rise, a week, and special days a tenth lower."""
    level = 200.0 + 0.01 * (day - FIRST).days
    return level * _WEEK[day.weekday()] * (0.9 if es_especial(day) else 1.0)


@pytest.fixture
def invented() -> Callable[..., pl.DataFrame]:
    """``invented(days)``: that many days of the rule from 2023-01-01, with half a percent of noise."""

    def invented(days: int, noise: float = 0.005) -> pl.DataFrame:
        random = np.random.default_rng(7)
        dates = [FIRST + timedelta(days=n) for n in range(days)]
        return frame(FIRST, [rule(day) * (1 + noise * random.standard_normal()) for day in dates])

    return invented


@pytest.fixture(scope="session")
def demanda(shared: Path) -> pl.DataFrame:
    """Daily demand of the interconnected system, GWh, as the operator published it; 2015-12-31 is missing."""
    raw = pl.read_csv(shared / "data/xm/demanda_sin_diaria_2000_2025.csv.gz", try_parse_dates=True)
    return raw.select("fecha", valor=pl.col("demanda_sin_kwh") / 1e6, provisional=pl.lit(value=False))
