"""The judge at work: every variable that has data, the pairs, the lists and the batches; findings kept."""

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import orjson
import polars as pl
from sqlalchemy import Row, text
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from siea.domain.catalogo import UnknownVariableError, Variable, variable
from siea.domain.tiempo import Clock, local_date
from siea.ingest.juicio.hallazgo import Hallazgo, Severidad
from siea.ingest.juicio.listas import judge_entities
from siea.ingest.juicio.maestro import LISTS, Maestro
from siea.ingest.juicio.pares import compared, judge_pairs
from siea.ingest.juicio.serie import judge_variable
from siea.ingest.sources.registry import Entidad
from siea.store.exportar import read_variable

Tell = Callable[[int, int, str], None]
_KEEP = text(
    "INSERT INTO hallazgos (regla, severidad, variable, entidad_tipo, entidad, dimension, desde, hasta,"
    " cuantos, mensaje, detalle, creado_en) VALUES (:regla, :severidad, :variable, :entidad_tipo, :entidad,"
    " :dimension, :desde, :hasta, :cuantos, :mensaje, cast(:detalle AS jsonb), :ahora)"
    " ON CONFLICT (regla, variable, entidad_tipo, entidad, dimension, desde) WHERE resuelto_en IS NULL"
    " DO UPDATE SET hasta = excluded.hasta, cuantos = excluded.cuantos, mensaje = excluded.mensaje,"
    " detalle = excluded.detalle, severidad = excluded.severidad RETURNING id, xmax = 0 AS nuevo"
)
_RESOLVE = text(
    "UPDATE hallazgos SET resuelto_en = :ahora WHERE resuelto_en IS NULL AND NOT (id = ANY(:vistos))"
)
_OF = "coalesce(nullif(c.variable, ''), 'lista:' || c.fuente || '/' || c.conjunto) AS variable"
_REPEATED = text(
    f"SELECT {_OF}, c.entidad_tipo, c.desde, c.hasta, (q.detalle->>'repetidas')::bigint AS repetidas,"  # noqa: S608 - our own constant
    " coalesce((q.detalle->>'con_hueco')::bigint, 0) AS con_hueco"
    " FROM calidad q JOIN cargas c ON c.id = q.carga_id"
    " WHERE q.dimension = 'unicidad' AND (q.detalle->>'repetidas')::bigint > 0 ORDER BY c.id"
)
_REJECTED = text(
    f"SELECT {_OF}, c.entidad_tipo,"  # noqa: S608 - our own constant
    " regexp_replace(q.motivo, '[-+]?[0-9]+([.][0-9]+)?(e[-+]?[0-9]+)?', '…', 'g') AS motivo,"
    " count(*) AS filas, min(q.fila->>'fecha') AS desde, max(q.fila->>'fecha') AS hasta,"
    " (array_agg(DISTINCT q.fila->>'entidad'))[1:5] AS entidades, max((q.fila->>'valor')) AS ejemplo"
    " FROM cuarentena q JOIN cargas c ON c.id = q.carga_id WHERE q.estado = 'retenida' GROUP BY 1, 2, 3"
)


@dataclass(frozen=True, slots=True)
class Juicio:
    """What a judgement found; ``nuevos`` were not open before, ``resueltos`` were and are gone."""

    hallazgos: Sequence[Hallazgo]
    nuevos: int
    resueltos: int


async def judge(engine: AsyncEngine, *, clock: Clock, tell: Tell | None = None) -> Juicio:
    """Judge everything that is loaded, and bring the kept findings up to that."""
    today = local_date(clock())
    async with engine.connect() as conn:
        chosen = await _loaded(conn)
        maestro = Maestro(await _solar(conn), await _capacity(conn), await _listed(conn))
        kept = compared()
        frames: dict[tuple[str, str], pl.DataFrame] = {}
        found: list[Hallazgo] = []
        for done, v in enumerate(chosen):
            if tell:
                tell(done, len(chosen), f"{v.codigo} {v.entidad}")
            frame = await read_variable(conn, v)
            if (v.codigo, v.entidad) in kept:
                frames[v.codigo, v.entidad] = frame
            found += await asyncio.to_thread(judge_variable, frame, v, today, maestro)
        found += await asyncio.to_thread(judge_pairs, lambda v: frames.get((v.codigo, v.entidad), _EMPTY))
        found += await _of_lists(conn)
        found += await _of_batches(conn)
    return await _keep(engine, found, clock())


_EMPTY = pl.DataFrame(
    schema={
        "entidad": pl.String,
        "dimension": pl.String,
        "fecha": pl.Datetime("us", "UTC"),
        "valor": pl.Float64,
        "provisional": pl.Boolean,
    }
)


async def _loaded(conn: AsyncConnection) -> list[Variable]:
    rows = await conn.execute(
        text("SELECT variable, entidad_tipo FROM estado_variables ORDER BY variable, entidad_tipo")
    )
    found = []
    for codigo, kind in rows:
        try:
            found.append(variable(codigo, kind))
        except UnknownVariableError:
            continue  # of an older catalogue
    return found


async def _solar(conn: AsyncConnection) -> frozenset[str]:
    rows = await conn.execute(
        text(
            "SELECT codigo FROM entidades WHERE tipo = 'recurso' AND (upper(atributos->>'Type') = 'SOLAR'"
            " OR upper(atributos->>'EnerSource') LIKE '%SOLAR%')"
        )
    )
    return frozenset(row.codigo for row in rows)


async def _capacity(conn: AsyncConnection) -> dict[str, float]:
    """Net capacity of each plant, MW: the newest that the operator tells."""
    rows = await conn.execute(
        text(
            "SELECT DISTINCT ON (entidad) entidad, valor FROM observaciones WHERE variable = 'CapEfecNeta'"
            " AND valor IS NOT NULL ORDER BY entidad, fecha DESC"
        )
    )
    return {row.entidad: row.valor for row in rows}


async def _listed(conn: AsyncConnection) -> dict[str, frozenset[str]]:
    """Codes and names of the entities of each list that the rules look series up in."""
    rows = await conn.execute(
        text("SELECT tipo, codigo, nombre FROM entidades WHERE tipo = ANY(:tipos)"),
        {"tipos": sorted(LISTS.values())},
    )
    found: dict[str, set[str]] = {}
    for row in rows:
        found.setdefault(row.tipo, set()).update((row.codigo, row.nombre))
    return {kind: frozenset(names) for kind, names in found.items()}


async def _of_lists(conn: AsyncConnection) -> list[Hallazgo]:
    rows = await conn.execute(
        text("SELECT tipo, fuente, codigo, nombre, atributos FROM entidades ORDER BY tipo, fuente, codigo")
    )
    lists: dict[tuple[str, str], list[Entidad]] = {}
    for row in rows:
        entry = Entidad(row.tipo, row.codigo, row.nombre, row.atributos)
        lists.setdefault((row.tipo, row.fuente), []).append(entry)
    return [found for (_, fuente), entries in lists.items() for found in judge_entities(entries, fuente)]


async def _of_batches(conn: AsyncConnection) -> list[Hallazgo]:
    """What the loads counted and did not let through: copies, and rows in quarantine."""
    found = [_repeated(row) for row in await conn.execute(_REPEATED)]
    return found + [_rejected(row) for row in await conn.execute(_REJECTED)]


def _repeated(row: Row[Any]) -> Hallazgo:
    beside = (
        f"; en {row.con_hueco} de ellas una copia trae valor y la otra viene vacía" if row.con_hueco else ""
    )
    return Hallazgo(
        "filas_repetidas", "media" if row.con_hueco else "baja", row.variable, row.entidad_tipo,
        f"{row.repetidas} filas llegaron dos veces en un lote{beside}. Se guardó un solo valor de cada una.",
        row.repetidas, row.desde, row.hasta, detalle={"con_hueco": row.con_hueco},
    )  # fmt: skip


def _rejected(row: Row[Any]) -> Hallazgo:
    blank = "no es una fecha" in row.motivo
    severity: Severidad = "baja" if blank else "alta"
    where = ", ".join(name for name in row.entidades if name)
    return Hallazgo(
        "filas_rechazadas", severity, row.variable, row.entidad_tipo,
        f"{row.filas} filas esperan en cuarentena: {row.motivo}" + (f" ({where})." if where else "."),
        row.filas, _day(row.desde), _day(row.hasta), dimension=row.motivo[:80],
        detalle={"ejemplo": row.ejemplo},
    )  # fmt: skip


def _day(told: str | None) -> date | None:
    return local_date(datetime.fromisoformat(told.replace("Z", "+00:00"))) if told else None


async def _keep(engine: AsyncEngine, found: Sequence[Hallazgo], now: datetime) -> Juicio:
    new, seen = 0, []
    async with engine.begin() as conn:
        for one in found:
            row = (await conn.execute(_KEEP, _row(one, now))).one()
            seen.append(row.id)
            new += row.nuevo
        gone = (await conn.execute(_RESOLVE, {"ahora": now, "vistos": seen})).rowcount
    return Juicio(found, new, gone)


def _row(one: Hallazgo, now: datetime) -> dict[str, Any]:
    return {
        "regla": one.regla,
        "severidad": one.severidad,
        "variable": one.variable,
        "entidad_tipo": one.entidad_tipo,
        "entidad": one.entidad,
        "dimension": one.dimension,
        "desde": one.desde,
        "hasta": one.hasta,
        "cuantos": one.cuantos,
        "mensaje": one.mensaje,
        "detalle": orjson.dumps(one.detalle, default=str).decode(),
        "ahora": now,
    }
