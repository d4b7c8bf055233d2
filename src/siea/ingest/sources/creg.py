"""CREG's «gestor normativo»: static pages, an index a year for what is in force and another for what is not.

Whether a resolution is in force is known only by the list it is in. It is asked once a second, one thing at a
time.
"""

import re
from collections.abc import AsyncIterator

from siea.ingest.errors import BadBodyError, ContractViolationError
from siea.ingest.http import HttpAnswer, HttpClient
from siea.ingest.sources import paginas
from siea.ingest.sources.registry import Answer, Clase, Conjunto, Documento, Fuente

_ENTRY = "/gestor/entorno/"
_FIRST_YEAR = 1994
_HREF = re.compile(r"docs/_?(resolucion|circular|concepto)_+(creg)_+([\d-]+?)_+(\d{4})\.htm", re.IGNORECASE)
_ICONS = re.compile(r"\b(?:menu_book|local_library|early_on|vertical_align_top)\b")
_MENU = re.compile(r"^(?:DATOS|BUSCAR|ÍNDICE|INDICE|IMPRIMIR|VOLVER)$")
_DRAFT_SERIES = "701"
_LISTS = {
    "resoluciones_por_orden_cronologico_no_derogadas_{year}.html": "vigente",
    "resoluciones_por_orden_cronologico_derogadas_{year}.html": "derogada",
}
_LICENCE = "Texto normativo oficial (Ley 23 de 1982, art. 41)"


class Creg:
    """Implements ``RecordSource`` for resolutions. ``anios`` limits the years of the index."""

    name = "creg"

    def __init__(self, http: HttpClient, base_url: str) -> None:
        self._http = http
        self._base = base_url.rstrip("/") + _ENTRY
        self.anios: range | None = None

    async def pages(self, conjunto: str) -> AsyncIterator[Answer]:
        """For each year, the newest first: its two lists, and then each document of them."""
        years = self.anios or range(_FIRST_YEAR, self._http.now().year + 1)
        for year in reversed(years):
            for name, state in _LISTS.items():
                answer = await self._get(name.format(year=year))
                if answer is None:
                    continue
                entries = _index(answer.body, state)
                yield Answer(
                    answer.body, answer.received_at, "html", nota={"pagina": "lista", "estado": state}
                )
                for entry in entries:
                    page = await self._document(entry)
                    if page is not None:
                        note = {"pagina": entry.url, "estado": state}
                        yield Answer(page.body, page.received_at, "html", nota=note)

    def records(self, conjunto: str, answer: Answer) -> list[Documento]:
        """Entries of a list (without text), or the document of a page."""
        page, state = answer.nota["pagina"], answer.nota["estado"]
        return _index(answer.body, state) if page == "lista" else [_read(page, state, answer.body)]

    async def _document(self, entry: Documento) -> HttpAnswer | None:
        """The page of a resolution, under one of the names that the site uses; None when none is there."""
        for name in _variants(entry):
            answer = await self._get(f"docs/{name}.htm")
            if answer is not None:
                return answer
        return None

    async def _get(self, path: str) -> HttpAnswer | None:
        answer = await self._http.request("GET", self._base + path, expect="bytes")
        return answer if answer.status < 400 else None

    async def sample(self, conjunto: str) -> frozenset[str]:
        """Which parts that the code reads are in this year's list and in its first document."""
        answer = await self._get(
            f"resoluciones_por_orden_cronologico_no_derogadas_{self._http.now().year}.html"
        )
        if answer is None:
            raise ContractViolationError("No está la lista de resoluciones del año.")
        entries = _index(answer.body, "vigente")
        found = {"a[href*=docs/resolucion_creg]"} if entries else set()
        page = await self._document(entries[0]) if entries else None
        if page is not None and paginas.tree(page.body).css_first("main") is not None:
            found.add("main")
        return frozenset(found)


def _index(body: bytes, state: str) -> list[Documento]:
    """Entries of a year's list. Raises ContractViolationError when no link of a resolution is in it."""
    found: dict[str, Documento] = {}
    for link in paginas.tree(body).css("a[href]"):
        match = _HREF.search(link.attributes.get("href") or "")
        if match is None:
            continue
        kind, _, number, year = match.groups()
        parent = link.parent.text() if link.parent is not None else link.text()
        title = " ".join(_ICONS.sub(" ", parent).split())
        entry = _entry(kind.lower(), number, int(year), title=title, state=state)
        found.setdefault(entry.clave, entry)
    if not found:
        raise ContractViolationError("La lista de resoluciones de la CREG no trae ningún enlace conocido.")
    return list(found.values())


def _entry(kind: str, number: str, year: int, *, title: str, state: str, text: str = "") -> Documento:
    plain = number if "-" in number else str(int(number))
    draft = plain.startswith(f"{_DRAFT_SERIES}-")
    shown = plain if "-" in plain else plain.zfill(3)
    return Documento(
        clave=f"{kind}-creg-{shown}-{year}",
        tipo=kind,
        numero=plain,
        anio=year,
        fecha=paginas.month_and_day(text[:3000], year),
        titulo=title or f"{kind.capitalize()} CREG {shown} de {year}",
        emisor="CREG",
        url=f"docs/{kind}_creg_{plain if '-' in plain else plain.zfill(4)}_{year}.htm",
        estado="proyecto" if draft else state,
        texto=text,
        licencia=_LICENCE,
    )


def _variants(entry: Documento) -> list[str]:
    """Names under which a document may lie: four digits, three, and a doubled underscore."""
    numbers = [entry.numero] if "-" in entry.numero else [entry.numero.zfill(4), entry.numero.zfill(3)]
    return [
        f"{entry.tipo}{a}creg{b}{n}_{entry.anio}"
        for n in numbers
        for a, b in (("_", "_"), ("__", "_"), ("_", "__"))
    ]


def _read(url: str, state: str, body: bytes) -> Documento:
    text = paginas.text_of(paginas.tree(body), "main")
    lines = [line for line in text.splitlines() if not _MENU.match(line.strip())]
    if len(" ".join(lines)) < 80:
        raise BadBodyError("La página de la CREG no trae el texto de la norma.")
    match = _HREF.search(url)
    if match is None:
        raise ContractViolationError(f"No se entiende la dirección «{url[:80]}» de la CREG.")
    kind, _, number, year = match.groups()
    whole = "\n".join(lines)
    if "PROYECTO DE RESOLUCIÓN" in whole[:2000].upper():
        state = "proyecto"
    return _entry(kind.lower(), number, int(year), title=lines[0][:300], state=state, text=whole)


FUENTE = Fuente(
    nombre="creg",
    titulo="CREG, gestor normativo «Alejandría»",
    base="https://gestornormativo.creg.gov.co",
    licencia=_LICENCE,
    por_minuto=60,
    conjuntos=(
        Conjunto(
            "resoluciones",
            Clase.DOCUMENTOS,
            "Resoluciones de la CREG con su texto; las de la serie 701 son proyectos en consulta",
            "diaria",
            1,
            frozenset({"a[href*=docs/resolucion_creg]", "main"}),
        ),
    ),
    abrir=Creg,
)
