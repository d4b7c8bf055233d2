"""Hosts that forget to send an intermediate certificate: fetched, and never trusted for itself."""

import ssl
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from ipaddress import ip_address
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import AuthorityInformationAccessOID, NameOID

from siea.ingest.errors import UnreachableError
from siea.ingest.http import HttpClient

Key = ec.EllipticCurvePrivateKey
Signed = tuple[x509.Certificate, Key]


def _name(text: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, text)])


def _certificate(text: str, signer: Signed | None, *, authority: bool, aia: str | None = None) -> Signed:
    key = ec.generate_private_key(ec.SECP256R1())
    now = datetime.now(UTC)
    builder = (
        x509.CertificateBuilder()
        .subject_name(_name(text))
        .issuer_name(signer[0].subject if signer else _name(text))
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.BasicConstraints(ca=authority, path_length=None), critical=True)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
        .add_extension(
            x509.AuthorityKeyIdentifier.from_issuer_public_key(
                signer[1].public_key() if signer else key.public_key()
            ),
            critical=False,
        )
    )
    if authority:
        usage = x509.KeyUsage(
            digital_signature=True, content_commitment=False, key_encipherment=False, data_encipherment=False,
            key_agreement=False, key_cert_sign=True, crl_sign=True, encipher_only=False, decipher_only=False,
        )  # fmt: skip
        builder = builder.add_extension(usage, critical=True)
    else:
        names = [x509.IPAddress(ip_address("127.0.0.1"))]
        builder = builder.add_extension(x509.SubjectAlternativeName(names), critical=False)
    if aia:
        told = x509.AccessDescription(
            AuthorityInformationAccessOID.CA_ISSUERS, x509.UniformResourceIdentifier(aia)
        )
        builder = builder.add_extension(x509.AuthorityInformationAccess([told]), critical=False)
    return builder.sign(signer[1] if signer else key, hashes.SHA256()), key


@contextmanager
def _serving(body: Callable[[], bytes], context: ssl.SSLContext | None = None) -> Iterator[str]:
    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            content = body()
            self.send_response(200)
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)

        def log_message(self, *_: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    if context:
        server.socket = context.wrap_socket(server.socket, server_side=True, do_handshake_on_connect=False)
    threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()
    try:
        yield f"http{'s' if context else ''}://127.0.0.1:{server.server_address[1]}"
    finally:
        server.shutdown()
        server.server_close()


@contextmanager
def _host(folder: Path, *, publish: Encoding | None = Encoding.DER) -> Iterator[tuple[str, Path]]:
    """A host that shows its own certificate alone; the file of the root that signed its issuer."""
    root = _certificate("raíz", None, authority=True)
    issued: list[bytes] = []
    with _serving(lambda: issued[0]) as shop:
        middle = _certificate("intermedia", root, authority=True)
        issued.append(middle[0].public_bytes(publish or Encoding.DER))
        leaf = _certificate("sitio", middle, authority=False, aia=f"{shop}/ca.crt" if publish else None)
        pem = folder / "sitio.pem"
        pem.write_bytes(
            leaf[0].public_bytes(Encoding.PEM)
            + leaf[1].private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
        )
        roots = folder / "raiz.pem"
        roots.write_bytes(root[0].public_bytes(Encoding.PEM))
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(pem)
        with _serving(lambda: b'{"ok": true}', context) as url:
            yield url, roots


@pytest.mark.parametrize("publish", [Encoding.DER, Encoding.PEM])
async def test_a_missing_intermediate_is_fetched_and_the_chain_verified(
    tmp_path: Path, publish: Encoding
) -> None:
    with _host(tmp_path, publish=publish) as (url, roots):
        async with HttpClient(roots=str(roots), timeout_s=5) as http:
            assert (await http.request("GET", url)).document == {"ok": True}


async def test_a_chain_whose_root_nobody_trusts_is_refused_though_its_intermediate_can_be_fetched(
    tmp_path: Path,
) -> None:
    """An attacker can name an authority of his own: what is fetched never becomes an anchor."""
    with _host(tmp_path) as (url, _):
        async with HttpClient(timeout_s=5, tries=2, backoff_s=0.01) as http:
            with pytest.raises(UnreachableError, match="certificate"):
                await http.request("GET", url)


async def test_where_nobody_publishes_the_intermediate_the_host_is_unreachable_and_says_why(
    tmp_path: Path,
) -> None:
    with _host(tmp_path, publish=None) as (url, roots):
        async with HttpClient(roots=str(roots), timeout_s=5, tries=2, backoff_s=0.01) as http:
            with pytest.raises(UnreachableError, match="certificate"):
                await http.request("GET", url)
