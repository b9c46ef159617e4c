"""The heart: who was first with the correct answer."""

from collections.abc import Sequence
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from blog.challenges.outcome import Contest, EntryState, GivenVerdict, Outcome, decide, ruling_of
from blog.challenges.values import Judgement

CORRECT, INCORRECT, UNCLEAR = Judgement.CORRECT, Judgement.INCORRECT, Judgement.UNCLEAR

_states = st.tuples(st.sampled_from([True, False, None]), st.sampled_from([None, *Judgement]))
histories = st.lists(_states, max_size=12).map(
    lambda states: [EntryState(number, *state) for number, state in enumerate(states, start=1)]
)


def one_prize(
    candidate: int | None, waiting_for: tuple[int, ...], final: bool, first_correct: int | None = None
) -> Outcome:
    """The outcome where there is one prize."""
    winners = {} if candidate is None else {1: candidate}
    return Outcome(candidate, waiting_for, final, first_correct, winners=winners)


def entries(*states: Judgement | None) -> list[EntryState]:
    """Eligible entries with these verdicts, numbered from 1."""
    return [EntryState(number, True, judgement) for number, judgement in enumerate(states, start=1)]


def test_nothing_has_arrived() -> None:
    assert decide([]) == one_prize(None, (), final=False)


def test_the_story_of_three_entries_judged_out_of_order() -> None:
    assert decide(entries(None, None, CORRECT)) == one_prize(None, (1, 2), final=False, first_correct=3)
    assert decide(entries(INCORRECT, None, CORRECT)) == one_prize(None, (2,), final=False, first_correct=3)
    assert decide(entries(INCORRECT, CORRECT, CORRECT)) == one_prize(2, (), final=True, first_correct=2)


def test_while_nothing_is_correct_it_waits_for_everything_open() -> None:
    assert decide(entries(INCORRECT, None, UNCLEAR)) == one_prize(None, (2, 3), final=False)


def test_without_a_correct_entry_there_is_no_candidate_even_when_all_are_judged() -> None:
    assert decide(entries(INCORRECT, INCORRECT)) == one_prize(None, (), final=False)


@pytest.mark.parametrize("blocking", [None, UNCLEAR])
def test_an_earlier_entry_without_a_final_verdict_blocks(blocking: Judgement | None) -> None:
    assert decide(entries(blocking, CORRECT)) == one_prize(None, (1,), final=False, first_correct=2)


@pytest.mark.parametrize("judgement", [None, INCORRECT, CORRECT])
def test_an_unread_entry_blocks_whatever_was_said_of_it(judgement: Judgement | None) -> None:
    unread = EntryState(1, None, judgement)
    assert decide([unread, EntryState(2, True, CORRECT)]) == one_prize(None, (1,), False, 2)


@pytest.mark.parametrize("judgement", [None, UNCLEAR, CORRECT])
def test_an_ineligible_entry_neither_blocks_nor_wins(judgement: Judgement | None) -> None:
    out = EntryState(1, False, judgement)
    assert decide([out, EntryState(2, True, CORRECT)]) == one_prize(2, (), True, 2)
    assert decide([out]) == one_prize(None, (), False)


def test_a_correction_is_all_it_takes_to_change_the_outcome() -> None:
    assert decide(entries(CORRECT, CORRECT)).candidate == 1
    assert decide(entries(INCORRECT, CORRECT)).candidate == 2


@given(histories)
def test_it_agrees_with_reading_the_rule_word_by_word(history: list[EntryState]) -> None:
    assert decide(history) == _by_the_book(history)


@given(histories, st.integers())
def test_the_order_in_which_entries_are_given_does_not_matter(history: list[EntryState], seed: int) -> None:
    shuffled = list(history)
    Random(seed).shuffle(shuffled)  # noqa: S311
    assert decide(shuffled) == decide(history)


@given(histories, histories)
def test_later_entries_never_change_a_final_candidate(
    history: list[EntryState], later: list[EntryState]
) -> None:
    before = decide(history)
    more = [EntryState(len(history) + state.number, state.eligible, state.judgement) for state in later]
    after = decide([*history, *more])
    if before.final:
        assert after == before
    if after.candidate is not None and after.candidate <= len(history):
        assert after == before


@given(histories, st.integers())
def test_the_order_of_judging_does_not_matter(history: list[EntryState], seed: int) -> None:
    """Verdicts given one after the other, in any order, end in the same outcome."""
    current = {state.number: EntryState(state.number, state.eligible, None) for state in history}
    turns = list(history)
    Random(seed).shuffle(turns)  # noqa: S311
    candidates: set[int] = set()
    for state in turns:
        current[state.number] = state
        outcome = decide(list(current.values()))
        if outcome.candidate is not None:
            candidates.add(outcome.candidate)
    assert decide(list(current.values())) == decide(history)
    # Nothing was taken back along the way: a first verdict for each entry never unseats a candidate.
    assert candidates <= {decide(history).candidate}


@given(histories)
def test_at_most_one_entry_is_the_candidate_and_nothing_waits_when_there_is_one(
    history: list[EntryState],
) -> None:
    outcome = decide(history)
    assert outcome.final is (outcome.candidate is not None)
    assert not (outcome.final and outcome.waiting_for)
    assert list(outcome.waiting_for) == sorted(set(outcome.waiting_for))


def test_whoever_has_lost_a_prize_gets_none_for_another_entry() -> None:
    same = [EntryState(number, True, CORRECT, sender="anna") for number in (1, 2)]
    other = EntryState(3, True, CORRECT, sender="bert")
    assert decide([*same, other], Contest(has_lost={1})).winners == {1: 3}
    # One that nobody has judged keeps nobody waiting either.
    open_one = EntryState(2, True, None, sender="anna")
    assert decide([same[0], open_one, other], Contest(has_lost={1})) == one_prize(3, (), True, 3)


@pytest.mark.parametrize(
    ("further", "ruling"),
    [
        ([], UNCLEAR),
        ([("j3", UNCLEAR)], UNCLEAR),
        ([("j3", CORRECT)], CORRECT),
        # Whoever comes after them overturns nothing, however often they say it.
        ([("j3", CORRECT), ("j4", INCORRECT), ("j4", INCORRECT)], CORRECT),
        # Who found it unclear has decided nothing: the next one does.
        ([("j3", UNCLEAR), ("j4", INCORRECT), ("j5", CORRECT)], INCORRECT),
        # They may correct themselves, and were first.
        ([("j3", CORRECT), ("j3", INCORRECT)], INCORRECT),
        ([("j3", UNCLEAR), ("j4", INCORRECT), ("j3", CORRECT)], CORRECT),
    ],
)
def test_of_two_judges_who_differ_the_first_other_who_is_sure_decides(
    further: list[tuple[str, Judgement]], ruling: Judgement
) -> None:
    said = [("j1", CORRECT), ("j2", INCORRECT), *further]
    assert ruling_of([GivenVerdict(judge, judgement) for judge, judgement in said], 2) is ruling


def _by_the_book(history: Sequence[EntryState]) -> Outcome:
    """The rule, without cleverness: for each entry, look at all before it."""
    correct = [entry for entry in history if entry.eligible is True and entry.judgement == CORRECT]
    undecided = [
        entry
        for entry in history
        if entry.eligible is None or (entry.eligible is True and entry.judgement in (None, UNCLEAR))
    ]
    if not correct:
        return one_prize(None, tuple(entry.number for entry in undecided), final=False)
    first = min(entry.number for entry in correct)
    before = tuple(entry.number for entry in undecided if entry.number < first)
    return one_prize(None if before else first, before, final=not before, first_correct=first)
