"""What a paragraph is: law in force, law that was, a note of the editor, or a repeal told in the text itself.

Consolidated texts carry three voices. The law speaks; the editor notes («NOTA: …», «Ver …», «(Modificado por
…)»); and «Norma Anterior» introduces what the law used to say. Only the first is law.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

VIGENTE, MODIFICADO, DEROGADO, PROYECTO = "vigente", "modificado", "derogado", "proyecto"
ANTERIOR, NOTA, DESCONOCIDO = "norma_anterior", "nota", "desconocido"

_BEFORE = re.compile(
    r"^\W*(?:norma anterior|texto (?:original|anterior)|legislaci[oó]n anterior)\b", re.IGNORECASE
)
_LABEL = re.compile(r"^\W*(?:ART[IÍ]CULO|NUMERAL|INCISO|PAR[AÁ]GRAFO|LITERAL)\s+[\w.-]+\W*$", re.IGNORECASE)
_NOTE = re.compile(
    r"^\W*(?:nota(?:s)?(?: de la fuente| del editor)?\s*[:.]|ver\s|concordancias?\b|jurisprudencia\b"
    r"|(?:par[aá]grafo \w+,? )?(?:modificad|adicionad|subrogad|derogad|corregid|reglamentad)[oa]s?"
    r"(?: parcialmente)? por )",
    re.IGNORECASE,
)
# A new unit of the law's own text ends what the editor was quoting.
_SPEAKS = re.compile(
    r"^\W*(?:ART[IÍ]CULO\s+\d+\W.*\w{4}|PAR[AÁ]GRAFO\b.*\w{4}|\d{1,3}(?:\.\d+)*[.)]\s+\w|[a-z]\)\s+\w)",
    re.IGNORECASE,
)
_MODIFIED = re.compile(
    r"(?:modificad|subrogad|adicionad)[oa]s? por (?:el |la |los )?([^)\n]{4,90})", re.IGNORECASE
)
_REPEALED = re.compile(r"(?<!parcialmente )\bderogad[oa]s? por (?:el |la |los )?([^).]{4,90})", re.IGNORECASE)
_INEXEQUIBLE = re.compile(r"\bINEXEQUIBLE\b")
_EXEQUIBLE = re.compile(r"\bEXEQUIBLE\b")
_FROM = re.compile(r"\(Fuente:\s*([^)]+)\)")


@dataclass(frozen=True, slots=True)
class Parrafo:
    """One paragraph and whose voice it is: VIGENTE, ANTERIOR or NOTA."""

    texto: str
    voz: str


@dataclass(slots=True)
class Senales:
    """What the notes of an article say of it."""

    modificado_por: list[str] = field(default_factory=list)
    derogado_por: list[str] = field(default_factory=list)
    exequible: bool = False
    fuente: list[str] = field(default_factory=list)

    def detalle(self) -> dict[str, Any]:
        """As JSON, without what is empty."""
        told = {
            "modificado_por": self.modificado_por,
            "derogado_por": self.derogado_por,
            "fuente": self.fuente,
        }
        return {name: value for name, value in told.items() if value} | (
            {"exequible": True} if self.exequible else {}
        )


def voices(paragraphs: list[str]) -> Iterator[Parrafo]:
    """Each paragraph with its voice. What follows «Norma Anterior» is old until the law speaks again."""
    quoting = False
    for text in paragraphs:
        if _BEFORE.match(text):
            quoting = True
            yield Parrafo(text, ANTERIOR)
        elif _NOTE.match(text):
            yield Parrafo(text, NOTA)
        elif quoting and (_LABEL.match(text) or not _SPEAKS.match(text)):
            yield Parrafo(text, ANTERIOR)
        else:
            quoting = False
            yield Parrafo(text, VIGENTE)


def signs(heading: str, paragraphs: list[Parrafo]) -> Senales:
    """What is said of an article by its heading and its notes (a repeal of a part of it is not of it)."""
    found = Senales()
    notes = [p.texto for p in paragraphs if p.voz == NOTA]
    for text in [heading, *notes]:
        found.modificado_por += [match.strip() for match in _MODIFIED.findall(text)]
        if text is heading and not _INEXEQUIBLE.search(text):
            found.derogado_por += [match.strip() for match in _REPEALED.findall(text)]
        if _EXEQUIBLE.search(text) and not _INEXEQUIBLE.search(text):
            found.exequible = True
    for paragraph in paragraphs:
        found.fuente += _FROM.findall(paragraph.texto)
    return found


def state_of(document_state: str, found: Senales) -> str:
    """State of an article's own text, from that of its document and what is said of it."""
    if document_state == "derogada" or found.derogado_por:
        return DEROGADO
    if document_state == "proyecto":
        return PROYECTO
    if document_state == "desconocido":
        return DESCONOCIDO
    return MODIFICADO if document_state == "modificada" else VIGENTE
