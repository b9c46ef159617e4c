"""Mail in a mailbox that others keep for us: a real Dovecot."""

import imaplib
import json
import secrets
import sys
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskCliRunner

from blog.challenges.models.entries import Entry
from blog.core.config import Mailbox, Settings
from blog.core.db import db, session
from blog.core.jobs import queue
from blog.factory import create_app
from blog.mailroom.doors.imap import (
    POLL,
    Look,
    MailboxUnavailable,
    count_messages,
    look_into,
    poll_mailbox,
)
from blog.mailroom.doors.intake import MAX_MESSAGE_BYTES
from blog.mailroom.models import Delivery
from tests.conftest import environment_for
from tests.factories.challenges import make_challenge
from tests.mailroom.doors.dovecot import PASSWORD, Dovecot
from tests.support.processes import free_port

DOMAIN = "answers.example.org"
TO = f"a-question@{DOMAIN}"
Deliver = Callable[..., None]


def message(text: str, *headers: str, to: str = TO) -> bytes:
    """A message as a mailbox has it."""
    lines = (f"Delivered-To: {to}", *headers, "From: Ann <ann@example.org>", "Subject: Answer", "", text, "")
    return "\r\n".join(lines).encode()


@pytest.fixture
def app(app: Flask) -> Flask:
    """The application, with a challenge that takes answers."""
    make_challenge(slug="a-question")
    return app


@pytest.fixture
def box(dovecot_server: Dovecot) -> Mailbox:
    """An empty mailbox of somebody new."""
    return dovecot_server.mailbox(f"u{secrets.token_hex(8)}")


@pytest.fixture
def client(box: Mailbox) -> Iterator[imaplib.IMAP4]:
    """The program with which people look into that mailbox."""
    with imaplib.IMAP4(box.host, box.port, timeout=20) as connection:
        connection.authenticate("PLAIN", lambda _challenge: f"\0{box.user}\0{PASSWORD}".encode())
        yield connection


@pytest.fixture
def deliver(client: imaplib.IMAP4) -> Deliver:
    """Put a message into the mailbox, as if it had come at an instant."""

    def put(raw: bytes, at: str | None = None, folder: str = "INBOX") -> None:
        status, _said = client.append(folder, "", f'"{at}"' if at else "", raw)
        assert status == "OK"

    return put


def flags(client: imaplib.IMAP4) -> list[set[bytes]]:
    """What the mailbox says of each of its messages, but for what it says by itself."""
    client.select("INBOX")
    told = client.fetch("1:*", "(FLAGS)")[1]
    return [
        set(imaplib.ParseFlags(line)) - {rb"\Recent"} for line in told if isinstance(line, bytes) and line
    ]


def texts() -> list[bytes]:
    """The last lines of what was stored, in the order of the numbers."""
    raws = session.scalars(
        sa.select(Delivery.raw).join(Entry, Entry.delivery_id == Delivery.id).order_by(Entry.number)
    )
    return [raw.split(b"\r\n")[-2] for raw in raws]


def test_it_stores_the_exact_bytes_with_the_time_of_the_mailbox(
    app: Flask, box: Mailbox, deliver: Deliver
) -> None:
    raw = (
        message("Forty-two.", "Return-Path: <ann@example.org>")
        + b"\xff\xfe\x80 \r\n"
        + b"x" * 20_000
        + b"\r\n"
    )
    deliver(raw, "01-Mar-2026 09:30:15 +0200")

    assert look_into(app, box) == Look(taken=1)

    delivery = session.scalars(sa.select(Delivery)).one()
    assert delivery.raw == raw
    assert delivery.stamped_at == datetime(2026, 3, 1, 7, 30, 15, tzinfo=UTC)
    assert (delivery.door, delivery.recipient, delivery.envelope_sender) == ("imap", TO, "ann@example.org")
    assert (delivery.peer, delivery.helo) == ("", "")


def test_it_numbers_in_the_order_of_the_mailbox_and_takes_each_once(
    app: Flask, box: Mailbox, deliver: Deliver
) -> None:
    # Times that go back: a mailbox lists what it got first.
    for number in range(3):
        deliver(message(f"Number {number}."), f"0{3 - number}-Mar-2026 09:30:15 +0000")
    looks = [look_into(app, box), look_into(app, box)]
    deliver(message("Number 3."))
    looks.append(look_into(app, box))

    assert looks == [Look(taken=3), Look(), Look(taken=1)]
    assert texts() == [b"Number 0.", b"Number 1.", b"Number 2.", b"Number 3."]


def test_it_takes_what_somebody_has_opened_already(
    app: Flask, box: Mailbox, deliver: Deliver, client: imaplib.IMAP4
) -> None:
    deliver(message("Opened."))
    client.select("INBOX")
    client.store("1", "+FLAGS", r"(\Seen)")

    assert look_into(app, box) == Look(taken=1)


def test_it_marks_what_it_took_and_nothing_else(
    app: Flask, box: Mailbox, deliver: Deliver, client: imaplib.IMAP4
) -> None:
    deliver(message("Ours."))
    deliver(message("Theirs.", to="somebody@example.org"))

    assert look_into(app, box) == Look(taken=1, for_nobody=1)
    # To look at a message, as most programs do, would have marked it as seen.
    assert flags(client) == [{b"$Rejoinder"}, set()]


FOR_US = (
    (f"Delivered-To: {TO}", f"To: another@{DOMAIN}"),
    ("Delivered-To: box@example.net", f"X-Original-To: {TO}", f"To: another@{DOMAIN}"),
    (f"Delivered-To: nobody@{DOMAIN}", f"Envelope-To: {TO}", f"To: another@{DOMAIN}"),
    ("To: Friend <friend@example.org>,", f"\t=?utf-8?q?Us?= <Answers+A-Question@{DOMAIN.upper()}>"),
    ("To: undisclosed-recipients:;", f"Cc: {TO}"),
    (f"To: not{TO}.example.com, x{TO}x, {TO}",),
    (f"To: {'x' * 30_000}, {TO}",),
)
FOR_NOBODY = (f"To: x{TO}", f"To: {TO}.example.com", "To: a-question@example.org", f"Subject: {TO}", "To:")


def test_it_finds_out_for_whom_a_message_is(app: Flask, box: Mailbox, deliver: Deliver) -> None:
    make_challenge(slug="another")
    for headers in FOR_US:
        deliver("\r\n".join([*headers, "From: ann@example.org", "", "Forty-two.", ""]).encode())

    assert look_into(app, box) == Look(taken=len(FOR_US))
    found = session.scalars(sa.select(Delivery.recipient))
    assert [address.lower().removeprefix("answers+") for address in found] == [TO] * len(FOR_US)


def test_it_leaves_alone_what_is_for_nobody_here(
    app: Flask, box: Mailbox, deliver: Deliver, client: imaplib.IMAP4
) -> None:
    for header in FOR_NOBODY:
        deliver(f"From: ann@example.org\r\n{header}\r\n\r\nPrivate.\r\n".encode())

    assert [look_into(app, box), look_into(app, box)] == [Look(for_nobody=len(FOR_NOBODY)), Look()]
    assert flags(client) == [set()] * len(FOR_NOBODY)
    assert session.scalars(sa.select(Delivery.id)).all() == []


@pytest.mark.parametrize(
    ("headers", "sender"), [(["Return-Path: <>"], ""), ([], None)], ids=["null sender", "not told"]
)
def test_the_null_sender_and_no_sender_are_not_the_same(
    app: Flask, box: Mailbox, deliver: Deliver, headers: list[str], sender: str | None
) -> None:
    deliver(message("Forty-two.", *headers))
    look_into(app, box)

    assert session.scalars(sa.select(Delivery.envelope_sender)).one() == sender


def test_one_message_for_two_challenges_is_stored_for_both(
    app: Flask, box: Mailbox, deliver: Deliver
) -> None:
    make_challenge(slug="another")
    deliver(message("Forty-two.", f"Delivered-To: another@{DOMAIN}"))

    assert look_into(app, box) == Look(taken=1)
    assert sorted(session.scalars(sa.select(Delivery.recipient))) == [TO, f"another@{DOMAIN}"]


def test_it_leaves_what_is_too_large(app: Flask, box: Mailbox, deliver: Deliver) -> None:
    deliver(message("x" * 900 + "\r\n") + (b"y" * 998 + b"\r\n") * (MAX_MESSAGE_BYTES // 1000))
    deliver(message("The next one."))

    assert look_into(app, box) == Look(taken=1, too_large=1)
    assert texts() == [b"The next one."]


def test_a_mailbox_that_is_made_anew_gives_nothing_twice(
    app: Flask, box: Mailbox, deliver: Deliver, client: imaplib.IMAP4
) -> None:
    box = replace(box, folder="Answers")
    client.create("Answers")
    for text in ("One.", "Two."):
        deliver(message(text), folder="Answers")
    look_into(app, box)
    before = client.status("Answers", "(UIDVALIDITY)")[1]
    client.delete("Answers")
    client.create("Answers")
    for text in ("Two.", "Three."):
        deliver(message(text), folder="Answers")

    look_into(app, box)

    assert client.status("Answers", "(UIDVALIDITY)")[1] != before
    assert texts() == [b"One.", b"Two.", b"Three."]


def test_what_cannot_be_stored_now_is_taken_next_time_in_order(
    app: Flask, box: Mailbox, deliver: Deliver, client: imaplib.IMAP4
) -> None:
    for text in ("One.", "Two."):
        deliver(message(text))
    with db.engine.begin() as breaking:
        breaking.execute(sa.text("ALTER TABLE delivery RENAME TO delivery_away"))
    try:
        failed = look_into(app, box)
    finally:
        with db.engine.begin() as mending:
            mending.execute(sa.text("ALTER TABLE delivery_away RENAME TO delivery"))

    assert failed == Look(waiting=True)
    assert flags(client) == [set(), set()]
    assert look_into(app, box) == Look(taken=2)
    assert texts() == [b"One.", b"Two."]


def test_it_takes_all_of_a_mailbox_that_is_asked_in_parts(
    app: Flask, box: Mailbox, deliver: Deliver, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("blog.mailroom.doors.imap._WINDOW", 3)
    monkeypatch.setattr("blog.mailroom.doors.imap._BATCH", 2)
    for number in range(8):
        deliver(message(f"Number {number}."))

    assert look_into(app, box) == Look(taken=8)
    assert texts() == [f"Number {number}.".encode() for number in range(8)]


def test_it_says_that_the_database_does_not_answer(app: Flask, box: Mailbox) -> None:
    with db.engine.begin() as breaking:
        breaking.execute(sa.text("ALTER TABLE door_receipt RENAME TO door_receipt_away"))
    try:
        with pytest.raises(MailboxUnavailable, match=r"^the database does not answer$"):
            look_into(app, box)
    finally:
        session.rollback()
        with db.engine.begin() as mending:
            mending.execute(sa.text("ALTER TABLE door_receipt_away RENAME TO door_receipt"))

    assert look_into(app, box) == Look()


def test_a_look_that_was_broken_off_after_the_commit_stores_nothing_twice(
    app: Flask, box: Mailbox, deliver: Deliver, monkeypatch: pytest.MonkeyPatch
) -> None:
    for text in ("One.", "Two."):
        deliver(message(text))

    def gone(*_words: object) -> None:
        raise OSError("the connection is gone")

    with monkeypatch.context() as broken:
        broken.setattr("blog.mailroom.doors.imap._Reader._mark", gone)
        with pytest.raises(MailboxUnavailable, match="the connection is gone"):
            look_into(app, box)
    look_into(app, box)

    assert texts() == [b"One.", b"Two."]


@pytest.mark.parametrize("security", ["tls", "starttls"])
def test_it_speaks_tls_and_believes_no_stranger(
    app: Flask, dovecot_server: Dovecot, monkeypatch: pytest.MonkeyPatch, security: str
) -> None:
    box = dovecot_server.mailbox(f"u{secrets.token_hex(8)}", security=security)

    with pytest.raises(MailboxUnavailable, match="certificate verify failed"):
        look_into(app, box)
    monkeypatch.setenv("SSL_CERT_FILE", str(dovecot_server.certificate))
    assert look_into(app, box) == Look()
    # The certificate is for another name than this one.
    with pytest.raises(MailboxUnavailable, match="certificate verify failed"):
        look_into(app, replace(box, host="127.0.0.1"))


def test_it_comes_in_with_a_token_that_a_command_prints(
    app: Flask, box: Mailbox, deliver: Deliver, dovecot_server: Dovecot
) -> None:
    deliver(message("Forty-two."))
    token = dovecot_server.token_of(box.user)
    told = replace(box, password="", token_command=(sys.executable, "-c", f"print('{token}')"))

    assert look_into(app, told) == Look(taken=1)


@pytest.fixture
def one_app(sqlite_app: Flask) -> Iterator[Flask]:
    """The application, for what ends before any database is asked."""
    with sqlite_app.app_context():
        yield sqlite_app


@pytest.mark.parametrize(
    ("command", "said"),
    [
        (("no-such-program-here",), "IMAP_TOKEN_COMMAND gave no token (FileNotFoundError)"),
        ((sys.executable, "-c", "raise SystemExit('s3cret')"), "IMAP_TOKEN_COMMAND gave no token (Called"),
        ((sys.executable, "-c", "print()"), "IMAP_TOKEN_COMMAND gave no token"),
        ((sys.executable, "-c", "print('not-a-token')"), "localhost:"),
    ],
)
def test_it_says_that_there_is_no_token(
    one_app: Flask, box: Mailbox, command: tuple[str, ...], said: str
) -> None:
    with pytest.raises(MailboxUnavailable) as failure:
        look_into(one_app, replace(box, password="", token_command=command))

    assert str(failure.value).startswith(said)
    assert "s3cret" not in str(failure.value)


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"password": "wrong"}, "Authentication failed"),
        ({"folder": 'No such "folder"'}, "SELECT was refused"),
        ({"host": "localhost", "port": 1}, "refused"),
    ],
)
def test_it_says_why_a_mailbox_cannot_be_read(
    one_app: Flask, box: Mailbox, changes: dict[str, object], said: str
) -> None:
    with pytest.raises(MailboxUnavailable, match=said) as failure:
        look_into(one_app, replace(box, **changes))  # type: ignore[arg-type]

    assert PASSWORD not in str(failure.value)


def test_the_doctor_counts_messages_and_changes_nothing(
    one_app: Flask, box: Mailbox, client: imaplib.IMAP4, deliver: Deliver
) -> None:
    deliver(message("Forty-two."))

    assert count_messages(box) == 1

    assert (flags(client), texts()) == ([set()], [])


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"password": "wrong"}, "Authentication failed"),
        ({"folder": "Elsewhere"}, "the folder Elsewhere cannot be opened"),
        ({"host": "localhost", "port": 1}, "refused"),
    ],
)
def test_the_doctor_says_why_a_mailbox_cannot_be_read(
    box: Mailbox, changes: dict[str, object], said: str
) -> None:
    with pytest.raises(MailboxUnavailable, match=said) as failure:
        count_messages(replace(box, **changes))  # type: ignore[arg-type]

    assert PASSWORD not in str(failure.value)


def test_a_look_of_the_workers_takes_mail_and_survives_a_mailbox_that_is_away(
    app: Flask, box: Mailbox, deliver: Deliver, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert POLL not in queue._recurring  # pyright: ignore[reportPrivateUsage]
    deliver(message("Forty-two."))
    use(app, box, monkeypatch)

    poll_mailbox({})

    assert texts() == [b"Forty-two."]
    use(app, replace(box, port=free_port()), monkeypatch)
    # It fails, and the next look comes as soon as ever.
    poll_mailbox({})


def test_the_workers_look_every_minute_where_there_is_a_mailbox(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    recurring: dict[str, timedelta] = {}
    monkeypatch.setattr(queue, "_recurring", recurring)
    without = environment_for(f"sqlite:///{tmp_path / 'none.db'}", tmp_path)
    create_app(without)
    assert POLL not in recurring

    create_app({**without, "IMAP_HOST": "imap.example.org", "IMAP_USER": "ann", "IMAP_PASSWORD": "x"})

    assert recurring[POLL] == timedelta(minutes=1)


def test_poll_prints_what_came_of_it(
    app: Flask, runner: FlaskCliRunner, box: Mailbox, deliver: Deliver, monkeypatch: pytest.MonkeyPatch
) -> None:
    deliver(message("Forty-two."))
    use(app, box, monkeypatch)

    first = runner.invoke(args=["mail", "poll"])
    second = runner.invoke(args=["mail", "poll", "--json"])

    assert (first.exit_code, first.stdout) == (
        0,
        "stored: 1, for nobody here: 0, too large: 0, for too many: 0, not given by the mailbox: 0\n",
    )
    assert json.loads(second.stdout) == {
        "taken": 0,
        "for_nobody": 0,
        "too_large": 0,
        "too_many": 0,
        "withheld": 0,
        "waiting": False,
    }


def test_poll_says_what_is_wrong(
    app: Flask, runner: FlaskCliRunner, box: Mailbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    unset = runner.invoke(args=["mail", "poll"])
    use(app, replace(box, password="wrong"), monkeypatch)
    refused = runner.invoke(args=["mail", "poll"])

    assert (unset.exit_code, refused.exit_code) == (1, 1)
    assert unset.stderr.startswith("Error: no mailbox is set; set IMAP_HOST")
    assert refused.stderr.startswith(f"Error: the mailbox cannot be read (localhost:{box.port}: ")


def test_poll_looks_again_until_it_is_stopped(
    app: Flask, runner: FlaskCliRunner, box: Mailbox, deliver: Deliver, monkeypatch: pytest.MonkeyPatch
) -> None:
    use(app, box, monkeypatch)
    waited: list[int] = []

    def wait(seconds: int) -> None:
        waited.append(seconds)
        if len(waited) == 2:
            raise KeyboardInterrupt
        deliver(message("Forty-two."))

    monkeypatch.setattr("blog.mailroom.cli.time.sleep", wait)
    result = runner.invoke(args=["mail", "poll", "--every", "5"])

    assert waited == [5, 5]
    assert [line.split(",")[0] for line in result.stdout.splitlines() if line] == ["stored: 0", "stored: 1"]


def test_poll_explains_itself(one_app: Flask) -> None:
    result = one_app.test_cli_runner().invoke(args=["mail", "poll", "--help"])

    assert result.exit_code == 0
    assert result.stdout.startswith("Usage: ")


def use(app: Flask, box: Mailbox, monkeypatch: pytest.MonkeyPatch) -> None:
    """Have the site look into a mailbox."""
    settings: Settings = app.extensions["settings"]
    monkeypatch.setitem(app.extensions, "settings", replace(settings, mailbox=box))
