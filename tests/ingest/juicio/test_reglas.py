"""Each rule on made-up series: an honest series says nothing, one defect is found where it is."""

import math
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from siea.domain.catalogo import variable
from siea.domain.tiempo import day_start, hour_start
from siea.ingest.juicio import valores
from siea.ingest.juicio.listas import judge_entities
from siea.ingest.juicio.serie import judge_variable
from siea.ingest.sources.registry import Entidad
from siea.ingest.transform.clean import clean
from siea.ingest.transform.frames import SILVER

FIRST = date(2022, 1, 1)
DAYS = 400
TODAY = date(2023, 3, 1)
DEMAND = variable("DemaSIN")
HOURLY = variable("DemaReal")
PLANT = variable("Gene", "Recurso")


def frame(values, *, hourly=False, entity="Sistema", first=FIRST, marks=()):
    """Values from *first* on, one a day or one an hour."""
    at = [
        hour_start(first + timedelta(days=n // 24), n % 24 + 1)
        if hourly
        else day_start(first + timedelta(days=n))
        for n in range(len(values))
    ]
    return pl.DataFrame(
        {
            "variable": "X", "entidad_tipo": "Sistema", "entidad": entity, "dimension": "", "fecha": at,
            "valor": values, "version": "", "publicado_en": datetime(2024, 1, 1, tzinfo=UTC),
            "provisional": False, "marcas": [list(marks)] * len(values),
        },
        schema=SILVER,
    )  # fmt: skip


def season(level: float, days: int = DAYS) -> list[float]:
    """A weekly and a yearly wave around *level*."""
    return [
        level
        * (
            1
            + 0.05 * math.sin(n / 58)
            - 0.12 * ((FIRST + timedelta(days=n)).weekday() >= 5)
            + 0.001 * (n % 7)
        )
        for n in range(days)
    ]


def rules(found) -> list[str]:
    return [one.regla for one in found]


@settings(max_examples=25, deadline=None)
@given(level=st.floats(0.001, 1e5))
def test_an_honest_series_of_any_level_says_nothing(level):
    assert rules(judge_variable(frame(season(level)), DEMAND, TODAY)) == ["termina_a_mitad_de_mes"] * (
        (FIRST + timedelta(days=DAYS)).day != 1 and (TODAY - FIRST).days - DAYS > 62
    )


@settings(max_examples=25, deadline=None)
@given(where=st.integers(40, DAYS - 40), factor=st.sampled_from([0.001, 0.01, 0.2, 5.0, 24.0, 100.0, 1000.0]))
def test_one_day_in_another_unit_is_found_on_that_day_whatever_the_order_of_the_rows(where, factor):
    values = season(200.0)
    values[where] *= factor
    found = judge_variable(frame(values).sample(fraction=1, shuffle=True, seed=1), DEMAND, TODAY)
    (odd,) = [one for one in found if one.regla == "atipico_aislado"]
    assert odd.desde == odd.hasta == FIRST + timedelta(days=where)


@given(start=st.integers(10, 200), length=st.integers(1, 30))
@settings(max_examples=20, deadline=None)
def test_days_of_which_nothing_came_are_one_stretch(start, length):
    rows = frame(season(200.0))
    lost = FIRST + timedelta(days=start), FIRST + timedelta(days=start + length - 1)
    kept = rows.filter(~pl.col("fecha").is_between(day_start(lost[0]), day_start(lost[1])))
    (gap,) = [one for one in judge_variable(kept, DEMAND, TODAY) if one.regla == "dias_faltantes"]
    assert ((gap.desde, gap.hasta), gap.cuantos) == (lost, length)


def test_cells_that_came_empty_are_counted_and_are_no_missing_days():
    values = [*season(200.0)]
    values[50] = values[51] = None
    found = judge_variable(frame(values), DEMAND, TODAY)
    assert [(o.regla, o.cuantos) for o in found if o.regla in {"sin_valor", "dias_faltantes"}] == [
        ("sin_valor", 2)
    ]


def test_rare_zeros_are_told_and_a_series_full_of_zeros_is_not():
    values = season(200.0)
    values[100] = 0.0
    assert "cero_sospechoso" in rules(judge_variable(frame(values), DEMAND, TODAY))
    often = [0.0 if n % 3 else v for n, v in enumerate(season(200.0))]
    assert "cero_sospechoso" not in rules(judge_variable(frame(often), DEMAND, TODAY))


def test_a_plant_that_is_the_same_all_night_and_runs_without_sun_is_stuck():
    """PP-03: identical values from 20:00 to 23:00 and on, of a solar plant."""
    day = [0.0] * 6 + [0.01, 0.03, 0.05, 0.07, 0.08, 0.08, 0.07, 0.06, 0.04, 0.02, 0.01] + [0.0] * 7
    stuck = day[:19] + [0.077] * 5
    values = day * 10 + stuck + [0.077] * 24 + day * 10
    found = judge_variable(frame(values, hourly=True, entity="SOL1"), PLANT, TODAY, frozenset({"SOL1"}))
    assert {"congelado", "sol_de_noche"} <= set(rules(found))
    honest = judge_variable(frame(day * 22, hourly=True, entity="SOL1"), PLANT, TODAY, frozenset({"SOL1"}))
    assert not {"congelado", "sol_de_noche"} & set(rules(honest))


def test_a_meter_that_became_a_net_meter_is_told_and_its_readings_are_kept():
    """B2-UN-01: a 110 MW unit at −40, −41, 70, −39 MW hour after hour."""
    readings = [-0.040, -0.041, 0.070, -0.039] * 30
    cleaned = clean(frame(readings, hourly=True, entity="X"), PLANT)
    kept = [float(m[0][9:-1]) for m in cleaned["marcas"].to_list() if m and m[0].startswith("negativo(")]
    assert kept == [r for r in readings if r < 0]
    assert cleaned["valor"].sum() == pytest.approx(0.070 * 30)
    assert "negativa_persistente" in rules(judge_variable(cleaned, PLANT, TODAY))


@pytest.mark.parametrize(("scale", "told"), [(1.0, False), (1 / 12, True), (12.0, True)])
def test_a_plant_that_never_comes_near_its_capacity_or_passes_it_is_in_another_unit(scale, told):
    """US-03: five-minute MWh taken as MW peak at a twelfth of the nameplate."""
    values = [0.1944 * scale, 0.18 * scale, 0.15 * scale] * 40
    found = valores.against_nameplate(frame(values, hourly=True, entity="P"), PLANT, {"P": 211.0})
    assert bool(found) is told


def test_two_versions_in_one_day_are_flagged_and_told():
    """RV-03."""
    rows = frame([300.0, 290.0, 312.0], hourly=True).with_columns(version=pl.Series(["TXF", "TX1", "TXF"]))
    price = variable("PrecBolsNaci")
    cleaned = clean(rows, price)
    assert cleaned["marcas"].to_list() == [[], ["version_mezclada"], []]
    assert "versiones_mezcladas" in rules(judge_variable(cleaned, price, TODAY))


def test_percentages_of_a_level_above_a_hundred_are_counted():
    level = variable("PorcVoluUtilDiar", "Embalse")
    rows = frame([90.0] * 50 + [101.0, 124.0] + [80.0] * 50, entity="PENOL")
    (found,) = [o for o in judge_variable(rows, level, TODAY) if o.regla == "porcentaje_excesivo"]
    assert found.cuantos == 2


def test_a_month_in_which_everybody_falls_is_told():
    monthly = variable("DemaComeMes", "Agente")
    rows = pl.concat(
        frame([10.0 * k] * 5 + [3.0 * k], entity=f"A{k}").with_columns(
            fecha=pl.Series([day_start(date(2024, m, 1)) for m in range(1, 7)])
        )
        for k in range(1, 8)
    )
    (found,) = [o for o in judge_variable(rows, monthly, TODAY) if o.regla == "nivel_de_todos"]
    assert found.desde == date(2024, 6, 1)


def test_an_entity_nobody_classified_is_named():
    rows = frame(season(5.0), entity="SIN CLASIFICAR")
    assert "categoria_sin_clasificar" in rules(judge_variable(rows, replace(DEMAND, entidad="Area"), TODAY))


def test_lists_tell_spellings_dates_commas_codes_and_places():
    entries = [
        Entidad(
            "planta",
            "A",
            "A",
            {"estado": "OPERACION", "fecha": "2020-01-01", "mw": "1,5", "lat": 4.0, "lon": -74.0},
        ),
        Entidad(
            "planta",
            "B",
            "B",
            {"estado": "OPERACIÓN", "fecha": "12/31/2020", "mw": "2", "lat": 6.0, "lon": 75.3},
        ),
        Entidad("planta", "C", "C", {"estado": "OPERACION", "submercado": "X"}),
        Entidad("planta", "D", "D", {"estado": "INACTIVO", "submercado": "X"}),
    ]
    told = {one.regla: one for one in judge_entities(entries, "x")}
    assert set(told) == {
        "grafia_distinta", "formato_de_fecha_mixto", "coma_decimal", "codigo_repetido", "fuera_de_colombia",
        "sin_coordenadas",
    }  # fmt: skip
    assert "signo contrario" in told["fuera_de_colombia"].mensaje
    assert judge_entities(entries[:1], "x")[0].regla == "coma_decimal"
