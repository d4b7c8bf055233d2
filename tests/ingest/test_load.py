"""Which value is current, and that a load is counted by what the database holds (ADR 2)."""

import asyncio
import itertools
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import polars as pl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy.ext.asyncio import AsyncSession

from siea.domain.catalogo import variable
from siea.domain.tiempo import hour_start
from siea.domain.versiones import ORDER, UnknownVersionError
from siea.ingest.batch import CARGADA, Batch, Identity
from siea.ingest.load import load
from siea.ingest.quality import Counts, score
from siea.ingest.transform.frames import REJECTED, SILVER
from siea.ingest.transform.provisional import Judgement
from siea.store.repositories import PreciosRepository

DAY = date(2024, 5, 1)
NOW = datetime(2024, 7, 1, tzinfo=UTC)
PRICE = variable("PrecBolsNaci")
SETTLED = [("TX1", "2024-05-04", 300.0), ("TX2", "2024-05-20", 305.0), ("TXF", "2024-06-10", 311.0)]
_numbers = itertools.count()


def batch(
    version: str,
    published: str,
    value: float | None,
    hours: int = 1,
    *,
    day: date = DAY,
    rejected: pl.DataFrame | None = None,
) -> Batch:
    """A batch of the first *hours* of the day, all worth *value*, and of *rejected* rows."""
    if rejected is None:
        rejected = pl.DataFrame(schema=REJECTED)
    instant = datetime.fromisoformat(f"{published}T12:00:00+00:00")
    frame = pl.DataFrame(
        {
            "variable": PRICE.codigo,
            "entidad_tipo": "Sistema",
            "entidad": "Sistema",
            "dimension": "",
            "fecha": [hour_start(day, n) for n in range(1, hours + 1)],
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
        first=day,
        last=day,
        peticion={"n": next(_numbers)},
        origen="raw/prueba.json",
        sha256=f"{next(_numbers):064d}",
        received_at=instant,
        etiqueta=None,
    )
    nobody = Judgement(frozenset(), frozenset())
    received = hours + len(rejected)
    counts = Counts(received, len(rejected), 0)
    quality = score(frame, PRICE, counts, due=[], judgement=nobody, balance=None)
    return Batch(identity, frame, rejected, received, quality, CARGADA)


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
    history = await rows("SELECT version, valor FROM revisiones ORDER BY publicado_en")
    assert history == [("TX1", 300.0), ("TX2", 305.0)]


@pytest.mark.parametrize(
    "order", list(itertools.permutations(SETTLED)), ids=lambda o: "-".join(v[0] for v in o)
)
async def test_as_of_tells_what_was_current_on_a_day_in_whatever_order_they_arrived(engine, order):
    """RV-01."""
    for one in order:
        await load(engine, batch(*one), NOW)
    async with AsyncSession(engine) as session:
        prices = PreciosRepository(session)

        async def known_on(day: date | None) -> list[float]:
            return [row.precio_cop_kwh for row in await prices.get_by_date_range(DAY, DAY, as_of=day)]

        assert await known_on(None) == [311.0]
        assert await known_on(date(2024, 5, 3)) == []
        assert await known_on(date(2024, 5, 10)) == [300.0]
        assert await known_on(date(2024, 5, 25)) == [305.0]
        assert await known_on(date(2024, 6, 10)) == [311.0]


async def test_an_old_version_downloaded_again_later_never_becomes_current(engine, rows):
    """RV-02: TX1 comes back after TXF, published anew; it is history at once."""
    await load(engine, batch("TXF", "2024-06-10", 311.0), NOW)
    done = await load(engine, batch("TX1", "2024-06-20", 300.0), NOW)
    assert await current(rows) == 311.0
    assert (done.guardadas, done.revisadas) == (0, 1)
    assert await rows("SELECT version, valor, vigente_hasta <= publicado_en FROM revisiones") == [
        ("TX1", 300.0, True)
    ]


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


async def test_a_value_fills_a_gap_even_when_its_version_is_the_older_one(engine, rows):
    """A gap tells nothing: it neither takes the place of a value nor keeps one out."""
    await load(engine, batch("TXF", "2024-06-10", None), NOW)
    await load(engine, batch("TX1", "2024-05-04", 300.0), NOW)
    assert await current(rows) == 300.0


_days = itertools.count(1)
_value = st.one_of(st.none(), st.integers(1, 900).map(float))
_published = st.dates(date(2024, 5, 2), date(2024, 6, 28)).map(date.isoformat)
_settlements = st.lists(
    st.tuples(st.sampled_from(sorted(ORDER)), _published, _value),
    min_size=2,
    max_size=5,
    unique_by=lambda one: one[0],
)
# Without versions, two answers of one day are two downloads: only the later one is known to be later.
_downloads = st.lists(
    st.tuples(st.just(""), _published, _value),
    min_size=2,
    max_size=5,
    unique_by=(lambda o: o[1], lambda o: o[2]),
)


@settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(published=st.one_of(_settlements, _downloads), data=st.data())
async def test_the_order_of_arrival_never_decides_the_current_value(engine, rows, published, data):
    """RV-02, for any set of versions, gaps among them."""
    found = []
    for order in (published, data.draw(st.permutations(published))):
        day = DAY + timedelta(days=next(_days))
        for version, when, value in order:
            await load(engine, batch(version, when, value, day=day), NOW)
        found.append(await rows("SELECT precio_cop_kwh FROM precios WHERE fecha = :f", f=hour_start(day, 1)))
    known = [one for one in published if one[2] is not None]
    best = max(known, key=lambda one: (ORDER.get(one[0], 0), one[1]))[2] if known else None
    assert found == [[(best,)], [(best,)]]


async def test_what_is_counted_is_what_the_database_holds(engine, rows):
    """DU-02: received = stored + equal + revised + rejected, and each can be found in its table."""
    await load(engine, batch("", "2024-05-04", 300.0, 2), NOW)
    before = await rows("SELECT count(*) FROM precios")
    bad = pl.DataFrame({"fila": ['{"valor": "-1"}'], "motivo": ["fuera de los límites"]}, schema=REJECTED)
    mixed = batch("", "2024-05-09", 300.0, 4, rejected=bad)
    frame = mixed.frame.with_columns(
        valor=pl.when(pl.col("fecha") == hour_start(DAY, 1)).then(301.0).otherwise(pl.col("valor"))
    )
    done = await load(engine, replace(mixed, frame=frame), NOW)
    assert (done.recibidas, done.guardadas, done.iguales, done.revisadas, done.rechazadas) == (5, 2, 1, 1, 1)
    after = await rows("SELECT count(*) FROM precios")
    assert after[0][0] - before[0][0] == done.guardadas
    assert await rows("SELECT count(*) FROM revisiones") == [(done.revisadas,)]
    assert await rows("SELECT carga_id, fila, motivo FROM cuarentena") == [
        (done.carga_id, {"valor": "-1"}, "fuera de los límites")
    ]
    assert await rows(
        "SELECT filas_recibidas, filas_guardadas, filas_iguales, filas_revisadas, filas_rechazadas"
        " FROM cargas WHERE id = :id",
        id=done.carga_id,
    ) == [(5, 2, 1, 1, 1)]


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


async def test_two_processes_with_the_same_keys_in_other_answers_do_not_collide(engine, rows):
    """DU-03: one row for each key, no error, and the later publication is current."""
    values = [300.0 + n for n in range(4)]
    loads = [load(engine, batch("", f"2024-05-{10 + n}", v, 24), NOW) for n, v in enumerate(values)]
    done = await asyncio.gather(*loads)
    assert sum(one.guardadas for one in done) == 24
    assert await rows("SELECT count(*), count(DISTINCT fecha), min(precio_cop_kwh) FROM precios") == [
        (24, 24, max(values))
    ]
    assert await rows("SELECT array_agg(id ORDER BY id) FROM cargas") == [([1, 2, 3, 4],)]


async def test_numbers_of_batches_have_no_holes(engine, rows):
    for value in (1.0, 2.0, 3.0):
        await load(engine, batch("", f"2024-05-0{int(value)}", value), NOW)
    with pytest.raises(UnknownVersionError):
        await load(engine, batch("TX0", "2024-05-09", 9.0), NOW)
    await load(engine, batch("", "2024-05-08", 4.0), NOW)
    assert await rows("SELECT array_agg(id ORDER BY id) FROM cargas") == [([1, 2, 3, 4],)]
