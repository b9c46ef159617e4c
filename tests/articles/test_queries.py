from datetime import UTC, datetime, timedelta

import pytest
import sqlalchemy as sa
from flask import Flask
from sqlalchemy.exc import InvalidRequestError

from blog.articles.models import Article
from blog.articles.queries import desk_articles, drafts, free_slug, published_articles
from blog.articles.values import ArticleStatus
from blog.core.db import session, unit_of_work
from blog.core.errors import InvalidInput
from blog.core.pagination import Page, encode_cursor
from tests.factories.accounts import make_person
from tests.factories.articles import make_article

DAY = datetime(2026, 5, 1, tzinfo=UTC)


def at(article: Article, *, published: datetime | None = None, changed: datetime | None = None) -> Article:
    with unit_of_work():
        values = {"published_at": published, "updated_at": changed}
        session.execute(
            sa.update(Article)
            .where(Article.id == article.id)
            .values({name: value for name, value in values.items() if value})
        )
    return article


def slugs(page: Page[Article]) -> list[str]:
    return [article.slug for article in page.items]


def test_published_articles_come_newest_first_and_never_twice(app: Flask) -> None:
    for number in range(5):
        # Two and two of them were published at the same instant: their number decides.
        at(make_article(slug=f"stuk-{number}"), published=DAY + timedelta(days=number // 2))
    make_article(slug="concept", published=False)

    first = published_articles(limit=2)
    second = published_articles(first.next_cursor, limit=2)
    third = published_articles(second.next_cursor, limit=2)

    assert slugs(first) == ["stuk-4", "stuk-3"]
    assert slugs(second) == ["stuk-2", "stuk-1"]
    assert slugs(third) == ["stuk-0"]
    assert third.next_cursor is None


def test_published_articles_go_on_where_they_were_when_new_ones_arrive(app: Flask) -> None:
    for number in range(3):
        at(make_article(slug=f"stuk-{number}"), published=DAY + timedelta(days=number))
    first = published_articles(limit=2)

    at(make_article(slug="nieuw"), published=DAY + timedelta(days=9))

    assert slugs(published_articles(first.next_cursor, limit=2)) == ["stuk-0"]


def test_published_articles_leave_the_text_unread(app: Flask) -> None:
    make_article()

    (article,) = published_articles().items

    with pytest.raises(InvalidRequestError):
        _ = article.body


@pytest.mark.parametrize("cursor", ["x", encode_cursor("2026", 1), encode_cursor(1), "é"])
def test_published_articles_refuse_a_damaged_cursor(app: Flask, cursor: str) -> None:
    with pytest.raises(InvalidInput):
        published_articles(cursor)


@pytest.mark.parametrize("cursor", [encode_cursor(-(10**30), 10**30), encode_cursor(0, 0)])
def test_published_articles_find_nothing_behind_a_made_up_cursor(app: Flask, cursor: str) -> None:
    make_article()

    assert slugs(published_articles(cursor)) == []


def test_published_articles_find_everything_before_the_end_of_time(app: Flask) -> None:
    article = make_article()

    assert slugs(published_articles(encode_cursor(10**30, 10**30))) == [article.slug]


def test_desk_articles_come_last_changed_first_in_every_state(app: Flask) -> None:
    at(make_article(slug="oud"), changed=DAY)
    at(make_article(slug="concept", published=False), changed=DAY + timedelta(days=1))
    at(make_article(slug="nieuw"), changed=DAY + timedelta(days=2))

    first = desk_articles(limit=2)

    assert slugs(first) == ["nieuw", "concept"]
    assert slugs(desk_articles(cursor=first.next_cursor, limit=2)) == ["oud"]


def test_desk_articles_are_those_of_one_author_when_asked(app: Flask) -> None:
    author = make_person(role="author")
    make_article(slug="eigen", author=author, published=False)
    make_article(slug="ander", published=False)

    assert slugs(desk_articles(author_id=author.id)) == ["eigen"]
    assert [article.slug for article in drafts(author_id=author.id)] == ["eigen"]
    assert {article.slug for article in drafts()} == {"eigen", "ander"}
    assert all(article.status == ArticleStatus.DRAFT for article in drafts())


def test_free_slug_fills_the_first_gap(app: Flask) -> None:
    for slug in ("stuk", "stuk-2", "stuk-4", "stuk-tien"):
        make_article(slug=slug)

    assert free_slug("stuk") == "stuk-3"
    assert free_slug("ander") == "ander"
