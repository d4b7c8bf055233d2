"""The fact tables as data, for the code that treats them all alike: loading, reading, partitions."""

from dataclasses import dataclass
from datetime import date

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from siea.domain.catalogo import SISTEMA
from siea.domain.tiempo import day_start
from siea.store.locks import Lock


@dataclass(frozen=True, slots=True)
class FactTable:
    """One fact table. ``entity_column`` is None where every row is of the whole system."""

    name: str
    value_column: str
    entity_column: str | None = None

    @property
    def key_columns(self) -> tuple[str, ...]:
        """Columns of the primary key, in its order."""
        if self.entity_column is None:
            return ("variable", "fecha")
        return ("variable", "entidad_tipo", self.entity_column, "dimension", "fecha")


FACTS: dict[str, FactTable] = {
    table.name: table
    for table in (
        FactTable("demanda_nacional", "demanda_gwh"),
        FactTable("precios", "precio_cop_kwh"),
        FactTable("generacion", "generacion_gwh", "recurso"),
        FactTable("perdidas", "perdidas_gwh", "or_id"),
        FactTable("demanda_or", "demanda_gwh", "or_id"),
        FactTable("aportes", "aporte_gwh", "rio"),
        FactTable("embalses", "energia_gwh", "embalse"),
        FactTable("observaciones", "valor", "entidad"),
    )
}


@dataclass(frozen=True, slots=True)
class Entity:
    """Which series of a variable: by default the whole system."""

    tipo: str = SISTEMA
    entidad: str = SISTEMA
    dimension: str = ""


_PARTITIONS = text(
    "SELECT p.relkind = 'p', coalesce(array_agg(c.relname) FILTER (WHERE c.oid IS NOT NULL), '{}')"
    " FROM pg_class p LEFT JOIN pg_inherits i ON i.inhparent = p.oid"
    " LEFT JOIN pg_class c ON c.oid = i.inhrelid"
    " WHERE p.oid = to_regclass(:table) GROUP BY p.relkind"
)


async def ensure_partitions(conn: AsyncConnection, table: FactTable, first: date, last: date) -> None:
    """Make the yearly partitions of *table* for the local days *first* to *last*; nothing where it has none.

    Call it in a short transaction of its own, before the load: it locks the table for an instant. Rows of
    those years that lie in the default partition move to theirs.
    """
    wanted = range(first.year, last.year + 1)
    if not await _missing(conn, table, wanted):
        return
    await conn.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": Lock.PARTITIONS})
    for year in await _missing(conn, table, wanted):
        start, end = day_start(date(year, 1, 1)), day_start(date(year + 1, 1, 1))
        # A name made of our own table's and a number, never of input.
        part = f"{table.name}_{year}"
        await conn.execute(text(f"CREATE TABLE {part} (LIKE {table.name} INCLUDING DEFAULTS)"))
        moved = f"DELETE FROM {table.name}_otros WHERE fecha >= :start AND fecha < :end RETURNING *"  # noqa: S608 - names of our own tables and columns
        await conn.execute(
            text(f"WITH movidas AS ({moved}) INSERT INTO {part} SELECT * FROM movidas"),  # noqa: S608 - names of our own tables and columns
            {"start": start, "end": end},
        )
        await conn.execute(
            text(
                f"ALTER TABLE {table.name} ATTACH PARTITION {part} "
                f"FOR VALUES FROM ('{start.isoformat()}') TO ('{end.isoformat()}')"
            )
        )


async def _missing(conn: AsyncConnection, table: FactTable, years: range) -> list[int]:
    row = (await conn.execute(_PARTITIONS, {"table": table.name})).one()
    if not row[0]:
        return []
    return [year for year in years if f"{table.name}_{year}" not in row[1]]
