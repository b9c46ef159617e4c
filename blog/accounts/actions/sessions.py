"""Browsers are signed in, stay so while they are used, and are signed out."""

from datetime import datetime

import sqlalchemy as sa

from blog.accounts.actions.locks import clear_away, take_mailbox
from blog.accounts.events import Confirmed, SignedIn, SignedOutFromAfar
from blog.accounts.models.codes import MailedCode
from blog.accounts.models.people import Person
from blog.accounts.models.sign_in import BrowserSession
from blog.accounts.values import NEVER_PROVED, READER_LIMITS, STAFF_LIMITS, HeldSession, SignInMethod
from blog.core import clock
from blog.core.db import read_again, session
from blog.core.errors import SignInNeeded
from blog.core.events import publish
from blog.core.tokens import digest, new_token

_MAX_USER_AGENT = 200


def start_session(person: Person, user_agent: str, method: SignInMethod, *, is_proof: bool = True) -> str:
    """Open a session for one browser and return its token. Sessions that ran out are cleared away.

    `is_proof`: they have shown just now, in this browser, who they are.
    """
    token = _open(person, user_agent, method, is_proof=is_proof)
    publish(SignedIn(person, method))
    return token


def renew_session(person: Person, session_id: int, user_agent: str, shown: SignInMethod) -> str:
    """Begin a session anew in which somebody has shown once more who they are, and return its new token.

    Its number stays: what is under way in another tab goes on. They have `shown` something that need not be a way to
    come in. The caller has made sure that it has not ended.
    """
    now, token = clock.now(), new_token()
    session.execute(
        sa.update(BrowserSession)
        .where(BrowserSession.id == session_id)
        .values(
            token_digest=digest(token),
            user_agent=user_agent[:_MAX_USER_AGENT],
            proved_at=now,
            created_at=now,
            seen_at=now,
            expires_at=_session_end(now, now, is_staff=person.actor.is_staff),
        )
    )
    publish(Confirmed(person, shown))
    return token


def _open(person: Person, user_agent: str, method: SignInMethod, *, is_proof: bool) -> str:
    now = clock.now()
    clear_away(BrowserSession, BrowserSession.expires_at <= now)
    token = new_token()
    started = BrowserSession(
        person_id=person.id,
        token_digest=digest(token),
        user_agent=user_agent[:_MAX_USER_AGENT],
        method=method,
        proved_at=now if is_proof else NEVER_PROVED,
        created_at=now,
        seen_at=now,
        expires_at=_session_end(now, now, is_staff=person.actor.is_staff),
    )
    session.add(started)
    session.flush()
    return token


def keep_session_alive(session_id: int, *, is_staff: bool) -> None:
    """Note that a session is in use, which moves its end; one that has been ended meanwhile stays ended."""
    used, now = session.get(BrowserSession, session_id), clock.now()
    if used is not None:
        end = _session_end(used.created_at, now, is_staff=is_staff)
        # Not by the row that was read: it may be gone by now, and that is no fault.
        session.execute(
            sa.update(BrowserSession)
            .where(BrowserSession.id == session_id)
            .values(seen_at=now, expires_at=end)
        )


def sign_out(session_id: int) -> None:
    """End the session of one browser."""
    session.execute(sa.delete(BrowserSession).where(BrowserSession.id == session_id))


def refuse_ended(session_id: int) -> None:
    """Raise `SignInNeeded` where this session has been ended since the request began.

    For whom has just shown once more who they are, perhaps in another tab, too, which gave the session another token.
    The caller has locked them: whoever ends their sessions waits, or is done.
    """
    if session.scalar(sa.select(BrowserSession.id).where(BrowserSession.id == session_id)) is None:
        raise SignInNeeded


def refuse_given_up(held: HeldSession) -> None:
    """Raise `SignInNeeded` where this session has been ended, or given another token, since the request began.

    For acts on what somebody signs in with: a request that was held back for minutes has shown nothing since then.
    """
    here = sa.select(BrowserSession.token_digest).where(BrowserSession.id == held.id)
    if session.scalar(here) != digest(held.token):
        raise SignInNeeded


def end_session(ended: BrowserSession) -> None:
    """Sign one browser out from afar."""
    event = SignedOutFromAfar(ended.person_id, ended.id)
    session.delete(ended)
    publish(event)


def sign_out_everywhere(person: Person) -> None:
    """Sign a person out in all browsers because somebody asked for it: they themself, or an admin."""
    read_again(person)
    end_all_sessions(person)
    publish(SignedOutFromAfar(person.id, None))


def end_all_sessions(person: Person, *, except_session: HeldSession | None = None) -> None:
    """Sign a person out everywhere, except in this session. The caller has locked them.

    Raises `SignInNeeded` where that one is no longer theirs as it was: then nothing of the act may stay.
    """
    if except_session is not None:
        refuse_given_up(except_session)
    ended = sa.delete(BrowserSession).where(BrowserSession.person_id == person.id)
    if except_session is not None:
        ended = ended.where(BrowserSession.id != except_session.id)
    session.execute(ended)
    end_codes_of(person.email_key)


def end_codes_of(key: str) -> None:
    """No code that was mailed to this address before lets anybody in any more; what waits for them still does."""
    take_mailbox(key)
    session.execute(
        sa.update(MailedCode)
        .where(MailedCode.email_key == key, MailedCode.expires_at > clock.now())
        .values(expires_at=clock.now())
        .execution_options(synchronize_session="fetch")
    )


def _session_end(created_at: datetime, seen_at: datetime, *, is_staff: bool) -> datetime:
    idle, absolute = STAFF_LIMITS if is_staff else READER_LIMITS
    return min(seen_at + idle, created_at + absolute)
