"""The answers that wait at the desk of the demo: raw messages, as different people's programs write them."""

from email.header import Header
from email.utils import formataddr
from textwrap import dedent


def _mail(name: str, address: str, subject: str, body: str, *headers: str) -> bytes:
    head = [
        f"From: {formataddr((str(Header(name, 'utf-8')), address))}",
        "To: te-duur@example.org",
        f"Subject: {Header(subject, 'utf-8').encode()}",
        f"Message-ID: <demo-{address}>",
        *(
            headers
            or (
                "MIME-Version: 1.0",
                "Content-Type: text/plain; charset=utf-8",
                "Content-Transfer-Encoding: 8bit",
            )
        ),
    ]
    return ("\r\n".join(head) + "\r\n\r\n" + dedent(body).lstrip().replace("\n", "\r\n")).encode()


LETTERS: tuple[tuple[str, bytes], ...] = (
    (
        "karin.postma@example.org",
        _mail(
            "Karin Postma",
            "karin.postma@example.org",
            "De vraag van deze maand",
            """
            Ik zou vragen: “Wat had u dan verwacht te betalen?” Dan weet ik meteen hoe ver we uit elkaar
            liggen en of het zin heeft om verder te praten.

            Groeten,
            Karin
            """,
        ),
    ),
    (
        "j.visser@example.org",
        _mail(
            "Jaap Visser",
            "j.visser@example.org",
            "Automatisch antwoord: De vraag van deze maand",
            """
            Ik ben met vakantie tot en met 4 december. Uw bericht wordt niet doorgestuurd.
            """,
            "Auto-Submitted: auto-replied",
            "Content-Type: text/plain; charset=utf-8",
        ),
    ),
    (
        "mohammed.tahiri@example.org",
        _mail(
            "Mohammed Tahiri",
            "mohammed.tahiri@example.org",
            "Antwoord",
            """
            “Te duur vergeleken waarmee?”

            Juist die, omdat “te duur” altijd een vergelijking is die je niet kent. Het kan een concurrent
            zijn, een budget, vorig jaar, of niets doen. Elk daarvan vraagt een ander gesprek, en alleen de
            klant weet welk.

            --
            Mohammed Tahiri
            Tahiri Installatietechniek
            """,
        ),
    ),
    (
        "els@example.org",
        _mail(
            "Els",
            "els@example.org",
            "te duur",
            """
            <html><body><p>Zonder blikken of blozen: <b>&ldquo;Waarmee vergelijkt u?&rdquo;</b></p>
            <p>Want zolang je niet weet waar de ander aan denkt, praat je tegen jezelf.</p></body></html>
            """,
            "MIME-Version: 1.0",
            "Content-Type: text/html; charset=utf-8",
        ),
    ),
    (
        "willem.kuipers@example.org",
        _mail(
            "Willem Kuipers",
            "willem.kuipers@example.org",
            "Re: Nieuw artikel: De korting waar niemand om vroeg",
            """
            Eerst zeg ik niets (drie seconden!). Daarna: “Wat maakt dat u dat zegt?”

            Op ma 16 nov. 2026 om 08:00 schreef Rejoinder <noreply@example.org>:
            > Een klant leest je offerte, legt haar neer en zegt: “Dat is te duur.”
            > Welke vraag stel je, en waarom juist die?
            """,
        ),
    ),
    (
        "fatima.el.amrani@example.org",
        _mail(
            "Fatima El Amrani",
            "fatima.el.amrani@example.org",
            "Mijn antwoord",
            """
            Ik vraag niets over geld: “Wat moet er over een jaar anders zijn?” Als dat antwoord groot genoeg
            is, komt de prijs vanzelf weer op tafel, en dan kleiner.

            Verstuurd vanaf mijn iPhone
            """,
        ),
    ),
)
