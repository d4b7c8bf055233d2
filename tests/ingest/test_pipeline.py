"""From the operator's answer to the tables, over HTTP: what goes in, what is refused, what is kept."""

import json
from dataclasses import replace
from datetime import date, timedelta

import polars as pl
import pytest
from sqlalchemy.ext.asyncio import AsyncSession
from tests.standins.xm import RANGE_ERROR
from tests.standins.xm_data import hourly

from siea.domain.catalogo import variable
from siea.ingest import pipeline
from siea.ingest.http import HttpClient
from siea.ingest.report import FALLIDA, SIN_CAMBIOS
from siea.ingest.sources.xm import XmSource
from siea.store.repositories import DemandaRepository

DAY = date(2024, 10, 1)
WEEK = date(2024, 10, 7)
# What is found again, byte for byte, of the body of a failure.
KEPT = {"range": RANGE_ERROR.encode(), "html": b"<h1>Service unavailable</h1>", "truncated": b'{"Metric": {'}


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
        ("range", "range_too_long"), ("html", "bad_body"), ("message", "upstream_error"),
        ("message_400", "upstream_error"), ("empty_object", "contract_violation"), ("forbidden", "blocked"),
        ("server", "server_fault"), ("truncated", "bad_body"), ("cut_connection", "unreachable"),
    ],
)  # fmt: skip
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
    if failure in KEPT:
        (raw,) = lake_folder.glob("raw/xm/demanda/2024/10/01/DemaReal_*.error")
        assert KEPT[failure] in raw.read_bytes()
    xm.heal()
    (report,) = await fill(DAY, WEEK, "DemaReal")
    assert report.guardadas == 168


async def test_a_source_that_does_not_answer_is_told_and_the_others_go_on(engine, lake, xm, clock):
    """UP-03: the wait ends by itself, and what is said is «unreachable», never «no data»."""
    xm.fail("hang", times=0, metric="DemaReal")
    async with HttpClient(per_minute=100_000, timeout_s=0.3, tries=1, clock=clock) as http:
        source, wanted = XmSource(http, xm.url), [variable("DemaReal"), variable("DemaSIN")]
        days = {"first": DAY, "last": WEEK}
        hung, other = await pipeline.backfill(engine, lake, source, wanted, clock=clock, **days)
    assert (hung.variable, hung.estado, hung.codigo, hung.reintentar) == (
        "DemaReal", FALLIDA, "unreachable", True
    )  # fmt: skip
    assert (other.variable, other.estado, other.guardadas) == ("DemaSIN", "cargada", 7)


async def test_after_a_failure_the_later_days_of_that_variable_wait(fill, xm, rows):
    """A hole in the middle would look as if it had been done."""
    first, last = date(2024, 8, 1), date(2024, 10, 15)
    xm.fail("range", metric="DemaReal")
    assert [report.estado for report in await fill(first, last, "DemaReal")] == [FALLIDA]
    assert await rows("SELECT count(*) FROM demanda_nacional") == [(0,)]
    assert {report.estado for report in await fill(first, last, "DemaReal")} == {"cargada"}


async def test_an_answer_that_was_cut_short_is_asked_again_in_parts(fill, xm, rows):
    """IF-03: HTTP 200 with the first entities only is never a loaded range."""
    xm.cap = 3
    (report,) = await fill(DAY, WEEK, "DemaReal")
    assert await rows("SELECT count(*) FROM demanda_nacional") == [(168,)]
    assert report.dias_faltantes == ()
    assert report.estado == "cargada"
    asked = [(body["StartDate"][:10], body["EndDate"][:10]) for body in xm.asked("DemaReal")]
    assert asked == [("2024-10-01", "2024-10-07"), ("2024-10-04", "2024-10-05"), ("2024-10-06", "2024-10-07")]


async def test_days_that_do_not_come_leave_the_range_open_with_one_alert_until_they_come(
    engine, lake, source, clock, fill, xm, rows
):
    """IF-03: such a range is never marked as loaded; a run goes back to it though later days are done."""
    xm.edit = lambda metric, day, entities: [] if date(2024, 10, 3) <= day <= WEEK else entities
    (report,) = await fill(DAY, WEEK, "DemaReal")
    assert (report.estado, report.guardadas) == ("incompleta", 48)
    assert report.dias_faltantes == tuple(date(2024, 10, day) for day in range(3, 8))
    assert report.calidad < 90
    xm.edit = lambda metric, day, entities: [] if date(2024, 10, 4) <= day <= WEEK else entities
    (again,) = await fill(DAY, WEEK, "DemaReal")
    assert (again.estado, again.guardadas, again.iguales) == ("incompleta", 24, 48)
    assert await rows("SELECT tipo, causa, carga_id, resuelta_en FROM alertas") == [
        ("calidad", "calidad:DemaReal:Sistema", report.carga_id, None)
    ]
    xm.edit = None
    await fill(date(2024, 10, 20), date(2024, 10, 24), "DemaReal")
    reports = await pipeline.run(engine, lake, source, [variable("DemaReal")], clock=clock)
    assert reports[0].desde == DAY
    assert reports[-1].hasta == date(2024, 10, 31)
    assert {one.estado for one in reports} == {"cargada"}
    assert await rows("SELECT count(*) FROM demanda_nacional") == [(31 * 24,)]
    assert await rows("SELECT count(*), count(resuelta_en) FROM alertas") == [(1, 1)]


async def test_days_first_published_in_part_keep_those_values_as_history(fill, xm, rows, clock, engine):
    """Provisional while a quarter of the level is there; settled once all have reported."""
    last = date(2024, 10, 24)
    xm.partial = {last - timedelta(days=1): 0.28, last: 0.28}
    await fill(date(2024, 8, 26), last, "DemaReal")
    known = clock().date()
    stored = await rows("SELECT dia FROM demanda_diaria WHERE provisional ORDER BY dia")
    assert [day for (day,) in stored] == sorted(xm.partial)

    xm.partial = {}
    clock.pass_days(3)
    (report,) = await fill(date(2024, 10, 20), last, "DemaReal")
    assert (report.revisadas, report.iguales, report.dias_provisionales) == (48, 72, ())
    assert await rows("SELECT provisional, count(*) FROM revisiones GROUP BY 1") == [(True, 48)]
    assert await rows("SELECT count(*) FROM demanda_nacional WHERE provisional") == [(0,)]
    async with AsyncSession(engine) as session:
        repository = DemandaRepository(session)

        async def level(as_of):
            found = await repository.get_by_date_range(last, last, "DemaReal", as_of)
            return sum(row.demanda_gwh for row in found), {row.provisional for row in found}

        before, after = await level(known), await level(None)
        assert before == (pytest.approx(0.28 * after[0], rel=1e-4), {True})
        assert after[1] == {False}
        assert await level(known + timedelta(days=3)) == after


class Versioned(XmSource):
    """XM, were it to send settlement codes."""

    def parse(self, request, answer):
        bronze = super().parse(request, answer)
        return replace(bronze, frame=bronze.frame.with_columns(version=pl.lit("TXX")))


async def test_a_settlement_code_that_nobody_knows_puts_the_whole_batch_in_quarantine(
    engine, lake, xm, clock, rows, lake_folder
):
    async with HttpClient(per_minute=100_000, clock=clock) as http:
        source, wanted = Versioned(http, xm.url), [variable("DemaReal")]
        (report,) = await pipeline.backfill(engine, lake, source, wanted, first=DAY, last=WEEK, clock=clock)
    assert (report.estado, report.codigo, report.rechazadas) == ("rechazada", "unknown_version", 168)
    assert report.error == "versión de liquidación desconocida: TXX"
    ((reason, count),) = await rows("SELECT motivo, count(*) FROM cuarentena GROUP BY 1")
    assert (reason, count) == ("lote en cuarentena: versión de liquidación desconocida: TXX", 168)
    assert await rows("SELECT count(*) FROM demanda_nacional") == [(0,)]
    assert await rows("SELECT count(*) FROM estado_variables") == [(0,)]
    assert await rows("SELECT estado, filas_rechazadas FROM cargas") == [("rechazada", 168)]
    assert await rows("SELECT count(*) FROM alertas") == [(1,)]
    assert list(lake_folder.glob("raw/xm/demanda/2024/10/01/DemaReal_*.json"))


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
