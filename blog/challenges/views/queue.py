"""What pages of the desk say of whose turn it is."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from flask import url_for

from blog.challenges.models.challenges import Challenge
from blog.challenges.outcome import Outcome
from blog.challenges.queries.disqualifications import SharedBy, shared_in
from blog.challenges.queries.entries import EntryRow, how_many_may_judge
from blog.challenges.queries.vacancies import is_beyond_change
from blog.challenges.queries.verdicts import queue_in, queue_of, to_decide, turns_in
from blog.challenges.turns import Turn
from blog.challenges.words.judging import short_turn_words
from blog.core.actor import Actor
from blog.core.permissions import allowed

_THREE = 3


@dataclass(frozen=True, slots=True)
class Work:
    """What there is for one judge in a challenge: `next_number` is where they begin, None where nothing waits for them.

    `is_by_two`: two have to agree. `lacks_a_third`: then nobody could decide where they differ. `turns` says of entries
    on the page, by number, what is special about them.
    """

    is_by_two: bool
    lacks_a_third: bool
    waiting: int
    next_number: int | None
    to_decide: Sequence[int]
    turns: Mapping[int, str]
    shared: Sequence[SharedBy]


def work_of(actor: Actor, challenge: Challenge, outcome: Outcome, rows: Sequence[EntryRow]) -> Work:
    """What there is for somebody to judge in a challenge, of whose entries these rows are shown."""
    is_decided = is_beyond_change(challenge)
    turns = dict[int, Turn]() if is_decided else turns_in(challenge, actor.person_id)
    queue = () if is_decided else queue_in(turns, outcome)
    is_by_two = challenge.judges > 1
    shown = (row.number for row in rows if row.number in turns) if is_by_two else ()
    return Work(
        is_by_two=is_by_two,
        lacks_a_third=is_by_two and not is_decided and how_many_may_judge(challenge) < _THREE,
        waiting=len(queue),
        next_number=queue[0] if queue else None,
        to_decide=to_decide(turns),
        turns={number: words for number in shown if (words := short_turn_words(turns[number]))},
        shared=shared_in(challenge) if allowed(actor, "entry:disqualify", challenge) else (),
    )


def next_to_judge(actor: Actor, challenge: Challenge, outcome: Outcome, after: int) -> str:
    """Where a judge goes on: the next entry that wants their verdict, later ones first; else back to the challenge."""
    queue = [number for number in queue_of(challenge, outcome, actor.person_id) if number != after]
    later = [number for number in queue if number > after]
    for number in (*later, *queue):
        return url_for("challenges.desk_entry", slug=challenge.slug, number=number)
    return url_for("challenges.desk_detail", slug=challenge.slug)
