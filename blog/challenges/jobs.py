"""Work of challenges that waits for its time."""

from blog.challenges.models import Challenge
from blog.challenges.receivers import ask_first_to_confirm
from blog.core.db import session, unit_of_work
from blog.core.jobs.queue import Payload, job


@job("challenges.ask_next")
def ask_next(payload: Payload) -> None:
    """Somebody's time to confirm their answer is over: ask whoever stands first by now."""
    with unit_of_work():
        challenge = session.get(Challenge, payload["challenge_id"], with_for_update={"key_share": True})
        if challenge is not None:
            ask_first_to_confirm(challenge)
