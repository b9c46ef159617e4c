"""Every read of entries, with what it loads."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import InstrumentedAttribute, joinedload, selectinload

from blog.accounts.holdings import Somebody
from blog.accounts.models.people import Person, PersonRole
from blog.accounts.values import email_key
from blog.challenges.alike import Said, compared, sender_name
from blog.challenges.blind import Sender
from blog.challenges.models.challenges import Challenge
from blog.challenges.models.entries import Entry, EntryConfirmation, Verdict
from blog.challenges.names import signing_name
from blog.challenges.policy import is_for_a_person
from blog.challenges.queries.pages import LAST_ID, PAGE_SIZE, WITH_ARTICLE, page_of, place
from blog.challenges.rules.normaliser import Options
from blog.challenges.rules.tokens import Language
from blog.challenges.values import OVER, Judgement
from blog.core.actor import STAFF_ROLES
from blog.core.db import session
from blog.core.errors import NotFound
from blog.core.pagination import Page
from blog.mailroom.models import HAS_NETWORK, Delivery, OutboxMessage, ReadMessage
from blog.mailroom.own_holdings import in_the_name_of
from blog.mailroom.values import Door

RECEIPT_CAUSE = "receipt:"
# What is said of a letter is when it was written and what became of it, never its words.
WITH_LETTER = joinedload(EntryConfirmation.letter).load_only(
    OutboxMessage.state, OutboxMessage.created_at, OutboxMessage.sent_at, OutboxMessage.cause
)


@dataclass(frozen=True, slots=True)
class EntryRow:
    """One entry in a list: nothing that tells who sent it."""

    number: int
    received_at: datetime
    eligible: bool | None
    why_not: str | None
    judgement: Judgement | None
    # What its sender was asked, with the letter; None where nobody was.
    confirmation: EntryConfirmation | None = None


@dataclass(frozen=True, slots=True)
class PlacedEntry:
    """Where an entry stands, and how and when its sender has confirmed it, if they were asked to and did.

    `is_over`: nobody judges it any more.
    """

    slug: str
    number: int
    is_over: bool
    confirmed_by: str | None
    confirmed_at: datetime | None


def running_entries_of(somebody: Somebody) -> int:
    """How many answers from somebody's address may still win."""
    query = (
        sa.select(sa.func.count())
        .select_from(Entry)
        .join(Challenge, Challenge.id == Entry.challenge_id)
        .join(Delivery, Delivery.id == Entry.delivery_id)
    )
    may_win = sa.or_(Entry.eligible.is_(None), Entry.eligible.is_(True))
    is_running = Challenge.status.not_in(OVER)
    return session.scalar(query.where(in_the_name_of(somebody), may_win, is_running)) or 0


def entries_page(challenge: Challenge, cursor: str | None = None) -> Page[EntryRow]:
    """Entries in order of arrival. Raises `InvalidInput` for a damaged cursor."""
    query = (
        sa.select(
            Entry.number,
            Entry.received_at,
            Entry.eligible,
            Entry.why_not,
            Entry.ruling,
            EntryConfirmation,
        )
        .select_from(Entry)
        .outerjoin(EntryConfirmation, EntryConfirmation.entry_id == Entry.id)
        .where(Entry.challenge_id == challenge.id)
        .options(WITH_LETTER)
        .order_by(Entry.number)
        .limit(PAGE_SIZE + 1)
    )
    if cursor:
        query = query.where(Entry.number > place(cursor))
    rows = [
        EntryRow(number, received_at, eligible, why_not, judgement_of(judgement), confirmation)
        for number, received_at, eligible, why_not, judgement, confirmation in session.execute(query)
    ]
    return page_of(rows, rows[PAGE_SIZE - 1].number if len(rows) > PAGE_SIZE else None)


def has_other_entries(entry: Entry) -> bool:
    """Whether its sender has sent more than this one to the same challenge, as far as anybody knows."""
    others = sa.exists().where(
        Entry.challenge_id == entry.challenge_id, Entry.sender == entry.sender, Entry.id != entry.id
    )
    return entry.sender is not None and bool(session.scalar(sa.select(others)))


def entry_numbered(challenge: Challenge, number: int) -> Entry | None:
    """One entry with its delivery, what it says, and its verdicts with their judges; not the raw message."""
    if not 0 < number <= LAST_ID:
        return None
    return session.scalar(
        sa.select(Entry)
        .where(Entry.challenge_id == challenge.id, Entry.number == number)
        .options(
            joinedload(Entry.challenge).options(WITH_ARTICLE),
            joinedload(Entry.delivery).joinedload(Delivery.message),
            joinedload(Entry.confirmation).options(WITH_LETTER),
            selectinload(Entry.verdicts).joinedload(Verdict.judge),
        )
    )


def entry_with_message(entry_id: int) -> Entry:
    """One entry with its challenge, and with its delivery and what it says. Raises `NotFound`."""
    entry = session.scalar(
        sa.select(Entry)
        .where(Entry.id == entry_id)
        .options(
            joinedload(Entry.challenge).options(WITH_ARTICLE),
            joinedload(Entry.delivery).joinedload(Delivery.message),
        )
    )
    if entry is None:
        raise NotFound()
    return entry


def entries_with_messages(challenge: Challenge) -> Sequence[Entry]:
    """All entries in order of arrival, with what they say and their verdicts: for the command line."""
    return session.scalars(
        sa.select(Entry)
        .where(Entry.challenge_id == challenge.id)
        .order_by(Entry.number)
        .options(
            joinedload(Entry.delivery).joinedload(Delivery.message),
            joinedload(Entry.confirmation).options(WITH_LETTER),
            selectinload(Entry.verdicts),
        )
    ).all()


def readable_entries(challenge: Challenge, most: int) -> Sequence[Entry]:
    """The newest entries that could be read and can take part, with what they say: for trying out a rule."""
    return session.scalars(
        sa.select(Entry)
        .join(ReadMessage, ReadMessage.delivery_id == Entry.delivery_id)
        .where(Entry.challenge_id == challenge.id, Entry.eligible.is_(True), ReadMessage.readable)
        .order_by(Entry.number.desc())
        .limit(most)
        .options(joinedload(Entry.delivery).joinedload(Delivery.message))
    ).all()


def raw_of(entry: Entry) -> bytes:
    """The exact bytes of an entry's message."""
    return session.scalars(sa.select(Delivery.raw).where(Delivery.id == entry.delivery_id)).one()


def entries_of_deliveries(delivery_ids: Sequence[int]) -> dict[int, PlacedEntry]:
    """Which entries these deliveries became, by delivery."""
    return _placed(Entry.delivery_id, delivery_ids)


def entries_by_id(entry_ids: Sequence[int]) -> dict[int, PlacedEntry]:
    """Where these entries stand, by their ids."""
    return _placed(Entry.id, entry_ids)


def recipients_of(delivery_ids: Sequence[int]) -> dict[int, str]:
    """To which addresses these deliveries came."""
    query = sa.select(Delivery.id, Delivery.recipient).where(Delivery.id.in_(delivery_ids))
    return {row.id: row.recipient for row in session.execute(query)}


def entry_of_delivery(delivery_id: int) -> Entry | None:
    """The entry that a delivery became, with its challenge."""
    return session.scalar(
        sa.select(Entry)
        .where(Entry.delivery_id == delivery_id)
        .options(joinedload(Entry.challenge).options(WITH_ARTICLE))
    )


def entry_by_token_digest(token_digest: str) -> Entry | None:
    """The entry whose receipt has that secret address, with its challenge, delivery and verdicts."""
    return session.scalar(
        sa.select(Entry)
        .where(Entry.token_digest == token_digest)
        .options(
            joinedload(Entry.challenge).options(WITH_ARTICLE),
            joinedload(Entry.delivery),
            selectinload(Entry.verdicts),
        )
    )


def staff_among(addresses: Collection[str | None], author_id: int | None) -> Collection[str]:
    """Which of `addresses` belong to somebody who works here, or to the person `author_id`."""
    keys = {email_key(address) for address in addresses if address}
    works_here = sa.exists().where(PersonRole.person_id == Person.id, PersonRole.role.in_(STAFF_ROLES))
    query = sa.select(Person.email_key).where(
        Person.email_key.in_(keys), sa.or_(works_here, Person.id == author_id)
    )
    return session.scalars(query).all()


def how_many_may_judge(challenge: Challenge) -> int:
    """How many people could judge the entries of a challenge: editors, admins, and the author of its article."""
    article = challenge.article
    is_editor = PersonRole.role.in_(("editor", "admin"))
    is_author = sa.and_(
        PersonRole.role == "author", PersonRole.person_id == (article.author_id if article else None)
    )
    query = sa.select(sa.func.count(PersonRole.person_id.distinct())).where(sa.or_(is_editor, is_author))
    return session.scalar(query) or 0


def is_of_staff(entry: Entry) -> bool:
    """Whether an entry came from an address of somebody who works here now, or who wrote its article."""
    message, article = message_of(entry), entry.challenge.article
    addresses = (message.from_address if message else "", entry.delivery.envelope_sender)
    return bool(staff_among(addresses, article.author_id if article else None))


def first_of_staff(challenge: Challenge, numbers: Iterable[int]) -> int | None:
    """The first of these entries that is from the address of somebody who works here now; None where none is."""
    entries = ((number, entry_numbered(challenge, number)) for number in numbers)
    return next((number for number, entry in entries if entry is not None and is_of_staff(entry)), None)


def own_numbers(challenge: Challenge, person_id: int | None) -> Collection[int]:
    """The entries that were sent from the address with which a person signs in, by number."""
    email = session.scalar(sa.select(Person.email).where(Person.id == person_id))
    sender = sender_name(email, challenge.sender_key) if email else None
    if sender is None:
        return frozenset()
    query = sa.select(Entry.number).where(Entry.challenge_id == challenge.id, Entry.sender == sender)
    return frozenset(session.scalars(query))


def typed_answers_from(network: str, challenge: Challenge, since: datetime) -> Sequence[datetime]:
    """When answers to a challenge were typed from this network address after `since`, the latest first."""
    return _typed_answers(challenge, since, Delivery.peer == network)


def typed_answers_of(person: Person, challenge: Challenge, since: datetime) -> Sequence[datetime]:
    """The same for answers with somebody's address, whoever has typed them."""
    return _typed_answers(challenge, since, sa.func.lower(Delivery.envelope_sender) == person.email.lower())


def _typed_answers(
    challenge: Challenge, since: datetime, which: sa.ColumnElement[bool]
) -> Sequence[datetime]:
    typed = sa.select(Delivery.received_at).join(Entry, Entry.delivery_id == Delivery.id)
    typed = typed.where(
        HAS_NETWORK,
        Delivery.received_at > since,
        Delivery.door == Door.FORM,
        Entry.challenge_id == challenge.id,
        which,
    )
    return session.scalars(typed.order_by(Delivery.received_at.desc())).all()


def receipts_sent(challenge: Challenge, recipient: str, since: datetime) -> tuple[int, int]:
    """How many receipts an address was sent since an instant: of this challenge, and of all of them.

    Capitals make no other address: whoever forges a sender would only have to vary them.
    """
    causes = session.scalars(
        sa.select(OutboxMessage.cause).where(
            sa.func.lower(OutboxMessage.recipient) == recipient.lower(),
            OutboxMessage.created_at >= since,
            OutboxMessage.cause.startswith(RECEIPT_CAUSE),
        )
    )
    entry_ids = [int(cause.removeprefix(RECEIPT_CAUSE)) for cause in causes]
    query = sa.select(sa.func.count()).where(Entry.id.in_(entry_ids), Entry.challenge_id == challenge.id)
    return (session.scalar(query) or 0 if entry_ids else 0), len(entry_ids)


def last_judgement(entry: Entry) -> Judgement | None:
    """What the verdicts on an entry come to."""
    return judgement_of(entry.ruling)


def address_of(entry: Entry, message: ReadMessage | None) -> str:
    """Where the sender of an entry can be reached: as the message says, else as its envelope did."""
    return (message.from_address if message else "") or entry.delivery.envelope_sender or ""


def can_be_mailed(entry: Entry) -> bool:
    """Whether a person with an address has sent an entry, as far as is known: one that was read, and not forgotten."""
    message = entry.delivery.message
    if message is None or entry.delivery.forgotten_at is not None:
        return False
    return is_for_a_person(entry, message) and bool(address_of(entry, message))


def sender_of(message: ReadMessage | None) -> Sender:
    """Whom a message names as its sender, so that it can be hidden."""
    return Sender(message.from_name, message.from_address) if message else Sender("", "")


def answer_of(challenge: Challenge, message: ReadMessage) -> str | None:
    """What an answer says, the same for all that say the same; None for what a person has to read by itself."""
    if not message.readable or message.attachments:
        return None
    article = challenge.article
    said = Said(
        message.text,
        message.subject,
        message.elided,
        signing_name(message.from_name, message.from_address),
        (challenge.title, article.title) if article else (challenge.title,),
    )
    return compared(said, Options(Language(challenge.language)))


def message_of(entry: Entry) -> ReadMessage | None:
    """What an entry says, once it has been read."""
    return entry.delivery.message


def _placed(key: InstrumentedAttribute[int], values: Sequence[int]) -> dict[int, PlacedEntry]:
    query = (
        sa.select(
            key.label("key"),
            Challenge.slug,
            Challenge.status,
            Entry.number,
            EntryConfirmation.confirmed_by,
            EntryConfirmation.confirmed_at,
        )
        .select_from(Entry)
        .join(Challenge, Challenge.id == Entry.challenge_id)
        .outerjoin(EntryConfirmation, EntryConfirmation.entry_id == Entry.id)
        .where(key.in_(values))
    )
    rows = session.execute(query)
    return {
        row.key: PlacedEntry(row.slug, row.number, row.status in OVER, row.confirmed_by, row.confirmed_at)
        for row in rows
    }


def judgement_of(value: str | None) -> Judgement | None:
    """A judgement as it is stored, if there is one."""
    return None if value is None else Judgement(value)


def is_unconfirmed() -> sa.ColumnElement[bool]:
    """Of an entry joined with what its sender was asked, if they were."""
    return sa.and_(EntryConfirmation.entry_id.is_not(None), EntryConfirmation.confirmed_at.is_(None))
