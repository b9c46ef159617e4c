"""What a person wrote now, told apart from what is quoted and from signatures.

Mail has no grammar for this, so it is a reading of habits, and the rule is: when in doubt it stays in the
text. Nothing is thrown away; what is taken out is kept beside it. Lines are looked at once, with a look of a
few lines around, so the time is linear in the length of the text whatever it holds.
"""

from collections.abc import Iterator
from typing import NamedTuple

from blog.mailroom.parser.armour import undo_escapes
from blog.mailroom.parser.attributions import (
    ATTRIBUTION_LINES,
    LONGEST_LINE,
    Announcement,
    announcement,
    has_address,
    has_date,
    may_begin,
    opens,
)
from blog.mailroom.parser.containers import ATTRIBUTION, MARKS, PART, REST, WRITTEN
from blog.mailroom.parser.courtesies import Listener, says_something
from blog.mailroom.parser.older import DASHES, FIRST_KINDS, evidence, label_kinds, separates
from blog.mailroom.parser.signatures import is_mark, is_phone_signature, signature_in

_BLOCK_LINES = 14
_TRAILING = " \t\xa0*_"
# How many lines of a text are looked at that may announce a quotation: no letter has so many, and what is below
# stays in.
_MOST_QUESTIONS = 1000

_COLONS = (":", "\uff1a")


class Reply(NamedTuple):
    """What is new, and what was taken out of it, in the order in which it stood."""

    text: str
    elided: str


def split_reply(text: str) -> Reply:
    """The new words of a message and the rest. Would nothing be left, then all of it is new; nor is a greeting
    enough when what was taken out was not surely old.

    The marks of `containers` count, and are in neither. The texts of several parts are split one by one.
    """
    pages: list[_Page] = []
    for part in text.split(f"\n{PART}\n"):
        page = _Page(part.split("\n"), after=pages[-1] if pages else None)
        page.take_out_armour()
        page.take_out_quotations()
        page.take_out_signatures()
        pages.append(page)
    if not _is_enough(pages):
        return Reply("\n\n".join("\n".join(page.lines).strip("\n") for page in pages), "")
    return Reply(_joined(page.left() for page in pages), _joined(page.taken() for page in pages))


def _is_enough(pages: list["_Page"]) -> bool:
    """Whether what is left may be all that a person wrote."""
    if all(page.is_sure for page in pages):
        return any(page.has_words() for page in pages)
    return says_something(line for page in pages for line in page.lines_left())


def _joined(texts: Iterator[str]) -> str:
    return "\n\n".join(text for text in texts if text)


class _Attribution(NamedTuple):
    """Where the lines that announce a quotation end, and how surely they do nothing else."""

    end: int
    kind: Announcement


class _Page:
    """The lines of a text, and for each whether it has been taken out.

    Of the page before, it is known whether a quotation was announced there, and whether something was said.
    """

    def __init__(self, lines: list[str], *, after: "_Page | None") -> None:
        self.marks = {
            position: line[0] for position, line in enumerate(lines) if line.startswith(tuple(MARKS))
        }
        self.lines = [line.lstrip(MARKS) for line in lines] if self.marks else lines
        self.armour = undo_escapes(self.lines)
        lines = self.lines
        self.out = bytearray(len(lines))
        self.kinds: dict[int, frozenset[str]] = {}
        self.patience = _MOST_QUESTIONS
        self.quoted = bytearray(
            line.lstrip(" ").startswith(">") and self.marks.get(position) != WRITTEN
            for position, line in enumerate(lines)
        )
        self.colons = bytearray(line.rstrip(_TRAILING).endswith(_COLONS) for line in lines)
        # Whether somebody else is surely quoted, here or on a page before; `announced` is the line where that begins.
        self.cites = bool(after and after.cites)
        self.announced = 0 if self.cites else len(lines)
        self.said_before = bool(after and (after.said_before or says_something(after.lines_left())))
        self.quoted_lines = sum(self.quoted)
        # Whether what was taken out is beyond doubt old.
        self.is_sure = True

    # Armour

    def take_out_armour(self) -> None:
        """What PGP puts around a signed text (RFC 9580 §7): the marks, the header, the signature."""
        if self.armour is not None:
            self._take_out(self.armour.start, self.armour.text)
            self._take_out(self.armour.mark, self.armour.end)

    # Quotations

    def take_out_quotations(self) -> None:
        """Quoted lines with what announces them, and everything below the beginning of an older message."""
        heard = Listener(said=self.said_before)
        position = 0
        while position < len(self.lines):
            if self.quoted[position]:
                self._note_quoted(position, heard)
                position += 1
                continue
            if self._begins_the_rest(position):
                if heard.said:
                    self._take_out(self._with_rule_above(position), len(self.lines))
                # Below a block at the very top somebody may have written: nothing is certain any more.
                break
            attribution = self._attribution_at(position)
            if attribution is not None and self._is_quoted_next(attribution.end):
                self._note_announced(position, is_sure=attribution.kind > Announcement.NAME)
                if attribution.kind >= Announcement.NAME:
                    self._take_out(position, attribution.end)
                    position = attribution.end
                    continue
            elif attribution is not None and attribution.kind is Announcement.SURE and heard.said:
                self._take_out(position, len(self.lines))
                break
            self._hear(position, heard)
            position += 1
        self._take_out_marked()

    def _hear(self, position: int, heard: Listener) -> None:
        """Take in a line that may be a person's. Below what a program signs with, quoted lines are old."""
        line = self.lines[position]
        if line == "-- " or is_phone_signature(line):
            self._note_announced(position, is_sure=False)
        else:
            heard.hear(line)

    def _note_announced(self, position: int, *, is_sure: bool) -> None:
        """Lines with `>` are old from this line on; when that `is_sure`, even with a greeting alone beside them."""
        if position < self.announced:
            self.announced = position
            self.is_sure = is_sure

    def _note_quoted(self, position: int, heard: Listener) -> None:
        """Whether quotation begins at a line with `>` that no line above announced. Below a person's own words such
        lines may be an answer; not so when they come first, or look as only programs make them.
        """
        if position >= self.announced or (position and self.quoted[position - 1]):
            return
        if position in self.marks or self._is_quoted_by_a_program(position):
            self._note_announced(position, is_sure=True)
        elif not (heard.said or heard.announced) and self.quoted_lines > 1:
            self._note_announced(position, is_sure=False)

    def _is_quoted_by_a_program(self, position: int) -> bool:
        """Whether what stands above a quotation is quoted itself, and begins here: the line of Apple Mail, or the
        headers of Orange; or whether a quotation stands in it.
        """
        end = min(position + _BLOCK_LINES, max(self.quoted.find(0, position), 0) or len(self.lines))
        lines = [line[:LONGEST_LINE] for line in self.lines[position:end]]
        if _depth(lines[0]) == 1 and any(_depth(line) > 1 for line in lines):
            return True
        bare = [line.lstrip(" >") for line in lines]
        for count in range(1, min(len(bare), ATTRIBUTION_LINES) + 1):
            if self.colons[position + count - 1]:
                if announcement(" ".join(bare[:count])) > Announcement.NAME:
                    return True
                break
        labelled = [line for line in bare if label_kinds(line)]
        return len(labelled) > 2 and any("@" in line for line in labelled)

    def _take_out_marked(self) -> None:
        """Lines marked with `>` are quoted, from the first one that is announced."""
        if any(self.quoted[self.announced :]):
            self.cites = self.cites or self.is_sure
        else:
            self.is_sure = True
        for position in range(self.announced, len(self.lines)):
            self.out[position] |= self.quoted[position]

    def _begins_the_rest(self, position: int) -> bool:
        """Whether everything from this line on is an older message: a separator, or a block of headers."""
        if self.marks.get(position) == REST:
            return True
        line = self.lines[position]
        if not line.strip() or len(line) > LONGEST_LINE:
            return False
        if separates(line) or self._runs_on(position):
            return True
        return not self._kinds_at(position).isdisjoint(FIRST_KINDS) and self._is_header_block(position)

    def _runs_on(self, position: int) -> bool:
        """Whether the older text stands in the same line as what announces it: Yahoo on a telephone, which signs
        above it.
        """
        attribution, end, _ = self.lines[position].partition(">:")
        if not end or announcement(attribution + end) is not Announcement.SURE:
            return False
        above = reversed(self.lines[max(position - 4, 0) : position])
        return is_phone_signature(next((line for line in above if line.strip()), ""))

    def _is_header_block(self, position: int) -> bool:
        """Whether labels of a header follow each other from here: who, when, to whom or about what; with an address
        among them, or the time of the day. People answer with a letter, too, and that has neither.
        """
        kinds: set[str] = set()
        unknown = 0
        for below in range(position, min(position + _BLOCK_LINES, len(self.lines))):
            found = self._kinds_at(below)
            if found:
                if len(found) == 1 and found <= kinds & FIRST_KINDS:
                    return False
                kinds |= found | evidence(found, self.lines[below][:LONGEST_LINE])
                unknown = 0
            else:
                # Long lists of recipients are wrapped, and some programs put blank lines between.
                unknown += 1
            is_known = kinds >= FIRST_KINDS and len(kinds & {"to", "subject", "address"}) > 1
            if is_known and kinds & {"address", "time"}:
                return True
            if unknown > 3:
                return False
        return False

    def _kinds_at(self, position: int) -> frozenset[str]:
        """The labels that a line may begin with; each line is looked at once, however often it is asked for."""
        known = self.kinds.get(position)
        if known is None:
            known = self.kinds[position] = label_kinds(self.lines[position])
        return known

    def _with_rule_above(self, position: int) -> int:
        """Where the rule or the blank lines above a block begin, so that they go with it."""
        start = position
        for above in range(position - 1, max(position - 4, -1), -1):
            line = self.lines[above].strip()
            if len(line) >= 3 and not line.strip(DASHES + "_"):
                start = above
            elif line:
                break
        return start

    def _attribution_at(self, position: int) -> _Attribution | None:
        """The attribution ("Op … schreef …:") that begins at this line. Wrapped ones are followed over a few
        lines; the first colon at the end of a line ends it.
        """
        if self.marks.get(position) == ATTRIBUTION:
            return _Attribution(position + 1, Announcement.PROGRAM)
        end = self._colon_near(position)
        if end is None or not self._may_open(position):
            return None
        if any(self.quoted[position : end + 1]) or any(
            not 0 < len(line.strip()) <= LONGEST_LINE for line in self.lines[position : end + 1]
        ):
            return None
        if not self.patience:
            return None
        self.patience -= 1
        kind = announcement(" ".join(self.lines[position : end + 1]))
        if not kind or self._has_words_of_its_own(position, end):
            return None
        # What is as short as a name is not wrapped: then the first line is somebody's.
        is_wrapped_name = kind is Announcement.NAME and end > position
        return _Attribution(end + 1, Announcement.SENTENCE if is_wrapped_name else kind)

    def _colon_near(self, position: int) -> int | None:
        end = self.colons.find(1, position, position + ATTRIBUTION_LINES)
        return end if end >= 0 else None

    def _may_open(self, position: int) -> bool:
        """Only a line that begins a paragraph, begins as attributions do, names its sender, or is all of it."""
        line = self.lines[position]
        if position == 0 or self.colons[position] or self.quoted[position - 1]:
            return True
        return not self.lines[position - 1].strip() or opens(line) or has_address(line)

    def _has_words_of_its_own(self, position: int, end: int) -> bool:
        """Whether the first of several lines is the person's own, and the attribution begins below it."""
        if position == end:
            return False
        first = self.lines[position].rstrip()
        if first[-1] in ".!?":
            return True
        rest = " ".join(self.lines[position + 1 : end + 1])
        if announcement(rest) >= Announcement.PROGRAM and (has_date(rest) or not may_begin(first)):
            return True
        shows_sender_or_date = "@" in first or any(character.isdigit() for character in first)
        if shows_sender_or_date and opens(first):
            return False
        for below in range(position + 1, end + 1):
            if opens(self.lines[below]) and announcement(" ".join(self.lines[below : end + 1])):
                return True
        return not shows_sender_or_date and not announcement(first)

    def _is_quoted_next(self, position: int) -> bool:
        """Whether the next line that is not blank, at most two blank lines further, is quoted."""
        for below in range(position, min(position + 3, len(self.lines))):
            if self.lines[below].strip():
                return bool(self.quoted[below])
        return False

    # Signatures

    def take_out_signatures(self) -> None:
        """In every stretch of text: what follows the signature mark, and the lines that a telephone adds."""
        heard = Listener(said=self.said_before)
        for start, end in list(self._stretches()):
            stop = end
            found = signature_in(self.lines[start:end])
            first = next((at for at in range(start, end) if is_mark(self.lines[at])), end)
            for line in self.lines[start:first]:
                heard.hear(line)
            if found is not None and heard.said:
                self._take_out(start + found[0], start + found[1])
                stop = start + found[0] if start + found[1] == end else end
            for line in self.lines[first:end]:
                heard.hear(line)
            self._take_out_phone_signature(start, stop)

    def _stretches(self) -> Iterator[tuple[int, int]]:
        start = None
        for position in range(len(self.lines) + 1):
            inside = position < len(self.lines) and not self.out[position]
            if inside and start is None:
                start = position
            if not inside and start is not None:
                yield start, position
                start = None

    def _take_out_phone_signature(self, start: int, end: int) -> None:
        for position in range(end - 1, start - 1, -1):
            line = self.lines[position].strip()
            if not line:
                continue
            if not is_phone_signature(line):
                return
            self._take_out(position, position + 1)

    # Outcome

    def _take_out(self, start: int, end: int) -> None:
        self.out[start:end] = b"\x01" * (end - start)

    def has_words(self) -> bool:
        return any(not out and line.strip() for line, out in zip(self.lines, self.out, strict=True))

    def lines_left(self) -> Iterator[str]:
        """What is new, line by line."""
        return (line for line, out in zip(self.lines, self.out, strict=True) if not out)

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


def _depth(line: str) -> int:
    """How often a line is quoted: `>> a` and `> > a` twice."""
    marks = line[:20].replace(" ", "")
    return len(marks) - len(marks.lstrip(">"))
