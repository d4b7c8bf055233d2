"""Lists that are kept, documents and their fragments, news, and what is known of each source."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import BigInteger, ForeignKey, Index, Integer, UniqueConstraint, desc, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from siea.store.models.base import Ahora, Base, Clave, Id


class Entidad(Base):
    """An agent, plant, reservoir, municipality… as a source lists it now; a quiet day erases nothing."""

    __tablename__ = "entidades"

    tipo: Mapped[Clave]
    codigo: Mapped[Clave]
    fuente: Mapped[Clave]
    nombre: Mapped[str]
    atributos: Mapped[dict[str, Any]] = mapped_column(JSONB, server_default=text("'{}'"))
    primera_vez: Mapped[date]
    ultima_vez: Mapped[date]
    vigente_desde: Mapped[datetime]
    carga_id: Mapped[int] = mapped_column(BigInteger)


class EntidadHistoria(Base):
    """What a source said before of an entity, in ``[vigente_desde, vigente_hasta)``."""

    __tablename__ = "entidades_historia"

    tipo: Mapped[Clave]
    codigo: Mapped[Clave]
    fuente: Mapped[Clave]
    vigente_desde: Mapped[datetime] = mapped_column(primary_key=True)
    vigente_hasta: Mapped[datetime]
    nombre: Mapped[str]
    atributos: Mapped[dict[str, Any]] = mapped_column(JSONB)
    carga_id: Mapped[int] = mapped_column(BigInteger)


class Documento(Base):
    """A norm or a report. ``estado``: vigente, modificada, derogada, proyecto or desconocido."""

    __tablename__ = "documentos"
    __table_args__ = (Index("idx_documentos_tipo", "tipo", "anio"),)

    id: Mapped[Id]
    clave: Mapped[str] = mapped_column(unique=True)
    tipo: Mapped[str]
    numero: Mapped[str]
    anio: Mapped[int | None] = mapped_column(Integer)
    fecha: Mapped[date | None]
    titulo: Mapped[str]
    emisor: Mapped[str]
    url: Mapped[str]
    estado: Mapped[str]
    texto: Mapped[str]
    licencia: Mapped[str]
    sha256: Mapped[str]
    fuente: Mapped[str]
    carga_id: Mapped[int] = mapped_column(BigInteger)
    obtenido_en: Mapped[datetime]


class Fragmento(Base):
    """A piece of a document, by article. ``estado`` tells current law from what it was or is said of it."""

    __tablename__ = "fragmentos"
    __table_args__ = (
        UniqueConstraint("documento_id", "orden", name="uq_fragmentos_orden"),
        Index("idx_fragmentos_hash", "hash"),
    )

    id: Mapped[Id]
    documento_id: Mapped[int] = mapped_column(BigInteger, ForeignKey("documentos.id", ondelete="CASCADE"))
    orden: Mapped[int] = mapped_column(Integer)
    articulo: Mapped[str]
    titulo: Mapped[str]
    texto: Mapped[str]
    estado: Mapped[str]
    detalle: Mapped[dict[str, Any]] = mapped_column(JSONB, server_default=text("'{}'"))
    hash: Mapped[str]


class Noticia(Base):
    """A headline with its link and a short summary; never the article."""

    __tablename__ = "noticias"
    __table_args__ = (Index("idx_noticias_publicada", desc("publicada_en")),)

    id: Mapped[Id]
    medio: Mapped[str]
    titulo: Mapped[str]
    enlace: Mapped[str] = mapped_column(unique=True)
    publicada_en: Mapped[datetime]
    fecha_supuesta: Mapped[str]
    resumen: Mapped[str]
    fuente: Mapped[str]
    carga_id: Mapped[int] = mapped_column(BigInteger)
    obtenida_en: Mapped[datetime]


class EstadoFuente(Base):
    """How the last questions to a set of a source went; ``marca``: its change marker when last loaded."""

    __tablename__ = "estado_fuentes"

    fuente: Mapped[Clave]
    conjunto: Mapped[Clave]
    marca: Mapped[str | None]
    consultado_en: Mapped[datetime]
    ultimo_exito: Mapped[datetime | None]
    ultimo_error: Mapped[str | None]
    fallos_seguidos: Mapped[int] = mapped_column(Integer, server_default="0")
    ultima_fecha: Mapped[date | None]


class VersionLiquidacion(Base):
    """A settlement version of the operator: the days it covers and when it was published."""

    __tablename__ = "versiones_liquidacion"

    version: Mapped[Clave]
    desde: Mapped[date] = mapped_column(primary_key=True)
    hasta: Mapped[date] = mapped_column(primary_key=True)
    publicado_en: Mapped[datetime]
    maxima: Mapped[bool]


class Hallazgo(Base):
    """A defect that the quality judge found; open until it is no longer found."""

    __tablename__ = "hallazgos"
    __table_args__ = (
        Index(
            "uq_hallazgos_abierto",
            "regla", "variable", "entidad_tipo", "entidad", "dimension", "desde",
            unique=True,
            postgresql_nulls_not_distinct=True,
            postgresql_where=text("resuelto_en IS NULL"),
        ),
    )  # fmt: skip

    id: Mapped[Id]
    regla: Mapped[str]
    severidad: Mapped[str]
    variable: Mapped[str]
    entidad_tipo: Mapped[str]
    entidad: Mapped[str]
    dimension: Mapped[str]
    desde: Mapped[date | None]
    hasta: Mapped[date | None]
    cuantos: Mapped[int] = mapped_column(BigInteger)
    mensaje: Mapped[str]
    detalle: Mapped[dict[str, Any]] = mapped_column(JSONB, server_default=text("'{}'"))
    creado_en: Mapped[Ahora]
    resuelto_en: Mapped[datetime | None]


class CalidadDia(Base):
    """Score of one local day of a variable, 0…100, from the last batch that spoke of it."""

    __tablename__ = "calidad_dias"

    variable: Mapped[Clave]
    entidad_tipo: Mapped[Clave]
    dia: Mapped[date] = mapped_column(primary_key=True)
    puntaje: Mapped[float]
    detalle: Mapped[dict[str, Any]] = mapped_column(JSONB, server_default=text("'{}'"))
    carga_id: Mapped[int] = mapped_column(BigInteger)
