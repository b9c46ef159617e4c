"""Who may knock at a view: every view says it, and one that says nothing is refused.

The marks stand below the route decorator, on the function itself: above it they would never run.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeVar, cast
from urllib.parse import SplitResult, quote, urlsplit

from flask import Flask, current_app, g, redirect, request
from flask_babel import lazy_gettext as _
from werkzeug.exceptions import UnsupportedMediaType
from werkzeug.routing import IntegerConverter, Map, RequestRedirect
from werkzeug.wrappers import Response

from blog.core.actor import ANONYMOUS, Actor
from blog.core.errors import Forbidden, SignInNeeded
from blog.core.i18n import in_same_language

View = TypeVar("View", bound=Callable[..., Any])
ActorLoader = Callable[[], Actor]
_MARK = "rejoinder_access"
_UPLOAD = "rejoinder_upload"
_FOR_PROGRAMS = "rejoinder_for_programs"
# What a form needs beside its file.
_ROOM_FOR_FIELDS = 100_000
_LARGEST_ID = 2**31 - 1
_SAFE = {"GET", "HEAD", "OPTIONS"}


@dataclass(frozen=True, slots=True)
class Access:
    """What a view asks of its visitor: nothing, to be signed in, or one of the `roles`."""

    level: str
    roles: tuple[str, ...] = ()


class _RowId(IntegerConverter):
    """`<int:…>` in an address: no larger than an id can be, so that no database is asked for more."""

    def __init__(self, url_map: Map, *, fixed_digits: int = 0, max: int = _LARGEST_ID) -> None:  # noqa: A002
        super().__init__(url_map, fixed_digits=fixed_digits, max=max)


def public(view: View) -> View:
    """Everybody may use this view."""
    return _marked(view, Access("public"))


def members_only(view: View) -> View:
    """Only people who are signed in may use this view."""
    return _marked(view, Access("members"))


def staff_only(*roles: str) -> Callable[[View], View]:
    """Only people with one of `roles` (and admins) may use this view."""

    def mark(view: View) -> View:
        return _marked(view, Access("staff", roles))

    return mark


def takes_file(max_bytes: int) -> Callable[[View], View]:
    """Let this view be sent more than others are: a file of `max_bytes`, by whoever may use the view.

    A little more gets through, so that the view can tell what is wrong; what is far larger is answered with 413 before
    it is read.
    """

    def mark(view: View) -> View:
        setattr(view, _UPLOAD, 2 * max_bytes + _ROOM_FOR_FIELDS)
        return view

    return mark


def for_programs(max_bytes: int) -> Callable[[View], View]:
    """Let this public view be sent up to `max_bytes` of whatever kind: no form of ours leads to it, but programs do.

    The view itself finds out who sends, and reads the body as it came. What is larger is answered with 413.
    """

    def mark(view: View) -> View:
        setattr(view, _FOR_PROGRAMS, max_bytes)
        return view

    return mark


def access_of(view: Callable[..., Any]) -> Access | None:
    """What a view asks of its visitor, or None when nobody has decided."""
    return cast("Access | None", getattr(view, _MARK, None))


def current_actor() -> Actor:
    """Who makes this request; `ANONYMOUS` outside of one and for visitors."""
    if not g:
        return ANONYMOUS
    if "actor" not in g:
        loader = cast("ActorLoader | None", current_app.extensions.get("actor_loader"))
        g.actor = loader() if loader and request else ANONYMOUS
    return cast("Actor", g.actor)


def forget_actor() -> None:
    """Ask again who this is: after signing in or out within the same request."""
    g.pop("actor", None)


def told_address(header: str) -> SplitResult:
    """The address in a header of this request (`Origin`, `Referer`); an empty one for none, and for what is none."""
    try:
        return urlsplit(request.headers.get(header, ""))
    except ValueError:
        return urlsplit("")


def sign_in_address(next_path: str) -> str:
    """Where to sign in, and where to come back to afterwards."""
    return in_same_language(f"/account/sign-in?next={quote(next_path, safe='')}")


def _wake_role() -> Response:
    """To the page on which an account becomes safe enough for a role that rests, and back here from there."""
    if request.method not in _SAFE:
        raise Forbidden(
            _("Your role rests until your account has a passkey or a second factor. Set one up first.")
        )
    here = quote(request.full_path.rstrip("?"), safe="")
    return redirect(in_same_language(f"/account/second-factor?next={here}"))


def init_app(app: Flask) -> None:
    """Guard every request of `app`."""
    app.url_map.converters["int"] = _RowId
    app.before_request(_guard)


def _marked(view: View, access: Access) -> View:
    setattr(view, _MARK, access)
    return view


def _guard() -> Response | None:
    if isinstance(request.routing_exception, RequestRedirect):
        return _to_tidy_address(request.routing_exception)
    if request.endpoint is None:
        return None
    view = current_app.view_functions[request.endpoint]
    access = access_of(view)
    if access is None:
        current_app.logger.error("view %s is not marked for anybody", request.endpoint)
        raise Forbidden()
    if access.level != "public":
        if (elsewhere := _keep_out(access)) is not None:
            return elsewhere
        # Only now: what a stranger sends is never worth reading that far.
        request.max_content_length = cast("int | None", getattr(view, _UPLOAD, request.max_content_length))
    if hasattr(view, _FOR_PROGRAMS):
        request.max_content_length = cast("int", getattr(view, _FOR_PROGRAMS))
    elif request.method not in _SAFE:
        _refuse_other_than_text(view)
    return None


def _keep_out(access: Access) -> Response | None:
    """Where whoever may not use a view is led to, or None for who may. Raises `SignInNeeded` and `Forbidden`."""
    actor = current_actor()
    if not actor.is_authenticated:
        if request.method in _SAFE:
            return redirect(sign_in_address(request.full_path.rstrip("?")))
        raise SignInNeeded
    if access.level == "staff" and not actor.has_role(*access.roles):
        if actor.would_have_role(*access.roles):
            return _wake_role()
        raise Forbidden(
            _(
                "This is for people with a role that your account does not have. An admin of the site can give it."
            )
        )
    return None


def _refuse_other_than_text(view: Callable[..., Any]) -> None:
    """Raise `UnsupportedMediaType` for what would put something else than text into the fields of a form.

    Flask-WTF fills them from JSON, and from files, too; no form here expects a number, a list or a file in the place of
    a name. Views that take a file say so.
    """
    if request.is_json or (request.files and not hasattr(view, _UPLOAD)):
        raise UnsupportedMediaType


def _to_tidy_address(tidied: RequestRedirect) -> Response:
    """To the same address with its slashes in order, and without a host.

    Werkzeug takes the host from the request. Whoever asks can make that one up, and a cache would keep where it leads.
    """
    tidy = urlsplit(tidied.new_url)
    return redirect(f"{tidy.path}?{tidy.query}" if tidy.query else tidy.path, 308)
