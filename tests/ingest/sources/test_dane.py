"""DANE's workbooks: the newest that is out, years told once, marks, rates that are no levels."""

from datetime import UTC, date, datetime

import pytest
from tests.standins.dane import DaneStandIn
from tests.standins.libros import Failed

from siea.domain.catalogo import variable
from siea.ingest.sources.dane import LIBROS, paths
from siea.ingest.sources.registry import fuente

IPC, CHANGE, ISE, ADJUSTED, CURRENT, CONSTANT, SPENT = (
    variable(code, "Pais")
    for code in (
        "IPC", "IPC_Variacion", "ISE", "ISE_Desestacionalizado", "PIB_Corriente", "PIB_Constante",
        "PIB_GastoConstante",
    )
)  # fmt: skip
DAY = date(2024, 9, 1)
LOCAL = "(fecha AT TIME ZONE 'America/Bogota')::date"


@pytest.fixture
def dane() -> DaneStandIn:
    return DaneStandIn()


@pytest.fixture
def source(opened, dane):
    return opened("dane", dane)


async def test_each_file_of_the_price_index_has_the_whole_history(load, source, rows, dane):
    (report,) = await load(source, DAY, DAY, IPC)
    assert (report.estado, report.rechazadas, report.guardadas) == ("cargada", 0, 21 * 12 + 9)
    ends = await rows(f"SELECT min({LOCAL}), max({LOCAL}) FROM observaciones")
    assert ends == [(date(2003, 1, 1), date(2024, 9, 1))]
    september = await rows(f"SELECT valor FROM observaciones WHERE {LOCAL} = '2024-09-01'")
    assert september == [(dane.value("IPC", 2024, 9),)]


async def test_the_row_of_the_year_to_date_is_no_month(load, source, rows):
    (report,) = await load(source, DAY, DAY, CHANGE)
    assert report.guardadas == 21 * 12 + 9
    assert await rows("SELECT count(*) FROM observaciones WHERE valor = 5") == [(0,)]


@pytest.mark.parametrize(
    ("newest", "asked"),
    [((2024, 10), ["oct"]), ((2024, 9), ["oct", "sep"]), ((2024, 8), ["oct", "sep", "ago"])],
)
async def test_the_previous_month_is_asked_for_first_and_a_404_means_not_out_yet(
    source, dane, load, newest, asked
):
    dane.newest["IPC"] = newest
    (report,) = await load(source, DAY, DAY, IPC)
    assert report.codigo is None
    assert [one.path.rsplit("-", 1)[1] for one in dane.requests] == [f"{name}2024.xlsx" for name in asked]


async def test_when_none_of_the_last_files_is_out_it_is_told(load, source, dane):
    dane.newest["IPC"] = (2023, 1)
    (report,) = await load(source, DAY, DAY, IPC)
    assert (report.estado, report.codigo) == ("fallida", "contract_violation")
    assert "404" in report.error


@pytest.mark.parametrize(
    ("code", "now", "first"),
    [
        ("IPC", datetime(2025, 1, 1, 3, tzinfo=UTC), "IPC/nov2024/anex-IPC-Indices-nov2024"),
        ("IPC", datetime(2025, 1, 9, tzinfo=UTC), "IPC/dic2024/anex-IPC-Indices-dic2024"),
        ("ISE", datetime(2026, 9, 1, 12, tzinfo=UTC), "ISE/anex-ISE-9actividades-ago2026"),
        ("PIB_Corriente", datetime(2026, 8, 20, tzinfo=UTC), "PIB/anex-ProduccionCorriente-IItrim2026"),
        ("PIB_GastoConstante", datetime(2026, 2, 20, tzinfo=UTC), "PIB/anex-GastoConstantes-IVtrim2025"),
    ],
)
def test_the_name_of_the_newest_file_that_may_be_out_is_that_of_the_last_whole_period(code, now, first):
    assert paths(LIBROS[code], now)[0] == f"/files/operaciones/{first}.xlsx"


async def test_activity_has_its_years_told_once_and_its_marks_are_kept(load, source, rows, dane):
    (report,) = await load(source, DAY, DAY, ISE)
    assert (report.estado, report.rechazadas, report.guardadas) == ("cargada", 0, 19 * 12 + 8)
    told = await rows(
        f"SELECT {LOCAL}, valor, marcas FROM observaciones"
        f" WHERE {LOCAL} IN ('2021-09-01', '2023-09-01') ORDER BY fecha"
    )
    value = dane.value("ISE", 2021, 9)
    assert told == [(date(2021, 9, 1), value, []), (date(2023, 9, 1), value, ["provisional_fuente"])]


async def test_original_and_adjusted_activity_are_two_series(load, source, rows):
    await load(source, DAY, DAY, ISE, ADJUSTED)
    told = await rows(
        "SELECT a.valor - b.valor FROM observaciones a JOIN observaciones b USING (fecha)"
        " WHERE a.variable = 'ISE_Desestacionalizado' AND b.variable = 'ISE' GROUP BY 1"
    )
    assert told == [(1000 / 1024,)]


@pytest.mark.parametrize("mark", ["p", " p", "(p)", " (pr)"])
async def test_a_mark_beside_a_month_is_no_part_of_it(load, source, dane, rows, mark):
    dane.month_marks = {8: mark if not mark.isalpha() else f" {mark}"}
    (report,) = await load(source, DAY, DAY, ISE)
    assert report.guardadas == 19 * 12 + 8
    marked = await rows(f"SELECT marcas FROM observaciones WHERE {LOCAL} = '2010-08-01'")
    assert marked == [(["provisional_fuente"],)]


@pytest.mark.parametrize("which", [CURRENT, CONSTANT])
async def test_the_product_is_the_total_of_the_first_block_by_quarter(load, source, rows, which):
    (report,) = await load(source, DAY, DAY, which)
    assert (report.estado, report.rechazadas, report.guardadas) == ("cargada", 0, 19 * 4 + 2)
    last = await rows(f"SELECT {LOCAL}, valor, marcas FROM observaciones ORDER BY fecha DESC LIMIT 1")
    assert last == [(date(2024, 4, 1), 200_002.5, ["provisional_fuente"])]


async def test_demand_comes_by_component_and_not_by_what_has_no_name_of_ours(load, source, rows):
    (report,) = await load(source, DAY, DAY, SPENT)
    assert (report.estado, report.rechazadas) == ("cargada", 0)
    parts = await rows("SELECT dimension, count(*) FROM observaciones GROUP BY 1 ORDER BY 1")
    assert parts == [(name, 78) for name in (
        "consumo de los hogares", "consumo final", "demanda interna", "producto interno bruto"
    )]  # fmt: skip


async def test_a_text_number_is_read_as_spanish_and_an_empty_month_is_nobodys_value(load, source, dane, rows):
    """B2-GP-01: nothing is carried forward into a gap; «n.d.» is a gap that the source tells."""
    dane.cells = {("IPC", 2010, 5): "1.073,25", ("IPC", 2011, 5): "n.d.", ("IPC", 2012, 5): None}
    dane.cells[("IPC", 2013, 5)] = "75,5 p"
    (report,) = await load(source, DAY, DAY, IPC)
    told = await rows(
        "SELECT extract(year FROM fecha)::int, valor, marcas FROM observaciones"
        f" WHERE {LOCAL} IN ('2010-05-01', '2011-05-01', '2012-05-01', '2013-05-01') ORDER BY 1"
    )
    assert told == [(2011, None, []), (2013, 75.5, ["provisional_fuente"])]
    assert report.rechazadas == 1  # 1073,25 is beyond the bounds of the index


async def test_an_error_of_a_formula_is_missing_and_told(source, dane):
    dane.cells = {("IPC", 2020, 5): Failed("#REF!")}
    (request,) = await source.requests(IPC, DAY, DAY)
    bronze = source.parse(request, await source.fetch(request))
    assert len(bronze.frame) == 21 * 12 + 8
    assert "error de fórmula" in bronze.notas[0]


async def test_a_value_that_is_no_number_is_told_with_its_text(load, source, dane):
    dane.cells = {("ISE", 2020, 5): "12.34"}
    (report,) = await load(source, DAY, DAY, ISE)
    assert (report.codigo, "12.34" in report.error) == ("contract_violation", True)


async def test_a_revision_keeps_what_was_published(load, source, dane, rows, clock):
    await load(source, DAY, DAY, CURRENT)
    dane.cells = {("PIB", 2024, 1): 199_000.0}
    clock.pass_days(1)
    (report,) = await load(source, DAY, DAY, CURRENT)
    assert (report.revisadas, report.guardadas) == (1, 0)
    assert await rows("SELECT valor FROM revisiones") == [(200_001.5,)]
    (again,) = await load(source, DAY, DAY, CURRENT)
    assert again.estado == "sin_cambios"


async def test_a_browser_is_named_or_the_site_answers_nothing(load, source, dane):
    await load(source, DAY, DAY, IPC)
    assert {one.headers["user-agent"].startswith("Mozilla/5.0") for one in dane.requests} == {True}
    assert all("SIEA" in one.headers["user-agent"] for one in dane.requests)


@pytest.mark.parametrize(("kind", "code"), [
    ("html", "bad_body"), ("garbage", "bad_body"), ("truncated", "bad_body"), ("server", "server_fault"),
    ("forbidden", "blocked"), ("cut_connection", "unreachable"), ("not_found", "contract_violation"),
    ("empty_object", "bad_body"), ("too_many", "rate_limited"),
])  # fmt: skip
async def test_what_is_no_workbook_is_told_and_what_was_loaded_stays(load, source, dane, rows, kind, code):
    await load(source, DAY, DAY, IPC)
    before = await rows("SELECT count(*), sum(valor) FROM observaciones")
    dane.fail(kind, times=0)
    (report,) = await load(source, DAY, DAY, IPC)
    assert (report.estado, report.codigo) == ("fallida", code)
    assert await rows("SELECT count(*), sum(valor) FROM observaciones") == before
    dane.heal()
    (report,) = await load(source, DAY, DAY, IPC)
    assert report.estado == "sin_cambios"


@pytest.mark.parametrize("name", ["ipc", "ise", "pib"])
async def test_the_sheets_that_the_code_reads_are_there(source, name):
    assert fuente("dane").conjunto(name).forma <= await source.sample(name)
