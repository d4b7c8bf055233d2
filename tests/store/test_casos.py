"""Storage faults that people met elsewhere: days cut by a zone, late versions, leap years, refreshes."""

import asyncio
from datetime import UTC, date, datetime, timedelta

import polars as pl
import pytest
from sqlalchemy import text
from sqlalchemy.ext.asyncio import async_sessionmaker, create_async_engine
from tests.ingest.test_load import NOW, batch

from siea.domain.catalogo import variable
from siea.domain.tiempo import Resolucion, hour_start
from siea.ingest.batch import CARGADA, Batch, Identity
from siea.ingest.load import load
from siea.ingest.quality import Score
from siea.ingest.transform.frames import REJECTED, SILVER
from siea.store.aggregates import refresh_aggregates
from siea.store.repositories import DemandaRepository
from siea.store.repositories.puntos import expected

DAY = date(2024, 3, 10)
PLANT = variable("Gene", "Recurso")


def of_demand(first: date, hours: int, value: float, name: str, of=None) -> Batch:
    of = of or variable("DemaReal")
    frame = pl.DataFrame(
        {
            "variable": of.codigo, "entidad_tipo": of.entidad, "entidad": "Sistema", "dimension": "",
            "fecha": [hour_start(first + timedelta(days=n // 24), n % 24 + 1) for n in range(hours)],
            "valor": [value] * hours, "version": "", "publicado_en": datetime(2024, 4, 1, tzinfo=UTC),
            "provisional": False, "marcas": [[]] * hours,
        },
        schema=SILVER,
    )  # fmt: skip
    return wrapped(frame, of, name)


def wrapped(frame: pl.DataFrame, of, name: str) -> Batch:
    day = date(2024, 1, 1)
    identity = Identity("xm", of, day, day, {"n": name}, "raw/x.json", name, NOW, None)
    nothing = pl.DataFrame(schema=REJECTED)
    return Batch(identity, frame, nothing, len(frame), Score(None, {}, ()), CARGADA)


@pytest.mark.parametrize("zone", ["UTC", "Asia/Tokyo", "America/Bogota"])
async def test_a_local_day_is_the_local_one_whatever_the_zone_of_the_session(database_url, engine, zone):
    """TZ-01."""
    await load(engine, of_demand(DAY, 24, 1.0, "dia"), NOW)
    elsewhere = create_async_engine(database_url, connect_args={"server_settings": {"timezone": zone}})
    async with async_sessionmaker(elsewhere)() as session:
        found = await DemandaRepository(session).serie(
            "DemaReal", DAY, DAY + timedelta(days=1), Resolucion.DIA
        )
    await elsewhere.dispose()
    assert list(zip(found.t, found.valor, strict=True)) == [(DAY, 24.0), (DAY + timedelta(days=1), None)]


def test_a_leap_year_has_its_own_hours():
    """CA-02: 100 MW in every hour of 2024 is 878,400 MWh, a capacity factor of one."""
    hours = expected(date(2024, 1, 1), Resolucion.ANIO, Resolucion.HORA)
    assert hours == 8784
    assert 100 * hours == 878_400
    assert expected(date(2023, 1, 1), Resolucion.ANIO, Resolucion.HORA) == 8760


async def test_a_late_hour_of_an_old_day_completes_its_summary_and_empties_nothing(engine, session):
    """LA-02: nothing that a summary is made of ever expires."""
    old = date(2022, 3, 1)
    await load(engine, of_demand(old, 23, 2.0, "casi"), NOW)
    await refresh_aggregates(engine)
    await load(engine, of_demand(old, 24, 2.0, "entero"), NOW)
    await refresh_aggregates(engine)
    (day,) = await DemandaRepository(session).serie("DemaReal", old, old, Resolucion.DIA)
    assert day.valor == 48.0


async def test_late_versions_change_only_what_changed_and_lose_nothing(engine, rows):
    """B2-ST-01: a month of hours of thirty plants comes again, half a percent of it revised."""
    hours, plants = 31 * 24, 30
    first = pl.concat(
        of_demand(date(2024, 1, 1), hours, 0.1, "x", PLANT).frame.with_columns(entidad=pl.lit(f"P{k}"))
        for k in range(plants)
    ).with_columns(version=pl.lit("TX2"))
    await load(engine, wrapped(first, PLANT, "tx2"), NOW)
    before = dict(await rows("SELECT ctid::text || recurso || fecha, xmin::text FROM generacion"))
    place = pl.int_range(pl.len())
    revised = (place % 200) == 7
    again = first.with_columns(
        valor=pl.when(revised).then(0.1035).otherwise(pl.col("valor")),
        version=pl.when(revised).then(pl.lit("TXF")).otherwise(pl.lit("TX2")),
        publicado_en=pl.lit(datetime(2024, 6, 20, tzinfo=UTC)).cast(pl.Datetime("us", "UTC")),
    )
    changed = int(again["version"].eq("TXF").sum())
    done = await load(engine, wrapped(again, PLANT, "txf"), NOW)
    assert (done.revisadas, done.iguales, done.guardadas) == (changed, hours * plants - changed, 0)
    after = dict(await rows("SELECT ctid::text || recurso || fecha, xmin::text FROM generacion"))
    assert len(set(before.items()) & set(after.items())) == hours * plants - changed
    assert await rows("SELECT count(*), min(valor) FROM revisiones") == [(changed, 0.1)]
    assert await rows("SELECT count(*) FROM generacion WHERE generacion_gwh = 0.1035") == [(changed,)]


async def test_two_writers_of_one_key_leave_one_row(engine, rows):
    """DU-03."""
    await asyncio.gather(*(load(engine, batch("TX1", "2024-05-04", 300.0), NOW) for _ in range(4)))
    assert await rows("SELECT count(*) FROM precios") == [(1,)]


@pytest.fixture
def rows(engine):
    async def read(query: str):
        async with engine.connect() as conn:
            return [tuple(row) for row in await conn.execute(text(query))]

    return read
