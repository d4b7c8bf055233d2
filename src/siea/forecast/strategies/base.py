"""What every forecasting strategy does, and the one place that decides which days may train a model."""

import json
from abc import ABC, abstractmethod
from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import Any, ClassVar, Self

import numpy as np
import polars as pl

from siea.forecast.errors import DatesError, HistoryError, InsufficientHistoryError

HISTORY_SCHEMA = {"fecha": pl.Date, "valor": pl.Float64, "provisional": pl.Boolean}
"""Columns of a history: one row a local day, ``valor`` in the unit of the variable, null where missing."""

Points = np.ndarray[tuple[int], np.dtype[np.float64]]


def check_history(history: pl.DataFrame) -> pl.DataFrame:
    """The columns of HISTORY_SCHEMA of *history* by date.

    Raises HistoryError when a column is missing or of another type, or a day comes twice.
    """
    for column, kind in HISTORY_SCHEMA.items():
        if history.schema.get(column) != kind:
            raise HistoryError(f"La historia necesita la columna «{column}» de tipo {kind}.")
    if history["fecha"].is_duplicated().any():
        raise HistoryError("La historia tiene días repetidos.")
    return history.select(*HISTORY_SCHEMA).sort("fecha")


def usable_days(history: pl.DataFrame) -> pl.DataFrame:
    """The days that may train or feed a model: ``fecha``, ``valor`` by date, settled and with a finite value.

    Provisional days are partial sums (a quarter of the level with every hour present) and gaps are gaps:
    neither is ever filled in. Raises HistoryError, see check_history.
    """
    kept = check_history(history).filter(
        ~pl.col("provisional").fill_null(value=False), pl.col("valor").is_finite()
    )
    return kept.select("fecha", "valor")


class PredictionStrategy(ABC):
    """A way to forecast a daily series.

    ``fit`` learns once and is slow; ``predict`` is quick and takes the days settled since, so that a model
    kept warm answers with the newest data without a new fit. Subclasses see usable days only.
    """

    nombre: ClassVar[str]
    """Short name in Spanish; with the version of the registry it names a model: ``prophet_v1``."""

    minimo_dias: ClassVar[int] = 2
    """Fewest usable days that it can learn from."""

    def __init__(self, *, no_negativo: bool = True) -> None:
        """*no_negativo*: the quantity cannot be below zero, so no forecast is."""
        self.no_negativo = no_negativo

    def fit(self, history: pl.DataFrame) -> Self:
        """Learn from the usable days of *history* (HISTORY_SCHEMA).

        Raises InsufficientHistoryError below ``minimo_dias``, HistoryError for a malformed history.
        """
        days = usable_days(history)
        if days.height < self.minimo_dias:
            raise InsufficientHistoryError(days.height, self.minimo_dias)
        self._fit(days)
        return self

    def predict(self, dates: Sequence[date], history: pl.DataFrame) -> Points:
        """Forecast of each of *dates*, in their order and the unit of the history; shape ``(len(dates),)``.

        *history*: what is known when the forecast is made (HISTORY_SCHEMA); the last ten weeks suffice.
        Raises DatesError when *dates* is empty or repeats a day: values are joined by day, never by place.
        """
        if not dates:
            raise DatesError("No hay días que pronosticar.")
        if len(set(dates)) != len(dates):
            raise DatesError("Los días por pronosticar están repetidos.")
        points = self._predict(dates, usable_days(history))
        return np.maximum(points, 0.0) if self.no_negativo else points

    def save(self, folder: Path) -> None:
        """Write what was learned to *folder* (created) as JSON, which runs no code when read."""
        folder.mkdir(parents=True, exist_ok=True)
        head = {"nombre": self.nombre, "no_negativo": self.no_negativo}
        (folder / "estrategia.json").write_text(json.dumps(head), encoding="utf-8")
        self._save(folder)

    @classmethod
    def load(cls, folder: Path) -> Self:
        """Read back what ``save`` wrote. Raises OSError or ValueError when it is not there or damaged."""
        head = json.loads((folder / "estrategia.json").read_text(encoding="utf-8"))
        if head["nombre"] != cls.nombre:
            raise ValueError(f"{folder} holds a model {head['nombre']!r}, not {cls.nombre!r}")
        strategy = cls._load(folder)
        strategy.no_negativo = head["no_negativo"]
        return strategy

    @abstractmethod
    def describe(self) -> dict[str, Any]:
        """Settings and what was learned in short, for people and for the registry; JSON types only."""

    @abstractmethod
    def _fit(self, days: pl.DataFrame) -> None:
        """Learn from usable days (``fecha``, ``valor`` by date)."""

    @abstractmethod
    def _predict(self, dates: Sequence[date], days: pl.DataFrame) -> Points:
        """Forecast *dates* (distinct, any order) when *days* (usable) are known."""

    @abstractmethod
    def _save(self, folder: Path) -> None: ...

    @classmethod
    @abstractmethod
    def _load(cls, folder: Path) -> Self: ...
