"""Prophet with Colombian holidays."""

import json
import logging
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import date, timedelta
from pathlib import Path
from typing import Any, ClassVar, Self

import numpy as np
import polars as pl

from siea.domain.tiempo import days_between
from siea.forecast.features import clases, es_especial
from siea.forecast.strategies.base import Points, PredictionStrategy
from siea.forecast.strategies.prophet_curve import ProphetCurve

_TWO_YEARS = 730
_YEAR = 365
_LEVEL_DAYS = 7
_LEVEL_PRIOR_DAYS = 7
# How far past the training days the saved Prophet itself knows the classes of day.
_AHEAD = timedelta(days=400)
_MODEL, _EXTRA = "prophet.json", "ajuste.json"


@dataclass(frozen=True, slots=True)
class ProphetSettings:
    """Settings, chosen on the 104 weekly origins 2022-07…2024-06 of daily SIN demand (7 days, lag 3).

    MAPE there: these 1.70 %; 6 years 1.72; from 2021 on 2.01 (1.92 with Prophet's own changepoints); the
    pandemic kept 1.79; only the holidays themselves 1.83; changepoints up to 0.98 of the window 1.74;
    additive 1.71. The holiday-aware naive has 2.17.
    """

    anios: float = 8.0
    """Years before the last day that train: classes of day need many occurrences."""
    cambios_hasta: float = 0.95
    """Share of the window in which the trend may bend; Prophet's 0.8 leaves it behind the present level."""
    cambios_escala: float = 0.2
    clases_escala: float = 0.1
    excluye_desde: date = date(2020, 3, 16)
    """The months of the pandemic's closures, which say nothing of other years."""
    excluye_hasta: date = date(2020, 9, 30)


class ProphetStrategy(PredictionStrategy):
    """Prophet: linear trend with changepoints, yearly and weekly seasons, classes of day as holidays.

    Everything multiplies the trend. Its own intervals are not used. Fitted by penalised maximum likelihood,
    about 1 s; needs the package only to fit. With less than two years of history there is no yearly season.
    Days settled after the fit move the level, see ``_level``.
    """

    nombre: ClassVar[str] = "prophet"

    def __init__(self, settings: ProphetSettings | None = None, *, no_negativo: bool = True) -> None:
        super().__init__(no_negativo=no_negativo)
        self._settings = settings or ProphetSettings()
        self._curve: ProphetCurve | None = None
        self._text = ""
        self._last = date.min

    def describe(self) -> dict[str, Any]:
        chosen = asdict(self._settings).items()
        settings = {name: value if isinstance(value, float) else str(value) for name, value in chosen}
        return {"nombre": self.nombre, "ajustes": settings, "ultimo_dia": str(self._last)}

    def _fit(self, days: pl.DataFrame) -> None:
        import pandas as pd  # noqa: PLC0415 - only a fit needs these two, and they take seconds to import

        prophet, serialize = _quiet_prophet()
        chosen = self._settings
        window = self._window(days)
        first, last = window["fecha"][0], window["fecha"][-1]
        calendar = [(day, name) for day in days_between(first, last + _AHEAD) for name in clases(day)]
        model = prophet.Prophet(
            weekly_seasonality=True,
            yearly_seasonality=(last - first).days >= _TWO_YEARS,
            daily_seasonality=False,
            seasonality_mode="multiplicative",
            changepoint_range=chosen.cambios_hasta,
            changepoint_prior_scale=chosen.cambios_escala,
            holidays=pd.DataFrame(
                {
                    "ds": pd.to_datetime([day for day, _ in calendar]),
                    "holiday": [name for _, name in calendar],
                }
            ),
            holidays_prior_scale=chosen.clases_escala,
            uncertainty_samples=0,
        )
        frame = pd.DataFrame(
            {"ds": pd.to_datetime(window["fecha"].to_list()), "y": window["valor"].to_numpy()}
        )
        model.fit(frame, seed=1)
        self._text = serialize.model_to_json(model)
        self._curve = ProphetCurve.parse(self._text)
        self._last = last

    def _window(self, days: pl.DataFrame) -> pl.DataFrame:
        chosen = self._settings
        start = days["fecha"][-1] - timedelta(days=round(chosen.anios * _YEAR))
        window = days.filter(pl.col("fecha") > start)
        kept = window.filter(~pl.col("fecha").is_between(chosen.excluye_desde, chosen.excluye_hasta))
        # A history that is mostly of those months has nothing else to learn from.
        return kept if kept.height >= _YEAR else window

    def _predict(self, dates: Sequence[date], days: pl.DataFrame) -> Points:
        if self._curve is None:
            raise RuntimeError("fit or load before predict")
        points: Points = self._curve(dates) * self._level(days)
        return points

    def _level(self, days: pl.DataFrame) -> float:
        """Factor for the level of the ordinary days settled since the fit; 1 right after a fit.

        The mean log ratio of the last seven of them to the curve, shrunk as if seven more had shown none:
        on the earlier origins a model fitted every eight weeks has 1.70 % with it and 1.77 % without.
        """
        assert self._curve is not None
        since = [(day, value) for day, value in days.iter_rows() if day > self._last and not es_especial(day)]
        recent = [(day, value) for day, value in since[-_LEVEL_DAYS:] if value > 0]
        if not recent:
            return 1.0
        expected = self._curve([day for day, _ in recent])
        values = np.array([value for _, value in recent])
        known = expected > 0
        ratios = np.log(values[known] / expected[known])
        return float(np.exp(ratios.sum() / (known.sum() + _LEVEL_PRIOR_DAYS)))

    def _save(self, folder: Path) -> None:
        (folder / _MODEL).write_text(self._text, encoding="utf-8")
        (folder / _EXTRA).write_text(json.dumps({"ultimo_dia": str(self._last)}), encoding="utf-8")

    @classmethod
    def _load(cls, folder: Path) -> Self:
        strategy = cls()
        strategy._text = (folder / _MODEL).read_text(encoding="utf-8")
        strategy._curve = ProphetCurve.parse(strategy._text)
        extra = json.loads((folder / _EXTRA).read_text(encoding="utf-8"))
        strategy._last = date.fromisoformat(extra["ultimo_dia"])
        return strategy


def _quiet_prophet() -> tuple[Any, Any]:
    """The modules ``prophet`` and ``prophet.serialize``, their and Stan's chatter off."""
    logging.getLogger("prophet.plot").setLevel(logging.CRITICAL)
    logging.getLogger("prophet").setLevel(logging.ERROR)
    logging.getLogger("cmdstanpy").disabled = True  # its level is set anew when it is imported
    import prophet  # noqa: PLC0415 - heavy, and not needed to serve
    from prophet import serialize  # noqa: PLC0415 - heavy, and not needed to serve

    return prophet, serialize
