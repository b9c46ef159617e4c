"""What somebody has said, on the page of that person."""

from flask import render_template, request, url_for
from markupsafe import Markup

from blog.accounts.models.people import Person
from blog.discussions.queries import said_by


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
