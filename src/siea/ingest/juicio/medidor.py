"""What a meter or its reader does wrong: zeros, frozen values, sun by night, signs, another unit."""

import polars as pl

from siea.domain.catalogo import Agregacion, Variable
from siea.domain.tiempo import ZONE_NAME, Resolucion
from siea.ingest.juicio.hallazgo import SERIE, Hallazgo, cifra, listed, named, stretches, veces, when
from siea.ingest.juicio.maestro import Maestro
from siea.ingest.juicio.vecinos import STOPS_AND_STARTS
from siea.ingest.transform.frames import local_day

# Zeros are odd where they are rare.
RARE = 0.02
FEWEST_FOR_RARE = 200
ZEROS_APART = 45
# The very same value this many hours (or days) in a row, in a series that usually does not repeat itself,
# and of which such runs are not a habit (share of its values).
FROZEN = {Resolucion.HORA: 12, Resolucion.DIA: 10}
USUAL_RUN = 2
HABIT = 0.2
# The sun of Colombia is below the horizon between these local clock times, all year: it never sets after
# 18:35 (Chocó, July) nor rises before 5:25 (La Guajira, June).
DARK_FROM, DARK_TO = 18.5, 5.5
# By night a panel that repeats itself is stuck much sooner.
FROZEN_HOURS_BY_NIGHT = 3
DARK_SHARE = 0.02
# A net meter, or another point of measure (B2-UN-01): more than half of the readings below zero.
MOSTLY = 0.5
# The 95th percentile of a plant's running hours, over its net capacity.
LEAST_USE, MOST_USE = 0.1, 1.1
FEWEST_RUNNING_HOURS = 24
_LISTED = 30


def odd_zeros(frame: pl.DataFrame, variable: Variable) -> list[Hallazgo]:
    """Exact zeros in a series that is otherwise never zero."""
    if variable.entidad in STOPS_AND_STARTS:
        return []
    zero, by = pl.col("valor") == 0, list(SERIE)
    known = frame.drop_nulls("valor")
    rare = (
        known.group_by(by)
        .agg(zero.mean().alias("ceros"), pl.col("valor").min().alias("menor"), pl.len().alias("n"))
        .filter(
            pl.col("ceros").is_between(0, RARE, closed="right")
            & (pl.col("menor") == 0)
            & (pl.col("n") >= FEWEST_FOR_RARE)
        )
    )
    days = known.filter(zero).join(rare, on=by, how="semi").group_by(*SERIE, local_day().alias("dia"))
    found = stretches(days.agg(pl.len().alias("cuantos")), gap=ZEROS_APART)
    return listed(
        "cero_sospechoso", "media", variable, found,
        lambda row: f"{named(row)}vale cero exacto {veces(row['cuantos'])}, {when(row)}, en una "
        "serie que casi nunca es cero: puede ser «sin dato».",
    )  # fmt: skip


def _dark(column: str = "fecha") -> pl.Expr:
    """Whether the sun is below the horizon during the whole hour that begins at *column*."""
    clock = pl.col(column).dt.convert_time_zone(ZONE_NAME).dt.hour()
    return (clock >= DARK_FROM) | (clock + 1 <= DARK_TO)


def frozen(frame: pl.DataFrame, variable: Variable, maestro: Maestro) -> list[Hallazgo]:
    """The very same value, not zero, many times in a row: a meter that stopped telling.

    Not of prices, nor of a series that usually repeats itself (contracts, capacities).
    """
    least = FROZEN.get(variable.resolucion)
    if least is None or variable.tabla == "precios" or variable.agregacion is Agregacion.ULTIMO:
        return []
    if variable.resolucion is Resolucion.DIA and variable.entidad in STOPS_AND_STARTS:
        return []  # the same order for days is what a plant is told to do
    by, value = list(SERIE), pl.col("valor")
    known = frame.drop_nulls("valor").sort(*SERIE, "fecha")
    edge = (value != value.shift(1).over(by)).fill_null(True)
    runs = (
        known.with_columns(_corrida=edge.cum_sum())
        .filter(value != 0)
        .group_by(*SERIE, "_corrida")
        .agg(pl.len().alias("cuantos"), value.first().alias("igual"), pl.col("fecha").min().alias("_ini"),
             pl.col("fecha").max().alias("_fin"))
        .with_columns(
            _usual=pl.col("cuantos").median().over(by),
            _habito=(pl.col("cuantos").filter(pl.col("cuantos") >= least).sum() / pl.col("cuantos").sum())
            .over(by),
        )
    )  # fmt: skip
    stuck = (pl.col("cuantos") >= least) & (pl.col("_usual") <= USUAL_RUN) & (pl.col("_habito") <= HABIT)
    if variable.resolucion is Resolucion.HORA and maestro.solares:
        inside = pl.col("_fin") - pl.col("_ini") < pl.duration(hours=11)
        night = _dark("_ini") & _dark("_fin") & inside
        by_sun = pl.col("entidad").is_in(sorted(maestro.solares))
        stuck |= by_sun & night & (pl.col("cuantos") >= FROZEN_HOURS_BY_NIGHT)
    found = (
        runs.filter(stuck)
        .with_columns(desde=local_day("_ini"), hasta=local_day("_fin"))
        .with_columns(dias=(pl.col("hasta") - pl.col("desde")).dt.total_days() + 1)
        .sort("cuantos", "desde", *SERIE, descending=[True, False, False, False])
    )
    unit = "horas seguidas" if variable.resolucion is Resolucion.HORA else "días seguidos"
    return listed(
        "congelado", "media", variable, found,
        lambda row: f"{named(row)}{cifra(row['igual'])} {variable.unidad} durante {row['cuantos']} {unit}, "
        f"{when(row)}: puede ser un medidor que dejó de informar.",
    )  # fmt: skip


def sun_at_night(frame: pl.DataFrame, variable: Variable, maestro: Maestro) -> list[Hallazgo]:
    """Solar plants that generate with the sun below the horizon."""
    if variable.resolucion is not Resolucion.HORA or not maestro.solares:
        return []
    value = pl.col("valor")
    lit = (
        frame.filter(pl.col("entidad").is_in(sorted(maestro.solares)))
        .with_columns(_tope=value.max().over(SERIE))
        .filter(_dark() & (value > DARK_SHARE * pl.col("_tope")) & (value > 0))
        .group_by(*SERIE, local_day().alias("dia"))
        .agg(pl.len().alias("cuantos"))
    )
    return listed(
        "sol_de_noche", "alta", variable, stretches(lit, gap=7),
        lambda row: f"{named(row)}genera con el sol bajo el horizonte {row['cuantos']} horas, {when(row)}: "
        "puede ser un dato congelado, o una hora corrida.",
    )  # fmt: skip


def signs(frame: pl.DataFrame, variable: Variable) -> list[Hallazgo]:
    """Series below zero where they should not be: all of it (a sign), or most of it (another meter)."""
    if variable.minimo < 0 and variable.tabla != "generacion":
        return []
    if variable.agregacion is not Agregacion.SUMA:
        return []
    below = pl.col("valor") < 0
    if frame["marcas"].list.len().sum():
        # of a generator the reading is kept in a flag, and the value is a gap
        below |= pl.col("marcas").list.eval(pl.element().str.starts_with("negativo(")).list.any()
        frame = frame.filter(pl.col("valor").is_not_null() | below)
    else:
        frame = frame.drop_nulls("valor")
    odd = (
        frame.group_by(*SERIE)
        .agg(
            below.fill_null(False).mean().alias("_bajo"), (pl.col("valor").max() <= 0).alias("_todo"),
            local_day().min().alias("desde"), local_day().max().alias("hasta"),
            below.fill_null(False).sum().alias("cuantos"), local_day().n_unique().alias("dias"),
        )
        .filter(pl.col("_bajo") > MOSTLY)
        .sort(*SERIE)
    )  # fmt: skip
    turned = pl.col("_todo").fill_null(False)
    return _together(
        "signo_invertido", variable, odd.filter(turned),
        "ningún valor es mayor que cero: el archivo escribe lo consumido con signo negativo",
    ) + _together(
        "negativa_persistente", variable, odd.filter(~turned),
        "más de la mitad de las lecturas son negativas: el medidor mide otra cosa (neto, o consumo propio)",
    )  # fmt: skip


def _together(rule: str, variable: Variable, odd: pl.DataFrame, why: str) -> list[Hallazgo]:
    """One finding for all the series with the same fault."""
    if odd.is_empty():
        return []
    names = odd["entidad"].unique().sort().to_list()
    shown = ", ".join(names[:8]) + ("…" if len(names) > 8 else "")
    one = len(odd) == 1
    return [
        Hallazgo(
            rule, "alta", variable.codigo, variable.entidad, f"{shown}: {why}.",
            int(odd["cuantos"].sum()), min(odd["desde"]), max(odd["hasta"]),
            odd["entidad"][0] if one else "", odd["dimension"][0] if one else "",
            {"entidades": names[:_LISTED]},
        )
    ]  # fmt: skip


def against_nameplate(frame: pl.DataFrame, variable: Variable, maestro: Maestro) -> list[Hallazgo]:
    """Plants whose highest hour is far above their capacity, or that never come near it while they run.

    Both are the signs of another unit (MWh of five minutes taken as MW, kW as MW). Energy in GWh of an hour.
    """
    hourly = variable.resolucion is Resolucion.HORA
    if variable.tabla != "generacion" or not hourly or not maestro.capacidad_mw:
        return []
    plates = pl.DataFrame(
        {"entidad": list(maestro.capacidad_mw), "_placa": list(maestro.capacidad_mw.values())}
    )
    peaks = (
        frame.filter(pl.col("valor") > 0).join(plates.filter(pl.col("_placa") > 0), on="entidad")
        .group_by(*SERIE)
        .agg((1000 * pl.col("valor").quantile(0.95)).alias("_alto"), pl.col("_placa").first(),
             pl.len().alias("cuantos"), local_day().n_unique().alias("dias"),
             local_day().min().alias("desde"), local_day().max().alias("hasta"))
        .filter((pl.col("cuantos") >= FEWEST_RUNNING_HOURS)
                & ~(pl.col("_alto") / pl.col("_placa")).is_between(LEAST_USE, MOST_USE))
        .sort(*SERIE)
    )  # fmt: skip
    return listed(
        "potencia_contra_capacidad", "alta", variable, peaks,
        lambda row: f"{named(row)}sus {row['cuantos']} horas en marcha llegan a {cifra(row['_alto'])} MW y "
        f"su capacidad es {cifra(row['_placa'])} MW: puede ser otra unidad (cinco minutos por una hora, kW).",
    )  # fmt: skip
