"""Migrations: from nothing to the models, twice, at once."""

import asyncio
from typing import Any

from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from sqlalchemy import Connection, text
from sqlalchemy.ext.asyncio import AsyncEngine

from siea.domain.catalogo import variables
from siea.store import migrate
from siea.store.database import make_engine
from siea.store.models import Base
from siea.store.niveles import Nivel

INDICES = {
    "idx_demanda_fecha": "ON ONLY public.demanda_nacional USING btree (fecha DESC)",
    "idx_perdidas_or_fecha": "ON public.perdidas USING btree (or_id, fecha DESC)",
}


async def test_an_empty_database_comes_up_to_the_head_and_stays_there(empty_database_url: str) -> None:
    engine = make_engine(empty_database_url)
    assert await migrate.upgrade(engine) is Nivel.NINGUNO
    async with engine.connect() as conn:
        assert await conn.scalar(text("SELECT version_num FROM alembic_version")) == migrate.head()
    assert await migrate.upgrade(engine) is Nivel.NINGUNO
    await engine.dispose()


async def test_processes_that_migrate_at_once_wait_for_one_another(empty_database_url: str) -> None:
    engines = [make_engine(empty_database_url) for _ in range(3)]
    assert await asyncio.gather(*map(migrate.upgrade, engines)) == [Nivel.NINGUNO] * 3
    for engine in engines:
        await engine.dispose()


def _differences(conn: Connection) -> list[Any]:
    # Partitions and indices on expressions are no business of the models.
    def ours(_: object, name: str | None, kind: str, reflected: bool, *__: object) -> bool:
        return not (kind == "table" and reflected and str(name) not in Base.metadata.tables)

    context = MigrationContext.configure(
        conn, opts={"include_object": ours, "compare_type": True, "compare_server_default": False}
    )
    return compare_metadata(context, Base.metadata)


async def test_what_the_migrations_make_is_what_the_models_say(engine: AsyncEngine) -> None:
    async with engine.connect() as conn:
        assert await conn.run_sync(_differences) == []


async def test_the_indices_of_the_specification_are_there(engine: AsyncEngine) -> None:
    async with engine.connect() as conn:
        found = dict((await conn.execute(text("SELECT indexname, indexdef FROM pg_indexes"))).all())
    for name, definition in INDICES.items():
        assert found[name].endswith(definition)


async def test_the_catalogue_is_in_the_database_and_follows_the_code(engine: AsyncEngine) -> None:
    async with engine.begin() as conn:
        await conn.execute(text("UPDATE variables SET nombre = 'antiguo' WHERE codigo = 'DemaSIN'"))
        await conn.execute(text("DELETE FROM variables WHERE codigo = 'ONI'"))
    await migrate.upgrade(engine)
    async with engine.connect() as conn:
        rows = await conn.execute(text("SELECT codigo, entidad_tipo, nombre, resolucion FROM variables"))
        found = {tuple(row) for row in rows}
    assert found == {(v.codigo, v.entidad, v.nombre, v.resolucion.value) for v in variables()}
