"""The only door to an article for somebody: 404 to who may not know of it, 403 to who may not act on it."""

from blog.articles.models import Article, ArticleRevision
from blog.articles.queries import article_by_id, article_by_slug, revision_of
from blog.core.actor import Actor
from blog.core.errors import NotFound
from blog.core.permissions import allowed


def article_for(actor: Actor, slug: str) -> Article:
    """The article at an address, if `actor` may read it. Raises `NotFound`, also for others' drafts."""
    article = article_by_slug(slug)
    if article is None or not allowed(actor, "article:read", article):
        raise NotFound()
    return article


def desk_article_for(actor: Actor, article_id: int) -> Article:
    """An article at the desk, if `actor` may look at it there. Raises `NotFound`."""
    article = article_by_id(article_id)
    if article is None or not allowed(actor, "article:inspect", article):
        raise NotFound()
    return article


def revision_for(actor: Actor, article_id: int, version: int) -> tuple[Article, ArticleRevision]:
    """An article and what it said at one version, if `actor` may look at it. Raises `NotFound`."""
    article = desk_article_for(actor, article_id)
    revision = revision_of(article, version)
    if revision is None:
        raise NotFound()
    return article, revision
