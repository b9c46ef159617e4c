"""Which person a browser belongs to. The cookie carries a random token; `BrowserSession` holds its digest.

A visitor without a cookie is never asked for one: nothing here touches Flask's session for them, so that
anonymous pages set no cookie and any cache may keep them. Every request looks the token up, so a session
that is ended is over with the next request, on every worker.
"""

import ipaddress
import re
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import cast

import structlog
from flask import Flask, Response, current_app, g, request
from flask import session as cookie
from flask_login import LoginManager, UserMixin, current_user, login_user
from sqlalchemy.exc import OperationalError

from blog.accounts import known_browsers
from blog.accounts.actions.passwords import proof_mark
from blog.accounts.actions.sessions import keep_session_alive, refuse_given_up
from blog.accounts.models.people import Person
from blog.accounts.policy import awake, second_factor_due
from blog.accounts.queries import account_at, browser_session_by_digest, code_app_of, person_by_id
from blog.accounts.values import NEVER_PROVED, READER_LIMITS, HeldSession, SignInMethod
from blog.core import clock
from blog.core.actor import ANONYMOUS, Actor
from blog.core.config import current_settings
from blog.core.db import read_again, session, unit_of_work
from blog.core.errors import SignInNeeded
from blog.core.i18n import PersonLocale
from blog.core.routing import forget_actor
from blog.core.tokens import digest

# How exactly "last used" is known. Shorter would write to the database at every click.
SEEN_EVERY = timedelta(minutes=5)
# Only pages where somebody shows who they are are told which browser it is: for all others it is like any other.
_KNOWN_PATH = "/account"
# `192.0.2.1:5678` and `[2001:db8::1]:5678`.
_WITH_PORT = re.compile(r"\A(?:(\d+\.\d+\.\d+\.\d+)|\[([0-9A-Fa-f:.]+)\])(?::\d+)?\Z")
log = structlog.get_logger(__name__)


@dataclass(frozen=True)
class SignedIn(UserMixin):
    """What one request needs to know of its session and person: plain values, no rows that could go stale."""

    token: str
    session_id: int
    seen_at: datetime
    # How they came in with this browser, and when they last showed here who they are.
    method: SignInMethod
    proved_at: datetime
    actor: Actor
    locale: PersonLocale
    # Whether they work here, with roles that rest or not; and when those begin to rest if nothing is done.
    is_staff: bool
    factor_due: datetime | None

    def get_id(self) -> str:
        """What Flask-Login keeps in the cookie: the token, never the person's id."""
        return self.token


def init_app(app: Flask) -> None:
    """Let `app` know its visitors."""
    app.config["PERMANENT_SESSION_LIFETIME"] = READER_LIMITS[1]
    app.config["SESSION_REFRESH_EACH_REQUEST"] = False
    manager = LoginManager()
    # A phone changes its address all day long; the token is bound to the database instead.
    manager.session_protection = None
    manager.user_loader(load)
    # `manager.init_app()` would read the session after every request, for its "remember me" cookie, which
    # we do not have: our sessions know their own limits.
    app.extensions["login_manager"] = manager
    vars(app)["login_manager"] = manager
    app.extensions["actor_loader"] = load_actor
    app.extensions["person_locale"] = load_locale
    app.after_request(_after)


def load(token: str) -> SignedIn | None:
    """Who carries `token`; None when its session has ended or never was."""
    found = browser_session_by_digest(digest(token), clock.now())
    if found is None:
        return None
    used, person, is_safe = found
    days = current_settings().staff_second_factor_days
    return SignedIn(
        token=token,
        session_id=used.id,
        seen_at=used.seen_at,
        method=SignInMethod(used.method),
        proved_at=used.proved_at,
        actor=awake(person, has_factor=is_safe, days=days, at=clock.now()),
        locale=PersonLocale(person.language, person.time_zone),
        is_staff=person.actor.is_staff,
        factor_due=second_factor_due(person, has_factor=is_safe, days=days),
    )


def present() -> SignedIn | None:
    """Who makes this request, as signed in; None for a visitor."""
    has_cookie = current_app.config["SESSION_COOKIE_NAME"] in request.cookies
    # Somebody may have come in with this very request.
    if not has_cookie and "_login_user" not in g:
        return None
    user = current_user._get_current_object()  # noqa: SLF001 # pyright: ignore[reportPrivateUsage]
    return user if isinstance(user, SignedIn) else None


def came_by_link() -> bool:
    """Whether this browser came in by a link that whoever runs the site has made (`flask people recover`)."""
    here = present()
    return here is not None and here.method is SignInMethod.SETUP_LINK


def session_here() -> HeldSession | None:
    """The session in this browser; None for a visitor."""
    here = present()
    return HeldSession(here.session_id, here.token) if here else None


def refuse_signed_out(person: Person) -> None:
    """Within the unit of work of what matters: raise `SignInNeeded` where they have been signed out meanwhile."""
    read_again(person)
    here = session_here()
    if here is not None:
        refuse_given_up(here)


def load_actor() -> Actor:
    """The port of `blog.core.routing`: who makes this request."""
    signed_in = present()
    return signed_in.actor if signed_in else ANONYMOUS


def load_locale() -> PersonLocale:
    """The port of `blog.core.i18n`: what the person of this request chose."""
    signed_in = present()
    return signed_in.locale if signed_in else PersonLocale(None, None)


def let_in(token: str, *, comes_in: bool = True) -> None:
    """Put `token` in the cookie of this browser, and nothing of what was in it before (session fixation).

    If they come in by what they have shown here, the browser is known from now on as one in which they have signed in:
    not by showing once more who they are, which may take less than signing in does. Raises `SignInNeeded` when the
    session has been ended, or given another token, already: then what is in the cookie stays.
    """
    signed_in = load(token)
    if signed_in is None:
        raise SignInNeeded
    cookie.clear()
    cookie.permanent = True
    login_user(signed_in)
    forget_actor()
    if comes_in and signed_in.proved_at != NEVER_PROVED:
        know_browser()


def know_browser() -> None:
    """Let this browser be known again, once its person has gone out. For whom has shown here who they are, just now."""
    g.to_be_known = True


def let_out() -> None:
    """Take everything out of the cookie of this browser."""
    cookie.clear()
    g.pop("_login_user", None)
    forget_actor()


def source_address() -> str:
    """The network address that guesses are counted by: an IPv4 address, or the /64 of an IPv6 one.

    A household or server gets a whole /64, so a single IPv6 address says nothing. Some proxies add the port.
    """
    told = request.remote_addr or ""
    try:
        address = ipaddress.ip_address(_WITH_PORT.sub(r"\1\2", told))
    except ValueError:
        return "unknown"
    if isinstance(address, ipaddress.IPv6Address):
        mapped = address.ipv4_mapped
        return str(mapped or ipaddress.ip_network((address, 64), strict=False))
    return str(address)


def guessing_source(email: str) -> str:
    """What guesses at the account with this address are counted by.

    That is the browser, where its owner has signed in there before; else the network address of the request. The same
    is done for an address that nobody has.
    """
    owner = _owner(account_at(email))
    secret_key, now = current_settings().secret_key, clock.now()
    found = (known_browsers.source_of(value, secret_key, owner, now) for value in _known_values())
    return next((known for known in found if known is not None), source_address())


def guessing_source_here() -> str:
    """What guesses are counted by of somebody who is signed in, and is asked once more who they are: their session.

    Whoever has got hold of it makes no other one of it, and nobody else's guesses count. One in which nobody has ever
    shown who they are counts as if nobody were signed in there: a provider lets in as often as one likes.
    """
    here = present()
    if here is None:
        return source_address()
    if here.proved_at == NEVER_PROVED:
        person = person_by_id(here.actor.person_id or 0)
        return guessing_source(person.email if person else "")
    return f"{known_browsers.PREFIX}session {here.session_id}"


def _after(response: Response) -> Response:
    if response.mimetype == "text/html":
        # Anonymous pages may be kept by any cache, but are not for those who have a cookie.
        response.vary.add("Cookie")
    signed_in = cast("object", g.get("_login_user"))
    if isinstance(signed_in, SignedIn) and not response.is_streamed:
        if g.pop("to_be_known", None):
            _know_browser(response, signed_in)
        _note_use(signed_in)
    return response


def _known_cookie() -> str:
    # Not `__Host-`: that would have to be sent to every page, and caches keep none that is asked for with a cookie.
    return "__Secure-known" if current_settings().is_https else "known"


def _known_values() -> list[str | None]:
    """What this browser carries under the name of that cookie: a neighbouring site may have put one before ours."""
    return [*request.cookies.getlist(_known_cookie())]


def _owner(person: Person | None) -> str:
    """Whom a browser is known by, made with what they sign in with. It costs the same for nobody."""
    app = code_app_of(person.id if person else 0)
    return f"{proof_mark(person)} {app.salt if app else ''}" if person else ""


def _know_browser(response: Response, signed_in: SignedIn) -> None:
    person = person_by_id(signed_in.actor.person_id or 0)
    if person is None:
        return
    settings = current_settings()
    told = next((value for value in _known_values() if known_browsers.is_ours(value)), None)
    value = known_browsers.with_person(told, settings.secret_key, _owner(person), clock.now())
    if value is not None:
        response.set_cookie(
            _known_cookie(),
            value,
            max_age=known_browsers.LIFE,
            path=_KNOWN_PATH,
            secure=settings.is_https,
            httponly=True,
            samesite="Lax",
        )


def _note_use(signed_in: SignedIn) -> None:
    """Write down that a session is in use, once in a while, when the page is made and nothing can be lost."""
    if clock.now() - signed_in.seen_at < SEEN_EVERY:
        return
    # Whatever the view has read or left behind is done with.
    session.rollback()
    try:
        with unit_of_work():
            keep_session_alive(signed_in.session_id, is_staff=signed_in.is_staff)
    except OperationalError:
        log.warning("the use of a session was not written down; the next request does it")
