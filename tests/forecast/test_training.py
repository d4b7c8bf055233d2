"""Training: from the database to a champion."""

from datetime import UTC, date, datetime, timedelta

import polars as pl
import pytest
from tests.forecast.conftest import FIRST, frame, invented, rule

from siea.forecast import training
from siea.forecast.errors import InsufficientHistoryError
from siea.forecast.registry import ModelRegistry
from siea.forecast.strategies import SeasonalNaiveStrategy, usable_days
from siea.forecast.training import train, training_plan

NOW = datetime(2025, 1, 10, 12, tzinfo=UTC)


@pytest.fixture
def registry(tmp_path):
    return ModelRegistry(None, tmp_path / "mlflow")


@pytest.mark.lento
async def test_the_strategy_with_the_lowest_error_serves(sessions, registry, store):
    await store(invented(500))
    told = []
    trained = await train(sessions, registry, "DemaSIN", NOW, lambda done, total: told.append((done, total)))
    assert set(trained.puntajes) == {"prophet", "naive_estacional"}
    best = min(trained.puntajes, key=lambda name: trained.puntajes[name].mape_pct)
    champion = registry.champion("DemaSIN")
    assert trained.model_version == champion.model_version == f"{best}_v1"
    assert champion.meta.ultimo_dia == trained.ultimo_dia == FIRST + timedelta(days=499)
    assert champion.meta.entrenado_en == NOW
    assert len(champion.meta.error_por_horizonte) == 30
    assert champion.intervalos.longest == 39  # a forecast of 30 days on data ten days old
    assert told[-1][0] == told[-1][1] > 0


async def test_provisional_days_are_no_part_of_a_training(sessions, registry, store, monkeypatch):
    monkeypatch.setattr(training, "STRATEGIES", {"naive_estacional": SeasonalNaiveStrategy})
    days = invented(200)
    last = days["fecha"].max()
    partial = pl.col("fecha") > last - timedelta(days=2)
    await store(days.with_columns(valor=pl.when(partial).then(60.0).otherwise("valor"), provisional=partial))
    trained = await train(sessions, registry, "DemaSIN", NOW)
    assert (trained.ultimo_dia, trained.dias) == (last - timedelta(days=2), 198)


async def test_the_same_data_have_the_same_hash_and_a_revision_another(
    sessions, registry, store, monkeypatch
):
    monkeypatch.setattr(training, "STRATEGIES", {"naive_estacional": SeasonalNaiveStrategy})
    days = invented(200)
    hashes = []
    for history in (days, days, days.with_columns(pl.col("valor") * 1.0001)):
        await store(history)
        await train(sessions, registry, "DemaSIN", NOW)
        hashes.append(registry.champion("DemaSIN").meta.datos_sha256)
    assert hashes[0] == hashes[1] != hashes[2]
    assert registry.versions("DemaSIN") == [1, 2, 3]


@pytest.mark.parametrize("count", [1, 59])
async def test_under_sixty_settled_days_there_is_no_training(sessions, registry, store, count):
    await store(invented(count))
    with pytest.raises(InsufficientHistoryError, match="60") as told:
        await train(sessions, registry, "DemaSIN", NOW)
    assert told.value.days == count
    assert not registry.has_champion("DemaSIN")


async def test_without_any_data_there_is_no_training(sessions, registry):
    with pytest.raises(InsufficientHistoryError):
        await train(sessions, registry, "DemaSIN", NOW)


async def test_sixty_days_with_a_gap_beside_them_suffice(sessions, registry, store, monkeypatch):
    monkeypatch.setattr(training, "STRATEGIES", {"naive_estacional": SeasonalNaiveStrategy})
    first = date(2023, 8, 1)
    values = [None if n == 30 else rule(first + timedelta(days=n)) for n in range(62)]
    await store(frame(first, values))
    trained = await train(sessions, registry, "DemaSIN", NOW)
    assert trained.dias == 61
    assert registry.champion("DemaSIN").intervalos.longest < 39


def test_the_origins_of_a_training_are_weekly_over_two_years_and_have_truths():
    """The first year calibrates the bands of the second, which is scored."""
    plan = training_plan(usable_days(invented(1400)), "DemaSIN")
    assert len(plan.origenes()) == 104
    assert plan.rezago == 3
    assert plan.hasta + timedelta(days=6) == FIRST + timedelta(days=1399)


@pytest.mark.parametrize("count", [60, 61, 70, 100])
def test_a_short_history_has_fewer_origins_and_none_before_it_can_learn(count):
    plan = training_plan(usable_days(invented(count)), "DemaSIN")
    assert plan.ultimo_conocido(plan.desde) >= FIRST + timedelta(days=28)
    assert len(plan.origenes()) >= 3
