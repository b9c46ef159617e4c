"""What happens to articles."""

from dataclasses import dataclass

from blog.articles.models import Article
from blog.articles.values import Byline
from blog.core.actor import Actor
from blog.core.events import Event


@dataclass(frozen=True, slots=True)
class ArticleSaved(Event):
    """An article was made or changed (draft or not).

    `before` is under whose name it stood until then; None for a new one. `reason` is why it changes, as who saved it
    tells everybody whom that concerns; empty as long as nobody was asked.
    """

    article: Article
    by: Actor
    before: Byline | None
    reason: str = ""


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
