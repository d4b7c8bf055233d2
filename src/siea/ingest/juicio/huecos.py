"""What is not there: days, hours, values, series that stop, entities that come and go."""

from datetime import date, timedelta
from typing import Any

import polars as pl

from siea.domain.catalogo import Variable
from siea.domain.tiempo import Resolucion
from siea.ingest.juicio.hallazgo import (
    SERIE,
    Hallazgo,
    Severidad,
    cifra,
    dias,
    listed,
    of_all,
    stretches,
    when,
)
from siea.ingest.transform.frames import local_day

# A gap shared by this part of the series alive is the source's, not a plant's that did not run.
SHARED = 0.5
# A longer gap than this is not one of late data.
LONG_DAYS = 7
# A series ended if its last value is older than this; newer ones are merely late.
ENDED_DAYS = 60
# An entity came or went if it was first or last seen this far inside the span of its set.
INSIDE_DAYS = 45
# More empty cells than this share are worth a look.
MANY_EMPTY = 1.0
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

    A finding for the stretches that most series of the set lack; the rest are counted in one.
    """
    days = frame.select(*SERIE, dia=local_day()).unique().sort(*SERIE, "dia")
    step = _STEP[variable.resolucion]
    before = pl.col("dia").shift(1).over(SERIE)
    gaps = (
        days.with_columns(_antes=before)
        .filter((pl.col("dia") - pl.col("_antes")).dt.total_days() > step)
        .with_columns(desde=pl.col("_antes") + timedelta(days=1), hasta=pl.col("dia") - timedelta(days=1))
    )
    if gaps.is_empty():
        return []
    alive = days.group_by(*SERIE).agg(pl.col("dia").min().alias("nace"), pl.col("dia").max().alias("muere"))
    shared, alone = [], 0
    for desde, hasta, series in gaps.group_by("desde", "hasta").len().sort("desde", "hasta").iter_rows():
        living = alive.filter((pl.col("nace") < desde) & (pl.col("muere") > hasta)).height
        if series < SHARED * living:
            alone += series
        else:
            shared.append({"desde": desde, "hasta": hasta, "series": series, "vivas": living})
    found: list[Hallazgo] = []
    if shared:
        rows = of_all(pl.DataFrame(shared)).with_columns(
            dias=(pl.col("hasta") - pl.col("desde")).dt.total_days() + 1
        )
        for long, severity in ((True, "alta"), (False, "media")):
            of_length = rows.filter((pl.col("dias") > LONG_DAYS) == long)
            found += listed("dias_faltantes", severity, variable, of_length, _no_values)  # type: ignore[arg-type]  # two of the three
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


def _no_values(row: dict[str, Any]) -> str:
    whom = f" en {row['series']} de {row['vivas']} series" if row["vivas"] != 1 else ""
    return f"No hay valores {when(row)} ({dias(row['dias'])}){whom}."


def missing_hours(frame: pl.DataFrame, variable: Variable) -> list[Hallazgo]:
    """Days of which some hours came and others did not, not even empty: an answer that was cut (IF-03)."""
    if variable.resolucion is not Resolucion.HORA:
        return []
    days = frame.group_by(*SERIE, local_day().alias("dia")).agg(pl.col("fecha").n_unique().alias("horas"))
    short = days.filter(pl.col("horas") < 24).with_columns(cuantos=24 - pl.col("horas").cast(pl.Int64))
    if short.is_empty():
        return []
    of_day = days.group_by("dia").len("vivas").join(
        short.group_by("dia").agg(pl.len().alias("series"), pl.col("cuantos").sum()), on="dia"
    )  # fmt: skip
    many = of_day.filter(pl.col("series") >= SHARED * pl.col("vivas"))
    few = of_day.filter(pl.col("series") < SHARED * pl.col("vivas"))
    found = listed(
        "horas_faltantes", "media", variable, stretches(of_all(many)),
        lambda row: f"Faltan {row['cuantos']} horas en {dias(row['dias'])}, {when(row)}: la respuesta vino "
        "cortada, o el día no estaba completo.",
    )  # fmt: skip
    if len(few):
        total, first, last = few.select(
            pl.col("cuantos").sum(), pl.col("dia").min().alias("a"), pl.col("dia").max().alias("b")
        ).row(0)
        found.append(
            Hallazgo(
                "horas_de_entidad", "baja", variable.codigo, variable.entidad,
                f"En {dias(len(few))} alguna serie tiene menos de 24 horas (faltan {total} en total).",
                total, first, last,
            )
        )  # fmt: skip
    return found


def empty_values(frame: pl.DataFrame, variable: Variable) -> list[Hallazgo]:
    """Values that the source lists and leaves empty, but before a series begins and after it ends."""
    empty = frame.filter(pl.col("valor").is_null())
    if empty.is_empty():
        return []
    lives = frame.drop_nulls("valor").group_by(SERIE).agg(
        pl.col("fecha").min().alias("_nace"), pl.col("fecha").max().alias("_muere")
    )  # fmt: skip
    far = timedelta(days=INSIDE_DAYS)
    first, last = pl.col("_nace") - far, pl.col("_muere") + far
    span = frame.select(a=pl.col("fecha").min(), b=pl.col("fecha").max()).row(0)
    outside = ((pl.col("fecha") < pl.col("_nace")) & (first >= span[0])) | (
        (pl.col("fecha") > pl.col("_muere")) & (last <= span[1])
    )
    inside = empty.join(lives, on=SERIE, how="left").filter(~outside.fill_null(False))
    if inside.is_empty():
        return []
    places = inside.select(*SERIE, dia=local_day())
    days = places["dia"].unique().sort()
    runs = stretches(of_all(places.group_by("dia").agg(pl.len().alias("cuantos"))))
    share = 100 * len(inside) / len(frame)
    worst = inside.group_by("entidad").len().sort("len", "entidad", descending=[True, False]).head(_LISTED)
    longest = runs.sort("cuantos", "desde", descending=[True, False]).head(_LISTED)
    return [
        Hallazgo(
            "sin_valor", "media" if share > MANY_EMPTY else "baja", variable.codigo, variable.entidad,
            f"{len(inside)} valores vienen vacíos ({cifra(share)} %), en {dias(len(days))}, {len(runs)} "
            "tramos: vacío no es cero.",
            len(inside), days[0], days[-1],
            detalle={
                "por_entidad": dict(worst.iter_rows()),
                "tramos": [
                    [a.isoformat(), b.isoformat(), n]
                    for a, b, n in longest.select("desde", "hasta", "cuantos").iter_rows()
                ],
            },
        )
    ]  # fmt: skip


def cut_short(frame: pl.DataFrame, variable: Variable, today: date) -> list[Hallazgo]:
    """A series that stops in the middle of a month, long ago; on the first day of one is at its end."""
    last = frame.select(local_day().max()).item()
    if not isinstance(last, date) or variable.resolucion not in {Resolucion.HORA, Resolucion.DIA}:
        return []
    ends_a_month = (last + timedelta(days=1)).day == 1
    if ends_a_month or last.day == 1 or (today - last).days < ENDED_DAYS + variable.rezago_dias:
        return []
    return [
        Hallazgo(
            "termina_a_mitad_de_mes", "baja", variable.codigo, variable.entidad,
            f"Los valores terminan el {last}, a mitad de mes: el periodo quedó incompleto.", 1, last, last,
        )
    ]  # fmt: skip


def comings_and_goings(frame: pl.DataFrame, days: pl.DataFrame, variable: Variable) -> list[Hallazgo]:
    """Entities first or last seen well inside the span of their set: sums over them are not comparable.

    Of a variable with one series: that it begins after, or ends before, the cells that came for it.
    """
    lives = days.group_by("entidad").agg(
        pl.col("dia").min().alias("nace"), pl.col("dia").max().alias("muere")
    )
    first, last = frame.select(a=local_day().min(), b=local_day().max()).row(0)
    inside = timedelta(days=INSIDE_DAYS)
    alone = len(lives) == 1
    born = lives.filter(pl.col("nace") > first + inside).sort("nace", "entidad")
    gone = lives.filter(pl.col("muere") < last - inside).sort("muere", "entidad")
    found = []
    for column, rows, rule, verb, of_one in (
        ("nace", born, "entidad_aparece", "aparecen", "serie_empieza"),
        ("muere", gone, "entidad_desaparece", "desaparecen", "serie_termina"),
    ):
        if rows.is_empty():
            continue
        told = {name: day.isoformat() for name, day in rows.select("entidad", column).head(100).iter_rows()}
        a, b = min(rows[column]), max(rows[column])
        severity: Severidad = "baja"
        if alone:
            side = "empieza" if column == "nace" else "termina"
            say = f"La serie {side} el {a}; las celdas que vinieron van del {first} al {last}."
            if column == "muere":
                say += " Puede ser que dejara de publicarse."
        else:
            say = f"{len(rows)} de {len(lives)} entidades {verb} en el periodo: sus totales no se comparan."
        found.append(
            Hallazgo(of_one if alone else rule, severity, variable.codigo, variable.entidad, say, len(rows),
                     a, b, detalle={"entidades": told})
        )  # fmt: skip
    return found
