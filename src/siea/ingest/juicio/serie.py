"""All rules about one variable."""

from collections.abc import Mapping
from datetime import date

import polars as pl

from siea.domain.catalogo import Variable
from siea.ingest.juicio import huecos, valores
from siea.ingest.juicio.hallazgo import Hallazgo, daily


def judge_variable(
    frame: pl.DataFrame,
    variable: Variable,
    today: date,
    solar: frozenset[str] = frozenset(),
    capacity_mw: Mapping[str, float] | None = None,
) -> list[Hallazgo]:
    """What is wrong with the current values of a variable (``SILVER``, one row a key).

    *solar* are the codes of solar plants, *capacity_mw* the net capacity of each plant.
    """
    if frame.drop_nulls("valor").is_empty():
        return huecos.empty_values(frame, variable)
    frame = frame.sort("entidad", "dimension", "fecha")
    days = daily(frame, variable)
    return [
        *huecos.missing_days(frame, variable),
        *huecos.empty_values(frame, variable),
        *huecos.cut_short(days, variable, today),
        *huecos.comings_and_goings(days, variable),
        *valores.partial(frame, variable),
        *valores.alone(daily(frame.filter(~pl.col("provisional")), variable), variable),
        *valores.brief_step(days, variable),
        *valores.odd_zeros(frame, variable),
        *valores.frozen(frame, variable),
        *valores.sun_at_night(frame, variable, solar),
        *valores.signs(frame, variable),
        *valores.against_nameplate(frame, variable, capacity_mw or {}),
        *valores.beyond_percent(frame, variable),
        *valores.precision(frame, variable),
        *valores.versions(frame, variable),
        *valores.all_drop(days, variable),
        *valores.unclassified(frame, variable),
    ]
