"""Calendar features of a Colombian day: the classes that move demand, and which days are special.

Pure functions of the date, so they are known for any future day and cannot leak.
"""

from datetime import date, timedelta
from functools import lru_cache

from siea.domain.calendario import es_festivo, festivos

_DAY = timedelta(days=1)
# Holidays that keep their date whatever the weekday (Ley 51 de 1983).
_FIXED = frozenset({(1, 1), (5, 1), (7, 20), (8, 7), (12, 8), (12, 25)})
_KIND = ("lab", "lab", "lab", "lab", "lab", "sab", "dom")
_SPECIAL = (
    "festivo",
    "fijo",
    "jueves",
    "viernes",
    "santo",
    "sabado_santo",
    "puente",
    "dic24",
    "dic26",
    "dic31",
    "ene02",
)


@lru_cache(maxsize=256)
def pascua(year: int) -> date:
    """Easter Sunday of *year*, two days after the public holiday of Good Friday."""
    friday = next(day for day, name in festivos(year).items() if "Viernes Santo" in name)
    return friday + 2 * _DAY


@lru_cache(maxsize=65536)
def clases(day: date) -> tuple[str, ...]:
    """Classes of *day* beyond its weekday, the weightiest first; empty for an ordinary one.

    ``festivo_lunes`` (moved to a Monday), ``fijo_MMDD_lab|sab|dom`` (keeps its date; on which kind of
    weekday it fell), the days of Holy Week, ``puente_*`` (a working day between a holiday and a weekend),
    the weekend and the working days beside a holiday, and the weeks around Christmas and New Year.

    >>> clases(date(2024, 1, 8))
    ('festivo_lunes', 'ene06_09_lab')
    >>> clases(date(2024, 5, 15))
    ()
    """
    season = _holy_week(day) + _year_end(day)
    return tuple(_holiday(day) + season if es_festivo(day) else season + _beside_a_holiday(day))


def es_especial(day: date) -> bool:
    """Whether *day* is expected to be far from its weekday: its errors are calibrated apart.

    Holidays, Holy Week from Monday to Saturday, bridge days, 24 and 26–31 December and 2 January.
    """
    return any(name.startswith(_SPECIAL) for name in clases(day))


def _holiday(day: date) -> list[str]:
    offset = (day - pascua(day.year)).days
    if offset in (-3, -2):
        return ["jueves_santo" if offset == -3 else "viernes_santo"]
    if (day.month, day.day) not in _FIXED:
        return ["festivo_lunes"]
    found = [f"fijo_{day:%m%d}_{_KIND[day.weekday()]}"]
    return [*found, "festivo_lunes"] if day.weekday() == 0 else found


def _beside_a_holiday(day: date) -> list[str]:
    before, after, weekday = es_festivo(day - _DAY), es_festivo(day + _DAY), day.weekday()
    rules = {
        "tras_festivo_mar": before and weekday == 1 and (day.month, day.day) not in {(1, 2), (12, 26)},
        "puente_vie": before and weekday == 4,
        "puente_lun": after and weekday == 0,
        "tras_festivo": before and weekday in (2, 3),
        "tras_festivo_sab": before and weekday == 5,
        "antes_festivo_sab": weekday == 5 and es_festivo(day + 2 * _DAY),
        "antes_festivo_dom": after and weekday == 6,
    }
    return [name for name, holds in rules.items() if holds]


def _holy_week(day: date) -> list[str]:
    offset = (day - pascua(day.year)).days
    if -6 <= offset <= -4:
        return ["santo_lmx"]
    return {-1: ["sabado_santo"], 0: ["pascua"]}.get(offset, [])


def _year_end(day: date) -> list[str]:
    kind = _KIND[day.weekday()]
    for month, first, last in ((12, 16, 22), (12, 23, 23), (12, 24, 24), (12, 26, 30), (12, 31, 31)):
        if day.month == month and first <= day.day <= last:
            return [_span("dic", first, last, kind)]
    for first, last in ((2, 2), (3, 5), (6, 9), (10, 14)):
        if day.month == 1 and first <= day.day <= last:
            return [_span("ene", first, last, kind)]
    return []


def _span(month: str, first: int, last: int, kind: str) -> str:
    days = f"{first:02d}" if first == last else f"{first:02d}_{last:02d}"
    return f"{month}{days}_{kind}"
