"""Rows written straight into the tables, as the loads of another part would leave them."""

from collections.abc import Awaitable, Callable, Iterable
from datetime import date, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import insert
from sqlalchemy.ext.asyncio import AsyncEngine

from siea.store.models import Base

Put = Callable[..., Awaitable[None]]


@pytest.fixture
def put(engine: AsyncEngine) -> Put:
    """``await put(table, row, row, …)`` inserts and commits; a fact needs only its key and its value."""

    async def put(table: str, *rows: dict[str, Any]) -> None:
        known = Base.metadata.tables[table]
        filled = [_filled(row, known.columns.keys()) for row in rows]
        async with engine.begin() as conn:
            await conn.execute(insert(known), filled)

    return put


def _filled(row: dict[str, Any], columns: Iterable[str]) -> dict[str, Any]:
    if "publicado_en" in columns and "publicado_en" not in row:
        row = {**row, "publicado_en": row["fecha"] + timedelta(days=3)}
    if "marcas" in columns:
        row = {"version": "", "provisional": False, "carga_id": 1, **row}
    return row


@pytest.fixture
def batch() -> Callable[..., dict[str, Any]]:
    """A row of ``cargas`` with what does not matter filled in."""

    def batch(number: int, variable: str = "DemaReal", **told: Any) -> dict[str, Any]:
        return {
            "id": number,
            "fuente": "xm",
            "conjunto": "demanda",
            "variable": variable,
            "entidad_tipo": "Sistema",
            "peticion": {"n": number},
            "origen": f"raw/{number}.json",
            "sha256": str(number),
            "recibido_en": datetime.fromisoformat("2024-03-15T12:00:00+00:00"),
            "codigo_version": "0",
            "desde": date(2024, 3, 1),
            "hasta": date(2024, 3, 31),
            "estado": "aceptada",
            **told,
        }

    return batch
