"""Series as they are read: local days, gaps, partial periods, and values as they were known."""

import json
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncEngine, AsyncSession
from tests.store.conftest import Put

from siea.domain.catalogo import UnknownVariableError
from siea.domain.tiempo import ZONE, Resolucion, day_start, hour_start
from siea.store.facts import FACTS, Entity
from siea.store.repositories import DemandaRepository, PreciosRepository, ResolutionError, SeriesRepository

DAY = date(2024, 3, 10)


def hours(day: date, value: float | None = 1.0, count: int = 24, **more: Any) -> list[dict[str, Any]]:
    return [
        {"variable": "DemaReal", "fecha": hour_start(day, n), "demanda_gwh": value, **more}
        for n in range(1, count + 1)
    ]


def days(first: date, values: list[float | None], variable: str = "DemaSIN") -> list[dict[str, Any]]:
    return [
        {"variable": variable, "fecha": day_start(first + timedelta(days=n)), "demanda_gwh": value}
        for n, value in enumerate(values)
    ]


def case(shared: Path, name: str) -> dict[str, Any]:
    lines = (shared / "cases" / "cases.jsonl").read_text(encoding="utf-8").splitlines()
    return next(found for found in map(json.loads, lines) if found["id"] == name)


@pytest.mark.parametrize("zone", ["UTC", "Asia/Tokyo", "America/Bogota"])
async def test_a_day_is_the_local_one_whatever_the_zone_of_the_session(
    session: AsyncSession, put: Put, zone: str
) -> None:
    await put("demanda_nacional", *hours(DAY))
    await session.execute(text(f"SET timezone = '{zone}'"))
    found = await DemandaRepository(session).serie(
        "DemaReal", DAY - timedelta(days=1), DAY + timedelta(days=1), Resolucion.DIA
    )
    assert [(point.t, point.valor) for point in found] == [
        (date(2024, 3, 9), None),
        (date(2024, 3, 10), 24.0),
        (date(2024, 3, 11), None),
    ]


async def test_hours_are_local_instants_and_absent_ones_are_nulls(session: AsyncSession, put: Put) -> None:
    rows = hours(DAY)
    rows[5]["demanda_gwh"] = None
    del rows[9]
    await put("demanda_nacional", *rows)
    found = await DemandaRepository(session).serie("DemaReal", DAY, DAY, Resolucion.HORA)
    assert len(found) == 24
    assert found[0].t == datetime(2024, 3, 10, 0, tzinfo=ZONE)
    assert found[23].t == datetime(2024, 3, 10, 23, tzinfo=ZONE)
    assert [place for place, point in enumerate(found) if point.valor is None] == [5, 9]
    assert found.parciales() == []


async def test_a_day_without_all_its_hours_has_no_total(
    shared: Path, session: AsyncSession, put: Put
) -> None:
    told = case(shared, "NZ-04")
    await put("demanda_nacional", *hours(DAY, told["input"]["each"], told["input"]["hours_present"]))
    found = await DemandaRepository(session).serie("DemaReal", DAY, DAY + timedelta(days=1), Resolucion.DIA)
    partial, missing = found
    assert partial.valor is told["expected"]["day1"]["sum"]
    assert partial.valor_parcial == told["expected"]["day1"]["partial_sum"]
    assert partial.presentes == told["expected"]["day1"]["n"]
    assert missing.valor is told["expected"]["day2"]["sum"]
    assert missing.presentes == told["expected"]["day2"]["n"]
    assert [partial] == found.parciales()
    assert not missing.parcial


async def test_a_null_hour_is_missing_and_not_zero(session: AsyncSession, put: Put) -> None:
    await put("demanda_nacional", *hours(DAY, count=23), hours(DAY, None)[23])
    (point,) = await DemandaRepository(session).serie("DemaReal", DAY, DAY, Resolucion.DIA)
    assert (point.valor, point.valor_parcial, point.presentes) == (None, 23.0, 23)


async def test_longer_periods_give_the_sum_of_what_is_there_and_say_so(
    session: AsyncSession, put: Put
) -> None:
    await put("demanda_nacional", *days(date(2024, 1, 1), [10.0] * 31), *days(date(2024, 2, 1), [1.0] * 28))
    repository = DemandaRepository(session)
    months = await repository.serie("DemaSIN", date(2024, 1, 1), date(2024, 3, 31), Resolucion.MES)
    assert [(p.t, p.valor, p.presentes, p.esperados, p.parcial) for p in months] == [
        (date(2024, 1, 1), 310.0, 31, 31, False),
        (date(2024, 2, 1), 28.0, 28, 29, True),
        (date(2024, 3, 1), None, 0, 31, False),
    ]
    weeks = await repository.serie("DemaSIN", date(2024, 1, 1), date(2024, 1, 14), Resolucion.SEMANA)
    assert [(p.t, p.valor) for p in weeks] == [(date(2024, 1, 1), 70.0), (date(2024, 1, 8), 70.0)]
    (year,) = await repository.serie("DemaSIN", date(2024, 1, 1), date(2024, 12, 31), Resolucion.ANIO)
    assert (year.t, year.valor, year.esperados) == (date(2024, 1, 1), 338.0, 366)


async def test_a_period_that_the_range_cuts_is_partial(session: AsyncSession, put: Put) -> None:
    await put("demanda_nacional", *days(date(2024, 1, 1), [10.0] * 31))
    (month,) = await DemandaRepository(session).serie(
        "DemaSIN", date(2024, 1, 30), date(2024, 1, 31), Resolucion.MES
    )
    assert (month.t, month.valor, month.presentes, month.parcial) == (date(2024, 1, 1), 20.0, 2, True)


async def test_every_variable_joins_as_its_catalogue_row_says(session: AsyncSession, put: Put) -> None:
    first = date(2024, 1, 1)
    for variable in ("PPPrecBolsNaci", "PrecEsca", "PrecBolsMinDia", "PrecBolsMaxDia"):
        rows = days(first, [1.0, 2.0, 6.0, None], variable)
        await put("precios", *({"precio_cop_kwh": row.pop("demanda_gwh"), **row} for row in rows))
    found = {}
    for variable in ("PPPrecBolsNaci", "PrecEsca", "PrecBolsMinDia", "PrecBolsMaxDia"):
        (point,) = await PreciosRepository(session).serie(variable, first, date(2024, 1, 31), Resolucion.MES)
        found[variable] = point.valor
    assert found == {"PPPrecBolsNaci": 3.0, "PrecEsca": 6.0, "PrecBolsMinDia": 1.0, "PrecBolsMaxDia": 6.0}


async def test_a_partial_day_of_prices_has_a_mean_and_is_listed(session: AsyncSession, put: Put) -> None:
    await put(
        "precios",
        *(
            {"variable": "PrecBolsNaci", "fecha": hour_start(DAY, n), "precio_cop_kwh": 100.0 * n}
            for n in (1, 2, 3)
        ),
    )
    found = await PreciosRepository(session).serie("PrecBolsNaci", DAY, DAY, Resolucion.DIA)
    assert found[0].valor == 200.0
    assert [point.presentes for point in found.parciales()] == [3]


async def test_a_provisional_hour_makes_its_day_provisional(session: AsyncSession, put: Put) -> None:
    await put("demanda_nacional", *hours(DAY), *hours(DAY + timedelta(days=1), provisional=True))
    found = await DemandaRepository(session).serie("DemaReal", DAY, DAY + timedelta(days=1), Resolucion.DIA)
    assert [point.t for point in found.provisionales()] == [date(2024, 3, 11)]


async def test_a_month_is_found_from_any_of_its_days(session: AsyncSession, put: Put) -> None:
    row = {"entidad_tipo": "Pacifico", "entidad": "Nino34", "dimension": ""}
    await put("observaciones", {"variable": "ONI", "fecha": day_start(date(2024, 1, 1)), "valor": 1.8, **row})
    repository = SeriesRepository(session, FACTS["observaciones"])
    found = await repository.serie(
        "ONI", date(2024, 1, 15), date(2024, 2, 2), Resolucion.MES, entity=Entity("Pacifico", "Nino34")
    )
    assert [(p.t, p.valor) for p in found] == [(date(2024, 1, 1), 1.8), (date(2024, 2, 1), None)]
    with pytest.raises(ResolutionError):
        await repository.serie("ONI", DAY, DAY, Resolucion.DIA, entity=Entity("Pacifico", "Nino34"))


async def test_the_series_of_one_entity_has_nothing_of_another(session: AsyncSession, put: Put) -> None:
    row = {"variable": "AporEner", "entidad_tipo": "Sistema", "dimension": "", "fecha": day_start(DAY)}
    await put(
        "aportes", {**row, "rio": "Sistema", "aporte_gwh": 5.0}, {**row, "rio": "NARE", "aporte_gwh": 1.0}
    )
    (point,) = await SeriesRepository(session, FACTS["aportes"]).serie("AporEner", DAY, DAY, Resolucion.DIA)
    assert point.valor == 5.0


async def test_a_variable_of_another_table_is_refused(session: AsyncSession) -> None:
    with pytest.raises(UnknownVariableError):
        await DemandaRepository(session).serie("PrecBolsNaci", DAY, DAY, Resolucion.DIA)
    with pytest.raises(UnknownVariableError):
        await DemandaRepository(session).get_by_date_range(DAY, DAY, "NoExiste")


async def test_rows_of_a_range_are_half_open_local_days(session: AsyncSession, put: Put) -> None:
    for n in range(-1, 2):
        await put("demanda_nacional", *hours(DAY + timedelta(days=n)))
    rows = await DemandaRepository(session).get_by_date_range(DAY, DAY, "DemaReal")
    assert len(rows) == 24
    assert rows[0].fecha == datetime(2024, 3, 10, 5, tzinfo=UTC)
    assert rows[23].fecha == datetime(2024, 3, 11, 4, tzinfo=UTC)
    assert rows[0].demanda_gwh == 1.0


def at(day: str) -> datetime:
    return datetime.fromisoformat(day).replace(tzinfo=ZONE)


def revision(version: str, value: float, published: str, until: str) -> dict[str, Any]:
    return {
        "variable": "PrecBolsNaci", "entidad_tipo": "Sistema", "entidad": "Sistema", "dimension": "",
        "fecha": hour_start(date(2024, 5, 1), 1), "carga_id": 1, "valor": value, "version": version,
        "provisional": False, "publicado_en": at(published), "vigente_hasta": at(until),
    }  # fmt: skip


async def test_as_of_a_day_gives_what_was_current_then(shared: Path, session: AsyncSession, put: Put) -> None:
    told = case(shared, "RV-01")
    history = told["input"]["PrecBolsNaci 2024-05-01 Hour01"]
    day = date(2024, 5, 1)
    *old, current = history
    for row, following in zip(old, history[1:], strict=True):
        await put("revisiones", revision(row["version"], row["v"], row["published"], following["published"]))
    await put(
        "precios",
        {
            "variable": "PrecBolsNaci",
            "fecha": hour_start(day, 1),
            "precio_cop_kwh": current["v"],
            "version": current["version"],
            "publicado_en": at(current["published"]),
        },
    )
    repository = PreciosRepository(session)

    async def known(as_of: date | None) -> list[float]:
        return [row.precio_cop_kwh for row in await repository.get_by_date_range(day, day, as_of=as_of)]

    assert await known(None) == [told["expected"]["default"]]
    assert await known(date(2024, 5, 10)) == [told["expected"]["as_of_2024-05-10"]]
    assert await known(date(2024, 5, 25)) == [told["expected"]["as_of_2024-05-25"]]
    assert await known(date(2024, 6, 10)) == [311.0]  # the day it was published, at its end
    assert await known(date(2024, 5, 3)) == []
    hourly = await repository.serie("PrecBolsNaci", day, day, Resolucion.HORA, date(2024, 5, 25))
    assert hourly[0].valor == 305.0
    daily = await repository.serie("PrecBolsNaci", day, day, Resolucion.DIA, date(2024, 5, 10))
    assert daily[0].valor_parcial == 300.0


async def test_an_old_version_that_came_late_is_never_current(
    shared: Path, session: AsyncSession, put: Put
) -> None:
    told = case(shared, "RV-02")
    day = date(2024, 5, 1)
    final, old = told["input"]["arrival_order"]
    await put(
        "precios",
        {
            "variable": "PrecBolsNaci",
            "fecha": hour_start(day, 1),
            "precio_cop_kwh": final["v"],
            "version": final["version"],
            "publicado_en": at("2024-06-10"),
        },
    )
    # Published after what outranks it: a period of no length.
    await put("revisiones", revision(old["version"], old["v"], "2024-07-01", "2024-07-01"))
    repository = PreciosRepository(session)
    for as_of in (None, date(2024, 6, 20), date(2024, 7, 1), date(2024, 8, 1)):
        rows = await repository.get_by_date_range(day, day, as_of=as_of)
        assert [row.precio_cop_kwh for row in rows] == [told["expected"]["default"]]
        assert len(rows) == told["expected"]["rows_in_default_view"]


async def test_the_connection_speaks_utc_whatever_the_host(engine: AsyncEngine) -> None:
    async with engine.connect() as conn:
        assert await conn.scalar(text("SHOW timezone")) == "UTC"
