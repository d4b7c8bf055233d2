"""Prophet: its curve is Prophet's, its window and its level are ours."""

import json
import subprocess
import sys
from datetime import date, timedelta

import numpy as np
import polars as pl
import pytest
from tests.forecast.conftest import FIRST, frame, rule

from siea.forecast.strategies import ProphetStrategy, SeasonalNaiveStrategy
from siea.forecast.strategies.prophet_curve import ProphetCurve

YEARS = 1200


@pytest.fixture(scope="module")
def history():
    random = np.random.default_rng(3)
    return frame(
        FIRST,
        [rule(FIRST + timedelta(days=n)) * (1 + 0.005 * random.standard_normal()) for n in range(YEARS)],
    )


@pytest.fixture(scope="module")
def fitted(history):
    return ProphetStrategy().fit(history)


def ahead(history, count):
    last = history["fecha"].max()
    return [last + timedelta(days=n) for n in range(1, count + 1)]


def test_the_curve_is_that_of_prophet(fitted, history, tmp_path):
    import pandas as pd
    from prophet.serialize import model_from_json

    fitted.save(tmp_path)
    text = (tmp_path / "prophet.json").read_text(encoding="utf-8")
    dates = history["fecha"].to_list() + ahead(history, 390)
    theirs = model_from_json(text).predict(pd.DataFrame({"ds": pd.to_datetime(dates)}))["yhat"].to_numpy()
    assert np.abs(ProphetCurve.parse(text)(dates) - theirs).max() < 1e-6


def test_a_kind_of_model_that_the_curve_does_not_compute_is_refused(fitted, tmp_path):
    fitted.save(tmp_path)
    found = json.loads((tmp_path / "prophet.json").read_text(encoding="utf-8"))
    for change in ({"growth": "logistic"}, {"seasonality_mode": "additive"}, {"mcmc_samples": 300}):
        with pytest.raises(ValueError, match="only"):
            ProphetCurve(found | change)


def test_it_finds_the_rule_behind_the_days(fitted, history):
    dates = ahead(history, 30)
    truth = np.array([rule(day) for day in dates])
    assert np.abs(fitted.predict(dates, history) / truth - 1).max() < 0.03


def test_a_holiday_is_forecast_lower_than_its_weekday(fitted, history):
    monday, holiday = date(2026, 5, 11), date(2026, 5, 18)
    points = fitted.predict([monday, holiday], history)
    assert points[1] / points[0] == pytest.approx(0.9, abs=0.02)


def test_the_level_of_days_settled_after_the_fit_moves_the_forecast(fitted, history):
    dates = ahead(history, 14)
    higher = frame(dates[0], [rule(day) * 1.1 for day in dates])
    later = [day + timedelta(days=14) for day in dates]
    ratio = fitted.predict(later, higher) / fitted.predict(later, history)
    assert ratio == pytest.approx(np.full(14, 1.05), abs=0.02)  # half of the change, after seven days of it


def test_only_the_last_eight_years_and_not_the_pandemic_train():
    first = date(2012, 1, 1)
    days = frame(first, [rule(first + timedelta(days=n)) for n in range((date(2024, 1, 1) - first).days)])
    window = ProphetStrategy()._window(days.select("fecha", "valor"))
    assert window["fecha"][0] == date(2024, 1, 1) - timedelta(days=8 * 365)
    assert window.filter(pl.col("fecha").is_between(date(2020, 3, 16), date(2020, 9, 30))).is_empty()


def test_a_history_of_the_pandemic_alone_still_trains():
    first = date(2020, 3, 20)
    history = frame(first, [rule(first + timedelta(days=n)) for n in range(90)])
    assert (ProphetStrategy().fit(history).predict(ahead(history, 7), history) > 100).all()


def test_without_two_years_there_is_no_yearly_season(history, tmp_path):
    short = history.head(300)
    ProphetStrategy().fit(short).save(tmp_path)
    assert json.loads((tmp_path / "prophet.json").read_text(encoding="utf-8"))["seasonalities"][0] == [
        "weekly"
    ]


def test_a_break_of_level_is_followed_and_not_averaged():
    values = [rule(FIRST + timedelta(days=n)) * (0.8 if n > 800 else 1.0) for n in range(1000)]
    history = frame(FIRST, values)
    dates = ahead(history, 7)
    truth = np.array([0.8 * rule(day) for day in dates])
    assert np.abs(ProphetStrategy().fit(history).predict(dates, history) / truth - 1).max() < 0.05


def test_two_fits_of_the_same_days_are_equal(fitted, history):
    dates = ahead(history, 7)
    again = ProphetStrategy().fit(history)
    assert again.predict(dates, history).tolist() == fitted.predict(dates, history).tolist()


def test_on_real_demand_it_beats_the_holiday_aware_naive(demanda):
    errors = {"prophet": [], "naive": []}
    for origin in (date(2025, 1, 6), date(2025, 4, 14), date(2025, 8, 4), date(2025, 12, 15)):
        known = demanda.filter(pl.col("fecha") <= origin - timedelta(days=3))
        dates = [origin + timedelta(days=n) for n in range(7)]
        truth = demanda.filter(pl.col("fecha").is_in(dates))["valor"].to_numpy()
        for name, strategy in (("prophet", ProphetStrategy()), ("naive", SeasonalNaiveStrategy())):
            errors[name] += np.abs(strategy.fit(known).predict(dates, known) / truth - 1).tolist()
    assert np.mean(errors["prophet"]) < np.mean(errors["naive"])
    assert np.mean(errors["prophet"]) < 0.025


def test_a_model_is_read_and_used_without_prophet(fitted, tmp_path):
    fitted.save(tmp_path)
    program = (
        "import sys; from datetime import date; from pathlib import Path\n"
        "from siea.forecast.strategies import load_strategy, HISTORY_SCHEMA\n"
        "import polars as pl\n"
        f"model = load_strategy(Path({str(tmp_path)!r}))\n"
        "model.predict([date(2026, 5, 1)], pl.DataFrame(schema=HISTORY_SCHEMA))\n"
        "print(sorted({'prophet', 'pandas', 'mlflow'} & set(sys.modules)))"
    )
    told = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert told.stdout.strip() == "[]"
