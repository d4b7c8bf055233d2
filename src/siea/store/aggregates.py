"""Keeping the stored daily and monthly demand up with the loads."""

from datetime import date

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncEngine

from siea.domain.tiempo import day_bounds
from siea.store.niveles import Nivel, level

DAILY_VIEW = "demanda_diaria"

# Batches that the aggregates lack, and the local days that the ones of demand among them touch.
_BEHIND = text(
    "SELECT max(c.id), min(c.desde) FILTER (WHERE v.codigo IS NOT NULL),"
    " max(c.hasta) FILTER (WHERE v.codigo IS NOT NULL)"
    " FROM cargas c LEFT JOIN variables v ON v.codigo = c.variable AND v.entidad_tipo = c.entidad_tipo"
    " AND v.tabla = 'demanda_nacional'"
    " WHERE c.id > coalesce((SELECT ultima_carga_id FROM agregados WHERE vista = :view), 0)"
)
_NOTE = text(
    "INSERT INTO agregados (vista, ultima_carga_id) VALUES (:view, :batch) ON CONFLICT (vista)"
    " DO UPDATE SET ultima_carga_id = greatest(agregados.ultima_carga_id, excluded.ultima_carga_id),"
    " actualizado_en = now()"
)


async def refresh_aggregates(engine: AsyncEngine) -> bool:
    """Bring the aggregates up to the last batch; whether there was anything to do.

    Call it after each load and when starting: a process that dies between a load and its refresh leaves
    aggregates that are behind, which no reader uses and the next call repairs.
    """
    async with engine.connect() as conn:
        batch, first, last = (await conn.execute(_BEHIND, {"view": DAILY_VIEW})).one()
        continuous = await conn.run_sync(level) is Nivel.COMPLETO
    if batch is None:
        return False
    # What is loaded from here on may be in the aggregates already; it is only noted by the next call.
    if first is not None and continuous:
        await _refresh_continuous(engine, first, last)
    async with engine.begin() as conn:
        if first is not None:
            await conn.execute(text("SELECT refresh_materialized_views()"))
        await conn.execute(_NOTE, {"view": DAILY_VIEW, "batch": batch})
    return True


async def _refresh_continuous(engine: AsyncEngine, first: date, last: date) -> None:
    start, end = day_bounds(first, last)
    async with engine.connect() as conn:
        # It refuses to run inside a transaction.
        await conn.execution_options(isolation_level="AUTOCOMMIT")
        await conn.execute(
            # Its arguments are of any type: uncast, the type of a parameter is unknown.
            text(
                "CALL refresh_continuous_aggregate('demanda_diaria_continua',"
                " CAST(:start AS timestamptz), CAST(:end AS timestamptz))"
            ),
            {"start": start, "end": end},
        )
