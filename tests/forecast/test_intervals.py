"""Bands: in order, nested, never below zero where that cannot be, and as wide as past errors ask."""

import json
import math

import numpy as np
import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from siea.forecast.errors import FewResidualsError
from siea.forecast.intervals import RESIDUAL_SCHEMA, ConformalIntervals, fewest_residuals


def errors(relative, *, lead=1, special=False, point=100.0):
    count = len(relative)
    truth = [point * (1 + error) for error in relative]
    columns = {
        "adelanto": [lead] * count,
        "especial": [special] * count,
        "punto": [point] * count,
        "real": truth,
    }
    return pl.DataFrame(columns, schema=RESIDUAL_SCHEMA)


def noise(count, scale, seed=1, **more):
    return errors((scale * np.random.default_rng(seed).standard_normal(count)).tolist(), **more)


def width(intervals, level, *, lead=1, special=False, point=100.0):
    bands = intervals.bands(np.array([point]), [lead], [special])
    band = next(one for one in bands if one.nivel == level)
    return float(band.upper[0] - point)


rows = st.tuples(
    st.integers(1, 8),
    st.booleans(),
    st.floats(-500, 500, allow_nan=False),
    st.one_of(st.floats(-500, 500, allow_nan=False), st.just(math.nan)),
)


@given(
    st.lists(rows, min_size=1, max_size=120),
    st.lists(st.tuples(st.floats(0, 400), st.integers(1, 60), st.booleans()), min_size=1, max_size=10),
    st.permutations([0.05, 0.5, 0.8, 0.95]),
)
def test_bands_hold_the_point_are_nested_and_not_negative_whatever_the_errors(past, asked, levels):
    columns = dict(zip(RESIDUAL_SCHEMA, zip(*past, strict=True), strict=True))
    residuals = pl.DataFrame({name: list(values) for name, values in columns.items()}, schema=RESIDUAL_SCHEMA)
    ordinary = residuals.filter(~pl.col("especial") & pl.col("real").is_finite()).height
    if ordinary < 19:
        with pytest.raises(FewResidualsError):
            ConformalIntervals.calibrate(residuals, levels)
        return
    intervals = ConformalIntervals.calibrate(residuals, levels)
    points = np.array([point for point, _, _ in asked])
    bands = intervals.bands(points, [lead for _, lead, _ in asked], [special for _, _, special in asked])
    assert [band.nivel for band in bands] == [0.05, 0.5, 0.8, 0.95]
    lower, upper = points, points
    for band in bands:
        assert (band.lower >= 0).all()
        assert (band.lower <= lower).all()
        assert (band.upper >= upper).all()
        lower, upper = band.lower, band.upper


def test_a_quantity_that_can_be_negative_has_bounds_below_zero():
    residuals = noise(200, 0.5, point=-10.0)
    band = ConformalIntervals.calibrate(residuals, no_negativo=False).bands(np.array([-10.0]), [1], [False])[
        0
    ]
    assert band.lower[0] < -10.0 < band.upper[0]


def test_the_half_width_is_the_corrected_quantile():
    residuals = errors([n / 100 for n in range(1, 100)])  # 99 errors of 1…99 %
    intervals = ConformalIntervals.calibrate(residuals)
    assert width(intervals, 0.80) == pytest.approx(80.0)  # the ⌈100 · 0.80⌉-th
    assert width(intervals, 0.95) == pytest.approx(95.0)


@pytest.mark.parametrize("seed", range(5))
def test_new_errors_of_the_same_kind_fall_inside_as_often_as_told(seed):
    intervals = ConformalIntervals.calibrate(noise(2000, 0.02, seed))
    fresh = noise(4000, 0.02, 100 + seed)
    for level in (0.80, 0.95):
        inside = (fresh["real"] - 100.0).abs() <= width(intervals, level)
        assert inside.mean() == pytest.approx(level, abs=0.025)


def test_special_days_have_bands_of_their_own():
    residuals = pl.concat([noise(500, 0.01), noise(100, 0.05, special=True)])
    intervals = ConformalIntervals.calibrate(residuals)
    assert width(intervals, 0.95, special=True) > 3 * width(intervals, 0.95)


def test_days_further_ahead_have_bands_of_their_own():
    residuals = pl.concat([noise(400, 0.01 * lead, lead=lead) for lead in (3, 4, 5)])
    intervals = ConformalIntervals.calibrate(residuals)
    assert width(intervals, 0.95, lead=5) > width(intervals, 0.95, lead=4) > width(intervals, 0.95, lead=3)


def test_a_step_with_few_errors_borrows_from_the_nearest_ones():
    residuals = pl.concat([noise(30, 0.01, lead=3), noise(400, 0.05, lead=4), noise(400, 0.2, lead=9)])
    intervals = ConformalIntervals.calibrate(residuals)
    assert 5 < width(intervals, 0.95, lead=3) < 20


def test_beyond_the_last_step_measured_its_width_holds():
    intervals = ConformalIntervals.calibrate(pl.concat([noise(200, 0.01), noise(200, 0.03, lead=7)]))
    assert intervals.longest == 7
    assert width(intervals, 0.95, lead=40) == width(intervals, 0.95, lead=7)
    assert width(intervals, 0.95, lead=6) == width(intervals, 0.95, lead=7)


def test_with_few_special_days_their_band_is_no_narrower_than_the_worst_of_them():
    residuals = pl.concat([noise(500, 0.01), errors([0.02, -0.3], special=True)])
    intervals = ConformalIntervals.calibrate(residuals)
    assert width(intervals, 0.95, special=True) == pytest.approx(30.0)
    without = ConformalIntervals.calibrate(noise(500, 0.01))
    assert width(without, 0.95, special=True) == width(without, 0.95)


def test_too_few_errors_are_told_and_not_papered_over():
    with pytest.raises(FewResidualsError) as told:
        ConformalIntervals.calibrate(noise(18, 0.01))
    assert (told.value.residuals, told.value.needed) == (18, 19)
    ConformalIntervals.calibrate(noise(19, 0.01))


@pytest.mark.parametrize(("level", "needed"), [(0.5, 1), (0.8, 4), (0.9, 9), (0.95, 19), (0.99, 99)])
def test_how_many_errors_a_level_needs(level, needed):
    assert fewest_residuals(level) == needed
    assert math.ceil(round((needed + 1) * level, 9)) <= needed


def test_a_perfect_past_gives_bands_of_no_width():
    bands = ConformalIntervals.calibrate(errors([0.0] * 50)).bands(np.array([10.0]), [1], [False])
    assert [(band.lower[0], band.upper[0]) for band in bands] == [(10.0, 10.0)] * 2


def test_a_forecast_of_zero_still_has_a_width():
    intervals = ConformalIntervals.calibrate(noise(200, 0.1))
    assert width(intervals, 0.95, point=0.0) > 0


def test_what_json_keeps_gives_the_same_bands():
    residuals = pl.concat([noise(300, 0.02), noise(60, 0.05, lead=4, special=True)])
    intervals = ConformalIntervals.calibrate(residuals)
    read = ConformalIntervals.from_json(json.loads(json.dumps(intervals.to_json())))
    for special in (False, True):
        for lead in (1, 3, 9):
            assert width(read, 0.95, lead=lead, special=special) == width(
                intervals, 0.95, lead=lead, special=special
            )
