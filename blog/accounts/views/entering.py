"""Somebody has shown who they are, once or twice, and comes in: the same for every way of showing it."""

import hmac
from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from flask import flash, redirect, url_for
from flask import session as cookie
from flask_babel import lazy_gettext as _
from werkzeug.wrappers import Response

from blog.accounts.actions.codes import note_done
from blog.accounts.actions.passwords import proof_mark
from blog.accounts.actions.sessions import refuse_ended, renew_session, sign_out, start_session
from blog.accounts.actions.signing_in import note_held_back
from blog.accounts.models.codes import MailedCode
from blog.accounts.models.people import Person
from blog.accounts.queries import code_by_ask, is_being_erased, links_of, needs_second_step, person_by_id
from blog.accounts.sessions import present
from blog.accounts.values import SignInMethod, path_here
from blog.accounts.views.blueprint import user_agent
from blog.accounts.waiting import act_named
from blog.core import clock
from blog.core.db import read_again, session, unit_of_work
from blog.core.errors import DomainError, Forbidden, TooMany
from blog.core.i18n import in_same_language
from blog.core.routing import current_actor

# Between the first and the second thing that somebody shows. Held by the signed cookie of this browser: nothing of it
# is a secret, and nobody can make one up.
_FIRST_STEP = "first_step"
# These begin something new, whoever is signed in there.
_NEW_BEGINNINGS = {SignInMethod.INVITATION, SignInMethod.SETUP_LINK}
FIRST_STEP_LIFE = timedelta(minutes=10)


@dataclass(frozen=True, slots=True)
class FirstStep:
    """Somebody has shown one thing in this browser, and is not in yet."""

    person: Person
    mark: str
    method: SignInMethod
    goal: str
    asked: MailedCode | None
    link_id: int | None


def enter(person: Person, method: SignInMethod) -> str | None:
    """The token of a new session, within the unit of work of the caller.

    None when this person has to show something else beside what they have shown.
    """
    _lock(person)
    if needs_second_step(person):
        return None
    # A provider lets in who was signed in there already: nobody has shown anything in front of this browser.
    return begin_session(person, method, is_proof=method != SignInMethod.PROVIDER)


def begin_session(person: Person, method: SignInMethod, *, is_proof: bool = True) -> str:
    """The token of a new session for whom has shown enough, within the unit of work of the caller.

    The session before it in this browser ends. Somebody who is signed in here already has not come in by this, and has
    shown once more who they are. `is_proof`: what they have shown, they have shown just now. Raises `SignInNeeded` for
    whom has been signed out here since the request began.
    """
    _lock(person)
    here = present()
    if here is not None:
        # What gives somebody a role has ended their sessions just now.
        if method not in _NEW_BEGINNINGS:
            refuse_ended(here.session_id)
        if here.actor.person_id == person.id and is_proof and method not in _NEW_BEGINNINGS:
            return renew_session(person, here.session_id, user_agent(), method)
        sign_out(here.session_id)
    return start_session(person, user_agent(), method, is_proof=is_proof)


def to_second_step(
    person: Person,
    method: SignInMethod,
    goal: str,
    asked: MailedCode | None = None,
    link_id: int | None = None,
) -> Response:
    """On to the page that asks for the second thing; this browser is remembered for having shown the first.

    `link_id` is the link to a provider by which somebody came, if they did.
    """
    cookie[_FIRST_STEP] = {
        "person": person.id,
        # After a change of password or address this is worth nothing any more, nor is it without the link.
        "mark": proof_mark(person),
        "link": link_id,
        "method": method.value,
        "goal": goal,
        "asked": asked.ask_digest if asked else None,
        "at": clock.now().timestamp(),
    }
    return redirect(in_same_language(url_for("accounts.second_step")), 303)


def forget_first_step() -> None:
    """Somebody begins again: what was shown here before counts no more."""
    if _FIRST_STEP in cookie:
        del cookie[_FIRST_STEP]


def first_step() -> FirstStep | None:
    """What was shown in this browser within the last ten minutes; None when nothing, or nothing that still counts."""
    kept = cookie.get(_FIRST_STEP)
    if kept is None:
        return None
    shown_at = datetime.fromtimestamp(kept["at"], UTC)
    person = person_by_id(kept["person"])
    if person is None or clock.now() >= shown_at + FIRST_STEP_LIFE:
        return None
    asked = code_by_ask(kept["asked"]) if kept["asked"] is not None else None
    goal, method, link_id = path_here(kept["goal"]), SignInMethod(kept["method"]), kept.get("link")
    shown = FirstStep(person, kept["mark"], method, goal, asked, link_id)
    return shown if _counts(shown) else None


def still_holds(shown: FirstStep) -> bool:
    """Whether what was shown first still counts, within the unit of work that lets somebody in for it."""
    _lock(shown.person)
    return _counts(shown)


@contextmanager
def writing_limits_down(email: str) -> Generator[None]:
    """Around a unit of work in which somebody shows that the account with this address is theirs.

    When they are told to come back later, nothing of that unit stays; so what they were told is written down after it.
    """
    try:
        yield
    except TooMany:
        with unit_of_work():
            note_held_back(email)
        raise


def go_on(goal: str, asked: MailedCode | None) -> Response:
    """Do what has waited for a code, if anything has, and go where it leads; it is done once."""
    if asked is None or asked.act is None or asked.act_done_at is not None:
        return redirect(in_same_language(goal), 303)
    act = act_named(asked.act)
    data = asked.act_data or {}
    try:
        with unit_of_work():
            done = act.carry_out(current_actor(), data)
            note_done(asked)
    except DomainError as error:
        session.rollback()
        return act.give_back(data, error)
    flash(done.words, "good")
    return redirect(in_same_language(done.address), 303)


def _counts(shown: FirstStep) -> bool:
    """Whether somebody could still show the same: their password or mailbox, and what they are linked to elsewhere."""
    if not hmac.compare_digest(shown.mark, proof_mark(shown.person)):
        return False
    return shown.link_id is None or any(each.id == shown.link_id for each in links_of(shown.person.id))


def _lock(person: Person) -> None:
    """Whoever signs somebody out everywhere at this moment comes before or after, and misses nothing.

    Raises `Forbidden` for whom is being erased: nothing more may come to be theirs.
    """
    # Reading anew forgets what has been changed and not been sent yet.
    session.flush()
    read_again(person)
    if is_being_erased(person.id):
        raise Forbidden(_("This account is being erased, so nobody can sign in to it any more."))
