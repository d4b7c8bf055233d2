"""Cutting of documents by article."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from siea.ingest.sources.registry import Documento


@dataclass(frozen=True, slots=True)
class Fragmento:
    """One piece of a document."""

    orden: int
    articulo: str
    titulo: str
    texto: str
    estado: str
    detalle: Mapping[str, Any]
    hash: str


def cortar(documento: Documento) -> list[Fragmento]:
    """Pieces of *documento*."""
    raise NotImplementedError
