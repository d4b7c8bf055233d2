"""CREG, Función Pública and UPME: what is in force, what is a draft, names of pages, pages past the end."""

import pytest
from tests.standins.paginas import CregStandIn, LeyesStandIn, WordPressStandIn

from siea.ingest import registros
from siea.ingest.sources import leyes
from siea.ingest.sources.registry import fuente

ARTICLE = "ARTÍCULO 1o. Objeto. Esta resolución fija la fórmula del costo unitario que pagan los usuarios."
STATES = "SELECT clave, estado, texto <> '' FROM documentos ORDER BY clave"


@pytest.fixture
def creg() -> CregStandIn:
    found = CregStandIn()
    found.in_force[2024] = [
        ("resolucion_creg_0119_2024.htm", "Por la cual se fija una fórmula"),
        ("resolucion_creg_101-72_2024.htm", "Por la cual se define un cargo"),
        ("resolucion_creg_701-5_2024.htm", "Proyecto de resolución en consulta"),
    ]
    found.repealed[2024] = [("resolucion_creg_0030_2024.htm", "Por la cual se regulaba otra cosa")]
    title = "RESOLUCIÓN 119 DE 2024\n(enero 29)\nDiario Oficial No. 52.000\n"
    found.documents = {
        "resolucion_creg_0119_2024.htm": title + ARTICLE,
        "resolucion_creg_101-72_2024.htm": "RESOLUCIÓN 101 072 DE 2024\n(mayo 3)\n" + ARTICLE,
        "resolucion_creg_701-5_2024.htm": "PROYECTO DE RESOLUCIÓN 701 5 DE 2024\n" + ARTICLE,
        "resolucion__creg_030_2024.htm": "RESOLUCIÓN 30 DE 2024\n" + ARTICLE,
    }
    return found


@pytest.fixture
def sync(engine, lake, clock):
    async def run(name, source):
        (declared,) = fuente(name).conjuntos
        return await registros.sync(engine, lake, source, declared, clock=clock)

    return run


async def test_the_list_tells_what_is_in_force_and_series_701_is_a_draft(opened, creg, sync, rows):
    source = opened("creg", creg)
    source.anios = range(2024, 2025)
    report = await sync("creg", source)
    assert report.estado == "cargada"
    assert await rows(STATES) == [
        ("resolucion-creg-030-2024", "derogada", True),
        ("resolucion-creg-101-72-2024", "vigente", True),
        ("resolucion-creg-119-2024", "vigente", True),
        ("resolucion-creg-701-5-2024", "proyecto", True),
    ]
    pieces = (
        "SELECT d.clave, array_agg(DISTINCT f.estado)"
        " FROM fragmentos f JOIN documentos d ON d.id = f.documento_id"
    )
    assert dict(await rows(f"{pieces} WHERE f.articulo = '1' GROUP BY 1")) == {
        "resolucion-creg-030-2024": ["derogado"],
        "resolucion-creg-101-72-2024": ["vigente"],
        "resolucion-creg-119-2024": ["vigente"],
        "resolucion-creg-701-5-2024": ["proyecto"],
    }


async def test_the_same_again_changes_nothing_and_a_repeal_changes_the_state_of_its_pieces(
    opened, creg, sync, rows
):
    source = opened("creg", creg)
    source.anios = range(2024, 2025)
    await sync("creg", source)
    again = await sync("creg", source)
    assert (again.guardadas, again.revisadas) == (0, 0)
    moved = creg.in_force[2024].pop(0)
    creg.repealed[2024].append(moved)
    await sync("creg", source)
    found = {k: e for k, e, _ in await rows(STATES)}
    assert found["resolucion-creg-119-2024"] == "derogada"
    told = await rows(
        "SELECT DISTINCT f.estado FROM fragmentos f JOIN documentos d ON d.id = f.documento_id"
        " WHERE d.clave = 'resolucion-creg-119-2024'"
    )
    assert told == [("derogado",)]


async def test_menu_words_are_no_law_and_the_date_is_that_of_the_norm(opened, creg, sync, rows):
    source = opened("creg", creg)
    source.anios = range(2024, 2025)
    await sync("creg", source)
    assert await rows(
        "SELECT count(*) FROM fragmentos WHERE texto LIKE '%BUSCAR%' OR texto LIKE '%menú%'"
    ) == [(0,)]
    assert [str(d) for (d,) in await rows("SELECT fecha FROM documentos WHERE numero = '119'")] == [
        "2024-01-29"
    ]


async def test_a_year_without_lists_is_passed_over_and_a_list_without_links_is_told(opened, creg, sync):
    source = opened("creg", creg)
    source.anios = range(2022, 2025)
    assert (await sync("creg", source)).estado == "cargada"
    creg.in_force[2023] = []
    report = await sync("creg", source)
    assert (report.estado, report.codigo) == ("fallida", "contract_violation")


async def test_laws_are_read_whole_and_a_page_of_another_law_is_refused(opened, sync, rows, monkeypatch):
    monkeypatch.setattr(leyes, "NORMAS", {"2752": leyes.NORMAS["2752"], "4631": leyes.NORMAS["4631"]})
    site = LeyesStandIn()
    text = "LEY {} DE 1994\n(julio 11)\nARTÍCULO 1. Ámbito.\nNOTA: Ver Ley 286.\nARTÍCULO 2. Otro."
    site.texts = {"2752": text.format(142), "4631": text.format(143)}
    source = opened("leyes", site)
    report = await sync("leyes", source)
    assert report.guardadas == 2
    pieces = await rows("SELECT articulo, estado FROM fragmentos ORDER BY documento_id, orden")
    assert ("1", "nota") in pieces
    assert ("1", "vigente") in pieces
    site.texts["4631"] = text.format(999)
    assert (await sync("leyes", source)).codigo == "bad_body"
    del site.texts["4631"]
    assert (await sync("leyes", source)).codigo == "contract_violation"


@pytest.mark.parametrize("told", [True, False])
async def test_every_page_of_norms_is_read_and_one_past_the_end_is_the_end(opened, sync, rows, told):
    site = WordPressStandIn()
    site.titles = [f"Resoluci&oacute;n UPME No. {n:04d} de 2025" for n in range(1, 120)]
    site.titles.insert(3, "Resolución 77 de 2025 por la cual se hace un nombramiento")
    site.told_pages = told
    source = opened("upme_normas", site)
    report = await sync("upme_normas", source)
    assert (report.estado, report.guardadas, source.dejadas_fuera) == ("cargada", 119, 1)
    assert await rows("SELECT numero, anio, fecha, estado FROM documentos ORDER BY id LIMIT 1") == [
        ("1", 2025, None, "desconocido")
    ]


async def test_the_parts_that_the_code_reads_are_on_the_pages(opened, creg):
    creg.in_force[2025] = creg.in_force[2024]
    creg.in_force[2024] = []
    source = opened("creg", creg)
    source._http._clock.pass_days(100)
    assert fuente("creg").conjunto("resoluciones").forma <= await source.sample("resoluciones")
