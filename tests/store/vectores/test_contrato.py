"""One suite for every store of vectors: PostgreSQL with pgvector, and Weaviate over HTTP."""

import asyncio
from collections.abc import AsyncIterator

import numpy as np
import pytest
from sqlalchemy import text
from tests.standins.weaviate import WeaviateStandIn

from siea.store.vectores import Filtro, VectorItem, VectorStoreError
from siea.store.vectores.base import DIMENSION
from siea.store.vectores.pgvector import PgVectorStore
from siea.store.vectores.weaviate import WeaviateStore

NAMES = ("a", "b", "c", "d")
STATES = {"a": "vigente", "b": "modificado", "c": "norma_anterior", "d": "proyecto"}


def towards(*axes: int) -> np.ndarray:
    vector = np.zeros(DIMENSION, dtype=np.float32)
    vector[list(axes)] = 1.0
    return vector


def item(name: str, *axes: int) -> VectorItem:
    return VectorItem(
        name, towards(*axes), f"ley-{name}", "1", STATES[name], "ley" if name != "b" else "decreto"
    )


ITEMS = [item("a", 0), item("b", 0, 1), item("c", 0), item("d", 0)]


@pytest.fixture(params=["pgvector", "weaviate"])
async def store(request, engine) -> AsyncIterator[object]:
    if request.param == "weaviate":
        with WeaviateStandIn() as server:
            async with WeaviateStore(server.url, "modelo-1") as made:
                yield made
        return
    async with engine.begin() as conn:
        for name in NAMES:
            kind = "ley" if name != "b" else "decreto"
            document = await conn.scalar(
                text(
                    "INSERT INTO documentos (clave, tipo, numero, titulo, emisor, url, estado, texto,"
                    " licencia, sha256, fuente, carga_id, obtenido_en)"
                    " VALUES (:c, :t, '1', 'x', 'x', 'x', 'vigente', 'x', 'x', 'x', 'x', 1, now())"
                    " RETURNING id"
                ),
                {"c": f"ley-{name}", "t": kind},
            )
            await conn.execute(
                text(
                    "INSERT INTO fragmentos (documento_id, orden, articulo, titulo, texto, estado, hash)"
                    " VALUES (:d, 1, '1', 'x', 'x', :e, :h)"
                ),
                {"d": document, "e": STATES[name], "h": name},
            )
    yield PgVectorStore(engine, "modelo-1")


async def found(store, filtro=None, k=10):
    return [hit.hash for hit in await store.search(towards(0), k, filtro or Filtro())]


async def test_law_in_force_is_found_and_what_was_or_may_be_law_is_not(store):
    await store.upsert(ITEMS)
    assert await found(store) == ["a", "b"]
    everything = Filtro(estados=frozenset(STATES.values()))
    assert sorted(await found(store, everything)) == list(NAMES)
    assert await found(store, Filtro(estados=frozenset({"proyecto"}))) == ["d"]


async def test_the_nearest_comes_first_with_its_cosine(store):
    await store.upsert(ITEMS)
    first, second = await store.search(towards(0), 2, Filtro())
    assert (first.hash, first.documento, first.articulo) == ("a", "ley-a", "1")
    assert first.parecido == pytest.approx(1.0, abs=1e-5)
    assert second.parecido == pytest.approx(2**-0.5, abs=1e-5)
    assert [hit.hash for hit in await store.search(towards(0), 1, Filtro())] == ["a"]


async def test_kinds_and_documents_filter_too(store):
    await store.upsert(ITEMS)
    assert await found(store, Filtro(tipos=frozenset({"decreto"}))) == ["b"]
    assert await found(store, Filtro(documentos=frozenset({"ley-a", "ley-c"}))) == ["a"]


async def test_twice_is_once_and_a_new_vector_takes_the_place_of_the_old(store):
    await store.upsert(ITEMS)
    await store.upsert(ITEMS)
    await store.upsert([item("a", 5)])
    assert await store.hashes() == set(NAMES)
    assert await found(store) == ["b", "a"]


async def test_what_is_missing_is_told_and_what_is_forgotten_is_gone(store):
    assert await store.missing(["a", "z"]) == {"a", "z"}
    await store.upsert(ITEMS)
    assert await store.missing(["a", "z"]) == {"z"}
    await store.forget(["a", "no-está"])
    assert await store.hashes() == set(NAMES) - {"a"}
    assert await found(store) == ["b"]


async def test_an_empty_store_finds_nothing(store):
    assert await found(store) == []
    await store.upsert([])
    await store.forget([])


async def test_vectors_of_any_length_are_kept_with_length_one(store):
    await store.upsert([VectorItem("a", towards(0) * 900, "ley-a", "1", "vigente", "ley")])
    (hit,) = await store.search(towards(0) * 0.001, 5, Filtro())
    assert hit.parecido == pytest.approx(1.0, abs=1e-5)


@pytest.mark.parametrize("bad", [np.zeros(DIMENSION), np.ones(3), np.full(DIMENSION, np.nan)])
async def test_a_vector_that_is_none_is_refused_and_nothing_is_kept(store, bad):
    with pytest.raises(VectorStoreError):
        await store.upsert([ITEMS[0], VectorItem("b", bad, "ley-b", "1", "vigente", "ley")])
    assert await store.hashes() == set()


async def test_two_writers_of_one_content_leave_one(store):
    await asyncio.gather(*(store.upsert(ITEMS) for _ in range(4)))
    assert await store.hashes() == set(NAMES)


async def test_weaviate_tells_an_object_that_it_refused_inside_a_good_answer():
    with WeaviateStandIn() as server:
        server.refuse = "b"
        async with WeaviateStore(server.url, "m") as store:
            with pytest.raises(VectorStoreError, match="no guardó 1"):
                await store.upsert(ITEMS)


@pytest.mark.parametrize(
    ("kind", "why"), [("forbidden", "llave"), ("server", "HTTP 500"), ("not_found", "HTTP 404")]
)
async def test_weaviate_away_or_closed_is_one_spanish_sentence(kind, why):
    with WeaviateStandIn() as server:
        async with WeaviateStore(server.url, "m") as store:
            await store.upsert(ITEMS[:1])
            server.fail(kind, times=0)
            with pytest.raises(VectorStoreError, match=why):
                await store.search(towards(0), 3, Filtro())


async def test_a_postgresql_without_pgvector_says_what_to_do(engine):
    async with engine.begin() as conn:
        await conn.execute(text("DROP TABLE vectores"))
    with pytest.raises(VectorStoreError, match="pgvector"):
        await PgVectorStore(engine, "m").upsert(ITEMS[:1])
