"""Decisions forget somebody: what moderators have written of them, wherever it is repeated."""

from datetime import UTC, datetime, timedelta

import pytest
import sqlalchemy as sa
import time_machine
from flask import Flask

from blog.accounts.holdings import Leaving, WornName
from blog.accounts.models.people import Person
from blog.core.db import session, unit_of_work
from blog.discussions.erasing import erase_from_discussions
from blog.discussions.models import Comment, Thread
from blog.moderation import erasing
from blog.moderation.actions import close_thread, remove_comment, reopen_thread
from blog.moderation.erasing import erase_from_moderation
from blog.moderation.models import Decision
from tests.factories.accounts import make_person
from tests.factories.discussions import make_comment, make_thread
from tests.support.cutting import cut_off_after

NOON = datetime(2026, 5, 4, 12, 0, tzinfo=UTC)


def test_in_debates_in_which_they_spoke_by_what_they_are_called_there(app: Flask) -> None:
    anna, moderator, thread = make_person(name="Anna Bos"), make_person(role="moderator"), make_thread()
    make_comment(thread=thread, author=anna)
    others = make_comment(thread=thread)
    with unit_of_work():
        remove_comment(moderator.actor, others, reason=f"Insults Anna Bos (@{anna.handle}); anna, Bos.")
    with unit_of_work():
        close_thread(moderator.actor, thread, reason="Anna Bos is right: enough.")

    let_go(anna)

    insult = "Insults Former reader 1 (Former reader 1); anna, Bos."
    assert reasons() == [insult, "Former reader 1 is right: enough."]
    assert session.get_one(Comment, others.id).removed_reason == insult
    assert session.get_one(Thread, thread.id).mode_reason == "Former reader 1 is right: enough."


def test_of_what_they_wrote_themselves_first_names_too(app: Flask) -> None:
    anna, moderator = make_person(name="Anna Bos"), make_person(role="moderator")
    said = make_comment(author=anna)
    with unit_of_work():
        remove_comment(moderator.actor, said, reason="Anna knows why.")

    let_go(anna)

    assert reasons() == ["Former reader 1 knows why."]
    assert session.get_one(Comment, said.id).removed_reason == "Former reader 1 knows why."


def test_elsewhere_only_what_can_mean_nobody_else(app: Flask) -> None:
    anna, moderator, thread = (
        make_person(name="Anna Bos"),
        make_person(role="moderator"),
        make_thread(language="nl"),
    )
    others = make_comment(thread=thread)
    reason = f"Anna Bos, @{anna.handle}, {anna.email}"
    with unit_of_work():
        remove_comment(moderator.actor, others, reason=reason)
    with unit_of_work():
        close_thread(moderator.actor, thread, reason=reason)
    with unit_of_work():
        reopen_thread(moderator.actor, thread, reason="Anna Bos")

    let_go(anna)

    assert reasons() == ["Anna Bos, een oud-lezer, een oud-lezer"] * 2 + ["Anna Bos"]
    assert session.get_one(Comment, others.id).removed_reason == "Anna Bos, een oud-lezer, een oud-lezer"


def test_a_name_that_was_theirs_later_was_somebody_elses(app: Flask) -> None:
    with time_machine.travel(NOON, tick=False):
        anna, moderator, thread = make_person(name="Mark Rutte"), make_person(role="moderator"), make_thread()
        said = make_comment(thread=thread, author=anna)
        with unit_of_work():
            close_thread(moderator.actor, thread, reason="Mark Rutte was here.")
        with unit_of_work():
            remove_comment(moderator.actor, said, reason="Mark Rutte was here.")

    let_go(anna, since=NOON + timedelta(minutes=1))

    assert reasons() == ["Mark Rutte was here."] * 2


def test_a_name_from_before_they_came_is_somebody_elses(app: Flask) -> None:
    anna, moderator, thread = make_person(name="Anna Bos"), make_person(role="moderator"), make_thread()
    with time_machine.travel(NOON, tick=False), unit_of_work():
        close_thread(moderator.actor, thread, reason="Anna Bos, the singer, wants it.")
    with time_machine.travel(NOON + timedelta(minutes=1), tick=False), unit_of_work():
        reopen_thread(moderator.actor, thread, reason="Anna Bos, the singer, is quiet.")
    with time_machine.travel(NOON + timedelta(minutes=2), tick=False):
        make_comment(thread=thread, author=anna)

    let_go(anna)

    assert reasons() == ["Anna Bos, the singer, wants it.", "Anna Bos, the singer, is quiet."]


def test_cut_off_anywhere_it_goes_on(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(erasing, "PORTION", 1)
    anna, moderator, thread = make_person(name="Former Reader"), make_person(role="moderator"), make_thread()
    make_comment(thread=thread, author=anna)
    for _time in range(3):
        others = make_comment(thread=thread)
        with unit_of_work():
            remove_comment(moderator.actor, others, reason="Dear Former Reader!")

    cuts = 0
    while True:
        try:
            with cut_off_after(cuts):
                let_go(anna)
            break
        except ConnectionResetError:
            session.rollback()
            cuts += 1

    assert cuts > 3
    assert reasons() == ["Dear Former reader 1!"] * 3


def let_go(person: Person, since: datetime | None = None) -> None:
    whom = Leaving(
        person.id, person.email, person.email_key, (), (WornName(person.name, since),), (person.handle,)
    )
    erase_from_moderation(whom)
    erase_from_discussions(whom)
    session.expire_all()


def reasons() -> list[str]:
    return list(session.scalars(sa.select(Decision.reason).order_by(Decision.id)))
