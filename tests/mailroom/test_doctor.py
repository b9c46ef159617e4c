"""`flask mail doctor` says what stands in the way of mail, and nothing that is not for the operator."""

import json
import smtplib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace

import pytest
import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskCliRunner

from blog.core.config import MailRelay, Settings
from blog.core.db import session
from blog.mailroom import doctor
from blog.mailroom.authentication.resolver import RecordType, TemporaryFailure
from blog.mailroom.doctor import Finding, State, findings
from blog.mailroom.loopback import new_address
from blog.mailroom.models import Delivery
from blog.mailroom.routes import resolve
from tests.support.relay import running_relay

GOOD = {
    ("answers.example.org", RecordType.MX): ("mail.example.org",),
    ("example.org", RecordType.TXT): ("v=spf1 mx -all",),
    ("_dmarc.example.org", RecordType.TXT): ("v=DMARC1; p=reject",),
}


@dataclass(frozen=True)
class Zone:
    """The DNS as far as a test needs it; None does not answer."""

    records: Mapping[tuple[str, RecordType], tuple[str, ...]] | None

    def ask(self, name: str, kind: RecordType) -> tuple[str, ...]:
        if self.records is None:
            raise TemporaryFailure
        return self.records.get((name, kind), ())


@pytest.fixture
def settings(app: Flask) -> Settings:
    """A site that takes mail from elsewhere, and whose door is closed."""
    settings: Settings = app.extensions["settings"]
    return replace(
        settings, answer_domain="answers.example.org", mail_sender="noreply@example.org", smtp_port=1
    )


def found(settings: Settings, zone: Zone) -> dict[str, Finding]:
    return {each.what: each for each in findings(settings, zone, sends=False)}


def test_a_domain_that_is_set_up(settings: Settings) -> None:
    all_found = found(settings, Zone(GOOD))
    assert [all_found[what].state for what in ("dns", "spf", "dmarc")] == [State.GOOD] * 3
    assert all_found["dns"].words == "mail for answers.example.org goes to mail.example.org"


@pytest.mark.parametrize(
    ("what", "records", "state", "words"),
    [
        ("dns", {}, State.FAULT, "has no MX record"),
        (
            "dns",
            {("answers.example.org", RecordType.A): ("192.0.2.1",)},
            State.HINT,
            "has an address and no MX record",
        ),
        (
            "dns",
            {("answers.example.org", RecordType.MX): ("a.example.org", "b.example.org")},
            State.HINT,
            "with one host alone its order is beyond doubt",
        ),
        ("spf", {}, State.HINT, "begins with v=spf1"),
        ("dmarc", {}, State.HINT, "begins with v=DMARC1"),
        ("dns", None, State.FAULT, "no name server answers"),
    ],
)
def test_what_is_missing_in_the_dns(
    settings: Settings,
    what: str,
    records: Mapping[tuple[str, RecordType], tuple[str, ...]] | None,
    state: State,
    words: str,
) -> None:
    finding = found(settings, Zone(records))[what]
    assert (finding.state, words in finding.words) == (state, True)


def test_a_site_on_this_machine_alone(settings: Settings) -> None:
    finding = found(replace(settings, answer_domain="localhost"), Zone(None))["dns"]
    assert finding.state is State.HINT


def test_a_door_that_is_closed(settings: Settings) -> None:
    finding = found(settings, Zone(GOOD))["door"]
    assert finding.state is State.FAULT
    assert finding.words.endswith("start `flask mail serve`")


def test_a_disk_that_is_full(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(doctor, "LEAST_FREE_BYTES", 2**62)
    finding = found(settings, Zone(GOOD))["disk"]
    assert (finding.state, "mail is refused: make room" in finding.words) == (State.FAULT, True)


@pytest.mark.parametrize(("kernel", "state"), [(None, State.HINT), (5, State.HINT), (0, State.GOOD)])
def test_the_clock(
    settings: Settings, monkeypatch: pytest.MonkeyPatch, kernel: int | None, state: State
) -> None:
    monkeypatch.setattr(doctor, "_state_of_clock", lambda: kernel)
    assert found(settings, Zone(GOOD))["clock"].state is state


def test_the_kernel_is_asked_and_answers_something(settings: Settings) -> None:
    assert found(settings, Zone(GOOD))["clock"].state in {State.GOOD, State.HINT}


@pytest.fixture
def relay_port() -> Iterator[int]:
    with running_relay() as relay:
        yield relay.port


def test_a_relay_that_answers_and_one_that_does_not(settings: Settings, relay_port: int) -> None:
    there = MailRelay("127.0.0.1", relay_port, False, False, None, None)
    assert found(replace(settings, relay=there), Zone(GOOD))["relay"].state is State.GOOD
    gone = replace(there, port=1)
    assert found(replace(settings, relay=gone), Zone(GOOD))["relay"].state is State.FAULT


def test_through_the_open_door(app: Flask, settings: Settings, door: int) -> None:
    """The door of the tests has no worker behind it: a mail to ourselves comes in, and is not read."""
    ours: Settings = app.extensions["settings"]
    opened = replace(ours, smtp_host="127.0.0.1", smtp_port=door)
    assert found(opened, Zone(GOOD))["door"].state is State.GOOD
    assert found(opened, Zone(GOOD))["tls"].state is State.HINT


def test_a_mail_to_ourselves_that_nobody_reads_is_forgotten_all_the_same(
    app: Flask, door: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(doctor, "SECONDS_TO_BE_READ", 0.0)
    ours: Settings = app.extensions["settings"]
    opened = replace(ours, smtp_host="127.0.0.1", smtp_port=door)
    (finding,) = (each for each in findings(opened, Zone(GOOD)) if each.what == "loopback")
    assert (finding.state, "start `flask jobs work`" in finding.words) == (State.FAULT, True)
    session.rollback()
    assert session.scalars(sa.select(Delivery.forgotten_at)).one() is not None


def test_nobody_else_writes_to_ourselves(app: Flask, door: int) -> None:
    right = new_address()
    wrong = ("a" if right[9] != "a" else "b").join((right[:9], right[10:]))
    assert resolve(right, "answers.example.org") is not None
    assert resolve(wrong, "answers.example.org") is None
    assert resolve("loopback.@answers.example.org", "answers.example.org") is None
    with smtplib.SMTP("127.0.0.1", door) as connection:
        connection.ehlo()
        connection.mail("a@example.org")
        assert connection.rcpt(wrong)[0] == 550


def test_the_command_ends_with_one_where_something_stands_in_the_way(
    app: Flask, runner: FlaskCliRunner, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(app.extensions, "mail_resolver", lambda: Zone(GOOD))
    monkeypatch.setitem(app.extensions, "settings", replace(app.extensions["settings"], smtp_port=1))
    told = runner.invoke(args=["mail", "doctor", "--quiet"])
    assert (told.exit_code, "fault  door: nobody answers at" in told.output) == (1, True)
    as_json = runner.invoke(args=["mail", "doctor", "--quiet", "--json"])
    assert {each["what"] for each in json.loads(as_json.stdout)} >= {"dns", "relay", "disk", "clock", "door"}
