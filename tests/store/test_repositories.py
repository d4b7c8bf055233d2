"""Queries about batches, quality, alerts, forecasts, accounts and the audit trail."""

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError, IntegrityError
from sqlalchemy.ext.asyncio import AsyncEngine, AsyncSession
from tests.store.conftest import Put

from siea.store.models import Pronostico, Usuario
from siea.store.repositories import (
    AuditoriaRepository,
    CalidadRepository,
    CargasRepository,
    PronosticosRepository,
    UsuariosRepository,
    VariablesRepository,
)

NOW = datetime(2024, 4, 2, 12, tzinfo=UTC)
Batch = Callable[..., dict[str, Any]]


async def test_the_same_answer_to_the_same_request_is_recorded_once(put: Put, batch: Batch) -> None:
    await put("cargas", batch(1))
    with pytest.raises(IntegrityError):
        await put("cargas", batch(2, peticion={"n": 1}, sha256="1"))
    await put("cargas", batch(2, peticion={"n": 1}, sha256="otra"))


async def test_a_source_tells_when_it_was_last_heard(session: AsyncSession, put: Put, batch: Batch) -> None:
    await put("cargas", batch(1), batch(2, "DemaSIN", recibido_en=NOW), batch(3))
    repository = CargasRepository(session)
    assert await repository.ultimo_recibo("xm") == NOW
    assert await repository.ultimo_recibo("historico") is None


async def test_quality_is_told_by_batch_and_dimension(session: AsyncSession, put: Put, batch: Batch) -> None:
    await put(
        "cargas",
        batch(1, calidad=95.0),
        batch(2, calidad=80.0, hasta=date(2024, 4, 30)),
        batch(3, calidad=None),
    )
    await put(
        "calidad",
        {"carga_id": 1, "dimension": "completitud", "puntaje": 90.0},
        {"carga_id": 1, "dimension": "consistencia", "puntaje": None},
    )
    repository = CalidadRepository(session)
    second, first = await repository.por_carga()
    assert (second.carga.id, second.dimensiones) == (2, {})
    assert (first.carga.id, first.dimensiones) == (1, {"completitud": 90.0, "consistencia": None})
    assert [found.carga.id for found in await repository.por_carga(desde=date(2024, 4, 1))] == [2]
    assert await repository.por_carga(variable="DemaSIN") == []


async def test_the_state_of_a_variable_is_found_by_its_entity(session: AsyncSession, put: Put) -> None:
    row = {"variable": "DemaCome", "ultima_carga_id": 4, "actualizado_en": NOW}
    await put(
        "estado_variables",
        row | {"entidad_tipo": "Sistema"},
        row | {"entidad_tipo": "MercadoComercializacion"},
    )
    repository = VariablesRepository(session)
    assert len(await repository.estado()) == 2
    found = await repository.estado_de("DemaCome")
    assert found is not None
    assert found.entidad_tipo == "Sistema"
    assert await repository.estado_de("DemaReal") is None


async def test_a_cause_has_one_open_alert(engine: AsyncEngine, put: Put) -> None:
    told = {"tipo": "calidad", "severidad": "media", "titulo": "Calidad 80", "causa": "calidad:DemaReal"}
    await put("alertas", told)
    with pytest.raises(IntegrityError):
        await put("alertas", told)
    await put("alertas", told | {"causa": "calidad:DemaSIN"})
    async with engine.begin() as conn:
        await conn.execute(text("UPDATE alertas SET resuelta_en = now()"))
    await put("alertas", told)


async def test_a_forecast_is_kept_day_by_day(session: AsyncSession) -> None:
    def forecast(made: datetime, horizon: int) -> Pronostico:
        return Pronostico(
            variable="DemaSIN", origen=date(2024, 3, 31), generado_en=made, modelo="prophet",
            modelo_version="prophet_v1", fecha=date(2024, 3, 31) + timedelta(days=horizon), horizonte=horizon,
            valor_gwh=230.0, inferior_80=225.0, superior_80=235.0, inferior_95=220.0, superior_95=240.0,
            usuario="ana",
        )  # fmt: skip

    repository = PronosticosRepository(session)
    await repository.guardar([forecast(NOW, 2), forecast(NOW, 1)])
    await session.commit()
    rows = await session.execute(text("SELECT fecha, valor_gwh, generado_en FROM pronosticos ORDER BY fecha"))
    assert [tuple(row) for row in rows] == [(date(2024, 4, n), 230.0, NOW) for n in (1, 2)]


async def test_a_user_name_is_taken_once_and_a_role_is_one_of_three(session: AsyncSession) -> None:
    def account(name: str, role: str = "viewer") -> Usuario:
        return Usuario(usuario=name, nombre="Ana", rol=role, clave_hash="x")

    repository = UsuariosRepository(session)
    await repository.agregar(account("ana"))
    await session.commit()
    found = await repository.por_usuario("ana")
    assert found is not None
    assert (found.clave_temporal, found.activo, found.ultimo_ingreso) == (True, True, None)
    assert await repository.por_usuario("eva") is None
    for wrong in (account("ana"), account("eva", "jefe")):
        with pytest.raises(IntegrityError):
            await repository.agregar(wrong)
        await session.rollback()
    assert [row.usuario for row in await repository.listar()] == ["ana"]


async def test_audit_records_come_newest_first(session: AsyncSession) -> None:
    repository = AuditoriaRepository(session)
    for actor in ("ana", "eva", "ana"):
        await repository.registrar(
            actor=actor, accion="acceso", recurso="/api/v1/demanda", resultado="ok", filas=3
        )
    assert [row.actor for row in await repository.ultimos(2)] == ["ana", "eva"]
    assert [row.id for row in await repository.ultimos(actor="ana")] == [3, 1]
    assert (await repository.ultimos())[0].detalle == {}


async def test_the_audit_trail_cannot_be_changed_or_emptied(
    engine: AsyncEngine, session: AsyncSession
) -> None:
    repository = AuditoriaRepository(session)
    for n in range(5):
        await repository.registrar(actor="ana", accion="acceso", recurso=f"/{n}", resultado="ok")
    await session.commit()

    async def attempt(*statements: str) -> None:
        async with engine.begin() as conn:
            for statement in statements:
                await conn.execute(text(statement))

    for statements in (
        ["UPDATE auditoria SET actor = 'otra' WHERE id = 1"],
        ["DELETE FROM auditoria WHERE id = 1"],
        ["DELETE FROM auditoria WHERE false"],
        ["TRUNCATE auditoria"],
        ["TRUNCATE auditoria, alertas CASCADE"],
        ["SET session_replication_role = replica", "DELETE FROM auditoria"],
    ):
        with pytest.raises(DBAPIError, match="la auditoría no se modifica ni se borra"):
            await attempt(*statements)
    async with engine.connect() as conn:
        assert await conn.scalar(text("SELECT count(*) FROM auditoria WHERE actor = 'ana'")) == 5
