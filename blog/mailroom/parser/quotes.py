"""What a person wrote now, told apart from what is quoted and from signatures.

Mail has no grammar for this, so it is a reading of habits, and the rule is: when in doubt it stays in the
text. Nothing is thrown away; what is taken out is kept beside it. Lines are looked at once, with a look of a
few lines around, so the time is linear in the length of the text whatever it holds.
"""

import re
from collections.abc import Iterator
from typing import NamedTuple

from blog.mailroom.parser.containers import ATTRIBUTION, REST
from blog.mailroom.parser.languages.every import DEVICES, LANGUAGES
from blog.mailroom.parser.languages.words import count_words, words_of

_LONGEST_LINE = 500
_ATTRIBUTION_LINES = 4
_BLOCK_LINES = 14
_LOOSE_SIGNATURE_LINES = 10
_TRAILING = " \t\xa0*_"
_PHONE_SIGNATURE_WORDS = 9

_COLONS = (":", "\uff1a")
# Programs write dashes of their own between which "Original Message" stands.
_DASHES = "-=\u2010\u2011\u2012\u2013\u2014\u2015\u2500 \t\xa0"
_ADDRESS = re.compile(r"[<(\[] ?[^<>()\[\]\s]{0,80}@")
_ADDRESS_AT_END = re.compile(r"@[^<>()\s]{1,255}[>)\]][ \t\xa0]*[:\uff1a]$")
_YEAR = re.compile(r"(?<!\d)(?:19|20)\d\d(?!\d)|(?<!\d)\d\d?[./-]\d\d?[./-]\d\d(?!\d)")
_TIME = re.compile(r"(?<!\d)[0-2]?\d[:.]\d\d(?!\d)")
_MARKS = ATTRIBUTION + REST
_SIGNED = "-----BEGIN PGP SIGNED MESSAGE-----"
_SIGNATURE = "-----BEGIN PGP SIGNATURE-----"
_SIGNATURE_END = "-----END PGP SIGNATURE-----"
_LINK = re.compile(r"<?https?://\S++")


def _words(text: str) -> str:
    return words_of(text[: _LONGEST_LINE * _ATTRIBUTION_LINES])


_WORDINGS = tuple(LANGUAGES.values())
_OPENERS = tuple({_words(opener) for language in _WORDINGS for opener in language.openers})
_VERBS = tuple({_words(verb) for language in _WORDINGS for verb in language.verbs})
_OWN = tuple({_words(own) for language in _WORDINGS for own in language.own})
_SEPARATORS = frozenset(_words(words) for language in _WORDINGS for words in language.separators)
_ANNOUNCEMENTS = frozenset(_words(words) for language in _WORDINGS for words in language.announcements)
_PHONE = tuple({_words(words) for language in _WORDINGS for words in language.devices_sign})
_PHONE_END = tuple({_words(words) for language in _WORDINGS for words in language.devices_end})
_DEVICES = tuple(_words(device) for device in DEVICES)
# What a block of headers begins with, and holds only once.
_FIRST_KINDS = frozenset({"from", "date"})
_NO_KINDS: frozenset[str] = frozenset()


def _label_table() -> dict[str, frozenset[str]]:
    """Every label with what it may mean: `De:` and `A:` mean one thing here and another there."""
    table: dict[str, frozenset[str]] = {}
    for language in _WORDINGS:
        for kind, labels in language.labels.items():
            for label in labels:
                table[_words(label)] = table.get(_words(label), _NO_KINDS) | {kind}
    return table


_LABEL_KINDS = _label_table()


class Reply(NamedTuple):
    """What is new, and what was taken out of it, in the order in which it stood."""

    text: str
    elided: str


def split_reply(text: str) -> Reply:
    """The new words of a message and the rest. Would nothing be left, then all of it is new.

    The marks of `containers` count, and are in neither.
    """
    page = _Page(text.split("\n"))
    page.take_out_armour()
    page.take_out_quotations()
    page.take_out_signatures()
    if not page.has_words():
        return Reply("\n".join(page.lines).strip("\n"), "")
    return Reply(page.left(), page.taken())


class _Attribution(NamedTuple):
    """Where the lines that announce a quotation end, and whether they say so well that it needs no marks."""

    end: int
    names_sender: bool


class _Page:
    """The lines of a text, and for each whether it has been taken out."""

    def __init__(self, lines: list[str]) -> None:
        self.marks = {
            position: line[0] for position, line in enumerate(lines) if line.startswith((ATTRIBUTION, REST))
        }
        self.lines = [line.lstrip(_MARKS) for line in lines] if self.marks else lines
        lines = self.lines
        self.out = bytearray(len(lines))
        self.kinds: dict[int, frozenset[str]] = {}
        self.quoted = bytearray(line.lstrip(" ").startswith(">") for line in lines)
        self.colons = bytearray(line.rstrip(_TRAILING).endswith(_COLONS) for line in lines)

    # Armour

    def take_out_armour(self) -> None:
        """What PGP puts around a signed text (RFC 9580 §7): the marks, the header, the signature."""
        try:
            start = self.lines.index(_SIGNED)
            mark = self.lines.index(_SIGNATURE, start)
            end = self.lines.index(_SIGNATURE_END, mark)
        except ValueError:
            return
        blank = next(at for at in range(start, mark + 1) if not self.lines[at].strip() or at == mark)
        self._take_out(start, blank)
        self._take_out(mark, end + 1)

    # Quotations

    def take_out_quotations(self) -> None:
        announced = len(self.lines)
        written_above = False
        position = 0
        while position < len(self.lines):
            if self.quoted[position]:
                position += 1
                continue
            if self._begins_the_rest(position):
                if written_above:
                    self._take_out(self._with_rule_above(position), len(self.lines))
                # Below a block at the very top somebody may have written: nothing is certain any more.
                break
            attribution = self._attribution_at(position)
            if attribution is not None:
                if self._is_quoted_next(attribution.end):
                    announced = min(announced, position)
                    self._take_out(position, attribution.end)
                    position = attribution.end
                    continue
                if attribution.names_sender and written_above:
                    self._take_out(position, len(self.lines))
                    break
            written_above = written_above or bool(self.lines[position].strip())
            position += 1
        self._take_out_marked(announced)

    def _take_out_marked(self, announced: int) -> None:
        """Lines marked with `>` are quoted; but one alone that nothing announces may mean "more than"."""
        start = 0 if sum(self.quoted[:announced]) > 1 else announced
        for position in range(start, len(self.lines)):
            self.out[position] |= self.quoted[position]

    def _begins_the_rest(self, position: int) -> bool:
        """Whether everything from this line on is an older message: a separator, or a block of headers."""
        if self.marks.get(position) == REST:
            return True
        line = self.lines[position].strip()
        if not line or len(line) > _LONGEST_LINE:
            return False
        if _is_between_dashes(line):
            return _words(line) in _SEPARATORS or (_is_attribution(line) and _names_sender(line))
        if line.endswith(_COLONS) and _words(line) in _ANNOUNCEMENTS:
            return True
        return not self._kinds_at(position).isdisjoint(_FIRST_KINDS) and self._is_header_block(position)

    def _is_header_block(self, position: int) -> bool:
        """Whether labels of a header follow each other from here: who, when, and to whom or about what, with
        an address among them, or all four. People write lines with colons too.
        """
        kinds: set[str] = set()
        unknown = 0
        for below in range(position, min(position + _BLOCK_LINES, len(self.lines))):
            found = self._kinds_at(below)
            if found:
                if len(found) == 1 and found <= kinds & _FIRST_KINDS:
                    return False
                kinds |= found
                if "@" in self.lines[below][:_LONGEST_LINE]:
                    kinds.add("address")
                unknown = 0
            else:
                # Long lists of recipients are wrapped, and some programs put blank lines between.
                unknown += 1
            if {"from", "date"} <= kinds and len(kinds & {"to", "subject", "address"}) > 1:
                return True
            if unknown > 3:
                return False
        return False

    def _kinds_at(self, position: int) -> frozenset[str]:
        """The labels that a line may begin with; each line is looked at once, however often it is asked for."""
        known = self.kinds.get(position)
        if known is None:
            known = self.kinds[position] = _label_kinds(self.lines[position])
        return known

    def _with_rule_above(self, position: int) -> int:
        """Where the rule or the blank lines above a block begin, so that they go with it."""
        start = position
        for above in range(position - 1, max(position - 4, -1), -1):
            line = self.lines[above].strip()
            if len(line) >= 3 and not line.strip(_DASHES + "_"):
                start = above
            elif line:
                break
        return start

    def _attribution_at(self, position: int) -> _Attribution | None:
        """The attribution ("Op … schreef …:") that begins at this line. Wrapped ones are followed over a few
        lines; the first colon at the end of a line ends it.
        """
        if self.marks.get(position) == ATTRIBUTION:
            return _Attribution(position + 1, names_sender=False)
        end = self._colon_near(position)
        if end is None or not self._may_open(position):
            return None
        if any(self.quoted[position : end + 1]) or any(
            not 0 < len(line.strip()) <= _LONGEST_LINE for line in self.lines[position : end + 1]
        ):
            return None
        joined = " ".join(self.lines[position : end + 1])
        if not _is_attribution(joined) or self._has_words_of_its_own(position, end):
            return None
        return _Attribution(end + 1, _has_verb(joined) and _names_sender(joined))

    def _colon_near(self, position: int) -> int | None:
        end = self.colons.find(1, position, position + _ATTRIBUTION_LINES)
        return end if end >= 0 else None

    def _may_open(self, position: int) -> bool:
        """Only a line that begins a paragraph, begins as attributions do, names its sender, or is all of it."""
        line = self.lines[position]
        if position == 0 or self.colons[position] or self.quoted[position - 1]:
            return True
        return not self.lines[position - 1].strip() or _opens(line) or _ADDRESS.search(line) is not None

    def _has_words_of_its_own(self, position: int, end: int) -> bool:
        """Whether the first of several lines is the person's own, and the attribution begins below it."""
        if position == end:
            return False
        first = self.lines[position].rstrip()
        if first[-1] in ".!?":
            return True
        shows_sender_or_date = "@" in first or _has_digit(first)
        if shows_sender_or_date and _opens(first):
            return False
        for below in range(position + 1, end + 1):
            if _opens(self.lines[below]) and _is_attribution(" ".join(self.lines[below : end + 1])):
                return True
        return not shows_sender_or_date and not _is_attribution(first)

    def _is_quoted_next(self, position: int) -> bool:
        """Whether the next line that is not blank, at most two blank lines further, is quoted."""
        for below in range(position, min(position + 3, len(self.lines))):
            if self.lines[below].strip():
                return bool(self.quoted[below])
        return False

    # Signatures

    def take_out_signatures(self) -> None:
        """In every stretch of text: what follows the signature mark, and the lines that a telephone adds."""
        for start, end in list(self._stretches()):
            mark = self._signature_mark(start, end)
            if mark is not None:
                self._take_out(mark, end)
            self._take_out_phone_signature(start, end if mark is None else mark)

    def _stretches(self) -> Iterator[tuple[int, int]]:
        start = None
        for position in range(len(self.lines) + 1):
            inside = position < len(self.lines) and not self.out[position]
            if inside and start is None:
                start = position
            if not inside and start is not None:
                yield start, position
                start = None

    def _signature_mark(self, start: int, end: int) -> int | None:
        loose = None
        for position in range(start, end):
            line = self.lines[position]
            if line == "-- ":
                return position
            if loose is None and line.rstrip() == "--":
                loose = position
        if loose is None:
            return None
        # Many programs lose the last space of the mark (RFC 3676 §4.3): then the signature has to be short.
        below = sum(1 for line in self.lines[loose + 1 : end] if line.strip())
        return loose if below <= _LOOSE_SIGNATURE_LINES else None

    def _take_out_phone_signature(self, start: int, end: int) -> None:
        for position in range(end - 1, start - 1, -1):
            line = self.lines[position].strip()
            if not line:
                continue
            if not _is_phone_signature(line):
                return
            self._take_out(position, position + 1)

    # Outcome

    def _take_out(self, start: int, end: int) -> None:
        self.out[start:end] = b"\x01" * (end - start)

    def has_words(self) -> bool:
        return any(not out and line.strip() for line, out in zip(self.lines, self.out, strict=True))

    def left(self) -> str:
        return self._gathered(taken=0)

    def taken(self) -> str:
        return self._gathered(taken=1)

    def _gathered(self, *, taken: int) -> str:
        """The lines of one side; where lines of the other side stood between them, one blank line."""
        blocks: list[str] = []
        block: list[str] = []
        for line, out in zip(self.lines, self.out, strict=True):
            if out == taken:
                block.append(line)
            elif block:
                blocks.append("\n".join(block).strip("\n"))
                block = []
        blocks.append("\n".join(block).strip("\n"))
        return "\n\n".join(block for block in blocks if block.strip()).rstrip()


def _label_kinds(line: str) -> frozenset[str]:
    """What header labels a line may begin with: `Van:`, `*From:*`, `De :`, `\u53d1\u4ef6\u4eba\uff1a`."""
    colon = min((at for at in (line.find(mark, 0, 30) for mark in _COLONS) if at > 0), default=-1)
    return _LABEL_KINDS.get(_words(line[:colon]), _NO_KINDS) if colon > 0 else _NO_KINDS


def _is_between_dashes(line: str) -> bool:
    """Whether words stand between two rows of dashes, of whatever kind."""
    inside = line.strip(_DASHES)
    if not inside:
        return False
    left, _, right = line.partition(inside)
    return len(left.strip()) > 1 and len(right.strip()) > 1


def _is_attribution(joined: str) -> bool:
    if not _has_verb(joined) and not _is_bare_attribution(joined):
        return False
    words = _words(joined)
    return not any(own in words for own in _OWN)


def _has_verb(joined: str) -> bool:
    words = _words(joined)
    return any(verb in words for verb in _VERBS)


def _is_bare_attribution(joined: str) -> bool:
    """A date, a time, a sender and his address before the colon, and no verb: Gmail in Russian and Japanese,
    Yandex, FairEmail.
    """
    line = joined.strip()[: _LONGEST_LINE * _ATTRIBUTION_LINES]
    return (
        _ADDRESS_AT_END.search(line) is not None
        and _ADDRESS.search(line) is not None
        and _YEAR.search(line) is not None
        and _TIME.search(line) is not None
    )


def _names_sender(joined: str) -> bool:
    """Whether there is an address in brackets, as programs write it, and a number, as dates have."""
    return _ADDRESS.search(joined) is not None and _has_digit(joined)


def _has_digit(text: str) -> bool:
    return any(character.isdigit() for character in text)


def _opens(line: str) -> bool:
    return _words(line[:40]).startswith(_OPENERS)


def _is_phone_signature(line: str) -> bool:
    if len(line) > _LONGEST_LINE:
        return False
    bare = _LINK.sub(" ", line)
    words = _words(bare)
    if count_words(bare) > _PHONE_SIGNATURE_WORDS:
        return False
    return (words.startswith(_PHONE) or words.endswith(_PHONE_END)) and any(
        device in words for device in _DEVICES
    )
