"""What the OpenAPI document says beside the routes themselves."""

from typing import Any

from fastapi import FastAPI

from siea.api.errors import MEDIA_TYPE
from siea.api.schemas import Problema, RespuestaSerie

TITLE = "SIEA: API del sistema eléctrico colombiano"
SUMMARY = "Demanda, precios, calidad de los datos y pronósticos del sistema interconectado nacional."
DESCRIPTION = """
Datos del operador (XM) tal como se publican, con sus revisiones, y lo que SIEA calcula con ellos.

- **Tiempo**: `desde` y `hasta` son días de Colombia (UTC−5), incluidos ambos. Cada punto lleva el inicio de
  su periodo.
- **Lo que falta** es `null`: nunca cero, nunca ausente. Los días que el operador publicó a medias están en
  `meta.provisionales`.
- **Errores**: documentos de problema (RFC 9457) con título en español y el motivo de cada campo.
- **Límites**: `RateLimit` y `RateLimit-Policy` en cada respuesta; `Retry-After` cuando no queda cupo.
- **Permisos**: `viewer` consulta; `analista` también pronostica; `admin`, todo.
""".strip()
TAGS = [
    {"name": "Ingreso", "description": "Token de acceso y clave propia."},
    {"name": "Series", "description": "Demanda y precios, en JSON, CSV o Parquet."},
    {"name": "Catálogo y calidad", "description": "Qué hay, hasta cuándo, y qué tan buenos son los datos."},
    {"name": "Pronósticos", "description": "Lo que se espera, con sus bandas."},
    {"name": "Servicio", "description": "Estado del servicio y sus medidas."},
]
_REASONS = {
    401: "Falta un token válido.",
    403: "El rol o la clave no lo permiten.",
    404: "No existe.",
    406: "No hay respuesta en ese formato.",
    408: "El cuerpo no llegó a tiempo.",
    413: "El cuerpo pasa de 1 MB.",
    422: "Un parámetro no es válido; «errores» dice cuál y por qué.",
    429: "Demasiadas peticiones; espere los segundos de «Retry-After».",
    503: "La base de datos, Redis o el modelo no responden.",
}
Responses = dict[int | str, dict[str, Any]]


def problems(*statuses: int) -> Responses:
    """The documentation of the refusals of a route."""
    return {status: {"model": Problema, "description": _REASONS[status]} for status in statuses}


READ = problems(401, 403, 422, 429, 503)
WRITE = READ | problems(408, 413)
NOT_MODIFIED: Responses = {304: {"description": "El cliente ya tiene esta respuesta (If-None-Match)."}}
SERIES: Responses = {
    200: {
        "model": RespuestaSerie,
        "description": "La serie. «ETag» cambia con cada carga de la variable.",
        "content": {
            "text/csv": {
                "schema": {"type": "string"},
                "example": "fecha,demanda_gwh,provisional,parcial\r\n2024-01-01,192.4,false,false\r\n",
            },
            "application/vnd.apache.parquet": {"schema": {"type": "string", "format": "binary"}},
        },
    },
    **NOT_MODIFIED,
    **READ,
    **problems(406),
}


class Document:
    """The OpenAPI document of *app*, in which each error is a problem document."""

    def __init__(self, app: FastAPI) -> None:
        self._make = app.openapi
        self._found: dict[str, Any] | None = None

    def __call__(self) -> dict[str, Any]:
        if self._found is None:
            self._found = self._make()
            for operations in self._found["paths"].values():
                for operation in operations.values():
                    _as_problems(operation["responses"])
        return self._found


def _as_problems(responses: dict[str, Any]) -> None:
    for response in responses.values():
        schema = response.get("content", {}).get("application/json", {}).get("schema", {})
        if schema.get("$ref", "").endswith("/Problema"):
            response["content"] = {MEDIA_TYPE: {"schema": schema}}
