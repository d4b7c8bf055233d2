"""Which value is current, decided by the database for a whole batch at once (docs/decisiones/0002)."""

from dataclasses import dataclass

import polars as pl
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from siea.domain.catalogo import Variable
from siea.domain.versiones import ORDER
from siea.ingest import copying
from siea.ingest.transform.frames import KEY
from siea.store.facts import FactTable

# Every name that is put into the SQL of this module is our own: a table, a column, a settlement code.
_RANKS = "ARRAY[" + ", ".join(f"'{code}'" for code in sorted(ORDER, key=ORDER.__getitem__)) + "]"
_STAGING = """
CREATE TEMP TABLE entrada (
    entidad_tipo text, entidad text, dimension text, fecha timestamptz, valor double precision,
    version text, publicado_en timestamptz, provisional boolean, marcas text[]
) ON COMMIT DROP
"""
_CROSSING = """
CREATE TEMP TABLE cruce (
    LIKE entrada, rango int, puesto bigint, hay boolean, valor_0 double precision, version_0 text,
    publicado_0 timestamptz, provisional_0 boolean, carga_0 bigint, rango_0 int, suerte text
) ON COMMIT DROP
"""


@dataclass(frozen=True, slots=True)
class Written:
    """Rows added to the table, and rows that replaced a value or were kept as history."""

    nuevas: int
    revisadas: int


def _rank(column: str) -> str:
    return f"coalesce(array_position({_RANKS}, {column}), 0)"


def _outranks(a_rank: str, a_time: str, b_rank: str, b_time: str, tie: str) -> str:
    """SQL: whether *a* stands above *b*: by version when both are known and differ, else by publication."""
    return (
        f"CASE WHEN {a_rank} > 0 AND {b_rank} > 0 AND {a_rank} <> {b_rank} THEN {a_rank} > {b_rank}"
        f" ELSE {a_time} {tie} {b_time} END"
    )


async def write_facts(
    conn: AsyncConnection, fact: FactTable, variable: Variable, frame: pl.DataFrame, carga_id: int
) -> Written:
    """Bring the current values of *variable* up to *frame* (``SILVER``); keep what they replace.

    Where nothing is stored yet in the range and each key comes once, rows go straight into the table.
    """
    if frame.is_empty():
        return Written(0, 0)
    if _each_key_once(frame) and not await _anything_there(conn, fact, variable, frame):
        csv = copying.facts_csv(frame, fact, variable, carga_id)
        return Written(await copying.copy_csv(conn, fact.name, copying.fact_columns(fact), csv), 0)
    await conn.execute(text(_STAGING))
    await copying.copy_csv(conn, "entrada", copying.STAGED, copying.staged_csv(frame))
    await conn.execute(text(_CROSSING))
    return await _merge(conn, fact, variable, frame, carga_id)


def _each_key_once(frame: pl.DataFrame) -> bool:
    # rows are unique by key, version and publication already
    if frame["version"].n_unique() == 1 and frame["publicado_en"].n_unique() == 1:
        return True
    return not frame.select(KEY).is_duplicated().any()


async def _anything_there(
    conn: AsyncConnection, fact: FactTable, variable: Variable, frame: pl.DataFrame
) -> bool:
    kind = " AND entidad_tipo = :entidad_tipo" if fact.entity_column else ""
    found = await conn.execute(
        text(
            f"SELECT EXISTS (SELECT FROM {fact.name} WHERE variable = :variable"  # noqa: S608 - names of our own tables and columns
            f" AND fecha BETWEEN :desde AND :hasta{kind})"
        ),
        _bounds(variable, frame) | ({"entidad_tipo": variable.entidad} if kind else {}),
    )
    return bool(found.scalar_one())


def _bounds(variable: Variable, frame: pl.DataFrame) -> dict[str, object]:
    return {"variable": variable.codigo, "desde": frame["fecha"].min(), "hasta": frame["fecha"].max()}


async def _merge(
    conn: AsyncConnection, fact: FactTable, variable: Variable, frame: pl.DataFrame, carga_id: int
) -> Written:
    entity = fact.entity_column
    same_key = "t.fecha = c.fecha" + (
        f" AND t.entidad_tipo = c.entidad_tipo AND t.{entity} = c.entidad AND t.dimension = c.dimension"
        if entity
        else ""
    )
    await conn.execute(text(_crossing(fact, same_key)), _bounds(variable, frame))
    await conn.execute(text("ANALYZE cruce"))
    given = {"variable": variable.codigo, "carga": carga_id}
    kept = (await conn.execute(text(_KEEP_HISTORY), given)).rowcount
    await conn.execute(text(_KEEP_REPLACED), {"variable": variable.codigo})
    replaced = await conn.execute(
        text(
            f"UPDATE {fact.name} t SET {fact.value_column} = c.valor, version = c.version,"  # noqa: S608 - names of our own tables and columns
            " publicado_en = c.publicado_en, carga_id = :carga, provisional = c.provisional,"
            " marcas = c.marcas"
            f" FROM cruce c WHERE c.suerte = 'reemplaza' AND t.variable = :variable AND {same_key}"
        ),
        given,
    )
    columns = copying.fact_columns(fact)
    own_key = "entidad_tipo, entidad, dimension, fecha" if entity else "fecha"
    added = await conn.execute(
        text(
            f"INSERT INTO {fact.name} ({', '.join(columns)})"  # noqa: S608 - names of our own tables and columns
            f" SELECT :variable, {own_key}, valor, version, publicado_en, :carga, provisional, marcas"
            " FROM cruce WHERE suerte = 'nueva'"
        ),
        given,
    )
    return Written(added.rowcount, replaced.rowcount + kept)


def _crossing(fact: FactTable, same_key: str) -> str:
    """Each incoming row beside the current one, its place among the incoming of its key, and its fate.

    A gap tells nothing: it never takes the place of a value, and any value takes the place of a gap.
    """
    beats = _outranks("rango", "publicado_en", "rango_0", "publicado_0", ">=")
    return f"""
INSERT INTO cruce
SELECT *, CASE
    WHEN NOT hay THEN CASE WHEN puesto = 1 THEN 'nueva' ELSE 'historia' END
    WHEN version = version_0 AND valor IS NOT DISTINCT FROM valor_0 AND provisional = provisional_0
        THEN 'igual'
    WHEN valor IS NULL AND valor_0 IS NOT NULL THEN 'igual'
    WHEN puesto = 1 AND (valor_0 IS NULL OR ({beats})) THEN 'reemplaza'
    ELSE 'historia' END
FROM (
    SELECT c.*, {_rank("c.version")} AS rango,
        row_number() OVER (
            PARTITION BY c.entidad_tipo, c.entidad, c.dimension, c.fecha
            ORDER BY c.valor IS NULL, {_rank("c.version")} DESC, c.publicado_en DESC
        ) AS puesto,
        t.fecha IS NOT NULL AS hay, t.{fact.value_column} AS valor_0, t.version AS version_0,
        t.publicado_en AS publicado_0, t.provisional AS provisional_0, t.carga_id AS carga_0,
        {_rank("t.version")} AS rango_0
    FROM entrada c
    LEFT JOIN {fact.name} t ON t.variable = :variable AND t.fecha BETWEEN :desde AND :hasta AND {same_key}
) AS juntas
"""  # noqa: S608 - names of our own tables and columns


_SAME = (
    "{a}.entidad_tipo = {b}.entidad_tipo AND {a}.entidad = {b}.entidad"
    " AND {a}.dimension = {b}.dimension AND {a}.fecha = {b}.fecha"
)
_COLUMNS = (
    "variable, entidad_tipo, entidad, dimension, fecha, version, publicado_en, vigente_hasta, valor,"
    " provisional, carga_id"
)
# A row that is not current is kept until the first publication among those that stand above it.
_KEEP_HISTORY = f"""
INSERT INTO revisiones ({_COLUMNS})
SELECT :variable, h.entidad_tipo, h.entidad, h.dimension, h.fecha, h.version, h.publicado_en,
    greatest(h.publicado_en, arriba.desde), h.valor, h.provisional, :carga
FROM cruce h CROSS JOIN LATERAL (
    SELECT min(x.publicado_en) AS desde FROM (
        SELECT e.rango, e.publicado_en FROM cruce e WHERE {_SAME.format(a="e", b="h")}
        UNION ALL SELECT h.rango_0, h.publicado_0 WHERE h.hay
        UNION ALL SELECT {_rank("r.version")}, r.publicado_en FROM revisiones r
            WHERE r.variable = :variable AND {_SAME.format(a="r", b="h")}
    ) x (rango, publicado_en)
    WHERE {_outranks("x.rango", "x.publicado_en", "h.rango", "h.publicado_en", ">")}
) arriba
WHERE h.suerte = 'historia' AND NOT EXISTS (
    SELECT FROM revisiones r WHERE r.variable = :variable AND {_SAME.format(a="r", b="h")}
        AND r.version = h.version AND r.valor IS NOT DISTINCT FROM h.valor AND r.provisional = h.provisional
)
ON CONFLICT DO NOTHING
"""  # noqa: S608 - names of our own tables and columns
_KEEP_REPLACED = f"""
INSERT INTO revisiones ({_COLUMNS})
SELECT :variable, c.entidad_tipo, c.entidad, c.dimension, c.fecha, c.version_0, c.publicado_0,
    greatest(c.publicado_0, coalesce(arriba.desde, c.publicado_en)), c.valor_0, c.provisional_0, c.carga_0
FROM cruce c CROSS JOIN LATERAL (
    SELECT min(e.publicado_en) AS desde FROM cruce e WHERE {_SAME.format(a="e", b="c")}
        AND {_outranks("e.rango", "e.publicado_en", "c.rango_0", "c.publicado_0", ">")}
) arriba
WHERE c.suerte = 'reemplaza'
ON CONFLICT DO NOTHING
"""  # noqa: S608 - names of our own tables and columns
