"""What sources share whose answer is always the whole history: one question, from the first day there is."""

from collections.abc import Iterable
from datetime import date, datetime

import polars as pl

from siea.domain.catalogo import Variable
from siea.domain.tiempo import local_date
from siea.ingest.errors import BadBodyError, ContractViolationError, SourceError
from siea.ingest.http import HttpAnswer, HttpClient
from siea.ingest.sources.registry import BRONZE, Answer, Request

# Some official sites answer nothing to programs that do not say a browser's name.
AGENT = {"User-Agent": "Mozilla/5.0 (compatible; SIEA)", "Accept": "*/*"}

Value = tuple[str, str, str, str | None, tuple[str, ...]]
"""(entity, dimension, first day of the period, value as text, flags)."""


def whole(
    fuente: str, variable: Variable, desde: date, now: datetime, peticion: dict[str, str]
) -> list[Request]:
    """The one question about the whole history of *variable*, which begins on *desde*."""
    return [Request(fuente, variable, desde, local_date(now), peticion, variable.unidad_fuente)]


async def get(http: HttpClient, url: str, **params: str) -> HttpAnswer:
    """The bytes at *url*. Raises as the client does, and ContractViolationError on a 4xx such as 404."""
    answer = await http.request("GET", url, params=params or None, headers=AGENT, expect="bytes")
    if answer.status >= 400:
        raise absent(url, answer)
    return answer


def absent(url: str, answer: HttpAnswer) -> SourceError:
    """The error of an address where there is nothing."""
    name = url.rpartition("/")[2]
    return ContractViolationError(f"No está «{name}» (HTTP {answer.status}).", body=answer.body[:2000])


def text_of(answer: Answer) -> str:
    """The body as text. Raises BadBodyError when it is a page or binary instead of the text expected."""
    text = answer.body.decode("utf-8-sig", "replace")
    if "\x00" in text or text.lstrip()[:1] == "<":
        raise BadBodyError(f"Se esperaba texto y llegó otra cosa: «{text[:60]}».")
    return text


def to_bronze(kind: str, values: Iterable[Value]) -> pl.DataFrame:
    """Values of whole days or longer periods in the shape ``BRONZE``."""
    rows = [
        (kind, entity, dimension, day, None, [value], "", None, list(flags))
        for entity, dimension, day, value, flags in values
    ]
    return pl.DataFrame(rows, schema=BRONZE, orient="row")
