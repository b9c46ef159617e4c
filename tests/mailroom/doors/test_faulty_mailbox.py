"""A mailbox that does not give a message: the others are taken, and that one when it is given."""

from collections import Counter
from contextlib import suppress
from datetime import timedelta

import pytest
import sqlalchemy as sa
import time_machine
from flask import Flask
from structlog.testing import capture_logs

from blog.challenges.models.entries import Entry
from blog.core import clock
from blog.core.config import Mailbox, Settings
from blog.core.db import session, unit_of_work
from blog.mailroom.door_receipts import Withheld, note_withheld, withheld_by
from blog.mailroom.doors.imap import Look, MailboxUnavailable, look_into, poll_mailbox
from blog.mailroom.doors.intake import MAX_MESSAGE_BYTES
from blog.mailroom.models import Delivery, DoorRefusal
from blog.mailroom.refusals import write_refusals
from blog.mailroom.values import Door
from tests.factories.challenges import make_challenge
from tests.mailroom.doors.faulty_mailbox import faulty_mailbox

DOMAIN = "answers.example.org"
TO = f"a-question@{DOMAIN}"


def message(text: str, to: str = TO) -> bytes:
    """A message as a mailbox has it."""
    return f"From: Ann <ann@example.org>\r\nTo: {to}\r\n\r\n{text}\r\n".encode()


THREE = (message("One."), message("Two."), message("Three."))


@pytest.fixture(autouse=True)
def challenge(app: Flask) -> None:
    _ = app
    make_challenge(slug="a-question")
    write_refusals()


def texts() -> list[str]:
    """What was stored, in the order of the numbers."""
    session.rollback()
    raws = session.scalars(
        sa.select(Delivery.raw).join(Entry, Entry.delivery_id == Delivery.id).order_by(Entry.number)
    )
    return [raw.decode().split("\r\n")[-2] for raw in raws]


def refused() -> Counter[str]:
    """How many messages the door has refused, by why."""
    write_refusals()
    session.rollback()
    rows = session.execute(sa.select(DoorRefusal.why, DoorRefusal.total).where(DoorRefusal.door == Door.IMAP))
    return Counter(dict(rows.all()))


@pytest.mark.parametrize("fault", ["NO", "BAD", "NIL", "FLAGS", "missing", "headless"])
def test_what_is_not_given_does_not_keep_the_others_and_is_taken_when_it_is(app: Flask, fault: str) -> None:
    before = refused()
    with faulty_mailbox(*THREE, faults={2: fault}) as mailbox:
        looks = [look_into(app, mailbox.box) for _turn in range(3)]
        told = refused() - before
        others = texts()
        mailbox.faults.clear()
        looks += [look_into(app, mailbox.box) for _turn in range(2)]

    assert others == ["One.", "Three."]
    assert looks == [Look(taken=2, withheld=1), Look(withheld=1), Look(withheld=1), Look(taken=1), Look()]
    assert texts() == ["One.", "Three.", "Two."]
    # It was told once, and at once.
    assert told == {"not-given": 1}


def test_what_was_not_given_is_taken_before_what_is_new(app: Flask) -> None:
    with faulty_mailbox(*THREE[:2], faults={1: "NO"}) as mailbox:
        look_into(app, mailbox.box)
        mailbox.faults.clear()
        mailbox.messages[3] = THREE[2]
        look_into(app, mailbox.box)

    assert texts() == ["Two.", "One.", "Three."]


def test_what_is_gone_is_not_asked_for_again(app: Flask) -> None:
    with faulty_mailbox(*THREE, faults={2: "NO"}) as mailbox:
        look_into(app, mailbox.box)
        mailbox.faults[2] = "gone"
        looks = [look_into(app, mailbox.box) for _turn in range(2)]

    assert looks == [Look(), Look()]
    assert texts() == ["One.", "Three."]


def test_what_somebody_takes_away_meanwhile_is_nothing_that_is_not_given(app: Flask) -> None:
    before = refused()
    with faulty_mailbox(*THREE, faults={2: "gone"}) as mailbox:
        assert look_into(app, mailbox.box) == Look(taken=2)

    assert refused() == before


def test_a_server_that_hangs_up_over_a_message_keeps_the_others_for_three_looks(app: Flask) -> None:
    before = refused()
    with faulty_mailbox(*THREE, faults={2: "hung up"}) as mailbox:
        # Once when it was asked for all of them, then over this one.
        for _turn in range(1 + 3):
            with pytest.raises(MailboxUnavailable):
                look_into(app, mailbox.box)
        looks = [look_into(app, mailbox.box) for _turn in range(2)]
        others = texts()
        mailbox.faults.clear()
        looks += [look_into(app, mailbox.box) for _turn in range(2)]

    assert others == ["One.", "Three."]
    assert looks == [Look(taken=1, withheld=1), Look(withheld=1), Look(taken=1), Look()]
    assert refused() - before == {"not-given": 1}


def look_often(app: Flask, mailbox: Mailbox, times: int) -> None:
    """Look into it, whatever comes of it."""
    for _turn in range(times):
        with suppress(MailboxUnavailable):
            look_into(app, mailbox)


def test_one_over_which_it_hangs_up_does_not_keep_another_one(app: Flask) -> None:
    with faulty_mailbox(*THREE, faults={1: "hung up", 2: "hung up"}) as mailbox:
        look_often(app, mailbox.box, 9)
        others = texts()
        del mailbox.faults[2]
        look_often(app, mailbox.box, 2)
        taken = texts()
        mailbox.faults.clear()
        look_often(app, mailbox.box, 1)

    assert (others, taken) == (["Three."], ["Three.", "Two."])
    assert texts() == ["Three.", "Two.", "One."]


def test_they_take_turns_however_often_it_hung_up_over_each(app: Flask) -> None:
    with faulty_mailbox(*THREE, faults={1: "hung up"}) as mailbox:
        look_often(app, mailbox.box, 30)
        mailbox.faults[4] = "hung up"
        mailbox.messages[4] = message("Four.")
        # Three times over the new one, and once more each.
        look_often(app, mailbox.box, 3 + 2)
        del mailbox.faults[1]
        look_often(app, mailbox.box, 2)

    assert texts() == ["Two.", "Three.", "One."]


def test_what_is_not_given_is_written_down_also_when_the_connection_breaks_afterwards(
    app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    with faulty_mailbox(*THREE, faults={1: "NO", 2: "hung up"}) as mailbox:
        settings: Settings = app.extensions["settings"]
        values = {name: getattr(settings, name) for name in Settings.__dataclass_fields__}
        values["mailbox"] = mailbox.box
        monkeypatch.setitem(app.extensions, "settings", Settings(**values))
        for _turn in range(2):
            poll_mailbox({})

    session.rollback()
    rows = session.execute(sa.select(DoorRefusal.why, DoorRefusal.total)).all()
    assert [tuple(row) for row in rows] == [("not-given", 1)]


def test_a_server_that_hangs_up_after_its_no_keeps_the_others_for_three_looks(app: Flask) -> None:
    with faulty_mailbox(*THREE, faults={2: "NO and hung up"}) as mailbox:
        look_often(app, mailbox.box, 4)
        others = texts()
        mailbox.faults.clear()
        look_often(app, mailbox.box, 1)

    assert others == ["One.", "Three."]
    assert texts() == ["One.", "Three.", "Two."]


def test_a_connection_that_breaks_once_changes_no_order(app: Flask) -> None:
    before = refused()
    with faulty_mailbox(*THREE, faults={1: "hung up"}) as mailbox:
        with pytest.raises(MailboxUnavailable):
            look_into(app, mailbox.box)
        mailbox.faults.clear()
        assert look_into(app, mailbox.box) == Look(taken=3)

    assert texts() == ["One.", "Two.", "Three."]
    assert refused() == before


def test_a_week_later_it_is_left(app: Flask) -> None:
    with capture_logs() as logs, faulty_mailbox(*THREE, faults={2: "NO"}) as mailbox:
        look_into(app, mailbox.box)
        with time_machine.travel(clock.now() + timedelta(days=7, minutes=1)):
            looks = [look_into(app, mailbox.box) for _turn in range(2)]

    assert looks == [Look(), Look()]
    assert [(line["event"], line["uid"]) for line in logs if "uid" in line] == [
        ("a message in the mailbox is not given", 2),
        ("a message in the mailbox was given up", 2),
    ]


def test_a_week_later_all_are_left_over_which_it_hangs_up(app: Flask) -> None:
    with capture_logs() as logs, faulty_mailbox(*THREE, faults={1: "hung up", 2: "hung up"}) as mailbox:
        look_often(app, mailbox.box, 9)
        with time_machine.travel(clock.now() + timedelta(days=7, minutes=1)):
            looks = [look_into(app, mailbox.box) for _turn in range(3)]

    assert looks == [Look(withheld=1), Look(), Look()]
    given_up = [line["uid"] for line in logs if line["event"] == "a message in the mailbox was given up"]
    assert sorted(given_up) == [1, 2]


def test_a_server_that_refuses_to_tell_of_many_is_asked_for_each(app: Flask) -> None:
    with faulty_mailbox(*THREE, refuses_overviews=True) as mailbox:
        assert look_into(app, mailbox.box) == Look(taken=3)

    assert texts() == ["One.", "Two.", "Three."]


def test_where_too_much_is_not_given_everything_waits_in_its_order(
    app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("blog.mailroom.doors.imap._MOST_WITHHELD", 1)
    before = refused()
    with faulty_mailbox(*THREE, faults={1: "NO", 2: "NO"}) as mailbox:
        for _turn in range(2):
            with pytest.raises(MailboxUnavailable, match=r"does not give 1 messages and more: .*SERVERBUG"):
                look_into(app, mailbox.box)
        assert refused() - before == {"not-given": 1}
        mailbox.faults.clear()
        look_into(app, mailbox.box)

    assert texts() == ["One.", "Two.", "Three."]


def test_a_mailbox_that_grows_while_it_is_opened_is_read(app: Flask) -> None:
    with faulty_mailbox(*THREE, exists=(2, 3)) as mailbox:
        assert look_into(app, mailbox.box) == Look(taken=3)


def test_two_that_look_at_the_same_time_forget_nothing_of_each_other(app: Flask) -> None:
    one, other = Withheld(clock.now()), Withheld(clock.now(), hung_up=1)
    with unit_of_work():
        note_withheld(Door.IMAP, "box", {}, {1: one, 2: one})
    with unit_of_work():
        note_withheld(Door.IMAP, "box", {}, {3: other})
    with unit_of_work():
        note_withheld(Door.IMAP, "box", {1: one, 2: one}, {2: other})

    assert withheld_by(Door.IMAP, "box") == {2: other, 3: other}


def test_what_is_for_too_many_is_left(app: Flask) -> None:
    before = refused()
    fifty = ", ".join(f"nobody-{number}@{DOMAIN}" for number in range(50))
    with faulty_mailbox(message("One.", f"{fifty}, {TO}"), THREE[1]) as mailbox:
        assert look_into(app, mailbox.box) == Look(taken=1, too_many=1)

    assert refused() - before == {"too-many": 1}


def test_a_large_one_for_many_is_left(app: Flask) -> None:
    for number in range(8):
        make_challenge(slug=f"number-{number}")
    to = ", ".join([*(f"number-{number}@{DOMAIN}" for number in range(8)), TO])
    large = message("x" * (MAX_MESSAGE_BYTES - 1000), to)
    with faulty_mailbox(large, THREE[1]) as mailbox:
        assert look_into(app, mailbox.box) == Look(taken=1, too_many=1)

    assert texts() == ["Two."]
