"""The built-in door, spoken to over real sockets."""

import re
import smtplib
import socket
from collections.abc import Generator, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

import pytest
import sqlalchemy as sa
from flask import Flask

from blog.challenges.models.challenges import Challenge
from blog.challenges.models.entries import Entry
from blog.challenges.values import ChallengeStatus
from blog.core.db import Base, db, session
from blog.mailroom.doors.intake import MAX_MESSAGE_BYTES
from blog.mailroom.models import Delivery
from tests.factories.challenges import make_challenge
from tests.support.mail_door import mail, open_mail_door
from tests.support.rows_of_ledgers import leaf_of

DOMAIN = "answers.example.org"
# Half of all places: those of a border server of ours.
OWN_CONNECTIONS = 100
RAW = b"From: Ann <ann@example.org>\r\nTo: a-question@answers.example.org\r\nSubject: Answer\r\n\r\nForty-two.\r\n"


@pytest.fixture(autouse=True)
def challenge(app: Flask) -> Challenge:
    return make_challenge(slug="a-question")


@pytest.fixture
def connection(door: int) -> Iterator[smtplib.SMTP]:
    with smtplib.SMTP("127.0.0.1", door, timeout=20) as client:
        yield client


def test_it_stores_the_exact_bytes_and_says_the_number(connection: smtplib.SMTP) -> None:
    code, said = mail(connection, f"a-question@{DOMAIN}", RAW)

    delivery = session.scalars(sa.select(Delivery)).one()
    assert code == 250
    assert said == f"2.0.0 entry 1 of a-question sha256={delivery.sha256} leaf={leaf_of(delivery.id)}"
    assert delivery.raw == RAW
    assert (delivery.door, delivery.route, delivery.recipient) == ("smtp", "answers", f"a-question@{DOMAIN}")
    assert (delivery.envelope_sender, delivery.peer) == ("entrant@example.org", "127.0.0.1")


@pytest.mark.parametrize(
    "address",
    [f"answers+a-question@{DOMAIN}", f"A-Question@{DOMAIN.upper()}", f"ANSWERS+a-question@{DOMAIN}"],
)
def test_it_knows_every_spelling_of_an_address(connection: smtplib.SMTP, address: str) -> None:
    assert mail(connection, address, RAW)[1].startswith("2.0.0 entry 1 of a-question ")


@pytest.mark.parametrize(
    "address",
    [
        f"unknown@{DOMAIN}",
        "a-question@elsewhere.example.org",
        f"answers+@{DOMAIN}",
        f"a-question'--@{DOMAIN}",
    ],
)
def test_it_refuses_an_unknown_address_at_once(connection: smtplib.SMTP, address: str) -> None:
    connection.ehlo()
    connection.mail("entrant@example.org")

    assert connection.rcpt(address) == (550, b"5.1.1 There is no such address here")


def test_it_refuses_the_address_of_a_draft(app: Flask, connection: smtplib.SMTP) -> None:
    make_challenge(slug="not-yet", status=ChallengeStatus.DRAFT)
    connection.ehlo()
    connection.mail("entrant@example.org")

    assert connection.rcpt(f"not-yet@{DOMAIN}")[0] == 550


def test_it_counts_on_over_several_messages_of_one_connection(connection: smtplib.SMTP) -> None:
    said = [mail(connection, f"a-question@{DOMAIN}", RAW)[1].split(" sha256")[0] for _turn in range(3)]

    assert said == [f"2.0.0 entry {number} of a-question" for number in (1, 2, 3)]


def test_it_stores_one_message_for_two_challenges_twice_and_for_two_spellings_once(
    app: Flask, connection: smtplib.SMTP
) -> None:
    make_challenge(slug="another")
    connection.ehlo()
    connection.mail("entrant@example.org")
    for address in (f"a-question@{DOMAIN}", f"answers+a-question@{DOMAIN}", f"another@{DOMAIN}"):
        assert connection.rcpt(address)[0] == 250

    _code, said = connection.data(RAW)

    assert re.findall(r"entry \d of [a-z-]+", said.decode()) == [
        "entry 1 of a-question",
        "entry 1 of another",
    ]
    assert session.scalar(sa.select(sa.func.count(Delivery.id))) == 2


def test_it_takes_the_null_sender(connection: smtplib.SMTP) -> None:
    mail(connection, f"a-question@{DOMAIN}", RAW, sender="")

    assert session.scalars(sa.select(Delivery.envelope_sender)).one() == ""


def test_it_takes_a_message_of_3_mb_with_one_endless_line(connection: smtplib.SMTP) -> None:
    raw = RAW + b"x" * 900_000 + b"\r\n" + (b"y" * 70 + b"\r\n") * 29_000

    code, _said = mail(connection, f"a-question@{DOMAIN}", raw)

    assert code == 250
    assert session.scalars(sa.select(Delivery.size)).one() == len(raw) > 2_900_000


def test_it_refuses_what_is_too_large_when_told_and_when_it_comes(connection: smtplib.SMTP) -> None:
    connection.ehlo()
    assert connection.mail("a@example.org", [f"SIZE={MAX_MESSAGE_BYTES + 1}"])[0] == 552
    connection.rset()

    code, _said = mail(
        connection, f"a-question@{DOMAIN}", (b"x" * 998 + b"\r\n") * (MAX_MESSAGE_BYTES // 1000 + 1)
    )

    assert code == 552
    assert session.scalars(sa.select(Delivery.id)).all() == []
    assert mail(connection, f"a-question@{DOMAIN}", RAW)[0] == 250


@pytest.mark.parametrize(
    "raw",
    [
        b"\xff\xfe\x00 no header at all",
        b"From: x\r\nContent-Type: text/plain; charset=none-such\r\n\r\n\xe9\xe8\r\n",
        b"Content-Type: text/html\r\n\r\n<p>Only HTML</p>\r\n",
        b'To: "\r\nMessage-ID: <[]>\r\nFrom: (((\r\n\r\nText\r\n',
        b"\r\n",
    ],
)
def test_it_takes_whatever_the_message_is_like(connection: smtplib.SMTP, raw: bytes) -> None:
    assert mail(connection, f"a-question@{DOMAIN}", raw)[0] == 250
    assert session.scalars(sa.select(Entry.number)).all() == [1]


def test_it_takes_a_smuggled_end_of_data_for_text(door: int) -> None:
    with socket.create_connection(("127.0.0.1", door), timeout=20) as wire, wire.makefile("rb") as answers:
        answers.readline()
        for line in (
            b"HELO x",
            b"MAIL FROM:<a@example.org>",
            f"RCPT TO:<a-question@{DOMAIN}>".encode(),
            b"DATA",
        ):
            wire.sendall(line + b"\r\n")
            answers.readline()
        wire.sendall(
            b"Subject: one\r\n\r\ntext\n.\nMAIL FROM:<b@example.org>\r.\r\n\n.\r\nmore\r\n.\r\nQUIT\r\n"
        )
        replies = answers.read().decode()

    assert re.findall(r"^(\d{3})", replies, re.MULTILINE) == ["250", "221"]
    assert session.scalar(sa.select(sa.func.count(Delivery.id))) == 1


def test_it_never_tells_what_went_wrong_inside(connection: smtplib.SMTP) -> None:
    connection.ehlo()
    connection.mail("entrant@example.org")
    connection.rcpt(f"a-question@{DOMAIN}")
    with db.engine.begin() as breaking:
        breaking.execute(sa.text("ALTER TABLE delivery RENAME TO delivery_away"))
    try:
        reply = connection.data(RAW)
    finally:
        with db.engine.begin() as mending:
            mending.execute(sa.text("ALTER TABLE delivery_away RENAME TO delivery"))

    assert reply == (451, b"4.3.0 We could not store your message just now, please try again")
    assert mail(connection, f"a-question@{DOMAIN}", RAW)[1].startswith("2.0.0 entry 1 of a-question ")


def test_lmtp_answers_once_for_each_recipient(app: Flask, challenge: Challenge, tmp_path: Path) -> None:
    make_challenge(slug="another")
    path = tmp_path / "lmtp"
    with open_mail_door(app, "--lmtp", str(path)), socket.socket(socket.AF_UNIX) as wire:
        wire.settimeout(20)
        wire.connect(str(path))
        with wire.makefile("rb") as answers:
            answers.readline()
            wire.sendall(b"LHLO mta.example.org\r\n")
            while answers.readline()[3:4] == b"-":
                pass
            wire.sendall(b"MAIL FROM:<a@example.org>\r\n")
            answers.readline()
            recipients = ("another", "unknown", "a-question", "answers+another")
            said: list[bytes] = []
            for name in recipients:
                wire.sendall(f"RCPT TO:<{name}@{DOMAIN}>\r\n".encode())
                said.append(answers.readline()[:3])
            wire.sendall(b"DATA\r\n")
            answers.readline()
            wire.sendall(RAW + b".\r\nQUIT\r\n")
            replies = answers.read().decode()

    assert said == [b"250", b"550", b"250", b"250"]
    assert re.findall(r"^250 2.0.0 (entry \d of [a-z-]+)", replies, re.MULTILINE) == [
        "entry 1 of another",
        "entry 1 of a-question",
        "entry 1 of another",
    ]
    assert session.scalar(sa.select(sa.func.count(Delivery.id))) == 2


def test_it_leaves_room_for_others(door: int) -> None:
    with ExitStack() as stack:
        open_ones = [stack.enter_context(_greeted(door)) for _connection in range(OWN_CONNECTIONS)]
        one_more = socket.create_connection(("127.0.0.1", door), timeout=20)
        with one_more, one_more.makefile("rb") as answers:
            assert answers.read() == b"421 4.7.0 Too many connections at once, please try again\r\n"
        open_ones[0].sendall(b"QUIT\r\n")
        while open_ones[0].recv(1000):
            pass
        with smtplib.SMTP("127.0.0.1", door, timeout=20) as client:
            assert mail(client, f"a-question@{DOMAIN}", RAW)[0] == 250


@contextmanager
def _greeted(port: int) -> Generator[socket.socket]:
    with socket.create_connection(("127.0.0.1", port), timeout=20) as wire:
        assert wire.recv(1000).startswith(b"220 ")
        yield wire


def test_it_finds_out_that_an_address_stands_for_something_else_now(app: Flask) -> None:
    with (
        open_mail_door(app, "--remember", "3600") as port,
        smtplib.SMTP("127.0.0.1", port, timeout=20) as client,
    ):
        assert mail(client, f"a-question@{DOMAIN}", RAW)[0] == 250
        _empty_and_begin_anew()
        first = mail(client, f"a-question@{DOMAIN}", RAW)[0]
        again = mail(client, f"a-question@{DOMAIN}", RAW)

    assert first == 451
    assert again[1].startswith("2.0.0 entry 1 of a-question ")


def _empty_and_begin_anew() -> None:
    with db.engine.begin() as connection:
        for table in reversed(Base.metadata.sorted_tables):
            connection.execute(table.delete())
    # Another challenge takes the first id where ids are given anew.
    make_challenge(slug="another")
    make_challenge(slug="a-question")
