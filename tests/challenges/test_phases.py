"""What a challenge is at an instant, and which answer is late: pure, to the microsecond."""

from datetime import UTC, datetime, timedelta

import pytest
from flask import Flask

from blog.challenges.forms.set_up import cents_in
from blog.challenges.models.challenges import Challenge
from blog.challenges.models.entries import Entry
from blog.challenges.outcome import Outcome
from blog.challenges.policy import is_late, is_settling, phase_at, status_at
from blog.challenges.values import ChallengeStatus, Phase
from blog.challenges.words.states import status_words
from blog.challenges.words.terms import phase_words
from blog.mailroom.doors.terms import terms_of
from blog.mailroom.models import Delivery
from blog.mailroom.values import Door

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)
TICK = timedelta(microseconds=1)
NOTHING = Outcome(None, (), final=False)
HOURS = timedelta(hours=11)


def challenge(
    status: ChallengeStatus, *, opens_at: datetime | None = None, closes_at: datetime | None = None
) -> Challenge:
    return Challenge(status=status, opens_at=opens_at, closes_at=closes_at)


@pytest.mark.parametrize(
    ("instant", "status"),
    [
        (NOON - TICK, ChallengeStatus.SCHEDULED),
        (NOON, ChallengeStatus.OPEN),
        (NOON + timedelta(hours=1) - TICK, ChallengeStatus.OPEN),
        (NOON + timedelta(hours=1), ChallengeStatus.CLOSED),
    ],
)
def test_a_scheduled_one_opens_and_closes_at_its_instants_whoever_writes_that_down(
    instant: datetime, status: ChallengeStatus
) -> None:
    planned = challenge(ChallengeStatus.SCHEDULED, opens_at=NOON, closes_at=NOON + timedelta(hours=1))
    assert status_at(planned, instant) is status


@pytest.mark.parametrize("status", [each for each in ChallengeStatus if each is not ChallengeStatus.CLOSED])
def test_every_status_has_its_phase(status: ChallengeStatus) -> None:
    assert phase_at(challenge(status), NOON, NOTHING) is Phase(status.value)


@pytest.mark.parametrize(
    ("outcome", "instant", "phase"),
    [
        (Outcome(None, (3,), final=False, first_correct=4), NOON + HOURS * 9, Phase.JUDGING),
        (Outcome(None, (), final=False, first_correct=1, unconfirmed=1), NOON + HOURS * 9, Phase.SETTLING),
        (Outcome(1, (), final=True), NOON, Phase.SETTLING),
        (NOTHING, NOON + HOURS, Phase.SETTLING),
        (NOTHING, NOON + HOURS + TICK, Phase.CLOSED),
        (Outcome(1, (), final=True), NOON + HOURS + TICK, Phase.CLOSED),
    ],
)
def test_a_closed_one_is_judged_then_settles_then_is_closed(
    outcome: Outcome, instant: datetime, phase: Phase
) -> None:
    closed = challenge(ChallengeStatus.CLOSED, closes_at=NOON)
    assert phase_at(closed, instant, outcome, HOURS) is phase


def test_where_nobody_stands_between_nothing_settles() -> None:
    closed = challenge(ChallengeStatus.CLOSED, closes_at=NOON)
    assert not is_settling(closed, NOON, timedelta(0))
    assert phase_at(closed, NOON, NOTHING) is Phase.CLOSED


def late(*, received_at: datetime, stamped_at: datetime | None = None, door: Door = Door.SMTP) -> bool:
    delivery = Delivery(stamped_at=stamped_at, door=door)
    owner = challenge(ChallengeStatus.CLOSED, closes_at=NOON)
    entry = Entry(challenge=owner, delivery=delivery, received_at=received_at)
    return is_late(entry, terms_of(door).settling)


def test_the_closing_time_itself_is_late_and_the_microsecond_before_is_not() -> None:
    assert not late(received_at=NOON - TICK)
    assert late(received_at=NOON)
    assert late(received_at=NOON + timedelta(milliseconds=1))


def test_what_somebody_else_took_in_time_is_in_time_for_as_long_as_it_may_be_under_way() -> None:
    settling = terms_of(Door.POSTMARK).settling
    last, before = NOON + settling, NOON - TICK
    assert not late(received_at=last, stamped_at=before, door=Door.POSTMARK)
    assert late(received_at=last + TICK, stamped_at=before, door=Door.POSTMARK)
    assert late(received_at=last, stamped_at=NOON, door=Door.POSTMARK)
    assert late(received_at=NOON, stamped_at=None, door=Door.POSTMARK)


def test_a_door_behind_which_nobody_stands_believes_no_stamp() -> None:
    assert late(received_at=NOON + TICK, stamped_at=NOON - timedelta(days=1), door=Door.SMTP)


def test_without_a_closing_time_nothing_is_late() -> None:
    owner = challenge(ChallengeStatus.OPEN)
    entry = Entry(challenge=owner, delivery=Delivery(door=Door.SMTP), received_at=NOON)
    assert not is_late(entry, timedelta(0))


@pytest.mark.parametrize(
    ("typed", "cents"),
    [
        ("24,95", 2495),
        ("24.95", 2495),
        (" € 25 ", 2500),
        ("25,-", 2500),
        ("EUR 7.50", 750),
        ("0,01", 1),
        ("", None),
        ("1.250,00", None),
        ("25,5", None),
        ("-3", None),
        ("a book", None),
        ("12345678", None),
    ],
)
def test_an_amount_is_read_as_people_type_it(typed: str, cents: int | None) -> None:
    assert cents_in(typed) == cents


@pytest.mark.parametrize("status", ChallengeStatus)
def test_a_state_is_called_the_same_at_the_desk_and_on_its_page(app: Flask, status: ChallengeStatus) -> None:
    with app.test_request_context("/"):
        assert status_words(status) == phase_words(Phase(status.value))
