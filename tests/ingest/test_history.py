"""The built-in history: loaded like live data, true to its sources, and honest about its holes."""

from datetime import date
from importlib.resources import files

import pytest
from tests.conftest import fresh_database

from siea.ingest.history import load_history
from siea.ingest.sources.historico import manifest


@pytest.fixture(scope="module")
async def loaded(servers, admin_engine, template, tmp_path_factory):
    """An engine on a database with the history, and the reports of loading it twice."""
    from siea.store.database import make_engine
    from siea.store.lake import Lake

    lake = Lake(tmp_path_factory.mktemp("lago").as_uri())
    async for url in fresh_database(admin_engine, servers, template):
        engine = make_engine(url)
        first = await load_history(engine, lake)
        second = await load_history(engine, lake)
        yield engine, first, second
        await engine.dispose()


@pytest.fixture
def ask(loaded):
    from sqlalchemy import text

    async def read(query, **parameters):
        async with loaded[0].connect() as conn:
            return [tuple(row) for row in await conn.execute(text(query), parameters)]

    return read


def test_it_is_small_and_each_series_tells_where_it_comes_from():
    folder = files("siea.ingest").joinpath("historico")
    assert sum(len(path.read_bytes()) for path in folder.iterdir()) <= 3 * 2**20
    for series in manifest()["series"]:
        assert series["fuente"]
        assert series["unidad"]
        assert series["licencia"]
        assert "defectos" in series


def test_loading_it_a_second_time_changes_nothing(loaded):
    _, first, second = loaded
    assert {report.estado for report in first} <= {"cargada", "incompleta"}
    assert {report.estado for report in second} == {"sin_cambios"}


async def test_demand_closes_with_generation_and_exchanges_on_every_day(ask):
    """Less than 1 kWh; exchanges that are empty were not published and count as no exchange."""
    rows = await ask(
        "SELECT d.fecha, abs(d.demanda_gwh - g.generacion_gwh - coalesce(n.valor, 0) + coalesce(e.valor, 0)"
        " - coalesce(i.valor, 0)) * 1e6 AS kwh FROM demanda_nacional d"
        " JOIN generacion g ON g.variable = 'GeneDiaSIN' AND g.fecha = d.fecha"
        " LEFT JOIN observaciones n ON n.variable = 'DemaNoAtenDiaSIN' AND n.fecha = d.fecha"
        " LEFT JOIN observaciones e ON e.variable = 'ExpoDiaSIN' AND e.fecha = d.fecha"
        " LEFT JOIN observaciones i ON i.variable = 'ImpoDiaSIN' AND i.fecha = d.fecha"
        " WHERE d.variable = 'DemaSIN'"
    )
    assert len(rows) == 9496
    assert [row for row in rows if row[1] >= 1] == []


async def test_the_missing_day_of_2015_is_a_gap_and_nothing_fills_it(ask):
    days = await ask(
        "SELECT (fecha AT TIME ZONE 'America/Bogota')::date FROM demanda_nacional WHERE variable = 'DemaSIN'"
        " AND demanda_gwh IS NOT NULL AND fecha >= '2015-12-30 05:00+00' AND fecha < '2016-01-02 05:00+00'"
        " ORDER BY 1"
    )
    assert [day for (day,) in days] == [date(2015, 12, 30), date(2016, 1, 1)]


async def test_hours_of_commercial_demand_add_up_to_the_official_local_day(ask):
    """Half of the days agree to 0.1 % and better (the rest are other settlement versions); days cut by the
    UTC date would not."""

    async def median(day_sql):
        ((value, days),) = await ask(
            "SELECT percentile_cont(0.5) WITHIN GROUP (ORDER BY abs(h.gwh / d.demanda_gwh - 1)), count(*)"
            " FROM"
            f" (SELECT {day_sql} AS dia, sum(demanda_gwh) AS gwh FROM demanda_nacional"
            "  WHERE variable = 'DemaCome' GROUP BY 1 HAVING count(*) = 24) h"
            " JOIN demanda_diaria d ON d.variable = 'DemaSIN' AND d.dia = h.dia"
        )
        assert days >= 729
        return value

    local = await median("(fecha AT TIME ZONE 'America/Bogota')::date")
    by_utc = await median("(fecha AT TIME ZONE 'UTC')::date")
    assert local < 0.001
    assert by_utc > 5 * local


async def test_every_series_carries_its_label(ask):
    labels = {label for (label,) in await ask("SELECT DISTINCT etiqueta FROM estado_variables")}
    assert labels == {"histórico incorporado hasta 2025-12-31"}


async def test_no_settled_day_of_it_is_taken_for_a_partial_one(ask):
    """Holidays, the pandemic and blackouts are low days, not partial ones."""
    provisional = await ask("SELECT variable, count(*) FROM demanda_nacional WHERE provisional GROUP BY 1")
    assert provisional == []
