"""What a judge may see of a message: all that it says, but not who says it.

Pure functions on text. They hide what identifies the sender where it can be recognised; what somebody writes
about themselves inside an answer cannot be told from the answer, and stays.
"""

import re
from dataclasses import dataclass
from html import escape, unescape

HIDDEN = "▒▒▒"
# Linear on any input: a match begins only at the start of a word, and no repetition gives anything back.
_ADDRESS = re.compile(r"(?<![^\s<>()\[\]\",;:])[^\s<>()\[\]\",;:@]++@[^\s<>()\[\]\",;:@]++")
_FILE_NAME = re.compile(
    r"\b((?:file)?name)(\*[0-9*]{0,4})?=(?:\"[^\"]{0,1000}\"|[^\s;]{1,1000})", re.IGNORECASE
)
# What parts inside a message say of themselves in other words: programs put the file name there as well.
_TELLING_FIELD = re.compile(
    r"^(content-(?:description|location|id)):[^\n]*+(?:\n[ \t][^\n]*+)*+", re.IGNORECASE | re.MULTILINE
)
_SHOWN_HEADERS = frozenset(
    {
        "subject",
        "mime-version",
        "content-type",
        "content-transfer-encoding",
        "content-disposition",
        "content-language",
    }
)
_TAGS = re.compile(r"(<[^<>]*+>)")
_BETWEEN_WORDS = re.compile(r"[\s.,\-]+")


@dataclass(frozen=True, slots=True)
class Sender:
    """Who wrote a message, so that it can be hidden."""

    name: str
    address: str


def hide_sender(text: str, sender: Sender) -> str:
    """`text` without any address and without the sender's full name.

    A line that holds nothing but parts of the name is hidden as well, below the first line: a signature that
    the parser did not recognise. The first line stays, for an answer can be one name.
    """
    without = _ADDRESS.sub(HIDDEN, text)
    parts = _name_parts(sender)
    if len(parts) > 1:
        without = _full_name(sender.name).sub(HIDDEN, without)
    return "\n".join(_signed_lines_hidden(without, parts))


def raw_as_text(raw: bytes, sender: Sender, limit: int | None = None) -> str:
    """At most `limit` bytes of a raw message as text, without what identifies the sender.

    Bytes that are no UTF-8 are replaced. Of the headers only those that tell what the parts are keep their
    value, file names excepted: any other may hold a name, an address or a host.
    """
    text = raw[:limit].decode("utf-8", "replace").replace("\r\n", "\n").replace("\x00", "�")
    head, gap, body = text.partition("\n\n")
    masked = "\n".join(_masked_field(field) for field in _unfolded(head))
    shown = _TELLING_FIELD.sub(rf"\1: {HIDDEN}", _FILE_NAME.sub(rf"\1={HIDDEN}", body))
    return hide_sender(masked, sender) + gap + hide_sender(shown, sender)


def html_without_sender(html: str, sender: Sender) -> str:
    """Sanitised HTML whose tags have no attributes, without what identifies the sender.

    As `hide_sender` does, text by text; a name that is put together of several texts is hidden below the first one.
    """
    pieces, begun = _TAGS.split(html), False
    parts = _name_parts(sender)
    for index in range(0, len(pieces), 2):
        text = unescape(pieces[index])
        words = _words_of(text)
        hidden = HIDDEN if begun and words and parts.issuperset(words) else hide_sender(text, sender)
        pieces[index] = escape(hidden, quote=False)
        begun = begun or bool(words)
    return "".join(pieces)


def attachment_kind(attachment: dict[str, object]) -> str:
    """What an attachment is (`image/png`); its file name could name the sender."""
    kind = attachment.get("type")
    return kind if isinstance(kind, str) and kind else "application/octet-stream"


def _name_parts(sender: Sender) -> frozenset[str]:
    return frozenset(_words_of(sender.name))


def _words_of(text: str) -> list[str]:
    return [word for word in _BETWEEN_WORDS.split(text.casefold()) if word]


def _full_name(name: str) -> re.Pattern[str]:
    """A name as it may be written: as given and, of "Jansen, Piet", the other way round."""
    surname, _comma, given = name.partition(",")
    orders = {name, f"{given} {surname}"}
    split = [[part for part in _BETWEEN_WORDS.split(order.casefold()) if part] for order in sorted(orders)]
    return re.compile(
        "|".join(r"[\s.,\-]{1,5}".join(re.escape(part) for part in parts) for parts in split), re.IGNORECASE
    )


def _signed_lines_hidden(text: str, parts: frozenset[str]) -> list[str]:
    lines = text.split("\n")
    begun = False
    for index, line in enumerate(lines):
        words = _words_of(line)
        if begun and words and parts.issuperset(words):
            lines[index] = HIDDEN
        begun = begun or bool(words)
    return lines


def _unfolded(head: str) -> list[str]:
    """Header fields, each with its continuation lines (RFC 5322 §2.2.3)."""
    fields: list[str] = []
    for line in head.split("\n"):
        if line[:1] in {" ", "\t"} and fields:
            fields[-1] += "\n" + line
        else:
            fields.append(line)
    return fields


def _masked_field(field: str) -> str:
    name, colon, _value = field.partition(":")
    if not colon or " " in name:
        return HIDDEN
    if name.lower() in _SHOWN_HEADERS:
        return _FILE_NAME.sub(rf"\1={HIDDEN}", field)
    return f"{name}: {HIDDEN}"
