"""Laws of the sector at Función Pública, by the number that its «gestor normativo» gives each."""

import re
from collections.abc import AsyncIterator

from siea.ingest.errors import BadBodyError, ContractViolationError
from siea.ingest.http import HttpClient
from siea.ingest.sources import completo, paginas
from siea.ingest.sources.registry import Answer, Clase, Conjunto, Documento, Fuente

_PATH = "/eva/gestornormativo/norma.php"
# number of the site → (kind, number, year, subject)
NORMAS = {
    "2752": ("ley", "142", 1994, "Régimen de los servicios públicos domiciliarios"),
    "4631": ("ley", "143", 1994, "Régimen de la electricidad"),
    "57353": ("ley", "1715", 2014, "Integración de energías renovables no convencionales"),
    "166326": ("ley", "2099", 2021, "Transición energética"),
    "209510": ("ley", "2294", 2023, "Plan Nacional de Desarrollo 2022-2026"),
}
_LICENCE = "Texto normativo oficial (Ley 23 de 1982, art. 41)"


class Leyes:
    """Implements ``RecordSource`` for the laws of ``NORMAS``."""

    name = "leyes"

    def __init__(self, http: HttpClient, base_url: str) -> None:
        self._http = http
        self._url = base_url.rstrip("/") + _PATH

    async def pages(self, conjunto: str) -> AsyncIterator[Answer]:
        """One page a law. Raises ContractViolationError where the site has none under its number."""
        for number in NORMAS:
            got = await completo.get(self._http, self._url, i=number)
            yield Answer(got.body, got.received_at, "html", nota={"norma": number})

    def records(self, conjunto: str, answer: Answer) -> list[Documento]:
        """The law of a page. Raises BadBodyError when its text is not there."""
        number = answer.nota["norma"]
        kind, norm, year, subject = NORMAS[number]
        page = paginas.tree(answer.body)
        text = (
            paginas.text_of(page, "#contenido")
            or paginas.text_of(page, "main")
            or paginas.text_of(page, "body")
        )
        if not re.search(rf"LEY\s+{norm}\s+DE\s+{year}", text, re.IGNORECASE) or "ART" not in text.upper():
            raise BadBodyError(f"La página no trae el texto de la Ley {norm} de {year}.")
        return [
            Documento(
                clave=f"{kind}-{norm}-{year}",
                tipo=kind,
                numero=norm,
                anio=year,
                fecha=paginas.spanish_date(text[:2000]) or paginas.month_and_day(text[:2000], year),
                titulo=f"Ley {norm} de {year} — {subject}",
                emisor="Congreso de la República",
                url=f"{FUENTE.base}{_PATH}?i={number}",
                estado="vigente",
                texto=text,
                licencia=_LICENCE,
            )
        ]

    async def sample(self, conjunto: str) -> frozenset[str]:
        """Which of the parts that the code reads are on the page of the first law."""
        got = await completo.get(self._http, self._url, i=next(iter(NORMAS)))
        page = paginas.tree(got.body)
        if page.css_first("#contenido") is None and page.css_first("main") is None:
            raise ContractViolationError("La página de la norma ya no trae «#contenido» ni «main».")
        return frozenset({"texto"})


FUENTE = Fuente(
    nombre="leyes",
    titulo="Función Pública, gestor normativo",
    base="https://www.funcionpublica.gov.co",
    licencia=_LICENCE,
    por_minuto=20,
    conjuntos=(
        Conjunto("leyes", Clase.DOCUMENTOS, "Leyes del sector eléctrico, texto consolidado", "eventual", 30,
                 frozenset({"texto"})),
    ),
    abrir=Leyes,
)  # fmt: skip
