"""Series of SIMEM over HTTP: versions that never sum, both endpoints, filters, limits, totals apart."""

import asyncio
import json
import os
from datetime import date

import polars as pl
import pytest
from tests.standins.simem import OLD, VERSIONS

from siea.domain.catalogo import variable, variables
from siea.ingest.sources.registry import fuente
from siea.ingest.sources.simem import FUENTE
from siea.ingest.sources.simem_tablas import SERIES

DAY, MONTH_END = date(2024, 5, 1), date(2024, 5, 31)


async def test_five_versions_of_an_hour_never_sum_the_highest_is_current_and_the_rest_is_history(
    load, rows, demand
):
    (report,) = await load(demand)
    assert (report.estado, report.rechazadas, report.recibidas) == ("cargada", 0, 24 * 3 * 5)
    ((count, total, versions),) = await rows(
        "SELECT count(*), sum(valor), array_agg(DISTINCT version) FROM observaciones"
    )
    assert (count, versions) == (72, ["TX3"])
    assert total == pytest.approx(3 * sum(60_004 + 100 * hour for hour in range(24)) / 1e6)
    history = await rows("SELECT version, count(*) FROM revisiones GROUP BY 1 ORDER BY min(publicado_en)")
    assert history == [(version, 72) for version in VERSIONS[:4]]


async def test_an_agent_has_a_series_for_each_kind_of_market(load, rows, demand):
    await load(demand)
    told = "SELECT entidad, dimension, count(*) FROM observaciones GROUP BY 1, 2 ORDER BY 1, 2"
    assert await rows(told) == [
        ("CHVC", "No Regulado", 24), ("CHVC", "Regulado", 24), ("EPMC", "Regulado", 24),
    ]  # fmt: skip


async def test_an_hour_is_named_by_its_start(load, rows, price):
    await load(price)
    ((value,),) = await rows("SELECT precio_cop_kwh FROM precios WHERE fecha = '2024-05-01 19:00+00'")
    assert value == 200.5 + 100 * 14 + 4


@pytest.mark.parametrize("code", ["SIMEM_PB_Nal", "SIMEM_DdaReal", "SIMEM_AportesHidricosEnergia"])
async def test_both_endpoints_and_both_forms_of_time_give_the_same_rows(simem, code, parsed):
    wanted = next(v for v in variables() if v.codigo == code)
    new = await parsed(wanted)
    simem.only_old = True
    old = await parsed(wanted)
    assert simem.requests[-1].path == OLD
    assert len(new.frame)
    assert new.frame.equals(old.frame)


async def test_consecutive_hours_of_a_version_are_one_row_and_a_missing_hour_stays_missing(
    simem, parsed, demand
):
    simem.instead["14fabb"] = [
        {"CodigoVariable": "DdaReal", "FechaHora": f"2024-05-01 {hour:02d}:00:00", "CodigoSICAgente": "CHVC",
         "TipoMercado": "Regulado", "Version": "TX2", "Valor": None if hour == 4 else 62463.18}
        for hour in (5, 3, 4, 1, 0)
    ]  # fmt: skip
    bronze = await parsed(demand)
    assert bronze.frame.select("hora", "valores").rows() == [
        (1, ["62463.18", "62463.18"]), (4, ["62463.18", None, "62463.18"]),
    ]  # fmt: skip


async def test_a_set_with_several_variables_is_asked_for_one_with_a_filter(simem, parsed, asked_of):
    bronze = await parsed(variable("SIMEM_PB_Int"))
    assert bronze.cuantos == 24 * 5
    assert bronze.frame["valores"][0][0].startswith("1200.5")
    body = json.loads(asked_of("ec6945")[-1].body)
    assert body == [{"Fd": "CodigoVariable", "Op": "eq", "Vl": "PB_Int", "Lg": "and"}]
    simem.only_old = True
    await parsed(variable("SIMEM_PB_Int"))
    asked = simem.requests[-1].query
    assert (asked["columnDestinyName"], asked["values"]) == ("CodigoVariable", "PB_Int")


async def test_other_codes_that_come_are_left_out_and_told(simem, parsed, demand):
    other = {"CodigoVariable": "DdaNueva", "FechaHora": "2024-05-01T00:00:00", "CodigoSICAgente": "CHVC",
             "TipoMercado": "Regulado", "Version": "TX2", "Valor": 1}  # fmt: skip
    simem.instead["14fabb"] = [other, {**other, "CodigoVariable": "DdaReal"}]
    bronze = await parsed(demand)
    assert bronze.cuantos == 1
    assert bronze.notas == ("código de variable sin usar en 14fabb: DdaNueva",)


async def test_an_answer_of_31_days_is_taken_whole_and_longer_spans_in_disjoint_pieces(
    simem, load, source, demand, price
):
    (report,) = await load(price, first=DAY, last=MONTH_END)
    assert (report.estado, report.recibidas) == ("cargada", 31 * 24 * 5)
    spans = [(r.first, r.last) for r in await source.requests(demand, date(2024, 1, 1), date(2024, 3, 31))]
    assert all((last - first).days < 31 for first, last in spans)
    assert [first.toordinal() for first, _ in spans[1:]] == [last.toordinal() + 1 for _, last in spans[:-1]]


async def test_months_and_years_are_asked_for_from_their_first_day_in_longer_spans(load, source, rows):
    restrictions = variable("SIMEM_Vlr_Rest_conAlivio", "Agente")
    (request,) = await source.requests(restrictions, date(2024, 1, 17), date(2025, 12, 1))
    assert (request.first, request.last) == (date(2024, 1, 1), date(2025, 12, 1))
    spans = await source.requests(variable("SIMEM_OEF", "Recurso"), date(2010, 3, 1), date(2024, 12, 31))
    assert all((s.last - s.first).days <= 1827 for s in spans)
    await load(restrictions, first=date(2024, 3, 10), last=date(2024, 4, 30))
    assert await rows("SELECT (fecha AT TIME ZONE 'America/Bogota')::date, valor FROM observaciones") == [
        (date(2024, 3, 1), 1.5e9), (date(2024, 4, 1), 1.5e9),
    ]  # fmt: skip


async def test_an_answer_that_lacks_days_is_completed_by_asking_for_them_alone(simem, load, rows, price):
    simem.cap = 10 * 24 * 5
    (report,) = await load(price, first=DAY, last=MONTH_END)
    assert (report.estado, report.recibidas) == ("cargada", 31 * 24 * 5)
    assert await rows("SELECT count(*) FROM precios") == [(31 * 24,)]


async def test_the_total_of_the_country_is_apart_from_the_series(load, rows):
    both = [variable("SIMEM_AportesHidricosEnergia", kind) for kind in ("SerieHidrologica", "Total")]
    await load(*both)
    assert await rows("SELECT entidad_tipo, rio, aporte_gwh FROM aportes ORDER BY 1, 2") == [
        ("SerieHidrologica", "GUAVIO", 7.0), ("SerieHidrologica", "NARE", 5.0), ("Total", "Colombia", 12.0),
    ]  # fmt: skip


async def test_the_total_is_known_by_its_region_too(simem, parsed):
    simem.instead["ba1c55"] = [
        {"Fecha": "2024-05-01", "CodigoSerieHidrologica": None, "RegionHidrologica": "Colombia",
         "AportesHidricosEnergia": 1.2e7}
    ]  # fmt: skip
    series, total = [
        await parsed(variable("SIMEM_AportesHidricosEnergia", kind)) for kind in ("SerieHidrologica", "Total")
    ]
    assert series.frame.is_empty()
    assert total.frame["entidad"].to_list() == ["Colombia"]


async def test_aggregates_of_reservoirs_are_apart_from_the_reservoirs(load, rows):
    both = [variable("SIMEM_VolumenUtilDiarioEnergia", kind) for kind in ("Embalse", "AgregadoEmbalse")]
    await load(*both)
    assert await rows("SELECT entidad_tipo, embalse, energia_gwh FROM embalses ORDER BY 1, 2") == [
        ("AgregadoEmbalse", "AGREGADO_SIN", 5000.0), ("Embalse", "GUAVIO", 2000.0),
        ("Embalse", "PENOL", 3000.0),
    ]  # fmt: skip


async def test_percentages_that_come_as_fractions_become_percent(load, rows):
    await load(variable("SIMEM_VolumenUtilPorcentaje", "Embalse"))
    assert await rows("SELECT valor FROM observaciones") == [(78.5,)]


async def test_losses_are_read_from_their_columns_or_from_their_codes(simem, load, rows, parsed):
    """Whether the set of losses is wide or long is not documented: either is read."""
    regulated = variable("SIMEM_PerdidasDemandaRegulada", "Agente")
    wide = await parsed(regulated)
    simem.instead["d0d746"] = simem.long([DAY], regulated.codigo.removeprefix("SIMEM_"), "kWh", 10.0,
                                         CodigoSICAgente="CHVC")  # fmt: skip
    long = await parsed(regulated)
    assert wide.cuantos == long.cuantos == 24 * 5
    assert wide.frame["valores"][0][0] == "10.0"
    (report,) = await load(regulated)
    assert report.rechazadas == 0
    assert await rows("SELECT DISTINCT entidad_tipo, or_id FROM perdidas") == [("Agente", "CHVC")]


async def test_a_set_without_versions_keeps_the_newest_publication_of_a_day(load, rows):
    enficc, oef = variable("SIMEM_ENFICCVerificada", "Recurso"), variable("SIMEM_OEF", "Recurso")
    reports = await load(enficc) + await load(oef, first=DAY, last=date(2024, 12, 31))
    assert [r.rechazadas for r in reports] == [0, 0]
    published = "(publicado_en AT TIME ZONE 'America/Bogota')::date"
    assert await rows(f"SELECT valor, version, {published} FROM observaciones ORDER BY valor") == [
        (11.0, "", date(2024, 2, 5)), (4000.0, "", date(2024, 9, 1)),
    ]  # fmt: skip


async def test_the_raw_answer_is_in_the_lake_byte_for_byte_and_no_temporary_file_stays(
    load, lake, source, price
):
    await load(price)
    (raw,) = lake.iter_raw("simem")
    assert lake.read_raw(raw.path).startswith(b'[{"CodigoVariable"')
    assert await asyncio.to_thread(os.listdir, source._folder.name) == []


async def test_no_data_is_an_empty_array_and_no_error(simem, parsed, price):
    simem.instead["ec6945"] = []
    assert (await parsed(price)).frame.is_empty()


async def test_the_same_range_again_changes_nothing(load, demand):
    await load(demand)
    (again,) = await load(demand)
    assert again.estado == "sin_cambios"


async def test_a_new_version_replaces_the_last_and_keeps_it(simem, load, rows, clock, price):
    simem.versions = ("TX1", "TX2")
    await load(price)
    simem.versions = VERSIONS
    clock.pass_days(1)
    await load(price)
    assert await rows("SELECT DISTINCT version FROM precios") == [("TX3",)]
    assert await rows("SELECT version, count(*) FROM revisiones GROUP BY 1 ORDER BY 1") == [
        (version, 24) for version in sorted(VERSIONS[:4])
    ]


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


async def test_the_known_answers_of_simem_are_read(shared, simem, parsed, demand):
    folder = shared / "data/api"
    simem.raw["14fabb"] = (folder / "simem_PublicData_14fabb_one_record.REBUILT.json").read_bytes()
    (row,) = (await parsed(demand)).frame.iter_rows(named=True)
    assert (row["entidad"], row["dimension"], row["version"]) == ("CHVC", "No Regulado", "TX2")
    assert (row["dia"], row["hora"], row["valores"]) == ("2026-08-05", 2, ["62463.18"])
    simem.raw["ec6945"] = (folder / "simem_datos-publicos_EC6945_rows.REBUILT.json").read_bytes()
    prices = (await parsed(variable("SIMEM_PB_Int"))).frame.sort("version")
    assert prices.select("dia", "hora", "version", "valores").rows() == [
        ("2026-01-31", 15, "TX1", ["189.5"]), ("2026-01-31", 15, "TXF", ["192.8123"]),
    ]  # fmt: skip


async def test_a_mark_at_the_start_of_the_file_is_no_part_of_it(simem, parsed, price):
    simem.raw["ec6945"] = b"\xef\xbb\xbf" + json.dumps(simem.long([DAY], "PB_Nal", "COP/kWh", 200.5)).encode()
    assert (await parsed(price)).cuantos == 24 * 5
