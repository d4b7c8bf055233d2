"""Documents and their fragments. A text that changed is cut anew; an entry without text never erases one."""

import hashlib
from collections.abc import Sequence
from dataclasses import replace

import orjson
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from siea.ingest.batch import Receipt
from siea.ingest.documentos.articulos import cortar
from siea.ingest.registros.escrito import NOTHING, Written
from siea.ingest.sources.registry import Documento

# Lists tell the state, pages tell the text: neither takes away what the other told.
_UPSERT = text(
    "INSERT INTO documentos AS d (clave, tipo, numero, anio, fecha, titulo, emisor, url, estado, texto,"
    " licencia, sha256, fuente, carga_id, obtenido_en) VALUES (:clave, :tipo, :numero, :anio,"
    " :fecha, :titulo, :emisor, :url, :estado, :texto, :licencia, :sha256, :fuente, :carga, :recibido)"
    " ON CONFLICT (clave) DO UPDATE SET fecha = coalesce(excluded.fecha, d.fecha), titulo = excluded.titulo,"
    " url = excluded.url,"
    " estado = CASE WHEN excluded.estado = 'desconocido' THEN d.estado ELSE excluded.estado END,"
    " texto = CASE WHEN excluded.texto = '' THEN d.texto ELSE excluded.texto END,"
    " sha256 = CASE WHEN excluded.texto = '' THEN d.sha256 ELSE excluded.sha256 END,"
    " carga_id = excluded.carga_id, obtenido_en = excluded.obtenido_en"
    " WHERE (d.titulo, d.url) IS DISTINCT FROM (excluded.titulo, excluded.url)"
    " OR coalesce(excluded.fecha, d.fecha) IS DISTINCT FROM d.fecha"
    " OR (excluded.estado <> 'desconocido' AND d.estado <> excluded.estado)"
    " OR (excluded.texto <> '' AND d.sha256 <> excluded.sha256)"
    " RETURNING id, xmax = 0 AS nuevo, estado, texto"
)
_FRAGMENT = text(
    "INSERT INTO fragmentos (documento_id, orden, articulo, titulo, texto, estado, detalle, hash)"
    " VALUES (:documento_id, :orden, :articulo, :titulo, :texto, :estado, cast(:detalle AS jsonb), :hash)"
)


async def write(
    conn: AsyncConnection, receipt: Receipt, records: Sequence[Documento], carga_id: int
) -> Written:
    """Upsert *records* by key, and cut those whose text or state changed."""
    if not records:
        return NOTHING
    added = revised = 0
    for item in records:
        row = (
            await conn.execute(
                _UPSERT,
                {
                    "clave": item.clave,
                    "tipo": item.tipo,
                    "numero": item.numero,
                    "anio": item.anio,
                    "fecha": item.fecha,
                    "titulo": item.titulo,
                    "emisor": item.emisor,
                    "url": item.url,
                    "estado": item.estado,
                    "texto": item.texto,
                    "licencia": item.licencia,
                    "sha256": hashlib.sha256(item.texto.encode()).hexdigest(),
                    "fuente": receipt.fuente,
                    "carga": carga_id,
                    "recibido": receipt.received_at,
                },
            )
        ).first()
        if row is None:
            continue
        added += row.nuevo
        revised += not row.nuevo
        if row.texto:
            await _cut(conn, row.id, replace(item, texto=row.texto, estado=row.estado))
    return Written(added, revised)


async def _cut(conn: AsyncConnection, documento_id: int, item: Documento) -> None:
    await conn.execute(text("DELETE FROM fragmentos WHERE documento_id = :id"), {"id": documento_id})
    pieces = [
        {
            "documento_id": documento_id,
            "orden": piece.orden,
            "articulo": piece.articulo,
            "titulo": piece.titulo,
            "texto": piece.texto,
            "estado": piece.estado,
            "detalle": orjson.dumps(piece.detalle).decode(),
            "hash": piece.hash,
        }
        for piece in cortar(item)
    ]
    if pieces:
        await conn.execute(_FRAGMENT, pieces)
