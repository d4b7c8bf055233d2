"""Getting in: the one-time password, the token, and the record of each attempt."""

from collections.abc import AsyncIterator, Sequence

import httpx
import pytest
from sqlalchemy.ext.asyncio import AsyncEngine, async_sessionmaker
from tests.api.conftest import MakeRuntime, assert_problem, client_of

from siea.runtime import Runtime
from siea.security.passwords import Passwords
from siea.security.roles import Rol
from siea.security.users import Users
from siea.store.models import Auditoria
from siea.store.repositories import AuditoriaRepository

TOKEN, CLAVE, YO = "/api/v1/auth/token", "/api/v1/auth/clave", "/api/v1/auth/yo"
NUEVA = "sol de los venados"


@pytest.fixture
def own(make_runtime: MakeRuntime, engine: AsyncEngine) -> Runtime:
    """A runtime on a database of this test alone."""
    return make_runtime(engine)


@pytest.fixture
async def client(own: Runtime) -> AsyncIterator[httpx.AsyncClient]:
    async with client_of(own, peer="203.0.113.9") as client:
        yield client


async def make_account(own: Runtime, usuario: str = "ana", rol: Rol = Rol.ANALISTA) -> str:
    async with own.sessions.begin() as session:
        return await Users(Passwords(), own.clock).create(session, usuario, "Ana Díaz", rol)


async def records(own: Runtime) -> Sequence[Auditoria]:
    async with async_sessionmaker(own.engine)() as session:
        return list(reversed(await AuditoriaRepository(session).ultimos()))


async def test_the_first_entry_from_the_one_time_password_to_the_token(
    own: Runtime, client: httpx.AsyncClient
) -> None:
    temporal = await make_account(own)
    body = assert_problem(
        await client.post(TOKEN, data={"username": "ana", "password": temporal}), 403, "clave-temporal"
    )
    assert body["type"].endswith("/clave-temporal")

    weak = {"usuario": "ana", "clave": temporal, "clave_nueva": "aaaaaaaaaaaa"}
    refusal = assert_problem(await client.post(CLAVE, json=weak), 422)
    assert refusal["errores"][0]["campo"] == "clave_nueva"

    changed = await client.post(CLAVE, json={"usuario": "ana", "clave": temporal, "clave_nueva": NUEVA})
    assert changed.status_code == 200
    assert set(changed.json()) == {"access_token", "token_type", "expires_in", "rol", "usuario"}

    entered = await client.post(TOKEN, data={"grant_type": "password", "username": "Ana", "password": NUEVA})
    answer = entered.json()
    assert (answer["token_type"], answer["expires_in"]) == ("bearer", 1800)
    assert (answer["rol"], answer["usuario"]) == ("analista", "ana")
    assert entered.headers["cache-control"] == "no-store"
    me = await client.get(YO, headers={"Authorization": f"Bearer {answer['access_token']}"})
    assert me.json() == {"usuario": "ana", "rol": "analista", "expira_en": "2025-01-10T15:30:00Z"}

    found = [(row.actor, row.accion, row.resultado, row.ip) for row in await records(own)]
    assert found == [
        ("ana", "ingreso", "rechazado", "203.0.113.9"),
        ("ana", "cambio_clave", "ok", "203.0.113.9"),
        ("ana", "ingreso", "ok", "203.0.113.9"),
    ]


async def test_a_wrong_password_and_an_unknown_name_are_told_alike(
    own: Runtime, client: httpx.AsyncClient
) -> None:
    await make_account(own)
    wrong, unknown = [
        await client.post(TOKEN, data={"username": name, "password": "no es la clave"})
        for name in ("ana", "mi-clave-escrita-en-otra-casilla")
    ]
    bodies = [assert_problem(response, 401, "credenciales") for response in (wrong, unknown)]
    assert bodies[0]["detail"] == bodies[1]["detail"]
    assert [row.actor for row in await records(own)] == ["ana", "desconocido"]
    assert [row.detalle["motivo"] for row in await records(own)] == [
        "clave_incorrecta",
        "usuario_desconocido",
    ]
    # What a stranger typed as a name may be a password.
    assert "otra-casilla" not in str([vars(row) for row in await records(own)])


@pytest.mark.parametrize(
    "form",
    [
        {},
        {"username": "ana"},
        {"username": "ana", "password": ""},
        {"username": "", "password": "x"},
        {"username": "a\x00b", "password": "x"},
        {"username": "ana", "password": "x" * 300},
        {"username": "ana", "password": "x", "grant_type": "refresh_token"},
    ],
)
async def test_a_form_that_will_not_do_is_a_422(client: httpx.AsyncClient, form: dict[str, str]) -> None:
    assert assert_problem(await client.post(TOKEN, data=form), 422)["errores"]


async def test_a_password_with_strange_characters_is_only_wrong(client: httpx.AsyncClient) -> None:
    for password in ("a\x00b", "💡" * 50, "' OR 1=1 --"):
        response = await client.post(TOKEN, data={"username": "ana", "password": password})
        assert_problem(response, 401, "credenciales")


async def test_the_sixth_attempt_in_a_minute_waits_whatever_the_forwarded_address_says(
    own: Runtime, client: httpx.AsyncClient
) -> None:
    await make_account(own)
    statuses = []
    for n in range(20):
        response = await client.post(
            TOKEN,
            data={"username": "ana", "password": "no es la clave"},
            headers={"X-Forwarded-For": f"198.51.100.{n}"},
        )
        statuses.append(response.status_code)
    assert statuses == [401] * 5 + [429] * 15
    assert 1 <= int(response.headers["retry-after"]) <= 60
    assert_problem(response, 429, "demasiadas-peticiones")
    # What was refused at the limit cost no check and left no further record.
    assert {row.ip for row in await records(own)} == {"203.0.113.9"}
    assert len(await records(own)) == 5


async def test_the_right_password_clears_the_count(own: Runtime, client: httpx.AsyncClient) -> None:
    temporal = await make_account(own)
    assert (
        await client.post(CLAVE, json={"usuario": "ana", "clave": temporal, "clave_nueva": NUEVA})
    ).is_success
    for _ in range(2):
        for password in ["no es la clave"] * 4 + [NUEVA]:
            response = await client.post(TOKEN, data={"username": "ana", "password": password})
        assert response.status_code == 200


async def test_one_address_cannot_go_through_many_names(client: httpx.AsyncClient) -> None:
    statuses = [
        (await client.post(TOKEN, data={"username": f"ana{n}", "password": "x"})).status_code
        for n in range(32)
    ]
    assert statuses == [401] * 30 + [429] * 2


async def test_another_address_is_not_locked_out(own: Runtime, client: httpx.AsyncClient) -> None:
    temporal = await make_account(own)
    for _ in range(7):
        await client.post(TOKEN, data={"username": "ana", "password": "no es la clave"})
    async with client_of(own, peer="198.51.100.8") as elsewhere:
        response = await elsewhere.post(
            CLAVE, json={"usuario": "ana", "clave": temporal, "clave_nueva": NUEVA}
        )
    assert response.status_code == 200
