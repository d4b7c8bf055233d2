"""Batches, their quality, their rejects, and what is known of each variable."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, Index, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from siea.store.models.base import Ahora, Base, Clave, Entero, Id


class Carga(Base):
    """One batch: the answer to one request, loaded in one transaction.

    ``id`` has no gaps: the largest plus one, taken under the lock of the load. ``peticion`` is the request.
    """

    __tablename__ = "cargas"
    __table_args__ = (
        # The same answer to the same request is loaded once.
        Index(
            "uq_cargas_respuesta",
            "fuente",
            "conjunto",
            "variable",
            "entidad_tipo",
            text("md5(peticion::text)"),
            "sha256",
            unique=True,
        ),
        Index("idx_cargas_variable", "variable", "entidad_tipo", "id"),
    )

    id: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    fuente: Mapped[str]
    conjunto: Mapped[str]
    variable: Mapped[str]
    entidad_tipo: Mapped[str]
    peticion: Mapped[dict[str, Any]] = mapped_column(JSONB)
    origen: Mapped[str]
    sha256: Mapped[str]
    recibido_en: Mapped[datetime]
    codigo_version: Mapped[str]
    desde: Mapped[date]
    hasta: Mapped[date]
    filas_recibidas: Mapped[Entero] = mapped_column(server_default="0")
    filas_guardadas: Mapped[Entero] = mapped_column(server_default="0")
    filas_iguales: Mapped[Entero] = mapped_column(server_default="0")
    filas_revisadas: Mapped[Entero] = mapped_column(server_default="0")
    filas_rechazadas: Mapped[Entero] = mapped_column(server_default="0")
    calidad: Mapped[float | None]
    estado: Mapped[str]
    terminado_en: Mapped[datetime | None]
    etiqueta: Mapped[str | None]


class Calidad(Base):
    """Score of one dimension of quality of one batch, 0…100."""

    __tablename__ = "calidad"

    carga_id: Mapped[int] = mapped_column(
        BigInteger, ForeignKey("cargas.id", ondelete="CASCADE"), primary_key=True
    )
    dimension: Mapped[Clave]
    puntaje: Mapped[float | None]
    detalle: Mapped[dict[str, Any]] = mapped_column(JSONB, server_default=text("'{}'"))


class Cuarentena(Base):
    """A row that failed validation, as it came, and why; what a person decided on it, and who."""

    __tablename__ = "cuarentena"
    __table_args__ = (
        Index("idx_cuarentena_carga", "carga_id"),
        Index("idx_cuarentena_retenida", "id", postgresql_where=text("estado = 'retenida'")),
        CheckConstraint(
            "estado IN ('retenida', 'liberada', 'corregida', 'descartada')", name="ck_cuarentena_estado"
        ),
    )

    id: Mapped[Id]
    carga_id: Mapped[int] = mapped_column(BigInteger, ForeignKey("cargas.id", ondelete="CASCADE"))
    fila: Mapped[dict[str, Any]] = mapped_column(JSONB)
    motivo: Mapped[str]
    creado_en: Mapped[Ahora]
    estado: Mapped[str] = mapped_column(server_default="retenida")
    decidida_por: Mapped[str | None]
    decidida_en: Mapped[datetime | None]
    nota: Mapped[str | None]


class EstadoVariable(Base):
    """What is loaded of one variable of one kind of entity; kept in the transaction of each load."""

    __tablename__ = "estado_variables"

    variable: Mapped[Clave]
    entidad_tipo: Mapped[Clave]
    ultima_carga_id: Mapped[int] = mapped_column(BigInteger)
    primera_fecha: Mapped[datetime | None]
    ultima_fecha: Mapped[datetime | None]
    ultimo_dia_cerrado: Mapped[date | None]
    actualizado_en: Mapped[datetime]
    etiqueta: Mapped[str | None]


class Agregado(Base):
    """Up to which batch a stored aggregate is computed: behind it, readers use the facts."""

    __tablename__ = "agregados"

    vista: Mapped[Clave]
    ultima_carga_id: Mapped[int] = mapped_column(BigInteger)
    actualizado_en: Mapped[Ahora]
