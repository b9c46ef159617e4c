"""What happens to articles."""

from dataclasses import dataclass

from blog.articles.models import Article
from blog.core.actor import Actor
from blog.core.events import Event


@dataclass(frozen=True, slots=True)
class ArticleSaved(Event):
    """An article was made or changed (draft or not)."""

    article: Article
    by: Actor


@dataclass(frozen=True, slots=True)
class ArticlePublished(Event):
    """An article became readable for everybody."""

    article: Article
    by: Actor


@dataclass(frozen=True, slots=True)
class ArticleUnpublished(Event):
    """An article is a draft again."""

    article: Article
    by: Actor


@dataclass(frozen=True, slots=True)
class ArticleSlugChanged(Event):
    """An article moved to another address."""

    article: Article
    old_slug: str
