"""How values came: copies, conflicts, versions, rounding, half days, bounds, names, lists."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.ingest.juicio.marcos import FIRST, TODAY, frame, hours, of, rules, season

from siea.domain.catalogo import variable
from siea.domain.tiempo import day_start
from siea.ingest.juicio import forma
from siea.ingest.juicio.maestro import Maestro
from siea.ingest.juicio.serie import judge_variable
from siea.ingest.transform.clean import clean
from siea.ingest.transform.provisional import provisional

DEMAND = variable("DemaSIN")
PLANT = variable("Gene", "Recurso")


@settings(max_examples=20, deadline=None)
@given(start=st.integers(0, 300), length=st.integers(1, 20))
def test_copies_are_told_at_their_days_and_are_not_added_up(start, length):
    rows = frame(season(200.0))
    found = judge_variable(pl.concat([rows, rows.slice(start, length)]), DEMAND, TODAY)
    (copy,) = of("repetida", found)
    assert (copy.desde, copy.cuantos) == (FIRST + timedelta(days=start), length)
    assert copy.hasta == FIRST + timedelta(days=start + length - 1)
    assert rules(found) == ["repetida"]


def test_a_copy_that_is_empty_beside_a_value_is_a_copy_and_the_value_counts():
    rows = frame(season(200.0))
    empty = rows.slice(100, 1).with_columns(valor=pl.lit(None, pl.Float64))
    found = judge_variable(pl.concat([empty, rows, empty]), DEMAND, TODAY)
    assert rules(found) == ["repetida"]
    assert "una copia viene vacía" in found[0].mensaje


def test_two_figures_for_one_key_are_a_conflict_but_two_versions_of_it_are_not():
    rows = frame(season(200.0), version="TX1")
    other = rows.slice(100, 1).with_columns(valor=pl.lit(231.0))
    (conflict,) = of("conflicto", judge_variable(pl.concat([rows, other]), DEMAND, TODAY))
    assert (conflict.desde, conflict.severidad) == (FIRST + timedelta(days=100), "alta")
    final = rows.with_columns(version=pl.lit("TXF"))
    assert rules(judge_variable(pl.concat([rows, final]), DEMAND, TODAY)) == []


def test_of_several_versions_the_best_one_is_judged():
    early, final = frame([1.0] * 5, version="TX1"), frame([2.0] * 5, version="TXF")
    kept = forma.one_of_each(pl.concat([final, early]))
    assert kept["valor"].to_list() == [2.0] * 5


def test_two_versions_in_one_day_are_flagged_and_told_with_the_hour():
    """RV-03."""
    rows = frame([300.0, 290.0, 312.0], hourly=True).with_columns(version=pl.Series(["TXF", "TX1", "TXF"]))
    price = variable("PrecBolsNaci")
    cleaned = clean(rows, price)
    assert cleaned["marcas"].to_list() == [[], ["version_mezclada"], []]
    (mixed,) = of("versiones_mezcladas", judge_variable(cleaned, price, TODAY))
    assert mixed.detalle == {"TX1": 1, "TXF": 2, "atrasados_en_su_dia": ["2022-01-01T06:00Z"]}


def test_two_last_days_with_all_their_hours_and_a_quarter_of_the_level_are_half_published():
    values = hours(5.0, 60)
    values[-48:] = [v / 4 for v in values[-48:]]
    of_market = variable("DemaCome", "MercadoComercializacion")
    flagged, _ = provisional(frame(values, hourly=True), of_market, ())
    (found,) = of("dia_parcial", judge_variable(flagged, of_market, TODAY))
    assert (found.desde, found.cuantos) == (FIRST + timedelta(days=58), 2)


def test_a_year_rounded_to_two_decimals_beside_one_that_is_not_is_told_in_its_year():
    values = [round(v, 2) for v in season(0.5, 365)] + season(0.5, 365)
    level = variable("PrecEsca")
    (found,) = of("cambio_de_precision", judge_variable(frame(values), level, date(2024, 6, 1)))
    assert (found.detalle["redondeado"], found.detalle["decimales"]) == (2022, 2)
    assert (found.desde, found.hasta) == (date(2022, 1, 1), date(2022, 12, 31))


def test_values_outside_the_bounds_of_the_catalogue_are_told_at_their_days():
    values = season(200.0)
    values[77] = 5000.0
    (found,) = of("fuera_de_limites", judge_variable(frame(values), DEMAND, TODAY))
    assert (found.desde, found.cuantos) == (FIRST + timedelta(days=77), 1)


def test_percentages_of_a_level_above_a_hundred_are_counted():
    level = variable("PorcVoluUtilDiar", "Embalse")
    rows = frame([90.0 + n / 90 for n in range(50)] + [101.0, 124.0] + [80.0] * 50, entity="PENOL")
    (found,) = of("porcentaje_excesivo", judge_variable(rows, level, TODAY))
    assert found.cuantos == 2


def test_a_month_in_which_everybody_falls_is_told():
    monthly = variable("DemaComeMes", "Agente")
    rows = pl.concat(
        frame([10.0 * k] * 5 + [3.0 * k], entity=f"A{k}").with_columns(
            fecha=pl.Series([day_start(date(2024, m, 1)) for m in range(1, 7)])
        )
        for k in range(1, 8)
    )
    (found,) = of("nivel_de_todos", judge_variable(rows, monthly, TODAY))
    assert found.desde == date(2024, 6, 1)


@pytest.mark.parametrize("name", ["SIN CLASIFICAR", "RIOS ESTIMADOS", "Ríos estimados"])
def test_an_entity_nobody_classified_is_named(name):
    found = judge_variable(frame(season(5.0), entity=name), replace(DEMAND, entidad="Area"), TODAY)
    assert rules(found) == ["categoria_sin_clasificar"]


def test_a_plant_that_its_list_lacks_is_named_and_one_known_by_its_name_is_not():
    """IF-05."""
    at = datetime(2024, 5, 10, 17, tzinfo=UTC)
    codes = {"AAA1": 0.001, "BBB1": 0.0005, "ZZZ9": 0.00025, "Planta Tres": 0.1}
    rows = pl.concat(
        frame([v], hourly=True, entity=k).with_columns(fecha=pl.lit(at)) for k, v in codes.items()
    )
    rows = rows.with_columns(pl.col("fecha").dt.cast_time_unit("us"))
    lists = Maestro(listas={"recurso": frozenset({"AAA1", "BBB1", "CCC1", "PLANTA TRES"})})
    (found,) = of("entidad_sin_lista", judge_variable(rows, PLANT, TODAY, lists))
    assert found.detalle["entidades"] == ["ZZZ9"]
    assert "SIN_CLASIFICAR (0,2457 % del total)" in found.mensaje
    assert of("entidad_sin_lista", judge_variable(rows, PLANT, TODAY)) == []
