"""Every route, every role: nobody gets further than the route declares."""

import base64
import hmac
import json
from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Any

import httpx
import pytest
from fastapi import APIRouter
from fastapi.routing import APIRoute
from joserfc import jws
from joserfc.jwk import OKPKey
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncEngine
from tests.api.conftest import NOW, assert_problem, client_of

from siea.api import app as app_module
from siea.api.app import UndeclaredRouteError, create_app
from siea.api.deps import declared
from siea.api.routers import ROUTERS
from siea.runtime import Runtime
from siea.security.roles import Rol
from siea.security.tokens import Tokens, load_or_create_key

ROUTES = [
    (route, method)
    for router in ROUTERS
    for route in router.routes
    if isinstance(route, APIRoute)
    for method in sorted(route.methods)
]
BODIES: dict[str, Any] = {"/api/v1/predict/demanda": {"horizonte_dias": 7}}


@pytest.fixture
async def by_role(runtime: Runtime) -> AsyncIterator[dict[Rol | None, httpx.AsyncClient]]:
    """A client without token, and one of each role."""
    app = create_app(runtime)
    clients = {rol: client_of(runtime, rol, app=app) for rol in (None, *Rol)}
    yield clients
    for client in clients.values():
        await client.aclose()


@pytest.mark.parametrize("rol", [None, *Rol])
@pytest.mark.parametrize(("route", "method"), ROUTES, ids=[f"{m} {r.path}" for r, m in ROUTES])
async def test_each_role_gets_where_the_route_says_and_no_further(
    by_role: dict[Rol | None, httpx.AsyncClient], route: APIRoute, method: str, rol: Rol | None
) -> None:
    minimum = declared(route)
    assert minimum is not None, f"{method} {route.path} declares nothing"
    path = route.path.replace("{codigo}", "sin-permiso")
    response = await by_role[rol].request(method, path, json=BODIES.get(route.path))
    if minimum == "public":
        assert response.status_code != 401
        assert response.status_code != 403
    elif rol is None:
        assert_problem(response, 401, "no-autenticado")
        assert response.headers["www-authenticate"].startswith("Bearer")
    elif rol.alcanza(Rol(minimum)):
        assert response.status_code not in (401, 403), response.text
    else:
        body = assert_problem(response, 403, "sin-permiso")
        assert f"«{minimum}»" in body["detail"]


async def test_only_the_known_routes_are_public() -> None:
    public = {route.path for route, _ in ROUTES if declared(route) == "public"}
    assert public == {
        "/api/v1/auth/token",
        "/api/v1/auth/clave",
        "/health/live",
        "/health/ready",
        "/metrics",
        "/problemas/{codigo}",
    }


async def test_a_route_that_declares_nothing_stops_the_start(
    runtime: Runtime, monkeypatch: pytest.MonkeyPatch
) -> None:
    careless = APIRouter()

    @careless.get("/secreto")
    async def secreto() -> str:
        return "todo"

    monkeypatch.setattr(app_module, "ROUTERS", (*ROUTERS, careless))
    with pytest.raises(UndeclaredRouteError, match="/secreto"):
        create_app(runtime)


async def test_a_refusal_by_role_is_recorded(
    by_role: dict[Rol | None, httpx.AsyncClient], api_engine: AsyncEngine
) -> None:
    await by_role[Rol.VIEWER].post(
        "/api/v1/predict/demanda", json={}, headers={"User-Agent": "prueba-de-permiso"}
    )
    async with api_engine.connect() as conn:
        found = text("SELECT * FROM auditoria WHERE agente = 'prueba-de-permiso' ORDER BY id DESC LIMIT 1")
        row = (await conn.execute(found)).one()
    assert (row.actor, row.accion, row.resultado) == ("una-viewer", "acceso", "rechazado")
    assert (row.recurso, row.ip) == ("POST /api/v1/predict/demanda", "127.0.0.1")
    assert row.detalle == {"rol": "viewer", "exigido": "analista"}


def b64(value: Any) -> str:
    return base64.urlsafe_b64encode(json.dumps(value).encode()).rstrip(b"=").decode()


def forged(key: OKPKey) -> dict[str, tuple[str, str]]:
    """Tokens that must not enter, with the reason that is told."""
    at = int(NOW.timestamp())
    good = {"iss": "siea", "aud": "siea-api", "sub": "x", "iat": at, "nbf": at, "exp": at + 600}
    good |= {"jti": "j", "rol": "admin"}
    kid = key.thumbprint()

    def signed(by: OKPKey = key, **changed: Any) -> str:
        head = {"alg": "Ed25519", "kid": kid}
        return jws.serialize_compact(head, json.dumps(good | changed), by, algorithms=["Ed25519"])

    unsigned = f"{b64({'alg': 'HS256', 'kid': kid})}.{b64(good)}"
    mac = hmac.digest(key.as_pem(private=False), unsigned.encode(), "sha256")
    return {
        "none": (f"{b64({'alg': 'none'})}.{b64(good)}.", "token_format"),
        "nOnE": (f"{b64({'alg': 'nOnE'})}.{b64(good)}.", "token_format"),
        "HS256 with the public key": (
            f"{unsigned}.{base64.urlsafe_b64encode(mac).rstrip(b'=').decode()}",
            "token_format",
        ),
        "another key": (signed(OKPKey.generate_key("Ed25519")), "token_signature"),
        "expired": (signed(exp=at - 60), "token_expired"),
        "two minutes ahead": (signed(iat=at + 120), "token_not_yet_valid"),
        "another issuer": (signed(iss="otro"), "token_issuer"),
        "another audience": (signed(aud="otra"), "token_audience"),
        "numeric subject": (signed(sub=1234), "token_format"),
        "garbage": ("esto no es un token", "token_format"),
        "dots": ("...", "token_format"),
    }


NAMES = list(forged(OKPKey.generate_key("Ed25519")))


@pytest.mark.parametrize("name", NAMES)
async def test_a_forged_or_stale_token_is_a_401_with_its_reason(
    runtime: Runtime, nobody: httpx.AsyncClient, name: str
) -> None:
    token, reason = forged(load_or_create_key(runtime.keys))[name]
    response = await nobody.get("/api/v1/auth/yo", headers={"Authorization": f"Bearer {token}"})
    body = assert_problem(response, 401, "token-no-valido")
    assert body["errores"] == [{"campo": "authorization", "motivo": reason}]
    assert f'error_description="{reason}"' in response.headers["www-authenticate"]


@pytest.mark.parametrize("skew", [2, -2])
async def test_a_token_of_a_host_whose_clock_differs_by_seconds_enters(
    runtime: Runtime, nobody: httpx.AsyncClient, skew: int
) -> None:
    other = Tokens(runtime.keys, lambda: NOW + timedelta(seconds=skew))
    token = other.issue("ana", Rol.VIEWER, minutes=1).token
    response = await nobody.get("/api/v1/auth/yo", headers={"Authorization": f"Bearer {token}"})
    assert response.json()["usuario"] == "ana"


@pytest.mark.parametrize("header", ["", "Bearer", "Bearer ", "Basic YTpi", "bearer\tx", "Token abc"])
async def test_what_is_no_bearer_token_counts_as_none(nobody: httpx.AsyncClient, header: str) -> None:
    response = await nobody.get("/api/v1/auth/yo", headers={"Authorization": header})
    assert_problem(response, 401, "no-autenticado")


async def test_the_scheme_is_read_in_any_case(runtime: Runtime, nobody: httpx.AsyncClient) -> None:
    token = Tokens(runtime.keys, runtime.clock).issue("ana", Rol.ADMIN, minutes=1).token
    response = await nobody.get("/api/v1/auth/yo", headers={"Authorization": f"bearer  {token}"})
    assert response.json() == {"usuario": "ana", "rol": "admin", "expira_en": "2025-01-10T15:01:00Z"}


@pytest.mark.parametrize(
    "path", ["//api/v1/demanda", "/api/v1/../v1/demanda", "/api/v1/demanda/", "/API/v1/demanda"]
)
async def test_no_spelling_of_a_path_gets_around_the_role(nobody: httpx.AsyncClient, path: str) -> None:
    request = nobody.build_request("GET", "/")
    request.url = request.url.copy_with(raw_path=path.encode())
    assert (await nobody.send(request)).status_code in (401, 404)
