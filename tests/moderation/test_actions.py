import threading
from datetime import UTC, datetime, timedelta

import pytest
import sqlalchemy as sa
import time_machine
from flask import Flask

from blog.core.actor import ANONYMOUS
from blog.core.db import session, unit_of_work
from blog.core.errors import Conflict, Forbidden, InvalidInput
from blog.discussions.actions import edit_comment
from blog.discussions.models import Comment, Thread
from blog.discussions.values import CommentStatus, Mode
from blog.moderation.actions import close_thread, remove_comment, reopen_thread
from blog.moderation.models import Decision
from tests.factories.accounts import make_person
from tests.factories.discussions import make_comment, make_thread

NOON = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)


def decisions(thread: Thread) -> list[tuple[str, str, str]]:
    rows = session.scalars(sa.select(Decision).where(Decision.thread_id == thread.id).order_by(Decision.id))
    return [(row.act, row.reason, row.decided_by_name) for row in rows]


@pytest.mark.parametrize("role", ["moderator", "editor", "admin"])
def test_it_leaves_one_decision_for_each_act(app: Flask, role: str) -> None:
    actor = make_person(role=role, name="Mo").actor
    comment = make_comment()
    thread = comment.thread
    with time_machine.travel(NOON, tick=False), unit_of_work():
        closing = close_thread(actor, thread, reason="  Count to ten.\r\n", until=NOON + timedelta(hours=1))
        opening = reopen_thread(actor, thread, reason="Calm again.")
        removal = remove_comment(actor, comment, reason="It names a neighbour.")
    assert decisions(thread) == [
        ("close_thread", "Count to ten.", "Mo"),
        ("reopen_thread", "Calm again.", "Mo"),
        ("remove_comment", "It names a neighbour.", "Mo"),
    ]
    assert (closing.until, closing.comment_id, closing.decided_at) == (NOON + timedelta(hours=1), None, NOON)
    assert (opening.until, opening.decided_by_id) == (None, actor.person_id)
    assert (removal.comment_id, removal.comment_revision) == (comment.id, 1)
    assert (comment.status, comment.removed_by_name) == (CommentStatus.REMOVED, "Mo")


@pytest.mark.parametrize("role", ["reader", "author"])
def test_it_refuses_who_does_not_moderate(app: Flask, role: str) -> None:
    comment, person = make_comment(), make_person(role=role)
    for actor in (person.actor, ANONYMOUS):
        with pytest.raises(Forbidden), unit_of_work():
            close_thread(actor, comment.thread, reason="Because")
        with pytest.raises(Forbidden), unit_of_work():
            reopen_thread(actor, comment.thread, reason="Because")
        with pytest.raises(Forbidden), unit_of_work():
            remove_comment(actor, comment, reason="Because")
    assert (comment.is_published, comment.thread.is_closed, decisions(comment.thread)) == (True, False, [])


@pytest.mark.parametrize("reason", ["", " \r\n ", "\u200b", "x" * 1001])
def test_it_asks_for_a_reason_that_fits(app: Flask, reason: str) -> None:
    comment, actor = make_comment(), make_person(role="moderator").actor
    for act in (
        lambda: close_thread(actor, comment.thread, reason=reason),
        lambda: remove_comment(actor, comment, reason=reason),
    ):
        with pytest.raises(InvalidInput) as refusal, unit_of_work():
            act()
        assert set(refusal.value.fields) == {"reason"}
    assert decisions(comment.thread) == []


def test_it_takes_a_reason_of_a_thousand_characters(app: Flask) -> None:
    thread, actor = make_thread(), make_person(role="moderator").actor
    with unit_of_work():
        close_thread(actor, thread, reason="x" * 1000)
    assert thread.is_closed


@pytest.mark.parametrize("late", [timedelta(0), timedelta(seconds=-1), timedelta(days=-400)])
def test_it_closes_only_until_a_moment_that_is_still_to_come(app: Flask, late: timedelta) -> None:
    thread, actor = make_thread(), make_person(role="moderator").actor
    with time_machine.travel(NOON, tick=False), pytest.raises(InvalidInput) as refusal, unit_of_work():
        close_thread(actor, thread, reason="Enough.", until=NOON + late)
    assert set(refusal.value.fields) == {"until"}


def test_a_timed_closing_ends_by_itself(app: Flask) -> None:
    thread, actor = make_thread(), make_person(role="moderator").actor
    with time_machine.travel(NOON, tick=False), unit_of_work():
        close_thread(actor, thread, reason="A while.", until=NOON + timedelta(hours=1))
    assert thread.mode_at(NOON + timedelta(minutes=59)) is Mode.CLOSED
    assert thread.mode_at(NOON + timedelta(hours=1)) is Mode.OPEN
    later = NOON + timedelta(hours=2)
    with (
        time_machine.travel(later, tick=False),
        pytest.raises(Conflict, match="open already"),
        unit_of_work(),
    ):
        reopen_thread(actor, thread, reason="It is over.")
    with time_machine.travel(later, tick=False), unit_of_work():
        close_thread(actor, thread, reason="Again.")
    assert (thread.mode, thread.mode_reason, thread.mode_until) == ("closed", "Again.", None)


def test_it_tells_the_second_moderator_what_the_first_has_done(app: Flask) -> None:
    first, second = make_person(role="moderator", name="Mo").actor, make_person(role="editor").actor
    comment = make_comment()
    with unit_of_work():
        close_thread(first, comment.thread, reason="Enough.")
        remove_comment(first, comment, reason="Rude.")
    with pytest.raises(Conflict, match=r"Mo closed this debate: Enough\."), unit_of_work():
        close_thread(second, comment.thread, reason="Me too.")
    with pytest.raises(Conflict, match=r"Mo has removed this comment: Rude\."), unit_of_work():
        remove_comment(second, comment, reason="Me too.")
    assert [reason for _act, reason, _by in decisions(comment.thread)] == ["Enough.", "Rude."]
    assert (comment.thread.mode_reason, comment.removed_reason) == ("Enough.", "Rude.")


def test_it_does_not_undo_a_decision_that_the_moderator_has_not_seen(app: Flask) -> None:
    first, second = make_person(role="moderator", name="Mo").actor, make_person(role="moderator").actor
    thread = make_thread()
    with unit_of_work():
        seen = close_thread(first, thread, reason="One.").id
    with unit_of_work():
        reopen_thread(first, thread, reason="Two.", seen=seen)
        last = close_thread(first, thread, reason="Three.").id
    with pytest.raises(Conflict, match=r"Mo has decided .*: Three\."), unit_of_work():
        reopen_thread(second, thread, reason="I saw only One.", seen=seen)
    assert thread.is_closed
    with unit_of_work():
        reopen_thread(second, thread, reason="I saw it.", seen=last)
    assert not thread.is_closed


def test_it_removes_only_words_that_were_read(app: Flask) -> None:
    author, moderator = make_person(), make_person(role="moderator").actor
    comment = make_comment(author=author)
    with unit_of_work():
        edit_comment(author.actor, comment, body="Sorry", revision=1)
    with pytest.raises(Conflict, match="changed this comment"), unit_of_work():
        remove_comment(moderator, comment, reason="Rude.", revision=1)
    with unit_of_work():
        decision = remove_comment(moderator, comment, reason="Rude.", revision=2)
    assert decision.comment_revision == 2


def test_decisions_are_never_changed(app: Flask) -> None:
    thread, actor = make_thread(), make_person(role="moderator").actor
    with unit_of_work():
        decision = close_thread(actor, thread, reason="Enough.")
    with pytest.raises(TypeError, match="append-only"), unit_of_work():
        decision.reason = "Something else"


def test_two_moderators_at_once_leave_one_decision(app: Flask) -> None:
    comments = [make_comment() for _number in range(4)]
    ids = [(comment.id, comment.thread_id) for comment in comments]
    actors = [make_person(role="moderator").actor for _number in range(2)]
    session.rollback()
    start = threading.Barrier(2)
    told: list[str] = []

    def decide(number: int) -> None:
        for comment_id, thread_id in ids:
            for act in ("close", "remove"):
                start.wait()
                try:
                    with app.app_context(), unit_of_work():
                        if act == "close":
                            close_thread(
                                actors[number], session.get_one(Thread, thread_id), reason=f"{number}"
                            )
                        else:
                            remove_comment(
                                actors[number], session.get_one(Comment, comment_id), reason=f"{number}"
                            )
                except Exception as refusal:
                    told.append(type(refusal).__name__)

    workers = [threading.Thread(target=decide, args=(number,)) for number in range(2)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    assert sorted(told) == ["AlreadyRemoved"] * 4 + ["ThreadClosed"] * 4
    for comment_id, thread_id in ids:
        thread, comment = session.get_one(Thread, thread_id), session.get_one(Comment, comment_id)
        assert len(decisions(thread)) == 2
        assert [thread.mode_reason, comment.removed_reason] == [
            reason for _act, reason, _by in decisions(thread)
        ]
