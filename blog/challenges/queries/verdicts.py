"""Every read of verdicts: what one judge may see of them, and which entries wait for that judge."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.orm import joinedload, selectinload

from blog.challenges.alike import is_current
from blog.challenges.models.challenges import Amendment, Challenge
from blog.challenges.models.entries import Entry, Verdict
from blog.challenges.outcome import GivenVerdict, Outcome
from blog.challenges.queries.entries import message_of, own_numbers
from blog.challenges.queries.vacancies import that_can_get_verdicts
from blog.challenges.turns import Turn, is_conflict, is_sealed, turn_of, why_reason
from blog.challenges.values import (
    NO_TERMS,
    RULE_LABEL,
    ChallengeStatus,
    Judgement,
    NeedsReason,
    Opinion,
    Seen,
)
from blog.core.db import session
from blog.mailroom.models import Delivery, ReadMessage

# How many answers that are written alike are judged in one go: the others are offered again.
MAX_ALIKE = 100


@dataclass(frozen=True, slots=True)
class Sight:
    """What one judge has before them: whose turn it is, which verdicts they may see, and whether others are sealed."""

    turn: Turn
    verdicts: Sequence[Verdict]
    mine: Verdict | None
    is_sealed: bool
    is_conflict: bool
    seen: Seen
    # Which verdicts would have to give their reason, and why.
    needs: Mapping[Judgement, NeedsReason]


def sight_of(entry: Entry, person_id: int | None) -> Sight:
    """What a person may see of the verdicts on an entry, and what it wants of them.

    While it is sealed they see their own and what a rule says, also of earlier terms; what was still sealed when other
    terms came stays so. When the challenge has ended all is open.
    """
    challenge = entry.challenge
    me = label_in(entry.verdicts, person_id)
    in_force = [each for each in entry.verdicts if each.terms_version == challenge.terms_version]
    given = given_of(in_force)
    is_over = ChallengeStatus(challenge.status).is_over
    sealed = is_sealed(given, challenge.judges) and not is_over
    kept_back = frozenset[int]() if is_over else _sealed_terms(challenge, entry.verdicts)
    visible = [
        each
        for each in entry.verdicts
        if each.judge_label in {me, RULE_LABEL} or not (sealed or each.terms_version in kept_back)
    ]
    is_own = entry.number in own_numbers(challenge, person_id)
    unsure = why_unsure(entry)
    needed = {each: why_reason(each, given, challenge.judges, me, unsure) for each in Judgement}
    return Sight(
        turn=Turn.OWN if is_own else turn_of(given, challenge.judges, me),
        verdicts=visible,
        mine=next((each for each in reversed(in_force) if me is not None and each.judge_label == me), None),
        is_sealed=sealed,
        is_conflict=is_conflict(given, challenge.judges),
        seen=Seen(challenge.terms_version, visible[-1].id if visible else 0),
        needs={judgement: why for judgement, why in needed.items() if why is not None},
    )


def given_of(verdicts: Iterable[Verdict]) -> list[GivenVerdict]:
    """Verdicts as the pure functions take them: of one entry, under the same terms, in order."""
    return [_given(each.judge_label, each.judgement) for each in verdicts]


def label_in(verdicts: Sequence[Verdict], person_id: int | None) -> str | None:
    """What a person is called in these verdicts; None where they have given none."""
    mine = (
        each.judge_label
        for each in verdicts
        if person_id is not None and each.judge_id == person_id and each.terms_version != NO_TERMS
    )
    return next(mine, None)


def why_unsure(entry: Entry) -> NeedsReason | None:
    """Why it does not go without saying that an entry is correct: nobody but its judge can know what it says."""
    message = message_of(entry)
    if message is None:
        return None
    if not message.readable:
        return NeedsReason.UNREADABLE
    has_words = bool(message.text.strip() or message.elided.strip())
    return NeedsReason.ATTACHED if message.attachments and not has_words else None


def turns_in(
    challenge: Challenge, person_id: int | None, numbers: Collection[int] | None = None
) -> Mapping[int, Turn]:
    """What entries want of a person, by number: those of which somebody has said something; others want a verdict.

    Those that are their own are named, too.
    """
    given: defaultdict[int, list[GivenVerdict]] = defaultdict(list)
    mine: dict[int, str] = {}
    for number, label, judge_id, judgement in session.execute(_said_in(challenge)):
        if numbers is not None and number not in numbers:
            continue
        given[number].append(_given(label, judgement))
        if person_id is not None and judge_id == person_id:
            mine[number] = label
    turns = {number: turn_of(said, challenge.judges, mine.get(number)) for number, said in given.items()}
    return turns | dict.fromkeys(own_numbers(challenge, person_id), Turn.OWN)


def queue_of(challenge: Challenge, outcome: Outcome, person_id: int | None) -> Sequence[int]:
    """The entries that the decision waits for and that want something of this person, in order of arrival."""
    return queue_in(turns_in(challenge, person_id, frozenset(outcome.waiting_for)), outcome)


def queue_in(turns: Mapping[int, Turn], outcome: Outcome) -> Sequence[int]:
    """The same of the person of whom all `turns` are."""
    return [number for number in outcome.waiting_for if turns.get(number, Turn.WANTED).is_wanted]


def to_decide(turns: Mapping[int, Turn]) -> Sequence[int]:
    """The entries that two judges differ on and that the person of whom `turns` are may decide, in order of arrival."""
    return sorted(number for number, turn in turns.items() if turn is Turn.DECIDE)


def alike(entry: Entry, person_id: int | None, numbers: Collection[int] | None = None) -> Sequence[Entry]:
    """The entries that are written like one and want the same of a person, in order of arrival.

    At most `MAX_ALIKE`, and only of these `numbers` where some are given. None that nobody has read, that a person has
    to look at, or of which nothing is kept any more; and none that is decided, or that gets no verdict any more.
    None that was last read by a program that took more answers for the same.
    """
    key = entry.answer_key
    if key is None or not is_current(key) or (numbers is not None and not numbers):
        return []
    query = (
        sa.select(Entry.number)
        .join(Delivery, Delivery.id == Entry.delivery_id)
        .join(ReadMessage, ReadMessage.delivery_id == Entry.delivery_id)
        .where(
            Entry.challenge_id == entry.challenge_id,
            Entry.answer_key == key,
            Entry.id != entry.id,
            Entry.eligible.is_(True),
            ReadMessage.readable.is_(True),
            Delivery.forgotten_at.is_(None),
            sa.or_(Entry.ruling.is_(None), Entry.ruling == Judgement.UNCLEAR),
        )
        .order_by(Entry.number)
    )
    if numbers is not None:
        query = query.where(Entry.number.in_(list(numbers)[:MAX_ALIKE]))
    found = session.scalars(query).all()
    if not found:
        return []
    turns = turns_in(entry.challenge, person_id, {entry.number, *found})
    wanted = Turn.DECIDE if turns.get(entry.number) is Turn.DECIDE else Turn.WANTED
    same = [number for number in found if turns.get(number, Turn.WANTED) is wanted]
    return that_can_get_verdicts(entry.challenge, _with_words(entry.challenge, same[:MAX_ALIKE]))


def _with_words(challenge: Challenge, numbers: Collection[int]) -> Sequence[Entry]:
    """Entries as they are now, with what they say and their verdicts."""
    query = (
        sa.select(Entry)
        .where(Entry.challenge_id == challenge.id, Entry.number.in_(numbers))
        .order_by(Entry.number)
        .options(
            joinedload(Entry.delivery).joinedload(Delivery.message),
            selectinload(Entry.verdicts),
        )
        .execution_options(populate_existing=True)
    )
    return session.scalars(query).all()


def _sealed_terms(challenge: Challenge, verdicts: Sequence[Verdict]) -> Collection[int]:
    """Under which earlier terms the verdicts on an entry were still kept from each other when other terms came.

    However many judges there are now: else one amendment would open what was sealed.
    """
    by_terms: defaultdict[int, list[Verdict]] = defaultdict(list)
    for each in verdicts:
        if each.terms_version != challenge.terms_version:
            by_terms[each.terms_version].append(each)
    if not by_terms:
        return frozenset()
    judges = judges_by_terms(challenge)
    return frozenset(
        version
        for version, given in by_terms.items()
        if is_sealed(given_of(given), judges.get(version, challenge.judges))
    )


def judges_by_terms(challenge: Challenge) -> Mapping[int, int]:
    """How many judges had to agree under earlier terms of a challenge, by their number."""
    query = sa.select(Amendment.changes).where(
        Amendment.challenge_id == challenge.id, Amendment.rejudge.is_(True)
    )
    version, judges, found = challenge.terms_version, challenge.judges, dict[int, int]()
    for changes in session.scalars(query.order_by(Amendment.id.desc())):
        version -= 1
        before = changes.get("judges")
        if isinstance(before, list) and isinstance(before[0], int):
            judges = before[0]
        found[version] = judges
    return found


def last_rejudging(challenge: Challenge) -> Amendment | None:
    """The last amendment after which everything is judged again, if there was one."""
    query = sa.select(Amendment).where(Amendment.challenge_id == challenge.id, Amendment.rejudge.is_(True))
    return session.scalars(query.order_by(Amendment.id.desc()).limit(1)).first()


def labels_in(challenge: Challenge) -> Mapping[str, int | None]:
    """What the judges of a challenge are called in its ledger, and who they are, as far as they are still here."""
    rows = session.execute(
        sa.select(Verdict.judge_label, Verdict.judge_id)
        .join(Entry, Entry.id == Verdict.entry_id)
        .where(
            Entry.challenge_id == challenge.id,
            Verdict.judge_label != RULE_LABEL,
            # In the ledger these judges have said nothing yet.
            Verdict.terms_version != NO_TERMS,
        )
        .distinct()
    )
    return {row.judge_label: row.judge_id for row in rows}


def needs_reason(entry: Entry, label: str, opinion: Opinion) -> NeedsReason | None:
    """Why what the judge with this label says of an entry has to give its reason."""
    challenge = entry.challenge
    in_force = (each for each in entry.verdicts if each.terms_version == challenge.terms_version)
    return why_reason(opinion.judgement, given_of(in_force), challenge.judges, label, why_unsure(entry))


def _said_in(challenge: Challenge) -> sa.Select[int, str, int | None, str]:
    return (
        sa.select(Entry.number, Verdict.judge_label, Verdict.judge_id, Verdict.judgement)
        .join(Entry, Entry.id == Verdict.entry_id)
        .where(Entry.challenge_id == challenge.id, Verdict.terms_version == challenge.terms_version)
        .order_by(Verdict.id)
    )


def _given(label: str, judgement: str) -> GivenVerdict:
    return GivenVerdict(None if label == RULE_LABEL else label, Judgement(judgement))
