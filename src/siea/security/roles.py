"""The three roles: each may do what the ones before it may."""

from enum import StrEnum


class Rol(StrEnum):
    """``viewer`` reads, ``analista`` also forecasts and simulates, ``admin`` does everything."""

    VIEWER = "viewer"
    ANALISTA = "analista"
    ADMIN = "admin"

    def alcanza(self, minimo: "Rol") -> bool:
        """Whether this role may do what asks for *minimo*.

        >>> Rol.ADMIN.alcanza(Rol.ANALISTA), Rol.VIEWER.alcanza(Rol.ANALISTA)
        (True, False)
        """
        order = list(Rol)
        return order.index(self) >= order.index(minimo)
