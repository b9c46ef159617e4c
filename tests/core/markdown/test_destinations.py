"""Our reading of link destinations beside the parser's."""

from hypothesis import example, given, settings
from hypothesis import strategies as st
from markdown_it.helpers import parseLinkDestination

from blog.core.markdown.destinations import read_destination

PIECES = [
    "(",
    ")",
    "\\",
    " ",
    "\n",
    "\t",
    "\x7f",
    "<",
    ">",
    "&amp;",
    "&",
    "a",
    "é",
    "\\(",
    "\\ ",
    "(" * 31,
    ")" * 31,
]


@settings(max_examples=400, deadline=None, database=None)
@given(
    st.lists(st.sampled_from(PIECES), max_size=20).map("".join),
    st.integers(min_value=0, max_value=6),
    st.integers(min_value=0, max_value=6),
)
@example("a\\", 0, 0)
@example("a\\b", 0, 1)
@example("(" * 32 + ")" * 32, 0, 0)
@example("(" * 33 + ")" * 33, 0, 0)
def test_destinations_are_read_as_the_parser_reads_them(text: str, start: int, cut: int) -> None:
    end = max(len(text) - cut, 0)
    start = min(start, end)
    expected = parseLinkDestination(text, start, end)
    found = read_destination(text, start, end)
    assert (found.ok, found.pos, found.str) == (expected.ok, expected.pos, expected.str)
