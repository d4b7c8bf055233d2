"""A trained model with all that is known of it, and how it lies in a folder: JSON only."""

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from datetime import date, datetime
from pathlib import Path
from typing import Any, Self

from siea.forecast.intervals import ConformalIntervals
from siea.forecast.strategies import PredictionStrategy, load_strategy

_STRATEGY, _INTERVALS, _META = "estrategia", "intervalos.json", "meta.json"


@dataclass(frozen=True, slots=True)
class Field:
    """One column that a model takes or gives. ``tipo``: ``double``, ``datetime``, ``boolean``…

    A number that may be missing is ``double`` and not required, never an integer: an integer cannot be null.
    """

    nombre: str
    tipo: str
    requerido: bool = True


@dataclass(frozen=True, slots=True)
class Schema:
    """What a model takes (columns of one row a day) and what it gives."""

    entrada: list[Field]
    salida: list[Field]


DAILY_SCHEMA = Schema(
    entrada=[
        Field("fecha", "datetime"),
        Field("valor", "double", requerido=False),
        Field("provisional", "boolean"),
    ],
    salida=[Field("pronostico", "double")],
)
"""Schema of every strategy over a daily history."""


@dataclass(frozen=True, slots=True)
class ModelMeta:
    """Where a model comes from and how good it was.

    ``ultimo_dia``: last day that trained it. ``datos_sha256``: of its usable days. ``metricas``: scores in
    the back-test. ``error_por_horizonte``: MAPE, %, of the first 1, 2… days over ``origenes`` origins.
    """

    variable: str
    estrategia: str
    ultimo_dia: date
    dias: int
    datos_sha256: str
    entrenado_en: datetime
    codigo_version: str
    esquema: Schema | None
    metricas: dict[str, float]
    error_por_horizonte: list[float]
    origenes: int
    descripcion: dict[str, Any] = field(default_factory=dict)

    def to_json(self) -> dict[str, Any]:
        """Everything, in JSON types."""
        found = asdict(self)
        return found | {"ultimo_dia": str(self.ultimo_dia), "entrenado_en": self.entrenado_en.isoformat()}

    @classmethod
    def from_json(cls, found: Mapping[str, Any]) -> Self:
        """Read back what ``to_json`` gave."""
        schema = found["esquema"]
        sides = {side: [Field(**one) for one in schema[side]] for side in ("entrada", "salida")}
        read: dict[str, Any] = {
            "ultimo_dia": date.fromisoformat(found["ultimo_dia"]),
            "entrenado_en": datetime.fromisoformat(found["entrenado_en"]),
            "esquema": Schema(**sides),
        }
        return cls(**{**found, **read})


@dataclass(frozen=True, slots=True)
class RegisteredModel:
    """A model read from the registry, ready to forecast."""

    version: int
    estrategia: PredictionStrategy
    intervalos: ConformalIntervals
    meta: ModelMeta

    @property
    def model_version(self) -> str:
        """Name that answers tell: ``prophet_v1``."""
        return f"{self.estrategia.nombre}_v{self.version}"


def write_model(
    folder: Path, strategy: PredictionStrategy, intervals: ConformalIntervals, meta: ModelMeta
) -> None:
    """Write a model to *folder*."""
    strategy.save(folder / _STRATEGY)
    (folder / _INTERVALS).write_text(json.dumps(intervals.to_json()), encoding="utf-8")
    (folder / _META).write_text(json.dumps(meta.to_json(), ensure_ascii=False), encoding="utf-8")


def read_model(folder: Path, version: int) -> RegisteredModel:
    """Read what ``write_model`` wrote. Raises OSError, ValueError, KeyError or TypeError when it cannot."""
    meta = ModelMeta.from_json(json.loads((folder / _META).read_text(encoding="utf-8")))
    intervals = ConformalIntervals.from_json(json.loads((folder / _INTERVALS).read_text(encoding="utf-8")))
    return RegisteredModel(version, load_strategy(folder / _STRATEGY), intervals, meta)
