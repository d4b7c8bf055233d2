"""Whole series out of PostgreSQL into a frame, by COPY: what analysis of everything needs."""

import io
from datetime import date

import polars as pl
from sqlalchemy.ext.asyncio import AsyncConnection

from siea.domain.catalogo import Variable
from siea.domain.tiempo import day_bounds
from siea.store.facts import FACTS

SCHEMA: dict[str, pl.DataType] = {
    "entidad_tipo": pl.String(),
    "entidad": pl.String(),
    "dimension": pl.String(),
    "fecha": pl.String(),
    "valor": pl.Float64(),
    "version": pl.String(),
    "publicado_en": pl.String(),
    "provisional": pl.String(),
    "marcas": pl.String(),
}
_NULL = r"\N"


async def read_variable(
    conn: AsyncConnection, variable: Variable, first: date | None = None, last: date | None = None
) -> pl.DataFrame:
    """The current values of *variable*, of all its entities, by entity and time.

    Columns: variable, entidad_tipo, entidad, dimension, fecha (UTC), valor (GWh, MW…), version, publicado_en,
    provisional, marcas. Local days *first* to *last*, or everything.
    """
    fact = FACTS[variable.tabla]
    entity = (
        f"entidad_tipo, {fact.entity_column}, dimension" if fact.entity_column else "'Sistema', 'Sistema', ''"
    )
    where, given = ["variable = $1"], [variable.codigo]
    if fact.entity_column:
        where.append("entidad_tipo = $2")
        given.append(variable.entidad)
    if first is not None and last is not None:
        start, end = day_bounds(first, last)
        where.append(f"fecha >= '{start.isoformat()}' AND fecha < '{end.isoformat()}'")
    query = (
        f"SELECT {entity}, to_char(fecha AT TIME ZONE 'UTC', 'YYYY-MM-DD HH24:MI:SS'), {fact.value_column},"  # noqa: S608 - names of our own tables and columns
        " version, to_char(publicado_en AT TIME ZONE 'UTC', 'YYYY-MM-DD HH24:MI:SS'), provisional,"
        f" array_to_string(marcas, '|') FROM {fact.name} WHERE {' AND '.join(where)} ORDER BY 1, 2, 3, 4"
    )
    driver = (await conn.get_raw_connection()).driver_connection
    assert driver is not None
    out = io.BytesIO()
    await driver.copy_from_query(query, *given, output=out, format="csv", null=_NULL)
    body = out.getvalue()
    if not body:
        frame = pl.DataFrame(schema=SCHEMA)
    else:
        frame = pl.read_csv(body, has_header=False, schema=SCHEMA, null_values=[_NULL])
        frame = frame.with_columns(pl.col(pl.String).fill_null(""))
    instant = "%Y-%m-%d %H:%M:%S"
    return frame.select(
        pl.lit(variable.codigo).alias("variable"),
        "entidad_tipo",
        "entidad",
        "dimension",
        pl.col("fecha").str.to_datetime(instant, time_unit="us", time_zone="UTC"),
        "valor",
        "version",
        pl.col("publicado_en").str.to_datetime(instant, time_unit="us", time_zone="UTC"),
        (pl.col("provisional") == "t").alias("provisional"),
        pl.when(pl.col("marcas") == "")
        .then(pl.lit([], pl.List(pl.String)))
        .otherwise(pl.col("marcas").str.split("|"))
        .alias("marcas"),
    )
