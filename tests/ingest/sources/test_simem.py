"""Series of SIMEM over HTTP: versions that never sum, both endpoints, filters, limits, errors, streams."""

import asyncio
import json
import os
from collections.abc import AsyncIterator, Iterator
from datetime import date

import polars as pl
import pytest
from tests.standins.simem import NEW, OLD, VERSIONS, SimemStandIn

from siea.domain.catalogo import variable, variables
from siea.ingest import pipeline
from siea.ingest.errors import ContractViolationError, RangeTooLongError, UpstreamError
from siea.ingest.http import HttpClient
from siea.ingest.sources.registry import fuente
from siea.ingest.sources.simem import FUENTE, Simem
from siea.ingest.sources.simem_tablas import SERIES

DAY, MONTH_END = date(2024, 5, 1), date(2024, 5, 31)
DEMAND = variable("SIMEM_DdaReal", "Agente")
PRICE = variable("SIMEM_PB_Nal")


@pytest.fixture
def simem() -> Iterator[SimemStandIn]:
    with SimemStandIn() as stand_in:
        yield stand_in


@pytest.fixture
async def source(simem, clock) -> AsyncIterator[Simem]:
    clock.pass_days(400)
    async with HttpClient(
        per_minute=100_000, backoff_s=0.01, timeout_s=5, failures_open=99, clock=clock
    ) as http:
        yield FUENTE.abrir(http, simem.url)


@pytest.fixture
def load(engine, lake, source, clock):
    async def run(first: date, last: date, *wanted):
        ranges = [(one, first, last) for one in wanted]
        return await pipeline.load_ranges(engine, lake, source, ranges, clock=clock)

    return run


async def parsed(source, wanted, first=DAY, last=DAY):
    (request,) = await source.requests(wanted, first, last)
    return source.parse(request, await source.fetch(request))


def data_requests(simem, dataset):
    return [r for r in simem.requests if r.query.get("datasetId", "").lower() == dataset]


async def test_five_versions_of_an_hour_never_sum_the_highest_is_current_and_the_rest_is_history(load, rows):
    (report,) = await load(DAY, DAY, DEMAND)
    assert (report.estado, report.rechazadas, report.recibidas) == ("cargada", 0, 24 * 3 * 5)
    ((count, total, versions),) = await rows(
        "SELECT count(*), sum(valor), array_agg(DISTINCT version) FROM observaciones"
    )
    assert (count, versions) == (72, ["TX3"])
    assert total == pytest.approx(3 * sum(60_004 + 100 * hour for hour in range(24)) / 1e6)
    history = await rows("SELECT version, count(*) FROM revisiones GROUP BY 1 ORDER BY min(publicado_en)")
    assert history == [(version, 72) for version in VERSIONS[:4]]


async def test_an_agent_has_a_series_for_each_kind_of_market(load, rows):
    await load(DAY, DAY, DEMAND)
    told = "SELECT entidad, dimension, count(*) FROM observaciones GROUP BY 1, 2 ORDER BY 1, 2"
    assert await rows(told) == [
        ("CHVC", "No Regulado", 24), ("CHVC", "Regulado", 24), ("EPMC", "Regulado", 24),
    ]  # fmt: skip


async def test_an_hour_is_named_by_its_start(load, rows):
    await load(DAY, DAY, PRICE)
    ((value,),) = await rows("SELECT precio_cop_kwh FROM precios WHERE fecha = '2024-05-01 19:00+00'")
    assert value == 200.5 + 100 * 14 + 4


@pytest.mark.parametrize("code", ["SIMEM_PB_Nal", "SIMEM_DdaReal", "SIMEM_AportesHidricosEnergia"])
async def test_both_endpoints_and_both_forms_of_time_give_the_same_rows(simem, source, code):
    wanted = next(v for v in variables() if v.codigo == code)
    new = await parsed(source, wanted)
    simem.only_old = True
    old = await parsed(source, wanted)
    assert simem.requests[-1].path == OLD
    assert len(new.frame)
    assert new.frame.equals(old.frame)


async def test_consecutive_hours_of_a_version_are_one_row_and_a_missing_hour_stays_missing(simem, source):
    simem.instead["14fabb"] = [
        {"CodigoVariable": "DdaReal", "FechaHora": f"2024-05-01 {hour:02d}:00:00", "CodigoSICAgente": "CHVC",
         "TipoMercado": "Regulado", "Version": "TX2", "Valor": None if hour == 4 else 62463.18}
        for hour in (5, 3, 4, 1, 0)
    ]  # fmt: skip
    bronze = await parsed(source, DEMAND)
    assert bronze.frame.select("hora", "valores").rows() == [
        (1, ["62463.18", "62463.18"]), (4, ["62463.18", None, "62463.18"]),
    ]  # fmt: skip


async def test_a_set_with_several_variables_is_asked_for_one_with_a_filter(simem, source):
    bronze = await parsed(source, variable("SIMEM_PB_Int"))
    assert bronze.cuantos == 24 * 5
    assert bronze.frame["valores"][0][0].startswith("1200.5")
    body = json.loads(data_requests(simem, "ec6945")[-1].body)
    assert body == [{"Fd": "CodigoVariable", "Op": "eq", "Vl": "PB_Int", "Lg": "and"}]
    simem.only_old = True
    await parsed(source, variable("SIMEM_PB_Int"))
    asked = simem.requests[-1].query
    assert (asked["columnDestinyName"], asked["values"]) == ("CodigoVariable", "PB_Int")


async def test_other_codes_that_come_are_left_out_and_told(simem, source):
    other = {"CodigoVariable": "DdaNueva", "FechaHora": "2024-05-01T00:00:00", "CodigoSICAgente": "CHVC",
             "TipoMercado": "Regulado", "Version": "TX2", "Valor": 1}  # fmt: skip
    simem.instead["14fabb"] = [other, {**other, "CodigoVariable": "DdaReal"}]
    bronze = await parsed(source, DEMAND)
    assert bronze.cuantos == 1
    assert bronze.notas == ("código de variable sin usar en 14fabb: DdaNueva",)


async def test_an_answer_of_31_days_is_taken_whole_and_longer_spans_in_disjoint_pieces(simem, load, source):
    (report,) = await load(DAY, MONTH_END, PRICE)
    assert (report.estado, report.recibidas) == ("cargada", 31 * 24 * 5)
    spans = [(r.first, r.last) for r in await source.requests(DEMAND, date(2024, 1, 1), date(2024, 3, 31))]
    assert all((last - first).days < 31 for first, last in spans)
    assert [first.toordinal() for first, _ in spans[1:]] == [last.toordinal() + 1 for _, last in spans[:-1]]


async def test_months_and_years_are_asked_for_from_their_first_day_in_longer_spans(load, source, rows):
    restrictions = variable("SIMEM_Vlr_Rest_conAlivio", "Agente")
    (request,) = await source.requests(restrictions, date(2024, 1, 17), date(2025, 12, 1))
    assert (request.first, request.last) == (date(2024, 1, 1), date(2025, 12, 1))
    spans = await source.requests(variable("SIMEM_OEF", "Recurso"), date(2010, 3, 1), date(2024, 12, 31))
    assert all((s.last - s.first).days <= 1827 for s in spans)
    await load(date(2024, 3, 10), date(2024, 4, 30), restrictions)
    assert await rows("SELECT (fecha AT TIME ZONE 'America/Bogota')::date, valor FROM observaciones") == [
        (date(2024, 3, 1), 1.5e9), (date(2024, 4, 1), 1.5e9),
    ]  # fmt: skip


async def test_an_answer_that_lacks_days_is_completed_by_asking_for_them_alone(simem, load, rows):
    simem.cap = 10 * 24 * 5
    (report,) = await load(DAY, MONTH_END, PRICE)
    assert (report.estado, report.recibidas) == ("cargada", 31 * 24 * 5)
    assert await rows("SELECT count(*) FROM precios") == [(31 * 24,)]


async def test_the_total_of_the_country_is_apart_from_the_series(load, rows):
    both = [variable("SIMEM_AportesHidricosEnergia", kind) for kind in ("SerieHidrologica", "Total")]
    await load(DAY, DAY, *both)
    assert await rows("SELECT entidad_tipo, rio, aporte_gwh FROM aportes ORDER BY 1, 2") == [
        ("SerieHidrologica", "GUAVIO", 7.0), ("SerieHidrologica", "NARE", 5.0), ("Total", "Colombia", 12.0),
    ]  # fmt: skip


async def test_the_total_is_known_by_its_region_too(simem, source):
    simem.instead["ba1c55"] = [
        {"Fecha": "2024-05-01", "CodigoSerieHidrologica": None, "RegionHidrologica": "Colombia",
         "AportesHidricosEnergia": 1.2e7}
    ]  # fmt: skip
    series, total = [
        await parsed(source, variable("SIMEM_AportesHidricosEnergia", kind))
        for kind in ("SerieHidrologica", "Total")
    ]
    assert series.frame.is_empty()
    assert total.frame["entidad"].to_list() == ["Colombia"]


async def test_aggregates_of_reservoirs_are_apart_from_the_reservoirs(load, rows):
    both = [variable("SIMEM_VolumenUtilDiarioEnergia", kind) for kind in ("Embalse", "AgregadoEmbalse")]
    await load(DAY, DAY, *both)
    assert await rows("SELECT entidad_tipo, embalse, energia_gwh FROM embalses ORDER BY 1, 2") == [
        ("AgregadoEmbalse", "AGREGADO_SIN", 5000.0), ("Embalse", "GUAVIO", 2000.0),
        ("Embalse", "PENOL", 3000.0),
    ]  # fmt: skip


async def test_percentages_that_come_as_fractions_become_percent(load, rows):
    await load(DAY, DAY, variable("SIMEM_VolumenUtilPorcentaje", "Embalse"))
    assert await rows("SELECT valor FROM observaciones") == [(78.5,)]


async def test_losses_are_read_from_their_columns_or_from_their_codes(simem, load, source, rows):
    """Whether the set of losses is wide or long is not documented: either is read."""
    regulated = variable("SIMEM_PerdidasDemandaRegulada", "Agente")
    wide = await parsed(source, regulated)
    simem.instead["d0d746"] = simem.long([DAY], regulated.codigo.removeprefix("SIMEM_"), "kWh", 10.0,
                                         CodigoSICAgente="CHVC")  # fmt: skip
    long = await parsed(source, regulated)
    assert wide.cuantos == long.cuantos == 24 * 5
    assert wide.frame["valores"][0][0] == "10.0"
    (report,) = await load(DAY, DAY, regulated)
    assert report.rechazadas == 0
    assert await rows("SELECT DISTINCT entidad_tipo, or_id FROM perdidas") == [("Agente", "CHVC")]


async def test_a_set_without_versions_keeps_the_newest_publication_of_a_day(load, rows):
    enficc, oef = variable("SIMEM_ENFICCVerificada", "Recurso"), variable("SIMEM_OEF", "Recurso")
    reports = await load(DAY, DAY, enficc) + await load(DAY, date(2024, 12, 31), oef)
    assert [r.rechazadas for r in reports] == [0, 0]
    published = "(publicado_en AT TIME ZONE 'America/Bogota')::date"
    assert await rows(f"SELECT valor, version, {published} FROM observaciones ORDER BY valor") == [
        (11.0, "", date(2024, 2, 5)), (4000.0, "", date(2024, 9, 1)),
    ]  # fmt: skip


async def test_a_version_that_nobody_knows_is_named_and_the_batch_waits_in_quarantine(simem, load, rows):
    simem.versions = ("TX1", "TXZ")
    (report,) = await load(DAY, DAY, PRICE)
    assert (report.estado, report.codigo) == ("rechazada", "unknown_version")
    assert "TXZ" in report.error
    assert await rows("SELECT count(*) FROM precios") == [(0,)]


@pytest.mark.parametrize(("column", "value"), [("UnidadMedida", "MWh"), ("CodigoDuracion", "PT15M")])
async def test_another_unit_or_another_duration_is_refused_whole(simem, load, column, value):
    simem.instead["14fabb"] = [
        {"CodigoVariable": "DdaReal", "FechaHora": "2024-05-01T00:00:00", "CodigoSICAgente": "CHVC",
         "TipoMercado": "Regulado", "Version": "TX2", "Valor": 1, column: value}
    ]  # fmt: skip
    (report,) = await load(DAY, DAY, DEMAND)
    assert (report.estado, report.codigo) == ("fallida", "contract_violation")
    assert value in report.error


@pytest.mark.parametrize("column", ["Valor", "CodigoVariable", "Version", "FechaHora"])
async def test_a_column_that_is_gone_is_named(simem, load, column):
    simem.without_key = column
    (report,) = await load(DAY, DAY, DEMAND)
    assert report.codigo == "contract_violation"
    assert column in report.error


async def test_the_words_of_a_refusal_reach_the_person(source, simem):
    (request,) = await source.requests(PRICE, DAY, DAY)
    for changed, kind, words in (
        ({"datasetId": "000000"}, UpstreamError, "conjunto de datos indicado no existe"),
        ({"datasetId": ""}, UpstreamError, "datasetId field is required"),
        ({"startDate": "2024-01-01"}, RangeTooLongError, "supera los 31 días"),
    ):
        asked = type(request)("simem", PRICE, DAY, DAY, {**request.peticion, **changed}, "COP/kWh")
        with pytest.raises(kind, match=words):
            source.parse(asked, await source.fetch(asked))
    simem.only_old = simem.no_success = True
    with pytest.raises(UpstreamError, match="No se pudo completar la consulta"):
        source.parse(request, await source.fetch(request))


@pytest.mark.parametrize("odd", [b"{}", b"<html>mantenimiento</html>", b'{"records": []}', b""])
async def test_an_answer_of_the_new_endpoint_that_is_none_of_its_own_is_asked_of_the_old(simem, source, odd):
    simem.raw["ec6945"] = odd
    bronze = await parsed(source, PRICE)
    assert bronze.cuantos == 24 * 5
    assert [r.path for r in data_requests(simem, "ec6945")] == [NEW, OLD]


@pytest.mark.parametrize("tail", [b', {"CodigoVariable": "DdaReal", "Fec', b"", b"]<html>"])
async def test_a_stream_that_ends_early_is_never_a_short_month(simem, load, rows, tail):
    whole = simem.long([DAY], "DdaReal", "kWh", 1.0, CodigoSICAgente="CHVC", TipoMercado="Regulado")
    simem.raw["14fabb"] = json.dumps(whole).encode().removesuffix(b"]") + tail
    (report,) = await load(DAY, DAY, DEMAND)
    assert (report.estado, report.codigo) == ("fallida", "bad_body")
    assert await rows("SELECT count(*) FROM observaciones") == [(0,)]


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
    assert await asyncio.to_thread(os.listdir, source._folder.name) == []


async def test_no_data_is_an_empty_array_and_no_error(simem, source):
    simem.instead["ec6945"] = []
    assert (await parsed(source, PRICE)).frame.is_empty()


async def test_the_same_range_again_changes_nothing(load):
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


async def test_a_variable_that_simem_does_not_give_is_refused(source):
    with pytest.raises(ContractViolationError, match="SIMEM no da DemaReal"):
        await source.requests(variable("DemaReal"), DAY, DAY)


def test_every_set_has_variables_and_every_variable_its_set():
    ours = [v for v in variables() if v.fuente == "simem"]
    assert fuente("simem") is FUENTE
    assert {v.conjunto for v in ours} == set(SERIES)
    kinds = {"Sistema", "Agente", "Recurso", "Unidad", "SerieHidrologica", "Embalse"}
    for v in ours:
        table = SERIES[v.conjunto]
        assert v.entidad in kinds | {table.aparte_tipo}, v
        assert (v.entidad == "Sistema") == (not table.entidad), v
        assert v.codigo.startswith("SIMEM_"), v


def test_columns_and_units_are_those_of_the_published_dictionary_and_inventory(shared):
    listed = pl.read_csv(shared / "data/xm/simem_columnas_32_datasets_2025-11.csv")
    columns: dict[str, set[str]] = {}
    for dataset, column in listed.select("dataset_id", "columna").iter_rows():
        columns.setdefault(dataset.lower(), set()).add(column)
    found = [t for t in SERIES.values() if t.id.lower() in columns]
    assert len(found) >= 12
    for table in found:
        assert table.columnas <= columns[table.id.lower()], table.id
    inventory = pl.read_csv(shared / "data/xm/simem_inventario_variables_2023-11.csv.gz")
    units = {
        (dataset.lower(), code): unit
        for dataset, code, unit in inventory.select("IdDataset", "CodigoVariable", "UnidadMedida").iter_rows()
        if dataset
    }
    same = {"%": "fraccion", "kWh/año": "kWh", "kWh-día": "kWh"}
    checked = 0
    for v in variables():
        unit = units.get((SERIES[v.conjunto].id.lower(), v.codigo[6:])) if v.fuente == "simem" else None
        if unit is not None:
            assert same.get(unit, unit) == v.unidad_fuente, v
            checked += 1
    assert checked > 25
