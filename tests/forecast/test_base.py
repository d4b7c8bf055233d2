"""What every strategy promises, whichever it is."""

from datetime import date, timedelta

import polars as pl
import pytest
from tests.forecast.conftest import FIRST, frame, rule

from siea.forecast.errors import DatesError, HistoryError, InsufficientHistoryError
from siea.forecast.strategies import STRATEGIES, load_strategy, usable_days

EACH = pytest.mark.parametrize("make", list(STRATEGIES.values()), ids=list(STRATEGIES))


@pytest.fixture(scope="module")
def year():
    return frame(FIRST, [rule(FIRST + timedelta(days=n)) for n in range(400)])


@pytest.fixture(scope="module")
def fitted(year):
    return {name: make().fit(year) for name, make in STRATEGIES.items()}


def test_usable_days_are_settled_and_have_a_value():
    days = frame(FIRST, [1.0, None, float("nan"), 4.0], provisional={date(2023, 1, 4)})
    assert usable_days(days).rows() == [(FIRST, 1.0)]


def test_a_zero_is_a_value_and_not_a_gap():
    assert usable_days(frame(FIRST, [0.0])).height == 1


@EACH
def test_provisional_days_train_nothing(make, year):
    quarter = year.with_columns(
        valor=pl.when(pl.col("fecha") >= date(2024, 1, 20)).then(pl.col("valor") / 4).otherwise("valor"),
        provisional=pl.col("fecha") >= date(2024, 1, 20),
    )
    clean = year.filter(pl.col("fecha") < date(2024, 1, 20))
    dates = [date(2024, 2, 10), date(2024, 2, 11)]
    assert (
        make().fit(quarter).predict(dates, quarter).tolist()
        == make().fit(clean).predict(dates, clean).tolist()
    )


@EACH
def test_values_go_with_their_days_in_whatever_order_they_are_asked(make, fitted, year):
    dates = [date(2024, 2, 3), date(2024, 2, 1), date(2024, 2, 2)]
    strategy = fitted[make.nombre]
    by_day = {day: strategy.predict([day], year)[0] for day in dates}
    assert strategy.predict(dates, year).tolist() == [by_day[day] for day in dates]


@EACH
def test_repeated_days_are_refused(make, fitted, year):
    with pytest.raises(DatesError):
        fitted[make.nombre].predict([date(2024, 2, 1), date(2024, 2, 1)], year)
    with pytest.raises(DatesError):
        fitted[make.nombre].predict([], year)


@EACH
def test_rows_of_the_history_may_come_in_any_order(make, fitted, year):
    dates = [date(2024, 2, 10)]
    shuffled = year.sample(fraction=1.0, shuffle=True, seed=1)
    assert (
        make().fit(shuffled).predict(dates, shuffled).tolist()
        == fitted[make.nombre].predict(dates, year).tolist()
    )


@EACH
@pytest.mark.parametrize("values", [[], [5.0], [None, None, 3.0]], ids=["none", "one", "one of three"])
def test_fewer_than_two_usable_days_are_told_as_such(make, values):
    with pytest.raises(InsufficientHistoryError) as told:
        make().fit(frame(FIRST, values))
    assert "Historia insuficiente" in told.value.mensaje


def test_a_repeated_day_of_history_is_refused(year):
    with pytest.raises(HistoryError, match="repetidos"):
        usable_days(pl.concat([year, year.head(1)]))


def test_a_history_without_its_columns_is_refused(year):
    with pytest.raises(HistoryError, match="provisional"):
        usable_days(year.drop("provisional"))


@EACH
def test_what_cannot_be_negative_is_not_forecast_negative(make):
    falling = frame(FIRST, [max(0.0, 60.0 - n) for n in range(61)])
    points = make().fit(falling).predict([date(2023, 3, 3) + timedelta(days=n) for n in range(20)], falling)
    assert (points >= 0).all()


def test_what_can_be_negative_is_left_so():
    exchange = frame(FIRST, [-5.0] * 60)
    strategy = STRATEGIES["naive_estacional"](no_negativo=False).fit(exchange)
    assert strategy.predict([date(2023, 3, 10)], exchange).tolist() == [-5.0]


@EACH
def test_a_constant_series_stays_constant(make):
    constant = frame(date(2023, 2, 1), [100.0] * 50)  # no special day among them or asked for
    points = make().fit(constant).predict([date(2023, 3, 23), date(2023, 3, 24)], constant)
    assert points.tolist() == pytest.approx([100.0, 100.0])


@EACH
def test_gaps_stay_gaps(make, year):
    holed = year.with_columns(valor=pl.when(pl.col("fecha").dt.day() % 5 == 0).then(None).otherwise("valor"))
    absent = holed.drop_nulls("valor")
    dates = [date(2024, 2, 10), date(2024, 2, 12)]
    assert (
        make().fit(holed).predict(dates, holed).tolist() == make().fit(absent).predict(dates, absent).tolist()
    )


@EACH
def test_a_leap_day_is_forecast_like_its_neighbours(make, fitted, year):
    before, leap, after = fitted[make.nombre].predict(
        [date(2024, 2, 28), date(2024, 2, 29), date(2024, 3, 1)], year
    )
    assert leap == pytest.approx((before + after) / 2, rel=0.03)


@EACH
def test_what_is_read_back_forecasts_the_same(make, fitted, year, tmp_path):
    strategy = fitted[make.nombre]
    strategy.save(tmp_path / "modelo")
    read = load_strategy(tmp_path / "modelo")
    dates = [date(2024, 2, 5) + timedelta(days=n) for n in range(30)]
    assert type(read) is make
    assert read.predict(dates, year).tolist() == strategy.predict(dates, year).tolist()
    assert all(path.suffix == ".json" for path in (tmp_path / "modelo").iterdir())


def test_a_model_is_not_read_as_another(fitted, tmp_path):
    fitted["naive_estacional"].save(tmp_path)
    with pytest.raises(ValueError, match="naive_estacional"):
        STRATEGIES["prophet"].load(tmp_path)
