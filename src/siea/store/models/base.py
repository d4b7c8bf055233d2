"""Column types that every table shares."""

from datetime import datetime
from typing import Annotated, Any

from sqlalchemy import BigInteger, DateTime, Dialect, Double, Identity, Text, TypeDecorator, text
from sqlalchemy.dialects.postgresql import ARRAY, JSONB
from sqlalchemy.orm import DeclarativeBase, mapped_column


class Instant(TypeDecorator[datetime]):
    """``timestamptz``. Refuses a naive instant, which the driver would read in the host's zone."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is not None and value.tzinfo is None:
            raise ValueError(f"naive instant {value.isoformat()}: give it an offset")
        return value


class Base(DeclarativeBase):
    """Text is ``text``, a float is ``double precision``, an instant is always ``timestamptz``."""

    type_annotation_map = {  # noqa: RUF012 - read once by SQLAlchemy
        str: Text,
        float: Double,
        datetime: Instant,
        dict[str, Any]: JSONB,
        list[str]: ARRAY(Text),
    }


Id = Annotated[int, mapped_column(BigInteger, Identity(always=True), primary_key=True)]
Entero = Annotated[int, mapped_column(BigInteger)]
Clave = Annotated[str, mapped_column(Text, primary_key=True)]
Ahora = Annotated[datetime, mapped_column(Instant, server_default=text("now()"))]
