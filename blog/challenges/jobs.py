"""Work of challenges that comes again and again."""

from collections.abc import Sequence
from datetime import timedelta

import sqlalchemy as sa
import structlog
from flask_babel import force_locale

from blog.challenges.actions.amendments import TELL_ENTRANTS
from blog.challenges.actions.answer_rule import JUDGE_BY_RULE, foresee, judge_by_rule
from blog.challenges.actions.clockwork import caught_up
from blog.challenges.actions.entries import let_lapse
from blog.challenges.actions.pictures import forget_picture
from blog.challenges.actions.prizes import expire_unclaimed
from blog.challenges.actions.terms import FORGET_PICTURE
from blog.challenges.asked import challenges_that_wait_for_senders
from blog.challenges.confirming import is_ours
from blog.challenges.emails import result_letter
from blog.challenges.models.challenges import Challenge
from blog.challenges.models.entries import Entry
from blog.challenges.queries.amendments import entries_to_tell, is_still_read
from blog.challenges.queries.awards import award_of_entry, ended_without_claim, results_of
from blog.challenges.queries.challenges import challenges_due
from blog.challenges.queries.entries import entry_with_message, last_judgement
from blog.challenges.queries.outcomes import Told, told_of
from blog.challenges.queries.results import addresses_to_tell, entries_to_write_to, is_on_roll
from blog.challenges.receivers import TELL_RESULT, ask_first_to_confirm, tell_entrant
from blog.challenges.words.prizes import result_lines
from blog.challenges.words.receipts import receipt_words
from blog.core import clock
from blog.core.config import current_settings
from blog.core.db import session, unit_of_work
from blog.core.jobs.queue import Payload, enqueue, job
from blog.core.portions import in_portions
from blog.core.storage import current_storage
from blog.mailroom.actions import send_mail

EVERY = timedelta(minutes=10)
# Nobody waits for it: mail and pages look at the clock themselves.
CLOCK_EVERY = timedelta(minutes=1)
# So many letters as one unit of work writes.
LETTERS = 50
# Messages that came in just before: whoever sent them is told when they have been read.
TOLD_AGAIN_AFTER = timedelta(minutes=10)
TOLD_AGAIN = 6
log = structlog.get_logger(__name__)


@job("challenges.ask_senders", every=EVERY)
def ask_senders(_payload: Payload) -> None:
    """Ask whose entry has come to stand first, and pass over those whose time to confirm is over.

    A verdict asks at once. An entry may also come to stand first because an earlier one was withdrawn, or turned out to
    be of a program when it was read.
    """
    waiting = challenges_that_wait_for_senders()
    session.rollback()
    for challenge_id in waiting:
        try:
            with unit_of_work():
                _ask_senders_in(challenge_id)
        except Exception:
            # One that cannot be looked at keeps no other waiting; it is tried again the next time.
            log.exception("the senders of a challenge could not be asked", challenge_id=challenge_id)


@job(JUDGE_BY_RULE)
def judge_all_by_rule(payload: Payload) -> None:
    """Judge by the rule of a challenge what has no verdict under the terms in force, each in a unit of work of its own.

    Begun again from any point, it goes on: what has its verdict is passed over.
    """
    challenge_id = int(str(payload["challenge_id"]))
    found = session.scalars(
        sa.select(Entry.id)
        .where(Entry.challenge_id == challenge_id, Entry.eligible.is_(True), Entry.ruling.is_(None))
        .order_by(Entry.number)
    ).all()
    session.rollback()
    for entry_id in found:
        entry = entry_with_message(entry_id)
        message = entry.delivery.message
        if message is None:
            continue
        foreseen = foresee(entry, message)
        if foreseen.finding is None:
            # A rule that comes after this brings its own work.
            continue
        with unit_of_work():
            if judge_by_rule(entry, message, foreseen) is not None:
                ask_first_to_confirm(entry.challenge)


@job("challenges.expire_prizes", every=EVERY)
def expire_prizes(_payload: Payload) -> None:
    """Let the prizes come back that nobody has claimed in time, and tell whose they were."""
    over = ended_without_claim(clock.now())
    session.rollback()
    for challenge_id in over:
        try:
            with unit_of_work():
                challenge = session.get(Challenge, challenge_id, with_for_update={"key_share": True})
                if challenge is not None:
                    expire_unclaimed(challenge, clock.now())
        except Exception:
            # One that cannot be looked at keeps no other waiting; it is tried again the next time.
            log.exception("the prizes of a challenge could not come back", challenge_id=challenge_id)


@job(TELL_RESULT)
def tell_result(payload: Payload) -> None:
    """Tell everybody who took part in a challenge how it has ended: once, at any address once.

    Begun again it tells only whom it has not told: a letter is one for its cause. What all letters say alike is looked
    up once, before anybody has to wait: after the end nothing of it changes.
    """
    challenge = session.get(Challenge, payload["challenge_id"])
    told = told_of(challenge) if challenge is not None else None
    if challenge is None or told is None:
        return
    to_tell, lines = addresses_to_tell(challenge, told), _lines_of(challenge)
    session.rollback()
    for portion in in_portions([*to_tell], LETTERS):
        with unit_of_work():
            for entry in entries_to_write_to(portion):
                _tell_result_of(entry, to_tell[entry.id], told, lines)


def _lines_of(challenge: Challenge) -> Sequence[str]:
    with force_locale(challenge.language):
        results = results_of([challenge]).get(challenge.id, ())
        return result_lines(results, challenge.entry_total, challenge.ended_why)


def _tell_result_of(entry: Entry, recipient: str, told: Told, lines: Sequence[str]) -> None:
    if is_ours(recipient):
        return
    challenge = entry.challenge
    with force_locale(challenge.language):
        words = receipt_words(entry, last_judgement(entry), told, award_of_entry(entry))
    may_name = is_on_roll(entry, told) and entry.name_refused_at is None
    letter = result_letter(entry, words, lines, current_settings(), may_name=may_name)
    send_mail(
        cause=f"result:{entry.id}",
        recipient=recipient,
        language=challenge.language,
        subject=letter.subject,
        text=letter.text,
        is_automatic=True,
    )


def _ask_senders_in(challenge_id: int) -> None:
    challenge = session.get(Challenge, challenge_id, with_for_update={"key_share": True})
    if challenge is not None:
        let_lapse(challenge, clock.now())
        ask_first_to_confirm(challenge)


@job("challenges.look_at_the_clock", every=CLOCK_EVERY)
def look_at_the_clock(_payload: Payload) -> None:
    """Open and close the challenges whose time has come."""
    due = challenges_due(clock.now())
    session.rollback()
    for challenge_id in due:
        try:
            with unit_of_work():
                caught_up(session.get_one(Challenge, challenge_id))
        except Exception:
            # One that cannot be looked at keeps no other waiting; it is tried again the next time.
            log.exception("a challenge could not open or close by itself", challenge_id=challenge_id)


@job(TELL_ENTRANTS)
def tell_entrants(payload: Payload) -> None:
    """Write to everybody who has taken part, a few at a time. Done again it writes no second letter to anybody."""
    challenge_id, news = int(str(payload["challenge_id"])), str(payload["news"])
    whom = entries_to_tell(challenge_id, news)
    is_still_being_read = is_still_read(challenge_id)
    session.rollback()
    for portion in in_portions(whom, LETTERS):
        with unit_of_work():
            for entry_id in portion:
                tell_entrant(entry_id, news)
    times = int(str(payload.get("times", 0))) + 1
    if is_still_being_read and times < TOLD_AGAIN:
        with unit_of_work():
            again = {"challenge_id": challenge_id, "news": news, "times": times}
            enqueue(TELL_ENTRANTS, again, run_at=clock.now() + TOLD_AGAIN_AFTER)


@job(FORGET_PICTURE)
def forget_prize_picture(payload: Payload) -> None:
    """Throw away the files of a picture, if no prize shows it any more."""
    with unit_of_work():
        forget_picture(str(payload["picture"]), current_storage())
