"""What an answer to our question says: one word is asked for, and nothing else is taken for it."""

import pytest

from blog.challenges.replies import Said, what_is_said
from blog.challenges.tokens import normal_code

CODE = "K7QM-2XRD-9HFW"
LETTER = "\n".join(
    [
        "An answer to “A question” came in from your address.",
        "Entry number: 1",
        "Received: 27 November 2026",
        f"    {CODE}",
    ]
)


def said(text: str) -> Said:
    return what_is_said(text, lambda typed: normal_code(typed) == CODE)


@pytest.mark.parametrize(
    "text",
    [
        "Yes",
        "YES!",
        "“Yes”, it is",
        "*JA*",
        "Ja, dat klopt.",
        "Dag redactie,\n\nJa hoor, die is van mij.\n\nZoë",
        "Klopt",
        "dat ben ik",
        "Oui, c\u2019est moi.",
        "C’est bien moi",
        "Sí.",
        "Tak",
        "是的",
        "It's mine",
        f"My code is {CODE}.",
        CODE.lower().replace("-", " "),
        "Hello,\nk7qm2xrd9hfw\nZoë",
        "> An answer came in\n> Entry number: 1\n> Received\nYes",
    ],
)
def test_yes_in_so_many_words(text: str) -> None:
    assert said(text) is Said.YES


@pytest.mark.parametrize(
    "text",
    [
        "No",
        "Nee, dat was ik niet.",
        "Nee!",
        "Nein.",
        "Non",
        "I never sent this! Not mine, do not count it.",
        "Yes, I got your mail, but this is not mine.",
        "Ja, maar die is niet van mij.",
        "Dag,\nik heb dit niet gestuurd.",
        f"{CODE}\nThat was not me",
    ],
)
def test_no_in_so_many_words(text: str) -> None:
    assert said(text) is Said.NO


@pytest.mark.parametrize(
    "text",
    [
        "",
        "\n \n",
        "Your ticket has been created.",
        "No-reply: we have received your request.",
        "I am away until Monday. Ja, that is so.",
        "Tak for din mail. Jeg er på ferie.",
        "Si necesita ayuda urgente, llame.",
        "Yesterday I was away.",
        "Janneke is er maandag weer.",
        "Nothing to mention.",
        f"Thank you for your mail:\n{LETTER}",
        f"> {CODE}\nWe have got your mail.",
        "KKKK-KKKK-KKKK",
        f"Ref{CODE}",
        "One.\nTwo.\nThree.\nYes",
        "x" * 200_000,
    ],
)
def test_anything_else_says_nothing(text: str) -> None:
    assert said(text) is Said.NOTHING
