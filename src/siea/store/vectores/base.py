"""What a store of vectors does, whichever it is; one suite of tests holds for all."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np
import numpy.typing as npt

DIMENSION = 384
# Law that holds. What was law, what is said of it and what is a draft come only when they are asked for.
EN_VIGOR = frozenset({"vigente", "modificado"})
Vector = npt.NDArray[np.float32]


class VectorStoreError(Exception):
    """The store cannot do what it was asked; the message is a Spanish sentence."""


@dataclass(frozen=True, slots=True)
class VectorItem:
    """The vector of one content (``hash``), and what it may be filtered by."""

    hash: str
    vector: Vector
    documento: str
    articulo: str
    estado: str
    tipo: str


@dataclass(frozen=True, slots=True)
class Filtro:
    """Which fragments may be found: by state, and by kind or key of the document (empty: any)."""

    estados: frozenset[str] = EN_VIGOR
    tipos: frozenset[str] = frozenset()
    documentos: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Hit:
    """A fragment found, and how near (cosine, −1…1)."""

    hash: str
    documento: str
    articulo: str
    parecido: float


class VectorStore(Protocol):
    """Keeps one vector for each content. Everything may be done twice."""

    async def upsert(self, items: Sequence[VectorItem]) -> None:
        """Keep *items*; one that is there is brought up to date. Raises VectorStoreError."""
        ...

    async def search(self, vector: Vector, k: int, filtro: Filtro) -> list[Hit]:
        """The *k* nearest that the filter lets through, the nearest first."""
        ...

    async def missing(self, hashes: Sequence[str]) -> set[str]:
        """Which of *hashes* have no vector here."""
        ...

    async def forget(self, hashes: Sequence[str]) -> None:
        """Remove them; those that are not there do not matter."""
        ...

    async def hashes(self) -> set[str]:
        """Every content that has a vector here."""
        ...


def unit(vector: Vector) -> Vector:
    """*vector* with length one. Raises VectorStoreError on another dimension or a vector of zeros."""
    flat = np.asarray(vector, dtype=np.float32).reshape(-1)
    if flat.shape != (DIMENSION,):
        raise VectorStoreError(f"El vector tiene {flat.size} dimensiones y el índice es de {DIMENSION}.")
    length = float(np.linalg.norm(flat))
    if not np.isfinite(length) or length == 0.0:
        raise VectorStoreError("El vector no apunta a ninguna parte (todo ceros, o no son números).")
    return flat / np.float32(length)
