"""The audit trail against a real database."""

from sqlalchemy.ext.asyncio import AsyncSession

from siea.security.audit import Accion, Origen, Resultado, record
from siea.store.repositories import AuditoriaRepository


async def test_a_record_tells_who_what_whence_and_how_it_ended(session: AsyncSession) -> None:
    await record(
        session,
        Accion.PREDICCION,
        Resultado.OK,
        actor="ana",
        recurso="/api/v1/predict/demanda",
        origen=Origen("203.0.113.9", "curl/8"),
        filas=7,
        duracion_ms=12.5,
        detalle={"entrada": {"horizonte_dias": 7}},
    )
    await session.commit()
    (row,) = await AuditoriaRepository(session).ultimos()
    assert (row.actor, row.accion, row.resultado, row.ip, row.agente) == (
        "ana",
        "prediccion",
        "ok",
        "203.0.113.9",
        "curl/8",
    )
    assert (row.filas, row.duracion_ms, row.detalle) == (7, 12.5, {"entrada": {"horizonte_dias": 7}})
    assert row.ocurrido_en.tzinfo is not None


async def test_a_strange_user_agent_is_kept_within_bounds(session: AsyncSession) -> None:
    await record(
        session,
        Accion.INGRESO,
        Resultado.RECHAZADO,
        actor="desconocido",
        recurso="x",
        origen=Origen(None, "a\x00b" * 1000),
    )
    (row,) = await AuditoriaRepository(session).ultimos()
    assert row.agente is not None
    assert len(row.agente) == 300
    assert "\x00" not in row.agente
