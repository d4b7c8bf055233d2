"""Series that should agree with another."""

from dataclasses import replace
from datetime import date, timedelta

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.ingest.juicio.marcos import DAYS, FIRST, frame, hours, of, season

from siea.domain.catalogo import variable
from siea.ingest.juicio import pares
from siea.ingest.juicio.referencias import HOURS, REFERENCES, TWINS, Contra, Gemelas, Horas
from siea.ingest.transform.frames import SILVER

PAIR = Contra("DemaOper", "Sistema", "DemaSIN", 0.97, 1.03, "se parecen", 0.05)
EMPTY = pl.DataFrame(schema=SILVER)


def total(values):
    days = [FIRST + timedelta(days=n) for n in range(len(values))]
    return pl.DataFrame({"dia": days, "valor": values})


def judged(frames):
    return pares.judge_pairs(lambda v: frames.get((v.codigo, v.entidad), EMPTY))


def test_every_comparison_names_variables_of_the_catalogue():
    for code, kind in pares.compared():
        assert variable(code, kind).codigo == code


@settings(max_examples=20, deadline=None)
@given(ratio=st.floats(0.975, 1.025))
def test_a_series_within_its_band_says_nothing(ratio):
    values = season(200.0)
    assert pares.against(total([v * ratio for v in values]), total(values), PAIR) == []


def test_years_outside_their_band_are_told_once_with_their_ratios():
    values = season(200.0)
    (level,) = pares.against(total([v * 0.92 for v in values]), total(values), PAIR)
    assert (level.regla, level.desde, level.cuantos) == ("nivel_contra_referencia", FIRST, DAYS)
    assert level.detalle["razon"] == {"2022": 0.92, "2023": 0.92}
    assert "De 2022 a 2023 es 92 % de DemaSIN" in level.mensaje


@settings(max_examples=20, deadline=None)
@given(start=st.integers(30, DAYS - 60), length=st.integers(3, 25), ratio=st.sampled_from([0.9, 1.07, 2.0]))
def test_a_stretch_in_which_the_ratio_leaves_its_level_is_found_where_it_is(start, length, ratio):
    values = season(200.0)
    other = [v * (ratio if start <= n < start + length else 1.0) for n, v in enumerate(values)]
    (found,) = pares.against(total(other), total(values), PAIR)
    assert found.regla == "razon_cambia"
    assert (found.desde, found.cuantos) == (FIRST + timedelta(days=start), length)


def test_one_day_at_five_times_the_reference_is_told_first_among_many():
    values = season(200.0)
    other = list(values)
    for n in range(40, 340, 30):
        other[n] *= 1.3
    other[220] *= 5
    told = pares.against(total(other), total(values), PAIR)
    assert told[0].desde == FIRST + timedelta(days=220)
    assert told[-1].entidad == "(varias)"
    assert len(told) == 6


def test_days_that_do_not_balance_are_told_to_the_kilowatt_hour_and_empty_terms_count_as_none():
    generation = season(200.0)
    imports = [1.0 if n % 2 else None for n in range(DAYS)]
    demand = [g + (i or 0.0) for g, i in zip(generation, imports, strict=True)]
    frames = {
        ("DemaSIN", "Sistema"): frame(demand),
        ("GeneDiaSIN", "Sistema"): frame(generation),
        ("ImpoDiaSIN", "Sistema"): frame(imports),
    }
    assert of("balance", judged(frames)) == []
    demand[120] += 2e-6
    (found,) = of("balance", judged(frames | {("DemaSIN", "Sistema"): frame(demand)}))
    assert found.desde == found.hasta == FIRST + timedelta(days=120)


def test_two_publications_that_differ_are_told_by_stretch_with_the_largest_difference():
    one = [200.0 + n % 24 for n in range(24 * 60)]
    other = list(one)
    other[24 * 20 : 24 * 20 + 5] = [v + 44.7 for v in other[24 * 20 : 24 * 20 + 5]]
    twins = Gemelas("PrecBolsNaciLibro", "PrecBolsNaci", 1.0)
    (found,) = pares.disagree(frame(one, hourly=True), frame(other, hourly=True), twins)
    assert (found.desde, found.cuantos) == (FIRST + timedelta(days=20), 5)
    assert "hasta 44,7" in found.mensaje
    assert pares.disagree(frame(one, hourly=True), frame(one, hourly=True), twins) == []


@pytest.mark.parametrize(("how", "make"), [
    ("suma", sum), ("minimo", min), ("maximo", max), ("promedio", lambda v: sum(v) / 24),
])  # fmt: skip
def test_a_day_is_what_its_hours_give_and_is_told_where_it_is_not(how, make):
    values = hours(200.0, 60)
    daily = [make(values[24 * n : 24 * n + 24]) for n in range(60)]
    pair = Horas("PrecBolsNaci", "PrecBolsMaxPublDia", how, 0.02)
    hourly = frame(values, hourly=True)
    assert pares.hours_against_day(hourly, frame(daily), pair) == []
    daily[30] *= 1.1
    (found,) = pares.hours_against_day(hourly, frame(daily), pair)
    assert found.desde == FIRST + timedelta(days=30)
    # a day that lacks an hour has no total to compare
    lacking = hourly.filter(pl.int_range(pl.len()) != 30 * 24 + 5)
    assert pares.hours_against_day(lacking, frame(daily), pair) == []


def test_a_month_in_which_contracts_fall_against_demand_is_told():
    months = pl.DataFrame({"dia": [date(2025, m, 1) for m in range(8, 13)], "valor": [10.0] * 5})
    fallen = months.with_columns(valor=pl.Series([9.5, 9.6, 9.5, 9.4, 7.0]))
    (found,) = pares.monthly(fallen, months, variable("PosiRespaldo", "Agente"), "PosiDemanda")
    assert found.desde == date(2025, 12, 1)


def test_two_references_of_one_variable_do_not_share_a_key():
    keys = [(p.codigo, p.entidad, p.clave, p.referencia == p.codigo) for p in REFERENCES]
    assert len({*keys}) == len(keys)
    assert len({(t.una, t.otra) for t in TWINS}) == len(TWINS)
    assert len({(h.diaria, h.horaria) for h in HOURS}) == len(HOURS)


def test_nothing_loaded_says_nothing():
    assert judged({}) == []
    assert replace(PAIR, deriva=0.1).clave == "contra DemaSIN"
