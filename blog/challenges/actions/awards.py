"""Who gets the prize, under the lock of the challenge's row."""

from datetime import timedelta

from flask_babel import lazy_gettext as _
from sqlalchemy.exc import IntegrityError

from blog.accounts.actions.locks import hold
from blog.accounts.actions.people import checked_readers_name
from blog.challenges.actions.clockwork import caught_up, stop
from blog.challenges.actions.entries import let_lapse
from blog.challenges.asked import asked_of
from blog.challenges.checks import checked_name
from blog.challenges.events import (
    WinnerAnnounced,
)
from blog.challenges.ledger import leaves
from blog.challenges.ledger.commitments import commitment_to
from blog.challenges.models.awards import Award, AwardStepTaken
from blog.challenges.models.challenges import Challenge
from blog.challenges.models.entries import Entry
from blog.challenges.names import initials_of
from blog.challenges.policy import is_settling, status_at
from blog.challenges.queries.awards import award_won_by, awards_of
from blog.challenges.queries.challenges import challenge_locked
from blog.challenges.queries.entries import address_of, entry_by_token_digest, entry_numbered
from blog.challenges.queries.outcomes import contest_of, outcome_of
from blog.challenges.recording import append
from blog.challenges.terms import longest_settling
from blog.challenges.tokens import new_code, normal_code
from blog.challenges.values import AwardStep, ChallengeStatus, CodeCheck, Ending
from blog.challenges.words.outcomes import outcome_words
from blog.core import clock
from blog.core.actor import Actor
from blog.core.db import conflict_of, session
from blog.core.errors import Conflict, InvalidInput, NotFound, RuleBroken
from blog.core.events import publish
from blog.core.permissions import require
from blog.core.tokens import digest

MAX_CODE_FAILURES = 5


def announce_winner(actor: Actor, challenge: Challenge) -> Award:
    """Give the prizes to the first correct entries, close the challenge, and let the winners be told, once.

    The outcome is computed anew from all rulings, under the lock. Until they have claimed their prizes nobody else is
    told who it is. Returns the award of the lowest rank. Raises `Forbidden`, `RuleBroken` while there is no final
    winner (the message names what still waits), and `Conflict` for the second of two.
    """
    require(actor, "challenge:announce", challenge)
    hold(actor)
    locked = caught_up(challenge)
    now = clock.now()
    if ChallengeStatus(locked.status).is_decided:
        raise Conflict(_("The winner of this challenge has been announced already."))
    let_lapse(locked, now)
    outcome = outcome_of(locked)
    if not outcome.final:
        raise RuleBroken(
            outcome_words(outcome, locked.entry_total, asked_of(locked, outcome.unconfirmed)),
            waiting_for=outcome.waiting_for,
            candidate=None,
        )
    if len(outcome.winners) < contest_of(locked).prizes:
        if status_at(locked, now) is ChallengeStatus.OPEN:
            raise RuleBroken(
                _("There are more prizes than correct answers so far. Wait, or close the challenge first.")
            )
        if is_settling(locked, now, longest_settling()):
            raise RuleBroken(
                _(
                    "Mail that was sent in time may still be under way, and there are prizes left. Wait a little."
                )
            )
    stop(locked)
    locked.status = ChallengeStatus.PROVISIONAL
    awards = [notify(actor, locked, rank, number) for rank, number in sorted(outcome.winners.items())]
    return awards[0]


def notify(actor: Actor, challenge: Challenge, rank: int, number: int) -> Award:
    """Tell the sender of an entry that a prize is theirs. The caller has locked the challenge, and found that it is.

    Publishes `WinnerAnnounced`.
    """
    entry = entry_numbered(challenge, number)
    if entry is None:
        raise NotFound()
    code = new_code()
    award = _new_award(actor, entry, rank, code)
    take_step(award, AwardStep.NOTIFIED, by_id=actor.person_id)
    publish(WinnerAnnounced(award=award, code=code, by=actor))
    return award


def take_step(award: Award, step: AwardStep, *, by_id: int | None = None, reason: str = "") -> None:
    """Let a prize come a step further, or come to nothing: with its row in the ledger. The caller has the lock."""
    fixed = commitment_to(reason) if reason else None
    award.step, award.is_living = step, step.is_living
    session.add(
        AwardStepTaken(
            award=award,
            step=step,
            at=clock.now(),
            by_id=by_id,
            reason=reason,
            reason_salt=fixed.salt if fixed else None,
        )
    )
    session.flush()
    append(
        award.challenge_id,
        [
            leaves.award(
                entry_id=award.entry_id,
                number=award.entry.number,
                prize=award.rank,
                step=step,
                reason=fixed.digest if fixed else None,
            )
        ],
    )


def agree_on_name(token: str, code: str, display_name: str | None) -> CodeCheck:
    """Claim the prize of the receipt `token` by its `code`, and say which name is shown; None shows initials.

    A wrong code is counted, so the caller must commit it: it comes back as a value, not as an error. After
    five no code is right any more. Raises `NotFound` when the receipt did not win, `InvalidInput` for the
    name.
    """
    entry = entry_by_token_digest(digest(token))
    # First the challenge, as whoever decides anything about it: they lock the award after that.
    challenge = challenge_locked(entry.challenge) if entry else None
    award = award_won_by(entry) if entry else None
    if award is None or challenge is None:
        raise NotFound()
    name = None if display_name is None else _winners_name(display_name)
    if award.code_failures >= MAX_CODE_FAILURES:
        return CodeCheck.BLOCKED
    if digest(normal_code(code)) != award.code_digest:
        award.code_failures += 1
        session.flush()
        return CodeCheck.BLOCKED if award.code_failures >= MAX_CODE_FAILURES else CodeCheck.WRONG
    award.display_name = name
    award.agreed_at = clock.now()
    if award.step == AwardStep.NOTIFIED and challenge.status == ChallengeStatus.PROVISIONAL:
        award.claimed_at = award.agreed_at
        take_step(award, AwardStep.CLAIMED)
        end_if_all_is_claimed(challenge)
    session.flush()
    return CodeCheck.AGREED


def end_if_all_is_claimed(challenge: Challenge) -> None:
    """End a challenge whose prizes have all been claimed, as far as somebody can still win them: all is opened now."""
    awards = awards_of(challenge)
    outcome = outcome_of(challenge)
    is_claimed = all(award.step != AwardStep.NOTIFIED for award in awards)
    if awards and is_claimed and len(outcome.winners) == len(awards):
        end(challenge, Ending.FINAL)


def end(challenge: Challenge, how: Ending, reason: str = "") -> None:
    """Let a challenge be over. The caller has locked it, and knows that this may be."""
    challenge.status = ChallengeStatus(how.value)
    challenge.ended_at, challenge.ended_why = clock.now(), reason
    session.flush()
    winners = [(award.rank, award.entry.number) for award in awards_of(challenge)]
    append(challenge.id, [leaves.ended(how=how, reason=reason or None, winners=winners)])


def _winners_name(typed: str) -> str:
    """The name as everybody will read it: nobody wins as the editors, or as somebody who works here."""
    name = checked_name(typed)
    try:
        checked_readers_name(name)
    except InvalidInput as error:
        fault = error.fields.get("name", error.message)
        raise InvalidInput(_("This name cannot be shown."), {"display_name": fault}) from error
    return name


def _new_award(actor: Actor, entry: Entry, rank: int, code: str) -> Award:
    message, now = entry.delivery.message, clock.now()
    award = Award(
        challenge=entry.challenge,
        rank=rank,
        entry=entry,
        announced_by_id=actor.person_id,
        announced_at=now,
        claim_until=now + timedelta(days=entry.challenge.claim_days),
        initials=initials_of(message.from_name if message else "", address_of(entry, message)),
        code_digest=digest(code),
        code_failures=0,
    )
    session.add(award)
    try:
        session.flush()
    except IntegrityError as error:
        if conflict_of(error) in {"uq_award_living", "uq_award_challenge_id_rank"}:
            raise Conflict(_("The winner of this challenge has been announced already.")) from error
        raise
    return award
