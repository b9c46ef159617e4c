"""How much is read as Markdown, so that no text can keep a worker busy.

A text over a limit is never refused or cut here: it is shown as plain text. The worst text within the limits
takes about 0.15 s to read (tests/core/markdown/test_limits.py holds it).
"""

MAX_ARTICLE = 200_000
"""Characters in an article."""

MAX_COMMENT = 50_000
"""Characters in a comment."""

MAX_WORK = 16_000
"""Work in one text, in the weights below: a line costs 5, a link about 16, and prose of full length fits."""

MAX_NESTING = 20
"""Elements within each other: lists and quotes (a list and its item are two), and emphasis within a line."""

MAX_CONTAINERS = 1_000
"""Lists and quotes in one text: ten of them fit in a line of thirty letters. Further markers are shown as text."""

MAX_QUOTED_LINES = 15_000
"""Lines that are looked at for quotes, in one text: once for each quote that may hold them, also within each other."""

MAX_CELLS = 4_000
"""Cells of all tables in one text together; the rows after them are shown as text."""

# What makes the parser try its rules, by measured cost. Letters, digits, dots, commas and empty lines cost next to
# nothing.
_WEIGHTS = {
    "\n": 5, "\n\n": -4, "[": 8, "www.": 8, "@": 8, "://": 4, "|": 2,
    "]": 2, "!": 2, "*": 2, "_": 2, "`": 2, "~": 2, "<": 2, "&": 2, "\\": 2, ":": 2,
    ">": 1, "#": 1, "-": 1, "+": 1, "=": 1, "%": 1, "$": 1, "{": 1, "}": 1, "^": 1, '"': 1,
}  # fmt: skip


def is_too_much(source: str, max_characters: int) -> bool:
    """Whether `source` is longer, or more work to read, than one text may be."""
    return len(source) > max_characters or work(source) > MAX_WORK


def work(source: str) -> int:
    """What `source` costs to read, in the unit of `MAX_WORK`."""
    return sum(source.count(mark) * weight for mark, weight in _WEIGHTS.items())
