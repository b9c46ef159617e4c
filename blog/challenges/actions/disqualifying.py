"""What an editor says of whether an entry may take part, under the lock of the challenge's row."""

from flask_babel import lazy_gettext as _

from blog.accounts.actions.locks import hold
from blog.challenges.actions.prizes import lose, refuse_unless
from blog.challenges.actions.seen import refuse_unseen
from blog.challenges.checks import check_disqualification, check_lifting, tidy_text
from blog.challenges.events import EntryDisqualified, EntryReinstated
from blog.challenges.ledger.commitments import commitment_to
from blog.challenges.models.awards import Award
from blog.challenges.models.challenges import Challenge
from blog.challenges.models.disqualifications import Disqualification
from blog.challenges.models.entries import Entry
from blog.challenges.queries.awards import award_held_by, award_of_entry
from blog.challenges.queries.challenges import challenge_locked
from blog.challenges.queries.disqualifications import disqualification_of
from blog.challenges.queries.entries import own_numbers
from blog.challenges.queries.vacancies import can_change_standing
from blog.challenges.recording import record_standing
from blog.challenges.values import AwardStep, Ineligible
from blog.core import clock
from blog.core.actor import Actor
from blog.core.db import read_again, session
from blog.core.errors import Conflict, RuleBroken
from blog.core.events import publish
from blog.core.permissions import require


def disqualify(
    actor: Actor, entry: Entry, code: str, reason: str, *, seen: str | None = None
) -> Disqualification:
    """Say that an entry cannot take part, and why: its sender reads that, and not who said it.

    It keeps its number and its verdicts. A prize that was to come to it comes back, and its sender is written to; so is
    whoever had lost a prize with it before. `seen` is what its page showed of a prize (`mark_of`), where that is known.
    Publishes `EntryDisqualified`. Raises `Forbidden`, `InvalidInput` for a missing reason, `RuleBroken` for one that
    cannot win anyway or has not been read, and `Conflict` once others were told that they have won and nobody's prize
    hangs on it, or its own is on its way or the challenge over.
    """
    require(actor, "entry:disqualify", entry.challenge)
    reason = tidy_text(reason)
    check_disqualification(code, reason)
    challenge = _locked(actor, entry)
    held = award_held_by(challenge, entry.number)
    had = award_of_entry(entry)
    refuse_unseen(had, seen)
    if held is not None:
        refuse_unless(held, AwardStep.DISQUALIFIED)
    else:
        _refuse_settled(challenge, had)
    if entry.why_not == Ineligible.DISQUALIFIED:
        raise Conflict(_("This entry has been disqualified already."))
    if entry.eligible is None:
        raise RuleBroken(_("This entry is still being read. Try again in a moment."))
    if not entry.eligible:
        raise RuleBroken(_("This entry cannot win anyway."))
    fixed = commitment_to({"code": code, "reason": reason})
    disqualification = Disqualification(
        entry=entry,
        at=clock.now(),
        by_id=actor.person_id,
        reason_code=code,
        reason=reason,
        reason_salt=fixed.salt,
    )
    session.add(disqualification)
    entry.eligible, entry.why_not = False, Ineligible.DISQUALIFIED
    lost = had if had is not None and AwardStep(had.step).is_lost else None
    if held is not None:
        lose(held, AwardStep.DISQUALIFIED, by=actor, reason=reason)
    record_standing([entry], reason=fixed.digest)
    publish(EntryDisqualified(entry=entry, code=code, by=actor, reason=reason, lost=lost))
    return disqualification


def reinstate(actor: Actor, entry: Entry, reason: str, *, seen: str | None = None) -> None:
    """Let an entry take part again that was disqualified, with the verdicts that it has.

    One that has lost its prize stays without it, as it may be somebody else's by now: it is correct again, and stands
    on the roll of honour. So that can be put right until the challenge is over. Publishes `EntryReinstated`. Raises as
    `disqualify` does, and `RuleBroken` when its sender has left meanwhile.
    """
    require(actor, "entry:disqualify", entry.challenge)
    reason = tidy_text(reason)
    check_lifting(reason)
    challenge = _locked(actor, entry)
    award = award_of_entry(entry)
    refuse_unseen(award, seen)
    _refuse_settled(challenge, award)
    # To take one's own answer out is nobody's loss; to let it back in is somebody else's to decide.
    if entry.number in own_numbers(challenge, actor.person_id):
        raise Conflict(
            _("This answer came from your own address. Somebody else decides whether it takes part.")
        )
    disqualification = disqualification_of(entry)
    if disqualification is None or entry.why_not != Ineligible.DISQUALIFIED:
        raise Conflict(_("This entry is not disqualified."))
    if entry.delivery.forgotten_at is not None:
        raise RuleBroken(_("The answer is no longer kept, so it cannot take part again."))
    fixed = commitment_to(reason)
    disqualification.lifted_at = clock.now()
    disqualification.lifted_by_id = actor.person_id
    disqualification.lifted_why = reason
    disqualification.lifted_salt = fixed.salt
    entry.eligible, entry.why_not = True, None
    record_standing([entry], reason=fixed.digest)
    publish(EntryReinstated(entry=entry, by=actor))


def _locked(actor: Actor, entry: Entry) -> Challenge:
    """The challenge of an entry, locked, and the entry as it is now."""
    hold(actor)
    # First the delivery, as whoever withdraws an answer does, then the challenge.
    read_again(entry.delivery, ["forgotten_at"])
    challenge = challenge_locked(entry.challenge)
    read_again(entry, ["eligible", "why_not"], lock=False)
    return challenge


def _refuse_settled(challenge: Challenge, award: Award | None) -> None:
    """Raise `Conflict` once it is settled whether an entry takes part; `award` is the prize that it has had."""
    if not can_change_standing(challenge, award):
        raise Conflict(_("The winner has been announced; this can no longer change."))
