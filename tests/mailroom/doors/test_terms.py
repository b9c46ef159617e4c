"""What holds for each door."""

from datetime import timedelta

import pytest
from flask import Flask

from blog.mailroom.doors.terms import POLLED_EVERY, terms_of
from blog.mailroom.values import Door

OUR_OWN = (Door.SMTP, Door.LMTP, Door.PIPE, Door.FORM)


@pytest.mark.parametrize("door", OUR_OWN)
def test_nobody_stands_before_a_door_of_our_own(door: Door) -> None:
    assert terms_of(door).settling == timedelta(0)


@pytest.mark.parametrize(
    ("door", "minutes"),
    [
        # The last attempt of each, as their documentation gives the steps, after answers that took two minutes each.
        (Door.MAILGUN, 10 + 15 + 30 + 60 + 120 + 240 + 2 * 7),
        (Door.POSTMARK, 1 + 5 + 3 * 10 + 15 + 30 + 60 + 120 + 360 + 2 * 11),
    ],
)
def test_settling_lasts_until_after_the_last_attempt_of_a_provider(door: Door, minutes: int) -> None:
    last = timedelta(minutes=minutes)

    assert last < terms_of(door).settling < last + timedelta(hours=1)


def test_settling_lasts_for_several_looks_into_a_mailbox() -> None:
    assert terms_of(Door.IMAP).settling == timedelta(minutes=15)
    assert terms_of(Door.IMAP).settling > 3 * POLLED_EVERY


@pytest.mark.parametrize("door", Door)
def test_every_door_says_that_storing_decides_and_how_late_a_mail_may_come(app: Flask, door: Door) -> None:
    said = str(terms_of(door).decides)

    assert said.startswith("Order is that in which we store the ")
    assert (door in OUR_OWN) != (" after it was sent." in said)
    # Nothing of ours waits by itself.
    assert "wait" not in said
