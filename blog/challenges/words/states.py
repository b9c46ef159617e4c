"""What the states of challenges and entries are called: one wording for pages, mail and commands."""

from collections.abc import Sequence

from flask_babel import format_decimal, ngettext
from flask_babel import gettext as _

from blog.challenges.models.entries import EntryConfirmation
from blog.challenges.queries.entries import EntryRow
from blog.challenges.queries.outcomes import Told
from blog.challenges.values import ChallengeStatus, ConfirmedBy, Ineligible, Judgement
from blog.core.i18n import format_datetime_long


def status_words(status: ChallengeStatus) -> str:
    """What a challenge is, as `phase_words` calls it."""
    return {
        ChallengeStatus.DRAFT: _("draft"),
        ChallengeStatus.OPEN: _("open"),
        ChallengeStatus.CLOSED: _("closed"),
        ChallengeStatus.SCHEDULED: _("scheduled"),
        ChallengeStatus.PROVISIONAL: _("the result is being verified"),
        ChallengeStatus.FINAL: _("decided"),
        ChallengeStatus.NO_WINNER: _("without a winner"),
        ChallengeStatus.CANCELLED: _("cancelled"),
    }[status]


def count_words(count: int, *, is_open: bool) -> str:
    """How many answers there are, and which number the next one gets."""
    entries = ngettext("%(count)s entry", "%(count)s entries", count, count=format_decimal(count))
    if not is_open:
        return entries if count else _("No entries")
    if not count:
        return _("No entries yet; the first one will be number 1.")
    return _(
        "%(entries)s; the next one will be number %(number)s.",
        entries=entries,
        number=format_decimal(count + 1),
    )


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
        Ineligible.DISQUALIFIED: _("disqualified"),
        Ineligible.OVER_LIMIT: _("one try too many"),
    }[reason]


def entry_words(
    eligible: bool | None,
    why_not: str | None,
    judgement: Judgement | None,
    *,
    is_over: bool,
    is_over_limit: bool = False,
    is_needed: bool = True,
) -> str:
    """What is known of an entry, for a judge. Once the winner is announced (`is_over`) none waits.

    One that the decision does not wait for, as an earlier one comes to the prize first, is not needed so far.
    """
    if eligible is None:
        return _("not read yet")
    if not eligible:
        return ineligible_words(Ineligible(why_not or Ineligible.EMPTY))
    if is_over_limit:
        return ineligible_words(Ineligible.OVER_LIMIT)
    if judgement is None:
        return _("not needed any more") if is_over else _("waiting") if is_needed else _("not needed so far")
    return judgement_words(judgement)


def public_entry_words(row: EntryRow, told: Told | None) -> str:
    """How an entry stands, for everybody: until the challenge is over, only that it was received."""
    if told is None:
        return _("received")
    if row.number in told.ranks:
        rank = told.ranks[row.number]
        return _("winner") if len(told.ranks) == 1 else _("winner of prize %(rank)s", rank=rank)
    if row.eligible is False or row.number in told.over_limit:
        return _("cannot win")
    if row.number in told.lost:
        return _("correct, prize not taken")
    if row.judgement is Judgement.CORRECT:
        return _correct_entry_words(row.number, told)
    return _("not correct") if row.judgement is Judgement.INCORRECT else _("not judged")


def _correct_entry_words(number: int, told: Told) -> str:
    """Of a correct answer that neither has nor had a prize: what did not go to a later one, its sender kept from it."""
    if number < max(told.ranks, default=number + 1):
        return _("correct, its sender has or had a prize with another answer")
    return _("correct, but later")
