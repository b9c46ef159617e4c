"""What staff change in articles and challenges, and with work that was set aside, stands in the audit log."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
import sqlalchemy as sa
import time_machine
from flask import Flask

from blog.accounts.models.audit import AuditRecord
from blog.articles.actions import publish_article, save_article, text_of, unpublish_article, write_article
from blog.articles.models import Article
from blog.articles.values import ArticleText, Byline
from blog.challenges.actions.challenges import set_closing_time, set_up_challenge
from blog.challenges.values import ChallengeStatus, ChallengeWords
from blog.core import clock
from blog.core.actor import Actor
from blog.core.db import session, unit_of_work
from blog.core.errors import RuleBroken
from blog.core.jobs.models import Work
from tests.conftest import SignIn
from tests.factories.accounts import make_person
from tests.factories.articles import make_article
from tests.factories.challenges import make_challenge

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)
ASKING = "A lead.\n\n::: challenge the-question\n## A question\n\n{question}\n:::\n"
WORDS = ChallengeWords("A question", "<p>Who calls back?</p>", "A book", "editor", "en")
Line = tuple[str, int | None, str | None, dict[str, object]]


def lines() -> list[Line]:
    """What stands in the log: the act, who did it, where to look, and the details."""
    session.rollback()
    records = session.scalars(sa.select(AuditRecord).order_by(AuditRecord.id))
    return [(record.act, record.actor_id, record.place, record.details) for record in records]


def save(article: Article, by: Actor, **changes: str) -> bool:
    """Save an article with other words."""
    text = replace(ArticleText(article.title, article.slug, article.body, article.language), **changes)
    with unit_of_work():
        return save_article(article, text, version=article.version, by=by, reason="Clearer words.")


def test_a_published_article_that_is_changed_stands_in_it_once_for_each_save(app: Flask) -> None:
    editor = make_person(role="editor")
    article = make_article(slug="mine")
    changed: Line = ("article changed", editor.id, "/articles/mine", {})
    assert save(article, editor.actor, body="Other words.\n")
    assert lines() == [changed]
    assert not save(article, editor.actor, body="Other words.\n")
    assert lines() == [changed]
    assert save(article, editor.actor, title="Another title")
    assert lines() == [changed, changed]


def test_a_draft_is_its_writers_own_affair(app: Flask) -> None:
    editor = make_person(role="editor").actor
    with unit_of_work():
        article = write_article(ArticleText("Mine", "mine", "A lead.\n", "en"), by=editor)
    save(article, editor, body="Other words.\n", slug="elsewhere")
    assert lines() == []
    with unit_of_work():
        publish_article(article, by=editor)
    with unit_of_work():
        unpublish_article(article, by=editor)
    save(article, editor, body="More words.\n")
    assert [act for act, *_rest in lines()] == ["article published", "article unpublished"]


def test_a_draft_of_somebody_else_that_is_changed(app: Flask) -> None:
    writer, editor = make_person(role="author"), make_person(role="editor")
    with unit_of_work():
        article = write_article(ArticleText("Mine", "mine", "A lead.\n", "en"), by=writer.actor)
    place = f"/desk/articles/{article.id}"
    save(article, editor.actor, body="Other words.\n")
    assert lines() == [("draft changed", editor.id, place, {})]


def test_an_article_that_comes_under_another_name(sign_in: SignIn) -> None:
    writer, guest = make_person(role="editor"), make_person(role="author", name="Joost Kramer")
    text = ArticleText("Mine", "mine", "A lead.\n", "en")

    def under(byline: Byline) -> None:
        with unit_of_work():
            save_article(article, text, version=article.version, by=writer.actor, byline=byline)

    with unit_of_work():
        article = write_article(text, by=writer.actor, byline=Byline("Joost Kramer", guest.id))
    number = article.id
    under(Byline("Somebody", None))
    with unit_of_work():
        publish_article(article, by=writer.actor)
    under(Byline("Joost Kramer", guest.id))
    desk, page = f"/desk/articles/{number}", "/articles/mine"
    assert lines() == [
        ("draft begun", writer.id, desk, {"author": guest.id}),
        ("byline changed", writer.id, desk, {"author": None}),
        ("article published", writer.id, page, {}),
        ("article changed", writer.id, page, {"author": guest.id}),
    ]
    told = sign_in(make_person(role="admin")).get("/site/audit").text
    assert told.count("now under the name of Joost Kramer") == 2
    assert told.count("now under the name of somebody without an account") == 1


def test_a_draft_for_a_guest_and_ones_own_name_written_otherwise(app: Flask) -> None:
    writer = make_person(role="editor")
    text = ArticleText("Mine", "mine", "A lead.\n", "en")
    with unit_of_work():
        own = write_article(text, by=writer.actor)
        for_guest = write_article(
            replace(text, slug="guest"), by=writer.actor, byline=Byline("A guest", None)
        )
    begun: Line = ("draft begun", writer.id, f"/desk/articles/{for_guest.id}", {"author": None})
    for number in range(2):
        save(for_guest, writer.actor, body=f"Words {number}.\n")
    with unit_of_work():
        save_article(own, text, version=own.version, by=writer.actor, byline=Byline("Otherwise", writer.id))
    assert lines() == [begun]
    with unit_of_work():
        save_article(
            for_guest,
            text_of(for_guest),
            version=for_guest.version,
            by=writer.actor,
            byline=Byline("Another guest", None),
        )
    changed: Line = ("byline changed", writer.id, begun[2], {"author": None})
    assert lines() == [begun, changed]
    colleague = make_person(role="editor")
    save(for_guest, colleague.actor, body="Words of a colleague.\n")
    assert lines() == [begun, changed, ("draft changed", colleague.id, begun[2], {})]


def test_an_editor_who_saves_and_publishes_leaves_one_line(sign_in: SignIn) -> None:
    editor = make_person(role="editor")
    form = {"title": "Mine", "slug": "mine", "language": "en", "body": "A lead.\n", "act": "publish"}
    assert sign_in(editor).post("/desk/articles/new", data=form).status_code == 303
    assert lines() == [("article published", editor.id, "/articles/mine", {})]


def test_a_challenge_that_is_made_changed_and_given_another_end(app: Flask) -> None:
    editor = make_person(role="editor")
    place = "/desk/challenges/the-question"

    def set_up(words: ChallengeWords, closes_at: datetime | None = None) -> None:
        with unit_of_work():
            set_up_challenge(
                slug="the-question", article=None, words=words, closes_at=closes_at, by=editor.actor
            )

    with time_machine.travel(NOON, tick=False):
        later, latest = NOON + timedelta(days=1), NOON + timedelta(days=2)
        set_up(WORDS, later)
        set_up(WORDS, later)
        set_up(replace(WORDS, prize="Two books"), latest)
    assert lines() == [
        ("challenge made", editor.id, place, {"until": "2026-03-03T12:00:00+00:00"}),
        ("challenge changed", editor.id, place, {}),
        ("closing time set", editor.id, place, {"until": "2026-03-04T12:00:00+00:00"}),
    ]


def test_a_closing_time_that_is_taken_away_and_one_that_is_refused(app: Flask) -> None:
    editor = make_person(role="editor")
    with time_machine.travel(NOON, tick=False):
        challenge = make_challenge(slug="the-question", closes_at=NOON + timedelta(days=1))
        for _twice in range(2):
            with unit_of_work():
                set_closing_time(editor.actor, challenge, None)
        with pytest.raises(RuleBroken), unit_of_work():
            set_closing_time(editor.actor, challenge, NOON - timedelta(days=1))
    # Which of the two was written down first says nothing: it is one act.
    assert sorted(lines(), key=str) == [
        ("challenge amended", editor.id, "/challenges/the-question", {}),
        ("closing time set", editor.id, "/desk/challenges/the-question", {"until": None}),
    ]


def test_a_question_that_changes_with_its_article(app: Flask) -> None:
    editor = make_person(role="editor")
    article = make_article(slug="mine", body=ASKING.format(question="Who calls back?"))
    make_challenge(slug="the-question", article=article, status=ChallengeStatus.OPEN)
    save(article, editor.actor, body=ASKING.format(question="Who never calls back?"))
    both: list[Line] = [
        ("challenge changed", editor.id, "/desk/challenges/the-question", {}),
        # Readers see it already, so it is an amendment.
        ("challenge amended", editor.id, "/challenges/the-question", {}),
        ("article changed", editor.id, "/articles/mine", {}),
    ]
    assert lines() == both
    save(article, editor.actor, title="Another title")
    assert lines() == [*both, ("article changed", editor.id, "/articles/mine", {})]


def test_work_that_is_tried_again(sign_in: SignIn) -> None:
    admin = make_person(role="admin")
    now = clock.now()
    work = Work(kind="mailroom.send", payload={}, created_at=now, run_at=now, failed_at=now, attempts=9)
    with unit_of_work():
        session.add(work)
    browser = sign_in(admin)
    # The second time it is under way already.
    for work_id in (work.id, work.id, 999_999):
        assert browser.post(f"/site/work/{work_id}/retry").status_code == 303
    assert lines() == [("work retried", admin.id, "/site/", {"kind": "mailroom.send"})]
