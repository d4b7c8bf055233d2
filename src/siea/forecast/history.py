"""The daily history of a variable, read from the database in the shape that strategies take."""

from datetime import date, timedelta

import polars as pl
from sqlalchemy.ext.asyncio import AsyncSession

from siea.domain.tiempo import Resolucion, local_date
from siea.forecast.errors import InsufficientHistoryError
from siea.forecast.strategies import HISTORY_SCHEMA
from siea.store.models import EstadoVariable
from siea.store.repositories import DemandaRepository, VariablesRepository

MINIMUM_DAYS = 60
"""Fewest settled days of a variable that is forecast at all."""


async def settled_state(session: AsyncSession, variable: str) -> tuple[EstadoVariable, date]:
    """What is loaded of *variable*, and its last settled day.

    Raises InsufficientHistoryError when no day of it is settled.
    """
    state = await VariablesRepository(session).estado_de(variable)
    if state is None or state.ultimo_dia_cerrado is None:
        raise InsufficientHistoryError(0, MINIMUM_DAYS)
    return state, state.ultimo_dia_cerrado


async def read_history(
    session: AsyncSession, variable: str, last: date | None = None, days: int | None = None
) -> pl.DataFrame:
    """Every day (HISTORY_SCHEMA, GWh) up to *last*, by default the last settled one: all, or the last *days*.

    Days without a complete value are null. Raises InsufficientHistoryError when no day is settled.
    """
    state, settled = await settled_state(session, variable)
    assert state.primera_fecha is not None
    end = last or settled
    start = local_date(state.primera_fecha)
    if days is not None:
        start = max(start, end - timedelta(days=days - 1))
    series = await DemandaRepository(session).serie(variable, start, end, Resolucion.DIA)
    return pl.DataFrame(
        {"fecha": series.t, "valor": series.valor, "provisional": series.provisional}, schema=HISTORY_SCHEMA
    )
