"""How the values came: copies, versions, rounding, half-published days, names that say nothing."""

from datetime import timedelta
from itertools import pairwise

import polars as pl

from siea.domain.catalogo import Variable
from siea.domain.tiempo import Resolucion
from siea.domain.versiones import ORDER
from siea.ingest.juicio.hallazgo import SERIE, Hallazgo, cifra, dias, listed, named, of_all, stretches, when
from siea.ingest.transform.frames import local_day

# Fewer values than these say nothing about how a year is rounded.
FEWEST_OF_A_YEAR = 200
ROUNDED, NOT_ROUNDED = 0.99, 0.5
# In the median, the entities of a set kept less than this of their own level.
ALL_DROP = 0.6
FEWEST_ENTITIES = 5
# Half-published days this near to one another are one event.
NEARBY_DAYS = 7


def one_of_each(frame: pl.DataFrame) -> pl.DataFrame:
    """One row a series and instant: the best version, of those the last published, of those one with a value.

    The rules after this one would else add copies up.
    """
    key = [*SERIE, "fecha"]
    if not frame.select(key).is_duplicated().any():
        return frame
    rank = pl.col("version").replace_strict(ORDER, default=-1, return_dtype=pl.Int32)
    return (
        frame.with_columns(_orden=rank, _hay=pl.col("valor").is_not_null())
        .sort("_orden", "publicado_en", "_hay", "valor", nulls_last=False)
        .unique(key, keep="last")
        .drop("_orden", "_hay")
    )


def repeated(frame: pl.DataFrame, variable: Variable) -> list[Hallazgo]:
    """Values that came more than once in one version: as copies, or as different values (a conflict)."""
    key = [*SERIE, "fecha", "version"]
    twice = frame.filter(frame.select(key).is_duplicated())
    if twice.is_empty():
        return []
    value = pl.col("valor")
    keys = twice.group_by(key).agg(
        (pl.len() - 1).alias("cuantos"), value.drop_nulls().n_unique().alias("_distintos"),
        (value.null_count() > 0).alias("_hueco"), value.count().alias("_valores"),
    ).with_columns(dia=local_day())  # fmt: skip
    same, apart = keys.filter(pl.col("_distintos") <= 1), keys.filter(pl.col("_distintos") > 1)
    beside = keys.filter(pl.col("_hueco") & (pl.col("_valores") > 0)).height
    also = f" (en {beside} claves de todo el conjunto una copia viene vacía)" if beside else ""
    return listed(
        "repetida", "baja", variable, stretches(same),
        lambda row: f"{named(row)}{row['cuantos']} valores llegan repetidos {when(row)}{also}: "
        "sumarlos los contaría dos veces.",
    ) + listed(
        "conflicto", "alta", variable, stretches(apart),
        lambda row: f"{named(row)}{row['cuantos']} valores llegan {when(row)} con otra cifra para la misma "
        "clave: no se sabe cuál vale.",
    )  # fmt: skip


def precision(frame: pl.DataFrame, variable: Variable) -> list[Hallazgo]:
    """Years whose values are all rounded, beside years whose values are not: two publications were joined."""
    value = pl.col("valor")
    years = (
        frame.drop_nulls("valor")
        .filter(value != 0)
        .with_columns(_dia=local_day())
        .group_by(pl.col("_dia").dt.year().alias("anio"))
        .agg(
            *(((value - value.round(k)).abs() < 1e-9).mean().alias(f"r{k}") for k in (0, 1, 2)),
            pl.len().alias("n"), pl.col("_dia").min().alias("desde"), pl.col("_dia").max().alias("hasta"),
        )
        .filter(pl.col("n") >= FEWEST_OF_A_YEAR)
        .sort("anio")
    )  # fmt: skip
    found = []
    for before, after in pairwise(years.iter_rows(named=True)):
        for k in (0, 1, 2):
            low, high = sorted((before[f"r{k}"], after[f"r{k}"]))
            if high > ROUNDED and low < NOT_ROUNDED:
                rounded, other = (before, after) if before[f"r{k}"] > ROUNDED else (after, before)
                found.append(
                    Hallazgo(
                        "cambio_de_precision", "baja", variable.codigo, variable.entidad,
                        f"En {rounded['anio']} viene redondeado a {k} decimales y en {other['anio']} no: "
                        "son dos publicaciones unidas.",
                        rounded["n"], rounded["desde"], rounded["hasta"],
                        detalle={"redondeado": rounded["anio"], "otro": other["anio"], "decimales": k},
                    )
                )  # fmt: skip
                break
    return found


def versions(frame: pl.DataFrame, variable: Variable) -> list[Hallazgo]:
    """Several settlement versions among the current values: totals mix them."""
    counts = frame.drop_nulls("valor").group_by("version").len().sort("version")
    if len(counts) < 2:
        return []
    days = frame.select(local_day().alias("dia"))["dia"]
    told = {version or "(sin versión)": count for version, count in counts.iter_rows()}
    shares = ", ".join(f"{name}: {count}" for name, count in told.items())
    behind = frame.filter(pl.col("marcas").list.contains("version_mezclada"))["fecha"].unique().sort()
    return [
        Hallazgo(
            "versiones_mezcladas", "baja", variable.codigo, variable.entidad,
            f"Los valores vigentes son de {len(counts)} versiones de liquidación ({shares}).",
            sum(told.values()), days.min(), days.max(),  # type: ignore[arg-type]  # dates
            detalle=told | {"atrasados_en_su_dia": [f"{t:%Y-%m-%dT%H:%M}Z" for t in behind.head(60)]},
        )
    ]  # fmt: skip


def partial(frame: pl.DataFrame, variable: Variable) -> list[Hallazgo]:
    """Days published with a fraction of their level (the provisional ones), as stretches."""
    low = frame.filter("provisional").select(*SERIE, dia=local_day())
    if low.is_empty():
        return []
    return listed(
        "dia_parcial", "alta", variable, stretches(of_all(low.select("dia").unique()), gap=NEARBY_DAYS),
        lambda row: f"{dias(row['dias'])} muy por debajo de lo normal para su clase de día, {when(row)}: "
        "se publicó a medias.",
    )  # fmt: skip


def all_drop(days: pl.DataFrame, variable: Variable) -> list[Hallazgo]:
    """A month in which most entities of a set fall far below their own level."""
    if variable.resolucion is not Resolucion.MES or days["entidad"].n_unique() < FEWEST_ENTITIES:
        return []
    usual = pl.col("valor").median().over("entidad")
    months = (
        days.with_columns(_usual=usual).filter(pl.col("_usual") > 0)
        .group_by("dia")
        .agg((pl.col("valor") / pl.col("_usual")).median().alias("nivel"), pl.len().alias("n"))
        .filter((pl.col("nivel") < ALL_DROP) & (pl.col("n") >= FEWEST_ENTITIES))
        .sort("dia")
    )  # fmt: skip
    return [
        Hallazgo(
            "nivel_de_todos", "alta", variable.codigo, variable.entidad,
            f"En {dia:%Y-%m} la mitad de las {n} entidades baja a {cifra(100 * nivel)} % o menos de su "
            "nivel: es un corte de la fuente, no de cada una.",
            n, dia, dia + timedelta(days=27), detalle={"nivel": nivel},
        )
        for dia, nivel, n in months.iter_rows()
    ]  # fmt: skip


def unclassified(frame: pl.DataFrame, variable: Variable) -> list[Hallazgo]:
    """Entities whose name says that nobody classified them."""
    names = pl.concat([frame["entidad"].unique(), frame["dimension"].unique()])
    odd = names.filter(names.str.to_uppercase().str.contains("SIN CLASIFICAR|R[IÍ]OS ESTIMADOS|DESCONOCID"))
    if odd.is_empty():
        return []
    return [
        Hallazgo(
            "categoria_sin_clasificar", "baja", variable.codigo, variable.entidad,
            f"Hay entidades sin clasificar: {', '.join(sorted(odd))}.", len(odd),
            detalle={"entidades": sorted(odd)},
        )
    ]  # fmt: skip
