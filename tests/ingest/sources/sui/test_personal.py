"""Counts come out, and no customer's number does, whatever goes wrong."""

import pytest
from tests.ingest.sources.sui.datos import CUSTOMERS, MAY, NAME, NIU, PHONE, TOLD, customers

from siea.domain.catalogo import variable
from siea.ingest.sources import sui_lectura


async def test_customers_are_counted_once_by_market_and_few_are_hidden_with_the_smallest_other(
    load, source, rows
):
    (report,) = await load(source, MAY, MAY, CUSTOMERS)
    assert (report.estado, report.rechazadas) == ("cargada", 0)
    assert await rows(TOLD) == [
        ("564", "ANTIOQUIA", 12.0, []),
        ("564", "CALI - YUMBO - PUERTO TEJADA", None, ["suprimido_k5"]),
        ("564", "CHOCO", None, ["suprimido_k5"]),
    ]


@pytest.mark.parametrize(
    "market", ["ANTIOQUIA", "160", "CALI - YUMBO - PUERTO TEJADA", "BOGOTA-CUNDINAMARCA"]
)
@pytest.mark.parametrize("niu", ["12-345-{}", "AB-{}", "A{}-B", "00{}", "{}", "12 - {}"])
async def test_a_hyphen_within_a_number_never_makes_part_of_it_a_market(
    load, source, factory, rows, market, niu
):
    factory.reports["564"] = [f"{market}-{niu.format(700 + n)}-5-2024" for n in range(6)]
    await load(source, MAY, MAY, CUSTOMERS)
    assert await rows(TOLD) == [("564", market, 6.0, [])]


async def test_no_number_of_a_customer_is_anywhere_but_sealed(load, source, lake, everything_written):
    (report,) = await load(source, MAY, MAY, CUSTOMERS)
    written = await everything_written()
    assert "ANTIOQUIA" in written
    assert NIU not in written + repr(report)
    (raw,) = lake.iter_raw("sui")
    assert NIU in sui_lectura.unpacked(lake.read_personal(raw.path), 10**6).decode()


@pytest.mark.parametrize("line", [f"ANTIOQUIA-{NIU}", f"{NIU}", f"ANTIOQUIA--5-2024{NIU}", f"-{NIU}-5-2024",
                                  f"ANTIOQUIA-{NIU}-5-24", f"{NAME}-{PHONE}-{NIU}"])  # fmt: skip
async def test_a_line_of_another_shape_is_told_by_its_place_and_never_quoted(
    load, source, factory, everything_written, line
):
    factory.reports["564"] = [*customers("ANTIOQUIA", 6), line]
    (report,) = await load(source, MAY, MAY, CUSTOMERS)
    assert (report.estado, report.codigo) == ("fallida", "contract_violation")
    assert "línea 8" in report.error
    written = await everything_written() + repr(report)
    assert not [secret for secret in (NIU, PHONE, NAME) if secret in written]


async def test_an_identifier_in_a_report_nobody_knows_stops_it_before_anything_is_written(
    load, source, factory, everything_written, lake
):
    factory.tables["ele_com_090"] = f"Empresa,Causal,Cantidad\nEPM,{NAME}: llamar al {PHONE},9\n"
    (report,) = await load(source, MAY, MAY, variable("SUI_PQR", "Comercializador"))
    assert (report.estado, report.codigo) == ("fallida", "personal_data")
    written = await everything_written() + repr(report)
    assert not [secret for secret in (PHONE, NAME) if secret in written]
    (raw,) = lake.iter_raw("sui")
    assert PHONE.encode() in lake.read_personal(raw.path)


async def test_the_body_of_a_failure_is_sealed_too(load, source, factory, everything_written):
    factory.page = f"<p>{NAME} {PHONE} {NIU}</p>"
    factory.fail("not_found", times=0, path="/descarga/")
    await load(source, MAY, MAY, CUSTOMERS)
    written = await everything_written()
    assert not [secret for secret in (NIU, PHONE, NAME) if secret in written]


async def test_without_the_key_nothing_personal_is_read(opened, factory, load):
    (report,) = await load(opened("sui", factory), MAY, MAY, CUSTOMERS)
    assert "llave" in report.error


async def test_customers_of_another_month_are_refused(load, source, factory):
    factory.reports["564"] = [line.replace("-5-2024", "-4-2024") for line in customers("ANTIOQUIA", 9)]
    (report,) = await load(source, MAY, MAY, CUSTOMERS)
    assert (report.codigo, "otro mes" in report.error) == ("contract_violation", True)


async def test_few_complaints_are_hidden(load, source, factory, rows):
    factory.tables["ele_com_090"] = (
        "Empresa,Causal,Cantidad\nEPM,Cobro,30\nEPM,Corte,2\nEPM,Daño,8\nEPM,Otra,60\n"
    )
    await load(source, MAY, MAY, variable("SUI_PQR", "Comercializador"))
    assert [line[1:3] for line in await rows(TOLD)] == [
        ("Cobro", 30),
        ("Corte", None),
        ("Daño", None),
        ("Otra", 60),
    ]
