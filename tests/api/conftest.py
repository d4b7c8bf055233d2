"""One database with data for the tests of the API, an application over it, and callers of each role."""

import asyncio
import json
import socket
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import httpx
import polars as pl
import pytest
import uvicorn
from fastapi import FastAPI
from redis.asyncio import Redis
from sqlalchemy import make_url, text
from sqlalchemy.ext.asyncio import AsyncEngine, async_sessionmaker

from siea.api.app import create_app
from siea.forecast.history import read_history
from siea.forecast.intervals import RESIDUAL_SCHEMA, ConformalIntervals
from siea.forecast.model import DAILY_SCHEMA, ModelMeta
from siea.forecast.registry import ModelRegistry
from siea.forecast.strategies import SeasonalNaiveStrategy
from siea.runtime import Runtime
from siea.security.roles import Rol
from siea.security.tokens import Tokens
from siea.settings import Settings
from siea.store.cache import Cache
from siea.store.database import make_engine
from siea.store.embedded import Urls
from siea.store.lake import Lake

NOW = datetime(2025, 1, 10, 15, 0, tzinfo=UTC)
DATABASE = "prueba_api"
DEMANDA, PRECIOS = "/api/v1/demanda", "/api/v1/precios"

# DemaSIN: the days of 2022 to 2024, without 10 March 2024; 30 and 31 December provisional.
# DemaReal: the hours of 2023 and 2024, without hour 06:00 of 5 February 2024 and a null at 07:00.
# PrecBolsNaci: the hours of January 2024, with one NaN and one infinity on the 2nd.
DATA = """
INSERT INTO cargas (id, fuente, conjunto, variable, entidad_tipo, peticion, origen, sha256, recibido_en,
    codigo_version, desde, hasta, filas_recibidas, filas_guardadas, calidad, estado, terminado_en, etiqueta)
SELECT n, 'xm', conjunto, variable, 'Sistema', jsonb_build_object('n', n), 'raw/' || n, 'abc' || n,
    timestamptz '2025-01-10 06:00-05', '0.1.0', desde, hasta, 100, 90, puntaje, 'cargada',
    timestamptz '2025-01-10 06:00-05', etiqueta
FROM (VALUES
    (1, 'demanda', 'DemaSIN', date '2022-01-01', date '2024-12-31', 97.5,
        'histórico incorporado hasta 2024-12-31'),
    (2, 'demanda', 'DemaReal', date '2023-01-01', date '2024-12-31', 88.0, NULL),
    (3, 'precios', 'PrecBolsNaci', date '2024-01-01', date '2024-01-31', 91.0, NULL)
) v(n, conjunto, variable, desde, hasta, puntaje, etiqueta);
INSERT INTO calidad (carga_id, dimension, puntaje) SELECT id, d, calidad FROM cargas,
    unnest(ARRAY['completitud', 'validez', 'oportunidad', 'unicidad']) d;
INSERT INTO calidad (carga_id, dimension, puntaje) SELECT id, 'consistencia', NULL FROM cargas;
INSERT INTO estado_variables
SELECT variable, 'Sistema', id, desde::timestamp AT TIME ZONE 'America/Bogota',
    (hasta::timestamp + CASE variable WHEN 'DemaSIN' THEN interval '0' ELSE interval '23 hours' END)
        AT TIME ZONE 'America/Bogota',
    hasta - 2, timestamptz '2025-01-10 06:00:30.5-05', etiqueta FROM cargas;
INSERT INTO demanda_nacional (variable, fecha, demanda_gwh, publicado_en, carga_id, provisional)
SELECT 'DemaSIN', d AT TIME ZONE 'America/Bogota', 200 + extract(doy FROM d) / 10, timestamptz '2024-01-01',
    1, d >= '2024-12-30'
FROM generate_series(timestamp '2022-01-01', '2024-12-31', '1 day') d WHERE d <> '2024-03-10';
INSERT INTO demanda_nacional (variable, fecha, demanda_gwh, publicado_en, carga_id)
SELECT 'DemaReal', h AT TIME ZONE 'America/Bogota',
    CASE WHEN h <> '2024-02-05 07:00' THEN 8 + extract(hour FROM h) / 7.0 END, timestamptz '2024-01-01', 2
FROM generate_series(timestamp '2023-01-01', '2024-12-31 23:00', '1 hour') h WHERE h <> '2024-02-05 06:00';
INSERT INTO precios (variable, fecha, precio_cop_kwh, publicado_en, carga_id)
SELECT 'PrecBolsNaci', h AT TIME ZONE 'America/Bogota',
    CASE h WHEN '2024-01-02 01:00' THEN 'NaN' WHEN '2024-01-02 02:00' THEN 'Infinity'
    ELSE 300 + extract(hour FROM h) END, timestamptz '2024-01-01', 3
FROM generate_series(timestamp '2024-01-01', '2024-01-31 23:00', '1 hour') h;
UPDATE demanda_nacional SET demanda_gwh = 250, publicado_en = timestamptz '2024-06-01'
WHERE variable = 'DemaSIN' AND fecha = timestamptz '2024-01-15 00:00-05';
INSERT INTO revisiones VALUES ('DemaSIN', 'Sistema', 'Sistema', '', timestamptz '2024-01-15 00:00-05', '',
    timestamptz '2024-01-01', timestamptz '2024-06-01', 123.25, false, 1);
"""


@pytest.fixture(scope="session")
async def api_engine(servers: Urls, admin_engine: AsyncEngine, template: str) -> AsyncIterator[AsyncEngine]:
    """Engine on a database with the data above, which the tests only read."""
    assert servers.database_url is not None
    async with admin_engine.connect() as conn:
        await conn.execute(text(f"CREATE DATABASE {DATABASE} TEMPLATE {template}"))
    url = make_url(servers.database_url).set(database=DATABASE).render_as_string(hide_password=False)
    engine = make_engine(url, pool_size=4)
    async with engine.begin() as conn:
        for statement in DATA.strip().removesuffix(";").split(";\n"):
            await conn.execute(text(statement.replace(":", r"\:")))
    yield engine
    await engine.dispose()
    async with admin_engine.connect() as conn:
        await conn.execute(text(f"DROP DATABASE {DATABASE} WITH (FORCE)"))


@pytest.fixture(scope="session")
async def champion(api_engine: AsyncEngine, tmp_path_factory: pytest.TempPathFactory) -> ModelRegistry:
    """A registry whose model of DemaSIN serves: the seasonal naive, with bands of made-up errors."""
    async with async_sessionmaker(api_engine)() as session:
        history = await read_history(session, "DemaSIN")
    strategy = SeasonalNaiveStrategy().fit(history)
    errors = [(lead, 230.0, 230.0 + n - 15) for lead in range(1, 41) for n in range(31)]
    residuals = pl.DataFrame(
        {
            "adelanto": [lead for lead, _, _ in errors],
            "especial": [False] * len(errors),
            "punto": [point for _, point, _ in errors],
            "real": [real for _, _, real in errors],
        },
        schema=RESIDUAL_SCHEMA,
    )
    meta = ModelMeta(
        variable="DemaSIN",
        estrategia=strategy.nombre,
        ultimo_dia=date(2024, 12, 29),
        dias=history.height,
        datos_sha256="0" * 64,
        entrenado_en=NOW,
        codigo_version="0.1.0",
        esquema=DAILY_SCHEMA,
        metricas={"mape_pct": 2.0},
        error_por_horizonte=[2.0] * 30,
        origenes=52,
    )
    registry = ModelRegistry(None, tmp_path_factory.mktemp("mlflow"))
    version = registry.save("DemaSIN", strategy, ConformalIntervals.calibrate(residuals), meta)
    registry.promote("DemaSIN", version)
    return registry


MakeRuntime = Callable[..., Runtime]


@pytest.fixture
def make_runtime(servers: Urls, tmp_path: Path, redis: Redis) -> MakeRuntime:
    """Builds a runtime on an engine, with settings of one's own."""

    def make(
        engine: AsyncEngine,
        *,
        client: Redis = redis,
        models: ModelRegistry | None = None,
        **settings: Any,
    ) -> Runtime:
        chosen = {"home": tmp_path, "dashboard_dir": tmp_path / "out", "requests_per_minute": 100_000}
        return Runtime(
            settings=Settings(_env_file=None, **(chosen | settings)),
            urls=servers,
            engine=engine,
            sessions=async_sessionmaker(engine, expire_on_commit=False),
            redis=client,
            cache=Cache(client),
            lake=Lake((tmp_path / "lake").as_uri()),
            models=models or ModelRegistry(None, tmp_path / "mlflow"),
            keys=tmp_path / "keys",
            clock=lambda: NOW,
        )

    return make


@pytest.fixture
def runtime(make_runtime: MakeRuntime, api_engine: AsyncEngine) -> Runtime:
    return make_runtime(api_engine)


def client_of(
    runtime: Runtime, rol: Rol | None = None, peer: str = "127.0.0.1", app: FastAPI | None = None
) -> httpx.AsyncClient:
    """A client of *app* (a new one over *runtime*), with a token of *rol*, calling from *peer*."""
    headers = {}
    if rol is not None:
        token = Tokens(runtime.keys, runtime.clock).issue(f"una-{rol}", rol, minutes=30).token
        headers["Authorization"] = f"Bearer {token}"
    transport = httpx.ASGITransport(app=app or create_app(runtime), client=(peer, 50000))
    return httpx.AsyncClient(transport=transport, base_url="http://siea", headers=headers)


@asynccontextmanager
async def serving(runtime: Runtime) -> AsyncIterator[tuple[int, str]]:
    """A real server on a free port; the port, and a token that reads."""
    config = uvicorn.Config(
        create_app(runtime), log_config=None, access_log=False, proxy_headers=False, lifespan="on"
    )
    server = uvicorn.Server(config)
    # Listening already: who connects before the server runs waits in the queue.
    listening = socket.create_server(("127.0.0.1", 0))
    task = asyncio.create_task(server.serve(sockets=[listening]))
    try:
        yield (
            listening.getsockname()[1],
            Tokens(runtime.keys, runtime.clock).issue("ana", Rol.VIEWER, minutes=5).token,
        )
    finally:
        server.should_exit = True
        await task


@pytest.fixture
async def viewer(runtime: Runtime) -> AsyncIterator[httpx.AsyncClient]:
    """A client whose token only reads."""
    async with client_of(runtime, Rol.VIEWER) as client:
        yield client


@pytest.fixture
async def nobody(runtime: Runtime) -> AsyncIterator[httpx.AsyncClient]:
    """A client without a token."""
    async with client_of(runtime) as client:
        yield client


def assert_problem(response: httpx.Response, status: int, codigo: str | None = None) -> dict[str, Any]:
    """The body of *response*, which must be a whole problem document of *status*."""
    assert response.status_code == status, response.text
    assert response.headers["content-type"] == "application/problem+json"
    body: dict[str, Any] = response.json()
    assert set(body) == {"type", "title", "status", "detail", "instance", "errores", "trace_id"}
    assert body["status"] == status
    assert body["trace_id"] == response.headers["x-trace-id"]
    assert "Traceback" not in response.text
    if codigo is not None:
        assert body["type"] == f"/problemas/{codigo}"
    return body


async def data(client: httpx.AsyncClient, path: str = DEMANDA, **params: str) -> dict[str, Any]:
    response = await client.get(path, params=params)
    assert response.status_code == 200, response.text
    assert response.headers["content-type"] == "application/json"

    def strict(token: str) -> float:
        raise AssertionError(f"{token} is no JSON")

    found: dict[str, Any] = json.loads(response.text, parse_constant=strict)
    return found


def points(body: dict[str, Any]) -> dict[str, float | None]:
    (series,) = body["series"]
    assert series["clave"] == "Sistema"
    return dict(series["datos"])
