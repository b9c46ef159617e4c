"""Where in a text there is code: what is changed in words is not changed in it."""

import re
from bisect import bisect_right
from collections.abc import Iterator
from itertools import groupby

from markdown_it.token import Token

from blog.core.markdown.limits import MAX_COMMENT, is_too_much
from blog.core.markdown.profiles import COMMENT_PARSER

_CODE_BLOCKS = {"fence", "code_block"}
_MAY_BE_CODE = re.compile(r"`|~~~| {4}|\t")
_TICKS = re.compile(r"`+")
_LINE = re.compile(r"[^\n]*\n|[^\n]+")
_BLANK = re.compile(r"\n[ \t]*\n")


def code_and_words(text: str) -> Iterator[tuple[str, bool]]:
    """The pieces of a comment in their order, and whether each is code. Together they are `text`."""
    if not _MAY_BE_CODE.search(text) or is_too_much(text, MAX_COMMENT):
        yield text, False
        return
    blocks: list[Token] = []
    COMMENT_PARSER.block.parse(text, COMMENT_PARSER, {}, blocks)
    code_lines = {
        line for block in blocks if block.type in _CODE_BLOCKS and block.map for line in range(*block.map)
    }
    lines = enumerate(_LINE.findall(text))
    for is_code, group in groupby(lines, key=lambda line: line[0] in code_lines):
        piece = "".join(line for _number, line in group)
        if is_code:
            yield piece, True
        else:
            yield from _spans(piece)


def _spans(text: str) -> Iterator[tuple[str, bool]]:
    """Code spans: from a run of backticks to the next one of the same length, within a paragraph."""
    runs = [(found.start(), found.end()) for found in _TICKS.finditer(text)]
    by_length: dict[int, list[int]] = {}
    for start, end in runs:
        by_length.setdefault(end - start, []).append(start)
    breaks = [found.start() for found in _BLANK.finditer(text)]
    done = 0
    for start, end in runs:
        if start < done:
            continue
        closing = _first_from(by_length[end - start], end)
        if closing is None or _first_from(breaks, end, closing) is not None:
            continue
        yield text[done:start], False
        done = closing + end - start
        yield text[start:done], True
    yield text[done:], False


def _first_from(places: list[int], start: int, end: int | None = None) -> int | None:
    """The first of `places`, which are in order, at or behind `start` and before `end`."""
    number = bisect_right(places, start - 1)
    if number == len(places) or (end is not None and places[number] >= end):
        return None
    return places[number]
