"""What is known of a message that has been read: plain values, which travel as JSON."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Literal, cast, get_args

from blog.mailroom.parser.defects import Defect

PARSER_VERSION = 4
"""Goes up with every change after which a stored message could be read differently."""

_SURROGATE = re.compile("[\ud800-\udfff]")

Kind = Literal["person", "automatic", "bounce", "list"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Attachment:
    """A part that is not the person's text. `size` in bytes and `sha256` (hex) are of its decoded content."""

    name: str
    type: str
    size: int
    sha256: str

    def to_json(self) -> dict[str, object]:
        """The same as a dict that `json.dumps` takes."""
        return {"name": self.name, "type": self.type, "size": self.size, "sha256": self.sha256}


@dataclass(frozen=True, slots=True, kw_only=True)
class ParsedMail:
    """A message as read. Every string is free of control characters; nothing in it is proven to be true.

    `from_address` is bare, its domain in lower case, empty when there is none that can be trusted to be one
    address; `message_id`, `in_reply_to` and `references` keep their angle brackets (RFC 5322 §3.6.4);
    `date_claimed` is in UTC and is only ever shown. `text` is what the person wrote now, `elided` what is
    quoted, signature or hidden; both have plain line feeds. `readable` is false when a person must read the
    raw message. `automatic`: it may be from a program, so it is never answered; where there is only a doubt
    about that, `kind` says person, and somebody looks at it. `body_sha256` (hex) is of all words, new and old,
    whatever the white space between them: a message that comes twice has the same; empty when no text was
    read, and then it says nothing.
    """

    from_address: str = ""
    from_name: str = ""
    subject: str = ""
    message_id: str | None = None
    in_reply_to: str | None = None
    references: tuple[str, ...] = ()
    date_claimed: datetime | None = None
    text: str = ""
    elided: str = ""
    body_sha256: str = ""
    automatic: bool = False
    automatic_reason: str | None = None
    kind: Kind = "person"
    attachments: tuple[Attachment, ...] = ()
    defects: tuple[str, ...] = ()
    charset: str = ""
    readable: bool = True

    def to_json(self) -> dict[str, object]:
        """The same as a dict that `json.dumps` takes."""
        return {
            "from_address": self.from_address,
            "from_name": self.from_name,
            "subject": self.subject,
            "message_id": self.message_id,
            "in_reply_to": self.in_reply_to,
            "references": list(self.references),
            "date_claimed": self.date_claimed.isoformat() if self.date_claimed else None,
            "text": self.text,
            "elided": self.elided,
            "body_sha256": self.body_sha256,
            "automatic": self.automatic,
            "automatic_reason": self.automatic_reason,
            "kind": self.kind,
            "attachments": [each.to_json() for each in self.attachments],
            "defects": list(self.defects),
            "charset": self.charset,
            "readable": self.readable,
        }

    @classmethod
    def from_json(cls, value: object) -> "ParsedMail":
        """What `to_json` gave, back again. ValueError on anything else: no child is trusted."""
        fields = _mapping(value)
        kind = _text(fields, "kind")
        if kind not in get_args(Kind):
            raise ValueError(f"unknown kind of mail: {kind!r}")
        date = _text_or_none(fields, "date_claimed")
        return cls(
            from_address=_text(fields, "from_address"),
            from_name=_text(fields, "from_name"),
            subject=_text(fields, "subject"),
            message_id=_text_or_none(fields, "message_id"),
            in_reply_to=_text_or_none(fields, "in_reply_to"),
            references=_texts(fields, "references"),
            date_claimed=_instant(date) if date is not None else None,
            text=_text(fields, "text"),
            elided=_text(fields, "elided"),
            body_sha256=_text(fields, "body_sha256"),
            automatic=_flag(fields, "automatic"),
            automatic_reason=_text_or_none(fields, "automatic_reason"),
            kind=cast(Kind, kind),
            attachments=tuple(_attachment(each) for each in _list(fields, "attachments")),
            defects=_texts(fields, "defects"),
            charset=_text(fields, "charset"),
            readable=_flag(fields, "readable"),
        )


def unread(defect: Defect, envelope_sender: str | None = None) -> ParsedMail:
    """A message that could not be read, for that reason. The null sender (`""`) still makes it automatic."""
    null_sender = envelope_sender == ""
    return ParsedMail(
        defects=(defect.value,),
        readable=False,
        automatic=null_sender,
        automatic_reason="null-sender" if null_sender else None,
        kind="automatic" if null_sender else "person",
    )


def _mapping(value: object) -> Mapping[str, object]:
    if not isinstance(value, dict):
        raise ValueError("not a JSON object")
    return cast(Mapping[str, object], value)


def _field(fields: Mapping[str, object], name: str) -> object:
    if name not in fields:
        raise ValueError(f"{name} is missing")
    return fields[name]


def _text(fields: Mapping[str, object], name: str) -> str:
    value = _field(fields, name)
    if not isinstance(value, str):
        raise ValueError(f"{name} is not a string")
    return _storable(value)


def _storable(value: str) -> str:
    """What a database takes. The reader gives nothing else, and a child may be anything by now."""
    if "\0" in value or _SURROGATE.search(value):
        raise ValueError("a string holds what cannot be stored")
    return value


def _instant(value: str) -> datetime:
    instant = datetime.fromisoformat(value)
    if instant.tzinfo is None:
        raise ValueError("a date without its zone")
    return instant


def _text_or_none(fields: Mapping[str, object], name: str) -> str | None:
    return None if _field(fields, name) is None else _text(fields, name)


def _flag(fields: Mapping[str, object], name: str) -> bool:
    value = _field(fields, name)
    if not isinstance(value, bool):
        raise ValueError(f"{name} is not true or false")
    return value


def _list(fields: Mapping[str, object], name: str) -> list[object]:
    value = _field(fields, name)
    if not isinstance(value, list):
        raise ValueError(f"{name} is not a list")
    return cast(list[object], value)


def _texts(fields: Mapping[str, object], name: str) -> tuple[str, ...]:
    values = _list(fields, name)
    if not all(isinstance(value, str) for value in values):
        raise ValueError(f"{name} is not a list of strings")
    return tuple(_storable(value) for value in cast(list[str], values))


def _attachment(value: object) -> Attachment:
    fields = _mapping(value)
    size = _field(fields, "size")
    if not isinstance(size, int) or isinstance(size, bool):
        raise ValueError("size is not a number")
    return Attachment(
        name=_text(fields, "name"), type=_text(fields, "type"), size=size, sha256=_text(fields, "sha256")
    )
