"""Asking a provider: nothing that it does, or that happens on the way to it, is waited for longer than its time."""

import socket
import ssl
import threading
import time
from collections.abc import Generator
from contextlib import contextmanager
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509 import NameOID
from joserfc.jwk import RSAKey

from blog.accounts.openid.transport import NotAsked, ProviderDown, Transport
from blog.core import clock
from tests.support.lying_provider import Answer, LyingProvider, lying_provider

# So long that a test which waits for it fails.
FOR_EVER = 20.0


@pytest.fixture(scope="module")
def key() -> RSAKey:
    return RSAKey.generate_key(2048, {"kid": "one"})


@pytest.fixture
def lying(key: RSAKey) -> Generator[LyingProvider]:
    with lying_provider(key) as provider:
        yield provider


@contextmanager
def soon() -> Generator[None]:
    """What is in this block does not wait for ever."""
    began = time.monotonic()
    yield
    assert time.monotonic() - began < FOR_EVER / 2


def test_one_wait_is_short(lying: LyingProvider) -> None:
    gate = threading.Event()

    def wait() -> Answer:
        gate.wait(FOR_EVER)
        return Answer()

    lying.instead["/jwks"] = wait
    talk = Transport(wait_seconds=0.2, answer_seconds=FOR_EVER).conversation()
    with soon(), pytest.raises(ProviderDown, match="no answer: TimeoutError"):
        talk.get_json(f"{lying.issuer}/jwks")
    gate.set()


@pytest.mark.parametrize("drips_headers", [True, False])
def test_who_sends_a_byte_now_and_then_is_not_waited_for(lying: LyingProvider, drips_headers: bool) -> None:
    lying.instead["/jwks"] = lambda: Answer(body=b" " * 4000, drips=0.05, drips_headers=drips_headers)
    talk = Transport(wait_seconds=FOR_EVER, answer_seconds=0.3).conversation()
    with soon(), pytest.raises(ProviderDown, match="the answer takes too long"):
        talk.get_json(f"{lying.issuer}/jwks")
    # Nothing of ours is left that listens.
    assert lying.hung_up.wait(FOR_EVER / 2)


def test_who_shakes_no_hands_is_not_waited_for() -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        talk = Transport(wait_seconds=FOR_EVER, answer_seconds=0.3).conversation()
        with soon(), pytest.raises(ProviderDown, match="the answer takes too long"):
            talk.get_json(f"https://127.0.0.1:{silent.getsockname()[1]}/")


def test_a_name_that_nobody_resolves_is_not_waited_for(monkeypatch: pytest.MonkeyPatch) -> None:
    gate = threading.Event()

    def resolve(*_host: object) -> list[object]:
        gate.wait(FOR_EVER)
        raise socket.gaierror

    monkeypatch.setattr(socket, "getaddrinfo", resolve)
    talk = Transport(answer_seconds=0.3).conversation()
    with soon(), pytest.raises(ProviderDown, match="the answer takes too long"):
        talk.get_json("https://sso.example.org/")
    gate.set()


def test_a_machine_without_another_thread_asks_nobody(
    lying: LyingProvider, monkeypatch: pytest.MonkeyPatch
) -> None:
    def start(_thread: threading.Thread) -> None:
        raise RuntimeError("can't start new thread")

    talk = Transport().conversation()
    with monkeypatch.context() as patch, pytest.raises(NotAsked, match="no thread"):
        patch.setattr(threading.Thread, "start", start)
        talk.get_json(f"{lying.issuer}/jwks")
    assert lying.requests == []


def test_all_questions_of_a_conversation_share_its_time(lying: LyingProvider) -> None:
    lying.instead["/jwks"] = lambda: Answer(body=b" " * 4000, drips=0.05)
    talk = Transport(answer_seconds=0.3).conversation()
    with pytest.raises(ProviderDown, match="the answer takes too long"):
        talk.get_json(f"{lying.issuer}/jwks")
    with pytest.raises(NotAsked, match="no time is left"):
        talk.get_json(f"{lying.issuer}/.well-known/openid-configuration")
    assert lying.requests == ["GET /jwks"]


def test_who_had_next_to_no_time_is_not_late(lying: LyingProvider) -> None:
    """What it is asked first takes nearly all of it: that the second is not answered in the rest is not its fault."""
    lying.instead["/jwks"] = lambda: Answer(body=b" " * 4000, drips=0.05)
    with pytest.raises(ProviderDown, match="the answer takes too long") as late:
        Transport(answer_seconds=0.5).conversation().half().get_json(f"{lying.issuer}/jwks")
    assert not isinstance(late.value, NotAsked)
    talk = Transport(answer_seconds=1).conversation()
    for _half in range(3):
        talk = talk.half()
    with pytest.raises(NotAsked, match="the answer takes too long"):
        talk.get_json(f"{lying.issuer}/jwks")


def test_https_is_for_whom_a_certificate_is_there(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with https_server("localhost", tmp_path) as (port, certificate):
        here, by_number = f"https://localhost:{port}/", f"https://127.0.0.1:{port}/"
        with pytest.raises(ProviderDown, match="SSLCertVerificationError"):
            Transport().conversation().get_json(here)
        monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
        assert Transport().conversation().get_json(here) == {"said": "over TLS"}
        with pytest.raises(ProviderDown, match="SSLCertVerificationError"):
            Transport().conversation().get_json(by_number)


@contextmanager
def https_server(host: str, folder: Path) -> Generator[tuple[int, Path]]:
    """One that answers over TLS on this machine: its port, and its certificate, which is signed by itself."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(200)
            self.end_headers()
            self.wfile.write(b'{"said": "over TLS"}')

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002
            """Say nothing."""

    certificate = own_certificate(host, folder)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate)
    server = HTTPServer(("127.0.0.1", 0), Handler)
    server.socket = context.wrap_socket(server.socket, server_side=True)
    serving = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
    serving.start()
    try:
        yield server.server_port, certificate
    finally:
        server.shutdown()
        server.server_close()
        serving.join()


def own_certificate(host: str, folder: Path) -> Path:
    """A file with a certificate for a host, and the key that has signed it."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, host)])
    now = clock.now()
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName(host)]), critical=False)
        .sign(key, hashes.SHA256())
    )
    plain = (Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    file = folder / "certificate.pem"
    file.write_bytes(key.private_bytes(*plain) + made.public_bytes(Encoding.PEM))
    return file
