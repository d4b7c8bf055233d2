"""Gaps: days, hours, empty cells, series that begin and end."""

from dataclasses import replace
from datetime import date, timedelta

import polars as pl
from tests.ingest.juicio.marcos import FIRST, TODAY, frame, hours, of, rules, season

from siea.domain.catalogo import variable
from siea.domain.tiempo import day_start, hour_start
from siea.ingest.juicio.serie import judge_variable

DEMAND = variable("DemaSIN")
HOURLY = variable("DemaReal")
AREA = replace(DEMAND, entidad="Area")


def test_cells_that_came_empty_are_counted_by_stretch_and_are_no_missing_days():
    values = [*season(200.0)]
    values[50] = values[51] = values[90] = None
    found = judge_variable(frame(values), DEMAND, TODAY)
    (empty,) = of("sin_valor", found)
    assert rules(found) == ["sin_valor"]
    first, second = FIRST + timedelta(days=50), FIRST + timedelta(days=51)
    assert empty.detalle["tramos"][0] == [first.isoformat(), second.isoformat(), 2]
    assert empty.cuantos == 3


def test_cells_before_a_series_begins_and_after_it_ends_are_its_life_and_not_gaps():
    """A rule changed: one price ends where two others begin, and both halves are empty by design."""
    first_half = [500.0 + n for n in range(200)] + [None] * 200
    second_half = [None] * 200 + [500.0 + n for n in range(200)]
    price = variable("PrecEscaAct")
    (ends,) = [o for o in judge_variable(frame(first_half), price, TODAY) if o.regla.startswith("s")]
    (begins,) = [o for o in judge_variable(frame(second_half), price, TODAY) if o.regla.startswith("s")]
    assert (ends.regla, ends.desde) == ("serie_termina", FIRST + timedelta(days=199))
    assert (begins.regla, begins.desde) == ("serie_empieza", FIRST + timedelta(days=200))


def test_an_answer_cut_in_the_middle_of_a_month_is_told_hour_by_hour():
    """IF-03: 1 000 points of those asked for, with status 200; here the rest of the day is lost."""
    rows = frame(hours(200.0, 60), hourly=True)
    lost = hour_start(FIRST + timedelta(days=41), 17)
    kept = rows.filter((pl.col("fecha") < lost) | (pl.col("fecha") >= day_start(FIRST + timedelta(days=45))))
    found = judge_variable(kept, HOURLY, TODAY)
    (short,) = of("horas_faltantes", found)
    (gap,) = of("dias_faltantes", found)
    assert (short.desde, short.cuantos) == (FIRST + timedelta(days=41), 8)
    assert (gap.desde, gap.hasta) == (FIRST + timedelta(days=42), FIRST + timedelta(days=44))


def test_hours_that_one_plant_of_many_lacks_are_one_finding_of_low_gravity():
    rows = pl.concat(frame(hours(5.0 + k, 40), hourly=True, entity=f"P{k}") for k in range(5))
    lost = hour_start(FIRST + timedelta(days=9), 5)
    found = judge_variable(
        rows.filter((pl.col("entidad") != "P3") | (pl.col("fecha") != lost)), AREA_HOURS, TODAY
    )
    assert [(o.regla, o.severidad, o.cuantos) for o in found if "hora" in o.regla] == [
        ("horas_de_entidad", "baja", 1)
    ]


AREA_HOURS = replace(HOURLY, entidad="Area")


def test_a_day_that_most_series_lack_is_the_sources_and_one_that_one_lacks_is_counted():
    rows = pl.concat(frame(season(5.0 + k), entity=f"A{k}") for k in range(4))
    everybody, alone = (day_start(FIRST + timedelta(days=n)) for n in (70, 150))
    kept = rows.filter(
        (pl.col("fecha") != everybody) & ((pl.col("fecha") != alone) | (pl.col("entidad") != "A2"))
    )
    found = judge_variable(kept, AREA, TODAY)
    assert rules(found) == ["dias_faltantes", "huecos_de_entidad"]
    assert "en 4 de 4 series" in found[0].mensaje


def test_entities_that_come_and_go_are_named_with_their_days():
    rows = pl.concat([
        frame(season(5.0), entity="SIEMPRE"),
        frame(season(6.0)[:200], entity="SE VA"),
        frame(season(7.0)[:200], entity="LLEGA", first=FIRST + timedelta(days=200)),
    ])  # fmt: skip
    found = judge_variable(rows, AREA, TODAY)
    (comes,), (goes,) = of("entidad_aparece", found), of("entidad_desaparece", found)
    assert comes.detalle["entidades"] == {"LLEGA": (FIRST + timedelta(days=200)).isoformat()}
    assert goes.detalle["entidades"] == {"SE VA": (FIRST + timedelta(days=199)).isoformat()}


def test_a_series_that_stops_in_the_middle_of_a_month_long_ago_is_told_and_a_living_one_is_not():
    rows = frame(season(200.0, 100))
    last = FIRST + timedelta(days=99)
    (cut,) = of("termina_a_mitad_de_mes", judge_variable(rows, DEMAND, date(2024, 1, 1)))
    assert cut.desde == last
    assert of("termina_a_mitad_de_mes", judge_variable(rows, DEMAND, last + timedelta(days=5))) == []
