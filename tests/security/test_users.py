"""Accounts against a real database."""

import asyncio
from datetime import UTC, datetime

import pytest
from sqlalchemy.ext.asyncio import AsyncEngine, AsyncSession, async_sessionmaker

from siea.security.passwords import PasswordPolicyError, Passwords
from siea.security.roles import Rol
from siea.security.users import AccountError, LoginError, MotivoIngreso, Users
from siea.store.repositories import UsuariosRepository

NOW = datetime(2025, 6, 1, 12, 0, tzinfo=UTC)
CLAVE = "sol de los venados"


@pytest.fixture(scope="module")
def users() -> Users:
    return Users(Passwords(), lambda: NOW)


async def with_password(users: Users, session: AsyncSession, usuario: str = "ana") -> None:
    temporal = await users.create(session, usuario, "Ana Díaz", Rol.ANALISTA)
    await users.change_password(session, usuario, temporal, CLAVE)
    await session.commit()


async def test_a_one_time_password_only_serves_to_set_another(users: Users, session: AsyncSession) -> None:
    temporal = await users.create(session, "ana", "Ana Díaz", Rol.VIEWER)
    with pytest.raises(LoginError) as caught:
        await users.login(session, "ana", temporal)
    assert caught.value.motivo is MotivoIngreso.TEMPORAL
    await users.change_password(session, "ana", temporal, CLAVE)
    account = await users.login(session, " Ana ", CLAVE)
    assert (account.rol, account.clave_temporal, account.ultimo_ingreso) == ("viewer", False, NOW)


async def test_a_used_one_time_password_is_worth_nothing(users: Users, session: AsyncSession) -> None:
    temporal = await users.create(session, "ana", "Ana", Rol.VIEWER)
    await users.change_password(session, "ana", temporal, CLAVE)
    await session.commit()
    with pytest.raises(LoginError):
        await users.change_password(session, "ana", temporal, "otra clave distinta")


async def test_of_two_who_use_it_at_once_one_is_late(users: Users, engine: AsyncEngine) -> None:
    sessions = async_sessionmaker(engine, expire_on_commit=False)
    async with sessions.begin() as session:
        temporal = await users.create(session, "ana", "Ana", Rol.VIEWER)

    async def change(clave: str) -> bool:
        async with sessions() as session:
            try:
                await users.change_password(session, "ana", temporal, clave)
            except LoginError:
                return False
            await session.commit()
            return True

    assert sorted(await asyncio.gather(change("primera clave nueva"), change("segunda clave nueva"))) == [
        False,
        True,
    ]


@pytest.mark.parametrize(
    ("usuario", "clave", "why"),
    [
        ("ana", "no es la clave", MotivoIngreso.CLAVE),
        ("beto", CLAVE, MotivoIngreso.DESCONOCIDO),
        ("ana\x00", CLAVE, MotivoIngreso.DESCONOCIDO),
        ("' OR 1=1 --", CLAVE, MotivoIngreso.DESCONOCIDO),
        ("", "", MotivoIngreso.DESCONOCIDO),
    ],
)
async def test_a_wrong_name_or_password_does_not_enter(
    users: Users, session: AsyncSession, usuario: str, clave: str, why: MotivoIngreso
) -> None:
    await with_password(users, session)
    with pytest.raises(LoginError) as caught:
        await users.login(session, usuario, clave)
    assert caught.value.motivo is why


async def test_a_closed_account_does_not_enter(users: Users, session: AsyncSession) -> None:
    await with_password(users, session)
    account = await UsuariosRepository(session).por_usuario("ana")
    assert account is not None
    account.activo = False
    await session.commit()
    with pytest.raises(LoginError) as caught:
        await users.login(session, "ana", CLAVE)
    assert caught.value.motivo is MotivoIngreso.INACTIVO


async def test_a_weak_new_password_is_told_only_to_who_knows_the_present_one(
    users: Users, session: AsyncSession
) -> None:
    await with_password(users, session)
    with pytest.raises(LoginError):
        await users.change_password(session, "ana", "no es la clave", "corta")
    with pytest.raises(PasswordPolicyError):
        await users.change_password(session, "ana", CLAVE, "corta")
    with pytest.raises(PasswordPolicyError, match="distinta"):
        await users.change_password(session, "ana", CLAVE, CLAVE)


async def test_no_connection_is_held_while_a_password_is_checked(
    users: Users, engine: AsyncEngine, monkeypatch: pytest.MonkeyPatch
) -> None:
    sessions = async_sessionmaker(engine, expire_on_commit=False)
    async with sessions.begin() as session:
        await users.create(session, "ana", "Ana", Rol.VIEWER)
    held = []
    passwords = Passwords()

    async def verify(hashed: str | None, clave: str) -> bool:
        held.append(engine.sync_engine.pool.checkedout())  # type: ignore[attr-defined]  # of QueuePool
        return False

    monkeypatch.setattr(passwords, "verify", verify)
    async with sessions() as session:
        with pytest.raises(LoginError):
            await Users(passwords, lambda: NOW).login(session, "ana", "x" * 12)
    assert held == [0]


async def test_a_reset_gives_another_one_time_password(users: Users, session: AsyncSession) -> None:
    await with_password(users, session)
    temporal = await users.reset(session, "Ana")
    with pytest.raises(LoginError):
        await users.login(session, "ana", CLAVE)
    with pytest.raises(LoginError) as caught:
        await users.login(session, "ana", temporal)
    assert caught.value.motivo is MotivoIngreso.TEMPORAL


@pytest.mark.parametrize("usuario", ["", "a", "ana díaz", "-ana", "x" * 65, "ana\n"])
async def test_a_name_that_will_not_do_is_told(users: Users, session: AsyncSession, usuario: str) -> None:
    if usuario == "ana\n":
        usuario = "an\na"
    with pytest.raises(AccountError, match="nombre de usuario"):
        await users.create(session, usuario, "", Rol.VIEWER)


async def test_a_name_is_taken_once_whatever_its_capitals(users: Users, session: AsyncSession) -> None:
    await users.create(session, "Ana", "Ana", Rol.VIEWER)
    with pytest.raises(AccountError, match="Ya existe"):
        await users.create(session, "ANA", "Otra", Rol.ADMIN)
    with pytest.raises(AccountError, match="No existe"):
        await users.reset(session, "beto")


async def test_the_first_administrator_gets_a_password_until_somebody_has_entered(
    users: Users, session: AsyncSession
) -> None:
    first = await users.first_admin(session)
    again = await users.first_admin(session)
    assert first
    assert again
    assert first != again
    await users.change_password(session, "admin", again, CLAVE)
    await session.commit()
    assert await users.first_admin(session) is None


async def test_two_processes_make_one_first_administrator(users: Users, engine: AsyncEngine) -> None:
    sessions = async_sessionmaker(engine, expire_on_commit=False)

    async def start() -> str | None:
        async with sessions.begin() as session:
            return await users.first_admin(session)

    await asyncio.gather(*(start() for _ in range(3)))
    async with sessions() as session:
        assert [account.usuario for account in await UsuariosRepository(session).listar()] == ["admin"]


async def test_with_other_accounts_nothing_is_made(users: Users, session: AsyncSession) -> None:
    await users.create(session, "ana", "Ana", Rol.ADMIN)
    await users.create(session, "beto", "Beto", Rol.ADMIN)
    assert await users.first_admin(session) is None
