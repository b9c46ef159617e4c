"""Somebody who wrote here leaves for good: what they wrote stays, and does not say any more that it was them."""

import sqlalchemy as sa
from flask_babel import force_locale
from flask_babel import gettext as _

from blog.accounts.holdings import Leaving
from blog.accounts.traces import Traces
from blog.articles.models import Article
from blog.core.db import session, unit_of_work


def erase_from_articles(leaving: Leaving) -> None:
    """Take somebody's names out of the bylines of their articles. Opens a unit of work; doing it again changes nothing.

    Nobody who has the article open at the desk is disturbed: a byline is no part of what they save.
    """
    traces = Traces(leaving)
    with unit_of_work():
        articles = session.scalars(sa.select(Article).where(Article.author_id == leaving.id)).all()
        for article in articles:
            with force_locale(article.language):
                called = _("a former author")
            # A name of one word, or in small letters, is looked for here, too: it is the author's byline.
            is_theirs = article.byline.casefold() in {worn.name.casefold() for worn in leaving.names}
            byline = called if is_theirs else traces.without(article.byline, called, is_to_them=True)
            article.byline = byline[:1].upper() + byline[1:]
