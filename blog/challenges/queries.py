"""Every read of challenges, with what it loads."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import takewhile
from typing import TypeVar

import sqlalchemy as sa
from flask_babel import gettext as _
from sqlalchemy.orm import InstrumentedAttribute, defer, joinedload, selectinload

from blog.accounts.holdings import Somebody
from blog.accounts.models.people import Person, PersonRole
from blog.accounts.values import email_key
from blog.articles.models import Article
from blog.challenges.models import (
    Award,
    Challenge,
    Entry,
    EntryConfirmation,
    Verdict,
)
from blog.challenges.outcome import EntryState, Outcome, decide
from blog.challenges.values import SLUG, ChallengeStatus, Ineligible, Judgement
from blog.core.actor import STAFF_ROLES
from blog.core.db import session
from blog.core.errors import NotFound
from blog.core.pagination import Page, decode_cursor, encode_cursor
from blog.mailroom.models import HAS_NETWORK, Delivery, OutboxMessage, ReadMessage
from blog.mailroom.own_holdings import in_the_name_of
from blog.mailroom.values import Door

T = TypeVar("T")
PAGE_SIZE = 50
RECEIPT_CAUSE = "receipt:"
_LAST_ID = 2**31 - 1
# What is said of a letter is when it was written and what became of it, never its words.
WITH_LETTER = joinedload(EntryConfirmation.letter).load_only(
    OutboxMessage.state, OutboxMessage.created_at, OutboxMessage.sent_at, OutboxMessage.cause
)
# Pages name the article and never show its text.
_WITH_ARTICLE = joinedload(Challenge.article).options(
    defer(Article.body, raiseload=True), defer(Article.html, raiseload=True)
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
    """Where an entry stands, and how and when its sender has confirmed it, if they were asked to and did."""

    slug: str
    number: int
    confirmed_by: str | None
    confirmed_at: datetime | None


@dataclass(frozen=True, slots=True)
class DeskRow:
    """One challenge in the list at the desk; `waiting` counts the entries that still need a verdict."""

    challenge: Challenge
    waiting: int


@dataclass(frozen=True, slots=True)
class Result:
    """What everybody may know of a winner."""

    shown_name: str
    number: int
    received_at: datetime
    announced_at: datetime


def open_address(local_part: str) -> int | None:
    """The id of the challenge that takes mail at `local_part`; None for a draft and for what is unknown.

    Asked for every recipient: one look-up in a unique index, and none for what can be no slug.
    """
    if not SLUG.fullmatch(local_part):
        return None
    return session.scalar(
        sa.select(Challenge.id).where(Challenge.slug == local_part, Challenge.status != ChallengeStatus.DRAFT)
    )


def challenge_by_slug(slug: str) -> Challenge | None:
    """The challenge at an address, whatever its state, with its article but without the article's text."""
    if not SLUG.fullmatch(slug):
        return None
    return session.scalar(sa.select(Challenge).where(Challenge.slug == slug).options(_WITH_ARTICLE))


def challenges_by_slug(slugs: Collection[str]) -> dict[str, Challenge]:
    """Those of `slugs` that are challenges, whatever their state."""
    found = session.scalars(sa.select(Challenge).where(Challenge.slug.in_(slugs)).options(_WITH_ARTICLE))
    return {challenge.slug: challenge for challenge in found}


def locking(query: sa.Select[Challenge]) -> sa.Select[Challenge]:
    """`query` with the row locked against changes, also of its counter, and read anew."""
    return query.with_for_update(key_share=True, of=Challenge).execution_options(populate_existing=True)


def challenge_locked(challenge: Challenge) -> Challenge:
    """A challenge as it is now, locked. Raises `NotFound` when it is gone."""
    locked = session.scalar(locking(sa.select(Challenge).where(Challenge.id == challenge.id)))
    if locked is None:
        raise NotFound()
    return locked


def open_challenges(instant: datetime) -> Sequence[Challenge]:
    """The challenges that take answers at `instant`, the first to close first."""
    closes_last = sa.case((Challenge.closes_at.is_(None), 1), else_=0)
    return session.scalars(
        sa.select(Challenge)
        .where(_is_open(instant))
        .order_by(closes_last, Challenge.closes_at, Challenge.id)
        .options(_WITH_ARTICLE)
    ).all()


def ended_challenges(instant: datetime, cursor: str | None = None) -> Page[Challenge]:
    """The challenges that took answers before `instant`, the last made first. Raises `InvalidInput`."""
    query = (
        sa.select(Challenge)
        .where(Challenge.status != ChallengeStatus.DRAFT, sa.not_(_is_open(instant)))
        .order_by(Challenge.id.desc())
        .options(_WITH_ARTICLE)
    )
    if cursor:
        query = query.where(Challenge.id < _place(cursor))
    rows = session.scalars(query.limit(PAGE_SIZE + 1)).all()
    return _page(rows, rows[PAGE_SIZE - 1].id if len(rows) > PAGE_SIZE else None)


def desk_challenges(*, author_id: int | None = None, cursor: str | None = None) -> Page[DeskRow]:
    """Challenges in every state, the last made first; only those in articles of `author_id` when given."""
    query = sa.select(Challenge).order_by(Challenge.id.desc()).options(_WITH_ARTICLE)
    if author_id is not None:
        query = query.join(Article, Article.id == Challenge.article_id).where(Article.author_id == author_id)
    if cursor:
        query = query.where(Challenge.id < _place(cursor))
    found = session.scalars(query.limit(PAGE_SIZE + 1)).all()
    waiting = waiting_counts([challenge.id for challenge in found])
    rows = [DeskRow(challenge, waiting.get(challenge.id, 0)) for challenge in found]
    return _page(rows, found[PAGE_SIZE - 1].id if len(found) > PAGE_SIZE else None)


def all_challenges() -> Sequence[Challenge]:
    """Every challenge, by slug: for the command line."""
    return session.scalars(sa.select(Challenge).order_by(Challenge.slug)).all()


def waiting_counts(challenge_ids: Collection[int]) -> Mapping[int, int]:
    """How many entries of each challenge still need a verdict, or to be read; none is left out.

    Where the winner has been announced no entry needs anything any more.
    """
    open_judgement = sa.or_(Verdict.id.is_(None), Verdict.judgement == Judgement.UNCLEAR)
    query = (
        sa.select(Entry.challenge_id, sa.func.count().label("waiting"))
        .select_from(Entry)
        .join(Challenge, Challenge.id == Entry.challenge_id)
        .outerjoin(Verdict, _is_last_verdict())
        .where(
            Entry.challenge_id.in_(challenge_ids),
            Challenge.status != ChallengeStatus.ANNOUNCED,
            sa.or_(Entry.eligible.is_(None), sa.and_(Entry.eligible.is_(True), open_judgement)),
        )
        .group_by(Entry.challenge_id)
    )
    return {row.challenge_id: row.waiting for row in session.execute(query)}


def waiting_total(*, author_id: int | None = None) -> int:
    """How many entries wait for a verdict where there is no winner; in challenges of an author when given."""
    query = sa.select(Challenge.id).where(
        Challenge.status.in_((ChallengeStatus.OPEN, ChallengeStatus.CLOSED)), Challenge.entry_total > 0
    )
    if author_id is not None:
        query = query.join(Article, Article.id == Challenge.article_id).where(Article.author_id == author_id)
    return sum(waiting_counts(session.scalars(query).all()).values())


def outcome_of(challenge: Challenge) -> Outcome:
    """The outcome as the verdicts stand now."""
    query = (
        sa.select(Entry.number, Entry.eligible, Verdict.judgement, _is_unconfirmed())
        .select_from(Entry)
        .outerjoin(Verdict, _is_last_verdict())
        .outerjoin(EntryConfirmation, EntryConfirmation.entry_id == Entry.id)
        .where(Entry.challenge_id == challenge.id)
    )
    return decide(
        [
            EntryState(number, eligible, _judgement(judgement), is_unconfirmed)
            for number, eligible, judgement, is_unconfirmed in session.execute(query)
        ]
    )


def correct_and_unconfirmed(challenge: Challenge) -> Sequence[Entry]:
    """The correct entries that wait for the word of their senders, and nothing that is sure comes before them."""
    correct = (
        sa.select(Entry, _is_unconfirmed().label("is_unconfirmed"))
        .join(Verdict, _is_last_verdict())
        .outerjoin(EntryConfirmation, EntryConfirmation.entry_id == Entry.id)
        .where(
            Entry.challenge_id == challenge.id,
            Entry.eligible.is_(True),
            Verdict.judgement == Judgement.CORRECT,
        )
        .order_by(Entry.number)
        .options(joinedload(Entry.delivery).joinedload(Delivery.message), joinedload(Entry.challenge))
    )
    rows = session.execute(correct).all()
    return [entry for entry, _unconfirmed in takewhile(lambda row: bool(row.is_unconfirmed), rows)]


def running_entries_of(somebody: Somebody) -> int:
    """How many answers from somebody's address may still win."""
    query = (
        sa.select(sa.func.count())
        .select_from(Entry)
        .join(Challenge, Challenge.id == Entry.challenge_id)
        .join(Delivery, Delivery.id == Entry.delivery_id)
    )
    may_win = sa.or_(Entry.eligible.is_(None), Entry.eligible.is_(True))
    is_running = Challenge.status != ChallengeStatus.ANNOUNCED
    return session.scalar(query.where(in_the_name_of(somebody), may_win, is_running)) or 0


def prizes_won_by(somebody: Somebody) -> Sequence[sa.Row[str, datetime]]:
    """What was won with answers from somebody's address, and when that was announced."""
    query = (
        sa.select(Challenge.prize, Award.announced_at)
        .join(Award, Award.challenge_id == Challenge.id)
        .join(Entry, Entry.id == Award.entry_id)
        .join(Delivery, Delivery.id == Entry.delivery_id)
    )
    return session.execute(query.where(in_the_name_of(somebody)).order_by(Award.announced_at)).all()


def entries_page(challenge: Challenge, cursor: str | None = None) -> Page[EntryRow]:
    """Entries in order of arrival. Raises `InvalidInput` for a damaged cursor."""
    query = (
        sa.select(
            Entry.number,
            Entry.received_at,
            Entry.eligible,
            Entry.why_not,
            Verdict.judgement,
            EntryConfirmation,
        )
        .select_from(Entry)
        .outerjoin(Verdict, _is_last_verdict())
        .outerjoin(EntryConfirmation, EntryConfirmation.entry_id == Entry.id)
        .where(Entry.challenge_id == challenge.id)
        .options(WITH_LETTER)
        .order_by(Entry.number)
        .limit(PAGE_SIZE + 1)
    )
    if cursor:
        query = query.where(Entry.number > _place(cursor))
    rows = [
        EntryRow(number, received_at, eligible, why_not, _judgement(judgement), confirmation)
        for number, received_at, eligible, why_not, judgement, confirmation in session.execute(query)
    ]
    return _page(rows, rows[PAGE_SIZE - 1].number if len(rows) > PAGE_SIZE else None)


def entry_numbered(challenge: Challenge, number: int) -> Entry | None:
    """One entry with its delivery, what it says, and its verdicts with their judges; not the raw message."""
    if not 0 < number <= _LAST_ID:
        return None
    return session.scalar(
        sa.select(Entry)
        .where(Entry.challenge_id == challenge.id, Entry.number == number)
        .options(
            joinedload(Entry.challenge).options(_WITH_ARTICLE),
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
            joinedload(Entry.challenge).options(_WITH_ARTICLE),
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
        .options(joinedload(Entry.challenge).options(_WITH_ARTICLE))
    )


def entry_by_token_digest(token_digest: str) -> Entry | None:
    """The entry whose receipt has that secret address, with its challenge, delivery and verdicts."""
    return session.scalar(
        sa.select(Entry)
        .where(Entry.token_digest == token_digest)
        .options(
            joinedload(Entry.challenge).options(_WITH_ARTICLE),
            joinedload(Entry.delivery),
            selectinload(Entry.verdicts),
        )
    )


def award_of(challenge: Challenge) -> Award | None:
    """The award of a challenge, with the entry that won."""
    return session.scalar(
        sa.select(Award).where(Award.challenge_id == challenge.id).options(joinedload(Award.entry))
    )


def award_won_by(entry: Entry) -> Award | None:
    """The award that an entry won, locked: guesses at its code come one at a time, and all are counted."""
    query = sa.select(Award).where(Award.entry_id == entry.id).with_for_update()
    return session.scalar(query.execution_options(populate_existing=True))


def result_of(challenge: Challenge) -> Result | None:
    """What is shown in public of a challenge's winner; None before the announcement."""
    return results_of([challenge]).get(challenge.id)


def results_of(challenges: Collection[Challenge]) -> Mapping[int, Result]:
    """What is shown in public of the winners, by challenge; those without an announcement are left out."""
    announced = [each.id for each in challenges if each.status == ChallengeStatus.ANNOUNCED]
    if not announced:
        return {}
    awards = session.scalars(
        sa.select(Award).where(Award.challenge_id.in_(announced)).options(joinedload(Award.entry))
    )
    return {award.challenge_id: _result(award) for award in awards}


def passed_over(challenge: Challenge, winning_number: int) -> Mapping[Ineligible | None, int]:
    """How many entries came before the one that won, by why they could not; None counts the incorrect ones.

    There are no others: an earlier entry that was correct or not judged would have kept this one from winning.
    """
    query = (
        sa.select(Entry.why_not, sa.func.count())
        .where(Entry.challenge_id == challenge.id, Entry.number < winning_number)
        .group_by(Entry.why_not)
    )
    return {
        None if why_not is None else Ineligible(why_not): count for why_not, count in session.execute(query)
    }


def staff_among(addresses: Collection[str | None], author_id: int | None) -> Collection[str]:
    """Which of `addresses` belong to somebody who works here, or to the person `author_id`."""
    keys = {email_key(address) for address in addresses if address}
    works_here = sa.exists().where(PersonRole.person_id == Person.id, PersonRole.role.in_(STAFF_ROLES))
    query = sa.select(Person.email_key).where(
        Person.email_key.in_(keys), sa.or_(works_here, Person.id == author_id)
    )
    return session.scalars(query).all()


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
    """The verdict that counts, of an entry whose verdicts are loaded."""
    return _judgement(entry.verdicts[-1].judgement) if entry.verdicts else None


def address_of(entry: Entry, message: ReadMessage | None) -> str:
    """Where the sender of an entry can be reached: as the message says, else as its envelope did."""
    return (message.from_address if message else "") or entry.delivery.envelope_sender or ""


def message_of(entry: Entry) -> ReadMessage | None:
    """What an entry says, once it has been read."""
    return entry.delivery.message


def _result(award: Award) -> Result:
    entry = award.entry
    name = award.display_name or award.initials or _("somebody who has left")
    return Result(name, entry.number, entry.received_at, award.announced_at)


def _placed(key: InstrumentedAttribute[int], values: Sequence[int]) -> dict[int, PlacedEntry]:
    query = (
        sa.select(
            key.label("key"),
            Challenge.slug,
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
    return {row.key: PlacedEntry(row.slug, row.number, row.confirmed_by, row.confirmed_at) for row in rows}


def _is_open(instant: datetime) -> sa.ColumnElement[bool]:
    not_yet_closed = sa.or_(Challenge.closes_at.is_(None), Challenge.closes_at > instant)
    return sa.and_(Challenge.status == ChallengeStatus.OPEN, not_yet_closed)


def _is_last_verdict() -> sa.ColumnElement[bool]:
    last = sa.select(sa.func.max(Verdict.id)).where(Verdict.entry_id == Entry.id).correlate(Entry)
    return Verdict.id == last.scalar_subquery()


def _judgement(value: str | None) -> Judgement | None:
    return None if value is None else Judgement(value)


def _is_unconfirmed() -> sa.ColumnElement[bool]:
    """Of an entry joined with what its sender was asked, if they were."""
    return sa.and_(EntryConfirmation.entry_id.is_not(None), EntryConfirmation.confirmed_at.is_(None))


def _place(cursor: str) -> int:
    """Where a page begins; a made-up number is cut to what the database knows."""
    (key,) = decode_cursor(cursor, int)
    return min(max(int(key), 0), _LAST_ID)


def _page(rows: Sequence[T], last_key: int | None) -> Page[T]:
    return Page(rows[:PAGE_SIZE], None if last_key is None else encode_cursor(last_key))
