"""Colombian time: local days, the operator's hour numbers, and periods, all against UTC storage.

The zone comes from the zone data, never from the host. An interval is named by its start.
"""

from collections.abc import Callable
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

ZONE_NAME = "America/Bogota"
ZONE = ZoneInfo(ZONE_NAME)

Clock = Callable[[], datetime]


class Resolucion(StrEnum):
    """Length of an interval, in the words of the API."""

    HORA = "hora"
    DIA = "dia"
    SEMANA = "semana"
    MES = "mes"
    TRIMESTRE = "trimestre"
    ANIO = "anio"


def utc_now() -> datetime:
    """The real clock: the present instant, aware, in UTC."""
    return datetime.now(UTC)


def local_date(instant: datetime) -> date:
    """The Colombian day in which an aware *instant* falls.

    Raises ValueError on a naive instant: it would be read in the host's zone.
    """
    if instant.tzinfo is None:
        raise ValueError("naive instant: give it an offset")
    return instant.astimezone(ZONE).date()


def day_start(day: date) -> datetime:
    """UTC instant at which the local *day* begins."""
    return datetime.combine(day, time.min, tzinfo=ZONE).astimezone(UTC)


def day_bounds(first: date, last: date) -> tuple[datetime, datetime]:
    """Half-open UTC bounds ``[start, end)`` of the local days *first* to *last*, both included."""
    return day_start(first), day_start(last + timedelta(days=1))


def hour_start(day: date, hour: int) -> datetime:
    """UTC start of the operator's hour 1…24 of a local day: 1 is 00:00–01:00, 24 is 23:00–24:00.

    >>> hour_start(date(2024, 2, 29), 24).isoformat()
    '2024-03-01T04:00:00+00:00'
    """
    if not 1 <= hour <= 24:
        raise ValueError(f"hour {hour} is not 1…24")
    return day_start(day) + timedelta(hours=hour - 1)


def period_start(day: date, resolution: Resolucion) -> date:
    """First local day of the period of *day*; weeks begin on Monday, and an hour's period is its day."""
    match resolution:
        case Resolucion.SEMANA:
            return day - timedelta(days=day.weekday())
        case Resolucion.MES:
            return day.replace(day=1)
        case Resolucion.TRIMESTRE:
            return day.replace(month=3 * ((day.month - 1) // 3) + 1, day=1)
        case Resolucion.ANIO:
            return day.replace(month=1, day=1)
        case _:
            return day


def days_between(first: date, last: date) -> list[date]:
    """Every local day from *first* to *last*, both included; empty when reversed."""
    return [first + timedelta(days=n) for n in range((last - first).days + 1)]


def chunks(first: date, last: date, max_days: int) -> list[tuple[date, date]]:
    """Cut ``[first, last]`` into disjoint consecutive ranges of at most *max_days* days."""
    if max_days < 1:
        raise ValueError("max_days must be at least 1")
    found = []
    start = first
    while start <= last:
        end = min(start + timedelta(days=max_days - 1), last)
        found.append((start, end))
        start = end + timedelta(days=1)
    return found
