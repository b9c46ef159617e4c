"""Encoded words, parameters, addresses: the parts of a header, well formed and hostile."""

import pytest

from blog.mailroom.parser.addresses import Mailbox, canonical_address, mailboxes
from blog.mailroom.parser.encoded_words import decode_words
from blog.mailroom.parser.headers import message_ids
from blog.mailroom.parser.parameters import parse


@pytest.mark.parametrize(
    ("source", "text"),
    [
        ("gewoon", "gewoon"),
        ("=?utf-8?q?Caf=C3=A9?=", "Café"),
        ("=?UTF-8?B?Q2Fmw6k=?= =?UTF-8?B?IGRlIGrDqQ==?=", "Café de jé"),
        ("=?utf-8?q?=C3?= =?utf-8?q?=A9?=", "é"),
        ("a =?iso-8859-1?q?b_c?= d", "a b c d"),
        ("=?utf-8?q?a?= en =?utf-8?q?b?=", "a en b"),
        ("=?utf-8*nl?q?a?=", "a"),
        ("=?x-unknown?q?Caf=E9?=", "Café"),
        ("=?utf-8?q?met spatie?=", "met spatie"),
        ("=?utf-8?x?a?=", "=?utf-8?x?a?="),
        ("=?utf-8?q?open", "=?utf-8?q?open"),
        ("=?utf-8?b?Q?=", ""),
        ("(=?utf-8?q?a?=)", "(a)"),
    ],
)
def test_decode_words(source: str, text: str) -> None:
    assert decode_words(source) == text


@pytest.mark.parametrize(
    ("source", "main", "parameters"),
    [
        ("text/plain", "text/plain", {}),
        ("TEXT/HTML; Charset=UTF-8", "text/html", {"charset": "UTF-8"}),
        ('multipart/mixed; boundary="a;b=\\"c"; x=y', "multipart/mixed", {"boundary": 'a;b="c', "x": "y"}),
        ("attachment; filename*=utf-8'nl'pr%C3%ADjs.pdf", "attachment", {"filename": "príjs.pdf"}),
        ("attachment; filename*0=pr; filename*1=ijs.pdf", "attachment", {"filename": "prijs.pdf"}),
        ("attachment; filename*1=b; filename*0=a", "attachment", {"filename": "ab"}),
        ("attachment; filename*0*=utf-8''%C3; filename*1*=%A9", "attachment", {"filename": "é"}),
        ("attachment; filename*0*=utf-8''a%20; filename*1=%20b", "attachment", {"filename": "a %20b"}),
        ("attachment; filename=old; filename*=utf-8''new", "attachment", {"filename": "new"}),
        ('attachment; filename="=?utf-8?q?Caf=C3=A9.pdf?="', "attachment", {"filename": "Café.pdf"}),
        ("text/plain (a comment); format = flowed", "text/plain", {"format": "flowed"}),
        ('text/plain; name="open', "text/plain", {"name": "open"}),
        ("text/plain; ; = ;charset", "text/plain", {}),
        ("text/plain; name*=x", "text/plain", {"name": "x"}),
        ("", "", {}),
    ],
)
def test_parse_parameters(source: str, main: str, parameters: dict[str, str]) -> None:
    assert parse(source) == (main, parameters)


@pytest.mark.parametrize(
    ("value", "name", "address"),
    [
        ("pietje@example.org", "", "pietje@example.org"),
        ("<pietje@EXAMPLE.org>", "", "pietje@example.org"),
        ("Pietje Puk <Pietje@example.org>", "Pietje Puk", "Pietje@example.org"),
        ('"Puk, Pietje" <pietje@example.org>', "Puk, Pietje", "pietje@example.org"),
        ("Puk, Pietje <pietje@example.org>", "Puk, Pietje", "pietje@example.org"),
        ("pietje@example.org (Pietje (Puk))", "Pietje (Puk)", "pietje@example.org"),
        ("=?utf-8?q?Pietje_=E2=82=AC?= <pietje@example.org>", "Pietje €", "pietje@example.org"),
        ('"=?utf-8?q?Pietje?=" <pietje@example.org>', "Pietje", "pietje@example.org"),
        ('"pie tje"@example.org', "", '"pie tje"@example.org'),
        ("Jan <<pietje@example.org>", None, None),
        ("<@relay.example.org:pietje@example.org>", "", "pietje@example.org"),
        ("groep: pietje@example.org;", "", "pietje@example.org"),
        ("pïetje@exámple.org", "", "pïetje@exámple.org"),
        ("x@[127.0.0.1]", "", "x@[127.0.0.1]"),
        ("jan@example.org <pietje@example.org>", "jan@example.org", "pietje@example.org"),
        ("=?utf-8?q?jan=40bank.nl?= <pietje@example.org>", "jan@bank.nl", "pietje@example.org"),
    ],
)
def test_mailboxes_reads_one_sender(value: str, name: str | None, address: str | None) -> None:
    found, odd = mailboxes(value)
    if address is None or name is None:
        assert odd
        assert found == ()
    else:
        assert found == (Mailbox(name, address),)
        assert not odd


@pytest.mark.parametrize(
    "value",
    [
        "alice@example.org)bob@evil.test",
        "alice@example.org(bob@evil.test",
        "alice@example.org bob@evil.test",
        "alice@example.org@evil.test",
        "<alice@example.org> <bob@evil.test>",
        '"alice@example.org',
        "<alice@example.org",
        "alice",
        "",
        "@example.org",
        "alice@",
        "alice@exa mple.org",
        "alice@-example.org",
        "alice@example..org",
        "=?utf-8?q?alice=40example.org?=",
        "(" * 5000,
        "<" * 5000,
        "\\" * 5000,
        ":" * 5000,
        "=?utf-8?q?a?=@example.org <",
        "jan\x8d@example.org",
        "jan\u200b@example.org",
        "ja\xadn@example.org",
        "\u202ejan@example.org",
        '"jan\x91"@example.org',
    ],
)
def test_mailboxes_never_takes_one_address_from_what_could_be_two_or_none(value: str) -> None:
    found, odd = mailboxes(value)

    assert len(found) != 1 or odd


def test_mailboxes_gives_all_senders() -> None:
    assert mailboxes("victim@example.org, attacker@evil.test").found == (
        Mailbox("", "victim@example.org"),
        Mailbox("", "attacker@evil.test"),
    )


@pytest.mark.parametrize(
    "address",
    [
        "a b@example.org",
        "a@b@example.org",
        "a\n@example.org",
        "a@example.org\r\nBcc: x",
        "<a@b>",
        "a,b@c",
        "jan\x8d@example.org",
        "jan\u200b@example.org",
        '"ja\xadn"@example.org',
    ],
)
def test_canonical_address_refuses_what_is_not_exactly_one(address: str) -> None:
    assert canonical_address(address) is None


@pytest.mark.parametrize(
    ("source", "ids"),
    [
        ("<a@b>", ("<a@b>",)),
        ("<a@b> <c@d>", ("<a@b>", "<c@d>")),
        ("<a@b>\r\n\t<c@d>", ("<a@b>", "<c@d>")),
        ("Your message of today <a@b>", ("<a@b>",)),
        ("a@b", ("<a@b>",)),
        ("<a@b", ("<a@b>",)),
        ("geen", ()),
        ("", ()),
        (None, ()),
        ("<" * 1000, ()),
    ],
)
def test_message_ids(source: str | None, ids: tuple[str, ...]) -> None:
    assert message_ids(source) == ids
