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
    except RuleBroken:
        _keep_last_admin(erasure_id)
        return
    marks = cast("list[str]", payload.get("addresses", []))
    others = erasing.known_again(marks) if marks else []
    session.rollback()
    carry_out(erasure_id, [*([leaving] if leaving else []), *others])


def carry_out(erasure_id: str, whom: Iterable[Leaving]) -> None:
    """All steps of an erasure that has begun. Opens its own units of work."""
    for leaving in whom:
        for eraser in erasing.erasers():
            eraser(leaving)
        with unit_of_work():
            erasing.remove_rows(leaving)
        log.info("somebody was erased", erasure=erasure_id)
    leave_nothing_behind()
    with unit_of_work():
        erasing.mark_done(erasure_id)


def erase_again() -> int:
    """Do again what was erased before an older database was put back. Returns how many erasures that are."""
    undone = erasing.undone_erasures()
    session.rollback()
    for logged in undone:
        with unit_of_work():
            payload = erasing.begin_again(logged)
        # It waits as work as well, for the case that this is where somebody pulls the plug.
        erase(payload)
    return len(undone)


@job("accounts.erase_again", every=timedelta(days=1))
def look_into_log(_payload: Payload) -> None:
    """After a restore, the workers begin with what was erased since the backup was made."""
    erase_again()


def _keep_last_admin(erasure_id: str) -> None:
    """Since they asked, all other admins have left: nobody would be able to look after the site any more."""
    log.warning("the last admin is not erased", erasure=erasure_id)
    with unit_of_work():
        erasing.keep_for_the_site(erasure_id)
