"""Forecasts on request: which days, what is told, what is stored, and when the cache answers."""

import asyncio
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import numpy as np
import polars as pl
import pytest
from sqlalchemy import func, select
from tests.forecast.conftest import FIRST, invented
from tests.forecast.test_registry import META

from siea.forecast.backtest import Plan, run_backtest
from siea.forecast.errors import HorizonError, InsufficientHistoryError, NoModelError
from siea.forecast.intervals import ConformalIntervals
from siea.forecast.registry import ModelRegistry
from siea.forecast.service import ForecastService, first_day
from siea.forecast.strategies import SeasonalNaiveStrategy
from siea.store.cache import Cache
from siea.store.models import Pronostico

COUNT = 500
LAST = FIRST + timedelta(days=COUNT - 1)  # 2024-05-14
NOW = datetime(2024, 5, 17, 15, tzinfo=UTC)
TODAY = date(2024, 5, 17)


@pytest.fixture(scope="module")
def history():
    return invented(COUNT)


@pytest.fixture(scope="module")
def made(history):
    plan = Plan(date(2023, 8, 7), date(2024, 5, 6), horizonte=37)
    errors = run_backtest(history, {"naive_estacional": SeasonalNaiveStrategy}, plan).pronosticos
    meta = replace(META, ultimo_dia=LAST, error_por_horizonte=[1.0 + n / 100 for n in range(30)])
    return SeasonalNaiveStrategy().fit(history), ConformalIntervals.calibrate(errors), meta


@pytest.fixture(scope="module")
def registry(tmp_path_factory, made):
    registry = ModelRegistry(None, tmp_path_factory.mktemp("registro") / "mlflow")
    registry.promote("DemaSIN", registry.save("DemaSIN", *made))
    return registry


@pytest.fixture
def service(registry, sessions, redis):
    return ForecastService(registry, sessions, Cache(redis))


async def stored(sessions):
    async with sessions() as session:
        return (await session.scalars(select(Pronostico).order_by(Pronostico.id))).all()


async def test_the_forecast_begins_today_while_the_data_are_fresh(service, store, history):
    await store(history)
    found = await service.predict("DemaSIN", 7, "ana", NOW)
    assert found.fechas == [TODAY + timedelta(days=n) for n in range(7)]
    assert (found.variable, found.unidad, found.model_version) == ("DemaSIN", "GWh", "naive_estacional_v1")
    assert (found.dato_hasta, found.generado_en, found.avisos) == (LAST, NOW, [])
    assert (found.error_reciente.mape_pct, found.error_reciente.horizonte_dias) == (1.06, 7)


async def test_bands_are_nested_around_the_point(service, store, history):
    await store(history)
    found = await service.predict("DemaSIN", 30, "ana", NOW)
    inner, outer = found.bandas
    assert (inner.nivel, outer.nivel) == (0.8, 0.95)
    assert found.confidence == outer
    bounds = np.array([outer.lower, inner.lower, found.forecast, inner.upper, outer.upper])
    assert (np.diff(bounds, axis=0) >= 0).all()
    assert (bounds > 0).all()


async def test_old_data_move_the_days_and_are_told(service, store, history):
    await store(history, etiqueta="histórico incorporado hasta 2024-05-14")
    found = await service.predict("DemaSIN", 3, "ana", NOW + timedelta(days=30))
    assert found.fechas[0] == LAST + timedelta(days=1)
    assert found.avisos == [
        "El último día cerrado es el 14 de mayo de 2024, hace 33 días:"
        " el pronóstico empieza el 15 de mayo de 2024.",
        "Datos: histórico incorporado hasta 2024-05-14.",
    ]


@pytest.mark.parametrize(
    ("today", "first"),
    [
        (LAST + timedelta(days=10), LAST + timedelta(days=10)),
        (LAST + timedelta(days=11), LAST + timedelta(days=1)),
        (LAST, LAST + timedelta(days=1)),
        (LAST - timedelta(days=2), LAST + timedelta(days=1)),
    ],
    ids=["ten days old", "eleven days old", "settled today", "settled in the future"],
)
def test_first_day(today, first):
    assert first_day(LAST, today) == first


async def test_today_is_the_colombian_one(service, store, history):
    await store(history)
    late = datetime(2024, 5, 18, 3, tzinfo=UTC)  # 22:00 of the 17th in Bogotá
    assert (await service.predict("DemaSIN", 1, "ana", late)).fechas == [TODAY]


async def test_what_is_forecast_is_stored_once_with_who_asked(service, sessions, store, history):
    await store(history)
    found = await service.predict("DemaSIN", 2, "ana", NOW)
    again = await service.predict("DemaSIN", 2, "luis", NOW + timedelta(hours=1))
    assert again == found  # from the cache, with the instant it was made
    rows = await stored(sessions)
    assert [(row.fecha, row.horizonte, row.usuario, row.origen) for row in rows] == [
        (TODAY, 1, "ana", LAST),
        (TODAY + timedelta(days=1), 2, "ana", LAST),
    ]
    assert [row.valor_gwh for row in rows] == found.forecast
    assert [row.superior_95 for row in rows] == found.confidence.upper
    assert rows[0].modelo == "naive_estacional"


async def test_equal_requests_at_once_make_one_forecast(service, sessions, store, history):
    await store(history)
    answers = await asyncio.gather(*(service.predict("DemaSIN", 5, "ana", NOW) for _ in range(20)))
    assert all(answer == answers[0] for answer in answers)
    assert len(await stored(sessions)) == 5


async def test_a_load_another_horizon_and_another_day_are_other_forecasts(service, sessions, store, history):
    await store(history)
    first = await service.predict("DemaSIN", 2, "ana", NOW)
    await store(history.with_columns(pl.col("valor") * 1.1), batch=2)
    second = await service.predict("DemaSIN", 2, "ana", NOW)
    assert second.forecast == pytest.approx([value * 1.1 for value in first.forecast], rel=1e-4)
    await service.predict("DemaSIN", 3, "ana", NOW)
    await service.predict("DemaSIN", 2, "ana", NOW + timedelta(days=1))
    assert len(await stored(sessions)) == 2 + 2 + 3 + 2


async def test_another_promotion_is_noticed(service, registry, made, store, history):
    await store(history)
    before = (await service.predict("DemaSIN", 1, "ana", NOW)).model_version
    registry.promote("DemaSIN", registry.save("DemaSIN", *made))
    after = (await service.predict("DemaSIN", 1, "ana", NOW)).model_version
    assert (before, after) == ("naive_estacional_v1", "naive_estacional_v2")
    registry.promote("DemaSIN", 1)


async def test_the_champion_is_read_once(service, registry, store, history, monkeypatch):
    await store(history)
    reads = []
    real = registry.champion
    monkeypatch.setattr(registry, "champion", lambda name: reads.append(name) or real(name))
    for horizon in (1, 2, 3):
        await service.predict("DemaSIN", horizon, "ana", NOW)
    assert reads == ["DemaSIN"]


async def test_a_registry_that_went_away_does_not_stop_a_warm_model(
    service, registry, store, history, monkeypatch
):
    await store(history)
    await service.predict("DemaSIN", 1, "ana", NOW)

    def away(_name):
        raise NoModelError("fuera")

    monkeypatch.setattr(registry, "champion_version", away)
    assert (await service.predict("DemaSIN", 2, "ana", NOW)).fechas


async def test_without_redis_it_still_answers(registry, sessions, store, history):
    from redis.asyncio import Redis

    await store(history)
    away = Redis(host="127.0.0.1", port=1)
    found = await ForecastService(registry, sessions, Cache(away)).predict("DemaSIN", 1, "ana", NOW)
    assert found.fechas == [TODAY]
    await away.aclose()


@pytest.mark.parametrize("horizon", [0, -1, 31, 10_000])
async def test_a_horizon_out_of_reach_is_refused(service, horizon):
    with pytest.raises(HorizonError, match="de 1 a 30 días"):
        await service.predict("DemaSIN", horizon, "ana", NOW)


async def test_without_a_model_it_says_how_to_have_one(service, store, history):
    await store(history, "DemaReal")
    with pytest.raises(NoModelError, match="siea train"):
        await service.predict("DemaReal", 7, "ana", NOW)


async def test_without_settled_days_it_says_so(service, sessions):
    with pytest.raises(InsufficientHistoryError, match="Historia insuficiente"):
        await service.predict("DemaSIN", 7, "ana", NOW)
    async with sessions() as session:
        assert await session.scalar(select(func.count()).select_from(Pronostico)) == 0


async def test_provisional_days_feed_no_forecast(service, store, history):
    await store(history)
    clean = await service.predict("DemaSIN", 7, "ana", NOW)
    extra = pl.DataFrame(
        {"fecha": [LAST + timedelta(days=1)], "valor": [60.0], "provisional": [True]}, schema=history.schema
    )
    await store(pl.concat([history, extra]), batch=2)
    partial = await service.predict("DemaSIN", 7, "ana", NOW)
    assert partial.forecast == clean.forecast
    assert partial.dato_hasta == LAST


async def test_a_model_far_behind_the_data_is_told(service, registry, made, store, history):
    strategy, intervals, meta = made
    old = replace(meta, ultimo_dia=LAST - timedelta(days=57))
    registry.promote("DemaSIN", registry.save("DemaSIN", strategy, intervals, old))
    await store(history)
    found = await service.predict("DemaSIN", 1, "ana", NOW)
    assert found.avisos == ["El modelo aprendió hasta el 18 de marzo de 2024; «siea train» lo pone al día."]
    registry.promote("DemaSIN", 1)
