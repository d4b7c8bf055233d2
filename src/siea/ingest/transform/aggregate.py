"""Sums over classes (technology, fuel, region) that lose nobody: what has no class is a class of its own."""

from collections.abc import Mapping

import polars as pl

from siea.ingest.transform.frames import KEY

SIN_CLASIFICAR = "SIN_CLASIFICAR"


def por_clase(frame: pl.DataFrame, master: Mapping[str, str | None]) -> pl.DataFrame:
    """Values of *frame* (``SILVER``, one a series and instant) summed by the class of their entity.

    *master* is entity → class. An entity that it lacks, or leaves without class, counts in
    ``SIN_CLASIFICAR``: the sum over classes is the sum over entities. One row for each ``variable``,
    ``entidad_tipo``, ``fecha`` and ``clase``, with ``valor`` (null where no entity has one), ``entidades``
    (how many) and ``sin_clasificar`` (their codes, sorted; empty in the other classes).
    Raises ValueError when a series has several values at one instant: versions are chosen, never added.
    """
    if frame.select("variable", *KEY).is_duplicated().any():
        raise ValueError("a series has several values at one instant: choose the current version first")
    known = {code: told.strip() for code, told in master.items() if told and told.strip()}
    classed = frame.with_columns(
        clase=pl.col("entidad").replace_strict(known, default=SIN_CLASIFICAR, return_dtype=pl.String)
    )
    lost = pl.when(pl.col("clase") == SIN_CLASIFICAR).then(pl.col("entidad"))
    return (
        classed.group_by("variable", "entidad_tipo", "fecha", "clase")
        .agg(
            # the sum of nothing is nothing known, not zero
            pl.when(pl.col("valor").count() > 0).then(pl.col("valor").sum()).alias("valor"),
            pl.col("entidad").n_unique().alias("entidades"),
            lost.drop_nulls().unique().sort().alias("sin_clasificar"),
        )
        .sort("variable", "entidad_tipo", "fecha", "clase")
    )
