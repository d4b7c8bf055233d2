"""The forecast of demand, as flow 2 of the specification says: token, role, model, bands, record."""

from datetime import date, datetime, timedelta

import pytest
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncEngine
from tests.api.conftest import MakeRuntime, assert_problem, client_of

from siea.forecast.errors import NoModelError
from siea.forecast.registry import ModelRegistry
from siea.forecast.service import ForecastService
from siea.runtime import Runtime
from siea.security.roles import Rol

PREDICT = "/api/v1/predict/demanda"


@pytest.fixture
def trained(make_runtime: MakeRuntime, api_engine: AsyncEngine, champion: ModelRegistry) -> Runtime:
    """A runtime whose registry has a model that serves."""
    return make_runtime(api_engine, models=champion)


async def test_seven_days_with_bands_model_and_data_date(trained: Runtime) -> None:
    async with client_of(trained, Rol.ANALISTA) as client:
        response = await client.post(PREDICT, json={"horizonte_dias": 7})
    assert response.status_code == 200, response.text
    body = response.json()
    assert (body["variable"], body["unidad"], body["dato_hasta"]) == ("DemaSIN", "GWh", "2024-12-29")
    # The last settled day is twelve days old: the forecast begins after it, and says so.
    assert body["fechas"] == [str(date(2024, 12, 30) + timedelta(days=n)) for n in range(7)]
    assert any("29 de diciembre de 2024" in notice for notice in body["avisos"])
    assert body["model_version"].endswith("_v1")
    assert datetime.fromisoformat(body["generado_en"]).tzinfo is not None
    assert body["confidence"]["level"] == 0.95
    assert [band["nivel"] for band in body["bandas"]] == [0.8, 0.95]
    inner, outer = body["bandas"]
    assert (outer["lower"], outer["upper"]) == (body["confidence"]["lower"], body["confidence"]["upper"])
    for place, value in enumerate(body["forecast"]):
        assert outer["lower"][place] <= inner["lower"][place] <= value
        assert value <= inner["upper"][place] <= outer["upper"][place]


async def test_the_record_tells_user_model_input_and_result(
    trained: Runtime, api_engine: AsyncEngine
) -> None:
    async with client_of(trained, Rol.ANALISTA, peer="203.0.113.77") as client:
        answer = (await client.post(PREDICT, json={"horizonte_dias": 3})).json()
        # From the cache the second time, and on record all the same.
        again = (await client.post(PREDICT, json={"horizonte_dias": 3})).json()
    assert again == answer
    async with api_engine.connect() as conn:
        found = text("SELECT * FROM auditoria WHERE ip = '203.0.113.77' AND accion = 'prediccion'")
        rows = (await conn.execute(found)).all()
    assert len(rows) == 2
    for row in rows:
        assert (row.actor, row.resultado, row.filas) == ("una-analista", "ok", 3)
        assert row.detalle["modelo"] == answer["model_version"]
        assert row.detalle["entrada"] == {"variable": "DemaSIN", "horizonte_dias": 3}
        assert row.detalle["resultado"]["forecast"] == answer["forecast"]
        assert row.detalle["resultado"]["upper"] == answer["confidence"]["upper"]
        assert row.duracion_ms > 0


async def test_without_a_body_of_its_own_the_horizon_is_a_week(trained: Runtime) -> None:
    async with client_of(trained, Rol.ADMIN) as client:
        assert len((await client.post(PREDICT, json={})).json()["forecast"]) == 7


@pytest.mark.parametrize(
    "body",
    [
        {"horizonte_dias": 0},
        {"horizonte_dias": 31},
        {"horizonte_dias": -1},
        {"horizonte_dias": 10**30},
        {"horizonte_dias": 7.5},
        {"horizonte_dias": "7"},
        {"horizonte_dias": True},
        {"horizonte_dias": None},
        {"horizonte_dias": [7]},
        {"horizonte": 7},
        {"horizonte_dias": 7, "modelo": "otro"},
        [],
        None,
    ],
)
async def test_a_body_that_will_not_do_is_a_422(runtime: Runtime, body: object) -> None:
    async with client_of(runtime, Rol.ANALISTA) as client:
        found = assert_problem(await client.post(PREDICT, json=body), 422)
    assert found["errores"]


async def test_without_a_model_it_is_a_503_that_says_so_and_is_on_record(
    runtime: Runtime, api_engine: AsyncEngine, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def no_model(*_: object) -> None:
        raise NoModelError("El registro no responde: https://h/?token=SECRETO123&x=1")

    monkeypatch.setattr(ForecastService, "predict", no_model)
    async with client_of(runtime, Rol.ANALISTA, peer="203.0.113.78") as client:
        response = await client.post(PREDICT, json={"horizonte_dias": 7})
    assert "modelo" in assert_problem(response, 503, "no-disponible")["detail"]
    assert int(response.headers["retry-after"]) > 0
    assert "SECRETO123" not in response.text
    async with api_engine.connect() as conn:
        row = (await conn.execute(text("SELECT * FROM auditoria WHERE ip = '203.0.113.78'"))).one()
    assert row.resultado == "error"
    assert "SECRETO123" not in str(row.detalle)
    assert "x=1" in row.detalle["error"]


async def test_a_viewer_does_not_forecast(runtime: Runtime) -> None:
    async with client_of(runtime, Rol.VIEWER) as client:
        assert_problem(await client.post(PREDICT, json={"horizonte_dias": 7}), 403, "sin-permiso")
