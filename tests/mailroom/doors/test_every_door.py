"""The same promises of every door: what was accepted is stored as it came, once, in order, and for good."""

from collections.abc import Callable, Generator, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from datetime import timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa
from flask import Flask

from blog.challenges.models.challenges import Challenge
from blog.challenges.models.entries import Entry
from blog.challenges.values import ChallengeStatus
from blog.core import clock
from blog.core.db import db, session, unit_of_work
from blog.mailroom.doors.disk import FreeDisk
from blog.mailroom.doors.intake import MAX_MESSAGE_BYTES
from blog.mailroom.models import Delivery
from tests.factories.challenges import make_challenge
from tests.mailroom.doors.dovecot import Dovecot
from tests.mailroom.doors.ways_in import (
    ByForm,
    ByLmtp,
    ByMailgun,
    ByPipe,
    ByPostmark,
    BySmtp,
    Heard,
    WayIn,
    new_mailbox,
)
from tests.support.mail_door import open_mail_door, settings_of

DOMAIN = "answers.example.org"
TO = f"a-question@{DOMAIN}"
DOORS = ("smtp", "lmtp", "pipe", "mailgun", "postmark", "imap", "form")
# These can be asked again by somebody who heard no answer, and know it. A mail server that comes again over SMTP, LMTP
# or the pipe cannot be told from a second message: both are kept, and linked when they are read.
KNOW_WHAT_COMES_AGAIN = ("mailgun", "postmark", "imap", "form")
# It tells no mail server anything: what came of a message stands in the mailbox and in the database.
SAYS_NOTHING = "imap"

Sockets = Callable[[Flask], tuple[int, Path]]


def message(text: str) -> bytes:
    """A message of a person, sent to us unseen: for whom it is, only the envelope says."""
    head = (
        "From: Ann <ann@example.org>\r\nTo: undisclosed-recipients:;\r\n"
        f"Subject: Answer\r\nMessage-ID: <{len(text)}@example.org>\r\n\r\n"
    )
    return f"{head}{text}\r\n".encode()


@pytest.fixture(scope="module")
def sockets(tmp_path_factory: pytest.TempPathFactory) -> Generator[Sockets]:
    """A function that gives port and socket of a running door on the database of an application."""
    known: dict[str, tuple[int, Path]] = {}
    with ExitStack() as stack:

        def sockets_for(app: Flask) -> tuple[int, Path]:
            url = settings_of(app)["DATABASE_URL"]
            if url not in known:
                path = tmp_path_factory.mktemp("lmtp") / "socket"
                port = stack.enter_context(open_mail_door(app, "--lmtp", str(path)))
                known[url] = (port, path)
            return known[url]

        yield sockets_for


@pytest.fixture
def challenge(with_webhooks: Flask) -> Challenge:
    """A challenge that takes answers."""
    return make_challenge(slug="a-question")


@pytest.fixture(params=DOORS)
def name(request: pytest.FixtureRequest) -> str:
    """Which door it is."""
    return str(request.param)


@pytest.fixture
def way_in(
    name: str, with_webhooks: Flask, challenge: Challenge, request: pytest.FixtureRequest
) -> Iterator[WayIn]:
    """One door, open."""
    app = with_webhooks
    if name in {"smtp", "lmtp"}:
        port, path = request.getfixturevalue("sockets")(app)
        yield BySmtp(port) if name == "smtp" else ByLmtp(path)
    elif name == "imap":
        server: Dovecot = request.getfixturevalue("dovecot_server")
        yield new_mailbox(app, server.mailbox("somebody"))
    else:
        ways = {"pipe": ByPipe, "mailgun": ByMailgun, "postmark": ByPostmark, "form": ByForm}
        yield ways[name](app)


def stored() -> Sequence[Delivery]:
    """What is stored, in the order of the numbers."""
    session.rollback()
    return session.scalars(
        sa.select(Delivery).join(Entry, Entry.delivery_id == Delivery.id).order_by(Entry.number)
    ).all()


def said(heard: Heard, name: str, *entries: tuple[str, int]) -> bool:
    """Whether a door said that a message is stored as these entries, as far as it says anything."""
    return heard.word == "stored" and heard.entries == (() if name == SAYS_NOTHING else entries)


@contextmanager
def no_room_for_mail() -> Generator[None]:
    """A database that cannot store mail as long as the block lasts."""
    with db.engine.begin() as breaking:
        breaking.execute(sa.text("ALTER TABLE delivery RENAME TO delivery_away"))
    try:
        yield
    finally:
        session.rollback()
        with db.engine.begin() as mending:
            mending.execute(sa.text("ALTER TABLE delivery_away RENAME TO delivery"))


@contextmanager
def commits_that_fail() -> Generator[None]:
    """A database that takes every row of a message, and then cannot commit them, as long as the block lasts."""
    guard = (
        "CREATE TABLE parent (id INTEGER PRIMARY KEY)",
        "CREATE TABLE guard (id INTEGER REFERENCES parent (id) DEFERRABLE INITIALLY DEFERRED)",
    )
    if db.engine.dialect.name == "sqlite":
        body = "BEGIN INSERT INTO guard VALUES (1); END"
        begin = (*guard, f"CREATE TRIGGER on_guard AFTER INSERT ON delivery {body}")
        end = ("DROP TRIGGER on_guard", "DROP TABLE guard", "DROP TABLE parent")
    else:
        body = "BEGIN INSERT INTO guard VALUES (1); RETURN NULL; END"
        begin = (
            *guard,
            f"CREATE FUNCTION stand_guard() RETURNS trigger LANGUAGE plpgsql AS '{body}'",
            "CREATE TRIGGER on_guard AFTER INSERT ON delivery FOR EACH ROW EXECUTE FUNCTION stand_guard()",
        )
        end = ("DROP FUNCTION stand_guard() CASCADE", "DROP TABLE guard", "DROP TABLE parent")
    _run(begin)
    try:
        yield
    finally:
        _run(end)


def _run(statements: Sequence[str]) -> None:
    session.rollback()
    with db.engine.begin() as connection:
        for statement in statements:
            connection.exec_driver_sql(statement)


def test_it_stores_the_exact_bytes(way_in: WayIn, name: str) -> None:
    raw = message("Forty-two, “été” €.\r\n.\r\n..\r\n  " + "x" * 3_000)

    assert said(way_in.send(raw, [TO]), name, ("a-question", 1))

    (delivery,) = stored()
    assert (delivery.door, delivery.recipient) == (name, TO)
    if name == "form":
        assert delivery.raw.startswith(b"From: Ann <entrant@example.org>\r\n")
    else:
        assert delivery.raw.removeprefix(f"Delivered-To: {TO}\r\n".encode()) == raw


def test_numbers_and_instants_grow_in_order(way_in: WayIn, name: str) -> None:
    for number in (1, 2, 3):
        assert said(way_in.send(message("x" * number), [TO]), name, ("a-question", number))

    instants = [delivery.received_at for delivery in stored()]
    assert instants == sorted(instants)
    assert len(set(instants)) == 3


def test_it_knows_no_other_address(way_in: WayIn) -> None:
    assert way_in.send(message("Forty-two."), [f"nobody@{DOMAIN}"]).word == "unknown"
    assert stored() == []


def test_one_message_for_several_addresses_goes_to_each(way_in: WayIn, name: str) -> None:
    make_challenge(slug="another")

    heard = way_in.send(message("Forty-two."), [f"another@{DOMAIN}", f"nobody@{DOMAIN}", TO])

    assert said(heard, name, ("another", 1), ("a-question", 1))
    assert sorted(delivery.recipient for delivery in stored()) == [TO, f"another@{DOMAIN}"]


def test_what_is_too_large_is_refused_and_the_next_one_is_not(way_in: WayIn, name: str) -> None:
    large = message("x" * 70 + "\r\n" + ("y" * 998 + "\r\n") * (MAX_MESSAGE_BYTES // 1000 + 1))

    assert way_in.send(large, [TO]).word == "too large"
    assert stored() == []
    assert said(way_in.send(message("Forty-two."), [TO]), name, ("a-question", 1))


def test_a_retry_is_one_entry_where_the_door_can_know(way_in: WayIn, name: str) -> None:
    raw = message("Forty-two.")
    first = way_in.send(raw, [TO])
    second = way_in.send(raw, [TO], again=True)
    other = way_in.send(message("Forty-three."), [TO])

    assert said(first, name, ("a-question", 1))
    assert said(second, name, ("a-question", 1 if name in KNOW_WHAT_COMES_AGAIN else 2))
    count = 2 if name in KNOW_WHAT_COMES_AGAIN else 3
    assert said(other, name, ("a-question", count))
    assert len(stored()) == count


def test_what_cannot_be_stored_now_is_to_come_again_and_takes_no_number(way_in: WayIn, name: str) -> None:
    with no_room_for_mail():
        heard = way_in.send(message("Forty-two."), [TO])

    assert heard.word == "later"
    for secret in ("delivery", "sql", "Error", "Traceback"):
        assert secret not in heard.words
    assert said(way_in.send(message("Forty-two."), [TO]), name, ("a-question", 1))


# A door of another process: `tests/mailroom/test_disk_failures.py`.
@pytest.mark.parametrize("name", [each for each in DOORS if each not in {"smtp", "lmtp"}])
def test_it_asks_to_come_again_before_the_disk_is_full(
    with_webhooks: Flask, way_in: WayIn, name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as scarce:
        scarce.setitem(with_webhooks.extensions, "free_disk", FreeDisk(Path("/"), 1_000_000_000))
        heard = way_in.send(message("Forty-two."), [TO])

    assert heard.word == "later"
    assert stored() == []
    assert said(way_in.send(message("Forty-two."), [TO]), name, ("a-question", 1))


def test_nothing_is_accepted_before_the_commit(way_in: WayIn, name: str) -> None:
    with commits_that_fail():
        assert way_in.send(message("Forty-two."), [TO]).word == "later"

    assert stored() == []
    assert said(way_in.send(message("Forty-two."), [TO]), name, ("a-question", 1))


HOSTILE = (
    b"\xff\xfe\x00 no header at all\r\n",
    b'To: "\r\nMessage-ID: <[]>\r\nFrom: (((\r\nContent-Type: text/plain; charset=none-such\r\n\r\n\xe9\r\n',
    b"Content-Type: multipart/mixed; boundary=b\r\n\r\n" + b"--b\r\n\r\n" * 2_000,
)


def test_it_takes_hostile_messages_and_the_next_one(way_in: WayIn, name: str) -> None:
    for raw in HOSTILE:
        text = raw.decode("latin-1") if name in {"postmark", "form"} else None
        # JSON and forms hold characters, not bytes.
        assert way_in.send(text.encode() if text is not None else raw, [TO]).word != "later"
    before = len(stored())

    assert said(way_in.send(message("Forty-two."), [TO]), name, ("a-question", before + 1))
    assert before >= (2 if name == "form" else 3)


def test_a_closed_challenge_still_takes_mail(way_in: WayIn, name: str, challenge: Challenge) -> None:
    with unit_of_work():
        challenge.status = ChallengeStatus.CLOSED
        challenge.closes_at = clock.now() - timedelta(minutes=1)

    assert said(way_in.send(message("Too late?"), [TO]), name, ("a-question", 1))
