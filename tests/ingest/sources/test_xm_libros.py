"""The operator's yearly workbooks: every family by one reader, and the defects of the real ones."""

from datetime import date, time

import polars as pl
import pytest
from tests.standins.libros import Failed
from tests.standins.xm_libros import XmLibrosStandIn

from siea.domain.catalogo import variable, variables
from siea.ingest.sources.registry import fuente
from siea.ingest.sources.xm_libros import FAMILIAS

PRICE = variable("PrecBolsNaciLibroXM")
DEMAND = variable("DemaSINLibro")
LOCAL = "(fecha AT TIME ZONE 'America/Bogota')"
FAMILIES = [
    ("PrecBolsNaciLibroXM", "Sistema", "", 24),
    ("DemaSINLibro", "Sistema", "", 1),
    ("GeneSINLibro", "Sistema", "", 1),
    ("ExpoSINLibro", "Sistema", "", 1),
    ("ImpoSINLibro", "Sistema", "", 1),
    ("DemaNoAtenSINLibro", "Sistema", "", 1),
    ("DemaORLibro", "EPMD", "", 24),
    ("PerdidasEnerLibro", "EPMC", "", 24),
    ("AporEnerLibro", "NARE", "", 1),
    ("AporCaudalLibro", "NARE", "", 1),
    ("VoluUtilEnerLibro", "PEÑOL", "", 1),
    ("VertEnerLibro", "PEÑOL", "", 1),
    ("GeneLibro", "TASAJERO 1", "CARBON", 24),
    ("CapEfecNetaLibro", "TASAJERO 1", "", 1),
]


@pytest.fixture
def xm() -> XmLibrosStandIn:
    return XmLibrosStandIn()


@pytest.fixture
def source(opened, xm):
    return opened("xm_libros", xm)


@pytest.fixture
def read(source):
    """The rows of one workbook as they go into bronze."""

    async def one(which, year=2018):
        (request, *_) = await source.requests(which, date(year, 1, 1), date(year, 12, 31))
        return source.parse(request, await source.fetch(request))

    return one


@pytest.mark.parametrize(("code", "entity", "dimension", "values"), FAMILIES)
@pytest.mark.parametrize("year", [2005, 2011, 2017, 2023])
async def test_every_family_is_read_by_its_labels_in_both_formats(
    read, xm, code, entity, dimension, values, year
):
    found = (await read(variable(code), year)).frame
    assert len(found) == xm.days
    assert found["entidad"].unique().to_list() == [entity]
    assert found["dimension"].unique().to_list() == [dimension]
    assert found["valores"].list.len().unique().to_list() == [values]
    assert found["dia"].to_list() == [f"{year}-01-{n:02d}" for n in range(1, xm.days + 1)]
    assert found["hora"].unique().to_list() == [1 if values == 24 else None]


def test_every_variable_of_the_workbooks_is_read_in_a_test_and_has_a_code_of_its_own():
    mine = {v.codigo for v in variables() if v.fuente == "xm_libros"}
    assert mine == {code for code, *_ in FAMILIES}
    assert {v.conjunto for v in variables() if v.fuente == "xm_libros"} == set(FAMILIAS)
    assert mine.isdisjoint({v.codigo for v in variables() if v.fuente != "xm_libros"})


@pytest.mark.parametrize("hour_zero", [0, "0", "00", "00:00", time(0)])
@pytest.mark.parametrize("titles", [1, 2, 5])
@pytest.mark.parametrize("version", ["TXF", "tx3", None])
async def test_hour_zero_is_read_whatever_its_header_says_and_whatever_stands_above(
    read, xm, hour_zero, titles, version
):
    """Defect 6: text «0» in 10 of 27 workbooks; title rows and columns differ by year."""
    xm.hour_zero, xm.titles, xm.version = hour_zero, titles, version
    found = (await read(PRICE)).frame
    assert found["valores"][0].to_list() == [f"{100 + hour / 8:g}" for hour in range(24)]
    assert found["version"].unique().to_list() == [(version or "").upper()]


async def test_prices_go_to_the_database_with_their_version_and_their_hours(load, source, xm, rows):
    (report,) = await load(source, date(2018, 1, 1), date(2018, 1, 3), PRICE)
    assert (report.guardadas, report.rechazadas) == (xm.days * 24, 0)
    told = await rows(f"SELECT {LOCAL}::text, precio_cop_kwh, version FROM precios ORDER BY fecha LIMIT 2")
    assert told == [("2018-01-01 00:00:00", 100.0, "TXF"), ("2018-01-01 01:00:00", 100.125, "TXF")]


async def test_a_later_version_takes_the_place_of_an_earlier_one_and_never_the_other_way(
    load, source, xm, rows, clock
):
    for version, value in (("TX3", "100.5"), ("TXF", "90")):
        xm.version, xm.rows = version, {2018: [["2018-12-31", *[float(value)] * 24, version]]}
        await load(source, date(2018, 1, 1), date(2018, 12, 31), PRICE)
        clock.pass_days(1)
    told = await rows(
        f"SELECT DISTINCT precio_cop_kwh, version FROM precios WHERE {LOCAL}::date = '2018-12-31'"
    )
    assert told == [(100.5, "TX3")]


async def test_daily_energy_is_stored_in_gwh_and_what_is_empty_is_not_zero(load, source, xm, rows):
    xm.rows = {2018: [["2018-01-06", 200_000_000, 201_000_000, None, None, 5_000_000.0]]}
    for code in ("DemaSINLibro", "ExpoSINLibro", "ImpoSINLibro"):
        await load(source, date(2018, 1, 1), date(2018, 1, 6), variable(code))
    assert await rows("SELECT max(demanda_gwh) FROM demanda_nacional") == [(200.0,)]
    told = await rows(
        f"SELECT variable, valor FROM observaciones WHERE {LOCAL}::date = '2018-01-06' ORDER BY 1"
    )
    assert told == [("ExpoSINLibro", None), ("ImpoSINLibro", 5.0)]


async def test_a_day_that_is_twice_stays_twice_in_bronze_and_a_conflict_is_rejected_with_its_reason(
    load, source, xm, rows
):
    """Defect 6: 74 days appear twice, some with other values."""
    again = ["2018-01-01", *(100.0 + hour / 8 for hour in range(24)), "TXF"]
    other = ["2018-01-02", *(7.0 + hour for hour in range(24)), "TXF"]
    xm.rows = {2018: [again, other]}
    (report,) = await load(source, date(2018, 1, 1), date(2018, 1, 5), PRICE)
    assert (report.guardadas, report.rechazadas) == (4 * 24, 2 * 24)
    assert await rows("SELECT DISTINCT motivo FROM cuarentena") == [
        ("la misma clave viene con valores distintos",)
    ]


async def test_repeated_headers_notes_and_blank_rows_are_left_out(read, xm):
    head = xm.table("Precio_Bolsa_Nacional_($kwh)", date(2018, 1, 1))[xm.titles]
    xm.rows = {2018: [[None], head, ["Fuente: XM"], ["2018-01-06", *[1.0] * 24, "TXF"], [None] * 26]}
    found = (await read(PRICE)).frame
    assert found["dia"].to_list()[-2:] == ["2018-01-05", "2018-01-06"]


async def test_values_without_a_readable_date_are_rejected_by_name_and_not_lost(load, source, xm, rows):
    xm.rows = {2018: [["Promedio", *[1.0] * 24, "TXF"], [None, *[2.0] * 24, "TXF"]]}
    (report,) = await load(source, date(2018, 1, 1), date(2018, 1, 5), PRICE)
    assert report.rechazadas == 48
    reasons = {reason for (reason,) in await rows("SELECT motivo FROM cuarentena")}
    assert reasons == {"«» no es una fecha", "«Promedio» no es una fecha"}


async def test_an_hour_that_the_header_lacks_is_a_gap_at_its_own_place(read, xm):
    """B2-GP-03: values are bound to hours by label; those after the gap do not move."""
    xm.lost_hours = {2}
    found = await read(PRICE)
    assert found.frame["valores"][0].to_list() == [
        None if hour == 2 else f"{100 + hour / 8:g}" for hour in range(24)
    ]
    assert "[2]" in found.notas[0]


async def test_an_empty_cell_is_a_gap_and_nothing_is_carried_into_it(read, xm):
    """B2-GP-01; defect 6: 22 empty cells."""
    hours = [50.0, None, 70.0, None, None, 20.0, *[Failed()] * 18]
    xm.rows = {2018: [["2018-01-06", *hours, "TXF"]]}
    found = await read(PRICE)
    assert found.frame["valores"].to_list()[-1] == ["50", None, "70", None, None, "20", *[None] * 18]
    assert "error de fórmula" in found.notas[0]


async def test_hours_named_1_to_24_are_another_convention_and_are_refused(load, source, xm, monkeypatch):
    """TL-04: these files name an hour by its start."""
    table = xm.table

    def ends(family, start):
        rows = table(family, start)
        rows[xm.titles] = ["Fecha", *range(1, 25), "Version"]
        return rows

    monkeypatch.setattr(xm, "table", ends)
    (report,) = await load(source, date(2018, 1, 1), date(2018, 1, 5), PRICE)
    assert (report.codigo, "0 a 23" in report.error) == ("contract_violation", True)


async def test_text_numbers_are_spanish_and_a_point_that_may_be_anything_is_refused(load, source, xm, read):
    xm.rows = {2018: [["2018-01-06", *["1.234,5"] * 24, "TXF"]]}
    assert (await read(PRICE)).frame["valores"].to_list()[-1][0] == "1234.5"
    xm.rows = {2018: [["2018-01-06", *["12.5"] * 24, "TXF"]]}
    (report,) = await load(source, date(2018, 1, 1), date(2018, 1, 5), PRICE)
    assert (report.codigo, "12.5" in report.error) == ("contract_violation", True)


async def test_an_average_in_the_last_column_of_old_files_is_no_version(read, xm):
    xm.version = None
    xm.rows = {2018: [["2018-01-06", *[1.0] * 24, 99.5]]}
    assert (await read(PRICE)).frame["version"].to_list()[-1] == ""


async def test_dates_may_be_text_or_dates(read, xm):
    one = (await read(DEMAND)).frame
    xm.dates_as_text = False
    assert (await read(DEMAND)).frame.equals(one)


async def test_an_unknown_version_rejects_the_whole_batch(load, source, xm):
    xm.version = "TXZ"
    (report,) = await load(source, date(2018, 1, 1), date(2018, 1, 5), PRICE)
    assert (report.estado, report.guardadas) == ("rechazada", 0)


async def test_a_year_is_one_file_or_two_halves_and_a_range_asks_for_whole_years(source):
    plants = variable("GeneLibro")
    asked = await source.requests(plants, date(2015, 3, 1), date(2016, 2, 1))
    assert [(r.first, r.last) for r in asked] == [
        (date(2015, 1, 1), date(2015, 12, 31)), (date(2016, 1, 1), date(2016, 6, 30)),
        (date(2016, 7, 1), date(2016, 12, 31)),
    ]  # fmt: skip
    assert "Generacion_(kWh)_2016SEM2" in asked[-1].peticion["archivos"]
    (first,) = await source.requests(PRICE, date(1990, 1, 1), date(1995, 12, 31))
    assert (first.first, first.last) == (date(1995, 7, 20), date(1995, 12, 31))
    (present,) = await source.requests(PRICE, date(2024, 10, 1), date(2024, 12, 31))
    assert present.last == date(2024, 11, 1)  # today


async def test_years_gone_by_are_looked_for_in_a_folder_of_theirs_too(load, source, xm):
    xm.folders["Precio_Bolsa_Nacional_($kwh)"] = "/trpr/Histricos/Precios"
    (report,) = await load(source, date(1995, 8, 1), date(1995, 8, 2), PRICE)
    assert report.guardadas == xm.days * 24
    assert [one.path for one in xm.requests] == [
        f"{folder}/Precio_Bolsa_Nacional_($kwh)_1995.xlsx"
        for folder in ("/trpr/Histricos", "/trpr/Histricos/Precios")
    ]


async def test_a_missing_year_is_told(load, source):
    (report,) = await load(source, date(2018, 1, 1), date(2018, 1, 5), variable("DemaORLibro"))
    assert report.codigo is None
    source._base += "/otro"
    (report,) = await load(source, date(2018, 1, 1), date(2018, 1, 5), PRICE)
    assert (report.estado, report.codigo) == ("fallida", "contract_violation")


@pytest.mark.parametrize(("kind", "code"), [
    ("html", "bad_body"), ("garbage", "bad_body"), ("truncated", "bad_body"), ("server", "server_fault"),
    ("forbidden", "blocked"), ("cut_connection", "unreachable"), ("empty_object", "bad_body"),
])  # fmt: skip
async def test_what_is_no_workbook_is_told_and_the_next_try_recovers(load, source, xm, kind, code):
    xm.fail(kind, times=0)
    (report,) = await load(source, date(2018, 1, 1), date(2018, 1, 5), PRICE)
    assert (report.estado, report.codigo) == ("fallida", code)
    xm.heal()
    (report,) = await load(source, date(2018, 1, 1), date(2018, 1, 5), PRICE)
    assert report.guardadas == xm.days * 24


async def test_the_duplicates_and_gaps_of_the_real_prices_come_through_the_reader_as_they_are(
    shared, read, xm
):
    """Defect 6 on the real values of 1996, laid out as the workbook was."""
    path = shared / "data" / "xm" / "precio_bolsa_horario_1995_2021_xm_xls.csv.gz"
    real = pl.read_csv(path, infer_schema=False).filter(pl.col("fecha").str.starts_with("1996"))
    price = pl.col("precio_bolsa_cop_kwh").cast(pl.Float64)
    days = [part["precio_bolsa_cop_kwh"].cast(pl.Float64).to_list() for part in real.iter_slices(24)]
    dates = real["fecha"].gather_every(24).to_list()
    xm.days, xm.version, xm.hour_zero = 0, None, "0"
    xm.rows = {1996: [[day, *values] for day, values in zip(dates, days, strict=True)]}
    found = (await read(PRICE, 1996)).frame
    assert found["dia"].to_list() == dates
    assert len(dates) - len(set(dates)) == 12  # 1996-01-02…06 and 1996-12-06…12
    read_back = found.explode("valores")["valores"].cast(pl.Float64)
    assert read_back.to_list() == real.select(price).to_series().to_list()


@pytest.mark.parametrize("name", sorted(FAMILIAS))
async def test_the_labels_that_the_code_reads_are_there(source, name):
    assert fuente("xm_libros").conjunto(name).forma <= await source.sample(name)
