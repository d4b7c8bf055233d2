"""Meters: zeros, frozen values, sun by night, signs, another unit than the nameplate's."""

from dataclasses import replace

import polars as pl
import pytest
from tests.ingest.juicio.marcos import TODAY, frame, hours, of, rules, season

from siea.domain.catalogo import variable
from siea.ingest.juicio.maestro import Maestro
from siea.ingest.juicio.serie import judge_variable
from siea.ingest.transform.clean import clean

DEMAND = variable("DemaSIN")
HOURLY = variable("DemaReal")
PLANT = variable("Gene", "Recurso")
SUN = Maestro(solares=frozenset({"SOL1"}))
DAY = [0.0] * 6 + [0.01, 0.03, 0.05, 0.07, 0.08, 0.081, 0.07, 0.06, 0.04, 0.02, 0.01] + [0.0] * 7


def test_rare_zeros_are_told_at_their_days_and_a_series_full_of_zeros_is_not():
    values = season(200.0)
    values[100] = values[101] = 0.0
    (zero,) = of("cero_sospechoso", judge_variable(frame(values), DEMAND, TODAY))
    assert (zero.cuantos, (zero.hasta - zero.desde).days) == (2, 1)
    often = [0.0 if n % 3 else v for n, v in enumerate(season(200.0))]
    assert "cero_sospechoso" not in rules(judge_variable(frame(often), DEMAND, TODAY))


def test_zero_by_night_of_a_solar_plant_is_right():
    assert rules(judge_variable(frame(DAY * 22, hourly=True, entity="SOL1"), PLANT, TODAY, SUN)) == []


def test_a_solar_plant_that_repeats_itself_from_20_to_23_is_frozen_and_has_no_sun():
    """PP-03."""
    stuck = DAY[:20] + [0.077] * 4
    values = DAY * 10 + stuck + DAY * 10
    found = judge_variable(frame(values, hourly=True, entity="SOL1"), PLANT, TODAY, SUN)
    assert rules(found) == ["congelado", "sol_de_noche"]
    assert {one.desde.isoformat() for one in found if one.regla in rules(found)} == {"2022-01-11"}
    assert [of(rule, found)[0].cuantos for rule in rules(found)] == [4, 4]


def test_the_first_and_last_light_are_no_night():
    dawn = [0.0] * 5 + [0.004] + DAY[6:18] + [0.003] + [0.0] * 5
    assert rules(judge_variable(frame(dawn * 22, hourly=True, entity="SOL1"), PLANT, TODAY, SUN)) == []


def test_a_meter_that_says_the_same_for_half_a_day_is_frozen_and_a_contract_that_always_does_is_not():
    values = hours(5.0, 40)
    values[300:314] = [0.21] * 14
    (found,) = of("congelado", judge_variable(frame(values, hourly=True), HOURLY, TODAY))
    assert found.cuantos == 14
    contract = [5.0 + n // 24 for n in range(24 * 40)]
    assert "congelado" not in rules(judge_variable(frame(contract, hourly=True), HOURLY, TODAY))


def test_a_river_that_says_the_same_for_two_weeks_is_frozen_and_zeros_never_are():
    values = season(30.0)
    values[100:114] = [31.5] * 14
    values[200:230] = [0.0] * 30
    flow = variable("AporCaudal", "Rio")
    (found,) = of("congelado", judge_variable(frame(values, entity="FLORIDA II"), flow, TODAY))
    assert (found.entidad, found.cuantos) == ("FLORIDA II", 14)


def test_a_file_that_writes_demand_as_negative_is_one_finding_for_all_its_series():
    rows = pl.concat(frame([-v for v in season(5.0 + k)], entity=f"S{k:02d}") for k in range(18))
    found = judge_variable(rows, replace(DEMAND, entidad="Subarea"), TODAY)
    assert rules(found) == ["signo_invertido"]
    assert len(of("signo_invertido", found)[0].detalle["entidades"]) == 18


def test_a_meter_that_became_a_net_meter_is_told_and_its_readings_are_kept():
    """B2-UN-01: a 110 MW unit at −40, −41, 70, −39 MW hour after hour."""
    readings = [-0.040, -0.041, 0.070, -0.039] * 30
    cleaned = clean(frame(readings, hourly=True, entity="X"), PLANT)
    kept = [float(m[0][9:-1]) for m in cleaned["marcas"].to_list() if m and m[0].startswith("negativo(")]
    assert kept == [r for r in readings if r < 0]
    assert cleaned["valor"].sum() == pytest.approx(0.070 * 30)
    (found,) = of("negativa_persistente", judge_variable(cleaned, PLANT, TODAY))
    assert (found.entidad, found.cuantos) == ("X", 90)


@pytest.mark.parametrize(("share", "told"), [(0.5, False), (0.52, True)])
def test_the_limit_is_more_than_half_of_the_hours(share, told):
    readings = [-0.04 if n < share * 100 else 0.05 + n / 1e4 for n in range(100)]
    found = judge_variable(frame(readings, hourly=True, entity="X"), PLANT, TODAY)
    assert ("negativa_persistente" in rules(found)) is told


def test_a_plant_at_rest_by_night_is_no_net_meter():
    """PP-01: −0.08 MW of own use is cut to zero, and is no fault of the plant."""
    night = [-0.00008] * 6 + DAY[6:17] + [-0.00008] * 7
    cleaned = clean(frame(night * 20, hourly=True, entity="SOL1"), PLANT)
    assert rules(judge_variable(cleaned, PLANT, TODAY, SUN)) == []


@pytest.mark.parametrize(("scale", "told"), [(1.0, False), (1 / 12, True), (12.0, True)])
def test_a_plant_that_never_comes_near_its_capacity_or_passes_it_is_in_another_unit(scale, told):
    """US-03: five-minute MWh taken as MW peak at a twelfth of the nameplate (16.2 of 211)."""
    values = [0.1944 * scale, 0.18 * scale, 0.15 * scale] * 40
    rows = frame(values, hourly=True, entity="P")
    found = of(
        "potencia_contra_capacidad", judge_variable(rows, PLANT, TODAY, Maestro(capacidad_mw={"P": 211.0}))
    )
    assert bool(found) is told


def test_mean_power_times_hours_is_the_energy_so_a_thousandth_of_it_shows_against_the_nameplate():
    """US-01: 8 500 000 kWh an hour are 204 GWh a day; read as MWh in GWh they are a thousandth."""
    assert 24 * 8_500_000 * variable("DemaReal").factor == pytest.approx(204)
    wrong = frame([8.5 / 1000 + n * 1e-6 for n in range(48)], hourly=True, entity="P")
    assert "potencia_contra_capacidad" in rules(
        judge_variable(wrong, PLANT, TODAY, Maestro(capacidad_mw={"P": 9000.0}))
    )
