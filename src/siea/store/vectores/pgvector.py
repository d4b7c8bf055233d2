"""Vectors in the same PostgreSQL (pgvector), joined with the fragments they are of."""

from collections.abc import Sequence

from sqlalchemy import text
from sqlalchemy.exc import ProgrammingError
from sqlalchemy.ext.asyncio import AsyncEngine

from siea.store.vectores.base import Filtro, Hit, Vector, VectorItem, VectorStoreError, unit

_UPSERT = text(
    "INSERT INTO vectores (hash, modelo, vector) VALUES (:hash, :modelo, cast(:vector AS vector))"
    " ON CONFLICT (hash, modelo) DO UPDATE SET vector = excluded.vector"
)
# Filtered before the nearest are taken: a filter after them would return fewer than there are.
_SEARCH = text(
    "WITH cabe AS MATERIALIZED (SELECT DISTINCT ON (f.hash) f.hash, d.clave, f.articulo FROM fragmentos f"
    " JOIN documentos d ON d.id = f.documento_id WHERE f.estado = ANY(:estados)"
    " AND (cardinality(cast(:tipos AS text[])) = 0 OR d.tipo = ANY(:tipos))"
    " AND (cardinality(cast(:documentos AS text[])) = 0 OR d.clave = ANY(:documentos)) ORDER BY f.hash, f.id)"
    " SELECT c.hash, c.clave, c.articulo, 1 - (v.vector <=> cast(:vector AS vector)) AS parecido"
    " FROM cabe c JOIN vectores v ON v.hash = c.hash AND v.modelo = :modelo"
    " ORDER BY v.vector <=> cast(:vector AS vector), c.hash LIMIT :k"
)
_ABSENT = "Este PostgreSQL no tiene pgvector: instálelo, o use Weaviate con SIEA_WEAVIATE_URL."


class PgVectorStore:
    """Implements ``VectorStore`` for the vectors of one model.

    State, kind and article are those of the fragments at the time of the search, not of the upsert.
    """

    def __init__(self, engine: AsyncEngine, modelo: str) -> None:
        self._engine = engine
        self._modelo = modelo

    async def upsert(self, items: Sequence[VectorItem]) -> None:
        """Keep the vectors. Raises VectorStoreError without pgvector."""
        rows = [{"hash": i.hash, "modelo": self._modelo, "vector": _told(unit(i.vector))} for i in items]
        if not rows:
            return
        try:
            async with self._engine.begin() as conn:
                await conn.execute(_UPSERT, rows)
        except ProgrammingError as error:
            raise VectorStoreError(_ABSENT) from error

    async def search(self, vector: Vector, k: int, filtro: Filtro) -> list[Hit]:
        """Exact nearest among the fragments of the filter."""
        given = {
            "vector": _told(unit(vector)),
            "modelo": self._modelo,
            "k": k,
            "estados": sorted(filtro.estados),
            "tipos": sorted(filtro.tipos),
            "documentos": sorted(filtro.documentos),
        }
        try:
            async with self._engine.connect() as conn:
                return [Hit(*row) for row in await conn.execute(_SEARCH, given)]
        except ProgrammingError as error:
            raise VectorStoreError(_ABSENT) from error

    async def missing(self, hashes: Sequence[str]) -> set[str]:
        """Which have no vector of this model."""
        return set(hashes) - await self.hashes()

    async def forget(self, hashes: Sequence[str]) -> None:
        """Remove the vectors of this model."""
        async with self._engine.begin() as conn:
            await conn.execute(
                text("DELETE FROM vectores WHERE modelo = :modelo AND hash = ANY(:hashes)"),
                {"modelo": self._modelo, "hashes": list(hashes)},
            )

    async def hashes(self) -> set[str]:
        """Every content with a vector of this model."""
        try:
            async with self._engine.connect() as conn:
                found = await conn.execute(
                    text("SELECT hash FROM vectores WHERE modelo = :modelo"), {"modelo": self._modelo}
                )
                return {row.hash for row in found}
        except ProgrammingError as error:
            raise VectorStoreError(_ABSENT) from error


def _told(vector: Vector) -> str:
    return "[" + ",".join(f"{value:.8g}" for value in vector.tolist()) + "]"
