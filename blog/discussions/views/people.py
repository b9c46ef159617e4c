"""What somebody has said, on the page of that person."""

from flask import render_template, request, url_for
from flask_babel import ngettext
from markupsafe import Markup

from blog.accounts.models.people import Person
from blog.discussions.queries import count_said_by, said_by


def said_by_person(person: Person) -> Markup:
    """Fills the slot on the page of a person: their comments, the newest first; nothing for who has said nothing."""
    cursor = request.args.get("after")
    page = said_by(person.id, cursor)
    if not page.items:
        return Markup()
    after = page.next_cursor
    shown = render_template(
        "discussions/person_comments.html",
        page=page,
        next_url=url_for("people.person_detail", handle=person.handle, after=after) if after else "",
        first_url=url_for("people.person_detail", handle=person.handle) if cursor else "",
    )
    return Markup(shown)  # noqa: S704 - rendered with escaping


def extent_of_erasure(person: Person) -> Markup:
    """How much of somebody stands in debates, for whoever thinks of leaving; nothing when there is nothing."""
    comments, threads = count_said_by(person.id)
    if not comments:
        return Markup()
    in_debates = ngettext("%(num)s debate", "%(num)s debates", threads)
    words = ngettext(
        "Your name above %(num)s comment in %(debates)s.",
        "Your name above %(num)s comments in %(debates)s.",
        comments,
        debates=in_debates,
    )
    return Markup("<li>{}</li>").format(words)
