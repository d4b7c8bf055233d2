"""The two levels of TimescaleDB: the same migrations, the same queries, the same answers.

Opt in with ``SIEA_TEST_TIMESCALE=<folder>``: what the two servers need is fetched there once.
"""

import asyncio
import os
import shutil
import signal
import socket
import subprocess
from collections.abc import AsyncIterator, Callable
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import insert, text
from sqlalchemy.ext.asyncio import AsyncEngine, AsyncSession, create_async_engine

from siea.domain.tiempo import Resolucion, days_between, hour_start
from siea.store import migrate
from siea.store.aggregates import refresh_aggregates
from siea.store.facts import FACTS, ensure_partitions
from siea.store.models import Carga, EstadoVariable
from siea.store.niveles import Nivel
from siea.store.repositories import DemandaRepository

SCRIPTS = Path(__file__).parent / "timescale"
DAYS = days_between(date(2021, 3, 1), date(2021, 3, 31))


def _folder(level: Nivel) -> Path:
    folder = os.environ.get("SIEA_TEST_TIMESCALE")
    if not folder:
        pytest.skip("set SIEA_TEST_TIMESCALE to a folder to try the levels of TimescaleDB")
    if level is Nivel.APACHE and (os.geteuid() != 0 or not shutil.which("mmdebstrap")):
        pytest.skip("the Apache edition is built by mmdebstrap as root")
    if level is Nivel.COMPLETO and not shutil.which("npm"):
        pytest.skip("the full edition comes from npm, which is not here")
    return Path(folder).resolve()


async def _until_it_answers(engine: AsyncEngine) -> None:
    for _ in range(300):
        try:
            async with engine.connect():
                return
        except OSError:
            await asyncio.sleep(0.1)
    pytest.fail("the server does not answer")


@pytest.fixture(scope="module", params=[Nivel.APACHE, Nivel.COMPLETO])
async def series_engine(request: pytest.FixtureRequest) -> AsyncIterator[tuple[Nivel, AsyncEngine]]:
    """A migrated database of the level; one connection, which is all that the WebAssembly build serves."""
    level: Nivel = request.param
    folder = _folder(level)
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    server = subprocess.Popen(  # noqa: ASYNC220 - it is waited for before anything else runs
        [SCRIPTS / f"{level.value}.sh", folder, str(port)], stdout=subprocess.PIPE, text=True
    )
    try:
        assert server.stdout is not None
        assert server.stdout.readline() == "listo\n"
        engine = create_async_engine(
            f"postgresql+asyncpg://postgres@127.0.0.1:{port}/postgres?ssl=disable&prepared_statement_cache_size=0",
            pool_size=1,
            max_overflow=0,
            pool_timeout=30,
            connect_args={"statement_cache_size": 0, "server_settings": {"timezone": "UTC"}},
        )
        await _until_it_answers(engine)
        await migrate.upgrade(engine)
        yield level, engine
    finally:
        # First the server: the WebAssembly build never answers to a client that says goodbye.
        server.send_signal(signal.SIGINT)
        server.wait(20)
    await engine.dispose()


async def _march(engine: AsyncEngine, batch: Callable[..., dict[str, Any]]) -> None:
    """Hours worth 1 GWh, the last one of the last day missing."""
    async with engine.begin() as conn:
        for table in ("demanda_nacional", "cargas", "estado_variables", "agregados"):
            await conn.execute(text(f"DELETE FROM {table}"))
        await conn.execute(insert(Carga).values(batch(1, desde=DAYS[0], hasta=DAYS[-1])))
        # In one statement: the WebAssembly build does not survive hundreds of parameter sets.
        await conn.execute(
            text(
                "INSERT INTO demanda_nacional (variable, fecha, demanda_gwh, version, publicado_en, carga_id)"
                " SELECT 'DemaReal', h, 1.0, 'TX2', h + INTERVAL '3 days', 1"
                " FROM generate_series(CAST(:first AS timestamptz), CAST(:last AS timestamptz), '1 hour') h"
            ),
            {"first": hour_start(DAYS[0], 1), "last": hour_start(DAYS[-1], 23)},
        )
        await conn.execute(
            insert(EstadoVariable).values(
                variable="DemaReal",
                entidad_tipo="Sistema",
                ultima_carga_id=1,
                actualizado_en=hour_start(DAYS[0], 1),
            )
        )


async def _daily(engine: AsyncEngine) -> list[float | None]:
    async with AsyncSession(engine) as session:
        found = await DemandaRepository(session).serie("DemaReal", DAYS[0], DAYS[-1], Resolucion.DIA)
    return found.valor


async def test_the_level_is_recognised_and_migrating_again_changes_nothing(
    series_engine: tuple[Nivel, AsyncEngine],
) -> None:
    level, engine = series_engine
    assert await migrate.upgrade(engine) is level
    async with engine.begin() as conn:
        await ensure_partitions(conn, FACTS["demanda_nacional"], DAYS[0], DAYS[-1])
        found = await conn.scalars(
            text("SELECT hypertable_name FROM timescaledb_information.hypertables ORDER BY 1")
        )
        assert found.all() == ["demanda_nacional", "generacion", "observaciones", "precios"]


async def test_the_aggregates_answer_as_without_timescale(
    series_engine: tuple[Nivel, AsyncEngine], batch: Callable[..., dict[str, Any]]
) -> None:
    _, engine = series_engine
    await _march(engine, batch)
    assert await refresh_aggregates(engine)
    assert await _daily(engine) == [24.0] * 30 + [None]
    async with engine.connect() as conn:
        day = (
            await conn.execute(
                text(
                    "SELECT variable, dia, demanda_gwh, parcial_gwh, horas, provisional FROM demanda_diaria"
                    " ORDER BY dia DESC LIMIT 1"
                )
            )
        ).one()
        month = (
            await conn.execute(
                text(
                    "SELECT mes, demanda_promedio, demanda_maxima, demanda_gwh, dias, completo"
                    " FROM demanda_mensual"
                )
            )
        ).one()
    assert tuple(day) == ("DemaReal", DAYS[-1], None, 23.0, 23, False)
    assert tuple(month) == (DAYS[0], 1.0, 1.0, 743.0, 30, False)


async def test_a_late_version_of_an_old_hour_is_taken_also_when_compressed(
    series_engine: tuple[Nivel, AsyncEngine], batch: Callable[..., dict[str, Any]]
) -> None:
    level, engine = series_engine
    await _march(engine, batch)
    await refresh_aggregates(engine)
    async with engine.begin() as conn:
        if level is Nivel.COMPLETO:
            compressed = await conn.execute(
                text("SELECT compress_chunk(c) FROM show_chunks('demanda_nacional') AS c")
            )
            assert len(compressed.all()) >= 1
    async with engine.begin() as conn:
        changed = await conn.execute(
            text(
                "UPDATE demanda_nacional SET demanda_gwh = 3, version = 'TXF', carga_id = 2"
                " WHERE variable = 'DemaReal' AND fecha = :hour"
            ),
            {"hour": hour_start(DAYS[10], 5)},
        )
        assert changed.rowcount == 1
        await conn.execute(insert(Carga).values(batch(2, desde=DAYS[10], hasta=DAYS[10])))
        await conn.execute(text("UPDATE estado_variables SET ultima_carga_id = 2"))
    expected = [24.0] * 10 + [26.0] + [24.0] * 19 + [None]
    assert await _daily(engine) == expected  # the aggregate is behind: read from the facts
    await refresh_aggregates(engine)
    assert await _daily(engine) == expected
    async with engine.connect() as conn:
        assert await conn.scalar(text("SELECT count(*) FROM demanda_nacional")) == 743
        kept = await conn.execute(
            text("SELECT demanda_gwh FROM demanda_diaria WHERE dia = :day"), {"day": DAYS[10]}
        )
        assert kept.scalars().all() == [26.0]
