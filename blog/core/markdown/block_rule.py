"""The parser's rule for `::: challenge slug` … `:::`.

The parser decides where a line starts a block (not inside a list, a quote or a code fence), so that what is
shown, what is reported and what is imported can never disagree. A block with a fault is not lost: its marker
lines are shown as they were typed and what lies between is read as usual.
"""

import re
from dataclasses import dataclass, field

from flask_babel import lazy_gettext as _
from flask_babel.speaklater import LazyString
from markdown_it import MarkdownIt
from markdown_it.rules_block import StateBlock

from blog.core.markdown.problems import MarkdownProblem

MAX_FIELDS = 20
"""Fields in one exercise."""

MAX_SLUG = 60
"""Characters in a block's slug: a challenge's slug is also its mail address."""

_MARKER = re.compile(r" {0,3}:{3,}")
_FENCE = re.compile(r" {0,3}(?P<fence>`{3,}(?=[^`\n]*$)|~{3,})(?P<info>[^\n]*)")
_SLUG = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")
_FIELDS = re.compile(r"[0-9]{1,4}")


@dataclass(frozen=True, slots=True)
class Block:
    """A block of an article: `fields` only in an exercise, `line` counted from 1, `source` what is inside."""

    kind: str
    slug: str | None
    fields: int | None
    line: int
    source: str


@dataclass(slots=True)
class BlockLog:
    """What the rule met while one text was read."""

    blocks: list[Block] = field(default_factory=list[Block])
    problems: list[MarkdownProblem] = field(default_factory=list[MarkdownProblem])
    _taken: set[tuple[str, str]] = field(default_factory=set[tuple[str, str]])
    _reported: set[int] = field(default_factory=set[int])
    _faulty_openings: int = 0

    def report(self, line: int, message: str | LazyString) -> None:
        """Note one fault of the line with this index (counted from 0); a line has one fault at most."""
        if line not in self._reported:
            self._reported.add(line)
            self.problems.append(MarkdownProblem(line + 1, message))

    def shows_opening(self) -> None:
        """Note that an opening marker is shown as text, so that the marker that closes it is not a fault too."""
        self._faulty_openings += 1

    def closes_faulty_opening(self) -> bool:
        """Whether a closing marker belongs to an opening one that is shown as text."""
        if not self._faulty_openings:
            return False
        self._faulty_openings -= 1
        return True

    def takes(self, kind: str, slug: str) -> bool:
        """Claim a slug for a kind of block; False when the text has used it already."""
        is_new = (kind, slug) not in self._taken
        self._taken.add((kind, slug))
        return is_new


@dataclass(frozen=True, slots=True)
class _Opening:
    kind: str
    slug: str | None = None
    fields: int | None = None


def log_of(env: object) -> BlockLog:
    """The log that the caller put into the parser's environment."""
    if isinstance(env, dict):
        log: object = env.get("block_log")  # pyright: ignore[reportUnknownMemberType, reportUnknownVariableType]
        if isinstance(log, BlockLog):
            return log
    raise TypeError("the article parser needs a BlockLog under 'block_log' in its environment")


def article_blocks(parser: MarkdownIt) -> None:
    """Plugin: the blocks of articles."""
    parser.block.ruler.before(
        "fence", "article_block", _article_block, {"alt": ["paragraph", "reference", "blockquote", "list"]}
    )


def _article_block(state: StateBlock, start: int, end: int, silent: bool) -> bool:
    words = _words_of_marker_at(state, start)
    if words is None:
        return False
    if silent:
        return True
    found = _block_from(state, start, end, words) if state.level == 0 else None
    if found is None:
        _show_line(state, start)
    else:
        _push_block(state, start, *found)
    return True


def _block_from(state: StateBlock, start: int, end: int, words: str) -> tuple[_Opening, int] | None:
    """The block that this marker opens and the line that closes it; None when the marker is shown as text."""
    log = log_of(state.env)
    if not words:
        if not log.closes_faulty_opening():
            log.report(start, _("This ::: closes nothing: remove it, or open a block above it."))
        return None
    opening = _opening_of(words, start, log)
    if opening is not None:
        close = _closing_line(state, start, end, log)
        if close is not None and _may_open(opening, start, log):
            return opening, close
    log.shows_opening()
    return None


def _words_of_marker_at(state: StateBlock, line: int) -> str | None:
    """What stands behind the colons of this line; None when it is no marker, or part of a list or quote."""
    if not state.src.startswith(":", state.bMarks[line] + state.tShift[line]):
        return None
    if state.blkIndent and state.sCount[line] >= state.blkIndent:
        return None
    # As it was typed: within a quote the parser's own mark stands behind the `>`.
    first = state.src.rfind("\n", 0, state.bMarks[line]) + 1
    return _words_of_marker(state.src[first : state.eMarks[line]])


def _words_of_marker(text: str) -> str | None:
    """What stands behind the colons; None when the line is not a marker."""
    marker = _MARKER.match(text)
    return None if marker is None else text[marker.end() :].strip()


def _opening_of(words: str, line: int, log: BlockLog) -> _Opening | None:
    """The block that a marker line opens; None, and a fault, when it opens none."""
    opening = _opening_or_fault(words)
    if isinstance(opening, LazyString):
        log.report(line, opening)
        return None
    return opening


def _opening_or_fault(words: str) -> _Opening | LazyString:
    kind, *arguments = words.split()
    if kind == "callout":
        return _opening_of_callout(arguments)
    if kind == "challenge":
        return _opening_with_slug(kind, arguments)
    if kind == "exercise":
        return _opening_of_exercise(arguments)
    return _("There is no block “%(kind)s”: write “challenge”, “exercise” or “callout”.", kind=kind[:40])


def _opening_of_callout(arguments: list[str]) -> _Opening | LazyString:
    if arguments:
        return _("Write ::: callout alone on its line: a callout has no name.")
    return _Opening("callout")


def _opening_of_exercise(arguments: list[str]) -> _Opening | LazyString:
    settings = [argument for argument in arguments if argument.startswith("fields=")]
    names = [argument for argument in arguments if not argument.startswith("fields=")]
    number = settings[0].removeprefix("fields=") if settings else "1"
    if len(settings) > 1 or not _FIELDS.fullmatch(number) or not 1 <= int(number) <= MAX_FIELDS:
        return _("Write fields= once, with a number from 1 to %(most)s, such as fields=3.", most=MAX_FIELDS)
    return _opening_with_slug("exercise", names, int(number))


def _opening_with_slug(kind: str, arguments: list[str], fields: int | None = None) -> _Opening | LazyString:
    if not arguments:
        return _("Give this block a name: ::: %(kind)s my-name.", kind=kind)
    slug, *surplus = arguments
    if not _SLUG.fullmatch(slug) or len(slug) > MAX_SLUG:
        return _(
            "The name “%(slug)s” cannot be used: take small letters a to z, digits and single hyphens, "
            "%(most)s at most.",
            slug=slug[:80],
            most=MAX_SLUG,
        )
    if surplus:
        return _("“%(word)s” means nothing here: remove it.", word=surplus[0][:40])
    return _Opening(kind, slug, fields)


def _closing_line(state: StateBlock, start: int, end: int, log: BlockLog) -> int | None:
    """The line of the `:::` that closes the block opened at `start`; None, and a fault, without one."""
    fence = ""
    for line in range(start + 1, end):
        text = state.src[state.bMarks[line] : state.eMarks[line]]
        fence, is_code = _fence_after(fence, text)
        words = None if is_code else _words_of_marker(text)
        if words is None:
            continue
        if not words:
            return line
        log.report(
            line,
            _(
                "A block cannot stand inside another: close the block of line %(line)s with ::: first.",
                line=start + 1,
            ),
        )
        return None
    log.report(start, _("This block is not closed: put ::: on a line of its own where it ends."))
    return None


def _fence_after(fence: str, text: str) -> tuple[str, bool]:
    """The code fence that is open after this line, and whether the line is code (CommonMark 0.31, 4.5)."""
    mark = _FENCE.match(text)
    if not fence:
        return (mark["fence"], True) if mark else ("", False)
    closes = mark and mark["fence"].startswith(fence) and not mark["info"].strip()
    return "" if closes else fence, True


def _may_open(opening: _Opening, start: int, log: BlockLog) -> bool:
    if opening.slug is None or log.takes(opening.kind, opening.slug):
        return True
    log.report(
        start,
        _("The name “%(slug)s” is used twice: give each block its own.", slug=opening.slug),
    )
    return False


def _show_line(state: StateBlock, line: int) -> None:
    """Show one line as it was typed."""
    state.push("paragraph_open", "p", 1).map = [line, line + 1]
    text = state.push("inline", "", 0)
    text.content = state.src[state.bMarks[line] + state.tShift[line] : state.eMarks[line]]
    text.map = [line, line + 1]
    text.children = []
    state.push("paragraph_close", "p", -1)
    state.line = line + 1


def _push_block(state: StateBlock, start: int, opening: _Opening, close: int) -> None:
    source = state.src[state.bMarks[start + 1] : state.bMarks[close]]
    log_of(state.env).blocks.append(Block(opening.kind, opening.slug, opening.fields, start + 1, source))
    tag = "aside" if opening.slug is None else "section"
    token = state.push("block_open", tag, 1)
    token.attrs = {"class": f"block block-{opening.kind}"}
    if opening.slug is not None:
        token.attrs |= {"data-block": opening.kind, "data-slug": opening.slug}
        token.attrs |= {} if opening.fields is None else {"data-fields": str(opening.fields)}
        token.attrs["id"] = f"{opening.kind}-{opening.slug}"
    token.map = [start, close]
    outer, end = state.parentType, state.lineMax
    # Lazy continuation lines must not run past the closing marker.
    state.parentType, state.lineMax = "block", close
    state.md.block.tokenize(state, start + 1, close)
    state.parentType, state.lineMax = outer, end
    state.push("block_close", tag, -1)
    state.line = close + 1
