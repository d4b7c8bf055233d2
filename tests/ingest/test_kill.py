"""A run killed at any step and run again leaves the same database and lake as one that nobody disturbed."""

import hashlib
import signal
import subprocess
import sys
from datetime import date
from pathlib import Path

import pytest
from sqlalchemy import text
from tests.conftest import fresh_database
from tests.ingest import matar
from tests.standins.xm import XmStandIn

from siea.store.database import make_engine

ROOT = Path(__file__).resolve().parents[2]
# The only instants that are the database's own, and numbers that it gives out even to what is rolled back.
OWN = {("agregados", "actualizado_en"), ("cuarentena", "id"), ("alertas", "id")}


def publish(xm: XmStandIn) -> None:
    """A value to reject in each range, and days that never come: quarantine, alert and questions in parts."""

    def edit(metric, day, entities):
        if metric == "DemaReal" and date(2024, 10, 3) <= day <= date(2024, 10, 16):
            return []
        if day.day in {5, 22}:
            first = entities[0]
            first.get("Values", first)["Hour05" if "Values" in first else "Value"] = "-5000000"
        return entities

    xm.edit = edit


def run_and_die(database: str, lake: Path, xm: str, step: str) -> int:
    """The exit code of another process that runs the pipeline and dies at *step*."""
    words = [sys.executable, "-m", "tests.ingest.matar", database, lake.as_uri(), xm, step]
    return subprocess.run(words, cwd=ROOT, check=False, timeout=120).returncode


async def content(database: str) -> dict[str, list[tuple[str, ...]]]:
    """Every row of every table and materialised view, without what is the database's own."""
    engine = make_engine(database)
    found = {}
    async with engine.connect() as conn:
        tables = await conn.scalars(
            text(
                "SELECT relname FROM pg_class WHERE relnamespace = 'public'::regnamespace"
                " AND relkind IN ('r', 'p', 'm') AND NOT relispartition"
            )
        )
        for table in tables.all():
            result = await conn.execute(text(f"SELECT * FROM {table}"))
            kept = [n for n, name in enumerate(result.keys()) if (table, name) not in OWN]
            found[table] = sorted(tuple(str(row[n]) for n in kept) for row in result)
    await engine.dispose()
    return found


def files(lake: Path) -> dict[str, str]:
    return {
        str(path.relative_to(lake)): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(lake.rglob("*"))
        # What was being written when the process died stays under a temporary name that nobody reads.
        if path.is_file() and path.suffix != ".parcial"
    }


@pytest.fixture(scope="module")
async def undisturbed(servers, admin_engine, template, tmp_path_factory):
    """Tables and lake of a run from beginning to end."""
    lake = tmp_path_factory.mktemp("sereno")
    async for database in fresh_database(admin_engine, servers, template):
        with XmStandIn() as xm:
            publish(xm)
            await matar.main(database, lake.as_uri(), xm.url)
        yield await content(database), files(lake)


def test_the_undisturbed_run_fills_all_that_is_compared(undisturbed):
    tables, lake = undisturbed
    filled = {name for name, rows in tables.items() if rows}
    assert filled >= {
        "demanda_nacional", "precios", "cargas", "calidad", "cuarentena", "alertas", "estado_variables",
        "agregados", "demanda_diaria", "demanda_mensual",
    }  # fmt: skip
    assert len(tables["cargas"]) == 4
    assert {path.partition("/")[0] for path in lake} == {"raw", "bronze", "silver"}


@pytest.mark.lento
@pytest.mark.parametrize("step", matar.STEPS)
async def test_killed_and_run_again_it_ends_as_if_never_killed(undisturbed, database_url, tmp_path, xm, step):
    publish(xm)
    tables, lake = undisturbed
    assert run_and_die(database_url, tmp_path, xm.url, step) == -signal.SIGKILL
    assert (await content(database_url), files(tmp_path)) != (tables, lake) or step == "agregar"
    await matar.main(database_url, tmp_path.as_uri(), xm.url)
    found = await content(database_url)
    assert found.keys() == tables.keys()
    for name, expected in tables.items():
        assert found[name] == expected, name
    assert files(tmp_path) == lake
