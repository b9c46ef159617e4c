"""Every language that is read: what programs write in it is set apart, and people's own sentences stay."""

from collections.abc import Callable

import pytest

from blog.mailroom.parser.languages.every import LANGUAGES
from blog.mailroom.parser.quotes import split_reply
from blog.mailroom.parser.reading import read_message
from tests.mailroom.parser.habits import HABITS, Habits
from tests.mailroom.parser.mails import make_mail

QUOTED = "> Wat nu?\n> Mail het."
OLDER = "Wat nu?\n\nGroet\nJan"


def every(lines: Callable[[Habits], tuple[str, ...]]) -> list[object]:
    """Each sample of one kind, with the answer of its language, named by language and number."""
    return [
        pytest.param(habits.answer, line, id=f"{language}-{number}")
        for language, habits in HABITS.items()
        for number, line in enumerate(lines(habits), start=1)
    ]


def test_there_are_samples_of_every_language() -> None:
    assert set(HABITS) == set(LANGUAGES)
    assert all(all(habits) for habits in HABITS.values())


@pytest.mark.parametrize(("answer", "attribution"), every(lambda habits: habits.attributions))
def test_split_reply_knows_the_line_above_a_quotation(answer: str, attribution: str) -> None:
    quotation = f"{attribution}\n\n{QUOTED}"

    assert split_reply(f"{answer}\n\n{quotation}\n") == (answer, quotation)
    assert split_reply(f"{quotation}\n\n{answer}\n") == (answer, quotation)


@pytest.mark.parametrize(("answer", "block"), every(lambda habits: habits.blocks))
def test_split_reply_knows_the_headers_above_an_older_message(answer: str, block: str) -> None:
    rule = "_" * 32

    assert split_reply(f"{answer}\n\n{block}\n\n{OLDER}\n") == (answer, f"{block}\n\n{OLDER}")
    assert split_reply(f"{answer}\n{rule}\n{block}\n\n{OLDER}") == (answer, f"{rule}\n{block}\n\n{OLDER}")


@pytest.mark.parametrize(("answer", "separator"), every(lambda habits: habits.separators))
def test_split_reply_knows_the_words_above_an_older_message(answer: str, separator: str) -> None:
    assert split_reply(f"{answer}\n\n{separator}\n{OLDER}\n") == (answer, f"{separator}\n{OLDER}")


@pytest.mark.parametrize(("answer", "signature"), every(lambda habits: habits.phones))
def test_split_reply_knows_the_signature_of_a_telephone(answer: str, signature: str) -> None:
    linked = f"{signature}<https://aka.ms/AAb9ysg>"

    assert split_reply(f"{answer}\n\n{signature}\n\n\n") == (answer, signature)
    assert split_reply(f"{answer}\n{linked}\n\n{QUOTED}\n") == (answer, f"{linked}\n\n{QUOTED}")


@pytest.mark.parametrize(("answer", "sentence"), every(lambda habits: habits.own))
def test_split_reply_leaves_people_what_they_say_they_wrote(answer: str, sentence: str) -> None:
    for text in (f"{answer}\n\n{sentence}\n\n{OLDER}", f"{sentence}\n\n{answer}"):
        assert split_reply(text) == (text, "")


@pytest.mark.parametrize(("answer", "subject"), every(lambda habits: habits.automatic))
def test_read_message_knows_an_automatic_reply_by_its_subject(answer: str, subject: str) -> None:
    automatic = read_message(make_mail(answer, subject=subject))
    reply = read_message(make_mail(answer, subject=f"Re: {subject}"))

    sure = read_message(make_mail(answer, subject=subject, headers=("Precedence: bulk",)))

    assert (automatic.kind, automatic.automatic_reason) == ("person", "subject")
    assert (sure.kind, sure.automatic_reason) == ("automatic", "precedence")
    assert (reply.kind, reply.automatic_reason) == ("person", None)


@pytest.mark.parametrize(("answer", "subject"), every(lambda habits: habits.bounces))
def test_read_message_knows_a_bounce_by_its_subject_only_when_a_machine_sent_it(
    answer: str, subject: str
) -> None:
    bounce = read_message(make_mail(answer, subject=subject), "")
    person = read_message(make_mail(answer, subject=subject), "pietje@example.org")

    assert (bounce.kind, bounce.automatic_reason) == ("bounce", "undelivered-subject")
    assert person.kind == "person"


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_word_of_a_language_is_written_as_it_is_compared(language: str) -> None:
    wording = LANGUAGES[language]
    phrases = [
        phrase
        for field in (
            wording.openers,
            wording.verbs,
            wording.own,
            wording.separators,
            wording.announcements,
            wording.greetings,
            wording.closings,
            *wording.devices_around,
        )
        for phrase in field
    ] + [label for labels in wording.labels.values() for label in labels]

    # Capitals, apostrophes and dots would never be met.
    assert all(phrase == " ".join(phrase.casefold().split()) for phrase in phrases)
    assert all(character.isalnum() or character == " " for phrase in phrases for character in phrase)
