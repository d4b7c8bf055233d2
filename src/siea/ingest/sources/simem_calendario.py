"""The calendar of settlement versions (sets 24914F by month and 7a30a3 by day): when each was published."""

from collections.abc import Iterable

import polars as pl

from siea.ingest.sources.registry import BRONZE
from siea.ingest.sources.simem_wire import Record, local_instant

# A version covers the local days ``desde`` to ``hasta``; ``maxima``: it was the last one of them.
CALENDARIO: dict[str, pl.DataType] = {
    "version": pl.String(),
    "desde": pl.Date(),
    "hasta": pl.Date(),
    "publicado_en": pl.Datetime("us", "UTC"),
    "maxima": pl.Boolean(),
}
_TRUE = {"true", "1", "si", "sí"}


def read_calendar(records: Iterable[Record]) -> pl.DataFrame:
    """Rows in the shape ``CALENDARIO``; of one version of the same days, the newest publication.

    An entry without its days or its publication says nothing and is left out.
    """
    rows = []
    for record in records:
        told = {name.lower(): value for name, value in record.items()}  # «esMaximaVersion» and «EsMaxima…»
        times = [local_instant(str(told.get(n))) for n in ("fechainicio", "fechafin", "fechapublicacion")]
        first, last, published = times
        version = str(told.get("version") or "").strip()
        if version and first and last and published:
            newest = str(told.get("esmaximaversion")).lower() in _TRUE
            rows.append((version, first.date(), last.date(), published, newest))
    frame = pl.DataFrame(rows, schema=CALENDARIO, orient="row")
    return frame.sort("desde", "publicado_en").unique(
        ["version", "desde", "hasta"], keep="last", maintain_order=True
    )


def dated(bronze: pl.DataFrame, calendar: pl.DataFrame) -> pl.DataFrame:
    """*bronze* rows with the instant at which, says the calendar, their version of their day was published.

    A row whose version the calendar does not know keeps its own.
    """
    told = calendar.select(
        "version", "desde", "hasta", _publicado=pl.col("publicado_en").dt.strftime("%Y-%m-%dT%H:%M:%S%z")
    ).sort("desde")
    joined = (
        bronze.with_row_index("_orden")
        .with_columns(_dia=pl.col("dia").str.to_date("%Y-%m-%d", strict=False))
        .sort("_dia")
        .join_asof(told, left_on="_dia", right_on="desde", by="version", check_sortedness=False)
    )
    known = (pl.col("_dia") <= pl.col("hasta")).fill_null(False)
    return (
        joined.with_columns(
            publicado_en=pl.when(known).then(pl.col("_publicado")).otherwise(pl.col("publicado_en"))
        )
        .sort("_orden")
        .select(list(BRONZE))
    )
