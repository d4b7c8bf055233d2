"""Series that should agree: with a reference, with another source, with their own parts."""

from collections.abc import Callable
from dataclasses import dataclass

import polars as pl

from siea.domain.catalogo import Variable, variable
from siea.ingest.juicio.hallazgo import Hallazgo, stretches
from siea.ingest.transform.frames import local_day

Read = Callable[[Variable], pl.DataFrame]
"""The current values of a variable (``SILVER``)."""

# A ratio leaves its own level: by this much for a stretch of days, or by far more on a single one.
DRIFT, DRIFT_DAYS = 0.05, 3
JUMP = 0.25
LEVEL_DAYS = 365
# Two publications of one price differ when they are further apart than this.
PRICE_TOLERANCE = 1.0
_FEWEST_DAYS = 20
_CAP = 6


@dataclass(frozen=True, slots=True)
class Contra:
    """A variable whose daily total is compared with that of a reference; its usual ratio, and why.

    ``deriva``: how far the ratio may leave its own level for days; more where they are not one measurement.
    """

    codigo: str
    entidad: str
    referencia: str
    bajo: float
    alto: float
    porque: str
    deriva: float = DRIFT


@dataclass(frozen=True, slots=True)
class Gemelas:
    """Two publications of the same values."""

    una: str
    otra: str
    tolerancia: float


REFERENCES = (
    Contra(
        "DemaCome", "Sistema", "DemaSIN", 0.98, 1.06, "la demanda comercial suma la del SIN más lo exportado"
    ),
    Contra(
        "DemaReal",
        "Sistema",
        "DemaSIN",
        0.95,
        1.02,
        "la demanda real queda un poco por debajo de la comercial",
    ),
    Contra(
        "DemaRealC1B851", "Sistema", "DemaSIN", 0.96, 1.02, "es la misma demanda, medida en otra parte", 0.03
    ),
    Contra("DemaOper", "Sistema", "DemaSIN", 0.97, 1.03, "la cifra operativa se acerca a la liquidada", 0.12),
    Contra("DemaSubarea", "Subarea", "DemaSIN", 0.95, 1.05, "las subáreas cubren todo el SIN"),
    Contra(
        "DemaOrHora", "OR", "DemaSIN", 0.95, 1.01, "faltan por definición los usuarios y pérdidas del STN"
    ),
    Contra(
        "GeneProgCombustible",
        "Combustible",
        "GeneDiaSIN",
        0.95,
        1.05,
        "lo programado se acerca a lo generado",
        0.12,
    ),
    Contra("AporEner", "Rio", "AporOper", 0.95, 1.05, "los ríos suman los aportes del sistema", 0.3),
    Contra("AporEner", "Rio", "AporEner", 0.95, 1.05, "los ríos suman los aportes del sistema", 0.3),
    Contra("Gene", "Recurso", "Gene", 0.99, 1.01, "las plantas suman la generación del sistema"),
)
# (variable, reference, kind of entity): monthly totals whose ratio keeps its level
MONTHLY = (("PosiRespaldo", "PosiDemanda", "Agente"), ("PosiVentas", "PosiDemanda", "Agente"))
MONTHLY_DRIFT = 0.2
TWINS = (
    Gemelas("PrecBolsNaciLibro", "PrecBolsNaci", PRICE_TOLERANCE),
    Gemelas("PrecBolsMaxOper", "PrecBolsMaxPublDia", 500.0),
    Gemelas("SIMEM_PB_Nal", "PrecBolsNaci", PRICE_TOLERANCE),
)


def judge_pairs(read: Read) -> list[Hallazgo]:
    """Every comparison of which both sides are loaded."""
    found: list[Hallazgo] = []
    totals: dict[tuple[str, str], pl.DataFrame] = {}

    def total(codigo: str, entidad: str) -> pl.DataFrame:
        key = (codigo, entidad)
        if key not in totals:
            totals[key] = _total(read(variable(codigo, entidad)))
        return totals[key]

    for pair in REFERENCES:
        one, other = total(pair.codigo, pair.entidad), total(pair.referencia, "Sistema")
        if len(one) and len(other):
            found += against(one, other, pair)
    for codigo, reference, kind in MONTHLY:
        found += monthly(total(codigo, kind), total(reference, kind), variable(codigo, kind), reference)
    for twins in TWINS:
        a, b = read(variable(twins.una)), read(variable(twins.otra))
        if len(a) and len(b):
            found += disagree(a, b, twins)
    return found


def _total(frame: pl.DataFrame) -> pl.DataFrame:
    """Total of each local day that has values: dia, valor. Provisional days take no part."""
    return (
        frame.filter(~pl.col("provisional"))
        .drop_nulls("valor")
        .group_by(local_day().alias("dia"))
        .agg(pl.col("valor").sum())
        .sort("dia")
    )


def against(one: pl.DataFrame, reference: pl.DataFrame, pair: Contra) -> list[Hallazgo]:
    """Years whose usual ratio is outside its band, and stretches in which the ratio leaves its own level."""
    ratio = (
        one.join(reference, on="dia", suffix="_ref")
        .filter(pl.col("valor_ref") > 0)
        .with_columns(razon=pl.col("valor") / pl.col("valor_ref"))
        .sort("dia")
    )
    if len(ratio) < _FEWEST_DAYS:
        return []
    found: list[Hallazgo] = []
    years = ratio.group_by(pl.col("dia").dt.year().alias("anio")).agg(
        pl.col("razon").median(), pl.len().alias("n"), pl.col("dia").min().alias("desde"),
        pl.col("dia").max().alias("hasta"),
    ).filter(~pl.col("razon").is_between(pair.bajo, pair.alto)).sort("anio")  # fmt: skip
    found += [
            Hallazgo(
                "nivel_contra_referencia", "media", pair.codigo, pair.entidad,
                f"En {row['anio']} es {100 * row['razon']:.1f} % de {pair.referencia} "
                f"(se espera de {100 * pair.bajo:g} a {100 * pair.alto:g} %: {pair.porque}).",
                row["n"], row["desde"], row["hasta"], detalle={"razon": round(row["razon"], 4)},
            )
        for row in years.iter_rows(named=True)
    ]  # fmt: skip
    level = pl.col("razon").rolling_median(LEVEL_DAYS, center=True, min_samples=15)
    off = ratio.with_columns(_lejos=(pl.col("razon") / level - 1).abs()).with_columns(
        entidad=pl.lit(""), dimension=pl.lit("")
    )
    drift = stretches(off.filter(pl.col("_lejos") > pair.deriva)).filter(pl.col("dias") >= DRIFT_DAYS)
    jump = stretches(off.filter(pl.col("_lejos") > JUMP))
    both = pl.concat([jump, drift]).unique(["desde"], keep="first").sort("desde")
    for row in both.head(_CAP).iter_rows(named=True):
        during = ratio.filter(pl.col("dia").is_between(row["desde"], row["hasta"]))
        mean = float(during["valor"].sum()) / float(during["valor_ref"].sum())
        found.append(
            Hallazgo(
                "razon_cambia", "media", pair.codigo, pair.entidad,
                f"Del {row['desde']} al {row['hasta']} es {100 * mean:.1f} % de {pair.referencia}: cambia.",
                row["dias"], row["desde"], row["hasta"],
            )
        )  # fmt: skip
    if len(both) > _CAP:
        rest = both.slice(_CAP)
        found.append(
            Hallazgo(
                "razon_cambia", "media", pair.codigo, pair.entidad,
                f"Y {len(rest)} tramos más frente a {pair.referencia}.", len(rest),
                rest["desde"].min(), rest["hasta"].max(), entidad="(varios)",  # type: ignore[arg-type]  # dates
            )
        )  # fmt: skip
    return found


def monthly(one: pl.DataFrame, reference: pl.DataFrame, of: Variable, name: str) -> list[Hallazgo]:
    """Months in which the ratio of two totals leaves that of the other months."""
    ratio = one.join(reference, on="dia", suffix="_ref").with_columns(
        razon=pl.col("valor") / pl.col("valor_ref")
    )
    if len(ratio) < 3:
        return []
    usual = float(ratio["razon"].cast(pl.Float64).median() or 0.0)  # type: ignore[arg-type]  # of floats
    odd = ratio.filter((pl.col("razon") / usual - 1).abs() > MONTHLY_DRIFT)
    return [
        Hallazgo(
            "razon_mensual_cambia", "alta", of.codigo, of.entidad,
            f"En {row['dia']:%Y-%m} es {100 * row['razon']:.0f} % de {name} y en los demás meses "
            f"{100 * usual:.0f} %: falta una parte, o se cambiaron los papeles.",
            1, row["dia"], row["dia"],
        )
        for row in odd.iter_rows(named=True)
    ]  # fmt: skip


def disagree(a: pl.DataFrame, b: pl.DataFrame, twins: Gemelas) -> list[Hallazgo]:
    """Instants at which two publications of the same value differ, by stretches of days."""
    both = a.drop_nulls("valor").join(
        b.drop_nulls("valor"), on=["entidad", "dimension", "fecha"], suffix="_b"
    )
    apart = both.filter((pl.col("valor") - pl.col("valor_b")).abs() > twins.tolerancia)
    if apart.is_empty():
        return []
    days = apart.select("entidad", "dimension", dia=local_day())
    hours = days.group_by("dia").len()
    found = []
    for row in stretches(days.unique(), gap=31).iter_rows(named=True):
        count = int(hours.filter(pl.col("dia").is_between(row["desde"], row["hasta"]))["len"].sum())
        found.append(
            Hallazgo(
                "fuentes_discrepan", "media", twins.una, "Sistema",
                f"{count} valores difieren en más de {twins.tolerancia:g} de {twins.otra} "
                f"entre {row['desde']} y {row['hasta']}: son versiones distintas.",
                count, row["desde"], row["hasta"], detalle={"comparados": len(both)},
            )
        )  # fmt: skip
    return found[:_CAP]
