"""Cutting of documents by article: what a search finds and an answer cites."""

import hashlib
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from siea.ingest.documentos.vigencia import ANTERIOR, NOTA, VIGENTE, Parrafo, signs, state_of, voices
from siea.ingest.sources.registry import Documento

# Characters of the searched text of a piece: what a small embedder reads whole.
WINDOW = 1200
_HEADING = re.compile(r"^(?:\*\*)?ART[IÍ]CULO\s+(\d+(?:[-–]\d+)?)\s*(?:[°ºoª]|\.?\s)", re.IGNORECASE)
_MARK = re.compile(r"^(#{1,6})\s+(.*)")
_ARTICLE_MARK = re.compile(r"^ART[IÍ]CULO\s+(\d+(?:[-–][\dA-Z]+)?)", re.IGNORECASE)
_HEADING_LENGTH = 160


@dataclass(frozen=True, slots=True)
class Fragmento:
    """One piece: of which article (or section), its text, and whether it is law.

    ``titulo`` is the document's title and the article; ``hash`` that of title and text, which together are
    what is searched.
    """

    orden: int
    articulo: str
    titulo: str
    texto: str
    estado: str
    detalle: Mapping[str, Any]
    hash: str


@dataclass(slots=True)
class _Part:
    articulo: str
    heading: str
    paragraphs: list[str]


def cortar(documento: Documento) -> list[Fragmento]:
    """The pieces of *documento*, in their order. Notes and earlier law are pieces of their own."""
    found: list[Fragmento] = []
    for part in _parts(documento.texto):
        told = list(voices(part.paragraphs))
        heading = part.heading or (told[0].texto[:_HEADING_LENGTH] if told else "")
        marks = signs(heading, told)
        state = state_of(documento.estado, marks)
        for voice in (VIGENTE, NOTA, ANTERIOR):
            of = [p for p in told if p.voz == voice]
            for text in _windows(of):
                title = _title(documento, part.articulo)
                digest = hashlib.sha256(f"{title}\n{text}".encode()).hexdigest()
                found.append(
                    Fragmento(
                        len(found) + 1,
                        part.articulo,
                        title,
                        text,
                        state if voice == VIGENTE else voice,
                        marks.detalle(),
                        digest,
                    )
                )
    return found


def _title(documento: Documento, article: str) -> str:
    if not article:
        return documento.titulo
    return f"{documento.titulo} · {'artículo ' if article[0].isdigit() else ''}{article}"


def _parts(text: str) -> Iterator[_Part]:
    """The text by article; a marked heading of an article wins over one in the running text."""
    lines = text.splitlines()
    marked = any((m := _MARK.match(line)) and _ARTICLE_MARK.match(m[2]) for line in lines)
    part = _Part("", "", [])
    for paragraph in _paragraphs(lines):
        mark = _MARK.match(paragraph)
        if mark:
            article = _ARTICLE_MARK.match(mark[2])
            if len(mark[1]) <= 3 and article:
                yield part
                part = _Part(article[1], "", [])
            elif len(mark[1]) >= 4 or (marked and part.articulo):
                part.paragraphs.append(mark[2])  # text put in from another norm belongs to the article before
            elif part.paragraphs or part.heading:
                yield part
                part = _Part("" if marked else mark[2], mark[2], [])
            else:
                part = _Part("" if marked else mark[2], mark[2], [])
            continue
        found = None if marked else _HEADING.match(paragraph)
        if found:
            yield part
            part = _Part(found[1], paragraph[:_HEADING_LENGTH], [])
        part.paragraphs.append(paragraph)
    yield part


def _paragraphs(lines: list[str]) -> Iterator[str]:
    for line in lines:
        text = " ".join(line.split())
        if text and text not in {"---", "***"}:
            yield text


def _windows(paragraphs: list[Parrafo]) -> Iterator[str]:
    """Paragraphs joined up to the size of a window; a longer one is cut at a sentence or a blank."""
    room: list[str] = []
    size = 0
    for paragraph in paragraphs:
        for text in _cut(paragraph.texto):
            if room and size + len(text) + 1 > WINDOW:
                yield "\n".join(room)
                room, size = [], 0
            room.append(text)
            size += len(text) + 1
    if room:
        yield "\n".join(room)


def _cut(text: str) -> Iterator[str]:
    while len(text) > WINDOW:
        at = max(text.rfind(". ", 0, WINDOW), text.rfind("; ", 0, WINDOW))
        at = at + 1 if at > WINDOW // 2 else max(text.rfind(" ", 0, WINDOW), 1)
        yield text[:at].strip()
        text = text[at:].strip()
    if text:
        yield text
