"""The catalogue and the quality of the batches."""

import httpx
import pytest
from tests.api.conftest import assert_problem

from siea.domain.catalogo import variables


async def test_the_catalogue_tells_each_variable_and_what_is_loaded(viewer: httpx.AsyncClient) -> None:
    rows = (await viewer.get("/api/v1/variables")).json()["datos"]
    assert [(row["codigo"], row["entidad"]) for row in rows] == [(v.codigo, v.entidad) for v in variables()]
    sin = rows[0]
    assert (sin["unidad"], sin["resolucion"], sin["agregacion"], sin["rezago_dias"]) == (
        "GWh",
        "dia",
        "suma",
        3,
    )
    assert (sin["desde"], sin["hasta"], sin["ultimo_dia_cerrado"]) == (
        "2022-01-01",
        "2024-12-31",
        "2024-12-29",
    )
    oni = next(row for row in rows if row["codigo"] == "ONI")
    assert (oni["desde"], oni["hasta"], oni["etiqueta"]) == (None, None, None)


async def test_an_unchanged_catalogue_is_a_304(viewer: httpx.AsyncClient) -> None:
    first = await viewer.get("/api/v1/variables")
    again = await viewer.get("/api/v1/variables", headers={"If-None-Match": first.headers["etag"]})
    assert (again.status_code, again.content) == (304, b"")


async def test_quality_lists_the_newest_batches_first(viewer: httpx.AsyncClient) -> None:
    rows = (await viewer.get("/api/v1/calidad")).json()["datos"]
    assert [row["carga_id"] for row in rows] == [3, 2, 1]
    assert rows[1]["puntaje"] == 88
    assert rows[1]["dimensiones"] == {
        "completitud": 88,
        "validez": 88,
        "oportunidad": 88,
        "unicidad": 88,
        "consistencia": None,
    }
    assert rows[1]["filas"] == {
        "recibidas": 100,
        "guardadas": 90,
        "iguales": 0,
        "revisadas": 0,
        "rechazadas": 0,
    }


@pytest.mark.parametrize(
    ("params", "found"),
    [
        ({"variable": "DemaReal"}, [2]),
        ({"variable": "ONI"}, []),
        ({"hasta": "2022-06-01"}, [1]),
        ({"desde": "2024-02-01"}, [2, 1]),
        ({"limite": "1"}, [3]),
    ],
)
async def test_every_filter_filters(
    viewer: httpx.AsyncClient, params: dict[str, str], found: list[int]
) -> None:
    rows = (await viewer.get("/api/v1/calidad", params=params)).json()["datos"]
    assert [row["carga_id"] for row in rows] == found


@pytest.mark.parametrize(
    ("params", "field"),
    [
        ({"variable": "NoExiste"}, "variable"),
        ({"limite": "0"}, "limite"),
        ({"limite": "1001"}, "limite"),
        ({"limite": "1.5"}, "limite"),
        ({"limite": "9" * 5000}, "limite"),
        ({"desde": "2024-02-01", "hasta": "2024-01-01"}, "desde"),
        ({"agentte": "EPMG"}, "agentte"),
    ],
)
async def test_a_bad_filter_is_refused_and_never_ignored(
    viewer: httpx.AsyncClient, params: dict[str, str], field: str
) -> None:
    body = assert_problem(await viewer.get("/api/v1/calidad", params=params), 422)
    assert body["errores"][0]["campo"] == field


async def test_the_catalogue_takes_no_parameters(viewer: httpx.AsyncClient) -> None:
    assert_problem(await viewer.get("/api/v1/variables", params={"conjunto": "demanda"}), 422)
