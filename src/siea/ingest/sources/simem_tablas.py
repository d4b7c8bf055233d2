"""The data sets of SIMEM that are read: those of series from ``simem_conjuntos.csv``, and its lists.

A variable of ours is called ``SIMEM_`` and the name it has in its set: a value of ``CodigoVariable`` where
the set is long («larga»), a column where it is wide («ancha»). The columns are those of the documented sets;
where the form is blank it is not documented, and either is read.
"""

import csv
from collections.abc import Mapping
from dataclasses import dataclass
from fnmatch import fnmatchcase
from importlib.resources import files

from siea.domain.catalogo import Variable, variables

PREFIX = "SIMEM_"
CODE, VALUE = "CodigoVariable", "Valor"
LONG, WIDE = "larga", "ancha"
# Days that one question may span, by the granularity that the set declares (SIMEM counts end less start).
MOST_DAYS = {"horaria": 31, "diaria": 31, "semanal": 731, "mensual": 731, "anual": 1827}


@dataclass(frozen=True, slots=True)
class Tabla:
    """One set of series: which column holds what; '' where it has none.

    Rows whose column of ``aparte_en`` matches the pattern ``aparte`` are totals or aggregates of the others:
    they are of the kind of entity ``aparte_tipo``, so that nobody adds them to the rest.
    """

    id: str
    conjunto: str
    granularidad: str
    forma: str
    tiempo: str
    entidad: str
    dimension: str
    version: str
    aparte: str
    aparte_en: tuple[str, ...]
    aparte_tipo: str
    rezago_dias: int
    descripcion: str

    @property
    def keys(self) -> tuple[str, ...]:
        """Columns that every record must have."""
        return tuple(name for name in (self.tiempo, self.entidad, self.dimension, self.version) if name)

    @property
    def columnas(self) -> frozenset[str]:
        """Columns that the code reads."""
        values = {CODE, VALUE} if self.forma == LONG else set(self.campos) if self.forma == WIDE else set()
        return frozenset({*self.keys, *values})

    @property
    def campos(self) -> frozenset[str]:
        """Names in the set of the variables that are taken from it."""
        return frozenset(campo(v) for v in variables() if v.fuente == "simem" and v.conjunto == self.conjunto)

    def is_apart(self, record: Mapping[str, object]) -> bool:
        """Whether a record is of a total or aggregate."""
        names = (str(record.get(name) or "").strip().upper() for name in self.aparte_en)
        return any(fnmatchcase(name, self.aparte.upper()) for name in names)


@dataclass(frozen=True, slots=True)
class Lista:
    """One list of entities: columns of the code (joined by «/») and of the name.

    ``granularidad`` is '' for the catalogues, which take no dates; the others are sets of series of which the
    newest entry of each code is kept. ``sin``: columns that only say when the list was made.
    """

    id: str
    tipo: str
    codigo: tuple[str, ...]
    nombre: str
    granularidad: str
    sin: frozenset[str]
    descripcion: str


def campo(variable: Variable) -> str:
    """The name of a variable in its set."""
    return variable.codigo.removeprefix(PREFIX)


def _read() -> dict[str, Tabla]:
    text = files("siea.ingest.sources").joinpath("simem_conjuntos.csv").read_text(encoding="utf-8")
    return {
        raw["conjunto"]: Tabla(
            **{**raw, "aparte_en": tuple(raw["aparte_en"].split()), "rezago_dias": int(raw["rezago_dias"])}  # type: ignore[arg-type]  # text but for those two
        )
        for raw in csv.DictReader(text.splitlines())
    }


SERIES = _read()
_WHEN = frozenset({"Fecha", "FechaPublicacion", "CodigoDuracion"})
LISTAS = {
    "catalogo": Lista(
        "e007fb",
        "simem_conjunto",
        ("idDataset",),
        "nombreConjuntoDatos",
        "",
        frozenset({"fechaActualizacion", "finDato", "fechaDescarga"}),
        "Catálogo de los conjuntos de datos de SIMEM",
    ),
    "inventario": Lista(
        "a5a6c4",
        "simem_variable",
        ("idDataset", "codigoVariable"),
        "nombreVariable",
        "",
        frozenset(),
        "Inventario de las variables de SIMEM",
    ),
    "calendario_versiones": Lista(
        "24914F",
        "version_liquidacion",
        ("Version", "FechaInicio"),
        "Version",
        "mensual",
        frozenset(),
        "Versiones de liquidación: qué días cubre cada una y cuándo se publicó",
    ),
    "plantas": Lista(
        "0BFC9D",
        "simem_planta",
        ("CodigoPlanta",),
        "NombrePlanta",
        "diaria",
        _WHEN,
        "Parámetros técnicos de las plantas de generación",
    ),
    "plantas_en_pruebas": Lista(
        "7F18B1",
        "simem_planta_en_pruebas",
        ("CodigoPlanta",),
        "NombrePlanta",
        "diaria",
        _WHEN,
        "Plantas de generación en pruebas",
    ),
    "unidades": Lista(
        "670221",
        "simem_unidad",
        ("CodigoUnidadGeneracion",),
        "NombreUnidad",
        "diaria",
        _WHEN,
        "Unidades de generación",
    ),
}
