"""The OpenAPI document: Spanish, complete, and kept by the answers."""

import asyncio
import sys
from pathlib import Path
from typing import Any

import httpx
import pytest
from fastapi import FastAPI
from sqlalchemy.ext.asyncio import AsyncEngine
from tests.api.conftest import MakeRuntime, serving

from siea.api.app import create_app
from siea.forecast.registry import ModelRegistry
from siea.runtime import Runtime
from siea.security.roles import Rol
from siea.security.tokens import Tokens


@pytest.fixture
def app(runtime: Runtime) -> FastAPI:
    return create_app(runtime)


@pytest.fixture
def document(app: FastAPI) -> dict[str, Any]:
    return app.openapi()


def operations(document: dict[str, Any]) -> list[tuple[str, str, dict[str, Any]]]:
    return [
        (path, method, operation)
        for path, found in document["paths"].items()
        for method, operation in found.items()
    ]


def test_every_operation_is_explained_in_spanish(document: dict[str, Any]) -> None:
    tags = {tag["name"] for tag in document["tags"]}
    for path, method, operation in operations(document):
        assert operation["summary"], (method, path)
        assert operation["description"].endswith((".", "`.")), (method, path)
        assert set(operation["tags"]) <= tags
        for parameter in operation.get("parameters", []):
            assert parameter["description"], (path, parameter["name"])


def test_parameters_of_the_series_have_examples(document: dict[str, Any]) -> None:
    for path in ("/api/v1/demanda", "/api/v1/precios"):
        for parameter in document["paths"][path]["get"]["parameters"]:
            schema = parameter["schema"]
            assert schema.get("examples") or "default" in schema, (path, parameter["name"])


def test_every_refusal_is_a_problem_document(document: dict[str, Any]) -> None:
    for path, method, operation in operations(document):
        for status, response in operation["responses"].items():
            if status >= "400" and path != "/health/ready":
                assert list(response["content"]) == ["application/problem+json"], (method, path, status)
    assert "HTTPValidationError" not in document["components"]["schemas"]


def test_each_format_of_a_series_is_told(document: dict[str, Any]) -> None:
    content = document["paths"]["/api/v1/demanda"]["get"]["responses"]["200"]["content"]
    assert set(content) == {"application/json", "text/csv", "application/vnd.apache.parquet"}
    assert content["application/json"]["schema"]["$ref"].endswith("/RespuestaSerie")


def test_the_protected_operations_say_so(document: dict[str, Any]) -> None:
    open_to_all = {path for path, _, operation in operations(document) if "security" not in operation}
    assert open_to_all == {
        "/api/v1/auth/token",
        "/api/v1/auth/clave",
        "/health/live",
        "/health/ready",
        "/metrics",
        "/problemas/{codigo}",
    }


async def test_the_document_is_served_and_no_page_of_another_host(nobody: httpx.AsyncClient) -> None:
    assert (await nobody.get("/openapi.json")).json()["info"]["title"].startswith("SIEA")
    assert (await nobody.get("/docs")).status_code == 404


# A valid value of a parameter may still make no sense beside another (a reversed range, too many points),
# which JSON Schema cannot say.
LEFT_OUT = "positive_data_acceptance"
# Seconds without reading: what is sent last are bodies and parameters of every wrong shape.
COMMAND = [
    *(sys.executable, "-m", "schemathesis.cli", "run"),
    *("--phases", "examples,coverage,fuzzing", "--mode", "all", "--max-examples", "15", "--seed", "1"),
    *("--exclude-checks", LEFT_OUT, "--generation-database", "none", "--no-color", "--continue-on-failure"),
]


async def test_the_answers_keep_what_the_document_says_whatever_is_sent(
    make_runtime: MakeRuntime, api_engine: AsyncEngine, champion: ModelRegistry, tmp_path: Path
) -> None:
    runtime = make_runtime(api_engine, models=champion)
    async with serving(runtime) as (port, _):
        token = Tokens(runtime.keys, runtime.clock).issue("ana", Rol.ADMIN, minutes=30).token
        address = f"http://127.0.0.1:{port}/openapi.json"
        process = await asyncio.create_subprocess_exec(
            *(*COMMAND, "--header", f"Authorization: Bearer {token}", address),
            cwd=tmp_path,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.STDOUT,
        )
        told, _ = await process.communicate()
    assert process.returncode == 0, told.decode()
