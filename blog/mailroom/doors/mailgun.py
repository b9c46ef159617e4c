"""Mailgun's routes: a form with the raw message in `body-mime`, signed with the account's webhook signing key.

After Mailgun's documentation, "Receiving Messages via HTTP" and "Securing Webhooks": the address must end in `mime`,
a signature is the HMAC-SHA256 of timestamp and token, 200 is success, 406 ends it, and after anything else it tries
again.
"""

import hashlib
import hmac
from datetime import UTC, datetime, timedelta
from urllib.parse import parse_qsl

from werkzeug.http import parse_options_header
from werkzeug.sansio.multipart import Data, Epilogue, Field, File, MultipartDecoder, NeedData

from blog.mailroom.doors.terms import MAILGUN_RETRIES
from blog.mailroom.doors.webhooks import Handed, NotUnderstood
from blog.mailroom.values import Door

# How far its clock may be before ours.
_AHEAD = timedelta(minutes=15)
# A message that is tried again may still carry the time of the first attempt: a shorter window would lose it. What was
# used is remembered (`use_token`), so within the window, too, a signature is good for one message only.
_BEHIND = MAILGUN_RETRIES + timedelta(hours=1)
_MAX_PARTS = 200
_MAX_TOKEN = 100

Fields = dict[str, bytes]


def fields_of(content_type: str, body: bytes) -> Fields:
    """The fields of a form, each exactly as it was sent; of those with one name the first.

    A web framework would decode them, and mail is not always in the charset that it then assumes. Raises
    `NotUnderstood`.
    """
    kind, options = parse_options_header(content_type)
    if kind == "application/x-www-form-urlencoded":
        pairs = _urlencoded(body)
    elif kind == "multipart/form-data" and options.get("boundary"):
        pairs = _multipart(options["boundary"].encode("latin-1", "replace"), body)
    else:
        raise NotUnderstood("this is no form")
    fields: Fields = {}
    for name, value in pairs:
        fields.setdefault(name, value)
    return fields


def is_signed(fields: Fields, signing_key: str, now: datetime) -> bool:
    """Whether a form carries Mailgun's signature, and a time at which it can still be underway."""
    timestamp, token = fields.get("timestamp", b""), fields.get("token", b"")
    expected = hmac.new(signing_key.encode(), timestamp + token, hashlib.sha256).hexdigest().encode()
    if not hmac.compare_digest(fields.get("signature", b"").lower(), expected):
        return False
    signed_at = _instant(timestamp)
    return 0 < len(token) <= _MAX_TOKEN and signed_at is not None and -_BEHIND <= signed_at - now <= _AHEAD


def handed_in(fields: Fields) -> Handed:
    """The message of a signed form. Raises `NotUnderstood` when there is none in it."""
    raw = fields.get("body-mime")
    if raw is None:
        raise NotUnderstood("there is no body-mime; the address of the route must end in mime")
    recipients = fields.get("recipient", b"").decode("utf-8", "replace").split(",")
    sender = fields.get("sender")
    return Handed(
        door=Door.MAILGUN,
        # No name of theirs stays the same for sure when they try again: the bytes do, with the trace headers in them.
        name="",
        recipients=tuple(one.strip() for one in recipients if one.strip()),
        sender=None if sender is None else sender.decode("utf-8", "replace").strip().strip("<>"),
        raw=raw,
        stamped_at=_instant(fields.get("timestamp", b"")),
    )


def token_of(fields: Fields) -> str:
    """The token of a signed form."""
    return fields["token"].decode("latin-1")


def _instant(seconds: bytes) -> datetime | None:
    if not (seconds.isdigit() and len(seconds) <= 10):
        return None
    return datetime.fromtimestamp(int(seconds), UTC)


def _urlencoded(body: bytes) -> list[tuple[str, bytes]]:
    # Latin-1 stands for bytes here: each of them is one character there and back.
    try:
        pairs = parse_qsl(
            body.decode("latin-1"), keep_blank_values=True, encoding="latin-1", max_num_fields=_MAX_PARTS
        )
    except ValueError:
        raise NotUnderstood("the form has too many fields") from None
    return [(name, value.encode("latin-1")) for name, value in pairs]


def _multipart(boundary: bytes, body: bytes) -> list[tuple[str, bytes]]:
    decoder = MultipartDecoder(boundary, max_parts=_MAX_PARTS)
    pairs: list[tuple[str, bytes]] = []
    name, value = "", bytearray()
    try:
        decoder.receive_data(body)
        decoder.receive_data(None)
        while not isinstance(event := decoder.next_event(), (Epilogue, NeedData)):
            if isinstance(event, (Field, File)):
                name, value = event.name, bytearray()
            elif isinstance(event, Data):
                value += event.data
                if not event.more_data:
                    pairs.append((name, bytes(value)))
    except ValueError:
        raise NotUnderstood("the form cannot be read") from None
    return pairs
