"""The plainest yardstick: the same weekday of the last week known, holiday or not."""

from collections.abc import Sequence
from datetime import date, timedelta
from pathlib import Path
from typing import Any, ClassVar, Self

import numpy as np
import polars as pl

from siea.forecast.strategies import Points, PredictionStrategy


class WeeklyNaive(PredictionStrategy):
    """A peer of the benchmark only: it is nothing that SIEA would serve, so nothing of it is saved."""

    nombre: ClassVar[str] = "naive_semanal"

    def describe(self) -> dict[str, Any]:
        return {"nombre": self.nombre}

    def _fit(self, days: pl.DataFrame) -> None:
        """There is nothing to learn."""

    def _predict(self, dates: Sequence[date], days: pl.DataFrame) -> Points:
        known = dict(days.iter_rows())
        return np.array([self._one(day, known) for day in dates])

    @staticmethod
    def _one(day: date, known: dict[date, float]) -> float:
        while day not in known:
            day -= timedelta(days=7)
        return known[day]

    def _save(self, folder: Path) -> None:
        raise NotImplementedError

    @classmethod
    def _load(cls, folder: Path) -> Self:
        raise NotImplementedError
