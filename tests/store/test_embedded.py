"""The embedded servers: started, shared, adopted, recovered, and what they say when they cannot start."""

import os
import pwd
import shutil
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import asyncpg
import pytest
from redis import Redis
from sqlalchemy import make_url

from siea.store.embedded import EmbeddedError, EmbeddedServers, Urls, places

HOLDER = """
import sys, time
from pathlib import Path
from siea.store.embedded import EmbeddedServers
servers = EmbeddedServers(Path(sys.argv[1]))
print(servers.start().database_url, flush=True)
time.sleep(120)
"""


@pytest.fixture(scope="module")
def made() -> Iterator[Path]:
    """A home whose servers ran once, stopped; tests work on copies."""
    with tempfile.TemporaryDirectory(prefix="siea-casa-") as folder:
        home = Path(folder) / "casa"
        with EmbeddedServers(home) as servers:
            servers.start()
        yield home


@pytest.fixture
def home(made: Path) -> Iterator[Path]:
    with tempfile.TemporaryDirectory(prefix="siea-casa-") as folder:
        copy = Path(folder) / "casa"
        shutil.copytree(made, copy)
        yield copy


def holder(home: Path) -> subprocess.Popen[str]:
    """Another process that uses the servers of *home*, ready."""
    process = subprocess.Popen([sys.executable, "-c", HOLDER, str(home)], stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None
    assert process.stdout.readline().startswith("postgresql+asyncpg://")
    return process


async def answer(urls: Urls) -> tuple[str, str]:
    """What the two servers say of themselves: server time zone, reply to a ping."""
    assert urls.database_url is not None
    assert urls.redis_url is not None
    url = make_url(urls.database_url)
    conn = await asyncpg.connect(user=url.username, database=url.database, host=url.query["host"])
    try:
        zone = await conn.fetchval("SHOW timezone")
    finally:
        await conn.close()
    with Redis.from_url(urls.redis_url) as client:
        return zone, str(client.ping())


def process_of(home: Path) -> int:
    return int((home / "postgresql" / "postmaster.pid").read_text().splitlines()[0])


async def test_a_new_home_gets_both_servers_and_the_last_user_stops_them(tmp_path: Path) -> None:
    home = tmp_path / "nueva"
    with EmbeddedServers(home) as servers:
        urls = servers.start()
        assert await answer(urls) == ("UTC", "True")
    assert not (home / "postgresql" / "postmaster.pid").exists()
    assert not (home / "run" / "valkey.sock").exists()


async def test_a_second_user_adopts_and_the_first_may_leave(home: Path) -> None:
    with EmbeddedServers(home) as first, EmbeddedServers(home) as second:
        urls = first.start()
        process = process_of(home)
        assert second.start() == urls
        assert process_of(home) == process
        first.stop()
        first.stop()
        assert await answer(urls) == ("UTC", "True")
        second.stop()
        assert not (home / "postgresql" / "postmaster.pid").exists()


def test_only_what_is_asked_for_starts(home: Path) -> None:
    with EmbeddedServers(home) as servers:
        urls = servers.start(postgres=False)
        assert urls.database_url is None
        assert urls.redis_url is not None
        assert not (home / "postgresql" / "postmaster.pid").exists()


async def test_a_killed_user_blocks_nobody_and_its_servers_are_adopted(home: Path) -> None:
    other = holder(home)
    process = process_of(home)
    other.send_signal(signal.SIGKILL)
    other.wait()
    with EmbeddedServers(home) as servers:
        urls = servers.start()
        assert process_of(home) == process
        assert await answer(urls) == ("UTC", "True")
    assert not (home / "postgresql" / "postmaster.pid").exists()


async def test_users_in_other_processes_keep_the_servers_up(home: Path) -> None:
    other = holder(home)
    with EmbeddedServers(home) as servers:
        urls = servers.start()
        servers.stop()
        assert await answer(urls) == ("UTC", "True")
        servers.start()
        other.kill()
        other.wait()


async def test_killed_servers_start_again_and_keep_what_was_committed(home: Path) -> None:
    with EmbeddedServers(home) as servers:
        urls = servers.start()
        with Redis.from_url(urls.redis_url or "") as client:
            client.set("sesion", "abierta")
            client.config_set("appendfsync", "always")
            client.set("otra", "abierta")
            valkey = client.info("server")["process_id"]
        os.kill(process_of(home), signal.SIGKILL)
        os.kill(valkey, signal.SIGKILL)
        with EmbeddedServers(home) as again:
            urls = again.start()
            assert await answer(urls) == ("UTC", "True")
            with Redis.from_url(urls.redis_url or "") as client:
                assert client.get("sesion") == b"abierta"


@pytest.mark.parametrize(
    "content", [f"{os.getpid()}\n/otra\n", "", "basura"], ids=["ajeno", "vacio", "basura"]
)
async def test_a_stale_pid_file_is_recovered_from_in_silence(home: Path, content: str) -> None:
    """Also one whose number another process has got since, as after the restart of a container."""
    (home / "postgresql" / "postmaster.pid").write_text(content)
    with EmbeddedServers(home) as servers:
        assert await answer(servers.start()) == ("UTC", "True")


async def test_a_creation_that_was_cut_short_is_made_again(tmp_path: Path) -> None:
    half = tmp_path / "postgresql.nuevo"
    half.mkdir()
    (half / "PG_VERSION").write_text("18\n")
    with EmbeddedServers(tmp_path) as servers:
        assert await answer(servers.start()) == ("UTC", "True")


async def test_a_damaged_valkey_file_is_set_aside(home: Path) -> None:
    for part in (home / "valkey" / "appendonlydir").glob("*.aof"):
        part.write_bytes(b"*3\r\n$3\r\nSET\r\nbasura que no es de Valkey" * 50)
    with EmbeddedServers(home) as servers:
        assert await answer(servers.start()) == ("UTC", "True")
    assert (home / "valkey.averiado").is_dir()


async def test_a_path_too_long_for_a_socket_works_all_the_same(tmp_path: Path) -> None:
    home = tmp_path / ("carpeta-con-un-nombre-" * 6)
    with EmbeddedServers(home) as servers:
        urls = servers.start()
        assert str(home) not in (urls.database_url or "")
        assert await answer(urls) == ("UTC", "True")
        with EmbeddedServers(home) as other:
            assert other.start() == urls


async def test_quotes_blanks_and_accents_in_the_path_are_harmless(tmp_path: Path) -> None:
    with EmbeddedServers(tmp_path / """energía 'del' "país" """.strip()) as servers:
        assert await answer(servers.start()) == ("UTC", "True")


def test_data_of_another_major_version_are_told(home: Path) -> None:
    (home / "postgresql" / "PG_VERSION").write_text("15\n")
    with pytest.raises(EmbeddedError, match="son de PostgreSQL 15 y SIEA trae PostgreSQL 18"):
        EmbeddedServers(home).start()


def test_a_server_that_refuses_shows_its_last_words(home: Path) -> None:
    with (home / "postgresql" / "postgresql.conf").open("a") as conf:
        conf.write("\nparametro_que_no_existe = 1\n")
    with pytest.raises(EmbeddedError, match=r"PostgreSQL no arrancó(.|\n)*parametro_que_no_existe"):
        EmbeddedServers(home).start()


def test_a_full_disk_is_told(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(places, "NEEDED_FREE_BYTES", 2**62)
    with pytest.raises(EmbeddedError, match="No queda espacio en el disco"):
        EmbeddedServers(home).start()


def test_a_home_that_is_a_file_is_told(tmp_path: Path) -> None:
    (tmp_path / "casa").write_text("")
    with pytest.raises(EmbeddedError, match="No se puede escribir en"):
        EmbeddedServers(tmp_path / "casa").start()


def test_a_folder_without_write_permission_is_told_to_an_ordinary_user(tmp_path: Path) -> None:
    closed = tmp_path / "cerrada"
    closed.mkdir(mode=0o555)
    told = _as_ordinary_user(closed / "casa")
    assert "EmbeddedError: No se puede escribir en" in told


def test_an_ordinary_user_can_run_them(tmp_path: Path) -> None:
    open_to_all = tmp_path / "abierta"
    open_to_all.mkdir()
    open_to_all.chmod(0o777)
    assert "postgresql+asyncpg://siea@/siea" in _as_ordinary_user(open_to_all / "casa")


def _as_ordinary_user(home: Path) -> str:
    """Everything that starting and stopping the servers of *home* prints, run without root's powers."""
    code = HOLDER.replace("time.sleep(120)", "servers.stop()")
    if os.geteuid() == 0:
        nobody = pwd.getpwnam("nobody")
        for folder in home.parents[1:]:
            folder.chmod(folder.stat().st_mode | 0o005)
        # After the imports: the interpreter may lie where only root can read.
        drop = (
            f"import os, secrets; os.setgroups([]); os.setgid({nobody.pw_gid}); os.setuid({nobody.pw_uid})\n"
        )
        code = code.replace("servers = ", drop + "servers = ", 1)
    done = subprocess.run(
        [sys.executable, "-c", code, str(home)], capture_output=True, text=True, cwd="/", check=False
    )
    return done.stdout + done.stderr
