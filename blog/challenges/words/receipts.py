"""What is said of an entry to whoever sent it."""

from collections.abc import Sequence

from flask_babel import gettext as _

from blog.challenges.models.awards import Award
from blog.challenges.models.entries import Entry
from blog.challenges.queries.amendments import is_judged_again_since
from blog.challenges.queries.awards import is_first
from blog.challenges.queries.outcomes import Told
from blog.challenges.values import AwardStep, ChallengeStatus, Ineligible, Judgement
from blog.challenges.words.outcomes import numbers_in_words
from blog.challenges.words.prizes import desks_reason, lost_words
from blog.mailroom.values import Door


def receipt_words(entry: Entry, judgement: Judgement | None, told: Told | None, award: Award | None) -> str:
    """How an entry stands, for whoever sent it. Verdicts are told only once the challenge is over.

    `award` is the way of a prize to this entry, if there is one: whoever was told that they have won is told how far
    that has come. `told` is what everybody knows by then, None before, and where the challenge was called off.
    """
    if award is not None and _still_tells_of_prize(entry, judgement, told, award):
        return _winners_receipt(award) if award.is_living else _losers_receipt(entry, judgement, told, award)
    if entry.eligible is False:
        return _ineligible_receipt(Ineligible(entry.why_not or Ineligible.EMPTY))
    if is_called_off(entry):
        return _("The challenge has been called off, so nobody wins.")
    if entry.eligible is None:
        return _unread_receipt(entry)
    if told is not None:
        return _judged_receipt(entry, judgement, told)
    return _running_receipt(entry, award)


def reason_words(entry: Entry, award: Award | None) -> str:
    """Why its prize is not theirs, as the editors wrote it for whoever sent an entry; nothing where they wrote nothing.

    Nor once a challenge was called off, for then nobody has one.
    """
    is_over = ChallengeStatus(entry.challenge.status).is_over
    if award is None or is_called_off(entry) or (award.step == AwardStep.REVOKED and is_over):
        return ""
    # Of a disqualified one the entry says it.
    return award.steps[-1].reason if award.step == AwardStep.REVOKED else desks_reason(award)


def _still_tells_of_prize(entry: Entry, judgement: Judgement | None, told: Told | None, award: Award) -> bool:
    """Whether a prize that was somebody's is what they are told of.

    Not one that was taken back, for all begins anew then; nor one that they lost with an answer which turned out to be
    wrong, by the terms as they were changed later.
    """
    if entry.why_not == Ineligible.WITHDRAWN or award.step == AwardStep.REVOKED:
        return False
    if award.is_living or award.step == AwardStep.DISQUALIFIED:
        return True
    turned_out_wrong = told is not None and judgement is Judgement.INCORRECT
    return not turned_out_wrong and not is_called_off(entry)


def _running_receipt(entry: Entry, award: Award | None) -> str:
    """Of an answer that takes part, and may have had a prize that was taken back."""
    if award is not None:
        return lost_words(award, is_correct=False)
    if is_to_be_confirmed(entry):
        return _(
            "Your answer takes part, and keeps its place. Confirm that it is yours: only then it can win."
        )
    return _("Your answer takes part. The winner is announced once the first correct answer is certain.")


def _losers_receipt(entry: Entry, judgement: Judgement | None, told: Told | None, award: Award) -> str:
    """Of a prize that somebody had, and lost. Before the end nobody is told how they were judged by other terms."""
    if told is not None:
        is_correct = judgement is Judgement.CORRECT
    else:
        is_correct = not is_judged_again_since(entry.challenge_id, award.announced_at)
    return lost_words(award, is_correct=is_correct and entry.eligible is True)


def _winners_receipt(award: Award) -> str:
    if award.rank == 1:
        return (
            _("Your answer was the first correct one: you have won.")
            if is_first(award)
            else _("Your answer was the next correct one: you have won.")
        )
    return _("Your answer was correct: you have won prize %(rank)s.", rank=award.rank)


def next_words(entry: Entry, status: ChallengeStatus) -> Sequence[str]:
    """What happens next with an entry, for whoever sent it; nothing where all has been said."""
    if status.is_over:
        return ()
    if entry.eligible is None:
        return (_("A program reads your message. After that this page says whether it takes part."),)
    if entry.eligible and status is ChallengeStatus.PROVISIONAL:
        return (
            _("The result is being verified. Until it is certain nobody is told who has won."),
            _("Then this page says how your answer did. Come back to it whenever you like."),
        )
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


def _judged_receipt(entry: Entry, judgement: Judgement | None, told: Told) -> str:
    if entry.number in told.over_limit:
        return _ineligible_receipt(Ineligible.OVER_LIMIT)
    if not told.ranks:
        return _unwon_receipt(judgement)
    numbers = sorted(told.ranks)
    if judgement is Judgement.CORRECT and entry.number < numbers[-1]:
        return _passed_receipt()
    if len(numbers) == 1:
        return _one_winner_receipt(
            judgement, numbers[0], is_first=numbers[0] <= min(told.lost, default=numbers[0])
        )
    return _many_winners_receipt(judgement, numbers_in_words(numbers))


def _many_winners_receipt(judgement: Judgement | None, winners: str) -> str:
    if judgement is Judgement.CORRECT:
        return _("Your answer is correct too, but the prizes went to entries %(numbers)s.", numbers=winners)
    if judgement is Judgement.INCORRECT:
        return _("Your answer was not correct. Entries %(numbers)s have won.", numbers=winners)
    return _("Entries %(numbers)s have won; yours did not have to be judged.", numbers=winners)


def _passed_receipt() -> str:
    """Of a correct answer that came before one that has won: only its sender's own prize kept it from winning."""
    return _(
        "Your answer is correct too. It has no prize of its own, as you have or had one with another answer."
    )


def _one_winner_receipt(judgement: Judgement | None, winning_number: int, *, is_first: bool) -> str:
    if judgement is Judgement.CORRECT:
        return _("Your answer is correct too, but entry %(number)s was earlier.", number=winning_number)
    if judgement is Judgement.INCORRECT:
        return _("Your answer was not correct. Entry %(number)s has won.", number=winning_number)
    if not is_first:
        return _("Entry %(number)s has won; later ones are not judged.", number=winning_number)
    return _("Entry %(number)s was the first correct one; later ones are not judged.", number=winning_number)


def _unwon_receipt(judgement: Judgement | None) -> str:
    if judgement is Judgement.CORRECT:
        return _(
            "Your answer was correct. It has no prize of its own, as you had one with another answer. "
            "The challenge has ended without a winner."
        )
    if judgement is Judgement.INCORRECT:
        return _("Your answer was not correct. The challenge has ended without a winner.")
    return _("The challenge has ended without a winner; your answer was not judged.")


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
        Ineligible.DISQUALIFIED: _(
            "The editors have decided that this answer cannot take part, so it cannot win."
        ),
        Ineligible.WITHDRAWN: _(
            "We keep this answer no more: whoever sent it has left, or nothing was decided for too long. "
            "Its number stays, and cannot win."
        ),
        Ineligible.OVER_LIMIT: _("You had used up your tries, so this answer cannot win."),
    }[reason]


def is_called_off(entry: Entry) -> bool:
    """Whether the challenge of an entry was called off: then nothing is asked of anybody any more."""
    return entry.challenge.status == ChallengeStatus.CANCELLED


def is_typed(entry: Entry) -> bool:
    """Whether an answer was typed on our page, and not mailed."""
    return entry.delivery.door == Door.FORM


def is_to_be_confirmed(entry: Entry) -> bool:
    """Whether its sender is asked whether an entry is theirs, and has not answered."""
    return entry.confirmation is not None and entry.confirmation.confirmed_at is None
