"""What judges say, under the lock of the challenge's row."""

from collections.abc import Sequence

import sqlalchemy as sa
from flask_babel import lazy_gettext as _

from blog.accounts.actions.locks import hold
from blog.challenges.checks import check_reason
from blog.challenges.events import EntryJudged
from blog.challenges.ledger.commitments import commitment_to
from blog.challenges.models.challenges import Challenge
from blog.challenges.models.entries import Entry, Verdict
from blog.challenges.outcome import GivenVerdict, ruling_of
from blog.challenges.queries.challenges import challenge_locked
from blog.challenges.queries.vacancies import can_get_verdict
from blog.challenges.recording import append, verdict_leaf
from blog.challenges.values import RULE_LABEL, Judgement
from blog.core import clock
from blog.core.actor import Actor
from blog.core.db import read_again, session
from blog.core.errors import Conflict, RuleBroken
from blog.core.events import publish
from blog.core.permissions import require


def judge_entry(
    actor: Actor, entry: Entry, judgement: Judgement, reason: str = "", rubric: Sequence[str] = ()
) -> Verdict:
    """Say what an entry is. Earlier verdicts stay; the same one again by the same judge is one verdict.

    Raises `Forbidden`, `InvalidInput` for a missing or endless reason, `RuleBroken` for an entry that cannot
    win or has not been read, and `Conflict` once somebody was told that they have won: until a prize is nobody's
    again, and then for what had led to that.
    """
    require(actor, "entry:judge", entry.challenge)
    reason = reason.replace("\x00", "").strip()
    check_reason(judgement, reason)
    hold(actor)
    challenge = challenge_locked(entry.challenge)
    read_again(entry, ["eligible", "ruling", "verdicts"], lock=False)
    if not can_get_verdict(challenge, entry):
        raise Conflict(_("The winner has been announced; verdicts can no longer change."))
    if entry.eligible is None:
        raise RuleBroken(_("This entry is still being read. Try again in a moment."))
    if not entry.eligible:
        raise RuleBroken(_("This entry cannot win, so it needs no verdict."))
    label = _label_of(challenge, actor)
    # Only when nobody has said anything since: to say it once more after another judge is to disagree with them.
    last = entry.verdicts[-1] if entry.verdicts and entry.verdicts[-1].judge_label == label else None
    if last and (last.terms_version, last.judgement, last.reason, last.rubric) == (
        challenge.terms_version,
        judgement,
        reason,
        list(rubric),
    ):
        return last
    verdict = give_verdict(
        entry, judgement, label=label, judge_id=actor.person_id, reason=reason, rubric=rubric
    )
    publish(EntryJudged(entry=entry, verdict=verdict, by=actor))
    return verdict


def give_verdict(
    entry: Entry,
    judgement: Judgement,
    *,
    label: str,
    judge_id: int | None,
    reason: str = "",
    rubric: Sequence[str] = (),
) -> Verdict:
    """Add a verdict under the terms in force, with its row in the ledger, and find the ruling on its entry anew.

    The caller has locked the challenge and asked whether this may be.
    """
    challenge = entry.challenge
    fixed = commitment_to(reason) if reason else None
    verdict = Verdict(
        entry=entry,
        judgement=judgement,
        reason=reason,
        judge_id=judge_id,
        judged_at=clock.now(),
        judge_label=label,
        terms_version=challenge.terms_version,
        rubric=list(rubric),
        reason_salt=fixed.salt if fixed else None,
    )
    session.add(verdict)
    session.flush()
    given = [
        GivenVerdict(None if each.judge_label == RULE_LABEL else each.judge_label, Judgement(each.judgement))
        for each in entry.verdicts
        if each.terms_version == challenge.terms_version
    ]
    entry.ruling = ruling_of(given, challenge.judges)
    session.flush()
    append(challenge.id, [verdict_leaf(verdict, fixed.digest if fixed else None)])
    return verdict


def _label_of(challenge: Challenge, actor: Actor) -> str:
    """What a judge is called in the ledger of a challenge: the same name as before, or the next one."""
    labels = {
        row.judge_label: row.judge_id
        for row in session.execute(
            sa.select(Verdict.judge_label, Verdict.judge_id)
            .join(Entry, Entry.id == Verdict.entry_id)
            .where(Entry.challenge_id == challenge.id, Verdict.judge_label != RULE_LABEL)
            .distinct()
        )
    }
    known = next((label for label, judge_id in labels.items() if judge_id == actor.person_id), None)
    return known or f"j{len(labels) + 1}"
