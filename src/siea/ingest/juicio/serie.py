"""All rules about one variable."""

from datetime import date

import polars as pl

from siea.domain.catalogo import Variable
from siea.ingest.juicio import forma, huecos, limites, medidor, vecinos
from siea.ingest.juicio.hallazgo import SERIE, Hallazgo, daily
from siea.ingest.juicio.maestro import Maestro, unlisted

_NOTHING_KNOWN = Maestro()


def judge_variable(
    frame: pl.DataFrame, variable: Variable, today: date, maestro: Maestro = _NOTHING_KNOWN
) -> list[Hallazgo]:
    """What is wrong with the values of a variable (``SILVER``), in any order of rows.

    Of several values of one series and instant the best version counts, after the copies are told.
    """
    if frame.drop_nulls("valor").is_empty():
        return huecos.empty_values(frame, variable)
    copies = forma.repeated(frame, variable)
    frame = forma.one_of_each(frame).sort(*SERIE, "fecha")
    days = daily(frame, variable)
    settled = daily(frame.filter(~pl.col("provisional")), variable) if frame["provisional"].any() else days
    return [
        *copies,
        *huecos.missing_days(frame, variable),
        *huecos.missing_hours(frame, variable),
        *huecos.empty_values(frame, variable),
        *huecos.cut_short(frame, variable, today),
        *huecos.comings_and_goings(frame, days, variable),
        *forma.partial(frame, variable),
        *limites.beyond_bounds(frame, variable),
        *limites.beyond_percent(frame, variable),
        *vecinos.alone(frame, settled, variable),
        *vecinos.brief_step(days, variable),
        *vecinos.level_change(settled, variable),
        *medidor.odd_zeros(frame, variable),
        *medidor.frozen(frame, variable, maestro),
        *medidor.sun_at_night(frame, variable, maestro),
        *medidor.signs(frame, variable),
        *medidor.against_nameplate(frame, variable, maestro),
        *forma.precision(frame, variable),
        *forma.versions(frame, variable),
        *forma.all_drop(days, variable),
        *forma.unclassified(frame, variable),
        *unlisted(frame, variable, maestro),
    ]
