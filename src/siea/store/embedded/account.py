"""The system account PostgreSQL runs as: our own, or another when we are root (it refuses root)."""

import os
import pwd
import stat
import subprocess
from pathlib import Path
from typing import Any

from siea.store.embedded.errors import EmbeddedError

ACCOUNT = "pgserver"
_TRAVERSE = stat.S_IXOTH


class Account:
    """Runs commands, and owns folders, as the account of the server."""

    def __init__(self, data: Path) -> None:
        """Choose the account for the folder *data*: its owner where it exists already.

        Raises EmbeddedError when the account is needed and cannot be made.
        """
        self._uid = os.geteuid()
        self._gid = os.getegid()
        self.switched = self._uid == 0
        if not self.switched:
            return
        if data.exists() and data.stat().st_uid != 0:
            self._uid, self._gid = data.stat().st_uid, data.stat().st_gid
            return
        entry = _account_entry()
        self._uid, self._gid = entry.pw_uid, entry.pw_gid

    @property
    def process(self) -> dict[str, Any]:
        """Arguments of subprocess.run that make a command run as the account."""
        return {"user": self._uid, "group": self._gid, "extra_groups": []} if self.switched else {}

    def own(self, folder: Path) -> None:
        """Create *folder* for the account alone; what root copied or restored there becomes the account's."""
        folder.mkdir(parents=True, exist_ok=True)
        if self.switched:
            _let_pass(folder)
            if folder.stat().st_uid != self._uid:
                for path in (folder, *folder.rglob("*")):
                    os.chown(path, self._uid, self._gid, follow_symlinks=False)
        folder.chmod(0o700)

    def read(self, programs: Path) -> None:
        """Make sure that the account can run what is in the folder *programs* and load its libraries."""
        if not self.switched:
            return
        _let_pass(programs)
        if not (programs / "postgres").stat().st_mode & _TRAVERSE:  # installed under a strict umask
            for path in (programs.parent, *programs.parent.rglob("*")):
                mode = path.stat().st_mode
                path.chmod(mode | (mode >> 6) & 0o5)


def _account_entry() -> pwd.struct_passwd:
    try:
        return pwd.getpwnam(ACCOUNT)
    except KeyError:
        pass
    try:
        command = ["useradd", "--system", "--no-create-home", ACCOUNT]
        subprocess.run(command, check=True, capture_output=True, text=True)  # noqa: S603 - constant
        return pwd.getpwnam(ACCOUNT)
    except (OSError, KeyError, subprocess.CalledProcessError) as cause:
        raise EmbeddedError(
            f"PostgreSQL no funciona como root y no se pudo crear la cuenta «{ACCOUNT}» ({cause}). "
            "Ejecute SIEA con un usuario corriente o dé SIEA_DATABASE_URL."
        ) from cause


def _let_pass(path: Path) -> None:
    """Let other accounts traverse the folders above *path*, without letting them list any."""
    for folder in path.parents:
        mode = folder.stat().st_mode
        if not mode & _TRAVERSE:
            folder.chmod(mode | _TRAVERSE)
