"""Encryption of personal data at rest: AES-256-GCM, the place where they lie authenticated with them.

Format: the magic ``SIEA1``, one byte with the length of the key's name, the name, a nonce of 12 bytes, the
cipher text with its tag. A body that was changed, moved or cut does not open.
"""

import os
import secrets
from pathlib import Path

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

_MAGIC = b"SIEA1"
_NONCE = 12
_KEY_BYTES = 32


def key_of(folder: Path, name: str) -> bytes:
    """The secret of 32 bytes in the file *name* of *folder*, made on first use, readable by its owner alone.

    Whichever process comes first makes it and the others read its key. Raises ValueError when the file is
    there and holds something else, OSError when it cannot be written.
    """
    path = _path(folder, name)
    if not path.exists():
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        _create(path)
    return _read(path)


class Cipher:
    """Implements ``Sealer`` with the key *name* of *folder*."""

    def __init__(self, folder: Path, name: str = "datos_personales") -> None:
        self._folder = folder
        self._name = name

    def seal(self, body: bytes, context: str) -> bytes:
        """*body* encrypted for the place *context*."""
        nonce = secrets.token_bytes(_NONCE)
        head = _MAGIC + bytes([len(self._name)]) + self._name.encode()
        sealed = AESGCM(key_of(self._folder, self._name)).encrypt(nonce, body, head + context.encode())
        return head + nonce + sealed

    def unseal(self, sealed: bytes, context: str) -> bytes:
        """The body again. Raises ValueError when it was changed, moved, cut, is none of ours, or has no key.

        Opening never makes a key.
        """
        if not sealed.startswith(_MAGIC) or len(sealed) <= len(_MAGIC):
            raise ValueError("not an encrypted body of SIEA")
        start = len(_MAGIC) + 1 + sealed[len(_MAGIC)]
        head, nonce, rest = sealed[:start], sealed[start : start + _NONCE], sealed[start + _NONCE :]
        name = head[len(_MAGIC) + 1 :].decode("ascii", "replace")
        if not name.isidentifier():
            raise ValueError("the name of the key is damaged")
        path = _path(self._folder, name)
        if not path.exists():
            raise ValueError(
                f"there is no key {name}: the body was changed, or sealed by another installation"
            )
        try:
            return AESGCM(_read(path)).decrypt(nonce, rest, head + context.encode())
        except (InvalidTag, ValueError):
            raise ValueError("the encrypted body was changed, or does not belong here") from None


def _path(folder: Path, name: str) -> Path:
    return folder / f"{name}.clave"


def _read(path: Path) -> bytes:
    found = path.read_bytes()
    if len(found) != _KEY_BYTES:
        raise ValueError(f"the key {path.stem} has {len(found)} bytes and should have {_KEY_BYTES}")
    return found


def _create(path: Path) -> None:
    # Written whole under a name of its own, then linked: the first one to link wins; nobody reads half a key.
    draft = path.with_name(f".{path.name}.{secrets.token_hex(8)}")
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(secrets.token_bytes(_KEY_BYTES))
            file.flush()
            os.fsync(file.fileno())
        os.link(draft, path)
    except FileExistsError:
        pass
    finally:
        draft.unlink()
