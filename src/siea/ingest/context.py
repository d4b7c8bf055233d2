"""What the database knows that a step needs: earlier days, other terms of the balance, what was asked."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

import polars as pl
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncEngine

from siea.domain.catalogo import Variable, variable
from siea.domain.tiempo import ZONE_NAME, day_bounds, local_date
from siea.ingest.batch import CARGADA, INCOMPLETA, RECHAZADA, SIN_DATOS
from siea.ingest.quality import BALANCE
from siea.ingest.transform.frames import local_day
from siea.ingest.transform.provisional import DayTotal
from siea.store.facts import FACTS

# Enough for eight days of every kind (Sundays and holidays: nine weeks), with gaps and provisional days.
CONTEXT_DAYS = 100
# Each run asks again for these days: the last ones are partial when first published, and values are revised.
REVISIT_DAYS = 10
FIRST_DAYS = 30
# A range that came incomplete is asked for again while it is younger than this.
INSIST_DAYS = 60
# A variable whose last value is older than this before a range is taken to have ended: nothing is due there.
DORMANT_DAYS = 45

_DAY = f"(fecha AT TIME ZONE '{ZONE_NAME}')::date"


async def day_totals(engine: AsyncEngine, v: Variable, first: date, last: date) -> list[DayTotal]:
    """Totals by local day of what is stored around the range, over all entities."""
    fact = FACTS[v.tabla]
    kind = " AND entidad_tipo = :entidad_tipo" if fact.entity_column else ""
    around = timedelta(days=CONTEXT_DAYS)
    start, end = day_bounds(first - around, last + around)
    async with engine.connect() as conn:
        rows = await conn.execute(
            text(
                f"SELECT {_DAY}, sum({fact.value_column}), bool_or(provisional) FROM {fact.name}"  # noqa: S608 - names of our own tables and columns
                f" WHERE variable = :variable AND fecha >= :start AND fecha < :end{kind}"
                f" GROUP BY 1 HAVING sum({fact.value_column}) IS NOT NULL ORDER BY 1"
            ),
            {"variable": v.codigo, "start": start, "end": end}
            | ({"entidad_tipo": v.entidad} if kind else {}),
        )
        return [DayTotal(*row) for row in rows]


async def balance(engine: AsyncEngine, v: Variable, frame: pl.DataFrame) -> pl.DataFrame | None:
    """The terms of the balance on the days of *frame*, its own variable from it and the others as stored.

    None when the variable is no term, or when another term was never loaded.
    """
    if v.codigo not in BALANCE or frame.is_empty():
        return None
    table = frame.select(local_day().alias("dia"), pl.col("valor").alias(v.codigo)).unique("dia")
    low, high = frame["fecha"].min(), frame["fecha"].max()
    async with engine.connect() as conn:
        for name in BALANCE:
            if name == v.codigo:
                continue
            fact = FACTS[variable(name).tabla]
            rows = (
                await conn.execute(
                    text(
                        f"SELECT {_DAY}, {fact.value_column} FROM {fact.name}"  # noqa: S608 - names of our own tables and columns
                        " WHERE variable = :variable AND fecha BETWEEN :low AND :high"
                    ),
                    {"variable": name, "low": low, "high": high},
                )
            ).all()
            if not rows:
                return None
            other = pl.DataFrame(
                [tuple(row) for row in rows], schema={"dia": pl.Date, name: pl.Float64}, orient="row"
            )
            table = table.join(other, on="dia", how="left")
    return table


@dataclass(frozen=True, slots=True)
class Known:
    """What is stored of a variable: local days of its first and last value, and its last settled day."""

    first: date | None
    last: date | None
    settled: date | None

    def may_have(self, first: date, last: date) -> bool:
        """Whether the variable is known to live in the range, so that an empty answer lacks something."""
        if self.first is None or self.last is None:
            return False
        return self.first <= last and self.last >= first - timedelta(days=DORMANT_DAYS)


async def known(engine: AsyncEngine, v: Variable) -> Known:
    """What is stored of *v*."""
    async with engine.connect() as conn:
        row = (
            await conn.execute(
                text(
                    "SELECT primera_fecha, ultima_fecha, ultimo_dia_cerrado FROM estado_variables"
                    " WHERE variable = :variable AND entidad_tipo = :entidad_tipo"
                ),
                {"variable": v.codigo, "entidad_tipo": v.entidad},
            )
        ).first()
    if row is None:
        return Known(None, None, None)
    first, last, settled = row
    return Known(_day(first), _day(last), settled)


def _day(instant: datetime | None) -> date | None:
    return local_date(instant) if instant else None


async def next_range(engine: AsyncEngine, source: str, v: Variable, today: date) -> tuple[date, date]:
    """Days to ask *source* for now: from a little before where it was left (for revisions) to yesterday.

    Goes back to the oldest range of the last 60 days that never came complete.
    """
    yesterday = today - timedelta(days=1)
    async with engine.connect() as conn:
        done, open_ = (
            await conn.execute(
                text(
                    "SELECT max(c.hasta) FILTER (WHERE c.estado IN (:cargada, :sin_datos)),"
                    " min(c.desde) FILTER (WHERE c.estado IN (:incompleta, :rechazada) AND c.hasta >= :oldest"
                    " AND NOT EXISTS (SELECT FROM cargas d WHERE d.fuente = c.fuente AND d.id > c.id"
                    "     AND d.variable = c.variable AND d.entidad_tipo = c.entidad_tipo"
                    "     AND d.estado IN (:cargada, :sin_datos)"
                    "     AND d.desde <= c.desde AND d.hasta >= c.hasta))"
                    " FROM cargas c WHERE c.fuente = :source AND c.variable = :variable"
                    " AND c.entidad_tipo = :entidad_tipo"
                ),
                {
                    "cargada": CARGADA,
                    "sin_datos": SIN_DATOS,
                    "incompleta": INCOMPLETA,
                    "rechazada": RECHAZADA,
                    "oldest": today - timedelta(days=INSIST_DAYS),
                    "source": source,
                    "variable": v.codigo,
                    "entidad_tipo": v.entidad,
                },
            )
        ).one()
    reached = done or (await known(engine, v)).settled
    start = (
        yesterday - timedelta(days=FIRST_DAYS)
        if reached is None
        else reached - timedelta(days=REVISIT_DAYS - 1)
    )
    return min(start, yesterday, *([open_] if open_ else [])), yesterday
