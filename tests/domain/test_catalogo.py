"""The catalogue is whole and consistent with itself."""

import pytest

from siea.domain.catalogo import UnknownVariableError, variable, variables


def test_no_variable_of_an_entity_stands_twice():
    keys = [(row.codigo, row.entidad) for row in variables()]
    assert len(keys) == len(set(keys))


def test_every_row_converts_its_unit_and_has_ordered_bounds():
    for row in variables():
        assert row.factor > 0
        assert row.minimo < row.maximo
        assert row.banda_provisional is None or 0 < row.banda_provisional < 1


def test_the_national_series_is_the_default_entity():
    assert variable("DemaCome").entidad == "Sistema"
    assert variable("DemaCome", "MercadoComercializacion").tabla == "observaciones"


@pytest.mark.parametrize("args", [("NoExiste",), ("DemaSIN", "Agente")])
def test_an_unknown_variable_is_named(args):
    with pytest.raises(UnknownVariableError, match=args[0]):
        variable(*args)
