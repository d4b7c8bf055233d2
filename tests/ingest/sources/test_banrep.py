"""The central bank's SDMX: months, revisions, documents that are none."""

from datetime import date

import pytest
from tests.standins.banrep import BanRepStandIn
from tests.standins.base import Reply

from siea.domain.catalogo import variable
from siea.ingest.sources.registry import fuente

RATE = variable("TasaIntervencion", "Pais")
DAY = date(2024, 9, 1)


@pytest.fixture
def bank() -> BanRepStandIn:
    return BanRepStandIn()


@pytest.fixture
def source(opened, bank):
    return opened("banrep", bank)


async def test_each_month_has_its_rate(load, source, rows):
    (report,) = await load(source, DAY, DAY, RATE)
    assert (report.guardadas, report.rechazadas) == (9, 0)
    assert await rows("SELECT valor FROM observaciones ORDER BY fecha LIMIT 2") == [(12.5,), (12.25,)]


async def test_the_end_of_the_range_is_exclusive_so_the_present_year_is_asked_for_whole(source, bank, load):
    await load(source, DAY, DAY, RATE)
    assert bank.requests[-1].query["endPeriod"] == "2025"


async def test_a_corrected_rate_keeps_what_it_was(load, source, bank, rows, clock):
    await load(source, DAY, DAY, RATE)
    bank.values["2024-09"] = "10.25"
    clock.pass_days(1)
    (report,) = await load(source, DAY, DAY, RATE)
    assert report.revisadas == 1
    assert await rows("SELECT valor FROM revisiones") == [(10.5,)]


@pytest.mark.parametrize("kind", ["html", "truncated", "garbage"])
async def test_what_is_no_document_is_told(load, source, bank, kind):
    bank.fail(kind, times=0)
    (report,) = await load(source, DAY, DAY, RATE)
    assert report.estado == "fallida"
    assert report.codigo in {"bad_body", "contract_violation"}


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16"])
@pytest.mark.parametrize("padding", [0, 10_000])
async def test_a_document_with_entities_of_its_own_is_not_read(
    load, source, bank, monkeypatch, encoding, padding
):
    comment = f"<!--{'x' * padding}-->"
    bomb = f'<?xml version="1.0"?>{comment}<!DOCTYPE x [<!ENTITY a "aaaa">]><x>&a;</x>'.encode(encoding)
    monkeypatch.setattr(bank, "good", lambda *_: Reply(200, bomb, "application/xml"))
    (report,) = await load(source, DAY, DAY, RATE)
    assert "DTD" in report.error


async def test_a_rate_that_the_bank_calls_provisional_says_so(load, source, bank, rows):
    bank.status["2024-09"] = "P"
    await load(source, DAY, DAY, RATE)
    told = await rows("SELECT marcas FROM observaciones ORDER BY fecha DESC LIMIT 2")
    assert told == [(["provisional_fuente"],), ([],)]


async def test_a_month_that_is_left_out_is_a_gap_and_not_the_rate_before(load, source, bank, rows):
    """B2-GP-01: the bank declares no «only what changes»."""
    del bank.values["2024-05"]
    (report,) = await load(source, DAY, DAY, RATE)
    assert report.guardadas == 8
    assert date(2024, 5, 1) in report.dias_faltantes


async def test_a_period_that_is_no_month_is_refused(load, source, bank):
    bank.values["2024-Q1"] = "9"
    (report,) = await load(source, DAY, DAY, RATE)
    assert "2024-Q1" in report.error


async def test_the_names_that_the_code_reads_are_there(source):
    assert fuente("banrep").conjunto("tasa_intervencion").forma <= await source.sample("tasa_intervencion")
