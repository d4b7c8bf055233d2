"""What may be asked of a series, and how everything else is refused."""

from datetime import date, timedelta

import httpx
import pytest
from tests.api.conftest import DEMANDA, assert_problem, data, points


@pytest.mark.parametrize(
    ("params", "field", "why"),
    [
        ({"desde": "2024-02-30"}, "desde", "no existe"),
        ({"desde": "ayer"}, "desde", "AAAA-MM-DD"),
        ({"desde": "20240101"}, "desde", "AAAA-MM-DD"),
        ({"desde": "2024-1-1"}, "desde", "AAAA-MM-DD"),
        ({"desde": "1704067200"}, "desde", "AAAA-MM-DD"),
        ({"desde": ""}, "desde", "AAAA-MM-DD"),
        ({"desde": "2024-01-01T00:00:00"}, "desde", "sin desfase"),
        ({"desde": "2024-01-01T00:00:00 00:00"}, "desde", "%2B"),
        ({"desde": "2024-01-01T99:00:00-05:00"}, "desde", "AAAA-MM-DD"),
        ({"desde": "2024-01-01T06:00:00-05:00"}, "desde", "resolucion=hora"),
        ({"desde": "0001-01-01"}, "desde", "entre 1950"),
        ({"hasta": "9999-12-31"}, "hasta", "entre 1950"),
        ({"desde": "0001-01-01T00:00:00+14:00"}, "desde", "entre 1950"),
        ({"hasta": "9999-12-31T23:59:59-14:00"}, "hasta", "entre 1950"),
        ({"desde": "2024-01-02", "hasta": "2024-01-01"}, "desde", "intercámbielos"),
        ({"resolucion": "hora"}, "resolucion", "se publica por dia"),
        ({"resolucion": "minuto"}, "resolucion", "hora, dia"),
        ({"variable": "NoExiste"}, "variable", "DemaSIN"),
        ({"variable": "PrecBolsNaci"}, "variable", "DemaSIN"),
        ({"variable": "DemaReal", "desde": "1950-01-01", "hasta": "2100-12-31"}, "desde", "resolucion=dia"),
        ({"as_of": "2024-01-01T00:00:00Z"}, "as_of", "AAAA-MM-DD"),
        ({"as_of": "2024-13-01"}, "as_of", "AAAA-MM-DD"),
        ({"formato": "xml"}, "formato", "json, csv"),
        ({"varaible": "DemaReal"}, "varaible", "desconocido"),
        ({"agregacion": "promedio"}, "agregacion", "desconocido"),
        ({"desde": "\x00"}, "desde", "AAAA-MM-DD"),
    ],
)
async def test_a_bad_parameter_is_named_with_what_to_do(
    viewer: httpx.AsyncClient, params: dict[str, str], field: str, why: str
) -> None:
    body = assert_problem(await viewer.get(DEMANDA, params=params), 422, "peticion-no-valida")
    assert [error["campo"] for error in body["errores"]] == [field]
    assert why in body["errores"][0]["motivo"]
    assert field in body["detail"]


async def test_every_bad_parameter_is_told_at_once(viewer: httpx.AsyncClient) -> None:
    params = {"desde": "x", "hasta": "y", "resolucion": "z", "otro": "1"}
    body = assert_problem(await viewer.get(DEMANDA, params=params), 422)
    assert {error["campo"] for error in body["errores"]} == set(params)


async def test_a_parameter_given_twice_is_refused(viewer: httpx.AsyncClient) -> None:
    response = await viewer.get(f"{DEMANDA}?desde=2024-01-01&desde=2024-02-01")
    assert "repetido" in assert_problem(response, 422)["errores"][0]["motivo"]


@pytest.mark.parametrize(
    ("query", "status"),
    [
        ("desde=2024-01-01T00:00:00+00:00", 422),
        ("desde=2024-01-01T00:00:00%2B00:00", 200),
        ("desde=2024-01-01T00:00:00", 422),
        ("desde=2024-01-01", 200),
        ("desde=2024-01-01T00:00:00Z", 200),
        ("desde=2024-01-01T00:00:00-05:00", 200),
    ],
)
async def test_instants_need_an_offset_and_never_fail_over_real_rows(
    viewer: httpx.AsyncClient, query: str, status: int
) -> None:
    response = await viewer.get(f"{DEMANDA}?variable=DemaReal&hasta=2024-01-02&{query}")
    assert response.status_code == status, response.text


async def test_instants_are_half_open(viewer: httpx.AsyncClient) -> None:
    body = await data(
        viewer,
        variable="DemaReal",
        desde="2024-01-05T06:00:00-05:00",
        hasta="2024-01-05T13:00:00Z",
    )
    assert list(points(body)) == ["2024-01-05T06:00:00-05:00", "2024-01-05T07:00:00-05:00"]
    assert (body["meta"]["desde"], body["meta"]["hasta"]) == (
        "2024-01-05T06:00:00-05:00",
        "2024-01-05T08:00:00-05:00",
    )
    for fmt in ("json", "csv", "parquet"):
        inside = {"desde": "2024-01-05T06:10:00Z", "hasta": "2024-01-05T06:50:00Z", "formato": fmt}
        assert (await viewer.get(DEMANDA, params={"variable": "DemaReal", **inside})).status_code == 200
    empty = {"variable": "DemaReal", "desde": "2024-01-05T06:00:00Z", "hasta": "2024-01-05T06:00:00Z"}
    assert_problem(await viewer.get(DEMANDA, params=empty), 422)


async def test_midnights_with_offset_serve_for_days_as_well(viewer: httpx.AsyncClient) -> None:
    body = await data(viewer, desde="2024-01-01T05:00:00Z", hasta="2024-01-03T00:00:00-05:00")
    assert list(points(body)) == ["2024-01-01", "2024-01-02"]


async def test_a_hundred_thousand_points_go_and_more_do_not(viewer: httpx.AsyncClient) -> None:
    last = date(2014, 1, 1) + timedelta(days=100_000 // 24 - 1)
    params = {"variable": "DemaReal", "desde": "2014-01-01", "hasta": str(last)}
    assert len(points(await data(viewer, **params))) == 99_984
    over = {**params, "hasta": str(last + timedelta(days=1))}
    body = assert_problem(await viewer.get(DEMANDA, params=over), 422)
    assert "100008" in body["detail"]
