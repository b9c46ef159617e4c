"""What a judge may see of a message: all that it says, but not who says it.

Pure functions on text. They hide what identifies the sender where it can be recognised; what somebody writes
about themselves inside an answer cannot be told from the answer, and stays.
"""

import re
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from html import escape, unescape

from blog.mailroom.parser.encoded_words import decode_words
from blog.mailroom.parser.opened import OpenedPart, open_parts
from blog.mailroom.parser.parameters import parse

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
_WORD = re.compile(r"[^\W_]++")
_BETWEEN_WORDS = r"[\W_]{1,5}+"
# Of a name that is longer, so much is looked for: a name of a hundred words would cost a hundred times as much.
_MOST_PARTS = 8
_LONGEST_SIGNATURE = 200
# What stands before a name at the end of a letter, and between the two.
_CLOSINGS = frozenset(
    "mvg mfg mvrgr gr grt grtn groet groeten groetjes regards greetings cheers sincerely gruss grusse "
    "salutations cordialement saludos".split()
)
_BEFORE_A_NAME = frozenset({"van", "from", "von", "de"})
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
# Letters whose line or ring Unicode does not take for an accent.
_PLAIN = {"ø": "o", "ł": "l", "đ": "d", "ð": "d"}
_LATIN, _WIDE = range(0x2000), range(0xFF00, 0xFFF0)

Span = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Sender:
    """Who wrote a message, so that it can be hidden."""

    name: str
    address: str


def hide_sender(text: str, sender: Sender) -> str:
    """`text` without any address and without the sender's full name, whatever its accents and the order of its parts.

    A line that holds nothing but parts of the name is hidden as well, below the first line: a signature that the parser
    did not recognise. The first line stays, for an answer can be one name. So is what follows a closing to the end of
    a line.
    """
    text = _composed(text)
    return _without(text, _telling(text, sender))


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
    texts = [_composed(unescape(piece)) for piece in pieces[::2]]
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
    """Where a text tells who sent it; the places may overlap."""
    spans = [match.span() for match in _ADDRESS.finditer(text)]
    parts = _name_parts(sender)
    if not parts:
        return spans
    folded = _folded(text)
    if len(parts) > 1:
        spans += [match.span() for match in _full_name(parts).finditer(folded)]
    return [*spans, *_signatures(folded, frozenset(parts))]


def _name_parts(sender: Sender) -> list[str]:
    """The words of a name, as they are looked for; of somebody who gives none, those before the at sign."""
    if sender.name.strip():
        return _WORD.findall(_folded(_composed(sender.name)))[:_MOST_PARTS]
    local_part = _WORD.findall(_folded(sender.address.partition("@")[0]))
    return [word for word in local_part if word.isalpha()][:_MOST_PARTS]


def _full_name(parts: Sequence[str]) -> re.Pattern[str]:
    """A name as it may be written: as given, or with what is first in it last, or what is last first."""
    orders = {tuple(parts), (*parts[1:], parts[0]), (parts[-1], *parts[:-1])}
    names = "|".join(_BETWEEN_WORDS.join(map(re.escape, order)) for order in sorted(orders))
    return re.compile(rf"(?<![^\W_])(?:{names})(?![^\W_])")


def _signatures(folded: str, parts: frozenset[str]) -> Iterator[Span]:
    """Lines below the first that hold nothing but parts of a name, and parts of it behind a closing."""
    begun, start = False, 0
    for line in folded.split("\n"):
        words = list(_WORD.finditer(line)) if len(line) <= _LONGEST_SIGNATURE else []
        if words and begun and _is_signed([word[0] for word in words], parts):
            yield start, start + len(line)
        elif (signed := _behind_closing(words, parts)) is not None:
            yield start + signed, start + len(line)
        begun = begun or bool(words) or len(line) > _LONGEST_SIGNATURE
        start += len(line) + 1


def _is_signed(words: Sequence[str], parts: frozenset[str]) -> bool:
    """Whether all of these are of a name, first letters for some of them."""
    initials = {part[0] for part in parts}
    return parts.issuperset(words) or (
        any(word in parts for word in words) and parts.union(initials).issuperset(words)
    )


def _behind_closing(words: Sequence[re.Match[str]], parts: frozenset[str]) -> int | None:
    """Where in a line the name begins that stands at its end behind a closing; None where there is none."""
    first = len(words)
    while first and words[first - 1][0] in parts:
        first -= 1
    before = first
    while before and words[before - 1][0] in _BEFORE_A_NAME:
        before -= 1
    is_closed = before > 0 and words[before - 1][0] in _CLOSINGS
    return words[first].start() if is_closed and first < len(words) else None


def _composed(text: str) -> str:
    """Each letter in one piece with its accent: so that what is looked for stands where it is found."""
    return text if text.isascii() else unicodedata.normalize("NFC", text)


class _Folding(dict[int, str]):
    """To which plain small letter each letter belongs; always one, so that places stay where they are."""

    def __missing__(self, code: int) -> str:
        letter = chr(code)
        if code not in _LATIN and code not in _WIDE:
            return letter
        base = unicodedata.normalize("NFKD", letter)[:1].lower()
        folded = _PLAIN.get(base, base)
        self[code] = folded if len(folded) == 1 else letter
        return self[code]


_FOLDING = _Folding()


def _folded(text: str) -> str:
    return text.lower() if text.isascii() else text.translate(_FOLDING)


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
