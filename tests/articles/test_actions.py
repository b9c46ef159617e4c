from dataclasses import replace
from datetime import UTC, datetime

import pytest
import sqlalchemy as sa
import time_machine
from flask import Flask

from blog.articles.actions import (
    InvalidArticle,
    StaleArticle,
    publish_article,
    save_article,
    text_of,
    unpublish_article,
    write_article,
)
from blog.articles.events import ArticlePublished, ArticleSaved, ArticleSlugChanged, ArticleUnpublished
from blog.articles.models import Article, ArticleRevision
from blog.articles.values import ArticleText, Byline
from blog.core.actor import ANONYMOUS, Actor
from blog.core.db import session, unit_of_work
from blog.core.errors import Forbidden
from blog.core.events import Event
from tests.factories.accounts import make_person
from tests.support.events import heard

TEXT = ArticleText(
    title="Wie luistert wint",
    slug="wie-luistert-wint",
    body="Een lead.\n\n## Kop\n\nTekst.\n",
    language="nl",
    proposition="Luisteren is belangrijker dan praten.",
    tags=("gesprek",),
)


def write(by: Actor, text: ArticleText = TEXT) -> Article:
    with unit_of_work():
        return write_article(text, by=by)


def save(article: Article, text: ArticleText, by: Actor, *, version: int = 1) -> bool:
    with unit_of_work():
        return save_article(article, text, version=version, by=by)


def publish(article: Article, by: Actor) -> None:
    with unit_of_work():
        publish_article(article, by=by)


def revisions(article: Article) -> list[tuple[int, str, int | None]]:
    rows = session.scalars(
        sa.select(ArticleRevision)
        .where(ArticleRevision.article_id == article.id)
        .order_by(ArticleRevision.version)
    )
    return [(row.version, row.body, row.saved_by_id) for row in rows]


def author() -> Actor:
    return make_person(role="author", name="Bram Schrijver").actor


def editor() -> Actor:
    return make_person(role="editor").actor


def test_write_article_makes_a_draft_with_its_first_revision(app: Flask) -> None:
    by = author()

    with time_machine.travel(datetime(2026, 3, 1, 12, tzinfo=UTC), tick=False):
        article = write(by)

    assert text_of(article) == TEXT
    assert (article.status, article.version, article.byline) == ("draft", 1, "Bram Schrijver")
    assert (article.author_id, article.published_at) == (by.person_id, None)
    assert article.created_at == article.updated_at == datetime(2026, 3, 1, 12, tzinfo=UTC)
    assert article.lead == "Een lead."
    assert '<h2 id="h-kop">Kop</h2>' in article.html
    assert revisions(article) == [(1, TEXT.body, by.person_id)]


def test_write_article_tells_that_it_was_saved(app: Flask) -> None:
    with heard(ArticleSaved) as events:
        article = write(author())

    assert [(event.article.id, event.by.name) for event in events] == [(article.id, "Bram Schrijver")]


def test_write_article_makes_an_address_from_the_title(app: Flask) -> None:
    assert write(author(), replace(TEXT, slug="")).slug == "wie-luistert-wint"


def test_write_article_stands_under_the_name_that_is_given(app: Flask) -> None:
    by = author()

    with unit_of_work():
        article = write_article(TEXT, by=by, byline=Byline("Een gast"))

    assert (article.byline, article.author_id) == ("Een gast", None)


@pytest.mark.parametrize("role", ["reader", "moderator"])
def test_write_article_refuses_who_does_not_write_here(app: Flask, role: str) -> None:
    with pytest.raises(Forbidden):
        write(make_person(role=role).actor)
    with pytest.raises(Forbidden):
        write(ANONYMOUS)


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"title": " "}, "title"),
        ({"title": "x" * 301}, "title"),
        ({"slug": "Geen Adres"}, "slug"),
        ({"slug": "x" * 121}, "slug"),
        ({"title": "日本", "slug": ""}, "slug"),
        ({"language": "fr"}, "language"),
        ({"proposition": "x" * 501}, "proposition"),
        ({"tags": ("x" * 41,)}, "tags"),
        ({"tags": tuple(f"t{number}" for number in range(13))}, "tags"),
        ({"body": "x" * 200_001}, "body"),
    ],
)
def test_write_article_refuses_what_does_not_fit(app: Flask, change: dict[str, str], field: str) -> None:
    with pytest.raises(InvalidArticle) as refusal:
        write(author(), replace(TEXT, **change))

    assert list(refusal.value.fields) == [field]
    assert session.scalars(sa.select(Article)).all() == []


def test_write_article_keeps_the_longest_values_that_fit(app: Flask) -> None:
    longest = replace(
        TEXT,
        title="t" * 300,
        slug="s" * 120,
        proposition="p" * 500,
        tags=tuple(f"{number:02}" + "x" * 38 for number in range(12)),
        body="x" * 199_999,
    )

    assert text_of(write(author(), longest)) == longest.tidied()


def test_write_article_proposes_a_proper_address(app: Flask) -> None:
    with pytest.raises(InvalidArticle) as refusal:
        write(author(), replace(TEXT, slug="Geen Adres"))

    assert "“geen-adres”" in str(refusal.value.fields["slug"])


def test_write_article_tells_every_problem_of_a_block_with_its_line(app: Flask) -> None:
    with pytest.raises(InvalidArticle) as refusal:
        write(author(), replace(TEXT, body="Lead.\n\n::: raadsel x\nVraag.\n\n::: callout\nOpen.\n"))

    assert [problem.line for problem in refusal.value.problems] == [3, 6]
    assert str(refusal.value.fields["body"]).startswith("Line 3: ")


def test_write_article_proposes_another_address_for_one_that_is_taken(app: Flask) -> None:
    by = author()
    write(by)
    write(by, replace(TEXT, slug="wie-luistert-wint-2"))

    with pytest.raises(InvalidArticle) as refusal:
        write(by)

    assert "“wie-luistert-wint-3”" in str(refusal.value.fields["slug"])
    assert session.scalar(sa.select(sa.func.count()).select_from(Article)) == 2


def test_save_article_changes_it_and_keeps_both_revisions(app: Flask) -> None:
    by = author()
    article = write(by)

    assert save(article, replace(TEXT, title="Anders", body="Nieuw.\n"), by) is True

    assert (article.title, article.body, article.version) == ("Anders", "Nieuw.\n", 2)
    assert article.html == "<p>Nieuw.</p>\n"
    assert article.lead == "Nieuw."
    assert revisions(article) == [(1, TEXT.body, by.person_id), (2, "Nieuw.\n", by.person_id)]


def test_save_article_without_a_change_saves_nothing(app: Flask) -> None:
    by = author()
    article = write(by)

    with heard(ArticleSaved) as events:
        assert save(article, replace(TEXT, body=TEXT.body + "\n\n"), by) is False

    assert (article.version, events) == (1, [])
    assert len(revisions(article)) == 1


def test_save_article_takes_the_same_form_twice_as_one_save(app: Flask) -> None:
    by = author()
    article = write(by)
    changed = replace(TEXT, body="Nieuw.\n")

    assert save(article, changed, by, version=1) is True
    assert save(article, changed, by, version=1) is False
    assert article.version == 2


def test_save_article_overwrites_nothing_when_the_version_moved_on(app: Flask) -> None:
    by, other = author(), editor()
    article = write(by)
    save(article, replace(TEXT, body="Van de redactie.\n"), other)

    with pytest.raises(StaleArticle) as refusal:
        save(article, replace(TEXT, body="Van de auteur.\n"), by, version=1)

    assert refusal.value.status == 409
    assert article.body == "Van de redactie.\n"
    assert [version for version, _body, _by in revisions(article)] == [1, 2]


def test_save_article_refuses_a_taken_address_and_changes_nothing(app: Flask) -> None:
    by = author()
    write(by)
    article = write(by, replace(TEXT, slug="tweede"))

    with pytest.raises(InvalidArticle) as refusal:
        save(article, replace(TEXT, body="Nieuw.\n"), by)

    assert "“wie-luistert-wint-2”" in str(refusal.value.fields["slug"])
    assert (article.slug, article.body, article.version) == ("tweede", TEXT.body, 1)


def test_save_article_keeps_the_address_that_readers_know(app: Flask) -> None:
    by = editor()
    article = write(by)
    publish(article, by)

    with pytest.raises(InvalidArticle) as refusal:
        save(article, replace(TEXT, slug="anders"), by)

    assert list(refusal.value.fields) == ["slug"]
    assert article.slug == "wie-luistert-wint"


def test_save_article_moves_a_draft_to_another_address(app: Flask) -> None:
    by = author()
    article = write(by)

    with heard(ArticleSlugChanged) as events:
        assert save(article, replace(TEXT, slug="anders"), by) is True

    assert article.slug == "anders"
    assert [event.old_slug for event in events] == ["wie-luistert-wint"]


def test_save_article_refuses_another_author_and_a_reader(app: Flask) -> None:
    article = write(author())

    for stranger in (author(), make_person().actor, ANONYMOUS):
        with pytest.raises(Forbidden):
            save(article, replace(TEXT, body="Van een ander.\n"), stranger)
    assert article.body == TEXT.body


def test_save_article_refuses_its_author_once_it_is_published(app: Flask) -> None:
    by, other = author(), editor()
    article = write(by)
    publish(article, other)

    with pytest.raises(Forbidden):
        save(article, replace(TEXT, body="Stiekem anders.\n"), by)
    assert save(article, replace(TEXT, body="Door de redactie.\n"), other) is True


def test_publish_article_shows_it_to_everybody_once(app: Flask) -> None:
    by = editor()
    article = write(by)

    with (
        heard(ArticlePublished) as events,
        time_machine.travel(datetime(2026, 3, 2, tzinfo=UTC), tick=False),
    ):
        publish(article, by)
        publish(article, by)

    assert article.is_published
    assert article.published_at == datetime(2026, 3, 2, tzinfo=UTC)
    assert [event.article.id for event in events] == [article.id]


def test_publish_article_refuses_its_author(app: Flask) -> None:
    by = author()
    article = write(by)

    with pytest.raises(Forbidden):
        publish(article, by)
    assert not article.is_published


def test_publish_article_refuses_an_empty_one(app: Flask) -> None:
    by = editor()
    article = write(by, replace(TEXT, body=""))

    with pytest.raises(InvalidArticle) as refusal:
        publish(article, by)
    assert list(refusal.value.fields) == ["body"]


def test_unpublish_article_makes_it_a_draft_that_keeps_its_first_date(app: Flask) -> None:
    by = editor()
    article = write(by)
    with time_machine.travel(datetime(2026, 3, 2, tzinfo=UTC), tick=False):
        publish(article, by)

    with heard(ArticleUnpublished) as events, unit_of_work():
        unpublish_article(article, by=by)
        unpublish_article(article, by=by)

    assert not article.is_published
    assert len(events) == 1
    publish(article, by)
    assert article.published_at == datetime(2026, 3, 2, tzinfo=UTC)


def test_unpublish_article_refuses_its_author(app: Flask) -> None:
    by, other = author(), editor()
    article = write(by)
    publish(article, other)

    with pytest.raises(Forbidden), unit_of_work():
        unpublish_article(article, by=by)
    assert article.is_published


def test_a_failing_receiver_takes_the_whole_act_back(app: Flask) -> None:
    by = author()

    def fail(_event: Event) -> None:
        raise RuntimeError("a receiver that fails")

    with heard(ArticleSaved, also=fail), pytest.raises(RuntimeError):
        write(by)
    assert session.scalars(sa.select(Article)).all() == []
