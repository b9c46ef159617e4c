"""How a person reads what articles hold of them."""

from collections.abc import Iterator
from typing import Any

import sqlalchemy as sa
from flask import url_for
from flask_babel import gettext
from flask_babel import lazy_gettext as _

from blog.accounts.chapters import Chapter, Fact, Folded, Place, Told, on_site
from blog.accounts.holdings import Somebody, rows_about
from blog.articles.models import Article, ArticleRevision
from blog.articles.values import ArticleStatus
from blog.core.i18n import format_datetime_long
from blog.core.portions import rows_in_portions

_ARTICLES: sa.Select[*tuple[Any, ...]] = sa.select(
    Article.id,
    Article.slug,
    Article.title,
    Article.lead,
    Article.body,
    Article.language,
    Article.proposition,
    Article.tags,
    Article.byline,
    Article.status,
    Article.created_at,
    Article.updated_at,
    Article.published_at,
).order_by(Article.created_at.desc(), Article.id.desc())
_VERSIONS: sa.Select[*tuple[Any, ...]] = (
    sa.select(
        ArticleRevision.version,
        ArticleRevision.title,
        ArticleRevision.lead,
        ArticleRevision.body,
        ArticleRevision.saved_at,
        Article.id,
        Article.language,
    )
    .join(Article, Article.id == ArticleRevision.article_id)
    .order_by(ArticleRevision.saved_at.desc(), ArticleRevision.id.desc())
)


def _articles(person: Somebody) -> Iterator[Told]:
    for rows in rows_in_portions(_ARTICLES.where(rows_about(person, Article))):
        for row in rows:
            yield _article(row)


def _article(row: Any) -> Told:
    is_published = row.status == ArticleStatus.PUBLISHED
    if is_published:
        address = url_for("articles.article_detail", slug=row.slug)
    else:
        address = url_for("articles.desk_edit", article_id=row.id)
    facts = [
        Fact(gettext("Byline"), row.byline),
        Fact(gettext("Proposition"), row.proposition or ""),
        Fact(gettext("Tags"), ", ".join(row.tags)),
        Fact(gettext("Published"), format_datetime_long(row.published_at) if row.published_at else ""),
        Fact(gettext("Last saved"), format_datetime_long(row.updated_at)),
    ]
    return Told(
        row.title,
        address=on_site(address),
        language=row.language,
        at=row.created_at,
        notes=[gettext("published") if is_published else gettext("draft")],
        words=row.lead,
        words_language=row.language,
        facts=[fact for fact in facts if fact.value],
        folded=[Folded(gettext("The text"), row.body)],
    )


def _versions(person: Somebody) -> Iterator[Told]:
    for rows in rows_in_portions(_VERSIONS.where(rows_about(person, ArticleRevision))):
        for row in rows:
            yield Told(
                row.title,
                address=on_site(url_for("articles.desk_edit", article_id=row.id)),
                language=row.language,
                at=row.saved_at,
                notes=[gettext("version %(number)s", number=row.version)],
                folded=[
                    Folded(gettext("The text"), "\n\n".join(text for text in (row.lead, row.body) if text))
                ],
            )


CHAPTERS = (
    Chapter("articles", _("Articles by you"), Place.WORDS, (Article,), _articles),
    Chapter(
        "versions",
        _("Versions of articles that you have saved"),
        Place.WORK,
        (ArticleRevision,),
        _versions,
    ),
)
