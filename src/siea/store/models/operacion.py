"""Alerts, forecasts, people, the audit trail, and the dimensions."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import BigInteger, CheckConstraint, Double, Index, SmallInteger, desc, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from siea.store.models.base import Ahora, Base, Clave, Id


class Alerta(Base):
    """An alert to send (the outbox). A cause has at most one open alert."""

    __tablename__ = "alertas"
    __table_args__ = (
        Index("uq_alertas_causa_abierta", "causa", unique=True, postgresql_where=text("resuelta_en IS NULL")),
        Index("idx_alertas_por_enviar", "id", postgresql_where=text("enviada_en IS NULL")),
    )

    id: Mapped[Id]
    creado_en: Mapped[Ahora]
    tipo: Mapped[str]
    severidad: Mapped[str]
    titulo: Mapped[str]
    detalle: Mapped[dict[str, Any]] = mapped_column(JSONB, server_default=text("'{}'"))
    causa: Mapped[str]
    carga_id: Mapped[int | None] = mapped_column(BigInteger)
    enviada_en: Mapped[datetime | None]
    resuelta_en: Mapped[datetime | None]


class Pronostico(Base):
    """One day of one forecast, GWh. ``origen`` is the last day whose data the model saw."""

    __tablename__ = "pronosticos"
    __table_args__ = (
        Index("idx_pronosticos_variable_generado", "variable", desc("generado_en")),
        Index("idx_pronosticos_variable_fecha", "variable", "fecha"),
    )

    id: Mapped[Id]
    variable: Mapped[str]
    origen: Mapped[date]
    generado_en: Mapped[datetime]
    modelo: Mapped[str]
    modelo_version: Mapped[str]
    fecha: Mapped[date]
    horizonte: Mapped[int] = mapped_column(SmallInteger)
    valor_gwh: Mapped[float]
    inferior_80: Mapped[float]
    superior_80: Mapped[float]
    inferior_95: Mapped[float]
    superior_95: Mapped[float]
    usuario: Mapped[str | None]


class Usuario(Base):
    """A person who may enter. ``clave_temporal``: the password serves only to set another one."""

    __tablename__ = "usuarios"
    __table_args__ = (CheckConstraint("rol IN ('viewer', 'analista', 'admin')", name="ck_usuarios_rol"),)

    id: Mapped[Id]
    usuario: Mapped[str] = mapped_column(unique=True)
    nombre: Mapped[str]
    rol: Mapped[str]
    clave_hash: Mapped[str]
    clave_temporal: Mapped[bool] = mapped_column(server_default=text("true"))
    activo: Mapped[bool] = mapped_column(server_default=text("true"))
    creado_en: Mapped[Ahora]
    ultimo_ingreso: Mapped[datetime | None]


class Auditoria(Base):
    """One access or change. Rows are added and read: triggers refuse anything else."""

    __tablename__ = "auditoria"
    __table_args__ = (Index("idx_auditoria_ocurrido", desc("ocurrido_en")),)

    id: Mapped[Id]
    ocurrido_en: Mapped[Ahora]
    actor: Mapped[str]
    accion: Mapped[str]
    recurso: Mapped[str]
    resultado: Mapped[str]
    ip: Mapped[str | None]
    agente: Mapped[str | None]
    filas: Mapped[int | None] = mapped_column(BigInteger)
    duracion_ms: Mapped[float | None]
    detalle: Mapped[dict[str, Any]] = mapped_column(JSONB, server_default=text("'{}'"))


class Recurso(Base):
    """A generating plant."""

    __tablename__ = "recursos"

    codigo: Mapped[Clave]
    nombre: Mapped[str]
    tecnologia: Mapped[str | None]
    combustible: Mapped[str | None]
    capacidad_mw: Mapped[float | None] = mapped_column(Double)
    departamento: Mapped[str | None]
    latitud: Mapped[float | None]
    longitud: Mapped[float | None]
    agente: Mapped[str | None]
    estado: Mapped[str | None]
    fuente: Mapped[str]


class VariableCatalogo(Base):
    """The catalogue of the domain, for the views and for people who ask in SQL; synced by the migration."""

    __tablename__ = "variables"

    codigo: Mapped[Clave]
    entidad_tipo: Mapped[Clave]
    nombre: Mapped[str]
    tabla: Mapped[str]
    unidad: Mapped[str]
    resolucion: Mapped[str]
    agregacion: Mapped[str]
