"""Bands around a forecast: split conformal, by days ahead and by kind of day.

A band of level L holds the truth L of the time whatever the model, as far as coming errors resemble those
of the calibration set (Vovk et al., *Algorithmic Learning in a Random World*, 2005; Mondrian: groups apart).
"""

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Self

import numpy as np
import polars as pl

from siea.forecast.errors import FewResidualsError
from siea.forecast.strategies.base import Points

LEVELS = (0.80, 0.95)
"""Levels of the bands that are served."""

RESIDUAL_SCHEMA = {"adelanto": pl.Int64, "especial": pl.Boolean, "punto": pl.Float64, "real": pl.Float64}
"""Columns of a calibration set. ``adelanto``: days from the last day known to the day forecast."""

# A step borrows the errors of its neighbours until it has this many: 0.95 needs 19 to exist at all,
# and a quantile of few errors jumps. Special days come some 30 times a year, so they borrow more.
_WANTED = {False: 150, True: 60}
# The error is relative to the forecast; near zero to this share of the usual level instead.
_FLOOR_SHARE = 0.01


@dataclass(frozen=True, slots=True)
class Band:
    """Bounds of one level, one for each day forecast, in the unit of the forecast."""

    nivel: float
    lower: Points
    upper: Points


def fewest_residuals(level: float) -> int:
    """Errors that a band of *level* needs: fewer, and its finite-sample quantile is infinite.

    >>> fewest_residuals(0.95), fewest_residuals(0.80)
    (19, 4)
    """
    return math.ceil(round(level / (1 - level), 9))


class ConformalIntervals:
    """Half-widths relative to the forecast, for each level, kind of day and days ahead."""

    def __init__(
        self,
        floor: float,
        widths: Mapping[tuple[float, bool], Mapping[int, float]],
        *,
        no_negativo: bool = True,
    ) -> None:
        """*widths* by (level, special), then by days ahead; *floor*: what errors are relative to near zero.

        *no_negativo*: the quantity cannot be below zero, so no bound is.
        """
        self._floor = floor
        self._no_negativo = no_negativo
        self._widths = {key: dict(sorted(steps.items())) for key, steps in widths.items()}

    @classmethod
    def calibrate(
        cls, residuals: pl.DataFrame, levels: Iterable[float] = LEVELS, *, no_negativo: bool = True
    ) -> Self:
        """From the errors of past forecasts (RESIDUAL_SCHEMA), in any order.

        The half-width is the ⌈(n+1)·level⌉-th smallest |real − punto| / punto of the errors of the same kind
        of day at the same days ahead, and of its nearest steps as far as needed for a steady quantile.
        When special days have fewer errors than a level needs, the largest of: their largest error, and the
        half-width of the ordinary days of that step. Raises FewResidualsError when ordinary days themselves
        have fewer than the highest level needs.
        """
        known = residuals.filter(pl.col("real").is_finite() & pl.col("punto").is_finite())
        floor = _FLOOR_SHARE * float(known["real"].abs().mean() or 0.0)  # type: ignore[arg-type]  # mean() of a float column
        groups = {kind: _scores(known.filter(pl.col("especial") == kind), floor) for kind in (False, True)}
        ordered = sorted(levels)
        needed = fewest_residuals(ordered[-1])
        if groups[False][0].size < needed:
            raise FewResidualsError(groups[False][0].size, needed)
        steps = sorted({int(step) for leads, _ in groups.values() for step in leads})
        widths: dict[tuple[float, bool], dict[int, float]] = {}
        for level in ordered:
            ordinary = {step: _quantile(_near(groups[False], step, _WANTED[False]), level) for step in steps}
            widths[level, False] = ordinary
            leads, scores = groups[True]
            if leads.size >= fewest_residuals(level):
                special = {step: _quantile(_near(groups[True], step, _WANTED[True]), level) for step in steps}
            else:
                worst = float(scores.max()) if scores.size else 0.0
                special = {step: max(width, worst) for step, width in ordinary.items()}
            widths[level, True] = special
        return cls(floor, widths, no_negativo=no_negativo)

    @property
    def levels(self) -> list[float]:
        """Levels calibrated, the lowest first."""
        return sorted({level for level, _ in self._widths})

    @property
    def longest(self) -> int:
        """Most days ahead that the calibration set had; further days get the bands of that many."""
        return max(max(steps) for steps in self._widths.values())

    def bands(self, points: Points, leads: Sequence[int], special: Sequence[bool]) -> list[Band]:
        """Bands of *points*, the lowest level first; each holds the point and lies within the next.

        *leads*: days ahead of each point, at least 1; *special*: its kind of day.
        """
        scale = np.maximum(np.abs(points), self._floor)
        found: list[Band] = []
        inner = np.zeros_like(points)
        for level in self.levels:
            pairs = zip(leads, special, strict=True)
            width = np.array([_at(self._widths[level, kind], lead) for lead, kind in pairs]) * scale
            # Quantiles of one set are in order; those of borrowed or sparse sets need not be.
            inner = np.maximum(inner, width)
            lower = points - inner
            found.append(Band(level, np.maximum(lower, 0.0) if self._no_negativo else lower, points + inner))
        return found

    def to_json(self) -> dict[str, Any]:
        """Everything, in JSON types."""
        widths = [
            {"nivel": level, "especial": kind, "adelantos": list(steps), "anchos": list(steps.values())}
            for (level, kind), steps in self._widths.items()
        ]
        return {
            "metodo": "conforme por adelanto y clase de día",
            "piso": self._floor,
            "no_negativo": self._no_negativo,
            "anchos": widths,
        }

    @classmethod
    def from_json(cls, found: Mapping[str, Any]) -> Self:
        """Read back what ``to_json`` gave."""
        widths = {
            (float(row["nivel"]), bool(row["especial"])): dict(
                zip(row["adelantos"], row["anchos"], strict=True)
            )
            for row in found["anchos"]
        }
        return cls(float(found["piso"]), widths, no_negativo=bool(found["no_negativo"]))


_Group = tuple[np.ndarray[tuple[int], np.dtype[np.int64]], Points]


def _scores(group: pl.DataFrame, floor: float) -> _Group:
    points = group["punto"].to_numpy()
    scale = np.maximum(np.abs(points), floor if floor > 0 else 1.0)
    return group["adelanto"].to_numpy(), np.abs(group["real"].to_numpy() - points) / scale


def _near(group: _Group, step: int, wanted: int) -> Points:
    """Scores of the steps nearest to *step*, whole steps at a time, until there are *wanted*."""
    leads, scores = group
    distance = np.abs(leads - step)
    if distance.size <= wanted:
        return scores
    reach = np.partition(distance, wanted - 1)[wanted - 1]
    near: Points = scores[distance <= reach]
    return near


def _quantile(scores: Points, level: float) -> float:
    """Finite-sample quantile: the ⌈(n+1)·level⌉-th smallest score, the largest when there are too few."""
    rank = min(math.ceil(round((scores.size + 1) * level, 9)), scores.size)
    return float(np.partition(scores, rank - 1)[rank - 1])


def _at(steps: Mapping[int, float], lead: int) -> float:
    """Half-width at *lead*, or at the nearest step calibrated."""
    return steps[lead] if lead in steps else steps[min(steps, key=lambda step: abs(step - lead))]
