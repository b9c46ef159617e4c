"""What the states of challenges and entries are called: one wording for pages, mail and commands."""

from collections.abc import Mapping, Sequence

from babel.lists import format_list
from flask_babel import format_decimal, get_locale, ngettext
from flask_babel import gettext as _

from blog.challenges.models import Entry
from blog.challenges.outcome import Outcome
from blog.challenges.values import ChallengeStatus, ConfirmedBy, Ineligible, Judgement

_NUMBERS_NAMED = 5
_AUTOMATIC = frozenset({Ineligible.AUTOMATIC, Ineligible.BOUNCE, Ineligible.LIST})


def status_words(status: ChallengeStatus) -> str:
    """What a challenge is."""
    return {
        ChallengeStatus.DRAFT: _("draft"),
        ChallengeStatus.OPEN: _("open"),
        ChallengeStatus.CLOSED: _("closed"),
        ChallengeStatus.ANNOUNCED: _("winner announced"),
    }[status]


def judgement_words(judgement: Judgement) -> str:
    """What a judge says of an entry."""
    return {
        Judgement.CORRECT: _("correct"),
        Judgement.INCORRECT: _("incorrect"),
        Judgement.UNCLEAR: _("unclear"),
    }[judgement]


def confirmed_words(how: ConfirmedBy, instant: str) -> str:
    """How and when an answer was confirmed by its sender."""
    return {
        ConfirmedBy.REPLY: _("Confirmed by answering the receipt, on %(instant)s", instant=instant),
        ConfirmedBy.CODE: _("Confirmed with the code from the receipt, on %(instant)s", instant=instant),
        ConfirmedBy.SIGN_IN: _("Confirmed by signing in, on %(instant)s", instant=instant),
        ConfirmedBy.DOMAIN: _("Proven by the domain of your address, on %(instant)s", instant=instant),
    }[how]


def ineligible_words(reason: Ineligible) -> str:
    """Why an entry cannot win, in a few words."""
    return {
        Ineligible.AUTOMATIC: _("automatic reply"),
        Ineligible.BOUNCE: _("delivery report"),
        Ineligible.LIST: _("mailing list"),
        Ineligible.LATE: _("arrived after closing"),
        Ineligible.STAFF: _("sent by staff"),
        Ineligible.EMPTY: _("empty message"),
        Ineligible.DUPLICATE: _("the same mail again"),
        Ineligible.UNCONFIRMED: _("not confirmed in time"),
        Ineligible.WITHDRAWN: _("withdrawn"),
    }[reason]


def entry_words(
    eligible: bool | None, why_not: str | None, judgement: Judgement | None, *, is_over: bool
) -> str:
    """What is known of an entry, for a judge. Once the winner is announced (`is_over`) none waits."""
    if eligible is None:
        return _("not read yet")
    if not eligible:
        return ineligible_words(Ineligible(why_not or Ineligible.EMPTY))
    if judgement is None:
        return _("not needed any more") if is_over else _("waiting")
    return judgement_words(judgement)


def public_entry_words(
    number: int, eligible: bool | None, judgement: Judgement | None, winning_number: int | None
) -> str:
    """How an entry stands, for everybody: until the winner is announced, only that it was received."""
    if winning_number is None:
        return _("received")
    if number == winning_number:
        return _("winner")
    if eligible is False:
        return _("cannot win")
    if judgement is Judgement.CORRECT:
        return _("correct, but later")
    return _("not correct") if judgement is Judgement.INCORRECT else _("not judged")


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


def receipt_words(entry: Entry, judgement: Judgement | None, winning_number: int | None) -> str:
    """How an entry stands, for whoever sent it. Verdicts are told only once a winner is announced."""
    if entry.eligible and winning_number is None and is_to_be_confirmed(entry):
        return _(
            "Your answer takes part, and keeps its place. Confirm that it is yours: only then it can win."
        )
    if entry.eligible is None:
        return _("Your message is stored. It will be read in a moment.")
    if not entry.eligible:
        return _ineligible_receipt(Ineligible(entry.why_not or Ineligible.EMPTY))
    if winning_number is None:
        return _("Your answer takes part. The winner is announced once the first correct answer is certain.")
    if winning_number == entry.number:
        return _("Your answer was the first correct one: you have won.")
    return _judged_receipt(judgement, winning_number)


def next_words(entry: Entry, status: ChallengeStatus) -> Sequence[str]:
    """What happens next with an entry, for whoever sent it; nothing where all has been said."""
    if status is ChallengeStatus.ANNOUNCED:
        return ()
    if entry.eligible is None:
        return (_("A program reads your message. After that this page says whether it takes part."),)
    if entry.eligible:
        return (
            _("Answers are judged in the order of arrival, by somebody who does not see who sent them."),
            _("As soon as the first correct answer is certain, the winner is announced and told by mail."),
            _("Then this page says how your answer did. Come back to it whenever you like."),
        )
    if entry.why_not == Ineligible.EMPTY and status is ChallengeStatus.OPEN:
        return (_("Mail it again, with your answer in the text. The new message gets the next number."),)
    return ()


def _judged_receipt(judgement: Judgement | None, winning_number: int) -> str:
    if judgement is Judgement.CORRECT:
        return _("Your answer is correct too, but entry %(number)s was earlier.", number=winning_number)
    if judgement is Judgement.INCORRECT:
        return _("Your answer was not correct. Entry %(number)s has won.", number=winning_number)
    return _("Entry %(number)s was the first correct one; later ones are not judged.", number=winning_number)


def _ineligible_receipt(reason: Ineligible) -> str:
    return {
        Ineligible.AUTOMATIC: _("This was an automatic reply. It keeps its number and cannot win."),
        Ineligible.BOUNCE: _("This was a delivery report. It keeps its number and cannot win."),
        Ineligible.LIST: _("This came through a mailing list. It keeps its number and cannot win."),
        Ineligible.LATE: _("Your answer arrived after the challenge had closed, so it cannot win."),
        Ineligible.STAFF: _("People who work here and the author do not compete, so it cannot win."),
        Ineligible.EMPTY: _("We found no answer in your message: no text and no attachment."),
        Ineligible.DUPLICATE: _("This is the same mail as an earlier one, which has the earlier number."),
        Ineligible.UNCONFIRMED: _("Nobody confirmed in time that this answer is theirs, so it cannot win."),
        Ineligible.WITHDRAWN: _(
            "Whoever sent it has left, and taken it along. Its number stays, and cannot win."
        ),
    }[reason]


def is_to_be_confirmed(entry: Entry) -> bool:
    """Whether its sender is asked whether an entry is theirs, and has not answered."""
    return entry.confirmation is not None and entry.confirmation.confirmed_at is None


def outcome_words(outcome: Outcome, entry_total: int) -> str:
    """How far a challenge has come, in a sentence that says what is still to be done."""
    waiting = len(outcome.waiting_for)
    if outcome.candidate is not None:
        return _(
            "Entry %(number)s is the first correct one: the winner can be announced.",
            number=outcome.candidate,
        )
    if outcome.unconfirmed is not None:
        return _(
            "Entry %(number)s is the first correct one. Its sender has been asked to confirm that it is theirs.",
            number=outcome.unconfirmed,
        )
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


def decision_words(outcome: Outcome, entry_total: int, winning_number: int | None) -> str:
    """Who has won or, while nobody has, how far the challenge has come."""
    if winning_number is None:
        return outcome_words(outcome, entry_total)
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
