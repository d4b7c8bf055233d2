"""Passwords: Argon2id, a policy of length, and one-time passwords for people's first entry."""

import asyncio
import secrets
import unicodedata
from functools import cached_property

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError, VerifyMismatchError

LARGO_MINIMO = 12
LARGO_MAXIMO = 256

# No l, 1, I, O, 0: a one-time password is read from a screen and typed.
_ALPHABET = "abcdefghijkmnpqrstuvwxyz23456789"
_GROUPS, _GROUP = 5, 5


class PasswordPolicyError(ValueError):
    """A new password that will not do; its text says why, in Spanish."""


def one_time_password() -> str:
    """A random password in groups of five: 25 symbols of 32, 125 bits."""
    groups = ("".join(secrets.choice(_ALPHABET) for _ in range(_GROUP)) for _ in range(_GROUPS))
    return "-".join(groups)


def check_policy(clave: str, usuario: str) -> None:
    """Raise PasswordPolicyError unless *clave* may become the password of *usuario*."""
    length = len(_normal(clave))
    if length < LARGO_MINIMO:
        raise PasswordPolicyError(f"La clave debe tener al menos {LARGO_MINIMO} caracteres.")
    if length > LARGO_MAXIMO:
        raise PasswordPolicyError(f"La clave debe tener como máximo {LARGO_MAXIMO} caracteres.")
    if len(set(clave)) < 5:
        raise PasswordPolicyError("La clave repite muy pocos caracteres.")
    if usuario and usuario.casefold() in clave.casefold():
        raise PasswordPolicyError("La clave no debe contener el nombre de usuario.")


class Passwords:
    """Hashing and checking. Argon2 costs tens of milliseconds and 64 MiB on purpose: it runs in a thread,
    a few at a time, so that a flood of logins cannot take all memory.
    """

    def __init__(self, at_once: int = 4) -> None:
        self._hasher = PasswordHasher()
        self._slots = asyncio.Semaphore(at_once)

    async def hash(self, clave: str) -> str:
        """The encoded hash to store, with its own salt and parameters."""
        async with self._slots:
            return await asyncio.to_thread(self._hasher.hash, _normal(clave))

    async def verify(self, hashed: str | None, clave: str) -> bool:
        """Whether *clave* is the one of *hashed*; None (no such user) takes as long and is never right."""
        if len(clave) > LARGO_MAXIMO:
            return False
        async with self._slots:
            nobody = await asyncio.to_thread(lambda: self._nobody)
            right = await asyncio.to_thread(self._matches, hashed or nobody, _normal(clave))
        return right and hashed is not None

    def outdated(self, hashed: str) -> bool:
        """Whether *hashed* was made with other parameters than today's."""
        return self._hasher.check_needs_rehash(hashed)

    @cached_property
    def _nobody(self) -> str:
        """What an unknown user's password is checked against: the same work as for a known one."""
        return self._hasher.hash(one_time_password())

    def _matches(self, hashed: str, clave: str) -> bool:
        try:
            return self._hasher.verify(hashed, clave)
        except (VerifyMismatchError, VerificationError, InvalidHashError):
            return False


def _normal(clave: str) -> str:
    # The same keys give composed or decomposed accents on different systems (NIST SP 800-63B §5.1.1.2).
    return unicodedata.normalize("NFKC", clave)
