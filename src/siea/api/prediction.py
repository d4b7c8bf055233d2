"""A forecast for a caller: made by the service, and on record with what went in and what came out."""

import time
from dataclasses import dataclass
from typing import Any

from siea.api.deps import connected
from siea.api.errors import ProblemError
from siea.api.gate import Caller
from siea.api.health import FORECAST_VARIABLE
from siea.api.schemas import Banda, ErrorReciente, Intervalo, RespuestaPrediccion
from siea.api.services import Services
from siea.forecast.answer import Forecast
from siea.forecast.errors import ForecastError
from siea.runtime import Runtime
from siea.security import audit
from siea.security.audit import Accion, Resultado
from siea.telemetry.logs import redact

# Somebody has to train a model or bring data first.
_RETRY_SECONDS = 60


@dataclass(frozen=True, slots=True)
class Prediction:
    """One request for a forecast of the daily demand."""

    runtime: Runtime
    services: Services
    caller: Caller
    usuario: str
    horizonte_dias: int

    async def answer(self) -> RespuestaPrediccion:
        """Make the forecast and record it: one that cannot be recorded is not given.

        Raises ProblemError (503) when there is no model or history, or the database is away.
        """
        began = time.perf_counter()
        try:
            made = await self.services.forecasts.predict(
                FORECAST_VARIABLE, self.horizonte_dias, self.usuario, self.runtime.clock()
            )
        except OSError:
            # The driver's own error when it cannot connect.
            raise ProblemError.away("La base de datos") from None
        except ForecastError as error:
            await self._record(began, Resultado.ERROR, {"error": redact(str(error))})
            raise ProblemError(
                "no-disponible",
                "No hay un modelo entrenado o datos cerrados suficientes para pronosticar.",
                headers={"Retry-After": str(_RETRY_SECONDS)},
            ) from None
        await self._record(began, Resultado.OK, _result(made))
        return _shape(made)

    async def _record(self, began: float, resultado: Resultado, found: dict[str, Any]) -> None:
        asked = {"variable": FORECAST_VARIABLE, "horizonte_dias": self.horizonte_dias}
        async with connected(self.runtime) as session:
            await audit.record(
                session,
                Accion.PREDICCION,
                resultado,
                actor=self.usuario,
                recurso="/api/v1/predict/demanda",
                origen=self.caller.origen,
                filas=self.horizonte_dias if resultado is Resultado.OK else 0,
                duracion_ms=round((time.perf_counter() - began) * 1000, 1),
                detalle={"entrada": asked} | found,
            )
            await session.commit()


def _result(made: Forecast) -> dict[str, Any]:
    return {
        "modelo": made.model_version,
        "resultado": {
            "dato_hasta": made.dato_hasta,
            "fechas": made.fechas,
            "forecast": made.forecast,
            "lower": made.confidence.lower,
            "upper": made.confidence.upper,
        },
    }


def _shape(made: Forecast) -> RespuestaPrediccion:
    widest, recent = made.confidence, made.error_reciente
    return RespuestaPrediccion(
        variable=made.variable,
        unidad=made.unidad,
        fechas=made.fechas,
        forecast=made.forecast,
        confidence=Intervalo(level=widest.nivel, lower=widest.lower, upper=widest.upper),
        bandas=[Banda(nivel=band.nivel, lower=band.lower, upper=band.upper) for band in made.bandas],
        model_version=made.model_version,
        dato_hasta=made.dato_hasta,
        generado_en=made.generado_en,
        error_reciente=recent
        and ErrorReciente(
            mape_pct=recent.mape_pct, origenes=recent.origenes, horizonte_dias=recent.horizonte_dias
        ),
        avisos=made.avisos,
    )
