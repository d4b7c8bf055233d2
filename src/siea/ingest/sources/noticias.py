"""News feeds (RSS 2.0 and Atom): headline, link, date and a short summary; never the article."""

import html
import re
from calendar import timegm
from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Any
from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit
from zoneinfo import ZoneInfo

import feedparser

from siea.domain.tiempo import ZONE_NAME
from siea.ingest.errors import BadBodyError, SourceError
from siea.ingest.http import HttpClient
from siea.ingest.sources.completo import AGENT
from siea.ingest.sources.registry import Answer, Clase, Conjunto, Fuente, Noticia
from siea.telemetry.logs import get_logger

log = get_logger(__name__)

SUMMARY_LENGTH = 300
_TAGS = re.compile(r"<[^>]+>")
_TRACKING = re.compile(r"^(?:utm_|fbclid|gclid|mc_)")
_OFFSET = re.compile(r"(?:[+-]\d{2}:?\d{2}|\bZ|\bGMT|\bUTC|\b[ECMP][SD]T)\s*$")


@dataclass(frozen=True, slots=True)
class Medio:
    """A feed: its outlet, its address, and the zone of dates that tell none."""

    nombre: str
    url: str
    zona: str = ZONE_NAME


MEDIOS = (
    Medio("La República", "https://www.larepublica.co/rss/economia"),
    Medio("Portafolio", "https://www.portafolio.co/rss/economia.xml"),
    Medio("Valora Analitik", "https://www.valoraanalitik.com/feed/"),
    Medio("pv magazine Latinoamérica", "https://www.pv-magazine-latam.com/feed/"),
    Medio("El Tiempo", "https://www.eltiempo.com/rss/colombia.xml"),
    Medio("Banco de la República", "https://www.banrep.gov.co/es/noticias-rss"),
    Medio("Ministerio de Ambiente", "https://www.minambiente.gov.co/feed/"),
)


class Noticias:
    """Implements ``RecordSource``. A feed that fails is told and the others go on; all failing is an error.

    With a base address of its own (a mirror), feeds are asked for there, each under its path.
    """

    name = "noticias"

    def __init__(self, http: HttpClient, base_url: str) -> None:
        self._http = http
        self._base = base_url.rstrip("/")
        self.fallidos: dict[str, str] = {}

    async def pages(self, conjunto: str) -> AsyncIterator[Answer]:
        """One answer a feed."""
        self.fallidos = {}
        last: SourceError | None = None
        for medio in MEDIOS:
            try:
                got = await self._http.request(
                    "GET", self._address(medio), headers=AGENT, expect="bytes", tries=1
                )
                if got.status >= 400 or not _is_feed(got.body):
                    raise BadBodyError(f"{medio.nombre} no respondió con un canal (HTTP {got.status}).")
            except SourceError as error:
                log.warning("canal_fallido", medio=medio.nombre, motivo=str(error))
                self.fallidos[medio.nombre] = str(error)
                last = error
                continue
            yield Answer(got.body, got.received_at, "xml", nota={"medio": medio.nombre})
        if last is not None and len(self.fallidos) == len(MEDIOS):
            raise last

    def _address(self, medio: Medio) -> str:
        return f"{self._base}{urlsplit(medio.url).path}" if self._base else medio.url

    def records(self, conjunto: str, answer: Answer) -> list[Noticia]:
        """Items of a feed; one that cannot be used (no link, no title) costs itself alone."""
        medio = next(m for m in MEDIOS if m.nombre == answer.nota["medio"])
        found = feedparser.parse(answer.body, sanitize_html=False)
        return [
            item for entry in found.entries if (item := _read(entry, medio, answer.received_at)) is not None
        ]

    async def sample(self, conjunto: str) -> frozenset[str]:
        """Names of what the entries of the first feed that answers have."""
        async for answer in self.pages(conjunto):
            entries = feedparser.parse(answer.body).entries
            return frozenset(entries[0].keys()) if entries else frozenset()
        raise BadBodyError("Ningún canal de noticias responde.")


def _is_feed(body: bytes) -> bool:
    start = body[:2000].lower()
    return b"<rss" in start or b"<feed" in start or b"<rdf" in start


def _read(entry: Mapping[str, Any], medio: Medio, received: datetime) -> Noticia | None:
    link, title = str(entry.get("link") or ""), _plain(str(entry.get("title") or ""))
    if not link.startswith(("http://", "https://")) or not title:
        return None
    when, assumed = _date(entry, medio.zona, received)
    return Noticia(
        medio.nombre, title[:500], _clean(link), when, assumed, _cut(_plain(str(entry.get("summary") or "")))
    )


def _date(entry: Mapping[str, Any], zone: str, received: datetime) -> tuple[datetime, str]:
    """When it was published: as told; told without offset, in the outlet's zone; else when it came."""
    told = str(entry.get("published") or entry.get("updated") or "").strip()
    parsed = entry.get("published_parsed") or entry.get("updated_parsed")
    if told and _OFFSET.search(told):
        try:
            return min(_aware(told, parsed), received), ""
        except (ValueError, OverflowError):
            return received, "recepcion"
    if parsed:
        year, month, day, hour, minute, second = parsed[:6]
        local = datetime(year, month, day, hour, minute, second, tzinfo=ZoneInfo(zone))
        return min(local.astimezone(UTC), received), "zona"
    return received, "recepcion"


def _aware(told: str, parsed: Any) -> datetime:
    try:
        found = parsedate_to_datetime(told)
    except ValueError:
        if parsed is None:
            raise
        return datetime.fromtimestamp(timegm(parsed), UTC)
    return found.astimezone(UTC)


def _plain(text: str) -> str:
    return " ".join(html.unescape(_TAGS.sub(" ", html.unescape(text))).split())


def _cut(text: str) -> str:
    """At most ``SUMMARY_LENGTH`` characters, cut at a word."""
    if len(text) <= SUMMARY_LENGTH:
        return text
    return text[: text.rfind(" ", 0, SUMMARY_LENGTH)].rstrip(" ,;:.") + "…"


def _clean(link: str) -> str:
    """The link without what only counts visits: the same news is one."""
    parts = urlsplit(link)
    query = [(name, value) for name, value in parse_qsl(parts.query) if not _TRACKING.match(name)]
    return urlunsplit((parts.scheme, parts.netloc.lower(), parts.path, urlencode(query), ""))


FUENTE = Fuente(
    nombre="noticias",
    titulo="Canales de noticias",
    base="",
    licencia="De cada medio: solo titular, enlace, fecha y un resumen corto",
    por_minuto=30,
    conjuntos=(
        Conjunto("titulares", Clase.NOTICIAS, "Titulares de economía, energía y ambiente", "horaria", 0,
                 frozenset({"title", "link"})),
    ),
    abrir=Noticias,
)  # fmt: skip
