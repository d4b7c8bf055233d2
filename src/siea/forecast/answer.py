"""What a forecast answers, and what its reader must know."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Self

import numpy as np

from siea.forecast.intervals import Band
from siea.forecast.strategies import Points

_DECIMALS = 3
_MONTHS = "enero febrero marzo abril mayo junio julio agosto septiembre octubre noviembre diciembre"


@dataclass(frozen=True, slots=True)
class BandValues:
    """Bounds of one level, a value for each day."""

    nivel: float
    lower: list[float]
    upper: list[float]


@dataclass(frozen=True, slots=True)
class RecentError:
    """Mean error, %, of the model over the last ``origenes`` weekly origins at this horizon and lag."""

    mape_pct: float
    origenes: int
    horizonte_dias: int


@dataclass(frozen=True, slots=True)
class Forecast:
    """A daily forecast. ``bandas``: the lowest level first; every list goes with ``fechas``.

    ``dato_hasta``: last settled day, which the model saw. ``avisos``: what a reader must know, in Spanish.
    """

    variable: str
    unidad: str
    fechas: list[date]
    forecast: list[float]
    bandas: list[BandValues]
    model_version: str
    dato_hasta: date
    generado_en: datetime
    error_reciente: RecentError | None
    avisos: list[str]

    @property
    def confidence(self) -> BandValues:
        """The widest band."""
        return self.bandas[-1]

    @classmethod
    def from_json(cls, found: Mapping[str, Any]) -> Self:
        """Read back what JSON told of a forecast."""
        error = found["error_reciente"]
        read: dict[str, Any] = {
            "fechas": [date.fromisoformat(day) for day in found["fechas"]],
            "bandas": [BandValues(**band) for band in found["bandas"]],
            "dato_hasta": date.fromisoformat(found["dato_hasta"]),
            "generado_en": datetime.fromisoformat(found["generado_en"]),
            "error_reciente": RecentError(**error) if error else None,
        }
        return cls(**{**found, **read})


def rounded(values: Points) -> list[float]:
    """*values* to three decimals; the order between bounds and points is kept."""
    found: list[float] = np.round(values, _DECIMALS).tolist()
    return found


def band_values(band: Band) -> BandValues:
    """The bounds of *band*, rounded."""
    return BandValues(band.nivel, rounded(band.lower), rounded(band.upper))


def spoken(day: date) -> str:
    """*day* in words.

    >>> spoken(date(2025, 12, 31))
    '31 de diciembre de 2025'
    """
    return f"{day.day} de {_MONTHS.split()[day.month - 1]} de {day.year}"
