"""Tables of series, in the shapes in which they come: one row a day or hour, or hours or entities side by side."""

from collections.abc import Sequence
from dataclasses import dataclass

import polars as pl

from siea.domain.catalogo import SISTEMA, Variable, variable
from siea.ingest.importar.archivos import Tabla
from siea.ingest.importar.recetas import Lectura, Receta, Serie
from siea.ingest.sources.registry import BRONZE

HOURS = tuple(f"values_hour{n:02d}" for n in range(1, 25))
# «2015-01-01 07:00:00», or with T, or without seconds; other minutes are no start of an hour.
_INSTANT = r"^(\d{4}-\d\d-\d\d)[ T](\d\d)(?::00(?::00(?:\.0+)?)?)?$"
_DAY = r"^(\d{4}-\d\d-\d\d)(?:[ T]00:00(?::00(?:\.0+)?)?)?$"
# A number with a decimal comma, its thousands perhaps grouped by points.
_COMMA = r"^[+-]?(\d{1,3}(\.\d{3})+|\d+)(,\d+)?$"


@dataclass(frozen=True, slots=True)
class Valor:
    """A column of values: the variable that they are, and the unit they come in."""

    columna: str
    codigo: str
    unidad: str
    entidad: str = SISTEMA

    @property
    def variable(self) -> Variable:
        """The row of the catalogue."""
        return variable(self.codigo, self.entidad)


@dataclass(frozen=True, slots=True)
class Claves:
    """Columns that say of what a row speaks. ``dia`` may hold the hour too; ``hora`` counts from 0.

    With ``mes``, ``dia`` is the year. What is empty the files of this kind do not have.
    """

    dia: str
    hora: str = ""
    mes: str = ""
    instante: bool = False
    entidad: str = ""
    dimension: str = ""
    version: str = ""

    @property
    def columnas(self) -> frozenset[str]:
        """Those that every file of the kind has."""
        return frozenset(filter(None, (self.dia, self.hora, self.mes, self.entidad, self.dimension)))


def larga(nombre: str, claves: Claves, *valores: Valor, firma: Sequence[str] = ()) -> Receta:
    """One row a day, hour or month (of each entity), one column a variable.

    A file is known by its keys and the columns *firma* (by default all of *valores*).
    """
    required = claves.columnas | frozenset(firma or [v.columna for v in valores])

    def read(tabla: Tabla) -> Lectura:
        frame, notes = _keyed(tabla.filas, claves)
        there = [v for v in valores if v.columna in frame.columns]
        frame = frame.with_columns(points(frame, v.columna) for v in there)
        return Lectura(
            tuple(Serie(v.variable, v.unidad, _bronze(frame, v, pl.concat_list(v.columna))) for v in there),
            notes,
        )

    used = claves.columnas | {v.columna for v in valores} | ({claves.version} - {""})
    return Receta(nombre, required, read, used)


def horas_a_lo_ancho(nombre: str, claves: Claves, valor: Valor, *, clase: str) -> Receta:
    """One row a day and entity with its 24 hours side by side, as the operator's own client writes them.

    The column *clase* says what kind of entity a row speaks of: rows of another kind are of nobody.
    """

    def read(tabla: Tabla) -> Lectura:
        frame, notes = _keyed(tabla.filas, claves)
        frame = frame.with_columns(points(frame, name) for name in HOURS)
        if clase in frame.columns:
            own = pl.col(clase) == valor.entidad
            frame = frame.with_columns(_entidad=pl.when(own).then("_entidad").otherwise(pl.lit("")))
        frame = frame.with_columns(_hora=pl.lit(1, pl.Int16))
        return Lectura((Serie(valor.variable, valor.unidad, _bronze(frame, valor, pl.concat_list(HOURS))),), notes)

    required = claves.columnas | frozenset(HOURS)
    return Receta(nombre, required, read, required | {clase})


def entidades_a_lo_ancho(nombre: str, claves: Claves, valor: Valor) -> Receta:
    """One row an hour, one column an entity; theirs are the columns that begin with *valor*'s.

    A file whose values are negative, as models of networks write what is taken out, changes sign.
    """
    prefix = valor.columna

    def read(tabla: Tabla) -> Lectura:
        frame, notes = _keyed(tabla.filas, claves)
        columns = [name for name in tabla.nombres if name.startswith(prefix)]
        frame = frame.with_columns(points(frame, name) for name in columns)
        long = frame.unpivot(columns, index=["_dia", "_hora"], variable_name="_columna", value_name=prefix)
        long = long.with_columns(
            _entidad=pl.col("_columna").replace_strict(tabla.nombres, return_dtype=pl.String),
            _dimension=pl.lit(""),
            _version=pl.lit(""),
        )
        value = pl.col(prefix)
        if (long[prefix].str.starts_with("-").sum()) > len(long) / 2:
            long = long.with_columns(
                pl.when(value.str.starts_with("-"))
                .then(value.str.strip_prefix("-"))
                .when(value.cast(pl.Float64, strict=False) > 0)
                .then(pl.concat_str(pl.lit("-"), value))
                .otherwise(value)
            )
            notes = (*notes, "Los valores vienen en negativo por convención: se cargan con el signo cambiado.")
        return Lectura((Serie(valor.variable, valor.unidad, _bronze(long, valor, pl.concat_list(prefix))),), notes)

    return Receta(nombre, claves.columnas, read, claves.columnas, prefijo=prefix)


def points(frame: pl.DataFrame, name: str) -> pl.Expr:
    """The column *name* with decimal points, where all its numbers with a comma are «1.234,5».

    Judged over the whole column: a point groups thousands only where commas mark decimals.
    """
    column = frame[name]
    comma = column.filter(column.str.contains(",", literal=True).fill_null(False))
    text = pl.col(name)
    if comma.is_empty() or not comma.str.strip_chars().str.contains(_COMMA).all():
        return text
    tight = text.str.strip_chars()
    spanish = tight.str.replace_all(".", "", literal=True).str.replace(",", ".", literal=True)
    return pl.when(tight.str.contains(_COMMA)).then(spanish).otherwise(text).alias(name)


def _keyed(frame: pl.DataFrame, claves: Claves) -> tuple[pl.DataFrame, tuple[str, ...]]:
    """*frame* with _dia, _hora, _entidad, _dimension and _version, and remarks."""
    day, hour = pl.col(claves.dia).str.strip_chars(), pl.lit(None, pl.Int16)
    notes: tuple[str, ...] = ()
    if claves.mes:
        month = pl.col(claves.mes).str.strip_chars().str.strip_suffix(".0").str.zfill(2)
        start = pl.concat_str(day.str.strip_suffix(".0"), pl.lit("-"), month, pl.lit("-01"))
    elif claves.instante:
        start = pl.coalesce(day.str.extract(_INSTANT, 1), day)
        hour = day.str.extract(_INSTANT, 2).cast(pl.Int16) + 1
    else:
        start = pl.coalesce(day.str.extract(_DAY, 1), day)
        if claves.hora:
            number = pl.col(claves.hora).str.strip_chars().str.strip_suffix(".0").cast(pl.Int16, strict=False)
            seen = set(frame.select(number.unique()).to_series())
            from_one = 24 in seen and 0 not in seen
            if from_one:
                notes = ("Las horas vienen de 1 a 24.",)
            hour = number if from_one else number + 1
    return (
        frame.with_columns(
            _dia=start,
            _hora=hour.cast(pl.Int16),
            _entidad=_text(frame, claves.entidad, pl.lit(SISTEMA)),
            _dimension=_text(frame, claves.dimension, pl.lit("")),
            _version=_text(frame, claves.version, pl.lit("")),
        ),
        notes,
    )


def _text(frame: pl.DataFrame, name: str, default: pl.Expr) -> pl.Expr:
    return pl.col(name).str.strip_chars().fill_null("") if name in frame.columns else default


def _bronze(frame: pl.DataFrame, valor: Valor, values: pl.Expr) -> pl.DataFrame:
    """The keyed *frame* as ``BRONZE``; a row without entity stays, for validation to say so."""
    of_system = valor.entidad == SISTEMA
    return frame.select(
        pl.lit(valor.entidad).alias("entidad_tipo"),
        (pl.lit(SISTEMA) if of_system else pl.col("_entidad")).alias("entidad"),
        pl.col("_dimension").alias("dimension"),
        pl.col("_dia").alias("dia"),
        pl.col("_hora").alias("hora"),
        values.alias("valores"),
        pl.col("_version").alias("version"),
        pl.lit(None, pl.String).alias("publicado_en"),
        pl.lit([], pl.List(pl.String)).alias("marcas"),
    ).match_to_schema(pl.Schema(BRONZE))

