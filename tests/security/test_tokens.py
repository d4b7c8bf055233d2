"""Tokens: only ours, only now, and every other one refused with its reason."""

import base64
import hmac
import json
import stat
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from joserfc import jws
from joserfc.jwk import OKPKey

from siea.security.roles import Rol
from siea.security.tokens import KEY_FILE, Motivo, TokenError, Tokens, load_or_create_key

NOW = datetime(2025, 6, 1, 12, 0, tzinfo=UTC)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("keys")


@pytest.fixture(scope="module")
def tokens(folder: Path) -> Tokens:
    return Tokens(folder, lambda: NOW)


@pytest.fixture(scope="module")
def key(tokens: Tokens, folder: Path) -> OKPKey:
    return load_or_create_key(folder)


def claims(**changed: Any) -> dict[str, Any]:
    at = int(NOW.timestamp())
    whole = {
        "iss": "siea",
        "aud": "siea-api",
        "sub": "ana",
        "iat": at,
        "nbf": at,
        "exp": at + 600,
        "jti": "x",
        "rol": "viewer",
    }
    return {name: value for name, value in (whole | changed).items() if value is not ...}


def signed(key: OKPKey, content: dict[str, Any] | str, **header: Any) -> str:
    """A token with our own key's true signature."""
    head = {"alg": "Ed25519", "kid": key.thumbprint(), "typ": "JWT"} | header
    body = content if isinstance(content, str) else json.dumps(content)
    return jws.serialize_compact(head, body, key, algorithms=["Ed25519"])


def refused(tokens: Tokens, token: str) -> Motivo:
    with pytest.raises(TokenError) as caught:
        tokens.verify(token)
    return caught.value.motivo


def b64(value: Any) -> str:
    raw = value if isinstance(value, bytes) else json.dumps(value).encode()
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()


def test_a_token_tells_who_has_it_until_it_expires(tokens: Tokens) -> None:
    issued = tokens.issue("ana", Rol.ANALISTA, minutes=30)
    principal = tokens.verify(issued.token)
    assert (principal.usuario, principal.rol) == ("ana", Rol.ANALISTA)
    assert principal.expira_en == NOW + timedelta(minutes=30)
    assert principal == issued.principal
    assert issued.segundos == 1800


def test_two_tokens_have_two_identifiers(tokens: Tokens) -> None:
    one, other = (tokens.issue("ana", Rol.VIEWER, minutes=1) for _ in range(2))
    assert one.principal.jti != other.principal.jti


def test_the_subject_is_text_even_when_it_looks_like_a_number(tokens: Tokens) -> None:
    issued = tokens.issue("1234", Rol.VIEWER, minutes=1)
    payload = issued.token.split(".")[1]
    assert json.loads(base64.urlsafe_b64decode(payload + "=="))["sub"] == "1234"
    assert tokens.verify(issued.token).usuario == "1234"


def test_a_numeric_subject_of_an_old_library_is_a_format_fault(tokens: Tokens, key: OKPKey) -> None:
    assert refused(tokens, signed(key, claims(sub=1234))) is Motivo.FORMATO


@pytest.mark.parametrize("alg", ["none", "None", "nOnE", "NONE", ""])
@pytest.mark.parametrize("signature", ["", "AAAA"])
def test_a_token_without_signature_is_refused(tokens: Tokens, alg: str, signature: str) -> None:
    token = f"{b64({'alg': alg, 'typ': 'JWT'})}.{b64(claims(rol='admin'))}.{signature}"
    assert refused(tokens, token) is Motivo.FORMATO


def test_our_public_key_is_no_shared_secret(tokens: Tokens, key: OKPKey) -> None:
    for secret in (key.as_pem(private=False), key.as_der(private=False), key.thumbprint().encode()):
        for alg, digest in (("HS256", "sha256"), ("HS512", "sha512"), ("Ed25519", "sha256")):
            head = {"alg": alg, "kid": key.thumbprint(), "typ": "JWT"}
            content = f"{b64(head)}.{b64(claims(rol='admin'))}"
            signature = hmac.digest(secret, content.encode(), digest)
            assert refused(tokens, f"{content}.{b64(signature)}") in (Motivo.FORMATO, Motivo.FIRMA)


def test_a_token_of_another_key_is_refused(tokens: Tokens) -> None:
    other = OKPKey.generate_key("Ed25519")
    assert refused(tokens, signed(other, claims())) is Motivo.FIRMA


def test_a_token_that_brings_its_own_key_is_refused(tokens: Tokens, key: OKPKey) -> None:
    other = OKPKey.generate_key("Ed25519")
    token = signed(other, claims(), kid=key.thumbprint(), jwk=other.as_dict(private=False))
    assert refused(tokens, token) is Motivo.FIRMA


def test_a_changed_claim_breaks_the_signature(tokens: Tokens) -> None:
    head, _, signature = tokens.issue("ana", Rol.VIEWER, minutes=5).token.split(".")
    assert refused(tokens, f"{head}.{b64(claims(rol='admin'))}.{signature}") is Motivo.FIRMA


def test_another_key_id_is_refused(tokens: Tokens, key: OKPKey) -> None:
    assert refused(tokens, signed(key, claims(), kid="otra")) is Motivo.FIRMA


@pytest.mark.parametrize(
    ("changed", "why"),
    [
        ({"iss": "otro"}, Motivo.EMISOR),
        ({"aud": "otra-api"}, Motivo.AUDIENCIA),
        ({"aud": ["otra-api"]}, Motivo.AUDIENCIA),
        ({"aud": 7}, Motivo.FORMATO),
        ({"rol": "root"}, Motivo.FORMATO),
        ({"rol": ["admin"]}, Motivo.FORMATO),
        ({"rol": {"a": 1}}, Motivo.FORMATO),
        ({"sub": ""}, Motivo.FORMATO),
        ({"jti": 5}, Motivo.FORMATO),
        ({"exp": "mañana"}, Motivo.FORMATO),
        ({"exp": 10**30}, Motivo.FORMATO),
        ({"exp": True}, Motivo.FORMATO),
        *(({name: ...}, Motivo.FORMATO) for name in ("sub", "exp", "iat", "nbf", "jti", "rol", "iss", "aud")),
    ],
)
def test_every_claim_counts(tokens: Tokens, key: OKPKey, changed: dict[str, Any], why: Motivo) -> None:
    assert refused(tokens, signed(key, claims(**changed))) is why


@pytest.mark.parametrize("claim", ["iat", "nbf"])
@pytest.mark.parametrize("skew", [2, -2])
def test_clocks_that_differ_by_seconds_lock_nobody_out(
    tokens: Tokens, key: OKPKey, claim: str, skew: int
) -> None:
    assert tokens.verify(signed(key, claims(**{claim: int(NOW.timestamp()) + skew}))).usuario == "ana"


@pytest.mark.parametrize("claim", ["iat", "nbf"])
def test_a_token_of_two_minutes_ahead_is_refused(tokens: Tokens, key: OKPKey, claim: str) -> None:
    ahead = int(NOW.timestamp()) + 120
    assert refused(tokens, signed(key, claims(**{claim: ahead}))) is Motivo.FUTURO


@pytest.mark.parametrize(("seconds", "good"), [(-2, True), (-11, False), (-120, False)])
def test_an_expired_token_is_refused_after_the_leeway(
    tokens: Tokens, key: OKPKey, seconds: int, good: bool
) -> None:
    token = signed(key, claims(exp=int(NOW.timestamp()) + seconds))
    if good:
        assert tokens.verify(token).usuario == "ana"
    else:
        assert refused(tokens, token) is Motivo.CADUCADO


@pytest.mark.parametrize("payload", ["[]", "7", '"x"', "null", "{", "no es json", "[" * 1500])
def test_a_payload_that_is_no_object_is_a_format_fault(tokens: Tokens, key: OKPKey, payload: str) -> None:
    assert refused(tokens, signed(key, payload)) is Motivo.FORMATO


@given(st.text(max_size=200) | st.from_regex(r"[\w-]*\.[\w-]*\.[\w-]*", fullmatch=True))
def test_no_text_at_all_makes_it_fail_otherwise(tokens: Tokens, text: str) -> None:
    with pytest.raises(TokenError):
        tokens.verify(text)


def test_a_header_that_must_be_understood_is_refused(tokens: Tokens, key: OKPKey) -> None:
    head = {"alg": "Ed25519", "kid": key.thumbprint(), "crit": ["desconocido"], "desconocido": 1}
    valid = signed(key, claims()).split(".")
    assert refused(tokens, ".".join([b64(head), *valid[1:]])) in (Motivo.FORMATO, Motivo.FIRMA)


def test_a_huge_token_is_not_even_read(tokens: Tokens) -> None:
    assert refused(tokens, "a" * 100_000) is Motivo.FORMATO


def test_the_key_is_private_to_its_owner(folder: Path, tokens: Tokens) -> None:
    assert stat.S_IMODE((folder / KEY_FILE).stat().st_mode) == 0o600


def test_processes_that_start_together_get_one_key(tmp_path: Path) -> None:
    with ThreadPoolExecutor(16) as pool:
        made = list(pool.map(lambda _: load_or_create_key(tmp_path / "keys").thumbprint(), range(32)))
    assert len(set(made)) == 1
    assert [path.name for path in (tmp_path / "keys").iterdir()] == [KEY_FILE]


def test_a_file_that_is_another_kind_of_key_is_told(tmp_path: Path) -> None:
    (tmp_path / KEY_FILE).write_bytes(OKPKey.generate_key("X25519").as_pem(private=True))
    with pytest.raises(ValueError, match="Ed25519"):
        load_or_create_key(tmp_path)
