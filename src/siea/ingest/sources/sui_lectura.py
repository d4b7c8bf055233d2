"""What the factory of SUI sends, read: the page, the ZIP behind it, the lines of customers, the tables.

No error here quotes a line: lines of customers are personal data. A line is told by its number.
"""

import csv
import io
import re
import zipfile
import zlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from html.parser import HTMLParser
from urllib.parse import urljoin, urlsplit

import polars as pl

from siea.domain.numeros import plain
from siea.ingest.errors import BadBodyError, ContractViolationError

ENTRADA = "info"
_NO_DATA = re.compile(
    r"\bno\s+(?:se\s+encontr|hay|existe)\w*[^.<]{0,60}(?:dato|registro|informaci)", re.IGNORECASE
)
# market-NIU-month-year. A market is a number, or a name whose words may be joined by hyphens; whatever lies
# between it and the month is the NIU, hyphens too: no part of it may pass for the market.
_MARKET = r"\d{1,6}|[\p{L}][^\d-]*(?:\s*-\s*\p{L}[^\d-]{3,})*"
_LINE = rf"^\s*(?P<mercado>{_MARKET})-(?P<niu>[^-].*)-(?P<mes>\d{{1,2}})-(?P<anio>\d{{4}})\s*$"
_SEPARATORS = (",", ";", "\t", "|", "-")
_D_C = re.compile(r"(BOGOT[ÁA]),(\s*D\.?\s?C\b)", re.IGNORECASE)
_NOTHING = frozenset({"", "nd", "n.d.", "-", "null", "nan"})
_NUMBER = re.compile(r"[+-]?\d+(?:\.\d+)?(?:e[+-]?\d+)?$", re.IGNORECASE)


class _FirstLink(HTMLParser):
    """The target of the first link of a page; comments hold none."""

    def __init__(self) -> None:
        super().__init__()
        self.found: str | None = None

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Called by the parser."""
        if tag == "a" and self.found is None:
            self.found = dict(attrs).get("href")


def is_page(body: bytes) -> bool:
    """Whether *body* is an HTML page."""
    return body.lstrip(b"\xef\xbb\xbf \t\r\n")[:1] == b"<"


def says_nothing(body: bytes) -> bool:
    """Whether a page says that there are no data, and gives no ZIP."""
    text = plain(_decoded(body))
    return is_page(body) and ".zip" not in text and _NO_DATA.search(text) is not None


def link_of(page: bytes, url: str) -> str:
    """The address of the first link of *page*, which came from *url*; always of the same host.

    Raises ContractViolationError when there is none or it leads elsewhere.
    """
    parser = _FirstLink()
    parser.feed(_decoded(page))
    if not parser.found:
        raise ContractViolationError("La página del SUI no trae el enlace del reporte.")
    target = urljoin(url, parser.found)
    if urlsplit(target).hostname != urlsplit(url).hostname or urlsplit(target).scheme not in {
        "http",
        "https",
    }:
        raise ContractViolationError("El enlace de la página del SUI lleva a otro sitio: no se sigue.")
    return target


def unpacked(body: bytes, most_bytes: int) -> bytes:
    """The entry ``info`` of a ZIP, or *body* itself when it is none and no page either.

    Raises BadBodyError, or ContractViolationError when the entry is missing or larger than *most_bytes*.
    """
    if is_page(body):
        raise BadBodyError("El SUI entregó una página en lugar del reporte.")
    if not body.startswith(b"PK"):
        return body
    try:
        with zipfile.ZipFile(io.BytesIO(body)) as archive, archive.open(ENTRADA) as stream:
            content = stream.read(most_bytes + 1)
    except KeyError:
        raise ContractViolationError(f"El ZIP del SUI no trae la entrada «{ENTRADA}».") from None
    except (zipfile.BadZipFile, zlib.error, EOFError, OSError, RuntimeError, NotImplementedError):
        raise BadBodyError("El SUI no entregó un archivo ZIP legible.") from None
    if len(content) > most_bytes:
        raise ContractViolationError("El ZIP del SUI contiene más de lo que puede ser un reporte.")
    return content


def header_of(content: bytes) -> list[str]:
    """Names of the columns, in their order."""
    first = _decoded(content.lstrip().split(b"\n", 1)[0]).strip()
    separator = max(_SEPARATORS, key=first.count)
    return [name.strip().strip('"') for name in first.split(separator)]


def customers(content: bytes, columns: Mapping[str, tuple[str, ...]]) -> pl.DataFrame:
    """One row for each line of TC1: ``mercado``, ``niu``, ``mes``, ``anio``, all text.

    Raises BadBodyError, or ContractViolationError with the number of the first line of another shape.
    """
    header = [plain(name) for name in header_of(content)]
    accepted = [{plain(name) for name in names} for names in columns.values()]
    if len(header) != len(accepted) or not all(map(set.__contains__, accepted, header)):
        raise ContractViolationError("El TC1 del SUI no trae las columnas mercado, NIU, mes y año.")
    try:
        lines = pl.read_csv(
            io.BytesIO(content),
            has_header=False,
            separator="\x1f",
            quote_char=None,
            schema={"linea": pl.String},
        )["linea"]
    except pl.exceptions.PolarsError:
        raise BadBodyError("El TC1 del SUI no es texto UTF-8.") from None
    told = pl.DataFrame({"linea": lines, "numero": pl.int_range(1, len(lines) + 1, eager=True)}).filter(
        pl.col("numero") > 1, pl.col("linea").str.strip_chars().fill_null("") != ""
    )
    found = told.with_columns(pl.col("linea").str.extract_groups(_LINE)).unnest("linea")
    wrong = found.filter(pl.col("niu").is_null())
    if len(wrong):
        number = wrong["numero"][0]
        raise ContractViolationError(f"La línea {number} del TC1 no tiene cuatro campos ({len(wrong)} así).")
    return found.select(pl.col("mercado", "niu").str.strip_chars(), "mes", "anio")


@dataclass(frozen=True, slots=True)
class Tabla:
    """Rows by our names of the columns, and what the tail of the report says of itself (plain names)."""

    filas: list[dict[str, str]]
    cola: dict[str, str]


def table(content: bytes, columns: Mapping[str, tuple[str, ...]]) -> Tabla:
    """A report whose columns are found by name. Raises ContractViolationError naming those that are missing.

    A separator inside a text without quotes («BOGOTA, D.C.», the name of a company) is put back where it was.
    """
    lines = _decoded(content).splitlines()
    first = next((line for line in lines if line.strip()), "")
    separator, places = _layout(first, columns)
    width = len(first.split(separator))
    texts = places["empresa"]
    rows: list[dict[str, str]] = []
    tail: dict[str, str] = {}
    ended = False
    for number, fields in _fields(lines[lines.index(first) + 1 :] if first else [], separator):
        ended = ended or not any(cell.strip() for cell in fields)
        if ended:
            if fields and fields[0].strip():
                tail[plain(fields[0])] = " ".join(cell.strip() for cell in fields[1:]).strip()
            continue
        spare = len(fields) - width
        if spare > 0:  # the name of the company holds the separator
            fields[texts : texts + spare + 1] = [separator.join(fields[texts : texts + spare + 1])]
        if spare < 0:
            raise ContractViolationError(f"La línea {number} del reporte del SUI tiene menos columnas.")
        rows.append({name: fields[place].strip() for name, place in places.items()})
    return Tabla(rows, tail)


def number(text: str) -> str | None:
    """A figure as the factory writes it (decimal point, no groups); None for «ND». Raises ValueError."""
    if plain(text) in _NOTHING:
        return None
    if not _NUMBER.match(text):
        raise ValueError
    return text


def _layout(first: str, columns: Mapping[str, tuple[str, ...]]) -> tuple[str, dict[str, int]]:
    """The separator that gives most of the columns, and where each is."""
    best: tuple[str, dict[str, int]] = (",", {})
    for separator in _SEPARATORS:
        header = [plain(cell.strip().strip('"')) for cell in first.split(separator)]
        places = {
            name: header.index(plain(told))
            for name, accepted in columns.items()
            for told in reversed(accepted)
            if plain(told) in header
        }
        if len(places) > len(best[1]):
            best = separator, places
    lost = [accepted[0] for name, accepted in columns.items() if name not in best[1]]
    if lost:
        raise ContractViolationError(f"El reporte del SUI no trae las columnas: {', '.join(lost)}.")
    return best


def _fields(lines: list[str], separator: str) -> Iterator[tuple[int, list[str]]]:
    """Number and fields of each line after the header; quotes are kept to."""
    for count, line in enumerate(lines, 2):
        whole = _D_C.sub(r"\1\2", line) if separator == "," else line
        yield count, next(csv.reader([whole], delimiter=separator), [])


def _decoded(body: bytes) -> str:
    """UTF-8, or what Windows wrote where it is not."""
    try:
        return body.decode("utf-8-sig")
    except UnicodeDecodeError:
        return body.decode("cp1252", "replace")
