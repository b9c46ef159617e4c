"""Mails that are made to cost much, or to break what looks at them: each is over within a second."""

import time
from collections.abc import Callable

import pytest

from blog.mailroom.authentication.check import check_sender
from blog.mailroom.authentication.resolver import QUESTIONS, RecordType
from blog.mailroom.authentication.results import SenderCheck
from tests.mailroom.authentication.cases import AT, KEY, PEER, SENDER
from tests.mailroom.authentication.signing import Signature, sign, with_keys
from tests.mailroom.authentication.zones import ZoneFile
from tests.mailroom.parser.mails import make_mail

MEGABYTE = 1024 * 1024


def check(mail: bytes, zone: ZoneFile, sender: str = SENDER) -> SenderCheck:
    return check_sender(
        mail,
        from_address=sender,
        envelope_sender=sender,
        helo="mail.example.org",
        peer=PEER,
        resolver=zone,
        at=AT,
        own_authserv_id="mx.example.com",
    )


def with_body(body: bytes, forms: str = "relaxed/relaxed") -> bytes:
    """A mail with that body. Its hash is only compared, so that the whole body is gone through."""
    return sign(make_mail("x"), Signature(forms=forms)).partition(b"\r\n\r\n")[0] + b"\r\n\r\n" + body


def many_signatures() -> bytes:
    return b"".join(
        b"DKIM-Signature: v=1; a=rsa-sha256; d=s%d.example.org; s=s; h=from; bh=AAAA; b=AAAA\r\n" % n
        for n in range(400)
    ) + make_mail("x")


HOSTILE: dict[str, Callable[[], bytes]] = {
    "many signatures": many_signatures,
    "a header of a megabyte": lambda: b"X-A: " + b"a" * MEGABYTE + b"\r\n" + make_mail("x"),
    "a signature as long as a header": lambda: b"DKIM-Signature: v=1; b" + b" " * 60_000 + b"\r\n" + make_mail("x"),
    "many tags": lambda: b"DKIM-Signature: " + b";".join(b"t%d=" % n for n in range(7000)) + b"\r\n" + make_mail("x"),
    "many folds": lambda: b"DKIM-Signature: v=1;" + b"\r\n " * 450 + b"\r\n" + make_mail("x"),
    "many signed fields": lambda: sign(make_mail("x"), Signature(signed=":".join(["from"] * 9000))),
    "spaces": lambda: with_body(b" " * 5 * MEGABYTE),
    "tabs and spaces": lambda: with_body(b"\t " * (5 * MEGABYTE // 2) + b"x"),
    "spaces before line ends": lambda: with_body((b" " * 1000 + b"\r\n") * 5000),
    "line ends": lambda: with_body(b"\r\n" * (5 * MEGABYTE // 2)),
    "line feeds": lambda: with_body(b"\n" * MEGABYTE),
    "carriage returns": lambda: with_body(b"\r" * 5 * MEGABYTE),
    "simple line ends": lambda: with_body(b"\r\n" * (5 * MEGABYTE // 2), "simple/simple"),
    "commas in From": lambda: make_mail("x", sender="a@example.org," * 500),
    "comments in From": lambda: make_mail("x", sender="(" * 8000 + f"<{SENDER}>"),
    "comments in what is reported": lambda: b"Authentication-Results: " + b"(" * 60_000 + b"\r\n" + make_mail("x"),
    "results in what is reported": lambda: b"Authentication-Results: mx.example.com;" + b" dkim=pass" * 5000
    + b"\r\n" + make_mail("x"),
    "nothing": lambda: b"",
    "zeros": lambda: b"\x00" * MEGABYTE,
    "only a header": lambda: b"From: pietje@example.org",
}  # fmt: skip


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_mail_is_over_within_a_second(name: str) -> None:
    mail, zone = HOSTILE[name](), ZoneFile(with_keys(KEY))
    began = time.process_time()
    found = check(mail, zone)
    assert time.process_time() - began < 1
    assert found.sender_class.value == ("aligned" if name == "many signed fields" else "unaligned")


LONG = "a" * 65_000
RECORDS = {
    "a key": f"s1._domainkey.example.org TXT v=DKIM1; p={LONG}",
    "a key of many tags": "s1._domainkey.example.org TXT " + ";".join(f"t{n}=" for n in range(8000)),
    "many keys": "\n".join(["s1._domainkey.example.org TXT p=AAAA"] * 2000),
    "DMARC": f"_dmarc.example.org TXT v=DMARC1; x={LONG}",
    "many DMARC": "\n".join(["_dmarc.example.org TXT v=DMARC1; p=none"] * 2000),
    "SPF of networks": "example.org TXT v=spf1 " + "ip4:203.0.113.1 " * 4000,
    "SPF of macros": "example.org TXT v=spf1 exists:" + "%{l}" * 15_000 + ".example.org",
    "SPF of digits": "example.org TXT v=spf1 a:" + "1" * 65_000,
    "SPF of slashes": "example.org TXT v=spf1 a" + "/" * 65_000,
    "SPF of percents": "example.org TXT v=spf1 exists:" + "%" * 65_000,
    "SPF of braces": "example.org TXT v=spf1 exists:" + "%{l" * 20_000,
    "many SPF": "\n".join(["example.org TXT v=spf1 -all"] * 2000),
    "many hosts": "example.org TXT v=spf1 a\n" + "\n".join(["example.org A 203.0.113.1"] * 3000),
}


@pytest.mark.parametrize("name", RECORDS)
def test_a_hostile_record_is_over_within_a_second(name: str) -> None:
    mail, zone = sign(make_mail("x"), Signature()), ZoneFile(RECORDS[name])
    began = time.process_time()
    found = check(mail, zone)
    assert time.process_time() - began < 1
    assert found.sender_class.value == "unaligned"


def test_ten_signatures_are_looked_at() -> None:
    zone = ZoneFile("")
    found = check(many_signatures(), zone)
    assert [each.domain for each in found.dkim] == [f"s{n}.example.org" for n in range(10)]


class Generous(ZoneFile):
    """Answers every question about hosts with ten more."""

    def ask(self, name: str, kind: RecordType) -> tuple[str, ...]:
        super().ask(name, kind)
        if kind is RecordType.MX:
            return tuple(f"m{n}.{name}" for n in range(10))
        if kind is RecordType.TXT and not name.startswith("_"):
            return ("v=spf1 " + " ".join(f"mx:{n}.example.org" for n in range(10)) + " -all",)
        return ()


def test_a_mail_asks_for_no_more_than_sixty_things() -> None:
    zone = Generous("")
    found = check(make_mail("x"), zone)
    assert sum(zone.asked.values()) == QUESTIONS == 60
    assert (found.sender_class.value, found.spf.reason) == ("unaligned", "too-many-questions")
