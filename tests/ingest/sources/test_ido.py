"""The daily report: names as people read them, no subtotal, no day under the name of another."""

from datetime import date

import pytest
from tests.standins.ido import IdoStandIn

from siea.domain.catalogo import variable, variables
from siea.ingest.errors import ContractViolationError
from siea.ingest.sources.registry import fuente

GENERATION = variable("IDO_genened", "Recurso")
DAY, NEXT = date(2024, 10, 30), date(2024, 10, 31)
LOADED = (
    "SELECT (fecha AT TIME ZONE 'America/Bogota')::date, entidad, dimension, valor"
    " FROM observaciones ORDER BY 1, 2"
)


@pytest.fixture
def ido() -> IdoStandIn:
    return IdoStandIn()


@pytest.fixture
def source(opened, ido):
    return opened("ido", ido)


async def test_a_day_reaches_the_table_without_subtotals_and_with_its_names_unescaped(load, source, rows):
    (report,) = await load(source, DAY, DAY, GENERATION)
    assert (report.estado, report.rechazadas) == ("cargada", 0)
    assert await rows(LOADED) == [
        (DAY, "AUTOG A&B", "Autogeneración", 0.1),
        (DAY, "ITUANGO", "Generación Hidráulica", 25.25),
        (DAY, "PIÑA", "Autogeneración", None),
        (DAY, "SAN CARLOS", "Generación Hidráulica", 20.5),
    ]
    assert report.notas == ("4 subtotales fuera: no se suman a los recursos",)


@pytest.mark.parametrize("one", [v for v in variables() if v.fuente == "ido"], ids=lambda v: v.codigo)
async def test_every_variable_of_the_report_loads_and_twice_changes_nothing(load, source, one):
    (report,) = await load(source, DAY, DAY, one)
    assert (report.estado, report.rechazadas) == ("cargada", 0)
    assert report.guardadas > 0
    (again,) = await load(source, DAY, DAY, one)
    assert again.estado == "sin_cambios"


async def test_exports_and_imports_are_told_apart(load, source, rows):
    await load(source, DAY, DAY, variable("IDO_real", "Pais"))
    assert await rows(LOADED) == [(DAY, "Ecuador", "exportaciones", 5.5)]


async def test_one_question_a_day(load, source, ido):
    await load(source, DAY, NEXT, GENERATION)
    assert sorted((asked.query for asked in ido.requests), key=lambda query: query["fecha"]) == [
        {"fecha": day, "carpeta": "Ido_Generacion", "archivo": "generacion"}
        for day in ("2024-10-30", "2024-10-31")
    ]


async def test_a_report_of_another_day_is_not_stored_under_the_day_asked_for(load, source, ido, rows):
    ido.chosen = {NEXT: DAY}
    (report,) = await load(source, NEXT, NEXT, GENERATION)
    assert (report.estado, report.guardadas) == ("sin_datos", 0)
    assert report.notas == ("el IDO dio el informe de 2024-10-30 y se pidió el de 2024-10-31: no se guarda",)
    assert await rows(LOADED) == []


@pytest.mark.parametrize("chosen", ["2024-10-29", {"nombre": "IDOR_20241029_V2", "ver": 2}])
async def test_the_chosen_file_counts_even_when_the_date_beside_it_says_otherwise(load, source, ido, chosen):
    ido.edit = lambda document: document.update(elegido=chosen)
    (report,) = await load(source, DAY, DAY, GENERATION)
    assert (report.estado, report.guardadas) == ("sin_datos", 0)
    assert "2024-10-29" in report.notas[0]


async def test_a_day_that_is_not_out_yet_is_a_gap_to_be_asked_for_again_and_no_failure(load, source, ido):
    ido.until = DAY
    first, second = await load(source, DAY, NEXT, GENERATION)
    assert (first.estado, second.estado, second.error) == ("cargada", "incompleta", None)
    assert second.notas == ("el IDO aún no tiene el informe de 2024-10-31",)
    ido.until = NEXT
    (again,) = await load(source, NEXT, NEXT, GENERATION)
    assert again.guardadas == 4


async def test_a_refusal_with_a_reason_is_told_in_its_words(load, source, ido):
    ido.edit = lambda document: document.update(ok=False, mensaje="Archivo en mantenimiento")
    (report,) = await load(source, DAY, DAY, GENERATION)
    assert (report.codigo, report.error) == ("upstream_error", "El IDO responde: «Archivo en mantenimiento».")


def _without(*path):
    def edit(document):
        for name in path[:-1]:
            document = document[name]
        del document[path[-1]]

    return edit


def _no_date(document):
    document.pop("fecha")
    document["elegido"] = None


@pytest.mark.parametrize(
    "edit",
    [
        _without("ok"),
        _without("payload"),
        _without("payload", "items"),
        _no_date,
        lambda document: document["payload"].update(items=["x"]),
        lambda document: document["payload"]["items"][0]["elemento"][0]["contenido"][0].pop("nombrerecurso"),
        lambda document: [
            record.pop("genened")
            for item in document["payload"]["items"]
            for record in item["elemento"][0]["contenido"]
        ],
    ],
)
async def test_another_shape_is_a_broken_contract_and_loads_nothing(load, source, ido, rows, edit):
    ido.edit = edit
    (report,) = await load(source, DAY, DAY, GENERATION)
    assert (report.estado, report.codigo) == ("fallida", "contract_violation")
    assert await rows(LOADED) == []


@pytest.mark.parametrize(
    ("kind", "code"),
    [("html", "bad_body"), ("garbage", "bad_body"), ("truncated", "bad_body"), ("server", "server_fault"),
     ("forbidden", "blocked"), ("not_found", "contract_violation"), ("empty_object", "contract_violation"),
     ("cut_connection", "unreachable")],
)  # fmt: skip
async def test_a_failure_is_told_by_its_kind(load, source, ido, kind, code):
    ido.fail(kind, times=0)
    (report,) = await load(source, DAY, DAY, GENERATION)
    assert (report.estado, report.codigo) == ("fallida", code)


async def test_a_correction_replaces_the_figure_and_the_first_one_is_kept(load, source, ido, rows, clock):
    def correct(document):
        name = "IDOR_20241030_V2"
        document["elegido"] = {"nombre": name, "ver": 2}
        document["payload"]["items"][0]["elemento"][0]["contenido"][0]["genened"] = 21.5

    await load(source, DAY, DAY, GENERATION)
    clock.pass_days(1)
    ido.edit = correct
    (report,) = await load(source, DAY, DAY, GENERATION)
    assert (report.revisadas, report.guardadas) == (1, 0)
    assert await rows("SELECT valor FROM revisiones") == [(20.5,)]


async def test_a_variable_that_the_report_lacks_is_named(source):
    with pytest.raises(ContractViolationError, match="DemaSIN"):
        await source.requests(variable("DemaSIN"), DAY, DAY)


@pytest.mark.parametrize("name", [c.nombre for c in fuente("ido").conjuntos])
async def test_the_keys_that_the_code_reads_are_there(source, name):
    assert fuente("ido").conjunto(name).forma <= await source.sample(name)
