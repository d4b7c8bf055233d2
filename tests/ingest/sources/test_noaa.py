"""NOAA's indices: the month in the middle of the season, revisions, what is no index."""

from datetime import date

import pytest
from tests.standins.noaa import SEASONS, NoaaStandIn

from siea.domain.catalogo import variable
from siea.ingest.sources.registry import fuente

ONI, RONI = variable("ONI_NOAA", "Pacifico"), variable("RONI", "Pacifico")
DAY = date(2024, 9, 1)


@pytest.fixture
def noaa() -> NoaaStandIn:
    return NoaaStandIn()


@pytest.fixture
def source(opened, noaa):
    return opened("noaa", noaa)


@pytest.mark.parametrize("index", [ONI, RONI])
async def test_a_season_is_the_month_in_its_middle_of_its_year(load, source, rows, index):
    (report,) = await load(source, DAY, DAY, index)
    assert (report.estado, report.rechazadas, report.guardadas) == ("cargada", 0, 74 * 12 + 9)
    first = await rows(
        "SELECT (fecha AT TIME ZONE 'America/Bogota')::date, valor FROM observaciones ORDER BY 1 LIMIT 1"
    )
    assert first == [(date(1950, 1, 1), -1.53)]


def test_each_of_the_twelve_seasons_has_its_month():
    assert [SEASONS.index(name) + 1 for name in ("DJF", "MAM", "JJA", "NDJ")] == [1, 4, 7, 12]


async def test_the_last_months_are_revised_and_what_they_said_is_kept(load, source, noaa, rows, clock):
    await load(source, DAY, DAY, ONI)
    noaa.revised["JJA", 2024] = "0.31"
    clock.pass_days(1)
    (report,) = await load(source, DAY, DAY, ONI)
    assert (report.revisadas, report.guardadas) == (1, 0)
    assert await rows("SELECT valor FROM revisiones") == [(0.25,)]
    (again,) = await load(source, DAY, DAY, ONI)
    assert again.estado == "sin_cambios"


@pytest.mark.parametrize("sentinel", ["-99.9", "-99.90", "-999.9"])
async def test_a_sentinel_is_a_gap(load, source, noaa, rows, sentinel):
    noaa.revised["JAS", 2024] = sentinel
    await load(source, DAY, DAY, RONI)
    assert await rows("SELECT count(*) FROM observaciones WHERE valor IS NULL") == [(1,)]


@pytest.mark.parametrize(("kind", "code"), [("html", "bad_body"), ("not_found", "contract_violation"),
                                           ("garbage", "bad_body"), ("server", "server_fault")])  # fmt: skip
async def test_what_is_no_index_is_told_and_nothing_is_loaded(load, source, noaa, rows, kind, code):
    noaa.fail(kind, times=0)
    (report,) = await load(source, DAY, DAY, ONI)
    assert (report.estado, report.codigo) == ("fallida", code)
    assert await rows("SELECT count(*) FROM observaciones") == [(0,)]


@pytest.mark.parametrize("said", ["", "0.3 0.4", "0.3\n  JJA 20x4  0.25", "0.3\n  XYZ 2024  0.25"])
async def test_a_line_that_is_not_whole_is_not_read_as_another_number(load, source, noaa, said):
    noaa.revised["JJA", 2024] = said
    (report,) = await load(source, DAY, DAY, RONI)
    assert report.codigo == "contract_violation"


async def test_a_text_in_the_place_of_an_anomaly_is_rejected_by_its_text(load, source, noaa, rows):
    noaa.revised["JJA", 2024] = "n/a"
    (report,) = await load(source, DAY, DAY, RONI)
    assert (report.rechazadas, report.guardadas) == (1, 74 * 12 + 8)
    assert await rows("SELECT motivo FROM cuarentena") == [("«n/a» no es un número",)]


@pytest.mark.parametrize("name", ["oni", "roni"])
async def test_the_columns_that_the_code_reads_are_there(source, name):
    assert fuente("noaa").conjunto(name).forma <= await source.sample(name)
