"""The heart: who was first with the correct answer, as a pure function of what is known of the entries.

It is computed anew after every verdict, for all entries. Nothing remembers an earlier outcome, so a corrected
verdict needs no repair anywhere.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from blog.challenges.values import Judgement


@dataclass(frozen=True, slots=True)
class EntryState:
    """What decides about one entry: `eligible` is None while it is unread; the last judgement counts.

    One that `is_unconfirmed` keeps its place, and cannot win before its sender has said that it is theirs.
    """

    number: int
    eligible: bool | None
    judgement: Judgement | None
    is_unconfirmed: bool = False

    @property
    def is_open(self) -> bool:
        """Whether it may still turn out to be the winner: not read yet, or without a final verdict."""
        if self.eligible is None:
            return True
        return self.eligible and self.judgement in {None, Judgement.UNCLEAR}

    @property
    def is_correct(self) -> bool:
        """Whether it can win with the verdict that it has."""
        return self.eligible is True and self.judgement is Judgement.CORRECT


@dataclass(frozen=True, slots=True)
class Outcome:
    """How far a challenge has come.

    `candidate` is the number of the entry that wins, None while anything stands in its way. `waiting_for`
    are the numbers that must still be judged: those before the first correct entry or, while nothing is
    correct, all that are open. With a candidate it is empty and the outcome is `final`: later entries cannot
    change it. `first_correct` is the entry that would win if all it waits for turned out incorrect. `unconfirmed` is
    the same entry once it waits for nothing but its sender, who has to confirm it.
    """

    candidate: int | None
    waiting_for: tuple[int, ...]
    final: bool
    first_correct: int | None = None
    unconfirmed: int | None = None


def decide(entries: Sequence[EntryState]) -> Outcome:
    """The outcome of `entries`, in whatever order they are given.

    The first eligible entry whose last verdict is correct wins, but only when every earlier one has a final
    verdict that is not correct. Ineligible entries block nobody; what has not been read yet, and what a judge
    called unclear, blocks everything behind it. So does a correct one that its sender has still to confirm.
    """
    in_order = sorted(entries, key=_number)
    correct = next((entry for entry in in_order if entry.is_correct), None)
    first_correct = correct.number if correct else None
    waiting_for = tuple(_open_before(in_order, first_correct))
    if correct is None or waiting_for:
        return Outcome(None, waiting_for, False, first_correct)
    if correct.is_unconfirmed:
        return Outcome(None, (), False, first_correct, unconfirmed=first_correct)
    return Outcome(first_correct, (), True, first_correct)


def _open_before(in_order: Iterable[EntryState], limit: int | None) -> Iterable[int]:
    for entry in in_order:
        if limit is not None and entry.number >= limit:
            return
        if entry.is_open:
            yield entry.number


def _number(entry: EntryState) -> int:
    return entry.number
