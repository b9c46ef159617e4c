"""Who gets the prize, under the lock of the challenge's row."""

from collections.abc import Iterable, Mapping

from flask_babel import lazy_gettext as _
from sqlalchemy.exc import IntegrityError

from blog.accounts.actions.locks import hold
from blog.accounts.actions.people import checked_readers_name
from blog.challenges.actions.clockwork import caught_up, stop
from blog.challenges.actions.entries import let_lapse
from blog.challenges.actions.seen import refuse_others_to_be_told
from blog.challenges.asked import asked_of
from blog.challenges.checks import checked_address, checked_name
from blog.challenges.events import ChallengeEnded, WinnerAnnounced
from blog.challenges.ledger import leaves
from blog.challenges.ledger.commitments import commitment_to
from blog.challenges.losses import refuse_lost
from blog.challenges.models.awards import Award, AwardStepTaken
from blog.challenges.models.challenges import Challenge
from blog.challenges.models.entries import Entry
from blog.challenges.names import initials_of
from blog.challenges.outcome import to_be_told
from blog.challenges.policy import is_settling, longest_settling, needs_address, status_at
from blog.challenges.queries.awards import award_of_entry, award_won_by, awards_of, is_to_be_claimed
from blog.challenges.queries.challenges import challenge_locked
from blog.challenges.queries.entries import (
    address_of,
    entry_by_token_digest,
    entry_numbered,
    first_of_staff,
)
from blog.challenges.queries.outcomes import contest_of, outcome_of
from blog.challenges.queries.vacancies import is_beyond_change
from blog.challenges.recording import append, end_of_ledger
from blog.challenges.tokens import new_code, normal_code
from blog.challenges.values import STILL_TO_BE_SENT, ActOf, AwardStep, ChallengeStatus, CodeCheck, Ending
from blog.challenges.words.outcomes import nobody_left_words, progress_words, works_here_words
from blog.core import clock
from blog.core.actor import Actor
from blog.core.db import conflict_of, read_again, session
from blog.core.errors import Conflict, InvalidInput, NotFound, RuleBroken
from blog.core.events import publish
from blog.core.permissions import require
from blog.core.tokens import digest
from blog.mailroom.actions import call_back

MAX_CODE_FAILURES = 5


def announce_winner(actor: Actor, challenge: Challenge, *, seen: Mapping[int, int] | None = None) -> Award:
    """Give the prizes that are nobody's to the first correct entries, close the challenge, and let the winners be told.

    The outcome is computed anew from all rulings, under the lock. Until they have claimed their prizes nobody else is
    told who it is. It is the same act when a prize has come back to us: then it goes to the next one. Returns the award
    of the lowest rank that was given now. `seen` are the entries, by rank, of which whoever decides has read that they
    are going to be told, where that is known. Raises `Forbidden`, `RuleBroken` while there is no final winner (the
    message names what still waits) or where rows of the ledger are lost, and `Conflict` for the second of two, or when
    it would be others.
    """
    require(actor, "challenge:announce", challenge)
    hold(actor)
    locked = caught_up(challenge)
    now = clock.now()
    if is_beyond_change(locked):
        raise Conflict(_("The winner of this challenge has been announced already."))
    refuse_lost(locked)
    let_lapse(locked, now)
    outcome, contest = outcome_of(locked), contest_of(locked)
    if not outcome.final:
        raise RuleBroken(
            progress_words(
                outcome,
                contest,
                locked.entry_total,
                asked_of(locked, outcome.unconfirmed),
                is_to_be_claimed=is_to_be_claimed(locked),
            ),
            waiting_for=outcome.waiting_for,
            candidate=None,
        )
    new = to_be_told(outcome, contest)
    if not new:
        raise RuleBroken(nobody_left_words(contest, is_to_be_claimed=is_to_be_claimed(locked)))
    refuse_others_to_be_told(new, seen)
    _refuse_who_works_here(locked, new.values())
    if len(outcome.winners) < contest.prizes:
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
    awards = [notify(actor, locked, rank, number) for rank, number in sorted(new.items())]
    return awards[0]


def _refuse_who_works_here(challenge: Challenge, numbers: Iterable[int]) -> None:
    """Raise `RuleBroken` for a winner who was no staff when their answer was read, and is now."""
    number = first_of_staff(challenge, numbers)
    if number is not None:
        raise RuleBroken(works_here_words(number))


def notify(actor: Actor, challenge: Challenge, rank: int, number: int) -> Award:
    """Tell the sender of an entry that a prize is theirs. The caller has locked the challenge, and found that it is.

    Publishes `WinnerAnnounced`.
    """
    entry = entry_numbered(challenge, number)
    if entry is None:
        raise NotFound()
    code = new_code()
    award = _new_award(actor, entry, rank, code)
    take_step(award, AwardStep.NOTIFIED, by=actor)
    publish(WinnerAnnounced(award=award, code=code, by=actor))
    return award


def take_step(award: Award, step: AwardStep, *, by: Actor | None = None, reason: str = "") -> bytes | None:
    """Let a prize come a step further, or come to nothing: with its row in the ledger. The caller has the lock.

    `by`: who at the desk did it; None where it was the winner or the clock. What ended before there were ledgers gets
    no row. That a parcel came back, and was sent again, has none either: there a prize is sent once. Where it comes to
    nothing a letter that has not left yet, and says that they have won, leaves no more. Returns the hash that stands
    for the reason in the ledger.
    """
    fixed = commitment_to(reason) if reason else None
    stands_in_ledger = step is not AwardStep.RETURNED and award.step != AwardStep.RETURNED
    award.step, award.is_living = step, step.is_living
    if award.letter is not None and not step.is_living:
        call_back(award.letter)
    session.add(
        AwardStepTaken(
            award=award,
            step=step,
            at=clock.now(),
            by_id=by.person_id if by else None,
            reason=reason,
            reason_salt=fixed.salt if fixed else None,
        )
    )
    session.flush()
    if not stands_in_ledger:
        return None
    recorded = append(
        award.challenge_id,
        [
            leaves.award(
                entry_id=award.entry_id,
                number=award.entry.number,
                prize=award.rank,
                step=step,
                by=_whose_act(step, by),
                reason=fixed.digest if fixed else None,
            )
        ],
    )
    if step is AwardStep.NOTIFIED and recorded:
        # Nobody's time is over earlier than by the ledger.
        award.announced_at = recorded[-1].at
        session.flush()
    return fixed.digest if fixed and recorded else None


def _whose_act(step: AwardStep, by: Actor | None) -> ActOf:
    if by is not None:
        return ActOf.DESK
    return ActOf.CLOCK if step is AwardStep.EXPIRED else ActOf.WINNER


def agree_on_name(
    token: str,
    code: str,
    display_name: str | None,
    address: str | None = None,
    *,
    shows_initials: bool = False,
) -> CodeCheck:
    """Claim the prize of the receipt `token` by its `code`, and say which name is shown.

    Without a name the result shows the number of the entry, and their initials if they say so. `address` is where it is
    to be sent, as long as it has not been; None leaves what was said before. A wrong code is counted, so the caller
    must commit it: it comes back as a value, not as an error. After five that code is good for nothing any more.
    Raises `NotFound` when the receipt did not win, `InvalidInput` for the name or the address, and for any name or
    initials where the editors have taken one away.
    """
    award = award_to_open(token)
    read_again(award.entry, ["name_refused_at"], lock=False)
    if shows_initials:
        _refuse_where_a_name_was_taken_away(award.entry)
    name = None if display_name is None else name_to_show(award.entry, display_name)
    where = None if address is None else checked_address(address)
    check = open_with_code(award, code)
    if check is not CodeCheck.AGREED:
        return check
    now, challenge = clock.now(), award.challenge
    is_new = award.step == AwardStep.NOTIFIED and challenge.status == ChallengeStatus.PROVISIONAL
    if is_new and award.claim_until is not None and award.claim_until <= now:
        return CodeCheck.LATE
    award.display_name, award.shows_initials, award.agreed_at = name, shows_initials and name is None, now
    if where is not None and needs_address(challenge) and AwardStep(award.step) in STILL_TO_BE_SENT:
        award.address = where
    if is_new:
        award.claimed_at = now
        take_step(award, AwardStep.CLAIMED)
        end_if_all_is_claimed(challenge)
    session.flush()
    return CodeCheck.AGREED


def award_to_open(token: str) -> Award:
    """The award that the entry of a receipt holds, with its challenge locked first. Raises `NotFound`."""
    entry = entry_by_token_digest(digest(token))
    # First the challenge, as whoever decides anything about it: they lock the award after that.
    challenge = challenge_locked(entry.challenge) if entry else None
    award = award_won_by(entry) if entry else None
    if award is None or challenge is None:
        raise NotFound()
    return award


def open_with_code(award: Award, code: str) -> CodeCheck:
    """Whether this is the code of an award. A wrong one is counted; after five only a new one is right."""
    if award.code_failures >= MAX_CODE_FAILURES:
        return CodeCheck.BLOCKED
    if digest(normal_code(code)) != award.code_digest:
        award.code_failures += 1
        session.flush()
        return CodeCheck.BLOCKED if award.code_failures >= MAX_CODE_FAILURES else CodeCheck.WRONG
    return CodeCheck.AGREED


def end_if_all_is_claimed(challenge: Challenge) -> None:
    """End a challenge of which each prize has been claimed: all is opened now.

    While a prize is left an editor says that nobody gets it, whether it has come back or there were too few correct
    answers: to give away less than was promised is somebody's decision, and has a reason.
    """
    awards = awards_of(challenge)
    is_claimed = all(award.step != AwardStep.NOTIFIED for award in awards)
    if is_claimed and len(awards) == contest_of(challenge).prizes:
        end(challenge, Ending.FINAL)


def end(challenge: Challenge, how: Ending, reason: str = "", *, by: Actor | None = None) -> None:
    """Let a challenge be over. The caller has locked it, and knows that this may be. Publishes `ChallengeEnded`."""
    # One that was opened before there were ledgers gets its rows in their order; once it is over it gets none.
    end_of_ledger(challenge.id)
    challenge.status = ChallengeStatus(how.value)
    challenge.ended_at, challenge.ended_why = clock.now(), reason
    # What is opened now calls the same sender the same: from here on nobody can try to whom such a name belongs.
    challenge.sender_key = None
    session.flush()
    winners = [(award.rank, award.entry.number) for award in awards_of(challenge)]
    append(challenge.id, [leaves.ended(how=how, reason=reason or None, winners=winners)])
    publish(ChallengeEnded(challenge=challenge, by=by))


def name_to_show(entry: Entry, typed: str) -> str:
    """A name that somebody wants shown with their entry. Raises `InvalidInput`, also when theirs was taken away."""
    _refuse_where_a_name_was_taken_away(entry)
    return checked_public_name(typed)


def _refuse_where_a_name_was_taken_away(entry: Entry) -> None:
    if entry.name_refused_at is not None:
        fault = _("The editors have taken away a name that stood here, so another one cannot be shown.")
        raise InvalidInput(_("This name cannot be shown."), {"display_name": fault})


def checked_public_name(typed: str) -> str:
    """The name as everybody will read it: nobody wins as the editors, or as somebody who works here.

    Raises `InvalidInput`.
    """
    name = checked_name(typed)
    try:
        checked_readers_name(name)
    except InvalidInput as error:
        fault = error.fields.get("name", error.message)
        raise InvalidInput(_("This name cannot be shown."), {"display_name": fault}) from error
    return name


def _new_award(actor: Actor, entry: Entry, rank: int, code: str) -> Award:
    """The award of an entry. One that was revoked, as the terms changed, begins anew: an entry has one in its life."""
    message = entry.delivery.message
    award = award_of_entry(entry) or Award(challenge=entry.challenge, entry=entry)
    award.rank, award.step, award.is_living = rank, AwardStep.NOTIFIED, True
    award.announced_by_id = actor.person_id
    award.announced_at = clock.now()
    award.claim_days, award.claimed_at = entry.challenge.claim_days, None
    award.initials = initials_of(message.from_name if message else "", address_of(entry, message))
    award.code_digest, award.code_failures = digest(code), 0
    session.add(award)
    try:
        session.flush()
    except IntegrityError as error:
        if conflict_of(error) in {"uq_award_living", "uq_award_entry_id"}:
            raise Conflict(_("The winner of this challenge has been announced already.")) from error
        raise
    return award
