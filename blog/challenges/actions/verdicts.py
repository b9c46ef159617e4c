"""What judges say, under the lock of the challenge's row."""

from collections.abc import Sequence

from flask_babel import lazy_gettext as _

from blog.accounts.actions.locks import hold
from blog.challenges.checks import check_opinion, tidy_text
from blog.challenges.events import EntryJudged, VerdictsGiven
from blog.challenges.ledger.commitments import Commitment, commitment_to
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
from blog.challenges.recording import append, end_of_ledger, verdict_leaf
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
    """Say the same of an entry and of those of these `numbers` that are written alike.

    Each gets a verdict of its own, in order of arrival behind that on `entry`, and can be judged again by itself. Those
    that have been judged or withdrawn meanwhile, or of which this would have to give a reason of its own, are left out.
    Raises as `judge_entry` does.
    """
    require(actor, "entry:judge", entry.challenge)
    opinion = Opinion(opinion.judgement, tidy_text(opinion.reason), opinion.rubric)
    hold(actor)
    challenge = challenge_locked(entry.challenge)
    # A ledger that is begun only now calls the judges of before as it names them.
    end_of_ledger(challenge.id)
    read_again(entry, ["eligible", "why_not", "verdicts"], lock=False)
    _refuse_what_is_over(challenge, entry)
    label = _label_of(challenge, actor)
    same = _same_again(entry, label, opinion)
    needed = needs_reason(entry, label, opinion)
    if same is None:
        _refuse_what_is_not_theirs(actor, entry, seen)
        check_opinion(opinion, challenge.rubric, needed)
    others = [
        each
        for each in alike(entry, actor.person_id, numbers)
        if needs_reason(each, label, opinion) in {None, needed}
    ]
    new = others if same else [entry, *others]
    verdicts = give_verdicts(new, opinion, label=label, judge_id=actor.person_id)
    for verdict in verdicts:
        publish(EntryJudged(entry=verdict.entry, verdict=verdict, by=actor))
    if verdicts:
        publish(VerdictsGiven(challenge))
    return [same, *verdicts] if same else verdicts


def give_verdict(entry: Entry, opinion: Opinion, *, label: str, judge_id: int | None) -> Verdict:
    """Add a verdict under the terms in force, with its row in the ledger, and find the ruling on its entry anew.

    The caller has locked the challenge and asked whether this may be.
    """
    return give_verdicts([entry], opinion, label=label, judge_id=judge_id)[0]


def give_verdicts(
    entries: Sequence[Entry], opinion: Opinion, *, label: str, judge_id: int | None
) -> Sequence[Verdict]:
    """The same for several entries of one challenge, in this order. All rows of the ledger at once: it is locked."""
    if not entries:
        return []
    challenge = entries[0].challenge
    # Else beginning it would find the verdicts, and what is new would stand in it twice.
    end_of_ledger(challenge.id)
    given = [_verdict_on(entry, opinion, label=label, judge_id=judge_id) for entry in entries]
    session.add_all(verdict for verdict, _fixed in given)
    session.flush()
    for entry in entries:
        in_force = [each for each in entry.verdicts if each.terms_version == challenge.terms_version]
        entry.ruling = ruling_of(given_of(in_force), challenge.judges)
    session.flush()
    append(challenge.id, [verdict_leaf(verdict, fixed.digest if fixed else None) for verdict, fixed in given])
    return [verdict for verdict, _fixed in given]


def _verdict_on(
    entry: Entry, opinion: Opinion, *, label: str, judge_id: int | None
) -> tuple[Verdict, Commitment | None]:
    """A verdict, and what stands for its reason in the ledger."""
    fixed = commitment_to(opinion.reason) if opinion.reason else None
    verdict = Verdict(
        entry=entry,
        judgement=opinion.judgement,
        reason=opinion.reason,
        judge_id=judge_id,
        judged_at=clock.now(),
        judge_label=label,
        terms_version=entry.challenge.terms_version,
        rubric=list(opinion.rubric),
        reason_salt=fixed.salt if fixed else None,
    )
    return verdict, fixed


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
    if sight.turn is Turn.OWN:
        raise Conflict(_("This answer came from your own address. Somebody else judges it."))
    if sight.turn is Turn.AGREED:
        raise Conflict(_("Two judges have agreed on this entry meanwhile, so it needs no third verdict."))
    if sight.turn is Turn.DECIDED:
        raise Conflict(
            _("Two judges differed on this entry, and a third has decided. It needs no more verdicts.")
        )
    if sight.turn is Turn.OTHERS:
        raise Conflict(_("You and another judge differ on this entry. Somebody else decides now."))
    if seen is None or seen == sight.seen:
        return
    amendment = last_rejudging(entry.challenge) if seen.terms != sight.seen.terms else None
    if amendment is not None:
        raise Conflict(
            _(
                "The terms were amended while you looked at this entry: %(reason)s "
                "Read the question and the answer again before you judge.",
                reason=amendment.reason,
            )
        )
    last = sight.verdicts[-1] if sight.verdicts else None
    if last is None or last.id <= seen.verdict:
        # What it says was seen has never been.
        raise Conflict(
            _("This page does not show the entry as it is now. Look at it again; nothing was changed.")
        )
    if sight.is_conflict and last.judge_id != actor.person_id:
        raise Conflict(
            _("Two judges differ on this entry meanwhile. Look at what they say: your verdict decides.")
        )
    if last.judge_label == RULE_LABEL:
        raise Conflict(
            _(
                "Meanwhile the rule has judged this entry: %(verdict)s. Look at it again; nothing was changed.",
                verdict=judgement_words(Judgement(last.judgement)),
            )
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
