"""Admins note what other admins should know about somebody."""

from flask_babel import lazy_gettext as _

from blog.accounts.events import NoteWritten
from blog.accounts.models.notes import PersonNote
from blog.accounts.models.people import Person
from blog.accounts.values import MAX_NOTE
from blog.core import clock
from blog.core.actor import Actor
from blog.core.db import session
from blog.core.errors import InvalidInput
from blog.core.events import publish
from blog.core.permissions import require


def note_about(actor: Actor, person: Person, text: str) -> PersonNote:
    """Write a note about somebody, for admins. Raises `Forbidden`, and `InvalidInput` (`body`)."""
    require(actor, "person:oversee", person)
    body = text.replace("\x00", "").replace("\r\n", "\n").strip()
    if not 1 <= len(body) <= MAX_NOTE:
        message = _("Write a note of 1 to %(limit)s characters.", limit=MAX_NOTE)
        raise InvalidInput(message, {"body": message})
    note = PersonNote(person_id=person.id, body=body, written_by_id=actor.person_id, written_at=clock.now())
    session.add(note)
    session.flush()
    publish(NoteWritten(note, actor))
    return note
