"""What every page has: strict templates, the names that all of them use, and one handler for refusals."""

import math
from typing import cast

import structlog
from flask import Flask, Response, abort, g, make_response, render_template, request
from flask_babel import gettext as _
from flask_babel.speaklater import LazyString
from flask_wtf.csrf import CSRFError, CSRFProtect
from jinja2 import StrictUndefined
from sqlalchemy.exc import NoResultFound, OperationalError
from sqlalchemy.orm.exc import ObjectDeletedError
from werkzeug.exceptions import HTTPException

from blog.core import clock
from blog.core.actor import ANONYMOUS, Actor
from blog.core.config import ROOT, Settings
from blog.core.db import session
from blog.core.errors import DomainError, NoRoom, NotFound, SignInNeeded, TooMany
from blog.core.hues import deal_hues, hue_of
from blog.core.i18n import PersonLocale, language
from blog.core.logs import path_to_log
from blog.core.permissions import allowed
from blog.core.routing import current_actor, sign_in_address
from blog.core.slots import slot

# What keeps a request from doing what it asks, and may have to give back what was typed.
Refusal = DomainError | CSRFError | OperationalError

csrf = CSRFProtect()
log = structlog.get_logger(__name__)
# Where a web server says with which status it refuses a request that it could not read: it then asks for a page in the
# place of that request. Nobody can send it: what is sent stands in the environment with `HTTP_` before it (PEP 3333).
REFUSED = "rejoinder.refused"
# After how many seconds it makes sense to try again.
RETRY_SECONDS = 10
# What is written down of those who may not: whoever tries doors leaves a trail (ASVS 5.0, 16.3.2).
_TOLD_OF = {400, 403, 415, 429}


def init_app(app: Flask, settings: Settings) -> None:
    """Set up templates, request forgery protection and the error pages of `app`."""
    app.jinja_env.undefined = StrictUndefined
    app.jinja_env.finalize = _as_text
    app.jinja_env.trim_blocks = True
    app.jinja_env.lstrip_blocks = True
    csrf.init_app(app)
    app.add_template_global(slot, "slot")
    app.add_template_global(hue_of)
    app.add_template_global(deal_hues)
    app.context_processor(lambda: {"settings": settings})
    app.context_processor(_page_context)
    app.before_request(_refuse_unreadable)
    app.after_request(_note_refusal)
    app.register_error_handler(DomainError, show_refusal)
    app.register_error_handler(CSRFError, show_stale_form)
    app.register_error_handler(HTTPException, _show_http_error)
    app.register_error_handler(OperationalError, show_outage)
    app.register_error_handler(ObjectDeletedError, _show_gone)
    app.register_error_handler(NoResultFound, _show_gone)
    app.register_error_handler(Exception, _show_crash)


def templates_folder() -> str:
    """Where the templates are: beside the package in a checkout, inside it when installed."""
    beside = ROOT / "templates"
    return str(beside if beside.is_dir() else ROOT / "blog" / "_templates")


def _as_text(value: object) -> object:
    """A lazy translation as plain text, which is then escaped: by itself it claims to be HTML, with all in it."""
    return str(value) if isinstance(value, LazyString) else value


def _page_context() -> dict[str, object]:
    actor = current_actor()

    def may(name: str, thing: object = None) -> bool:
        return allowed(actor, name, thing)

    return {"current_actor": actor, "allowed": may, "locale": language(), "now": clock.now()}


def show_refusal(error: DomainError) -> Response:
    """The page that tells why something was refused, and what to do."""
    session.rollback()
    title = {
        401: _("Sign in first"),
        403: _("Not allowed"),
        404: _("Not found"),
        409: _("That has changed in the meantime"),
        429: _("Too often in a row"),
    }.get(error.status, _("That did not work"))
    page = _error_page(error.status, title, str(error), sign_in=isinstance(error, SignInNeeded))
    say_when_again(page, error)
    return page


def show_stale_form(error: CSRFError) -> Response:
    """The page for a form that does not carry our token, or no longer."""
    text = _(
        "This form was open for too long, or your browser blocks cookies. Go back, reload and send it again."
    )
    return _error_page(status_of(error), _("That did not work"), text)


def _show_http_error(error: HTTPException) -> Response | HTTPException:
    status = error.code or 500
    if status < 400:
        return error
    texts = {
        403: (_("Not allowed"), _("You may not do this.")),
        404: (
            _("Not found"),
            _("There is nothing here. It may have moved, or the address has a typing error."),
        ),
        405: (_("That did not work"), _("This address does not take that kind of request.")),
        415: (_("That did not work"), _("This address does not take that kind of request.")),
        413: (_("Too large"), _("What you sent is larger than we accept.")),
        414: (_("Too long"), _("This address is longer than we read.")),
        431: (
            _("Too large"),
            _("Your browser sends more along than we read. Erase the cookies of this site and try again."),
        ),
        400: (_("That did not work"), _("We could not read what your browser sent.")),
    }
    title, text = texts.get(status, (_("That did not work"), _("Please try again in a moment.")))
    page = _error_page(status, title, text)
    for name, value in error.get_headers():
        if name in {"Allow", "Retry-After"}:
            page.headers[name] = value
    return page


def _refuse_unreadable() -> None:
    status = cast("int | None", request.environ.get(REFUSED))
    if status is not None:
        abort(status)


def _note_refusal(response: Response) -> Response:
    if response.status_code in _TOLD_OF:
        actor: Actor = g.get("actor", ANONYMOUS)
        log.info(
            "a request was refused", status=response.status_code, path=path_to_log(), person=actor.person_id
        )
    return response


def note_outage(error: OperationalError) -> None:
    """Write it down, and see to it that the page that tells of it asks the database nothing."""
    session.rollback()
    log.error("the database does not answer", path=path_to_log(), exc_info=error)
    g.setdefault("actor", ANONYMOUS)
    g.setdefault("person_locale", PersonLocale(None, None))


def show_outage(error: OperationalError) -> Response:
    """The page for a database that does not answer, or is busy for too long. Nothing was done; later it can be."""
    note_outage(error)
    page = _error_page(503, _("That did not work"), _("Please try again in a moment."))
    say_when_again(page, error)
    return page


def show_any(error: Refusal) -> Response:
    """The page for a refusal of whatever kind, where nothing that was typed has to be given back."""
    if isinstance(error, OperationalError):
        return show_outage(error)
    return show_stale_form(error) if isinstance(error, CSRFError) else show_refusal(error)


def status_of(error: Refusal) -> int:
    """The HTTP status with which a refusal is answered."""
    if isinstance(error, OperationalError):
        return 503
    # It was understood, and is not carried out (RFC 9110, 15.5.4); Flask-WTF would call it 400.
    return 403 if isinstance(error, CSRFError) else error.status


def typed_in(name: str) -> str:
    """What was typed in a field of the form that is refused; nothing where it is more than we read, or no form.

    Who may not send it hears that first, and this is asked for afterwards: it must not become another refusal.
    """
    if request.method != "POST":
        return ""
    try:
        return request.form.get(name, "")
    except HTTPException:
        return ""


def what_happened(error: Refusal) -> str:
    """Why something was refused, beside the words that are given back."""
    if isinstance(error, CSRFError):
        return _("This form was open for too long, or your browser blocks cookies.")
    if isinstance(error, SignInNeeded):
        return _("You are no longer signed in.")
    if isinstance(error, OperationalError):
        return _("Please try again in a moment.")
    return str(error)


def give_back(error: Refusal, words: str, *, back: str, title: str = "") -> Response:
    """The page for a refusal that gives back the `words` that somebody was sending; `back` is where the form stands."""
    if isinstance(error, OperationalError):
        note_outage(error)
    session.rollback()
    page = render_template(
        "errors/words_kept.html",
        message=what_happened(error),
        title=title,
        words=words,
        back=back,
        sign_in_url=sign_in_address(back) if isinstance(error, SignInNeeded) else "",
    )
    return with_words(page, error)


def with_words(page: str, error: Refusal) -> Response:
    """The answer to a refusal whose page holds somebody's words: no cache keeps it."""
    response = make_response(page, status_of(error))
    response.headers["Cache-Control"] = "no-store"
    say_when_again(response, error)
    return response


def say_when_again(response: Response, error: Refusal) -> None:
    """Say in a header in how many seconds the same may be tried again, where that is known (RFC 9110, 10.2.3)."""
    if isinstance(error, OperationalError | NoRoom):
        response.headers["Retry-After"] = str(RETRY_SECONDS)
    elif isinstance(error, TooMany) and error.retry_at is not None:
        seconds = (error.retry_at - clock.now()).total_seconds()
        response.headers["Retry-After"] = str(max(math.ceil(seconds), 1))


def _show_gone(error: ObjectDeletedError | NoResultFound) -> Response:
    """The page for what was there when this request began. In a unit of work that has become a refusal already."""
    log.info("a row has gone while a page was made", path=path_to_log(), reason=str(error))
    return show_refusal(NotFound())


def _show_crash(error: Exception) -> Response:
    session.rollback()
    log.error("a request failed", path=path_to_log(), exc_info=error)
    text = _("The fault is ours, and it has been written down. Please try again in a moment.")
    return _error_page(500, _("Something broke"), text)


def _error_page(status: int, title: str, text: str, *, sign_in: bool = False) -> Response:
    page = render_template(
        "errors/error.html", status=status, title=title, text=text, sign_in=sign_in, path=request.path
    )
    response = make_response(page, status)
    response.headers["Cache-Control"] = "no-store"
    return response
