"""The history that comes inside SIEA (``scripts/historico.py`` builds it), as a source like any other."""

import io
import json
from dataclasses import dataclass
from datetime import date, datetime
from functools import lru_cache
from importlib.resources import files
from typing import Any

import polars as pl

from siea.domain.catalogo import Variable, variable
from siea.domain.tiempo import Clock, Resolucion, utc_now
from siea.ingest.errors import ContractViolationError
from siea.ingest.sources.registry import BRONZE, Answer, Bronze, Request

_FOLDER = files("siea.ingest").joinpath("historico")


@dataclass(frozen=True, slots=True)
class Serie:
    """One series of the manifest: its variable, its file, the unit of its values, its first and last day."""

    variable: Variable
    archivo: str
    unidad: str
    desde: date
    hasta: date


@lru_cache(maxsize=1)
def manifest() -> dict[str, Any]:
    """``historico.json``: label, date of the cut; of each series source, unit, licence, known defects."""
    found: dict[str, Any] = json.loads(_FOLDER.joinpath("historico.json").read_text(encoding="utf-8"))
    return found


def series() -> list[Serie]:
    """The series of the manifest, in its order (the balance is checked when its last term arrives)."""
    return [
        Serie(
            variable(row["variable"], row["entidad"]),
            row["archivo"],
            row["unidad"],
            date.fromisoformat(row["desde"]),
            date.fromisoformat(row["hasta"]),
        )
        for row in manifest()["series"]
    ]


def read(name: str) -> bytes:
    """The bytes of one of its files."""
    return _FOLDER.joinpath(name).read_bytes()


class Historico:
    """Implements ``Source`` for the built-in history. A series is one answer, whatever days are asked for."""

    name = "historico"

    def __init__(self, clock: Clock = utc_now) -> None:
        self._clock = clock
        self._series = {(s.variable.codigo, s.variable.entidad): s for s in series()}
        self.etiqueta: str | None = manifest()["etiqueta"]

    async def requests(self, variable: Variable, first: date, last: date) -> list[Request]:
        """The whole series. Raises ContractViolationError when the history has none of the variable."""
        found = self._series.get((variable.codigo, variable.entidad))
        if found is None:
            raise ContractViolationError(f"El histórico incorporado no trae {variable.codigo}.")
        asked = {"archivo": found.archivo, "corte": manifest()["corte"]}
        return [Request(self.name, variable, found.desde, found.hasta, asked, found.unidad)]

    async def fetch(self, request: Request) -> Answer:
        """The file of the series, as it is."""
        return Answer(read(request.peticion["archivo"]), self._clock(), "parquet")

    def parse(self, request: Request, answer: Answer) -> Bronze:
        """Rows of the file as text; all are published on the day of the cut."""
        frame = pl.read_parquet(io.BytesIO(answer.body))
        hourly = request.variable.resolucion is Resolucion.HORA
        start = pl.col("inicio")
        published = datetime.fromisoformat(request.peticion["corte"])
        return Bronze(
            frame.with_columns(
                dia=start.dt.strftime("%Y-%m-%d"),
                hora=(start.dt.hour() + 1).cast(pl.Int16) if hourly else pl.lit(None, pl.Int16),
                valores=pl.concat_list(pl.col("valor").cast(pl.String)),
                publicado_en=pl.lit(published.strftime("%Y-%m-%dT%H:%M:%S%z")),
            ).select(list(BRONZE))
        )
