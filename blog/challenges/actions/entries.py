"""Whether an entry can win. What decides about a prize happens under the lock of the challenge's row."""

from collections.abc import Collection
from datetime import datetime, timedelta

import sqlalchemy as sa
from flask_babel import lazy_gettext as _

from blog.challenges.alike import stored_key
from blog.challenges.asked import copies_of, overdue_confirmations
from blog.challenges.models.challenges import Challenge
from blog.challenges.models.entries import Entry
from blog.challenges.policy import may_have_been_under_way, why_not_eligible
from blog.challenges.queries.awards import awards_of
from blog.challenges.queries.challenges import challenge_locked
from blog.challenges.queries.entrants import address_to_tell, result_declined_at
from blog.challenges.queries.entries import (
    address_of,
    answer_of,
    entry_by_token_digest,
    entry_of_delivery,
    staff_among,
)
from blog.challenges.queries.ledger import settling_of
from blog.challenges.queries.vacancies import is_beyond_change
from blog.challenges.recording import record_standing, sender_name
from blog.challenges.values import ChallengeStatus, Ineligible
from blog.core import clock
from blog.core.db import read_again, session
from blog.core.errors import Conflict, NotFound
from blog.core.tokens import digest
from blog.mailroom.models import ReadMessage
from blog.mailroom.values import Door


def settle_eligibility(entry: Entry, message: ReadMessage) -> None:
    """Decide once whether an entry can win, from what its message is. A second reading changes nothing."""
    if entry.eligible is not None:
        return
    article = entry.challenge.article
    first = entry_of_delivery(message.duplicate_of_id) if message.duplicate_of_id else None
    senders = (message.from_address, entry.delivery.envelope_sender or "")
    staff = staff_among(senders, article.author_id if article else None)
    why_not = why_not_eligible(entry, message, staff, _settling(entry))
    if why_not is Ineligible.DUPLICATE and not _keeps_copies_out(first):
        why_not = None
    entry.eligible = why_not is None
    entry.why_not = why_not
    entry.sender = sender_name(entry.challenge, address_of(entry, message))
    session.flush()


def _settling(entry: Entry) -> timedelta:
    """How long mail like this may be under way; looked up, which takes a while, only where that matters."""
    if not may_have_been_under_way(entry):
        return timedelta(0)
    return settling_of(entry.challenge, Door(entry.delivery.door))


def _keeps_copies_out(first: Entry | None) -> bool:
    """Whether the same mail once more takes part no more: nobody is kept out by one that cannot take part itself.

    One that was disqualified is out whenever it comes.
    """
    if first is None:
        return False
    return first.eligible is not False or first.why_not == Ineligible.DISQUALIFIED


def note_words(entry: Entry, message: ReadMessage) -> None:
    """Keep which answers are written alike. Of what a person has to look at by itself nobody knows that."""
    secret = entry.challenge.sender_key
    answer = None if entry.delivery.forgotten_at else answer_of(entry.challenge, message)
    entry.answer_key = stored_key(answer, secret) if answer and secret else None
    session.flush()


def keep_out_copies(entry: Entry) -> None:
    """Let a mail take part once that came twice, of which the first was read only now: the others win no more.

    What a judge has said something of stays as it is.
    """
    copies = [copy for copy in copies_of(entry) if copy.eligible] if entry.eligible else []
    if not copies or is_beyond_change(challenge_locked(entry.challenge)):
        return
    for copy in copies:
        read_again(copy, ["eligible", "verdicts"], lock=False)
    kept_out = [copy for copy in copies if copy.eligible and not copy.verdicts]
    for copy in kept_out:
        copy.eligible, copy.why_not = False, Ineligible.DUPLICATE
    record_standing(kept_out)


def let_lapse(challenge: Challenge, at: datetime) -> None:
    """Let the entries win no more that were not confirmed in time. The caller has locked the challenge."""
    lapsed = overdue_confirmations(challenge, at)
    for entry in lapsed:
        entry.eligible, entry.why_not = False, Ineligible.UNCONFIRMED
    record_standing(lapsed)


def choose_result_mail(token: str, *, is_wanted: bool) -> None:
    """Whoever has a receipt says whether they are mailed how the challenge ends. By default they are.

    It holds for all answers from their address, so it is asked only of whoever it is sure to be. Raises `NotFound`, and
    `Conflict` where nobody is mailed, or once it has ended: then it has been mailed, or is about to be.
    """
    entry = entry_by_token_digest(digest(token))
    if entry is None:
        raise NotFound()
    if ChallengeStatus(challenge_locked(entry.challenge).status).is_over:
        raise Conflict(_("This challenge is over already."))
    address = address_to_tell(entry)
    if not address:
        raise Conflict(_("No result is mailed to whoever sent this answer."))
    for declined in result_declined_at(entry.challenge_id, address):
        declined.result_unwanted_at = None
    entry.result_unwanted_at = None if is_wanted else clock.now()
    session.flush()


def withdraw(challenge: Challenge, entry_ids: Collection[int]) -> None:
    """Let entries win no more of which we keep nothing. The caller has locked the challenge.

    Those that hold a prize keep it, and those that could not win anyway keep their reason.
    """
    holders = [award.entry_id for award in awards_of(challenge)]
    withdrawn = session.scalars(
        sa.update(Entry)
        .where(
            Entry.challenge_id == challenge.id,
            Entry.id.in_(entry_ids),
            Entry.id.not_in(holders),
            sa.or_(Entry.eligible.is_(None), Entry.eligible.is_(True)),
        )
        .values(eligible=False, why_not=Ineligible.WITHDRAWN)
        .returning(Entry)
        .execution_options(synchronize_session=False, populate_existing=True)
    ).all()
    record_standing(withdrawn)
