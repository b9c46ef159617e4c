"""How much the intake stores at once, and what it takes at all."""

import pytest
from flask import Flask

from blog.mailroom.accepting import Incoming
from blog.mailroom.doors import intake
from blog.mailroom.doors.intake import MAX_COPIES_BYTES, MAX_MESSAGE_BYTES, Intake, Outcome, Refused, accept
from blog.mailroom.doors.postmaster import PostmasterRoute
from blog.mailroom.routes import Destination
from blog.mailroom.values import Door, Envelope, RefusalReason

MEGABYTE = 1024 * 1024


def message(size: int, copies: int) -> Incoming:
    """A message of a size for some destinations."""
    destinations = tuple(
        Destination(PostmasterRoute(), number, "postmaster@answers.example.org") for number in range(copies)
    )
    return Incoming(Envelope(Door.SMTP, "", (), "local", "", tls=False), destinations, b"x" * size)


@pytest.mark.parametrize(
    ("size", "copies", "batches"),
    [
        (10, 1, [64, 36]),
        (10, 50, [2] * 50),
        (4 * MEGABYTE, 1, [4] * 25),
        (4 * MEGABYTE, 2, [2] * 50),
        (4 * MEGABYTE, 5, [1] * 100),
    ],
)
def test_it_stores_so_much_at_once_with_every_copy(
    sqlite_app: Flask, monkeypatch: pytest.MonkeyPatch, size: int, copies: int, batches: list[int]
) -> None:
    stored: list[int] = []

    def store(_app: Flask, messages: list[Incoming]) -> list[Outcome]:
        stored.append(len(messages))
        return [intake.Accepted(()) for _each in messages]

    monkeypatch.setattr(intake, "_store", store)
    queue, one = Intake(sqlite_app), message(size, copies)
    waiting = [queue.hand_in(one) for _each in range(100)]
    queue.start()
    queue.stop()

    assert stored == batches
    assert all(future.done() for future in waiting)


@pytest.mark.parametrize(
    ("size", "copies", "refused"),
    [
        (MAX_MESSAGE_BYTES, MAX_COPIES_BYTES // MAX_MESSAGE_BYTES, None),
        (MAX_MESSAGE_BYTES, MAX_COPIES_BYTES // MAX_MESSAGE_BYTES + 1, RefusalReason.TOO_MANY),
        (MAX_MESSAGE_BYTES + 1, 1, RefusalReason.TOO_LARGE),
        (10, 50, None),
        (10, 51, RefusalReason.TOO_MANY),
    ],
)
def test_the_same_rule_holds_for_one_message_and_for_many(
    sqlite_app: Flask, monkeypatch: pytest.MonkeyPatch, size: int, copies: int, refused: RefusalReason | None
) -> None:
    def store(_app: Flask, messages: list[Incoming]) -> list[Outcome]:
        return [intake.Accepted(()) for _each in messages]

    monkeypatch.setattr(intake, "_store", store)
    queue, one = Intake(sqlite_app), message(size, copies)
    handed_in = queue.hand_in(one)
    queue.start()
    queue.stop()
    outcomes = [accept(sqlite_app, one), handed_in.result()]

    assert [each.reason if isinstance(each, Refused) else None for each in outcomes] == [refused, refused]
