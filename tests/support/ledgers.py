"""Ledgers without a database: histories as they may happen, written row by row, and signed as they grow.

The rows are made by the same constructors as those of the product. Who is told that they have won follows from
`blog.challenges.outcome`, so that the verifier, which has been written from the page about ledgers alone, can be held
against it.
"""

import base64
import hashlib
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from random import Random

from blog.challenges.ledger import leaves
from blog.challenges.ledger.canonical import Value, canonical, instant_text
from blog.challenges.ledger.commitments import Commitment, commitment_to
from blog.challenges.ledger.leaves import NewLeaf
from blog.challenges.ledger.merkle import inclusion_path, leaf_hash, root_of
from blog.challenges.ledger.notes import Checkpoint, Signer
from blog.challenges.outcome import Contest, EntryState, GivenVerdict, Outcome, decide, ruling_of
from blog.challenges.values import RULE_LABEL, ActOf, AwardStep, Ending, Ineligible, Judgement

ORIGIN = "example.org/challenges/a-question"
OPENED = datetime(2026, 5, 1, 10, tzinfo=UTC)
_DOORS = ("smtp", "lmtp", "postmark", "form")
_SETTLING = {"smtp": 0, "lmtp": 0, "postmark": 3600, "form": 0}


@dataclass(slots=True)
class _Written:
    """A row with what opens it."""

    leaf: bytes
    hash: bytes
    opening: Commitment | None
    private: Commitment | None


@dataclass(slots=True)
class LedgerWriter:
    """A ledger that grows: it gives rows their places and instants, and signs checkpoints of them."""

    signer: Signer = field(default_factory=lambda: Signer("example.org", b"k" * 32))
    now: datetime = OPENED
    rows: list[_Written] = field(default_factory=list[_Written])
    # Notes with their sizes, and the stamps over them.
    notes: list[tuple[int, str]] = field(default_factory=list[tuple[int, str]])
    stamps: dict[int, list[tuple[str, bytes]]] = field(default_factory=dict[int, list[tuple[str, bytes]]])
    has_ended: bool = False

    def append(self, new: NewLeaf, **changes: Value) -> int:
        """Add a row, with other values or more names than it should have where a test says so. Returns its place."""
        place = len(self.rows)
        leaf: dict[str, Value] = {
            "at": instant_text(self.now),
            "i": place,
            "kind": new.kind.value,
            **new.public,
        }
        opening = commitment_to(new.sealed) if new.sealed is not None else None
        if opening is not None:
            leaf["sealed"] = opening.digest.hex()
        if new.private is not None:
            leaf["private"] = new.private.digest.hex()
        data = canonical(leaf | changes)
        self.rows.append(_Written(data, leaf_hash(data), opening, new.private))
        self.has_ended = self.has_ended or new.kind is leaves.Kind.ENDED
        return place

    def sign(self, *, at: datetime | None = None) -> None:
        """Sign what there is now, if there is more than the last time."""
        size = len(self.rows)
        if self.notes and self.notes[-1][0] == size:
            return
        root = root_of([row.hash for row in self.rows])
        self.notes.append((size, self.signer.sign(Checkpoint(ORIGIN, size, root, at or self.now))))

    def stamp(self, authority: str = "tsa.example.org", *, at: datetime | None = None) -> None:
        """Have the last checkpoint stamped, and note that in a row."""
        size, note = self.notes[-1]
        token = token_over(note, at or self.now)
        self.stamps.setdefault(size, []).append((authority, token))
        self.append(
            leaves.anchor(size=size, authority=authority, token_sha256=hashlib.sha256(token).hexdigest())
        )

    def change_key(self, signer: Signer) -> None:
        """Sign with another key from now on."""
        self.signer = signer
        self.append(leaves.new_key(signer.verifier_key))

    def document(self) -> bytes:
        """The export, with a checkpoint over all rows."""
        self.sign()
        document: dict[str, Value] = {
            "checkpoints": [
                {"note": note, "stamps": [_stamp_value(*each) for each in self.stamps.get(size, [])]}
                for size, note in self.notes
            ],
            "format": "rejoinder-ledger-1",
        }
        rows = ",".join(self._row_text(row) for row in self.rows)
        return canonical(document)[:-1] + f',"rows":[{rows}]}}\n'.encode()

    def receipt(self, place: int, *, is_forgotten: bool = False, **changes: Value) -> bytes:
        """What the entrant of the entry in that row has."""
        self.sign()
        hashes = [row.hash for row in self.rows]
        row = self.rows[place]
        path = inclusion_path(place, len(hashes), lambda start, end: root_of(hashes[start:end]))
        private: Value = None
        if row.private is not None and not is_forgotten:
            private = {"content": _value(row.private.content), "salt": row.private.salt.hex()}
        receipt: dict[str, Value] = {
            "format": "rejoinder-receipt-1",
            "key": self.signer.verifier_key,
            "leaf": _value(row.leaf),
            "note": self.notes[-1][1],
            "path": [each.hex() for each in path],
            "private": private,
            "reasons": [],
        }
        return canonical(receipt | changes) + b"\n"

    def _row_text(self, row: _Written) -> str:
        opening = "null"
        if self.has_ended and row.opening is not None:
            opening = f'{{"content":{row.opening.content.decode()},"salt":"{row.opening.salt.hex()}"}}'
        return f'{{"hash":"{row.hash.hex()}","leaf":{row.leaf.decode()},"open":{opening}}}'


def terms(
    *, prizes: int = 1, attempts: int | None = None, judges: int = 1, claim_days: int = 14, **more: Value
) -> Mapping[str, Value]:
    """Terms of a challenge, with the least that they say."""
    return {
        "attempts": attempts,
        "claim_days": claim_days,
        "judges": judges,
        "prizes": [{"rank": rank, "title": f"Book №{rank}"} for rank in range(1, prizes + 1)],
        "settling": _SETTLING,
        **more,
    }


def opened(
    given: Mapping[str, Value] | None = None,
    *,
    signer: Signer | None = None,
    closes_at: datetime | None = None,
) -> LedgerWriter:
    """A ledger with its row 0."""
    writer = LedgerWriter(signer) if signer else LedgerWriter()
    writer.append(
        leaves.opened(
            origin=ORIGIN,
            key=writer.signer.verifier_key,
            at=OPENED,
            begun_at=OPENED,
            closes_at=closes_at,
            terms=given if given is not None else terms(),
        )
    )
    return writer


def token_over(note: str, at: datetime) -> bytes:
    """What a time-stamp authority answers about a note, as far as the verifier reads it (TimeStampResp, RFC 3161)."""
    digest = hashlib.sha256(note.encode()).digest()
    sha256 = _der(0x30, _der(0x06, bytes.fromhex("608648016503040201")), _der(0x05))
    info = _der(
        0x30,
        _der(0x02, b"\x01"),
        _der(0x06, b"\x2a\x03\x04"),
        _der(0x30, sha256, _der(0x04, digest)),
        _der(0x02, b"\x07"),
        _der(0x18, at.strftime("%Y%m%d%H%M%SZ").encode()),
    )
    content = _der(0x30, _der(0x06, bytes.fromhex("2a864886f70d0109100104")), _der(0xA0, _der(0x04, info)))
    signed = _der(0x30, _der(0x02, b"\x03"), _der(0x31, sha256), content, _der(0x31, b"\x00" * 200))
    token = _der(0x30, _der(0x06, bytes.fromhex("2a864886f70d010702")), _der(0xA0, signed))
    return _der(0x30, _der(0x30, _der(0x02, b"\x00")), token)


def _der(tag: int, *parts: bytes) -> bytes:
    content = b"".join(parts)
    length = bytes([len(content)]) if len(content) < 128 else b"\x82" + len(content).to_bytes(2)
    return bytes([tag]) + length + content


def _stamp_value(authority: str, token: bytes) -> Value:
    return {"authority": authority, "token": base64.b64encode(token).decode()}


def _value(data: bytes) -> Value:
    return json.loads(data)


@dataclass(slots=True)
class _Entry:
    """What is known of one entry."""

    number: int
    at: datetime
    door: str
    stamped_at: datetime | None
    sender: str | None
    eligible: bool | None = None
    why: Ineligible | None = None
    proven: bool = True
    verdicts: list[GivenVerdict] = field(default_factory=list[GivenVerdict])


class Chronicle:
    """What happens to a challenge, by chance: everything in it could have happened so.

    `winners` are those that `decide` names, by the number of rows that there were at that moment.
    """

    def __init__(self, seed: int, *, is_stamped: bool = True) -> None:
        """Open a challenge under terms that the seed chooses."""
        self.is_stamped = is_stamped
        self.random = Random(seed)  # noqa: S311
        closes_at = OPENED + timedelta(minutes=self.random.randint(1, 40))
        self.closes_at: datetime | None = closes_at if seed % 3 else None
        self.closed = False
        self.prizes, self.attempts, self.judges, self.claim_days = 1, 1, 1, 0
        self.has_rule, self.terms_number = False, 0
        self.terms = self._choose_terms()
        self.writer = opened(self.terms, closes_at=self.closes_at)
        self.entries: list[_Entry] = []
        self.labels: list[str] = []
        self.holders: dict[int, tuple[int, AwardStep]] = {}
        self.claim_until: dict[int, datetime] = {}
        self.have_lost: set[int] = set()
        # Whether somebody was told that they have won, by the terms in force.
        self.is_provisional = False
        self.how: Ending | None = None
        self.winners: dict[int, Mapping[int, int]] = {}

    def happen(self, acts: int) -> "Chronicle":
        """Let that many things happen."""
        for _turn in range(acts):
            (act,) = self.random.choices(*_WEIGHTS)
            self._tick()
            act(self)
            self._note()
        return self

    def come_to_an_end(self) -> "Chronicle":
        """Read and judge all, give the prizes away, of which some come back, and end."""
        self._tick()
        if self.how is None:
            self.close()
        for entry in self.entries:
            if entry.eligible is None:
                self._tick()
                self._read(entry)
        while self.how is None:
            self._tick()
            self._decide_the_rest()
            self.announce()
            if self.random.random() < 0.3:
                self.lose()
            self.step_forward()
            self._note()
            self.end()
        self._note()
        return self

    def outcome(self) -> Outcome:
        """What `decide` says now."""
        states = [
            EntryState(
                entry.number,
                entry.eligible,
                ruling_of(entry.verdicts, self.judges),
                not entry.proven,
                None if entry.eligible is None else entry.sender,
            )
            for entry in self.entries
        ]
        holders = {prize: number for prize, (number, _step) in self.holders.items()}
        return decide(states, Contest(self.prizes, self.attempts, holders, frozenset(self.have_lost)))

    def arrive(self) -> None:
        """Something comes in, perhaps by way of somebody else."""
        door, now = self.random.choice(_DOORS), self.writer.now
        stamped_at = now - timedelta(seconds=self.random.randint(0, 4000)) if door == "postmark" else None
        sender = self.random.choice([None, *(f"{each:016x}" for each in range(6))])
        entry = _Entry(len(self.entries) + 1, now, door, stamped_at, sender)
        self.entries.append(entry)
        hidden = leaves.what_an_entry_hides(f"{entry.number:064x}", "zoe@example.org")
        self.writer.append(
            leaves.entry(
                entry_id=None,
                number=entry.number,
                at=now,
                door=door,
                stamped_at=stamped_at,
                private=commitment_to(hidden),
            )
        )

    def read(self) -> None:
        """One that has not been read is."""
        self._with(lambda entry: entry.eligible is None, self._read)

    def change_standing(self) -> None:
        """Somebody confirms their entry, or it can win no more."""
        held = self._held()
        self._with(lambda entry: bool(entry.eligible) and entry.number not in held, self._change_standing)

    def judge(self) -> None:
        """A verdict, where there is something to win; what led to a winner who was told stays as it is."""
        if self.how is None and len(self.holders) < self.prizes:
            told = max(self._held() | self.have_lost, default=0) if self.is_provisional else 0
            self._with(
                lambda entry: bool(entry.eligible) and (entry.number > told or not self._is_decided(entry)),
                self._judge,
            )

    def amend(self) -> None:
        """Other terms from now on, after which everything is perhaps judged again."""
        steps = {step for _number, step in self.holders.values()}
        if self.how is not None or steps - {AwardStep.NOTIFIED}:
            return
        self._move_closing()
        before, self.terms = self.terms, self._choose_terms()
        is_judged_otherwise = any(before[name] != self.terms[name] for name in ("answer", "judges"))
        rejudge = is_judged_otherwise or self.random.random() < 0.2
        self.writer.append(
            leaves.amended(reason="A fault.", rejudge=rejudge, closes_at=self.closes_at, terms=self.terms)
        )
        if rejudge:
            self.terms_number += 1
            self.is_provisional = False
            for entry in self.entries:
                entry.verdicts.clear()
            for prize in sorted(self.holders):
                self._step(prize, AwardStep.REVOKED)

    def refuse(self) -> None:
        """A door did not take something."""
        now = self.writer.now
        self.writer.append(
            leaves.refused(door="smtp", why="too-large", count=2, since=now - timedelta(minutes=5), until=now)
        )

    def sign(self) -> None:
        """A checkpoint."""
        self.writer.sign()

    def stamp(self) -> None:
        """A checkpoint that an authority has seen."""
        self.writer.sign()
        if self.is_stamped:
            self.writer.stamp()

    def change_key(self) -> None:
        """Another key signs: one of a few, for it takes a moment to prepare for each."""
        self.writer.change_key(Signer("example.org", self.random.choice((b"k", b"l", b"m")) * 32))

    def close(self) -> None:
        """No more answers count, now or since the time that was said."""
        if self.closed or self.how is not None:
            return
        now = self.writer.now
        self.closes_at = min(self.closes_at or now, now)
        self.closed = True
        self.writer.append(leaves.closed(closes_at=self.closes_at))

    def announce(self) -> None:
        """Tell whoever has won, if that is certain."""
        outcome = self.outcome()
        if self.how is not None or not outcome.final:
            return
        for prize, number in sorted(outcome.winners.items()):
            if prize not in self.holders:
                self.holders[prize] = (number, AwardStep.NOTIFIED)
                self.claim_until[prize] = self.writer.now + timedelta(days=self.claim_days)
                self.is_provisional = True
                self._write_step(prize, number, AwardStep.NOTIFIED)

    def step_forward(self) -> None:
        """A prize is claimed, or comes further on its way."""
        for prize, (_number, step) in sorted(self.holders.items()):
            following = _FORWARD.get(step)
            if following and not (self.how and following is AwardStep.CLAIMED):
                self._step(prize, following)

    def lose(self) -> None:
        """Somebody does not get their prize after all."""
        if not self.holders or self.how is not None:
            return
        prize = self.random.choice(sorted(self.holders))
        before = self.holders[prize][1]
        ways = [AwardStep.DECLINED, AwardStep.DISQUALIFIED] if before in _CAN_BE_LOST else []
        if before is AwardStep.NOTIFIED:
            ways.append(AwardStep.EXPIRED)
        if not ways:
            return
        step = self.random.choice(ways)
        if step is AwardStep.EXPIRED:
            self.writer.now = max(self.writer.now, self.claim_until[prize])
        self._step(prize, step)

    def end(self) -> None:
        """End it, if it may end."""
        steps = {step for _number, step in self.holders.values()}
        holders = {prize: number for prize, (number, _step) in self.holders.items()}
        if self.how is not None or not self.closed or AwardStep.NOTIFIED in steps:
            return
        if holders != self.outcome().winners:
            return
        self.how = Ending.FINAL if holders else Ending.NO_WINNER
        self.writer.append(leaves.ended(how=self.how, reason=None, winners=list(holders.items())))

    def cancel(self) -> None:
        """Rarely, it comes to nothing, as long as nobody has claimed anything."""
        is_claimed = {step for _number, step in self.holders.values()} - {AwardStep.NOTIFIED}
        if self.how is None and not is_claimed and self.random.random() < 0.02:
            for prize in sorted(self.holders):
                self._step(prize, AwardStep.REVOKED)
            self.how = Ending.CANCELLED
            self.writer.append(leaves.ended(how=self.how, reason="A mistake of ours.", winners=[]))

    def is_late(self, entry: _Entry) -> bool:
        """As the page about ledgers has it."""
        if self.closes_at is None or entry.at < self.closes_at:
            return False
        if entry.stamped_at is None or entry.stamped_at >= self.closes_at:
            return True
        return entry.at - self.closes_at > timedelta(seconds=_SETTLING[entry.door])

    def _tick(self) -> None:
        self.writer.now += timedelta(microseconds=self.random.randint(1, 90_000_000))

    def _note(self) -> None:
        self.winners[len(self.writer.rows)] = self.outcome().winners

    def _choose_terms(self) -> Mapping[str, Value]:
        """Terms by which nobody who has taken part has less than before."""
        self.prizes = max(self.random.choice([1, 1, 2, 3]), self.prizes)
        more = [None, None, 1, 2]
        self.attempts = self.random.choice([each for each in more if _is_at_least(each, self.attempts)])
        self.judges = self.random.choice([1, 1, 2])
        self.claim_days = self.random.choice([0, 3])
        self.has_rule = self.random.random() < 0.5
        closes_at = instant_text(self.closes_at) if self.closes_at else None
        return terms(
            prizes=self.prizes,
            attempts=self.attempts,
            judges=self.judges,
            claim_days=self.claim_days,
            closes_at=closes_at,
            answer={"rule": {"mode": "decides" if self.has_rule else "proposes"}},
        )

    def _move_closing(self) -> None:
        """Perhaps answers count until another time, as long as they count at all."""
        now = self.writer.now
        counts = not self.closed and (self.closes_at is None or now < self.closes_at)
        if counts and self.random.random() < 0.3:
            later = now + timedelta(minutes=self.random.randint(1, 40))
            self.closes_at = self.random.choice([later, later, None])

    def _held(self) -> set[int]:
        return {number for number, _step in self.holders.values()}

    def _with(self, wanted: Callable[[_Entry], bool], act: Callable[[_Entry], None]) -> None:
        found = [entry for entry in self.entries if wanted(entry)]
        if found:
            act(self.random.choice(found))

    def _read(self, entry: _Entry) -> None:
        late = self.is_late(entry)
        others = [None, None, None, Ineligible.STAFF, Ineligible.EMPTY]
        entry.why = Ineligible.LATE if late else self.random.choice(others)
        entry.eligible = entry.why is None
        entry.proven = self.random.random() < 0.7
        self._write_standing(entry)

    def _change_standing(self, entry: _Entry) -> None:
        if not entry.proven and self.random.random() < 0.7:
            entry.proven = True
        else:
            entry.eligible, entry.why = False, Ineligible.DISQUALIFIED
        self._write_standing(entry)

    def _write_standing(self, entry: _Entry) -> None:
        self.writer.append(
            leaves.standing(
                entry_id=0,
                number=entry.number,
                eligible=bool(entry.eligible),
                why=entry.why,
                proven=entry.proven,
                sender=entry.sender,
                reason=b"r" * 32 if entry.why is Ineligible.DISQUALIFIED else None,
            )
        )

    def _is_decided(self, entry: _Entry) -> bool:
        return ruling_of(entry.verdicts, self.judges) in {Judgement.CORRECT, Judgement.INCORRECT}

    def _judge(self, entry: _Entry) -> None:
        known = [*self.labels, f"j{len(self.labels) + 1}"][:3]
        judge = self.random.choice([None, *known] if self.has_rule else known)
        self._give(entry, judge, self.random.choice(list(Judgement)))

    def _give(self, entry: _Entry, judge: str | None, judgement: Judgement) -> None:
        if judge and judge not in self.labels:
            self.labels.append(judge)
        entry.verdicts.append(GivenVerdict(judge, judgement))
        self.writer.append(
            leaves.verdict(
                entry_id=0,
                number=entry.number,
                judge=judge or RULE_LABEL,
                judgement=judgement,
                terms=self.terms_number,
                rubric=["clear"],
                reason=b"r" * 32,
            )
        )

    def _decide_the_rest(self) -> None:
        """Whatever still keeps others waiting is confirmed and judged."""
        while True:
            outcome = self.outcome()
            if outcome.unconfirmed:
                self._change_standing(self.entries[outcome.unconfirmed - 1])
            elif outcome.waiting_for:
                entry = self.entries[outcome.waiting_for[0] - 1]
                judgement = self.random.choice([Judgement.CORRECT, Judgement.INCORRECT])
                for judge in ("j1", "j2", "j3"):
                    self._give(entry, judge, judgement)
            else:
                return
            self._note()

    def _step(self, prize: int, step: AwardStep) -> None:
        number, _before = self.holders[prize]
        if step.is_living:
            self.holders[prize] = (number, step)
        else:
            del self.holders[prize]
        if not step.is_living and step is not AwardStep.REVOKED:
            self.have_lost.add(number)
        self._write_step(prize, number, step)

    def _write_step(self, prize: int, number: int, step: AwardStep) -> None:
        by = self.random.choice(BY[step])
        self.writer.append(leaves.award(entry_id=0, number=number, prize=prize, step=step, by=by))


def _is_at_least(tries: int | None, before: int | None) -> bool:
    return tries is None or (before is not None and tries >= before)


# Whose act each step may be.
BY = {
    AwardStep.NOTIFIED: [ActOf.DESK],
    AwardStep.CLAIMED: [ActOf.WINNER],
    AwardStep.SENT: [ActOf.DESK],
    AwardStep.RECEIVED: [ActOf.WINNER, ActOf.DESK],
    AwardStep.DECLINED: [ActOf.WINNER, ActOf.DESK],
    AwardStep.EXPIRED: [ActOf.CLOCK, ActOf.DESK],
    AwardStep.DISQUALIFIED: [ActOf.DESK],
    AwardStep.REVOKED: [ActOf.DESK],
}
_CAN_BE_LOST = {AwardStep.NOTIFIED, AwardStep.CLAIMED}
_FORWARD = {
    AwardStep.NOTIFIED: AwardStep.CLAIMED,
    AwardStep.CLAIMED: AwardStep.SENT,
    AwardStep.SENT: AwardStep.RECEIVED,
}
_ACTS: Mapping[Callable[[Chronicle], None], int] = {
    Chronicle.arrive: 12,
    Chronicle.read: 12,
    Chronicle.change_standing: 4,
    Chronicle.judge: 14,
    Chronicle.amend: 2,
    Chronicle.refuse: 1,
    Chronicle.sign: 2,
    Chronicle.stamp: 1,
    Chronicle.change_key: 1,
    Chronicle.close: 1,
    Chronicle.announce: 3,
    Chronicle.step_forward: 2,
    Chronicle.lose: 1,
    Chronicle.end: 1,
    Chronicle.cancel: 1,
}
_WEIGHTS = (list(_ACTS), list(_ACTS.values()))
