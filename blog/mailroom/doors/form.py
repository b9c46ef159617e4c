"""The web form, for readers whose mail does not get through: an equal door, with the same numbers.

What was typed becomes a message (RFC 5322), so that everything after it is the same: the ledger's digest, reading,
judging, the receipt.
"""

import base64
import hashlib
import re
import uuid
from binascii import b2a_qp
from dataclasses import dataclass
from email.utils import format_datetime

import sqlalchemy as sa
from flask_babel import lazy_gettext as _

from blog.accounts.values import checked_email
from blog.core import clock
from blog.core.config import current_application, current_settings
from blog.core.db import session
from blog.core.errors import DomainError, InvalidInput, NoRoom, NotFound, TooMany
from blog.mailroom.accepting import Incoming, accept_messages
from blog.mailroom.actions import one_line
from blog.mailroom.doors.disk import free_disk_of
from blog.mailroom.models import DoorReceipt
from blog.mailroom.refusals import count_refusal, write_refusals_now_and_then
from blog.mailroom.routes import resolve
from blog.mailroom.values import Door, Envelope, RefusalReason

MAX_TEXT_CHARACTERS = 100_000
_MAX_NAME = 200
_PLAIN_NAME = re.compile(r"[A-Za-z0-9 ]*")
# An encoded word is at most 75 characters long (RFC 2047, section 2): so many bytes fit into one.
_BYTES_OF_A_WORD = 45


@dataclass(frozen=True, slots=True)
class Typed:
    """What somebody typed. `submission_key` is what their form was given when it was shown: sent twice, stored once."""

    name: str
    address: str
    text: str
    submission_key: str


def hand_in(typed: Typed, *, recipient: str, peer: str, tls: bool) -> str:
    """Store what was typed as a message for `recipient`, in the current unit of work. Returns what is told about it.

    `peer` is the network address of the visitor, `tls` whether they came over TLS. The same again is told the same, and
    is not stored a second time; other words under one key are another message. Raises `NotFound` for an address that is
    not ours, `InvalidInput` for what was typed, and `NoRoom` while the disk is nearly full.
    """
    if free_disk_of(current_application()).is_scarce():
        raise NoRoom
    text, address = _checked_text(typed.text), checked_email(typed.address)
    destination = resolve(recipient, current_settings().answer_domain)
    if destination is None:
        raise NotFound
    incoming = Incoming(
        Envelope(Door.FORM, address, (recipient,), peer=peer, helo="", tls=tls),
        (destination,),
        _message(typed.name, address, text, recipient),
        _key(typed, text, recipient),
    )
    return accept_messages([incoming])[0][0]


def count_refused(why: DomainError, *, recipient: str) -> None:
    """Count what was typed for `recipient` and not taken. Not in a unit of work."""
    if isinstance(why, TooMany | NoRoom):
        destination = resolve(recipient, current_settings().answer_domain)
        reason = RefusalReason.TOO_MANY if isinstance(why, TooMany) else RefusalReason.NO_ROOM
        count_refusal(Door.FORM, reason, [destination] if destination else ())
        write_refusals_now_and_then()


def told_before(typed: Typed, *, recipient: str) -> str | None:
    """What was told when the very same was handed in before; None for what is new."""
    text = _tidy(typed.text)
    known = sa.select(DoorReceipt.told).where(
        DoorReceipt.door == Door.FORM, DoorReceipt.key == _key(typed, text, recipient)
    )
    told = session.scalar(known)
    return told[0] if told else None


def _tidy(typed: str) -> str:
    return typed.replace("\r\n", "\n").replace("\r", "\n").strip("\n")


def _checked_text(typed: str) -> str:
    text = _tidy(typed)
    if not text.strip():
        fault = _("Write something first.")
        raise InvalidInput(fault, fields={"text": fault})
    if len(text) > MAX_TEXT_CHARACTERS:
        fault = _(
            "This is %(count)s characters long; at most %(longest)s fit.",
            count=len(text),
            longest=MAX_TEXT_CHARACTERS,
        )
        raise InvalidInput(fault, fields={"text": fault})
    # Half a surrogate pair is no character, and nothing that a browser sends.
    return text.encode("utf-8", "replace").decode()


def _message(name: str, address: str, text: str, recipient: str) -> bytes:
    """What was typed as a message in UTF-8 (RFC 6532 for addresses that are not ASCII).

    It is put together by hand: the library of this Python may let an encoded word in a name begin a new header
    (CVE-2024-6923).
    """
    head = (
        f"From: {_phrase(one_line(name, _MAX_NAME))}<{address}>",
        f"To: <{recipient}>",
        f"Date: {format_datetime(clock.now())}",
        f"Message-ID: <{uuid.uuid4().hex}@{current_settings().answer_domain}>",
        "MIME-Version: 1.0",
        "Content-Type: text/plain; charset=utf-8",
        "Content-Transfer-Encoding: quoted-printable",
    )
    body = b2a_qp(text.encode()).replace(b"\n", b"\r\n")
    return "\r\n".join((*head, "", "")).encode() + body + b"\r\n"


def _phrase(name: str) -> str:
    """A name before an address: letters as they are, all else in encoded words, a line for each."""
    if _PLAIN_NAME.fullmatch(name):
        return f"{name} ".lstrip()
    words: list[bytes] = [b""]
    for character in name:
        encoded = character.encode()
        # No word may end within a character (RFC 2047, section 5).
        if len(words[-1]) + len(encoded) > _BYTES_OF_A_WORD:
            words.append(b"")
        words[-1] += encoded
    return "".join(f"=?utf-8?b?{base64.b64encode(word).decode()}?=\r\n " for word in words)


def _key(typed: Typed, text: str, recipient: str) -> str:
    parts = (typed.submission_key, typed.name, typed.address, text, recipient)
    whole = "\0".join(parts)
    return hashlib.sha256(whole.encode("utf-8", "surrogatepass")).hexdigest()
