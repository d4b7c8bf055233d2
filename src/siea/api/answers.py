"""Answers of the reads: the tag first, then the cache, and only then the query."""

from typing import Any

import orjson
from sqlalchemy.ext.asyncio import AsyncSession
from starlette.requests import Request
from starlette.responses import Response

from siea.api import series
from siea.api.query import ParametrosSerie, resolve
from siea.domain import catalogo
from siea.domain.catalogo import SISTEMA
from siea.domain.tiempo import local_date
from siea.runtime import Runtime
from siea.store.cache import cache_key
from siea.store.repositories import SeriesRepository, VariablesRepository

# Larger answers are asked for once, by programs; they would push the useful ones out.
_LARGEST_CACHED = 1_000_000


async def answer_series(
    request: Request,
    runtime: Runtime,
    session: AsyncSession,
    *,
    clase: str,
    repository: SeriesRepository,
    codigo: str,
    asked: ParametrosSerie,
) -> Response:
    """The series *codigo* of the whole system as JSON, CSV or Parquet; 304 when the client has it.

    *clase* is the kind of answer, which tells how long the cache keeps it.

    Raises ProblemError: 406 for an unknown format, 422 for a range or resolution that will not do.
    """
    fmt = series.choose_format(asked.formato, request.headers.get("accept"))
    variable = catalogo.variable(codigo, SISTEMA)
    state = await VariablesRepository(session).estado_de(codigo)
    span = resolve(asked, variable, state, local_date(runtime.clock()))
    batch = state.ultima_carga_id if state else 0
    etag = series.series_etag(variable, span, asked.as_of, fmt, batch)
    headers = _headers(etag)
    if series.matches(request.headers.get("if-none-match"), etag):
        return Response(status_code=304, headers=headers)
    key = cache_key(clase, codigo, batch, etag=etag)
    body = await runtime.cache.get(key)
    if body is None:
        found = await repository.serie(codigo, span.desde, span.hasta, span.resolucion, asked.as_of)
        found = span.cut(found)
        told = series.meta(variable, state, span, asked.as_of, found)
        body = series.render(fmt, told, variable, found)
        if len(body) <= _LARGEST_CACHED:
            await runtime.cache.set(key, body)
    if fmt != "json":
        name = f"{codigo}_{span.desde}_{span.hasta}_{span.resolucion}.{fmt}"
        headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return Response(body, headers=headers, media_type=series.MEDIA[fmt])


def answer_json(request: Request, payload: dict[str, Any]) -> Response:
    """*payload* as JSON, tagged by its content; 304 when the client has it."""
    body = orjson.dumps(payload)
    etag = series.body_etag(body)
    if series.matches(request.headers.get("if-none-match"), etag):
        return Response(status_code=304, headers=_headers(etag))
    return Response(body, headers=_headers(etag), media_type="application/json")


def _headers(etag: str) -> dict[str, str]:
    # Kept by the client alone and asked for again each time: an unchanged answer costs a 304.
    return {"ETag": etag, "Cache-Control": "private, no-cache", "Vary": "Accept, Authorization"}
