from datetime import UTC, datetime, timedelta

import pytest
import sqlalchemy as sa
import time_machine
from flask import Flask

from blog.articles.actions import byline_of
from blog.articles.events import ArticlePublished, ArticleSaved, ArticleUnpublished
from blog.core import clock
from blog.core.actor import ANONYMOUS
from blog.core.db import session, unit_of_work
from blog.core.errors import Conflict, Forbidden, InvalidInput, RuleBroken
from blog.core.events import publish
from blog.discussions.actions import (
    delete_comment,
    edit_comment,
    import_comment,
    post_comment,
    remove_comment,
    set_mode,
    thread_for_article,
)
from blog.discussions.errors import AlreadyRemoved, FormUsed, ThreadClosed
from blog.discussions.models import Comment, CommentRevision, Thread
from blog.discussions.queries import comments_in, thread_of_article
from blog.discussions.values import MAX_DEPTH, CommentStatus, Mode
from tests.discussions.recount import recounted, stored_counters
from tests.factories.accounts import make_person
from tests.factories.articles import make_article
from tests.factories.discussions import make_comment, make_thread

POSTED_AT = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)


def shown(thread: Thread) -> list[int]:
    return [view.id for view in comments_in(thread).items]


def revisions(comment: Comment) -> list[tuple[int, str]]:
    rows = session.execute(
        sa.select(CommentRevision.revision, CommentRevision.body)
        .where(CommentRevision.comment_id == comment.id)
        .order_by(CommentRevision.revision)
    )
    return [(row.revision, row.body) for row in rows]


def close(thread: Thread, reason: str = "It is late.", until: datetime | None = None) -> None:
    moderator = make_person(role="moderator", name="Mo").actor
    with unit_of_work():
        set_mode(moderator, thread, Mode.CLOSED, reason, until)


def test_it_makes_one_thread_for_an_article(app: Flask) -> None:
    article = make_article(title="Title", slug="title", language="nl", proposition="So it is.")
    with unit_of_work():
        first = thread_for_article(article)
        second = thread_for_article(article)
    assert first.id == second.id
    assert (first.title, first.slug, first.language, first.proposition) == (
        "Title",
        "title",
        "nl",
        "So it is.",
    )
    assert (first.is_listed, first.comment_count, first.last_comment_at) == (True, 0, None)


def test_it_lists_a_thread_while_its_article_is_published(app: Flask) -> None:
    actor = make_person(role="editor").actor
    article = make_article(published=False)
    with unit_of_work():
        publish(ArticleSaved(article, actor, byline_of(article)))
    assert thread_of_article(article.id) is None
    with unit_of_work():
        article.status = "published"
        publish(ArticlePublished(article, actor))
    thread = thread_of_article(article.id)
    assert thread is not None
    assert thread.is_listed
    with unit_of_work():
        article.title, article.proposition = "Another title", "It is not so."
        publish(ArticleSaved(article, actor, byline_of(article)))
    assert (thread.title, thread.proposition, thread.is_listed) == ("Another title", "It is not so.", True)
    with unit_of_work():
        article.status = "draft"
        publish(ArticleUnpublished(article, actor))
    assert not thread.is_listed


def test_it_posts_a_comment(app: Flask) -> None:
    thread, author = make_thread(), make_person()
    with unit_of_work():
        comment = post_comment(author.actor, thread, body="  **Yes**\r\nand no \n", submission_key="k")
    assert (comment.body, comment.depth, comment.path) == ("**Yes**\nand no", 0, "000001")
    assert "<strong>Yes</strong>" in comment.html
    assert (comment.author_id, comment.parent_id, comment.answers_id, comment.root_id) == (
        author.id,
        None,
        None,
        None,
    )
    assert revisions(comment) == [(1, "**Yes**\nand no")]
    assert (thread.comment_count, thread.last_comment_at) == (1, comment.created_at)


def test_it_posts_answers_below_what_they_answer(app: Flask) -> None:
    root = make_comment()
    answer = make_comment(answers=root)
    second = make_comment(answers=root)
    deeper = make_comment(answers=answer)
    assert (answer.path, second.path, deeper.path) == ("000001000001", "000001000002", "000001000001000001")
    assert (deeper.parent_id, deeper.answers_id, deeper.root_id, deeper.depth) == (
        answer.id,
        answer.id,
        root.id,
        2,
    )
    assert shown(root.thread) == [root.id, answer.id, deeper.id, second.id]


def test_it_refuses_a_visitor(app: Flask) -> None:
    thread = make_thread()
    with pytest.raises(Forbidden), unit_of_work():
        post_comment(ANONYMOUS, thread, body="Hello")


@pytest.mark.parametrize("body", ["", "  \r\n\t ", "\u200b\u2060", "\x00", "x" * 10_001])
def test_it_refuses_a_body_that_is_empty_or_too_long(app: Flask, body: str) -> None:
    thread, actor = make_thread(), make_person().actor
    with pytest.raises(InvalidInput) as refusal, unit_of_work():
        post_comment(actor, thread, body=body)
    assert set(refusal.value.fields) == {"body"}
    assert (thread.comment_count, thread.root_total) == (0, 0)


@pytest.mark.parametrize(
    "body", ["x", "x" * 10_000, "  " + "y" * 10_000 + "\r\n", "\U0001f600" * 10_000, "?"]
)
def test_it_takes_a_body_up_to_the_limit(app: Flask, body: str) -> None:
    thread, actor = make_thread(), make_person().actor
    with unit_of_work():
        comment = post_comment(actor, thread, body=body)
    assert comment.body == body.strip()


def test_it_drops_what_no_database_keeps(app: Flask) -> None:
    comment = make_comment(body="a\x00b\ud800c\x1b[0m\td")
    session.expire_all()
    assert comment.body == "abc[0m\td"


def test_it_returns_the_first_comment_for_the_same_submission(app: Flask) -> None:
    thread, actor = make_thread(), make_person().actor
    with unit_of_work():
        first = post_comment(actor, thread, body="Once", submission_key="key")
    close(thread)
    with unit_of_work():
        second = post_comment(actor, thread, body=" Once\r\n", submission_key="key")
    assert (second.id, thread.comment_count, thread.root_total) == (first.id, 1, 1)


def test_it_keeps_the_submissions_of_two_people_apart(app: Flask) -> None:
    thread, one, other = make_thread(), make_person().actor, make_person().actor
    with unit_of_work():
        first = post_comment(one, thread, body="Mine", submission_key="key")
        second = post_comment(other, thread, body="Mine", submission_key="key")
    assert first.id != second.id


def test_it_does_not_lose_other_words_from_a_form_that_was_used(app: Flask) -> None:
    thread, actor = make_thread(), make_person().actor
    with unit_of_work():
        first = post_comment(actor, thread, body="Once", submission_key="key")
    with pytest.raises(FormUsed), unit_of_work():
        post_comment(actor, thread, body="Twice", submission_key="key")
    with pytest.raises(FormUsed), unit_of_work():
        post_comment(actor, thread, body="Once", answers=first, submission_key="key")
    with unit_of_work():
        edit_comment(actor, first, body="Once!", revision=1)
    with unit_of_work():
        assert post_comment(actor, thread, body="Once", submission_key="key").id == first.id


def test_it_refuses_in_a_closed_thread_and_says_who_why_and_until_when(app: Flask) -> None:
    thread, actor = make_thread(), make_person().actor
    until = datetime(2099, 1, 2, 11, 30, tzinfo=UTC)
    close(thread, "Count <b>ten</b> first.", until)
    with app.test_request_context(), pytest.raises(ThreadClosed) as refusal, unit_of_work():
        post_comment(actor, thread, body="But")
    error = refusal.value
    assert error.data == {"by_name": "Mo", "reason": "Count <b>ten</b> first.", "until": until}
    with app.test_request_context():
        assert str(error) == "Mo closed this debate until 2 January 2099 at 12:30: Count <b>ten</b> first."
    assert thread.comment_count == 0


def test_it_takes_comments_again_once_the_closing_is_over(app: Flask) -> None:
    thread, actor = make_thread(), make_person().actor
    with time_machine.travel(POSTED_AT, tick=False):
        close(thread, until=POSTED_AT + timedelta(hours=1))
    too_early = POSTED_AT + timedelta(minutes=59, seconds=59)
    with time_machine.travel(too_early, tick=False), pytest.raises(ThreadClosed), unit_of_work():
        post_comment(actor, thread, body="Too early")
    with time_machine.travel(POSTED_AT + timedelta(hours=1), tick=False), unit_of_work():
        post_comment(actor, thread, body="Now")
    assert thread.comment_count == 1


def test_it_refuses_an_answer_to_a_comment_of_another_thread(app: Flask) -> None:
    elsewhere, thread, actor = make_comment(), make_thread(), make_person().actor
    with pytest.raises(RuleBroken), unit_of_work():
        post_comment(actor, thread, body="Here", answers=elsewhere)
    assert (thread.comment_count, elsewhere.child_total) == (0, 0)


def test_it_refuses_an_answer_to_what_is_gone(app: Flask) -> None:
    author, actor = make_person(), make_person().actor
    deleted = make_comment(author=author)
    make_comment(answers=deleted)
    removed = make_comment(thread=deleted.thread)
    moderator = make_person(role="moderator", name="Mo").actor
    with unit_of_work():
        delete_comment(author.actor, deleted)
        remove_comment(moderator, removed, "Rude.")
    with pytest.raises(Conflict, match="taken this comment back"), unit_of_work():
        post_comment(actor, deleted.thread, body="Hey", answers=deleted)
    with pytest.raises(AlreadyRemoved, match=r"Mo has removed this comment: Rude\."), unit_of_work():
        post_comment(actor, deleted.thread, body="Hey", answers=removed)


def test_it_refuses_in_a_thread_that_readers_may_not_see(app: Flask) -> None:
    thread, actor = make_thread(listed=False), make_person().actor
    with pytest.raises(Forbidden), unit_of_work():
        post_comment(actor, thread, body="Hello")


def test_it_stops_growing_deeper_and_still_knows_who_is_answered(app: Flask) -> None:
    thread, actor = make_thread(), make_person().actor
    chain: list[Comment] = []
    with unit_of_work():
        for number in range(60):
            answers = chain[-1] if chain else None
            chain.append(post_comment(actor, thread, body=f"Level {number}", answers=answers))
    depths = [comment.depth for comment in chain]
    assert depths == [min(number, MAX_DEPTH) for number in range(60)]
    assert max(len(comment.path) for comment in chain) == 240
    last, before = chain[-1], chain[-2]
    assert (last.answers_id, last.parent_id) == (before.id, chain[MAX_DEPTH - 1].id)
    assert (before.is_answered, before.child_total) == (True, 0)
    first_page = comments_in(thread, limit=60)
    assert [view.id for view in first_page.items] == [comment.id for comment in chain]
    assert stored_counters(thread.id) == recounted(thread.id)


def test_it_changes_the_words_and_keeps_the_old_ones(app: Flask) -> None:
    author = make_person()
    comment = make_comment(author=author, body="First")
    with unit_of_work():
        edit_comment(author.actor, comment, body="Second\r\n", revision=1)
    assert (comment.body, comment.revision, comment.edited_at is not None) == ("Second", 2, True)
    assert "Second" in comment.html
    assert revisions(comment) == [(1, "First"), (2, "Second")]


def test_it_does_nothing_for_the_same_words(app: Flask) -> None:
    author = make_person()
    comment = make_comment(author=author, body="Same")
    with unit_of_work():
        edit_comment(author.actor, comment, body=" Same ", revision=7)
    assert (comment.revision, comment.edited_at, revisions(comment)) == (1, None, [(1, "Same")])


def test_it_allows_editing_until_the_last_instant(app: Flask) -> None:
    author = make_person()
    with time_machine.travel(POSTED_AT, tick=False):
        comment = make_comment(author=author)
    with time_machine.travel(POSTED_AT + timedelta(minutes=15), tick=False), unit_of_work():
        edit_comment(author.actor, comment, body="Just in time", revision=1)
    too_late = POSTED_AT + timedelta(minutes=15, microseconds=1)
    with (
        time_machine.travel(too_late, tick=False),
        pytest.raises(RuleBroken, match="15 minutes"),
        unit_of_work(),
    ):
        edit_comment(author.actor, comment, body="Too late", revision=2)
    assert comment.body == "Just in time"


def test_it_refuses_to_change_what_was_answered(app: Flask) -> None:
    author, answerer = make_person(), make_person()
    comment = make_comment(author=author)
    answer = make_comment(answers=comment, author=answerer)
    with unit_of_work():
        delete_comment(answerer.actor, answer)
    with pytest.raises(RuleBroken, match="Somebody has answered"), unit_of_work():
        edit_comment(author.actor, comment, body="Other words", revision=1)


@pytest.mark.parametrize("role", ["reader", "moderator", "admin"])
def test_it_lets_nobody_change_the_words_of_somebody_else(app: Flask, role: str) -> None:
    comment, actor = make_comment(body="Mine"), make_person(role=role).actor
    with pytest.raises(Forbidden), unit_of_work():
        edit_comment(actor, comment, body="Yours", revision=1)
    assert comment.body == "Mine"


def test_it_lets_nobody_change_what_a_guest_wrote(app: Flask) -> None:
    thread = make_thread()
    with unit_of_work():
        comment = import_comment(
            thread, external_id="c1", parent=None, author_name=None, body="Old", created_at=clock.now()
        )
    with pytest.raises(Forbidden), unit_of_work():
        edit_comment(ANONYMOUS, comment, body="New", revision=1)
    with pytest.raises(Forbidden), unit_of_work():
        delete_comment(ANONYMOUS, comment)


def test_it_tells_the_second_window(app: Flask) -> None:
    author = make_person()
    comment = make_comment(author=author)
    with unit_of_work():
        edit_comment(author.actor, comment, body="From one window", revision=1)
    with pytest.raises(Conflict), unit_of_work():
        edit_comment(author.actor, comment, body="From the other", revision=1)
    assert comment.body == "From one window"


def test_it_refuses_to_change_words_in_a_closed_thread(app: Flask) -> None:
    author = make_person()
    comment = make_comment(author=author)
    close(comment.thread)
    with pytest.raises(ThreadClosed), unit_of_work():
        edit_comment(author.actor, comment, body="Other", revision=1)


def test_it_makes_a_comment_vanish_when_nothing_hangs_below(app: Flask) -> None:
    author = make_person()
    comment = make_comment(author=author)
    with unit_of_work():
        delete_comment(author.actor, comment)
    thread = comment.thread
    assert shown(thread) == []
    assert (thread.comment_count, thread.last_comment_at, thread.root_total) == (0, None, 1)


def test_it_keeps_a_tombstone_while_something_living_hangs_below(app: Flask) -> None:
    author, other = make_person(), make_person()
    root = make_comment(author=author)
    middle = make_comment(answers=root, author=author)
    leaf = make_comment(answers=middle, author=other)
    with unit_of_work():
        delete_comment(author.actor, root)
        delete_comment(author.actor, middle)
    assert shown(root.thread) == [root.id, middle.id, leaf.id]
    tombstone = comments_in(root.thread).items[0]
    assert (tombstone.status, tombstone.html, tombstone.author_name) == (CommentStatus.DELETED, "", None)
    with unit_of_work():
        delete_comment(other.actor, leaf)
    assert shown(root.thread) == []
    assert stored_counters(root.thread_id) == recounted(root.thread_id)


def test_it_vanishes_step_by_step(app: Flask) -> None:
    """Case T6: 1 → 2 → (3, 4) and 5, taken back one after the other."""
    author = make_person()
    one = make_comment(author=author)
    two = make_comment(answers=one, author=author)
    three, four = make_comment(answers=two, author=author), make_comment(answers=two, author=author)
    five = make_comment(thread=one.thread, author=author)
    left: list[list[int]] = []
    for comment in (one, two, three, four, five):
        with unit_of_work():
            delete_comment(author.actor, comment)
        left.append(shown(one.thread))
    all_five = [one.id, two.id, three.id, four.id, five.id]
    assert left == [all_five, all_five, [one.id, two.id, four.id, five.id], [five.id], []]


def test_it_deletes_once_and_at_any_time_even_in_a_closed_thread(app: Flask) -> None:
    author = make_person()
    with time_machine.travel(POSTED_AT):
        comment = make_comment(author=author)
        close(comment.thread)
    with unit_of_work():
        delete_comment(author.actor, comment)
        delete_comment(author.actor, comment)
    assert comment.thread.comment_count == 0


@pytest.mark.parametrize("role", ["reader", "moderator", "admin"])
def test_it_lets_nobody_take_back_what_somebody_else_wrote(app: Flask, role: str) -> None:
    comment, actor = make_comment(), make_person(role=role).actor
    with pytest.raises(Forbidden), unit_of_work():
        delete_comment(actor, comment)
    assert comment.is_published


def test_it_tells_the_author_that_a_moderator_was_first(app: Flask) -> None:
    author, moderator = make_person(), make_person(role="moderator", name="Mo")
    second = make_person(role="moderator")
    comment = make_comment(author=author)
    with unit_of_work():
        remove_comment(moderator.actor, comment, "Rude.")
    with pytest.raises(AlreadyRemoved, match="Mo has removed"), unit_of_work():
        delete_comment(author.actor, comment)
    with pytest.raises(AlreadyRemoved, match="Mo has removed"), unit_of_work():
        remove_comment(second.actor, comment, "Mine.")
    assert (comment.removed_reason, comment.thread.comment_count) == ("Rude.", 0)


def test_it_refuses_to_remove_words_that_nobody_has_read(app: Flask) -> None:
    author, moderator = make_person(), make_person(role="moderator")
    comment = make_comment(author=author)
    with unit_of_work():
        edit_comment(author.actor, comment, body="Sorry", revision=1)
    with pytest.raises(Conflict, match="changed this comment"), unit_of_work():
        remove_comment(moderator.actor, comment, "Rude.", revision=1)
    assert comment.is_published


def test_it_looks_back_to_the_newest_comment_that_still_stands(app: Flask) -> None:
    author = make_person()
    with time_machine.travel(POSTED_AT, tick=False):
        first = make_comment(author=author)
    with time_machine.travel(POSTED_AT + timedelta(days=1), tick=False):
        second = make_comment(thread=first.thread, author=author)
    with unit_of_work():
        delete_comment(author.actor, second)
    assert (first.thread.last_comment_at, first.thread.active_at) == (POSTED_AT, POSTED_AT)


def test_it_imports_once(app: Flask) -> None:
    thread = make_thread()

    def bring_in(body: str) -> Comment:
        return import_comment(
            thread,
            external_id="c1",
            parent=None,
            author_name=" Anna \n Bo\x00s ",
            body=body,
            created_at=POSTED_AT,
        )

    with unit_of_work():
        first = bring_in("Said elsewhere")
    with unit_of_work():
        second = bring_in("Said differently")
    assert (second.id, second.body, second.author_name) == (first.id, "Said elsewhere", "Anna Bos")
    assert (second.author_id, second.created_at) == (None, POSTED_AT)
    assert (thread.comment_count, thread.last_comment_at) == (1, POSTED_AT)


def test_it_imports_answers_also_below_a_tombstone_and_into_a_closed_thread(app: Flask) -> None:
    thread, moderator = make_thread(), make_person(role="moderator").actor
    with unit_of_work():
        parent = import_comment(
            thread, external_id="c1", parent=None, author_name=None, body="One", created_at=POSTED_AT
        )
        remove_comment(moderator, parent, "Rude.")
        set_mode(moderator, thread, Mode.CLOSED, "Done.")
        answer = import_comment(
            thread,
            external_id="c2",
            parent=parent,
            author_name="B",
            body="Two",
            created_at=POSTED_AT - timedelta(days=1),
        )
    assert shown(thread) == [parent.id, answer.id]
    assert stored_counters(thread.id) == recounted(thread.id)


def test_it_refuses_to_import_below_a_comment_of_another_thread(app: Flask) -> None:
    elsewhere, thread = make_comment(), make_thread()
    with pytest.raises(RuleBroken), unit_of_work():
        import_comment(
            thread, external_id="c1", parent=elsewhere, author_name=None, body="One", created_at=POSTED_AT
        )


def test_it_closes_and_opens_once(app: Flask) -> None:
    thread, moderator = make_thread(), make_person(role="moderator", name="Mo").actor
    with pytest.raises(Conflict, match="open already"), unit_of_work():
        set_mode(moderator, thread, Mode.OPEN, "Why not")
    close(thread, "Enough.")
    with pytest.raises(ThreadClosed, match=r"Mo closed this debate: Enough\."), unit_of_work():
        set_mode(moderator, thread, Mode.CLOSED, "Me too")
    with unit_of_work():
        set_mode(moderator, thread, Mode.OPEN, "Calm again", POSTED_AT)
    assert (thread.is_closed, thread.mode_reason, thread.mode_until) == (False, "Calm again", None)
