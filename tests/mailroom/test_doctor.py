"""`flask mail doctor` says what stands in the way of mail, and nothing that is not for the operator."""

import json
import smtplib
import socket
import threading
from collections.abc import Callable, Generator, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa
import time_machine
from flask import Flask
from flask.testing import FlaskCliRunner

from blog.core import clock
from blog.core.config import Mailbox, Settings, WebhookLogin
from blog.core.db import session
from blog.core.jobs.models import Work
from blog.core.retention import forget_what_is_old
from blog.mailroom import transport
from blog.mailroom.authentication.resolver import RecordType, TemporaryFailure
from blog.mailroom.doctor import machine, round_trip
from blog.mailroom.doctor.examination import findings
from blog.mailroom.doctor.finding import Finding, State
from blog.mailroom.loopback import new_trip
from blog.mailroom.models import Delivery, OutboxMessage
from blog.mailroom.routes import resolve
from tests.factories.mailroom import make_mail, make_outbox_message
from tests.mailroom.authentication.signing import Signature, published, sign
from tests.support.certificates import make_certificate
from tests.support.jobs import run_due_jobs
from tests.support.relay import Relay, running_relay

Records = Mapping[tuple[str, RecordType], tuple[str, ...]]
GOOD: Records = {
    ("answers.example.org", RecordType.MX): ("mail.example.org",),
    ("mail.example.org", RecordType.A): ("192.0.2.1",),
    ("www.example.org", RecordType.A): ("192.0.2.1",),
    ("example.org", RecordType.TXT): ("v=spf1 mx -all",),
    ("_dmarc.example.org", RecordType.TXT): ("v=DMARC1; p=reject",),
}


@dataclass(frozen=True)
class Zone:
    """The DNS as far as a test needs it; None does not answer."""

    records: Records | None
    silent: frozenset[str] = frozenset()

    def ask(self, name: str, kind: RecordType) -> tuple[str, ...]:
        if self.records is None or name in self.silent:
            raise TemporaryFailure
        return self.records.get((name, kind), ())


@pytest.fixture
def settings(app: Flask) -> Settings:
    """A site that takes mail from elsewhere, and whose door is closed."""
    settings: Settings = app.extensions["settings"]
    return replace(
        settings,
        answer_domain="answers.example.org",
        mail_sender="noreply@example.org",
        site_url="https://www.example.org",
        smtp_port=1,
    )


def found(settings: Settings, zone: Zone) -> dict[str, Finding]:
    """All findings by what was looked at: nothing is looked at twice."""
    all_found = list(findings(settings, lambda: zone, sends=False))
    by_name = {each.what: each for each in all_found}
    assert len(by_name) == len(all_found)
    return by_name


def test_a_domain_that_is_set_up(settings: Settings) -> None:
    all_found = found(settings, Zone(GOOD))
    assert [all_found[what].state for what in ("dns", "spf", "dmarc")] == [State.GOOD] * 3
    assert all_found["dns"].words == (
        "mail for answers.example.org goes to mail.example.org, where www.example.org is, too"
    )


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
            {
                **GOOD,
                ("answers.example.org", RecordType.MX): ("a.example.org", "b.example.org"),
                ("b.example.org", RecordType.A): ("192.0.2.1",),
            },
            State.HINT,
            "with one host alone its order is beyond doubt",
        ),
        # RFC 7505, as a name server gives it and as some resolvers write it.
        ("dns", {("answers.example.org", RecordType.MX): ("",)}, State.FAULT, "takes no mail (a null MX"),
        ("dns", {("answers.example.org", RecordType.MX): (".",)}, State.FAULT, "takes no mail (a null MX"),
        (
            "dns",
            {**GOOD, ("mail.example.org", RecordType.A): ("198.51.100.7",)},
            State.HINT,
            "goes to mail.example.org (198.51.100.7); www.example.org is elsewhere (192.0.2.1): right only if",
        ),
        (
            "dns",
            {**GOOD, ("mail.example.org", RecordType.A): ()},
            State.FAULT,
            "nothing of that name has an address",
        ),
        (
            "dns",
            {**GOOD, ("www.example.org", RecordType.A): ()},
            State.HINT,
            "cannot be told, for www.example.org has no address",
        ),
        ("spf", {}, State.HINT, "begins with v=spf1"),
        (
            "spf",
            {("example.org", RecordType.TXT): ("v=spf1 -all", "v=spf1 mx -all")},
            State.HINT,
            "has 2 records that begin with v=spf1",
        ),
        ("spf", {("example.org", RecordType.TXT): ("v=spf10 -all",)}, State.HINT, "has no TXT record"),
        ("dmarc", {}, State.HINT, "begins with v=DMARC1"),
        ("dns", None, State.FAULT, "no name server answers"),
        ("spf", None, State.HINT, "no name server answers"),
    ],
)
def test_what_is_missing_in_the_dns(
    settings: Settings, what: str, records: Records | None, state: State, words: str
) -> None:
    finding = found(settings, Zone(records))[what]
    assert (finding.state, words in finding.words) == (state, True), finding.words


def test_the_record_of_the_organization_counts_for_a_sender_below_it(settings: Settings) -> None:
    finding = found(replace(settings, mail_sender="noreply@www.example.org"), Zone(GOOD))["dmarc"]
    assert finding == Finding(
        "dmarc",
        State.GOOD,
        "_dmarc.example.org has a record, which asks to do this with forged mail: reject",
    )


def test_one_answer_that_does_not_come_says_nothing_of_the_others(settings: Settings) -> None:
    all_found = found(settings, Zone(GOOD, frozenset({"_dmarc.example.org"})))
    assert [all_found[what].state for what in ("dns", "spf", "dmarc")] == [
        State.GOOD,
        State.GOOD,
        State.HINT,
    ]


def test_a_site_on_this_machine_alone(settings: Settings) -> None:
    finding = found(replace(settings, answer_domain="localhost"), Zone(None))["dns"]
    assert finding.state is State.HINT


def test_a_door_that_is_closed(settings: Settings) -> None:
    finding = found(settings, Zone(GOOD))["door"]
    assert finding.state is State.FAULT
    assert finding.words.endswith("start `flask mail serve`")


def test_a_closed_door_is_no_fault_where_mail_comes_by_another_one(settings: Settings) -> None:
    by_mailgun = replace(settings, mailgun_signing_key="key")
    elsewhere = {**GOOD, ("mail.example.org", RecordType.A): ("198.51.100.7",)}
    all_found = found(by_mailgun, Zone(elsewhere))
    assert {each.what for each in all_found.values() if each.state is State.FAULT} == set()
    assert all_found["door"].words.endswith("mail comes by Mailgun, so this one is needed only for SMTP")
    assert all_found["dns"] == Finding(
        "dns",
        State.GOOD,
        "mail for answers.example.org goes to mail.example.org; from there it has to come to us by Mailgun",
    )
    assert all_found["mailgun"] == Finding(
        "mailgun",
        State.GOOD,
        "open at https://www.example.org/hooks/mail/mailgun/mime, where Mailgun has to send what it takes in",
    )


def test_a_webhook_that_nobody_reaches(settings: Settings) -> None:
    login = WebhookLogin("postmark", "a password of theirs")
    hook = found(replace(settings, postmark=login, site_url="http://localhost:5000"), Zone(GOOD))["postmark"]
    assert hook == Finding(
        "postmark",
        State.HINT,
        "open at http://localhost:5000/hooks/mail/postmark, which Postmark cannot reach; set SITE_URL",
    )


def test_a_mailbox_that_is_away_is_a_fault(settings: Settings) -> None:
    box = Mailbox("127.0.0.1", 1, "none", "us", "secret", (), "INBOX")
    finding = found(replace(settings, mailbox=box), Zone(GOOD))["mailbox"]
    assert finding.state is State.FAULT
    assert finding.words.startswith("it cannot be read (127.0.0.1:1: ")
    assert "secret" not in finding.words


def test_a_door_that_breaks_off_is_not_called_closed(settings: Settings) -> None:
    with _listening(b"220 here\r\n") as port:
        all_found = found(replace(settings, smtp_host="127.0.0.1", smtp_port=port), Zone(GOOD))
    assert all_found["door"].state is State.GOOD
    assert all_found["postmaster"] == Finding(
        "postmaster", State.FAULT, "the mail door broke off when asked (SMTPServerDisconnected)"
    )


@contextmanager
def _listening(says: bytes) -> Generator[int]:
    """A port at which somebody says one thing and hangs up."""
    with socket.create_server(("127.0.0.1", 0)) as server:

        def answer() -> None:
            connection, _address = server.accept()
            connection.sendall(says)
            connection.recv(1024)
            connection.close()

        thread = threading.Thread(target=answer, daemon=True)
        thread.start()
        yield server.getsockname()[1]
        thread.join(timeout=10)


def test_where_the_world_finds_the_door(app: Flask, settings: Settings, door: int) -> None:
    opened = replace(settings, smtp_host="127.0.0.1", smtp_port=door)
    assert found(opened, Zone(GOOD))["port"] == Finding(
        "port",
        State.HINT,
        f"mail servers come to port 25 of this machine; let something lead from there to 127.0.0.1:{door}, "
        "or set SMTP_HOST and SMTP_PORT",
    )


def test_a_disk_on_which_the_door_takes_no_mail(settings: Settings, tmp_path: Path) -> None:
    here = replace(settings, database_url=f"sqlite:///{tmp_path / 'x.db'}", smtp_min_free_mb=1_000_000_000)
    finding = found(here, Zone(GOOD))["disk"]
    assert finding.state is State.FAULT
    assert finding.words.endswith("below 1000000000 (SMTP_MIN_FREE_MB) no mail is taken: make room")
    assert found(replace(here, smtp_min_free_mb=0), Zone(GOOD))["disk"].state is not State.FAULT


def test_a_database_that_is_elsewhere_has_a_disk_of_its_own(settings: Settings) -> None:
    elsewhere = replace(settings, database_url="postgresql+psycopg://db/x", smtp_min_free_mb=1_000_000_000)
    finding = found(elsewhere, Zone(GOOD))["disk"]
    assert (finding.state, "the database is elsewhere" in finding.words) == (State.HINT, True)


@pytest.mark.parametrize(("kernel", "state"), [(None, State.HINT), (5, State.HINT), (0, State.GOOD)])
def test_the_clock(
    settings: Settings, monkeypatch: pytest.MonkeyPatch, kernel: int | None, state: State
) -> None:
    monkeypatch.setattr(machine, "_state_of_clock", lambda: kernel)
    assert found(settings, Zone(GOOD))["clock"].state is state


def test_the_kernel_is_asked_and_answers_something(settings: Settings) -> None:
    assert found(settings, Zone(GOOD))["clock"].state in {State.GOOD, State.HINT}


@pytest.fixture
def relay() -> Iterator[Relay]:
    with running_relay() as relay:
        yield relay


def test_a_relay_that_answers_and_one_that_does_not(settings: Settings, relay: Relay) -> None:
    there = relay.as_setting()
    assert found(replace(settings, relay=there), Zone(GOOD))["relay"].state is State.GOOD
    gone = replace(there, port=1)
    assert found(replace(settings, relay=gone), Zone(GOOD))["relay"].state is State.FAULT


def test_a_relay_that_lets_us_in_and_not_our_address(settings: Settings, relay: Relay) -> None:
    relay.sender_reply = "550 Not yours"
    finding = found(replace(settings, relay=relay.as_setting()), Zone(GOOD))["relay"]
    assert finding.state is State.FAULT
    assert finding.words.endswith(
        "takes no mail from noreply@example.org (reply 550); see MAIL_DEFAULT_SENDER"
    )
    assert relay.messages == []


def test_a_relay_with_the_certificate_of_somebody_else(settings: Settings, tmp_path: Path) -> None:
    files = make_certificate(tmp_path)
    with running_relay(files.server_side()) as impostor:
        shown = impostor.as_setting(use_tls=True, username="us", password="secret")
        finding = found(replace(settings, relay=shown), Zone(GOOD))["relay"]
    assert (finding.state, impostor.passwords) == (State.FAULT, [])
    assert "does not take our mail (its certificate is not believed: self-signed" in finding.words


def test_through_the_open_door(app: Flask, settings: Settings, door: int) -> None:
    """The door of the tests has no worker behind it: a mail to ourselves comes in, and is not read."""
    opened = _at(app, door)
    assert found(opened, Zone(GOOD))["door"].state is State.GOOD
    assert found(opened, Zone(GOOD))["tls"].state is State.HINT


def test_without_a_mail_it_is_not_known_whether_ours_is_signed(settings: Settings) -> None:
    assert found(settings, Zone(GOOD))["dkim"].state is State.HINT


def test_a_mail_to_ourselves_that_nobody_reads_is_forgotten_all_the_same(
    app: Flask, door: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(round_trip, "SECONDS_TO_BE_READ", 0.0)
    legs = _legs(_at(app, door), run_due_jobs)
    assert set(legs) == {"loopback", "dkim"}
    assert (legs["loopback"].state, "start `flask jobs work`" in legs["loopback"].words) == (
        State.FAULT,
        True,
    )
    _assert_nothing_is_left()


@pytest.mark.parametrize("is_open", [True, False])
def test_a_mail_to_ourselves_is_answered_in_the_outbox(app: Flask, door: int, is_open: bool) -> None:
    """Where our own server is closed it goes in as a program hands mail in."""
    legs = _legs(_at(app, door if is_open else 1), run_due_jobs)
    assert {what: each.state for what, each in legs.items()} == {
        "loopback": State.GOOD,
        "outbox": State.GOOD,
        "dkim": State.HINT,
    }
    assert legs["outbox"].words == "the answer to it is in the outbox; without a relay it stays there"
    _assert_nothing_is_left()


@pytest.mark.parametrize("is_signed", [True, False])
def test_a_letter_that_the_relay_brings_back_shows_how_it_is_signed(
    app: Flask, door: int, relay: Relay, monkeypatch: pytest.MonkeyPatch, is_signed: bool
) -> None:
    settings = _with_relay(app, door, relay, monkeypatch)
    key = f"v=DKIM1; p={published()['KEY_RSA']}"
    zone = Zone({("s1._domainkey.example.org", RecordType.TXT): (key,)})

    def rest() -> None:
        run_due_jobs()
        _bring_back(relay, door, is_signed=is_signed)

    legs = _legs(settings, rest, zone)

    assert {what: each.state for what, each in legs.items()} == {
        "loopback": State.GOOD,
        "outbox": State.GOOD,
        "return": State.GOOD,
        "dkim": State.GOOD if is_signed else State.HINT,
    }
    _assert_nothing_is_left()
    # What came back was not answered again.
    run_due_jobs()
    assert session.scalar(sa.select(sa.func.count(OutboxMessage.id))) == 0


def test_a_letter_that_does_not_come_back(
    app: Flask, door: int, relay: Relay, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(round_trip, "SECONDS_TO_COME_BACK", 0.0)
    legs = _legs(_with_relay(app, door, relay, monkeypatch), run_due_jobs)
    assert [(each.what, each.state) for each in legs.values()][-2:] == [
        ("return", State.HINT),
        ("dkim", State.HINT),
    ]


def test_a_relay_that_does_not_take_the_answer(
    app: Flask, door: int, relay: Relay, monkeypatch: pytest.MonkeyPatch
) -> None:
    relay.recipient_reply = "550 No such user"
    legs = _legs(_with_relay(app, door, relay, monkeypatch), run_due_jobs)
    assert legs["outbox"] == Finding(
        "outbox", State.FAULT, "the relay did not take the answer to it (refused with 550)"
    )
    assert "return" not in legs
    _assert_nothing_is_left()


def test_what_a_doctor_left_who_was_stopped_goes_within_the_day(app: Flask) -> None:
    trip = new_trip()
    with time_machine.travel(clock.now() - timedelta(hours=2), tick=False):
        make_mail(route="loopback", recipient=trip.out)
        make_outbox_message(cause=trip.cause, recipient=trip.back)
    make_outbox_message(cause="test:1")

    forget_what_is_old()

    assert session.scalars(sa.select(Delivery.forgotten_at)).one() is not None
    assert session.scalars(sa.select(OutboxMessage.cause)).all() == ["test:1"]


def _at(app: Flask, port: int) -> Settings:
    ours: Settings = app.extensions["settings"]
    return replace(ours, smtp_host="127.0.0.1", smtp_port=port)


def _with_relay(app: Flask, door: int, relay: Relay, monkeypatch: pytest.MonkeyPatch) -> Settings:
    settings = replace(_at(app, door), relay=relay.as_setting())
    monkeypatch.setitem(app.extensions, "settings", settings)
    monkeypatch.setitem(app.extensions, "mail", app.extensions["mail"])
    transport.init_app(app, settings)
    return settings


def _legs(settings: Settings, rest: Callable[[], object], zone: Zone | None = None) -> dict[str, Finding]:
    found = list(findings(settings, lambda: zone or Zone(GOOD), rest=rest))
    legs = {each.what: each for each in found if each.what in {"loopback", "outbox", "return", "dkim"}}
    assert found[-len(legs) :] == list(legs.values())
    return legs


def _bring_back(relay: Relay, door: int, *, is_signed: bool) -> None:
    """What a relay does with a letter, once: it signs it, and takes it to the mail server of its reader."""
    while relay.messages:
        message, (sender, recipients) = relay.messages.pop(), relay.envelopes.pop()
        raw = message.as_bytes(policy=message.policy.clone(linesep="\r\n"))
        with smtplib.SMTP("127.0.0.1", door) as connection:
            connection.sendmail(sender, recipients, sign(raw, Signature()) if is_signed else raw)


def _assert_nothing_is_left() -> None:
    """Its rows stay, and say nothing; no letter and no work waits for anybody."""
    run_due_jobs()
    session.rollback()
    kept = session.scalars(sa.select(Delivery.id).where(Delivery.forgotten_at.is_(None))).all()
    assert (kept, session.scalars(sa.select(OutboxMessage.id)).all()) == ([], [])
    assert session.scalars(sa.select(Work.id)).all() == []


def test_nobody_else_writes_to_ourselves(app: Flask, door: int) -> None:
    right = new_trip().out
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
