"""Histories: an invented one whose rules are known, and the real daily demand."""

from collections.abc import Awaitable, Callable
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl
import pytest
from sqlalchemy import delete, insert
from sqlalchemy.ext.asyncio import AsyncEngine, AsyncSession, async_sessionmaker

from siea.domain.tiempo import day_start
from siea.forecast.features import es_especial
from siea.forecast.strategies import HISTORY_SCHEMA
from siea.store.models import DemandaNacional, EstadoVariable

FIRST = date(2023, 1, 1)
_WEEK = (1.0, 1.02, 1.02, 1.03, 1.02, 0.95, 0.87)


def frame(first: date, values: list[float | None], provisional: set[date] | None = None) -> pl.DataFrame:
    """A history of *values*, one a day from *first*."""
    days = [first + timedelta(days=n) for n in range(len(values))]
    flags = [day in (provisional or set()) for day in days]
    return pl.DataFrame({"fecha": days, "valor": values, "provisional": flags}, schema=HISTORY_SCHEMA)


def rule(day: date) -> float:
    """The invented demand of a day without noise: a slow rise, a week, and special days a tenth lower."""
    level = 200.0 + 0.01 * (day - FIRST).days
    return level * _WEEK[day.weekday()] * (0.9 if es_especial(day) else 1.0)


def invented(count: int, noise: float = 0.005) -> pl.DataFrame:
    """That many days of the rule from 2023-01-01, with half a percent of noise."""
    random = np.random.default_rng(7)
    days = [FIRST + timedelta(days=n) for n in range(count)]
    return frame(FIRST, [rule(day) * (1 + noise * random.standard_normal()) for day in days])


@pytest.fixture(scope="session")
def demanda(shared: Path) -> pl.DataFrame:
    """Daily demand of the interconnected system, GWh, as the operator published it; 2015-12-31 is missing."""
    raw = pl.read_csv(shared / "data/xm/demanda_sin_diaria_2000_2025.csv.gz", try_parse_dates=True)
    return raw.select("fecha", valor=pl.col("demanda_sin_kwh") / 1e6, provisional=pl.lit(value=False))


@pytest.fixture
def store(engine: AsyncEngine) -> Callable[..., Awaitable[None]]:
    """``await store(history, variable)`` writes a history to the database as a load would leave it."""

    async def store(
        history: pl.DataFrame, variable: str = "DemaSIN", *, batch: int = 1, **state: Any
    ) -> None:
        known = history.filter(~pl.col("provisional"), pl.col("valor").is_not_null())
        first, last = (day_start(known["fecha"][place]) for place in (0, -1))
        facts = [
            {
                "variable": variable,
                "fecha": day_start(day),
                "demanda_gwh": value,
                "provisional": provisional,
                "publicado_en": day_start(day) + timedelta(days=3),
                "carga_id": batch,
            }
            for day, value, provisional in history.iter_rows()
        ]
        told = {
            "ultima_carga_id": batch,
            "primera_fecha": first,
            "ultima_fecha": last,
            "ultimo_dia_cerrado": known["fecha"][-1],
            "actualizado_en": last,
            **state,
        }
        key = {"variable": variable, "entidad_tipo": "Sistema"}
        async with engine.begin() as conn:
            await conn.execute(delete(DemandaNacional).where(DemandaNacional.variable == variable))
            await conn.execute(delete(EstadoVariable).where(EstadoVariable.variable == variable))
            await conn.execute(insert(DemandaNacional), facts)
            await conn.execute(insert(EstadoVariable), [key | told])

    return store


@pytest.fixture
def sessions(engine: AsyncEngine) -> async_sessionmaker[AsyncSession]:
    """Sessions on the database of this test."""
    return async_sessionmaker(engine, expire_on_commit=False)
