"""Whose turn it is, and which verdicts have to give their reason: pure arithmetic."""

from itertools import product

import pytest

from blog.challenges.outcome import GivenVerdict, ruling_of
from blog.challenges.turns import Turn, is_conflict, is_sealed, turn_of, why_reason
from blog.challenges.values import Judgement, NeedsReason

YES, NO, UNSURE = Judgement.CORRECT, Judgement.INCORRECT, Judgement.UNCLEAR


def given(*said: tuple[str | None, Judgement]) -> list[GivenVerdict]:
    return [GivenVerdict(judge, judgement) for judge, judgement in said]


@pytest.mark.parametrize(
    ("said", "me", "turn"),
    [
        ([], None, Turn.WANTED),
        ([("j1", YES)], "j1", Turn.JUDGED),
        ([("j1", YES)], None, Turn.JUDGED),
        ([("j1", UNSURE)], "j1", Turn.WANTED),
        ([("j1", UNSURE)], None, Turn.WANTED),
        ([(None, NO)], None, Turn.JUDGED),
        ([(None, NO), ("j1", UNSURE)], None, Turn.WANTED),
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
        ([(None, YES)], (Turn.WANTED, Turn.WANTED, Turn.WANTED, Turn.WANTED)),
        ([("j1", YES)], (Turn.SEALED, Turn.WANTED, Turn.WANTED, Turn.WANTED)),
        ([("j1", YES), ("j1", NO)], (Turn.SEALED, Turn.WANTED, Turn.WANTED, Turn.WANTED)),
        ([("j1", YES), ("j2", YES)], (Turn.JUDGED, Turn.JUDGED, Turn.AGREED, Turn.AGREED)),
        ([("j1", YES), ("j2", NO)], (Turn.OTHERS, Turn.OTHERS, Turn.DECIDE, Turn.DECIDE)),
        ([("j1", UNSURE), ("j2", UNSURE)], (Turn.OTHERS, Turn.OTHERS, Turn.DECIDE, Turn.DECIDE)),
        ([("j1", YES), ("j2", NO), ("j3", UNSURE)], (Turn.OTHERS, Turn.OTHERS, Turn.DECIDE, Turn.DECIDE)),
        # Only who has decided may still correct themselves: else a fourth could overrule a third.
        ([("j1", YES), ("j2", NO), ("j3", NO)], (Turn.DECIDED, Turn.DECIDED, Turn.JUDGED, Turn.DECIDED)),
        (
            [("j1", YES), ("j2", NO), ("j3", UNSURE), ("j4", NO)],
            (Turn.DECIDED, Turn.DECIDED, Turn.DECIDED, Turn.DECIDED),
        ),
        (
            [("j1", YES), ("j2", NO), ("j3", NO), ("j3", UNSURE)],
            (Turn.OTHERS, Turn.OTHERS, Turn.DECIDE, Turn.DECIDE),
        ),
        # One of two who agreed sees that it was wrong: somebody else decides.
        ([("j1", YES), ("j2", YES), ("j1", NO)], (Turn.OTHERS, Turn.OTHERS, Turn.DECIDE, Turn.DECIDE)),
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
                is_open = ruling_of(verdicts, 2) in {None, UNSURE}
                assert any(turn.is_wanted for turn in turns) is is_open, verdicts
                assert turns[-1].is_wanted is is_open, verdicts


def test_the_fourth_who_decides_after_an_unclear_third_is_the_one_who_may_correct_themselves() -> None:
    said = given(("j1", YES), ("j2", NO), ("j3", UNSURE), ("j4", NO))
    assert [turn_of(said, 2, me).may_judge for me in ("j1", "j2", "j3", "j4", None)] == [
        False,
        False,
        False,
        True,
        False,
    ]


def test_nothing_is_told_before_both_have_said_it() -> None:
    assert is_sealed([], 2)
    assert is_sealed(given(("j1", YES), ("j1", NO), (None, YES)), 2)
    assert not is_sealed(given(("j1", YES), ("j2", YES)), 2)
    assert not is_sealed(given(("j1", YES)), 1)


def test_two_differ_when_they_do_not_say_the_same_or_do_not_know() -> None:
    assert is_conflict(given(("j1", YES), ("j2", NO)), 2)
    assert is_conflict(given(("j1", UNSURE), ("j2", UNSURE)), 2)
    assert not is_conflict(given(("j1", YES), ("j2", YES), ("j3", NO)), 2)
    assert not is_conflict(given(("j1", YES)), 2)
    assert not is_conflict(given(("j1", YES), ("j2", NO)), 1)


@pytest.mark.parametrize(
    ("judgement", "said", "judges", "me", "unsure", "why"),
    [
        (YES, [], 1, None, None, None),
        (UNSURE, [], 1, None, None, NeedsReason.UNCLEAR),
        (YES, [("j1", UNSURE)], 1, "j1", None, None),
        (YES, [("j1", NO)], 1, "j1", None, NeedsReason.OWN),
        (NO, [("j1", NO)], 1, "j1", None, None),
        (YES, [("j1", NO)], 1, None, None, NeedsReason.OTHERS),
        (NO, [("j1", NO)], 1, None, None, None),
        (YES, [("j1", YES), ("j2", NO)], 1, "j1", None, NeedsReason.OTHERS),
        (NO, [(None, YES)], 1, None, None, NeedsReason.RULE),
        (YES, [(None, YES)], 1, None, None, None),
        (NO, [(None, YES), (None, NO)], 2, None, None, None),
        (YES, [("j1", NO)], 2, None, None, None),
        (YES, [("j1", NO)], 2, "j1", None, NeedsReason.OWN),
        (YES, [("j1", NO), ("j2", YES)], 2, None, None, NeedsReason.CONFLICT),
        (NO, [("j1", YES), ("j2", YES)], 2, "j2", None, NeedsReason.OWN),
        (YES, [], 1, None, NeedsReason.ATTACHED, NeedsReason.ATTACHED),
        (NO, [], 1, None, NeedsReason.UNREADABLE, None),
    ],
)
def test_what_is_not_obvious_gives_its_reason(  # noqa: PLR0917 - a table
    judgement: Judgement,
    said: list[tuple[str | None, Judgement]],
    judges: int,
    me: str | None,
    unsure: NeedsReason | None,
    why: NeedsReason | None,
) -> None:
    assert why_reason(judgement, given(*said), judges, me, unsure) is why
