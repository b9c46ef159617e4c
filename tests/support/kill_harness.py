"""Kills a mail door at random moments under load, and then checks the books.

The clients keep their own books outside of the system; after the last kill they are held against the
database: answered ⊆ stored ⊆ sent, nothing twice, numbers without gaps, and whoever was answered before another
began has the lower number. The same checks must fail for a door that answers before it commits.
"""

import random
import re
import time
from collections import Counter
from collections.abc import Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass

import sqlalchemy as sa

from blog.challenges.models.entries import Entry
from blog.core.db import session
from blog.mailroom.models import Delivery
from tests.support.mail_load import Answered, MailLoad
from tests.support.processes import Program, free_port, kill_group, running, wait_for_smtp

_CLIENTS = 8
_SHORTEST_LIFE_SECONDS = 0.05
_LONGEST_LIFE_SECONDS = 0.6


@dataclass(frozen=True, slots=True)
class Books:
    """What a run of kills has shown. All lists are empty for a door that keeps its word."""

    answered: int
    stored: int
    lost: list[str]
    twice: list[str]
    never_sent: list[str]
    misnumbered: list[str]
    out_of_order: list[tuple[str, str]]
    gaps: list[int]

    @property
    def is_clean(self) -> bool:
        """Whether every promise was kept."""
        return not (
            self.lost or self.twice or self.never_sent or self.misnumbered or self.out_of_order or self.gaps
        )


def kill_repeatedly(
    command: Sequence[str], settings: Mapping[str, str], *, recipient: str, kills: int, seed: int
) -> Books:
    """Start the door with `command` (the port is added), kill it `kills` times under load, check the books."""
    port = free_port()
    chance = random.Random(seed)  # noqa: S311 - repeatable moments, not secrets
    with MailLoad(port, recipient, clients=_CLIENTS) as load:
        for _kill in range(kills):
            with ExitStack() as stack:
                process = stack.enter_context(running([*command, str(port)], settings))
                _live(process, port, chance)
    return books_of(load)


def _live(process: Program, port: int, chance: random.Random) -> None:
    wait_for_smtp(port, process)
    time.sleep(chance.uniform(_SHORTEST_LIFE_SECONDS, _LONGEST_LIFE_SECONDS))
    kill_group(process)


def books_of(load: MailLoad) -> Books:
    """Hold the books of the clients against the database of the current application."""
    session.rollback()
    rows = session.execute(
        sa.select(Entry.number, Delivery.envelope_sender)
        .join(Delivery, Delivery.id == Entry.delivery_id)
        .order_by(Entry.number)
    ).all()
    marks = [str(sender).partition("@")[0] for _number, sender in rows]
    numbers = {mark: int(number) for (number, _sender), mark in zip(rows, marks, strict=True)}
    in_order = sorted(load.answered, key=lambda answered: answered.ended)
    return Books(
        answered=len(load.answered),
        stored=len(rows),
        lost=[each.mark for each in in_order if each.mark not in numbers],
        twice=sorted(mark for mark, times in Counter(marks).items() if times > 1),
        never_sent=[mark for mark in marks if mark not in load.sent],
        misnumbered=[
            each.mark for each in in_order if each.mark in numbers and _told(each) != numbers[each.mark]
        ],
        out_of_order=_out_of_order(in_order, numbers),
        gaps=[index for index, (number, _sender) in enumerate(rows, 1) if number != index][:1],
    )


def _told(answered: Answered) -> int:
    found = re.search(r"entry (\d+) of ", answered.reply)
    return int(found.group(1)) if found else -1


def _out_of_order(in_order: list[Answered], numbers: Mapping[str, int]) -> list[tuple[str, str]]:
    """Pairs of which the first was answered before the second began, and yet has the higher number."""
    wrong: list[tuple[str, str]] = []
    by_begin = sorted((each for each in in_order if each.mark in numbers), key=lambda each: each.begun)
    highest, highest_mark, position = 0, "", 0
    ended = [each for each in in_order if each.mark in numbers]
    for each in by_begin:
        while position < len(ended) and ended[position].ended <= each.begun:
            if numbers[ended[position].mark] > highest:
                highest, highest_mark = numbers[ended[position].mark], ended[position].mark
            position += 1
        if numbers[each.mark] < highest:
            wrong.append((highest_mark, each.mark))
    return wrong
