"""Somebody wants their account erased: it is asked for, may be taken back for a day, and is then carried out.

Carrying it out takes several steps, each of which can be begun again: see `blog.accounts.jobs`. It begins with a commit
from which on it cannot be taken back, and a line in the log outside of the database; only the last step, `remove_rows`,
removes the account, so until then everything that has to be found by it can be.
"""

import uuid
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, time, timedelta
from itertools import chain

import sqlalchemy as sa
from flask_babel import lazy_gettext as _

from blog.accounts import erasure_log
from blog.accounts.actions.admins import refuse_last_admin
from blog.accounts.actions.locks import take_mailboxes
from blog.accounts.actions.people import HANDLE_KEPT
from blog.accounts.actions.profile import FORGET_PICTURE
from blog.accounts.actions.sessions import end_all_sessions
from blog.accounts.erasure_log import FormerMark, LoggedErasure, Marks
from blog.accounts.events import (
    CommentsFateChanged,
    ErasureAsked,
    ErasureImpossible,
    ErasureTakenBack,
    PersonErased,
)
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
from blog.accounts.models.people import FormerHandle, LeftHandle, Person
from blog.accounts.names import look_mac
from blog.accounts.queries import former_addresses_of, former_names_of, times_asked_to_erase
from blog.core import clock
from blog.core.actor import ANONYMOUS, Actor
from blog.core.config import current_settings
from blog.core.db import read_again, session
from blog.core.errors import Conflict, TooMany
from blog.core.events import publish
from blog.core.jobs.queue import enqueue
from blog.core.lookalikes import look
from blog.core.tokens import digest, new_token

CHANGE_OF_MIND = timedelta(hours=24)
MAX_ASKED_A_DAY = 3
_ASKED_WINDOW = timedelta(hours=24)
ERASE = "accounts.erase"


def ask_for_erasure(person: Person, comments: CommentsFate, by: Actor) -> Erasure:
    """Have somebody's account erased in a day, unless it is taken back. They are told by mail, with a link for that.

    Raises `Conflict` when it is asked for already, `TooMany` when it was asked for and taken back too often today (each
    time is a mail), and what `refuse_last_admin` raises.
    """
    read_again(person)
    if erasure_of(person.id) is not None:
        raise Conflict(_("This account is to be erased already."))
    asked = times_asked_to_erase(person.id, clock.now() - _ASKED_WINDOW)
    if by.person_id == person.id and len(asked) >= MAX_ASKED_A_DAY:
        raise TooMany(
            _("This was asked for and taken back three times today. Ask again tomorrow."),
            retry_at=asked[MAX_ASKED_A_DAY - 1] + _ASKED_WINDOW,
        )
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
    enqueue(ERASE, {"erasure": erasure.id}, run_at=erasure.due_at, key=key_of(erasure.id))
    publish(ErasureAsked(erasure, person, token, by))
    return erasure


def choose_for_comments(erasure: Erasure, fate: CommentsFate, by: Actor) -> None:
    """Decide anew what becomes of somebody's comments. Publishes `CommentsFateChanged`, if that is another fate.

    Raises `Conflict` when the erasure has begun otherwise.
    """
    locked = _locked(erasure.id)
    if locked is None or locked.comments == fate:
        return
    if locked.started_at is not None:
        raise Conflict(_("It is too late: the account is being erased."))
    locked.comments = fate
    session.flush()
    publish(CommentsFateChanged(locked, by))


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
    """Take back an erasure that cannot be carried out, whoever asked for it; they are told by mail."""
    erasure = _locked(erasure_id)
    person = session.get(Person, erasure.person_id) if erasure and erasure.person_id else None
    if erasure is not None and person is not None and erasure.started_at is None:
        publish(ErasureImpossible(erasure, person))
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

    Signs the person out everywhere; nobody comes in to the account any more. None when there is no account to erase: it
    was taken back, or is done. Raises `RuleBroken` when the last admin would go.
    """
    person = _person_of(session.get(Erasure, erasure_id))
    erasure = _locked(erasure_id)
    if erasure is None or person is None:
        return None
    if erasure.started_at is None:
        refuse_last_admin(person)
        erasure.started_at = clock.now()
        erasure.keep_digest = None
        end_all_sessions(person)
    return _leaving(person, CommentsFate(erasure.comments))


def log_erasure(erasure_id: str) -> None:
    """Write an erasure that has begun into the log outside of the database, before anything of it is done.

    Once it has begun, and not before: what stands in the log is done again, whatever the database says. Raises
    `OSError`.
    """
    erasure = session.get(Erasure, erasure_id)
    person = session.get(Person, erasure.person_id) if erasure and erasure.person_id else None
    if erasure is not None and person is not None:
        erasure_log.write_to_log(_logged(erasure, person))


def erasers() -> list[Eraser]:
    """What the features have to do first, those above before those below that they look things up in; each once."""
    found = [each.fate.by for each in reversed(holdings()) if isinstance(each.fate, Erased)]
    return list(dict.fromkeys(found))


def _seen_again() -> list[Callable[[Leaving], None]]:
    """What the features have to look for once more within the last step, in the order of `erasers`."""
    fates = [each.fate for each in reversed(holdings()) if isinstance(each.fate, Erased)]
    return list(dict.fromkeys(fate.again for fate in fates if fate.again is not None))


def remove_rows(leaving: Leaving, *, is_last_try: bool) -> bool:
    """Remove or empty all rows that are somebody's, their account among them: the last step.

    Returns whether it is done. Not when there is something for the erasers again, from a request that was under way
    when they began; unless it `is_last_try`: some of what is theirs may have to stay.
    """
    person = session.get(Person, leaving.id, with_for_update=True, populate_existing=True)
    if person is None and leaving.id != NOBODY:
        return True
    take_mailboxes((leaving.email_key, *leaving.wanted, *(each.email_key for each in leaving.former)))
    # Nothing new comes to hang on the account from here on.
    if not is_last_try and _is_something_left(leaving):
        return False
    for see_again in _seen_again():
        see_again(leaving)
    picture = person.picture if person else None
    if person is not None:
        _keep_handles_apart(person)
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
    return True


def is_done(erasure_id: str) -> bool:
    """Whether there is nothing more to do for an erasure: its work may come twice."""
    erasure = session.get(Erasure, erasure_id)
    return erasure is not None and erasure.done_at is not None


def mark_done(erasure_id: str) -> None:
    """There is nothing more to do for an erasure."""
    erasure = _locked(erasure_id)
    if erasure is not None and erasure.done_at is None:
        erasure.done_at = clock.now()


def key_of(erasure_id: str) -> str:
    """The key of the work of one erasure: however often it is asked for, it waits once."""
    return f"{ERASE}:{erasure_id}"


def _person_of(erasure: Erasure | None) -> Person | None:
    """Whose account is still to be erased by it; None when there is nothing to do."""
    if erasure is None or erasure.done_at is not None or erasure.person_id is None:
        return None
    return session.get(Person, erasure.person_id, with_for_update=True)


def _is_something_left(leaving: Leaving) -> bool:
    """Whether there are rows again for an eraser, of those that are not seen to within the last step itself."""
    to_erase = (each for each in holdings() if isinstance(each.fate, Erased) and each.fate.again is None)
    return any(
        session.execute(
            sa.select(sa.literal(1)).select_from(each.columns).where(each.of(leaving)).limit(1)
        ).first()
        for each in to_erase
    )


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
        since=person.email_since,
        former=former_addresses_of(person.id),
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
        key=erasure_log.key_mark(),
        person=person.id,
        mark=erasure_log.mark_of(person.id, person.created_at),
        comments=CommentsFate(erasure.comments),
        marks=Marks(
            (erasure_log.address_mark(person.email_key),),
            tuple(
                FormerMark(erasure_log.address_mark(each.email_key), each.until, each.since)
                for each in former_addresses_of(person.id)
            ),
            person.email_since,
        ),
    )


def _keep_handles_apart(person: Person) -> None:
    """For as long as a handle that is given up is kept, nobody else gets one that looks like theirs.

    With the day only: the instant would lead to the erasure, and that to the number of its person.
    """
    now, secret_key = clock.now(), current_settings().secret_key
    former = session.execute(
        sa.select(FormerHandle.handle, FormerHandle.left_at).where(
            FormerHandle.person_id == person.id, FormerHandle.left_at > now - HANDLE_KEPT
        )
    )
    left = {look_mac(secret_key, look(handle)): left_at for handle, left_at in former}
    left[look_mac(secret_key, look(person.handle))] = now
    for mac, left_at in left.items():
        session.merge(LeftHandle(look_mac=mac, left_at=_day_of(left_at)))
    session.flush()


def _day_of(at: datetime) -> datetime:
    return datetime.combine(at.astimezone(UTC).date(), time(), UTC)


def _children_first() -> Iterator[Holding]:
    """Holdings in an order in which no row goes before those that point to it."""
    by_table = {each.table: each for each in holdings()}
    tables = Person.metadata.sorted_tables
    return (by_table[table.name] for table in reversed(tables) if table.name in by_table)


def _locked(erasure_id: str) -> Erasure | None:
    return session.get(Erasure, erasure_id, with_for_update=True, populate_existing=True)
