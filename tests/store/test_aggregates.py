"""Daily and monthly demand kept in the database, and who reads it when."""

from collections.abc import Callable
from datetime import date, datetime
from typing import Any

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncEngine, AsyncSession
from tests.store.conftest import Put

from siea.domain.tiempo import Resolucion, day_start, days_between, hour_start
from siea.store.aggregates import refresh_aggregates
from siea.store.repositories import DemandaRepository

MARCH = days_between(date(2024, 3, 1), date(2024, 3, 31))
NOW = datetime.fromisoformat("2024-04-02T12:00:00+00:00")


def state(batch: int, variable: str = "DemaReal") -> dict[str, Any]:
    return {"variable": variable, "entidad_tipo": "Sistema", "ultima_carga_id": batch, "actualizado_en": NOW}


async def _march(put: Put, batch: Callable[..., dict[str, Any]]) -> None:
    rows = [
        {"variable": "DemaReal", "fecha": hour_start(day, n), "demanda_gwh": float(n)}
        for day in MARCH
        for n in range(1, 25)
    ]
    await put("cargas", batch(1), batch(2, "DemaSIN"))
    await put("estado_variables", state(1), state(2, "DemaSIN"))
    await put("demanda_nacional", *rows[:-1])  # the last hour of the last day has not come
    await put("demanda_nacional", {"variable": "DemaSIN", "fecha": day_start(MARCH[0]), "demanda_gwh": 230.0})


async def test_a_day_is_complete_by_the_resolution_of_its_variable(
    engine: AsyncEngine, put: Put, batch: Callable[..., dict[str, Any]]
) -> None:
    await _march(put, batch)
    assert await refresh_aggregates(engine)
    statement = text(
        "SELECT variable, dia, demanda_gwh, parcial_gwh, horas, provisional FROM demanda_diaria"
        " WHERE dia IN ('2024-03-01', '2024-03-31') ORDER BY 1, 2"
    )
    async with engine.connect() as conn:
        rows = [tuple(row) for row in await conn.execute(statement)]
    assert rows == [
        ("DemaReal", MARCH[0], 300.0, 300.0, 24, False),
        ("DemaReal", MARCH[30], None, 276.0, 23, False),
        ("DemaSIN", MARCH[0], 230.0, 230.0, 1, False),
    ]


async def test_a_month_tells_its_mean_its_maximum_and_whether_it_is_complete(
    engine: AsyncEngine, put: Put, batch: Callable[..., dict[str, Any]]
) -> None:
    await _march(put, batch)
    await refresh_aggregates(engine)
    statement = text(
        "SELECT mes, demanda_promedio, demanda_maxima, demanda_gwh, dias, completo FROM demanda_mensual"
        " WHERE variable = 'DemaReal'"
    )
    async with engine.connect() as conn:
        (row,) = await conn.execute(statement)
    total = 31 * 300.0 - 24.0
    assert tuple(row) == (date(2024, 3, 1), total / (31 * 24 - 1), 24.0, total, 30, False)


async def test_it_is_refreshed_once_for_each_load(
    engine: AsyncEngine, put: Put, batch: Callable[..., dict[str, Any]]
) -> None:
    assert not await refresh_aggregates(engine)
    await _march(put, batch)
    assert await refresh_aggregates(engine)
    assert not await refresh_aggregates(engine)
    await put("cargas", batch(3))
    assert await refresh_aggregates(engine)


async def test_series_are_the_same_with_the_aggregate_and_without(
    engine: AsyncEngine, session: AsyncSession, put: Put, batch: Callable[..., dict[str, Any]]
) -> None:
    await _march(put, batch)
    repository = DemandaRepository(session)
    before = {}
    for resolution in (Resolucion.DIA, Resolucion.SEMANA, Resolucion.MES, Resolucion.ANIO):
        before[resolution] = list(await repository.serie("DemaReal", MARCH[3], MARCH[30], resolution))
    await refresh_aggregates(engine)
    for resolution, points in before.items():
        assert list(await repository.serie("DemaReal", MARCH[3], MARCH[30], resolution)) == points


async def test_an_aggregate_that_is_behind_is_not_read(
    engine: AsyncEngine, session: AsyncSession, put: Put, batch: Callable[..., dict[str, Any]]
) -> None:
    """The process died between a load and its refresh."""
    await _march(put, batch)
    await refresh_aggregates(engine)
    await put("cargas", batch(3))
    async with engine.begin() as conn:
        await conn.execute(text("UPDATE demanda_nacional SET demanda_gwh = 2 WHERE variable = 'DemaReal'"))
        await conn.execute(text("UPDATE estado_variables SET ultima_carga_id = 3"))
    repository = DemandaRepository(session)
    (point,) = await repository.serie("DemaReal", MARCH[0], MARCH[0], Resolucion.DIA)
    assert point.valor == 48.0
    await session.rollback()
    await refresh_aggregates(engine)
    (point,) = await repository.serie("DemaReal", MARCH[0], MARCH[0], Resolucion.DIA)
    assert point.valor == 48.0
