"""The back-test sees only what was known on each origin."""

from datetime import date, timedelta

import polars as pl
import pytest
from polars.testing import assert_frame_equal
from tests.forecast.conftest import FIRST, frame, rule

from siea.forecast.backtest import FORECAST_SCHEMA, Plan, run_backtest, with_causal_bands
from siea.forecast.errors import CancelledBacktestError, InsufficientHistoryError, PlanError
from siea.forecast.metrics import score
from siea.forecast.strategies import STRATEGIES, ProphetStrategy, SeasonalNaiveStrategy

NAIVE = {"naive_estacional": SeasonalNaiveStrategy}
PLAN = Plan(date(2024, 1, 1), date(2024, 6, 24))


@pytest.fixture(scope="module")
def history():
    return frame(FIRST, [rule(FIRST + timedelta(days=n)) + n % 5 for n in range(600)])


@pytest.fixture(scope="module")
def done(history):
    return run_backtest(history, NAIVE, PLAN)


def test_each_origin_forecasts_its_own_days_with_the_lag_counted(done):
    first = done.pronosticos.filter(pl.col("origen") == date(2024, 1, 1))
    assert first["fecha"].to_list() == [date(2024, 1, n) for n in range(1, 8)]
    assert first["paso"].to_list() == list(range(1, 8))
    assert first["adelanto"].to_list() == list(range(3, 10))  # the last day known is 2023-12-29
    assert done.pronosticos.schema == FORECAST_SCHEMA
    assert done.pronosticos["origen"].n_unique() == 26


def test_the_truth_goes_with_its_day(done, history):
    truth = dict(history.select("fecha", "valor").iter_rows())
    assert all(row["real"] == truth[row["fecha"]] for row in done.pronosticos.iter_rows(named=True))


@pytest.mark.parametrize("refit", [1, 3])
def test_poisoning_what_was_not_yet_published_changes_nothing(history, refit):
    strategies = {name: STRATEGIES[name] for name in STRATEGIES}
    plan = Plan(date(2024, 3, 4), date(2024, 4, 8), paso=14, reajuste=refit)
    clean = run_backtest(history, strategies, plan)
    for origin in plan.origenes():
        unknown = pl.col("fecha") > origin - timedelta(days=plan.rezago)
        poisoned = history.with_columns(
            valor=pl.when(unknown).then(1e6 + pl.col("fecha").dt.day()).otherwise("valor"),
            provisional=pl.col("provisional") & ~unknown,
        )
        again = run_backtest(poisoned, strategies, plan)
        up_to = pl.col("origen") <= origin
        assert_frame_equal(
            again.pronosticos.filter(up_to).drop("real"), clean.pronosticos.filter(up_to).drop("real")
        )


def test_poisoning_truths_not_yet_published_changes_no_band(history):
    plan = Plan(date(2023, 9, 4), date(2024, 6, 24))
    origin = date(2024, 5, 6)
    unknown = pl.col("fecha") > origin - timedelta(days=plan.rezago)
    poisoned = history.with_columns(valor=pl.when(unknown).then(1e6).otherwise("valor"))
    bands = [
        with_causal_bands(run_backtest(days, NAIVE, plan)).filter(pl.col("origen") == origin).drop("real")
        for days in (history, poisoned)
    ]
    assert bands[0]["inferior_95"].null_count() == 0
    assert_frame_equal(*bands)


def test_the_last_known_day_is_used(history):
    """Without this, the poison tests would pass on a back-test that sees nothing."""
    origin = date(2024, 3, 4)
    plan = Plan(origin, origin)
    changed = history.with_columns(
        valor=pl.when(pl.col("fecha") == origin - timedelta(days=3)).then(1e6).otherwise("valor")
    )
    assert run_backtest(changed, NAIVE, plan).pronosticos["punto"].max() == 1e6


def test_bands_come_only_once_enough_errors_are_known(done):
    banded = with_causal_bands(done)
    by_origin = banded.group_by("origen", maintain_order=True).agg(pl.col("inferior_95").null_count())
    without = by_origin.filter(pl.col("inferior_95") > 0)["origen"].to_list()
    assert without == PLAN.origenes()[: len(without)]
    assert 2 < len(without) < 8
    assert with_causal_bands(done, date(2024, 6, 1))["inferior_95"].null_count() == 0


def test_provisional_and_missing_days_are_no_truth(history):
    day, other = date(2024, 1, 2), date(2024, 1, 3)
    marked = history.with_columns(
        provisional=pl.col("fecha") == day,
        valor=pl.when(pl.col("fecha") == other).then(None).otherwise("valor"),
    )
    rows = run_backtest(marked, NAIVE, Plan(date(2024, 1, 1), date(2024, 1, 1))).pronosticos
    assert rows.filter(pl.col("real").is_null())["fecha"].to_list() == [day, other]
    assert score(rows, 1.0).dias == 5


def test_an_origin_without_history_is_skipped_and_the_run_goes_on(history):
    plan = Plan(FIRST, date(2023, 1, 29))
    found = run_backtest(history, NAIVE, plan)
    assert [(one.estrategia, one.origen) for one in found.omitidos] == [("naive_estacional", FIRST)]
    assert "Historia insuficiente" in found.omitidos[0].motivo
    assert found.pronosticos["origen"].n_unique() == 4


def test_a_history_of_gaps_alone_gives_no_forecast_and_no_error():
    empty = frame(FIRST, [None] * 100)
    found = run_backtest(empty, NAIVE, Plan(date(2023, 3, 6), date(2023, 3, 27)))
    assert found.pronosticos.is_empty()
    assert len(found.omitidos) == 4
    assert with_causal_bands(found).is_empty()


def test_a_strategy_that_needs_more_does_not_stop_the_others(history):
    class Demanding(SeasonalNaiveStrategy):
        nombre = "exigente"
        minimo_dias = 10_000

    found = run_backtest(history, {"exigente": Demanding, **NAIVE}, PLAN)
    assert found.pronosticos["estrategia"].unique().to_list() == ["naive_estacional"]
    assert {one.estrategia for one in found.omitidos} == {"exigente"}
    with pytest.raises(InsufficientHistoryError):
        Demanding().fit(history)


def test_progress_is_told_up_to_the_end(history):
    told = []
    run_backtest(history, NAIVE, PLAN, progress=lambda done, total: told.append((done, total)))
    assert told[-1] == (26, 26)
    assert told == sorted(told)


def test_it_stops_when_told_to(history):
    told = []
    with pytest.raises(CancelledBacktestError):
        run_backtest(
            history,
            NAIVE,
            PLAN,
            progress=lambda done, _total: told.append(done),
            cancelled=lambda: len(told) >= 3,
        )
    assert len(told) == 3


def test_side_by_side_and_in_parallel_is_the_same(history):
    plan = Plan(date(2024, 3, 4), date(2024, 3, 18))
    one = run_backtest(history, STRATEGIES, plan).pronosticos
    two = run_backtest(history, STRATEGIES, plan, workers=2).pronosticos
    assert_frame_equal(one, two)
    assert set(one["estrategia"]) == set(STRATEGIES)


def test_a_model_between_fits_uses_the_newest_days(history):
    sparse = run_backtest(history, NAIVE, Plan(PLAN.desde, PLAN.hasta, reajuste=26)).pronosticos
    every = run_backtest(history, NAIVE, PLAN).pronosticos
    ordinary = ~pl.col("especial")
    assert_frame_equal(sparse.filter(ordinary), every.filter(ordinary))


@pytest.mark.parametrize(
    "wrong",
    [{"hasta": date(2023, 1, 1)}, {"paso": 0}, {"horizonte": 0}, {"rezago": 0}, {"reajuste": 0}],
    ids=str,
)
def test_a_plan_that_makes_no_sense_is_refused(wrong):
    with pytest.raises(PlanError):
        Plan(**({"desde": date(2024, 1, 1), "hasta": date(2024, 1, 8)} | wrong))


def test_on_real_demand_prophet_with_holidays_beats_the_naive(demanda):
    plan = Plan(date(2025, 2, 3), date(2025, 12, 8), paso=56)
    found = run_backtest(demanda, {"prophet": ProphetStrategy, **NAIVE}, plan, workers=2).pronosticos
    errors = {str(name): score(rows, None).mape_pct for (name,), rows in found.group_by("estrategia")}
    assert errors["prophet"] < errors["naive_estacional"] < 3.0
