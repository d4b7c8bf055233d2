"""Fact tables: one current value for each variable, entity and instant; revisions beside them."""

from datetime import datetime

from sqlalchemy import BigInteger, Boolean, Index, Text, desc, text
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import Mapped, mapped_column

from siea.store.models.base import Base, Clave


class Hecho:
    """What every fact row tells beside its key and its value.

    ``fecha`` is the start of the interval in UTC; a null value is a gap that the source left.
    """

    fecha: Mapped[datetime] = mapped_column(primary_key=True, sort_order=10)
    version: Mapped[str] = mapped_column(Text, server_default="", sort_order=30)
    publicado_en: Mapped[datetime] = mapped_column(sort_order=31)
    carga_id: Mapped[int] = mapped_column(BigInteger, sort_order=32)
    provisional: Mapped[bool] = mapped_column(Boolean, server_default=text("false"), sort_order=33)
    marcas: Mapped[list[str]] = mapped_column(ARRAY(Text), server_default=text("'{}'"), sort_order=34)


class DemandaNacional(Hecho, Base):
    """Energy demand of the whole system, GWh in the interval."""

    __tablename__ = "demanda_nacional"
    __table_args__ = (Index("idx_demanda_fecha", desc("fecha")),)

    variable: Mapped[Clave]
    demanda_gwh: Mapped[float | None] = mapped_column(sort_order=20)


class Precio(Hecho, Base):
    """Prices of the whole market, COP/kWh."""

    __tablename__ = "precios"

    variable: Mapped[Clave]
    precio_cop_kwh: Mapped[float | None] = mapped_column(sort_order=20)


class Generacion(Hecho, Base):
    """Generation by resource, GWh in the interval."""

    __tablename__ = "generacion"

    variable: Mapped[Clave]
    entidad_tipo: Mapped[Clave]
    recurso: Mapped[Clave]
    dimension: Mapped[Clave]
    generacion_gwh: Mapped[float | None] = mapped_column(sort_order=20)


class Perdida(Hecho, Base):
    """Losses by network operator, GWh in the interval."""

    __tablename__ = "perdidas"
    __table_args__ = (Index("idx_perdidas_or_fecha", "or_id", desc("fecha")),)

    variable: Mapped[Clave]
    entidad_tipo: Mapped[Clave]
    or_id: Mapped[Clave]
    dimension: Mapped[Clave]
    perdidas_gwh: Mapped[float | None] = mapped_column(sort_order=20)


class DemandaOr(Hecho, Base):
    """Demand by network operator, GWh in the interval."""

    __tablename__ = "demanda_or"

    variable: Mapped[Clave]
    entidad_tipo: Mapped[Clave]
    or_id: Mapped[Clave]
    dimension: Mapped[Clave]
    demanda_gwh: Mapped[float | None] = mapped_column(sort_order=20)


class Aporte(Hecho, Base):
    """Inflows by river, as the energy they are worth, GWh in the interval."""

    __tablename__ = "aportes"

    variable: Mapped[Clave]
    entidad_tipo: Mapped[Clave]
    rio: Mapped[Clave]
    dimension: Mapped[Clave]
    aporte_gwh: Mapped[float | None] = mapped_column(sort_order=20)


class Embalse(Hecho, Base):
    """Energy stored, or that can be stored, by reservoir, GWh."""

    __tablename__ = "embalses"

    variable: Mapped[Clave]
    entidad_tipo: Mapped[Clave]
    embalse: Mapped[Clave]
    dimension: Mapped[Clave]
    energia_gwh: Mapped[float | None] = mapped_column(sort_order=20)


class Observacion(Hecho, Base):
    """Any other metric of the catalogue, in the unit that the catalogue tells."""

    __tablename__ = "observaciones"

    variable: Mapped[Clave]
    entidad_tipo: Mapped[Clave]
    entidad: Mapped[Clave]
    dimension: Mapped[Clave]
    valor: Mapped[float | None] = mapped_column(sort_order=20)


class Revision(Base):
    """A value that was replaced: current in ``[publicado_en, vigente_hasta)``."""

    __tablename__ = "revisiones"

    variable: Mapped[Clave]
    entidad_tipo: Mapped[Clave]
    entidad: Mapped[Clave]
    dimension: Mapped[Clave]
    fecha: Mapped[datetime] = mapped_column(primary_key=True)
    version: Mapped[Clave]
    publicado_en: Mapped[datetime] = mapped_column(primary_key=True)
    vigente_hasta: Mapped[datetime]
    valor: Mapped[float | None]
    provisional: Mapped[bool]
    carga_id: Mapped[int] = mapped_column(BigInteger)
