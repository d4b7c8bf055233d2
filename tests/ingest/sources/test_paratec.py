"""The technical parameters: keys as they are spelt, lengths that are no coordinates, nobody forgotten."""

import csv
from datetime import UTC, date, datetime

import pytest
from tests.standins.paratec import ParatecStandIn, line, plant, reservoir

from siea.ingest.errors import ContractViolationError
from siea.ingest.registros import sync
from siea.ingest.sources.paratec import ATRIBUCION, clave_nombre
from siea.ingest.sources.registry import fuente

PLANTS = "/mapas/api/GenerationMap/GenerationMapInfo"
RESERVOIRS = "/mapas/api/HydrologyMap/HydrologyMapInfo"
LINES = "/mapas/api/TransmissionMap/getLines"
SETS = [one.nombre for one in fuente("paratec").conjuntos]


@pytest.fixture
def paratec() -> ParatecStandIn:
    return ParatecStandIn()


@pytest.fixture
def source(opened, paratec):
    return opened("paratec", paratec)


@pytest.fixture
def bring(engine, lake, source, clock):
    """``await bring(set)``: the set brought up to date."""

    async def run(name):
        return await sync(engine, lake, source, fuente("paratec").conjunto(name), clock=clock)

    return run


async def read(source, name):
    return [one async for answer in source.pages(name) for one in source.records(name, answer)]


@pytest.mark.parametrize("name", SETS)
async def test_every_list_reaches_the_table_and_twice_changes_nothing(bring, rows, name):
    report = await bring(name)
    assert (report.estado, report.recibidas, report.guardadas) == (
        "cargada",
        report.recibidas,
        report.recibidas,
    )
    assert report.recibidas > 0
    assert (await bring(name)).guardadas == 0
    assert await rows("SELECT DISTINCT atributos->>'atribucion' FROM entidades") == [(ATRIBUCION,)]


@pytest.mark.parametrize("name", SETS)
async def test_the_keys_that_the_code_reads_are_there(source, name):
    assert fuente("paratec").conjunto(name).forma <= await source.sample(name)


async def test_misspelt_keys_are_read_as_the_service_writes_them(source):
    (found,) = await read(source, "embalses")
    assert (found.tipo, found.codigo, found.nombre) == ("embalse_paratec", "PENOL", "PEÑOL")
    assert (found.atributos["hidrologicalRegion"], found.atributos["convertionFactor"]) == ("Antioquia", 1.2)


async def test_an_aggregate_of_reservoirs_is_marked_so_that_nobody_adds_it(source, paratec):
    paratec.lists[RESERVOIRS] = [
        reservoir("AGREGADO BOGOTA", 1, isReservoirAggregate="Si", lat=None, lng=None)
    ]
    (found,) = await read(source, "embalses")
    assert found.atributos["marcas"] == ["sin_coordenadas", "agregado"]


async def test_the_length_of_a_line_is_never_a_coordinate(source):
    (found,) = await read(source, "lineas")
    told = found.atributos
    assert (told["longitud_km"], told["kv"], "longitude" in told) == (29.74, 230.0, False)
    assert told["geometry"]["coordinates"] == [[-74.062, 4.587], [-74.14, 4.574]]
    assert told["marcas"] == []


@pytest.mark.parametrize(
    ("lat", "lng", "marks"),
    [
        (4.7, -74.0, []),
        (12.58, -81.7, []),  # San Andrés
        (-4.2, -69.94, []),  # Leticia
        ("4,7", "-74,0", []),
        (0.0, 0.0, ["coordenadas_fuera_de_colombia"]),
        (-74.0, 4.7, ["coordenadas_fuera_de_colombia"]),  # swapped
        (4.7, 74.0, ["coordenadas_fuera_de_colombia"]),  # sign lost
        (None, -74.0, ["sin_coordenadas"]),
        ("", "", ["sin_coordenadas"]),
    ],
)
async def test_a_place_outside_colombia_is_flagged_and_the_plant_is_kept(source, paratec, lat, lng, marks):
    paratec.lists[PLANTS] = [plant("GUAVIO", lat=lat, lng=lng)]
    (found,) = await read(source, "plantas")
    assert found.atributos["marcas"] == marks


async def test_one_vertex_abroad_flags_the_line(source, paratec):
    paratec.lists[LINES] = [line("X", [-74.0, 4.5], [-0.1, 51.5])]
    (found,) = await read(source, "lineas")
    assert found.atributos["marcas"] == ["coordenadas_fuera_de_colombia"]


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("EL PEÑOL", "El Penol"),
        ("LA GUACA (ZIPAQUIRÁ)", "la guaca zipaquira"),
        ("PORCE III", " porce  iii "),
        ("TERMO-EMCALI", "TERMO EMCALI"),
    ],
)
def test_names_join_whatever_their_case_accents_and_signs(one, other):
    assert clave_nombre(one) == clave_nombre(other)


def test_no_two_plants_of_the_published_list_share_a_key(shared):
    (path,) = (shared / "data/geo").glob("plantas_co_paratec_*.csv")
    with path.open(encoding="utf-8", newline="") as lines:
        names = [row["nombre"] for row in csv.DictReader(lines)]
    assert len({clave_nombre(name) for name in names}) == len(names) == 628


async def test_two_records_of_one_name_are_two_entities(source, paratec):
    paratec.lists[RESERVOIRS] = [reservoir("MUÑA", 1), reservoir("Muña", 2)]
    assert [one.codigo for one in await read(source, "embalses")] == ["MUNA/1", "MUNA/2"]
    paratec.lists[PLANTS] = [plant("GUAVIO"), plant("GUAVIO", powerMax=1.0)]
    assert len({one.codigo for one in await read(source, "plantas")}) == 2


async def test_a_quiet_day_erases_nobody_from_the_list(bring, paratec, clock, rows):
    """B2-ID-02: entities are kept with the first and last day on which they were seen."""
    clock.now = datetime(2024, 5, 31, 15, tzinfo=UTC)
    for present in (["P1", "P2", "P3"], ["P1"], []):
        paratec.lists[PLANTS] = [plant(name) for name in present]
        await bring("plantas")
        clock.pass_days(1)
    assert await rows("SELECT codigo, primera_vez, ultima_vez FROM entidades ORDER BY codigo") == [
        ("P1", date(2024, 5, 31), date(2024, 6, 1)),
        ("P2", date(2024, 5, 31), date(2024, 5, 31)),
        ("P3", date(2024, 5, 31), date(2024, 5, 31)),
    ]


async def test_what_a_plant_said_before_is_kept(bring, paratec, clock, rows):
    paratec.lists[PLANTS] = [plant("ITUANGO", netEffectiveCapacity=1200.0)]
    await bring("plantas")
    clock.pass_days(1)
    paratec.lists[PLANTS] = [plant("ITUANGO", netEffectiveCapacity=2400.0)]
    report = await bring("plantas")
    assert (report.revisadas, report.guardadas) == (1, 0)
    told = "SELECT atributos->>'netEffectiveCapacity' FROM entidades_historia"
    assert await rows(told) == [("1200.0",)]


async def test_the_same_entity_tag_asks_for_nothing(bring, paratec):
    paratec.etag = '"v1"'
    await bring("plantas")
    assert (await bring("plantas")).estado == "sin_cambios"
    assert [asked.method for asked in paratec.requests] == ["HEAD", "GET", "HEAD"]
    paratec.etag = '"v2"'
    await bring("plantas")
    assert [asked.method for asked in paratec.requests][-2:] == ["HEAD", "GET"]


async def test_a_service_that_gives_no_marker_or_no_head_is_asked_whole(bring, paratec):
    paratec.fail("server", times=1)
    assert (await bring("plantas")).estado == "cargada"


@pytest.mark.parametrize("key", ["lat", "netEffectiveCapacity", "elementName"])
async def test_a_documented_key_that_is_gone_is_named(source, paratec, key):
    paratec.lists[PLANTS] = [{k: v for k, v in plant(n).items() if k != key} for n in ("A", "B")]
    with pytest.raises(ContractViolationError, match=key):
        await read(source, "plantas")


async def test_a_record_without_a_name_is_told(source, paratec):
    paratec.lists[PLANTS] = [plant("A"), plant(" ")]
    with pytest.raises(ContractViolationError, match="elementName"):
        await read(source, "plantas")


@pytest.mark.parametrize(
    ("kind", "code"),
    [("html", "bad_body"), ("garbage", "bad_body"), ("truncated", "bad_body"), ("server", "server_fault"),
     ("empty_object", "contract_violation"), ("not_found", "contract_violation"), ("forbidden", "blocked")],
)  # fmt: skip
async def test_what_is_no_list_is_told_and_nothing_is_erased(bring, paratec, rows, kind, code):
    await bring("plantas")
    paratec.fail(kind, times=0)
    report = await bring("plantas")
    assert (report.estado, report.codigo) == ("fallida", code)
    assert await rows("SELECT count(*) FROM entidades") == [(2,)]
