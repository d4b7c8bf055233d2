"""What a recipe is: the columns a file is known by, and where in it the values, times and entities are."""

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from typing import Literal

import polars as pl

from siea.domain.catalogo import Variable, variable
from siea.domain.tiempo import Resolucion
from siea.ingest.sources.registry import BRONZE, Entidad

Tiempo = Literal["dia", "fecha_hora", "dia_hora", "anio_mes"]
# «2015-01-01 07:00:00», or with T, or without seconds; at other minutes no hour starts.
_INSTANT = r"^(\d{4}-\d\d-\d\d)[ T](\d\d)(?::00(?::00(?:\.0+)?)?)?$"
_DAY = r"^(\d{4}-\d\d-\d\d)(?:[ T]00:00(?::00(?:\.0+)?)?)?$"
# A number with decimal comma, its thousands perhaps grouped by points.
_COMMA = r"^[+-]?(\d{1,3}(\.\d{3})+|\d+)(,\d+)?$"
# What can be nothing else: «1,5», «1.234,567»; and what can only have a decimal point: «1.5», «1,234.5».
# «1,234» may be either.
_ONLY_COMMA = r"^[+-]?(\d+,(\d{1,2}|\d{4,})|(0|\d{4,}|\d{1,3}(\.\d{3})+),\d+)$"
_ONLY_POINT = r"^[+-]?(\d+\.(\d{1,2}|\d{4,})|\d{1,3}(,\d{3})+\.\d+)$"


@dataclass(frozen=True, slots=True)
class Columna:
    """A column of values: which variable it is, by which kind of entity, and in which unit.

    ``signo`` is −1 where files of this kind may write what is consumed as negative: the sign of most values
    of a file tells whether it does.
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
    begins so is an entity. ``entidades`` makes entries of a list instead of, or beside, values, from the
    columns ``lista`` too.
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
    lista: frozenset[str] = frozenset()
    fija: str = "Sistema"
    nota: str = ""

    def knows(self, columns: Collection[str]) -> bool:
        """Whether a file with these columns is one of this recipe."""
        prefix = self.anchas
        wide = prefix is None or any(name.startswith(prefix) for name in columns)
        return wide and self.firma <= {*columns}

    def values_in(self, table: pl.DataFrame) -> list[Columna]:
        """The columns of values that *table* has; those of wide files are made of many."""
        if self.horas or self.anchas:
            return list(self.columnas)
        return [column for column in self.columnas if column.columna in table.columns]

    def remarks(self, table: pl.DataFrame) -> list[str]:
        """What a person should know of how *table* is read."""
        told = [self.nota] if self.nota else []
        if not self.columnas:
            return told
        keys = {*self.cuando, *self.dimensiones, *self.horas, self.entidad, self.version}
        values = {column.columna for column in self.columnas}
        prefix = self.anchas
        others = [
            name
            for name in table.columns
            if name not in keys | values | self.lista and not (prefix and name.startswith(prefix))
        ]
        if others:
            told.append(f"columnas que no se cargan: {', '.join(others)}")
        if not self.horas and not prefix and (lacking := sorted(values - {*table.columns})):
            told.append(f"columnas que no vienen: {', '.join(lacking)}")
        if self.tiempo == "dia_hora" and _from_one(table, self.cuando[1]):
            told.append("las horas vienen de 1 a 24")
        return told


def to_bronze(table: pl.DataFrame, recipe: Receta, column: Columna) -> pl.DataFrame:
    """The values of one column of *table*, in the shape ``BRONZE``; every row of the file is there."""
    if recipe.anchas:
        table = _long(table, recipe)
    names = recipe.horas or (column.columna,)
    table = table.with_columns(points(table[name]) for name in names)
    if column.signo < 0:
        table = table.with_columns(_turned(table[name]) for name in names)
    day, hour = _time(table, recipe, column.variable)
    entity = pl.col(recipe.entidad).fill_null("").str.strip_chars() if recipe.entidad else pl.lit(recipe.fija)
    dimension = (
        pl.concat_str([pl.col(name).fill_null("") for name in recipe.dimensiones], separator=" / ")
        if recipe.dimensiones
        else pl.lit("")
    )
    version = pl.col(recipe.version).str.strip_chars() if recipe.version in table.columns else pl.lit("")
    return table.select(
        pl.lit(column.entidad).alias("entidad_tipo"),
        entity.alias("entidad"),
        dimension.str.strip_chars().alias("dimension"),
        day.alias("dia"),
        hour.cast(pl.Int16).alias("hora"),
        pl.concat_list(names).alias("valores"),
        version.fill_null("").alias("version"),
        pl.lit(None, pl.String).alias("publicado_en"),
        pl.lit([], pl.List(pl.String)).alias("marcas"),
    ).match_to_schema(pl.Schema(BRONZE))


def points(values: pl.Series) -> pl.Series:
    """*values* with decimal points where the column writes «1.234,5»; other texts are left as they are.

    Judged over the whole column: some number must be one that only a decimal comma explains, and none one
    that only a decimal point does. In any other column what has a comma is no number, and is refused.
    """
    text = values.str.strip_chars()
    if not text.str.contains(_ONLY_COMMA).any() or text.str.contains(_ONLY_POINT).any():
        return values
    plain = text.str.replace_all(".", "", literal=True).str.replace(",", ".", literal=True)
    return plain.zip_with(text.str.contains(_COMMA).fill_null(False), text).alias(values.name)


def _turned(values: pl.Series) -> pl.Series:
    """*values* with the other sign, where most of them are below zero; a zero has none."""
    below = values.str.starts_with("-")
    if (below.sum() or 0) <= len(values) / 2:
        return values
    above = values.cast(pl.Float64, strict=False) > 0
    turned = values.str.strip_prefix("-").zip_with(below.fill_null(False), values)
    return ("-" + values).zip_with(above.fill_null(False), turned).alias(values.name)


def _long(table: pl.DataFrame, recipe: Receta) -> pl.DataFrame:
    """One row an entity, where the file has one column an entity."""
    assert recipe.anchas is not None
    wide = [name for name in table.columns if name.startswith(recipe.anchas)]
    return table.unpivot(
        on=wide, index=list(recipe.cuando), variable_name="_entidad", value_name="_valor"
    ).with_columns(pl.col("_entidad").str.strip_prefix(recipe.anchas))


def _time(table: pl.DataFrame, recipe: Receta, of: Variable) -> tuple[pl.Expr, pl.Expr]:
    """Expressions of the local day and of the hour 1…24 (null for values of a whole day or longer).

    A text that is no day, or no start of an hour, goes on as it is, for the next steps to reject.
    """
    first = pl.col(recipe.cuando[0]).str.strip_chars()
    day = pl.coalesce(first.str.extract(_DAY, 1), first)
    none = pl.lit(None, pl.Int16)
    match recipe.tiempo:
        case "anio_mes":
            year, month = (pl.col(name).str.strip_chars().str.strip_suffix(".0") for name in recipe.cuando)
            return pl.concat_str([year, pl.lit("-"), month.str.zfill(2), pl.lit("-01")]), none
        case "fecha_hora":
            hour = first.str.extract(_INSTANT, 2).cast(pl.Int16) + 1
            return pl.coalesce(first.str.extract(_INSTANT, 1), first), hour
        case "dia_hora":
            name = recipe.cuando[1]
            return day, _hour(name) + (0 if _from_one(table, name) else 1)
        case _:
            hour = pl.lit(1, pl.Int16) if recipe.horas and of.resolucion is Resolucion.HORA else none
            return day, hour


def _hour(name: str) -> pl.Expr:
    return pl.col(name).str.strip_chars().str.strip_suffix(".0").cast(pl.Int16, strict=False)


def _from_one(table: pl.DataFrame, name: str) -> bool:
    """Whether the hours of *table* are those of the operator, 1…24, and not 0…23."""
    seen = {*table.select(_hour(name).unique()).to_series()}
    return 24 in seen and 0 not in seen
