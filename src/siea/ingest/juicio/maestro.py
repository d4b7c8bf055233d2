"""What the lists of entities know, and the series of entities that no list knows."""

from collections.abc import Mapping
from dataclasses import dataclass, field

import polars as pl

from siea.domain.catalogo import Agregacion, Variable
from siea.domain.numeros import plain
from siea.ingest.juicio.hallazgo import Hallazgo, cifra
from siea.ingest.transform.aggregate import SIN_CLASIFICAR, por_clase
from siea.ingest.transform.frames import KEY

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
    names = frame["entidad"].unique().sort().to_list()
    odd = [name for name in names if plain(name) not in folded]
    if not odd:
        return []
    shown = ", ".join(odd[:8]) + ("…" if len(odd) > 8 else "")
    share = _lost_share(frame, variable, {name: "en la lista" for name in names if name not in {*odd}})
    return [
        Hallazgo(
            "entidad_sin_lista", "baja", variable.codigo, variable.entidad,
            f"{len(odd)} de {len(names)} entidades con valores no están en su lista maestra ({shown}): "
            f"en los totales por clase quedan {SIN_CLASIFICAR}{share}.",
            len(odd), detalle={"entidades": odd[:_LISTED]},
        )
    ]  # fmt: skip


def _lost_share(frame: pl.DataFrame, variable: Variable, listed: Mapping[str, str]) -> str:
    """How much of the sum of *frame* is of entities that are not *listed*, as a remark; none for means."""
    if variable.agregacion is not Agregacion.SUMA:
        return ""
    told = frame.with_columns(variable=pl.lit(variable.codigo), entidad_tipo=pl.lit(variable.entidad)).unique(
        KEY
    )  # copies of a value are another rule's finding
    sums = dict(por_clase(told, listed).group_by("clase").agg(pl.col("valor").sum()).iter_rows())
    total = sum(sums.values())
    return f" ({cifra(100 * sums[SIN_CLASIFICAR] / total)} % del total)" if total else ""
