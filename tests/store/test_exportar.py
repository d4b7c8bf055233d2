"""A whole variable as a frame: the same values, gaps, versions and flags that the table has."""

from datetime import UTC, date, datetime

from tests.ingest.test_load import DAY, NOW, batch

from siea.domain.catalogo import variable
from siea.ingest.load import load
from siea.ingest.transform.frames import SILVER
from siea.store.exportar import read_variable

PRICE = variable("PrecBolsNaci")


async def test_a_frame_has_what_the_table_has(engine):
    await load(engine, batch("TX1", "2024-05-04", 300.25, hours=3), NOW)
    await load(engine, batch("TX2", "2024-05-20", None, hours=1, day=date(2024, 5, 2)), NOW)
    async with engine.connect() as conn:
        frame = await read_variable(conn, PRICE)
        one = await read_variable(conn, PRICE, DAY, DAY)
    assert dict(frame.schema) == SILVER
    assert frame["valor"].to_list() == [300.25, 300.25, 300.25, None]
    assert frame["fecha"][0] == datetime(2024, 5, 1, 5, tzinfo=UTC)
    assert frame["version"].to_list() == ["TX1"] * 3 + ["TX2"]
    assert len(one) == 3


async def test_a_variable_without_data_is_an_empty_frame_of_the_same_shape(engine):
    async with engine.connect() as conn:
        frame = await read_variable(conn, variable("AporCaudal", "Rio"))
    assert dict(frame.schema) == SILVER
    assert frame.is_empty()
