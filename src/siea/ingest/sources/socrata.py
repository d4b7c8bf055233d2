"""The one client of open-data portals that run Socrata (SODA 2): pages that neither repeat nor skip.

Without an order the portal gives each page in another one: the right number of rows, some twice and some
never. So each question is ordered by ``:id``, and the rows are counted against the portal's own count.
"""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import orjson

from siea.ingest.errors import BadBodyError, ContractViolationError, SourceError, UpstreamError
from siea.ingest.http import HttpAnswer, HttpClient

Row = dict[str, Any]
ROW_ID = ":id"
MOST_PAGES = 400


@dataclass(frozen=True, slots=True)
class Question:
    """What is asked of a data set, in SoQL. ``agrupa``: columns of ``$group``; then rows have no id."""

    id: str
    selecciona: str = "*"
    donde: str = ""
    agrupa: str = ""


@dataclass(frozen=True, slots=True)
class Rows:
    """All rows of a question; ``paginas`` is how many answers they came in."""

    filas: list[Row]
    received_at: datetime
    paginas: int


class Socrata:
    """Asks one portal. ``token`` (optional) is sent as ``X-App-Token``."""

    def __init__(
        self, http: HttpClient, base_url: str, *, token: str | None = None, page: int = 20_000
    ) -> None:
        self._http = http
        self._base = base_url.rstrip("/")
        self._page = page
        self.token = token

    async def rows(self, question: Question) -> Rows:
        """Every row, once. Rows that change while they are read are read again, once.

        Raises UpstreamError with the portal's words, and ContractViolationError when the count never agrees.
        """
        for _ in range(2):
            found = await self._all_pages(question)
            if question.agrupa or await self._count(question) == len({row[ROW_ID] for row in found.filas}):
                return found
        raise ContractViolationError(
            f"El conjunto {question.id} cambia mientras se lee: las filas no cuadran con su cuenta."
        )

    async def _all_pages(self, question: Question) -> Rows:
        select = question.selecciona if question.agrupa else f"{ROW_ID}, {question.selecciona}"
        asked = {"$select": select, "$order": question.agrupa or ROW_ID, "$limit": str(self._page)}
        if question.donde:
            asked["$where"] = question.donde
        if question.agrupa:
            asked["$group"] = question.agrupa
        rows: list[Row] = []
        seen: set[str] = set()
        for number in range(MOST_PAGES):
            answer = await self._get(question.id, asked | {"$offset": str(number * self._page)})
            page = _array(answer, question.id)
            if page:
                digest = hashlib.sha256(orjson.dumps(page)).hexdigest()
                if digest in seen:
                    raise ContractViolationError(f"El conjunto {question.id} repite una página: no avanza.")
                seen.add(digest)
            rows += page
            if len(page) < self._page:
                return Rows(rows, answer.received_at, number + 1)
        raise ContractViolationError(
            f"El conjunto {question.id} da más de {MOST_PAGES} páginas de {self._page}: pida menos días."
        )

    async def _count(self, question: Question) -> int:
        asked = {"$select": "count(*) as n"} | ({"$where": question.donde} if question.donde else {})
        answer = await self._get(question.id, asked)
        (row,) = _array(answer, question.id)
        return int(row["n"])

    async def _get(self, dataset: str, asked: Mapping[str, str]) -> HttpAnswer:
        headers = {"X-App-Token": self.token} if self.token else None
        url = f"{self._base}/resource/{dataset}.json"
        answer = await self._http.request("GET", url, params=asked, headers=headers)
        if answer.status >= 400:
            raise _refusal(answer, dataset)
        return answer

    async def metadata(self, dataset: str) -> tuple[str, frozenset[str]]:
        """(when its rows last changed, names of its columns). Raises ContractViolationError."""
        answer = await self._http.request("GET", f"{self._base}/api/views/{dataset}.json")
        if answer.status >= 400:
            raise _refusal(answer, dataset)
        told = answer.document
        if not isinstance(told, dict) or "rowsUpdatedAt" not in told or "columns" not in told:
            raise ContractViolationError(f"Los metadatos de {dataset} no traen rowsUpdatedAt y columns.")
        return str(told["rowsUpdatedAt"]), frozenset(column["fieldName"] for column in told["columns"])


def _array(answer: HttpAnswer, dataset: str) -> list[Row]:
    if not isinstance(answer.document, list):
        told = answer.document.get("message") if isinstance(answer.document, dict) else None
        if told:
            raise UpstreamError(f"{dataset}: «{told}».", detail=str(told), body=answer.body[:2000])
        raise BadBodyError(
            f"El conjunto {dataset} no respondió con una lista de filas.", body=answer.body[:2000]
        )
    return answer.document


def _refusal(answer: HttpAnswer, dataset: str) -> SourceError:
    told = answer.document.get("message") if isinstance(answer.document, dict) else None
    text = str(told or f"HTTP {answer.status}")
    return UpstreamError(f"El conjunto {dataset} responde: «{text}».", detail=text, body=answer.body[:2000])
