"""What stands in the leaves of a ledger: the words of `docs/ledger.md`, in one place.

A leaf has three parts. What is public can be read at once. What is sealed is fixed at once, by a commitment, and
opened to everybody when the challenge has ended. What is private is fixed in the same way and opened to nobody but the
entrant.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from blog.challenges.ledger.canonical import Value, instant_text
from blog.challenges.ledger.commitments import Commitment
from blog.challenges.values import ActOf, AwardStep, Ending

FORMAT = "rejoinder-ledger-1"


class Kind(StrEnum):
    """What a leaf says."""

    OPENED = "opened"
    ENTRY = "entry"
    REFUSED = "refused"
    STANDING = "standing"
    VERDICT = "verdict"
    AMENDED = "amended"
    CLOSED = "closed"
    AWARD = "award"
    ENDED = "ended"
    KEY = "key"
    ANCHOR = "anchor"
    RESTORED = "restored"


# What decides something: others should see it soon.
MOMENTS = frozenset({Kind.OPENED, Kind.AMENDED, Kind.CLOSED, Kind.AWARD, Kind.ENDED, Kind.RESTORED})


@dataclass(frozen=True, slots=True)
class NewLeaf:
    """A leaf that is to be appended: its place and its instant are given when it is.

    `private` stands in the leaf as the hash of a commitment; its salt is kept beside it.
    """

    kind: Kind
    public: Mapping[str, Value]
    sealed: Mapping[str, Value] | None = None
    private: Commitment | None = None
    # Which entry it is about, for looking it up.
    entry_id: int | None = None
    # When it happened, where that was fixed before: never earlier than the leaf before it.
    at: datetime | None = None


def opened(
    *,
    origin: str,
    key: str,
    at: datetime,
    begun_at: datetime,
    closes_at: datetime | None,
    terms: Mapping[str, Value],
) -> NewLeaf:
    """Leaf 0: the challenge takes answers since `at`. The terms are sealed; until when it does is not.

    `begun_at` is when this was written down: never earlier than `at`.
    """
    public: dict[str, Value] = {
        "begun_at": instant_text(begun_at),
        "closes_at": _instant(closes_at),
        "key": key,
        "origin": origin,
    }
    return NewLeaf(Kind.OPENED, public, terms, at=at)


def entry(
    *,
    entry_id: int | None,
    number: int,
    at: datetime,
    door: str,
    stamped_at: datetime | None,
    private: Commitment,
) -> NewLeaf:
    """Something arrived. `stamped_at`: when whoever handed it on to us had it, by their clock."""
    public: dict[str, Value] = {"door": door, "number": number, "stamped_at": _instant(stamped_at)}
    return NewLeaf(Kind.ENTRY, public, private=private, entry_id=entry_id, at=at)


def what_an_entry_hides(sha256: str, envelope_sender: str | None) -> Mapping[str, Value]:
    """The private part of an entry: the hash of its exact bytes, and who its envelope says has sent it."""
    return {"envelope_sender": envelope_sender, "sha256": sha256}


def refused(*, door: str, why: str, count: int, since: datetime, until: datetime) -> NewLeaf:
    """Messages for this challenge that a door did not take, in a span of time."""
    public: dict[str, Value] = {
        "count": count,
        "door": door,
        "since": instant_text(since),
        "until": instant_text(until),
        "why": why,
    }
    return NewLeaf(Kind.REFUSED, public)


def standing(
    *,
    entry_id: int,
    number: int,
    eligible: bool,
    why: str | None,
    proven: bool,
    sender: str | None,
    reason: bytes | None = None,
) -> NewLeaf:
    """Whether an entry can win, as of now: the last one of an entry counts.

    `proven`: whether it is sure that it is of whom it names. `sender`: the same name for the same sender, and nothing
    that tells who it is. `reason`: the hash that stands for what an editor wrote who disqualified it.
    """
    sealed: dict[str, Value] = {
        "eligible": eligible,
        "proven": proven,
        "reason": reason.hex() if reason else None,
        "sender": sender,
        "why": why,
    }
    return NewLeaf(Kind.STANDING, {"number": number}, sealed, entry_id=entry_id)


def verdict(
    *,
    entry_id: int,
    number: int,
    judge: str,
    judgement: str,
    terms: int,
    rubric: Sequence[str],
    reason: bytes | None,
) -> NewLeaf:
    """What a judge said of an entry, under which terms. `judge`: `rule`, or the same name for the same person."""
    sealed: dict[str, Value] = {
        "judge": judge,
        "judgement": judgement,
        "reason": reason.hex() if reason else None,
        "rubric": list(rubric),
        "terms": terms,
    }
    return NewLeaf(Kind.VERDICT, {"number": number}, sealed, entry_id=entry_id)


def amended(*, reason: str, rejudge: bool, closes_at: datetime | None, terms: Mapping[str, Value]) -> NewLeaf:
    """The terms are others from now on. With `rejudge` no earlier verdict counts any more."""
    public: dict[str, Value] = {"closes_at": _instant(closes_at), "reason": reason, "rejudge": rejudge}
    return NewLeaf(Kind.AMENDED, public, terms)


def closed(*, closes_at: datetime) -> NewLeaf:
    """No answers count that came at this instant or later."""
    return NewLeaf(Kind.CLOSED, {"closes_at": instant_text(closes_at)})


def award(
    *, entry_id: int, number: int, prize: int, step: AwardStep, by: ActOf, reason: bytes | None = None
) -> NewLeaf:
    """A prize has come a step further on its way to the sender of an entry, or comes to them no more."""
    sealed: dict[str, Value] = {
        "by": by.value,
        "number": number,
        "prize": prize,
        "reason": reason.hex() if reason else None,
        "step": step.value,
    }
    return NewLeaf(Kind.AWARD, {}, sealed, entry_id=entry_id)


def ended(*, how: Ending, reason: str | None, winners: Sequence[tuple[int, int]]) -> NewLeaf:
    """Everything is opened from now on. `winners`: prizes and the numbers of the entries that won them."""
    public: dict[str, Value] = {
        "how": how.value,
        "reason": reason,
        "winners": [{"number": number, "prize": prize} for prize, number in sorted(winners)],
    }
    return NewLeaf(Kind.ENDED, public)


def new_key(key: str) -> NewLeaf:
    """Checkpoints are signed with another key from now on."""
    return NewLeaf(Kind.KEY, {"key": key})


def anchor(*, size: int, authority: str, token_sha256: str) -> NewLeaf:
    """Somebody else has said when they saw the checkpoint of that size: by the hash of what they gave us."""
    return NewLeaf(Kind.ANCHOR, {"authority": authority, "sha256": token_sha256, "size": size})


def restored(*, size: int, root: bytes, signed_at: datetime, reason: str, at: datetime) -> NewLeaf:
    """Rows are lost over which a checkpoint was signed: of that size and root, at `signed_at`. And why, in public."""
    public: dict[str, Value] = {
        "reason": reason,
        "root": root.hex(),
        "signed_at": instant_text(signed_at),
        "size": size,
    }
    return NewLeaf(Kind.RESTORED, public, at=at)


def _instant(instant: datetime | None) -> str | None:
    return instant_text(instant) if instant else None
