"""What is not there: days, values, series that stop, entities that come and go."""

from datetime import date, timedelta

import polars as pl

from siea.domain.catalogo import Variable
from siea.domain.tiempo import Resolucion
from siea.ingest.juicio.hallazgo import SERIE, Hallazgo, Severidad
from siea.ingest.transform.frames import local_day

# A gap shared by this part of the series alive is the source's, not a plant's that did not run.
SHARED = 0.5
# A series ended if its last value is older than this; newer ones are merely late.
ENDED_DAYS = 60
# An entity came or went if it was first or last seen this far inside the span of its set.
INSIDE_DAYS = 45
_LISTED = 20
_STEP = {
    Resolucion.HORA: 1,
    Resolucion.DIA: 1,
    Resolucion.SEMANA: 7,
    Resolucion.MES: 31,
    Resolucion.TRIMESTRE: 92,
    Resolucion.ANIO: 366,
}


def missing_days(frame: pl.DataFrame, variable: Variable) -> list[Hallazgo]:
    """Stretches of which nothing came, not even an empty cell, between the first and last day of a series.

    One finding for each stretch that most series of the set lack; the rest are counted in one.
    """
    days = frame.select(*SERIE, dia=local_day()).unique().sort(*SERIE, "dia")
    step = _STEP[variable.resolucion]
    before = pl.col("dia").shift(1).over(*SERIE)
    gaps = (
        days.with_columns(_antes=before)
        .filter((pl.col("dia") - pl.col("_antes")).dt.total_days() > step)
        .with_columns(desde=pl.col("_antes") + timedelta(days=1), hasta=pl.col("dia") - timedelta(days=1))
    )
    if gaps.is_empty():
        return []
    alive = days.group_by(*SERIE).agg(pl.col("dia").min().alias("nace"), pl.col("dia").max().alias("muere"))
    found, alone = [], 0
    for desde, hasta, series in gaps.group_by("desde", "hasta").len().sort("desde").iter_rows():
        living = alive.filter((pl.col("nace") < desde) & (pl.col("muere") > hasta)).height
        if series < SHARED * living:
            alone += series
            continue
        length = (hasta - desde).days + 1
        severity: Severidad = "alta" if length > 7 else "media"
        told = f"No hay valores del {desde} al {hasta}" if length > 1 else f"No hay valores del {desde}"
        whom = f" en {series} de {living} series" if living > 1 else ""
        found.append(
            Hallazgo(
                "dias_faltantes",
                severity,
                variable.codigo,
                variable.entidad,
                f"{told}{whom}.",
                length,
                desde,
                hasta,
            )
        )
    if alone:
        of = gaps.select(*SERIE).n_unique()
        found.append(
            Hallazgo(
                "huecos_de_entidad", "baja", variable.codigo, variable.entidad,
                f"{of} series tienen en total {alone} tramos propios sin valor; puede ser que no operaran.",
                alone,
            )
        )  # fmt: skip
    return found


def empty_values(frame: pl.DataFrame, variable: Variable) -> list[Hallazgo]:
    """Values that the source lists and leaves empty."""
    empty = frame.filter(pl.col("valor").is_null())
    if empty.is_empty():
        return []
    days = empty.select(local_day().alias("dia"))["dia"].unique().sort()
    share = 100 * len(empty) / len(frame)
    worst = empty.group_by("entidad").len().sort("len", "entidad", descending=[True, False]).head(_LISTED)
    return [
        Hallazgo(
            "sin_valor", "media" if share > 1 else "baja", variable.codigo, variable.entidad,
            f"{len(empty)} valores vienen vacíos ({share:.2f} %), en {len(days)} días: vacío no es cero.",
            len(empty), days[0], days[-1],
            detalle={
                "por_entidad": dict(worst.iter_rows()),
                "dias": [day.isoformat() for day in days.head(_LISTED)],
            },
        )
    ]  # fmt: skip


def cut_short(days: pl.DataFrame, variable: Variable, today: date) -> list[Hallazgo]:
    """A series that stops in the middle of a month, long ago."""
    last = days["dia"].max()
    if not isinstance(last, date) or variable.resolucion not in {Resolucion.HORA, Resolucion.DIA}:
        return []
    ends_a_month = (last + timedelta(days=1)).day == 1
    if ends_a_month or (today - last).days < ENDED_DAYS + variable.rezago_dias:
        return []
    return [
        Hallazgo(
            "termina_a_mitad_de_mes", "baja", variable.codigo, variable.entidad,
            f"Los valores terminan el {last}, a mitad de mes: el periodo quedó incompleto.", 1, last, last,
        )
    ]  # fmt: skip


def comings_and_goings(days: pl.DataFrame, variable: Variable) -> list[Hallazgo]:
    """Entities first or last seen well inside the span of their set: sums over them are not comparable."""
    lives = days.group_by("entidad").agg(
        pl.col("dia").min().alias("nace"), pl.col("dia").max().alias("muere")
    )
    if len(lives) < 2:
        return []
    first, last = days["dia"].min(), days["dia"].max()
    assert isinstance(first, date)
    assert isinstance(last, date)
    inside = timedelta(days=INSIDE_DAYS)
    found = []
    for rule, column, verb, rows in (
        ("entidad_aparece", "nace", "aparecen", lives.filter(pl.col("nace") > first + inside).sort("nace")),
        (
            "entidad_desaparece",
            "muere",
            "desaparecen",
            lives.filter(pl.col("muere") < last - inside).sort("muere"),
        ),
    ):
        if rows.is_empty():
            continue
        told = {name: day.isoformat() for name, day in rows.select("entidad", column).head(100).iter_rows()}
        found.append(
            Hallazgo(
                rule, "baja", variable.codigo, variable.entidad,
                f"{len(rows)} de {len(lives)} entidades {verb} en el periodo: sus totales no se comparan.",
                len(rows), rows[column].min(), rows[column].max(), detalle={"entidades": told},  # type: ignore[arg-type]  # dates
            )
        )  # fmt: skip
    return found
