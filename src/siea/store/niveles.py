"""The three levels of time series support that a PostgreSQL can have."""

from enum import StrEnum

from sqlalchemy import Connection, text


class Nivel(StrEnum):
    """What stores the series: queries are the same on all."""

    NINGUNO = "ninguno"
    """Plain PostgreSQL: yearly partitions, materialized views."""
    APACHE = "apache"
    """TimescaleDB, Apache edition: hypertables, materialized views."""
    COMPLETO = "completo"
    """TimescaleDB, full edition: also continuous aggregates and compression."""


def available(conn: Connection) -> Nivel:
    """The best level that the server offers; creates the extension where its library is loaded.

    The licence is a setting of the library of the extension's version, which a database has only once the
    extension is created; and it cannot be created when the server was not started with it.
    """
    loaded = conn.execute(
        text(
            "SELECT current_setting('timescaledb.license', true) IS NOT NULL"
            " OR current_setting('shared_preload_libraries') LIKE '%timescaledb%'"
            " FROM pg_available_extensions WHERE name = 'timescaledb'"
        )
    ).scalar()
    if not loaded:
        return Nivel.NINGUNO
    conn.execute(text("CREATE EXTENSION IF NOT EXISTS timescaledb"))
    licence = conn.execute(text("SELECT current_setting('timescaledb.license')")).scalar_one()
    return Nivel.APACHE if licence == "apache" else Nivel.COMPLETO


def level(conn: Connection) -> Nivel | None:
    """The level that this database was migrated with; None before the first migration."""
    row = conn.execute(
        text(
            "SELECT t.relkind = 'p', v.relkind = 'm' FROM pg_class t, pg_class v"
            " WHERE t.oid = to_regclass('demanda_nacional') AND v.oid = to_regclass('demanda_diaria')"
        )
    ).first()
    if row is None:
        return None
    if row[0]:
        return Nivel.NINGUNO
    return Nivel.APACHE if row[1] else Nivel.COMPLETO
