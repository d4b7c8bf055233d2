"""The order of the roles."""

import pytest

from siea.security.roles import Rol


@pytest.mark.parametrize(
    ("rol", "reach"),
    [
        (Rol.VIEWER, {Rol.VIEWER}),
        (Rol.ANALISTA, {Rol.VIEWER, Rol.ANALISTA}),
        (Rol.ADMIN, {Rol.VIEWER, Rol.ANALISTA, Rol.ADMIN}),
    ],
)
def test_each_role_does_what_the_ones_before_it_do(rol: Rol, reach: set[Rol]) -> None:
    assert {minimum for minimum in Rol if rol.alcanza(minimum)} == reach
