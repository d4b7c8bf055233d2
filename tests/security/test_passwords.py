"""Passwords: what is accepted, what is stored, and what a check costs."""

import re
import unicodedata

import pytest
from argon2 import PasswordHasher, extract_parameters
from hypothesis import given
from hypothesis import strategies as st

from siea.security.passwords import PasswordPolicyError, Passwords, check_policy, one_time_password


@pytest.fixture(scope="module")
def passwords() -> Passwords:
    return Passwords()


async def test_a_password_matches_only_itself(passwords: Passwords) -> None:
    hashed = await passwords.hash("sol de los venados")
    assert hashed.startswith("$argon2id$")
    assert await passwords.verify(hashed, "sol de los venados")
    assert not await passwords.verify(hashed, "sol de los Venados")


async def test_two_hashes_of_one_password_differ(passwords: Passwords) -> None:
    assert await passwords.hash("sol de los venados") != await passwords.hash("sol de los venados")


async def test_composed_and_decomposed_accents_are_the_same_password(passwords: Passwords) -> None:
    hashed = await passwords.hash("Bogotá la más fría")
    assert await passwords.verify(hashed, "Bogotá la más fría")


async def test_nobody_has_no_right_password(passwords: Passwords) -> None:
    assert not await passwords.verify(None, "sol de los venados")


async def test_an_unknown_user_costs_the_same_work_as_a_wrong_password(
    passwords: Passwords, monkeypatch: pytest.MonkeyPatch
) -> None:
    hashed = await passwords.hash("sol de los venados")
    work, real = [], PasswordHasher.verify

    def counted(self: PasswordHasher, target: str, clave: str) -> bool:
        work.append(extract_parameters(target))
        return real(self, target, clave)

    monkeypatch.setattr(PasswordHasher, "verify", counted)
    assert not await passwords.verify(hashed, "otra clave cualquiera")
    assert not await passwords.verify(None, "otra clave cualquiera")
    known, unknown = work
    assert known == unknown


async def test_what_is_no_hash_matches_nothing(passwords: Passwords) -> None:
    assert not await passwords.verify("no es un hash", "sol de los venados")


@pytest.mark.parametrize(
    ("clave", "why"),
    [
        ("corta", "al menos 12"),
        ("x" * 300, "como máximo 256"),
        ("aaaaaaaaaaaaaaa", "muy pocos"),
        ("soy-Ana.Diaz-aqui", "nombre de usuario"),
    ],
)
def test_the_policy_tells_why_in_spanish(clave: str, why: str) -> None:
    with pytest.raises(PasswordPolicyError, match=why):
        check_policy(clave, "ana.diaz")


def test_a_phrase_of_twelve_characters_will_do() -> None:
    check_policy("sol y venado", "ana")


def test_one_time_passwords_never_repeat_and_hold_no_confusable_letters() -> None:
    made = {one_time_password() for _ in range(200)}
    assert len(made) == 200
    assert all(re.fullmatch(r"([a-km-z2-9]{5}-){4}[a-km-z2-9]{5}", one) for one in made)


@given(st.text(max_size=400))
def test_whatever_passes_the_policy_has_twelve_to_256_characters(clave: str) -> None:
    refusal = None
    try:
        check_policy(clave, "ana")
    except PasswordPolicyError as error:
        refusal = str(error)
    length = len(unicodedata.normalize("NFKC", clave))
    assert refusal or 12 <= length <= 256
