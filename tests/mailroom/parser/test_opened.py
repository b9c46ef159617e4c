"""A message taken apart for whoever looks at it as it came."""

import base64
import hashlib

import pytest

from blog.mailroom.parser.opened import attachment_with, open_parts
from blog.mailroom.parser.reading import read_message

PICTURE = bytes(range(256))
RAW = (
    b"From: Piet <piet@example.org>\r\nSubject: Answer\r\n"
    b'Content-Type: multipart/mixed; boundary="b"\r\n\r\n'
    b"For old programs.\r\n"
    b"--b\r\nContent-Type: text/plain; charset=iso-8859-1\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\n"
    b"Caf=E9\r\n"
    b"--b\r\nContent-Type: image/png; name=a.png\r\nContent-Transfer-Encoding: base64\r\n\r\n"
    + base64.encodebytes(PICTURE)
    + b"--b\r\nContent-Type: text/plain; name=b.txt\r\n\r\nA file.\r\n--b--\r\nAfterwards.\r\n"
)


def test_each_part_says_what_it_is_and_its_text_is_decoded() -> None:
    parts = open_parts(RAW)
    assert [(part.type, part.text) for part in parts] == [
        ("multipart/mixed", "For old programs.\n\nAfterwards."),
        ("text/plain", "Café"),
        ("image/png", None),
        ("text/plain", "A file."),
    ]
    assert parts[0].fields == [
        ("from", "Piet <piet@example.org>"),
        ("subject", "Answer"),
        ("content-type", 'multipart/mixed; boundary="b"'),
    ]


def test_an_attachment_is_found_by_its_hash() -> None:
    for attachment, content in zip(read_message(RAW).attachments, (PICTURE, b"A file."), strict=True):
        found = attachment_with(RAW, attachment.sha256)
        assert found is not None
        assert found[1] == content
    assert attachment_with(RAW, hashlib.sha256(b"something else").hexdigest()) is None
    # The text itself is no attachment.
    assert attachment_with(RAW, hashlib.sha256("Caf\xe9".encode("latin-1")).hexdigest()) is None


def _forwarded(message: bytes) -> bytes:
    return b"Subject: Fwd\r\nContent-Type: message/rfc822\r\n\r\n" + message


def test_a_forwarded_message_is_taken_apart_as_well() -> None:
    parts = open_parts(_forwarded(RAW))
    assert [(part.type, part.text) for part in parts[:3]] == [
        ("message/rfc822", ""),
        ("multipart/mixed", "For old programs.\n\nAfterwards."),
        ("text/plain", "Café"),
    ]


@pytest.mark.parametrize("kind", [b"text/rfc822-headers", b"message/delivery-status", b"message/partial"])
def test_headers_that_tell_who_wrote_them_are_no_words(kind: bytes) -> None:
    raw = b"Content-Type: " + kind + b"\r\n\r\nFrom: =?utf-8?q?Piet?=\r\n"
    assert [(part.type, part.text) for part in open_parts(raw)] == [(kind.decode(), None)]


def test_messages_in_messages_are_opened_so_far_and_what_is_left_has_no_words() -> None:
    raw = b"Subject: the last one\r\n\r\nthe words"
    for _ in range(50):
        raw = _forwarded(raw)
    parts = open_parts(raw)
    assert [part.text for part in parts] == [""] * 10 + [None]


@pytest.mark.parametrize(
    "raw",
    [
        b"",
        b"\n\n",
        b"no header at all",
        b"\xff\xfe" * 50,
        b'Content-Type: multipart/mixed; boundary="b"\n\n' + b"--b\n\npiece\n" * 300,
        b"X: y\n" * 2000 + b"\nthe text",
        b"".join(b'Content-Type: multipart/mixed; boundary="%d"\n\n--%d\n' % (n, n) for n in range(50)),
    ],
)
def test_nothing_breaks_it_and_nothing_is_lost(raw: bytes) -> None:
    shown = " ".join(part.text or "" for part in open_parts(raw))
    for words in ("no header at all", "the text"):
        assert (words in shown) is (words.encode() in raw)
    assert shown.count("piece") == raw.count(b"\npiece\n")
    assert attachment_with(raw, "") is None
