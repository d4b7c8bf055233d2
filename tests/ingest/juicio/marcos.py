"""Made-up frames for the tests of the judge."""

import math
from datetime import UTC, date, datetime, timedelta

import polars as pl

from siea.domain.calendario import TipoDia, tipo_dia
from siea.domain.tiempo import day_start, hour_start
from siea.ingest.transform.frames import SILVER

FIRST = date(2022, 1, 1)
DAYS = 400
TODAY = date(2023, 3, 1)
ELSEWHERE = {
    TipoDia.LABORAL: 1.0,
    TipoDia.SABADO: 0.94,
    TipoDia.DOMINGO_FESTIVO: 0.84,
}


def frame(values, *, hourly=False, entity="Sistema", dimension="", first=FIRST, marks=(), version=""):
    """Values from *first* on, one a day or one an hour."""
    at = [
        hour_start(first + timedelta(days=n // 24), n % 24 + 1)
        if hourly
        else day_start(first + timedelta(days=n))
        for n in range(len(values))
    ]
    return pl.DataFrame(
        {
            "variable": "X", "entidad_tipo": "Sistema", "entidad": entity, "dimension": dimension,
            "fecha": at, "valor": values, "version": version,
            "publicado_en": datetime(2024, 1, 1, tzinfo=UTC),
            "provisional": False, "marcas": [list(marks)] * len(values),
        },
        schema=SILVER,
    )  # fmt: skip


def season(level: float, days: int = DAYS, first: date = FIRST) -> list[float]:
    """Demand around *level*: a yearly wave, Saturdays, Sundays and holidays, and a little noise."""
    return [
        level
        * ELSEWHERE[tipo_dia(first + timedelta(days=n))]
        * (1 + 0.05 * math.sin(2 * math.pi * n / 365.25) + 0.01 * math.sin(7.3 * n * n))
        for n in range(days)
    ]


def hours(level: float, days: int) -> list[float]:
    """The same, hour by hour, with the evening peak; the hours of a day sum to its level."""
    shape = [1 + 0.2 * math.sin(math.pi * (h - 9) / 12) for h in range(24)]
    return [day * s / sum(shape) * (1 + 1e-4 * n) for day in season(level, days) for n, s in enumerate(shape)]


def rules(found) -> list[str]:
    """The names of the rules that found something, but for the month that a made-up series cuts."""
    return [one.regla for one in found if one.regla != "termina_a_mitad_de_mes"]


def of(rule, found):
    """The findings of one rule."""
    return [one for one in found if one.regla == rule]
