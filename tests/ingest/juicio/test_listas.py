"""Lists of entities."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from siea.ingest.juicio.listas import judge_entities
from siea.ingest.sources.registry import Entidad

GOOD = {"estado": "OPERACION", "fecha": "2020-01-01", "mw": "1.5", "lat": 4.0, "lon": -74.0}


def plants(*odd):
    """Three good ones, and *odd* ones that differ from them in some attributes."""
    told = [{}, {}, {}, *odd]
    return [Entidad("planta", f"P{n}", f"P{n}", GOOD | other) for n, other in enumerate(told)]


def test_a_clean_list_says_nothing():
    assert judge_entities(plants(), "x") == []
    assert judge_entities([], "x") == []


@pytest.mark.parametrize(
    ("odd", "rule", "said"),
    [
        ({"estado": "OPERACIÓN"}, "grafia_distinta", "OPERACION / OPERACIÓN"),
        ({"estado": "Operacion"}, "grafia_distinta", "OPERACION / Operacion"),
        ({"fecha": "12/31/2020"}, "formato_de_fecha_mixto", "M/D/AAAA: 1"),
        ({"mw": "1,5"}, "coma_decimal", "1 registros"),
        ({"lon": 75.3}, "fuera_de_colombia", "con el signo contrario sí cae"),
        ({"lat": 40.0}, "fuera_de_colombia", "P3 (40, -74)"),
        ({"lat": None, "lon": None}, "sin_coordenadas", "P3"),
        ({"estado": "SIN CLASIFICAR"}, "categoria_sin_clasificar", "SIN CLASIFICAR"),
        ({"otras_filas": [{}]}, "codigo_repetido", "P3"),
    ],
)
def test_one_odd_entry_is_named_by_its_rule_and_by_no_other(odd, rule, said):
    (found,) = judge_entities(plants(odd), "x")
    assert found.regla == rule
    assert said in found.mensaje
    assert found.variable == "lista:x"


def test_a_code_in_two_entries_is_told():
    (found,) = judge_entities(plants({"submercado": "X1"}, {"submercado": "X1"}), "x")
    assert (found.regla, found.cuantos) == ("codigo_repetido", 1)


@given(lat=st.floats(-4.2, 13.4), lon=st.floats(-81.8, -66.9))
def test_every_place_within_the_country_passes_and_its_mirror_is_a_slip_of_sign(lat, lon):
    assert judge_entities(plants({"lat": lat, "lon": lon}), "x") == []
    (found,) = judge_entities(plants({"lat": lat, "lon": -lon}), "x")
    assert "signo contrario" in found.mensaje
