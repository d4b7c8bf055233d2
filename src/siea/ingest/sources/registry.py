"""What every source of data is to the pipeline, and the list of them."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, Protocol

import polars as pl

from siea.domain.catalogo import Variable

# One shape for what is parsed and not yet understood: text as received, every version. A row has the values
# of one local day (or month) of one entity: those of consecutive hours from ``hora`` (1…24) on, or a single
# one of the whole day or month (``hora`` null). Times of publication are text too.
BRONZE: dict[str, pl.DataType] = {
    "entidad_tipo": pl.String(),
    "entidad": pl.String(),
    "dimension": pl.String(),
    "dia": pl.String(),
    "hora": pl.Int16(),
    "valores": pl.List(pl.String()),
    "version": pl.String(),
    "publicado_en": pl.String(),
    "marcas": pl.List(pl.String()),
}


@dataclass(frozen=True, slots=True)
class Request:
    """One question to a source: a variable and local days, both ends included.

    ``peticion`` is what identifies it in the batch record, as sent; ``unidad`` is the unit of the answer.
    """

    fuente: str
    variable: Variable
    first: date
    last: date
    peticion: Mapping[str, Any]
    unidad: str


@dataclass(frozen=True, slots=True)
class Answer:
    """What a source sent, byte for byte. ``document`` is its JSON when that was already decoded."""

    body: bytes
    received_at: datetime
    extension: str
    document: Any = None


@dataclass(frozen=True, slots=True)
class Bronze:
    """Rows in the shape ``BRONZE`` and remarks about the answer (unknown keys, for instance)."""

    frame: pl.DataFrame
    notas: tuple[str, ...] = field(default=())

    @property
    def cuantos(self) -> int:
        """How many values there are, gaps included."""
        return int(self.frame["valores"].list.len().sum())


class Source(Protocol):
    """A publisher of data. Its errors are ``SourceError``."""

    name: str
    etiqueta: str | None  # a label that its data carry on screen

    async def requests(self, variable: Variable, first: date, last: date) -> list[Request]:
        """The questions that cover the days, in order, disjoint, none longer than the source allows."""
        ...

    async def fetch(self, request: Request) -> Answer:
        """Ask; the answer is not interpreted yet."""
        ...

    def parse(self, request: Request, answer: Answer) -> Bronze:
        """Understand the shape of the answer, nothing of its meaning."""
        ...
