"""The consolidated report: municipalities added, totals and few customers left out."""

import pytest
from tests.ingest.sources.sui.datos import CONSUMPTION, EPM, MAY, ROWS, SUBSCRIBERS, TOLD
from tests.standins.sui import ENERGY, HEADER, USERS, row

from siea.ingest.sources.sui_reportes import ESTRATOS, codigo_de


@pytest.mark.parametrize("wrapped", [False, True])
async def test_municipalities_are_added_by_company_and_stratum_and_totals_are_not(
    load, source, factory, consolidated, rows, wrapped
):
    factory.wrapped = wrapped
    (report,) = await load(source, MAY, MAY, SUBSCRIBERS)
    assert (report.estado, report.rechazadas) == ("cargada", 0)
    found = {(who, what): value for who, what, value, _ in await rows(TOLD)}
    assert {key: found["564", key] for key in ("Estrato 1", "Estrato 2", "Industrial", "Otros")} == {
        "Estrato 1": 150.0, "Estrato 2": 200.0, "Industrial": 11.0, "Otros": 44.0
    }  # fmt: skip
    assert found["597", "Estrato 6"] == 9.0  # BOGOTA, D.C. has two commas of its own
    assert found["LUZ, FUERZA Y CIA S.A. E.S.P.", "Oficial"] == 6.0
    assert {what for _, what in found} == set(ESTRATOS)
    assert report.notas == ("empresa sin código en la tabla: LUZ, FUERZA Y CIA S.A. E.S.P.",)


async def test_what_nobody_reported_is_a_gap_and_none_is_none(load, source, consolidated, rows):
    await load(source, MAY, MAY, SUBSCRIBERS)
    found = {what: (value, marks) for who, what, value, marks in await rows(TOLD) if who == "564"}
    assert found["Estrato 3"] == (None, [])
    assert found["Estrato 6"] == (0.0, [])


async def test_the_consumption_of_few_customers_is_as_hidden_as_their_number(
    load, source, consolidated, rows
):
    await load(source, MAY, MAY, SUBSCRIBERS, CONSUMPTION)
    for code in ("SUI_Suscriptores", "SUI_Consumo"):
        hidden = await rows(
            "SELECT dimension, valor FROM observaciones WHERE variable = :v AND marcas <> '{}' ORDER BY 1",
            v=code,
        )
        # three customers of stratum 5, and the smallest other cell of the company with them
        assert hidden == [("Estrato 4", None), ("Estrato 5", None)]
    told = "SELECT valor FROM observaciones WHERE variable = 'SUI_Consumo' AND dimension = 'Estrato 2'"
    assert await rows(told) == [(pytest.approx(2000.5e-6),)]


async def test_the_slow_answer_is_asked_for_once_for_all_its_variables(load, source, factory, consolidated):
    await load(source, MAY, MAY, SUBSCRIBERS)
    await load(source, MAY, MAY, CONSUMPTION)
    assert len(factory.requests) == 1


async def test_an_old_answer_is_not_taken_for_a_new_one(load, source, factory, consolidated, clock):
    await load(source, MAY, MAY, SUBSCRIBERS)
    clock.pass_days(1)
    await load(source, MAY, MAY, CONSUMPTION)
    assert len(factory.requests) == 2


async def test_a_figure_that_is_none_empties_its_cell_and_no_other(load, source, consolidated, rows):
    consolidated(row("A,B", EPM, USERS, ["1.2.3", *[50] * 9]), row("A,C", EPM, USERS, [50] * 10))
    (report,) = await load(source, MAY, MAY, SUBSCRIBERS)
    found = {what: (value, marks) for _, what, value, marks in await rows(TOLD)}
    assert (found["Estrato 1"], found["Estrato 2"]) == ((None, ["ilegible"]), (100.0, []))
    assert report.notas == ("1 celdas con una cifra que no se entiende: quedan vacías",)


@pytest.mark.parametrize(
    ("told", "why"),
    [
        ({"header": HEADER.replace("Industrial", "Fabril")}, "Industrial"),
        ({"tail": [",,,,", "Año,2024", "Período,4"]}, "otro periodo"),
        ({"tail": [",,,,", "Año,2023", "Período,5"]}, "otro periodo"),
        ({"lines": ["ANTIOQUIA,BELLO"]}, "línea 2"),
        ({"lines": [row("A,B", EPM, ENERGY, [1] * 10)]}, "suscriptores"),
    ],
)
async def test_another_shape_of_the_table_is_named(load, source, consolidated, told, why):
    consolidated(*told.pop("lines", ROWS), **told)
    (report,) = await load(source, MAY, MAY, SUBSCRIBERS)
    assert (report.codigo, why in report.error) == ("contract_violation", True)


@pytest.mark.parametrize(
    ("name", "code"),
    [
        ("EMPRESA DE ENERGIA DELQUINDIO S.A.E.S.P.", "523"),
        ("Enel Colombia SA ESP", "597"),
        ("EMPRESA DE ENERGIA DEL BAJO PUTUMAYOS.A.E.S.P.", "2371"),
        ("EMPRESAS MUNICIPALES DE CALI E.I.C.EE.S.P", "2438"),
        ("EMPRESA DE ENERGIA DE BOYACA S.A. E.S.P. EMPRESA DE SERVICIOS PUBLICOS", "500"),
        ("EPM", "564"),
        ("EMPRESA NUEVA S.A. E.S.P.", None),
    ],
)
def test_a_company_is_found_however_its_legal_form_is_written(name, code):
    assert codigo_de(name) == code
