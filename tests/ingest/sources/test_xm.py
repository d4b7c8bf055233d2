"""The operator's API whole: every metric of its catalogue, its lists, and the check of its shape."""

from datetime import date

import pytest
from tests.standins import xm_data

from siea.domain.catalogo import variables
from siea.ingest import registros
from siea.ingest.sources.registry import fuente
from siea.ingest.sources.xm import LISTS, metricas_incluidas

DAY = date(2024, 10, 1)
FUENTE = fuente("xm")


def test_the_catalogue_has_every_metric_and_entity_of_the_operator_in_its_own_unit():
    listed = {key: m for key, m in metricas_incluidas().items() if m.ruta != "lists"}
    ours = {(v.codigo, v.entidad): v for v in variables() if v.fuente == "xm"}
    assert set(ours) == set(listed)
    assert len(metricas_incluidas()) == 193
    assert {key: v.unidad_fuente for key, v in ours.items()} == {key: m.unidad for key, m in listed.items()}


async def test_every_metric_goes_from_the_operator_to_the_database(shared, fill, rows):
    wanted = [(v.codigo, v.entidad) for v in variables() if v.fuente == "xm"]
    xm_data.entities("DemaSIN", "Sistema", DAY)  # the files are read before anybody waits for them
    reports = await fill(DAY, DAY, *wanted)
    assert {(r.variable, r.entidad): r.estado for r in reports if r.estado != "cargada"} == {}
    assert len(reports) == len(wanted)
    assert await rows("SELECT count(*) FROM cuarentena") == [(0,)]


async def test_percentages_that_the_operator_sends_as_fractions_become_percent(shared, fill, rows):
    await fill(DAY, DAY, ("PorcVoluUtilDiar", "Embalse"))
    values = [v for (v,) in await rows("SELECT valor FROM observaciones")]
    assert values
    assert all(10 < value < 100 for value in values)


@pytest.mark.parametrize("conjunto", LISTS)
async def test_a_list_becomes_entities_and_the_same_list_again_changes_nothing(
    conjunto, engine, lake, source, clock, rows
):
    declared = FUENTE.conjunto(conjunto)
    first = await registros.sync(engine, lake, source, declared, clock=clock)
    assert (first.estado, first.guardadas) == ("cargada", first.recibidas)
    assert first.recibidas > 0
    again = await registros.sync(engine, lake, source, declared, clock=clock)
    assert (again.estado, again.guardadas, again.revisadas) == ("sin_cambios", 0, 0)
    assert await rows("SELECT count(*) FROM cargas") == [(1,)]


async def test_an_entity_that_changes_keeps_what_it_was_and_one_that_is_missing_stays(
    engine, lake, source, clock, rows, monkeypatch
):
    """B2-ID-02: a quiet day erases nothing; each entity tells when it was first and last seen."""
    listed = [
        {"Code": "AAA", "Name": "UNO", "Activity": "GENERACIÓN", "State": "OPERACION"},
        {"Code": "BBB", "Name": "DOS", "Activity": "GENERACIÓN", "State": "OPERACION"},
    ]
    monkeypatch.setattr(xm_data, "listed", lambda _: listed)
    declared = FUENTE.conjunto("agentes")
    await registros.sync(engine, lake, source, declared, clock=clock)
    clock.pass_days(1)
    listed = [{**listed[0], "State": "INACTIVO"}]
    report = await registros.sync(engine, lake, source, declared, clock=clock)
    assert (report.guardadas, report.revisadas) == (0, 1)
    told = "SELECT codigo, atributos->>'State', primera_vez, ultima_vez FROM entidades ORDER BY codigo"
    assert await rows(told) == [
        ("AAA", "INACTIVO", date(2024, 11, 1), date(2024, 11, 2)),
        ("BBB", "OPERACION", date(2024, 11, 1), date(2024, 11, 1)),
    ]
    assert await rows("SELECT codigo, atributos->>'State' FROM entidades_historia") == [("AAA", "OPERACION")]


async def test_a_list_that_fails_is_told_and_what_was_known_stays(engine, lake, source, clock, rows, xm):
    declared = FUENTE.conjunto("agentes")
    await registros.sync(engine, lake, source, declared, clock=clock)
    xm.fail("html", times=0)
    clock.pass_days(1)
    report = await registros.sync(engine, lake, source, declared, clock=clock)
    assert (report.estado, report.codigo) == ("fallida", "bad_body")
    assert await rows("SELECT count(*) > 0 FROM entidades") == [(True,)]
    assert await rows("SELECT causa FROM alertas WHERE resuelta_en IS NULL") == [("fuente:xm",)]


@pytest.mark.parametrize("conjunto", ["demanda", "agentes", "recursos"])
async def test_what_the_operator_answers_has_the_names_that_the_code_reads(shared, source, conjunto):
    assert FUENTE.conjunto(conjunto).forma <= await source.sample(conjunto)
