"""What writing records says of itself."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Written:
    """Rows added, and rows that say something else than before."""

    nuevas: int
    revisadas: int


NOTHING = Written(0, 0)
