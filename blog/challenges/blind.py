"""What a judge may see of a message: all that it says, but not who says it, nor what only they may know.

Pure functions on text. They hide what identifies the sender where it can be recognised, and links and codes that we
have mailed to them; what somebody writes about themselves inside an answer cannot be told from the answer, and stays.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from html import escape, unescape

from blog.challenges.blind_names import composed, names_in
from blog.challenges.blind_secrets import Span, addresses_in, secrets_in
from blog.mailroom.parser.encoded_words import decode_words
from blog.mailroom.parser.opened import OpenedPart, open_parts
from blog.mailroom.parser.parameters import parse

HIDDEN = "▒▒▒"
_LOOKED_AT = 4
_FILE_NAME = re.compile(
    r"\b((?:file)?name)(\*[0-9*]{0,4})?=(?:\"[^\"]{0,1000}\"|[^\s;]{1,1000})", re.IGNORECASE
)
# What parts inside a message say of themselves in other words: programs put the file name there as well.
_TELLING_FIELD = re.compile(
    r"^(content-(?:description|location|id)):[^\n]*+(?:\n[ \t][^\n]*+)*+", re.IGNORECASE | re.MULTILINE
)
# Of these the value is shown; any other may hold a name, an address or a host.
_SHOWN_FIELDS = frozenset({"subject", "mime-version", "content-transfer-encoding", "content-language"})
_KINDS = frozenset({"content-type", "content-disposition"})
_SHOWN_PARAMETERS = frozenset({"charset", "format", "delsp", "type", "report-type"})
_TAGS = re.compile(r"(<[^<>]*+>)")
# These do not end a word or a line.
_INLINE = re.compile(
    r"</?(?:a|abbr|b|bdi|bdo|big|cite|code|em|font|i|ins|kbd|mark|q|s|samp|small|span|strong|sub|sup|u|wbr)\b",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Sender:
    """Who wrote a message, so that it can be hidden."""

    name: str
    address: str


def hide_sender(text: str, sender: Sender) -> str:
    """`text` without any address, without secrets that we have mailed, and without the sender's name.

    One name alone goes only where somebody signs: on a line of its own below the first, or behind a closing. On the
    first line it stays, for an answer can be one name. In the place of each stands `HIDDEN`.
    """
    text = composed(text)
    return _without(text, _telling(text, sender))


def beginning_of(text: str, sender: Sender, most: int) -> str:
    """How a text begins, in little more than `most` characters, without what identifies the sender.

    More than is shown is looked at, so that no name is cut before it is found.
    """
    part = text[: _LOOKED_AT * most]
    if len(part) < len(text):
        part = " ".join(part.rsplit(maxsplit=1)[:1])
    shown = hide_sender(part, sender).strip()
    return shown if len(shown) <= most else f"{shown[:most]}…"


def raw_as_text(raw: bytes, sender: Sender, limit: int | None = None) -> str:
    """At most `limit` bytes of a raw message as text, without what identifies the sender.

    Its parts are decoded, for a name can be found in no other way, and stand below each other, also those of messages
    that it forwards; files are left out. Of the headers only those that tell what the parts are keep their value,
    without the names of files and boundaries.
    """
    return "\n".join(_shown_part(part, sender) for part in open_parts(raw[:limit]))


def part_as_text(part: OpenedPart, sender: Sender) -> str:
    """What one part of a message says, HTML as its source, without what identifies the sender."""
    if part.text is None:
        return HIDDEN
    if part.type == "text/html":
        return html_without_sender(part.text, sender)
    # Of a message that is broken the parts stand in the text.
    text = _TELLING_FIELD.sub(rf"\1: {HIDDEN}", _FILE_NAME.sub(rf"\1={HIDDEN}", part.text))
    return hide_sender(text, sender)


def html_without_sender(html: str, sender: Sender) -> str:
    """HTML without what identifies the sender, as `hide_sender` does; also what is put together of several texts."""
    pieces = _TAGS.split(html)
    texts = [composed(unescape(piece)) for piece in pieces[::2]]
    tags = pieces[1::2]
    places: list[Span] = []
    whole: list[str] = []
    position = 0
    for text, tag in zip(texts, [*tags, ""], strict=True):
        between = "" if _INLINE.match(tag) else "\n"
        places.append((position, position + len(text)))
        whole += (text, between)
        position += len(text) + len(between)
    spans = _merged(_telling("".join(whole), sender))
    shown = [escape(each, quote=False) for each in _cut_out(texts, places, spans)]
    told = [hide_sender(tag, sender) if "=" in tag or "<!" in tag else tag for tag in tags]
    return "".join(f"{text}{tag}" for text, tag in zip(shown, [*told, ""], strict=True))


def attachment_kind(attachment: dict[str, object]) -> str:
    """What an attachment is (`image/png`); its file name could name the sender."""
    kind = attachment.get("type")
    return kind if isinstance(kind, str) and kind else "application/octet-stream"


def _shown_part(part: OpenedPart, sender: Sender) -> str:
    head = [_shown_field(name, value, sender) for name, value in part.fields]
    body = part_as_text(part, sender)
    return "\n".join([*head, "", body, ""] if head else [body, ""])


def _shown_field(name: str, value: str, sender: Sender) -> str:
    title = "-".join(each.capitalize() for each in name.split("-"))
    if name in _KINDS:
        kind, parameters = parse(value)
        more = (
            f"{each}={hide_sender(said, sender) if each in _SHOWN_PARAMETERS else HIDDEN}"
            for each, said in parameters.items()
        )
        return f"{title}: {'; '.join([hide_sender(kind, sender), *more])}"
    if name in _SHOWN_FIELDS:
        return f"{title}: {hide_sender(' '.join(decode_words(value).split()), sender)}"
    return f"{title}: {HIDDEN}"


def _telling(text: str, sender: Sender) -> list[Span]:
    """Where a text tells who sent it, or holds a secret of theirs; the places may overlap."""
    return [*addresses_in(text), *secrets_in(text), *names_in(text, sender.name, sender.address)]


def _without(text: str, spans: Sequence[Span]) -> str:
    return _cut_out([text], [(0, len(text))], _merged(spans))[0]


def _merged(spans: Sequence[Span]) -> list[Span]:
    merged: list[Span] = []
    for start, end in sorted(spans):
        if merged and start < merged[-1][1]:
            merged[-1] = merged[-1][0], max(end, merged[-1][1])
        else:
            merged.append((start, end))
    return merged


def _cut_out(texts: Sequence[str], places: Sequence[Span], spans: Sequence[Span]) -> list[str]:
    """Texts that stand at these places of a whole, without these spans of it: in the place of each stands one mark."""
    shown: list[str] = []
    which = 0
    for text, (start, end) in zip(texts, places, strict=True):
        kept: list[str] = []
        position = start
        while which < len(spans) and spans[which][0] < end:
            first, last = spans[which]
            if first >= start:
                kept += (text[position - start : first - start], HIDDEN)
            position = min(last, end)
            if last > end:
                break
            which += 1
        kept.append(text[max(position, start) - start :])
        shown.append("".join(kept))
    return shown
