"""Postmark's inbound webhook: JSON with the whole message in `RawEmail`.

After Postmark's documentation, "Inbound webhook": what it sends is not signed, so its address holds a name and a
password (basic authentication); "Include raw email content in JSON payload" must be on; 200 is success, 403 ends it,
and after anything else it tries again, ten times. What it gave up it keeps as an inbound error, and sends again when
asked.
"""

import hmac
import json
from typing import cast

from werkzeug.datastructures import Authorization

from blog.core.config import WebhookLogin
from blog.mailroom.doors.webhooks import Handed, NotUnderstood
from blog.mailroom.values import Door

_COPIES = ("ToFull", "CcFull", "BccFull")
_MAX_COPIES = 200


def may_enter(shown: Authorization | None, login: WebhookLogin) -> bool:
    """Whether somebody shows the name and the password that Postmark was given. Takes as long whatever is wrong."""
    user, password = (shown.username, shown.password) if shown and shown.type == "basic" else (None, None)
    knows_user = _same(user or "", login.user)
    knows_password = _same(password or "", login.password)
    return knows_user and knows_password


def handed_in(body: bytes, answer_domain: str) -> Handed:
    """The message in a request. Raises `NotUnderstood` when there is none in it."""
    try:
        told: object = json.loads(body)
    except (ValueError, RecursionError):
        raise NotUnderstood("this is no JSON") from None
    if not isinstance(told, dict):
        raise NotUnderstood("this is no object")
    fields = cast("dict[str, object]", told)
    raw = fields.get("RawEmail")
    if not isinstance(raw, str):
        raise NotUnderstood("there is no RawEmail; have Postmark include it")
    return Handed(
        door=Door.POSTMARK,
        name=_text(fields, "MessageID"),
        recipients=_recipients(fields, answer_domain.lower()),
        # It tells who the message says it is from, and not who handed it in.
        sender=None,
        raw=_bytes_of(raw),
        stamped_at=None,
    )


def _recipients(fields: dict[str, object], answer_domain: str) -> tuple[str, ...]:
    """To whom it was sent: as the envelope says, or the headers where mail is forwarded to an address of Postmark's."""
    original = _text(fields, "OriginalRecipient").strip()
    if original.lower().endswith(f"@{answer_domain}"):
        return (original,)
    copies = (address for name in _COPIES for address in _addresses(fields.get(name)))
    ours = tuple(one for one in copies if one.lower().endswith(f"@{answer_domain}"))
    mailbox_hash = _text(fields, "MailboxHash").strip()
    if ours or not mailbox_hash:
        return ours
    return (f"{mailbox_hash}@{answer_domain}",)


def _addresses(people: object) -> list[str]:
    several = cast("list[object]", people)[:_MAX_COPIES] if isinstance(people, list) else []
    return [
        _text(cast("dict[str, object]", one), "Email").strip() for one in several if isinstance(one, dict)
    ]


def _text(fields: dict[str, object], name: str) -> str:
    value = fields.get(name)
    return value if isinstance(value, str) else ""


def _bytes_of(raw: str) -> bytes:
    # JSON has characters where mail has bytes. Half a surrogate pair is no character; it is kept, too.
    return raw.encode("utf-8", "surrogatepass")


def _same(shown: str, known: str) -> bool:
    return hmac.compare_digest(shown.encode("utf-8", "surrogatepass"), known.encode())
