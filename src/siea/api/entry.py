"""The way in: attempts are counted before any work, and every one is recorded."""

import hashlib
from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from sqlalchemy.ext.asyncio import AsyncSession

from siea.api.errors import ProblemError
from siea.api.gate import Caller, too_many
from siea.api.network import limit_key
from siea.api.ratelimit import LimiterAwayError
from siea.api.schemas import RespuestaToken
from siea.api.services import Services
from siea.security import audit
from siea.security.audit import Accion, Resultado
from siea.security.passwords import PasswordPolicyError
from siea.security.roles import Rol
from siea.security.users import LoginError, MotivoIngreso, normal_name
from siea.store.models import Usuario

ATTEMPTS_PER_ACCOUNT = 5
ATTEMPTS_PER_ADDRESS = 30


@dataclass(frozen=True, slots=True)
class Entry:
    """One request to get in: who asks, with what, for which account."""

    services: Services
    session: AsyncSession
    caller: Caller
    usuario: str
    minutes: int

    async def login(self, clave: str) -> RespuestaToken:
        """A token for the right password. Raises ProblemError: 401, 403 (one-time password), 429, 503."""
        users = self.services.users
        return await self._enter(Accion.INGRESO, lambda: users.login(self.session, self.usuario, clave))

    async def change_password(self, clave: str, clave_nueva: str) -> RespuestaToken:
        """Set the new password and let its owner in. Raises ProblemError as login, and 422 by the policy."""
        users = self.services.users
        return await self._enter(
            Accion.CAMBIO_CLAVE,
            lambda: users.change_password(self.session, self.usuario, clave, clave_nueva),
        )

    async def _enter(self, accion: Accion, prove: Callable[[], Awaitable[Usuario]]) -> RespuestaToken:
        await self._count()
        try:
            account = await prove()
        except LoginError as error:
            await self._record(accion, error.usuario, error.motivo)
            raise _problem(error.motivo) from None
        except PasswordPolicyError as error:
            raise ProblemError.field("clave_nueva", str(error)) from None
        issued = self.services.tokens.issue(account.usuario, Rol(account.rol), self.minutes)
        await self._record(accion, account.usuario, None, rol=account.rol, jti=issued.principal.jti)
        await self.services.limiter.forget(self._account_key, ATTEMPTS_PER_ACCOUNT)
        return RespuestaToken(
            access_token=issued.token,
            token_type="bearer",  # noqa: S106 - the kind of token
            expires_in=issued.segundos,
            rol=Rol(account.rol),
            usuario=account.usuario,
        )

    @property
    def _address(self) -> str:
        return limit_key(self.caller.origen.ip or "")

    @property
    def _account_key(self) -> str:
        name = hashlib.sha256(normal_name(self.usuario).encode()).hexdigest()[:32]
        return f"ingreso/{name}/{self._address}"

    async def _count(self) -> None:
        """Count this attempt against its account and its address, before the costly part."""
        limiter = self.services.limiter
        for key, allowed in (
            (f"ingreso/{self._address}", ATTEMPTS_PER_ADDRESS),
            (self._account_key, ATTEMPTS_PER_ACCOUNT),
        ):
            try:
                verdict = await limiter.hit(key, allowed, must_share=True)
            except LimiterAwayError:
                raise ProblemError.away("El control de ingresos") from None
            if not verdict.permitida:
                raise too_many(verdict)

    async def _record(
        self, accion: Accion, usuario: str | None, motivo: MotivoIngreso | None, **detalle: str
    ) -> None:
        # The name that a stranger typed is not kept: it is often a password in the wrong box.
        await audit.record(
            self.session,
            accion,
            Resultado.RECHAZADO if motivo else Resultado.OK,
            actor=usuario or "desconocido",
            recurso="/api/v1/auth",
            origen=self.caller.origen,
            detalle={"motivo": motivo} if motivo else detalle,
        )
        await self.session.commit()


def _problem(motivo: MotivoIngreso) -> ProblemError:
    if motivo is MotivoIngreso.TEMPORAL:
        return ProblemError("clave-temporal", "Esa clave es de un solo uso: defina una propia para ingresar.")
    return ProblemError(
        "credenciales",
        "El usuario o la clave no son correctos.",
        headers={"WWW-Authenticate": 'Bearer realm="siea"'},
    )
