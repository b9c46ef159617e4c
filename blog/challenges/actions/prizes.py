"""The way of a prize once its winner was told: claimed, sent and received, or back to us and on to the next one.

Each act runs under the lock of the challenge, and asks first how far the prize has come by now: of two people who do
the same at once the second is told so. What is `seen` is what a page showed of it to whoever pressed a button there:
where it is not so any more nothing is done, and they look again. On the command line nobody says what they have seen.
"""

from collections.abc import Collection, Mapping
from datetime import datetime, timedelta

from flask_babel import lazy_gettext as _
from flask_babel.speaklater import LazyString

from blog.accounts.actions.locks import hold
from blog.challenges.actions.awards import award_to_open, end, name_to_show, open_with_code, take_step
from blog.challenges.actions.clockwork import caught_up
from blog.challenges.actions.entries import let_lapse
from blog.challenges.actions.seen import refuse_other_winners, refuse_unseen
from blog.challenges.asked import asked_of
from blog.challenges.checks import check_told_reason, checked_tracking, tidy_text
from blog.challenges.events import (
    PrizeStepTaken,
    PublicNameRemoved,
    TrackingCorrected,
    WinnerCodeRenewed,
)
from blog.challenges.losses import lost_checkpoint, refuse_lost
from blog.challenges.models.awards import Award
from blog.challenges.models.challenges import Challenge
from blog.challenges.models.entries import Entry
from blog.challenges.policy import is_settling, longest_settling, status_at
from blog.challenges.queries.awards import award_held_by, award_of_entry, awards_of, is_to_be_claimed
from blog.challenges.queries.challenges import challenge_locked
from blog.challenges.queries.entries import address_of, entry_by_token_digest, entry_numbered
from blog.challenges.queries.outcomes import contest_of, outcome_of, told_of
from blog.challenges.queries.results import is_on_roll
from blog.challenges.tokens import new_code
from blog.challenges.values import LEFT, AwardStep, ChallengeStatus, CodeCheck, Ending
from blog.challenges.words.outcomes import progress_words
from blog.challenges.words.prizes import step_words
from blog.core import clock
from blog.core.actor import Actor
from blog.core.db import read_again, session
from blog.core.errors import Conflict, InvalidInput, NotFound, RuleBroken
from blog.core.events import publish
from blog.core.permissions import require
from blog.core.tokens import digest
from blog.mailroom.actions import call_back

# What a prize must have come to before a step.
_BEFORE: Mapping[AwardStep, Collection[AwardStep]] = {
    AwardStep.SENT: {AwardStep.CLAIMED, AwardStep.RETURNED},
    AwardStep.RETURNED: {AwardStep.SENT},
    AwardStep.RECEIVED: {AwardStep.SENT},
    AwardStep.DECLINED: {AwardStep.NOTIFIED, AwardStep.CLAIMED},
    AwardStep.EXPIRED: {AwardStep.NOTIFIED},
    AwardStep.DISQUALIFIED: {AwardStep.NOTIFIED, AwardStep.CLAIMED},
}


def decline_prize(token: str, code: str) -> CodeCheck:
    """The winner does not want the prize of the receipt `token`: it goes to the next one. Their `code` says who it is.

    A wrong code is counted, so the caller must commit it. Raises `NotFound` when the receipt holds no prize, and
    `Conflict` once the challenge is over or the prize has been sent.
    """
    award = award_to_open(token)
    check = open_with_code(award, code)
    if check is CodeCheck.AGREED:
        refuse_unless(award, AwardStep.DECLINED)
        lose(award, AwardStep.DECLINED)
    return check


def receive_prize(token: str, code: str) -> CodeCheck:
    """The winner says that the prize has come. Raises `NotFound`, and `Conflict` when it has not been sent."""
    award = award_to_open(token)
    check = open_with_code(award, code)
    if check is CodeCheck.AGREED:
        refuse_unless(award, AwardStep.RECEIVED)
        _go_on(award, AwardStep.RECEIVED)
    return check


def expire_unclaimed(challenge: Challenge, at: datetime) -> None:
    """Let the prizes come back that nobody has claimed in time. The caller has locked the challenge.

    Not while rows of the ledger are lost: that somebody claimed one may have stood in them.
    """
    if challenge.status != ChallengeStatus.PROVISIONAL:
        return
    due = [
        award
        for award in awards_of(challenge)
        if award.step == AwardStep.NOTIFIED and award.claim_until is not None and award.claim_until <= at
    ]
    if due and lost_checkpoint(challenge) is None:
        for award in due:
            lose(award, AwardStep.EXPIRED)


def mark_expired(
    actor: Actor, challenge: Challenge, number: int, reason: str = "", *, seen: str | None = None
) -> Award:
    """The time of an entry to claim its prize is over, says an editor.

    Also where nobody could be written to: that much time after it became theirs, and with a reason. Raises `Forbidden`,
    `Conflict`, `InvalidInput` without that reason or for an endless one, and `RuleBroken` while the time is not over.
    """
    award = _held(actor, challenge, number, AwardStep.EXPIRED, seen)
    until = award.claim_until or given_up_at(award)
    if until is None or clock.now() < until:
        raise RuleBroken(_("They still have time to claim it."))
    needs_reason = award.claim_until is None
    told = check_told_reason(reason) if needs_reason or tidy_text(reason) else ""
    lose(award, AwardStep.EXPIRED, by=actor, reason=told)
    return award


def given_up_at(award: Award) -> datetime | None:
    """From when on an editor may say that nobody can be reached whose prize it is; None where that is not so.

    By itself such a prize comes back to nobody: perhaps a new code reaches them.
    """
    cannot_be_told = award.is_unreachable or award.is_letter_stuck
    if award.claim_days is None or not cannot_be_told:
        return None
    return award.announced_at + timedelta(days=award.claim_days)


def send_new_code(actor: Actor, challenge: Challenge, number: int, *, seen: str | None = None) -> Award:
    """Have the sender of an entry that has won written to with a new code, as the earlier one is lost or blocked.

    The earlier code is good for nothing from now on. The time to claim runs anew from when this letter has left, so
    nobody loses any of it. Publishes `WinnerCodeRenewed`. Raises `Forbidden`, `RuleBroken` where nobody can be written
    to, and `Conflict` when the entry holds no prize, or a letter that is still going to leave.
    """
    award = _held_by(actor, challenge, number, seen)
    if award.has_left or not address_of(award.entry, award.entry.delivery.message):
        raise RuleBroken(_("This entry names no address to which we could write."))
    if award.is_letter_on_its_way:
        raise Conflict(_("The letter has not left yet. It is tried again by itself."))
    code = new_code()
    award.code_digest, award.code_failures = digest(code), 0
    session.flush()
    if award.letter is not None:
        call_back(award.letter)
    publish(WinnerCodeRenewed(award=award, code=code, by=actor))
    return award


def mark_declined(
    actor: Actor, challenge: Challenge, number: int, reason: str, *, seen: str | None = None
) -> Award:
    """The sender of an entry has told the desk that they do not want their prize: they are told that it was noted.

    Raises `Forbidden`, `InvalidInput` without a reason, and `Conflict` when it is not theirs (any more).
    """
    told = check_told_reason(reason)
    award = _held(actor, challenge, number, AwardStep.DECLINED, seen)
    lose(award, AwardStep.DECLINED, by=actor, reason=told)
    return award


def mark_sent(
    actor: Actor, challenge: Challenge, number: int, tracking: str = "", *, seen: str | None = None
) -> Award:
    """The prize of an entry is on its way, perhaps once more. `tracking`: how it can be followed; its winner is told.

    Raises `Forbidden`, `InvalidInput`, and `Conflict` when it has not been claimed, or was sent already.
    """
    where = checked_tracking(tracking)
    award = _held(actor, challenge, number, AwardStep.SENT, seen)
    award.tracking = where
    _go_on(award, AwardStep.SENT, by=actor)
    return award


def correct_tracking(
    actor: Actor, challenge: Challenge, number: int, tracking: str, *, seen: str | None = None
) -> Award:
    """The prize of an entry that was sent can be followed in another way than was said; its winner is told.

    Publishes `TrackingCorrected`. Raises `Forbidden`, `InvalidInput`, also where it says nothing, and `Conflict` unless
    it is on its way, or when that is what its winner knows already.
    """
    where = checked_tracking(tracking)
    if not where:
        fault = _("Say how it can be followed: its winner is told so.")
        raise InvalidInput(_("This cannot be noted."), {"tracking": fault})
    award = _held_by(actor, challenge, number, seen)
    if award.step != AwardStep.SENT:
        raise Conflict(_where_it_is(award))
    if where == award.tracking:
        raise Conflict(_("That is what stands there already."))
    award.tracking = where
    session.flush()
    publish(TrackingCorrected(award=award, by=actor))
    return award


def mark_returned(actor: Actor, challenge: Challenge, number: int, *, seen: str | None = None) -> Award:
    """The parcel of an entry has come back to us. It is still its winner's, who is asked where it is to be sent now.

    Raises `Forbidden`, and `Conflict` unless it was on its way.
    """
    award = _held(actor, challenge, number, AwardStep.RETURNED, seen)
    # Where it did not come nobody sends it again, and what is in the books is where a prize went.
    award.address = award.tracking = ""
    _go_on(award, AwardStep.RETURNED, by=actor)
    return award


def mark_received(actor: Actor, challenge: Challenge, number: int, *, seen: str | None = None) -> Award:
    """The prize of an entry has come. Raises `Forbidden`, and `Conflict` when it was not sent, or that is known."""
    award = _held(actor, challenge, number, AwardStep.RECEIVED, seen)
    _go_on(award, AwardStep.RECEIVED, by=actor)
    return award


def lose(award: Award, step: AwardStep, *, by: Actor | None = None, reason: str = "") -> None:
    """Let a prize come back to us: to its winner it does not come any more. The caller has locked the challenge."""
    # Nobody has to know any more where it was to be sent, or what its winner wanted to be called.
    award.address, award.display_name, award.shows_initials = "", None, False
    take_step(award, step, by=by, reason=reason)
    publish(PrizeStepTaken(award=award, step=step, reason=reason, by=by))


def conclude(
    actor: Actor, challenge: Challenge, reason: str, *, seen: Mapping[int, int] | None = None
) -> Ending:
    """End a challenge of which a prize is left, or all of them: nobody else can get it. Everybody reads the reason.

    `seen` are the entries that have prizes, by rank, as far as whoever decides says what they have seen. Raises
    `Forbidden`, `InvalidInput` without a reason, `RuleBroken` while somebody can still win, or a winner has still to
    claim, and `Conflict` when it is over already, or others have its prizes.
    """
    require(actor, "challenge:conclude", challenge)
    told = check_told_reason(reason)
    hold(actor)
    locked, now = caught_up(challenge), clock.now()
    status = status_at(locked, now)
    if status.is_over:
        raise Conflict(_("This challenge is over already."))
    if status not in {ChallengeStatus.CLOSED, ChallengeStatus.PROVISIONAL}:
        raise RuleBroken(_("Close the challenge first."))
    refuse_while_somebody_can_win(locked, now)
    if is_to_be_claimed(locked):
        raise RuleBroken(_("A winner has still to claim their prize."))
    holders = contest_of(locked).holders
    refuse_other_winners(holders, seen)
    how = Ending.FINAL if holders else Ending.NO_WINNER
    end(locked, how, told, by=actor)
    return how


def refuse_while_somebody_can_win(challenge: Challenge, at: datetime) -> None:
    """Raise `RuleBroken` while a prize that is left can still be somebody's. The caller has locked the challenge.

    So it is while an answer has no verdict, its sender has to confirm it, it wins, mail that was sent in time may be
    under way, or rows of the ledger are lost, and answers with them.
    """
    refuse_lost(challenge)
    let_lapse(challenge, at)
    outcome, contest = outcome_of(challenge), contest_of(challenge)
    if outcome.waiting_for or outcome.unconfirmed is not None or len(outcome.winners) > len(contest.holders):
        asked = asked_of(challenge, outcome.unconfirmed)
        is_told = is_to_be_claimed(challenge)
        words = progress_words(outcome, contest, challenge.entry_total, asked, is_to_be_claimed=is_told)
        raise RuleBroken(words, waiting_for=outcome.waiting_for)
    if is_settling(challenge, at, longest_settling()):
        raise RuleBroken(_("Mail that was sent in time may still be under way. Wait a little."))


def choose_honour_name(token: str, display_name: str | None) -> None:
    """The sender of a correct answer says which name stands beside it on the roll of honour; None: no name.

    Raises `NotFound` for an entry that does not stand there, and `InvalidInput` for the name.
    """
    entry = entry_by_token_digest(digest(token))
    if entry is None or not is_on_roll(entry, told_of(entry.challenge)):
        raise NotFound()
    read_again(entry, ["honour_name", "name_refused_at"])
    name = None if display_name is None else name_to_show(entry, display_name)
    entry.honour_name = name
    session.flush()


def remove_public_name(
    actor: Actor, challenge: Challenge, number: int, reason: str, *, seen: str | None = None
) -> Entry:
    """Take away the name that is shown with an entry, as its winner's or on the roll of honour: its number alone stays.

    Its sender is told why, and can have no other name shown. `seen` is the name that whoever decides had before them.
    Publishes `PublicNameRemoved`. Raises `Forbidden`, `NotFound`, `InvalidInput` without a reason, and `Conflict` when
    no name is shown, or another one.
    """
    require(actor, "entry:remove_name", challenge)
    told = check_told_reason(reason)
    hold(actor)
    entry = entry_numbered(challenge_locked(challenge), number)
    if entry is None:
        raise NotFound()
    read_again(entry, ["honour_name", "name_refused_at"])
    award = award_of_entry(entry)
    shown = {entry.honour_name or "", award.shown_name if award is not None else ""} - {""}
    if not shown:
        raise Conflict(_("No name is shown with entry %(number)s.", number=number))
    if seen is not None and seen not in shown:
        raise Conflict(
            _("Meanwhile another name is shown with entry %(number)s. Look at it again.", number=number)
        )
    if award is not None:
        award.display_name, award.shows_initials = None, False
    entry.honour_name, entry.name_refused_at = None, clock.now()
    session.flush()
    publish(PublicNameRemoved(entry=entry, reason=told, by=actor))
    return entry


def withdraw_from_prizes(challenge: Challenge, entries: Collection[int]) -> None:
    """Let the prizes come back that were on their way to whoever leaves for good. The caller has locked the challenge.

    What has been sent stays theirs. `entries` are the ids of their entries.
    """
    if challenge.status != ChallengeStatus.PROVISIONAL:
        return
    for award in awards_of(challenge):
        if award.entry_id in entries and award.step in _BEFORE[AwardStep.DECLINED]:
            lose(award, AwardStep.DECLINED, reason=LEFT)


def _held(actor: Actor, challenge: Challenge, number: int, step: AwardStep, seen: str | None) -> Award:
    """The award of an entry that is to take a step, locked after its challenge."""
    award = _held_by(actor, challenge, number, seen)
    refuse_unless(award, step)
    return award


def _held_by(actor: Actor, challenge: Challenge, number: int, seen: str | None) -> Award:
    require(actor, "award:handle", challenge)
    hold(actor)
    award = award_held_by(challenge_locked(challenge), number)
    if award is None:
        raise Conflict(_("Entry %(number)s holds no prize (any more).", number=number))
    refuse_unseen(award, seen)
    return award


def refuse_unless(award: Award, step: AwardStep) -> None:
    """Raise `Conflict` unless an award can take this step now."""
    challenge = award.challenge
    if step.is_lost and challenge.status != ChallengeStatus.PROVISIONAL:
        raise Conflict(_("The challenge is over: the prize goes to nobody else any more."))
    # Of before prizes had to be claimed nobody was asked to.
    was_never_asked = step is AwardStep.SENT and award.claim_days is None and award.step == AwardStep.NOTIFIED
    if award.step not in _BEFORE[step] and not was_never_asked:
        raise Conflict(_where_it_is(award))


def _where_it_is(award: Award) -> LazyString:
    state = step_words(AwardStep(award.step))
    return _("The prize of entry %(number)s: %(state)s.", number=award.entry.number, state=state)


def _go_on(award: Award, step: AwardStep, *, by: Actor | None = None) -> None:
    take_step(award, step, by=by)
    publish(PrizeStepTaken(award=award, step=step, reason="", by=by))
