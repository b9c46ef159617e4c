"""An article's text in the parts that its page is made of: the lead, prose, challenges and exercises."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache

from markupsafe import Markup

from blog.articles.models import Article
from blog.core.markdown.blocks import RenderedBlock, check_article, split_blocks
from blog.core.markdown.problems import MarkdownProblem
from blog.core.markdown.rendering import RENDERER_VERSION, render_article
from blog.core.markdown.text import excerpt, plain_text

LEAD_LENGTH = 400
"""Characters of the lead that lists show."""

WORDS_PER_MINUTE = 230
"""How fast people read to understand."""

_LEAD = re.compile(r"\s*<p>(?P<words>.*?)</p>\n?", re.DOTALL)
_TAG = re.compile(r"<[^>]*>")  # the sanitiser writes < and > of text and of attributes as entities
_TITLE = re.compile(r"\s*<h(?P<level>[2-4])[^>]*>(?P<words>.*?)</h(?P=level)>\n?", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Part:
    """A stretch of an article. `kind` is prose, challenge or exercise; only the latter two have a slug.

    `title` is the heading with which a block begins, in plain words, and `html` is then what follows it.
    """

    kind: str
    html: Markup
    slug: str = ""
    title: str = ""
    fields: int = 0


@dataclass(frozen=True, slots=True)
class Body:
    """What stands below an article's title. `lead` is the inside of its first paragraph, or empty."""

    lead: Markup
    parts: Sequence[Part]

    def parts_of_kind(self, kind: str) -> Sequence[Part]:
        """The parts of one kind, in their order."""
        return [part for part in self.parts if part.kind == kind]


@dataclass(frozen=True, slots=True)
class Preview:
    """How a text would look, and what is not right in it."""

    body: Body
    problems: Sequence[MarkdownProblem]


def body_of(html: str) -> Body:
    """The parts of an article's HTML, as `render_article` gave it.

    The lead is the paragraph with which the text begins. It is taken out of the parts: a page shows it apart.
    """
    lead = _LEAD.match(html)
    rest = html[lead.end() :] if lead else html
    return Body(lead=Markup(lead["words"] if lead else ""), parts=tuple(_parts(rest)))  # noqa: S704 - sanitised


def current_html(article: Article) -> str:
    """The HTML of an article; rendered anew, once in each process, if the renderer has changed since it was saved."""
    if article.renderer_version == RENDERER_VERSION:
        return article.html
    return _rendered_anew(article.body, article.language)


@lru_cache(maxsize=64)
def _rendered_anew(body: str, language: str) -> str:
    return render_article(body, language=language)


def lead_of(html: str) -> str:
    """The plain words of an article's lead, for lists: at most `LEAD_LENGTH` characters."""
    return excerpt(body_of(html).lead, LEAD_LENGTH)


def description_of(article: Article, html: str) -> str:
    """What an article is about, in plain words: its lead, or how its HTML begins when it has none."""
    return article.lead or excerpt(html, LEAD_LENGTH)


def read_minutes(html: str) -> int:
    """How long it takes to read an article's HTML, in whole minutes, one at least."""
    return max(1, round(len(_TAG.sub(" ", html).split()) / WORDS_PER_MINUTE))


def preview_of(source: str, language: str) -> Preview:
    """How Markdown that nobody has stored would look. Renders whatever is typed; raises nothing."""
    html = render_article(source, document_id="preview", language=language)
    return Preview(body_of(html), check_article(source))


def _parts(html: str) -> Iterator[Part]:
    for piece in split_blocks(html, "challenge"):
        if isinstance(piece, RenderedBlock):
            yield _block(piece)
            continue
        for smaller in split_blocks(piece, "exercise"):
            if isinstance(smaller, RenderedBlock):
                yield _block(smaller)
            elif smaller.strip():
                yield Part("prose", Markup(smaller))  # noqa: S704 - sanitised


def _block(block: RenderedBlock) -> Part:
    title = _TITLE.match(block.html)
    html = block.html[title.end() :] if title else block.html
    return Part(
        block.kind,
        Markup(html),  # noqa: S704 - sanitised
        slug=block.slug,
        title=" ".join(plain_text(title["words"]).split()) if title else "",
        fields=block.fields or 0,
    )
