"""What the states of challenges and entries are called: one wording for pages, mail and commands."""

from collections.abc import Mapping, Sequence

from babel.lists import format_list
from flask_babel import format_decimal, get_locale, ngettext
from flask_babel import gettext as _

from blog.challenges.models import Entry, EntryConfirmation
from blog.challenges.outcome import Outcome
from blog.challenges.values import ChallengeStatus, ConfirmedBy, Ineligible, Judgement
from blog.core.i18n import format_datetime_long
from blog.mailroom.values import Door

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


def asked_words(
    asked: EntryConfirmation | None, eligible: bool | None, why_not: str | None, *, is_over: bool
) -> Sequence[str]:
    """What is known of whether an entry is of whom it names, for a judge: in a few words each, without a name.

    Nothing of one of which nobody was asked, or which does not wait for that (any more).
    """
    is_lapsed = why_not == Ineligible.UNCONFIRMED
    if asked is None or not (eligible or is_lapsed):
        return ()
    if asked.confirmed_at is not None:
        confirmed = {
            ConfirmedBy.REPLY: _("confirmed by reply"),
            ConfirmedBy.CODE: _("confirmed with the code"),
            ConfirmedBy.SIGN_IN: _("confirmed by signing in"),
            ConfirmedBy.DOMAIN: _("proven by the domain"),
        }[ConfirmedBy(asked.confirmed_by)]
        return (confirmed,)
    disowned = (_("not theirs, says whoever reads that mail"),) if asked.disowned_at else ()
    if is_over:
        return disowned
    if asked.is_unreachable:
        return (*disowned, _("its address takes no mail") if asked.letter else _("no address to ask"))
    return disowned if is_lapsed else (*disowned, _to_confirm(asked))


def _to_confirm(asked: EntryConfirmation) -> str:
    if asked.due_at is not None:
        return _("to confirm until %(instant)s", instant=format_datetime_long(asked.due_at))
    if asked.first_since is None:
        return _("to confirm")
    if asked.is_letter_stuck:
        return _("to confirm; its letter is stuck and nobody tries to send it any more")
    return _("to confirm; the letter has not left yet")


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
        return _unread_receipt(entry)
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


def _unread_receipt(entry: Entry) -> str:
    if is_typed(entry):
        return _("Your answer is stored. It will be looked at in a moment.")
    return _("Your message is stored. It will be read in a moment.")


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


def is_typed(entry: Entry) -> bool:
    """Whether an answer was typed on our page, and not mailed."""
    return entry.delivery.door == Door.FORM


def is_to_be_confirmed(entry: Entry) -> bool:
    """Whether its sender is asked whether an entry is theirs, and has not answered."""
    return entry.confirmation is not None and entry.confirmation.confirmed_at is None


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
