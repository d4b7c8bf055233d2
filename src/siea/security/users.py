"""Accounts: the login, the change of a one-time password, the first administrator, resets."""

import re
import unicodedata
from enum import StrEnum

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from siea.domain.tiempo import Clock
from siea.security.passwords import (
    LARGO_MAXIMO,
    PasswordPolicyError,
    Passwords,
    check_policy,
    one_time_password,
)
from siea.security.roles import Rol
from siea.store.locks import Lock
from siea.store.models import Usuario
from siea.store.repositories import UsuariosRepository

PRIMER_ADMIN = "admin"
_NAME = re.compile(r"[a-z0-9][a-z0-9._@+-]{1,63}")


class MotivoIngreso(StrEnum):
    """Why somebody did not get in. Only the audit tells the first three apart."""

    DESCONOCIDO = "usuario_desconocido"
    CLAVE = "clave_incorrecta"
    INACTIVO = "cuenta_inactiva"
    TEMPORAL = "clave_temporal"


class LoginError(Exception):
    """The login is refused. *usuario*: the account it was for, None when there is none."""

    def __init__(self, motivo: MotivoIngreso, usuario: str | None) -> None:
        super().__init__(motivo.value)
        self.motivo = motivo
        self.usuario = usuario


class AccountError(ValueError):
    """An account cannot be made or found; its text says why, in Spanish."""


def normal_name(usuario: str) -> str:
    """A user name as stored: no outer blanks, small letters."""
    return unicodedata.normalize("NFKC", usuario).strip().lower()


class Users:
    """What can be done with accounts. The caller commits.

    ``login`` and ``change_password`` want a session of their own, with ``expire_on_commit=False``: they give
    its connection back while a password is checked.
    """

    def __init__(self, passwords: Passwords, clock: Clock) -> None:
        self._passwords = passwords
        self._clock = clock

    async def login(self, session: AsyncSession, usuario: str, clave: str) -> Usuario:
        """The account of *usuario* when *clave* is its password.

        Raises LoginError. The answer takes as long for a name that nobody has; a one-time password is
        only told from a wrong one by who knows it.
        """
        account = await self._check(session, usuario, clave)
        if account.clave_temporal:
            raise LoginError(MotivoIngreso.TEMPORAL, account.usuario)
        account.ultimo_ingreso = self._clock()
        if self._passwords.outdated(account.clave_hash):
            account.clave_hash = await self._passwords.hash(clave)
        return account

    async def change_password(
        self, session: AsyncSession, usuario: str, clave: str, clave_nueva: str
    ) -> Usuario:
        """Give the account a new password, also in place of a one-time one, and let its owner in.

        Raises LoginError when *clave* is not the present one, PasswordPolicyError when the new one will
        not do (looked at only after the present one is proved).
        """
        account = await self._check(session, usuario, clave)
        check_policy(clave_nueva, account.usuario)
        if clave_nueva == clave:
            raise PasswordPolicyError("La clave nueva debe ser distinta de la actual.")
        proved, replacement = account.clave_hash, await self._passwords.hash(clave_nueva)
        # A one-time password serves once: of two that use it at the same moment, one is late.
        await session.refresh(account, with_for_update=True)
        if account.clave_hash != proved:
            raise LoginError(MotivoIngreso.CLAVE, account.usuario)
        account.clave_hash = replacement
        account.clave_temporal = False
        account.ultimo_ingreso = self._clock()
        return account

    async def create(self, session: AsyncSession, usuario: str, nombre: str, rol: Rol) -> str:
        """Make an account and return its one-time password, which is stored nowhere.

        Raises AccountError when the name will not do or is taken.
        """
        name = normal_name(usuario)
        if not _NAME.fullmatch(name):
            raise AccountError(
                "El nombre de usuario va en minúsculas sin tildes: 2 a 64 letras, números o . _ @ + -"
            )
        repository = UsuariosRepository(session)
        if await repository.por_usuario(name) is not None:
            raise AccountError(f"Ya existe la cuenta «{name}».")
        clave = one_time_password()
        hashed = await self._passwords.hash(clave)
        await repository.agregar(
            Usuario(
                usuario=name,
                nombre=nombre.strip() or name,
                rol=rol.value,
                clave_hash=hashed,
                clave_temporal=True,
                activo=True,
            )
        )
        return clave

    async def reset(self, session: AsyncSession, usuario: str) -> str:
        """Replace the password of an account with a new one-time password and return it."""
        account = await UsuariosRepository(session).por_usuario(normal_name(usuario))
        if account is None:
            raise AccountError(f"No existe la cuenta «{usuario}».")
        clave = one_time_password()
        account.clave_hash = await self._passwords.hash(clave)
        account.clave_temporal = True
        return clave

    async def first_admin(self, session: AsyncSession) -> str | None:
        """The one-time password of the first administrator, or None when somebody has already entered.

        An installation without accounts gets the account ``admin``. While that is the only one and nobody
        has entered with it, each call replaces its password: one that was lost before it could be read
        would otherwise lock everybody out.
        """
        await session.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": Lock.FIRST_ADMIN})
        accounts = await UsuariosRepository(session).listar()
        if not accounts:
            return await self.create(session, PRIMER_ADMIN, "Administración", Rol.ADMIN)
        only = accounts[0] if len(accounts) == 1 else None
        if only is not None and only.clave_temporal and only.ultimo_ingreso is None:
            return await self.reset(session, only.usuario)
        return None

    async def _check(self, session: AsyncSession, usuario: str, clave: str) -> Usuario:
        name = normal_name(usuario)
        account = None
        if _NAME.fullmatch(name) and len(clave) <= LARGO_MAXIMO:
            account = await UsuariosRepository(session).por_usuario(name)
            # Argon2 is slow on purpose: no connection is held while it works.
            await session.commit()
        if not await self._passwords.verify(account.clave_hash if account else None, clave):
            if account is None:
                raise LoginError(MotivoIngreso.DESCONOCIDO, None)
            raise LoginError(MotivoIngreso.CLAVE, account.usuario)
        assert account is not None
        if not account.activo:
            raise LoginError(MotivoIngreso.INACTIVO, account.usuario)
        return account
