"""Colombian public holidays and the kind of each day."""

from datetime import date
from enum import StrEnum
from functools import lru_cache

from holidays import country_holidays


class TipoDia(StrEnum):
    """Kinds of day that differ in their level of demand."""

    LABORAL = "laboral"
    SABADO = "sabado"
    DOMINGO_FESTIVO = "domingo_festivo"


@lru_cache(maxsize=256)
def festivos(year: int) -> dict[date, str]:
    """Public holidays of *year* as observed, with their Spanish names."""
    return dict(country_holidays("CO", years=year, observed=True, language="es").items())


def es_festivo(day: date) -> bool:
    """Whether *day* is a Colombian public holiday as observed (moved ones on their Monday)."""
    return day in festivos(day.year)


def tipo_dia(day: date) -> TipoDia:
    """Kind of day: a holiday counts as a Sunday whatever its weekday."""
    if day.weekday() == 6 or es_festivo(day):
        return TipoDia.DOMINGO_FESTIVO
    return TipoDia.SABADO if day.weekday() == 5 else TipoDia.LABORAL
