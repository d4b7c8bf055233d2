"""Which value is current, and that a load is counted by what the database holds (ADR 2)."""

import asyncio
import itertools
from datetime import UTC, date, datetime

import polars as pl
import pytest

from siea.domain.catalogo import variable
from siea.domain.tiempo import hour_start
from siea.domain.versiones import UnknownVersionError
from siea.ingest.batch import CARGADA, Batch, Identity
from siea.ingest.load import load
from siea.ingest.quality import Counts, score
from siea.ingest.transform.frames import REJECTED, SILVER
from siea.ingest.transform.provisional import Judgement

DAY = date(2024, 5, 1)
NOW = datetime(2024, 7, 1, tzinfo=UTC)
PRICE = variable("PrecBolsNaci")
SETTLED = [("TX1", "2024-05-04", 300.0), ("TX2", "2024-05-20", 305.0), ("TXF", "2024-06-10", 311.0)]
_numbers = itertools.count()


def batch(version: str, published: str, value: float | None, hours: int = 1) -> Batch:
    """A batch of the first *hours* of the day, all worth *value*."""
    instant = datetime.fromisoformat(f"{published}T12:00:00+00:00")
    frame = pl.DataFrame(
        {
            "variable": PRICE.codigo,
            "entidad_tipo": "Sistema",
            "entidad": "Sistema",
            "dimension": "",
            "fecha": [hour_start(DAY, n) for n in range(1, hours + 1)],
            "valor": [value] * hours,
            "version": version,
            "publicado_en": instant,
            "provisional": False,
            "marcas": [[]] * hours,
        },
        schema=SILVER,
    )
    identity = Identity(
        fuente="xm",
        variable=PRICE,
        first=DAY,
        last=DAY,
        peticion={"n": next(_numbers)},
        origen="raw/prueba.json",
        sha256=f"{next(_numbers):064d}",
        received_at=instant,
        etiqueta=None,
    )
    nobody = Judgement(frozenset(), frozenset())
    quality = score(frame, PRICE, Counts(hours, 0, 0), due=[], judgement=nobody, balance=None)
    return Batch(identity, frame, pl.DataFrame(schema=REJECTED), hours, quality, CARGADA)


async def current(rows) -> float:
    ((value,),) = await rows("SELECT precio_cop_kwh FROM precios")
    return value


@pytest.mark.parametrize(
    "order", list(itertools.permutations(SETTLED)), ids=lambda o: "-".join(v[0] for v in o)
)
async def test_the_highest_settlement_is_current_in_whatever_order_they_arrive(engine, rows, order):
    """RV-01, RV-02: and the two others are history, none is lost."""
    for one in order:
        await load(engine, batch(*one), NOW)
    assert await current(rows) == 311.0
    history = await rows("SELECT version, publicado_en::date, vigente_hasta::date FROM revisiones ORDER BY 2")
    assert [row[:2] for row in history] == [("TX1", date(2024, 5, 4)), ("TX2", date(2024, 5, 20))]


async def test_without_versions_the_later_publication_is_current(engine, rows):
    await load(engine, batch("", "2024-05-20", 305.0), NOW)
    await load(engine, batch("", "2024-05-04", 300.0), NOW)
    assert await current(rows) == 305.0


async def test_an_equal_value_keeps_its_row_and_its_batch(engine, rows):
    first = await load(engine, batch("", "2024-05-04", 300.0, 24), NOW)
    second = await load(engine, batch("", "2024-05-09", 300.0, 24), NOW)
    assert (first.guardadas, second.guardadas, second.iguales, second.revisadas) == (24, 0, 24, 0)
    assert await rows("SELECT DISTINCT carga_id FROM precios") == [(1,)]
    assert await rows("SELECT count(*) FROM revisiones") == [(0,)]


async def test_known_keys_do_not_stop_the_new_ones_of_the_same_batch(engine, rows):
    """DU-02: what is stored is counted against what was sent."""
    await load(engine, batch("", "2024-05-04", 300.0, 1), NOW)
    done = await load(engine, batch("", "2024-05-09", 300.0, 3), NOW)
    assert (done.guardadas, done.iguales) == (2, 1)
    assert await rows("SELECT count(*) FROM precios") == [(3,)]


async def test_a_gap_that_is_published_later_is_a_revision(engine, rows):
    await load(engine, batch("", "2024-05-04", None), NOW)
    done = await load(engine, batch("", "2024-05-09", 300.0), NOW)
    assert done.revisadas == 1
    assert await current(rows) == 300.0
    assert await rows("SELECT valor FROM revisiones") == [(None,)]


async def test_an_unknown_version_writes_nothing_at_all(engine, rows):
    with pytest.raises(UnknownVersionError, match="TXX"):
        await load(engine, batch("TXX", "2024-05-04", 300.0), NOW)
    assert await rows("SELECT (SELECT count(*) FROM precios), (SELECT count(*) FROM cargas)") == [(0, 0)]


async def test_two_processes_with_the_same_answer_load_it_once(engine, rows):
    """DU-03."""
    same = batch("", "2024-05-04", 300.0, 24)
    done = await asyncio.gather(*(load(engine, same, NOW) for _ in range(4)))
    assert sorted(one.guardadas for one in done) == [0, 0, 0, 24]
    assert await rows("SELECT count(*) FROM cargas") == [(1,)]


async def test_numbers_of_batches_have_no_holes(engine, rows):
    for value in (1.0, 2.0, 3.0):
        await load(engine, batch("", f"2024-05-0{int(value)}", value), NOW)
    with pytest.raises(UnknownVersionError):
        await load(engine, batch("TX0", "2024-05-09", 9.0), NOW)
    await load(engine, batch("", "2024-05-08", 4.0), NOW)
    assert await rows("SELECT array_agg(id ORDER BY id) FROM cargas") == [([1, 2, 3, 4],)]
