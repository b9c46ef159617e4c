"""Articles for tests."""

from itertools import count

from blog.accounts.models.people import Person
from blog.articles.models import Article
from blog.articles.values import ArticleStatus
from blog.core import clock
from blog.core.db import session, unit_of_work
from blog.core.markdown.rendering import RENDERER_VERSION

_numbers = count(1)


def make_article(
    *,
    slug: str | None = None,
    title: str = "An article",
    body: str = "A first line.\n\n## A heading\n\nMore text.",
    html: str = "<p>A first line.</p>\n<h2>A heading</h2>\n<p>More text.</p>\n",
    language: str = "en",
    proposition: str | None = None,
    author: Person | None = None,
    published: bool = True,
) -> Article:
    """An article with ready HTML, published unless told otherwise; no event is told to anybody."""
    now = clock.now()
    article = Article(
        slug=slug or f"article-{next(_numbers)}",
        title=title,
        lead="",
        body=body,
        html=html,
        renderer_version=RENDERER_VERSION,
        language=language,
        proposition=proposition,
        tags=[],
        author_id=author.id if author else None,
        byline=author.name if author else "An author",
        status=ArticleStatus.PUBLISHED if published else ArticleStatus.DRAFT,
        created_at=now,
        updated_at=now,
        published_at=now if published else None,
    )
    with unit_of_work():
        session.add(article)
    return article
