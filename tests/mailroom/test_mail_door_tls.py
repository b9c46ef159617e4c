"""The built-in door and TLS (RFC 3207), spoken to by other people's programs too."""

import shutil
import signal
import smtplib
import ssl
import subprocess
from pathlib import Path

import pytest
import sqlalchemy as sa
from flask import Flask

from blog.core.db import session
from blog.mailroom.doors.certificate import BadCertificate, Certificate
from blog.mailroom.models import Delivery
from tests.conftest import missing
from tests.factories.challenges import make_challenge
from tests.support.certificates import CertificateFiles, make_certificate
from tests.support.mail_door import Wire, mail, open_mail_door, running_mail_door, settings_of
from tests.support.processes import flask_command, free_port, last_words, running

ADDRESS = "a-question@answers.example.org"
RAW = b"From: Ann <ann@example.org>\r\nSubject: Answer\r\n\r\nForty-two.\r\n"


@pytest.fixture
def files(tmp_path: Path) -> CertificateFiles:
    return make_certificate(tmp_path)


def test_it_speaks_tls_with_who_asks_for_it_and_notes_it(app: Flask, files: CertificateFiles) -> None:
    make_challenge(slug="a-question")
    trusting = ssl.create_default_context(cafile=files.chain)
    with open_mail_door(app, extra=files.settings()) as port:
        with smtplib.SMTP("127.0.0.1", port, timeout=20) as client:
            client.ehlo()
            offered = client.has_extn("starttls")
            assert client.starttls(context=trusting)[0] == 220
            client.ehlo()
            assert client.has_extn("auth") is client.has_extn("starttls") is False
            assert client.docmd("STARTTLS") == (503, b"5.5.1 This is TLS already")
            assert client.docmd("AUTH", "PLAIN AGEAYg==")[0] == 502
            assert mail(client, ADDRESS, RAW)[0] == 250
        with smtplib.SMTP("127.0.0.1", port, timeout=20) as client:
            assert mail(client, ADDRESS, RAW)[0] == 250

    assert offered
    assert session.scalars(sa.select(Delivery.tls).order_by(Delivery.id)).all() == [True, False]


def test_who_speaks_tls_hears_that_the_door_closes_too(app: Flask, files: CertificateFiles) -> None:
    trusting = ssl.create_default_context(cafile=files.chain)
    with (
        running_mail_door(app, extra=files.settings()) as (port, process),
        smtplib.SMTP("127.0.0.1", port, timeout=20) as client,
    ):
        client.starttls(context=trusting)
        client.ehlo()
        process.send_signal(signal.SIGTERM)
        said = client.getreply()
        code = process.wait(timeout=30)

    assert (said, code) == ((421, b"4.3.2 This door closes for now, please try again"), 0)


def test_what_came_before_the_handshake_is_no_part_of_what_comes_after_it(
    app: Flask, files: CertificateFiles
) -> None:
    make_challenge(slug="a-question")
    with open_mail_door(app, extra=files.settings()) as port, Wire(port) as wire:
        wire.say("EHLO client.example.org")
        wire.send(b"STARTTLS\r\nEHLO attacker.example.org\r\nMAIL FROM:<attacker@example.org>\r\n")
        assert wire.hear().startswith("220 ")
        with ssl.create_default_context(cafile=files.chain).wrap_socket(
            wire.socket, server_hostname="answers.example.org"
        ) as safe:
            safe.sendall(b"RCPT TO:<a-question@answers.example.org>\r\nNOOP\r\nQUIT\r\n")
            said = b""
            while more := safe.recv(4096):
                said += more

    assert said.decode().splitlines() == ["503 Error: send HELO first", "250 OK", "221 Bye"]


def test_without_a_certificate_it_offers_no_tls(door: int) -> None:
    with Wire(door) as wire:
        assert "STARTTLS" not in wire.say("EHLO client.example.org")
        assert wire.say("STARTTLS").startswith("454 ")


def test_a_renewed_certificate_is_taken_up_and_a_broken_one_left_alone(
    app: Flask, files: CertificateFiles, tmp_path: Path
) -> None:
    with running_mail_door(app, extra=files.settings()) as (port, process):
        first = _certificate_shown(port)
        files.chain.write_text("not a certificate", encoding="ascii")
        after_broken = _certificate_shown(port)
        make_certificate(tmp_path)
        after_renewal = _certificate_shown(port)
        process.send_signal(signal.SIGHUP)
        after_hangup = _certificate_shown(port)

    assert first == after_broken
    assert after_renewal == files.chain.read_text(encoding="ascii")
    assert after_hangup == after_renewal != first


def _certificate_shown(port: int) -> str:
    """The certificate in PEM, as a client that trusts nobody yet gets it."""
    curious = ssl.create_default_context()
    curious.check_hostname, curious.verify_mode = False, ssl.CERT_NONE
    with smtplib.SMTP("127.0.0.1", port, timeout=20) as client:
        client.starttls(context=curious)
        assert isinstance(client.sock, ssl.SSLSocket)
        return ssl.DER_cert_to_PEM_cert(client.sock.getpeercert(binary_form=True) or b"")


def test_files_that_seem_unchanged_are_read_at_a_hangup(files: CertificateFiles, tmp_path: Path) -> None:
    certificate = Certificate(files.chain, files.key)
    first = certificate.context()

    assert certificate.context() is first
    certificate.read_again()
    assert certificate.context() is not first
    (tmp_path / "key.pem").unlink()
    assert certificate.context().cert_store_stats() == first.cert_store_stats()


@pytest.mark.parametrize(
    ("chain", "key", "said"),
    [
        (None, "key", "chain.pem: cannot be read (No such file or directory)"),
        ("chain", None, "key.pem: cannot be read (No such file or directory)"),
        ("nonsense", "key", "no certificate and key in PEM that belong together"),
        ("chain", "nonsense", "no certificate and key in PEM that belong together"),
        ("chain", "chain", "no certificate and key in PEM that belong together"),
        ("chain", "other key", "no certificate and key in PEM that belong together (KEY_VALUES_MISMATCH)"),
    ],
)
def test_files_that_cannot_be_used_are_named(
    tmp_path: Path, chain: str | None, key: str | None, said: str
) -> None:
    (tmp_path / "other").mkdir()
    good, other = make_certificate(tmp_path), make_certificate(tmp_path / "other")
    contents = {
        "chain": good.chain.read_text(encoding="ascii"),
        "key": good.key.read_text(encoding="ascii"),
        "other key": other.key.read_text(encoding="ascii"),
        "nonsense": "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n",
    }
    for path, content in ((good.chain, chain), (good.key, key)):
        path.unlink()
        if content is not None:
            path.write_text(contents[content], encoding="ascii")

    with pytest.raises(BadCertificate) as refused:
        Certificate(good.chain, good.key)

    assert said in str(refused.value)
    assert "\n" not in str(refused.value)


@pytest.mark.parametrize("app", ["sqlite"], indirect=True)
def test_it_does_not_start_with_a_certificate_that_cannot_be_used(app: Flask, tmp_path: Path) -> None:
    settings = {
        **settings_of(app),
        **CertificateFiles(tmp_path / "none.pem", tmp_path / "none.key").settings(),
    }
    with running(flask_command("mail", "serve", "--port", str(free_port())), settings) as process:
        code = process.wait(timeout=30)
        said = last_words(process)

    assert code == 1
    assert said.endswith(f"Error: {tmp_path}/none.pem: cannot be read (No such file or directory)\n")
    assert "Traceback" not in said


def test_swaks_delivers_over_tls(app: Flask, files: CertificateFiles) -> None:
    if shutil.which("swaks") is None:
        missing("swaks is not installed (apt-get install swaks)")
    make_challenge(slug="a-question")
    with open_mail_door(app, extra=files.settings()) as port:
        words = ["--server", "127.0.0.1", "--port", str(port), "--tls", "--to", ADDRESS]
        sent = subprocess.run(
            ["swaks", *words, "--from", "ann@example.org", "--helo", "client.example.org"],
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )

    assert sent.returncode == 0, sent.stdout + sent.stderr
    delivery = session.scalars(sa.select(Delivery)).one()
    assert (delivery.tls, delivery.helo, delivery.recipient) == (True, "client.example.org", ADDRESS)
    assert f"250 2.0.0 entry 1 of a-question sha256={delivery.sha256}" in sent.stdout
