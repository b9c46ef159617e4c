"""What judges say, under the lock of the challenge's row."""

from collections.abc import Sequence

from flask_babel import lazy_gettext as _

from blog.accounts.actions.locks import hold
from blog.challenges.checks import check_opinion, tidy_text
from blog.challenges.events import EntryJudged
from blog.challenges.ledger.commitments import commitment_to
from blog.challenges.models.challenges import Challenge
from blog.challenges.models.entries import Entry, Verdict
from blog.challenges.outcome import ruling_of
from blog.challenges.queries.challenges import challenge_locked
from blog.challenges.queries.vacancies import can_get_verdict
from blog.challenges.queries.verdicts import (
    alike,
    given_of,
    labels_in,
    last_rejudging,
    needs_reason,
    sight_of,
)
from blog.challenges.recording import append, verdict_leaf
from blog.challenges.turns import Turn
from blog.challenges.values import RULE_LABEL, Ineligible, Judgement, Opinion, Seen
from blog.challenges.words.states import ineligible_words, judgement_words
from blog.core import clock
from blog.core.actor import Actor
from blog.core.db import read_again, session
from blog.core.errors import Conflict, RuleBroken
from blog.core.events import publish
from blog.core.permissions import require


def judge_entry(
    actor: Actor,
    entry: Entry,
    judgement: Judgement,
    reason: str = "",
    rubric: Sequence[str] = (),
    *,
    seen: Seen | None = None,
) -> Verdict:
    """Say what an entry is. Earlier verdicts stay; the same one again by the same judge is one verdict.

    `seen` is what the judge had before them, where that is known. Raises `Forbidden`, `InvalidInput` for a missing or
    endless reason, `RuleBroken` for an entry that cannot win or has not been read, and `Conflict` when it is not up to
    them (any more): what was decided meanwhile is not overwritten by somebody who has not seen it.
    """
    opinion = Opinion(judgement, reason, tuple(rubric))
    return judge_together(actor, entry, opinion, seen=seen)[0]


def judge_together(
    actor: Actor, entry: Entry, opinion: Opinion, *, numbers: Sequence[int] = (), seen: Seen | None = None
) -> Sequence[Verdict]:
    """Say the same of an entry and of those of these `numbers` that are written exactly like it.

    Each gets a verdict of its own, in order of arrival behind that on `entry`, and can be judged again by itself. Those
    that have been judged or withdrawn meanwhile are left out. Raises as `judge_entry` does.
    """
    require(actor, "entry:judge", entry.challenge)
    opinion = Opinion(opinion.judgement, tidy_text(opinion.reason), opinion.rubric)
    hold(actor)
    challenge = challenge_locked(entry.challenge)
    read_again(entry, ["eligible", "why_not", "verdicts"], lock=False)
    _refuse_what_is_over(challenge, entry)
    label = _label_of(challenge, actor)
    same = _same_again(entry, label, opinion)
    if same is None:
        _refuse_what_is_not_theirs(actor, entry, seen)
        check_opinion(opinion, challenge.rubric, needs_reason(entry, label, opinion))
    others = alike(entry, actor.person_id, numbers)
    verdicts = [same or _judge(actor, entry, opinion, label)]
    return verdicts + [_judge(actor, each, opinion, label) for each in others]


def give_verdict(entry: Entry, opinion: Opinion, *, label: str, judge_id: int | None) -> Verdict:
    """Add a verdict under the terms in force, with its row in the ledger, and find the ruling on its entry anew.

    The caller has locked the challenge and asked whether this may be.
    """
    challenge = entry.challenge
    fixed = commitment_to(opinion.reason) if opinion.reason else None
    verdict = Verdict(
        entry=entry,
        judgement=opinion.judgement,
        reason=opinion.reason,
        judge_id=judge_id,
        judged_at=clock.now(),
        judge_label=label,
        terms_version=challenge.terms_version,
        rubric=list(opinion.rubric),
        reason_salt=fixed.salt if fixed else None,
    )
    session.add(verdict)
    session.flush()
    in_force = [each for each in entry.verdicts if each.terms_version == challenge.terms_version]
    entry.ruling = ruling_of(given_of(in_force), challenge.judges)
    session.flush()
    append(challenge.id, [verdict_leaf(verdict, fixed.digest if fixed else None)])
    return verdict


def _judge(actor: Actor, entry: Entry, opinion: Opinion, label: str) -> Verdict:
    verdict = give_verdict(entry, opinion, label=label, judge_id=actor.person_id)
    publish(EntryJudged(entry=entry, verdict=verdict, by=actor))
    return verdict


def _refuse_what_is_over(challenge: Challenge, entry: Entry) -> None:
    if not can_get_verdict(challenge, entry):
        raise Conflict(_("The winner has been announced; verdicts can no longer change."))
    if entry.eligible is None:
        raise RuleBroken(_("This entry is still being read. Try again in a moment."))
    if not entry.eligible:
        why = ineligible_words(Ineligible(entry.why_not or Ineligible.EMPTY))
        raise RuleBroken(_("This entry cannot win, so it needs no verdict: %(why)s.", why=why))


def _refuse_what_is_not_theirs(actor: Actor, entry: Entry, seen: Seen | None) -> None:
    """Raise `Conflict` when it is not their turn, or something was decided that they have not seen."""
    sight = sight_of(entry, actor.person_id)
    if sight.turn is Turn.AGREED:
        raise Conflict(_("Two judges have agreed on this entry meanwhile, so it needs no third verdict."))
    if sight.turn is Turn.OTHERS:
        raise Conflict(_("You and another judge differ on this entry. Somebody else decides now."))
    if seen is None or seen == sight.seen:
        return
    if seen.terms != sight.seen.terms:
        amendment = last_rejudging(entry.challenge)
        raise Conflict(
            _(
                "The terms were amended while you looked at this entry: %(reason)s "
                "Read the question and the answer again before you judge.",
                reason=amendment.reason if amendment else "",
            )
        )
    last = sight.verdicts[-1]
    if sight.is_conflict and last.judge_id != actor.person_id:
        raise Conflict(
            _("Two judges differ on this entry meanwhile. Look at what they say: your verdict decides.")
        )
    raise Conflict(
        _(
            "Meanwhile %(judge)s has judged this entry: %(verdict)s. Look at it again; nothing was changed.",
            judge=last.judge.name if last.judge else _("somebody"),
            verdict=judgement_words(Judgement(last.judgement)),
        )
    )


def _same_again(entry: Entry, label: str, opinion: Opinion) -> Verdict | None:
    """The last verdict of a judge, if they say the same of an entry once more and nobody has said anything since.

    To say it again after another judge is to disagree with them.
    """
    is_alone = entry.challenge.judges == 1
    counts = (
        each
        for each in reversed(entry.verdicts)
        if each.judge_label == label or (is_alone and _is_of_person(each))
    )
    last = next(counts, None)
    if last is None or last.judge_label != label or last.terms_version != entry.challenge.terms_version:
        return None
    said = Opinion(Judgement(last.judgement), last.reason, tuple(last.rubric))
    return last if said == opinion else None


def _is_of_person(verdict: Verdict) -> bool:
    return verdict.judge_label != RULE_LABEL


def _label_of(challenge: Challenge, actor: Actor) -> str:
    """What a judge is called in the ledger of a challenge: the same name as before, or the next one."""
    labels = labels_in(challenge)
    known = next((label for label, judge_id in labels.items() if judge_id == actor.person_id), None)
    return known or f"j{len(labels) + 1}"
