"""SIMEM's catalogues and lists, its calendar of settlement versions, and the check of its shape."""

from datetime import date

import pytest
from tests.standins.simem import DETAIL, MONTHS, NEW, OLD, VERSIONS

from siea.domain.catalogo import variable
from siea.domain.tiempo import local_date
from siea.ingest import registros
from siea.ingest.errors import SourceError
from siea.ingest.sources.registry import Clase
from siea.ingest.sources.simem import FUENTE
from siea.ingest.versiones_liquidacion import read_calendar, sync_calendar

DAY = date(2024, 5, 1)
LISTS = [c.nombre for c in FUENTE.conjuntos if c.clase is Clase.ENTIDADES]
PUBLISHED = [
    ("TX1", date(2024, 6, 5)), ("TX2", date(2024, 6, 25)), ("TXR", date(2024, 7, 15)),
    ("TXF", date(2024, 8, 4)), ("TX3", date(2024, 8, 24)),
]  # fmt: skip


async def test_each_version_was_published_when_the_calendar_says_so_that_any_day_can_be_asked(
    load, rows, price
):
    await load(price)
    when = "version, (publicado_en AT TIME ZONE 'America/Bogota')::date"
    hour = "fecha = '2024-05-01 05:00+00'"
    dates = await rows(
        f"SELECT {when} FROM revisiones WHERE {hour} UNION ALL SELECT {when} FROM precios WHERE {hour}"
        " ORDER BY 2"
    )
    assert dates == PUBLISHED


async def test_the_calendar_is_read_once_for_many_variables_in_spans_that_simem_gives(load, asked_of, price):
    await load(price, variable("SIMEM_PB_Int"), variable("SIMEM_PB_Tie"))
    asked = asked_of("24914f", "7a30a3")
    assert len({tuple(r.query.items()) for r in asked}) == len(asked)
    monthly = [r.query for r in asked if r.query["datasetId"] == "24914F"]
    for query in monthly:
        days = date.fromisoformat(query["endDate"]) - date.fromisoformat(query["startDate"])
        assert days.days <= 731


async def test_without_the_calendar_values_are_published_when_they_came(
    simem, load, rows, clock, asked_of, price
):
    simem.gone.add("24914f")
    reports = await load(price, variable("SIMEM_PB_Int"))
    assert [r.estado for r in reports] == ["cargada", "cargada"]
    assert await rows("SELECT DISTINCT publicado_en, version FROM precios") == [(clock(), "TX3")]
    assert len(asked_of("24914f", "7a30a3")) == 1


async def test_months_that_the_calendar_does_not_reach_yet_come_from_the_daily_one(simem, source, asked_of):
    simem.calendar_until = date(2024, 11, 30)
    frame = await source.calendario()
    assert frame["hasta"].max() == date(2024, 12, 31)
    assert len(frame) == MONTHS * len(VERSIONS)
    daily = [r.query for r in asked_of("24914f", "7a30a3") if r.query["datasetId"] == "7a30a3"]
    first, last = (date.fromisoformat(daily[i][name]) for i, name in ((0, "startDate"), (-1, "endDate")))
    assert (last - first).days <= 92


async def test_entries_without_publication_say_nothing_and_a_republished_version_has_its_newest(
    simem, source
):
    one = {"Version": "TX1", "FechaInicio": "2024-05-01", "FechaFin": "2024-05-31", "EsMaximaVersion": 1}
    simem.instead["24914f"] = [
        {**one, "FechaPublicacion": "2024-06-09"},
        {**one, "FechaPublicacion": "2024-06-05"},
        {**one, "Version": "TX2", "FechaPublicacion": None},
    ]
    simem.instead["7a30a3"] = []
    frame = await source.calendario()
    assert frame.drop("publicado_en").rows() == [("TX1", DAY, date(2024, 5, 31), True)]
    assert local_date(frame["publicado_en"][0]) == date(2024, 6, 9)


async def test_the_calendar_is_kept_and_only_what_changed_is_written(simem, source, engine):
    assert await sync_calendar(engine, source) == MONTHS * len(VERSIONS)
    kept = await read_calendar(engine)
    assert kept.sort("version", "desde").equals((await source.calendario()).sort("version", "desde"))
    may = kept.filter(desde=DAY)
    assert list(zip(may["version"], map(local_date, may["publicado_en"]), strict=True)) == PUBLISHED
    assert may.filter(maxima=True)["version"].to_list() == ["TX3"]
    assert await sync_calendar(engine, source) == 0
    simem.fail("forbidden", times=0)
    with pytest.raises(SourceError):
        await sync_calendar(engine, source)
    assert (await read_calendar(engine)).equals(kept)


@pytest.mark.parametrize("conjunto", LISTS)
async def test_each_list_becomes_entities_from_either_endpoint_and_the_same_again_changes_nothing(
    conjunto, engine, lake, source, clock, simem
):
    declared = FUENTE.conjunto(conjunto)
    report = await registros.sync(engine, lake, source, declared, clock=clock)
    assert report.estado == "cargada"
    assert report.guardadas == report.recibidas > 0
    simem.only_old, simem.updated = True, "2026-08-21"
    report = await registros.sync(engine, lake, source, declared, clock=clock)
    assert (report.estado in {"cargada", "sin_cambios"}, report.guardadas) == (True, 0)
    assert simem.requests[-1].path == OLD


async def test_a_catalogue_is_believed_although_it_says_that_it_did_not_succeed(simem, source):
    simem.only_old = True
    entries = [e async for answer in source.pages("catalogo") for e in source.records("catalogo", answer)]
    assert [(e.codigo, e.nombre) for e in entries] == [("14fabb", "Demanda real nacional")]


async def test_of_a_plant_that_is_listed_each_day_the_newest_entry_counts_without_its_day(source):
    entries = [e async for answer in source.pages("plantas") for e in source.records("plantas", answer)]
    (plant,) = entries
    assert (plant.codigo, plant.nombre) == ("CHVR", "CHIVOR")
    assert plant.atributos == {"CodigoPlanta": "CHVR", "NombrePlanta": "CHIVOR", "CapEfectivaNeta": 1000001.5}


async def test_an_unchanged_list_is_not_even_asked_for(engine, lake, source, clock, simem):
    declared = FUENTE.conjunto("plantas")
    await registros.sync(engine, lake, source, declared, clock=clock)
    before = len(simem.requests)
    report = await registros.sync(engine, lake, source, declared, clock=clock)
    assert report.estado == "sin_cambios"
    assert [r.path for r in simem.requests[before:]] == [DETAIL]


async def test_the_marker_of_a_set_is_when_simem_says_that_it_was_updated(simem, source):
    assert await source.marca("demanda_real") == simem.updated
    simem.fail("empty_object")
    assert await source.marca("demanda_real") is None


@pytest.mark.parametrize(
    "conjunto",
    ["demanda_real", "precio_bolsa", "precio_ponderado", "aportes_energia", "reservas_energia", "perdidas",
     "restricciones_agente", "oef", "enficc", *LISTS],
)  # fmt: skip
async def test_the_names_that_the_code_reads_are_in_what_simem_answers(source, conjunto):
    assert FUENTE.conjunto(conjunto).forma <= await source.sample(conjunto)


async def test_a_sample_of_an_unknown_shape_is_an_error_and_tells_which(simem, source):
    simem.instead["14fabb"] = []
    with pytest.raises(SourceError, match="demanda_real"):
        await source.sample("demanda_real")
    assert simem.requests[-1].path == NEW
