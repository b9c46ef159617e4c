"""What the story of the main job is told with: an article of our own, a debate, and four letters."""

ARTICLE = """\
---
title: Luisteren is geen wachten op je beurt
slug: luisteren-is-geen-wachten
language: nl
author: Eva Smit
tags: [verkoop, luisteren]
proposition: Wie meer praat dan zijn klant, verkoopt aan zichzelf.
challenge:
  slug: luistervraag
  prize: Het boek “Eerst de vraag”
  judging: editor
---
Vraag tien verkopers of zij goed luisteren, en je hoort tien keer ja. Vraag het hun klanten.

## Wie is er aan het woord

In een opgenomen gesprek van een half uur was de verkoper zeventien minuten aan het woord.

## Wat je mist

Wie praat, hoort niet wat er niet gezegd wordt.

## Hoe het anders kan

Stel een vraag, en schrijf het antwoord woord voor woord op.

::: challenge luistervraag
## De vraag

Een klant zegt alleen: “Ik denk er nog over na.” **Wat is je eerste vraag?**

Mail je antwoord; het eerste goede antwoord wint.
:::

::: exercise gedrag fields=3
## Gedrag

Schrijf drie gesprekken op waarin jij het meest aan het woord was.
:::
"""

COMMENTS = {
    "article": "luisteren-is-geen-wachten",
    "comments": [
        {"id": "c1", "parent": None, "author": "Johan Meijer", "body": "Luisteren verkoopt niets."},
        {
            "id": "c2",
            "parent": "c1",
            "author": "Aylin Demir",
            "body": "Beste Johan, ik ben het niet met je eens.",
        },
        {"id": "c3", "parent": None, "author": None, "body": "Bij ons werkt het."},
        {
            "id": "c4",
            "parent": "c2",
            "author": "Johan Meijer",
            "body": "Beste Aylin, geef eens een voorbeeld.",
        },
        {"id": "c5", "parent": None, "author": None, "body": "Samen zoeken naar de reden helpt."},
    ],
}


def letter(name: str, address: str, text: str, *headers: str) -> bytes:
    """A raw message with an answer."""
    head = [f"From: {name} <{address}>", "Subject: Antwoord", f"Message-ID: <{address}>", *headers]
    charset = ["Content-Type: text/plain; charset=utf-8", "Content-Transfer-Encoding: 8bit"]
    return ("\r\n".join([*head, *charset]) + f"\r\n\r\n{text}\r\n").encode()


FIRST = letter("Anja Bos", "anja@example.org", "Mag ik u wat korting geven?")
SECOND = letter(
    "Bram de Groot",
    "bram@example.org",
    "Waar moet u nog over nadenken?",
    # A claim about time that changes nothing.
    "Date: Mon, 16 Nov 2026 08:00:00 +0100",
)
THIRD = letter("Chantal Vos", "chantal@example.org", "Wat houdt u nog tegen?")
OUT_OF_OFFICE = letter(
    "Dirk Kok", "dirk@example.org", "Ik ben er maandag weer.", "Auto-Submitted: auto-replied"
)
