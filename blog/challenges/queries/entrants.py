"""Who has taken part in a challenge and can be written to: one rule for every letter that goes to all of them."""

from collections.abc import Iterator, Sequence

import sqlalchemy as sa
from sqlalchemy.orm import joinedload

from blog.accounts.values import email_key
from blog.challenges.models.awards import Award
from blog.challenges.models.entries import Entry, EntryConfirmation
from blog.challenges.policy import is_for_a_person
from blog.challenges.queries.entries import address_of
from blog.challenges.values import MACHINES, Ineligible
from blog.core.config import current_settings
from blog.core.db import session
from blog.mailroom.authentication.results import SenderClass
from blog.mailroom.models import Delivery, ReadMessage, SenderCheckRecord
from blog.mailroom.values import Door

# Whoever sent these is no person, or has left.
_NOBODY = MACHINES | {Ineligible.WITHDRAWN}


def entrants_of(challenge_id: int) -> Iterator[tuple[Entry, str]]:
    """The entries whose senders are told what becomes of a challenge, in order of arrival, each with its address.

    Only where a person has sent it and it is sure that this is their address: their mail was proven to be from there,
    or they have confirmed the entry; where senders are not checked, where nobody was asked to. Else whoever writes in
    somebody's name has us write to them. Who has left, or said that it is not theirs, is not among them, nor is anybody
    whose message has not been read yet.
    """
    return _entrants(Entry.challenge_id == challenge_id)


def address_to_tell(entry: Entry) -> str:
    """Where the sender of an entry is told how its challenge ends; '' where they are not, as `entrants_of`.

    Nor are they while they hold a prize, with whatever entry. Whoever may only have typed their address does not learn
    that here.
    """
    address = next((address for _entry, address in _entrants(Entry.id == entry.id)), "")
    if not address or not _is_read_by_whom_it_names(entry):
        return address
    winners = {email_key(each) for each in addresses_of_winners(entry.challenge_id)}
    return "" if email_key(address) in winners else address


def _is_read_by_whom_it_names(entry: Entry) -> bool:
    """Whether nobody but them has the secret address of its receipt: that of a typed answer its typist is shown."""
    asked = entry.confirmation
    return entry.delivery.door != Door.FORM or (asked is not None and asked.confirmed_at is not None)


def addresses_of_winners(challenge_id: int) -> Sequence[str]:
    """Where those can be reached who hold the prizes of a challenge, as far as that is known."""
    winners = session.scalars(
        sa.select(Entry)
        .join(Award, Award.entry_id == Entry.id)
        .where(Award.challenge_id == challenge_id, Award.is_living)
        .options(joinedload(Entry.delivery).joinedload(Delivery.message))
    )
    addresses = [address_of(entry, entry.delivery.message) for entry in winners]
    return [address for address in addresses if address]


def result_declined_at(challenge_id: int, address: str) -> Sequence[Entry]:
    """The entries at which whoever has this address has said that they do not want to be mailed the result."""
    unwanted = _entrants(Entry.challenge_id == challenge_id, Entry.result_unwanted_at.is_not(None))
    return [entry for entry, its_address in unwanted if email_key(its_address) == email_key(address)]


def _entrants(*which: sa.ColumnElement[bool]) -> Iterator[tuple[Entry, str]]:
    is_sure = sa.or_(
        SenderCheckRecord.sender_class == SenderClass.ALIGNED, EntryConfirmation.confirmed_at.is_not(None)
    )
    if not current_settings().check_senders:
        is_sure = sa.or_(is_sure, EntryConfirmation.entry_id.is_(None))
    query = (
        sa.select(Entry)
        .join(Entry.delivery)
        .join(ReadMessage, ReadMessage.delivery_id == Delivery.id)
        .outerjoin(SenderCheckRecord, SenderCheckRecord.delivery_id == Entry.delivery_id)
        .outerjoin(EntryConfirmation, EntryConfirmation.entry_id == Entry.id)
        .where(
            *which,
            Entry.eligible.is_not(None),
            sa.or_(Entry.why_not.is_(None), Entry.why_not.not_in(_NOBODY)),
            Delivery.forgotten_at.is_(None),
            EntryConfirmation.disowned_at.is_(None),
            is_sure,
        )
        .order_by(Entry.number)
        .options(
            joinedload(Entry.delivery)
            .load_only(Delivery.envelope_sender)
            .joinedload(Delivery.message)
            .load_only(ReadMessage.kind, ReadMessage.automatic_reason, ReadMessage.from_address),
        )
    )
    for entry in session.scalars(query):
        message = entry.delivery.message
        address = address_of(entry, message)
        if address and message is not None and is_for_a_person(entry, message):
            yield entry, address
