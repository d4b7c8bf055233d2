"""News: one row a link; a headline that its medium corrects is corrected."""

from collections.abc import Sequence

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from siea.ingest.batch import Receipt
from siea.ingest.registros.escrito import NOTHING, Written
from siea.ingest.sources.registry import Noticia

# xmax is zero on a row that this statement inserted. A supposed date never replaces a told one.
_UPSERT = text(
    "INSERT INTO noticias AS n (medio, titulo, enlace, publicada_en, fecha_supuesta, resumen, fuente,"
    " carga_id, obtenida_en) VALUES (:medio, :titulo, :enlace, :publicada_en, :fecha_supuesta, :resumen,"
    " :fuente, :carga, :recibido) ON CONFLICT (enlace) DO UPDATE SET"
    " titulo = excluded.titulo, resumen = excluded.resumen,"
    " publicada_en = CASE WHEN excluded.fecha_supuesta = 'recepcion' THEN n.publicada_en"
    " ELSE excluded.publicada_en END,"
    " fecha_supuesta = CASE WHEN excluded.fecha_supuesta = 'recepcion' THEN n.fecha_supuesta"
    " ELSE excluded.fecha_supuesta END, carga_id = excluded.carga_id"
    " WHERE (n.titulo, n.resumen) IS DISTINCT FROM (excluded.titulo, excluded.resumen)"
    " OR (excluded.fecha_supuesta <> 'recepcion' AND n.publicada_en <> excluded.publicada_en)"
    " RETURNING xmax = 0"
)


async def write(
    conn: AsyncConnection, receipt: Receipt, records: Sequence[Noticia], carga_id: int
) -> Written:
    """Upsert *records* by link."""
    if not records:
        return NOTHING
    added = revised = 0
    for item in records:
        new = await conn.scalar(
            _UPSERT,
            {
                "medio": item.medio,
                "titulo": item.titulo,
                "enlace": item.enlace,
                "publicada_en": item.publicada_en,
                "fecha_supuesta": item.fecha_supuesta,
                "resumen": item.resumen,
                "fuente": receipt.fuente,
                "carga": carga_id,
                "recibido": receipt.received_at,
            },
        )
        added += new is True
        revised += new is False
    return Written(added, revised)
