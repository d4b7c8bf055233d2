"""Forecasts as they were given, to be scored when the truth arrives."""

from collections.abc import Iterable

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
