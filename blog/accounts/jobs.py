"""Work of accounts: throwing away what nobody needs, and erasing whom nobody is to find any more."""

from collections.abc import Callable, Iterable, Mapping
from datetime import timedelta

import structlog

from blog.accounts.actions import erasing, profile
from blog.accounts.actions import erasing_from_log as from_log
from blog.accounts.erasure_log import Marks
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
    marks = Marks.of(payload)
    _erase(str(payload["erasure"]), marks, lambda: from_log.known_by_mark(marks.all()))


def _erase(erasure_id: str, marks: Marks, known: Callable[[], Mapping[str, str]]) -> None:
    try:
        with unit_of_work():
            leaving = erasing.begin_erasure(erasure_id)
    except RuleBroken as refusal:
        log.warning("an erasure is refused", erasure=erasure_id, why=str(refusal))
        with unit_of_work():
            erasing.keep_for_the_site(erasure_id)
        return
    if erasing.is_done(erasure_id):
        session.rollback()
        return
    erasing.log_erasure(erasure_id)
    others = from_log.known_again(marks, known())
    session.rollback()
    carry_out(erasure_id, [*([leaving] if leaving else []), *others])


def carry_out(erasure_id: str, whom: Iterable[Leaving]) -> None:
    """All steps of an erasure that has begun. Opens its own units of work."""
    for leaving in whom:
        _erase_whom(leaving)
        log.info("somebody was erased", erasure=erasure_id)
    leave_nothing_behind()
    with unit_of_work():
        erasing.mark_done(erasure_id)


def erase_again() -> int:
    """Do again what was erased before an older database was put back. Returns how many erasures that are.

    One that fails keeps no other from being done; it waits as work. Raises `RuleBroken` when the log was written with
    another secret.
    """
    undone = from_log.undone_erasures()
    # Once for all of them: there may be a thousand, and a hundred thousand addresses.
    known = from_log.known_by_mark({mark for logged in undone for mark in logged.marks.all()})
    session.rollback()
    for logged in undone:
        try:
            with unit_of_work():
                from_log.begin_again(logged)
            _erase(logged.id, logged.marks, lambda: known)
        except Exception:
            session.rollback()
            log.exception("an erasure could not be done again", erasure=logged.id)
    return len(undone)


@job("accounts.erase_again", every=timedelta(days=1))
def look_into_log(_payload: Payload) -> None:
    """After a restore, workers begin with what was erased since the backup was made; and nothing stays half done."""
    erase_again()
    with unit_of_work():
        from_log.resume_unfinished()


def _erase_whom(leaving: Leaving) -> None:
    for turn in range(_TRIES):
        for eraser in erasing.erasers():
            eraser(leaving)
        with unit_of_work():
            is_done = erasing.remove_rows(leaving, is_last_try=turn == _TRIES - 1)
        if is_done:
            return
