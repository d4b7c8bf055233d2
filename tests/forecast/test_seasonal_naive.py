"""The weekly naive that knows holidays."""

from datetime import date, timedelta

import pytest
from tests.forecast.conftest import FIRST, frame, rule

from siea.forecast.errors import InsufficientHistoryError
from siea.forecast.strategies import SeasonalNaiveStrategy


def days(count, first=FIRST):
    return frame(first, [rule(first + timedelta(days=n)) for n in range(count)])


def test_an_ordinary_day_repeats_the_last_known_one_of_its_weekday():
    history = frame(date(2023, 2, 6), [float(n) for n in range(21)])
    strategy = SeasonalNaiveStrategy().fit(history)
    # Monday and Tuesday two weeks ahead: 2023-02-20 and -21 are the last known.
    assert strategy.predict([date(2023, 3, 6), date(2023, 3, 7)], history).tolist() == [14.0, 15.0]


def test_a_special_day_is_skipped_as_a_reference():
    history = days(375)  # to 2024-01-10: Monday 8 January was a holiday
    point = SeasonalNaiveStrategy().fit(history).predict([date(2024, 1, 15)], history)[0]
    assert point == pytest.approx(rule(date(2024, 1, 15)), rel=0.01)


def test_a_holiday_is_as_low_as_the_last_ones_of_its_class():
    history = days(365)
    day = date(2024, 1, 8)
    assert SeasonalNaiveStrategy().fit(history).predict([day], history)[0] == pytest.approx(
        rule(day), rel=0.01
    )


def test_a_holiday_of_a_class_never_seen_is_like_a_sunday():
    history = frame(
        date(2023, 2, 1),
        [70.0 if (date(2023, 2, 1) + timedelta(days=n)).weekday() == 6 else 100.0 for n in range(30)],
    )
    assert SeasonalNaiveStrategy().fit(history).predict([date(2023, 4, 7)], history).tolist() == [70.0]


def test_a_weekday_not_among_the_known_days_takes_the_latest_value():
    history = frame(date(2023, 2, 6), [10.0, 20.0])
    assert SeasonalNaiveStrategy().fit(history).predict([date(2023, 2, 10)], history).tolist() == [20.0]


def test_newer_days_are_used_without_a_new_fit():
    strategy = SeasonalNaiveStrategy().fit(days(365))
    newer = frame(date(2024, 2, 1), [300.0] * 14)
    assert strategy.predict([date(2024, 2, 20)], newer).tolist() == [300.0]


def test_without_any_known_day_there_is_no_forecast():
    strategy = SeasonalNaiveStrategy().fit(days(100))
    with pytest.raises(InsufficientHistoryError):
        strategy.predict([date(2024, 2, 20)], frame(FIRST, [None]))


def test_a_level_of_zero_gives_no_ratio():
    history = frame(date(2023, 3, 1), [0.0] * 60)  # Holy Week is among them
    points = SeasonalNaiveStrategy().fit(history).predict([date(2023, 5, 1)], history)
    assert points.tolist() == [0.0]
