"""A folder goes in with one command: what is broken is told, what is doubtful kept apart, twice is once."""

import asyncio
import gzip
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

from siea.ingest.archivos import import_folder
from siea.ingest.history import load_history
from siea.ingest.sources.historico import manifest
from siea.store.lake import Lake

NOW = datetime(2026, 11, 25, 12, tzinfo=UTC)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    made = tmp_path / "archivos"
    made.mkdir()
    return made


@pytest.fixture
def load(engine, lake, folder):
    async def run(where: Path = folder):
        reports = await import_folder(engine, lake, where, clock=lambda: NOW)
        return {report.archivo: report for report in reports}

    return run


def write(path: Path, header: str, *rows: str) -> None:
    path.write_text("\n".join((header, *rows)) + "\n", encoding="utf-8")


def prices(path: Path, *rows: str) -> None:
    write(path, "fecha_hora,precio_bolsa_cop_kwh", *rows)


def balances(report) -> bool:
    return all(
        part.recibidas == part.guardadas + part.iguales + part.revisadas + part.rechazadas
        for part in report.partes
    )


async def test_a_broken_file_and_an_unknown_one_are_told_and_the_others_go_on(load, folder, rows):
    (folder / "a_roto.csv.gz").write_bytes(gzip.compress(b"fecha_hora,precio_bolsa_cop_kwh\n" * 99)[:40])
    (folder / "b_vacio.csv").write_bytes(b"")
    write(folder / "c_ajeno.csv", "uno,dos", "1,2")
    prices(folder / "d_solo_titulos.csv")
    prices(folder / "e_bueno.csv", "2024-05-01 00:00:00,100.5", "2024-05-01 01:00:00,101")
    (folder / "LEAME.md").write_text("no son datos")
    (folder / ".oculto.csv").write_text("tampoco")
    told = await load()
    assert {name: report.estado for name, report in told.items()} == {
        "a_roto.csv.gz": "fallido",
        "b_vacio.csv": "fallido",
        "c_ajeno.csv": "desconocido",
        "d_solo_titulos.csv": "cargado",
        "e_bueno.csv": "cargado",
    }
    assert "dañado" in told["a_roto.csv.gz"].error
    assert "uno, dos" in told["c_ajeno.csv"].error
    assert [part.estado for part in told["d_solo_titulos.csv"].partes] == ["sin_datos"]
    assert await rows("SELECT fecha, precio_cop_kwh FROM precios ORDER BY 1") == [
        (datetime(2024, 5, 1, 5, tzinfo=UTC), 100.5),
        (datetime(2024, 5, 1, 6, tzinfo=UTC), 101.0),
    ]


async def test_the_second_time_nothing_changes_whatever_the_name_and_the_order_of_the_files(
    load, folder, rows
):
    prices(folder / "a.csv", "2024-05-01 00:00:00,100.5")
    write(folder / "b.csv", "Code,Name,Activity,OperStartdate,State", "EPMC,EPM,C,2001-01-01,OPERACION")
    write(folder / "c.csv", "Code,Name,Activity,OperStartdate,State", "EPMC,EPM S.A.,C,2001-01-01,OPERACION")
    first = await load()
    assert {report.estado for report in first.values()} == {"cargado"}
    before = await rows("SELECT count(*) FROM cargas"), await rows("SELECT nombre FROM entidades")
    for old, new in (("a", "z"), ("b", "y"), ("c", "x")):
        (folder / f"{old}.csv").rename(folder / f"{new}.csv")
    second = await load()
    assert {report.estado for report in second.values()} == {"sin_cambios"}
    assert (await rows("SELECT count(*) FROM cargas"), await rows("SELECT nombre FROM entidades")) == before
    assert before == ([(3,)], [("EPM S.A.",)])


async def test_what_a_row_cannot_be_goes_to_quarantine_with_its_reason(load, folder, rows):
    prices(
        folder / "precios.csv",
        "2024-05-01 00:00:00,100",
        "2024-05-01 00:00:00,100",
        "2024-05-01 01:00:00,101",
        "2024-05-01 01:00:00,102",
        "2024-05-01 02:30:00,103",
        "2024-05-01 03:00:00,99999",
        "2024-05-01 04:00:00,abc",
        "2204-05-01 05:00:00,105",
        ",",
        "2024-05-01 06:00:00,",
    )
    (report,) = (await load()).values()
    (part,) = report.partes
    assert (part.recibidas, part.guardadas, part.iguales, part.rechazadas) == (10, 2, 1, 7)
    assert (part.desde, part.hasta) == (date(2024, 5, 1), date(2024, 5, 1))
    reasons = {why for (why,) in await rows("SELECT motivo FROM cuarentena")}
    assert reasons == {
        "99999.0 COP/kWh está fuera de los límites del catálogo (-100 a 20000)",
        "fuera de los días pedidos (2024-05-01 a 2024-05-01)",
        "la misma clave viene con valores distintos",
        "«2024-05-01 02:30:00» no es una fecha",
        "«» no es una fecha",
        "«abc» no es un número",
    }
    assert await rows("SELECT count(*) FROM precios WHERE precio_cop_kwh IS NULL") == [(1,)]


async def test_an_unknown_settlement_version_keeps_the_whole_file_out(load, folder, rows):
    header = "fecha,hora,precio_bolsa_cop_kwh,version"
    write(folder / "libro.csv", header, "2010-05-01,0,80,TX3", "2010-05-01,1,81,TXZ")
    (report,) = (await load()).values()
    (part,) = report.partes
    assert (part.estado, part.guardadas, part.rechazadas) == ("rechazada", 0, 2)
    assert "TXZ" in part.error
    assert await rows("SELECT count(*) FROM precios") == [(0,)]


async def test_a_later_version_wins_and_the_earlier_one_is_kept(load, folder, rows):
    header = "fecha,or_codigo,version,hora,demanda_kwh"
    write(folder / "a.csv", header, "2018-05-01,CDSD,TXF,0,1000", "2018-05-01,CDSD,TX3,0,1100")
    write(folder / "b.csv", header, "2018-05-01,CDSD,TXR,0,900")
    await load()
    now = await rows("SELECT version, round((demanda_gwh * 1e6)::numeric) FROM demanda_or")
    assert now == [("TX3", 1100)]
    kept = await rows("SELECT version, round((valor * 1e6)::numeric) FROM revisiones ORDER BY 1")
    assert kept == [("TXF", 1000), ("TXR", 900)]


async def test_an_old_copy_does_not_take_the_place_of_what_was_published_since(load, folder, rows):
    prices(folder / "a_nuevo.csv", "2024-05-01 00:00:00,120", "2024-06-01 00:00:00,130")
    prices(folder / "b_viejo.csv", "2024-05-01 00:00:00,100")
    await load()
    assert await rows("SELECT precio_cop_kwh FROM precios ORDER BY fecha") == [(120.0,), (130.0,)]


async def test_months_told_by_their_last_day_are_months(load, folder, rows):
    write(folder / "p.csv", "fecha,agente,demanda,respaldo,ventas,expuesto", "2025-08-31,BCCC,1,2,0,-1")
    (report,) = (await load()).values()
    assert [part.rechazadas for part in report.partes] == [0, 0, 0, 0]
    assert await rows("SELECT DISTINCT fecha FROM observaciones") == [(datetime(2025, 8, 1, 5, tzinfo=UTC),)]


async def test_bytes_that_come_again_on_another_day_are_kept_once(engine, lake: Lake, folder):
    prices(folder / "p.csv", "2024-05-01 00:00:00,100")
    await import_folder(engine, lake, folder, clock=lambda: NOW)
    await import_folder(engine, lake, folder, clock=lambda: NOW + timedelta(days=3))
    assert len(list(lake.iter_raw("importado"))) == 1


async def test_every_batch_leads_to_the_bytes_it_came_from(load, folder, lake: Lake, rows):
    prices(folder / "p.csv", "2024-05-01 00:00:00,100")
    await load()
    ((source, path, sha),) = await rows("SELECT fuente, origen, sha256 FROM cargas")
    assert source == "importado"
    assert lake.read_raw(path) == (folder / "p.csv").read_bytes()
    assert lake.read_metadata(path)["sha256"] == sha
    assert lake.read_metadata(path)["request"] == {"archivo": "p.csv"}


@pytest.mark.parametrize("after_s", [0, 0.01, 0.03, 0.06, 0.1, 0.2])
async def test_stopped_at_any_moment_nothing_is_half_done_and_running_again_goes_on(
    engine, lake, folder, load, rows, after_s
):
    start = datetime(2020, 1, 1, tzinfo=UTC)
    for name, year in (("a.csv", 0), ("b.csv", 8760)):
        hours = (start + timedelta(hours=year + n) for n in range(8760))
        prices(folder / name, *(f"{hour:%Y-%m-%d %H:%M:%S},{100 + hour.hour}" for hour in hours))
    work = asyncio.ensure_future(import_folder(engine, lake, folder, clock=lambda: NOW))
    asyncio.get_running_loop().call_later(after_s, work.cancel)
    await asyncio.wait([work])
    ((stored,),) = await rows("SELECT count(*) FROM precios")
    assert stored in {0, 8760, 17520}
    assert await rows("SELECT count(*) FROM cargas WHERE estado <> 'cargada'") == [(0,)]
    assert all(not report.error for report in (await load()).values())
    assert await rows("SELECT count(*), sum(precio_cop_kwh) FROM precios") == [(17520, 17520 * 111.5)]
    assert await rows("SELECT count(*) FROM revisiones") == [(0,)]


_COMMERCIAL = (
    "SELECT h.dia, abs((h.gwh - coalesce(e.valor, 0) + coalesce(n.valor, 0)) / d.demanda_gwh - 1)"
    " FROM (SELECT (fecha AT TIME ZONE 'America/Bogota')::date AS dia, sum(demanda_gwh) AS gwh"
    "  FROM demanda_nacional WHERE variable = 'DemaCome' GROUP BY 1 HAVING count(demanda_gwh) = 24) h"
    " JOIN demanda_diaria d ON d.variable = 'DemaSIN' AND d.dia = h.dia"
    " LEFT JOIN observaciones e ON e.variable = 'ExpoDiaSIN'"
    "  AND (e.fecha AT TIME ZONE 'America/Bogota')::date = h.dia"
    " LEFT JOIN observaciones n ON n.variable = 'DemaNoAtenDiaSIN'"
    "  AND (n.fecha AT TIME ZONE 'America/Bogota')::date = h.dia ORDER BY 1"
)


@pytest.mark.lento
async def test_the_reference_folder_loads_whole_beside_the_built_in_history(engine, lake, shared, load, rows):
    """All of ../shared/data/xm: counts, golden sums, the balance of its hours, and twice without change."""
    await load_history(engine, lake, clock=lambda: NOW)
    where = shared / "data" / "xm"
    told = await load(where)
    assert len(told) == len([path for path in where.iterdir() if path.suffix != ".md"])
    assert [name for name, report in told.items() if report.error] == []
    parts = [part for report in told.values() for part in report.partes]
    assert all(balances(report) for report in told.values())
    assert sum(report.filas for report in told.values()) > 900_000
    assert sum(part.recibidas for part in parts) > 2_000_000
    # what the history had already, the same to the last digit
    series = {(row["variable"], row["entidad"]): row["filas"] for row in manifest()["series"]}
    for code in ("DemaSIN", "GeneDiaSIN", "ExpoDiaSIN", "ONI"):
        part = next(part for part in parts if part.variable == code)
        assert (part.iguales, part.revisadas) == (series[code, part.entidad], 0)
    assert [part.variable for part in parts if part.revisadas] == []
    lists = {report.receta: report.entidades.recibidas for report in told.values() if report.entidades}
    assert (lists["agentes"], lists["metricas"], lists["recursos"]) == (704, 193, 341)
    assert await rows("SELECT count(*) FROM entidades WHERE tipo = 'agente'") == [(699,)]
    assert await rows(
        "SELECT demanda_gwh FROM demanda_nacional WHERE variable = 'DemaSIN' AND fecha = :dia",
        dia=datetime(2025, 1, 1, 5, tzinfo=UTC),
    ) == [(pytest.approx(176.78208052),)]
    assert await rows(
        "SELECT sum(valor) FROM observaciones WHERE variable = 'DemaSubarea'"
        " AND (fecha AT TIME ZONE 'America/Bogota')::date = '2022-03-15'"
    ) == [(pytest.approx(211.9406914),)]
    days = await rows(_COMMERCIAL)
    assert len(days) == 2069
    # the last two days of the file were cut before they were settled
    assert [day for day, apart in days if apart > 0.001] == [date(2022, 8, 30), date(2022, 8, 31)]
    before = await rows("SELECT count(*), max(id) FROM cargas")
    again = await load(where)
    assert {report.estado for report in again.values()} == {"sin_cambios"}
    assert await rows("SELECT count(*), max(id) FROM cargas") == before
