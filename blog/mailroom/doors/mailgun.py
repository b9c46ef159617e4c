"""Mailgun's routes: a form with the raw message in `body-mime`, signed with the account's webhook signing key.

After Mailgun's documentation, "Receiving Messages via HTTP" and "Securing Webhooks": the address must end in `mime`,
a signature is the HMAC-SHA256 of timestamp and token, 200 is success, 406 ends it, and after anything else it tries
again.
"""

import hashlib
import hmac
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from urllib.parse import unquote_to_bytes

from werkzeug.http import parse_options_header

from blog.mailroom.doors.terms import MAILGUN_RETRIES
from blog.mailroom.doors.webhooks import Handed, NotUnderstood
from blog.mailroom.values import Door

# How far its clock may be before ours.
_AHEAD = timedelta(minutes=15)
# A message that is tried again may still carry the time of the first attempt: a shorter window would lose it. What was
# used is remembered (`use_token`), so within the window, too, a signature is good for one message only.
_BEHIND = MAILGUN_RETRIES + timedelta(hours=1)
_MAX_TOKEN = 100
_MAX_FIELDS = 200
# A name, a time, a token or a signature in the encoding that makes most of it (%41 for a letter).
_MAX_SHORT = 3 * _MAX_TOKEN
_MAX_HEAD = 1024
_END_OF_HEAD = b"\r\n\r\n"
_PIECE = 65_536


@dataclass(frozen=True, slots=True)
class Form:
    """The fields of a form; of those with one name the first.

    Each is kept as it was sent, and decoded when it is asked for: anybody may send a form, and until it is known to be
    Mailgun's, no more than a few octets of it may cost anything.
    """

    sent: Mapping[str, bytes]
    is_urlencoded: bool

    def value(self, name: str) -> bytes | None:
        """What is in a field, to the octet; None when there is none.

        A web framework would make text of it, and mail is not always in the charset that it then assumes.
        """
        sent = self.sent.get(name)
        return _decoded(sent) if sent is not None and self.is_urlencoded else sent

    def short(self, name: str) -> bytes:
        """The same for a field that holds a few characters; nothing where it is missing, or holds more."""
        return (self.value(name) or b"") if len(self.sent.get(name, b"")) <= _MAX_SHORT else b""

    def text(self, name: str) -> str | None:
        """The same as text."""
        value = self.value(name)
        return None if value is None else value.decode("utf-8", "replace")


def form_of(content_type: str, body: bytes) -> Form:
    """The form in a request. Raises `NotUnderstood`."""
    kind, options = parse_options_header(content_type)
    is_urlencoded = kind == "application/x-www-form-urlencoded"
    if is_urlencoded:
        pairs = _pairs(body)
    elif kind == "multipart/form-data" and options.get("boundary"):
        pairs = _parts(options["boundary"].encode("latin-1", "replace"), body)
    else:
        raise NotUnderstood("this is no form")
    sent: dict[str, bytes] = {}
    for name, value in pairs:
        sent.setdefault(name, value)
    return Form(sent, is_urlencoded)


def is_signed(form: Form, signing_key: str, now: datetime) -> bool:
    """Whether a form carries Mailgun's signature, and a time at which it can still be underway."""
    timestamp, token, signature = (form.short(name) for name in ("timestamp", "token", "signature"))
    expected = hmac.new(signing_key.encode(), timestamp + token, hashlib.sha256).hexdigest().encode()
    if not hmac.compare_digest(signature.lower(), expected):
        return False
    signed_at = _instant(timestamp)
    return 0 < len(token) <= _MAX_TOKEN and signed_at is not None and -_BEHIND <= signed_at - now <= _AHEAD


def handed_in(form: Form) -> Handed:
    """The message of a signed form. Raises `NotUnderstood` when there is none in it."""
    raw = form.value("body-mime")
    if raw is None:
        raise NotUnderstood("there is no body-mime; the address of the route must end in mime")
    recipients = (form.text("recipient") or "").split(",")
    sender = form.text("sender")
    return Handed(
        door=Door.MAILGUN,
        # No name of theirs stays the same for sure when they try again: the bytes do, with the trace headers in them.
        name="",
        recipients=tuple(one.strip() for one in recipients if one.strip()),
        sender=None if sender is None else sender.strip().strip("<>"),
        raw=raw,
        stamped_at=_instant(form.short("timestamp")),
    )


def token_of(form: Form) -> str:
    """The token of a signed form."""
    return form.short("token").decode("latin-1")


def _instant(seconds: bytes) -> datetime | None:
    if not (seconds.isdigit() and len(seconds) <= 10):
        return None
    return datetime.fromtimestamp(int(seconds), UTC)


def _pairs(body: bytes) -> Iterator[tuple[str, bytes]]:
    pieces = body.split(b"&", _MAX_FIELDS)
    if len(pieces) > _MAX_FIELDS:
        raise NotUnderstood("the form has too many fields")
    for piece in pieces:
        name, _equals, value = piece.partition(b"=")
        if len(name) <= _MAX_SHORT:
            yield _decoded(name).decode("latin-1"), value


def _decoded(sent: bytes) -> bytes:
    """The octets of a field in the address-like encoding. In pieces: the library makes a list of all its escapes."""
    plain = bytearray()
    at = 0
    while at < len(sent):
        end = at + _PIECE
        # Never within an escape (three octets).
        escape = sent.rfind(b"%", end - 2, end)
        end = escape if escape > at else end
        plain += unquote_to_bytes(sent[at:end].replace(b"+", b" "))
        at = end
    return bytes(plain)


def _parts(boundary: bytes, body: bytes) -> Iterator[tuple[str, bytes]]:
    """The parts of a form in parts (RFC 7578; RFC 2046, 5.1.1)."""
    delimiter = b"\r\n--" + boundary
    pieces = (b"\r\n" + body).split(delimiter, _MAX_FIELDS + 1)
    for piece in pieces[1:]:
        if piece.startswith(b"--"):
            return
        end = piece.find(_END_OF_HEAD, 0, _MAX_HEAD)
        if end < 0:
            break
        yield _name_in(piece[:end]), piece[end + len(_END_OF_HEAD) :]
    raise NotUnderstood("the form cannot be read")


def _name_in(head: bytes) -> str:
    for line in head.split(b"\r\n"):
        name, _colon, value = line.partition(b":")
        if name.strip().lower() == b"content-disposition":
            return parse_options_header(value.decode("utf-8", "replace"))[1].get("name", "")
    return ""
