"""Demand and prices as people and programs get them."""

import csv
import io
import json

import httpx
import polars as pl
import pytest
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncEngine
from tests.api.conftest import DEMANDA, PRECIOS, assert_problem, client_of, data, points

from siea.domain.catalogo import SISTEMA, variables
from siea.domain.tiempo import ZONE
from siea.runtime import Runtime
from siea.security.roles import Rol
from siea.store.repositories import SeriesRepository

JANUARY = {"desde": "2024-01-01", "hasta": "2024-01-31"}


async def test_an_answer_says_what_it_is_whence_and_until_when_it_is_firm(viewer: httpx.AsyncClient) -> None:
    body = await data(viewer, variable="DemaSIN", desde="2024-12-25", hasta="2024-12-31", resolucion="dia")
    meta = body["meta"]
    assert (meta["variable"], meta["unidad"], meta["resolucion"], meta["agregacion"]) == (
        "DemaSIN",
        "GWh",
        "dia",
        "suma",
    )
    assert meta["zona_horaria"] == "America/Bogota"
    assert meta["provisionales"] == ["2024-12-30", "2024-12-31"]
    assert meta["ultimo_dia_cerrado"] == "2024-12-29"
    assert meta["actualizado_en"] == "2025-01-10T06:00:30-05:00"
    assert (meta["version"], meta["as_of"]) == ("vigente", None)
    assert meta["etiqueta"] == "histórico incorporado hasta 2024-12-31"
    assert meta["fuente"].startswith("XM")
    assert meta["licencia"]
    assert (meta["desde"], meta["hasta"]) == ("2024-12-25", "2024-12-31")
    assert list(points(body)) == [f"2024-12-{day}" for day in range(25, 32)]


async def test_without_parameters_come_the_thirty_days_before_the_last_one(viewer: httpx.AsyncClient) -> None:
    body = await data(viewer)
    assert (body["meta"]["desde"], body["meta"]["hasta"]) == ("2024-12-01", "2024-12-31")
    prices = await data(viewer, PRECIOS)
    assert prices["meta"]["variable"] == "PrecBolsNaci"
    assert len(points(prices)) == 31 * 24


async def test_a_missing_day_is_null_and_neither_absent_nor_zero(viewer: httpx.AsyncClient) -> None:
    found = points(await data(viewer, desde="2024-03-09", hasta="2024-03-11"))
    assert found == {"2024-03-09": 206.9, "2024-03-10": None, "2024-03-11": 207.1}


async def test_a_day_without_all_its_hours_has_no_total_but_tells_the_partial_one(
    viewer: httpx.AsyncClient,
) -> None:
    body = await data(viewer, variable="DemaReal", desde="2024-02-04", hasta="2024-02-05", resolucion="dia")
    full = sum(8 + hour / 7 for hour in range(24))
    assert points(body)["2024-02-04"] == pytest.approx(full)
    assert points(body)["2024-02-05"] is None
    (partial,) = body["meta"]["parciales"]
    assert (partial["t"], partial["presentes"], partial["esperados"]) == ("2024-02-05", 22, 24)
    assert partial["valor_parcial"] == pytest.approx(full - (8 + 6 / 7) - (8 + 7 / 7))


async def test_hours_carry_the_colombian_offset(viewer: httpx.AsyncClient) -> None:
    found = points(await data(viewer, variable="DemaReal", desde="2024-02-05", hasta="2024-02-05"))
    assert list(found) == [f"2024-02-05T{hour:02}:00:00-05:00" for hour in range(24)]
    assert found["2024-02-05T06:00:00-05:00"] is None
    assert found["2024-02-05T07:00:00-05:00"] is None


@pytest.mark.parametrize(
    ("resolution", "count"),
    [
        ("dia", 366),
        ("semana", 53),
        ("mes", 12),
        ("anio", 1),
    ],
)
async def test_each_resolution_is_the_one_asked_for(
    viewer: httpx.AsyncClient, resolution: str, count: int
) -> None:
    body = await data(viewer, desde="2024-01-01", hasta="2024-12-31", resolucion=resolution)
    found = points(body)
    assert (next(iter(found)), len(found)) == ("2024-01-01", count)
    assert body["meta"]["resolucion"] == resolution


async def test_prices_join_by_their_mean_and_the_answer_says_so(viewer: httpx.AsyncClient) -> None:
    body = await data(viewer, PRECIOS, resolucion="dia", desde="2024-01-01", hasta="2024-01-01")
    assert body["meta"]["agregacion"] == "promedio"
    assert points(body) == {"2024-01-01": pytest.approx(300 + 11.5)}


@pytest.mark.parametrize("resolution", ["hora", "dia", "mes"])
async def test_a_number_that_is_none_leaves_as_null(viewer: httpx.AsyncClient, resolution: str) -> None:
    found = points(await data(viewer, PRECIOS, resolucion=resolution, **JANUARY))
    touched = {"hora": "2024-01-02T01:00:00-05:00", "dia": "2024-01-02", "mes": "2024-01-01"}
    assert found[touched[resolution]] is None


async def test_as_of_returns_what_was_known_then(viewer: httpx.AsyncClient) -> None:
    day = {"desde": "2024-01-15", "hasta": "2024-01-15"}
    assert points(await data(viewer, **day))["2024-01-15"] == 250
    for as_of, value in (("2024-03-01", 123.25), ("2024-06-01", 250), ("2023-01-01", None)):
        body = await data(viewer, as_of=as_of, **day)
        assert points(body)["2024-01-15"] == value
        assert (body["meta"]["as_of"], body["meta"]["version"]) == (as_of, None)


async def test_json_csv_and_parquet_tell_the_same_numbers(viewer: httpx.AsyncClient) -> None:
    params = {"variable": "DemaReal", "desde": "2024-02-04", "hasta": "2024-02-06"}
    wanted = points(await data(viewer, **params))
    as_csv = await viewer.get(DEMANDA, params=params | {"formato": "csv"})
    as_parquet = await viewer.get(DEMANDA, params=params | {"formato": "parquet"})

    assert as_csv.headers["content-type"].startswith("text/csv")
    rows = list(csv.reader(io.StringIO(as_csv.text, newline="")))
    assert rows[0] == ["fecha", "demanda_gwh", "provisional", "parcial"]
    assert {row[0]: float(row[1]) if row[1] else None for row in rows[1:]} == wanted
    assert as_csv.text.count("\r\n") == len(rows) == 73

    assert as_parquet.headers["content-type"] == "application/vnd.apache.parquet"
    frame = pl.read_parquet(as_parquet.content)
    times = [instant.astimezone(ZONE).isoformat() for instant in frame["fecha"]]
    assert dict(zip(times, frame["demanda_gwh"], strict=True)) == wanted
    kept = pl.read_parquet_metadata(io.BytesIO(as_parquet.content))
    assert json.loads(kept["siea.unidad"]) == "GWh"


async def test_daily_files_hold_dates_and_the_unit_in_the_column(viewer: httpx.AsyncClient) -> None:
    params = {"variable": "PrecBolsNaci", "resolucion": "dia", **JANUARY}
    as_csv = await viewer.get(PRECIOS, params=params | {"formato": "csv"})
    assert as_csv.text.splitlines()[:2] == [
        "fecha,precio_cop_kwh,provisional,parcial",
        "2024-01-01,311.5,false,false",
    ]
    # A NaN is a gap here as well.
    assert as_csv.text.splitlines()[2] == "2024-01-02,,false,false"
    frame = pl.read_parquet((await viewer.get(PRECIOS, params=params | {"formato": "parquet"})).content)
    assert frame.schema["fecha"] == pl.Date
    assert frame["precio_cop_kwh"].null_count() == 1


@pytest.mark.parametrize(
    ("accept", "media"),
    [
        ("application/json", "application/json"),
        ("*/*", "application/json"),
        ("text/csv", "text/csv"),
        ("application/vnd.apache.parquet", "application/vnd.apache.parquet"),
        ("text/html, text/csv;q=0.9, application/json;q=0.1", "text/csv"),
        ("application/json;q=0.1, application/vnd.apache.parquet", "application/vnd.apache.parquet"),
    ],
)
async def test_accept_chooses_the_format(viewer: httpx.AsyncClient, accept: str, media: str) -> None:
    response = await viewer.get(DEMANDA, headers={"Accept": accept})
    assert response.headers["content-type"].split(";")[0] == media
    asked = await viewer.get(DEMANDA, params={"formato": "csv"}, headers={"Accept": accept})
    assert asked.headers["content-type"].startswith("text/csv")


@pytest.mark.parametrize("accept", ["text/html", "application/json;q=0", "image/*", ";;,", "text/csv;q=x"])
async def test_a_format_that_there_is_not_is_told(viewer: httpx.AsyncClient, accept: str) -> None:
    assert_problem(await viewer.get(DEMANDA, headers={"Accept": accept}), 406, "formato-no-disponible")


async def test_a_range_beyond_the_data_is_all_nulls(viewer: httpx.AsyncClient) -> None:
    body = await data(viewer, desde="2030-01-01", hasta="2030-01-03")
    assert set(points(body).values()) == {None}
    assert list(points(await data(viewer, desde="2030-01-01"))) == ["2030-01-01"]


async def test_a_variable_without_any_data_answers_nulls(viewer: httpx.AsyncClient) -> None:
    body = await data(viewer, variable="DemaCome", desde="2024-01-01", hasta="2024-01-01")
    assert set(points(body).values()) == {None}
    assert (body["meta"]["actualizado_en"], body["meta"]["ultimo_dia_cerrado"]) == (None, None)
    assert (await data(viewer, variable="DemaCome"))["meta"]["hasta"] == "2025-01-10"


async def test_an_answer_the_client_has_costs_no_query_of_values(
    viewer: httpx.AsyncClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = await viewer.get(DEMANDA)
    assert first.headers["cache-control"] == "private, no-cache"
    tag = first.headers["etag"]
    assert tag.startswith('"')

    async def forbidden(*_: object, **__: object) -> None:
        raise AssertionError("the values were read")

    monkeypatch.setattr(SeriesRepository, "serie", forbidden)
    for header in (tag, f'"otra", {tag}', f"W/{tag}", "*"):
        again = await viewer.get(DEMANDA, headers={"If-None-Match": header})
        assert (again.status_code, again.content) == (304, b"")
        assert again.headers["etag"] == tag
        assert again.headers["cache-control"] == "private, no-cache"


async def test_the_tag_tells_apart_everything_that_can_be_asked(viewer: httpx.AsyncClient) -> None:
    asks: list[dict[str, str]] = [
        {},
        {"formato": "csv"},
        {"formato": "parquet"},
        {"resolucion": "mes"},
        {"desde": "2024-12-02"},
        {"hasta": "2024-12-30"},
        {"as_of": "2024-12-31"},
        {"variable": "DemaReal"},
        {"variable": "DemaReal", "resolucion": "dia"},
    ]
    tags = [(await viewer.get(DEMANDA, params=ask)).headers["etag"] for ask in asks]
    assert len(set(tags)) == len(asks)
    spelled_out = {"variable": "DemaSIN", "desde": "2024-12-01", "hasta": "2024-12-31", "resolucion": "dia"}
    assert (await viewer.get(DEMANDA, params=spelled_out)).headers["etag"] == tags[0]


async def test_a_load_changes_the_tag_and_the_answer(runtime: Runtime, api_engine: AsyncEngine) -> None:
    batch = text("UPDATE estado_variables SET ultima_carga_id = :id WHERE variable = 'PrecBolsNaci'")
    value = text("UPDATE precios SET precio_cop_kwh = :v WHERE fecha = timestamptz '2024-01-01 00:00-05'")
    day = {"desde": "2024-01-01", "hasta": "2024-01-01"}
    async with client_of(runtime, Rol.VIEWER) as client:
        before = await client.get(PRECIOS, params=day)
        try:
            async with api_engine.begin() as conn:
                await conn.execute(value, {"v": 777})
                await conn.execute(batch, {"id": 99})
            after = await client.get(PRECIOS, params=day, headers={"If-None-Match": before.headers["etag"]})
        finally:
            async with api_engine.begin() as conn:
                await conn.execute(value, {"v": 300})
                await conn.execute(batch, {"id": 3})
    assert after.status_code == 200
    assert after.json()["series"][0]["datos"][0][1] == 777
    assert before.json()["series"][0]["datos"][0][1] == 300


async def test_files_are_named_after_what_they_hold(viewer: httpx.AsyncClient) -> None:
    response = await viewer.get(DEMANDA, params={"formato": "csv"})
    name = 'attachment; filename="DemaSIN_2024-12-01_2024-12-31_dia.csv"'
    assert response.headers["content-disposition"] == name


@pytest.mark.parametrize("where", [DEMANDA, PRECIOS])
async def test_every_variable_offered_is_answered_with_its_source_and_licence(
    viewer: httpx.AsyncClient, where: str
) -> None:
    table = {DEMANDA: "demanda_nacional", PRECIOS: "precios"}[where]
    offered = [v for v in variables() if v.tabla == table and v.entidad == SISTEMA]
    assert len(offered) > 5
    for variable in offered:
        meta = (await data(viewer, where, variable=variable.codigo, **JANUARY))["meta"]
        assert meta["fuente"] != variable.fuente, variable.codigo
        assert meta["licencia"], variable.codigo
