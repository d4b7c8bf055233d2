"""The state of the service: each dependency asked with little patience, all at once."""

import asyncio
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import timedelta

import structlog
from sqlalchemy import text

from siea.api.schemas import Dependencia, Preparado
from siea.api.series import local_iso
from siea.api.version import VERSION
from siea.runtime import Runtime
from siea.store.repositories import CargasRepository

# Whose model `predict/demanda` serves.
FORECAST_VARIABLE = "DemaSIN"

_PATIENCE_S = 2.0
_REMEMBERED_S = 1.0
# The operator publishes every day: two days without an answer is a fault somewhere.
_XM_SILENCE = timedelta(days=2)
_log = structlog.get_logger(__name__)


@dataclass(slots=True)
class Readiness:
    """Asks the dependencies, and remembers the answer for a moment: anybody may ask, any number of times."""

    runtime: Runtime
    _known: Preparado | None = None
    _until: float = 0.0
    _lock: asyncio.Lock = field(default_factory=asyncio.Lock)

    async def __call__(self) -> Preparado:
        """The state of the service. Without the database it is down; without another part, degraded."""
        async with self._lock:
            if self._known is None or time.monotonic() >= self._until:
                self._known = await self._ask()
                self._until = time.monotonic() + _REMEMBERED_S
            return self._known

    async def _ask(self) -> Preparado:
        postgres, redis, model, xm = await asyncio.gather(
            _tried(self._postgres, "caido", "no responde"),
            _tried(self._redis, "degradado", "no responde: sin caché, ingresos ni pronósticos"),
            _tried(self._model, "degradado", "no se pudo leer el registro de modelos"),
            _tried(self._xm, "degradado", "no se pudo consultar"),
        )
        parts = {"postgresql": postgres, "redis": redis, "modelo_demanda": model, "xm": xm}
        states = {part.estado for part in parts.values()}
        state = next((s for s in ("caido", "degradado") if s in states), "ok")
        return Preparado.model_validate(
            {"estado": state, "version": VERSION, "dependencias": parts}, from_attributes=True
        )

    async def _postgres(self) -> Dependencia:
        async with self.runtime.sessions() as session:
            await session.execute(text("SELECT 1"))
        return Dependencia(estado="ok", detalle=None)

    async def _redis(self) -> Dependencia:
        await self.runtime.redis.ping()
        return Dependencia(estado="ok", detalle=None)

    async def _model(self) -> Dependencia:
        if await asyncio.to_thread(self.runtime.models.has_champion, FORECAST_VARIABLE):
            return Dependencia(estado="ok", detalle=None)
        return Dependencia(estado="degradado", detalle="no hay modelo entrenado: ejecute «siea train»")

    async def _xm(self) -> Dependencia:
        async with self.runtime.sessions() as session:
            last = await CargasRepository(session).ultimo_recibo("xm")
        if last is None:
            return Dependencia(estado="degradado", detalle="todavía no se ha recibido nada del operador")
        silent = self.runtime.clock() - last > _XM_SILENCE
        return Dependencia(
            estado="degradado" if silent else "ok",
            detalle="sin datos nuevos desde hace más de dos días" if silent else None,
            ultimo_exito=local_iso(last),
        )


async def _tried(ask: Callable[[], Awaitable[Dependencia]], failed: str, detail: str) -> Dependencia:
    """The answer of *ask*, with the time it took; *failed* when it fails or is late. Tells no error text."""
    began = time.perf_counter()
    try:
        async with asyncio.timeout(_PATIENCE_S):
            found = await ask()
    except Exception as error:
        _log.warning("dependency_away", error=type(error).__name__)
        return Dependencia.model_validate({"estado": failed, "detalle": detail})
    return found.model_copy(update={"latencia_ms": round((time.perf_counter() - began) * 1000, 1)})
