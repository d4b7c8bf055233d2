"""UPME's circulars and resolutions, through the JSON of its WordPress site."""

import html
import re
from collections.abc import AsyncIterator
from typing import Any

import orjson

from siea.ingest.errors import ContractViolationError
from siea.ingest.http import HttpAnswer, HttpClient
from siea.ingest.sources.completo import AGENT
from siea.ingest.sources.registry import Answer, Clase, Conjunto, Documento, Fuente

_PATH = "/wp-json/wp/v2/circular_resolucion"
_PAGE = "50"
_MOST_PAGES = 200
_NUMBER = re.compile(
    r"(resoluci[oó]n|circular)(?:\s+(?:externa|interna|UPME))*\s*(?:No?\.?\s*)?0*(\d+)\D+?(\d{4})",
    re.IGNORECASE,
)
_PERSONNEL = re.compile(
    r"nombramiento|encargo|vacaciones|licencia (?:no )?remunerada|comisi[oó]n de servicios|planta de personal"
    r"|renuncia",
    re.IGNORECASE,
)
_TAGS = re.compile(r"<[^>]+>")


class UpmeNormas:
    """Implements ``RecordSource``: titles and links. Acts about staff are left out, and counted."""

    name = "upme_normas"

    def __init__(self, http: HttpClient, base_url: str) -> None:
        self._http = http
        self._url = base_url.rstrip("/") + _PATH
        self.dejadas_fuera = 0

    async def pages(self, conjunto: str) -> AsyncIterator[Answer]:
        """Page after page, as many as the site says; one past the end answers HTTP 400: there are no more."""
        for number in range(1, _MOST_PAGES + 1):
            answer = await self._get(number)
            if answer.status == 400:
                return
            yield Answer(answer.body, answer.received_at, "json", answer.document)
            if number >= int(answer.headers.get("x-wp-totalpages", _MOST_PAGES)):
                return

    def records(self, conjunto: str, answer: Answer) -> list[Documento]:
        """Norms of a page. Raises ContractViolationError when an entry lacks title or link."""
        document = answer.document if answer.document is not None else orjson.loads(answer.body)
        if not isinstance(document, list):
            raise ContractViolationError("La UPME no respondió con una lista de normas.")
        kept = [one for one in document if not _PERSONNEL.search(_title(one))]
        self.dejadas_fuera += len(document) - len(kept)
        return [_read(one) for one in kept]

    async def sample(self, conjunto: str) -> frozenset[str]:
        """Keys of the first entry."""
        answer = await self._get(1)
        if not isinstance(answer.document, list) or not answer.document:
            raise ContractViolationError("La UPME no dio ninguna norma.")
        return frozenset(answer.document[0])

    async def _get(self, page: int) -> HttpAnswer:
        asked = {"per_page": _PAGE, "page": str(page)}
        answer = await self._http.request("GET", self._url, params=asked, headers=AGENT)
        if answer.status >= 400 and answer.status != 400:
            raise ContractViolationError(f"La UPME respondió HTTP {answer.status}.", body=answer.body[:2000])
        return answer


def _title(one: Any) -> str:
    try:
        return html.unescape(_TAGS.sub("", one["title"]["rendered"])).strip()
    except (KeyError, TypeError):
        raise ContractViolationError("Una norma de la UPME no trae título.") from None


def _read(one: Any) -> Documento:
    title, link = _title(one), str(one.get("link") or "")
    if not link:
        raise ContractViolationError("Una norma de la UPME no trae enlace.")
    found = _NUMBER.search(title)
    kind = found[1].lower().replace("ó", "o") if found else "documento"
    return Documento(
        clave=f"upme:{link.rpartition('/')[2] or link}",
        tipo=kind,
        numero=found[2] if found else "",
        anio=int(found[3]) if found else None,
        fecha=None,  # the site tells when it was uploaded, not when it was issued
        titulo=title,
        emisor="UPME",
        url=link,
        estado="desconocido",
        texto="",
        licencia="UPME; documento oficial",
    )


FUENTE = Fuente(
    nombre="upme_normas",
    titulo="UPME, circulares y resoluciones",
    base="https://www.upme.gov.co",
    licencia="UPME; documento oficial",
    por_minuto=30,
    conjuntos=(
        Conjunto("normas", Clase.DOCUMENTOS, "Circulares y resoluciones de la UPME (ficha y enlace)",
                 "diaria", 1, frozenset({"title", "date", "link"})),
    ),
    abrir=UpmeNormas,
)  # fmt: skip
