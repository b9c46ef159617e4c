"""Debates forget somebody: who stays out of it, what others meant by a name, and what happens when it is cut off."""

from datetime import UTC, datetime, timedelta

import pytest
import sqlalchemy as sa
import time_machine
from flask import Flask

from blog.accounts.holdings import CommentsFate, Leaving, WornName
from blog.accounts.models.people import Person
from blog.core.db import session, unit_of_work
from blog.discussions import erasing
from blog.discussions.actions import delete_comment, edit_comment, import_comment
from blog.discussions.erasing import erase_from_discussions
from blog.discussions.models import Comment, CommentRevision, Thread
from tests.discussions.recount import recounted, stored_counters
from tests.factories.accounts import make_person
from tests.factories.discussions import make_comment, make_thread
from tests.support.cutting import cut_off_after


def test_each_debate_numbers_its_own_former_readers(app: Flask) -> None:
    anna, bo = make_person(name="Anna Bos"), make_person(name="Bo Smit")
    first, second = make_thread(), make_thread(language="nl")
    make_comment(thread=first, author=anna)
    make_comment(thread=first, author=bo)
    make_comment(thread=first, author=anna)
    make_comment(thread=second, author=bo)

    for person in (bo, anna):
        erase_from_discussions(leaving(person))

    assert authors_in(first) == ["Former reader 2", "Former reader 1", "Former reader 2"]
    assert authors_in(second) == ["Oud-lezer 1"]
    assert session.scalars(sa.select(Comment.author_id).distinct()).all() == [None]
    assert session.scalars(sa.select(Comment.submission_key).distinct()).all() == [None]


def test_a_name_from_before_they_came_is_somebody_elses(app: Flask) -> None:
    anna, thread = make_person(name="Anna Bos"), make_thread()
    before = make_comment(thread=thread, body="Anna Bos, the singer, says so.")
    changed_later = make_comment(thread=thread, author=make_person(), body="Wait.")
    make_comment(thread=thread, author=anna, body="I am here.")
    after = make_comment(thread=thread, body="Anna Bos is right.")
    writer = session.get_one(Person, changed_later.author_id)
    with unit_of_work():
        edit_comment(writer.actor, changed_later, body="Anna Bos is right.", revision=1)

    erase_from_discussions(leaving(anna))

    assert body_of(before) == "Anna Bos, the singer, says so."
    assert body_of(after) == "Former reader 1 is right."
    assert body_of(changed_later) == "Former reader 1 is right."


def test_a_namesake_who_answers_keeps_their_own_name(app: Flask) -> None:
    anna, namesake = make_person(name="Anna Bos"), make_person(name="Anna Smit")
    said = make_comment(author=anna)
    theirs = make_comment(answers=said, author=namesake, body="I disagree. Anna")
    others = make_comment(answers=said, body="Dear Anna, so do I, A. Bos.")

    erase_from_discussions(leaving(anna))

    assert body_of(theirs) == "I disagree. Anna"
    assert body_of(others) == "Dear Former reader 1, so do I, Former reader 1."


def test_in_other_debates_only_what_can_mean_nobody_else(app: Flask) -> None:
    anna = make_person(name="Anna Bos")
    make_comment(author=anna)
    elsewhere = make_comment(body=f"Anna Bos, or @{anna.handle}? Ask [her](/people/{anna.handle}).")

    erase_from_discussions(leaving(anna))

    assert body_of(elsewhere) == "Anna Bos, or a former reader? Ask her."


def test_also_where_somebody_has_taken_it_back_since(app: Flask) -> None:
    anna, writer = make_person(name="Anna Bos"), make_person()
    make_comment(author=anna)
    elsewhere = make_comment(author=writer, body=f"Anna Bos is @{anna.handle}, {anna.email}")
    with unit_of_work():
        edit_comment(writer.actor, elsewhere, body="Never mind.", revision=1)

    erase_from_discussions(leaving(anna))

    assert body_of(elsewhere) == "Never mind."
    assert said_before(elsewhere) == ["Anna Bos is a former reader, a former reader", "Never mind."]


def test_a_name_counts_in_the_time_in_which_it_was_theirs(app: Flask) -> None:
    noon = datetime(2026, 5, 4, 12, 0, tzinfo=UTC)
    with time_machine.travel(noon, tick=False):
        anna, writer, thread = make_person(name="Mark Rutte"), make_person(), make_thread()
        said = make_comment(thread=thread, author=anna)
        answer = make_comment(answers=said, body="Mark Rutte is boss. Will Smith, will.")
        early = make_comment(thread=thread, author=writer, body="Mark Rutte is boss.")
    with time_machine.travel(noon + timedelta(minutes=2), tick=False), unit_of_work():
        edit_comment(writer.actor, early, body="Mark Rutte is the boss, says Anna Bos.", revision=1)
    names = (
        WornName("Mark Rutte", noon + timedelta(minutes=1)),
        WornName("Anna Bos", None, noon - timedelta(minutes=1)),
    )

    erase_from_discussions(leaving(anna, names=names))

    assert body_of(answer) == "Mark Rutte is boss. Will Smith, will."
    # Changed when she was called so already; what was said before stays what it was.
    assert body_of(early) == "Former reader 1 is the boss, says Anna Bos."
    assert said_before(early)[0] == "Mark Rutte is boss."


def test_links_code_and_small_letters_of_others_stay(app: Flask) -> None:
    anna, thread = make_person(name="Van De"), make_thread()
    said = make_comment(thread=thread, author=anna, body="Ik ben Van De.")
    words = "Mark Rutte is de baas van de wereld, zegt nrc.nl/van-de. `Van De` van de"
    others = [make_comment(thread=thread, body=words), make_comment(answers=said, body=words)]

    erase_from_discussions(leaving(anna))

    assert [body_of(each) for each in others] == [words, words]


def test_what_was_taken_back_or_changed_is_not_kept(app: Flask) -> None:
    anna, thread = make_person(), make_thread()
    said = make_comment(thread=thread, author=anna, body="First words.")
    with unit_of_work():
        edit_comment(anna.actor, said, body="Second words.", revision=1)
    gone = make_comment(thread=thread, author=anna, body="Taken back.")
    below = make_comment(answers=gone)
    with unit_of_work():
        delete_comment(anna.actor, gone)

    erase_from_discussions(leaving(anna))

    kept = session.scalars(sa.select(CommentRevision.body).where(CommentRevision.comment_id == said.id)).all()
    assert kept == ["Second words."]
    assert body_of(gone) == ""
    assert (
        session.scalars(sa.select(CommentRevision.id).where(CommentRevision.comment_id == gone.id)).all()
        == []
    )
    assert body_of(below) == "A comment."


def test_many_comments_go_in_portions(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(erasing, "PORTION", 2)
    anna, thread = make_person(), make_thread()
    said = [make_comment(thread=thread, author=anna) for _number in range(5)]
    make_comment(answers=said[2])

    erase_from_discussions(leaving(anna, CommentsFate.GO))

    session.expire_all()
    assert session.get_one(Thread, thread.id).comment_count == 1
    assert stored_counters(thread.id) == recounted(thread.id)


def test_long_comments_go_in_portions_of_as_much_text_as_can_be_waited_for(
    app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(erasing, "LETTERS", 1000)
    anna, thread = make_person(name="Anna Bos"), make_thread()
    make_comment(thread=thread, author=anna, body="I.")
    # Each is kept twice: as it reads, and as what was said first.
    for length in (150, 150, 150, 1000, 150):
        make_comment(thread=thread, body="Anna Bos said so. ".ljust(length, "a"))
    changed: list[int] = []
    put_right = erasing._put_right  # pyright: ignore[reportPrivateUsage] - what one unit of work does

    def count(thread_id: int, comment_ids: list[int], leaving: Leaving, since: datetime) -> None:
        changed.append(len(comment_ids))
        put_right(thread_id, comment_ids, leaving, since)

    monkeypatch.setattr(erasing, "_put_right", count)
    erase_from_discussions(Leaving(anna.id, anna.email, anna.email_key, names=(WornName(anna.name),)))

    assert changed == [4, 1, 1]
    assert session.scalars(sa.select(Comment.id).where(Comment.body.contains("Anna"))).all() == []


def test_who_has_no_account_is_not_everybody_without_one(app: Flask) -> None:
    thread = make_thread()
    with unit_of_work():
        kept = import_comment(
            thread,
            external_id="x",
            parent=None,
            author_name="Joost",
            body="Hi.",
            created_at=thread.created_at,
        )
    erase_from_discussions(Leaving(0, "a@example.org", "a@example.org"))
    assert (body_of(kept), authors_in(thread)) == ("Hi.", ["Joost"])


@pytest.mark.parametrize("fate", list(CommentsFate))
def test_cut_off_anywhere_it_goes_on(app: Flask, monkeypatch: pytest.MonkeyPatch, fate: CommentsFate) -> None:
    monkeypatch.setattr(erasing, "PORTION", 1)
    anna, thread = make_person(name="Anna Bos"), make_thread()
    said = make_comment(thread=thread, author=anna, body="Anna Bos was here.")
    make_comment(answers=said, body="Dear Anna, Anna Bos, no.")
    make_comment(thread=thread, author=anna)
    whom = leaving(anna, fate)

    cuts = 0
    while True:
        try:
            with cut_off_after(cuts):
                erase_from_discussions(whom)
            break
        except ConnectionResetError:
            cuts += 1

    assert cuts > 3
    session.expire_all()
    everything = " ".join(
        session.scalars(sa.select(Comment.body + Comment.html + sa.func.coalesce(Comment.author_name, "")))
    )
    assert "Anna" not in everything
    assert "Dear Former reader 1, Former reader 1, no." in everything
    assert session.get_one(Thread, thread.id).former_total == 1
    assert stored_counters(thread.id) == recounted(thread.id)


def leaving(
    person: Person, fate: CommentsFate = CommentsFate.KEEP, names: tuple[WornName, ...] = ()
) -> Leaving:
    worn = names or (WornName(person.name),)
    return Leaving(person.id, person.email, person.email_key, (), worn, (person.handle,), fate)


def said_before(comment: Comment) -> list[str]:
    revisions = sa.select(CommentRevision.body).where(CommentRevision.comment_id == comment.id)
    return list(session.scalars(revisions.order_by(CommentRevision.revision)))


def authors_in(thread: Thread) -> list[str | None]:
    query = sa.select(Comment.author_name).where(Comment.thread_id == thread.id).order_by(Comment.id)
    return list(session.scalars(query))


def body_of(comment: Comment) -> str:
    session.expire_all()
    return session.get_one(Comment, comment.id).body
