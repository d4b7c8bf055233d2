"""Series that should agree: with a reference, with another source, with their own parts."""

from collections.abc import Callable
from typing import Any

import polars as pl

from siea.domain.catalogo import SISTEMA, Variable, variable
from siea.ingest.juicio.hallazgo import Hallazgo, cifra, dias, listed, of_all, stretches, when
from siea.ingest.juicio.referencias import (
    HOURS,
    MONTHLY,
    MONTHLY_DRIFT,
    REFERENCES,
    TWINS,
    Contra,
    Gemelas,
    Horas,
)
from siea.ingest.quality import BALANCE, BALANCE_TOLERANCE_GWH
from siea.ingest.transform.frames import local_day

Read = Callable[[Variable], pl.DataFrame]
"""The current values of a variable (``SILVER``)."""

# A ratio leaves its own level: by its drift for a stretch of days, or by far more on a single one.
DRIFT_DAYS = 3
JUMP = 0.25
LEVEL_DAYS = 365
# Differences this near to one another are of one event.
NEARBY_DAYS = 31
_FEWEST_DAYS = 20
_FEWEST_MONTHS = 3


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
        one, other = total(pair.codigo, pair.entidad), total(pair.referencia, SISTEMA)
        if len(one) and len(other):
            found += against(one, other, pair)
    for codigo, reference, kind in MONTHLY:
        found += monthly(total(codigo, kind), total(reference, kind), variable(codigo, kind), reference)
    for twins in TWINS:
        a, b = read(variable(twins.una)), read(variable(twins.otra))
        if len(a) and len(b):
            found += disagree(a, b, twins)
    for hours in HOURS:
        a, b = read(variable(hours.horaria)), read(variable(hours.diaria))
        if len(a) and len(b):
            found += hours_against_day(a, b, hours)
    return found + balance({name: total(name, SISTEMA) for name in BALANCE})


def compared() -> frozenset[tuple[str, str]]:
    """Every (code, entity) that some comparison reads."""
    found = {(code, kind) for one, other, kind in MONTHLY for code in (one, other)}
    for pair in REFERENCES:
        found |= {(pair.codigo, pair.entidad), (pair.referencia, SISTEMA)}
    system = {code for twins in TWINS for code in (twins.una, twins.otra)}
    system |= {code for hours in HOURS for code in (hours.horaria, hours.diaria)} | {*BALANCE}
    return frozenset(found | {(code, SISTEMA) for code in system})


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
    """Years whose usual ratio is outside its band, and stretches in which the ratio leaves its own level.

    *one* and *reference* are totals of local days (dia, valor).
    """
    ratio = (
        one.join(reference, on="dia", suffix="_ref")
        .filter(pl.col("valor_ref") > 0)
        .with_columns(razon=pl.col("valor") / pl.col("valor_ref"))
        .sort("dia")
    )
    if len(ratio) < _FEWEST_DAYS:
        return []
    return _levels(ratio, pair) + _changes(ratio, pair)


def _levels(ratio: pl.DataFrame, pair: Contra) -> list[Hallazgo]:
    """Years whose usual ratio is outside the band; those in a row are one finding."""
    years = (
        ratio.group_by(pl.col("dia").dt.year().alias("anio"))
        .agg(pl.col("razon").median(), pl.len().alias("n"), pl.col("dia").min().alias("desde"),
             pl.col("dia").max().alias("hasta"))
        .filter(~pl.col("razon").is_between(pair.bajo, pair.alto))
        .sort("anio")
        .with_columns(_tramo=(pl.col("anio").diff() > 1).fill_null(False).cum_sum())
    )  # fmt: skip
    band = f"de {cifra(100 * pair.bajo)} a {cifra(100 * pair.alto)} %: {pair.porque}"
    found = []
    for _, run in years.group_by("_tramo", maintain_order=True):
        told = dict(run.select("anio", "razon").iter_rows())
        low, high = cifra(100 * min(told.values())), cifra(100 * max(told.values()))
        first, last = min(told), max(told)
        span = f"En {first}" if first == last else f"De {first} a {last}"
        how = low if low == high else f"de {low} a {high}"
        found.append(
            Hallazgo(
                "nivel_contra_referencia", "media", pair.codigo, pair.entidad,
                f"{span} es {how} % de {pair.referencia} (se espera {band}): otra cobertura, u otra versión.",
                int(run["n"].sum()), min(run["desde"]), max(run["hasta"]), dimension=pair.clave,
                detalle={"razon": {str(year): round(value, 4) for year, value in told.items()}},
            )
        )  # fmt: skip
    return found


def _changes(ratio: pl.DataFrame, pair: Contra) -> list[Hallazgo]:
    level = pl.col("razon").rolling_median(LEVEL_DAYS, center=True, min_samples=15)
    off = of_all(ratio.with_columns(_lejos=(pl.col("razon") / level - 1).abs()))
    drift = stretches(off.filter(pl.col("_lejos") > pair.deriva)).filter(pl.col("dias") >= DRIFT_DAYS)
    jump = stretches(off.filter(pl.col("_lejos") > JUMP))
    both = (
        pl.concat([drift, jump])
        .sort("desde", "hasta", descending=[False, True])
        # a jump within a drift is one event
        .filter(pl.col("hasta") > pl.col("hasta").cum_max().shift(1).fill_null(pl.date(1, 1, 1)))
    )
    worst = [
        off.filter(pl.col("dia").is_between(*row))["_lejos"].max()
        for row in both.select("desde", "hasta").iter_rows()
    ]
    both = both.with_columns(dimension=pl.lit(pair.clave), _peor=pl.Series(worst, dtype=pl.Float64)).sort(
        "_peor", descending=True
    )

    def say(row: dict[str, Any]) -> str:
        during = ratio.filter(pl.col("dia").is_between(row["desde"], row["hasta"]))
        mean = float(during["valor"].sum()) / float(during["valor_ref"].sum())
        return (
            f"{when(row).capitalize()} es {cifra(100 * mean)} % de {pair.referencia}, y no lo de siempre: "
            "puede faltar o contarse dos veces una parte."
        )

    return listed("razon_cambia", "media", variable(pair.codigo, pair.entidad), both, say)


def monthly(one: pl.DataFrame, reference: pl.DataFrame, of: Variable, name: str) -> list[Hallazgo]:
    """Months in which the ratio of two totals leaves that of the other months."""
    ratio = one.join(reference, on="dia", suffix="_ref").with_columns(
        razon=pl.col("valor") / pl.col("valor_ref")
    )
    if len(ratio) < _FEWEST_MONTHS:
        return []
    usual = float(ratio["razon"].cast(pl.Float64).median() or 0.0)  # type: ignore[arg-type]  # of floats
    odd = ratio.filter((pl.col("razon") / usual - 1).abs() > MONTHLY_DRIFT).sort("dia")
    return [
        Hallazgo(
            "razon_mensual_cambia", "alta", of.codigo, of.entidad,
            f"En {row['dia']:%Y-%m} es {cifra(100 * row['razon'])} % de {name} y en los demás meses "
            f"{cifra(100 * usual)} %: falta una parte, o se cambiaron los papeles.",
            1, row["dia"], row["dia"], dimension=f"contra {name}",
        )
        for row in odd.iter_rows(named=True)
    ]  # fmt: skip


def disagree(a: pl.DataFrame, b: pl.DataFrame, twins: Gemelas) -> list[Hallazgo]:
    """Instants at which two publications of the same value differ, by stretches of days."""
    both = a.drop_nulls("valor").join(
        b.drop_nulls("valor"), on=["entidad", "dimension", "fecha"], suffix="_b"
    )
    difference = (pl.col("valor") - pl.col("valor_b")).abs()
    apart = both.filter(difference > twins.tolerancia).with_columns(dia=local_day(), _d=difference)
    if apart.is_empty():
        return []
    of = variable(twins.una)
    days = apart.group_by("dia").agg(pl.len().alias("cuantos"), pl.col("_d").max())
    found = stretches(of_all(days), gap=NEARBY_DAYS).with_columns(dimension=pl.lit(f"contra {twins.otra}"))

    def say(row: dict[str, Any]) -> str:
        during = days.filter(pl.col("dia").is_between(row["desde"], row["hasta"]))
        largest = cifra(max(during["_d"]))
        return (
            f"{row['cuantos']} valores {when(row)} difieren de {twins.otra} en más de "
            f"{cifra(twins.tolerancia)} {of.unidad} (hasta {largest}), de {len(both)} comparados: pueden ser "
            "versiones distintas."
        )

    return listed("fuentes_discrepan", "media", of, found, say)


def hours_against_day(hourly: pl.DataFrame, of_day: pl.DataFrame, pair: Horas) -> list[Hallazgo]:
    """Local days whose published figure is not what their 24 hours give; no others are compared."""
    value = pl.col("valor")
    join = {"suma": value.sum(), "promedio": value.mean(), "minimo": value.min(), "maximo": value.max()}
    made = (
        hourly.drop_nulls("valor")
        .group_by(local_day().alias("dia"))
        .agg(join[pair.como].alias("_horas"), pl.len().alias("_n"))
        .filter(pl.col("_n") == 24)
    )
    told = of_day.drop_nulls("valor").select("valor", dia=local_day())
    odd = told.join(made, on="dia").filter(
        (value - pl.col("_horas")).abs() > pair.tolerancia * pl.col("_horas").abs()
    )
    if odd.is_empty():
        return []
    of = variable(pair.diaria)
    found = stretches(of_all(odd), gap=NEARBY_DAYS).with_columns(dimension=pl.lit(f"contra {pair.horaria}"))

    def say(row: dict[str, Any]) -> str:
        first = odd.filter(pl.col("dia") == row["desde"]).row(0, named=True)
        return (
            f"En {dias(row['dias'])}, {when(row)}, no es el {pair.como} de las horas de "
            f"{pair.horaria} (el {row['desde']}: {cifra(first['valor'])} y {cifra(first['_horas'])} "
            f"{of.unidad}): otra versión, o una hora corrida."
        )

    return listed("horas_contra_dia", "media", of, found, say)


def balance(terms: dict[str, pl.DataFrame]) -> list[Hallazgo]:
    """Days on which demand is not generation plus unserved minus exports plus imports, to one kWh.

    *terms* are daily totals in GWh by variable (``quality.BALANCE``); an empty term counts as none.
    """
    days = terms["DemaSIN"].select("dia", DemaSIN="valor").join(
        terms["GeneDiaSIN"].select("dia", GeneDiaSIN="valor"), on="dia"
    )  # fmt: skip
    for name in BALANCE.keys() - {"DemaSIN", "GeneDiaSIN"}:
        days = days.join(terms[name].select("dia", pl.col("valor").alias(name)), on="dia", how="left")
    error = pl.sum_horizontal(pl.col(name).fill_null(0.0) * sign for name, sign in BALANCE.items())
    odd = days.with_columns(_error=error).filter(pl.col("_error").abs() > BALANCE_TOLERANCE_GWH)
    if odd.is_empty():
        return []

    def say(row: dict[str, Any]) -> str:
        during = odd.filter(pl.col("dia").is_between(row["desde"], row["hasta"]))["_error"]
        return (
            f"En {dias(row['dias'])}, {when(row)}, la demanda no es generación más no atendida "
            f"menos exportaciones más importaciones (hasta {cifra(max(during.abs()))} GWh): falta "
            "un término, o es de otra versión."
        )

    return listed("balance", "alta", variable("DemaSIN"), stretches(of_all(odd), gap=7), say)
