"""A stand-in for a Socrata portal, with its ways: pages in any order, empty cells left out, text only."""

import random
import re
from typing import Any

import orjson
from tests.standins.base import Reply, StandIn, json_reply

Row = dict[str, Any]


class SocrataStandIn(StandIn):
    """``sets``: id → rows; ``columns``: id → names that the metadata tell; ``updated``: when rows changed.

    ``stuck``: every page is the first one; ``growing``: a row is added while pages are read; ``tail``: what
    follows the JSON.
    """

    def __init__(self) -> None:
        super().__init__()
        self.sets: dict[str, list[Row]] = {}
        self.columns: dict[str, list[str]] = {}
        self.updated = 1_700_000_000
        self.stuck = self.growing = False
        self.tail = b""
        self._random = random.Random(7)

    def good(self, method: str, path: str, query: dict[str, str], body: bytes) -> Reply:
        dataset = path.rpartition("/")[2].removesuffix(".json")
        if dataset not in self.sets:
            return json_reply({"code": "not_found", "error": True, "message": "Cannot find view"}, 404)
        if path.startswith("/api/views/"):
            named = self.columns.get(dataset) or sorted(set().union(*self.sets[dataset]))
            return json_reply({"rowsUpdatedAt": self.updated, "columns": [{"fieldName": n} for n in named]})
        rows = [{":id": f"row-{n:06d}", **row} for n, row in enumerate(self.sets[dataset])]
        rows = [row for row in rows if _matches(row, query.get("$where", ""))]
        if query.get("$select", "").startswith("count(*)"):
            return json_reply([{"n": str(len(rows))}])
        if "$group" in query:
            rows = _grouped(rows, query["$select"])
        elif query.get("$order") != ":id":
            self._random.shuffle(rows)
        offset = 0 if self.stuck else int(query.get("$offset", 0))
        page = rows[offset : offset + int(query.get("$limit", 1000))]
        if self.growing:
            self.growing = False
            self.sets[dataset] = [*self.sets[dataset], dict(self.sets[dataset][0])]
        with_id = ":id" in query.get("$select", "")
        told = [
            {k: str(v) for k, v in row.items() if v is not None and (with_id or k != ":id")} for row in page
        ]
        return Reply(200, orjson.dumps(told) + self.tail)


def _matches(row: Row, where: str) -> bool:
    for term in filter(None, re.split(r" and (?![^']*'$)(?=\w+ (?:in|between|<=|>=))", where)):
        column, _, rest = term.partition(" ")
        value = str(row.get(column))
        if rest.startswith("in"):
            ok = value in re.findall(r"'([^']*)'", rest)
        elif rest.startswith("between"):
            low, high = re.findall(r"'([^']*)'", rest)
            ok = low <= value <= high
        else:
            limit = re.findall(r"'([^']*)'", rest)[0]
            ok = value <= limit if rest.startswith("<=") else value >= limit
        if not ok:
            return False
    return True


def _grouped(rows: list[Row], select: str) -> list[Row]:
    groups: dict[tuple[str, str], list[Row]] = {}
    for row in rows:
        groups.setdefault((row["departamento"], row["fechaobservacion"][:10]), []).append(row)
    found = []
    for (name, day), members in sorted(groups.items()):
        values = [float(m["valorobservado"]) for m in members]
        stations = len({m["codigoestacion"] for m in members})
        how = select.rpartition(", ")[2]
        value = (
            sum(values) / stations if "sum(" in how
            else sum(values) / len(values) if "avg(" in how
            else max(values) if "max(" in how else min(values)
        )  # fmt: skip
        found.append({"departamento": name, "dia": f"{day}T00:00:00.000", "valor": value})
    return found
