"""Which rows may be loaded. The rest goes to quarantine with its reason; the batch goes on."""

from dataclasses import dataclass
from datetime import date

import pandera.polars as pa
import polars as pl

from siea.domain import versiones
from siea.domain.catalogo import Variable
from siea.ingest.transform.frames import KEY, REJECTED, SILVER, local_day, rejects

_REQUIRED = ("valor",)
_STRUCTURE = pa.DataFrameSchema(
    {name: pa.Column(kind, nullable=name in _REQUIRED) for name, kind in SILVER.items()}, strict=True
)
_EXACT_KEY = (*KEY, "version", "publicado_en")


@dataclass(frozen=True, slots=True)
class Validated:
    """``frame`` has each key once a version and publication; ``repetidas`` counts copies left out.

    ``con_hueco`` are the copies among them that were empty beside one with a value, or the other way round.
    """

    frame: pl.DataFrame
    rechazadas: pl.DataFrame
    repetidas: int
    con_hueco: int


def validate(silver: pl.DataFrame, variable: Variable, first: date, last: date) -> Validated:
    """Check the structure of *silver* and judge each row by the catalogue's bounds and the days asked for.

    Rejected: no entity, outside the days asked for, outside the bounds, one key with conflicting values.
    A slightly negative generation is not judged here: ``clean`` does. Raises UnknownVersionError on a
    settlement code that the catalogue of versions lacks: the whole batch is then in doubt.
    """
    _STRUCTURE.validate(silver)
    for code in silver["version"].unique():
        versiones.rank(code)
    low, high, unit = variable.minimo, variable.maximo, variable.unidad
    value, day = pl.col("valor"), local_day()
    below = value < low if variable.tabla != "generacion" else pl.lit(False)
    reason = (
        pl.when(pl.col("entidad") == "")
        .then(pl.lit("sin entidad"))
        .when(~day.is_between(first, last))
        .then(pl.lit(f"fuera de los días pedidos ({first} a {last})"))
        .when(below | (value > high))
        .then(pl.format(f"{{}} {unit} está fuera de los límites del catálogo ({low:g} a {high:g})", value))
    )
    judged = silver.with_columns(_motivo=reason)
    bad = judged.filter(pl.col("_motivo").is_not_null())
    good = (judged.filter(pl.col("_motivo").is_null()) if len(bad) else judged).drop("_motivo")
    rejected = [rejects(bad, pl.col("_motivo"))] if len(bad) else []
    good, conflicting, copies, beside_gap = _one_of_each(good)
    if len(conflicting):
        rejected.append(rejects(conflicting, "la misma clave viene con valores distintos"))
    return Validated(
        good, pl.concat(rejected) if rejected else pl.DataFrame(schema=REJECTED), copies, beside_gap
    )


def _one_of_each(frame: pl.DataFrame) -> tuple[pl.DataFrame, pl.DataFrame, int, int]:
    """(rows with one key, rows whose key has conflicting values, copies left out, those beside a gap)."""
    repeated = frame.select(_EXACT_KEY).is_duplicated()
    if not repeated.any():
        return frame, frame.clear(), 0, 0
    several = frame.filter(repeated).with_columns(
        # nulls do not count: a gap beside a value is not a conflict
        _valores=pl.col("valor").drop_nulls().n_unique().over(_EXACT_KEY)
    )
    conflict = several.filter(pl.col("_valores") > 1).drop("_valores")
    same = several.filter(pl.col("_valores") <= 1).drop("_valores")
    kept = same.sort("valor", nulls_last=True, maintain_order=True).unique(
        _EXACT_KEY, keep="first", maintain_order=True
    )
    mixed = same.filter(pl.col("valor").is_null() & (pl.col("valor").count().over(_EXACT_KEY) > 0))
    return pl.concat([frame.filter(~repeated), kept]), conflict, len(same) - len(kept), len(mixed)
