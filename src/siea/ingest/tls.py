"""Verification of public hosts, with the intermediate certificates that some forget to send.

Some official sites send their own certificate and not the one that signed it. Browsers fetch the missing one
from the address that the certificate itself names (AIA, RFC 5280 §4.2.2.1); so do we. What is fetched only
helps to build a chain: trust still ends at the roots of the system, and verification is never switched off.
"""

import asyncio
import socket
import ssl
from urllib.parse import urlsplit

import httpx
from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509.oid import AuthorityInformationAccessOID, ExtensionOID

from siea.telemetry.logs import get_logger

log = get_logger(__name__)

_LONGEST_CHAIN = 4
_MOST_BYTES = 64 * 1024


def make_context(roots: str | None = None) -> ssl.SSLContext:
    """A context that verifies. *roots*: a PEM file of further roots that the installation trusts.

    A certificate that is not a root is never an anchor of trust, however it came here.
    """
    context = ssl.create_default_context()
    # Newer Pythons accept any loaded certificate as the end of a chain; a fetched one must not be that.
    context.verify_flags &= ~ssl.VERIFY_X509_PARTIAL_CHAIN
    if roots:
        context.load_verify_locations(cafile=roots)
    return context


def lacks_issuer(error: BaseException) -> bool:
    """Whether *error*, or what caused it, is a chain with a certificate missing."""
    seen: BaseException | None = error
    while seen is not None:
        if "unable to get local issuer certificate" in str(seen):
            return True
        seen = seen.__cause__ or seen.__context__
    return False


async def add_missing_issuers(context: ssl.SSLContext, url: str, timeout_s: float = 10.0) -> bool:
    """Load into *context* the intermediates that the host of *url* does not send; whether any was found."""
    parts = urlsplit(url)
    host, port = parts.hostname or "", parts.port or 443
    try:
        leaf = await asyncio.to_thread(_certificate_of, host, port, timeout_s)
        found = await _issuers(leaf, timeout_s)
    except (OSError, ValueError, httpx.HTTPError) as error:
        log.warning("intermedios_no_obtenidos", host=host, motivo=str(error))
        return False
    for certificate in found:
        context.load_verify_locations(cadata=certificate.public_bytes(Encoding.PEM).decode())
        log.info("intermedio_agregado", host=host, sujeto=certificate.subject.rfc4514_string())
    return bool(found)


def _certificate_of(host: str, port: int, timeout_s: float) -> x509.Certificate:
    """What the host shows. Nothing is sent to it or believed of it: this only reads whom to ask."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE
    with (
        socket.create_connection((host, port), timeout=timeout_s) as plain,
        context.wrap_socket(plain, server_hostname=host) as secure,
    ):
        shown = secure.getpeercert(binary_form=True)
    if not shown:
        raise ValueError("the host shows no certificate")
    return x509.load_der_x509_certificate(shown)


async def _issuers(leaf: x509.Certificate, timeout_s: float) -> list[x509.Certificate]:
    found: list[x509.Certificate] = []
    below = leaf
    async with httpx.AsyncClient(timeout=timeout_s) as http:
        while len(found) < _LONGEST_CHAIN:
            address = _issuer_address(below)
            if address is None:
                break
            answer = await http.get(address)
            answer.raise_for_status()
            above = _read(answer.content[:_MOST_BYTES])
            below.verify_directly_issued_by(above)
            if above.subject == above.issuer:
                break  # a root is trusted because the system has it, or not at all
            found.append(above)
            below = above
    return found


def _issuer_address(certificate: x509.Certificate) -> str | None:
    try:
        told = certificate.extensions.get_extension_for_oid(ExtensionOID.AUTHORITY_INFORMATION_ACCESS).value
    except x509.ExtensionNotFound:
        return None
    assert isinstance(told, x509.AuthorityInformationAccess)
    return next(
        (
            item.access_location.value
            for item in told
            if item.access_method == AuthorityInformationAccessOID.CA_ISSUERS
            and str(item.access_location.value).startswith("http://")
        ),
        None,
    )


def _read(body: bytes) -> x509.Certificate:
    """A certificate in DER, as RFC 5280 wants, or in PEM, as some publish it."""
    if body.lstrip().startswith(b"-----BEGIN"):
        return x509.load_pem_x509_certificate(body)
    return x509.load_der_x509_certificate(body)
