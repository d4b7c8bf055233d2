"""Score of a batch, 0–100, in five dimensions; what cannot be judged takes no part in the total."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

import polars as pl

from siea.domain.catalogo import Variable
from siea.domain.tiempo import Resolucion, days_between, period_start
from siea.ingest.transform.frames import SERIES, local_day
from siea.ingest.transform.provisional import Judgement

# The only place of the weights. They sum to one.
WEIGHTS: dict[str, float] = {
    "completitud": 0.35,
    "validez": 0.25,
    "oportunidad": 0.10,
    "unicidad": 0.10,
    "consistencia": 0.20,
}
ALERT_BELOW = 90.0
POINTS_PER_DAY_LATE = 20.0
# The operator's own figures balance to less than one kilowatt-hour.
BALANCE_TOLERANCE_GWH = 1e-6
# demand = generation + unserved − exports + imports, by day
BALANCE: dict[str, float] = {
    "DemaSIN": -1.0,
    "GeneDiaSIN": 1.0,
    "DemaNoAtenDiaSIN": 1.0,
    "ExpoDiaSIN": -1.0,
    "ImpoDiaSIN": 1.0,
}
_LISTED = 60


@dataclass(frozen=True, slots=True)
class Dimension:
    """Score of one dimension (None: cannot be judged) and the figures behind it."""

    puntaje: float | None
    detalle: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Score:
    """``total`` is the weighted mean of the dimensions that could be judged; None when none could."""

    total: float | None
    dimensiones: Mapping[str, Dimension]
    dias_faltantes: tuple[date, ...]


@dataclass(frozen=True, slots=True)
class Counts:
    """Rows received, rejected, and copies left out (``con_hueco``: empty beside one with a value)."""

    recibidas: int
    rechazadas: int
    repetidas: int
    con_hueco: int = 0


def due_days(variable: Variable, first: date, last: date, today: date) -> list[date]:
    """Days of the range that should be public on the local day *today*; of longer periods, first days."""
    days = days_between(first, min(last, today - timedelta(days=variable.rezago_dias)))
    return [day for day in days if day == period_start(day, variable.resolucion)]


def score(
    frame: pl.DataFrame,
    variable: Variable,
    counts: Counts,
    *,
    due: Sequence[date],
    judgement: Judgement,
    balance: pl.DataFrame | None,
) -> Score:
    """Judge a batch: *frame* is the clean silver frame, *due* the days it should cover.

    *balance* has one row a day (``dia`` and a column for each term of ``BALANCE``, GWh) where every term is
    loaded; None where not. A term without value counts as none: the operator leaves those cells empty.
    """
    missing = _missing(frame, due)
    dimensions = {
        "completitud": _completeness(frame, variable, due, missing),
        "validez": _share(counts.recibidas - counts.repetidas, counts.rechazadas, "rechazadas"),
        "oportunidad": _timeliness(frame, due),
        "unicidad": _unique(counts),
        "consistencia": _consistency(frame, judgement, balance),
    }
    return Score(_total(dimensions), dimensions, tuple(missing))


def score_of_records(received: int, unique: int) -> Score:
    """Score of a batch of records, of which *unique* have a key of their own."""
    dimensions = {"unicidad": _share(received, received - unique, "repetidas")}
    return Score(_total(dimensions), dimensions, ())


def _total(dimensions: Mapping[str, Dimension]) -> float | None:
    judged = {name: d.puntaje for name, d in dimensions.items() if d.puntaje is not None}
    if not judged:
        return None
    weight = sum(WEIGHTS[name] for name in judged)
    return round(sum(WEIGHTS[name] * points for name, points in judged.items()) / weight, 2)


def _present(frame: pl.DataFrame) -> pl.DataFrame:
    """One row for each series and instant with a value, with its local day."""
    known = frame.drop_nulls("valor")
    if known["version"].n_unique() > 1:
        known = known.unique([*SERIES, "fecha"])
    return known.select(*SERIES, "fecha", dia=local_day())


def _missing(frame: pl.DataFrame, due: Sequence[date]) -> list[date]:
    there = set(frame.drop_nulls("valor").select(local_day()).to_series().unique())
    return [day for day in due if day not in there]


def _completeness(
    frame: pl.DataFrame, variable: Variable, due: Sequence[date], missing: Sequence[date]
) -> Dimension:
    """Values there are of those there should be: days due, their hours, the series of a usual day."""
    if not due:
        return Dimension(None, {"motivo": "ningún día debía estar publicado"})
    hours = 24 if variable.resolucion is Resolucion.HORA else 1
    per_day = _present(frame).filter(pl.col("dia").is_in(list(due))).group_by("dia").len()["len"]
    usual = per_day.median()
    expected_of_day = max(hours, round(usual / hours) * hours) if isinstance(usual, int | float) else hours
    expected = expected_of_day * len(due)
    there = int(per_day.clip(upper_bound=expected_of_day).sum())
    gaps = (
        frame.filter(pl.col("valor").is_null() & ~local_day().is_in(list(missing)))["fecha"].unique().sort()
    )
    return Dimension(
        100.0 * there / expected,
        {
            "esperados": expected,
            "presentes": there,
            "dias_faltantes": len(missing),
            "tramos_faltantes": _stretches(missing)[:_LISTED],
            "horas_sin_valor": [f"{t:%Y-%m-%dT%H:%M}Z" for t in gaps.head(_LISTED)],
        },
    )


def _stretches(days: Sequence[date]) -> list[list[str]]:
    """Consecutive days as [first, last] pairs."""
    found: list[list[date]] = []
    for day in days:
        if found and day - found[-1][1] == timedelta(days=1):
            found[-1][1] = day
        else:
            found.append([day, day])
    return [[start.isoformat(), end.isoformat()] for start, end in found]


def _share(of: int, faulty: int, name: str) -> Dimension:
    if of <= 0:
        return Dimension(None, {"motivo": "no llegaron filas"})
    return Dimension(100.0 * max(0.0, 1 - faulty / of), {"filas": of, name: faulty})


def _unique(counts: Counts) -> Dimension:
    found = _share(counts.recibidas, counts.repetidas, "repetidas")
    return Dimension(found.puntaje, {**found.detalle, "con_hueco": counts.con_hueco})


def _timeliness(frame: pl.DataFrame, due: Sequence[date]) -> Dimension:
    if not due:
        return Dimension(None, {"motivo": "ningún día debía estar publicado"})
    there = frame.drop_nulls("valor").select(local_day().max()).item()
    if there is None:
        return Dimension(0.0, {"motivo": "no hay ningún valor"})
    late = max(0, (due[-1] - there).days)
    return Dimension(max(0.0, 100.0 - POINTS_PER_DAY_LATE * late), {"dias_de_atraso": late})


def _consistency(frame: pl.DataFrame, judgement: Judgement, balance: pl.DataFrame | None) -> Dimension:
    checks: dict[str, float] = {}
    detail: dict[str, Any] = {}
    if judgement.juzgados:
        low = sorted(judgement.provisionales)
        checks["nivel"] = 1 - len(low) / len(judgement.juzgados)
        detail["dias_provisionales"] = [day.isoformat() for day in low[:_LISTED]]
    if balance is not None and len(balance):
        terms = [pl.col(name).fill_null(0.0) * sign for name, sign in BALANCE.items()]
        # only days with both sides of the equation
        both = balance.drop_nulls(["DemaSIN", "GeneDiaSIN"])
        wrong = both.filter(pl.sum_horizontal(terms).abs() > BALANCE_TOLERANCE_GWH)
        if len(both):
            checks["balance"] = 1 - len(wrong) / len(both)
            detail["dias_sin_balance"] = [day.isoformat() for day in wrong["dia"].sort().head(_LISTED)]
    if len(frame) and frame["version"].n_unique() > 1:
        mixed = frame.filter(pl.col("marcas").list.contains("version_mezclada"))
        checks["versiones"] = 1 - len(mixed) / len(frame)
        detail["filas_de_version_anterior"] = len(mixed)
    if not checks:
        return Dimension(None, {"motivo": "no hay con qué comparar"})
    return Dimension(100.0 * sum(checks.values()) / len(checks), detail | {"pruebas": checks})
