"""Fifty right answers at once, programs that die, two who announce: the first one wins. `make soak` has many rounds."""

import json
import os
import random
import sys
import time
from contextlib import ExitStack

import pytest
import sqlalchemy as sa
from flask import Flask

from blog.accounts.models.people import Person
from blog.challenges.actions.verdicts import judge_entry
from blog.challenges.models.awards import Award
from blog.challenges.models.challenges import Challenge
from blog.challenges.models.entries import Entry
from blog.challenges.models.ledger import LedgerLeaf
from blog.challenges.values import Judgement
from blog.core import clock
from blog.core.db import session, unit_of_work
from blog.core.jobs.models import Work
from blog.mailroom.models import OutboxMessage
from tests.factories.accounts import make_person
from tests.factories.challenges import make_challenge
from tests.support.jobs import run_due_jobs
from tests.support.mail_door import settings_of
from tests.support.processes import Program, flask_command, kill_group, running
from tests.support.races import Heard, Programs, answer_all_at_once

ROUNDS = int(os.environ.get("ROUNDS", "2"))
MAILS, FORMS = 25, 25
EDITOR = "eva@example.org"


@pytest.mark.timeout(36000)
def test_the_first_of_fifty_wins_whatever_dies_meanwhile(app: Flask) -> None:
    editor_id = make_person(role="editor", email=EDITOR).id
    settings = settings_of(app)
    chance = random.Random(os.environ.get("SEED", "2026"))  # noqa: S311 - repeatable moments, not secrets
    taken = told = 0
    with Programs(settings, sys.executable) as programs:
        for number in range(ROUNDS):
            challenge_id = make_challenge(slug=f"round-{number}").id
            heard = answer_all_at_once(programs, f"round-{number}", mails=MAILS, forms=FORMS, chance=chance)
            programs.start_again()
            _read_all(challenge_id)
            taken, told = taken + _check_order(challenge_id, heard), told + len(heard)
            _judge_all(challenge_id, editor_id, chance)
            _announce_twice(f"round-{number}", settings, chance)
            _check_winner(challenge_id)
    print(f"{ROUNDS} rounds: {told} told that we have their answer, {taken} stored, each round one winner")
    assert told > ROUNDS * (MAILS + FORMS) // 4


def _read_all(challenge_id: int) -> None:
    """Help whoever carries out jobs, until all answers are read. What one that was killed had in hand is free now."""
    unread = sa.select(sa.func.count(Entry.id)).where(
        Entry.challenge_id == challenge_id, Entry.eligible.is_(None)
    )
    deadline = time.monotonic() + 60
    session.rollback()
    while session.scalar(unread):
        assert time.monotonic() < deadline, "answers are not read"
        session.rollback()
        if not run_due_jobs():
            with unit_of_work():
                session.execute(
                    sa.update(Work).where(Work.lease.is_not(None)).values(leased_until=clock.now())
                )
        session.rollback()


def _check_order(challenge_id: int, heard: list[Heard]) -> int:
    """Whoever was told has a place; who was told before another began has the lower one; no number is missing."""
    session.rollback()
    numbers = session.scalars(
        sa.select(Entry.number).where(Entry.challenge_id == challenge_id).order_by(Entry.number)
    ).all()
    assert list(numbers) == list(range(1, len(numbers) + 1))
    assert len(numbers) >= len(heard)
    by_mail = [each for each in heard if each.number is not None]
    assert {each.number for each in by_mail} <= set(numbers)
    for one in by_mail:
        assert all(one.number < other.number for other in by_mail if one.ended < other.begun)  # type: ignore[operator]
    leaves = session.scalars(
        sa.select(LedgerLeaf.leaf)
        .where(LedgerLeaf.challenge_id == challenge_id, LedgerLeaf.kind == "entry")
        .order_by(LedgerLeaf.position)
    )
    assert [json.loads(leaf)["number"] for leaf in leaves] == list(numbers)
    return len(numbers)


def _judge_all(challenge_id: int, editor_id: int, chance: random.Random) -> None:
    """In any order: all of them are right."""
    ids = [*session.scalars(sa.select(Entry.id).where(Entry.challenge_id == challenge_id))]
    chance.shuffle(ids)
    for entry_id in ids:
        with unit_of_work():
            actor = session.get_one(Person, editor_id).actor
            judge_entry(actor, session.get_one(Entry, entry_id), Judgement.CORRECT)


def _announce_twice(slug: str, settings: dict[str, str], chance: random.Random) -> None:
    """Two programs at the same moment, one of which may be killed; a third one, if both have died of it."""
    command = flask_command("challenges", "announce", slug, "--by", EDITOR)
    with ExitStack() as stack:
        both = [stack.enter_context(running(command, settings)) for _program in range(2)]
        if chance.random() < 0.3:
            time.sleep(chance.uniform(0, 0.4))
            kill_group(both[0])
        codes = [_ended(program) for program in both]
        if 0 not in codes:
            last = stack.enter_context(running(command, settings))
            codes.append(_ended(last))
    # More than one says that it was this one only if the other was killed before it could say so.
    assert codes.count(0) <= 1, codes


def _ended(program: Program) -> int | None:
    program.wait()
    return program.poll()


def _check_winner(challenge_id: int) -> None:
    session.rollback()
    won = session.scalars(
        sa.select(Entry.number)
        .join(Award, Award.entry_id == Entry.id)
        .where(Award.challenge_id == challenge_id)
    ).all()
    assert won == [1]
    assert session.get_one(Challenge, challenge_id).status == "provisional"
    steps = session.scalars(
        sa.select(LedgerLeaf.sealed).where(
            LedgerLeaf.challenge_id == challenge_id, LedgerLeaf.kind == "award"
        )
    ).all()
    assert [json.loads(step or "")["number"] for step in steps] == [1]
    entry_id = session.scalars(sa.select(Award.entry_id).where(Award.challenge_id == challenge_id)).one()
    letters = sa.select(OutboxMessage.id).where(OutboxMessage.cause == f"winner:{entry_id}")
    assert len(session.scalars(letters).all()) == 1
