"""The dashboard's files, as a Next.js static export lays them."""

import base64
import hashlib
from pathlib import Path

import httpx
import pytest
from tests.api.conftest import assert_problem, client_of

from siea.runtime import Runtime

SCRIPT = 'self.__next_f.push([1,"hola"])'
PAGE = f'<html><script src="/_next/static/a.js" async=""></script><script>{SCRIPT}</script></html>'


@pytest.fixture
def out(runtime: Runtime) -> Path:
    folder = runtime.settings.dashboard_dir
    (folder / "_next/static/chunks").mkdir(parents=True)
    (folder / "demanda").mkdir()
    (folder / "index.html").write_text(PAGE)
    (folder / "login.html").write_text("<html>ingreso</html>")
    (folder / "demanda/index.html").write_text("<html>demanda</html>")
    (folder / "404.html").write_text("<html>no está</html>")
    (folder / "_next/static/chunks/a.js").write_text("1")
    (folder / "icono.svg").write_text("<svg/>")
    (folder.parent / "secreto.txt").write_text("SECRETO123")
    (folder / "enlace.txt").symlink_to(folder.parent / "secreto.txt")
    return folder


@pytest.mark.parametrize(
    ("path", "holds"),
    [
        ("/", "self.__next_f"),
        ("/?desde=2024-01-01", "self.__next_f"),
        ("/login", "ingreso"),
        ("/login/", "ingreso"),
        ("/login.html", "ingreso"),
        ("/demanda", "demanda"),
        ("/demanda/", "demanda"),
    ],
)
async def test_every_address_of_a_page_gives_it(
    out: Path, nobody: httpx.AsyncClient, path: str, holds: str
) -> None:
    response = await nobody.get(path)
    assert response.status_code == 200
    assert holds in response.text
    assert response.headers["cache-control"] == "no-cache"
    assert response.headers["content-type"].startswith("text/html")


async def test_hashed_files_are_kept_for_a_year(out: Path, nobody: httpx.AsyncClient) -> None:
    response = await nobody.get("/_next/static/chunks/a.js")
    assert response.headers["cache-control"] == "public, max-age=31536000, immutable"
    assert (await nobody.get("/icono.svg")).headers["cache-control"] == "no-cache"
    again = await nobody.get("/icono.svg", headers={"If-None-Match": response.headers["etag"]})
    assert again.status_code == 200
    assert (await nobody.head("/")).status_code == 200


async def test_a_page_may_run_its_own_scripts_and_no_others(out: Path, nobody: httpx.AsyncClient) -> None:
    policy = (await nobody.get("/")).headers["content-security-policy"]
    digest = base64.b64encode(hashlib.sha256(SCRIPT.encode()).digest()).decode()
    scripts = next(part for part in policy.split("; ") if part.startswith("script-src"))
    assert scripts == f"script-src 'self' 'sha256-{digest}'"
    assert "frame-ancestors 'none'" in policy
    (out / "index.html").write_text(PAGE.replace("hola", "nuevo"))
    assert digest not in (await nobody.get("/")).headers["content-security-policy"]


async def test_what_is_not_there_is_the_page_for_it(out: Path, nobody: httpx.AsyncClient) -> None:
    response = await nobody.get("/nada")
    assert (response.status_code, response.text) == (404, "<html>no está</html>")
    (out / "404.html").unlink()
    assert_problem(await nobody.get("/nada"), 404)


async def test_what_is_under_api_is_never_a_file(out: Path, nobody: httpx.AsyncClient) -> None:
    (out / "api").mkdir()
    (out / "api/x.html").write_text("x")
    assert_problem(await nobody.get("/api/x"), 404)
    assert_problem(await nobody.get("/api/x.html"), 404)


@pytest.mark.parametrize(
    "path",
    [
        "/../secreto.txt",
        "/%2e%2e/secreto.txt",
        "/..%2fsecreto.txt",
        "/demanda/../../secreto.txt",
        "//secreto.txt",
        "/..\\secreto.txt",
        "/enlace.txt",
        "/%00",
        "/" + "a" * 5000,
        "/_next/static/../../../secreto.txt",
    ],
)
async def test_nothing_outside_the_folder_can_be_read(
    out: Path, nobody: httpx.AsyncClient, path: str
) -> None:
    request = nobody.build_request("GET", "/")
    request.url = request.url.copy_with(raw_path=path.encode())
    response = await nobody.send(request)
    assert response.status_code == 404
    assert "SECRETO123" not in response.text


async def test_before_the_build_it_says_how_to_build(runtime: Runtime) -> None:
    async with client_of(runtime) as client:
        response = await client.get("/")
    assert response.status_code == 404
    assert response.headers["content-type"].startswith("text/plain")
    assert "make run" in response.text
    assert str(runtime.settings.dashboard_dir) not in response.text
