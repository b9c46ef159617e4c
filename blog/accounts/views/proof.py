"""Views that ask whoever is signed in to show once more who they are (step-up).

A browser that was left open, or a cookie that was stolen, is not enough to take an account over (ASVS 5.0, 7.5.1).
"""

from collections.abc import Callable
from datetime import timedelta
from functools import wraps
from typing import Any, TypeVar, cast

from flask import current_app, flash, redirect, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from blog.accounts.sessions import present
from blog.accounts.values import path_here
from blog.core import clock
from blog.core.i18n import in_same_language
from blog.core.routing import told_address

View = TypeVar("View", bound=Callable[..., Any])
PROOF_LIFE = timedelta(minutes=10)
# To read what is known of others: long enough to look after people without being asked all the time.
READING_LIFE = timedelta(hours=1)


def recently_proved(view: View) -> View:
    """Only who has shown who they are within the last ten minutes may use this view of members.

    Stands between `@members_only` and the function. Whoever opens the page is asked first and then comes back to it.
    Whoever sends a form too late is asked too, and comes back to the page with the form: nothing was done.
    """
    return _asking_first(view, PROOF_LIFE)


def proved_this_hour(view: View) -> View:
    """As `recently_proved`, for pages that show what is known of other people, and change nothing."""
    return _asking_first(view, READING_LIFE)


def proved_before_taking(page_of: Callable[..., str]) -> Callable[[View], View]:
    """As `recently_proved`, for a view that gives a file: whoever is asked comes back to the page that offers it.

    After a form a browser would save the file and go on showing the question. `page_of` gets the parts of the address.
    """
    return lambda view: _asking_first(view, PROOF_LIFE, page_of)


def is_proved(life: timedelta = PROOF_LIFE) -> bool:
    """Whether whoever makes this request has shown who they are not longer ago than `life`, in this browser."""
    here = present()
    return here is not None and clock.now() < here.proved_at + life


def _asking_first(view: View, life: timedelta, page_of: Callable[..., str] | None = None) -> View:
    @wraps(view)
    def ask_first(*args: Any, **kwargs: Any) -> Any:
        if is_proved(life):
            return view(*args, **kwargs)
        is_to_be_read = request.method in {"GET", "HEAD"}
        if is_to_be_read and page_of is None:
            return _ask(request.full_path.rstrip("?"))
        flash(_("Nothing was done yet. Show first that it is you, and then do it once more."), "warning")
        return _ask(page_of(**request.view_args or {}) if is_to_be_read and page_of else _page_of_form())

    return cast("View", ask_first)


def _ask(goal: str) -> Response:
    return redirect(in_same_language(url_for("accounts.confirm", next=goal)), 303)


def _page_of_form() -> str:
    """The page of this site from which a form was sent, as the browser says; else the account.

    The account, too, for a page that was the answer to a form: it cannot be opened by its address.
    """
    came_from = told_address("Referer")
    account = url_for("accounts.account")
    pages = current_app.create_url_adapter(request)
    if came_from.netloc != request.host or pages is None or not pages.test(came_from.path, "GET"):
        return account
    return path_here(f"{came_from.path}?{came_from.query}".rstrip("?"), account)
