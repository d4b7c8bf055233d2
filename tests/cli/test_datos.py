"""The commands on the data, one after another as a person would use them, each in a process of its own."""

import json
import os
import subprocess
import sys
from collections.abc import AsyncIterator, Callable

import pytest
from tests.standins.noaa import NoaaStandIn

from siea.runtime import Runtime, open_runtime
from siea.settings import Settings

Run = Callable[..., subprocess.CompletedProcess[str]]
LAW = """---
id: ley-1-2000
title: Ley 1 de 2000
kind: ley
number: "1"
year: 2000
---
### Artículo 1

ARTÍCULO 1. El embalse se vigila todos los días para prevenir el racionamiento.

### Artículo 2

ARTÍCULO 2. La tarifa se publica cada mes.
"""


@pytest.fixture(scope="module")
async def opened(tmp_path_factory) -> AsyncIterator[Runtime]:
    """An installation whose servers stay up, so that each command starts at once."""
    async with open_runtime(Settings(_env_file=None, home=tmp_path_factory.mktemp("casa"))) as found:
        yield found


@pytest.fixture
def run(opened: Runtime) -> Run:
    def call(*words: object, **settings: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [sys.executable, "-m", "siea", *map(str, words)],
            capture_output=True,
            text=True,
            timeout=120,
            check=False,
            env=os.environ | {"SIEA_HOME": str(opened.settings.home)} | settings,
        )

    return call


def read(done: subprocess.CompletedProcess[str]) -> object:
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


def test_rejected_rows_are_explained_shown_released_and_discarded(run: Run, tmp_path):
    lines = [f"2024-05-{day:02d} {hour:02d}:00:00,{300 + hour}" for day in (1, 2) for hour in range(24)]
    lines[5] = "2024-05-01 05:00:00,9999999"
    lines[6] = "2024-05-01 06:00:00,-9999999"
    (tmp_path / "precios.csv").write_text("fecha_hora,precio_bolsa_cop_kwh\n" + "\n".join(lines))
    (report,) = read(run("etl", "import", tmp_path, "--json"))["archivos"]
    assert report["partes"][0]["rechazadas"] == 2

    (kind,) = read(run("quarantine", "explain", "--json"))
    assert (kind["variable"], kind["filas"]) == ("PrecBolsNaci", 2)
    held = read(run("quarantine", "list", "--json"))
    assert {row["fila"]["valor"] for row in held} == {9999999.0, -9999999.0}
    assert all("límites" in row["motivo"] for row in held)
    first, second = sorted(row["id"] for row in held)
    assert run("quarantine", "release", first).returncode == 2  # without a reason
    assert read(run("quarantine", "release", first, "--nota", "lo confirmó el operador", "--json"))[
        "liberadas"
    ] == 1  # fmt: skip
    assert read(run("quarantine", "discard", second, "--nota", "es ruido", "--json"))["descartadas"] == 1
    assert read(run("quarantine", "list", "--json")) == []

    assert run("quality", "judge").returncode == 0
    found = read(run("quality", "findings", "--json"))
    assert any(one["variable"] == "PrecBolsNaci" for one in found)
    assert read(run("quality", "findings", "--variable", "TRM", "--json")) == []


def test_what_changed_is_asked_for_by_days_and_a_wrong_variable_is_told(run: Run):
    span = ("--variable", "PrecBolsNaci", "--desde", "2024-05-01", "--hasta", "2024-05-02")
    told = read(run("versions", "changes", *span, "--entre", "2024-05-01", "--y", "2099-01-01", "--json"))
    assert told["cuantos"] >= 0
    assert isinstance(read(run("versions", "report", *span, "--json")), list | dict)
    wrong = run("versions", "report", "--variable", "Nada", "--desde", "2024-05-01", "--hasta", "2024-05-02")
    assert (wrong.returncode, "siea diccionario" in wrong.stderr) == (2, True)


def test_a_source_is_run_twice_without_change_and_its_shape_is_compared(run: Run):
    with NoaaStandIn() as noaa:
        where = {"SIEA_SOURCE_URLS": json.dumps({"noaa": noaa.url})}
        words = ("source", "run", "noaa", "--desde", "2024-01-01", "--hasta", "2024-09-30", "--json")
        # the file of each index is its whole history, and all of it is kept
        months = (2024 - 1950) * 12 + 9
        assert sum(one["guardadas"] for one in read(run(*words, **where))) == 2 * months
        again = read(run(*words, **where))
        assert [(one["guardadas"], one["revisadas"]) for one in again] == [(0, 0)] * len(again)
        assert run("source", "check", "noaa", **where).returncode == 0
        noaa.fail("html", times=0)
        changed = run("source", "check", "noaa", **where)
        assert (changed.returncode, "Traceback" in changed.stderr) == (4, False)
    away = run(*words, **where)
    assert (away.returncode, "Traceback" in away.stderr) == (4, False)
    listed = {(one["fuente"], one["conjunto"]): one for one in read(run("source", "list", "--json"))}
    assert listed["noaa", "oni"]["ultimo_exito"]
    assert listed["noaa", "oni"]["ultimo_error"]


@pytest.mark.lento
def test_documents_go_in_are_indexed_and_found_by_meaning(run: Run, tmp_path):
    (tmp_path / "ley.md").write_text(LAW)
    (tmp_path / "suelto.md").write_text("Sin datos al comienzo.")
    done = run("documents", "import", tmp_path)
    assert (done.returncode, "1 documentos: 1 nuevos" in done.stdout) == (4, True)
    assert "suelto.md" in done.stderr
    (tmp_path / "suelto.md").unlink()
    assert "0 nuevos, 0 revisados" in run("documents", "import", tmp_path).stdout
    assert read(run("documents", "index", "--json"))["nuevos"] == 2
    assert read(run("documents", "index", "--json"))["nuevos"] == 0
    found = read(run("documents", "search", "riesgo de apagón por falta de agua", "--json"))
    assert found[0]["articulo"] == "1"
