"""Forecasts as they were given, to be scored when the truth arrives."""

from collections.abc import Iterable, Sequence

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from siea.store.models import Pronostico


class PronosticosRepository:
    """Forecasts by variable."""

    def __init__(self, session: AsyncSession) -> None:
        self._session = session

    async def guardar(self, filas: Iterable[Pronostico]) -> None:
        """Add the days of a forecast."""
        self._session.add_all(filas)
        await self._session.flush()

    async def ultimo(self, variable: str) -> Sequence[Pronostico]:
        """The days of the forecast made last, in order; empty when there is none."""
        newest = select(func.max(Pronostico.generado_en)).where(Pronostico.variable == variable)
        statement = (
            select(Pronostico)
            .where(Pronostico.variable == variable, Pronostico.generado_en == newest.scalar_subquery())
            .order_by(Pronostico.fecha)
        )
        return (await self._session.scalars(statement)).all()
