"""Work of challenges that comes again and again."""

from datetime import timedelta

import structlog
from flask_babel import force_locale

from blog.challenges.actions.entries import let_lapse
from blog.challenges.actions.prizes import expire_unclaimed
from blog.challenges.asked import challenges_that_wait_for_senders
from blog.challenges.confirming import is_ours
from blog.challenges.emails import result_letter
from blog.challenges.models.challenges import Challenge
from blog.challenges.models.entries import Entry
from blog.challenges.queries.awards import award_of_entry, ended_without_claim, results_of
from blog.challenges.queries.entries import last_judgement
from blog.challenges.queries.outcomes import told_of
from blog.challenges.queries.results import entries_to_tell, entries_to_write_to, is_on_roll
from blog.challenges.receivers import TELL_RESULT, ask_first_to_confirm
from blog.challenges.words.prizes import result_lines
from blog.challenges.words.receipts import receipt_words
from blog.core import clock
from blog.core.config import current_settings
from blog.core.db import session, unit_of_work
from blog.core.jobs.queue import Payload, job
from blog.core.portions import in_portions
from blog.mailroom.actions import send_mail

EVERY = timedelta(minutes=10)
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

    Begun again it tells only whom it has not told: a letter is one for its cause.
    """
    challenge = session.get(Challenge, payload["challenge_id"])
    to_tell = entries_to_tell(challenge) if challenge is not None else dict[int, str]()
    session.rollback()
    for portion in in_portions([*to_tell]):
        with unit_of_work():
            for entry in entries_to_write_to(portion):
                _tell_result_of(entry, to_tell[entry.id])


def _tell_result_of(entry: Entry, recipient: str) -> None:
    if is_ours(recipient):
        return
    challenge, settings = entry.challenge, current_settings()
    with force_locale(challenge.language):
        results = results_of([challenge]).get(challenge.id, ())
        lines = result_lines(results, challenge.entry_total, challenge.ended_why)
        words = receipt_words(entry, last_judgement(entry), told_of(challenge), award_of_entry(entry))
    letter = result_letter(entry, words, lines, settings, may_name=is_on_roll(entry))
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
