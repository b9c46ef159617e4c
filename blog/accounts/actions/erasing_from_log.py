"""What the log of erasures knows: of whom there is no account here, and what is done again after a restore.

Whoever was erased is known again by digests: an account by its number, an address among all that this database knows.
"""

import uuid
from collections.abc import Collection, Mapping
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from flask_babel import lazy_gettext as _

from blog.accounts import erasure_log, queries
from blog.accounts.actions.erasing import ERASE, key_of
from blog.accounts.actions.sessions import end_all_sessions
from blog.accounts.erasure_log import LoggedErasure, Marks
from blog.accounts.holdings import NOBODY, CommentsFate, Leaving, PastAddress, holdings
from blog.accounts.models.erasures import Erasure
from blog.accounts.models.people import Person
from blog.accounts.values import checked_email, email_key
from blog.core import clock
from blog.core.db import session
from blog.core.errors import NotFound
from blog.core.jobs.queue import enqueue


def begin_erasure_of_address(address: str) -> tuple[str, Leaving]:
    """Start to erase what we hold of an address without an account, at once: the operator knows who asks.

    Returns what the erasure is called, and who goes. Raises `InvalidInput` for what is no address, and `NotFound` for
    one of which there is nothing.
    """
    key = email_key(checked_email(address))
    if key not in known_addresses():
        raise NotFound(_("There is nothing here from the address %(email)s, or to it.", email=address))
    now = clock.now()
    erasure = Erasure(
        id=uuid.uuid4().hex, comments=CommentsFate.KEEP, asked_at=now, due_at=now, started_at=now
    )
    session.add(erasure)
    session.flush()
    # What came before then is of somebody who is here, under another address.
    since = queries.left_at(key)
    marks = Marks((erasure_log.address_mark(key),), since=since)
    erasure_log.write_to_log(
        LoggedErasure(
            erasure.id, now.isoformat(), erasure_log.key_mark(), None, None, CommentsFate.KEEP, marks
        )
    )
    return erasure.id, _address_leaving(address, since)


def undone_erasures() -> list[LoggedErasure]:
    """Erasures that have begun once and are not known here: this database is older than they are.

    Raises `RuleBroken` when nobody in the log can be known again, for it was written with another secret.
    """
    known = set(session.scalars(sa.select(Erasure.id).where(Erasure.started_at.is_not(None))))
    undone = [each for each in erasure_log.logged_erasures() if each.id not in known]
    erasure_log.refuse_other_key(undone)
    return undone


def begin_again(logged: LoggedErasure) -> None:
    """Start to carry out an erasure of the log in this database, which does not know it. Nobody is asked again.

    Nor is it refused for the last admin: they have gone once, and whoever puts a backup back can make another one.
    """
    now = clock.now()
    person = session.get(Person, logged.person, with_for_update=True) if logged.person is not None else None
    is_them = person is not None and erasure_log.mark_of(person.id, person.created_at) == logged.mark
    if person is not None and is_them:
        # The backup may know of another time when they asked, and took it back.
        session.execute(sa.delete(Erasure).where(Erasure.person_id == person.id, Erasure.id != logged.id))
        end_all_sessions(person)
    erasure = session.get(Erasure, logged.id) or Erasure(id=logged.id, asked_at=now, due_at=now)
    erasure.person_id = person.id if person is not None and is_them else None
    erasure.comments, erasure.started_at, erasure.keep_digest = logged.comments, now, None
    session.add(erasure)
    session.flush()
    enqueue(ERASE, _payload(erasure.id, logged), key=key_of(erasure.id))


def resume_unfinished() -> None:
    """Have every erasure that has begun and is not done waiting to be carried out, also one that was given up."""
    unfinished = sa.select(Erasure.id).where(Erasure.started_at.is_not(None), Erasure.done_at.is_(None))
    # Of an address without an account the log alone knows which one it was.
    logged = {each.id: each for each in erasure_log.logged_erasures()}
    for erasure_id in session.scalars(unfinished).all():
        enqueue(ERASE, _payload(erasure_id, logged.get(erasure_id)), key=key_of(erasure_id))


def known_addresses() -> frozenset[str]:
    """The comparable form of every address that stands anywhere in this database."""
    columns = [each.columns.columns[each.address] for each in holdings() if each.address]
    written = (
        session.scalars(sa.select(column).where(column.is_not(None), column != "").distinct())
        for column in columns
    )
    return frozenset(email_key(address) for addresses in written for address in addresses)


def known_by_mark(marks: Collection[str]) -> dict[str, str]:
    """Which addresses these digests of the log stand for, by digest, among all that this database knows.

    It makes a digest of every one of them: one time for as many erasures as there are to be done again.
    """
    return erasure_log.by_mark(known_addresses(), marks) if marks else {}


def known_again(marks: Marks, known: Mapping[str, str]) -> list[Leaving]:
    """Who goes with an erasure of the log beside its account: its addresses, and for their time those from before.

    Not what people have an account with: if it was theirs that was to be erased, it is known by its number. `known` is
    what `known_by_mark` found.
    """
    found = {mark: known[mark] for mark in marks.all() if mark in known}
    of_people = sa.select(Person.email_key).where(Person.email_key.in_(found.values()))
    taken = set(session.scalars(of_people))
    free = {mark: address for mark, address in found.items() if address not in taken}
    former = tuple(
        PastAddress(free[each.mark], free[each.mark], each.until, each.since)
        for each in marks.former
        if each.mark in free
    )
    whole = [_address_leaving(free[mark], marks.since) for mark in marks.addresses if mark in free]
    return [*whole, *([Leaving(NOBODY, "", "", former=former)] if former else [])]


def _payload(erasure_id: str, logged: LoggedErasure | None) -> dict[str, Any]:
    """What the work of an erasure knows that is done again."""
    return {"erasure": erasure_id} | (logged.marks.as_data() if logged else {})


def _address_leaving(address: str, since: datetime | None = None) -> Leaving:
    return Leaving(NOBODY, address, email_key(address), since=since)
