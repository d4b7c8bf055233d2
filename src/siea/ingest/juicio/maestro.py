"""What the lists of entities know, and the series of entities that no list knows."""

from collections.abc import Mapping
from dataclasses import dataclass, field

import polars as pl

from siea.domain.catalogo import Variable
from siea.domain.numeros import plain
from siea.ingest.juicio.hallazgo import Hallazgo

# Kind of entity of a series → kind of list in which it must be.
LISTS = {"Recurso": "recurso", "Agente": "agente", "Embalse": "embalse", "Rio": "rio"}
_LISTED = 60


@dataclass(frozen=True, slots=True)
class Maestro:
    """Codes of the solar plants, net capacity of each plant (MW), and the codes and names of each list."""

    solares: frozenset[str] = frozenset()
    capacidad_mw: Mapping[str, float] = field(default_factory=dict)
    listas: Mapping[str, frozenset[str]] = field(default_factory=dict)


def unlisted(frame: pl.DataFrame, variable: Variable, maestro: Maestro) -> list[Hallazgo]:
    """Entities with values that the list of their kind lacks, by code and by name: no class, no place.

    Says nothing where no list of that kind is loaded.
    """
    known = maestro.listas.get(LISTS.get(variable.entidad, ""), frozenset())
    if not known:
        return []
    folded = {plain(name) for name in known}
    totals = frame.group_by("entidad").agg(pl.col("valor").sum()).sort("entidad")
    odd = {name: total for name, total in totals.iter_rows() if plain(name) not in folded}
    if not odd:
        return []
    shown = ", ".join(list(odd)[:8]) + ("…" if len(odd) > 8 else "")
    return [
        Hallazgo(
            "entidad_sin_lista", "baja", variable.codigo, variable.entidad,
            f"{len(odd)} de {len(totals)} entidades con valores no están en su lista maestra ({shown}): "
            "en los totales por clase quedan SIN_CLASIFICAR.",
            len(odd), detalle={"entidades": list(odd)[:_LISTED]},
        )
    ]  # fmt: skip
