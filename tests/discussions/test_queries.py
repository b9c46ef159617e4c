from collections.abc import Sequence

import pytest
from flask import Flask
from sqlalchemy import event

from blog.accounts.models.people import Person
from blog.core.db import db, session, unit_of_work
from blog.core.errors import InvalidInput
from blog.core.pagination import encode_cursor
from blog.discussions.actions import delete_comment, import_comment, remove_comment, set_mode
from blog.discussions.models import Comment, Thread
from blog.discussions.queries import (
    Answered,
    all_threads,
    comments_above,
    comments_in,
    page_before,
    page_of,
    threads_list,
)
from blog.discussions.values import CommentStatus, Mode
from tests.factories.accounts import make_person
from tests.factories.discussions import make_comment, make_thread
from tests.support.queries import counted_statements


def make_tree(author: Person | None = None) -> tuple[Thread, list[Comment]]:
    """Twelve comments in several depths; two have become tombstones and two have vanished."""
    who = author or make_person(name="Ann")
    first = make_comment(author=who)
    thread = first.thread
    comments = [first]
    for above in (0, 0, 1, 3, 0, None, 6, None, 8, None, 10):
        answers = comments[above] if above is not None else None
        comments.append(make_comment(thread=thread, answers=answers, author=who))
    with unit_of_work():
        for number in (1, 8, 10, 11):
            delete_comment(who.actor, comments[number])
    return thread, comments


def every_page(thread: Thread, limit: int) -> list[int]:
    seen: list[int] = []
    cursor = None
    while True:
        page = comments_in(thread, cursor, limit)
        assert len(page.items) <= limit
        seen += [view.id for view in page.items]
        cursor = page.next_cursor
        if cursor is None:
            return seen


@pytest.mark.parametrize("limit", range(1, 8))
def test_it_pages_through_everything_once(app: Flask, limit: int) -> None:
    thread, comments = make_tree()
    gone = {comments[10].id, comments[11].id}
    expected = [
        comment.id for comment in sorted(comments, key=lambda comment: comment.path) if comment.id not in gone
    ]
    assert every_page(thread, limit) == expected


@pytest.mark.parametrize("limit", range(1, 8))
def test_it_misses_and_repeats_nothing_while_comments_come_and_go(app: Flask, limit: int) -> None:
    author = make_person()
    thread, comments = make_tree(author)
    there = {view.id for view in comments_in(thread).items}
    seen: list[int] = []
    cursor = None
    turn = 0
    while True:
        page = comments_in(thread, cursor, limit)
        seen += [view.id for view in page.items]
        cursor = page.next_cursor
        if cursor is None:
            break
        turn += 1
        last = session.get_one(Comment, page.items[-1].id)
        if turn <= 5 and last.is_published:
            # Before, at and behind the edge of the page: two answers come, and the comment at the edge goes.
            make_comment(
                answers=comments[0] if comments[0].is_published else None, thread=thread, author=author
            )
            make_comment(answers=last, author=author)
            with unit_of_work():
                delete_comment(author.actor, last)
    assert turn > 0
    assert len(seen) == len(set(seen))
    assert there <= set(seen)


def test_it_shows_names_and_whom_somebody_answers(app: Flask) -> None:
    ann, thread = make_person(name="Ann"), make_thread()
    root = make_comment(thread=thread, author=ann)
    answer = make_comment(answers=root, author=make_person(name="Bob"))
    with unit_of_work():
        guest = import_comment(
            thread, external_id="c1", parent=answer, author_name="Cas", body="!", created_at=answer.created_at
        )
        nobody = import_comment(
            thread, external_id="c2", parent=guest, author_name=None, body="?", created_at=answer.created_at
        )
        last = import_comment(
            thread, external_id="c3", parent=nobody, author_name="Eva", body=".", created_at=answer.created_at
        )
    views = comments_in(thread).items
    assert [(view.author_name, view.answers) for view in views] == [
        ("Ann", None),
        ("Bob", Answered(root.id, "Ann", True)),
        ("Cas", Answered(answer.id, "Bob", True)),
        (None, Answered(guest.id, "Cas", True)),
        ("Eva", Answered(nobody.id, None, True)),
    ]
    assert [view.depth for view in views] == [0, 1, 2, 3, 4]
    assert [view.id for view in comments_above(last)] == [root.id, answer.id, guest.id, nobody.id]


def test_it_reads_nothing_of_what_is_gone(app: Flask) -> None:
    author = make_person(name="Sorry Secret")
    removed = make_comment(author=author, body="A secret that leaked")
    deleted = make_comment(answers=removed, author=author, body="Another secret")
    make_comment(answers=deleted)
    moderator = make_person(role="moderator", name="Mo")
    with unit_of_work():
        remove_comment(moderator.actor, removed, "Private.")
        delete_comment(author.actor, deleted)
    first, second, third = comments_in(removed.thread).items
    assert (first.status, first.removed_by_name, first.removed_reason) == (
        CommentStatus.REMOVED,
        "Mo",
        "Private.",
    )
    assert second.status is CommentStatus.DELETED
    for view in (first, second):
        assert (view.html, view.author_id, view.author_name) == ("", None, None)
    assert second.answers == Answered(removed.id, None, False)
    assert third.answers == Answered(deleted.id, None, False)
    assert "ecret" not in repr([first, second, third])


@pytest.mark.parametrize(
    "cursor",
    ["x", encode_cursor(1), encode_cursor("000001x"), encode_cursor("00000\x00"), encode_cursor("' OR 1")],
)
def test_it_refuses_a_damaged_cursor(app: Flask, cursor: str) -> None:
    thread = make_thread()
    with app.test_request_context(), pytest.raises(InvalidInput):
        comments_in(thread, cursor)
    with app.test_request_context(), pytest.raises(InvalidInput):
        threads_list(cursor)


def test_it_takes_a_fixed_number_of_statements(app: Flask) -> None:
    thread = make_thread()
    counts: list[int] = []
    for _number in range(3):
        make_comment(answers=make_comment(thread=thread))
        _ = thread.title
        with counted_statements() as statements:
            comments_in(thread)
        counts.append(len(statements))
    assert counts == [1, 1, 1]


def test_it_finds_the_page_of_a_comment(app: Flask) -> None:
    thread = make_thread()
    author = make_person()
    comments = [make_comment(thread=thread, author=author) for _number in range(30)]
    assert page_of(comments[12]) is None
    for comment in (comments[13], comments[29]):
        page = comments_in(thread, page_of(comment))
        assert [view.id for view in page.items].index(comment.id) == 12
    last = comments_in(thread, page_of(comments[29]), limit=10)
    before = comments_in(thread, page_before(thread, last.items[0], 10), limit=10)
    assert [view.id for view in before.items] == [comment.id for comment in comments[7:17]]
    assert page_before(thread, comments_in(thread).items[5], 10) is None


def test_it_reads_pages_from_an_index_and_sorts_nothing(app: Flask) -> None:
    thread, comments = make_tree()
    plans = [_plan_of(*statement) for statement in _statements_of_pages(thread, comments[7])]
    indexes = ["ix_comment_shown", "ix_comment_shown", "ix_comment_shown", "ix_thread_activity"]
    assert [next((name for name in indexes if name in plan), "") for plan in plans] == indexes
    for plan in plans:
        for word in ("SCAN", "TEMP B-TREE", "Sort", "Seq Scan"):
            assert word not in plan


def _plan_of(statement: str, values: tuple[object, ...]) -> str:
    with db.engine.begin() as connection:
        if connection.dialect.name == "sqlite":
            rows = connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", values).all()
            return "\n".join(str(row[3]) for row in rows)
        # So small a table is cheaper to read whole; what is asked is whether the index fits the question.
        for way in ("seqscan", "bitmapscan", "hashjoin", "mergejoin"):
            connection.exec_driver_sql(f"SET LOCAL enable_{way} = off")
        return "\n".join(row[0] for row in connection.exec_driver_sql(f"EXPLAIN {statement}", values))


def _statements_of_pages(thread: Thread, comment: Comment) -> Sequence[tuple[str, tuple[object, ...]]]:
    """The statements of a first page, a later one, the search for a page, and the list of threads."""
    _ = thread.title, comment.path
    cursor = encode_cursor(comment.path)
    statements: list[tuple[str, tuple[object, ...]]] = []

    def note(
        _connection: object, _cursor: object, statement: str, values: tuple[object, ...], *_rest: object
    ) -> None:
        statements.append((statement, values))

    event.listen(db.engine, "before_cursor_execute", note)
    try:
        comments_in(thread)
        comments_in(thread, cursor)
        page_of(comment)
        threads_list(encode_cursor(1, 1))
    finally:
        event.remove(db.engine, "before_cursor_execute", note)
    return statements


def test_it_lists_threads_by_their_newest_comment(app: Flask) -> None:
    quiet, lively, hidden = make_thread(), make_thread(), make_thread(listed=False)
    author = make_person()
    make_comment(thread=quiet, author=author)
    make_comment(thread=lively, author=author)
    fresh = make_thread()
    ids: list[int] = []
    cursor = None
    while True:
        page = threads_list(cursor, 1)
        ids += [thread.id for thread in page.items]
        cursor = page.next_cursor
        if cursor is None:
            break
    assert ids == [fresh.id, lively.id, quiet.id]
    assert hidden.id not in ids
    assert [thread.id for thread in all_threads()] == ids


def test_it_leaves_out_threads_in_which_nobody_has_spoken(app: Flask) -> None:
    lively = make_thread()
    make_comment(thread=lively)
    make_thread()
    assert [thread.id for thread in threads_list(limit=1, with_comments=True).items] == [lively.id]


def test_it_keeps_the_threads_in_a_mode(app: Flask) -> None:
    moderator = make_person(role="moderator").actor
    open_one, closed, over = make_thread(), make_thread(), make_thread()
    with unit_of_work():
        set_mode(moderator, closed, Mode.CLOSED, "Enough.")
        set_mode(moderator, over, Mode.CLOSED, "A while.", open_one.created_at)
    assert [thread.id for thread in threads_list(mode=Mode.CLOSED).items] == [closed.id]
    assert [thread.id for thread in threads_list(mode=Mode.OPEN).items] == [over.id, open_one.id]
    assert len(threads_list().items) == 3
