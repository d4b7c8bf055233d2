"""Values that cannot be, or that are unlike their neighbours."""

from collections.abc import Mapping
from datetime import timedelta

import polars as pl

from siea.domain.catalogo import Variable
from siea.domain.tiempo import ZONE_NAME, Resolucion
from siea.ingest.juicio.hallazgo import SERIE, Hallazgo, stretches
from siea.ingest.transform.frames import local_day

# A day alone: more than twice the largest, or less than half the smallest, of the days around it.
AROUND_DAYS = 30
# What stops and starts as it is wanted, and what a flood doubles overnight, is never like its neighbours.
STOPS_AND_STARTS = frozenset({"Recurso", "RecursoComb", "Combustible", "Enlace"})
RESTLESS = STOPS_AND_STARTS | {"Rio", "SerieHidrologica"}
# In a set of entities, one is more restless than their whole.
ALONE, ALONE_IN_A_SET = 2.0, 4.0
FEWEST_AROUND = 20
# A series that hardly moves from one day to the next, and leaves its level by this much for a while.
CALM = 0.001
STEP = 0.05
# Zeros are odd where they are rare.
RARE = 0.02
# The 95th percentile of a plant's running hours, over its net capacity.
LEAST_USE, MOST_USE = 0.1, 1.1
FEWEST_RUNNING_HOURS = 24
FEWEST_FOR_RARE = 200
# Hours in a row with the very same value, of what a meter measures.
FROZEN_HOURS = 12
# The sun of Colombia is below the horizon between these local clock times, all year.
DARK_FROM, DARK_TO = 18.75, 5.25
DARK_SHARE = 0.02
_LISTED = 20
_CAP = 5


def _listed(rule: str, severity: str, variable: Variable, found: pl.DataFrame, say: str) -> list[Hallazgo]:
    """Findings for the first stretches (entidad, dimension, desde, hasta, dias), the rest in one."""
    told = [
        Hallazgo(
            rule, severity, variable.codigo, variable.entidad,  # type: ignore[arg-type]  # one of the three
            say.format(entidad=row["entidad"], desde=row["desde"], hasta=row["hasta"], dias=row["dias"]),
            row["dias"], row["desde"], row["hasta"], row["entidad"], row["dimension"],
        )
        for row in found.head(_CAP).iter_rows(named=True)
    ]  # fmt: skip
    rest = found.slice(_CAP)
    if len(rest):
        told.append(
            Hallazgo(
                rule, severity, variable.codigo, variable.entidad,  # type: ignore[arg-type]  # one of the three
                f"Y {len(rest)} tramos más de «{rule}».", len(rest), rest["desde"].min(), rest["hasta"].max(),  # type: ignore[arg-type]  # dates
                entidad="(varias)",
            )
        )  # fmt: skip
    return told


def alone(days: pl.DataFrame, variable: Variable) -> list[Hallazgo]:
    """A day unlike all those around it, in a series that is never near zero."""
    if variable.resolucion not in {Resolucion.HORA, Resolucion.DIA} or variable.entidad in RESTLESS:
        return []
    window = 2 * AROUND_DAYS + 1
    by = list(SERIE)
    value = pl.col("valor")
    near = days.with_columns(
        _n=value.rolling_quantile(0.5, window_size=window, center=True, min_samples=1).over(by),
        # of the two largest and the two smallest around: a pair of odd days does not hide one another
        _alto=value.rolling_quantile(0.95, window_size=window, center=True, min_samples=1).over(by),
        _bajo=value.rolling_quantile(0.05, window_size=window, center=True, min_samples=1).over(by),
        _cuantos=pl.len().over(by),
    )
    times = ALONE if days.select(*SERIE).n_unique() == 1 else ALONE_IN_A_SET
    whole = pl.col("horas") == pl.col("horas").max().over(by)
    high = value > times * pl.col("_alto")
    low = (value < pl.col("_bajo") / times) & (pl.col("_bajo") > 0)
    # where the days around already differ threefold among themselves, double says nothing
    steady = pl.col("_alto") < 3 * pl.col("_bajo")
    odd = near.filter((pl.col("_cuantos") >= FEWEST_AROUND) & whole & steady & (high | low))
    say = "{entidad}: del {desde} al {hasta} no se parece a los días de alrededor; puede ser otra escala."
    return _listed("atipico_aislado", "alta", variable, stretches(odd), say)


def brief_step(days: pl.DataFrame, variable: Variable) -> list[Hallazgo]:
    """A calm series that leaves its level for a few days and comes back."""
    is_stock = variable.agregacion == "ultimo" and variable.unidad in {"GWh", "hm3", "MW"}
    if not is_stock or variable.resolucion is not Resolucion.DIA:
        return []
    by = list(SERIE)
    value = pl.col("valor")
    level = value.rolling_median(61, center=True, min_samples=15).over(by)
    move = (value.diff().abs() / value.abs()).median().over(by)
    odd = days.with_columns(_nivel=level, _pulso=move).filter(
        (pl.col("_pulso") < CALM) & (pl.col("_nivel") > 0) & ((value / pl.col("_nivel") - 1).abs() > STEP)
    )
    found = stretches(odd).filter(pl.col("dias") <= 30)
    say = "{entidad}: del {desde} al {hasta} deja su nivel y vuelve; puede faltar una parte del conjunto."
    return _listed("escalon_breve", "media", variable, found, say)


def odd_zeros(frame: pl.DataFrame, variable: Variable) -> list[Hallazgo]:
    """Exact zeros in a series that is otherwise never zero."""
    if variable.entidad in STOPS_AND_STARTS:
        return []
    known = frame.drop_nulls("valor")
    by = list(SERIE)
    zeros = known.with_columns(
        _ceros=(pl.col("valor") == 0).mean().over(by),
        _menor=pl.col("valor").min().over(by),
        _n=pl.len().over(by),
        _dia=local_day(),
    ).filter(
        (pl.col("valor") == 0)
        & (pl.col("_menor") == 0)
        & (pl.col("_ceros") < RARE)
        & (pl.col("_n") >= FEWEST_FOR_RARE)
    )
    if zeros.is_empty():
        return []
    found = stretches(zeros.select(*SERIE, dia="_dia").unique(), gap=45)
    say = "{entidad}: ceros exactos en {dias} días entre el {desde} y el {hasta}; puede ser «sin dato»."
    return _listed("cero_sospechoso", "media", variable, found, say)


def frozen(frame: pl.DataFrame, variable: Variable) -> list[Hallazgo]:
    """The very same value, not zero, for many hours: a meter that stopped telling."""
    if variable.resolucion is not Resolucion.HORA or variable.tabla == "precios":
        return []
    by = list(SERIE)
    run = (pl.col("valor") != pl.col("valor").shift(1).over(by)).fill_null(True).cum_sum().over(by)
    runs = (
        frame.drop_nulls("valor").sort(*SERIE, "fecha").with_columns(_corrida=run)
        .group_by(*SERIE, "_corrida")
        .agg(pl.len().alias("dias"), pl.col("valor").first(), local_day().first().alias("desde"),
             local_day().last().alias("hasta"))
        .filter((pl.col("dias") >= FROZEN_HOURS) & (pl.col("valor") != 0))
        .sort("desde")
    )  # fmt: skip
    say = (
        "{entidad}: el mismo valor durante {dias} horas, del {desde} al {hasta}; puede ser un dato congelado."
    )
    return _listed("congelado", "media", variable, runs, say)


def sun_at_night(frame: pl.DataFrame, variable: Variable, solar: frozenset[str]) -> list[Hallazgo]:
    """Solar plants that generate with the sun below the horizon."""
    if variable.resolucion is not Resolucion.HORA or not solar:
        return []
    local = pl.col("fecha").dt.convert_time_zone(ZONE_NAME)
    clock = local.dt.hour()
    dark = (clock >= DARK_FROM) | (clock + 1 <= DARK_TO)
    odd = (
        frame.filter(pl.col("entidad").is_in(list(solar)))
        .with_columns(_tope=pl.col("valor").max().over(*SERIE))
        .filter(dark & (pl.col("valor") > DARK_SHARE * pl.col("_tope")))
        .select(*SERIE, dia=local_day())
        .unique()
    )
    say = "{entidad}: genera de noche en {dias} días, del {desde} al {hasta}; puede ser un dato congelado."
    return _listed("sol_de_noche", "alta", variable, stretches(odd, gap=7), say)


def signs(frame: pl.DataFrame, variable: Variable) -> list[Hallazgo]:
    """Series that are negative where they should not be: all of it (a sign), or most (another meter)."""
    if variable.minimo < 0 or variable.agregacion != "suma":
        return []
    # of a generator the reading is kept in a flag, and the value is a gap
    below = (pl.col("valor") < 0) | pl.col("marcas").list.eval(
        pl.element().str.starts_with("negativo(")
    ).list.any()
    told = frame.filter(pl.col("valor").is_not_null() | below)
    shares = told.group_by(*SERIE).agg(
        below.fill_null(False).mean().alias("bajo_cero"),
        local_day().min().alias("desde"), local_day().max().alias("hasta"), pl.len().alias("dias"),
    ).filter(pl.col("bajo_cero") > 0.5).sort("entidad")  # fmt: skip
    say = "{entidad}: casi todo es negativo del {desde} al {hasta}: es el signo, u otro punto de medida."
    return _listed("negativa_persistente", "alta", variable, shares, say)


def against_nameplate(
    frame: pl.DataFrame, variable: Variable, capacity_mw: Mapping[str, float]
) -> list[Hallazgo]:
    """Plants whose highest hour is far above their capacity, or that never come near it while they run.

    Both are the signs of another unit (MWh of five minutes taken as MW, kW as MW). Energy in GWh of an hour.
    """
    if variable.tabla != "generacion" or variable.resolucion is not Resolucion.HORA or not capacity_mw:
        return []
    plates = pl.DataFrame({"entidad": list(capacity_mw), "_placa": list(capacity_mw.values())})
    peaks = (
        frame.filter(pl.col("valor") > 0).join(plates.filter(pl.col("_placa") > 0), on="entidad")
        .group_by(*SERIE)
        .agg((1000 * pl.col("valor").quantile(0.95) / pl.col("_placa").first()).alias("uso"),
             pl.len().alias("dias"), local_day().min().alias("desde"), local_day().max().alias("hasta"))
        .filter((pl.col("dias") >= FEWEST_RUNNING_HOURS) & ~pl.col("uso").is_between(LEAST_USE, MOST_USE))
        .sort("entidad")
    )  # fmt: skip
    say = "{entidad}: sus {dias} horas en marcha no cuadran con su capacidad; puede ser otra unidad."
    return _listed("potencia_contra_capacidad", "alta", variable, peaks, say)


def beyond_percent(frame: pl.DataFrame, variable: Variable) -> list[Hallazgo]:
    """Percentages of a level above 100, or of a usual flow above 1 000."""
    if variable.unidad != "%":
        return []
    top = 100.0 if variable.agregacion == "ultimo" else 1000.0
    over = frame.filter(pl.col("valor") > top * (1 + 1e-9))
    if over.is_empty():
        return []
    days = over.select(local_day().alias("dia"))["dia"]
    worst = over.group_by("entidad").len().sort("len", "entidad", descending=[True, False])
    largest = max(over["valor"].to_list())
    return [
        Hallazgo(
            "porcentaje_excesivo", "media", variable.codigo, variable.entidad,
            f"{len(over)} valores pasan de {top:g} %, en {len(worst)} entidades; el mayor: {largest:.0f} %.",
            len(over), days.min(), days.max(),  # type: ignore[arg-type]  # dates
            detalle={"por_entidad": dict(worst.head(_LISTED).iter_rows())},
        )
    ]  # fmt: skip


def precision(frame: pl.DataFrame, variable: Variable) -> list[Hallazgo]:
    """Years whose values are all rounded, beside years whose values are not: two publications were joined."""
    value = pl.col("valor")
    years = (
        frame.drop_nulls("valor")
        .filter(pl.col("valor") != 0)
        .group_by(local_day().dt.year().alias("anio"))
        .agg(
            *(((value - value.round(k)).abs() < 1e-9).mean().alias(f"r{k}") for k in (0, 1, 2)),
            pl.len().alias("n"),
        )
        .filter(pl.col("n") >= FEWEST_FOR_RARE)
        .sort("anio")
    )
    found = []
    for before, after in zip(years.iter_rows(named=True), years.slice(1).iter_rows(named=True), strict=False):
        for k in (0, 1, 2):
            low, high = sorted((before[f"r{k}"], after[f"r{k}"]))
            if high > 0.99 and low < 0.5:
                rounded, other = (before, after) if before[f"r{k}"] > 0.99 else (after, before)
                found.append(
                    Hallazgo(
                        "cambio_de_precision", "baja", variable.codigo, variable.entidad,
                        f"En {rounded['anio']} viene redondeado a {k} decimales y en {other['anio']} no.",
                        rounded["n"], detalle={"redondeado": rounded["anio"], "decimales": k},
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
    named = ", ".join(f"{name}: {count}" for name, count in told.items())
    return [
        Hallazgo(
            "versiones_mezcladas", "baja", variable.codigo, variable.entidad,
            f"Los valores vigentes son de {len(counts)} versiones de liquidación ({named}).",
            sum(told.values()), days.min(), days.max(), detalle=told,  # type: ignore[arg-type]  # dates
        )
    ]  # fmt: skip


def partial(frame: pl.DataFrame, variable: Variable) -> list[Hallazgo]:
    """Days published with a fraction of their level (the provisional ones), as stretches."""
    low = frame.filter("provisional").select(dia=local_day()).unique()
    if low.is_empty():
        return []
    found = stretches(low.with_columns(entidad=pl.lit(""), dimension=pl.lit("")))
    return [
        Hallazgo(
            "dia_parcial", "alta", variable.codigo, variable.entidad,
            f"Del {row['desde']} al {row['hasta']} queda muy por debajo de su nivel: publicado a medias.",
            row["dias"], row["desde"], row["hasta"],
        )
        for row in found.head(_CAP).iter_rows(named=True)
    ]  # fmt: skip


def all_drop(days: pl.DataFrame, variable: Variable) -> list[Hallazgo]:
    """A month in which most entities of a set fall far below their own level."""
    if variable.resolucion is not Resolucion.MES or days["entidad"].n_unique() < 5:
        return []
    usual = pl.col("valor").median().over("entidad")
    months = (
        days.with_columns(_usual=usual).filter(pl.col("_usual") > 0)
        .group_by("dia")
        .agg((pl.col("valor") / pl.col("_usual")).median().alias("nivel"), pl.len().alias("n"))
        .filter((pl.col("nivel") < 0.6) & (pl.col("n") >= 5))
        .sort("dia")
    )  # fmt: skip
    return [
        Hallazgo(
            "nivel_de_todos", "alta", variable.codigo, variable.entidad,
            f"En {dia:%Y-%m} la mitad de las entidades baja a {100 * nivel:.0f} % o menos de su nivel.",
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
