import random
import threading
from datetime import UTC, datetime, timedelta

import pytest
import sqlalchemy as sa
from flask import Flask

from blog.core.db import session, unit_of_work
from blog.core.errors import DomainError
from blog.discussions.actions import (
    delete_comment,
    edit_comment,
    import_comment,
    post_comment,
    remove_comment,
    set_mode,
)
from blog.discussions.models import Comment, Thread
from blog.discussions.queries import comments_in
from blog.discussions.values import CommentStatus, Mode
from tests.discussions.recount import recounted, stored_counters
from tests.factories.accounts import make_person
from tests.factories.discussions import make_comment, make_thread

STEPS = 60


class Walk:
    """A random life of one thread: people post, answer, change, take back; moderators remove; imports arrive."""

    def __init__(self, thread: Thread, seed: int) -> None:
        self.thread = thread
        self.random = random.Random(seed)  # noqa: S311 - repeatable on purpose
        self.people = [make_person() for _number in range(3)]
        self.moderator = make_person(role="moderator")
        self.imported = 0

    def step(self) -> None:
        act = self.random.choices(
            [self.post, self.bring_in, self.change, self.take_back, self.remove], (6, 2, 1, 4, 2)
        )
        with unit_of_work():
            act[0]()

    def living(self) -> list[Comment]:
        return list(
            session.scalars(
                sa.select(Comment)
                .where(Comment.thread_id == self.thread.id, Comment.status == CommentStatus.PUBLISHED)
                .order_by(Comment.id)
            )
        )

    def some_comment(self) -> Comment | None:
        return self.random.choice([None, *self.living()])

    def post(self) -> None:
        author = self.random.choice(self.people)
        post_comment(author.actor, self.thread, body="Words", answers=self.some_comment())

    def bring_in(self) -> None:
        self.imported += self.random.choice((0, 1))
        moment = datetime(2020, 1, 1, tzinfo=UTC) + timedelta(days=self.random.randrange(4000))
        import_comment(
            self.thread,
            external_id=f"c{self.imported}",
            parent=self.some_comment(),
            author_name=None,
            body="Words",
            created_at=moment,
        )

    def change(self) -> None:
        for comment in self.living():
            if comment.author_id and not comment.is_answered:
                author = next(person for person in self.people if person.id == comment.author_id)
                edit_comment(author.actor, comment, body=f"{comment.body}!", revision=comment.revision)
                return

    def take_back(self) -> None:
        own = [comment for comment in self.living() if comment.author_id]
        if own:
            comment = self.random.choice(own)
            author = next(person for person in self.people if person.id == comment.author_id)
            delete_comment(author.actor, comment)

    def remove(self) -> None:
        comment = self.some_comment()
        if comment is not None:
            remove_comment(self.moderator.actor, comment, "Rude.")


@pytest.mark.parametrize("seed", range(4))
def test_it_counts_as_a_recount_does_after_any_life_of_a_thread(app: Flask, seed: int) -> None:
    walk = Walk(make_thread(), seed)
    for number in range(STEPS):
        walk.step()
        if number % 10 == 9:
            assert stored_counters(walk.thread.id) == recounted(walk.thread.id)
    _assert_shows_what_it_should(walk.thread)


def _assert_shows_what_it_should(thread: Thread) -> None:
    """Published comments and the ancestors of them, in the order of a walk through the tree."""
    comments = list(session.scalars(sa.select(Comment).where(Comment.thread_id == thread.id)))
    below: dict[int | None, list[Comment]] = {}
    for comment in sorted(comments, key=lambda comment: comment.id):
        below.setdefault(comment.parent_id, []).append(comment)

    def walked(parent_id: int | None) -> list[int]:
        found: list[int] = []
        for comment in below.get(parent_id, []):
            inside = walked(comment.id)
            if comment.is_published or inside:
                found += [comment.id, *inside]
        return found

    assert [view.id for view in comments_in(thread, limit=1000).items] == walked(None)


def test_it_gives_two_people_who_post_at_once_places_of_their_own(app: Flask) -> None:
    root = make_comment()
    thread_id, root_id = root.thread_id, root.id
    actors = [make_person().actor for _number in range(4)]
    session.rollback()
    start = threading.Barrier(len(actors))
    failures: list[BaseException] = []

    def post_five(number: int) -> None:
        try:
            start.wait()
            for turn in range(5):
                with app.app_context(), unit_of_work():
                    thread = session.get_one(Thread, thread_id)
                    answers = session.get_one(Comment, root_id) if turn % 2 else None
                    post_comment(actors[number], thread, body=f"{number} {turn}", answers=answers)
        except BaseException as failure:
            failures.append(failure)

    workers = [threading.Thread(target=post_five, args=(number,)) for number in range(len(actors))]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    assert failures == []
    paths = list(session.scalars(sa.select(Comment.path).where(Comment.thread_id == thread_id)))
    assert len(set(paths)) == len(paths) == 21
    assert stored_counters(thread_id) == recounted(thread_id)


@pytest.mark.parametrize(
    ("first", "told"),
    [("close", "ThreadClosed"), ("remove", "AlreadyRemoved"), ("take back", "Conflict"), ("answer", "")],
)
def test_who_waits_is_told_what_was_done_meanwhile(app: Flask, first: str, told: str) -> None:
    """One changes the thread and has not committed yet; another one answers: whoever is second sees the first."""
    author, other, moderator = make_person(), make_person(), make_person(role="moderator")
    comment = make_comment(author=author)
    comment_id, thread_id, other_actor = comment.id, comment.thread_id, other.actor
    has_begun = threading.Event()
    refusals: list[str] = []

    def answer() -> None:
        with app.app_context():
            has_begun.set()
            try:
                with unit_of_work():
                    answered, thread = (
                        session.get_one(Comment, comment_id),
                        session.get_one(Thread, thread_id),
                    )
                    post_comment(other_actor, thread, body="But", answers=answered)
            except DomainError as refusal:
                refusals.append(type(refusal).__name__)

    second = threading.Thread(target=answer)
    with unit_of_work():
        if first == "close":
            set_mode(moderator.actor, comment.thread, Mode.CLOSED, "Enough.")
        elif first == "remove":
            remove_comment(moderator.actor, comment, "Rude.")
        elif first == "take back":
            delete_comment(author.actor, comment)
        else:
            post_comment(author.actor, comment.thread, body="And", answers=comment)
        second.start()
        assert has_begun.wait(10)
        second.join(0.3)
        assert second.is_alive()
    second.join(20)
    assert refusals == ([told] if told else [])
    assert stored_counters(thread_id) == recounted(thread_id)
