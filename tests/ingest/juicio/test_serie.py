"""The judge of one variable: an honest series says nothing, one defect is found where it is."""

import math
from dataclasses import replace
from datetime import date, timedelta

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.ingest.juicio.marcos import DAYS, FIRST, TODAY, frame, hours, of, rules, season

from siea.domain.catalogo import Agregacion, variable
from siea.domain.tiempo import day_start
from siea.ingest.juicio.serie import judge_variable

DEMAND = variable("DemaSIN")
HOURLY = variable("DemaReal")
WIDE = replace(DEMAND, maximo=1e9)


@settings(max_examples=25, deadline=None)
@given(level=st.floats(0.001, 1e5), start=st.dates(date(2001, 1, 1), date(2024, 1, 1)))
def test_an_honest_series_of_any_level_says_nothing(level, start):
    values = season(level, 900, start)
    assert rules(judge_variable(frame(values, first=start), WIDE, date(2026, 11, 1))) == []


@settings(max_examples=10, deadline=None)
@given(level=st.floats(0.1, 100.0))
def test_honest_hours_of_any_level_say_nothing(level):
    many = replace(HOURLY, maximo=1e9)
    assert rules(judge_variable(frame(hours(level, 120), hourly=True), many, TODAY)) == []


@pytest.mark.parametrize("aggregation", [Agregacion.SUMA, Agregacion.PROMEDIO, Agregacion.ULTIMO])
def test_a_price_that_climbs_fivefold_in_a_dry_year_and_falls_again_is_no_defect(aggregation):
    """El Niño: months at another level, with days that move by a tenth."""
    climb = [180.0] * 60 + [180 * 1.018**n for n in range(90)] + [900.0] * 90
    values = [v * (1 + 0.1 * ((n * 7919) % 13 - 6) / 6) for n, v in enumerate(climb + climb[::-1])]
    price = replace(variable("PPPrecBolsNaci"), agregacion=aggregation)
    assert rules(judge_variable(frame(values), price, TODAY)) == []


@settings(max_examples=30, deadline=None)
@given(
    where=st.integers(40, DAYS - 40),
    factor=st.sampled_from([1000, 100, 24, 5, 2]),
    up=st.booleans(),
    seed=st.integers(0, 9),
)
def test_a_day_in_another_unit_is_found_on_that_day_with_its_factor_in_any_order_of_rows(
    where, factor, up, seed
):
    values = season(200.0)
    values[where] *= factor if up else 1 / factor
    rows = frame(values).sample(fraction=1, shuffle=True, seed=seed)
    found = judge_variable(rows, WIDE, TODAY)
    (one,) = of("desliz_de_unidad", found)
    assert one.desde == one.hasta == FIRST + timedelta(days=where)
    assert f"unas {factor} veces por {'encima' if up else 'debajo'}" in one.mensaje
    assert rules(found) == ["desliz_de_unidad"]


def test_one_hour_a_thousand_times_too_high_is_told_by_its_own_factor():
    values = hours(5.0, 100)
    values[50 * 24 + 13] *= 1000
    found = judge_variable(frame(values, hourly=True), replace(HOURLY, maximo=1e9), TODAY)
    (slip,) = of("desliz_de_unidad", found)
    assert slip.desde == FIRST + timedelta(days=50)
    assert "1000 veces por encima" in slip.mensaje


@pytest.mark.parametrize(("times", "rule"), [(1000, "desliz_de_unidad"), (60, "atipico_aislado")])
def test_an_hour_of_a_price_is_compared_with_hours_and_not_with_days(times, rule):
    values = [300.0 + n % 24 + 5 * math.sin(n) for n in range(24 * 100)]
    values[50 * 24 + 13] *= times
    wide = replace(variable("PrecBolsNaci"), maximo=1e9)
    found = judge_variable(frame(values, hourly=True), wide, TODAY)
    assert [(o.regla, o.desde) for o in found if o.severidad == "alta"] == [
        (rule, FIRST + timedelta(days=50))
    ]


def test_the_order_of_the_rows_changes_nothing():
    values = season(200.0)
    values[100], values[200], values[250] = 0.0, 700.0, None
    rows = pl.concat([frame(values), frame(season(3.0), entity="B"), frame(values).slice(30, 5)])
    several = replace(DEMAND, entidad="Area")
    found = judge_variable(rows, several, TODAY)
    assert {"repetida", "cero_sospechoso", "atipico_aislado", "sin_valor"} <= {*rules(found)}
    for seed in range(3):
        assert judge_variable(rows.sample(fraction=1, shuffle=True, seed=seed), several, TODAY) == found


def test_what_is_found_five_times_is_told_and_the_rest_is_summed_up():
    values = season(200.0, 800)
    for n in range(9):
        values[50 + 80 * n] *= 1000
    found = of("desliz_de_unidad", judge_variable(frame(values), WIDE, date(2024, 6, 1)))
    assert len(found) == 6
    assert (found[-1].entidad, found[-1].cuantos, len(found[-1].detalle["tramos"])) == ("(varias)", 4, 4)


@settings(max_examples=15, deadline=None)
@given(week=st.integers(25, 80), factor=st.sampled_from([0.5, 0.7, 1.4, 2.0]))
def test_a_lasting_change_of_level_is_found_in_its_weeks_once(week, factor):
    values = season(200.0, 900)
    for n in range(7 * week, 900):
        values[n] *= factor
    (found,) = of("salto_de_nivel", judge_variable(frame(values), WIDE, date(2026, 1, 1)))
    assert found.desde <= FIRST + timedelta(days=7 * week) <= found.hasta + timedelta(days=1)


def test_a_season_that_comes_back_every_year_is_no_change_of_level():
    values = [v * (1.5 if (FIRST + timedelta(days=n)).month in {6, 7, 8, 9} else 1.0)
              for n, v in enumerate(season(200.0, 1400))]  # fmt: skip
    assert of("salto_de_nivel", judge_variable(frame(values), WIDE, date(2026, 1, 1))) == []


def test_a_calm_capacity_that_dips_for_days_and_comes_back_is_told_with_its_usual_level():
    capacity = variable("CapaUtilOper")
    values = [17_000.0 + n * 0.2 for n in range(300)]
    values[100:105] = [14_920.0] * 5
    (found,) = of("escalon_breve", judge_variable(frame(values), capacity, TODAY))
    assert (found.desde, found.hasta) == (FIRST + timedelta(days=100), FIRST + timedelta(days=104))
    assert "14.920 GWh, lo usual es 17.0" in found.mensaje


def test_a_variable_without_a_single_value_says_so_and_no_more():
    rows = frame([None] * 40)
    assert rules(judge_variable(rows, DEMAND, TODAY)) == ["sin_valor"]


@given(start=st.integers(10, 200), length=st.integers(1, 30))
@settings(max_examples=20, deadline=None)
def test_days_of_which_nothing_came_are_one_stretch(start, length):
    rows = frame(season(200.0))
    lost = FIRST + timedelta(days=start), FIRST + timedelta(days=start + length - 1)
    kept = rows.filter(~pl.col("fecha").is_between(day_start(lost[0]), day_start(lost[1])))
    found = judge_variable(kept, DEMAND, TODAY)
    (gap,) = of("dias_faltantes", found)
    assert ((gap.desde, gap.hasta), gap.cuantos) == (lost, length)
    assert rules(found) == ["dias_faltantes"]
