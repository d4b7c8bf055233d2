"""No raw copy of personal data is read without a record of who did, and why."""

from datetime import UTC, date, datetime

import pytest
from sqlalchemy import text
from sqlalchemy.exc import ProgrammingError
from sqlalchemy.ext.asyncio import async_sessionmaker

from siea.security.personal import read_personal
from siea.store.cifrado import Cipher
from siea.store.lake import Lake
from siea.store.repositories import AuditoriaRepository

BODY = b"160-9988776655-5-2024"


@pytest.fixture
def sessions(engine):
    return async_sessionmaker(engine, expire_on_commit=False)


@pytest.fixture
def lake(tmp_path):
    return Lake((tmp_path / "lago").as_uri(), Cipher(tmp_path / "llaves"))


@pytest.fixture
def path(lake):
    day = date(2024, 5, 1)
    told = {
        "source": "sui",
        "dataset": "tc1",
        "variable": "SUI_Usuarios",
        "entity": "e",
        "first": day,
        "last": day,
    }
    return lake.put_raw(BODY, **told, received_at=datetime(2024, 7, 1, tzinfo=UTC), personal=True).path


async def trail(sessions):
    async with sessions() as session:
        return [
            (one.actor, one.accion, one.recurso, one.resultado, one.detalle)
            for one in await AuditoriaRepository(session).ultimos()
        ]


async def test_who_reads_is_on_record_with_the_reason_and_none_of_the_data(sessions, lake, path):
    assert await read_personal(sessions, lake, path, actor="ana", motivo=" petición 12 ") == BODY
    (found,) = await trail(sessions)
    assert found == ("ana", "dato_personal", path, "ok", {"acto": "leer", "motivo": "petición 12"})
    assert BODY.decode() not in repr(found)


async def test_a_reading_that_fails_is_on_record_too(sessions, lake, path, tmp_path):
    sealed = tmp_path / "lago" / path
    sealed.write_bytes(sealed.read_bytes()[:-1] + b"x")
    with pytest.raises(ValueError, match="changed"):
        await read_personal(sessions, lake, path, actor="ana", motivo="x")
    with pytest.raises(FileNotFoundError):
        await read_personal(sessions, lake, "raw/sui/nada", actor="ana", motivo="x")
    assert [(one[2], one[3]) for one in await trail(sessions)] == [("raw/sui/nada", "error"), (path, "error")]


async def test_what_cannot_be_recorded_is_not_given(sessions, engine, lake, path):
    async with engine.begin() as conn:
        await conn.execute(text("ALTER TABLE auditoria RENAME TO otra"))
    with pytest.raises(ProgrammingError):
        await read_personal(sessions, lake, path, actor="ana", motivo="x")


@pytest.mark.parametrize("motivo", ["", "  "])
async def test_nobody_reads_without_a_reason(sessions, lake, path, motivo):
    with pytest.raises(ValueError, match="reason"):
        await read_personal(sessions, lake, path, actor="ana", motivo=motivo)
    assert await trail(sessions) == []
