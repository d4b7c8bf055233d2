"""Local days and hours against UTC: cases TL-02, TZ-04, DU-05, B2-TB-01."""

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from siea.domain.tiempo import ZONE, chunks, day_bounds, days_between, hour_start, local_date

days = st.dates(date(1995, 1, 1), date(2040, 12, 31))


def test_hour01_starts_at_local_midnight_and_hour24_is_the_last_hour_of_the_same_day():
    day = date(2024, 2, 29)
    assert hour_start(day, 1) == datetime(2024, 2, 29, 5, tzinfo=UTC)
    assert hour_start(day, 24) == datetime(2024, 3, 1, 4, tzinfo=UTC)
    assert local_date(hour_start(day, 1)) == local_date(hour_start(day, 24)) == day


@given(days, st.integers(1, 24))
def test_every_hour_of_a_day_belongs_to_that_local_day(day, hour):
    assert local_date(hour_start(day, hour)) == day


@pytest.mark.parametrize("hour", [0, 25, -1])
def test_an_hour_that_does_not_exist_is_refused(hour):
    with pytest.raises(ValueError, match="not 1…24"):
        hour_start(date(2024, 1, 1), hour)


def test_a_naive_instant_is_refused_rather_than_read_in_the_hosts_zone():
    with pytest.raises(ValueError, match="naive"):
        local_date(datetime(2024, 1, 1))  # noqa: DTZ001 - the naive instant is the point


def test_yesterday_is_the_colombian_one_when_utc_is_already_tomorrow():
    now = datetime(2024, 3, 11, 1, 30, tzinfo=UTC)
    assert local_date(now) - timedelta(days=1) == date(2024, 3, 9)


@given(days, st.integers(0, 800))
def test_consecutive_ranges_of_days_touch_without_overlap(first, length):
    last = first + timedelta(days=length)
    start, end = day_bounds(first, last)
    next_start, _ = day_bounds(last + timedelta(days=1), last + timedelta(days=1))
    assert end == next_start
    assert (end - start) / timedelta(days=1) == length + 1
    assert start.astimezone(ZONE).hour == 0


@given(days, st.integers(-3, 400), st.integers(1, 40))
def test_chunks_are_disjoint_and_their_union_is_exactly_the_range(first, length, max_days):
    last = first + timedelta(days=length)
    pieces = chunks(first, last, max_days)
    covered = [day for a, b in pieces for day in days_between(a, b)]
    assert covered == days_between(first, last)
    assert all(1 <= (b - a).days + 1 <= max_days for a, b in pieces)


def test_a_range_that_ends_on_the_first_of_a_month_does_not_fetch_a_month_twice():
    assert chunks(date(2024, 1, 1), date(2024, 2, 1), 31) == [
        (date(2024, 1, 1), date(2024, 1, 31)),
        (date(2024, 2, 1), date(2024, 2, 1)),
    ]
