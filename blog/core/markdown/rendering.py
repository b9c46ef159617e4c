"""Markdown to HTML: for articles and for comments. Always sanitised, always the same, never an error.

What cannot be read as Markdown (see `limits`) is shown as the plain text that was typed.
"""

import logging
from collections.abc import Callable
from html import escape

from markdown_it import MarkdownIt
from markdown_it.utils import EnvType

from blog.core.markdown.block_rule import BlockLog
from blog.core.markdown.characters import readable
from blog.core.markdown.footnotes import footnote_prefix
from blog.core.markdown.limits import MAX_ARTICLE, MAX_COMMENT, is_too_much
from blog.core.markdown.profiles import ARTICLE_PARSER, COMMENT_PARSER
from blog.core.markdown.sanitising import sanitise_article, sanitise_comment

RENDERER_VERSION = 2
"""Grows when the same source gives other HTML: what was rendered with another version is rendered anew."""

_log = logging.getLogger(__name__)


def render_article(source: str, *, document_id: str = "", language: str = "en") -> str:
    """The HTML of an article.

    `document_id` keeps the footnotes of several articles on one page apart: letters, digits and hyphens.
    `language` is that of the article: what the renderer adds to it for screen readers is said in it.
    """
    env = {
        "block_log": BlockLog(),
        "footnote_prefix": footnote_prefix(document_id),
        "language": language,
    }
    return _rendered(ARTICLE_PARSER, source, MAX_ARTICLE, env, sanitise_article)


def render_comment(source: str) -> str:
    """The HTML of a comment: line breaks count, links are marked as a reader's own."""
    return _rendered(COMMENT_PARSER, source, MAX_COMMENT, {}, sanitise_comment)


def as_plain_text(source: str) -> str:
    """HTML that shows `source` as it was typed: paragraphs and line breaks, nothing else."""
    paragraphs = (part.strip("\n") for part in readable(source).split("\n\n"))
    return "".join(_plain_paragraph(part) for part in paragraphs if part.strip())


def _plain_paragraph(text: str) -> str:
    lines = escape(text, quote=False).replace("\n", "<br>\n")
    return f"<p>{lines}</p>\n"


def _rendered(
    parser: MarkdownIt, source: str, max_characters: int, env: EnvType, sanitise: Callable[[str], str]
) -> str:
    text = readable(source)
    if is_too_much(text, max_characters):
        return sanitise(as_plain_text(text))
    try:
        html: str = parser.render(text, env)
    except Exception:
        # A fault of the parser must not cost anybody their text, nor the page it stands on.
        _log.exception("Markdown of %d characters could not be rendered", len(text))
        html = as_plain_text(text)
    return sanitise(readable(html))
