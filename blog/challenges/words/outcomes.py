"""How far a challenge has come, in sentences."""

from collections.abc import Mapping, Sequence

from babel.lists import format_list
from flask_babel import format_decimal, get_locale, ngettext
from flask_babel import gettext as _

from blog.challenges.models.entries import EntryConfirmation
from blog.challenges.outcome import Outcome
from blog.challenges.values import Ineligible
from blog.core.i18n import format_datetime_long

_NUMBERS_NAMED = 5
_AUTOMATIC = frozenset({Ineligible.AUTOMATIC, Ineligible.BOUNCE, Ineligible.LIST})


def before_words(passed_over: Mapping[Ineligible | None, int]) -> str:
    """Why no entry before the winner has won: in counts, for everybody. `None` counts what was incorrect."""
    total = sum(passed_over.values())
    if not total:
        return _("It was the very first entry: nothing came before it.")
    incorrect = passed_over.get(None, 0)
    automatic = sum(passed_over.get(reason, 0) for reason in _AUTOMATIC)
    barred = total - incorrect - automatic
    reasons = [
        ngettext("%(count)s was not correct", "%(count)s were not correct", incorrect, **_figure(incorrect)),
        ngettext(
            "%(count)s was sent automatically",
            "%(count)s were sent automatically",
            automatic,
            **_figure(automatic),
        ),
        ngettext("%(count)s could not take part", "%(count)s could not take part", barred, **_figure(barred)),
    ]
    counts = (incorrect, automatic, barred)
    return ngettext(
        "%(count)s entry came before it and could not win: %(reasons)s.",
        "%(count)s entries came before it and none of them could win: %(reasons)s.",
        total,
        reasons=_listed([words for words, count in zip(reasons, counts, strict=True) if count]),
        **_figure(total),
    )


def outcome_words(outcome: Outcome, entry_total: int, asked: EntryConfirmation | None = None) -> str:
    """How far a challenge has come, in a sentence that says what is still to be done.

    `asked` is what the sender was asked of the entry that waits for nothing else.
    """
    waiting = len(outcome.waiting_for)
    if outcome.candidate is not None:
        return _(
            "Entry %(number)s is the first correct one: the winner can be announced.",
            number=outcome.candidate,
        )
    if outcome.unconfirmed is not None:
        return _unconfirmed_words(outcome.unconfirmed, asked)
    if outcome.first_correct is not None:
        return ngettext(
            "Entry %(first)s is correct, but %(waiting)s is still waiting.",
            "Entry %(first)s is correct, but %(waiting)s are still waiting.",
            waiting,
            first=outcome.first_correct,
            waiting=numbers_in_words(outcome.waiting_for),
        )
    if waiting:
        return ngettext(
            "No entry is correct yet; %(waiting)s is still waiting.",
            "No entry is correct yet; %(waiting)s are still waiting.",
            waiting,
            waiting=numbers_in_words(outcome.waiting_for),
        )
    if entry_total:
        return _("None of the entries is correct, so there is no winner.")
    return _("No entry has arrived yet.")


def _unconfirmed_words(number: int, asked: EntryConfirmation | None) -> str:
    if asked is not None and asked.is_unreachable:
        return _(
            "Entry %(number)s is the first correct one. "
            "Nobody can be asked whether it is theirs, so it is passed over soon.",
            number=number,
        )
    if asked is not None and asked.due_at is not None:
        return _(
            "Entry %(number)s is the first correct one. "
            "Its sender has been asked to confirm that it is theirs, and can until %(instant)s.",
            number=number,
            instant=format_datetime_long(asked.due_at),
        )
    if asked is not None and asked.is_letter_stuck:
        return _(
            "Entry %(number)s is the first correct one. "
            "The letter that asks its sender to confirm that it is theirs is stuck: "
            "nobody tries to send it any more. Ask its sender once more.",
            number=number,
        )
    return _(
        "Entry %(number)s is the first correct one. "
        "The letter that asks its sender to confirm that it is theirs has not left yet.",
        number=number,
    )


def decision_words(
    outcome: Outcome, entry_total: int, winning_number: int | None, asked: EntryConfirmation | None = None
) -> str:
    """Who has won or, while nobody has, how far the challenge has come."""
    if winning_number is None:
        return outcome_words(outcome, entry_total, asked)
    return _("Entry %(number)s has won.", number=winning_number)


def numbers_in_words(numbers: Sequence[int]) -> str:
    """Entry numbers as a list in a sentence; of many, only the first."""
    words = [str(number) for number in numbers[:_NUMBERS_NAMED]]
    more = len(numbers) - len(words)
    if more:
        words.append(ngettext("%(num)s more", "%(num)s more", more))
    return _listed(words)


def _figure(number: int) -> dict[str, str]:
    """A number as it is written in a sentence of the language in use."""
    return {"count": format_decimal(number)}


def _listed(words: Sequence[str]) -> str:
    return format_list(words, locale=get_locale() or "en")
