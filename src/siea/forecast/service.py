"""Forecasts on request: the champion kept warm, the newest settled days, honest bands, stored and cached."""

import asyncio
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy.ext.asyncio import AsyncSession, async_sessionmaker

from siea.domain import catalogo
from siea.domain.tiempo import days_between, local_date
from siea.forecast.answer import Forecast, RecentError, band_values, rounded, spoken
from siea.forecast.backtest import RECENT_DAYS
from siea.forecast.errors import HorizonError, NoModelError
from siea.forecast.features import es_especial
from siea.forecast.history import read_history, settled_state
from siea.forecast.model import RegisteredModel
from siea.forecast.registry import ModelRegistry
from siea.forecast.training import LONGEST_HORIZON, OLDEST_DATA_DAYS
from siea.store.cache import Cache, cache_key
from siea.store.models import EstadoVariable, Pronostico
from siea.store.repositories import PronosticosRepository

_STALE_MODEL_DAYS = 56


@dataclass(frozen=True, slots=True)
class _Request:
    """One forecast to make."""

    model: RegisteredModel
    state: EstadoVariable
    last: date
    today: date
    dates: list[date]


class ForecastService:
    """Forecasts of the daily demand variables. One for a process, shared by its requests."""

    def __init__(
        self, registry: ModelRegistry, sessions: async_sessionmaker[AsyncSession], cache: Cache
    ) -> None:
        self._registry = registry
        self._sessions = sessions
        self._cache = cache
        self._warm: dict[str, RegisteredModel] = {}
        self._loading = asyncio.Lock()
        self._making = asyncio.Lock()

    async def champion(self, variable: str) -> RegisteredModel:
        """The model that serves *variable*, kept in memory until another is promoted, by any process.

        Raises NoModelError when there is none. A registry that is away, or a promoted model that cannot be
        read, does not stop the one that serves.
        """
        try:
            version = await asyncio.to_thread(self._registry.champion_version, variable)
            async with self._loading:
                warm = self._warm.get(variable)
                if warm is None or version != warm.version:
                    warm = await asyncio.to_thread(self._registry.champion, variable)
                    self._warm[variable] = warm
        except NoModelError:
            if variable not in self._warm:
                raise
            return self._warm[variable]
        return warm

    async def predict(self, variable: str, horizon_days: int, user: str, now: datetime) -> Forecast:
        """Forecast *horizon_days* (1…30) days of *variable*; kept 6 h, until a load, promotion or new day.

        The days begin today when the last settled day is at most ten days old, else the day after it. A
        forecast made (not one found in the cache) is stored in ``pronosticos`` under *user*.
        Raises HorizonError, NoModelError, InsufficientHistoryError.
        """
        if not 1 <= horizon_days <= LONGEST_HORIZON:
            raise HorizonError(horizon_days, LONGEST_HORIZON)
        model = await self.champion(variable)
        async with self._sessions() as session:
            state, last = await settled_state(session, variable)
        today = local_date(now)
        start = first_day(last, today)
        dates = days_between(start, start + timedelta(days=horizon_days - 1))
        key = cache_key(
            "predicciones",
            variable,
            state.ultima_carga_id,
            modelo=model.model_version,
            hoy=today,
            inicio=start,
            horizonte=horizon_days,
        )
        if (found := await self._cache.get_json(key)) is not None:
            return Forecast.from_json(found)
        # One at a time: requests that wait find what the first one made.
        async with self._making:
            if (found := await self._cache.get_json(key)) is not None:
                return Forecast.from_json(found)
            asked = _Request(model, state, last, today, dates)
            async with self._sessions() as session:
                made = await self._make(session, asked, now)
                await PronosticosRepository(session).guardar(_rows(made, asked, user))
                await session.commit()
            await self._cache.set_json(key, made)
        return made

    async def _make(self, session: AsyncSession, asked: _Request, now: datetime) -> Forecast:
        model, dates, last = asked.model, asked.dates, asked.last
        variable = catalogo.variable(asked.state.variable)
        recent = await read_history(session, variable.codigo, last, RECENT_DAYS)
        points = model.estrategia.predict(dates, recent)
        leads = [(day - last).days for day in dates]
        bands = model.intervalos.bands(points, leads, [es_especial(day) for day in dates])
        return Forecast(
            variable=variable.codigo,
            unidad=variable.unidad,
            fechas=dates,
            forecast=rounded(points),
            bandas=[band_values(one) for one in bands],
            model_version=model.model_version,
            dato_hasta=last,
            generado_en=now,
            error_reciente=_recent_error(model, len(dates)),
            avisos=_notices(asked, leads[-1]),
        )


def first_day(last: date, today: date) -> date:
    """First day forecast when *last* is the last settled one."""
    after = last + timedelta(days=1)
    return max(today, after) if (today - last).days <= OLDEST_DATA_DAYS else after


def _rows(made: Forecast, asked: _Request, user: str) -> list[Pronostico]:
    inner, outer = made.bandas
    return [
        Pronostico(
            variable=made.variable,
            origen=made.dato_hasta,
            generado_en=made.generado_en,
            modelo=asked.model.estrategia.nombre,
            modelo_version=made.model_version,
            fecha=day,
            horizonte=place + 1,
            valor_gwh=made.forecast[place],
            inferior_80=inner.lower[place],
            superior_80=inner.upper[place],
            inferior_95=outer.lower[place],
            superior_95=outer.upper[place],
            usuario=user,
        )
        for place, day in enumerate(made.fechas)
    ]


def _notices(asked: _Request, longest_lead: int) -> list[str]:
    notices = []
    age = (asked.today - asked.last).days
    if age > OLDEST_DATA_DAYS:
        notices.append(
            f"El último día cerrado es el {spoken(asked.last)}, hace {age} días:"
            f" el pronóstico empieza el {spoken(asked.dates[0])}."
        )
    if asked.state.etiqueta:
        notices.append(f"Datos: {asked.state.etiqueta}.")
    trained = asked.model.meta.ultimo_dia
    if (asked.last - trained).days > _STALE_MODEL_DAYS:
        notices.append(f"El modelo aprendió hasta el {spoken(trained)}; «siea train» lo pone al día.")
    if longest_lead > asked.model.intervalos.longest:
        notices.append(
            f"No se han podido medir bandas a más de {asked.model.intervalos.longest} días del último dato:"
            " de ahí en adelante tienen el ancho relativo de ese plazo."
        )
    return notices


def _recent_error(model: RegisteredModel, horizon: int) -> RecentError | None:
    errors = model.meta.error_por_horizonte
    if len(errors) < horizon:
        return None
    return RecentError(round(errors[horizon - 1], 2), model.meta.origenes, horizon)
