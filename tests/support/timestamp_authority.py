"""A time-stamp authority on this machine: what `openssl ts` says, over HTTP; and what a bad one says, where it is told.

Its certificates are a root, one between, and that of the clock that signs. What is longest comes first in a token, as
OpenSSL sends it, and not in the order of a set in DER.
"""

import subprocess
import threading
from collections.abc import Callable, Generator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

from tests.support.certificates import CertificateFiles

POLICY = "1.3.6.1.4.1.32473.1"
_SETTINGS = f"""
[req]
distinguished_name = name
[name]
[authority]
basicConstraints = critical, CA:TRUE
keyUsage = critical, keyCertSign, cRLSign
[clock]
basicConstraints = critical, CA:FALSE
keyUsage = critical, digitalSignature
extendedKeyUsage = critical, timeStamping
subjectAltName = DNS:a-long-name-makes-a-large-certificate.tsa.example.org
[honest]
serial = serial
signer_cert = clock.pem
signer_key = clock.key
certs = between.pem
signer_digest = sha256
ess_cert_id_alg = sha256
default_policy = {POLICY}
digests = sha256, sha512, sha3-256
clock_precision_digits = 3
[terse]
serial = serial
signer_cert = clock.pem
signer_key = clock.key
signer_digest = sha256
default_policy = {POLICY}
digests = sha256
[picky]
serial = serial
signer_cert = clock.pem
signer_key = clock.key
signer_digest = sha256
default_policy = {POLICY}
digests = sha512
"""


@dataclass(slots=True)
class Reply:
    """What is sent for a question: status, body, headers."""

    status: int = 200
    body: bytes = b""
    headers: dict[str, str] = field(default_factory=lambda: {"Content-Type": "application/timestamp-reply"})


def openssl(folder: Path, *words: str | Path, given: bytes = b"") -> bytes:
    """What openssl prints, which has to succeed."""
    command = ["openssl", *words]
    run = subprocess.run(command, cwd=folder, input=given, capture_output=True, timeout=30, check=False)
    assert run.returncode == 0, run.stderr.decode()
    return run.stdout


def _make_certificate(folder: Path, name: str, *, kind: str, by: str | None = None) -> None:
    """Write the key and the certificate of `name`, signed by another one, or by itself."""
    key = ("-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-noenc", "-keyout", f"{name}.key")
    signer = ("-CA", f"{by}.pem", "-CAkey", f"{by}.key") if by else ()
    request = ("req", "-x509", *key, *signer, "-config", "tsa.cnf", "-extensions", kind, "-days", "30")
    openssl(folder, *request, "-subj", f"/CN={name}", "-out", f"{name}.pem")


class AuthorityFiles:
    """Keys and certificates of an authority, made by openssl in a folder."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.root = folder / "root.pem"
        self.stranger = folder / "stranger.pem"
        (folder / "tsa.cnf").write_text(_SETTINGS, encoding="ascii")
        (folder / "serial").write_text("0A\n", encoding="ascii")
        _make_certificate(folder, "root", kind="authority")
        _make_certificate(folder, "stranger", kind="authority")
        _make_certificate(folder, "between", kind="authority", by="root")
        _make_certificate(folder, "clock", kind="clock", by="between")
        self._lock = threading.Lock()

    def stamp(self, query: bytes, *, section: str = "honest") -> bytes:
        """What openssl answers to a question; `picky` takes no SHA-256, `terse` sends its own certificate alone."""
        command = ("ts", "-reply", "-queryfile", "/dev/stdin", "-config", "tsa.cnf", "-section", section)
        # The file with the last serial number.
        with self._lock:
            return openssl(self.folder, *command, given=query)


class TimestampAuthority:
    """Honest as long as nobody sets `say`; `asked` are the questions, with their headers in lower case."""

    def __init__(self, url: str, files: AuthorityFiles) -> None:
        self.url = url
        self.files = files
        self.say: Callable[[bytes], Reply] = self.honest
        self.asked: list[tuple[str, dict[str, str], bytes]] = []
        # Set at the end of the test, for what waits until then.
        self.is_over = threading.Event()
        # Set when whoever asked does not wait for the rest of an answer that drips.
        self.hung_up = threading.Event()
        self.drips = 0.0

    def honest(self, query: bytes) -> Reply:
        """The time stamp that was asked for."""
        return Reply(body=self.files.stamp(query))


@contextmanager
def timestamp_authority(
    files: AuthorityFiles, *, shows: CertificateFiles | None = None
) -> Generator[TimestampAuthority]:
    """One that runs as long as the block lasts: over HTTPS where it shows a certificate."""

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            query = self.rfile.read(int(self.headers["Content-Length"]))
            headers = {name.lower(): value for name, value in self.headers.items()}
            authority.asked.append((self.path, headers, query))
            reply = authority.say(query)
            sent = {"Content-Length": str(len(reply.body)), "Connection": "close", **reply.headers}
            lines = [f"HTTP/1.1 {reply.status} Said", *(f"{name}: {sent[name]}" for name in sent), "", ""]
            try:
                self.wfile.write("\r\n".join(lines).encode())
                self._write(reply.body)
            except OSError:
                authority.hung_up.set()

        def _write(self, body: bytes) -> None:
            if not authority.drips:
                self.wfile.write(body)
                return
            for number in range(len(body)):
                authority.is_over.wait(authority.drips)
                self.wfile.write(body[number : number + 1])

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    if shows:
        server.socket = shows.server_side().wrap_socket(server.socket, server_side=True)
    authority = TimestampAuthority(f"http{'s' if shows else ''}://127.0.0.1:{server.server_port}/tsr", files)
    serving = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
    serving.start()
    try:
        yield authority
    finally:
        authority.is_over.set()
        server.shutdown()
        server.server_close()
        serving.join()
