"""Both embedded servers of one home, shared by every process that uses it.

Each user holds a shared ``flock`` on ``run/uso.lock``; the system drops it when a process ends in any way.
Whoever closes and then gets that lock for itself alone was the last user and stops the servers. A killed user
leaves at most running servers, which the next one adopts.
"""

import fcntl
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Self

from siea.store.embedded.errors import EmbeddedError, folder_error
from siea.store.embedded.places import Places, prepare
from siea.store.embedded.postgres import Postgres
from siea.store.embedded.valkey import Valkey

_LOCK_SECONDS = 120.0


@dataclass(frozen=True, slots=True)
class Urls:
    """Where the servers that were asked for answer; None for one that was not."""

    database_url: str | None
    redis_url: str | None


class EmbeddedServers:
    """PostgreSQL and Valkey under *home*. Blocking: start and stop them outside the event loop.

    >>> with EmbeddedServers(Path("var")) as servers:  # doctest: +SKIP
    ...     urls = servers.start()
    """

    def __init__(self, home: Path) -> None:
        self._home = home
        self._places: Places | None = None
        self._use: int | None = None

    def start(self, *, postgres: bool = True, valkey: bool = True) -> Urls:
        """Start or adopt the servers and count as their user until stop() or the end of the process.

        Raises EmbeddedError, with a message in Spanish, when one cannot be started.
        """
        places = self._places = prepare(self._home)
        with _starting(places):
            if self._use is None:
                self._use = _open_lock(places.run / "uso.lock")
                fcntl.flock(self._use, fcntl.LOCK_SH)
            try:
                database, cache = Postgres(places), Valkey(places)
                if postgres:
                    database.start()
                if valkey:
                    cache.start()
            except BaseException:
                self._release(places)
                raise
        return Urls(database.url if postgres else None, cache.url if valkey else None)

    def stop(self) -> None:
        """Cease to be a user; the last one stops the servers. Does nothing when not started."""
        if self._use is None or self._places is None:
            return
        with _starting(self._places):
            self._release(self._places)

    def _release(self, places: Places) -> None:
        assert self._use is not None
        use, self._use = self._use, None
        try:
            fcntl.flock(use, fcntl.LOCK_UN)
            try:
                fcntl.flock(use, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                return  # somebody else still uses them
            try:
                Valkey(places).stop()
            finally:
                Postgres(places).stop()
        finally:
            os.close(use)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()


def _open_lock(path: Path) -> int:
    try:
        return os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o666)
    except OSError as cause:
        raise folder_error(path.parent, cause) from cause


@contextmanager
def _starting(places: Places) -> Iterator[None]:
    """Hold the lock under which the servers of a home start and stop, one process at a time."""
    lock = _open_lock(places.run / "arranque.lock")
    try:
        deadline = time.monotonic() + _LOCK_SECONDS
        while True:
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
                break
            except BlockingIOError:
                if time.monotonic() > deadline:
                    raise EmbeddedError(
                        f"Otro proceso de SIEA lleva más de {_LOCK_SECONDS:.0f} s arrancando o deteniendo "
                        f"los servidores de «{places.home}»; espere a que termine o ciérrelo."
                    ) from None
                time.sleep(0.05)
            except OSError as cause:
                raise EmbeddedError(
                    f"El disco de «{places.home}» no admite bloqueos ({cause.strerror}); elija una carpeta "
                    "local con SIEA_HOME."
                ) from cause
        yield
    finally:
        os.close(lock)
