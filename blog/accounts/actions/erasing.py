"""Somebody wants their account erased: it is asked for, may be taken back for a day, and is then carried out.

Carrying it out takes several steps, each of which can be begun again: see `blog.accounts.jobs`. Only the last one,
`remove_rows`, removes the account, so until then everything that has to be found by it can be.
"""

import uuid
from collections.abc import Iterable, Iterator
from datetime import timedelta
from itertools import chain

import sqlalchemy as sa
from flask_babel import lazy_gettext as _

from blog.accounts import erasure_log
from blog.accounts.actions.profile import FORGET_PICTURE
from blog.accounts.actions.roles import refuse_last_admin
from blog.accounts.actions.sessions import end_all_sessions
from blog.accounts.erasure_log import LoggedErasure
from blog.accounts.events import ErasureAsked, ErasureTakenBack, PersonErased
from blog.accounts.holdings import (
    NOBODY,
    CommentsFate,
    Emptied,
    Erased,
    Eraser,
    Goes,
    Holding,
    Leaving,
    WornName,
    holdings,
)
from blog.accounts.models.codes import MailedCode
from blog.accounts.models.erasures import Erasure
from blog.accounts.models.people import FormerHandle, Person
from blog.accounts.queries import former_names_of
from blog.accounts.values import email_key
from blog.core import clock
from blog.core.actor import ANONYMOUS, Actor
from blog.core.db import read_again, session
from blog.core.errors import Conflict
from blog.core.events import publish
from blog.core.jobs.queue import enqueue
from blog.core.tokens import digest, new_token

CHANGE_OF_MIND = timedelta(hours=24)
ERASE = "accounts.erase"


def ask_for_erasure(person: Person, comments: CommentsFate, by: Actor) -> Erasure:
    """Have somebody's account erased in a day, unless it is taken back. They are told by mail, with a link for that.

    Raises `Conflict` when it is asked for already, and what `refuse_last_admin` raises.
    """
    _lock(person)
    if erasure_of(person.id) is not None:
        raise Conflict(_("This account is to be erased already."))
    refuse_last_admin(person)
    now, token = clock.now(), new_token()
    erasure = Erasure(
        id=uuid.uuid4().hex,
        person_id=person.id,
        comments=comments,
        asked_by_id=by.person_id,
        asked_at=now,
        due_at=now + CHANGE_OF_MIND,
        keep_digest=digest(token),
    )
    session.add(erasure)
    session.flush()
    enqueue(ERASE, {"erasure": erasure.id}, run_at=erasure.due_at, key=f"{ERASE}:{erasure.id}")
    publish(ErasureAsked(erasure, person, token, by))
    return erasure


def take_erasure_back(erasure: Erasure, by: Actor) -> None:
    """Keep the account after all. Raises `Conflict` when the erasure has begun."""
    locked = _locked(erasure.id)
    if locked is None:
        return
    if locked.started_at is not None:
        raise Conflict(_("It is too late: the account is being erased."))
    publish(ErasureTakenBack(locked, by))
    session.delete(locked)
    session.flush()


def keep_for_the_site(erasure_id: str) -> None:
    """Take back an erasure that cannot be carried out, whoever asked for it."""
    erasure = _locked(erasure_id)
    if erasure is not None:
        take_erasure_back(erasure, ANONYMOUS)


def erasure_of(person_id: int) -> Erasure | None:
    """What somebody has asked for, or an admin for them; None when nothing is to be erased."""
    return session.scalar(sa.select(Erasure).where(Erasure.person_id == person_id))


def erasure_by_token(token: str) -> Erasure | None:
    """The erasure that the link in the mail takes back; None when it was, or has begun."""
    return session.scalar(
        sa.select(Erasure).where(Erasure.keep_digest == digest(token), Erasure.started_at.is_(None))
    )


def begin_erasure(erasure_id: str) -> Leaving | None:
    """Start to carry out an erasure that is due, or go on with one: from here on it cannot be taken back.

    Signs the person out everywhere, and writes the erasure into the log outside of the database. None when there is
    no account to erase: it was taken back, or is done. Raises `RuleBroken` when the last admin would go.
    """
    erasure = _locked(erasure_id)
    if erasure is None or erasure.done_at is not None or erasure.person_id is None:
        return None
    person = session.get(Person, erasure.person_id, with_for_update=True)
    if person is None:
        return None
    leaving = _leaving(person, CommentsFate(erasure.comments))
    if erasure.started_at is None:
        refuse_last_admin(person)
        erasure.started_at = clock.now()
        erasure.keep_digest = None
        end_all_sessions(person)
        erasure_log.write_to_log(_logged(erasure, person))
    return leaving


def erasers() -> list[Eraser]:
    """What the features have to do first, those above before those below that they look things up in; each once."""
    found = [each.fate.by for each in reversed(holdings()) if isinstance(each.fate, Erased)]
    return list(dict.fromkeys(found))


def remove_rows(leaving: Leaving) -> None:
    """Remove or empty all rows that are somebody's, their account among them: the last step."""
    picture = session.scalar(sa.select(Person.picture).where(Person.id == leaving.id))
    for holding in _children_first():
        fate, table = holding.fate, holding.columns
        if isinstance(fate, Goes):
            session.execute(sa.delete(table).where((fate.which or holding.of)(leaving)))
        elif isinstance(fate, Emptied):
            session.execute(
                sa.update(table).where((fate.which or holding.of)(leaving)).values(dict(fate.values()))
            )
    # What was loaded before says what is no longer so.
    session.expire_all()
    if picture is not None:
        enqueue(FORGET_PICTURE, {"picture": picture})
    publish(PersonErased(leaving.id if leaving.id != NOBODY else None))


def begin_erasure_of_address(address: str) -> tuple[str, Leaving]:
    """Start to erase what we hold of an address without an account, at once: the operator knows who asks.

    Returns what the erasure is called, and who goes.
    """
    now, key = clock.now(), email_key(address)
    erasure = Erasure(
        id=uuid.uuid4().hex, comments=CommentsFate.KEEP, asked_at=now, due_at=now, started_at=now
    )
    session.add(erasure)
    session.flush()
    marks = (erasure_log.address_mark(key),)
    erasure_log.write_to_log(LoggedErasure(erasure.id, now.isoformat(), None, None, marks, CommentsFate.KEEP))
    return erasure.id, _address_leaving(address)


def undone_erasures() -> list[LoggedErasure]:
    """Erasures that have begun once and are not known here: this database is older than they are."""
    known = set(session.scalars(sa.select(Erasure.id).where(Erasure.started_at.is_not(None))))
    return [each for each in erasure_log.logged_erasures() if each.id not in known]


def begin_again(logged: LoggedErasure) -> dict[str, object]:
    """Start to carry out an erasure of the log in this database, which does not know it. Nobody is asked again.

    Returns what the work of carrying it out needs to know.
    """
    now = clock.now()
    person = session.get(Person, logged.person) if logged.person is not None else None
    is_them = person is not None and erasure_log.mark_of(person.id, person.created_at) == logged.mark
    erasure = session.get(Erasure, logged.id) or Erasure(id=logged.id, asked_at=now, due_at=now)
    erasure.person_id = person.id if person is not None and is_them else None
    erasure.comments, erasure.started_at, erasure.keep_digest = logged.comments, now, None
    session.add(erasure)
    session.flush()
    if person is not None and is_them:
        end_all_sessions(person)
    payload: dict[str, object] = {"erasure": erasure.id, "addresses": list(logged.addresses)}
    enqueue(ERASE, payload)
    return payload


def known_again(marks: Iterable[str]) -> list[Leaving]:
    """Addresses that digests of the log stand for, among all that this database knows."""
    columns = [each.columns.columns[each.address] for each in holdings() if each.address]
    written = {
        email_key(address)
        for column in columns
        for address in session.scalars(sa.select(column).where(column.is_not(None)).distinct())
    }
    return [_address_leaving(address) for address in erasure_log.matching(sorted(written - {""}), marks)]


def mark_done(erasure_id: str) -> None:
    """There is nothing more to do for an erasure."""
    erasure = _locked(erasure_id)
    if erasure is not None and erasure.done_at is None:
        erasure.done_at = clock.now()


def _address_leaving(address: str) -> Leaving:
    return Leaving(NOBODY, address, email_key(address))


def _leaving(person: Person, comments: CommentsFate) -> Leaving:
    former_handles = session.scalars(
        sa.select(FormerHandle.handle)
        .where(FormerHandle.person_id == person.id)
        .order_by(FormerHandle.id.desc())
    )
    wanted = session.scalars(
        sa.select(MailedCode.email_key)
        .where(MailedCode.person_id == person.id, MailedCode.email_key != person.email_key)
        .distinct()
    )
    return Leaving(
        person.id,
        person.email,
        person.email_key,
        tuple(wanted),
        _worn_by(person),
        tuple(dict.fromkeys(chain([person.handle], former_handles))),
        comments,
    )


def _worn_by(person: Person) -> tuple[WornName, ...]:
    """What somebody was called, the present name first: each from when they gave up the one before."""
    former = former_names_of(person.id)
    began = [*(each.until for each in former), None]
    return (
        WornName(person.name, began[0]),
        *(WornName(each.name, since, each.until) for each, since in zip(former, began[1:], strict=True)),
    )


def _logged(erasure: Erasure, person: Person) -> LoggedErasure:
    return LoggedErasure(
        id=erasure.id,
        at=clock.now().isoformat(),
        person=person.id,
        mark=erasure_log.mark_of(person.id, person.created_at),
        addresses=(erasure_log.address_mark(person.email_key),),
        comments=CommentsFate(erasure.comments),
    )


def _children_first() -> Iterator[Holding]:
    """Holdings in an order in which no row goes before those that point to it."""
    by_table = {each.table: each for each in holdings()}
    tables = Person.metadata.sorted_tables
    return (by_table[table.name] for table in reversed(tables) if table.name in by_table)


def _lock(person: Person) -> None:
    read_again(person)


def _locked(erasure_id: str) -> Erasure | None:
    return session.get(Erasure, erasure_id, with_for_update=True, populate_existing=True)
