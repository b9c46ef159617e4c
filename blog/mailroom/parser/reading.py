"""Reading a message: from raw bytes to what is known of it, in one pure function that never raises.

1. The header is found and checked against the caps. 2. Sender, subject and identifiers come from it. 3. The
parts are cut out of the raw bytes. 4. The person's words are chosen among them and made plain text. 5. Quoted
text and signatures are set apart. 6. The header says whether a machine wrote it.
"""

import hashlib
import re
from dataclasses import replace

from blog.mailroom.parser import caps, parameters
from blog.mailroom.parser.addresses import Mailbox, mailboxes
from blog.mailroom.parser.automatic import origin_of
from blog.mailroom.parser.bodies import Bodies, read_bodies, read_pages
from blog.mailroom.parser.defects import NEEDS_A_PERSON, Defect
from blog.mailroom.parser.headers import Header, claimed_date, message_ids, note_wide_addresses, read_header
from blog.mailroom.parser.html_shown import simple_html
from blog.mailroom.parser.message import ParsedMail, unread
from blog.mailroom.parser.parts import read_tree
from blog.mailroom.parser.quotes import Reply, split_reply

_ONCE = ("from", "subject", "date", "message-id", "in-reply-to", "references", "content-type")
_BODY_UNREAD = frozenset({Defect.HEADER_TOO_LARGE, Defect.ADDRESS_HEADER_TOO_LARGE, Defect.TOO_LARGE})
# Characters without width between letters or digits make another word of what looks the same; an override of
# the direction makes it look another way than it is stored (CVE-2021-42574).
_UNSEEN = re.compile(r"[0-9A-Za-z][\u200b-\u200f\u2060-\u2064\ufeff]+[0-9A-Za-z]|[\u202d\u202e]")
# Telephones and address books put a number between marks that keep it from left to right; pasted, they stay.
_PASTED_NUMBER = re.compile(r"\u202d[0-9+() ./\xa0\u2010\u2011-]{0,40}\u202c")
_NOTHING = Bodies("", "", (), "")


def read_message(raw: bytes, envelope_sender: str | None = None) -> ParsedMail:
    """What a raw message says. `envelope_sender`: what was said in MAIL FROM, "" for the null sender, None
    when unknown.

    Never raises, whatever the bytes: what cannot be read comes back with `readable` false and the defect that
    says why. Linear in the size of the message; should one cost too much all the same, the sandbox ends it.
    """
    try:
        return _read(raw, envelope_sender)
    except Exception:  # The promise: a message that breaks the reader must not stop those behind it.
        return unread(Defect.UNPARSABLE, envelope_sender)


def read_html(raw: bytes) -> str:
    """The HTML that a raw message shows, in plain elements (`html_shown`); empty where it has none, or none is read.

    Never raises, whatever the bytes.
    """
    try:
        return _read_html(raw)
    except Exception:  # As above.
        return ""


def _read_html(raw: bytes) -> str:
    raw = _with_line_feeds(raw)
    header, start = read_header(raw, 0, len(raw))
    if len(raw) > caps.MESSAGE_BYTES or header.defects & _BODY_UNREAD:
        return ""
    pages = read_pages(read_tree(raw, header, start, set()))
    return "<hr>".join(simple_html(page, tokens=caps.HTML_TOKENS // len(pages)) for page in pages)


def _read(raw: bytes, envelope_sender: str | None) -> ParsedMail:
    defects: set[Defect] = set()
    raw = _with_line_feeds(raw)
    header, start = read_header(raw, 0, len(raw))
    bodies = _bodies(raw, header, start, defects)
    reply = _reply(bodies)
    body = ParsedMail(text=reply.text, elided=reply.elided, body_sha256=_digest(reply))
    mail = _with_header(body, header, defects)
    content = parameters.parse(header.source("content-type") or "")
    origin = origin_of(header, content=content, sender=mail.from_address, envelope_sender=envelope_sender)
    defects |= header.defects
    if _UNSEEN.search(_PASTED_NUMBER.sub("", reply.text)):
        defects.add(Defect.HIDDEN_TEXT)
    if not reply.text.strip() and not defects & NEEDS_A_PERSON:
        defects.add(Defect.EMPTY_TEXT)
    return replace(
        mail,
        automatic=origin.reason is not None,
        automatic_reason=origin.reason,
        kind=origin.kind,
        attachments=bodies.attachments,
        charset=bodies.charset,
        defects=tuple(sorted(defect.value for defect in defects)),
        readable=not defects & NEEDS_A_PERSON,
    )


def _with_line_feeds(raw: bytes) -> bytes:
    """Files may begin with a byte order mark, and old ones end their lines with a carriage return alone."""
    raw = raw.removeprefix(b"\xef\xbb\xbf")
    return raw if b"\n" in raw else raw.replace(b"\r", b"\n")


def _bodies(raw: bytes, header: Header, start: int, defects: set[Defect]) -> Bodies:
    """Text and attachments, or nothing at all when a cap was exceeded: half a message might mislead."""
    note_wide_addresses(header)
    if len(raw) > caps.MESSAGE_BYTES:
        header.defects.add(Defect.TOO_LARGE)
    if header.defects & _BODY_UNREAD:
        return _NOTHING
    try:
        return read_bodies(read_tree(raw, header, start, defects), defects)
    except caps.CapExceeded as breach:
        defects.add(breach.defect)
        return _NOTHING


def _reply(bodies: Bodies) -> Reply:
    """New and old text. What stands beside the text is old, unless there is nothing else."""
    if not bodies.text.strip():
        return split_reply(bodies.beside)
    reply = split_reply(bodies.text)
    return Reply(reply.text, "\n\n".join(part for part in (reply.elided, bodies.beside) if part))


def _digest(reply: Reply) -> str:
    """Servers on the way fold lines and trim ends, so white space does not count."""
    words = f"{reply.text} {reply.elided}".split()
    return hashlib.sha256(" ".join(words).encode()).hexdigest() if words else ""


def _with_header(mail: ParsedMail, header: Header, defects: set[Defect]) -> ParsedMail:
    sender = _sender(header, defects)
    ids = message_ids(header.source("message-id"))
    if not ids:
        defects.add(Defect.ODD_MESSAGE_ID if header.text("message-id") else Defect.NO_MESSAGE_ID)
    answered = message_ids(header.source("in-reply-to"))
    date = claimed_date(header.source("date"))
    if date is None and header.raw("date"):
        defects.add(Defect.ODD_DATE)
    if any(len(header.raw(name)) > 1 for name in _ONCE):
        defects.add(Defect.REPEATED_HEADER)
    return replace(
        mail,
        from_address=sender.address,
        from_name=sender.name,
        subject=_subject(header, defects),
        message_id=ids[0] if ids else None,
        in_reply_to=answered[0] if answered else None,
        references=message_ids(header.source("references")),
        date_claimed=date,
    )


def _sender(header: Header, defects: set[Defect]) -> Mailbox:
    """The first From address. Two of them, in one header or in two, are a trick as a rule."""
    values = header.raw("from")
    if not values or len(values[0]) > caps.ADDRESS_HEADER_BYTES:
        defects.add(Defect.ODD_FROM if values else Defect.NO_FROM)
        return Mailbox("", "")
    senders = mailboxes(header.source("from") or "")
    if senders.odd or not senders.found:
        defects.add(Defect.ODD_FROM)
    if len(senders.found) > 1 or len(values) > 1:
        defects.add(Defect.SEVERAL_FROM)
    first = senders.found[0] if senders.found else Mailbox("", "")
    return first._replace(name=first.name[: caps.NAME_CHARACTERS])


def _subject(header: Header, defects: set[Defect]) -> str:
    subject = header.text("subject")
    if len(subject) > caps.SUBJECT_CHARACTERS:
        defects.add(Defect.SUBJECT_TOO_LONG)
    return subject[: caps.SUBJECT_CHARACTERS]
