"""One batch as the steps pass it to the load, and what the load says of it."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import polars as pl

from siea.domain.catalogo import Variable
from siea.ingest.quality import Score

# States of a batch. Incomplete: days that should be public are not in the answer, so the range is not done.
CARGADA = "cargada"
INCOMPLETA = "incompleta"
SIN_DATOS = "sin_datos"
RECHAZADA = "rechazada"


@dataclass(frozen=True, slots=True)
class Identity:
    """Where a batch comes from: the question, the file it was kept in, its hash, and when it came."""

    fuente: str
    variable: Variable
    first: date
    last: date
    peticion: Mapping[str, Any]
    origen: str
    sha256: str
    received_at: datetime
    etiqueta: str | None

    @property
    def receipt(self) -> "Receipt":
        """What the record of batches keeps of it."""
        variable = self.variable
        return Receipt(
            self.fuente,
            variable.conjunto,
            variable.codigo,
            variable.entidad,
            first=self.first,
            last=self.last,
            peticion=self.peticion,
            origen=self.origen,
            sha256=self.sha256,
            received_at=self.received_at,
            etiqueta=self.etiqueta,
        )


@dataclass(frozen=True, slots=True)
class Receipt:
    """One answer as the record of batches knows it, whatever it is made of.

    Of series, ``variable`` and ``entidad_tipo`` tell which; of lists and documents ``variable`` is empty and
    ``entidad_tipo`` the class of the set.
    """

    fuente: str
    conjunto: str
    variable: str
    entidad_tipo: str
    first: date
    last: date
    peticion: Mapping[str, Any]
    origen: str
    sha256: str
    received_at: datetime
    etiqueta: str | None = None


@dataclass(frozen=True, slots=True)
class Batch:
    """Rows to load (``SILVER``), rows rejected (``REJECTED``), and what is to be recorded of both."""

    identity: Identity
    frame: pl.DataFrame
    rechazadas: pl.DataFrame
    recibidas: int
    score: Score
    estado: str
    motivo: str | None = None  # why the whole batch is in quarantine


@dataclass(frozen=True, slots=True)
class Loaded:
    """What the database did with a batch. ``carga_id`` is None when the same answer was loaded before.

    ``recibidas`` = guardadas + iguales + revisadas + rechazadas, each counted by the database.
    """

    carga_id: int | None
    recibidas: int = 0
    guardadas: int = 0
    iguales: int = 0
    revisadas: int = 0
    rechazadas: int = 0

    @property
    def changed(self) -> bool:
        """Whether any current value is new or another."""
        return self.guardadas + self.revisadas > 0
