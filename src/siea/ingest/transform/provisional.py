"""Days that are published before everybody has reported: all hours there, a quarter of the level."""

import statistics
from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

import polars as pl

from siea.domain.calendario import tipo_dia
from siea.domain.catalogo import Variable
from siea.ingest.transform.frames import local_day

REFERENCE_DAYS = 8
FEWEST_DAYS = 3


@dataclass(frozen=True, slots=True)
class DayTotal:
    """Sum of a variable over its entities and hours in one local day, and how that day was judged."""

    dia: date
    total: float
    provisional: bool


@dataclass(frozen=True, slots=True)
class Judgement:
    """``provisionales`` among the days ``juzgados`` (those with something to compare with)."""

    provisionales: frozenset[date]
    juzgados: frozenset[date]


def provisional(
    frame: pl.DataFrame, variable: Variable, context: Sequence[DayTotal]
) -> tuple[pl.DataFrame, Judgement]:
    """Set ``provisional`` on every row of the days whose total falls below the catalogue's band.

    A day is compared with the median of the last 8 settled days of its kind (working day, Saturday, Sunday
    or holiday) before it, from *context* (days loaded earlier) and the batch; failing three of them, of any
    kind; failing those, with the other days there are, later ones too. With none, it is not provisional and
    not judged. A variable without band has no provisional days.
    """
    band = variable.banda_provisional
    if band is None or frame.is_empty():
        return frame, Judgement(frozenset(), frozenset())
    totals = _totals(frame)
    judgement = _judge(totals, [day for day in context if day.dia not in totals], band)
    if judgement.provisionales:
        frame = frame.with_columns(provisional=local_day().is_in(sorted(judgement.provisionales)))
    return frame, judgement


def _totals(frame: pl.DataFrame) -> dict[date, float]:
    """Total of each local day with any value. Of several versions of an instant, the best counts once."""
    one = frame.drop_nulls("valor")
    if one["version"].n_unique() > 1 or one["publicado_en"].n_unique() > 1:
        one = one.sort("publicado_en").unique(["entidad_tipo", "entidad", "dimension", "fecha"], keep="last")
    days = one.group_by(local_day().alias("dia")).agg(pl.col("valor").sum()).sort("dia")
    return dict(days.iter_rows())


def _judge(totals: dict[date, float], context: list[DayTotal], band: float) -> Judgement:
    of_kind: dict[str, deque[float]] = {}
    recent: deque[float] = deque(maxlen=REFERENCE_DAYS)
    known = {day.dia: day for day in context}
    provisional: set[date] = set()
    judged: set[date] = set()
    for day in sorted({*totals, *known}):
        kind = of_kind.setdefault(tipo_dia(day), deque(maxlen=REFERENCE_DAYS))
        if day in known:
            total, settled = known[day].total, not known[day].provisional
        else:
            total = totals[day]
            reference: Sequence[float] = kind if len(kind) >= FEWEST_DAYS else recent
            if len(reference) < FEWEST_DAYS:
                reference = _nearest_others(day, totals, known, provisional)
            if reference:
                judged.add(day)
            settled = not reference or total >= band * statistics.median(reference)
            if not settled:
                provisional.add(day)
        if settled:
            kind.append(total)
            recent.append(total)
    return Judgement(frozenset(provisional), frozenset(judged))


def _nearest_others(
    day: date, totals: dict[date, float], known: dict[date, DayTotal], provisional: set[date]
) -> list[float]:
    others = {d: t for d, t in totals.items() if d != day and d not in provisional}
    others |= {d: c.total for d, c in known.items() if not c.provisional}
    return [others[d] for d in sorted(others, key=lambda d: abs((d - day).days))[:REFERENCE_DAYS]]
