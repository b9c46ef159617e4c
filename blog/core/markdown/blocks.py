"""The blocks of an article: in its source, for checks and imports; in its HTML, for the page around it."""

import re
from dataclasses import dataclass

from flask_babel import lazy_gettext as _

from blog.core.markdown.block_rule import Block, BlockLog
from blog.core.markdown.characters import readable
from blog.core.markdown.limits import MAX_ARTICLE, is_too_much
from blog.core.markdown.problems import MarkdownProblem
from blog.core.markdown.profiles import ARTICLE_PARSER


@dataclass(frozen=True, slots=True)
class RenderedBlock:
    """A block in the HTML of an article: `html` is what is inside, without the element around it."""

    kind: str
    slug: str
    fields: int | None
    html: str


def blocks_in(source: str) -> list[Block]:
    """The blocks without a fault, in the order in which they stand in `source`."""
    return _read(source).blocks


def check_article(source: str) -> list[MarkdownProblem]:
    """What is wrong with the blocks of `source`, by line; empty when it can be published."""
    return sorted(_read(source).problems, key=lambda problem: problem.line)


def split_blocks(html: str, kind: str) -> list[str | RenderedBlock]:
    """The HTML of an article, as `render_article` gave it, in parts: blocks of one kind, what lies between.

    `kind` is `challenge` or `exercise`. Nobody can write a block into the HTML but the renderer: in text and
    in attributes the sanitiser writes `<` as `&lt;`.
    """
    parts: list[str | RenderedBlock] = []
    end = 0
    for section in _section_of(kind).finditer(html):
        parts.append(html[end : section.start()])
        fields = section["fields"]
        parts.append(RenderedBlock(kind, section["slug"], int(fields) if fields else None, section["html"]))
        end = section.end()
    parts.append(html[end:])
    return [part for part in parts if part]


def _read(source: str) -> BlockLog:
    log = BlockLog()
    text = readable(source)
    if is_too_much(text, MAX_ARTICLE):
        log.report(0, _("This text is too long, or has too much markup, for one article: divide it."))
    else:
        ARTICLE_PARSER.block.parse(text, ARTICLE_PARSER, {"block_log": log}, [])
    return log


def _section_of(kind: str) -> re.Pattern[str]:
    name = re.escape(kind)
    return re.compile(
        rf'<section class="block block-{name}" data-block="{name}" data-slug="(?P<slug>[a-z0-9-]+)"'
        rf'(?: data-fields="(?P<fields>[0-9]+)")? id="{name}-(?P=slug)">(?P<html>.*?)</section>',
        re.DOTALL,
    )
