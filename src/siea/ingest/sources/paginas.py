"""What sources of HTML pages share: reading a page as text, dates in Spanish, figures of norms."""

import re
from datetime import date

from selectolax.lexbor import LexborHTMLParser as HTMLParser

from siea.domain.numeros import NumberError, mes
from siea.ingest.errors import BadBodyError

_DATE = re.compile(r"(\d{1,2})\s+de\s+([A-Za-záéíóú]+)\s+de(?:l)?\s+(\d{4})", re.IGNORECASE)
_MONTH_DAY = re.compile(r"\(\s*([A-Za-záéíóú]+)\s+(\d{1,2})\s*\)")
_BLOCKS = ("p", "li", "h1", "h2", "h3", "h4", "h5", "h6", "td", "div", "br", "tr")


def tree(body: bytes) -> HTMLParser:
    """The page. Raises BadBodyError when it is none."""
    if b"\x00" in body[:2048] or b"<" not in body[:4096]:
        raise BadBodyError("Se esperaba una página web y llegó otra cosa.")
    return HTMLParser(body)


def text_of(node: HTMLParser, selector: str) -> str:
    """Text under *selector*, a line for each block; '' when it is not there."""
    found = node.css_first(selector)
    if found is None:
        return ""
    for unwanted in ("script", "style", "nav"):
        for element in found.css(unwanted):
            element.decompose()
    for name in _BLOCKS:
        for element in found.css(name):
            element.insert_after("\n")
    lines = (" ".join(line.split()) for line in found.text().splitlines())
    return "\n".join(line for line in lines if line)


def spanish_date(text: str) -> date | None:
    """The first «18 de Marzo de 2026» in *text*; None when there is none that exists."""
    for day, month, year in _DATE.findall(text):
        try:
            return date(int(year), mes(month), int(day))
        except (NumberError, ValueError):
            continue
    return None


def month_and_day(text: str, year: int) -> date | None:
    """A «(enero 29)» as norms write it, in *year*."""
    for month, day in _MONTH_DAY.findall(text):
        try:
            return date(year, mes(month), int(day))
        except (NumberError, ValueError):
            continue
    return None
