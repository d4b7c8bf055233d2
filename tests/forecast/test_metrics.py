"""Scores against values worked out by hand."""

from datetime import date, timedelta

import polars as pl
import pytest
from tests.forecast.conftest import FIRST, frame

from siea.forecast.metrics import mape_by_horizon, score, weekly_naive_error

DAY = date(2024, 5, 6)


def forecasts(points, truths, special=None):
    count = len(points)
    return pl.DataFrame(
        {
            "estrategia": ["x"] * count,
            "origen": [DAY] * count,
            "paso": range(1, count + 1),
            "adelanto": range(3, count + 3),
            "fecha": [DAY + timedelta(days=n) for n in range(count)],
            "especial": special or [False] * count,
            "punto": points,
            "real": truths,
        },
        schema_overrides={"punto": pl.Float64, "real": pl.Float64},
    )


def test_mean_absolute_percentage_error_and_share_of_bad_days():
    found = score(forecasts([110.0, 104.0, 90.0], [100.0, 100.0, 100.0], [False, False, True]), 4.0)
    assert found.mape_pct == pytest.approx(8.0)
    assert found.mape_ordinarios_pct == pytest.approx(7.0)
    assert found.mape_especiales_pct == pytest.approx(10.0)
    assert found.errados_mas_5_pct == pytest.approx(200 / 3)
    assert found.mase == pytest.approx(2.0)
    assert (found.origenes, found.dias) == (1, 3)


def test_days_without_truth_count_for_nothing_and_zeros_in_no_percentage():
    found = score(forecasts([1.0, 2.0, 110.0], [None, 0.0, 100.0]), 1.0)
    assert found.dias == 2
    assert found.mape_pct == pytest.approx(10.0)
    assert found.mase == pytest.approx(6.0)


def test_nothing_to_score_gives_nothing():
    found = score(forecasts([1.0], [None]), 1.0)
    assert (found.dias, found.mape_pct, found.mase, found.pinball_gwh, found.cobertura_95_pct) == (0,) + (
        None,
    ) * 4


def test_coverage_and_pinball_of_the_bands():
    banded = forecasts([100.0, 100.0], [104.0, 120.0]).with_columns(
        inferior_80=95.0, superior_80=105.0, inferior_95=90.0, superior_95=110.0
    )
    found = score(banded, None)
    assert found.cobertura_80_pct == found.cobertura_95_pct == 50.0
    first = (0.025 * 14 + 0.1 * 9 + 0.5 * 4 + 0.1 * 1 + 0.025 * 6) / 5
    second = (0.025 * 30 + 0.1 * 25 + 0.5 * 20 + 0.9 * 15 + 0.975 * 10) / 5
    assert found.pinball_gwh == pytest.approx((first + second) / 2)


def test_the_scale_of_mase_is_the_weekly_change_before_the_first_origin():
    history = frame(FIRST, [float(n) for n in range(100)])
    assert weekly_naive_error(history, FIRST + timedelta(days=50)) == pytest.approx(7.0)
    assert weekly_naive_error(history, FIRST) is None
    gap = frame(FIRST, [1.0, *[None] * 6, 4.0, *[None] * 5])
    assert weekly_naive_error(gap, FIRST + timedelta(days=30)) == pytest.approx(3.0)


def test_the_error_of_a_horizon_is_that_of_its_days_together():
    assert mape_by_horizon(forecasts([101.0, 103.0], [100.0, 100.0]), 2) == pytest.approx([1.0, 2.0])
    assert mape_by_horizon(forecasts([101.0], [None]), 2) == []
