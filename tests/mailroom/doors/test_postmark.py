"""Mail that Postmark hands in."""

from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient

from blog.core.db import session
from blog.mailroom.doors.intake import MAX_MESSAGE_BYTES
from blog.mailroom.models import Delivery
from tests.factories.challenges import make_challenge
from tests.mailroom.doors.providers import DOMAIN, LOGIN, POSTMARK, post_json, postmark_fields
from tests.support.rows_of_ledgers import leaf_of

TO = f"a-question@{DOMAIN}"
RAW = "From: Ann <ann@example.org>\r\nSubject: Réponse\r\n\r\nQuarante-deux, “été”.\r\n".encode()


@pytest.fixture(autouse=True)
def challenge(with_webhooks: Flask) -> None:
    make_challenge(slug="a-question")


def test_it_stores_the_exact_bytes_and_says_the_number(client: FlaskClient) -> None:
    answer = post_json(client, postmark_fields(RAW, TO))

    delivery = session.scalars(sa.select(Delivery)).one()
    assert (answer.status_code, answer.text) == (
        200,
        f"entry 1 of a-question sha256={delivery.sha256} leaf={leaf_of(delivery.id)}\n",
    )
    assert delivery.raw == RAW
    assert (delivery.door, delivery.recipient, delivery.envelope_sender) == ("postmark", TO, None)
    assert (delivery.peer, delivery.helo) == ("", "")
    assert "Set-Cookie" not in answer.headers


@pytest.mark.parametrize(
    "auth",
    [None, ("", ""), (LOGIN.user, "a password of another"), ("another", LOGIN.password), ("ü", "\u2028")],
)
def test_it_lets_nobody_in_without_name_and_password(
    client: FlaskClient, auth: tuple[str, str] | None
) -> None:
    answer = post_json(client, postmark_fields(RAW, TO), auth=auth)

    # Not 403: Postmark would never try again.
    assert answer.status_code == 401
    assert answer.headers["WWW-Authenticate"].startswith("Basic ")
    assert session.scalars(sa.select(Delivery.id)).all() == []


@pytest.mark.parametrize(
    ("told", "recipient"),
    [
        ({"OriginalRecipient": "abc@inbound.example.net"}, TO),
        (
            {
                "OriginalRecipient": "abc@inbound.example.net",
                "ToFull": [{"Email": "friend@example.org"}, "x", {"Email": 7}],
                "CcFull": [{"Email": f"Answers+A-Question@{DOMAIN}"}],
            },
            f"Answers+A-Question@{DOMAIN}",
        ),
        (
            {
                "OriginalRecipient": "abc+a-question@inbound.example.net",
                "ToFull": [{"Email": "abc+a-question@inbound.example.net"}],
                "MailboxHash": "a-question",
            },
            TO,
        ),
        ({"ToFull": [{"Email": f"another@{DOMAIN}"}]}, TO),
    ],
    ids=["forwarded", "forwarded, in copy", "to Postmark's own address", "the envelope decides"],
)
def test_it_finds_out_where_a_message_goes(client: FlaskClient, told: dict[str, Any], recipient: str) -> None:
    make_challenge(slug="another")

    answer = post_json(client, {**postmark_fields(RAW, TO), **told})

    assert answer.text.startswith("entry 1 of a-question ")
    assert session.scalars(sa.select(Delivery.recipient)).all() == [recipient]


def test_what_comes_again_is_stored_once(client: FlaskClient) -> None:
    said = [post_json(client, postmark_fields(RAW, TO)).text for _turn in range(2)]

    assert said[0] == said[1]
    assert len(session.scalars(sa.select(Delivery.id)).all()) == 1


def test_one_name_for_two_messages_loses_neither(client: FlaskClient) -> None:
    make_challenge(slug="another")

    for raw, recipient in ((RAW, TO), (RAW + b"More.\r\n", TO), (RAW, f"another@{DOMAIN}")):
        assert post_json(client, postmark_fields(raw, recipient, message_id="the-same")).status_code == 200

    assert len(session.scalars(sa.select(Delivery.id)).all()) == 3


@pytest.mark.parametrize("recipient", [f"nobody@{DOMAIN}", "a-question@elsewhere.example.org", "", "\0@\0"])
def test_postmark_keeps_what_is_for_nobody_here(client: FlaskClient, recipient: str) -> None:
    answer = post_json(client, postmark_fields(RAW, recipient))

    # Neither 200 nor 403: then it would be gone.
    assert (answer.status_code, answer.text) == (422, "there is no such address here\n")


def test_postmark_keeps_what_is_too_large(client: FlaskClient) -> None:
    answer = post_json(client, postmark_fields(b"x" * (MAX_MESSAGE_BYTES + 1), TO))

    assert (answer.status_code, answer.text) == (
        422,
        f"the message is larger than {MAX_MESSAGE_BYTES} bytes\n",
    )


@pytest.mark.parametrize(
    ("body", "said"),
    [
        (b"\xff", "this is no JSON"),
        (b"[" * 100_000, "this is no JSON"),
        (b"[]", "this is no object"),
        (b"{}", "there is no RawEmail; have Postmark include it"),
        (b'{"RawEmail": null}', "there is no RawEmail; have Postmark include it"),
    ],
)
def test_it_says_what_it_cannot_read(client: FlaskClient, body: bytes, said: str) -> None:
    answer = client.post(POSTMARK, data=body, auth=(LOGIN.user, LOGIN.password))

    assert (answer.status_code, answer.text) == (400, f"{said}\n")


def test_it_takes_half_a_character(client: FlaskClient) -> None:
    fields = {**postmark_fields(RAW, TO), "RawEmail": RAW.decode() + "\ud800", "MessageID": "\ud800\0"}

    assert post_json(client, fields).status_code == 200
    assert session.scalars(sa.select(Delivery.raw)).one() == RAW + b"\xed\xa0\x80"
