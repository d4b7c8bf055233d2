"""Score of each local day of a variable, from the last batch that spoke of it."""

import polars as pl
from sqlalchemy.ext.asyncio import AsyncConnection

from siea.domain.tiempo import Resolucion
from siea.ingest import copying
from siea.ingest.batch import Batch
from siea.ingest.transform.frames import SERIES, local_day

# A day has all its values and is settled: 100. What is lacking counts in full; what is doubtful, in part.
PROVISIONAL_COSTS = 50.0
DOUBTFUL = ("atipico", "version_mezclada", "liberado")
DOUBT_COSTS = 20.0
_COLUMNS = ("variable", "entidad_tipo", "dia", "puntaje", "detalle", "carga_id")
_MERGE = (
    "INSERT INTO calidad_dias (variable, entidad_tipo, dia, puntaje, detalle, carga_id)"
    " SELECT variable, entidad_tipo, dia, puntaje, detalle, carga_id FROM dias_nuevos"
    " ON CONFLICT (variable, entidad_tipo, dia) DO UPDATE SET puntaje = excluded.puntaje,"
    " detalle = excluded.detalle, carga_id = excluded.carga_id"
)


async def keep(conn: AsyncConnection, batch: Batch, carga_id: int) -> None:
    """Write the scores of the days of a batch, in its transaction."""
    variable = batch.identity.variable
    rows = scores(batch.frame, variable.resolucion).select(
        pl.lit(variable.codigo).alias("variable"),
        pl.lit(variable.entidad).alias("entidad_tipo"),
        pl.col("dia").dt.strftime("%Y-%m-%d"),
        "puntaje",
        pl.struct("esperados", "presentes", "provisional", "dudosos").struct.json_encode().alias("detalle"),
        pl.lit(carga_id).alias("carga_id"),
    )
    await conn.exec_driver_sql("CREATE TEMP TABLE dias_nuevos (LIKE calidad_dias) ON COMMIT DROP")
    await copying.copy_frame(conn, "dias_nuevos", rows.select(_COLUMNS))
    await conn.exec_driver_sql(_MERGE)


def scores(frame: pl.DataFrame, resolution: Resolucion) -> pl.DataFrame:
    """One row a local day of a silver frame: dia, puntaje 0…100, esperados, presentes, provisional, dudosos.

    What a day should have are its hours (or its one value) for each series that the batch has on that day or
    on a usual one, whichever are more.
    """
    hours = 24 if resolution is Resolucion.HORA else 1
    doubtful = pl.any_horizontal(pl.col("marcas").list.contains(mark) for mark in DOUBTFUL)
    if not frame["marcas"].list.len().sum():
        doubtful = pl.lit(False)
    one = frame
    if frame["version"].n_unique() > 1 or frame["publicado_en"].n_unique() > 1:
        one = frame.sort("valor", nulls_last=True).unique([*SERIES, "fecha"], keep="first")
    days = one.group_by(local_day().alias("dia")).agg(
        pl.col("valor").count().alias("presentes"),
        pl.len().alias("llegaron"),
        pl.col("provisional").any(),
        doubtful.sum().alias("dudosos"),
    )
    usual = float(days["llegaron"].cast(pl.Float64).median() or 0.0)  # type: ignore[arg-type]  # of floats
    expected = pl.max_horizontal((pl.col("llegaron") / hours).ceil(), pl.lit(round(usual / hours))) * hours
    return (
        days.with_columns(expected.cast(pl.Int64).alias("esperados"))
        .with_columns(
            puntaje=(
                100.0 * (pl.col("presentes") / pl.col("esperados")).clip(0.0, 1.0)
                - pl.when("provisional").then(PROVISIONAL_COSTS).otherwise(0.0)
                - DOUBT_COSTS * (pl.col("dudosos") / pl.col("llegaron"))
            )
            .clip(0.0, 100.0)
            .round(2)
        )
        .sort("dia")
    )
