"""What is said of an entry to whoever sent it."""

from collections.abc import Sequence

from flask_babel import gettext as _

from blog.challenges.models.entries import Entry
from blog.challenges.values import ChallengeStatus, Ineligible, Judgement
from blog.mailroom.values import Door


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
    if status.is_over:
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
        Ineligible.DISQUALIFIED: _(
            "The editors have decided that this answer cannot take part, so it cannot win."
        ),
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
