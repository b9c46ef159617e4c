"""Why something was decided of an entry, for its sender: in the words that they were told, with what opens them."""

import json
from collections.abc import Mapping, Sequence

import sqlalchemy as sa

from blog.challenges.ledger.canonical import Value, canonical
from blog.challenges.ledger.commitments import commitment_hash
from blog.challenges.models.awards import Award, AwardStepTaken
from blog.challenges.models.entries import Entry, Verdict
from blog.challenges.models.ledger import LedgerLeaf
from blog.challenges.queries.disqualifications import disqualifications_of
from blog.challenges.queries.outcomes import Told, told_of
from blog.challenges.values import AwardStep
from blog.core.db import session


def reasons_told(entry: Entry, size: int) -> Sequence[Value]:
    """What the sender of an entry was told of why it cannot take part, why they lost a prize, or how it was judged.

    Each with its salt, and with the row, one of the first `size`, that says its hash; nothing of what has been
    forgotten.
    """
    rows = _rows_by_reason(entry, size)
    reasons: list[Value] = []
    for content, salt in _said_of(entry):
        row = rows.get(commitment_hash(salt, canonical(content)).hex())
        if row is not None:
            reasons.append({"content": content, "row": row, "salt": salt.hex()})
    return reasons


def verdicts_told(entry: Entry, told: Told | None) -> Sequence[Verdict]:
    """The verdicts that say why an answer was found correct or not; none before the end, of which everybody is `told`.

    Of each judge the last word under the terms in force, where it is what the verdicts came to.
    """
    if told is None or not entry.eligible or entry.number in told.over_limit:
        return ()
    last = {
        each.judge_label: each
        for each in entry.verdicts
        if each.terms_version == entry.challenge.terms_version
    }
    return [verdict for verdict in last.values() if verdict.judgement == entry.ruling]


def _said_of(entry: Entry) -> Sequence[tuple[Value, bytes]]:
    disqualified = [
        ({"code": each.reason_code, "reason": each.reason}, each.reason_salt)
        for each in reversed(disqualifications_of(entry))
        if each.reason_salt
    ]
    steps = session.execute(
        sa.select(AwardStepTaken.reason, AwardStepTaken.reason_salt)
        .join(Award, Award.id == AwardStepTaken.award_id)
        .where(
            Award.entry_id == entry.id, AwardStepTaken.step.in_([each for each in AwardStep if each.is_lost])
        )
        .order_by(AwardStepTaken.id)
    )
    verdicts = [(each.reason, each.reason_salt) for each in verdicts_told(entry, told_of(entry.challenge))]
    return [*disqualified, *((reason, salt) for reason, salt in (*steps, *verdicts) if salt)]


def _rows_by_reason(entry: Entry, size: int) -> Mapping[str, int]:
    """Which rows about an entry have something to say why, by the hash that stands for it; the first one of each."""
    query = sa.select(LedgerLeaf.position, LedgerLeaf.sealed).where(
        LedgerLeaf.entry_id == entry.id, LedgerLeaf.position < size, LedgerLeaf.sealed.is_not(None)
    )
    rows: dict[str, int] = {}
    for position, sealed in session.execute(query.order_by(LedgerLeaf.position)):
        rows.setdefault(json.loads(sealed or "{}").get("reason") or "", position)
    return rows
