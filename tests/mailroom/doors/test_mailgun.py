"""Mail that Mailgun hands in."""

import tracemalloc
from collections import Counter
from collections.abc import Callable, Mapping
from contextlib import suppress
from datetime import timedelta

import pytest
import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from blog.core import clock
from blog.core.db import session
from blog.mailroom.doors.intake import MAX_MESSAGE_BYTES
from blog.mailroom.doors.mailgun import form_of, is_signed
from blog.mailroom.doors.webhooks import MAX_BODY_BYTES, NotUnderstood
from blog.mailroom.models import Delivery, DoorRefusal
from blog.mailroom.refusals import write_refusals
from blog.mailroom.values import Door
from tests.factories.challenges import make_challenge
from tests.mailroom.doors.providers import (
    DOMAIN,
    MAILGUN,
    SIGNING_KEY,
    mailgun_fields,
    post_multipart,
    post_urlencoded,
)
from tests.support.rows_of_ledgers import leaf_of

TO = f"a-question@{DOMAIN}"
RAW = b"From: Ann <ann@example.org>\r\nSubject: Answer\r\n\r\nForty-two.\r\n"
# No charset has all of this, and nobody says which one it is.
BYTES = RAW + bytes(range(256)) + b"\xff\xfe\r\n%41+&=;\r\n--\r\n"
Post = Callable[[FlaskClient, Mapping[str, bytes]], TestResponse]
WAYS = pytest.mark.parametrize("post", [post_urlencoded, post_multipart])


@pytest.fixture(autouse=True)
def challenge(with_webhooks: Flask) -> None:
    make_challenge(slug="a-question")


@WAYS
def test_it_stores_the_exact_bytes_and_says_the_number(client: FlaskClient, post: Post) -> None:
    answer = post(client, mailgun_fields(BYTES, TO))

    delivery = session.scalars(sa.select(Delivery)).one()
    assert (answer.status_code, answer.text) == (
        200,
        f"entry 1 of a-question sha256={delivery.sha256} leaf={leaf_of(delivery.id)}\n",
    )
    assert delivery.raw == BYTES
    assert (delivery.door, delivery.recipient, delivery.envelope_sender) == (
        "mailgun",
        TO,
        "entrant@example.org",
    )
    # Nobody told us who handed it to Mailgun: to ask SPF about anybody else would be wrong.
    assert (delivery.peer, delivery.helo) == ("", "")
    assert "Set-Cookie" not in answer.headers


def test_it_keeps_the_instant_that_mailgun_gave_and_counts_by_ours(client: FlaskClient) -> None:
    then = clock.now().replace(microsecond=0) - timedelta(hours=3)

    post_urlencoded(client, mailgun_fields(RAW, TO, at=then))

    delivery = session.scalars(sa.select(Delivery)).one()
    assert delivery.stamped_at == then
    assert delivery.received_at - then >= timedelta(hours=3)


def test_it_takes_a_message_of_4_mb_in_parts(client: FlaskClient) -> None:
    raw = RAW + (b"x" * 998 + b"\r\n") * 4_000

    assert post_multipart(client, mailgun_fields(raw, TO)).status_code == 200
    assert session.scalars(sa.select(Delivery.size)).one() == len(raw)


@pytest.mark.parametrize(
    ("fields", "why"),
    [
        ({"signing_key": "another key"}, "another key"),
        ({"at": timedelta(hours=-9, minutes=-1)}, "no longer underway"),
        ({"at": timedelta(minutes=16)}, "from the future"),
        ({"token": "t" * 101}, "no token of theirs"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_it_lets_nobody_in_without_a_valid_signature(
    client: FlaskClient, fields: dict[str, object], why: str
) -> None:
    at = fields.get("at")
    if isinstance(at, timedelta):
        fields = {"at": clock.now() + at}

    answer = post_urlencoded(client, mailgun_fields(RAW, TO, **fields))  # type: ignore[arg-type]

    # Not 406: were the key or the clock wrong on our side, the message would be lost.
    assert answer.status_code == 403, why
    assert session.scalars(sa.select(Delivery.id)).all() == []


@pytest.mark.parametrize("changed", ["token", "timestamp", "signature"])
def test_it_notices_what_was_changed(client: FlaskClient, changed: str) -> None:
    fields = mailgun_fields(RAW, TO)
    fields[changed] = b"1" + fields[changed][:-1]

    assert post_urlencoded(client, fields).status_code == 403


@pytest.mark.parametrize("missing", ["token", "timestamp", "signature"])
def test_it_takes_nothing_unsigned(client: FlaskClient, missing: str) -> None:
    fields = mailgun_fields(RAW, TO)
    del fields[missing]

    assert post_urlencoded(client, fields).status_code == 403


def test_it_takes_what_is_tried_again_after_eight_hours_with_its_first_signature(client: FlaskClient) -> None:
    fields = mailgun_fields(RAW, TO, at=clock.now() - timedelta(hours=8))

    assert post_urlencoded(client, fields).status_code == 200


def test_a_signature_is_good_for_one_message(client: FlaskClient) -> None:
    first = mailgun_fields(RAW, TO, token="seen-by-somebody")
    other = {**first, "body-mime": RAW + b"Another answer.\r\n"}

    said = [post_urlencoded(client, fields).status_code for fields in (first, other)]

    assert said == [200, 403]
    assert session.scalars(sa.select(Delivery.raw)).all() == [RAW]


@pytest.mark.parametrize("token", [None, "the-first-one"], ids=["signed anew", "signed once"])
def test_what_comes_again_is_stored_once(client: FlaskClient, token: str | None) -> None:
    said = [post_urlencoded(client, mailgun_fields(RAW, TO, token=token)).text for _turn in range(2)]

    assert said[0] == said[1]
    assert len(session.scalars(sa.select(Delivery.id)).all()) == 1


def test_one_message_for_two_challenges_is_stored_for_both(client: FlaskClient) -> None:
    make_challenge(slug="another")
    addresses = (TO, f"answers+a-question@{DOMAIN}", f"nobody@{DOMAIN}", f"another@{DOMAIN}")

    answer = post_urlencoded(client, mailgun_fields(RAW, *addresses))

    assert answer.status_code == 200
    assert [line.split(" sha256")[0] for line in answer.text.split("; ")] == [
        "entry 1 of a-question",
        "entry 1 of another",
    ]


@pytest.mark.parametrize("recipient", [f"nobody@{DOMAIN}", "a-question@elsewhere.example.org", "", "\0@\0"])
def test_it_says_for_good_that_there_is_no_such_address(client: FlaskClient, recipient: str) -> None:
    answer = post_urlencoded(client, mailgun_fields(RAW, recipient))

    assert (answer.status_code, answer.text) == (406, "there is no such address here\n")


def test_it_says_for_good_that_a_message_is_too_large(client: FlaskClient) -> None:
    answer = post_multipart(client, mailgun_fields(b"x" * (MAX_MESSAGE_BYTES + 1), TO))

    assert (answer.status_code, answer.text) == (
        406,
        f"the message is larger than {MAX_MESSAGE_BYTES} bytes\n",
    )


def test_it_does_not_read_what_no_message_needs(client: FlaskClient) -> None:
    assert post_multipart(client, mailgun_fields(b"x" * MAX_BODY_BYTES, TO)).status_code == 413


@pytest.mark.parametrize(
    ("content_type", "body", "said"),
    [
        ("application/json", b"{}", "this is no form"),
        ("multipart/form-data", b"x", "this is no form"),
        ("multipart/form-data; boundary=x", b"--x\r\nno header", "the form cannot be read"),
        (
            "multipart/form-data; boundary=x",
            b"--x\r\n" + b"a: b\r\n" * 200 + b"\r\n\r\n--x--",
            "the form cannot be read",
        ),
        ("multipart/form-data; boundary=x", b"--x\r\n\r\n\r\n" * 300, "the form cannot be read"),
        ("application/x-www-form-urlencoded", b"a=1&" * 300, "the form has too many fields"),
    ],
)
def test_it_says_what_it_cannot_read(client: FlaskClient, content_type: str, body: bytes, said: str) -> None:
    answer = client.post(MAILGUN, data=body, content_type=content_type)

    assert (answer.status_code, answer.text) == (400, f"{said}\n")


def test_it_says_that_the_address_of_the_route_is_wrong(client: FlaskClient) -> None:
    fields = mailgun_fields(RAW, TO)
    del fields["body-mime"]

    answer = post_urlencoded(client, fields)

    assert (answer.status_code, answer.text) == (
        400,
        "there is no body-mime; the address of the route must end in mime\n",
    )


def test_the_null_sender_and_no_sender_are_not_the_same(client: FlaskClient) -> None:
    unknown = mailgun_fields(RAW + b"1", TO)
    del unknown["sender"]
    for fields in (mailgun_fields(RAW, TO, sender="<>"), unknown):
        post_urlencoded(client, fields)

    assert session.scalars(sa.select(Delivery.envelope_sender).order_by(Delivery.id)).all() == ["", None]


@pytest.mark.parametrize(
    ("content_type", "beginning", "octets"),
    [
        ("application/x-www-form-urlencoded", b"body-mime=", b"%41"),
        ("application/x-www-form-urlencoded", b"token=", b"%41"),
        ("application/x-www-form-urlencoded", b"", b"%41"),
        ("application/x-www-form-urlencoded", b"", b"a&"),
        ("multipart/form-data; boundary=x", b"--x\r\n", b"a: b\r\n"),
        ("multipart/form-data; boundary=x", b"--x\r\n", b"\r\n--x\r\n"),
    ],
)
def test_what_nobody_has_signed_costs_little_more_than_its_octets(
    content_type: str, beginning: bytes, octets: bytes
) -> None:
    body = beginning + octets * (MAX_BODY_BYTES // 2 // len(octets))
    tracemalloc.start()
    try:
        with suppress(NotUnderstood):
            assert not is_signed(form_of(content_type, body), SIGNING_KEY, clock.now())
        _now, most = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()

    assert most < 4 * len(body)


@WAYS
def test_it_takes_a_large_message_of_which_every_octet_is_escaped(client: FlaskClient, post: Post) -> None:
    raw = RAW + bytes(range(256)) * 3_000

    assert post(client, mailgun_fields(raw, TO)).status_code == 200
    assert session.scalars(sa.select(Delivery.raw)).one() == raw


def test_what_it_refuses_is_counted(client: FlaskClient) -> None:
    unsigned, misunderstood = mailgun_fields(RAW, TO, signing_key="another"), mailgun_fields(RAW, TO)
    del misunderstood["body-mime"]
    write_refusals()
    before = refused()
    for fields in (unsigned, misunderstood, mailgun_fields(RAW, f"nobody@{DOMAIN}")):
        post_urlencoded(client, fields)
    post_multipart(client, mailgun_fields(b"x" * MAX_BODY_BYTES, TO))
    write_refusals()

    assert refused() - before == {"not-proven": 1, "broken": 1, "no-such-address": 1, "too-large": 1}


def test_one_message_may_be_for_fifty_addresses_at_most(client: FlaskClient) -> None:
    others = [f"nobody-{number}@{DOMAIN}" for number in range(50)]

    kept = post_urlencoded(client, mailgun_fields(RAW, *others[1:], TO, "somebody@example.org"))
    refused = post_urlencoded(client, mailgun_fields(RAW, *others, TO))

    assert kept.status_code == 200
    assert (refused.status_code, refused.text) == (
        406,
        "it is for more than 50 addresses here; send it to a few at a time\n",
    )


def test_a_large_message_may_be_for_a_few_addresses_at_most(client: FlaskClient) -> None:
    for number in range(9):
        make_challenge(slug=f"number-{number}")
    large = RAW + b"x" * (MAX_MESSAGE_BYTES - len(RAW))
    to = [f"number-{number}@{DOMAIN}" for number in range(9)]

    refused = post_multipart(client, mailgun_fields(large, *to))
    assert (refused.status_code, refused.text) == (
        406,
        "a message of this size may be for 8 addresses at most; send it to a few at a time\n",
    )
    assert post_multipart(client, mailgun_fields(large, *to[1:])).status_code == 200
    assert len(session.scalars(sa.select(Delivery.id)).all()) == 8


def refused() -> Counter[str]:
    """How many messages Mailgun's door has refused, by why."""
    session.rollback()
    rows = session.execute(
        sa.select(DoorRefusal.why, DoorRefusal.total).where(DoorRefusal.door == Door.MAILGUN)
    )
    return Counter(dict(rows.all()))
