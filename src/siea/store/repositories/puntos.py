"""Periods of a series: their grid, how many intervals each should have, and the points that fill it."""

import calendar
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any, NamedTuple, overload

from siea.domain.catalogo import Agregacion, Variable
from siea.domain.tiempo import ZONE, Resolucion, day_start, days_between, period_start

_ORDER = list(Resolucion)
_LONGEST = {Resolucion.SEMANA: 7, Resolucion.MES: 31, Resolucion.TRIMESTRE: 92, Resolucion.ANIO: 366}
# Periods of a year by the length that divides it without regard to days.
_PER_YEAR = {Resolucion.MES: 12, Resolucion.TRIMESTRE: 4, Resolucion.ANIO: 1}


class ResolutionError(ValueError):
    """A resolution finer than the one a variable is published at."""


class Punto(NamedTuple):
    """One period of a series, present or not.

    ``t``: its start, an aware instant in Colombian time for an hour, else the local day it begins at.
    ``valor``: None where there is none, and for the total of a day that lacks hours.
    ``valor_parcial``: the same over the intervals that are there. ``esperados``: intervals of the whole
    period, even where the range asked for cuts it.
    """

    t: date | datetime
    valor: float | None
    provisional: bool
    presentes: int
    esperados: int
    valor_parcial: float | None

    @property
    def parcial(self) -> bool:
        """Some intervals of the period are there and some are not."""
        return 0 < self.presentes < self.esperados


@dataclass(frozen=True, slots=True, eq=False)
class Serie(Sequence[Punto]):
    """The points of a series, kept in columns of one length: a year of hours costs no objects until asked."""

    t: Sequence[date | datetime]
    valor: list[float | None]
    provisional: list[bool]
    presentes: list[int]
    esperados: list[int]
    valor_parcial: list[float | None]

    def __len__(self) -> int:
        return len(self.t)

    @overload
    def __getitem__(self, place: int) -> Punto: ...
    @overload
    def __getitem__(self, place: slice) -> list[Punto]: ...
    def __getitem__(self, place: int | slice) -> Punto | list[Punto]:
        columns = [column[place] for column in self._columns()]
        if isinstance(place, slice):
            return list(map(Punto, *columns))
        return Punto(*columns)

    def __iter__(self) -> Iterator[Punto]:
        return map(Punto, *self._columns())

    def parciales(self) -> list[Punto]:
        """The periods of which some intervals are missing, not all."""
        counts = zip(self.presentes, self.esperados, strict=True)
        return [self[place] for place, (n, m) in enumerate(counts) if 0 < n < m]

    def provisionales(self) -> list[Punto]:
        """The periods with provisional values."""
        return [self[place] for place, flag in enumerate(self.provisional) if flag]

    def _columns(self) -> tuple[Any, ...]:
        return (self.t, self.valor, self.provisional, self.presentes, self.esperados, self.valor_parcial)


def check_resolution(variable: Variable, resolution: Resolucion) -> None:
    """Raise ResolutionError when *variable* has nothing as fine as *resolution*."""
    if _ORDER.index(resolution) < _ORDER.index(variable.resolucion):
        raise ResolutionError(f"{variable.codigo} is published by {variable.resolucion}, not {resolution}")


def grid(first: date, last: date, resolution: Resolucion) -> Sequence[date | datetime]:
    """Start of every period that touches the local days *first* to *last*, in order."""
    if resolution is Resolucion.HORA:
        midnight, hour = day_start(first).astimezone(ZONE), timedelta(hours=1)
        count = (day_start(last + timedelta(days=1)) - day_start(first)) // hour
        return [midnight + n * hour for n in range(count)]
    if resolution is Resolucion.DIA:
        return days_between(first, last)
    starts = []
    start = period_start(first, resolution)
    while start <= last:
        starts.append(start)
        # 7, 31, 92 and 366 days on is always within the next period, which then gives its first day.
        start = period_start(start + timedelta(days=_LONGEST[resolution]), resolution)
    return starts


def expected(start: date, resolution: Resolucion, native: Resolucion) -> int:
    """Intervals of the length *native* in the whole period of *resolution* that begins at *start*."""
    if resolution is native:
        return 1
    if native in _PER_YEAR:
        return _PER_YEAR[native] // _PER_YEAR[resolution]
    match resolution:
        case Resolucion.DIA:
            days = 1
        case Resolucion.SEMANA:
            days = 7
        case Resolucion.MES:
            days = calendar.monthrange(start.year, start.month)[1]
        case Resolucion.TRIMESTRE:
            days = sum(calendar.monthrange(start.year, start.month + n)[1] for n in range(3))
        case _:
            days = 365 + calendar.isleap(start.year)
    return days * (24 if native is Resolucion.HORA else 1)


class Columns(NamedTuple):
    """Periods that have rows, in columns. ``clave``: hours or days from the first local day asked for."""

    clave: list[int]
    valor: list[float | None]
    presentes: list[int]
    provisional: list[bool]


def points(found: Columns, variable: Variable, first: date, last: date, resolution: Resolucion) -> Serie:
    """Lay what was *found* on the grid of the days *first* to *last*: absent periods are explicit nulls."""
    starts = grid(first, last, resolution)
    native = resolution is variable.resolucion
    # The total of a day without all its hours would pass for a quiet day.
    whole = resolution is Resolucion.DIA and not native and variable.agregacion is Agregacion.SUMA
    values: list[float | None] = [None] * len(starts)
    present, provisional = [0] * len(starts), [False] * len(starts)
    if resolution in (Resolucion.HORA, Resolucion.DIA):
        places = found.clave
    else:
        index = {(start - first).days: place for place, start in enumerate(starts)}
        places = [index[key] for key in found.clave]
    for place, value, count, flag in zip(
        places, found.valor, found.presentes, found.provisional, strict=True
    ):
        values[place], present[place], provisional[place] = value, count, flag
    if native or resolution is Resolucion.DIA:
        wanted = [expected(first, resolution, variable.resolucion)] * len(starts)
    else:
        wanted = [expected(start, resolution, variable.resolucion) for start in starts]
    told = values
    if whole:
        told = [None if n < m else v for v, n, m in zip(values, present, wanted, strict=True)]
    return Serie(starts, told, provisional, present, wanted, values)
