"""Amendments that one norm makes to another, read from its own words, and what they mean for the older."""

import re
from dataclasses import dataclass

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from siea.domain.numeros import plain

_NORM = r"(?:de la|del|a la|al)\s+(ley|decreto|resoluci[oó]n(?:\s+creg)?)\s+(\d+(?:[ -]\d+)?)\s+de\s+(\d{4})"
_ARTICLE = r"art[ií]culo\s+(\d+(?:[-–]\d+)?)\s*[°º]?"
_CHANGES = re.compile(
    rf"(?:modif[ií]que?se?[^.]{{0,60}}?\b{_ARTICLE}\s+{_NORM}|{_ARTICLE}\s+{_NORM}[^.]{{0,80}}?quedar[aá]\s+"
    rf"(?:as[ií]|de la siguiente))",
    re.IGNORECASE,
)
_REPEALS = re.compile(rf"der[oó]g(?:anse|uese|uense|ase)[^.]{{0,60}}?\b{_ARTICLE}\s+{_NORM}", re.IGNORECASE)
# So much of the new text in the old one means that it is consolidated already.
_SAME_WORDS = 60
_NORMS = "SELECT id, tipo, numero, anio, titulo, texto FROM documentos WHERE texto <> ''"
_IN_FORCE = (
    "SELECT id, texto FROM fragmentos WHERE documento_id = :d AND articulo = :a AND estado = 'vigente'"
)


@dataclass(frozen=True, slots=True)
class Reforma:
    """One article of a norm (``tipo``, ``numero``, ``anio``) changed or repealed; ``nuevo``: its new text."""

    tipo: str
    numero: str
    anio: int
    articulo: str
    deroga: bool
    nuevo: str


def read_amendments(body: str) -> list[Reforma]:
    """The amendments that a norm's text makes."""
    found = []
    for pattern, repeals in ((_CHANGES, False), (_REPEALS, True)):
        for match in pattern.finditer(body):
            told = [group for group in match.groups() if group]
            article, kind, number, year = told[:4]
            following = body[match.end() : match.end() + 600]
            found.append(
                Reforma(plain(kind).split()[0], number.lstrip("0"), int(year), article, repeals, following)
            )
    return found


async def apply_amendments(conn: AsyncConnection) -> int:
    """Mark the articles of stored norms that other stored norms changed or repealed; how many pieces.

    An article whose text already has the new words is left in force: it is the consolidated one.
    """
    norms = (await conn.execute(text(_NORMS))).all()
    of = {(plain(n.tipo), n.numero.lstrip("0"), n.anio): n for n in norms}
    marked = 0
    for norm in norms:
        for reform in read_amendments(norm.texto):
            target = of.get((reform.tipo, reform.numero, reform.anio))
            if target is None or target.id == norm.id or (norm.anio or 0) < (target.anio or 0):
                continue
            marked += await _mark(conn, target.id, reform, by=norm.titulo)
    return marked


async def _mark(conn: AsyncConnection, document: int, reform: Reforma, *, by: str) -> int:
    pieces = (
        await conn.execute(
            text(_IN_FORCE),
            {"d": document, "a": reform.articulo},
        )
    ).all()
    words = plain(reform.nuevo)
    current = plain(" ".join(piece.texto for piece in pieces))
    if not reform.deroga and _shares(words, current):
        return 0
    key = "derogado_por" if reform.deroga else "modificado_por"
    state = "derogado" if reform.deroga else "modificado"
    for piece in pieces:
        await conn.execute(
            text(
                "UPDATE fragmentos SET estado = :estado, detalle = jsonb_set(detalle, cast(:clave AS text[]),"
                " coalesce(detalle->:nombre, '[]') || to_jsonb(cast(:por AS text))) WHERE id = :id"
            ),
            {"estado": state, "clave": [key], "nombre": key, "por": by, "id": piece.id},
        )
    return len(pieces)


def _shares(new: str, old: str) -> bool:
    """Whether a run of the new words is in the old text."""
    start = new.find(" ", 40)
    return start > 0 and len(new) > start + _SAME_WORDS and new[start : start + _SAME_WORDS] in old
