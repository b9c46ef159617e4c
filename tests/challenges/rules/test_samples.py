"""The self-test of a rule, before anybody depends on it."""

from blog.challenges.rules.kinds import Exact
from blog.challenges.rules.reading import Why
from blog.challenges.rules.samples import Failing, Sample, self_test, try_out
from tests.challenges.rules.ruling import compiled

RULE = compiled(Exact("42"))
RIGHT, WRONG = Sample("Het antwoord is 42", accepted=True), Sample("43", accepted=False)


def test_a_rule_needs_a_sample_of_each_sort() -> None:
    assert self_test(RULE, [RIGHT, WRONG]) == []
    assert [failure.why for failure in self_test(RULE, [RIGHT])] == [Failing.NO_REJECTED]
    assert [failure.why for failure in self_test(RULE, [WRONG])] == [Failing.NO_ACCEPTED]
    assert [failure.why for failure in self_test(RULE, [])] == [Failing.NO_ACCEPTED, Failing.NO_REJECTED]


def test_a_sample_that_comes_out_otherwise_is_shown_with_what_was_found() -> None:
    missed, let_through = Sample("41", accepted=True), Sample("42!", accepted=False)
    failures = self_test(RULE, [RIGHT, WRONG, missed, let_through])
    assert [(failure.why, failure.sample, failure.finding) for failure in failures] == [
        (Failing.NOT_ACCEPTED, missed, try_out(RULE, missed)),
        (Failing.NOT_REJECTED, let_through, try_out(RULE, let_through)),
    ]


def test_what_goes_to_a_person_is_neither_accepted_nor_let_through() -> None:
    doubtful = Sample("42 of 43", accepted=True)
    (failure,) = self_test(RULE, [RIGHT, WRONG, doubtful])
    assert failure.finding is not None
    assert (failure.why, failure.finding.why) == (Failing.NOT_ACCEPTED, Why.SEVERAL_ANSWERS)
    assert self_test(RULE, [RIGHT, Sample("42 of 43", accepted=False)]) == []
