"""What we hold of oneself, in one file."""

from tempfile import SpooledTemporaryFile
from typing import IO, cast

from flask import render_template, send_file
from werkzeug.wrappers import Response

from blog.accounts.access import person_for
from blog.accounts.actions.personal_data import held_of, write_archive
from blog.accounts.models.people import Person
from blog.accounts.views.blueprint import blueprint
from blog.accounts.views.proof import recently_proved
from blog.core import clock
from blog.core.pictures import SIZES, picture_name
from blog.core.routing import current_actor, members_only
from blog.core.storage import current_storage

# A file up to this size is made in memory.
_IN_MEMORY = 4 * 1024 * 1024


@blueprint.post("/data")
@members_only
@recently_proved
def personal_data() -> Response:
    """A ZIP with all that we hold of the person who asks: JSON for programs, HTML to read."""
    person = person_for(current_actor())
    held, now = held_of(person), clock.now()
    readable = render_template("accounts/personal_data.html", person=person, held=held, made_at=now)
    # The response closes it, once it has been sent.
    file = cast("IO[bytes]", SpooledTemporaryFile(max_size=_IN_MEMORY))  # noqa: SIM115
    write_archive(person, held, readable, file, now, kept_elsewhere=_picture_of(person))
    file.seek(0)
    name = f"{person.handle}-{now:%Y-%m-%d}.zip"
    return send_file(file, mimetype="application/zip", as_attachment=True, download_name=name, max_age=0)


def _picture_of(person: Person) -> dict[str, bytes]:
    """The picture of a person, as large as we have it; nothing for who has none."""
    name = picture_name(person.picture, SIZES[-1]) if person.picture else ""
    content = current_storage().get(name) if name else None
    return {name: content} if content is not None else {}
