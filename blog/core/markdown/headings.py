"""Headings: levels that fit a page with one `h1`, and addresses that stay the same."""

import re
import unicodedata

from markdown_it import MarkdownIt
from markdown_it.rules_core import StateCore
from markdown_it.token import Token

from blog.core.letters import PLAIN_LETTERS
from blog.core.markdown.inline_text import inline_text

_PREFIX = "h-"  # so that no heading takes an id that the page around the article uses
_MAX_SLUG = 60
# Of a heading so much is read for it: to put a hundred thousand accents in their order takes seconds.
_MOST_READ = 1000
_NOT_IN_A_SLUG = re.compile(r"[\W_]+")


def article_headings(parser: MarkdownIt) -> None:
    """Plugin: headings from `h2` to `h4`, each with an id of its own."""
    parser.core.ruler.push("article_headings", _number_headings)


def comment_headings(parser: MarkdownIt) -> None:
    """Plugin: a heading becomes a strong paragraph."""
    parser.core.ruler.push("comment_headings", _flatten_headings)


def heading_slug(text: str) -> str:
    """The readable part of a heading's id: small letters and digits joined by hyphens, at most 60 signs."""
    folded = unicodedata.normalize("NFKD", text[:_MOST_READ].lower().translate(PLAIN_LETTERS))
    plain = "".join(letter for letter in folded if not unicodedata.combining(letter))
    slug = _NOT_IN_A_SLUG.sub("-", plain).strip("-")
    return slug[:_MAX_SLUG].rstrip("-") or "section"


def _number_headings(state: StateCore) -> None:
    taken: set[str] = set()
    next_number: dict[str, int] = {}
    for index, token in enumerate(state.tokens):
        if token.type not in ("heading_open", "heading_close"):
            continue
        token.tag = f"h{min(max(int(token.tag[1]), 2), 4)}"
        if token.nesting == 1:
            slug = heading_slug(inline_text(state.tokens[index + 1].children or []))
            token.attrSet("id", _PREFIX + _unused(slug, taken, next_number))


def _unused(slug: str, taken: set[str], next_number: dict[str, int]) -> str:
    unused = slug
    while unused in taken:
        next_number[slug] = next_number.get(slug, 1) + 1
        unused = f"{slug}-{next_number[slug]}"
    taken.add(unused)
    return unused


def _flatten_headings(state: StateCore) -> None:
    for index, token in enumerate(state.tokens):
        if token.type == "heading_open":
            token.type, token.tag = "paragraph_open", "p"
            text = state.tokens[index + 1]
            text.children = _strong(text.children or [Token("text", "", 0, content=token.markup)])
        elif token.type == "heading_close":
            token.type, token.tag = "paragraph_close", "p"


def _strong(children: list[Token]) -> list[Token]:
    return [Token("strong_open", "strong", 1), *children, Token("strong_close", "strong", -1)]
