"""Press of the Ministry: the static list of the newsroom."""

import re
from collections.abc import AsyncIterator
from datetime import UTC, datetime, time
from urllib.parse import urljoin

from selectolax.lexbor import LexborNode as Node

from siea.domain.tiempo import ZONE
from siea.ingest.errors import ContractViolationError
from siea.ingest.http import HttpClient
from siea.ingest.sources import completo, paginas
from siea.ingest.sources.noticias import SUMMARY_LENGTH
from siea.ingest.sources.registry import Answer, Clase, Conjunto, Fuente, Noticia

_PATHS = ("/es/sala-de-prensa/", "/es/sala-de-prensa/noticias-index/")
_ROWS = ".news-list, #tabledataset tr"
_TITLES = ".news-list-title, h4.news-list-item-title"
_TEXTS = ".news-list-subtitle, p.news-list-item-text"
_DATES = "p.fs-6"
_BLANKS = re.compile(r"\s+")


class MinEnergia:
    """Implements ``RecordSource`` for the newsroom."""

    name = "minenergia"

    def __init__(self, http: HttpClient, base_url: str) -> None:
        self._http = http
        self._base = base_url.rstrip("/")

    async def pages(self, conjunto: str) -> AsyncIterator[Answer]:
        """The newsroom and its index."""
        for path in _PATHS:
            got = await completo.get(self._http, self._base + path)
            yield Answer(got.body, got.received_at, "html")

    def records(self, conjunto: str, answer: Answer) -> list[Noticia]:
        """News of a page; an index that a script fills later has none yet. Raises ContractViolationError."""
        page = paginas.tree(answer.body)
        rows = page.css(_ROWS)
        if not rows and page.css_first("#tabledataset") is None:
            raise ContractViolationError("La sala de prensa del Ministerio no trae su lista de noticias.")
        return [item for row in rows if (item := self._read(row, answer.received_at)) is not None]

    def _read(self, row: Node, received: datetime) -> Noticia | None:
        title, link = row.css_first(_TITLES), row.css_first("a[href]")
        if title is None or link is None:
            return None
        told = row.css_first(_DATES)
        day = paginas.spanish_date(told.text() if told is not None else row.text())
        when = datetime.combine(day, time(12), ZONE).astimezone(UTC) if day else received
        summary = row.css_first(_TEXTS)
        return Noticia(
            "Ministerio de Minas y Energía",
            _tight(title.text())[:500],
            urljoin(f"{FUENTE.base}/", link.attributes.get("href") or ""),
            min(when, received),
            "zona" if day else "recepcion",
            _tight(summary.text())[:SUMMARY_LENGTH] if summary is not None else "",
        )

    async def sample(self, conjunto: str) -> frozenset[str]:
        """Which selectors find something."""
        got = await completo.get(self._http, self._base + _PATHS[0])
        page = paginas.tree(got.body)
        return frozenset(name for name in (_ROWS, _TITLES) if page.css_first(name) is not None)


def _tight(text: str) -> str:
    return _BLANKS.sub(" ", text).strip()


FUENTE = Fuente(
    nombre="minenergia",
    titulo="Ministerio de Minas y Energía, sala de prensa",
    base="https://www.minenergia.gov.co",
    licencia="Ministerio de Minas y Energía; cite la fuente",
    por_minuto=20,
    conjuntos=(
        Conjunto("prensa", Clase.NOTICIAS, "Comunicados del Ministerio", "diaria", 0,
                 frozenset({_ROWS, _TITLES})),
    ),
    abrir=MinEnergia,
)  # fmt: skip
