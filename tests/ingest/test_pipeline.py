"""From the operator's answer to the tables, over HTTP: what goes in, what is refused, what is kept."""

import json
from datetime import date, timedelta

import pytest
from sqlalchemy.ext.asyncio import AsyncSession
from tests.standins.xm_data import hourly

from siea.ingest.report import FALLIDA, SIN_CAMBIOS
from siea.store.repositories import DemandaRepository

DAY = date(2024, 10, 1)
WEEK = date(2024, 10, 7)


async def test_a_run_keeps_raw_bytes_bronze_and_silver_and_fills_the_table(fill, rows, lake_folder):
    (report,) = await fill(DAY, WEEK, "DemaReal")
    assert (report.estado, report.guardadas, report.rechazadas) == ("cargada", 7 * 24, 0)
    assert await rows("SELECT count(*), count(demanda_gwh) FROM demanda_nacional") == [(168, 168)]
    layers = {path.relative_to(lake_folder).parts[0] for path in lake_folder.rglob("*") if path.is_file()}
    assert layers == {"raw", "bronze", "silver"}
    folder = lake_folder / "raw/xm/demanda/2024/10/01"
    (raw,) = [path for path in folder.iterdir() if not path.name.endswith(".meta.json")]
    assert json.loads(raw.read_bytes())["Metric"]["Id"] == "DemaReal"


async def test_every_row_knows_its_batch_and_the_batch_its_request_and_hash(fill, rows):
    await fill(DAY, DAY, "DemaReal")
    ((origin, sha, received, request),) = await rows(
        "SELECT c.origen, c.sha256, c.filas_recibidas, c.peticion FROM cargas c"
        " JOIN demanda_nacional d ON d.carga_id = c.id GROUP BY c.id"
    )
    assert origin.startswith("raw/xm/demanda/2024/10/01/")
    assert len(sha) == 64
    assert received == 24
    assert request["MetricId"] == "DemaReal"


async def test_the_real_demand_of_new_years_day_2025_sums_to_176_12_gwh(shared, fill, clock, rows):
    clock.pass_days(100)
    day = date(2025, 1, 1)
    await fill(day, day, "DemaReal")
    ((total, hours),) = await rows("SELECT demanda_gwh, horas FROM demanda_diaria WHERE dia = :d", d=day)
    assert round(total, 2) == 176.12
    assert hours == 24


async def test_the_two_partial_days_of_october_2024_come_out_provisional_and_no_other(shared, fill, rows):
    markets = ("DemaCome", "MercadoComercializacion")
    reports = await fill(date(2024, 8, 26), date(2024, 10, 24), markets)
    partial = {date(2024, 10, 23), date(2024, 10, 24)}
    assert {day for report in reports for day in report.dias_provisionales} == partial
    stored = await rows(
        "SELECT DISTINCT (fecha AT TIME ZONE 'America/Bogota')::date FROM observaciones WHERE provisional"
    )
    assert {day for (day,) in stored} == partial


async def test_loading_the_same_answer_again_changes_nothing(fill, rows, clock):
    await fill(DAY, WEEK, "DemaReal", "DemaSIN")
    before = await rows("SELECT * FROM demanda_nacional ORDER BY 1, 2")
    clock.pass_days(1)
    reports = await fill(DAY, WEEK, "DemaReal", "DemaSIN")
    assert {report.estado for report in reports} == {SIN_CAMBIOS}
    assert await rows("SELECT * FROM demanda_nacional ORDER BY 1, 2") == before
    assert await rows("SELECT count(*) FROM cargas") == [(2,)]


async def test_a_revised_hour_keeps_its_old_value_and_as_of_returns_each(fill, xm, rows, clock, engine):
    """RV-01: what was known on each day can be read again; only what changed is written."""
    await fill(DAY, DAY, "DemaReal")
    first_known = clock().date()
    ((old,),) = await rows("SELECT demanda_gwh FROM demanda_nacional ORDER BY fecha LIMIT 1")

    def revise(metric, day, entities):
        entities[0]["Values"]["Hour01"] = "9999999.00000"
        return entities

    xm.edit = revise
    clock.pass_days(10)
    (report,) = await fill(DAY, DAY, "DemaReal")
    assert (report.revisadas, report.iguales) == (1, 23)
    assert await rows("SELECT valor FROM revisiones") == [(old,)]
    async with AsyncSession(engine) as session:
        repository = DemandaRepository(session)

        async def first_hour(as_of):
            return (await repository.get_by_date_range(DAY, DAY, "DemaReal", as_of))[0].demanda_gwh

        assert await first_hour(None) == pytest.approx(9.999999)
        assert await first_hour(first_known) == old
        assert await first_hour(first_known + timedelta(days=9)) == old
        assert await first_hour(first_known + timedelta(days=10)) == pytest.approx(9.999999)
        assert await repository.get_by_date_range(DAY, DAY, "DemaReal", first_known - timedelta(days=1)) == []


async def test_missing_null_empty_and_dash_are_gaps_and_a_printed_zero_is_a_zero(fill, xm, rows):
    """NZ-01, B2-GP-03: bound to its hour by key, never filled, never zero."""

    def holes(metric, day, entities):
        values = entities[0]["Values"]
        del values["Hour03"]
        values |= {"Hour04": None, "Hour05": "", "Hour06": "-", "Hour07": "null", "Hour08": "0"}
        return entities

    xm.edit = holes
    (report,) = await fill(DAY, DAY, "DemaReal")
    values = [value for (value,) in await rows("SELECT demanda_gwh FROM demanda_nacional ORDER BY fecha")]
    assert [n for n, value in enumerate(values, 1) if value is None] == [3, 4, 5, 6, 7]
    assert values[7] == 0.0
    assert values[8] is not None
    assert await rows("SELECT demanda_gwh, horas FROM demanda_diaria") == [(None, 19)]
    assert report.calidad < 100


@pytest.mark.parametrize(
    ("failure", "code"),
    [
        ("range", "range_too_long"),
        ("html", "bad_body"),
        ("message", "upstream_error"),
        ("message_400", "upstream_error"),
        ("empty_object", "contract_violation"),
        ("forbidden", "blocked"),
        ("server", "server_fault"),
        ("truncated", "bad_body"),
        ("cut_connection", "unreachable"),
    ],
)
async def test_a_failure_is_told_by_its_kind_and_stops_no_other_variable(
    fill, xm, rows, lake_folder, failure, code
):
    """UP-02, UP-03: an error is never data, and never «no data»."""
    xm.fail(failure, times=0, metric="DemaReal")
    reports = {report.variable: report for report in await fill(DAY, WEEK, "DemaReal", "DemaSIN")}
    assert reports["DemaReal"].estado == FALLIDA
    assert reports["DemaReal"].codigo == code
    assert reports["DemaReal"].error
    assert reports["DemaSIN"].guardadas == 7
    assert await rows("SELECT DISTINCT variable FROM demanda_nacional") == [("DemaSIN",)]
    if failure not in {"cut_connection"}:
        assert list(lake_folder.glob("raw/xm/demanda/2024/10/01/DemaReal_*"))
    xm.heal()
    (report,) = await fill(DAY, WEEK, "DemaReal")
    assert report.guardadas == 168


async def test_an_answer_that_was_cut_short_is_asked_again_in_parts(fill, xm, rows):
    """IF-03: HTTP 200 with the first entities only is never a loaded range."""
    xm.cap = 3
    (report,) = await fill(DAY, WEEK, "DemaReal")
    assert await rows("SELECT count(*) FROM demanda_nacional") == [(168,)]
    assert report.dias_faltantes == ()
    assert len(xm.asked("DemaReal")) > 1


async def test_days_that_never_come_leave_the_range_incomplete_with_one_alert(fill, xm, rows):
    xm.edit = lambda metric, day, entities: entities if day <= date(2024, 10, 2) else []
    (report,) = await fill(DAY, WEEK, "DemaReal")
    assert report.estado == "incompleta"
    assert len(report.dias_faltantes) == 5
    assert report.calidad < 90
    alerts = await rows("SELECT tipo, causa FROM alertas")
    assert len(alerts) == 1


async def test_no_data_is_not_an_error(fill, xm):
    xm.fail("no_data", metric="DemaReal")
    (report,) = await fill(DAY, DAY, "DemaReal")
    assert report.estado == "sin_datos"


async def test_impossible_values_go_to_quarantine_with_the_reason_and_the_batch_goes_on(fill, xm, rows):
    def wild(metric, day, entities):
        entities[0]["Values"]["Hour01"] = "-5000000"
        entities[0]["Values"]["Hour02"] = "no es"
        return entities

    xm.edit = wild
    (report,) = await fill(DAY, DAY, "DemaReal")
    assert (report.guardadas, report.rechazadas) == (22, 2)
    reasons = [reason for (reason,) in await rows("SELECT motivo FROM cuarentena ORDER BY id")]
    assert len(reasons) == 2
    assert any("no es un número" in reason for reason in reasons)


async def test_local_days_and_dimensions_reach_the_table(fill, xm, rows):
    """TL-02: Hour24 is 04:00 UTC of the next day and belongs to the same local day."""
    markets = ("DemaCome", "MercadoComercializacion")
    entity = hourly([1e6] * 24, "CARIBE SOL", "MercadoComercializacion", MarketType="NO REGULADO")
    xm.revised["DemaCome", "MercadoComercializacion", DAY] = [entity]
    await fill(DAY, DAY, markets)
    ((low, high, place, kind),) = await rows(
        "SELECT min(fecha), max(fecha), entidad, dimension FROM observaciones GROUP BY 3, 4"
    )
    assert low.isoformat() == "2024-10-01T05:00:00+00:00"
    assert high.isoformat() == "2024-10-02T04:00:00+00:00"
    assert (place, kind) == ("CARIBE SOL", "NO REGULADO")
