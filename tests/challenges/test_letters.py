"""The whole text of what entrants are asked by mail, with every empty line, in both languages."""

import pytest
from flask import Flask
from flask_babel import force_locale, ngettext
from flask_babel import gettext as _

from blog.challenges.actions.endings import cancel_challenge
from blog.challenges.checkpoints import make_checkpoint
from blog.challenges.emails import (
    confirm_letter,
    instant_in_words,
    not_confirmed_letter,
    receipt_letter,
    receipt_link,
)
from blog.challenges.models.challenges import Challenge
from blog.challenges.models.entries import Entry
from blog.challenges.queries.ledger import row_of_entry
from blog.challenges.replies import Said, what_is_said
from blog.challenges.tokens import confirm_code, normal_code
from blog.challenges.values import Tries
from blog.challenges.words.taking_part import tries_words
from blog.core.config import current_settings
from blog.core.db import session, unit_of_work
from blog.mailroom.values import Door
from tests.factories.accounts import make_person
from tests.factories.challenges import make_challenge, make_entry

SEPARATOR = "-- "
CODE = "AAAA-BBBB-CCCC"


@pytest.fixture(params=["nl", "en"])
def challenge(app: Flask, request: pytest.FixtureRequest) -> Challenge:
    return make_challenge(title="A small challenge", language=request.param)


@pytest.fixture
def entry(challenge: Challenge) -> Entry:
    return make_entry(challenge)


_ROW = "Your answer is row %(row)s of the public ledger of this challenge, without your name. The hash of that row:"
_CHECKPOINT = (
    "The newest checkpoint of that ledger, over its first row. "
    "Keep this mail: it would show if we ever changed that one.",
    "The newest checkpoint of that ledger, over its first %(num)s rows. "
    "Keep this mail: it would show if we ever changed one of them.",
)


def lines(*paragraphs: str) -> str:
    """Paragraphs with one empty line between them, and the name of the site under all."""
    return "\n\n".join([*paragraphs, f"{SEPARATOR}\n{current_settings().site_name}"])


def how_to_confirm(code: str) -> tuple[str, ...]:
    return (
        _("Answer this mail with YES, or open your receipt and type this code there:"),
        f"    {code}",
        _(
            "Did somebody else send it in your name? Then answer with NO, or do nothing: without you it cannot win."
        ),
    )


def facts(entry: Entry, number: str) -> str:
    received_at = instant_in_words(entry.received_at, current_settings().time_zone)
    return f"{number}\n{_('Received: %(instant)s', instant=received_at)}"


def receipt_text(entry: Entry, *asked: str, is_typed: bool = False, instead: tuple[str, ...] = ()) -> str:
    """A receipt, of an answer that was mailed or typed; `instead` of what decides it may say something else."""
    thanks, what_counts, print_of = (
        (
            "Thank you for answering “%(title)s”. What you typed has been stored.",
            "The first correct answer wins. What counts is the moment at which our server stored your answer.",
            "The fingerprint of what we have stored (SHA-256), which shows that nobody changes it:",
        )
        if is_typed
        else (
            "Thank you for answering “%(title)s”. Your message has been received and stored.",
            "The first correct answer wins. What counts is the moment at which our server accepted your message, "
            "not the date in the message itself.",
            "The fingerprint of your message (SHA-256), which shows that what we keep is what came in:",
        )
    )
    row = row_of_entry(entry)
    assert row is not None
    where = _("Your receipt shows where your entry stands. Its address is a secret between you and us:")
    decides = (
        _(what_counts),
        _(
            "Every answer is judged in the order of arrival, by somebody who does not see who sent it. "
            "If yours is the first correct one, you hear from us."
        ),
    )
    return lines(
        _(thanks, title="A small challenge"),
        facts(entry, _("Your entry number: %(number)s", number=entry.number)),
        *(instead or decides),
        *asked,
        f"{where}\n{receipt_link(entry, current_settings())}",
        f"{_(print_of)}\n{entry.delivery.sha256}",
        f"{_(_ROW, row=row.position)}\n{row.hash.hex()}",
    )


def test_the_question_whether_an_answer_is_somebodys(entry: Entry) -> None:
    settings = current_settings()
    with force_locale(entry.challenge.language):
        expected = lines(
            _(
                "An answer to “%(title)s” came in from your address. "
                "We have to know that it is yours before it can win.",
                title="A small challenge",
            ),
            facts(entry, _("Entry number: %(number)s", number=1)),
            _("Please confirm it within %(days)s days of this mail; after that others come first.", days=7),
            *how_to_confirm(confirm_code(settings.secret_key, entry.id)),
            f"{_('Your receipt:')}\n{receipt_link(entry, settings)}",
        )
    assert confirm_letter(entry, settings).text == expected


def test_the_receipt_of_whom_is_proven(entry: Entry) -> None:
    with force_locale(entry.challenge.language):
        expected = receipt_text(entry)
    assert receipt_letter(entry, current_settings()).text == expected


def test_the_receipt_carries_the_newest_checkpoint(entry: Entry) -> None:
    with unit_of_work():
        checkpoint = make_checkpoint(session.get_one(Challenge, entry.challenge_id))
    with force_locale(entry.challenge.language):
        said = ngettext(*_CHECKPOINT, checkpoint.size)
        expected = f"{said}\n{checkpoint.note}\n{SEPARATOR}\n{current_settings().site_name}"
    text = receipt_letter(entry, current_settings()).text
    assert text.endswith(f"\n\n{expected}")


def test_the_receipt_of_whom_is_asked(entry: Entry) -> None:
    with force_locale(entry.challenge.language):
        expected = receipt_text(
            entry,
            _(
                "One thing is up to you: confirm that this answer is yours. Anybody can write an address on a mail, "
                "and nothing told us for sure that this one comes from you. "
                "It keeps its place meanwhile, and can win once you have."
            ),
            *how_to_confirm(CODE),
        )
    assert receipt_letter(entry, current_settings(), code=CODE).text == expected


def test_the_receipt_of_one_try_too_many_promises_nothing_and_asks_nothing(challenge: Challenge) -> None:
    with unit_of_work():
        session.get_one(Challenge, challenge.id).attempts = 1
    _first, second = (make_entry(challenge, from_address="anna@example.org") for _turn in range(2))
    with force_locale(challenge.language):
        expected = receipt_text(second, instead=(tries_words(Tries(2, 1)),))
    assert receipt_letter(second, current_settings(), code=CODE).text == expected


def test_the_receipt_of_what_was_read_after_it_was_called_off_says_so(challenge: Challenge) -> None:
    entry, editor = make_entry(challenge), make_person(role="editor").actor
    with unit_of_work():
        cancel_challenge(editor, challenge, "The sponsor left.")
    with force_locale(challenge.language):
        called_off = (
            _(
                "You have taken part in “%(title)s”. It has been called off, so nobody wins.",
                title="A small challenge",
            ),
            _("Why: %(reason)s", reason="The sponsor left."),
        )
        expected = receipt_text(entry, instead=called_off)
    assert receipt_letter(entry, current_settings(), code=CODE).text == expected


def test_the_receipt_of_an_answer_that_was_typed_does_not_speak_of_a_mail(challenge: Challenge) -> None:
    entry = make_entry(challenge, door=Door.FORM)
    with force_locale(challenge.language):
        expected = receipt_text(
            entry,
            _(
                "One thing is up to you: confirm that this answer is yours. Anybody can type an address in a form. "
                "It keeps its place meanwhile, and can win once you have."
            ),
            *how_to_confirm(CODE),
            is_typed=True,
        )
    assert receipt_letter(entry, current_settings(), code=CODE).text == expected


def test_what_is_told_to_whom_was_not_understood(entry: Entry) -> None:
    settings = current_settings()
    with force_locale(entry.challenge.language):
        expected = lines(
            _(
                "Thank you for your mail about entry %(number)s of “%(title)s”. "
                "A program reads such mail, and could not tell whether that answer is yours.",
                number=1,
                title="A small challenge",
            ),
            facts(entry, _("Entry number: %(number)s", number=1)),
            *how_to_confirm(confirm_code(settings.secret_key, entry.id)),
            f"{_('Your receipt:')}\n{receipt_link(entry, settings)}",
        )
    assert not_confirmed_letter(entry, settings, is_late=False).text == expected


def test_a_program_that_sends_a_letter_back_as_it_is_says_nothing_with_it(challenge: Challenge) -> None:
    settings = current_settings()
    mailed, typed = make_entry(challenge), make_entry(challenge, door=Door.FORM)
    for entry in (mailed, typed):
        code = confirm_code(settings.secret_key, entry.id)
        for letter in (
            receipt_letter(entry, settings, code=code),
            confirm_letter(entry, settings),
            not_confirmed_letter(entry, settings, is_late=False),
            not_confirmed_letter(entry, settings, is_late=True),
        ):
            for echo in (letter.text, " ".join(letter.text.split())):
                assert what_is_said(echo, lambda typed, code=code: normal_code(typed) == code) is Said.NOTHING
