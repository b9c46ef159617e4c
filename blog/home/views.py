"""The front page, what machines ask for, and the page of the operator."""

import platform
from datetime import timedelta
from typing import cast

import structlog
from flask import Blueprint, Response, current_app, flash, redirect, render_template, url_for
from flask_babel import gettext as _
from sqlalchemy.exc import SQLAlchemyError
from werkzeug.wrappers import Response as Redirect

from blog.accounts.actions.audit import Subject, write_down
from blog.accounts.queries import has_admin
from blog.accounts.receivers import who_acts
from blog.challenges.words.losses import loss_words
from blog.core import clock
from blog.core.actor import STAFF_ROLES
from blog.core.config import current_settings
from blog.core.db import session, unit_of_work
from blog.core.i18n import language
from blog.core.jobs.queue import retry
from blog.core.routing import public, staff_only
from blog.home.queries import front_page, operations, tables_are_current, version
from blog.home.specimens.challenge import challenge_specimens
from blog.home.specimens.figures import figure_specimens
from blog.home.specimens.forms import form_specimens
from blog.home.specimens.foundations import Foundations
from blog.home.specimens.layouts import layouts
from blog.home.specimens.moments import moments
from blog.home.specimens.reading import reading_specimens
from blog.home.specimens.thread import thread_specimens
from blog.home.specimens.words import words_in

blueprint = Blueprint("home", __name__)
log = structlog.get_logger(__name__)

# Pages that are only work, or only for one person. The public log of moderation is neither.
_ROBOTS = """\
User-agent: *
Allow: /moderation/log
Disallow: /account/
Disallow: /desk/
Disallow: /moderation/
Disallow: /receipts/
Disallow: /site/
"""
_SECURITY_TXT_LIFE = timedelta(days=180)


@blueprint.get("/")
@public
def front() -> str:
    """The front page."""
    front = front_page(clock.now())
    is_new = not front.articles and not has_admin()
    return render_template("home/front.html", front=front, is_new=is_new)


@blueprint.get("/healthz")
@public
def healthz() -> Response:
    """The process is alive: 200, without asking anybody."""
    return _plain("ok\n")


@blueprint.get("/readyz")
@public
def readyz() -> Response:
    """Whether requests may come: 200 when the database answers and has all migrations, else 503. No details."""
    migrations = cast("str", current_app.extensions["migrate"].directory)
    try:
        is_ready = tables_are_current(migrations)
    except SQLAlchemyError:
        session.rollback()
        log.exception("the database does not answer")
        is_ready = False
    return _plain("ready\n" if is_ready else "not ready\n", 200 if is_ready else 503)


@blueprint.get("/robots.txt")
@public
def robots() -> Response:
    """What search engines may read (RFC 9309)."""
    return Response(_ROBOTS, mimetype="text/plain")


@blueprint.get("/.well-known/security.txt")
@public
def security_txt() -> Response:
    """Whom to tell about a hole (RFC 9116)."""
    settings = current_settings()
    expires = (clock.now() + _SECURITY_TXT_LIFE).replace(hour=0, minute=0, second=0, microsecond=0)
    lines = (
        f"Contact: mailto:{settings.security_contact}",
        f"Expires: {expires:%Y-%m-%dT%H:%M:%SZ}",
        "Preferred-Languages: nl, en",
        f"Canonical: {settings.site_url}/.well-known/security.txt",
    )
    return Response("".join(f"{line}\n" for line in lines), mimetype="text/plain")


@blueprint.get("/site/")
@staff_only("admin")
def site() -> str:
    """What runs, and what is stuck."""
    found = operations(clock.now())
    return render_template(
        "home/site.html",
        operations=found,
        losses=[(loss.slug, loss_words(loss)) for loss in found.losses],
        version=version(),
        python=platform.python_version(),
    )


@blueprint.get("/site/styleguide")
@staff_only(*sorted(STAFF_ROLES))
def styleguide() -> str:
    """Every component in every state, for whoever makes or judges a page."""
    spoken = language()
    words = words_in(spoken)
    return render_template(
        "home/styleguide.html",
        challenge=challenge_specimens(words, clock.now()),
        foundations=Foundations(),
        figures=figure_specimens(words),
        forms=form_specimens(words),
        layouts=layouts(),
        moments=moments(clock.now()),
        reading=reading_specimens(words),
        thread=thread_specimens(words, clock.now()),
        words=words,
    )


@blueprint.post("/site/styleguide")
@staff_only(*sorted(STAFF_ROLES))
def styleguide_post() -> Redirect:
    """Where the forms of the style guide go: nothing changes, and a toast says so."""
    flash(_("That works. Nothing was changed: this is the style guide."), "good")
    return redirect(url_for("home.styleguide"), 303)


@blueprint.post("/site/work/<int:work_id>/retry")
@staff_only("admin")
def retry_work(work_id: int) -> Redirect:
    """Try work once more that was set aside."""
    with unit_of_work():
        kind = retry(work_id)
        if kind is not None:
            write_down("work retried", who_acts(), Subject("work", work_id, "/site/"), {"kind": kind})
    flash(_("It is being tried again."), "good")
    return redirect(url_for("home.site"), 303)


def _plain(text: str, status: int = 200) -> Response:
    response = Response(text, status, mimetype="text/plain")
    response.headers["Cache-Control"] = "no-store"
    return response
