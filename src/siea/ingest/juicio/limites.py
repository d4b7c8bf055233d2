"""Values that cannot be: outside the bounds of the catalogue, or more than the whole."""

import polars as pl

from siea.domain.catalogo import Agregacion, Variable
from siea.ingest.juicio.hallazgo import SERIE, Hallazgo, cifra, listed, named, stretches, when
from siea.ingest.transform.frames import local_day

# A level cannot be more than full; a flow of ten times its usual one is a flood that somebody should confirm.
MOST_OF_A_LEVEL, MOST_OF_A_FLOW = 100.0, 1000.0
_LISTED = 20


def beyond_bounds(frame: pl.DataFrame, variable: Variable) -> list[Hallazgo]:
    """Values outside the bounds of the catalogue: released from quarantine, or older than the bounds.

    A generator below zero, and a series most of whose values are, have rules of their own.
    """
    value, low = pl.col("valor"), variable.minimo
    below = (value < low) if variable.tabla != "generacion" else pl.lit(False)
    out = frame.with_columns(_dia=local_day(), _bajo=(value < 0).mean().over(SERIE)).filter(
        (below & (pl.col("_bajo") <= 0.5)) | (value > variable.maximo)
    )
    if out.is_empty():
        return []
    days = out.group_by(*SERIE, pl.col("_dia").alias("dia")).agg(
        pl.len().alias("cuantos"), value.max().alias("_alto"), value.min().alias("_menor")
    )
    extremes = f"de {cifra(out['valor'].min())} a {cifra(out['valor'].max())} {variable.unidad}"  # type: ignore[arg-type]  # of floats
    limits = f"{cifra(low)} a {cifra(variable.maximo)}"
    return listed(
        "fuera_de_limites", "alta", variable, stretches(days),
        lambda row: f"{named(row)}{row['cuantos']} valores {when(row)} quedan fuera de los límites del "
        f"catálogo ({limits}; los de todo el conjunto van {extremes}): puede ser la unidad o el signo.",
    )  # fmt: skip


def beyond_percent(frame: pl.DataFrame, variable: Variable) -> list[Hallazgo]:
    """Percentages of a level above 100, or of a usual flow above 1 000."""
    if variable.unidad != "%":
        return []
    top = MOST_OF_A_LEVEL if variable.agregacion is Agregacion.ULTIMO else MOST_OF_A_FLOW
    over = frame.filter(pl.col("valor") > top * (1 + 1e-9))
    if over.is_empty():
        return []
    days = over.select(local_day().alias("dia"))["dia"]
    worst = over.group_by("entidad").len().sort("len", "entidad", descending=[True, False])
    largest = max(over["valor"].to_list())
    return [
        Hallazgo(
            "porcentaje_excesivo", "media", variable.codigo, variable.entidad,
            f"{len(over)} valores pasan de {cifra(top)} %, en {len(worst)} entidades; el mayor: "
            f"{cifra(largest)} %: la capacidad o la media de referencia puede estar vieja.",
            len(over), days.min(), days.max(),  # type: ignore[arg-type]  # dates
            detalle={"por_entidad": dict(worst.head(_LISTED).iter_rows())},
        )
    ]  # fmt: skip
