"""How far a challenge has come, in sentences."""

from collections.abc import Mapping, Sequence

from babel.lists import format_list
from flask_babel import format_decimal, get_locale, ngettext
from flask_babel import gettext as _

from blog.challenges.models.entries import EntryConfirmation
from blog.challenges.outcome import Contest, Outcome
from blog.challenges.queries.outcomes import Passed
from blog.core.i18n import format_datetime_long

_NUMBERS_NAMED = 5


def before_words(passed_over: Mapping[Passed, int]) -> str:
    """Why no entry before a winner has got their prize: in counts, for everybody."""
    won = passed_over.get(Passed.WON, 0)
    others = {why: count for why, count in passed_over.items() if count and why is not Passed.WON}
    if not won and not others:
        return _("It was the very first entry: nothing came before it.")
    sentences: list[str] = []
    if won:
        sentences.append(
            ngettext(
                "%(count)s entry that came before it has won another prize.",
                "%(count)s entries that came before it have won other prizes.",
                won,
                **_figure(won),
            )
        )
    if others:
        total = sum(others.values())
        sentences.append(
            ngettext(
                "%(count)s entry came before it and could not win: %(reasons)s.",
                "%(count)s entries came before it and none of them could win: %(reasons)s.",
                total,
                reasons=_listed([_passed_words(why, others[why]) for why in Passed if why in others]),
                **_figure(total),
            )
        )
    return " ".join(sentences)


def _passed_words(why: Passed, count: int) -> str:
    figure = _figure(count)
    match why:
        case Passed.INCORRECT:
            return ngettext("%(count)s was not correct", "%(count)s were not correct", count, **figure)
        case Passed.AUTOMATIC:
            return ngettext(
                "%(count)s was sent automatically", "%(count)s were sent automatically", count, **figure
            )
        case Passed.BARRED:
            return ngettext("%(count)s could not take part", "%(count)s could not take part", count, **figure)
        case Passed.WON:
            raise ValueError("what has won itself is told in a sentence of its own")
        case Passed.ANOTHER:
            return ngettext(
                "%(count)s was of somebody who has or had a prize with another answer",
                "%(count)s were of people who have or had a prize with another answer",
                count,
                **figure,
            )
        case Passed.LOST:
            return ngettext(
                "%(count)s was correct, and its prize was not taken",
                "%(count)s were correct, and their prizes were not taken",
                count,
                **figure,
            )


def _others_wait_words(outcome: Outcome, candidate: int) -> str:
    return ngettext(
        "Entry %(first)s wins the first prize; for the others %(waiting)s is still waiting.",
        "Entry %(first)s wins the first prize; for the others %(waiting)s are still waiting.",
        len(outcome.waiting_for),
        first=candidate,
        waiting=numbers_in_words(outcome.waiting_for),
    )


def progress_words(
    outcome: Outcome,
    contest: Contest,
    entry_total: int,
    asked: EntryConfirmation | None = None,
    *,
    is_to_be_claimed: bool,
) -> str:
    """How far a challenge has come, also while prizes are on their way or have come back to us.

    `asked` is what the sender was asked of the entry that waits for nothing else. `is_to_be_claimed`: somebody who was
    told that they have won has still to claim their prize; until then nobody can end the challenge.
    """
    if not contest.holders and not contest.has_lost:
        return outcome_words(outcome, entry_total, asked)
    new = sorted((rank, number) for rank, number in outcome.winners.items() if rank not in contest.holders)
    if outcome.waiting_for:
        return ngettext(
            "A prize is nobody’s yet, and %(waiting)s is still waiting.",
            "A prize is nobody’s yet, and %(waiting)s are still waiting.",
            len(outcome.waiting_for),
            waiting=numbers_in_words(outcome.waiting_for),
        )
    if outcome.unconfirmed is not None:
        return _unconfirmed_words(outcome.unconfirmed, asked)
    if new:
        return " ".join(
            _("Prize %(rank)s passes to entry %(number)s.", rank=rank, number=number) for rank, number in new
        )
    if len(contest.holders) < contest.prizes:
        return nobody_left_words(contest, is_to_be_claimed=is_to_be_claimed)
    return ngettext(
        "The prize has a winner, who has still to claim it.",
        "All prizes have winners, and not all of these have claimed theirs yet.",
        len(contest.holders),
    )


def nobody_left_words(contest: Contest, *, is_to_be_claimed: bool) -> str:
    """That nobody else can get a prize which is left, and what is to be done then, or has to come before that."""
    if is_to_be_claimed:
        return _(
            "No other entry can win the prize that is left. The challenge can end once whoever was told has claimed "
            "their prize, or the time for that is over."
        )
    if contest.holders:
        return _(
            "No other entry can win the prize that is left. End the challenge with fewer winners, and say why."
        )
    return _("No other entry can win. End the challenge without a winner, and say why.")


def works_here_words(number: int) -> str:
    """That an entry cannot be told that it has won, as its sender has come to work here, and what is to be done."""
    return _(
        "Entry %(number)s came from the address of somebody who works here now, and nobody who works "
        "here wins. Have an editor disqualify it, with that reason.",
        number=number,
    )


def outcome_words(outcome: Outcome, entry_total: int, asked: EntryConfirmation | None = None) -> str:
    """How far a challenge has come, in a sentence that says what is still to be done.

    `asked` is what the sender was asked of the entry that waits for nothing else.
    """
    waiting = len(outcome.waiting_for)
    if outcome.candidate is not None and waiting:
        return _others_wait_words(outcome, outcome.candidate)
    if outcome.candidate is not None and outcome.unconfirmed is None:
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
    return (
        _("None of the entries is correct, so there is no winner.")
        if entry_total
        else _("No entry has arrived yet.")
    )


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
