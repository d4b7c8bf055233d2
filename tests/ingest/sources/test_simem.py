"""SIMEM over HTTP: versions that never sum, both endpoints, its units, its errors, its streams."""

import asyncio
from collections.abc import AsyncIterator, Iterator
from datetime import date
from pathlib import Path

import pytest
from tests.standins.simem import NEW, OLD, VERSIONS, SimemStandIn

from siea.domain.catalogo import variable, variables
from siea.ingest import pipeline, registros
from siea.ingest.http import HttpClient
from siea.ingest.sources.registry import Clase, fuente
from siea.ingest.sources.simem_tablas import SERIES

DAY, MONTH_END = date(2024, 5, 1), date(2024, 5, 31)
DEMAND = variable("SIMEM_DdaReal", "Agente")
PRICE = variable("SIMEM_PB_Nal")
FUENTE = fuente("simem")


@pytest.fixture
def simem() -> Iterator[SimemStandIn]:
    with SimemStandIn() as stand_in:
        yield stand_in


@pytest.fixture
async def source(simem, clock) -> AsyncIterator[object]:
    clock.pass_days(400)
    async with HttpClient(
        per_minute=100_000, backoff_s=0.01, timeout_s=5, failures_open=99, clock=clock
    ) as http:
        yield FUENTE.abrir(http, simem.url)


@pytest.fixture
def load(engine, lake, source, clock):
    async def run(first: date, last: date, *wanted):
        return await pipeline.backfill(engine, lake, source, wanted, first=first, last=last, clock=clock)

    return run


async def parsed(source, wanted, first=DAY, last=DAY):
    (request,) = await source.requests(wanted, first, last)
    return source.parse(request, await source.fetch(request))


async def test_five_versions_of_an_hour_never_sum_the_highest_is_current_and_the_rest_is_history(load, rows):
    (report,) = await load(DAY, DAY, DEMAND)
    assert (report.estado, report.rechazadas, report.recibidas) == ("cargada", 0, 24 * 2 * 5)
    ((count, total, versions),) = await rows(
        "SELECT count(*), sum(valor), array_agg(DISTINCT version) FROM observaciones"
    )
    assert (count, versions) == (48, ["TX3"])
    assert total == pytest.approx(2 * sum(60004 + 100 * hour for hour in range(24)) / 1e6)
    history = await rows("SELECT version, count(*) FROM revisiones GROUP BY 1 ORDER BY min(publicado_en)")
    assert history == [(version, 48) for version in VERSIONS[:4]]


async def test_each_version_was_published_when_the_calendar_says_so_that_any_day_can_be_asked(load, rows):
    await load(DAY, DAY, PRICE)
    dates = await rows(
        "SELECT version, (publicado_en AT TIME ZONE 'America/Bogota')::date FROM revisiones"
        " WHERE fecha = '2024-05-01 05:00+00' UNION ALL SELECT version,"
        " (publicado_en AT TIME ZONE 'America/Bogota')::date FROM precios"
        " WHERE fecha = '2024-05-01 05:00+00' ORDER BY 2"
    )
    assert dates == [
        ("TX1", date(2024, 6, 5)), ("TX2", date(2024, 6, 25)), ("TXR", date(2024, 7, 15)),
        ("TXF", date(2024, 8, 4)), ("TX3", date(2024, 8, 24)),
    ]  # fmt: skip


async def test_without_the_calendar_values_are_published_when_they_came(simem, load, rows, clock):
    simem.fail("server", times=3, path=NEW)
    await load(DAY, DAY, PRICE)
    assert await rows("SELECT DISTINCT publicado_en FROM precios") == [(clock(),)]
    assert await rows("SELECT DISTINCT version FROM precios") == [("TX3",)]


async def test_both_endpoints_and_both_forms_of_time_give_the_same_rows(simem, source):
    new = await parsed(source, PRICE)
    simem.only_old = True
    old = await parsed(source, PRICE)
    assert simem.requests[-1].path == OLD
    assert new.frame.equals(old.frame)
    assert new.frame["hora"].min() == 1
    assert new.frame["hora"].max() == 24


async def test_an_hour_is_named_by_its_start(load, rows):
    await load(DAY, DAY, PRICE)
    ((value,),) = await rows("SELECT precio_cop_kwh FROM precios WHERE fecha = '2024-05-01 19:00+00'")
    assert value == 200.5 + 14 + 4


async def test_a_month_is_asked_for_at_once_and_longer_spans_in_disjoint_pieces(source):
    requests = await source.requests(DEMAND, date(2024, 1, 1), date(2024, 3, 31))
    spans = [(r.first, r.last) for r in requests]
    assert all((last - first).days < 31 for first, last in spans)
    assert [first for first, _ in spans[1:]] == [
        last.fromordinal(last.toordinal() + 1) for _, last in spans[:-1]
    ]


async def test_other_codes_of_the_set_are_other_variables(source):
    bronze = await parsed(source, variable("SIMEM_PB_Int"))
    assert len(bronze.frame) == 24 * 5
    assert bronze.notas == ()


async def test_the_total_of_the_country_is_apart_from_the_series(load, rows):
    both = [variable("SIMEM_AportesEnergia", kind) for kind in ("SerieHidrologica", "Total")]
    await load(DAY, DAY, *both)
    assert await rows("SELECT entidad_tipo, rio, aporte_gwh FROM aportes ORDER BY 1, 2") == [
        ("SerieHidrologica", "GUAVIO", 7.0), ("SerieHidrologica", "NARE", 5.0), ("Total", "Colombia", 12.0),
    ]  # fmt: skip


async def test_aggregates_of_reservoirs_are_apart_from_the_reservoirs(load, rows):
    both = [variable("SIMEM_VolumenUtil", kind) for kind in ("Embalse", "AgregadoEmbalse")]
    await load(DAY, DAY, *both)
    assert await rows("SELECT entidad_tipo, sum(energia_gwh) FROM embalses GROUP BY 1 ORDER BY 1") == [
        ("AgregadoEmbalse", 5000.0), ("Embalse", 5000.0),
    ]  # fmt: skip


async def test_a_set_without_versions_keeps_the_newest_publication_of_a_day(load, rows):
    (report,) = await load(DAY, DAY, variable("SIMEM_ENFICC", "Recurso"))
    assert report.rechazadas == 0
    assert await rows(
        "SELECT count(*), max(publicado_en AT TIME ZONE 'America/Bogota')::text FROM observaciones"
    ) == [(1, "2024-02-05 00:00:00")]


async def test_a_version_that_nobody_knows_is_named_and_the_batch_waits_in_quarantine(simem, load, rows):
    simem.versions = ("TX1", "TXZ")
    (report,) = await load(DAY, DAY, PRICE)
    assert (report.estado, report.codigo) == ("rechazada", "unknown_version")
    assert "TXZ" in report.error
    assert await rows("SELECT count(*) FROM precios") == [(0,)]


async def test_another_unit_is_refused_whole(simem, load):
    simem.unit = "MWh"
    (report,) = await load(DAY, DAY, DEMAND)
    assert (report.estado, report.codigo) == ("fallida", "contract_violation")
    assert "MWh" in report.error


async def test_a_column_that_is_gone_is_named(simem, load):
    simem.add["ec6945"] = [{"CodigoVariable": "PB_Nal", "FechaHora": "2024-05-01T00:00:00", "Version": "TX1"}]
    (report,) = await load(DAY, DAY, PRICE)
    assert report.codigo == "contract_violation"
    assert "Valor" in report.error


async def test_the_words_of_a_refusal_reach_the_person(source, simem):
    (request,) = await source.requests(PRICE, DAY, DAY)
    asked = {**request.peticion, "datasetId": "000000"}
    with pytest.raises(Exception, match="conjunto de datos indicado no existe"):
        source.parse(request, await source._get(asked))
    with pytest.raises(Exception, match="datasetId field is required"):
        await source._get({"startDate": "2024-05-01", "endDate": "2024-05-01"})


@pytest.mark.parametrize(
    ("kind", "code"),
    [("truncated", "bad_body"), ("html", "bad_body"), ("garbage", "bad_body"),
     ("empty_object", "contract_violation"), ("server", "server_fault"), ("forbidden", "blocked"),
     ("cut_connection", "unreachable")],
)  # fmt: skip
async def test_an_answer_that_is_none_is_told_by_its_kind_and_nothing_of_it_is_loaded(
    simem, load, rows, kind, code
):
    simem.fail(kind, times=0)
    (report,) = await load(DAY, DAY, PRICE)
    assert (report.estado, report.codigo) == ("fallida", code)
    assert await rows("SELECT count(*) FROM precios") == [(0,)]
    simem.heal()
    (report,) = await load(DAY, DAY, PRICE)
    assert report.estado == "cargada"


async def test_the_raw_answer_is_in_the_lake_byte_for_byte_and_no_temporary_file_stays(load, lake, source):
    await load(DAY, DAY, PRICE)
    (raw,) = lake.iter_raw("simem")
    assert lake.read_raw(raw.path).startswith(b'[{"CodigoVariable"')
    left = await asyncio.to_thread(lambda: [f.name for f in Path(source._folder.name).iterdir()])
    assert left == ["1.json"]  # the calendar, until the source is closed


async def test_the_same_range_again_changes_nothing(load, rows):
    await load(DAY, DAY, DEMAND)
    (again,) = await load(DAY, DAY, DEMAND)
    assert again.estado == "sin_cambios"


async def test_a_new_version_replaces_the_last_and_keeps_it(simem, load, rows, clock):
    simem.versions = ("TX1", "TX2")
    await load(DAY, DAY, PRICE)
    simem.versions = VERSIONS
    clock.pass_days(1)
    await load(DAY, DAY, PRICE)
    assert await rows("SELECT DISTINCT version FROM precios") == [("TX3",)]
    assert await rows("SELECT version, count(*) FROM revisiones GROUP BY 1 ORDER BY 1") == [
        (version, 24) for version in sorted(VERSIONS[:4])
    ]


@pytest.mark.parametrize("conjunto", [c.nombre for c in FUENTE.conjuntos if c.clase is Clase.ENTIDADES])
async def test_each_catalogue_becomes_entities(conjunto, engine, lake, source, clock):
    report = await registros.sync(engine, lake, source, FUENTE.conjunto(conjunto), clock=clock)
    assert report.estado == "cargada"
    assert report.guardadas == report.recibidas > 0


async def test_an_unchanged_catalogue_is_not_even_asked_for(engine, lake, source, clock, simem):
    declared = FUENTE.conjunto("plantas")
    await registros.sync(engine, lake, source, declared, clock=clock)
    before = len(simem.requests)
    report = await registros.sync(engine, lake, source, declared, clock=clock)
    assert report.estado == "sin_cambios"
    assert [r.path for r in simem.requests[before:]] == ["/backend-files/api/detalle-datos-publicos"]


async def test_the_names_that_the_code_reads_are_in_what_simem_answers(source):
    for name in ("demanda_real", "precio_bolsa", "aportes_energia", "reservas_energia", "plantas"):
        assert FUENTE.conjunto(name).forma <= await source.sample(name), name


def test_every_variable_of_simem_has_its_place_and_no_place_lacks_a_variable():
    places = {key for table in SERIES for key in table.variables}
    assert places == {(v.codigo, v.entidad) for v in variables() if v.fuente == "simem"}
    assert {v.conjunto for v in variables() if v.fuente == "simem"} == {t.conjunto for t in SERIES}
