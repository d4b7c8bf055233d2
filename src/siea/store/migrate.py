"""Bring a database to the present schema, from code."""

from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, text
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncEngine

from siea.domain.catalogo import variables
from siea.store.locks import Lock
from siea.store.models import VariableCatalogo
from siea.store.niveles import Nivel, level

_MIGRATIONS = Path(__file__).parent / "migrations"


def _config(conn: Connection | None = None) -> Config:
    config = Config()
    config.set_main_option("script_location", str(_MIGRATIONS))
    config.set_main_option("path_separator", "os")
    config.attributes["connection"] = conn
    return config


def head() -> str:
    """Revision of the schema that this code needs."""
    found = ScriptDirectory.from_config(_config()).get_current_head()
    assert found is not None
    return found


async def upgrade(engine: AsyncEngine) -> Nivel:
    """Migrate to the newest schema and return the level of the database; all in one transaction.

    Processes that start together wait for one another. Quick when there is nothing to do.
    """
    async with engine.begin() as conn:
        return await conn.run_sync(_upgrade)


def _revision(conn: Connection) -> str | None:
    return MigrationContext.configure(conn).get_current_revision()


def _upgrade(conn: Connection) -> Nivel:
    conn.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": Lock.MIGRATE})
    if _revision(conn) != head():
        command.upgrade(_config(conn), "head")
    _sync_catalogue(conn)
    found = level(conn)
    assert found is not None
    return found


def _sync_catalogue(conn: Connection) -> None:
    columns = VariableCatalogo.__table__.columns
    rows = [
        {
            "codigo": v.codigo,
            "entidad_tipo": v.entidad,
            "nombre": v.nombre,
            "tabla": v.tabla,
            "unidad": v.unidad,
            "resolucion": str(v.resolucion),
            "agregacion": str(v.agregacion),
        }
        for v in variables()
    ]
    known = {tuple(row) for row in conn.execute(VariableCatalogo.__table__.select())}
    changed = [row for row in rows if tuple(row[c.name] for c in columns) not in known]
    if changed:
        statement = insert(VariableCatalogo)
        conn.execute(
            statement.on_conflict_do_update(
                index_elements=["codigo", "entidad_tipo"],
                set_={c.name: statement.excluded[c.name] for c in columns if not c.primary_key},
            ),
            changed,
        )
