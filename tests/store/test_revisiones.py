"""What changed between two days, and how much each settlement version moved a variable."""

from datetime import date

import pytest
from tests.ingest.test_load import DAY, NOW, SETTLED, batch

from siea.domain.catalogo import variable
from siea.ingest.load import load
from siea.store.repositories import RevisionesRepository

PRICE = variable("PrecBolsNaci")


@pytest.fixture
async def settled(engine):
    for one in SETTLED:
        await load(engine, batch(*one, hours=2), NOW)


@pytest.mark.parametrize(
    ("first", "second", "told"),
    [
        (date(2024, 5, 1), date(2024, 5, 15), (None, 300.0)),
        (date(2024, 5, 10), date(2024, 5, 25), (300.0, 305.0)),
        (date(2024, 5, 25), date(2024, 6, 10), (305.0, 311.0)),
        (date(2024, 5, 10), date(2024, 6, 30), (300.0, 311.0)),
    ],
)
async def test_between_two_days_each_value_tells_what_it_was_and_what_it_became(
    settled, session, first, second, told
):
    found = await RevisionesRepository(session).cambios(PRICE, first, second, desde=DAY, hasta=DAY)
    assert [(change.antes, change.despues) for change in found.filas] == [told, told]
    assert found.cuantos == 2
    assert found.suma_despues == 2 * told[1]


async def test_where_nothing_changed_nothing_is_told(settled, session):
    found = await RevisionesRepository(session).cambios(
        PRICE, date(2024, 6, 11), date(2024, 6, 30), desde=DAY, hasta=DAY
    )
    assert (found.filas, found.cuantos) == ([], 0)


async def test_a_limit_shortens_the_list_and_not_the_count(settled, session):
    found = await RevisionesRepository(session).cambios(
        PRICE, date(2024, 5, 1), date(2024, 5, 25), desde=DAY, hasta=DAY, limite=1
    )
    assert (len(found.filas), found.cuantos, found.suma_despues) == (1, 2, 610.0)


@pytest.mark.parametrize("order", [(0, 1, 2), (2, 0, 1), (2, 1, 0)])
async def test_each_step_between_versions_tells_how_much_it_moved(engine, session, order):
    for place in order:
        await load(engine, batch(*SETTLED[place], hours=2), NOW)
    steps = await RevisionesRepository(session).movimientos(PRICE, DAY, DAY)
    assert [(s.de, s.a, s.valores, s.mayor_abs) for s in steps] == [
        ("TX1", "TX2", 2, 5.0), ("TX2", "TXF", 2, 6.0),
    ]  # fmt: skip
    assert steps[0].neto_pct == pytest.approx(100 * 5 / 300)
