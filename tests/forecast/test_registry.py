"""The registry: versions are numbers, one champion, nothing without a schema, nothing unreadable promoted."""

import dataclasses
import json
import logging
import shutil
import subprocess
import sys
from datetime import UTC, date, datetime, timedelta

import polars as pl
import pytest
from tests.forecast.conftest import FIRST, frame, rule

from siea.forecast.errors import NoModelError, SchemaMissingError
from siea.forecast.intervals import RESIDUAL_SCHEMA, ConformalIntervals
from siea.forecast.model import DAILY_SCHEMA, ModelMeta, Schema
from siea.forecast.registry import ModelRegistry
from siea.forecast.strategies import SeasonalNaiveStrategy

META = ModelMeta(
    variable="DemaSIN",
    estrategia="naive_estacional",
    ultimo_dia=date(2023, 12, 31),
    dias=365,
    datos_sha256="ab" * 32,
    entrenado_en=datetime(2024, 1, 3, 12, tzinfo=UTC),
    codigo_version="0.1.0",
    esquema=DAILY_SCHEMA,
    metricas={"mape_pct": 2.1},
    error_por_horizonte=[1.9, 2.0, 2.1],
    origenes=52,
    descripcion={"nombre": "naive_estacional"},
)


@pytest.fixture(scope="module")
def history():
    return frame(FIRST, [rule(FIRST + timedelta(days=n)) for n in range(365)])


@pytest.fixture(scope="module")
def strategy(history):
    return SeasonalNaiveStrategy().fit(history)


@pytest.fixture(scope="module")
def intervals():
    rows = {
        "adelanto": [3] * 40,
        "especial": [False] * 40,
        "punto": [100.0] * 40,
        "real": [float(80 + n) for n in range(40)],
    }
    return ConformalIntervals.calibrate(pl.DataFrame(rows, schema=RESIDUAL_SCHEMA))


@pytest.fixture(scope="module")
def registry(tmp_path_factory):
    return ModelRegistry(None, tmp_path_factory.mktemp("con espacios y ñ") / "mlflow")


def test_a_model_serves_only_once_promoted(registry, strategy, intervals, history):
    assert not registry.has_champion("DemaReal")
    with pytest.raises(NoModelError, match="siea train"):
        registry.champion("DemaReal")
    version = registry.save("DemaReal", strategy, intervals, META)
    assert registry.champion_version("DemaReal") is None
    registry.promote("DemaReal", version)
    served = registry.champion("DemaReal")
    assert served.model_version == "naive_estacional_v1"
    assert served.meta == META
    dates = [date(2024, 1, 8), date(2024, 1, 9)]
    assert served.estrategia.predict(dates, history).tolist() == strategy.predict(dates, history).tolist()
    assert served.intervalos.to_json() == intervals.to_json()


def test_version_ten_comes_after_version_nine_and_two(registry, strategy, intervals):
    made = [registry.save("DemaCome", strategy, intervals, META) for _ in range(11)]
    assert made == list(range(1, 12))
    assert registry.versions("DemaCome") == list(range(1, 12))
    registry.promote("DemaCome", 10)
    assert registry.champion("DemaCome").version == 10
    registry.promote("DemaCome", 2)  # the way back
    assert registry.champion("DemaCome").version == 2


def test_the_alias_of_mlflow_says_the_same(registry, strategy, intervals):
    from mlflow import MlflowClient

    registry.promote("DemaSIN", registry.save("DemaSIN", strategy, intervals, META))
    uri = f"sqlite:///{registry._folder / 'mlflow.db'}"
    champion = MlflowClient(uri, uri).get_model_version_by_alias("DemaSIN", "champion")
    assert int(champion.version) == registry.champion_version("DemaSIN")
    assert champion.tags["datos_sha256"] == META.datos_sha256


def test_a_registry_with_an_address_is_asked_and_says_the_same(registry, strategy, intervals):
    registry.promote("DemaSIN", registry.save("DemaSIN", strategy, intervals, META))
    asked = ModelRegistry(f"sqlite:///{registry._folder / 'mlflow.db'}", registry._folder / "otra")
    assert asked.champion("DemaSIN").version == registry.champion_version("DemaSIN")
    assert asked.champion_version("Desconocida") is None


def test_the_signature_is_written_with_what_may_be_missing(registry, strategy, intervals):
    from mlflow.models import Model

    version = registry.save("DemaSIN", strategy, intervals, META)
    folder = next(path for path in registry._folder.rglob("MLmodel") if path.parent.name == "modelo")
    signature = Model.load(str(folder)).signature
    assert {one.name: (one.type.name, one.required) for one in signature.inputs} == {
        "fecha": ("datetime", True),
        "valor": ("double", False),
        "provisional": ("boolean", True),
    }
    assert version == registry.versions("DemaSIN")[-1]


@pytest.mark.parametrize(
    "schema",
    [None, Schema([], DAILY_SCHEMA.salida), Schema(DAILY_SCHEMA.entrada, [])],
    ids=["none", "no input", "no output"],
)
def test_a_model_without_schema_is_refused(registry, strategy, intervals, schema):
    before = registry.versions("DemaSIN")
    with pytest.raises(SchemaMissingError):
        registry.save("DemaSIN", strategy, intervals, dataclasses.replace(META, esquema=schema))
    assert registry.versions("DemaSIN") == before


def test_a_version_that_does_not_exist_is_not_promoted(registry, strategy, intervals):
    registry.promote("DemaSIN", registry.save("DemaSIN", strategy, intervals, META))
    before = registry.champion_version("DemaSIN")
    with pytest.raises(NoModelError):
        registry.promote("DemaSIN", 999)
    assert registry.champion_version("DemaSIN") == before


@pytest.mark.parametrize("damage", ["gone", "cut"])
def test_a_damaged_model_is_told_and_not_promoted(registry, strategy, intervals, damage):
    registry.promote("GeneDiaSIN", registry.save("GeneDiaSIN", strategy, intervals, META))
    broken = registry.save("GeneDiaSIN", strategy, intervals, META)
    newest = max(registry._folder.rglob("meta.json"), key=lambda path: path.stat().st_mtime_ns)
    if damage == "gone":
        shutil.rmtree(newest.parent)
    else:
        newest.write_text('{"variable": ')
    with pytest.raises(NoModelError, match="dañado"):
        registry.promote("GeneDiaSIN", broken)
    assert registry.champion_version("GeneDiaSIN") != broken


def test_a_name_that_is_no_code_is_refused(registry):
    for name in ("../fuera", "a' OR name LIKE '%", ""):
        with pytest.raises(ValueError, match="no name"):
            registry.champion_version(name)
        with pytest.raises(ValueError, match="no name"):
            registry.versions(name)


def test_a_moved_home_keeps_its_champion(registry, strategy, intervals, tmp_path):
    registry.promote("DemaSIN", registry.save("DemaSIN", strategy, intervals, META))
    shutil.copytree(registry._folder, tmp_path / "mudado")
    assert ModelRegistry(None, tmp_path / "mudado").champion("DemaSIN").meta == META


def test_serving_a_champion_needs_no_mlflow(registry, strategy, intervals):
    registry.promote("DemaSIN", registry.save("DemaSIN", strategy, intervals, META))
    program = (
        "import sys; from pathlib import Path; import siea.forecast.service\n"
        "from siea.forecast.registry import ModelRegistry\n"
        f"ModelRegistry(None, Path({str(registry._folder)!r})).champion('DemaSIN')\n"
        "import json; print(json.dumps(sorted({'mlflow', 'prophet', 'pandas'} & set(sys.modules))))"
    )
    told = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert json.loads(told.stdout) == []


def test_the_loggers_of_the_program_are_left_alone(registry, strategy, intervals):
    mine = logging.getLogger("siea.prueba")
    registry.save("DemaSIN", strategy, intervals, META)
    assert not mine.disabled
