"""A stand-in for Weaviate: schema, batch, GraphQL Get (nearVector, where, cursor), delete; exact cosine."""

import json
import re
from typing import Any

import numpy as np
from tests.standins.base import Reply, StandIn, json_reply

_EQUAL = re.compile(r'path: \["(\w+)"\], operator: Equal, valueText: ("(?:[^"\\]|\\.)*")')


class WeaviateStandIn(StandIn):
    """``objects`` by id; ``key``: the API key asked for; ``refuse``: hash whose object fails in a batch."""

    def __init__(self) -> None:
        super().__init__()
        self.classes: set[str] = set()
        self.objects: dict[str, dict[str, Any]] = {}
        self.refuse: str | None = None

    def good(self, method: str, path: str, query: dict[str, str], body: bytes) -> Reply:
        if path.startswith("/v1/schema/"):
            return json_reply({}, 200) if path.rpartition("/")[2] in self.classes else Reply(404)
        document = json.loads(body) if body else {}
        if path == "/v1/schema":
            self.classes.add(document["class"])
            return json_reply(document)
        if path == "/v1/batch/objects":
            return json_reply([self._put(one) for one in document["objects"]])
        if method == "DELETE":
            return Reply(204) if self.objects.pop(path.rpartition("/")[2], None) else Reply(404)
        if path == "/v1/graphql":
            return json_reply(self._get(document["query"]))
        return Reply(404)

    def _put(self, one: dict[str, Any]) -> dict[str, Any]:
        if one["properties"]["hash"] == self.refuse:
            return {
                "id": one["id"],
                "result": {"errors": {"error": [{"message": "vector lengths don't match"}]}},
            }
        self.objects[one["id"]] = one
        return {"id": one["id"], "result": {"status": "SUCCESS"}}

    def _get(self, query: str) -> dict[str, Any]:
        name = re.search(r"Get \{ (\w+)\(", query)
        assert name
        limit = int(re.search(r"limit: (\d+)", query)[1])  # type: ignore[index]  # always sent
        rows = [one for one in self.objects.values() if one["class"] == name[1]]
        near = re.search(r"nearVector: \{vector: \[([^\]]*)\]", query)
        if near is None:
            after = re.search(r'after: "([^"]*)"', query)
            rows = sorted(rows, key=lambda one: one["id"])
            rows = [one for one in rows if one["id"] > (after[1] if after else "")][:limit]
            found = [{**one["properties"], "_additional": {"id": one["id"]}} for one in rows]
        else:
            vector = np.array([float(v) for v in near[1].split(",")])
            wanted: dict[str, set[str]] = {}
            for field, value in _EQUAL.findall(query):
                wanted.setdefault(field, set()).add(json.loads(value))
            rows = [r for r in rows if all(r["properties"][f] in values for f, values in wanted.items())]
            told = [(1 - float(np.dot(vector, np.array(r["vector"]))), r) for r in rows]
            told.sort(key=lambda pair: pair[0])
            found = [{**r["properties"], "_additional": {"distance": d}} for d, r in told[:limit]]
        return {"data": {"Get": {name[1]: found}}}

    def do_delete(self) -> None:
        """Handled as any other method."""
