"""Work of accounts: throwing away what nobody needs, and erasing whom nobody is to find any more."""

from collections.abc import Iterable
from datetime import timedelta
from typing import cast

import structlog

from blog.accounts.actions import erasing, profile
from blog.accounts.holdings import Leaving
from blog.core.db import leave_nothing_behind, session, unit_of_work
from blog.core.errors import RuleBroken
from blog.core.jobs.queue import Payload, job
from blog.core.storage import current_storage

# What was under way when it began is over by then.
_TRIES = 3
log = structlog.get_logger(__name__)


@job(profile.FORGET_PICTURE)
def forget_picture(payload: Payload) -> None:
    """Throw away the files of a picture, if nobody shows it any more."""
    with unit_of_work():
        profile.forget_picture(str(payload["picture"]), current_storage())


@job(erasing.ERASE)
def erase(payload: Payload) -> None:
    """Carry out an erasure that is due. Killed at any point, it begins again, and changes nothing twice."""
    erasure_id = str(payload["erasure"])
    try:
        with unit_of_work():
            leaving = erasing.begin_erasure(erasure_id)
    except RuleBroken as refusal:
        log.warning("an erasure is refused", erasure=erasure_id, why=str(refusal))
        with unit_of_work():
            erasing.keep_for_the_site(erasure_id)
        return
    erasing.log_erasure(erasure_id)
    marks = cast("list[str]", payload.get("addresses", []))
    others = erasing.known_again(marks) if marks else []
    session.rollback()
    carry_out(erasure_id, [*([leaving] if leaving else []), *others])


def carry_out(erasure_id: str, whom: Iterable[Leaving]) -> None:
    """All steps of an erasure that has begun. Opens its own units of work."""
    for leaving in whom:
        _erase(leaving)
        log.info("somebody was erased", erasure=erasure_id)
    leave_nothing_behind()
    with unit_of_work():
        erasing.mark_done(erasure_id)


def erase_again() -> int:
    """Do again what was erased before an older database was put back. Returns how many erasures that are.

    One that fails keeps no other from being done; it waits as work. Raises `RuleBroken` when the log was written with
    another secret.
    """
    undone = erasing.undone_erasures()
    session.rollback()
    for logged in undone:
        try:
            with unit_of_work():
                payload = erasing.begin_again(logged)
            erase(payload)
        except Exception:
            session.rollback()
            log.exception("an erasure could not be done again", erasure=logged.id)
    return len(undone)


@job("accounts.erase_again", every=timedelta(days=1))
def look_into_log(_payload: Payload) -> None:
    """After a restore, workers begin with what was erased since the backup was made; and nothing stays half done."""
    erase_again()
    with unit_of_work():
        erasing.resume_unfinished()


def _erase(leaving: Leaving) -> None:
    for turn in range(_TRIES):
        for eraser in erasing.erasers():
            eraser(leaving)
        with unit_of_work():
            is_done = erasing.remove_rows(leaving, is_last_try=turn == _TRIES - 1)
        if is_done:
            return
