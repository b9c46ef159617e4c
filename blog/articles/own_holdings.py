"""What articles hold of a person."""

from flask_babel import lazy_gettext as _

from blog.accounts.holdings import Emptied, Erased, Holding
from blog.articles.erasing import erase_from_articles
from blog.articles.models import Article, ArticleRevision

HOLDINGS = (
    Holding(
        Article,
        _("Articles by you"),
        lambda person: Article.author_id == person.id,
        Erased(erase_from_articles),
        frozenset({"html"}),
    ),
    Holding(
        ArticleRevision,
        _("Versions of articles that you have saved"),
        lambda person: ArticleRevision.saved_by_id == person.id,
        Emptied(lambda: {"saved_by_id": None}),
    ),
)
