"""What a recipe is: the columns a file is known by, and where in it the values, times and entities are."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Literal

import polars as pl

from siea.domain.catalogo import Variable, variable
from siea.domain.tiempo import Resolucion
from siea.ingest.sources.registry import BRONZE, Entidad

Tiempo = Literal["dia", "fecha_hora", "dia_hora", "anio_mes"]


@dataclass(frozen=True, slots=True)
class Columna:
    """A column of values: which variable it is, by which kind of entity, and in which unit.

    ``signo`` is −1 where the file writes what is consumed as negative.
    """

    columna: str
    codigo: str
    unidad: str
    entidad: str = "Sistema"
    signo: int = 1

    @property
    def variable(self) -> Variable:
        """The row of the catalogue."""
        return variable(self.codigo, self.entidad)


@dataclass(frozen=True, slots=True)
class Receta:
    """How to read the files that have the columns ``firma`` (others may be there too).

    Times are in ``tiempo``: one column of days, one of instants «YYYY-MM-DD HH:MM:SS», a day and an hour
    0…23, or a year and a month. ``entidad`` and ``dimensiones`` are columns; without the former every row is
    of the entity ``fija``. ``horas``: columns of the hours of a day, in order; ``anchas``: each column that
    begins so is an entity. ``entidades`` makes entries of a list instead of, or beside, values.
    """

    nombre: str
    firma: frozenset[str]
    columnas: tuple[Columna, ...] = ()
    tiempo: Tiempo = "dia"
    cuando: tuple[str, ...] = ("fecha",)
    entidad: str | None = None
    dimensiones: tuple[str, ...] = ()
    version: str | None = None
    horas: tuple[str, ...] = ()
    anchas: str | None = None
    entidades: Callable[[pl.DataFrame], Sequence[Entidad]] | None = None
    fija: str = "Sistema"
    nota: str = ""

    def knows(self, columns: Sequence[str]) -> bool:
        """Whether a file with these columns is one of this recipe."""
        return self.firma <= set(columns)


def to_bronze(table: pl.DataFrame, recipe: Receta, column: Columna) -> pl.DataFrame:
    """The values of one column of *table*, in the shape ``BRONZE``; every row of the file is there."""
    if recipe.anchas:
        table = _long(table, recipe)
    day, hour = _time(recipe, column.variable)
    empty = pl.lit(None, pl.String)
    values = (
        pl.concat_list(pl.col(name) for name in recipe.horas)
        if recipe.horas
        else pl.concat_list(_signed(pl.col(column.columna), column.signo))
    )
    entity = pl.col(recipe.entidad).fill_null("").str.strip_chars() if recipe.entidad else pl.lit(recipe.fija)
    dimension = (
        pl.concat_str([pl.col(name).fill_null("") for name in recipe.dimensiones], separator=" / ")
        if recipe.dimensiones
        else pl.lit("")
    )
    return table.select(
        pl.lit(column.entidad).alias("entidad_tipo"),
        entity.alias("entidad"),
        dimension.alias("dimension"),
        day.alias("dia"),
        hour.cast(pl.Int16).alias("hora"),
        values.alias("valores"),
        (pl.col(recipe.version).fill_null("") if recipe.version else pl.lit("")).alias("version"),
        empty.alias("publicado_en"),
        pl.lit([], pl.List(pl.String)).alias("marcas"),
    ).match_to_schema(pl.Schema(BRONZE))


def _signed(value: pl.Expr, sign: int) -> pl.Expr:
    if sign > 0:
        return value
    stripped = value.str.strip_prefix("-")
    return pl.when(value.str.starts_with("-")).then(stripped).otherwise(pl.concat_str(pl.lit("-"), value))


def _long(table: pl.DataFrame, recipe: Receta) -> pl.DataFrame:
    """One row an entity, where the file has one column an entity."""
    assert recipe.anchas is not None
    wide = [name for name in table.columns if name.startswith(recipe.anchas)]
    return table.unpivot(
        on=wide, index=list(recipe.cuando), variable_name="_entidad", value_name="_valor"
    ).with_columns(pl.col("_entidad").str.strip_prefix(recipe.anchas))


def _time(recipe: Receta, of: Variable) -> tuple[pl.Expr, pl.Expr]:
    """Expressions of the local day and of the hour 1…24 (null for values of a whole day or longer)."""
    first = pl.col(recipe.cuando[0])
    none = pl.lit(None, pl.Int16)
    match recipe.tiempo:
        case "anio_mes":
            month = pl.col(recipe.cuando[1]).str.zfill(2)
            return pl.concat_str([first, pl.lit("-"), month, pl.lit("-01")]), none
        case "fecha_hora":
            return first.str.slice(0, 10), first.str.slice(11, 2).cast(pl.Int16, strict=False) + 1
        case "dia_hora":
            return first.str.slice(0, 10), pl.col(recipe.cuando[1]).cast(pl.Int16, strict=False) + 1
        case _:
            hour = pl.lit(1, pl.Int16) if recipe.horas and of.resolucion is Resolucion.HORA else none
            return first.str.slice(0, 10), hour
