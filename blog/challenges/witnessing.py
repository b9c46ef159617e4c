"""Jobs that let others see ledgers: checkpoints, and the stamps of authorities on them.

A checkpoint is made by a job, not in the transaction of what it covers: whatever is decided adds its rows one after the
other, and a checkpoint in the middle would cover half of it. The job exists exactly when the rows do, and comes after
all of them.
"""

import hashlib
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta

import structlog

from blog.challenges.actions.witness import REFUSALS_EVERY, keep_stamp, record_refusals
from blog.challenges.checkpoints import LedgerChanged, make_checkpoint, tell_key
from blog.challenges.ledger.timestamps import StampTooEarly, TimestampFailed, authority_of, request_timestamp
from blog.challenges.losses import RowsLost
from blog.challenges.models.challenges import Challenge
from blog.challenges.models.ledger import LedgerCheckpoint
from blog.challenges.queries.challenges import challenge_locked
from blog.challenges.queries.ledger import challenges_with_refusals, grown_challenges, unanchored
from blog.challenges.recording import WITNESS_JOB
from blog.core import clock
from blog.core.config import current_settings
from blog.core.db import session, unit_of_work
from blog.core.jobs.queue import Payload, enqueue, job

EVERY = timedelta(minutes=1)
# An authority that does not answer is left alone for so long: each question keeps a worker waiting.
REST = timedelta(minutes=10)
ANCHOR_JOB = "challenges.anchor"
# In one turn, so that a first turn over all that ever was does not take for ever.
_MOST_AT_ONCE = 50
log = structlog.get_logger(__name__)

_resting: dict[str, datetime] = {}


@job(WITNESS_JOB)
def witness(payload: Payload) -> None:
    """Sign the ledger of a challenge in which something was decided, and show that to the authorities.

    One that cannot be signed is looked at again every minute.
    """
    challenge_id = int(str(payload["challenge_id"]))
    for act in (_record_all_refusals, _tell_key, _sign):
        _for_each([challenge_id], act)
    if current_settings().timestamp_urls:
        with unit_of_work():
            enqueue(ANCHOR_JOB, {}, key=ANCHOR_JOB)


@job("challenges.checkpoints", every=EVERY)
def make_checkpoints(_payload: Payload) -> None:
    """Sign each ledger that has grown; before that, say in it what was refused an hour ago or earlier."""
    _for_each(challenges_with_refusals(clock.now() - REFUSALS_EVERY), _record_refusals)
    grown = grown_challenges()
    # What a checkpoint covers is committed before that.
    _for_each(grown, _tell_key)
    _for_each(grown, _sign)


@job("challenges.anchors", every=EVERY)
def anchor_all(_payload: Payload) -> None:
    """Show the authorities what they should see by now."""
    _anchor()


@job(ANCHOR_JOB)
def anchor_now(_payload: Payload) -> None:
    """The same, soon after something was decided."""
    _anchor()


def _for_each(challenge_ids: Sequence[int], act: Callable[[Challenge], object]) -> None:
    """Do something to each challenge, in a unit of work of its own. One that fails keeps no other waiting."""
    session.rollback()
    for challenge_id in challenge_ids:
        try:
            with unit_of_work():
                act(session.get_one(Challenge, challenge_id))
        except (LedgerChanged, RowsLost):
            # It has been logged, and is told until somebody does something about it.
            continue
        except Exception:
            log.exception("a ledger could not be witnessed", challenge_id=challenge_id)


def _record_refusals(challenge: Challenge) -> None:
    record_refusals(challenge, all_of_them=False)


def _record_all_refusals(challenge: Challenge) -> None:
    record_refusals(challenge, all_of_them=True)


def _tell_key(challenge: Challenge) -> None:
    tell_key(challenge_locked(challenge))


def _sign(challenge: Challenge) -> None:
    make_checkpoint(challenge_locked(challenge))


def _anchor() -> None:
    for url in current_settings().timestamp_urls:
        if _resting.get(url, clock.now()) <= clock.now():
            _anchor_with(url)


def _anchor_with(url: str) -> None:
    """Have an authority stamp what it should. It is left alone for a while when it fails, or something is too early.

    What is too early is so because of that checkpoint, or of our clock: it keeps nothing else waiting.
    """
    authority = authority_of(url)
    due = [(one.id, one.note) for one in unanchored(authority, clock.now(), _MOST_AT_ONCE)]
    # Whoever waits for a stranger keeps no transaction open.
    session.rollback()
    for checkpoint_id, note in due:
        try:
            _have_stamped(checkpoint_id, note, url)
        except TimestampFailed as failure:
            log.warning("a checkpoint was not stamped", authority=authority, why=str(failure))
            _resting[url] = clock.now() + REST
            if not isinstance(failure, StampTooEarly):
                return


def _have_stamped(checkpoint_id: int, note: str, url: str) -> None:
    """First the question, then, when there is an answer, a unit of work. Raises `TimestampFailed`."""
    digest = hashlib.sha256(note.encode()).digest()
    stamp = request_timestamp(url, digest, ca=current_settings().timestamp_ca)
    with unit_of_work():
        keep_stamp(session.get_one(LedgerCheckpoint, checkpoint_id), authority_of(url), stamp)
