"""Ways to forecast a daily series, by name."""

import json
from pathlib import Path

from siea.forecast.strategies.base import (
    HISTORY_SCHEMA,
    Points,
    PredictionStrategy,
    check_history,
    usable_days,
)
from siea.forecast.strategies.prophet import ProphetSettings, ProphetStrategy
from siea.forecast.strategies.seasonal_naive import SeasonalNaiveStrategy

STRATEGIES: dict[str, type[PredictionStrategy]] = {
    strategy.nombre: strategy for strategy in (ProphetStrategy, SeasonalNaiveStrategy)
}


def load_strategy(folder: Path) -> PredictionStrategy:
    """The strategy that ``PredictionStrategy.save`` wrote to *folder*, whichever it is.

    Raises OSError, KeyError or ValueError when there is none or this version does not know it.
    """
    name = json.loads((folder / "estrategia.json").read_text(encoding="utf-8"))["nombre"]
    return STRATEGIES[name].load(folder)


__all__ = [
    "HISTORY_SCHEMA",
    "STRATEGIES",
    "Points",
    "PredictionStrategy",
    "ProphetSettings",
    "ProphetStrategy",
    "SeasonalNaiveStrategy",
    "check_history",
    "load_strategy",
    "usable_days",
]
