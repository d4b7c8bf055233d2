"""Whatever goes wrong is a problem document in Spanish, and tells nothing that is nobody's business."""

import httpx
import pytest
from redis.asyncio import Redis
from sqlalchemy.exc import OperationalError
from tests.api.conftest import MakeRuntime, assert_problem, client_of

from siea.api.errors import KINDS
from siea.runtime import Runtime
from siea.security.roles import Rol
from siea.store.database import make_engine
from siea.store.repositories import SeriesRepository, VariablesRepository

LOGIN = "/api/v1/auth/token"
CLAVE = "/api/v1/auth/clave"


async def test_an_unknown_address_of_the_api_is_a_404(nobody: httpx.AsyncClient) -> None:
    assert_problem(await nobody.get("/api/v1/nada"), 404, "no-encontrado")
    assert_problem(await nobody.post("/api/nada"), 404, "no-encontrado")


async def test_a_wrong_method_is_a_405_that_tells_the_right_ones(nobody: httpx.AsyncClient) -> None:
    response = await nobody.delete("/api/v1/demanda")
    assert_problem(response, 405, "metodo-no-permitido")
    assert response.headers["allow"] == "GET"
    assert_problem(await nobody.post("/"), 405)


@pytest.mark.parametrize(
    "body", ["{", "", "null", "[]", '"x"', "7", '{"usuario": "\\ud800"}', "\xff", "{'a': 1}", "[" * 5000]
)
async def test_malformed_json_is_told(nobody: httpx.AsyncClient, body: str) -> None:
    response = await nobody.post(
        CLAVE, content=body.encode("latin-1"), headers={"Content-Type": "application/json"}
    )
    assert assert_problem(response, 422)["errores"]


async def test_json_without_its_media_type_is_told(nobody: httpx.AsyncClient) -> None:
    body = '{"usuario": "ana", "clave": "x", "clave_nueva": "sol de los venados"}'
    response = await nobody.post(CLAVE, content=body, headers={"Content-Type": "text/plain"})
    assert_problem(response, 422)


async def test_unknown_members_of_a_body_are_refused(nobody: httpx.AsyncClient) -> None:
    body = {"usuario": "ana", "clave": "x", "clave_nueva": "sol de los venados", "rol": "admin"}
    found = assert_problem(await nobody.post(CLAVE, json=body), 422)
    assert [error["campo"] for error in found["errores"]] == ["rol"]


async def test_what_was_typed_is_never_repeated(nobody: httpx.AsyncClient) -> None:
    body = {"usuario": "ana", "clave": {"a": "SECRETO123"}, "clave_nueva": "SECRETO123"}
    response = await nobody.post(CLAVE, json=body)
    assert_problem(response, 422)
    assert "SECRETO123" not in response.text


async def test_a_body_over_a_megabyte_is_refused_unread(nobody: httpx.AsyncClient) -> None:
    response = await nobody.post(CLAVE, content=b"x" * 1_000_001)
    assert_problem(response, 413, "cuerpo-demasiado-grande")

    sent = 0

    async def endless():  # type: ignore[no-untyped-def]  # a generator for httpx
        nonlocal sent
        while True:
            sent += 1
            yield b"x" * 100_000

    assert_problem(await nobody.post(CLAVE, content=endless()), 413)
    assert sent < 20


async def test_an_error_nobody_foresaw_tells_only_its_trace(
    viewer: httpx.AsyncClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def broken(*_: object, **__: object) -> None:
        raise RuntimeError("https://api.example/api?securityToken=SECRETO123")

    monkeypatch.setattr(SeriesRepository, "serie", broken)
    response = await viewer.get("/api/v1/demanda")
    body = assert_problem(response, 500, "error-interno")
    assert "SECRETO123" not in response.text
    assert body["title"] == "Algo falló en SIEA"
    assert response.headers["x-content-type-options"] == "nosniff"


async def test_a_trace_of_the_caller_is_carried_on(nobody: httpx.AsyncClient) -> None:
    trace = "0af7651916cd43dd8448eb211c80319c"
    known = {"traceparent": f"00-{trace}-b7ad6b7169203331-01"}
    assert (await nobody.get("/api/nada", headers=known)).json()["trace_id"] == trace
    forged = {"traceparent": "00-<script>-b7ad6b7169203331-01"}
    assert len((await nobody.get("/api/nada", headers=forged)).json()["trace_id"]) == 32


async def test_with_the_database_away_reads_and_logins_are_a_503_to_retry(make_runtime: MakeRuntime) -> None:
    for url in (
        "postgresql+asyncpg://siea@127.0.0.1:1/siea",
        "postgresql+asyncpg://siea@/siea?host=/no/existe",
    ):
        engine = make_engine(url)
        async with client_of(make_runtime(engine), Rol.VIEWER) as client:
            for response in (
                await client.get("/api/v1/demanda"),
                await client.get("/api/v1/variables"),
                await client.post(LOGIN, data={"username": "ana", "password": "x"}),
            ):
                assert_problem(response, 503, "no-disponible")
                assert int(response.headers["retry-after"]) > 0
            # A refusal by role does not depend on being able to record it.
            assert_problem(await client.post("/api/v1/predict/demanda", json={}), 403)
        await engine.dispose()


async def test_a_connection_that_breaks_in_a_query_is_a_503(
    viewer: httpx.AsyncClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def broken(*_: object) -> None:
        raise OperationalError("SELECT 1", {}, ConnectionResetError("reset"), connection_invalidated=True)

    monkeypatch.setattr(VariablesRepository, "estado", broken)
    assert_problem(await viewer.get("/api/v1/variables"), 503, "no-disponible")


async def test_with_redis_away_reads_go_on_and_writes_wait(
    make_runtime: MakeRuntime, runtime: Runtime
) -> None:
    away = Redis.from_url("redis://127.0.0.1:1")
    async with client_of(make_runtime(runtime.engine, client=away), Rol.ANALISTA) as client:
        read = await client.get("/api/v1/demanda")
        assert read.status_code == 200
        assert "ratelimit" in read.headers
        for path, body in ((LOGIN, None), ("/api/v1/predict/demanda", {"horizonte_dias": 7})):
            response = await client.post(path, json=body)
            assert_problem(response, 503, "no-disponible")
            assert int(response.headers["retry-after"]) > 0
    await away.aclose()


async def test_each_kind_of_problem_explains_itself(nobody: httpx.AsyncClient) -> None:
    for kind in KINDS.values():
        found = (await nobody.get(f"/problemas/{kind.codigo}")).json()
        assert (found["type"], found["status"]) == (f"/problemas/{kind.codigo}", kind.status)
        assert found["que_hacer"]
    assert_problem(await nobody.get("/problemas/otro"), 404)
