"""Classes of day: cases CA-01 and B2-FC-05, and the days that people get wrong."""

import json
from datetime import date, timedelta
from pathlib import Path

import pytest

from siea.forecast.features import clases, es_especial, pascua


def case(shared: Path, name: str) -> dict[str, dict[str, list[object]]]:
    lines = (shared / "cases" / "cases.jsonl").read_text(encoding="utf-8").splitlines()
    return next(found for found in map(json.loads, lines) if found["id"] == name)


@pytest.mark.parametrize("name", ["CA-01", "B2-FC-05"])
def test_a_day_is_a_holiday_class_exactly_when_the_case_says(shared, name):
    found = case(shared, name)
    for day, expected in zip(found["input"]["dates"], found["expected"]["is_holiday"], strict=True):
        kinds = clases(date.fromisoformat(str(day)))
        assert any(kind.startswith(("festivo", "fijo")) for kind in kinds) is expected, day


def test_a_holiday_that_falls_on_a_weekend_has_a_class_of_its_own():
    assert "fijo_0101_dom" in clases(date(2017, 1, 1))
    assert "fijo_0101_sab" in clases(date(2022, 1, 1))
    assert "fijo_0101_lab" in clases(date(2025, 1, 1))


def test_a_fixed_holiday_on_a_monday_is_also_a_holiday_monday():
    assert clases(date(2023, 5, 1)) == ("fijo_0501_lab", "festivo_lunes")


@pytest.mark.parametrize(
    ("year", "day"), [(2024, date(2024, 3, 31)), (2025, date(2025, 4, 20)), (2038, date(2038, 4, 25))]
)
def test_easter(year, day):
    assert pascua(year) == day


def test_holy_week_day_by_day():
    sunday = date(2025, 4, 20)
    week = [clases(sunday - timedelta(days=n))[0] for n in range(6, -1, -1)]
    assert week == [
        "santo_lmx",
        "santo_lmx",
        "santo_lmx",
        "jueves_santo",
        "viernes_santo",
        "sabado_santo",
        "pascua",
    ]


def test_a_working_day_between_a_holiday_and_the_weekend_is_a_bridge():
    assert clases(date(2024, 8, 6)) == ()  # Tuesday before 7 August, a Wednesday
    assert "puente_vie" in clases(date(2025, 5, 2))  # 1 May 2025 was a Thursday
    assert "puente_lun" in clases(date(2026, 12, 7))  # 8 December 2026 is a Tuesday


def test_a_leap_day_is_an_ordinary_day():
    assert clases(date(2024, 2, 29)) == ()
    assert not es_especial(date(2024, 2, 29))


def test_two_holidays_on_one_day_are_one_holiday():
    assert clases(date(2025, 6, 30)) == ("festivo_lunes",)


def test_the_day_before_a_holiday_weekend_is_not_special():
    assert clases(date(2024, 1, 7)) == ("ene06_09_dom", "antes_festivo_dom")
    assert not es_especial(date(2024, 1, 7))


def test_every_day_of_forty_years_has_its_classes():
    days = (date(2000, 1, 1) + timedelta(days=n) for n in range(40 * 365))
    assert sum(es_especial(day) for day in days) == pytest.approx(40 * 33, rel=0.1)
