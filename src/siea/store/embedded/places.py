"""Where each thing of the embedded servers lies, and sockets whose path the system accepts."""

import hashlib
import os
import shutil
import stat
from dataclasses import dataclass
from pathlib import Path

from siea.store.embedded.errors import EmbeddedError, folder_error, full_disk

# sun_path holds 104 bytes on macOS and 108 on Linux, the final NUL included.
LONGEST_SOCKET = 103
POSTGRES_SOCKET = ".s.PGSQL.5432"
VALKEY_SOCKET = "valkey.sock"
NEEDED_FREE_BYTES = 300 * 2**20


@dataclass(frozen=True, slots=True)
class Places:
    """Folders of one home. ``sockets`` leaves the home only where its path would be too long."""

    home: Path
    run: Path
    postgres_data: Path
    valkey_data: Path
    sockets: Path

    @property
    def postgres_sockets(self) -> Path:
        """Folder of PostgreSQL's socket: apart, since as root it belongs to another user."""
        return self.sockets / "pg"


def prepare(home: Path) -> Places:
    """Create the folders of *home* and return them.

    Raises EmbeddedError when they cannot be written, the disk is full, or no socket path is short enough.
    """
    home = home.expanduser().resolve()
    run = home / "run"
    try:
        run.mkdir(parents=True, exist_ok=True)
        if not os.access(run, os.W_OK | os.X_OK):
            raise PermissionError(13, os.strerror(13))
    except OSError as cause:
        raise folder_error(home, cause) from cause
    if shutil.disk_usage(home).free < NEEDED_FREE_BYTES:
        raise full_disk(home)
    return Places(home, run, home / "postgresql", home / "valkey", _sockets(home, run))


def _sockets(home: Path, run: Path) -> Path:
    if _fits(run):
        return run
    # Named by path and inode: every process of this home finds the same folder whatever its TMPDIR,
    # and a home made anew does not meet the sockets of the one deleted.
    name = hashlib.sha256(f"{home}:{home.stat().st_ino}".encode()).hexdigest()[:12]
    short = Path("/tmp") / f"siea-{os.getuid()}-{name}"  # noqa: S108 - checked below
    if not _fits(short):
        raise EmbeddedError(
            f"La ruta «{home}» es demasiado larga para un socket Unix ({LONGEST_SOCKET} bytes como máximo). "
            "Elija una más corta con SIEA_HOME."
        )
    try:
        short.mkdir(mode=0o711, exist_ok=True)
        found = short.lstat()
    except OSError as cause:
        raise folder_error(short, cause) from cause
    if not stat.S_ISDIR(found.st_mode) or found.st_uid != os.getuid() or found.st_mode & 0o022:
        raise EmbeddedError(
            f"«{short}» existe y no es de este usuario; bórrela o elija una ruta más corta con SIEA_HOME."
        )
    return short


def _fits(folder: Path) -> bool:
    longest = max((folder / "pg" / POSTGRES_SOCKET, folder / VALKEY_SOCKET), key=lambda path: len(str(path)))
    return len(os.fsencode(longest)) <= LONGEST_SOCKET
