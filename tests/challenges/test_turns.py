"""Whose turn it is, and which verdicts have to give their reason: pure arithmetic."""

from itertools import product

import pytest

from blog.challenges.outcome import GivenVerdict, ruling_of
from blog.challenges.turns import Turn, is_conflict, is_sealed, turn_of, why_reason
from blog.challenges.values import Judgement, NeedsReason

C, I, U = Judgement.CORRECT, Judgement.INCORRECT, Judgement.UNCLEAR


def given(*said: tuple[str | None, Judgement]) -> list[GivenVerdict]:
    return [GivenVerdict(judge, judgement) for judge, judgement in said]


@pytest.mark.parametrize(
    ("said", "me", "turn"),
    [
        ([], None, Turn.WANTED),
        ([("j1", C)], "j1", Turn.JUDGED),
        ([("j1", C)], None, Turn.JUDGED),
        ([("j1", U)], "j1", Turn.WANTED),
        ([("j1", U)], None, Turn.WANTED),
        ([(None, I)], None, Turn.JUDGED),
        ([(None, I), ("j1", U)], None, Turn.WANTED),
    ],
)
def test_one_judge_is_wanted_until_it_is_clear(
    said: list[tuple[str | None, Judgement]], me: str | None, turn: Turn
) -> None:
    assert turn_of(given(*said), 1, me) is turn


@pytest.mark.parametrize(
    ("said", "turns"),
    [
        # What j1, j2, j3 and somebody who has said nothing are to do.
        ([], (Turn.WANTED, Turn.WANTED, Turn.WANTED, Turn.WANTED)),
        ([(None, C)], (Turn.WANTED, Turn.WANTED, Turn.WANTED, Turn.WANTED)),
        ([("j1", C)], (Turn.SEALED, Turn.WANTED, Turn.WANTED, Turn.WANTED)),
        ([("j1", C), ("j1", I)], (Turn.SEALED, Turn.WANTED, Turn.WANTED, Turn.WANTED)),
        ([("j1", C), ("j2", C)], (Turn.JUDGED, Turn.JUDGED, Turn.AGREED, Turn.AGREED)),
        ([("j1", C), ("j2", I)], (Turn.OTHERS, Turn.OTHERS, Turn.DECIDE, Turn.DECIDE)),
        ([("j1", U), ("j2", U)], (Turn.OTHERS, Turn.OTHERS, Turn.DECIDE, Turn.DECIDE)),
        ([("j1", C), ("j2", I), ("j3", U)], (Turn.OTHERS, Turn.OTHERS, Turn.DECIDE, Turn.DECIDE)),
        ([("j1", C), ("j2", I), ("j3", I)], (Turn.OTHERS, Turn.OTHERS, Turn.JUDGED, Turn.JUDGED)),
        # One of two who agreed sees that it was wrong: somebody else decides.
        ([("j1", C), ("j2", C), ("j1", I)], (Turn.OTHERS, Turn.OTHERS, Turn.DECIDE, Turn.DECIDE)),
    ],
)
def test_of_two_each_has_their_turn_and_a_third_decides(
    said: list[tuple[str | None, Judgement]], turns: tuple[Turn, ...]
) -> None:
    assert tuple(turn_of(given(*said), 2, me) for me in ("j1", "j2", "j3", None)) == turns


def test_an_entry_is_somebodys_turn_exactly_while_it_has_no_clear_ruling() -> None:
    """Whatever three people say in whatever order they may: nobody waits in vain, and nothing is asked for twice."""
    for length in range(5):
        for judges in product(("j1", "j2", "j3"), repeat=length):
            for words in product(Judgement, repeat=length):
                verdicts = given(*zip(judges, words, strict=True))
                turns = [turn_of(verdicts, 2, me) for me in ("j1", "j2", "j3", None)]
                is_open = ruling_of(verdicts, 2) in {None, U}
                assert any(turn.is_wanted for turn in turns) is is_open, verdicts
                assert turns[-1].is_wanted is is_open, verdicts


def test_nothing_is_told_before_both_have_said_it() -> None:
    assert is_sealed([], 2)
    assert is_sealed(given(("j1", C), ("j1", I), (None, C)), 2)
    assert not is_sealed(given(("j1", C), ("j2", C)), 2)
    assert not is_sealed(given(("j1", C)), 1)


def test_two_differ_when_they_do_not_say_the_same_or_do_not_know() -> None:
    assert is_conflict(given(("j1", C), ("j2", I)), 2)
    assert is_conflict(given(("j1", U), ("j2", U)), 2)
    assert not is_conflict(given(("j1", C), ("j2", C), ("j3", I)), 2)
    assert not is_conflict(given(("j1", C)), 2)
    assert not is_conflict(given(("j1", C), ("j2", I)), 1)


@pytest.mark.parametrize(
    ("judgement", "said", "judges", "me", "unsure", "why"),
    [
        (C, [], 1, None, None, None),
        (U, [], 1, None, None, NeedsReason.UNCLEAR),
        (C, [("j1", U)], 1, "j1", None, None),
        (C, [("j1", I)], 1, "j1", None, NeedsReason.OWN),
        (I, [("j1", I)], 1, "j1", None, None),
        (C, [("j1", I)], 1, None, None, NeedsReason.OTHERS),
        (I, [("j1", I)], 1, None, None, None),
        (C, [("j1", C), ("j2", I)], 1, "j1", None, NeedsReason.OTHERS),
        (I, [(None, C)], 1, None, None, NeedsReason.RULE),
        (C, [(None, C)], 1, None, None, None),
        (I, [(None, C), (None, I)], 2, None, None, None),
        (C, [("j1", I)], 2, None, None, None),
        (C, [("j1", I)], 2, "j1", None, NeedsReason.OWN),
        (C, [("j1", I), ("j2", C)], 2, None, None, NeedsReason.CONFLICT),
        (I, [("j1", C), ("j2", C)], 2, "j2", None, NeedsReason.OWN),
        (C, [], 1, None, NeedsReason.ATTACHED, NeedsReason.ATTACHED),
        (I, [], 1, None, NeedsReason.UNREADABLE, None),
    ],
)
def test_what_is_not_obvious_gives_its_reason(
    judgement: Judgement,
    said: list[tuple[str | None, Judgement]],
    judges: int,
    me: str | None,
    unsure: NeedsReason | None,
    why: NeedsReason | None,
) -> None:
    assert why_reason(judgement, given(*said), judges, me, unsure) is why
