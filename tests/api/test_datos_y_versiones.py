"""Quarantine, changes, movements and sources over HTTP."""

from datetime import UTC, date, datetime

import httpx
import pytest
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncEngine
from tests.api.conftest import MakeRuntime, assert_problem, client_of

from siea.ingest.sources.registry import NOMBRES
from siea.security.roles import Rol

CAMBIOS = "/api/v1/revisiones/cambios"
MAY = {"variable": "SIMEM_PB_Nal", "desde": "2024-05-01", "hasta": "2024-05-31"}
HELD = (
    "INSERT INTO cargas (id, fuente, conjunto, variable, entidad_tipo, peticion, origen, sha256, recibido_en,"
    " codigo_version, desde, hasta, filas_recibidas, filas_rechazadas, estado)"
    " VALUES (1, 'xm', 'demanda', 'DemaReal', 'Sistema', '{}', 'raw/xm/1', 'a', now(), '1', '2024-05-01',"
    " '2024-05-01', 2, 2, 'cargada')",
    "INSERT INTO cuarentena (carga_id, fila, motivo) SELECT 1, jsonb_build_object('variable', 'DemaReal',"
    " 'entidad_tipo', 'Sistema', 'entidad', 'Sistema', 'dimension', '', 'fecha', f, 'valor', 99, 'version',"
    " '', 'publicado_en', '2024-05-04T12:00:00Z', 'provisional', false, 'marcas', '[]'::jsonb),"
    " 'valor 99 fuera de los límites 0 a 30' FROM (VALUES ('2024-05-01T05:00:00Z'), ('2024-05-01T06:00:00Z'))"
    " v(f)",
)
PRICES = (
    "INSERT INTO cargas (id, fuente, conjunto, variable, entidad_tipo, peticion, origen, sha256, recibido_en,"
    " codigo_version, desde, hasta, estado) VALUES (2, 'simem', 'precio_bolsa', 'SIMEM_PB_Nal', 'Sistema',"
    " '{}', 'raw/simem/1', 'b', now(), '1', '2024-05-01', '2024-05-31', 'cargada')",
    "INSERT INTO precios (variable, fecha, precio_cop_kwh, version, publicado_en, carga_id) VALUES"
    " ('SIMEM_PB_Nal', '2024-05-01T05:00:00Z', 110, 'TX2', '2024-06-10T00:00:00Z', 2)",
    "INSERT INTO revisiones (variable, entidad_tipo, entidad, dimension, fecha, version, publicado_en,"
    " vigente_hasta, valor, provisional, carga_id) VALUES ('SIMEM_PB_Nal', 'Sistema', 'Sistema', '',"
    " '2024-05-01T05:00:00Z', 'TX1', '2024-05-10T00:00:00Z', '2024-06-10T00:00:00Z', 100, false, 2)",
)


async def put(engine: AsyncEngine, statements: tuple[str, ...]) -> None:
    async with engine.begin() as conn:
        for statement in statements:
            await conn.execute(text(statement.replace(":0", r"\:0")))


async def test_held_rows_are_shown_as_they_came_and_only_who_may_decides(
    make_runtime: MakeRuntime, engine: AsyncEngine
) -> None:
    await put(engine, HELD)
    runtime = make_runtime(engine)
    async with client_of(runtime, Rol.ANALISTA) as reader:
        body = (await reader.get("/api/v1/cuarentena", params={"variable": "DemaReal"})).json()
        assert [(row["motivo"], row["fila"]["valor"], row["origen"]) for row in body["datos"]] == [
            ("valor 99 fuera de los límites 0 a 30", 99, "raw/xm/1")
        ] * 2
        ids = [row["id"] for row in body["datos"]]
        refused = await reader.post("/api/v1/cuarentena/liberar", json={"ids": ids, "nota": "porque sí"})
        assert_problem(refused, 403)
    async with client_of(runtime, Rol.ADMIN) as admin:
        assert_problem(await admin.post("/api/v1/cuarentena/liberar", json={"ids": ids}), 422)
        done = await admin.post(
            "/api/v1/cuarentena/liberar", json={"ids": ids[:1], "nota": "lo confirmó el operador"}
        )
        assert (done.status_code, done.json()["decididas"], done.json()["guardadas"]) == (200, 1, 1)
        away = await admin.post("/api/v1/cuarentena/descartar", json={"ids": ids[1:], "nota": "es ruido"})
        assert (away.status_code, away.json()["decididas"]) == (200, 1)
        assert (await admin.get("/api/v1/cuarentena")).json()["datos"] == []
        kept = (await admin.get("/api/v1/cuarentena", params={"estado": "descartada"})).json()["datos"]
        assert [(row["decidida_por"], row["nota"]) for row in kept] == [("una-admin", "es ruido")]
    async with engine.connect() as conn:
        trail = await conn.execute(text("SELECT actor, recurso, detalle->>'nota' FROM auditoria ORDER BY id"))
        assert [tuple(row) for row in trail][-2:] == [
            ("una-admin", "cuarentena/liberar", "lo confirmó el operador"),
            ("una-admin", "cuarentena/descartar", "es ruido"),
        ]
        stored = await conn.execute(text("SELECT demanda_gwh, marcas FROM demanda_nacional"))
        assert [tuple(row) for row in stored] == [(99.0, ["liberado"])]


async def test_what_changed_between_two_days_and_by_how_much_each_version_moved(
    make_runtime: MakeRuntime, engine: AsyncEngine
) -> None:
    await put(engine, PRICES)
    async with client_of(make_runtime(engine), Rol.VIEWER) as reader:
        asked = MAY | {"conocido_1": "2024-06-01", "conocido_2": "2024-06-15"}
        body = (await reader.get(CAMBIOS, params=asked)).json()
        assert (body["cuantos"], body["unidad"]) == (1, "COP/kWh")
        (change,) = body["datos"]
        assert (change["antes"], change["despues"], change["version_antes"], change["version_despues"]) == (
            100.0, 110.0, "TX1", "TX2",
        )  # fmt: skip
        assert change["fecha"] == "2024-05-01T00:00:00-05:00"
        same = await reader.get(CAMBIOS, params=asked | {"conocido_1": "2024-06-12"})
        assert (same.json()["cuantos"], same.json()["datos"]) == (0, [])
        moved = (await reader.get("/api/v1/revisiones/movimientos", params=MAY)).json()["datos"]
        assert [(step["de"], step["a"], step["neto_pct"]) for step in moved] == [
            ("TX1", "TX2", pytest.approx(10.0))
        ]


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"hasta": "2024-04-01"}, "desde"),
        ({"hasta": "2044-04-01"}, "hasta"),
        ({"entidad_tipo": "Recurso"}, "entidad_tipo"),
        ({"conocido_1": "ayer"}, "conocido_1"),
    ],
)
async def test_a_wrong_question_names_its_field(
    viewer: httpx.AsyncClient, change: dict[str, str], field: str
) -> None:
    asked = MAY | {"conocido_1": "2024-06-01", "conocido_2": "2024-06-15"} | change
    told = assert_problem(await viewer.get(CAMBIOS, params=asked), 422)
    assert [one["campo"] for one in told["errores"]] == [field]


async def test_every_source_is_listed_with_how_its_last_question_went(
    make_runtime: MakeRuntime, engine: AsyncEngine
) -> None:
    when = datetime(2025, 1, 9, 12, tzinfo=UTC)
    async with engine.begin() as conn:
        await conn.execute(
            text(
                "INSERT INTO estado_fuentes (fuente, conjunto, consultado_en, ultimo_exito, ultimo_error,"
                " fallos_seguidos) VALUES ('noaa', 'oni', :cuando, :cuando, 'sin respuesta', 3)"
            ),
            {"cuando": when},
        )
    async with client_of(make_runtime(engine), Rol.VIEWER) as reader:
        listed = (await reader.get("/api/v1/fuentes")).json()["datos"]
    assert {row["fuente"] for row in listed} == set(NOMBRES)
    oni = next(row for row in listed if (row["fuente"], row["conjunto"]) == ("noaa", "oni"))
    assert (oni["ultimo_exito"], oni["ultimo_error"], oni["fallos_seguidos"]) == (
        "2025-01-09T07:00:00-05:00", "sin respuesta", 3,
    )  # fmt: skip
    assert all(row["licencia"] and row["descripcion"] for row in listed)
    assert date.fromisoformat(oni["consultado_en"][:10]) == date(2025, 1, 9)
