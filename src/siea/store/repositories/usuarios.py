"""People who may enter."""

from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from siea.store.models import Usuario


class UsuariosRepository:
    """Accounts by user name. What is changed on an account is written when the caller commits."""

    def __init__(self, session: AsyncSession) -> None:
        self._session = session

    async def por_usuario(self, usuario: str) -> Usuario | None:
        """The account of a user name, or None."""
        found: Usuario | None = await self._session.scalar(select(Usuario).where(Usuario.usuario == usuario))
        return found

    async def agregar(self, cuenta: Usuario) -> None:
        """Add an account. Raises sqlalchemy.exc.IntegrityError when the user name is taken."""
        self._session.add(cuenta)
        await self._session.flush()

    async def listar(self) -> Sequence[Usuario]:
        """Every account, by user name."""
        return (await self._session.scalars(select(Usuario).order_by(Usuario.usuario))).all()
