"""The factory of reports: pages, links, ZIPs, what is asked and when."""

from datetime import date

import pytest
from tests.ingest.sources.sui.datos import CUSTOMERS, MAY, SUBSCRIBERS, TOLD, customers
from tests.standins.sui import zipped

from siea.domain.catalogo import variable
from siea.ingest.sources import sui
from siea.ingest.sources.registry import fuente


@pytest.mark.parametrize(
    ("change", "why"),
    [
        ({"header": "a-b-c"}, "columnas"),
        ({"header": "NIU-mercado-mes-año"}, "columnas"),
        ({"entry": "otra"}, "info"),
        ({"page": "<html><body>"}, "enlace"),
        ({"page": "<a href='http://127.0.0.2/x.zip'>"}, "otro sitio"),
        ({"page": "<a href='file:///etc/passwd'>"}, "otro sitio"),
    ],
)
async def test_another_shape_is_named(load, source, factory, change, why):
    for name, value in change.items():
        setattr(factory, name, value)
    (report,) = await load(source, MAY, MAY, CUSTOMERS)
    assert (report.codigo, why in report.error) == ("contract_violation", True)


async def test_a_bomb_is_not_unpacked_whatever_size_it_tells(load, source, factory, monkeypatch):
    monkeypatch.setattr(sui, "MOST_BYTES", 1000)
    factory.packed = zipped("mercado-NIU-mes-año\n" + "0" * 100_000)
    (report,) = await load(source, MAY, MAY, CUSTOMERS)
    assert "más de lo que puede ser" in report.error


@pytest.mark.parametrize("damage", ["content", "encrypted", "method", "cut", "none"])
async def test_a_zip_that_cannot_be_read_is_told(load, source, factory, damage):
    good = bytearray(zipped("mercado-NIU-mes-año\n" + "\n".join(customers("ANTIOQUIA", 50))))
    entry, directory = good.index(b"PK\x03\x04"), good.index(b"PK\x01\x02")
    if damage == "content":
        good[60:90] = bytes(30)
    elif damage == "encrypted":
        good[entry + 6] |= 1
        good[directory + 8] |= 1
    elif damage == "method":
        good[entry + 8] = good[directory + 10] = 99
    factory.packed = bytes(good[:-30]) if damage == "cut" else b"PK" if damage == "none" else bytes(good)
    (report,) = await load(source, MAY, MAY, CUSTOMERS)
    assert (report.estado, report.codigo) == ("fallida", "bad_body")


@pytest.mark.parametrize(("kind", "code"), [("garbage", "contract_violation"), ("server", "server_fault"),
                                           ("truncated", "bad_body"), ("html", "bad_body")])  # fmt: skip
async def test_what_is_no_report_is_told(load, source, factory, kind, code):
    factory.fail(kind, times=0, path="/descarga/")
    (report,) = await load(source, MAY, MAY, CUSTOMERS)
    assert (report.estado, report.codigo) == ("fallida", code)


async def test_a_page_that_says_there_are_no_data_is_no_failure(load, source, factory, rows):
    factory.page = "<html><body><b>No se encontraron registros para la consulta</b></body></html>"
    (report,) = await load(source, MAY, MAY, CUSTOMERS)
    assert (report.estado, report.error) == ("sin_datos", None)
    assert report.notas == ("el SUI dice que no hay datos del periodo",)


async def test_a_page_with_a_report_is_read_whatever_else_it_says(load, source, factory):
    factory.page = "<p>Si no hay datos del periodo, escriba a soporte</p><a href='{link}'>reporte</a>"
    (report,) = await load(source, MAY, MAY, CUSTOMERS)
    assert report.estado == "cargada"


async def test_one_question_a_month_and_company_and_none_of_a_month_that_is_not_out(source):
    requests = await source.requests(CUSTOMERS, date(2024, 6, 15), date(2024, 10, 31))
    assert [r.first.month for r in requests] == [6, 7, 8, 9]
    assert (requests[0].first, requests[0].last) == (date(2024, 6, 1), date(2024, 6, 30))
    assert all(r.personal for r in requests)
    asked = requests[0].peticion
    assert {name: asked[f"ele_com_133.{name}"] for name in ("agno", "periodo", "comercializador")} == {
        "agno": "2024", "periodo": "6", "comercializador": "564"
    }  # fmt: skip


async def test_where_no_month_of_the_range_is_out_the_newest_one_is_asked_for(source):
    (request,) = await source.requests(SUBSCRIBERS, date(2024, 10, 1), date(2024, 10, 31))
    assert request.first == date(2024, 8, 1)


async def test_the_slow_factory_is_given_its_time(source, monkeypatch):
    seen = []

    async def note(*_, timeout_s, **__):
        seen.append(timeout_s)
        raise AssertionError

    monkeypatch.setattr(source._http, "request", note)
    (request,) = await source.requests(CUSTOMERS, MAY, MAY)
    with pytest.raises(AssertionError):
        await source.fetch(request)
    assert seen == [500.0]


async def test_reports_of_which_nobody_told_the_layout_are_read_by_the_names_of_their_columns(
    load, source, factory, rows
):
    factory.tables["ele_fin_054"] = "Año;Concepto;Empresa;Valor\n2022;Ingresos;EPM;10.5\n2022;Gastos;EPM;ND\n"
    year = date(2022, 1, 1)
    (report,) = await load(source, year, year, variable("SUI_EstadoResultados", "Comercializador"))
    assert report.estado == "cargada"
    assert [line[:3] for line in await rows(TOLD)] == [("564", "Gastos", None), ("564", "Ingresos", 10.5)]
    factory.tables["ele_com_090"] = "Empresa,Otra cosa\nEPM,1\n"
    (report,) = await load(source, MAY, MAY, variable("SUI_PQR", "Comercializador"))
    assert report.error == "El reporte del SUI no trae las columnas: Tipo de trámite, Cantidad."


@pytest.mark.parametrize("name", ["tc1", "consolidado"])
async def test_the_columns_that_the_code_reads_are_there(source, factory, consolidated, name):
    factory.reports["1737"] = []
    assert fuente("sui").conjunto(name).forma <= await source.sample(name)
