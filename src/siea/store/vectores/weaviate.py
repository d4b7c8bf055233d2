"""Vectors in Weaviate 1.23+, over its REST and GraphQL API."""

import json
import re
import uuid
from collections.abc import Mapping, Sequence
from typing import Any

import httpx

from siea.store.vectores.base import Filtro, Hit, Vector, VectorItem, VectorStoreError, unit

_SPACE = uuid.UUID("6f1c1f0e-6d0b-4f0e-9a55-3d3b8f2f5f01")
_PAGE = 500
_FIELDS = ("hash", "documento", "articulo", "estado", "tipo")


class WeaviateStore:
    """Implements ``VectorStore`` on the server at *url*; one collection for each model.

    Use as an async context manager.
    """

    def __init__(self, url: str, modelo: str, *, api_key: str | None = None, timeout_s: float = 30.0) -> None:
        self._class = "Fragmento" + "".join(part.capitalize() for part in re.findall(r"[A-Za-z0-9]+", modelo))
        headers = {"Authorization": f"Bearer {api_key}"} if api_key else {}
        self._http = httpx.AsyncClient(base_url=url.rstrip("/"), headers=headers, timeout=timeout_s)
        self._ready = False

    async def __aenter__(self) -> "WeaviateStore":
        return self

    async def __aexit__(self, *_: object) -> None:
        await self._http.aclose()

    async def upsert(self, items: Sequence[VectorItem]) -> None:
        """Keep *items*. Raises VectorStoreError when the server refuses any of them."""
        await self._collection()
        for start in range(0, len(items), _PAGE):
            objects = [self._object(item) for item in items[start : start + _PAGE]]
            told = await self._send("POST", "/v1/batch/objects", {"objects": objects})
            # HTTP 200 with errors of single objects inside
            wrong = [
                one["result"]["errors"]
                for one in told or []
                if isinstance(one.get("result"), dict) and one["result"].get("errors")
            ]
            if wrong:
                raise VectorStoreError(
                    f"Weaviate no guardó {len(wrong)} vectores: {json.dumps(wrong[0])[:200]}"
                )

    def _object(self, item: VectorItem) -> dict[str, Any]:
        properties = {name: getattr(item, name) for name in _FIELDS}
        vector = [float(v) for v in unit(item.vector)]
        return {"class": self._class, "id": self._id(item.hash), "properties": properties, "vector": vector}

    def _id(self, content: str) -> str:
        return str(uuid.uuid5(_SPACE, f"{self._class}:{content}"))

    async def search(self, vector: Vector, k: int, filtro: Filtro) -> list[Hit]:
        """The nearest by cosine among what the filter lets through."""
        near = unit(vector)
        if k < 1 or not filtro.estados:
            return []
        await self._collection()
        numbers = ",".join(f"{value:.8g}" for value in near.tolist())
        found = await self._get(
            f"nearVector: {{vector: [{numbers}]}}, limit: {k}, where: {_where(filtro)}",
            "hash documento articulo _additional { distance }",
        )
        hits = [
            Hit(one["hash"], one["documento"], one["articulo"], 1.0 - float(one["_additional"]["distance"]))
            for one in found
        ]
        return sorted(hits, key=lambda hit: (-hit.parecido, hit.hash))

    async def missing(self, hashes: Sequence[str]) -> set[str]:
        """Which have no vector here."""
        return set(hashes) - await self.hashes()

    async def forget(self, hashes: Sequence[str]) -> None:
        """Remove them one by one; 404 means that it was not there."""
        await self._collection()
        for content in hashes:
            await self._send("DELETE", f"/v1/objects/{self._class}/{self._id(content)}", None, absent_ok=True)

    async def hashes(self) -> set[str]:
        """Every content of the collection, page by page (the cursor API)."""
        await self._collection()
        found: set[str] = set()
        after = ""
        while True:
            page = await self._get(f'limit: {_PAGE}, after: "{after}"', "hash _additional { id }")
            found |= {one["hash"] for one in page}
            if len(page) < _PAGE:
                return found
            after = page[-1]["_additional"]["id"]

    async def _get(self, arguments: str, fields: str) -> list[dict[str, Any]]:
        query = f"{{ Get {{ {self._class}({arguments}) {{ {fields} }} }} }}"
        told = await self._send("POST", "/v1/graphql", {"query": query})
        if told.get("errors"):
            raise VectorStoreError(f"Weaviate responde: «{told['errors'][0].get('message', '')[:200]}».")
        rows: list[dict[str, Any]] = told["data"]["Get"][self._class] or []
        return rows

    async def _collection(self) -> None:
        """Make the collection once, without a vectorizer of the server's own."""
        if self._ready:
            return
        if await self._send("GET", f"/v1/schema/{self._class}", None, absent_ok=True) is None:
            await self._send(
                "POST",
                "/v1/schema",
                {
                    "class": self._class,
                    "vectorizer": "none",
                    "vectorIndexConfig": {"distance": "cosine"},
                    "properties": [
                        {"name": name, "dataType": ["text"], "tokenization": "field"} for name in _FIELDS
                    ],
                },
                already_ok=True,
            )
        self._ready = True

    async def _send(
        self,
        method: str,
        path: str,
        body: Mapping[str, Any] | None,
        *,
        absent_ok: bool = False,
        already_ok: bool = False,
    ) -> Any:
        try:
            answer = await self._http.request(method, path, json=body)
        except httpx.HTTPError as error:
            raise VectorStoreError(f"No se pudo llegar a Weaviate ({type(error).__name__}).") from None
        if answer.status_code == 404 and absent_ok:
            return None
        if answer.status_code == 422 and already_ok and "already exists" in answer.text:
            return None
        if answer.status_code in {401, 403}:
            raise VectorStoreError("Weaviate no acepta la llave: revise SIEA_WEAVIATE_API_KEY.")
        if answer.status_code >= 400:
            raise VectorStoreError(f"Weaviate responde HTTP {answer.status_code}: «{answer.text[:200]}».")
        return answer.json() if answer.content else {}


def _where(filtro: Filtro) -> str:
    groups = [
        _any_of(name, values)
        for name, values in (
            ("estado", filtro.estados), ("tipo", filtro.tipos), ("documento", filtro.documentos)
        )
        if values
    ]  # fmt: skip
    return f"{{operator: And, operands: [{', '.join(groups)}]}}"


def _any_of(name: str, values: frozenset[str]) -> str:
    told = ", ".join(
        f'{{path: ["{name}"], operator: Equal, valueText: {json.dumps(value, ensure_ascii=False)}}}'
        for value in sorted(values)
    )
    return f"{{operator: Or, operands: [{told}]}}"
