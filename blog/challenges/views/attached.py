"""The desk: what is attached to an answer, as files whose names say nothing."""

from flask import Response

from blog.challenges.access import entry_for
from blog.challenges.blind import part_as_text, raw_as_text
from blog.challenges.queries.entries import message_of, raw_of, sender_of
from blog.challenges.views.blueprint import blueprint
from blog.challenges.views.desk import JUDGES
from blog.core.errors import NotFound
from blog.core.routing import current_actor, staff_only
from blog.mailroom.parser.opened import MESSAGES, attachment_with

# What a judge's own programs open. Anything else is a file without a kind: no program starts by itself.
_ENDINGS = {
    "image/png": "png",
    "image/jpeg": "jpg",
    "image/gif": "gif",
    "image/webp": "webp",
    "application/pdf": "pdf",
    "application/vnd.openxmlformats-officedocument.wordprocessingml.document": "docx",
    "application/vnd.oasis.opendocument.text": "odt",
    "audio/mpeg": "mp3",
    "video/mp4": "mp4",
}
_UNKNOWN = "application/octet-stream"


@blueprint.get("/desk/challenges/<slug>/entries/<int:number>/attachments/<int:which>")
@staff_only(*JUDGES)
def desk_entry_attachment(slug: str, number: int, which: int) -> Response:
    """One attachment of an entry, the first is 1; not found once the bytes of the message are gone.

    Texts and forwarded messages come as text, without the name and the address of whoever sent them. What stands in
    other files nobody has looked at.
    """
    entry = entry_for(current_actor(), slug, number)
    message = message_of(entry)
    attachments = message.attachments if message else []
    if message is None or not 0 < which <= len(attachments):
        raise NotFound
    found = attachment_with(raw_of(entry), str(attachments[which - 1].get("sha256", "")))
    if found is None:
        raise NotFound
    part, content = found
    kind, ending = part.type, _ENDINGS.get(part.type, "bin")
    if kind.startswith("text/"):
        content, kind, ending = part_as_text(part, sender_of(message)).encode(), "text/plain", "txt"
    elif kind in MESSAGES:
        content, kind, ending = raw_as_text(content, sender_of(message)).encode(), "text/plain", "txt"
    elif kind not in _ENDINGS:
        kind = _UNKNOWN
    response = Response(content, mimetype=kind)
    response.headers["Content-Disposition"] = f'attachment; filename="entry-{number}-{which}.{ending}"'
    response.headers["Content-Security-Policy"] = "sandbox; default-src 'none'"
    return response
