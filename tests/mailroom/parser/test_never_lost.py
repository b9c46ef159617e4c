"""What must never be lost: answers that stand where quotations, signatures and headers stand, too."""

import pytest

from blog.mailroom.parser.languages.every import LANGUAGES
from blog.mailroom.parser.quotes import split_reply
from blog.mailroom.parser.reading import read_message
from tests.mailroom.parser.clients import content
from tests.mailroom.parser.habits import HABITS
from tests.mailroom.parser.letters import BARE, COURTESIES, LETTERS, Letter
from tests.mailroom.parser.mails import base64_part, make_mail, make_multipart, part

PICTURE = base64_part(b"\x89PNG", "image/png; name=a.png", "Content-Disposition: inline; filename=a.png")


def test_there_are_courtesies_of_every_language() -> None:
    assert set(COURTESIES) == set(LANGUAGES)


@pytest.mark.parametrize("letter", LETTERS, ids=lambda letter: letter.name)
def test_read_message_keeps_the_answer_in_the_new_text(letter: Letter) -> None:
    mail = read_message(make_mail(letter.body))

    assert [words for words in letter.kept if words not in mail.text] == []


@pytest.mark.parametrize("answer", BARE)
@pytest.mark.parametrize("language", LANGUAGES)
def test_split_reply_keeps_an_answer_right_above_what_a_program_writes(language: str, answer: str) -> None:
    habits = HABITS[language]
    quotations = [f"{line}\n\n> Wat nu?\n> Mail het." for line in habits.attributions]
    olds = [f"{above}\n\nWat nu?" for above in (*habits.blocks, *habits.separators)]
    text = f"Goedemorgen.\n\n{answer}"

    for old in (*quotations, *olds, *habits.phones):
        assert split_reply(f"{text}\n{old}\n") == (text, old)


@pytest.mark.parametrize(
    ("page", "text"),
    [
        (
            '<div>Mijn antwoord:</div><blockquote style="margin:0 0 0 40px;border:none;padding:0px">'
            "<div>Doorvragen</div><div>en afspreken</div></blockquote><div>Groet, Piet</div>",
            "Mijn antwoord:\n\nDoorvragen\nen afspreken\n\nGroet, Piet",
        ),
        (
            '<div>Dit denk ik.</div><blockquote style="margin:0 0 0 40px;border:none"><div>Doorvragen</div>'
            '<div>en afspreken</div></blockquote><div class="gmail_quote"><div class="gmail_attr">Op 3 mei:</div>'
            '<blockquote class="gmail_quote">Wie?<br>Wat?</blockquote></div>',
            "Dit denk ik.\n\nDoorvragen\nen afspreken",
        ),
        (
            '<div class="moz-cite-prefix">Op 03-05-2024 om 09:41 schreef Jan:</div><blockquote type="cite">Wie?<br>'
            "Wat?</blockquote><p>Mijn antwoord:</p><blockquote>Rembrandt<br>1606</blockquote>",
            "Mijn antwoord:\n\nRembrandt\n1606",
        ),
        (
            '<div>Hoi,</div><div id="divRplyFwdMsg"><b>Van:</b> Jan</div><div>Wie?</div><div>Rembrandt</div>',
            "Hoi,\nVan: Jan\nWie?\nRembrandt",
        ),
    ],
)
def test_read_message_keeps_the_answer_of_a_page(page: str, text: str) -> None:
    assert read_message(content(page, "html").mail()).text == text


def test_what_ends_one_part_says_nothing_about_the_next() -> None:
    signed = make_multipart(
        "mixed", part("Zie de foto.\n\n-- \nPiet\n"), PICTURE, part("Mijn antwoord: 42.\n")
    )
    pasted = make_multipart(
        "mixed",
        part(
            "Dit kreeg ik.\n\nVan: R <a@example.org>\nDatum: 3 mei 2024 09:41\nAan: P\nOnderwerp: x\n\nWie?\n"
        ),
        PICTURE,
        part("Mijn antwoord: 42.\n"),
    )

    first, second = read_message(signed), read_message(pasted)

    assert (first.text, first.elided) == ("Zie de foto.\n\nMijn antwoord: 42.", "-- \nPiet")
    assert second.text == "Dit kreeg ik.\n\nMijn antwoord: 42."
    assert second.elided.startswith("Van: R <a@example.org>")


def test_a_quotation_goes_on_below_a_picture() -> None:
    announced = "Rembrandt.\n\n> Op 3 mei 2024 om 09:41 schreef Jan <jan@example.org>:\n>\n> Wie?\n"
    mail = read_message(make_multipart("mixed", part(announced), PICTURE, part("> En wanneer?\n")))
    below = read_message(
        make_multipart("mixed", part("Rembrandt.\n"), PICTURE, part(announced.removeprefix("Rembrandt.\n\n")))
    )

    assert (mail.text, below.text) == ("Rembrandt.", "Rembrandt.")
    assert mail.elided.endswith("> Wie?\n\n> En wanneer?")


def test_parts_of_which_nothing_would_be_left_are_all_new() -> None:
    mail = read_message(
        make_multipart("mixed", part("> Rembrandt\n> 1606\n"), PICTURE, part("Groet,\nPiet\n"))
    )

    assert (mail.text, mail.elided) == ("> Rembrandt\n> 1606\n\nGroet,\nPiet", "")
