"""Samples that show what a rule does before anybody depends on it."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum

from blog.challenges.rules.compiling import CompiledRule
from blog.challenges.rules.finding import Finding, Ruling, judge


@dataclass(frozen=True, slots=True)
class Sample:
    """A message as somebody may write it, and whether a rule has to accept it."""

    text: str
    accepted: bool


class Failing(StrEnum):
    """What a self-test found.

    `not-accepted`: a sample that has to be accepted was not found correct. `not-rejected`: one that has to be rejected
    was found correct. `no-accepted`, `no-rejected`: there is no sample of that sort.
    """

    NOT_ACCEPTED = "not-accepted"
    NOT_REJECTED = "not-rejected"
    NO_ACCEPTED = "no-accepted"
    NO_REJECTED = "no-rejected"


@dataclass(frozen=True, slots=True)
class Failure:
    """One thing that is wrong; the sample and what was found of it, when it is about one."""

    why: Failing
    sample: Sample | None = None
    finding: Finding | None = None


def wrong_of(samples: Iterable[Sample]) -> list[str]:
    """The texts that must not be accepted: a rule throws them out."""
    return [sample.text for sample in samples if not sample.accepted]


def try_out(compiled: CompiledRule, sample: Sample) -> Finding:
    """What the rule finds of a sample, as of a readable message with nothing else in it."""
    return judge(compiled, sample.text, "", 0, readable=True)


def self_test(compiled: CompiledRule, samples: Sequence[Sample]) -> list[Failure]:
    """What speaks against publishing a rule; empty when nothing does.

    There has to be a sample of each sort. One that goes to a person was neither accepted nor let through.
    """
    return [*_missing(samples), *_failing(compiled, samples)]


def _missing(samples: Sequence[Sample]) -> Iterable[Failure]:
    if not any(sample.accepted for sample in samples):
        yield Failure(Failing.NO_ACCEPTED)
    if all(sample.accepted for sample in samples):
        yield Failure(Failing.NO_REJECTED)


def _failing(compiled: CompiledRule, samples: Iterable[Sample]) -> Iterable[Failure]:
    for sample in samples:
        finding = try_out(compiled, sample)
        is_correct = finding.judgement is Ruling.CORRECT
        if is_correct != sample.accepted:
            why = Failing.NOT_ACCEPTED if sample.accepted else Failing.NOT_REJECTED
            yield Failure(why, sample, finding)
