"""Training: back-test every strategy on the recent past, register the best one and let it serve."""

import asyncio
import hashlib
import os
from collections.abc import Callable
from dataclasses import asdict, dataclass
from datetime import date, datetime, timedelta
from importlib.metadata import version

import polars as pl
from sqlalchemy.ext.asyncio import AsyncSession, async_sessionmaker

from siea.domain import catalogo
from siea.forecast.backtest import CALIBRATION_ORIGINS, Backtest, Plan, run_backtest, with_causal_bands
from siea.forecast.errors import InsufficientHistoryError
from siea.forecast.history import MINIMUM_DAYS, read_history
from siea.forecast.intervals import ConformalIntervals
from siea.forecast.metrics import Scores, mape_by_horizon, score, weekly_naive_error
from siea.forecast.model import DAILY_SCHEMA, ModelMeta
from siea.forecast.registry import ModelRegistry
from siea.forecast.strategies import STRATEGIES, usable_days

LONGEST_HORIZON = 30
"""Most days that a forecast is asked for."""
OLDEST_DATA_DAYS = 10
"""Age of the last settled day up to which a forecast begins today."""

_HORIZON = 7
# A year of weekly origins to score, after a year to calibrate its bands. A fit at every eighth of them is a
# seventh of the work, and its errors are those of a model that serves for two months: 1.70 % on the origins
# 2022-07…2024-06, as with a fit at each.
_ORIGINS, _REFIT = 2 * CALIBRATION_ORIGINS, 8
_FIRST_FIT_DAYS = 28

Progress = Callable[[int, int], None]


@dataclass(frozen=True, slots=True)
class Trained:
    """A training: the version made and promoted, and the scores of each strategy on the same days."""

    variable: str
    version: int
    model_version: str
    ultimo_dia: date
    dias: int
    puntajes: dict[str, Scores]


async def train(
    sessions: async_sessionmaker[AsyncSession],
    registry: ModelRegistry,
    variable: str,
    now: datetime,
    progress: Progress = lambda _done, _total: None,
) -> Trained:
    """Train *variable* on its settled history and promote the strategy with the lowest MAPE.

    *progress* (done, total) is called from another thread. Raises InsufficientHistoryError below 60 settled
    days, FewResidualsError when those are too broken for honest bands.
    """
    async with sessions() as session:
        history = await read_history(session, variable)
    return await asyncio.to_thread(_train, history, registry, variable, now, progress)


def _train(
    history: pl.DataFrame, registry: ModelRegistry, variable: str, now: datetime, progress: Progress
) -> Trained:
    days = usable_days(history)
    if days.height < MINIMUM_DAYS:
        raise InsufficientHistoryError(days.height, MINIMUM_DAYS)
    backtest = run_backtest(
        history, STRATEGIES, training_plan(days, variable), progress=progress, workers=os.cpu_count() or 1
    )
    scores = recent_scores(backtest, history)
    best = min(scores, key=lambda name: _or_infinity(scores[name].mape_pct))
    errors = latest_errors(backtest, best)
    intervals = ConformalIntervals.calibrate(errors)
    strategy = STRATEGIES[best]().fit(history)
    meta = ModelMeta(
        variable=variable,
        estrategia=best,
        ultimo_dia=days["fecha"][-1],
        dias=days.height,
        datos_sha256=_data_hash(days),
        entrenado_en=now,
        codigo_version=version("siea"),
        esquema=DAILY_SCHEMA,
        metricas={name: float(value) for name, value in asdict(scores[best]).items() if value is not None},
        error_por_horizonte=mape_by_horizon(errors, LONGEST_HORIZON),
        origenes=errors["origen"].n_unique(),
        descripcion=strategy.describe(),
    )
    made = registry.save(variable, strategy, intervals, meta)
    registry.promote(variable, made)
    return Trained(variable, made, f"{strategy.nombre}_v{made}", meta.ultimo_dia, meta.dias, scores)


def training_plan(days: pl.DataFrame, variable: str) -> Plan:
    """Weekly origins of the last two years of *days* (usable), fewer when the history is shorter."""
    lag = catalogo.variable(variable).rezago_dias
    first, last = days["fecha"][0], days["fecha"][-1]
    newest = last - timedelta(days=_HORIZON - 1)
    oldest = newest - timedelta(weeks=_ORIGINS - 1)
    return Plan(
        desde=max(oldest, min(first + timedelta(days=_FIRST_FIT_DAYS + lag), newest)),
        hasta=newest,
        # A forecast that begins today may reach this far past the last day known.
        horizonte=LONGEST_HORIZON + OLDEST_DATA_DAYS - lag,
        rezago=lag,
        reajuste=_REFIT,
    )


def recent_scores(backtest: Backtest, history: pl.DataFrame) -> dict[str, Scores]:
    """Scores of each strategy at 7 days over the last year of origins, where all of them forecast."""
    origins = backtest.plan.origenes()
    first = origins[max(0, len(origins) - CALIBRATION_ORIGINS)]
    banded = with_causal_bands(backtest, first).filter(pl.col("paso") <= _HORIZON)
    names = banded["estrategia"].n_unique()
    common = banded.filter(pl.col("estrategia").n_unique().over("origen") == names)
    scale = weekly_naive_error(history, first)
    return {
        str(name): score(rows, scale) for (name,), rows in common.group_by("estrategia", maintain_order=True)
    }


def latest_errors(backtest: Backtest, strategy: str) -> pl.DataFrame:
    """Forecasts of *strategy* at the last year of origins: what calibrates its bands and tells its error."""
    rows = backtest.pronosticos.filter(pl.col("estrategia") == strategy)
    origins = rows["origen"].unique().sort().tail(CALIBRATION_ORIGINS)
    return rows.filter(pl.col("origen").is_in(origins.implode()))


def _data_hash(days: pl.DataFrame) -> str:
    digest = hashlib.sha256(days["fecha"].cast(pl.Int32).to_numpy().tobytes())
    digest.update(days["valor"].to_numpy().tobytes())
    return digest.hexdigest()


def _or_infinity(value: float | None) -> float:
    return float("inf") if value is None else value
