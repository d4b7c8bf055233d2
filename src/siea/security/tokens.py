"""Bearer tokens: short JSON web tokens signed with one Ed25519 key, and nothing else accepted.

The algorithm is fixed here (RFC 9864 ``Ed25519``); the header of a token never chooses it.
"""

import os
import secrets
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from pathlib import Path

from joserfc import jwt
from joserfc.errors import BadSignatureError, ClaimError, ExpiredTokenError, JoseError
from joserfc.jwk import OKPKey

from siea.domain.tiempo import Clock
from siea.security.roles import Rol

ISSUER = "siea"
AUDIENCE = "siea-api"
ALGORITHM = "Ed25519"
LEEWAY_S = 10
KEY_FILE = "token-ed25519.pem"
_LONGEST = 4096


class Motivo(StrEnum):
    """Why a token is refused: stable codes, told to the caller."""

    AUSENTE = "token_missing"
    FORMATO = "token_format"
    FIRMA = "token_signature"
    CADUCADO = "token_expired"
    FUTURO = "token_not_yet_valid"
    EMISOR = "token_issuer"
    AUDIENCIA = "token_audience"


class TokenError(Exception):
    """A token that does not let anybody in."""

    def __init__(self, motivo: Motivo) -> None:
        super().__init__(motivo.value)
        self.motivo = motivo


@dataclass(frozen=True, slots=True)
class Principal:
    """Who calls, as a valid token says."""

    usuario: str
    rol: Rol
    jti: str
    expira_en: datetime


@dataclass(frozen=True, slots=True)
class IssuedToken:
    """A new token; *segundos* is its life."""

    token: str
    segundos: int
    principal: Principal


class Tokens:
    """Issues and verifies tokens with the key kept under a folder.

    >>> tokens = Tokens(Path("var/keys"), utc_now)  # doctest: +SKIP
    >>> tokens.verify(tokens.issue("ana", Rol.VIEWER, minutes=30).token).usuario  # doctest: +SKIP
    'ana'
    """

    def __init__(self, folder: Path, clock: Clock) -> None:
        self._key = load_or_create_key(folder)
        self._kid = self._key.thumbprint()
        self._clock = clock

    def issue(self, usuario: str, rol: Rol, minutes: int) -> IssuedToken:
        """A token for *usuario* that is good for *minutes* from now."""
        now = self._clock().replace(microsecond=0)
        principal = Principal(usuario, rol, secrets.token_urlsafe(16), now + timedelta(minutes=minutes))
        issued = int(now.timestamp())
        claims = {
            "iss": ISSUER,
            "aud": AUDIENCE,
            "sub": usuario,
            "iat": issued,
            "nbf": issued,
            "exp": issued + minutes * 60,
            "jti": principal.jti,
            "rol": rol.value,
        }
        token = jwt.encode({"alg": ALGORITHM, "kid": self._kid}, claims, self._key, algorithms=[ALGORITHM])
        return IssuedToken(token, minutes * 60, principal)

    def verify(self, token: str) -> Principal:
        """Who *token* speaks for. Raises TokenError with the reason for anything not wholly right."""
        if len(token) > _LONGEST or not token.isascii():
            raise TokenError(Motivo.FORMATO)
        try:
            decoded = jwt.decode(token, self._key, algorithms=[ALGORITHM])
        except BadSignatureError:
            raise TokenError(Motivo.FIRMA) from None
        except (JoseError, ValueError, TypeError, KeyError, AttributeError, RecursionError):
            # What the library makes of garbage is not all its own errors.
            raise TokenError(Motivo.FORMATO) from None
        if decoded.header.get("kid") != self._kid:
            raise TokenError(Motivo.FIRMA)
        self._validate(decoded.claims)
        try:
            return Principal(
                usuario=decoded.claims["sub"],
                rol=Rol(decoded.claims["rol"]),
                jti=decoded.claims["jti"],
                expira_en=datetime.fromtimestamp(decoded.claims["exp"], UTC),
            )
        except (ValueError, TypeError, OverflowError, OSError):
            raise TokenError(Motivo.FORMATO) from None

    def _validate(self, claims: jwt.Claims) -> None:
        registry = jwt.JWTClaimsRegistry(
            now=int(self._clock().timestamp()),
            leeway=LEEWAY_S,
            iss={"essential": True, "value": ISSUER},
            aud={"essential": True, "value": AUDIENCE},
            sub={"essential": True},
            iat={"essential": True},
            nbf={"essential": True},
            exp={"essential": True},
            jti={"essential": True},
            rol={"essential": True},
        )
        try:
            registry.validate(claims)
        except ExpiredTokenError:
            raise TokenError(Motivo.CADUCADO) from None
        except ClaimError as error:
            raise TokenError(_reason(error, claims)) from None


def _reason(error: ClaimError, claims: jwt.Claims) -> Motivo:
    value = claims.get(error.claim)
    if error.claim in ("iat", "nbf") and isinstance(value, int | float):
        return Motivo.FUTURO
    if error.claim == "iss" and isinstance(value, str):
        return Motivo.EMISOR
    if error.claim == "aud" and isinstance(value, str | list):
        return Motivo.AUDIENCIA
    return Motivo.FORMATO


def load_or_create_key(folder: Path) -> OKPKey:
    """The signing key of *folder*, made once with mode 0600 whichever process comes first.

    Raises OSError when the folder cannot be written, ValueError when the file is not such a key.
    """
    path = folder / KEY_FILE
    if not path.exists():
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        _create(path)
    key = OKPKey.import_key(path.read_bytes())
    if key.curve_name != "Ed25519" or not key.is_private:
        raise ValueError(f"{path} is not a private Ed25519 key")
    return key


def _create(path: Path) -> None:
    # Written whole under a name of its own, then linked: the first one to link wins and the others read its
    # key; nobody ever reads half a file.
    draft = path.with_name(f".{path.name}.{secrets.token_hex(8)}")
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(OKPKey.generate_key("Ed25519").as_pem(private=True))
            file.flush()
            os.fsync(file.fileno())
        os.link(draft, path)
    except FileExistsError:
        pass
    finally:
        draft.unlink()
