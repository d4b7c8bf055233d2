"""The model registry: MLflow, with the versions of each model and the one that serves, ``champion``.

Serving needs no MLflow (its import takes 3 s and 120 MB): with the registry under ``home`` a promotion also
writes a small file that names the champion's folder, and that is all the serving process reads. With an
MLflow server the server is asked.
"""

import json
import os
import re
import tempfile
import time
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit
from urllib.request import url2pathname

from siea.forecast.errors import NoModelError, SchemaMissingError
from siea.forecast.intervals import ConformalIntervals
from siea.forecast.model import ModelMeta, RegisteredModel, read_model, write_model
from siea.forecast.strategies import PredictionStrategy

CHAMPION = "champion"
_ARTIFACT = "modelo"
# What a server said of its champion is believed so long: it is asked at every forecast.
_BELIEVED_SECONDS = 5.0


class ModelRegistry:
    """Versions of models by name (the code of the variable). Blocking: call it from a thread.

    Version numbers are integers everywhere: 10 comes after 9.
    """

    def __init__(self, uri: str | None, folder: Path) -> None:
        """*uri*: an MLflow tracking and registry URI; None keeps SQLite and the artifacts in *folder*."""
        self._uri = uri
        self._folder = folder
        self._told: dict[str, tuple[float, tuple[int, str] | None]] = {}

    def save(
        self, name: str, strategy: PredictionStrategy, intervals: ConformalIntervals, meta: ModelMeta
    ) -> int:
        """Register a new version of *name* and return its number. It does not serve until promoted.

        Raises SchemaMissingError when *meta* has no schema with both sides.
        """
        if meta.esquema is None or not meta.esquema.entrada or not meta.esquema.salida:
            raise SchemaMissingError(f"El modelo {name} no dice qué recibe y qué entrega: no se registra.")
        client = self._client()
        experiment = client.get_experiment_by_name(_checked(name))
        run = client.create_run(
            experiment.experiment_id
            if experiment
            else client.create_experiment(name, artifact_location=self._artifacts())
        )
        run_id = run.info.run_id
        with tempfile.TemporaryDirectory(prefix="siea-modelo-") as written:
            write_model(Path(written), strategy, intervals, meta)
            _describe(Path(written), run_id, meta)
            client.log_artifacts(run_id, written, _ARTIFACT)
        for metric, value in meta.metricas.items():
            client.log_metric(run_id, metric, value)
        client.log_param(run_id, "estrategia", strategy.nombre)
        client.set_terminated(run_id)
        if not client.search_registered_models(f"name = '{name}'"):
            client.create_registered_model(name)
        tags = {
            "estrategia": meta.estrategia,
            "ultimo_dia": str(meta.ultimo_dia),
            "datos_sha256": meta.datos_sha256,
            "codigo_version": meta.codigo_version,
        }
        source = f"{run.info.artifact_uri}/{_ARTIFACT}"
        return int(client.create_model_version(name, source, run_id=run_id, tags=tags).version)

    def promote(self, name: str, version: int) -> None:
        """Make *version* of *name* the champion; also the way back to an older one.

        Raises NoModelError when there is no such version, or it cannot be read.
        """
        source = self._source(name, version)
        self._load(source, version)  # what cannot be read must not serve
        self._client().set_registered_model_alias(name, CHAMPION, str(version))
        self._told.pop(name, None)
        if self._uri is None:
            relative = _local_path(source).relative_to(self._folder.resolve())
            self._pointer(name).parent.mkdir(parents=True, exist_ok=True)
            told = json.dumps({"version": version, "carpeta": relative.as_posix()})
            scratch = self._pointer(name).with_suffix(f".{os.getpid()}")
            scratch.write_text(told, encoding="utf-8")
            scratch.replace(self._pointer(name))

    def has_champion(self, name: str) -> bool:
        """Whether a model of *name* serves."""
        return self.champion_version(name) is not None

    def champion_version(self, name: str) -> int | None:
        """Version of *name* that serves; None when there is none. Quick when under ``home``."""
        found = self._champion(name)
        return found[0] if found else None

    def champion(self, name: str) -> RegisteredModel:
        """The model of *name* that serves. Raises NoModelError when there is none or it cannot be read."""
        found = self._champion(name)
        if found is None:
            raise NoModelError(f"No hay un modelo entrenado de {name}. Entrénelo con «siea train».")
        version, source = found
        return self._load(source, version)

    def versions(self, name: str) -> list[int]:
        """Every version of *name*, the oldest first."""
        found = self._client().search_model_versions(f"name = '{_checked(name)}'")
        return sorted(int(one.version) for one in found)

    def _champion(self, name: str) -> tuple[int, str] | None:
        """Version and artifact URI of the champion."""
        if self._uri is None:
            try:
                found = json.loads(self._pointer(name).read_text(encoding="utf-8"))
            except FileNotFoundError:
                return None
            return int(found["version"]), (self._folder.resolve() / found["carpeta"]).as_uri()
        told = self._told.get(name)
        if told is None or time.monotonic() - told[0] > _BELIEVED_SECONDS:
            told = time.monotonic(), self._ask_champion(name)
            self._told[name] = told
        return told[1]

    def _ask_champion(self, name: str) -> tuple[int, str] | None:
        try:
            alias = self._client().get_model_version_by_alias(_checked(name), CHAMPION)
        except _mlflow().exceptions.MlflowException as error:
            if error.error_code in {"RESOURCE_DOES_NOT_EXIST", "INVALID_PARAMETER_VALUE"}:
                return None
            raise NoModelError(f"El registro de modelos no responde: {error.message}") from error
        return int(alias.version), str(alias.source)

    def _source(self, name: str, version: int) -> str:
        try:
            return str(self._client().get_model_version(_checked(name), str(version)).source)
        except _mlflow().exceptions.MlflowException as error:
            raise NoModelError(f"No hay versión {version} del modelo {name}.") from error

    def _load(self, source: str, version: int) -> RegisteredModel:
        try:
            if urlsplit(source).scheme == "file":
                return read_model(_local_path(source), version)
            with tempfile.TemporaryDirectory(prefix="siea-modelo-") as scratch:
                copied = _mlflow().artifacts.download_artifacts(
                    source, dst_path=scratch, tracking_uri=self._uri
                )
                return read_model(Path(copied), version)
        except (OSError, ValueError, KeyError, TypeError) as error:
            raise NoModelError(f"El modelo {source} está incompleto o dañado: entrénelo de nuevo.") from error

    def _client(self) -> Any:
        uri = self._uri
        if uri is None:
            self._folder.mkdir(parents=True, exist_ok=True)
            uri = f"sqlite:///{self._folder.resolve() / 'mlflow.db'}"
        return _mlflow().MlflowClient(tracking_uri=uri, registry_uri=uri)

    def _artifacts(self) -> str | None:
        return None if self._uri else (self._folder.resolve() / "artefactos").as_uri()

    def _pointer(self, name: str) -> Path:
        return self._folder / "campeones" / f"{_checked(name)}.json"


def _checked(name: str) -> str:
    """*name*, which becomes part of paths and queries. Raises ValueError for anything but a code."""
    if not re.fullmatch(r"\w+", name, re.ASCII):
        raise ValueError(f"{name!r} is no name of a model")
    return name


def _mlflow() -> Any:
    """MLflow, imported when first needed, telling nobody about it."""
    os.environ.setdefault("MLFLOW_DISABLE_TELEMETRY", "true")
    os.environ.setdefault("MLFLOW_LOGGING_LEVEL", "WARNING")
    import mlflow.artifacts  # noqa: PLC0415 - heavy, and not needed to serve

    return mlflow


def _local_path(source: str) -> Path:
    return Path(url2pathname(urlsplit(source).path))


def _describe(folder: Path, run_id: str, meta: ModelMeta) -> None:
    """Write MLflow's own description of a model with its signature."""
    from mlflow.models import Model, ModelSignature  # noqa: PLC0415 - heavy, and not needed to serve
    from mlflow.types import ColSpec  # noqa: PLC0415 - heavy, and not needed to serve
    from mlflow.types import Schema as MlflowSchema  # noqa: PLC0415 - heavy, and not needed to serve

    assert meta.esquema is not None
    takes, gives = (
        MlflowSchema([ColSpec(one.tipo, one.nombre, required=one.requerido) for one in side])
        for side in (meta.esquema.entrada, meta.esquema.salida)
    )
    flavor = {"siea": {"estrategia": meta.estrategia, "codigo_version": meta.codigo_version}}
    described = Model(_ARTIFACT, run_id, flavors=flavor, signature=ModelSignature(takes, gives))
    described.save(str(folder / "MLmodel"))
