"""The one error of the embedded servers."""

import errno
from pathlib import Path

FULL_DISK = {errno.ENOSPC, errno.EDQUOT}


class EmbeddedError(RuntimeError):
    """An embedded server cannot start or stop. The message is in Spanish, for the person at the console."""


def folder_error(folder: Path, cause: OSError) -> EmbeddedError:
    """What to tell when *folder* cannot be written."""
    if cause.errno in FULL_DISK:
        return full_disk(folder)
    return EmbeddedError(
        f"No se puede escribir en «{folder}» ({cause.strerror or cause}). Dé permiso de escritura al usuario "
        "que ejecuta SIEA o elija otra carpeta con SIEA_HOME."
    )


def full_disk(folder: Path) -> EmbeddedError:
    """What to tell when the disk of *folder* has no room left."""
    return EmbeddedError(
        f"No queda espacio en el disco de «{folder}». Libere espacio o elija otra carpeta con SIEA_HOME."
    )


def last_lines(log: Path, count: int = 12) -> str:
    """The end of a server's log, indented, for an error message."""
    try:
        lines = log.read_text(encoding="utf-8", errors="replace").splitlines()
    except OSError:
        lines = []
    return "\n".join(f"    {line}" for line in lines[-count:]) or "    (registro vacío)"
