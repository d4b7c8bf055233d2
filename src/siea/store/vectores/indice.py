"""The index kept whole: every fragment has its vector, computed once for each content."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncEngine

from siea.store.vectores.base import VectorItem, VectorStore
from siea.store.vectores.embedder import Embedder

_BATCH = 32
_FRAGMENTS = text(
    "SELECT DISTINCT ON (f.hash) f.hash, f.titulo, f.texto, f.articulo, f.estado, d.clave, d.tipo"
    " FROM fragmentos f JOIN documentos d ON d.id = f.documento_id ORDER BY f.hash, f.id"
)
Tell = Callable[[int, int, str], None]


@dataclass(frozen=True, slots=True)
class Indexed:
    """``nuevos`` were computed, ``ya_estaban`` were there, ``quitados`` are of texts that are gone."""

    nuevos: int
    ya_estaban: int
    quitados: int


async def index_fragments(
    engine: AsyncEngine, store: VectorStore, embedder: Embedder, *, tell: Tell | None = None
) -> Indexed:
    """Compute the vectors that are missing, batch by batch: stopped in the middle, it goes on where it was.

    Removes those of contents that no fragment has any more.
    """
    async with engine.connect() as conn:
        rows = {row.hash: row for row in await conn.execute(_FRAGMENTS)}
    there = await store.hashes()
    missing = [row for content, row in rows.items() if content not in there]
    for start in range(0, len(missing), _BATCH):
        batch = missing[start : start + _BATCH]
        texts = [f"{row.titulo}\n{row.texto}" for row in batch]
        vectors = await asyncio.to_thread(embedder.embed, texts, "passage")
        await store.upsert(
            [
                VectorItem(row.hash, vector, row.clave, row.articulo, row.estado, row.tipo)
                for row, vector in zip(batch, vectors, strict=True)
            ]
        )
        if tell:
            tell(min(start + _BATCH, len(missing)), len(missing), batch[-1].titulo[:60])
    gone = sorted(there - rows.keys())
    await store.forget(gone)
    return Indexed(len(missing), len(rows) - len(missing), len(gone))
