"""Whole messages: from bytes to what is known of them."""

import base64
import binascii
import hashlib
from datetime import UTC, datetime

import pytest

from blog.mailroom.parser import reading
from blog.mailroom.parser.message import Attachment, ParsedMail
from blog.mailroom.parser.reading import read_message
from blog.mailroom.parser.report import report_of
from tests.mailroom.parser.mails import (
    ANSWER,
    SAMPLES,
    Sample,
    base64_part,
    make_mail,
    make_multipart,
    part,
)


@pytest.mark.parametrize("sample", SAMPLES, ids=lambda sample: sample.name)
def test_read_message_tells_new_from_old_as_programs_write_it(sample: Sample) -> None:
    mail = read_message(sample.raw)

    assert mail.text == sample.text
    assert mail.elided == sample.elided
    assert (mail.kind, mail.readable) == ("person", True)


def test_read_message_gives_everything_that_is_known() -> None:
    raw = make_mail(
        "Het is de verkoper.\n",
        subject="=?utf-8?q?Caf=C3=A9?=",
        headers=("In-Reply-To: <q@example.org>", "References: <a@example.org>\r\n <q@example.org>"),
    )

    assert read_message(raw) == ParsedMail(
        from_address="pietje@example.org",
        from_name="Pietje Puk",
        subject="Café",
        message_id="<20170124.42@mail.example.org>",
        in_reply_to="<q@example.org>",
        references=("<a@example.org>", "<q@example.org>"),
        date_claimed=datetime(2017, 1, 24, 21, 12, tzinfo=UTC),
        text="Het is de verkoper.",
        body_sha256=hashlib.sha256(b"Het is de verkoper.").hexdigest(),
        charset="utf-8",
    )


def test_read_message_gives_a_message_that_comes_twice_the_same_digest() -> None:
    once = read_message(make_mail("Ja, dat is het.\n\n> Wat nu?\n> Mail het.\n"))
    again = read_message(
        make_mail("Ja, dat   is\nhet. \n\n\n> Wat nu?\n> Mail het.\n\n", headers=("Received: by mx2",))
    )
    other = read_message(make_mail("Ja, dat is het!\n\n> Wat nu?\n> Mail het.\n"))
    older = read_message(make_mail("Ja, dat is het.\n\n> Wat nu?\n> Mail dat.\n"))

    assert once.body_sha256 == again.body_sha256
    assert once.body_sha256 == hashlib.sha256(b"Ja, dat is het. > Wat nu? > Mail het.").hexdigest()
    assert len({once.body_sha256, other.body_sha256, older.body_sha256}) == 3


def test_read_message_gives_no_digest_of_nothing() -> None:
    assert read_message(make_mail("\n")).body_sha256 == ""
    assert read_message(make_mail(headers=("X: y",) * 501)).body_sha256 == ""


def test_report_of_tells_all_that_is_known_of_a_message() -> None:
    file = part("x", "text/plain; name=a.txt")
    mail = read_message(make_multipart("mixed", part("Ja.\n\n-- \nPietje\n"), file))

    assert report_of("een.eml", mail) == {
        "file": "een.eml",
        "from": "pietje@example.org",
        "subject": "Kleine uitdaging",
        "message_id": "<20170124.42@mail.example.org>",
        "text": "Ja.",
        "elided": "-- \nPietje",
        "automatic": False,
        "automatic_reason": None,
        "kind": "person",
        "from_name": "Pietje Puk",
        "date": "2017-01-24T21:12:00+00:00",
        "in_reply_to": None,
        "references": [],
        "attachments": [
            {"name": "a.txt", "type": "text/plain", "size": 1, "sha256": hashlib.sha256(b"x").hexdigest()}
        ],
        "charset": "utf-8",
        "readable": True,
        "defects": [],
    }


# Shapes


def test_read_message_prefers_plain_text_unless_it_is_empty() -> None:
    html = part("<p>Het is <b>42</b>!</p>", "text/html; charset=utf-8")
    both = read_message(make_multipart("alternative", part("Het is *42*."), html))
    blank = read_message(make_multipart("alternative", part(" \n"), html))

    assert (both.text, both.elided, both.defects) == ("Het is *42*.", "", ())
    assert (blank.text, blank.defects) == ("Het is 42!", ("html-only",))


@pytest.mark.parametrize(
    "plain", ["\u200b\n", "[cid:image001.png@01DA9D3C]\n", "[image: logo.png]\n\n\ufeff\n", "\xa0\n-- \n"]
)
def test_read_message_takes_plain_text_without_a_word_for_empty(plain: str) -> None:
    html = part('<p>Het is 42.</p><img src="cid:image001.png@01DA9D3C">', "text/html; charset=utf-8")
    mail = read_message(make_multipart("alternative", part(plain), html))

    assert (mail.text, mail.elided, mail.defects) == ("Het is 42.", "", ("html-only",))


def test_read_message_keeps_plain_text_without_words_when_there_is_no_other() -> None:
    mail = read_message(make_multipart("alternative", part("\U0001f44d"), part("<img src=x>", "text/html")))

    assert (mail.text, mail.readable) == ("\U0001f44d", True)


def test_read_message_reads_a_long_exchange_whose_html_is_far_longer_than_its_words() -> None:
    older = [f"> {number} woorden" for number in range(500)]
    plain = "\n".join(["Het is 42.", "", "Op 3 mei 2024 om 9:41 schreef Jan <jan@example.org>:", *older])
    styled = [f'<p style="{"color:#000;" * 300}">{line.removeprefix("> ")}</p>' for line in older]
    html = "<p>Het is 42.</p><p>Op 3 mei 2024 om 9:41 schreef Jan &lt;jan@example.org&gt;:</p>" + "".join(
        styled
    )
    mail = read_message(make_multipart("alternative", part(plain), part(html, "text/html; charset=utf-8")))

    assert len(html) > 1 << 20
    assert (mail.text, mail.defects, mail.readable) == ("Het is 42.", (), True)


OTHERWISE = {
    "a note for programs without HTML": (
        part("Dit bericht bevat HTML."),
        part("<p>Het antwoord is Rembrandt.</p>", "text/html"),
        "Het antwoord is Rembrandt.",
        "Dit bericht bevat HTML.",
    ),
    "another answer": (
        part("Antwoord 41"),
        part("<p>Antwoord 42</p>", "text/html"),
        "Antwoord 41",
        "Antwoord 42",
    ),
    "an answer more": (
        part("Het is 41."),
        part("<p>Het is 41.</p><p>Of 42.</p>", "text/html"),
        "Het is 41.",
        "Het is 41.\n\nOf 42.",
    ),
    "a word twice": (part("A of B"), part("<p>A of B: B</p>", "text/html"), "A of B", "A of B: B"),
    "two plain texts": (part("Het is 41."), part("Het is 42."), "Het is 41.", "Het is 42."),
    "Japanese": (
        part("\u7b54\u3048\u306f\u6771\u4eac"),
        part("<p>\u7b54\u3048\u306f\u4eac\u90fd</p>", "text/html; charset=utf-8"),
        "\u7b54\u3048\u306f\u6771\u4eac",
        "\u7b54\u3048\u306f\u4eac\u90fd",
    ),
}


@pytest.mark.parametrize(("one", "other", "text", "elided"), OTHERWISE.values(), ids=OTHERWISE)
def test_read_message_shows_both_alternatives_when_they_differ(
    one: str, other: str, text: str, elided: str
) -> None:
    mail = read_message(make_multipart("alternative", one, other))

    assert (mail.text, mail.elided) == (text, elided)
    assert (mail.defects, mail.readable) == (("alternatives-differ",), False)


SAME = {
    "a link": ("Zie [hier](https://example.org/a).", '<p>Zie <a href="https://example.org/a">hier</a>.</p>'),
    "a long link that was broken": (
        "https://example.org/een-lange/verwij\nzing",
        "https://example.org/een-lange/verwijzing",
    ),
    "marks": ("*Vet*, _schuin_ en \u2018aan\u00adhaling\u2019", "<b>Vet</b>, <i>schuin</i> en 'aanhaling'"),
    "letters above the line": ("De 3e en de 1st", "De 3<sup>e</sup> en de 1<sup>st</sup>"),
    "marks above the line": (
        "Office 365\u00ae, 20\u00b0 en 7*",
        "Office 365<sup>\u00ae</sup>, 20<sup>\u00b0</sup> en 7<sup>*</sup>",
    ),
    "letters below the line": ("H2O", "H<sub>2</sub>O"),
    "a power that was written down": ("10^6 en x^2", "10<sup>6</sup> en x<sup>2</sup>"),
    "a power with raised digits": ("10\u2076 m\u00b2", "10<sup>6</sup> m<sup>2</sup>"),
    "what was taken back, with its signs": ("~~41~~ 42", "<s>41</s> 42"),
    "a word in two": ("het is *vier*entwintig, 3 D", "het is <b>vier</b>entwintig, <b>3</b>D"),
    "a power that somebody else wrote": (
        "Ja\n\nOp 3 mei 2024 om 9:41 schreef Jan <jan@example.org>:\n> Is het x2?",
        "<p>Ja</p><p>Op 3 mei 2024 om 9:41 schreef Jan &lt;jan@example.org&gt;:</p>"
        "<blockquote>Is het x<sup>2</sup>?</blockquote>",
    ),
    "cells": ("Een\tTwee", "<table><tr><td>Een</td><td>Twee</td></tr></table>"),
    "a picture": ("42 [image: logo van ons]", '42 <img alt="logo van ons">'),
    "a list": ("* Rembrandt\n* 1606", "<ol><li>Rembrandt</li><li>1606</li></ol>"),
    "Chinese on two lines": (
        "\u7b54\u6848\u662f\n\u56db\u5341\u4e8c",
        "\u7b54\u6848\u662f\u56db\u5341\u4e8c",
    ),
}


@pytest.mark.parametrize(("plain", "html"), SAME.values(), ids=SAME)
def test_read_message_takes_no_offence_at_how_programs_write_the_same(plain: str, html: str) -> None:
    mail = read_message(make_multipart("alternative", part(plain), part(html, "text/html; charset=utf-8")))

    assert mail.defects == ()
    assert f"{mail.text}\n\n{mail.elided}".strip() == plain


UNSAID = {
    "a power": ("Het is 106.", "Het is 10<sup>6</sup>.", "Het is 10^6."),
    "a power of two": ("Het is 210.", "Het is 2<sup>10</sup>.", "Het is 2^10."),
    "a negative power": ("Het is 10-6.", "Het is 10<sup>-6</sup>.", "Het is 10^-6."),
    "a square": ("Het is x2.", "Het is x<sup>2</sup>.", "Het is x\u00b2."),
    "another base": ("Het is 1012.", "Het is 101<sub>2</sub>.", "Het is 101_2."),
    "a power by style": (
        "Het is x2.",
        'Het is x<span style="font-size:0.6em;vertical-align:super">2</span>.',
        "Het is x\u00b2.",
    ),
    "a part": ("Het is 12.", "Het is 1/2.", "Het is 1/2."),
    "a comma": ("Het is 15.", "Het is 1,5.", "Het is 1,5."),
    "no comma": ("Het is 1,5.", "Het is 15.", "Het is 15."),
    "what was taken back": ("41 42", "<s>41</s> 42", "~~41~~ 42"),
}


@pytest.mark.parametrize(("plain", "html", "elided"), UNSAID.values(), ids=UNSAID)
def test_read_message_calls_a_person_when_the_plain_text_has_lost_a_sign(
    plain: str, html: str, elided: str
) -> None:
    mail = read_message(make_multipart("alternative", part(plain), part(html, "text/html; charset=utf-8")))

    assert (mail.text, mail.elided) == (plain, elided)
    assert (mail.defects, mail.readable) == (("alternatives-differ",), False)


def test_read_message_keeps_an_older_message_that_only_the_html_quotes() -> None:
    html = (
        '<p>Het is 42.</p><div class="gmail_attr">Op 3 mei schreef Jan:</div><blockquote>Wat nu?</blockquote>'
    )
    mail = read_message(make_multipart("alternative", part("Het is 42."), part(html, "text/html")))

    assert (mail.text, mail.defects) == ("Het is 42.", ())
    assert mail.elided == "Op 3 mei schreef Jan:\n\n> Wat nu?"


def test_read_message_keeps_what_stands_above_the_first_part_but_what_programs_say_of_parts() -> None:
    raw = make_multipart("mixed", part(ANSWER))
    said = read_message(raw.replace(b"This is a multipart message.", b"Het is Rembrandt."))

    assert (read_message(raw).elided, said.text, said.elided) == ("", ANSWER, "Het is Rembrandt.")


def test_read_message_keeps_what_stands_below_the_last_part() -> None:
    mail = read_message(make_multipart("mixed", part(ANSWER), epilogue="Het is Rembrandt.\r\n"))

    assert (mail.text, mail.elided, mail.readable) == (ANSWER, "Het is Rembrandt.", True)


def test_read_message_lists_attachments_with_the_hash_of_what_was_sent() -> None:
    file = bytes(range(256))
    mail = read_message(
        make_multipart(
            "mixed",
            part(ANSWER),
            base64_part(
                file, "application/pdf", "Content-Disposition: attachment; filename*=utf-8''pr%C3%ADjs.pdf"
            ),
        )
    )

    assert mail.text == ANSWER
    assert mail.attachments == (
        Attachment(
            name="príjs.pdf", type="application/pdf", size=256, sha256=hashlib.sha256(file).hexdigest()
        ),
    )


def test_read_message_joins_the_text_around_a_picture() -> None:
    mail = read_message(
        make_multipart(
            "mixed", part("Boven."), base64_part(b"\x89PNG", "image/png; name=a.png"), part("Onder.")
        )
    )

    assert mail.text == "Boven.\n\nOnder."
    assert [each.name for each in mail.attachments] == ["a.png"]


def test_read_message_never_takes_a_forwarded_message_for_the_persons_words() -> None:
    inner = "From: Ander <ander@example.org>\nSubject: Binnen\n\nHet antwoord is 43.\n"
    mail = read_message(make_multipart("mixed", part("Zie bijlage."), part(inner, "message/rfc822")))
    alone = read_message(make_mail(inner, content_type="message/rfc822"))

    assert (mail.text, mail.from_address) == ("Zie bijlage.", "pietje@example.org")
    assert [each.type for each in mail.attachments] == ["message/rfc822"]
    assert (alone.text, alone.defects, alone.readable) == ("", ("empty-text",), False)


def test_read_message_reads_what_was_signed_and_lists_the_signature() -> None:
    mail = read_message(
        make_multipart(
            "signed", part(ANSWER), part("-----BEGIN PGP SIGNATURE-----", "application/pgp-signature")
        )
    )

    smime = read_message(
        make_multipart(
            'signed; protocol="application/pkcs7-signature"; micalg=sha-256',
            part(ANSWER),
            base64_part(b"0\x80", "application/pkcs7-signature; name=smime.p7s"),
        )
    )

    assert mail.text == smime.text == ANSWER
    assert (mail.readable, smime.readable) == (True, True)
    assert [each.type for each in mail.attachments] == ["application/pgp-signature"]
    assert [each.name for each in smime.attachments] == ["smime.p7s"]


def test_read_message_sends_encrypted_mail_to_a_person() -> None:
    mail = read_message(
        make_multipart(
            "encrypted",
            part("Version: 1", "application/pgp-encrypted"),
            part("x", "application/octet-stream"),
        )
    )
    opaque = read_message(
        make_mail("MIAGCSqGSIb3DQEHAqCAMIA=\n", content_type="application/pkcs7-mime; name=smime.p7m")
    )
    inline = read_message(make_mail("-----BEGIN PGP MESSAGE-----\n\nhQEMA\n"))
    greeted = read_message(make_mail("Hoi,\n\n-----BEGIN PGP MESSAGE-----\n\nhQEMA\n"))

    assert (mail.readable, "encrypted" in mail.defects) == (False, True)
    assert (inline.readable, inline.defects) == (False, ("encrypted",))
    assert (greeted.readable, greeted.defects) == (False, ("encrypted",))
    assert (opaque.readable, opaque.defects) == (False, ("encrypted",))
    assert [each.name for each in opaque.attachments] == ["smime.p7m"]


def test_read_message_takes_a_text_file_for_an_attachment() -> None:
    mail = read_message(
        make_multipart(
            "mixed", part(ANSWER), part("x", "text/plain; name=log.txt", "Content-Disposition: inline")
        )
    )

    assert mail.text == ANSWER
    assert [each.name for each in mail.attachments] == ["log.txt"]


def test_read_message_takes_a_named_text_for_the_body_when_there_is_no_other() -> None:
    mail = read_message(make_multipart("mixed", part(ANSWER, "text/plain; name=body.txt"), part("x", "a/b")))
    file = read_message(
        make_multipart("mixed", part("x", "text/plain; name=log.txt", "Content-Disposition: attachment"))
    )

    assert (mail.text, mail.readable) == (ANSWER, True)
    assert (file.text, file.readable) == ("", False)
    assert [each.name for each in (*mail.attachments, *file.attachments)] == ["body.txt", "", "log.txt"]


def test_read_message_says_when_the_body_sits_in_winmail_dat() -> None:
    mail = read_message(
        make_multipart("mixed", part(" "), base64_part(b'x\x9f>"', "application/ms-tnef; name=winmail.dat"))
    )

    below = read_message(
        make_multipart(
            "mixed", part("Groet"), base64_part(b'x\x9f>"', "application/ms-tnef; name=winmail.dat")
        )
    )

    assert (mail.text, mail.defects, mail.readable) == ("", ("tnef",), False)
    assert (below.text, below.defects, below.readable) == ("Groet", ("tnef",), False)


def test_read_message_keeps_a_plain_name_of_an_attachment_only() -> None:
    mail = read_message(
        make_multipart(
            "mixed",
            part("x"),
            part("y", "a/b", 'Content-Disposition: attachment; filename="../../etc/pa\\\\b"'),
        )
    )

    assert [each.name for each in mail.attachments] == ["b"]


def test_read_message_puts_hidden_text_beside_the_text_and_calls_a_person() -> None:
    mail = read_message(
        make_mail(
            '<p>Zichtbaar</p><div style="display:none">42 of 43</div>',
            content_type="text/html; charset=utf-8",
        )
    )

    assert (mail.text, mail.elided) == ("Zichtbaar", "42 of 43")
    assert mail.defects == ("hidden-text", "html-only")
    assert not mail.readable


def test_read_message_takes_no_offence_at_what_an_older_message_hides() -> None:
    mail = read_message(
        make_mail(
            '<p>Het is 42.</p><div class="gmail_attr">Op 3 mei schreef Jan:</div><blockquote type="cite">'
            '<div style="display:none">Lees dit</div>Nieuws<br>en meer</blockquote>',
            content_type="text/html; charset=utf-8",
        )
    )

    assert (mail.text, mail.elided) == (
        "Het is 42.",
        "Op 3 mei schreef Jan:\n\n> Nieuws\n> en meer\n\nLees dit",
    )
    assert (mail.defects, mail.readable) == (("html-only",), True)


@pytest.mark.parametrize(
    "text",
    ["Het is 4\u200b2.", "Het is ver\u2060koper.", "Het is \u202e24\u202c.", "Het is \u202da24\u202c."],
)
def test_read_message_calls_a_person_when_characters_cannot_be_seen(text: str) -> None:
    mail = read_message(make_mail(f"{text}\n\nJan schreef:\n> Wat nu?\n> En dan?\n"))

    assert (mail.text, mail.defects, mail.readable) == (text, ("hidden-text",), False)


@pytest.mark.parametrize(
    "text",
    [
        "\u200bHet is 42.",
        "Bel \u202d+31 6 1234 5678\u202c.",
        "\ufeffHet is 42",
        "Een gezin: \U0001f468\u200d\U0001f469",
        "\u0645\u06cc\u200c\u062e\u0648",
    ],
)
def test_read_message_takes_no_offence_at_characters_that_programs_and_languages_need(text: str) -> None:
    assert read_message(make_mail(f"{text}\n\nJan schreef:\n> a\u200bb\n> c\n")).defects == ()


def test_read_message_keeps_hidden_text_when_there_is_no_other() -> None:
    mail = read_message(make_mail("<p hidden>42</p>", content_type="text/html"))

    assert (mail.text, mail.elided, mail.readable) == ("42", "", False)


def test_read_message_unflows_before_it_looks_for_quotations() -> None:
    mail = read_message(
        make_mail(
            "Een lange \nzin.\n\nOp 24-01-2017 om 22:12 schreef \nJan:\n> Wat \n> nu?\n",
            content_type="text/plain; format=flowed",
        )
    )

    assert mail.text == "Een lange zin."
    assert mail.elided == "Op 24-01-2017 om 22:12 schreef Jan:\n> Wat nu?"


# Charsets and encodings


@pytest.mark.parametrize(
    ("declared", "body", "defects"),
    [
        ("utf-8", "Café €".encode(), ()),
        ("iso-8859-1", "Café".encode("latin-1"), ()),
        ("windows-1252", "Café €".encode("cp1252"), ()),
        ("ks_c_5601-1987", "가나".encode("cp949"), ()),
        ("iso-8859-8-i", "שלום".encode("iso8859-8"), ()),
        ("ISO-2022-JP", "日本".encode("iso2022-jp"), ()),
        ("x-unknown", "Café".encode(), ("undeclared-charset",)),
        ("unknown-8bit", "Café".encode("cp1252"), ("undeclared-charset",)),
        ("us-ascii", "Café".encode(), ("wrong-charset",)),
        ("utf-8", "Café".encode("cp1252"), ("wrong-charset",)),
        ("iso-8859-1", "Café".encode(), ("wrong-charset",)),
        ("klingon", "Café".encode(), ("unknown-charset",)),
        ("unicode_escape", rb"Caf\u00e9 en 42", ()),
        ("punycode", "Café".encode(), ("unknown-charset",)),
        ("windows-1251", "Café".encode(), ("wrong-charset",)),
        ("koi8-r", "Café".encode(), ("wrong-charset",)),
        ("iso-8859-2", "Café €".encode(), ("wrong-charset",)),
        ("us-ascii", "Café".encode("cp1252"), ("wrong-charset",)),
        ("us-ascii", "日本".encode("iso2022-jp"), ("wrong-charset",)),
        ("", "日本".encode("iso2022-jp"), ("undeclared-charset",)),
        ("us-ascii", "가나".encode("iso2022-kr"), ("wrong-charset",)),
        ("hz-gb-2312", "日本".encode("hz"), ()),
    ],
)
def test_read_message_decodes_text_whatever_was_declared(
    declared: str, body: bytes, defects: tuple[str, ...]
) -> None:
    mail = read_message(make_mail(body, content_type=f"text/plain; charset={declared}"))

    assert mail.text in ("Café", "Café €", "가나", "שלום", "日本", r"Caf\u00e9 en 42")
    assert mail.defects == defects
    assert mail.readable


@pytest.mark.parametrize(
    ("declared", "body", "text"),
    [
        ("utf-8", "Café Zürich, één reünie.".encode() + b"\xc3", "Café Zürich, één reünie.\u00c3"),
        ("utf-8", "Café, één.\n\nDisclaimer: priv".encode() + b"\xe9", "Café, één.\n\nDisclaimer: privé"),
        ("", "Café, één.".encode() + b"\x80", "Café, één.€"),
        ("gb2312", "答案是四十二".encode("gb18030") + b"\xff.", "答案是四十二\ufffd."),
        # Nobody can know, so a person looks at what it was.
        ("klingon", "Ответ".encode("cp1251"), "Îòâåò"),
        ("utf-8", "Ответ".encode("cp1251"), "Îòâåò"),
        ("", "Ответ".encode("koi8-r"), "ïÔ×ÅÔ"),
    ],
)
def test_read_message_calls_a_person_when_characters_may_be_read_wrongly(
    declared: str, body: bytes, text: str
) -> None:
    mail = read_message(make_mail(body, content_type=f"text/plain; charset={declared}"))

    assert (mail.text, mail.readable) == (text, False)
    assert "doubtful-charset" in mail.defects


def in_rows(text: str) -> bytes:
    """Japanese as Windows writes it: two bytes of seven bits for each sign, its own ones among them."""
    out = bytearray()
    for lead, trail in zip(*[iter(text.encode("cp932"))] * 2, strict=True):
        is_even = trail > 0x9E
        row = (lead - (0x81 if lead < 0xA0 else 0xC1)) * 2 + (2 if is_even else 1)
        out += bytes([row + 0x20, trail - 0x7E if is_even else trail - (0x20 if trail > 0x7E else 0x1F)])
    return bytes(out)


# A digit in a ring, a company, a Roman three; and a kanji that the standard of the time did not have.
JAPANESE = "答えは①㈱Ⅲ彅"


def test_read_message_reads_the_signs_that_windows_has_added_to_japanese() -> None:
    rows = in_rows(JAPANESE)
    seven = b"\x1b$B" + rows + b"\x1b(B"
    eight = bytes(byte | 0x80 for byte in rows)
    word = "=?iso-2022-jp?B?" + base64.b64encode(seven).decode() + "?="
    body = read_message(
        make_mail(
            seven,
            content_type="text/plain; charset=iso-2022-jp",
            subject=word,
            sender=f"{word} <a@example.org>",
        )
    )
    unix = read_message(make_mail(eight, content_type="text/plain; charset=euc-jp"))

    assert (body.text, body.subject, body.from_name) == (JAPANESE, JAPANESE, JAPANESE)
    assert (unix.text, unix.defects, body.defects) == (JAPANESE, (), ())


def test_read_message_decodes_text_without_a_charset() -> None:
    mail = read_message(make_mail("Café".encode(), content_type=None))

    assert (mail.text, mail.charset, mail.defects) == ("Café", "utf-8", ("undeclared-charset",))


@pytest.mark.parametrize(
    ("encoding", "body", "text", "defects"),
    [
        ("quoted-printable", "Caf=C3=A9 is =\r\n42 =3D goed", "Café is 42 = goed", ()),
        ("quoted-printable", "Caf=c3=a9= \t\r\n!", "Café!", ()),
        ("quoted-printable", "50=50 en =XY =", "50P en =XY", ("broken-quoted-printable",)),
        ("base64", "Q2Fmw6k=", "Café", ()),
        ("base64", "Q2Fm\r\nw6k", "Café", ()),
        ("base64", "Q2Fmw6k=Q2Fm", "CaféCaf", ()),
        ("BASE64 ", "Q2F*mw6k=", "Café", ("broken-base64",)),
        ("base64", "Q2FmwA=Q", "Caf\u00c0", ("broken-base64", "wrong-charset")),
        ("base64 (zeven bits)", "Q2Fmw6k=", "Café", ()),
        ('"base64"', "Q2Fmw6k=", "Café", ()),
        ("x-own", "Café", "Café", ("unknown-encoding",)),
    ],
)
def test_read_message_undoes_encodings_and_tolerates_broken_ones(
    encoding: str, body: str, text: str, defects: tuple[str, ...]
) -> None:
    mail = read_message(make_mail(body.encode(), headers=(f"Content-Transfer-Encoding: {encoding}",)))

    assert (mail.text, mail.defects) == (text, defects)
    assert mail.readable is {"broken-base64", "unknown-encoding"}.isdisjoint(defects)


def test_read_message_ends_a_line_where_a_printer_would() -> None:
    assert read_message(make_mail("Een\x0btwee\x0cdrie\n")).text == "Een\ntwee\ndrie"


def test_read_message_drops_control_characters_and_says_so() -> None:
    mail = read_message(make_mail("4\x002\x1b[31m\x85goed\n"))

    assert (mail.text, mail.defects) == ("42[31m\ngoed", ("control-characters",))


def test_read_message_notes_uuencoded_files() -> None:
    mail = read_message(make_mail("Zie:\n\nbegin 644 a.txt\n#0V%T\n`\nend\n"))

    assert (mail.defects, mail.readable) == (("uuencode",), False)


def test_read_message_reads_a_body_that_is_uuencoded() -> None:
    lines = b"".join(binascii.b2a_uu(line) for line in (b"Het antwoord is 42.\n", b"Groet,\nPietje\n"))
    whole = b"begin 644 brief\n" + lines + b"`\nend\n"
    encoding = ("Content-Transfer-Encoding: x-uuencode",)
    mail = read_message(make_mail(whole.replace(b"\n", b"\r\n"), headers=encoding))
    none = read_message(make_mail("Het antwoord is 42.\n", headers=encoding))

    assert (mail.text, mail.defects) == ("Het antwoord is 42.\nGroet,\nPietje", ("uuencode",))
    assert (none.text, none.readable) == ("Het antwoord is 42.", False)


# Headers


def test_read_message_lets_no_header_carry_a_line_feed() -> None:
    mail = read_message(
        make_mail(
            subject="=?utf-8?q?hi=0D=0ABcc:_evil@example.org?=", sender="=?utf-8?b?QQpC?= <a@example.org>"
        )
    )

    assert mail.subject == "hi Bcc: evil@example.org"
    assert mail.from_name == "A B"


def test_read_message_reads_a_message_without_message_id_or_with_an_odd_one() -> None:
    raw = make_mail()
    without = read_message(raw.replace(b"Message-ID: <20170124.42@mail.example.org>\r\n", b""))
    brackets = read_message(raw.replace(b"<20170124.42@mail.example.org>", b"<[20170124.42]@example.org>"))
    bare = read_message(raw.replace(b"<20170124.42@mail.example.org>", b"20170124.42@example.org"))
    odd = read_message(raw.replace(b"<20170124.42@mail.example.org>", b"none"))

    assert (without.message_id, without.defects) == (None, ("no-message-id",))
    assert (brackets.message_id, brackets.defects) == ("<[20170124.42]@example.org>", ())
    assert bare.message_id == "<20170124.42@example.org>"
    assert (odd.message_id, odd.defects) == (None, ("odd-message-id",))
    assert {each.text for each in (without, brackets, bare, odd)} == {"Het antwoord is 42."}


def test_read_message_takes_the_first_of_repeated_headers_and_says_so() -> None:
    mail = read_message(make_mail(headers=("Subject: Tweede", "From: ander@example.org")))

    assert (mail.subject, mail.from_address) == ("Kleine uitdaging", "pietje@example.org")
    assert mail.defects == ("repeated-header", "several-from")


@pytest.mark.parametrize(
    "date", ["nooit", "Tue, 99 Jan 2017 99:99:99 +9999", "1 Jan 10000 0:0 +0", "Mon, 1 Jan 99999999999999"]
)
def test_read_message_shows_no_date_that_is_none(date: str) -> None:
    raw = make_mail().replace(b"Tue, 24 Jan 2017 22:12:00 +0100", date.encode())

    mail = read_message(raw)

    assert (mail.date_claimed, mail.defects) == (None, ("odd-date",))


def test_read_message_reads_raw_utf8_and_latin1_in_headers() -> None:
    utf8 = read_message(make_mail(subject="Café"))
    latin1 = read_message(make_mail(subject="CAFE").replace(b"CAFE", b"Caf\xe9"))

    assert (utf8.subject, utf8.defects) == ("Café", ())
    assert (latin1.subject, latin1.defects) == ("Café", ("undeclared-header-charset",))


# Doubt


def test_read_message_calls_a_person_when_there_is_no_text() -> None:
    mail = read_message(make_mail("\n", subject="Het antwoord is 42"))

    assert (mail.text, mail.subject) == ("", "Het antwoord is 42")
    assert (mail.readable, mail.defects) == (False, ("empty-text",))


def test_read_message_shows_a_multipart_without_parts_as_it_stands() -> None:
    mail = read_message(make_mail("Gewoon tekst.\n", content_type="multipart/mixed; boundary=nergens"))

    assert (mail.text, mail.defects) == ("Gewoon tekst.", ("missing-boundary",))


def test_read_message_reads_a_message_that_was_cut_short() -> None:
    raw = make_multipart("mixed", part(ANSWER), part("x", "a/b")).split(b"--grens--")[0]

    mail = read_message(raw)

    assert (mail.text, mail.defects) == (ANSWER, ("unclosed-multipart",))


def test_read_message_reads_a_body_alone_and_a_header_alone() -> None:
    body = read_message(b"Het antwoord is 42.\nEcht waar.\n")
    head = read_message(b"From: a@example.org\nSubject: x\n")

    assert (body.text, body.from_address) == ("Het antwoord is 42.\nEcht waar.", "")
    assert body.defects == ("no-from", "no-headers", "no-message-id")
    assert (head.from_address, head.subject, head.text) == ("a@example.org", "x", "")
    assert head.defects == ("empty-text", "no-message-id")


def test_read_message_takes_what_is_no_header_for_the_body() -> None:
    mail = read_message(b"From: a@example.org\nMessage-ID: <a@b>\nHet antwoord is 42.\nX: y\n")

    assert (mail.text, mail.defects) == ("Het antwoord is 42.\nX: y", ("missing-separator",))


def test_read_message_skips_the_line_of_a_mailbox_file() -> None:
    mail = read_message(b"From pietje Tue Jan 24 2017\n" + make_mail().replace(b"\r\n", b"\n"))

    assert (mail.from_address, mail.text, mail.defects) == ("pietje@example.org", "Het antwoord is 42.", ())


@pytest.mark.parametrize("line_end", [b"\n", b"\r"])
def test_read_message_takes_any_line_end(line_end: bytes) -> None:
    mail = read_message(make_mail("Een\nTwee\n").replace(b"\r\n", line_end))

    assert (mail.text, mail.from_address) == ("Een\nTwee", "pietje@example.org")


def test_read_message_comes_back_unparsable_when_the_reader_itself_breaks(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def broken(text: str) -> None:
        raise RecursionError

    monkeypatch.setattr(reading, "split_reply", broken)

    person, machine = read_message(make_mail()), read_message(make_mail(), "")

    assert (person.readable, person.defects, person.kind) == (False, ("unparsable",), "person")
    assert (machine.readable, machine.defects, machine.kind) == (False, ("unparsable",), "automatic")
