"""The yardstick: last week's same day, corrected for what kind of day it is."""

import json
from collections import defaultdict
from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import Any, ClassVar, Self

import numpy as np
import polars as pl

from siea.domain.calendario import es_festivo
from siea.forecast.errors import InsufficientHistoryError
from siea.forecast.features import clases, es_especial
from siea.forecast.strategies.base import Points, PredictionStrategy

_OCCURRENCES = 3
_REFERENCE_DAYS = 4
_SUNDAY = 6


class SeasonalNaiveStrategy(PredictionStrategy):
    """Weekly naive, holiday-aware.

    An ordinary day repeats the last known ordinary day of its weekday. A special day (features.es_especial)
    is that times the mean ratio of the last three days of its class to the four ordinary same weekdays
    before each. A holiday of a class never seen repeats the last ordinary Sunday.
    """

    nombre: ClassVar[str] = "naive_estacional"

    def __init__(self, *, no_negativo: bool = True) -> None:
        super().__init__(no_negativo=no_negativo)
        self._ratios: dict[str, float] = {}

    def describe(self) -> dict[str, Any]:
        return {"nombre": self.nombre, "clases_especiales": len(self._ratios)}

    def _fit(self, days: pl.DataFrame) -> None:
        ordinary: dict[int, list[float]] = defaultdict(list)
        ratios: dict[str, list[float]] = defaultdict(list)
        for day, value in days.iter_rows():
            before = ordinary[day.weekday()]
            if not es_especial(day):
                before.append(value)
            elif before and (level := float(np.mean(before[-_REFERENCE_DAYS:]))):
                ratios[_class(day)].append(value / level)
        self._ratios = {name: float(np.mean(found[-_OCCURRENCES:])) for name, found in ratios.items()}

    def _predict(self, dates: Sequence[date], days: pl.DataFrame) -> Points:
        if days.is_empty():
            raise InsufficientHistoryError(0, 1)
        last_ordinary = {day.weekday(): value for day, value in days.iter_rows() if not es_especial(day)}
        latest = float(days["valor"][-1])
        return np.array([self._one(day, last_ordinary, latest) for day in dates], dtype=np.float64)

    def _one(self, day: date, ordinary: dict[int, float], latest: float) -> float:
        same_weekday = ordinary.get(day.weekday(), latest)
        if not es_especial(day):
            return same_weekday
        if (ratio := self._ratios.get(_class(day))) is not None:
            return same_weekday * ratio
        return ordinary.get(_SUNDAY, latest) if es_festivo(day) else same_weekday

    def _save(self, folder: Path) -> None:
        (folder / "razones.json").write_text(json.dumps(self._ratios), encoding="utf-8")

    @classmethod
    def _load(cls, folder: Path) -> Self:
        strategy = cls()
        strategy._ratios = json.loads((folder / "razones.json").read_text(encoding="utf-8"))
        return strategy


def _class(day: date) -> str:
    """The class that tells most of a special day: the first, see features.clases."""
    return clases(day)[0]
