"""What others send to get more out of the door than an honest client: smuggled ends, headers, addresses, commands."""

import hashlib
import re
import smtplib
from collections.abc import Iterator

import pytest
import sqlalchemy as sa
from flask import Flask

from blog.challenges.models.challenges import Challenge
from blog.core.db import session
from blog.mailroom.doors import connections
from blog.mailroom.doors.connections import Guesses
from blog.mailroom.doors.smtp import MAX_RECIPIENTS, MOST_RECIPIENTS_ASKED, MOST_UNKNOWN
from blog.mailroom.models import Delivery, OutboxMessage, ReadMessage
from tests.factories.challenges import make_challenge
from tests.support.jobs import run_due_jobs
from tests.support.mail_door import Wire, mail
from tests.support.rows_of_ledgers import leaf_of

DOMAIN = "answers.example.org"
ADDRESS = f"a-question@{DOMAIN}"
RAW = b"From: Ann <ann@example.org>\r\nSubject: Answer\r\n\r\nForty-two.\r\n"


@pytest.fixture(autouse=True)
def challenge(app: Flask) -> Challenge:
    return make_challenge(slug="a-question")


@pytest.fixture
def wire(door: int) -> Iterator[Wire]:
    with Wire(door) as wire:
        yield wire


def _short_name(value: str | bytes) -> str:
    """A name for a case that can stand in a report."""
    return re.sub(r"[^\w ]", "", str(value))[:20]


# What other servers have taken for the end of data (CVE-2023-51764, CVE-2024-27305, and their kin).
@pytest.mark.parametrize(
    "end",
    [b"\n.\n", b"\n.\r\n", b"\r.\r", b"\r\n.\n", b"\r\n.\r", b"\r\r\n.\r\r\n", b"\r\n\x00.\r\n"],
    ids=["lf-lf", "lf-crlf", "cr-cr", "crlf-lf", "crlf-cr", "crcrlf", "nul"],
)
def test_only_one_thing_ends_a_message(wire: Wire, end: bytes) -> None:
    smuggled = b"MAIL FROM:<b@example.org>\r\nRCPT TO:<" + ADDRESS.encode() + b">\r\nDATA\r\nSecond\r\n"
    body = b"Subject: first\r\n\r\ntext" + end + smuggled
    wire.begin_data(ADDRESS)

    wire.send(body + b".\r\nQUIT\r\n")

    assert [reply[:3] for reply in wire.hear_all()] == ["250", "221"]
    # A dot that begins a line was doubled by whoever sent it (RFC 5321, 4.5.2).
    assert session.scalars(sa.select(Delivery.raw)).all() == [body.replace(b"\r\n.", b"\r\n")]


def test_commands_that_come_together_are_answered_one_by_one(wire: Wire) -> None:
    transaction = b"MAIL FROM:<a@example.org>\r\nRCPT TO:<%s>\r\nDATA\r\n" % ADDRESS.encode()
    assert "250 PIPELINING" in wire.say("EHLO client.example.org")

    wire.send(transaction + RAW + b".\r\n" + transaction + b"..dot\r\n.\r\nQUIT\r\n")

    codes = [reply[:3] for reply in wire.hear_all()]
    assert codes == ["250", "250", "354", "250"] * 2 + ["221"]
    assert session.scalars(sa.select(Delivery.raw).order_by(Delivery.id)).all() == [RAW, b".dot\r\n"]


def test_it_offers_what_it_does(wire: Wire) -> None:
    offers = wire.say("EHLO client.example.org").splitlines()

    assert offers == [
        f"250-{DOMAIN}",
        "250-SIZE 5242880",
        "250-8BITMIME",
        "250-SMTPUTF8",
        "250 PIPELINING",
    ]


@pytest.mark.parametrize(
    ("command", "reply"),
    [
        (f"VRFY {ADDRESS}", "252 2.1.5 Send a message to find out"),
        (f"VRFY nobody@{DOMAIN}", "252 2.1.5 Send a message to find out"),
        ("VRFY", "252 2.1.5 Send a message to find out"),
        ("EXPN everybody", "502 5.5.1 There are no lists here"),
        ("AUTH PLAIN AGEAYg==", "502 5.5.1 There is nothing to sign in to"),
        ("BDAT 5 LAST", '500 Error: command "BDAT" not recognized'),
        ("ETRN example.org", '500 Error: command "ETRN" not recognized'),
        ("HELP", "214 2.0.0 This takes mail for the addresses of this site, as RFC 5321 says"),
        ("NOOP \x00\x01", "250 OK"),
        (
            b"MAIL FROM:<\xff@example.org>",
            "501 5.1.7 The sender's address holds characters that no address has",
        ),
        ("MAIL FROM:<a@example.org> SIZE=x", "501 Syntax: MAIL FROM: <address> [SP <mail-parameters>]"),
        ("MAIL FROM:<a@example.org> SIZE=²", "501 5.5.4 SIZE is a number of octets"),
        ("MAIL FROM:<a@example.org> \u017fize=\u0663", "501 5.5.4 SIZE is a number of octets"),
        ("MAIL FROM:<a@example.org> SIZE=5242881", "552 5.3.4 The message is larger than 5242880 octets"),
        ("MAIL FROM:<", "553 5.1.3 Error: malformed address"),
        ("MAIL FROM:route@", "553 5.1.3 Error: malformed address"),
        ("MAIL FROM:route@[", "553 5.1.3 Error: malformed address"),
        ('MAIL FROM:"', "553 5.1.3 Error: malformed address"),
        ("MAIL FROM:<" + "(" * 900, "553 5.1.3 Error: malformed address"),
        ("MAIL FROM:<a@example.org> X=1", "555 MAIL FROM parameters not recognized or not implemented"),
        ("MAIL FROM:<a@example.org> BODY=8BITMIME SMTPUTF8 SIZE=99", "250 2.1.0 OK"),
        ("X" * 2000, "500 Command line too long"),
        ("X" * 1_100_000, "500 Command line too long"),
        ("DATA", "503 Error: need RCPT command"),
    ],
    ids=_short_name,
)
def test_it_tells_nothing_to_whoever_is_curious(wire: Wire, command: str | bytes, reply: str) -> None:
    wire.say("EHLO client.example.org")

    assert wire.say(command) == f"{reply}\r\n"
    assert wire.say("RSET") == "250 OK\r\n"


def test_long_commands_stay_too_long_however_often_one_says_ehlo(wire: Wire) -> None:
    for _turn in range(100):
        wire.say("EHLO client.example.org")

    assert wire.say(f"MAIL FROM:<{'x' * 1000}@example.org>") == "500 Command line too long\r\n"


def test_a_reply_for_many_recipients_has_short_lines_and_one_digest(app: Flask, wire: Wire) -> None:
    names = [f"{number:02}-{'x' * 56}" for number in range(MAX_RECIPIENTS)]
    for name in names:
        make_challenge(slug=name)
    wire.say("EHLO client.example.org")
    wire.say("MAIL FROM:<a@example.org>")
    for name in names:
        assert wire.say(f"RCPT TO:<{name}@{DOMAIN}>").startswith("250 ")
    wire.say("DATA")
    wire.send(RAW + b".\r\n")

    lines = wire.hear().splitlines(keepends=True)

    digest = hashlib.sha256(RAW).hexdigest()
    deliveries = session.execute(sa.select(Delivery.recipient, Delivery.id)).all()
    leaves = {row.recipient: leaf_of(row.id) for row in deliveries}
    assert lines == [
        *(f"250-2.0.0 entry 1 of {name} leaf={leaves[f'{name}@{DOMAIN}']}\r\n" for name in names),
        f"250 2.0.0 sha256={digest}\r\n",
    ]
    assert max(len(line) for line in lines) <= 512


@pytest.mark.parametrize("command", ["MAIL FROM:<{}>", "RCPT TO:<{}>"])
@pytest.mark.parametrize(
    "address",
    [
        "a\rBcc: b@example.org",
        "a\x00@example.org",
        "a\x0b@example.org",
        "a\x7f@example.org",
        "a\u0085@example.org",
    ],
    ids=["cr", "nul", "vt", "del", "nel"],
)
def test_no_envelope_can_become_a_header(wire: Wire, command: str, address: str) -> None:
    wire.say("EHLO client.example.org")
    if command.startswith("RCPT"):
        wire.say("MAIL FROM:<a@example.org>")

    assert wire.say(command.format(address)).startswith("501 5.1.")


@pytest.mark.parametrize(
    "sender",
    [
        "a..b@example.org",
        "a.@example.org",
        '"a b"@example.org',
        "SRS0=x=y=example.net=a@example.org",
        "é@example.org",
    ],
)
def test_it_takes_the_senders_that_there_really_are(wire: Wire, sender: str) -> None:
    wire.say("EHLO client.example.org")
    for line in (f"MAIL FROM:<{sender}> SMTPUTF8", f"RCPT TO:<{ADDRESS}>", "DATA"):
        assert wire.say(line)[0] in "23"
    wire.send(RAW + b".\r\n")

    assert wire.hear().startswith("250 ")
    assert session.scalars(sa.select(Delivery.envelope_sender)).one() == sender


@pytest.mark.parametrize(
    "name", ["\x01\x02 <script>", "[IPv6:::1]", "é", "x" * 900], ids=["c0", "ip", "utf8", "long"]
)
def test_it_does_not_care_what_a_client_calls_itself(wire: Wire, name: str) -> None:
    assert wire.say(f"EHLO {name}").startswith("250-")
    wire.begin_data(ADDRESS)
    wire.send(RAW + b".\r\n")

    assert wire.hear().startswith("250 ")


def test_who_asks_for_ever_more_recipients_is_told_to_come_with_fewer(wire: Wire) -> None:
    wire.say("EHLO client.example.org")
    wire.say("MAIL FROM:<a@example.org>")
    wire.send(f"RCPT TO:<{ADDRESS}>\r\n".encode() * (MOST_RECIPIENTS_ASKED + 10))

    replies = [reply[:9] for reply in wire.hear_all()]

    too_many = MOST_RECIPIENTS_ASKED - MAX_RECIPIENTS
    assert replies == ["250 2.1.5"] * MAX_RECIPIENTS + ["452 4.5.3"] * too_many + ["421 4.5.3"]


def test_a_message_gives_the_right_to_ask_anew(wire: Wire) -> None:
    for _turn in range(2):
        wire.begin_data(ADDRESS)
        wire.send(RAW + b".\r\n")
        assert wire.hear().startswith("250 ")
        wire.say("MAIL FROM:<a@example.org>")
        wire.send(f"RCPT TO:<{ADDRESS}>\r\n".encode() * (MOST_RECIPIENTS_ASKED - 10))
        assert {wire.hear()[:3] for _each in range(MOST_RECIPIENTS_ASKED - 10)} == {"250", "452"}
        wire.say("DATA")
        wire.send(RAW + b".\r\n")
        assert wire.hear().startswith("250 ")


def test_who_guesses_addresses_is_hung_up_on(wire: Wire) -> None:
    wire.say("EHLO client.example.org")
    wire.say("MAIL FROM:<a@example.org>")
    wire.send(f"RCPT TO:<nobody@{DOMAIN}>\r\n".encode() * (MOST_UNKNOWN + 5))

    replies = [reply[:9] for reply in wire.hear_all()]

    assert replies == ["550 5.1.1"] * MOST_UNKNOWN + ["421 4.7.0"]


def test_guessing_costs_a_network_of_the_internet_time(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    _ = app
    now = [100.0]
    monkeypatch.setattr(connections.time, "monotonic", lambda: now[0])
    guesses = Guesses()

    one = [guesses.delay_after("192.0.2.1") for _turn in range(17)]
    others = [
        guesses.delay_after(peer)
        for peer in ("192.0.2.2", "127.0.0.1", "10.0.0.1", "local")
        for _turn in range(11)
    ]
    now[0] += 601
    later = guesses.delay_after("192.0.2.1")

    assert one == [0.0] * 10 + [1.0, 2.0, 3.0, 4.0, 5.0, 5.0, 5.0]
    assert others == [0.0] * 10 + [1.0] + [0.0] * 33
    assert later == 0.0


@pytest.mark.parametrize(
    "address",
    [f"postmaster@{DOMAIN}", "postmaster", "Postmaster", f"POSTMASTER@{DOMAIN.upper()}", f"abuse@{DOMAIN}"],
)
def test_the_postmaster_is_always_there_and_a_person(door: int, address: str) -> None:
    with smtplib.SMTP("127.0.0.1", door, timeout=20) as client:
        code, said = mail(client, address, RAW)

    run_due_jobs()
    delivery = session.scalars(sa.select(Delivery)).one()
    name = address.partition("@")[0].lower()
    assert (code, said) == (250, f"2.0.0 for {name}, a person reads it sha256={delivery.sha256}")
    assert (delivery.route, delivery.recipient) == (
        "postmaster",
        address if "@" in address else f"{address}@{DOMAIN}",
    )
    assert session.scalars(sa.select(ReadMessage.subject)).all() == ["Answer"]
    assert session.scalars(sa.select(OutboxMessage.id)).all() == []


def test_abuse_needs_its_domain(wire: Wire) -> None:
    wire.say("EHLO client.example.org")
    wire.say("MAIL FROM:<a@example.org>")

    assert wire.say("RCPT TO:<abuse>").startswith("550 ")
    assert wire.say("RCPT TO:<postmaster@elsewhere.example.org>").startswith("550 ")
