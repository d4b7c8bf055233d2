"""SUI: counts come out, and no customer's number does, whatever goes wrong."""

from datetime import date
from pathlib import Path

import pytest
from sqlalchemy import text
from tests.standins.sui import SuiStandIn

from siea.domain.catalogo import variable
from siea.ingest.sources import sui
from siea.ingest.sources.registry import Entorno, fuente
from siea.store.cifrado import Cipher
from siea.store.lake import Lake

USERS = variable("SUI_Usuarios", "Comercializador")
MAY = date(2024, 5, 1)
NIU = "9988776655"


def customers(market: str, count: int, first: int = 0) -> list[str]:
    return [f"{market}-{NIU}{n:03d}-5-2024" for n in range(first, first + count)]


@pytest.fixture
def factory(monkeypatch) -> SuiStandIn:
    monkeypatch.setattr(sui, "EMPRESAS", {"564": "EPM"})
    found = SuiStandIn()
    found.reports["564"] = [*customers("ANTIOQUIA", 12), *customers("CALI - YUMBO - PUERTO TEJADA", 7, 20),
                            *customers("CHOCO", 3, 40), customers("ANTIOQUIA", 1)[0]]  # fmt: skip
    return found


@pytest.fixture
def source(opened, factory):
    made = opened("sui", factory)
    made.configurar(Entorno(lambda _: b"k" * 32, {}))
    return made


@pytest.fixture
def lake(lake_folder: Path, tmp_path: Path) -> Lake:
    return Lake(lake_folder.as_uri(), Cipher(tmp_path / "llaves"))


async def test_customers_are_counted_once_by_market_and_few_are_hidden_with_the_smallest_other(
    load, source, rows
):
    (report,) = await load(source, MAY, MAY, USERS)
    assert (report.estado, report.rechazadas) == ("cargada", 0)
    told = "SELECT entidad, dimension, valor, marcas FROM observaciones ORDER BY dimension"
    assert await rows(told) == [
        ("564", "ANTIOQUIA", 12.0, []),
        ("564", "CALI - YUMBO - PUERTO TEJADA", None, ["suprimido_k5"]),
        ("564", "CHOCO", None, ["suprimido_k5"]),
    ]


async def test_no_number_of_a_customer_is_anywhere_but_sealed(
    load, source, lake, lake_folder, engine, capsys
):
    await load(source, MAY, MAY, USERS)
    for path in lake_folder.rglob("*"):
        if path.is_file():
            assert NIU.encode() not in path.read_bytes(), path
    async with engine.connect() as conn:
        tables = [
            t
            for (t,) in await conn.execute(
                text("SELECT tablename FROM pg_tables WHERE schemaname = 'public'")
            )
        ]
        for table in tables:
            found = await conn.execute(text(f"SELECT * FROM {table} t WHERE t::text LIKE '%{NIU}%'"))
            assert found.all() == [], table
    told = capsys.readouterr()
    assert NIU not in told.out + told.err
    (raw,) = lake.iter_raw("sui")
    assert lake.read_personal(raw.path).startswith(b"PK")


@pytest.mark.parametrize("line", [f"ANTIOQUIA-{NIU}", f"{NIU}", f"ANTIOQUIA--5-2024{NIU}"])
async def test_a_line_of_another_shape_is_told_by_its_place_and_never_quoted(
    load, source, factory, capsys, line
):
    factory.reports["564"] = [*customers("ANTIOQUIA", 6), line]
    (report,) = await load(source, MAY, MAY, USERS)
    assert (report.estado, report.codigo) == ("fallida", "contract_violation")
    assert "línea 8" in report.error
    told = capsys.readouterr()
    assert NIU not in report.error + told.out + told.err


async def test_without_the_key_nothing_personal_is_read(opened, factory, load):
    (report,) = await load(opened("sui", factory), MAY, MAY, USERS)
    assert "llave" in report.error


@pytest.mark.parametrize(
    ("change", "why"),
    [({"header": "a-b-c"}, "columnas"), ({"entry": "otra"}, "info"), ({"link": False}, "enlace")],
)
async def test_another_shape_is_named(load, source, factory, change, why):
    for name, value in change.items():
        setattr(factory, name, value)
    (report,) = await load(source, MAY, MAY, USERS)
    assert (report.codigo, why in report.error) == ("contract_violation", True)


async def test_a_bomb_is_not_unpacked(load, source, monkeypatch):
    monkeypatch.setattr(sui, "MOST_BYTES", 10)
    (report,) = await load(source, MAY, MAY, USERS)
    assert "más de lo que puede ser" in report.error


@pytest.mark.parametrize("kind", ["garbage", "truncated", "server"])
async def test_what_is_no_zip_is_told(load, source, factory, kind):
    factory.fail(kind, times=0, path="/descarga/")
    (report,) = await load(source, MAY, MAY, USERS)
    assert report.estado == "fallida"


async def test_one_question_a_month_and_company(source):
    requests = await source.requests(USERS, date(2023, 11, 15), date(2024, 2, 3))
    assert [r.first for r in requests] == [
        date(2023, 11, 1),
        date(2023, 12, 1),
        date(2024, 1, 1),
        date(2024, 2, 1),
    ]
    assert all(r.personal for r in requests)


async def test_the_columns_that_the_code_reads_are_there(source, factory):
    factory.reports["1737"] = []
    assert fuente("sui").conjunto("tc1").forma <= await source.sample("tc1")
