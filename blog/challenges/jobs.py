"""Work of challenges that comes again and again."""

from datetime import timedelta

import structlog

from blog.challenges.actions.entries import let_lapse
from blog.challenges.asked import challenges_that_wait_for_senders
from blog.challenges.models.challenges import Challenge
from blog.challenges.receivers import ask_first_to_confirm
from blog.core import clock
from blog.core.db import session, unit_of_work
from blog.core.jobs.queue import Payload, job

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


def _ask_senders_in(challenge_id: int) -> None:
    challenge = session.get(Challenge, challenge_id, with_for_update={"key_share": True})
    if challenge is not None:
        let_lapse(challenge, clock.now())
        ask_first_to_confirm(challenge)
