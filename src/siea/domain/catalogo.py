"""The catalogue of variables: one row for each (code, entity), in one file of ``variables/`` a publisher."""

import csv
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache
from importlib.resources import files

from siea.domain.tiempo import Resolucion
from siea.domain.units import factor

SISTEMA = "Sistema"


class Agregacion(StrEnum):
    """How values of a variable join into a longer period or a larger area."""

    SUMA = "suma"
    PROMEDIO = "promedio"
    ULTIMO = "ultimo"
    MINIMO = "minimo"
    MAXIMO = "maximo"


class UnknownVariableError(KeyError):
    """A variable (or variable and entity) that the catalogue does not have."""

    def __str__(self) -> str:
        return f"unknown variable {self.args[0]}"


@dataclass(frozen=True, slots=True)
class Variable:
    """One variable of one kind of entity.

    ``banda_provisional`` is the fraction of the usual level of its kind of day under which a
    published day counts as provisional; None where a low value says nothing (prices, flows).
    ``al_dia``: kept up to date without being asked for.
    """

    codigo: str
    entidad: str
    nombre: str
    conjunto: str
    tabla: str
    fuente: str
    unidad_fuente: str
    unidad: str
    resolucion: Resolucion
    agregacion: Agregacion
    rezago_dias: int
    minimo: float
    maximo: float
    banda_provisional: float | None
    decimales: int
    descripcion: str
    al_dia: bool = True

    @property
    def factor(self) -> float:
        """What one unit of the source is in the unit stored."""
        return factor(self.unidad_fuente, self.unidad)


def _row(raw: dict[str, str]) -> Variable:
    band = raw["banda_provisional"]
    return Variable(
        codigo=raw["codigo"],
        entidad=raw["entidad"],
        nombre=raw["nombre"],
        conjunto=raw["conjunto"],
        tabla=raw["tabla"],
        fuente=raw["fuente"],
        unidad_fuente=raw["unidad_fuente"],
        unidad=raw["unidad"],
        resolucion=Resolucion(raw["resolucion"]),
        agregacion=Agregacion(raw["agregacion"]),
        rezago_dias=int(raw["rezago_dias"]),
        minimo=float(raw["minimo"]),
        maximo=float(raw["maximo"]),
        banda_provisional=float(band) if band else None,
        decimales=int(raw["decimales"]),
        descripcion=raw["descripcion"],
        al_dia=raw.get("al_dia", "si") == "si",
    )


@lru_cache(maxsize=1)
def variables() -> tuple[Variable, ...]:
    """Every row of the catalogue: the operator's first, then those of each publisher by name."""
    folder = files("siea.domain").joinpath("variables")
    names = sorted(
        (f.name for f in folder.iterdir() if f.name.endswith(".csv")), key=lambda n: (n != "xm.csv", n)
    )
    found: list[Variable] = []
    for name in names:
        text = folder.joinpath(name).read_text(encoding="utf-8")
        found += [_row(raw) for raw in csv.DictReader(text.splitlines())]
    return tuple(found)


@lru_cache(maxsize=1)
def _index() -> dict[tuple[str, str], Variable]:
    return {(v.codigo, v.entidad): v for v in variables()}


@lru_cache(maxsize=1)
def _usual() -> dict[str, Variable]:
    first = {v.codigo: v for v in reversed(variables())}
    return first | {v.codigo: v for v in variables() if v.entidad == SISTEMA}


def variable(codigo: str, entidad: str | None = None) -> Variable:
    """The variable *codigo* of the kind of entity *entidad*; by default the whole system, else its first row.

    Raises UnknownVariableError when there is none.
    """
    if entidad is not None:
        try:
            return _index()[codigo, entidad]
        except KeyError:
            raise UnknownVariableError(f"{codigo}/{entidad}") from None
    try:
        return _usual()[codigo]
    except KeyError:
        raise UnknownVariableError(codigo) from None
