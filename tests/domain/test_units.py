"""Units are converted once and never guessed: case US-01."""

import pytest

from siea.domain.units import UnitError, energy_gwh, factor


def test_a_day_of_hourly_kwh_is_the_same_energy_in_every_unit():
    kwh = 24 * 8_500_000
    assert kwh * factor("kWh", "GWh") == pytest.approx(204.0)
    assert energy_gwh(8_500, 24) == pytest.approx(204.0)


def test_a_fraction_labelled_percent_becomes_a_true_percent():
    assert 0.785 * factor("fraccion", "%") == pytest.approx(78.5)


@pytest.mark.parametrize(("source", "target"), [("MW", "GWh"), ("COP/kWh", "GWh"), ("%", "GWh")])
def test_units_of_different_kinds_never_convert(source, target):
    with pytest.raises(UnitError, match="cannot become"):
        factor(source, target)


def test_an_unknown_unit_is_named():
    with pytest.raises(UnitError, match="'quintales'"):
        factor("quintales", "GWh")
