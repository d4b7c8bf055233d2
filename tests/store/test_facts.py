"""The fact tables and their yearly partitions."""

import asyncio
from datetime import UTC, date, datetime

import pytest
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine
from tests.store.conftest import Put

from siea.domain.catalogo import variables
from siea.domain.tiempo import hour_start
from siea.store.facts import FACTS, FactTable, ensure_partitions
from siea.store.models import Base

DEMAND = FACTS["demanda_nacional"]


async def _places(conn: AsyncConnection, table: str) -> dict[str, int]:
    rows = await conn.execute(text(f"SELECT tableoid::regclass::text, count(*) FROM {table} GROUP BY 1"))
    return dict(rows.all())


@pytest.mark.parametrize("table", FACTS.values(), ids=str)
def test_each_fact_table_is_described_as_its_model_says(table: FactTable) -> None:
    model = Base.metadata.tables[table.name]
    assert {column.name for column in model.primary_key} == set(table.key_columns)
    assert model.columns[table.value_column].nullable


def test_every_variable_of_the_catalogue_has_a_table() -> None:
    for variable in variables():
        table = FACTS[variable.tabla]
        assert table.entity_column or variable.entidad == "Sistema"


async def test_a_local_year_gets_its_partition_and_the_last_local_hour_falls_in_it(
    engine: AsyncEngine, put: Put
) -> None:
    async with engine.begin() as conn:
        await ensure_partitions(conn, DEMAND, date(2023, 5, 1), date(2024, 2, 1))
    for day, hour in ((date(2023, 1, 1), 1), (date(2023, 12, 31), 24), (date(2024, 1, 1), 1)):
        await put(
            "demanda_nacional", {"variable": "DemaReal", "fecha": hour_start(day, hour), "demanda_gwh": 1}
        )
    async with engine.connect() as conn:
        assert await _places(conn, "demanda_nacional") == {
            "demanda_nacional_2023": 2,
            "demanda_nacional_2024": 1,
        }


async def test_rows_that_came_before_their_partition_move_into_it(engine: AsyncEngine, put: Put) -> None:
    row = {"variable": "DemaReal", "fecha": datetime(2022, 6, 1, 12, tzinfo=UTC), "demanda_gwh": 8.5}
    await put("demanda_nacional", row, row | {"fecha": datetime(2021, 6, 1, 12, tzinfo=UTC)})
    for _ in range(2):
        async with engine.begin() as conn:
            await ensure_partitions(conn, DEMAND, date(2022, 1, 1), date(2022, 12, 31))
    async with engine.connect() as conn:
        assert await _places(conn, "demanda_nacional") == {
            "demanda_nacional_2022": 1,
            "demanda_nacional_otros": 1,
        }


async def test_two_loaders_may_ask_for_the_same_year_at_once(engine: AsyncEngine) -> None:
    async def ask() -> None:
        async with engine.begin() as conn:
            await ensure_partitions(conn, FACTS["precios"], date(2019, 1, 1), date(2021, 1, 1))

    await asyncio.gather(*(ask() for _ in range(4)))


async def test_a_table_without_partitions_is_left_alone(engine: AsyncEngine) -> None:
    async with engine.begin() as conn:
        await ensure_partitions(conn, FACTS["perdidas"], date(2019, 1, 1), date(2021, 1, 1))
        assert await conn.scalar(text("SELECT to_regclass('perdidas_2019')")) is None
