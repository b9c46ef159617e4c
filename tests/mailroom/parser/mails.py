"""Messages for the parser's tests: one factory, and samples in the shapes that mail programs give them."""

import base64
from typing import NamedTuple

PLAIN = "text/plain; charset=utf-8"


def make_mail(
    body: str | bytes = "Het antwoord is 42.\n",
    *,
    sender: str = "Pietje Puk <pietje@example.org>",
    subject: str = "Kleine uitdaging",
    content_type: str | None = PLAIN,
    headers: tuple[str, ...] = (),
) -> bytes:
    """A raw message with CRLF line ends, as a door takes it in."""
    lines = [
        f"From: {sender}",
        "To: kleine-uitdaging@answers.example.org",
        f"Subject: {subject}",
        "Message-ID: <20170124.42@mail.example.org>",
        "Date: Tue, 24 Jan 2017 22:12:00 +0100",
        *([f"Content-Type: {content_type}"] if content_type else []),
        *headers,
    ]
    head = "\r\n".join(lines).encode()
    content = body.replace("\n", "\r\n").encode() if isinstance(body, str) else body
    return head + b"\r\n\r\n" + content


def make_multipart(subtype: str, *parts: str | bytes, boundary: str = "grens", epilogue: str = "") -> bytes:
    """A multipart body of ready parts, each beginning with its own header or a blank line."""
    out = b"This is a multipart message.\r\n"
    for part in parts:
        content = part.replace("\n", "\r\n").encode() if isinstance(part, str) else part
        out += f"--{boundary}\r\n".encode() + content + b"\r\n"
    out += f"--{boundary}--\r\n{epilogue}".encode()
    return make_mail(
        out, content_type=f"multipart/{subtype}; boundary={boundary}", headers=("MIME-Version: 1.0",)
    )


def part(content: str, kind: str = PLAIN, *headers: str) -> str:
    """A part of a multipart."""
    return "\n".join([f"Content-Type: {kind}", *headers, "", content])


def base64_part(content: bytes, kind: str, *headers: str) -> str:
    """A part whose content is in base64."""
    encoded = base64.encodebytes(content).decode()
    return part(encoded, kind, "Content-Transfer-Encoding: base64", *headers)


class Sample(NamedTuple):
    """A message as some program writes it, and what must come out."""

    name: str
    raw: bytes
    text: str
    elided: str


ANSWER = "Doorvragen en een duidelijke afspraak maken."

SAMPLES = [
    Sample(
        "gmail-nl",
        make_multipart(
            "alternative",
            part(
                f"{ANSWER}\n\nOp di 24 jan. 2017 om 22:12 schreef Rejoinder <noreply@example.org>:\n\n"
                "> Wat doe je nu?\n> Mail het antwoord.\n>\n",
                "text/plain; charset=UTF-8",
            ),
            part(
                f'<div dir="ltr">{ANSWER}</div><br><div class="gmail_quote"><div dir="ltr" class="gmail_attr">Op di 24'
                ' jan. 2017 om 22:12 schreef Rejoinder &lt;<a href="mailto:noreply@example.org">noreply@example.org</a>'
                "&gt;:<br></div><blockquote>Wat doe je nu?<br>Mail het antwoord.<br></blockquote></div>",
                "text/html; charset=UTF-8",
            ),
        ),
        ANSWER,
        "Op di 24 jan. 2017 om 22:12 schreef Rejoinder <noreply@example.org>:\n\n"
        "> Wat doe je nu?\n> Mail het antwoord.\n>",
    ),
    Sample(
        "gmail-nl-wrapped-in-the-address",
        make_mail(
            f"{ANSWER}\n\nOp di 24 jan. 2017 om 22:12 schreef Een Hele Lange Naam <\n"
            "een.hele.lange.naam@voorbeeld.example.org>:\n\n> Wat doe je nu?\n"
        ),
        ANSWER,
        "Op di 24 jan. 2017 om 22:12 schreef Een Hele Lange Naam <\n"
        "een.hele.lange.naam@voorbeeld.example.org>:\n\n> Wat doe je nu?",
    ),
    Sample(
        "gmail-en-wrapped",
        make_mail(
            "It is the seller.\n\nOn Tue, Jan 24, 2017 at 10:12\u202fPM Rejoinder for Sales People\n"
            "<noreply@example.org> wrote:\n\n> What do you do?\n"
        ),
        "It is the seller.",
        "On Tue, Jan 24, 2017 at 10:12\u202fPM Rejoinder for Sales People\n"
        "<noreply@example.org> wrote:\n\n> What do you do?",
    ),
    Sample(
        "gmail-html-only",
        make_mail(
            f'<div dir="ltr">{ANSWER}</div><br><div class="gmail_quote"><div dir="ltr" class="gmail_attr">'
            'Op di 24 jan. 2017 om 22:12 schreef Jan &lt;<a href="mailto:jan@example.org">jan@example.org</a>'
            '&gt;:<br></div><blockquote class="gmail_quote" style="margin:0 0 0 .8ex"><div>Wat doe je nu?'
            "<br><br>Groet</div></blockquote></div>",
            content_type="text/html; charset=utf-8",
        ),
        ANSWER,
        "Op di 24 jan. 2017 om 22:12 schreef Jan <jan@example.org>:\n\n> Wat doe je nu?\n>\n> Groet",
    ),
    Sample(
        "apple-mail-nl",
        make_mail(
            f"{ANSWER}\n\nGroet, Pietje\n\n> Op 24 jan. 2017, om 22:12 heeft Jan <jan@example.org> het volgende"
            " geschreven:\n> \n> Wat doe je nu?\n"
        ),
        f"{ANSWER}\n\nGroet, Pietje",
        "> Op 24 jan. 2017, om 22:12 heeft Jan <jan@example.org> het volgende geschreven:\n> \n> Wat doe je nu?",
    ),
    Sample(
        "iphone-nl",
        make_mail(
            f"{ANSWER}\n\nVerstuurd vanaf mijn iPhone\n\n> Op 24 jan. 2017 om 22:12 heeft Jan <jan@example.org> het"
            " volgende geschreven:\n> \n> \ufeffWat doe je nu?\n"
        ),
        ANSWER,
        "Verstuurd vanaf mijn iPhone\n\n> Op 24 jan. 2017 om 22:12 heeft Jan <jan@example.org> het"
        " volgende geschreven:\n> \n> \ufeffWat doe je nu?",
    ),
    Sample(
        "iphone-en",
        make_mail("Ask on.\n\nSent from my iPhone\n"),
        "Ask on.",
        "Sent from my iPhone",
    ),
    Sample(
        "thunderbird-nl-bottom-post",
        make_mail(
            "Op 24-01-2017 om 22:12 schreef Jan Jansen:\n> Wat doe je nu?\n> Mail het antwoord.\n\n"
            f"{ANSWER}\n\n-- \nPietje Puk\nVerkoper\n",
            content_type="text/plain; charset=utf-8; format=flowed",
        ),
        ANSWER,
        "Op 24-01-2017 om 22:12 schreef Jan Jansen:\n> Wat doe je nu?\n> Mail het antwoord.\n\n"
        "-- \nPietje Puk\nVerkoper",
    ),
    Sample(
        "thunderbird-en-inline",
        make_mail(
            "On 24/01/2017 22:12, Jan Jansen wrote:\n> First question?\nYes.\n\n> Second question?\n\nNo.\n"
        ),
        "Yes.\n\nNo.",
        "On 24/01/2017 22:12, Jan Jansen wrote:\n> First question?\n\n> Second question?",
    ),
    Sample(
        "outlook-desktop-nl",
        make_mail(
            f"{ANSWER}\n\nMet vriendelijke groet,\nPietje\n\nVan: Jan Jansen <jan@example.org>\n"
            "Verzonden: dinsdag 24 januari 2017 22:12\nAan: Pietje Puk <pietje@example.org>\n"
            "Onderwerp: Kleine uitdaging\n\nWat doe je nu?\n"
        ),
        f"{ANSWER}\n\nMet vriendelijke groet,\nPietje",
        "Van: Jan Jansen <jan@example.org>\nVerzonden: dinsdag 24 januari 2017 22:12\n"
        "Aan: Pietje Puk <pietje@example.org>\nOnderwerp: Kleine uitdaging\n\nWat doe je nu?",
    ),
    Sample(
        "outlook-desktop-html-only",
        make_mail(
            "<html><head><style>p.MsoNormal {margin:0}</style></head><body><div class=WordSection1>"
            f"<p class=MsoNormal>{ANSWER}<o:p></o:p></p><p class=MsoNormal><o:p>&nbsp;</o:p></p>"
            "<div><div style='border:none;border-top:solid #E1E1E1 1.0pt'><p class=MsoNormal><b>From:</b> Jan "
            "&lt;jan@example.org&gt; <br><b>Sent:</b> Tuesday, January 24, 2017 10:12 PM<br><b>To:</b> Pietje<br>"
            "<b>Subject:</b> Kleine uitdaging<o:p></o:p></p></div></div><p class=MsoNormal>Wat doe je nu?</p>"
            "</div></body></html>",
            content_type='text/html; charset="utf-8"',
        ),
        ANSWER,
        "From: Jan <jan@example.org>\nSent: Tuesday, January 24, 2017 10:12 PM\nTo: Pietje\n"
        "Subject: Kleine uitdaging\n\nWat doe je nu?",
    ),
    Sample(
        "outlook-web",
        make_mail(
            f"{ANSWER}\n________________________________\nVan: Jan <jan@example.org>\n"
            "Verzonden: dinsdag 24 januari 2017 22:12:00\nAan: Pietje\nOnderwerp: Uitdaging\n\nWat doe je nu?\n"
        ),
        ANSWER,
        "________________________________\nVan: Jan <jan@example.org>\n"
        "Verzonden: dinsdag 24 januari 2017 22:12:00\nAan: Pietje\nOnderwerp: Uitdaging\n\nWat doe je nu?",
    ),
    Sample(
        "outlook-ios",
        make_mail(
            f"{ANSWER}\n\nOutlook voor iOS<https://aka.ms/o0ukef> downloaden\n"
            "________________________________\nFrom: Jan <jan@example.org>\nSent: Tuesday, January 24, 2017\n"
            "To: Pietje\nSubject: Uitdaging\n\nWat doe je nu?\n"
        ),
        ANSWER,
        "Outlook voor iOS<https://aka.ms/o0ukef> downloaden\n"
        "________________________________\nFrom: Jan <jan@example.org>\nSent: Tuesday, January 24, 2017\n"
        "To: Pietje\nSubject: Uitdaging\n\nWat doe je nu?",
    ),
    Sample(
        "outlook-old-nl",
        make_mail(f"{ANSWER}\n\n-----Oorspronkelijk bericht-----\nVan: Jan\n\nWat doe je nu?\n"),
        ANSWER,
        "-----Oorspronkelijk bericht-----\nVan: Jan\n\nWat doe je nu?",
    ),
    Sample(
        "outlook-old-en",
        make_mail("Ask on.\n\n-----Original Message-----\nFrom: Jan\n\nWhat now?\n"),
        "Ask on.",
        "-----Original Message-----\nFrom: Jan\n\nWhat now?",
    ),
    Sample(
        "yahoo-unmarked-quotation",
        make_mail(
            "Ask on.\n\n    On Tuesday, January 24, 2017, 10:12:00 PM, Jan <jan@example.org> wrote:  \n \n"
            " What do you do now?\n"
        ),
        "Ask on.",
        "    On Tuesday, January 24, 2017, 10:12:00 PM, Jan <jan@example.org> wrote:  \n \n What do you do now?",
    ),
    Sample(
        "proton",
        make_mail(
            "Ask on.\n\nSent with Proton Mail secure email.\n\nOn Tuesday, January 24th, 2017 at 22:12,"
            " Jan <jan@example.org> wrote:\n\n> What now?\n"
        ),
        "Ask on.",
        "Sent with Proton Mail secure email.\n\nOn Tuesday, January 24th, 2017 at 22:12,"
        " Jan <jan@example.org> wrote:\n\n> What now?",
    ),
    Sample(
        "forward-with-a-word-above",
        make_mail(
            "Zie onder.\n\n---------- Forwarded message ---------\nVan: Jan <jan@example.org>\n"
            "Date: di 24 jan. 2017 om 22:12\nSubject: Uitdaging\nTo: Pietje\n\nHet is 42.\n"
        ),
        "Zie onder.",
        "---------- Forwarded message ---------\nVan: Jan <jan@example.org>\n"
        "Date: di 24 jan. 2017 om 22:12\nSubject: Uitdaging\nTo: Pietje\n\nHet is 42.",
    ),
]
