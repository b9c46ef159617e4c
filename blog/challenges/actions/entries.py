"""Whether an entry can win. What decides about a prize happens under the lock of the challenge's row."""

from datetime import datetime

from blog.challenges.alike import stored_key
from blog.challenges.asked import copies_of, overdue_confirmations
from blog.challenges.models.challenges import Challenge
from blog.challenges.models.entries import Entry
from blog.challenges.names import signing_name
from blog.challenges.policy import why_not_eligible
from blog.challenges.queries.challenges import challenge_locked
from blog.challenges.queries.entries import address_of, entry_of_delivery, staff_among
from blog.challenges.queries.vacancies import is_settled
from blog.challenges.recording import record_standing, sender_name
from blog.challenges.rules.normaliser import Options
from blog.challenges.rules.tokens import Language
from blog.challenges.values import Ineligible
from blog.core.db import read_again, session
from blog.mailroom.models import ReadMessage


def settle_eligibility(entry: Entry, message: ReadMessage) -> None:
    """Decide once whether an entry can win, from what its message is. A second reading changes nothing."""
    if entry.eligible is not None:
        return
    article = entry.challenge.article
    first = entry_of_delivery(message.duplicate_of_id) if message.duplicate_of_id else None
    senders = (message.from_address, entry.delivery.envelope_sender or "")
    why_not = why_not_eligible(entry, message, staff_among(senders, article.author_id if article else None))
    if why_not is Ineligible.DUPLICATE and (first is None or first.eligible is False):
        # Nobody is kept out by one that cannot take part itself.
        why_not = None
    entry.eligible = why_not is None
    entry.why_not = why_not
    entry.sender = sender_name(entry.challenge, address_of(entry, message))
    session.flush()


def note_words(entry: Entry, message: ReadMessage) -> None:
    """Keep which answers are written alike. Of what a person has to look at nobody knows that."""
    challenge = entry.challenge
    secret = challenge.sender_key
    can_be_compared = message.readable and secret is not None and not entry.delivery.forgotten_at
    options = Options(Language(challenge.language))
    sender = signing_name(message.from_name, message.from_address)
    entry.answer_key = (
        stored_key(message.text, options, secret, sender) if can_be_compared and secret else None
    )
    session.flush()


def keep_out_copies(entry: Entry) -> None:
    """Let a mail take part once that came twice, of which the first was read only now: the others win no more.

    What a judge has said something of stays as it is.
    """
    copies = [copy for copy in copies_of(entry) if copy.eligible] if entry.eligible else []
    if not copies or is_settled(challenge_locked(entry.challenge)):
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
