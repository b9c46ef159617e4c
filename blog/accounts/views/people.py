"""The page of a person, for everybody."""

from typing import Any

from flask import Blueprint, redirect, render_template, request, url_for
from markupsafe import Markup
from werkzeug.wrappers import Response

from blog.accounts.access import person_shown
from blog.accounts.queries import former_names_of
from blog.core.markdown.rendering import render_comment
from blog.core.routing import public

blueprint = Blueprint("people", __name__, url_prefix="/people")


@blueprint.get("/<handle>")
@public
def person_detail(handle: str) -> Response | str:
    """Somebody, and what they have said here. At an address that was theirs before it moves to the new one."""
    person = person_shown(handle)
    if handle != person.handle:
        asked: dict[str, Any] = {
            name: request.args[name] for name in ("after", "lang") if name in request.args
        }
        return redirect(url_for("people.person_detail", handle=person.handle, **asked), 301)
    return render_template(
        "accounts/person_detail.html",
        person=person,
        former_names=former_names_of(person.id),
        # Five hundred characters are quicker made than looked up.
        bio=Markup(render_comment(person.bio)) if person.bio else "",  # noqa: S704 - made by our renderer, which sanitises
    )
