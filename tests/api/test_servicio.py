"""The state of the service and its measures."""

import httpx
import pytest
from pydantic import SecretStr
from redis.asyncio import Redis
from tests.api.conftest import MakeRuntime, assert_problem, client_of

from siea.runtime import Runtime
from siea.security.roles import Rol
from siea.store.database import make_engine


async def test_a_live_process_says_so(nobody: httpx.AsyncClient) -> None:
    assert (await nobody.get("/health/live")).json() == {"estado": "ok"}


async def test_readiness_names_each_dependency(nobody: httpx.AsyncClient) -> None:
    response = await nobody.get("/health/ready")
    body = response.json()
    assert response.status_code == 200
    assert set(body["dependencias"]) == {"postgresql", "redis", "modelo_demanda", "xm"}
    assert body["dependencias"]["postgresql"]["estado"] == "ok"
    assert body["dependencias"]["postgresql"]["latencia_ms"] > 0
    assert body["dependencias"]["xm"]["ultimo_exito"] == "2025-01-10T06:00:00-05:00"
    # No model was trained here: the service goes on without forecasts.
    assert body["dependencias"]["modelo_demanda"]["estado"] == "degradado"
    assert body["estado"] == "degradado"


async def test_without_the_database_it_is_down_and_without_redis_degraded(
    make_runtime: MakeRuntime, runtime: Runtime
) -> None:
    engine = make_engine("postgresql+asyncpg://siea:SECRETO123@127.0.0.1:1/siea")
    async with client_of(make_runtime(engine)) as client:
        response = await client.get("/health/ready")
        assert (response.status_code, response.json()["estado"]) == (503, "caido")
        assert "SECRETO123" not in response.text
        assert (await client.get("/health/live")).status_code == 200
    await engine.dispose()
    away = Redis.from_url("redis://127.0.0.1:1")
    async with client_of(make_runtime(runtime.engine, client=away)) as client:
        response = await client.get("/health/ready")
    assert response.status_code == 200
    assert response.json()["dependencias"]["redis"]["estado"] == "degradado"
    await away.aclose()


async def test_measures_count_requests_by_template_and_never_by_address(viewer: httpx.AsyncClient) -> None:
    await viewer.get("/problemas/sin-permiso")
    await viewer.get("/inventada/12345")
    text = (await viewer.get("/metrics")).text
    assert 'siea_api_peticion_segundos_count{estado="200",metodo="GET",ruta="/problemas/{codigo}"}' in text
    assert "12345" not in text


async def test_measures_of_the_data_come_from_the_database_whoever_loaded_them(
    viewer: httpx.AsyncClient,
) -> None:
    text = (await viewer.get("/metrics")).text
    assert 'siea_calidad_puntaje{entidad="Sistema",variable="DemaSIN"}' in text
    assert 'siea_etl_ultima_carga_timestamp_segundos{entidad="Sistema",variable="DemaSIN"}' in text
    assert 'siea_calidad_hallazgos{severidad="alta"} 0.0' in text


@pytest.mark.parametrize("header", ["X-Forwarded-For", "Forwarded", "X-Real-IP"])
async def test_without_a_token_measures_are_for_this_machine_alone(runtime: Runtime, header: str) -> None:
    async with client_of(runtime) as here:
        assert (await here.get("/metrics")).status_code == 200
        assert_problem(await here.get("/metrics", headers={header: "127.0.0.1"}), 403)
    async with client_of(runtime, Rol.ADMIN, peer="203.0.113.9") as elsewhere:
        assert_problem(await elsewhere.get("/metrics"), 403)


async def test_with_a_token_measures_ask_for_it_everywhere(
    make_runtime: MakeRuntime, runtime: Runtime
) -> None:
    guarded = make_runtime(runtime.engine, metrics_token=SecretStr("medidas-ñ"))
    for peer in ("127.0.0.1", "203.0.113.9"):
        async with client_of(guarded, peer=peer) as client:
            assert_problem(await client.get("/metrics"), 401)
            wrong = {"Authorization": b"Bearer otra"}
            assert_problem(await client.get("/metrics", headers=wrong), 401)
