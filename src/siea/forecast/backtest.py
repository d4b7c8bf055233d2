"""Rolling-origin back-test: what each strategy would have said on past days with what was known then."""

from collections.abc import Callable, Iterable, Mapping
from concurrent.futures import Future, ThreadPoolExecutor, as_completed
from dataclasses import dataclass
from datetime import date, timedelta

import polars as pl

from siea.domain.tiempo import days_between
from siea.forecast.errors import (
    CancelledBacktestError,
    FewResidualsError,
    InsufficientHistoryError,
    PlanError,
)
from siea.forecast.features import es_especial
from siea.forecast.intervals import LEVELS, ConformalIntervals
from siea.forecast.strategies.base import PredictionStrategy, check_history, usable_days

FORECAST_SCHEMA = {
    "estrategia": pl.String,
    "origen": pl.Date,
    "paso": pl.Int64,
    "adelanto": pl.Int64,
    "fecha": pl.Date,
    "especial": pl.Boolean,
    "punto": pl.Float64,
    "real": pl.Float64,
}
"""One row a forecast day. ``paso``: 1 is the origin; ``adelanto``: days from the last day known;
``real``: the truth, null where it is missing or provisional."""

RECENT_DAYS = 70
"""Days before the last one known that a prediction is given, as the service does."""

CALIBRATION_ORIGINS = 52
"""Latest origins whose errors calibrate bands. A year holds every class of day; two follow a change of level
too late (DemaSIN 2025: the 80 % band covers 88 % with two, 84 % with one)."""

Factory = Callable[[], PredictionStrategy]


@dataclass(frozen=True, slots=True)
class Plan:
    """Origins D from *desde* to *hasta* every *paso* days: D…D+horizonte−1 forecast, D−rezago known.

    *reajuste*: fit anew at every n-th origin; between, the model of before predicts with the newest days,
    as a model in service does. Raises PlanError when there is nothing to run.
    """

    desde: date
    hasta: date
    paso: int = 7
    horizonte: int = 7
    rezago: int = 3
    reajuste: int = 1

    def __post_init__(self) -> None:
        if self.hasta < self.desde:
            raise PlanError(f"El primer origen ({self.desde}) es posterior al último ({self.hasta}).")
        if min(self.paso, self.horizonte, self.rezago, self.reajuste) < 1:
            raise PlanError("El paso, el horizonte, el rezago y el reajuste son de 1 día o más.")

    def origenes(self) -> list[date]:
        """The origins, in order."""
        return days_between(self.desde, self.hasta)[:: self.paso]

    def ultimo_conocido(self, origen: date) -> date:
        """Last day known at *origen*."""
        return origen - timedelta(days=self.rezago)


@dataclass(frozen=True, slots=True)
class Skipped:
    """An origin that a strategy could not forecast, and why (Spanish)."""

    estrategia: str
    origen: date
    motivo: str


@dataclass(frozen=True, slots=True)
class Backtest:
    """Forecasts (FORECAST_SCHEMA, by strategy, origin and day) and what was skipped."""

    plan: Plan
    pronosticos: pl.DataFrame
    omitidos: list[Skipped]


def run_backtest(
    history: pl.DataFrame,
    strategies: Mapping[str, Factory],
    plan: Plan,
    *,
    progress: Callable[[int, int], None] = lambda _done, _total: None,
    cancelled: Callable[[], bool] = lambda: False,
    workers: int = 1,
) -> Backtest:
    """Run *strategies* (name → maker of a new one) side by side over the origins of *plan*.

    *history* (HISTORY_SCHEMA) is cut at the last day known before a strategy sees it, so nothing later can
    leak. A strategy with too little history at an origin is skipped there and the run goes on.
    *progress* is called with (done, total) strategy-origins, in the caller's thread. *workers* are threads:
    Prophet fits in a process of its own and numpy lets others run meanwhile.
    Raises HistoryError, and CancelledBacktestError as soon as *cancelled* says so.
    """
    days = check_history(history)
    truth = usable_days(history)
    origins = plan.origenes()
    blocks = [
        _Block(name, make, origins[place : place + plan.reajuste])
        for place in range(0, len(origins), plan.reajuste)
        for name, make in strategies.items()
    ]
    total = len(origins) * len(strategies)
    done = 0
    frames: list[pl.DataFrame] = []
    skipped: list[Skipped] = []
    with ThreadPoolExecutor(max_workers=workers) as pool:
        running: dict[Future[tuple[list[pl.DataFrame], list[Skipped]]], int] = {
            pool.submit(_run_block, days, block, plan, cancelled): len(block.origenes) for block in blocks
        }
        for future in as_completed(running):
            if cancelled():
                pool.shutdown(wait=True, cancel_futures=True)
                raise CancelledBacktestError(done, total)
            found, missing = future.result()
            frames += found
            skipped += missing
            done += running[future]
            progress(done, total)
    empty = pl.DataFrame(schema={name: kind for name, kind in FORECAST_SCHEMA.items() if name != "real"})
    joined = pl.concat([empty, *frames]).join(truth.rename({"valor": "real"}), on="fecha", how="left")
    order = ["estrategia", "origen", "fecha"]
    skipped.sort(key=lambda one: (one.estrategia, one.origen))
    return Backtest(plan, joined.select(*FORECAST_SCHEMA).sort(order), skipped)


def with_causal_bands(
    backtest: Backtest, first: date | None = None, levels: Iterable[float] = LEVELS
) -> pl.DataFrame:
    """Forecasts of the origins from *first* on, with columns ``inferior_80``, ``superior_80``… of *levels*.

    The bands of an origin are calibrated on the errors of the same strategy known by then: of the 52 origins
    before, the days up to the last one published. Null where those are too few.
    """
    wanted = list(levels)
    names = [f"{side}_{round(100 * level)}" for level in wanted for side in ("inferior", "superior")]
    frames = [
        backtest.pronosticos.clear().with_columns(
            pl.lit(None, dtype=pl.Float64).alias(name) for name in names
        )
    ]
    for (_, origin), forecasts in backtest.pronosticos.group_by("estrategia", "origen", maintain_order=True):
        assert isinstance(origin, date)
        if first is not None and origin < first:
            continue
        frames.append(_banded(forecasts, _known_errors(backtest, forecasts, origin), wanted))
    return pl.concat(frames, how="diagonal")


@dataclass(frozen=True, slots=True)
class _Block:
    """Origins that share one fit of one strategy."""

    nombre: str
    make: Factory
    origenes: list[date]


def _run_block(
    days: pl.DataFrame, block: _Block, plan: Plan, cancelled: Callable[[], bool]
) -> tuple[list[pl.DataFrame], list[Skipped]]:
    """Fit at the first origin of *block* that has the history, predict at each."""
    strategy: PredictionStrategy | None = None
    frames: list[pl.DataFrame] = []
    skipped: list[Skipped] = []
    for origin in block.origenes:
        if cancelled():
            break
        last = plan.ultimo_conocido(origin)
        known = days.filter(pl.col("fecha") <= last)
        try:
            strategy = strategy or block.make().fit(known)
            dates = days_between(origin, origin + timedelta(days=plan.horizonte - 1))
            recent = known.filter(pl.col("fecha") > last - timedelta(days=RECENT_DAYS))
            points = strategy.predict(dates, recent)
        except InsufficientHistoryError as short:
            skipped.append(Skipped(block.nombre, origin, short.mensaje))
            continue
        frames.append(
            pl.DataFrame(
                {
                    "estrategia": [block.nombre] * len(dates),
                    "origen": [origin] * len(dates),
                    "paso": range(1, len(dates) + 1),
                    "adelanto": [(day - last).days for day in dates],
                    "fecha": dates,
                    "especial": [es_especial(day) for day in dates],
                    "punto": points,
                }
            )
        )
    return frames, skipped


def _known_errors(backtest: Backtest, forecasts: pl.DataFrame, origin: date) -> pl.DataFrame:
    """Errors of the strategy of *forecasts* whose truth was published at *origin*."""
    plan = backtest.plan
    oldest = origin - timedelta(days=plan.paso * CALIBRATION_ORIGINS)
    return backtest.pronosticos.filter(
        pl.col("estrategia") == forecasts["estrategia"][0],
        pl.col("origen").is_between(oldest, origin, closed="left"),
        pl.col("fecha") <= plan.ultimo_conocido(origin),
    )


def _banded(forecasts: pl.DataFrame, errors: pl.DataFrame, levels: list[float]) -> pl.DataFrame:
    try:
        intervals = ConformalIntervals.calibrate(errors, levels)
    except FewResidualsError:
        return forecasts
    bands = intervals.bands(
        forecasts["punto"].to_numpy(), forecasts["adelanto"].to_list(), forecasts["especial"].to_list()
    )
    columns = {}
    for band in bands:
        columns[f"inferior_{round(100 * band.nivel)}"] = band.lower
        columns[f"superior_{round(100 * band.nivel)}"] = band.upper
    return forecasts.with_columns(pl.Series(name, values) for name, values in columns.items())
