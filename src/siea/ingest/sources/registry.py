"""What every source of data is to the pipeline, and the list of them: add a source at ``NOMBRES``."""

import importlib
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum
from pathlib import Path
from typing import Any, Protocol, cast, runtime_checkable

import polars as pl

from siea.domain.catalogo import Variable
from siea.ingest.http import HttpClient

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
    The answer to one that is ``personal`` is kept encrypted.
    """

    fuente: str
    variable: Variable
    first: date
    last: date
    peticion: Mapping[str, Any]
    unidad: str
    personal: bool = False


@dataclass(frozen=True, slots=True)
class Answer:
    """What a source sent, byte for byte. ``document`` is its JSON when that was already decoded.

    A big answer lies in the file ``archivo`` and ``body`` is empty. ``nota`` tells what the bytes alone do
    not (which page of a site they are), and is kept beside them.
    """

    body: bytes
    received_at: datetime
    extension: str
    document: Any = None
    archivo: Path | None = None
    nota: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Bronze:
    """Rows in the shape ``BRONZE`` and remarks about the answer (unknown keys, for instance)."""

    frame: pl.DataFrame
    notas: tuple[str, ...] = field(default=())

    @property
    def cuantos(self) -> int:
        """How many values there are, gaps included."""
        return int(self.frame["valores"].list.len().sum())


class Clase(StrEnum):
    """What a set of data is made of."""

    SERIES = "series"
    ENTIDADES = "entidades"
    DOCUMENTOS = "documentos"
    NOTICIAS = "noticias"


@dataclass(frozen=True, slots=True)
class Conjunto:
    """A set of data that a source gives: how often it is renewed, and how many days late.

    ``forma`` are the names (fields, columns, keys) that our code reads in an answer. ``personal``: its raw
    answers hold personal data, so they are kept encrypted and every reading of them is audited.
    """

    nombre: str
    clase: Clase
    descripcion: str
    frecuencia: str
    rezago_dias: int
    forma: frozenset[str]
    personal: bool = False


@dataclass(frozen=True, slots=True)
class Fuente:
    """A publisher, as its file declares it. ``abrir`` makes the source object from (client, base address)."""

    nombre: str
    titulo: str
    base: str
    licencia: str
    por_minuto: int
    conjuntos: tuple[Conjunto, ...]
    abrir: Callable[[HttpClient, str], Any]

    def conjunto(self, nombre: str) -> Conjunto:
        """The set of that name. Raises KeyError."""
        return next((c for c in self.conjuntos if c.nombre == nombre), None) or _no_set(self, nombre)


# Each is a module of this package with its ``FUENTE``; read when first needed.
NOMBRES = (
    "xm", "simem", "xm_libros", "ido", "paratec", "datos_gov", "sui", "creg", "leyes", "upme_normas",
    "upme_demanda", "minenergia", "dane", "banrep", "noaa", "noticias",
)  # fmt: skip


def fuente(nombre: str) -> Fuente:
    """The source of that name. Raises KeyError."""
    if nombre not in NOMBRES:
        raise KeyError(nombre)
    found: Fuente = importlib.import_module(f"siea.ingest.sources.{nombre}").FUENTE
    return found


def _no_set(fuente: Fuente, nombre: str) -> Conjunto:
    raise KeyError(f"{fuente.nombre} has no set {nombre!r}")


@dataclass(frozen=True, slots=True)
class Entidad:
    """One entry of a list that is kept: an agent, a plant, a municipality. Codes are text."""

    tipo: str
    codigo: str
    nombre: str
    atributos: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Documento:
    """A norm or a report. ``estado``: vigente, modificada, derogada, proyecto or desconocido.

    ``texto`` is the whole text, empty when the source gives only the entry of a list.
    """

    clave: str
    tipo: str
    numero: str
    anio: int | None
    fecha: date | None
    titulo: str
    emisor: str
    url: str
    estado: str
    texto: str
    licencia: str


@dataclass(frozen=True, slots=True)
class Noticia:
    """A headline. ``fecha_supuesta``: '' (told by the feed), «zona» (without zone), «recepcion» (untold)."""

    medio: str
    titulo: str
    enlace: str
    publicada_en: datetime
    fecha_supuesta: str
    resumen: str


class RecordSource(Protocol):
    """A publisher of lists, documents or news. Its errors are ``SourceError``."""

    name: str

    def pages(self, conjunto: str) -> AsyncIterator[Answer]:
        """Every answer that makes up the set, in order; not interpreted yet."""
        ...

    def records(
        self, conjunto: str, answer: Answer
    ) -> Sequence[Entidad] | Sequence[Documento] | Sequence[Noticia]:
        """What one answer says. Raises ContractViolationError when its shape is not the documented one."""
        ...


@dataclass(frozen=True, slots=True)
class Entorno:
    """What an installation gives to sources that need it: keys by name, and access tokens by source."""

    llave: Callable[[str], bytes]
    tokens: Mapping[str, str]


@runtime_checkable
class Configurable(Protocol):
    """A source that needs a key or takes a token."""

    def configurar(self, entorno: Entorno) -> None:
        """Take what is needed; called once, before anything is asked."""
        ...


class _Marked(Protocol):
    async def marca(self, conjunto: str) -> str | None: ...


async def mark_of(source: object, conjunto: str) -> str | None:
    """The change marker of a set, where its source has a cheap one; None elsewhere. Raises SourceError."""
    if not hasattr(source, "marca"):
        return None
    marked = cast("_Marked", source)
    return await marked.marca(conjunto)


class Source(Protocol):
    """A publisher of series. Its errors are ``SourceError``."""

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
