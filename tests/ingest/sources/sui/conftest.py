"""SUI over HTTP to its stand-in, with the keys of an installation and an encrypted lake."""

from pathlib import Path

import polars as pl
import pytest
from sqlalchemy import text
from tests.ingest.sources.sui.datos import ROWS, TAIL, customers
from tests.standins.sui import HEADER, SuiStandIn

from siea.ingest.sources import sui
from siea.ingest.sources.registry import Entorno
from siea.store.cifrado import Cipher
from siea.store.lake import Lake


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


@pytest.fixture
def everything_written(lake_folder, engine, capsys):
    """``await everything_written()``: all text that a load left anywhere, compressed columns opened."""

    async def read() -> str:
        found = []
        for path in lake_folder.rglob("*"):
            if path.is_file():
                found += [str(path), path.read_bytes().decode("latin-1")]
            if path.suffix == ".parquet":
                with pl.Config(tbl_rows=-1, tbl_cols=-1, fmt_str_lengths=10**6, fmt_table_cell_list_len=-1):
                    found.append(str(pl.read_parquet(path).rows()))
        async with engine.connect() as conn:
            tables = await conn.execute(text("SELECT tablename FROM pg_tables WHERE schemaname = 'public'"))
            for (table,) in tables.all():
                found += [line for (line,) in await conn.execute(text(f"SELECT t::text FROM {table} t"))]
        told = capsys.readouterr()
        return "\n".join([*found, told.out, told.err])

    return read


@pytest.fixture
def consolidated(factory):
    """``consolidated(*rows)``: what the factory answers."""

    def put(*lines: str, header: str = HEADER, tail: list[str] = TAIL) -> None:
        factory.tables["ele_com_096"] = "\n".join([header, *lines, *tail])

    put(*ROWS)
    return put
