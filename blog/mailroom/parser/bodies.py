"""The person's words in a message, and the list of everything else that it carries."""

import hashlib
import re
from collections.abc import Iterator
from dataclasses import dataclass

from blog.mailroom.parser import caps
from blog.mailroom.parser.alternatives import Version, as_typed, has_words, signs_in, without_numbers
from blog.mailroom.parser.charsets import decode, plain_lines, without_controls
from blog.mailroom.parser.containers import PART
from blog.mailroom.parser.defects import Defect
from blog.mailroom.parser.flowed import unflow
from blog.mailroom.parser.html_text import HtmlText, html_to_text
from blog.mailroom.parser.message import Attachment
from blog.mailroom.parser.parts import Part
from blog.mailroom.parser.quotes import split_reply

_META_CHARSET = re.compile(r"<meta[^>]{0,200}?charset=[\"']?([\w-]{1,40})", re.IGNORECASE)
# What programs write above the first part, for those that know no parts.
_FOR_OLD_PROGRAMS = re.compile(rb"\bmime\b|\bmulti-?part\b", re.IGNORECASE)
_UUENCODE = re.compile(r"^begin [0-7]{3,4} \S", re.MULTILINE)
_PGP_MESSAGE = re.compile(r"^[> ]{0,40}+-----BEGIN PGP MESSAGE-----", re.MULTILINE)
_TNEF_TYPES = frozenset({"application/ms-tnef", "application/vnd.ms-tnef"})
_ENCRYPTED_TYPES = frozenset(
    {"application/pkcs7-mime", "application/x-pkcs7-mime", "application/pgp-encrypted"}
)


@dataclass(frozen=True, slots=True)
class Bodies:
    """All that a message says: text shown (with the marks of `containers`), attachments, the first text's charset.

    `beside` is what its reader does not see, or sees in another program only: hidden text, an alternative that says
    something else, and what stands around the parts.
    """

    text: str
    beside: str
    attachments: tuple[Attachment, ...]
    charset: str


def read_bodies(root: Part, defects: set[Defect]) -> Bodies:
    """The text of a message and its attachments; what is wrong with them goes into `defects`."""
    reader = _Reader(defects)
    chosen = reader.chosen(root)
    shown = [reader.shown(part) for part in chosen]
    others = reader.alternatives_to(chosen, root)
    if not _has_text(shown):
        shown, others = others, []
    if not _has_text(shown):
        # Some programs give even the body a file name; it then counts as both.
        shown = [reader.shown(part) for part in root.leaves() if _is_named_text(part)]
    shown, others = _compared(shown, others, reader.signs, defects)
    attachments = tuple(_listed(part, defects) for part in attached_to(root))
    if any(part.type == "multipart/encrypted" for part in _containers(root)):
        defects.add(Defect.ENCRYPTED)
    whole = _put_together(shown, f"\n{PART}\n")
    text = _cut(whole)
    if len(text) < len(whole):
        defects.add(Defect.TEXT_TOO_LONG)
    _note_foreign_text(text, defects)
    beside = [*reader.hidden, *(without_controls(each) for each in others), *reader.around(root)]
    return Bodies(text, _put_together(beside), attachments, reader.charset)


def attached_to(root: Part) -> Iterator[Part]:
    """The parts of a message that are not the person's words, in order."""
    return (part for part in root.leaves() if not _is_words(part))


def read_pages(root: Part) -> list[str]:
    """The HTML that a message shows, each part by itself, as far as there is room; nothing of files."""
    reader = _Reader(set())
    return [
        reader.page_source(part) for part in root.leaves() if part.type == "text/html" and _is_words(part)
    ]


def _has_text(texts: list[str]) -> bool:
    return any(text.strip() for text in texts)


def _put_together(texts: list[str], between: str = "\n\n") -> str:
    return between.join(text.strip("\n") for text in texts if text.strip())


def _compared(
    shown: list[str], others: list[str], signs: list[str], defects: set[Defect]
) -> tuple[list[str], list[str]]:
    """What is shown, and what the other alternatives say more, in words or by one of their signs. Where that is new,
    a person has to see both.

    A text that says something else altogether is what a program writes for programs that know no HTML: it changes
    places with them. A link, or an older message, that only one of them has is kept, and troubles nobody.
    """
    if not others:
        return shown, []
    known = Version("\n".join(shown))
    unsaid = _lacking(signs, "\n".join(shown))
    more: list[str] = []
    for other in others:
        has_more_words = known.lacks_words_of(Version(without_numbers(other)))
        if not has_more_words and not unsaid:
            continue
        reply = split_reply(other)
        typed = as_typed(reply.text)
        has_sign = len(_lacking(unsaid, typed)) < len(unsaid)
        if has_sign or known.lacks_words_of(Version(typed)):
            defects.add(Defect.ALTERNATIVES_DIFFER)
        if has_sign or known.lacks_words_of(Version(without_numbers(reply.text))):
            more.append(other)
        elif has_more_words:
            more.append(reply.elided)
    is_stub = Defect.ALTERNATIVES_DIFFER in defects and known.is_mostly_missing_in(Version("\n".join(more)))
    return (more, shown) if is_stub else (shown, more)


def _lacking(signs: list[str], text: str) -> list[str]:
    """The signs that are not in a text."""
    written = signs_in(text) if signs else ""
    return [sign for sign in signs if signs_in(sign) not in written]


def _cut(text: str) -> str:
    kept = text[: caps.TEXT_CHARACTERS]
    if kept.count("\n") > caps.TEXT_LINES:
        return "\n".join(kept.split("\n", caps.TEXT_LINES)[: caps.TEXT_LINES])
    return kept


def _note_foreign_text(text: str, defects: set[Defect]) -> None:
    if _UUENCODE.search(text):
        defects.add(Defect.UUENCODE)
    if _PGP_MESSAGE.search(text):
        defects.add(Defect.ENCRYPTED)


class _Reader:
    """Decodes text parts, each once."""

    def __init__(self, defects: set[Defect]) -> None:
        self.defects = defects
        self.hidden: list[str] = []
        self.signs: list[str] = []
        self.charset = ""
        self.room = caps.TEXT_CHARACTERS
        self.tokens = caps.HTML_TOKENS
        self._plain: dict[int, str] = {}

    def chosen(self, part: Part) -> list[Part]:
        """The parts whose text is the message's, in order. Recursion ends at the cap on depth."""
        if not part.is_multipart:
            return [part] if _is_words(part) else []
        if part.type != "multipart/alternative":
            return [found for child in part.children for found in self.chosen(child)]
        choices = [self.chosen(child) for child in part.children]
        for choice in choices:
            if choice and all(each.type == "text/plain" for each in choice) and self._says_something(choice):
                return choice
        # The last one is the richest (RFC 2046 §5.1.4).
        with_html = [choice for choice in choices if any(each.type == "text/html" for each in choice)]
        if with_html:
            return with_html[-1]
        return choices[0] if choices else []

    def _says_something(self, choice: list[Part]) -> bool:
        return any(has_words(self.plain(part)) for part in choice)

    def shown(self, part: Part) -> str:
        """What a part shows to its reader."""
        if part.type != "text/html":
            return self.plain(part)
        self.defects.add(Defect.HTML_ONLY)
        result = self._page(part)
        if result.suspicious:
            self.defects.add(Defect.HIDDEN_TEXT)
        if result.hidden:
            self.hidden.append(result.hidden)
        return result.visible

    def alternatives_to(self, chosen: list[Part], root: Part) -> list[str]:
        """What the texts say that were not chosen, as far as there is room. Nobody sees what is hidden there."""
        known = {part.start for part in chosen}
        was_cut = Defect.TEXT_TOO_LONG in self.defects
        others = [
            self._page(part).visible if part.type == "text/html" else self.plain(part)
            for part in root.leaves()
            if _is_words(part) and part.start not in known
        ]
        if not was_cut:
            # HTML takes many times the room of its words: where it was cut stands the end of a long exchange.
            self.defects.discard(Defect.TEXT_TOO_LONG)
        return others

    def around(self, root: Part) -> list[str]:
        """What stands above the first part and below the last: no program shows it, but gateways write there."""
        found: list[bytes] = []
        for part in _containers(root):
            if not _FOR_OLD_PROGRAMS.search(part.preamble[:500]):
                found.append(part.preamble)
            found.append(part.epilogue)
        return [self.limited(plain_lines(decode(text, "").text)) for text in found if text.strip()]

    def page_source(self, part: Part) -> str:
        return self.limited(self._decoded(part))

    def _page(self, part: Part) -> HtmlText:
        html = self.page_source(part)
        result = html_to_text(html, tokens=self.tokens)
        # Around every tag there is at most one text.
        self.tokens = max(self.tokens - 2 * html.count("<"), 0)
        if result.cut:
            self.defects.add(Defect.TEXT_TOO_LONG)
        self.signs.extend(result.signs[: max(caps.SIGNS - len(self.signs), 0)])
        return result

    def plain(self, part: Part) -> str:
        known = self._plain.get(part.start)
        if known is not None:
            return known
        text = self.limited(self._decoded(part))
        if part.parameters.get("format", "").lower() == "flowed":
            text = unflow(text, delsp=part.parameters.get("delsp", "").lower() == "yes")
        self._plain[part.start] = text
        return text

    def limited(self, text: str) -> str:
        """The text as far as it is read: many long parts share what one long part may take."""
        kept = _cut(text[: self.room])
        if len(kept) < len(text):
            self.defects.add(Defect.TEXT_TOO_LONG)
        self.room -= len(kept)
        return kept

    def _decoded(self, part: Part) -> str:
        data = part.content(self.defects)
        declared = part.parameters.get("charset", "")
        if not declared and part.type == "text/html":
            meta = _META_CHARSET.search(data[:2048].decode("latin-1"))
            declared = meta[1] if meta else ""
        decoded = decode(data, declared)
        if decoded.defect:
            self.defects.add(decoded.defect)
        if decoded.is_doubtful:
            self.defects.add(Defect.DOUBTFUL_CHARSET)
        self.charset = self.charset or decoded.charset
        text = decoded.text.removeprefix("\ufeff")
        clean = plain_lines(text)
        if len(clean) < len(text) - text.count("\r\n"):
            self.defects.add(Defect.CONTROL_CHARACTERS)
        return clean


def _is_words(part: Part) -> bool:
    """Whether this is text that the mail program shows as the message itself, and not a file."""
    return part.type in ("text/plain", "text/html") and part.disposition != "attachment" and not part.filename


def _is_named_text(part: Part) -> bool:
    return (
        part.type in ("text/plain", "text/html") and part.disposition != "attachment" and bool(part.filename)
    )


def _containers(root: Part) -> list[Part]:
    found: list[Part] = []
    waiting = [root]
    while waiting:
        part = waiting.pop()
        if part.is_multipart:
            found.append(part)
            waiting.extend(part.children)
    return found


def _listed(part: Part, defects: set[Defect]) -> Attachment:
    # What is wrong inside an attachment says nothing about the text.
    content = part.content(set())
    if part.type in _TNEF_TYPES or part.filename.lower() == "winmail.dat":
        defects.add(Defect.TNEF)
    if part.type in _ENCRYPTED_TYPES:
        defects.add(Defect.ENCRYPTED)
    return Attachment(
        name=part.filename,
        type=part.type[: caps.NAME_CHARACTERS],
        size=len(content),
        sha256=hashlib.sha256(content).hexdigest(),
    )
