"""A Dovecot of our own, from Debian's packages: on loopback, with nothing outside of its folder."""

import base64
import hashlib
import hmac
import json
import os
import pwd
import shutil
import socket
import subprocess
import time
from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from blog.core.config import Mailbox
from tests.support.processes import free_port

PASSWORD = "mot-de-passé"
_TOKEN_KEY = b"what access tokens of a test are signed with"
_START_SECONDS = 30.0
_NOBODY = "nobody"


@dataclass(frozen=True, slots=True)
class Dovecot:
    """Where it listens; every name has a mailbox. `certificate` is to be believed by who speaks TLS."""

    port: int
    tls_port: int
    certificate: Path

    def mailbox(self, user: str, *, security: str = "none", folder: str = "INBOX") -> Mailbox:
        """The mailbox of somebody, as an operator sets it."""
        port = self.tls_port if security == "tls" else self.port
        return Mailbox("localhost", port, security, user, PASSWORD, (), folder)

    def token_of(self, user: str) -> str:
        """An access token (RFC 7519) with which that user may come in."""
        now = int(time.time())
        claims = {"sub": user, "email": user, "iat": now, "nbf": now - 60, "exp": now + 3600}
        signed = ".".join(
            _in_base64(json.dumps(part).encode()) for part in ({"alg": "HS256", "typ": "JWT"}, claims)
        )
        return f"{signed}.{_in_base64(hmac.digest(_TOKEN_KEY, signed.encode(), hashlib.sha256))}"


def _in_base64(part: bytes) -> str:
    return base64.urlsafe_b64encode(part).rstrip(b"=").decode()


def program() -> str | None:
    """Where Dovecot is on this machine."""
    return shutil.which("dovecot", path=f"{os.environ.get('PATH', '')}:/usr/sbin:/usr/local/sbin")


@contextmanager
def dovecot(folder: Path) -> Generator[Dovecot]:
    """A server that runs as long as the block lasts. Its mail is in `folder`, which others may look into."""
    path = program()
    assert path is not None
    server = Dovecot(free_port(), free_port(), folder / "certificate.pem")
    _write_certificate(server.certificate, folder / "key.pem")
    configuration = folder / "dovecot.conf"
    configuration.write_text(_configuration(server, folder), encoding="utf-8")
    keys = folder / "keys" / "default" / "HS256"
    keys.mkdir(parents=True)
    (keys / "default").write_bytes(base64.b64encode(_TOKEN_KEY))
    (folder / "tokens.conf").write_text(
        f"introspection_mode = local\nlocal_validation_key_dict = fs:posix:prefix={folder}/keys/\n"
        "username_attribute = sub\n",
        encoding="utf-8",
    )
    (folder / "mail").mkdir()
    if os.geteuid() == 0:
        owner = pwd.getpwnam(_NOBODY)
        os.chown(folder / "mail", owner.pw_uid, owner.pw_gid)
    process = subprocess.Popen([path, "-F", "-c", str(configuration)], start_new_session=True)
    try:
        _wait(server.port, process, folder / "log")
        yield server
    finally:
        process.terminate()
        process.wait(timeout=20)


def _configuration(server: Dovecot, folder: Path) -> str:
    me = pwd.getpwuid(os.geteuid()).pw_name
    keeper = _NOBODY if os.geteuid() == 0 else me
    group = pwd.getpwnam(keeper).pw_gid
    as_me = "" if os.geteuid() == 0 else f"default_internal_user = {me}\ndefault_login_user = {me}\n"
    return f"""
base_dir = {folder}/run
state_dir = {folder}/state
log_path = {folder}/log
protocols = imap
listen = 127.0.0.1
ssl = yes
ssl_cert = <{server.certificate}
ssl_key = <{folder}/key.pem
disable_plaintext_auth = no
auth_mechanisms = plain xoauth2
auth_failure_delay = 0
first_valid_uid = 1
first_valid_gid = 1
mail_location = maildir:~/Maildir
{as_me}
passdb {{
  driver = oauth2
  mechanisms = xoauth2
  args = {folder}/tokens.conf
}}
passdb {{
  driver = static
  mechanisms = plain
  args = password={PASSWORD}
}}
userdb {{
  driver = static
  args = uid={keeper} gid={group} home={folder}/mail/%u
}}
service imap-login {{
  chroot =
  inet_listener imap {{
    port = {server.port}
  }}
  inet_listener imaps {{
    port = {server.tls_port}
    ssl = yes
  }}
}}
service anvil {{
  chroot =
  # Whoever fails to sign in here need not wait longer and longer.
  unix_listener anvil-auth-penalty {{
    mode = 0
  }}
}}
"""


def _write_certificate(certificate: Path, key_file: Path) -> None:
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "localhost")])
    now = datetime.now(UTC)
    signed = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName("localhost")]), critical=False)
        .sign(key, hashes.SHA256())
    )
    certificate.write_bytes(signed.public_bytes(serialization.Encoding.PEM))
    key_file.write_bytes(
        key.private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        )
    )


def _wait(port: int, process: "subprocess.Popen[bytes]", complaints: Path) -> None:
    deadline = time.monotonic() + _START_SECONDS
    while time.monotonic() < deadline and process.poll() is None:
        try:
            with socket.create_connection(("127.0.0.1", port), timeout=5) as wire:
                if wire.recv(4) == b"* OK":
                    return
        except OSError:
            time.sleep(0.02)
    said = complaints.read_text(encoding="utf-8", errors="replace") if complaints.exists() else ""
    raise AssertionError(f"Dovecot did not start; it said:\n{said[-4000:]}")
