"""Two people at the same moment: one text is stored, the other one is told."""

from dataclasses import replace

import sqlalchemy as sa
from flask import Flask

from blog.articles.actions import InvalidArticle, StaleArticle, publish_article, save_article, write_article
from blog.articles.events import ArticlePublished
from blog.articles.models import Article, ArticleRevision
from blog.articles.queries import article_by_slug
from blog.articles.values import ArticleText
from blog.core.actor import Actor
from blog.core.db import session, unit_of_work
from tests.support.at_once import at_once
from tests.support.events import heard

EDITOR = Actor(None, "Redactie", frozenset({"editor"}))
TEXT = ArticleText(title="Een stuk", slug="een-stuk", body="Lead.\n", language="nl")


def stored() -> Article:
    session.rollback()
    article = article_by_slug("een-stuk")
    assert article is not None
    return article


def test_two_who_take_one_address_get_one_article(app: Flask) -> None:
    def write(_number: int) -> None:
        with unit_of_work():
            write_article(TEXT, by=EDITOR)

    (refusal,) = at_once(app, 2, write)

    assert isinstance(refusal, InvalidArticle)
    assert list(refusal.fields) == ["slug"]
    assert session.scalar(sa.select(sa.func.count()).select_from(Article)) == 1


def test_of_two_who_save_one_version_the_second_is_told(app: Flask) -> None:
    with unit_of_work():
        write_article(TEXT, by=EDITOR)

    def save(number: int) -> None:
        article = stored()
        with unit_of_work():
            save_article(article, replace(TEXT, body=f"Van {number}.\n"), version=1, by=EDITOR)

    (refusal,) = at_once(app, 2, save)

    assert isinstance(refusal, StaleArticle)
    assert stored().version == 2
    assert session.scalars(sa.select(ArticleRevision.version).order_by(ArticleRevision.version)).all() == [
        1,
        2,
    ]


def test_an_article_that_two_publish_is_published_once(app: Flask) -> None:
    with unit_of_work():
        write_article(TEXT, by=EDITOR)

    def publish(_number: int) -> None:
        article = stored()
        with unit_of_work():
            publish_article(article, by=EDITOR)

    with heard(ArticlePublished) as events:
        refusals = at_once(app, 2, publish)

    assert refusals == []
    assert len(events) == 1
    assert stored().is_published
