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
        "No problem, that answer is mine.",
        "No worries: yes",
        "Geen probleem. Ja.",
        "Ja, geen probleem!",
        "Yes.\nI could not answer before.",
        "That's mine",
        "That answer is mine.",
        "Dit is mijn antwoord",
        "Het antwoord is van mij.",
        "Confirmed",
        "Bevestigd!",
        "Akkoord",
        "« Oui »",
        "Ja- dat ben ik",
        "Ja\n\nNon Profit Company",
        f"Here it is:\n{CODE}",
        "\u200bJa",
        "\ufeffJa",
        "\uff2a\uff21",
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
        "This is not my answer.",
    ],
)
def test_no_in_so_many_words(text: str) -> None:
    assert said(text) is Said.NO


@pytest.mark.parametrize(
    "text",
    [
        "Yes, it's me and not my wife",
        "yes it was not my first try but mine",
        "Ja, maar ik heb hier niet aan meegedaan",
        "Ja, ik kreeg deze mail, maar ik heb niets ingezonden",
        "Ja,\nmaar ik heb hier nooit aan meegedaan",
        "Oui, mais je n'ai rien envoyé.",
        "Ja, aber ich habe nichts geschickt.",
        "Yes, my wife did not send it.",
        "Nee, dit is echt van mij",
        "No, yes, it is mine.",
        "That was not my wife's, it is mine.",
        f"I know nothing of {CODE}",
        "Yes.\nMy wife did not send it.",
        "Ja\nmaar ik heb niets ingezonden",
    ],
)
def test_yes_and_no_in_one_say_nothing(text: str) -> None:
    assert said(text) is Said.NOTHING


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
        f"A program could not tell.\nAnswer this mail with YES, or open your receipt and type this code there:\n{CODE}",
        "KKKK-KKKK-KKKK",
        f"Ref{CODE}",
        "One.\nTwo.\nThree.\nYes",
        f"We have got your mail, and this is what stood in it: answer with YES, or type the code {CODE} there.",
        "x" * 200_000,
    ],
)
def test_anything_else_says_nothing(text: str) -> None:
    assert said(text) is Said.NOTHING
