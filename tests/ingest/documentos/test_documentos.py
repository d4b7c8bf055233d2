"""Cutting by article, and telling the law from what it was and from what is said of it."""

import json
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import text
from tests.ingest.conftest import Clock

from siea.ingest.batch import Receipt
from siea.ingest.documentos.articulos import WINDOW, cortar
from siea.ingest.documentos.markdown import read_document
from siea.ingest.documentos.reformas import apply_amendments, read_amendments
from siea.ingest.errors import ContractViolationError
from siea.ingest.registros import documentos
from siea.ingest.sources.registry import Documento

LAW = Documento("ley-1-2000", "ley", "1", 2000, None, "Ley 1 de 2000", "Congreso", "x", "vigente", "", "x")


def read_folder(folder):
    return [read_document(p.read_text(encoding="utf-8"), p.name) for p in sorted(folder.glob("*.md"))]


def pieces(body: str, **changes):
    return cortar(replace(LAW, texto=body, **changes))


def states(body: str, **changes):
    return [(f.articulo, f.estado) for f in pieces(body, **changes)]


@pytest.mark.parametrize(
    "body",
    [
        "### Artículo 1\n\nTexto uno.\n\n### Artículo 2\n\nTexto dos.",
        "ARTÍCULO 1. Texto uno.\nARTÍCULO 2. Texto dos.",
        "ARTICULO 1o. Texto uno.\n\nArtículo 2°. Texto dos.",
    ],
)
def test_each_way_of_writing_an_article_is_cut(body):
    assert states(body) == [("1", "vigente"), ("2", "vigente")]


def test_what_the_law_used_to_say_and_what_the_editor_says_are_never_law():
    body = (
        "### Artículo 5\n\nARTÍCULO 5. Rige hoy.\n\n(Modificado por el Art. 9 de la Ley 2099 de 2021)\n\n"
        "Norma Anterior\n\nARTÍCULO 5\n\nlo de ayer.\n\nNOTA: Declarado EXEQUIBLE.\n\nVer Ley 286.\n\n"
        "PARÁGRAFO. Esto también rige."
    )
    found = {f.estado: f for f in pieces(body)}
    assert found["vigente"].texto == "ARTÍCULO 5. Rige hoy.\nPARÁGRAFO. Esto también rige."
    assert "lo de ayer" in found["norma_anterior"].texto
    assert "EXEQUIBLE" in found["nota"].texto
    assert found["vigente"].detalle["modificado_por"] == ["Art. 9 de la Ley 2099 de 2021"]
    assert found["vigente"].detalle["exequible"] is True


@pytest.mark.parametrize(
    ("heading", "state"),
    [
        ("Composición. Derogado por el art. 8, Decreto 2474 de 1999. Las comisiones…", "derogado"),
        (
            "Estructura. Derogado por el Artículo 29 Decreto 1165 de 1999 (declarado INEXEQUIBLE). Rige.",
            "vigente",
        ),
        ("Funciones. Derogado parcialmente por el Artículo 29. Rige.", "vigente"),
        ("Objeto. Rige.", "vigente"),
    ],
)
def test_a_repeal_told_in_the_heading_counts_unless_it_was_struck_down_or_is_of_a_part(heading, state):
    assert states(f"ARTÍCULO 71. {heading}") == [("71", state)]


@pytest.mark.parametrize(
    ("of", "state"),
    [
        ("derogada", "derogado"),
        ("proyecto", "proyecto"),
        ("desconocido", "desconocido"),
        ("modificada", "modificado"),
    ],
)
def test_the_state_of_a_norm_is_that_of_its_articles(of, state):
    assert states("ARTÍCULO 1. Texto.", estado=of) == [("1", state)]


def test_text_put_in_from_another_norm_belongs_to_the_article_that_puts_it_in():
    inserted = "#### Texto insertado — artículo 4 de la norma modificada\n\nNuevo.\n"
    body = f"### Artículo 3\n\nModifíquese:\n\n{inserted}"
    assert {f.articulo for f in pieces(body)} == {"3"}


@given(
    words=st.lists(
        st.text(st.characters(categories=["Ll", "Lu", "Nd"]), min_size=1, max_size=30),
        min_size=1,
        max_size=900,
    )
)
def test_a_long_article_is_cut_into_windows_and_loses_no_word(words):
    body = " ".join(words)
    found = pieces(f"### Artículo 1\n\n{body}")
    assert all(len(f.texto) <= WINDOW for f in found)
    assert " ".join(f.texto for f in found).split() == body.split()


def test_the_same_text_has_the_same_hash_and_another_article_another():
    one, other = pieces("ARTÍCULO 1. Igual."), pieces("ARTÍCULO 1. Igual.")
    assert one[0].hash == other[0].hash
    assert len({f.hash for f in pieces("ARTÍCULO 1. Igual.\nARTÍCULO 2. Igual.")}) == 2


def test_a_file_without_its_data_is_named():
    with pytest.raises(ContractViolationError, match=r"x\.md"):
        read_document("# Sin datos\n", "x.md")


def test_every_answer_of_the_questions_is_in_a_piece_of_its_article_that_is_law(shared):
    found = {d.clave: cortar(d) for d in read_folder(shared / "corpus")}
    asked = [json.loads(line) for line in (shared / "corpus/questions.jsonl").read_text("utf-8").splitlines()]
    lost = [
        (q["id"], evidence)
        for q in asked
        if q["answerable"]
        for evidence in q["evidence"]
        if not any(
            " ".join(evidence.split()) in " ".join(f.texto.split())
            for f in found[q["doc"]]
            if f.articulo == str(q["article"]) and f.estado in {"vigente", "modificado"}
        )
    ]
    assert lost == []


def test_the_notes_of_the_corpus_are_told_from_its_law(shared):
    told = [f for d in read_folder(shared / "corpus") for f in cortar(d)]
    law = [f for f in told if f.estado == "vigente"]
    assert not [f for f in law if f.texto.startswith(("NOTA:", "Norma Anterior", "Ver "))]
    assert len([f for f in told if f.estado == "norma_anterior"]) >= 5


def test_amendments_are_read_from_the_words_of_the_law():
    body = (
        "ARTÍCULO 19. Modifíquese el artículo 140 de la Ley 142 de 1994, el cual quedará así: Nuevo texto. "
        "ARTÍCULO 20. El artículo 99 de la Ley 142 de 1994 quedará así: Otro. "
        "ARTÍCULO 21. Derógase el artículo 7 de la Ley 143 de 1994."
    )
    assert [(r.numero, r.anio, r.articulo, r.deroga) for r in read_amendments(body)] == [
        ("142", 1994, "140", False),
        ("142", 1994, "99", False),
        ("143", 1994, "7", True),
    ]


async def store(engine, *found: Documento) -> None:
    now = Clock().now
    receipt = Receipt("x", "leyes", "", "documentos", now.date(), now.date(), {}, "raw/x", "h", now)
    async with engine.begin() as conn:
        await documentos.write(conn, receipt, found, 1)
        await apply_amendments(conn)


async def of(engine, key: str, article: str):
    async with engine.connect() as conn:
        return [
            tuple(r)
            for r in await conn.execute(
                text(
                    "SELECT DISTINCT f.estado FROM fragmentos f JOIN documentos d ON d.id = f.documento_id"
                    " WHERE d.clave = :k AND f.articulo = :a"
                ),
                {"k": key, "a": article},
            )
        ]


NEW = "Las empresas suspenderán el servicio por falta de pago de dos períodos de facturación, no más."


@pytest.mark.parametrize(
    ("old", "state"),
    [("El incumplimiento del contrato da lugar a la suspensión.", "modificado"), (NEW, "vigente")],
)
async def test_an_article_that_a_later_law_changes_is_marked_unless_it_has_the_new_words_already(
    engine, old, state
):
    older = replace(
        LAW, clave="ley-142-1994", numero="142", anio=1994, texto=f"ARTÍCULO 140. {old}\nARTÍCULO 141. Otro."
    )
    later = replace(
        LAW,
        clave="ley-689-2001",
        numero="689",
        anio=2001,
        titulo="Ley 689 de 2001",
        texto=f"ARTÍCULO 19. Modifíquese el artículo 140 de la Ley 142 de 1994, el cual quedará así: {NEW}",
    )
    await store(engine, older, later)
    assert await of(engine, "ley-142-1994", "140") == [(state,)]
    assert await of(engine, "ley-142-1994", "141") == [("vigente",)]


async def test_the_corpus_marks_what_later_laws_changed(engine, shared):
    await store(engine, *read_folder(shared / "corpus"))
    assert await of(engine, "ley-142-1994", "71") == [("derogado",)]
    async with engine.connect() as conn:
        count = await conn.scalar(text("SELECT count(*) FROM fragmentos WHERE estado = 'modificado'"))
    assert count > 0
