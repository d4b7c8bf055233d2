"""How fresh a variable is, beside what its source has: our delay and theirs call for different acts."""

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from siea.domain.tiempo import local_date


class Estado(StrEnum):
    """``ATRASADA``: the source has days that we lack; ``FUENTE_TARDE``: neither has them."""

    AL_DIA = "fresh"
    FUENTE_TARDE = "source_late"
    ATRASADA = "behind_source"


class Accion(StrEnum):
    """Whom it concerns: nobody, whoever reads the data, or whoever runs SIEA."""

    NINGUNA = "none"
    INFORMAR = "inform"
    ACTUAR = "page_us"


@dataclass(frozen=True, slots=True)
class Frescura:
    """``dias_tras_fuente``: days by which we are behind what the source has."""

    estado: Estado
    accion: Accion
    dias_tras_fuente: int


def judge(now: datetime, lag_days: int, ours: date | None, source_latest: date | None) -> Frescura:
    """Compare our newest day and the source's with each other, and only then with the clock.

    *lag_days* is the usual delay of publication. Either day may be None: nothing yet.
    """
    if source_latest is not None and (ours is None or ours < source_latest):
        behind = (source_latest - ours).days if ours else (local_date(now) - source_latest).days
        return Frescura(Estado.ATRASADA, Accion.ACTUAR, behind)
    newest = ours if source_latest is None else source_latest
    if newest is None or (local_date(now) - newest).days > lag_days:
        return Frescura(Estado.FUENTE_TARDE, Accion.INFORMAR, 0)
    return Frescura(Estado.AL_DIA, Accion.NINGUNA, 0)
