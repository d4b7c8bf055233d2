"""UPME's projection: the annex found on its page, sheets by order, editions side by side."""

from datetime import date

import pytest
from tests.standins.upme_demanda import BANDS, FOLDER, UpmeDemandaStandIn

from siea.domain.catalogo import variable
from siea.ingest.sources.registry import fuente
from siea.ingest.sources.upme_demanda import edition

MONTHLY, POWER, YEARLY, PEAK, SMALL = (
    variable(code, "Area")
    for code in ("ProyDemaEnerMes", "ProyPotMaxMes", "ProyDemaEnerAnio", "ProyPotMaxAnio", "ProyCapaGDAnio")
)
DAY = date(2024, 9, 1)
LOCAL = "(fecha AT TIME ZONE 'America/Bogota')::date"


@pytest.fixture
def upme() -> UpmeDemandaStandIn:
    return UpmeDemandaStandIn()


@pytest.fixture
def source(opened, upme):
    return opened("upme_demanda", upme)


@pytest.mark.parametrize(("which", "periods"), [(MONTHLY, 36), (POWER, 36), (YEARLY, 3), (PEAK, 3)])
async def test_each_variable_has_its_three_sheets_by_area_and_band(load, source, rows, which, periods):
    (report,) = await load(source, DAY, DAY, which)
    assert (report.estado, report.rechazadas) == ("cargada", 0)
    areas = await rows(
        "SELECT entidad, count(*), count(DISTINCT dimension) FROM observaciones GROUP BY 1 ORDER BY 1"
    )
    names = ("Caribe", "Oriente", "SIN", "SIN + GCE + ME", "SIN + GCE + ME + GD", "Valle")
    assert areas == [(name, periods * len(BANDS), len(BANDS)) for name in names]


@pytest.mark.parametrize("dates", [False, True])
@pytest.mark.parametrize("bands_above", [False, True])
async def test_months_are_read_as_text_or_as_dates_and_bands_in_either_row_of_the_header(
    load, source, upme, rows, dates, bands_above
):
    upme.dates_as_serials, upme.bands_above = dates, bands_above
    await load(source, DAY, DAY, MONTHLY)
    told = await rows(
        f"SELECT valor FROM observaciones WHERE {LOCAL} = '2026-09-01' AND entidad = 'Oriente'"
        " AND dimension = '2025-2039 jul2025 · ic superior 95 %'"
    )
    assert told == [(upme.level + 2026 / 8 + 9 + len(BANDS) + 1,)]


async def test_distributed_generation_has_columns_of_its_own_and_no_bands(load, source, rows):
    await load(source, DAY, DAY, SMALL)
    told = await rows(
        f"SELECT entidad, dimension, valor FROM observaciones WHERE {LOCAL} = '2026-01-01' ORDER BY 1"
    )
    assert told == [("GD PNUMA", "2025-2039 jul2025", 40520.0), ("GD UPME", "2025-2039 jul2025", 20260.0)]


async def test_two_editions_live_side_by_side(load, source, upme, rows, clock):
    await load(source, DAY, DAY, YEARLY)
    upme.editions.append("Anexo_proyeccion_demanda_2026_2040_ver_Ago2026.xlsx")
    upme.level = 9000.0
    clock.pass_days(400)
    (report,) = await load(source, DAY, DAY, YEARLY)
    assert (report.revisadas, report.guardadas > 0) == (0, True)
    told = await rows(
        f"SELECT dimension, valor FROM observaciones WHERE {LOCAL} = '2026-01-01' AND entidad = 'SIN'"
        " AND dimension LIKE '% esc medio' ORDER BY 1"
    )
    assert told == [
        ("2025-2039 jul2025 · esc medio", 7000 + 2026 / 8 + 1),
        ("2026-2040 ago2026 · esc medio", 9000 + 2026 / 8 + 1),
    ]
    (again,) = await load(source, DAY, DAY, YEARLY)
    assert again.estado == "sin_cambios"


@pytest.mark.parametrize(
    ("name", "told"),
    [
        ("Anexo_proyeccion_demanda_2026_2040_ver_Ago2026.xlsx", "2026-2040 ago2026"),
        ("Anexo_proyeccion_demanda_2025_2039_verJul2025.xlsx", "2025-2039 jul2025"),
        ("Anexo_proyeccion_demanda_2024_2038_v2_Jul2024.xlsx", "2024-2038 jul2024 v2"),
        ("Anexo_proyeccion_demanda_EE_2023_2037.xlsx", "2023-2037"),
        ("Anexo.xlsx", "Anexo.xlsx"),
    ],
)
def test_the_edition_is_that_of_the_name_of_the_file(name, told):
    assert edition(f"https://docs.upme.gov.co{FOLDER}{name}") == told


async def test_of_several_annexes_the_newest_edition_is_taken_whatever_their_order(source, upme):
    upme.editions = [
        "Anexo_proyeccion_demanda_2026_2040_verEne2026.xlsx",
        "Anexo_proyeccion_demanda_2026_2040_ver_Ago2026.xlsx",
        "Anexo_proyeccion_demanda_2025_2039_verJul2025.xlsx",
    ]
    (request,) = await source.requests(YEARLY, DAY, DAY)
    assert "Ago2026.xlsx" in request.peticion["archivo"]
    assert (request.first, request.last) == (date(2026, 1, 1), date(2040, 12, 31))


async def test_the_link_can_be_given_and_then_the_page_is_not_asked(source, upme, load):
    source.archivo_url = f"{upme.url}{FOLDER}{upme.editions[0]}"
    (report,) = await load(source, DAY, DAY, YEARLY)
    assert report.estado == "cargada"
    assert [one.path for one in upme.requests] == [FOLDER + upme.editions[0]]


@pytest.mark.parametrize(
    ("swapped", "which", "why"),
    [((0, 2), MONTHLY, "mensual"), ((0, 2), YEARLY, "anual"), ((0, 1), MONTHLY, "no en gwh"),
     ((8, 10), MONTHLY, "mensual"), ((3, 12), PEAK, "encabezado")],
)  # fmt: skip
@pytest.mark.parametrize("dates", [False, True])
async def test_a_sheet_out_of_its_place_is_refused_and_not_read_as_another(
    load, source, upme, rows, swapped, which, why, dates
):
    upme.swapped, upme.dates_as_serials = swapped, dates
    (report,) = await load(source, DAY, DAY, which)
    assert (report.codigo, why in report.error) == ("contract_violation", True)
    assert await rows("SELECT count(*) FROM observaciones") == [(0,)]


async def test_a_link_to_another_publisher_is_not_followed(load, source, upme):
    upme.elsewhere = "http://169.254.169.254/Anexo_proyeccion_demanda_2027_2041.xlsx"
    (request,) = await source.requests(YEARLY, DAY, DAY)
    assert request.peticion["archivo"].startswith(upme.url)
    upme.editions = []
    (report,) = await load(source, DAY, DAY, MONTHLY)
    assert (report.estado, report.codigo) == ("fallida", "contract_violation")


async def test_a_page_without_the_link_is_told(load, source, upme):
    upme.editions = []
    (report,) = await load(source, DAY, DAY, MONTHLY)
    assert (report.estado, report.codigo) == ("fallida", "contract_violation")


@pytest.mark.parametrize(("kind", "path", "code"), [
    ("html", FOLDER, "bad_body"), ("garbage", FOLDER, "bad_body"), ("truncated", FOLDER, "bad_body"),
    ("not_found", FOLDER, "contract_violation"), ("server", "/simec", "server_fault"),
    ("garbage", "/simec", "contract_violation"), ("forbidden", "/simec", "blocked"),
])  # fmt: skip
async def test_what_is_no_annex_is_told_and_the_next_try_recovers(load, source, upme, kind, path, code):
    upme.fail(kind, times=0, path=path)
    (report,) = await load(source, DAY, DAY, YEARLY)
    assert (report.estado, report.codigo) == ("fallida", code)
    upme.heal()
    (report,) = await load(source, DAY, DAY, YEARLY)
    assert report.estado == "cargada"


async def test_the_bands_that_the_code_reads_are_there(source):
    assert fuente("upme_demanda").conjunto("proyeccion").forma <= await source.sample("proyeccion")
