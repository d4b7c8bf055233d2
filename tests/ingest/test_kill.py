"""A run killed at any step and run again leaves the same database and lake as one that nobody disturbed."""

import hashlib
import signal
import subprocess
import sys
from pathlib import Path

import pytest
from sqlalchemy import text
from tests.conftest import fresh_database
from tests.ingest.matar import INSIDE, STEPS
from tests.standins.xm import XmStandIn

from siea.store.database import make_engine

ROOT = Path(__file__).resolve().parents[2]
TABLES = (
    "demanda_nacional", "precios", "observaciones", "revisiones", "cargas", "calidad", "cuarentena",
    "estado_variables", "alertas", "agregados", "demanda_diaria", "demanda_mensual",
)  # fmt: skip
# Instants that the database itself writes.
CLOCKS = {("agregados", "actualizado_en"), ("alertas", "creado_en")}


def run(database: str, lake: Path, xm: str, step: str = "ninguno") -> int:
    words = [database, lake.as_uri(), xm, step]
    return subprocess.run(
        [sys.executable, "-m", "tests.ingest.matar", *words], cwd=ROOT, check=False, timeout=120
    ).returncode


async def content(database: str) -> dict[str, list[tuple[object, ...]]]:
    """Every row of every table, without the database's own clock."""
    engine = make_engine(database)
    found = {}
    async with engine.connect() as conn:
        for table in TABLES:
            result = await conn.execute(text(f"SELECT * FROM {table}"))
            kept = [n for n, name in enumerate(result.keys()) if (table, name) not in CLOCKS]
            found[table] = sorted((tuple(str(row[n]) for n in kept) for row in result), key=str)
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
            assert run(database, lake, xm.url) == 0
        yield await content(database), files(lake)


# Dying after a step is dying before the next one.
@pytest.mark.lento
@pytest.mark.parametrize("step", [*STEPS, INSIDE])
async def test_killed_and_run_again_it_ends_as_if_never_killed(undisturbed, database_url, tmp_path, xm, step):
    tables, lake = undisturbed
    assert len(tables["demanda_nacional"]) == 35 * 24
    assert run(database_url, tmp_path / "lago", xm.url, step) == -signal.SIGKILL
    assert run(database_url, tmp_path / "lago", xm.url) == 0
    assert await content(database_url) == tables
    assert files(tmp_path / "lago") == lake
