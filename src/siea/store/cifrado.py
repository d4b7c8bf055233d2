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

    Raises ValueError when the file is there and holds something else.
    """
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    path = folder / f"{name}.clave"
    try:
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        found = path.read_bytes()
        if len(found) != _KEY_BYTES:
            raise ValueError(f"the key {name} has {len(found)} bytes and should have {_KEY_BYTES}") from None
        return found
    made = secrets.token_bytes(_KEY_BYTES)
    with os.fdopen(descriptor, "wb") as out:
        out.write(made)
    return made


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
        """The body again. Raises ValueError when it was changed, moved, cut, or is none of ours."""
        if not sealed.startswith(_MAGIC) or len(sealed) <= len(_MAGIC):
            raise ValueError("not an encrypted body of SIEA")
        start = len(_MAGIC) + 1 + sealed[len(_MAGIC)]
        head, nonce, rest = sealed[:start], sealed[start : start + _NONCE], sealed[start + _NONCE :]
        name = head[len(_MAGIC) + 1 :].decode("ascii", "replace")
        if not name.isidentifier():
            raise ValueError("the name of the key is damaged")
        try:
            return AESGCM(key_of(self._folder, name)).decrypt(nonce, rest, head + context.encode())
        except (InvalidTag, ValueError):
            raise ValueError("the encrypted body was changed, or does not belong here") from None
