"""Vectors of the fragments of documents: where they are, what makes them, how the index is kept whole."""

from siea.store.vectores.base import Filtro, Hit, VectorItem, VectorStore, VectorStoreError

__all__ = ["Filtro", "Hit", "VectorItem", "VectorStore", "VectorStoreError"]
