"""The two parsers: what is Markdown in an article, and what is Markdown in a comment."""

from collections.abc import Callable

from markdown_it import MarkdownIt
from markdown_it.rules_block import StateBlock, blockquote, list_block, table

from blog.core.markdown.block_rule import BlockLog, article_blocks
from blog.core.markdown.footnotes import footnotes
from blog.core.markdown.headings import article_headings, comment_headings
from blog.core.markdown.limits import MAX_CELLS, MAX_CONTAINERS, MAX_NESTING, MAX_QUOTED_LINES
from blog.core.markdown.links import LinkCheckingParser, bare_links
from blog.core.markdown.token_rules import article_rules, comment_rules, shared_rules

BlockRule = Callable[[StateBlock, int, int, bool], bool]


def _article_parser() -> MarkdownIt:
    parser = _parser({"tasklists": True})
    parser.enable(["table", "strikethrough"])
    parser.block.ruler.at("table", _bounded_table, {"alt": ["paragraph", "reference"]})
    return (
        parser.use(article_blocks).use(article_headings).use(footnotes).use(shared_rules).use(article_rules)
    )


def _comment_parser() -> MarkdownIt:
    parser = _parser({"breaks": True})
    parser.enable("strikethrough").disable("lheading")
    return parser.use(shared_rules).use(comment_rules).use(comment_headings)


def _parser(options: dict[str, bool]) -> MarkdownIt:
    # The parser drops what lies deeper than its own limit, so ours has to come first and stay under it: the
    # deepest list item within our limit holds lines two levels further down.
    settings = {
        "html": False, "xhtmlOut": False, "maxNesting": MAX_NESTING + 4,
        "store_labels": True, "inline_definitions": True,
    }  # fmt: skip
    parser = LinkCheckingParser("commonmark", {**settings, **options})
    parser.disable(["html_block", "html_inline"]).use(bare_links)
    parser.block.ruler.at(
        "blockquote", _bounded(_bounded_quote), {"alt": ["paragraph", "reference", "blockquote", "list"]}
    )
    parser.block.ruler.at("list", _bounded(list_block), {"alt": ["paragraph", "reference", "blockquote"]})
    return parser


def _bounded(rule: BlockRule) -> BlockRule:
    """The same rule for lists or quotes, that leaves its markers as text where they lie too deep or are too many."""

    def limited(state: StateBlock, start: int, end: int, silent: bool) -> bool:
        used: int = state.env.get("containers", 0)
        if state.level >= MAX_NESTING or used >= MAX_CONTAINERS:
            return False
        if not silent:
            state.env["containers"] = used + 1
        if rule(state, start, end, silent):
            return True
        if not silent:
            state.env["containers"] = used
        return False

    return limited


def _bounded_quote(state: StateBlock, start: int, end: int, silent: bool) -> bool:
    """A quote, unless too many lines have been looked at for quotes.

    The parser looks at all lines up to an empty one, as they might continue the quote's last paragraph. Where they
    do not, it has taken one quote, and looks at the rest again for the next: quadratic, so the looks are counted.
    """
    if not state.src.startswith(">", state.bMarks[start] + state.tShift[start]):
        return False
    if not silent:
        looked: int = state.env.get("quoted_lines", 0)
        line = start
        while line < end and not state.isEmpty(line) and looked < MAX_QUOTED_LINES:
            line, looked = line + 1, looked + 1
        state.env["quoted_lines"] = looked
        if looked >= MAX_QUOTED_LINES:
            return False
    return blockquote(state, start, end, silent)


def _bounded_table(state: StateBlock, start: int, end: int, silent: bool) -> bool:
    """A table that ends where the text's cells are used up: a row of one letter may stand for many cells."""
    header = state.src[state.bMarks[start] : state.eMarks[start]]
    columns = header.count("|") + 1
    left = MAX_CELLS - state.env.get("table_cells", 0)
    last = min(end, start + 1 + left // columns)
    if columns == 1 or not table(state, start, last, silent):
        return False
    if not silent:
        state.env["table_cells"] = MAX_CELLS - left + (state.line - start - 1) * columns
    return True


def _warm(parser: MarkdownIt) -> MarkdownIt:
    """The parser with its rules compiled: it does that at first use, not safely in two threads at once."""
    parser.render("*warm*", {"block_log": BlockLog()})
    return parser


ARTICLE_PARSER = _warm(_article_parser())
"""Reads articles. Its environment must hold a `BlockLog` under `block_log`."""

COMMENT_PARSER = _warm(_comment_parser())
"""Reads comments: every line break counts; no headings, images, tables, footnotes or blocks."""
