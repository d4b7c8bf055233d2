"""Colombian holidays: cases CA-01 and B2-FC-05."""

import csv
from datetime import date

import pytest

from siea.domain.calendario import TipoDia, es_festivo, festivos, tipo_dia


@pytest.mark.parametrize(
    ("day", "expected"),
    [
        (date(2025, 7, 14), False),
        (date(2026, 7, 9), False),
        (date(2026, 7, 13), True),
        (date(2027, 7, 12), True),
        (date(2029, 7, 9), True),
        (date(2017, 1, 1), True),
        (date(2022, 1, 1), True),
        (date(2023, 1, 1), True),
        (date(2024, 2, 12), False),
        (date(2024, 1, 8), True),
    ],
)
def test_holidays_of_the_law_in_force_on_each_year(day, expected):
    assert es_festivo(day) is expected


@pytest.mark.parametrize(("year", "count"), [(2025, 17), (2026, 19), (2027, 19)])
def test_number_of_distinct_holiday_dates(year, count):
    assert len(festivos(year)) == count


def test_every_holiday_since_2000_agrees_with_an_independent_list(shared):
    text = (shared / "data/festivos_co_2000_2035.csv").read_text(encoding="utf-8")
    rows = csv.DictReader(text.splitlines())
    independent = {date.fromisoformat(row["fecha"]) for row in rows}
    ours = {day for year in range(2000, 2036) for day in festivos(year)}
    assert ours == independent


def test_a_holiday_monday_counts_as_a_sunday():
    assert tipo_dia(date(2024, 1, 8)) is TipoDia.DOMINGO_FESTIVO
    assert tipo_dia(date(2024, 1, 9)) is TipoDia.LABORAL
    assert tipo_dia(date(2024, 1, 13)) is TipoDia.SABADO
