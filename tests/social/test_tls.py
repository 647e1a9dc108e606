"""The checked address is dialled, and TLS still speaks of the name: with a real certificate on loopback."""

import ssl
import threading
import time
from collections.abc import Iterator
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import httpx
import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from saleor_influence_app import deadlines
from saleor_influence_app.addresses import CheckedTransport, HostUnreachable

NAME = "social.test"


class Slow(BaseHTTPRequestHandler):
    """Answers at once, or drips where it is asked to."""

    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        self.send_response(200)
        self.send_header("content-length", "5")
        self.end_headers()
        with suppress(OSError):  # the client has gone, as it should
            for letter in b"hello":
                self.wfile.write(bytes([letter]))
                time.sleep(0.3 if self.path == "/drip" else 0)

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the parent's name
        """Say nothing."""


@pytest.fixture
def port(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[int]:
    """A TLS server with a certificate for NAME, which the environment trusts, as an operator would say it."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, NAME)])
    now = datetime.now(UTC)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(minutes=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName(NAME)]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    pem, secret = tmp_path / "certificate.pem", tmp_path / "key.pem"
    pem.write_bytes(certificate.public_bytes(serialization.Encoding.PEM))
    no_password = serialization.NoEncryption()
    secret.write_bytes(
        key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, no_password)
    )
    monkeypatch.setenv("SSL_CERT_FILE", str(pem))  # the way in for an operator's own authority
    server = ThreadingHTTPServer(("127.0.0.1", 0), Slow)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(pem, secret)
    server.socket = context.wrap_socket(server.socket, server_side=True)
    server.daemon_threads = True
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
    thread.start()
    yield server.server_port
    server.shutdown()
    server.server_close()
    thread.join(timeout=5)


def client(seconds: float = 5) -> httpx.Client:
    transport = CheckedTransport(resolve=lambda *_: ["127.0.0.1"], allow_private=True, seconds=seconds)
    return httpx.Client(transport=transport, timeout=30)


def test_the_certificate_of_the_name_is_taken_at_the_checked_address(port: int) -> None:
    with client() as http:
        for _ in range(2):
            assert http.get(f"https://{NAME}:{port}/").text == "hello"


def test_a_certificate_of_another_name_is_refused(port: int) -> None:
    with client() as http, pytest.raises(httpx.ConnectError, match="CERTIFICATE_VERIFY_FAILED"):
        http.get(f"https://other.test:{port}/")


def test_certificates_are_read_once_and_again_when_others_are_trusted(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    usual = deadlines.trusted()
    assert deadlines.trusted() is usual

    (tmp_path / "own").mkdir()
    monkeypatch.setenv("SSL_CERT_DIR", str(tmp_path / "own"))

    assert deadlines.trusted() is not usual
    assert deadlines.trusted() is deadlines.trusted()


def test_a_drip_inside_tls_ends_at_the_deadline(port: int) -> None:
    with client(seconds=0.5) as http, pytest.raises(HostUnreachable, match="longer"):
        http.get(f"https://{NAME}:{port}/drip")
