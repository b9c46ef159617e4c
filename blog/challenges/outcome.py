"""The heart: who was first with the correct answer, as a pure function of what is known of the entries.

It is computed anew after every verdict, for all entries. Nothing remembers an earlier outcome, so a corrected
verdict needs no repair anywhere. `docs/ledger.md` says the same in words, and the verifier that we give to everybody
says it once more in code of its own.
"""

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field

from blog.challenges.values import Judgement

_JUDGES_WHO_AGREE = 2


@dataclass(frozen=True, slots=True)
class EntryState:
    """What decides about one entry: `eligible` is None while it is unread; `judgement` is the ruling on it, if any.

    One that `is_unconfirmed` keeps its place, and cannot win before its sender has said that it is theirs. Entries of
    the same `sender` have the same text there; None where nobody knows.
    """

    number: int
    eligible: bool | None
    judgement: Judgement | None
    is_unconfirmed: bool = False
    sender: str | None = None

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
class Contest:
    """What the terms say that decides: how many prizes, and how many tries a person has (None: any number).

    `holders` are the prizes that are somebody's or on their way to them, by rank, with the number of the entry. An
    entry that `has_lost` a prize (it was not claimed, or not wanted) does not get another, nor does its sender.
    """

    prizes: int = 1
    attempts: int | None = None
    holders: Mapping[int, int] = field(default_factory=dict[int, int])
    has_lost: Collection[int] = ()


@dataclass(frozen=True, slots=True)
class Outcome:
    """How far a challenge has come.

    `winners` gives the entry for each prize that has one, by rank: those that hold it, and those that come to it
    now. `candidate` is the one for the first prize, None while anything stands in its way. `waiting_for` are the
    numbers that must still be judged: those before the next correct entry or, while nothing more is correct, all that
    are open. It is `final` when somebody has won and none of these entries can still win anything: with one prize, no
    later one can either. `first_correct` is the entry that would get the first prize if all it waits for turned out
    incorrect. `unconfirmed` is an entry that waits for nothing but its sender, who has to confirm it. `over_limit` are
    the entries of whoever had used up their tries before, but for what has had a prize: they cannot win, and block
    nobody.
    """

    candidate: int | None
    waiting_for: tuple[int, ...]
    final: bool
    first_correct: int | None = None
    unconfirmed: int | None = None
    winners: Mapping[int, int] = field(default_factory=dict[int, int])
    over_limit: frozenset[int] = frozenset()


@dataclass(frozen=True, slots=True)
class ToJudge:
    """How many entries want a verdict, or to be read: `now` for the decision, and `later` perhaps."""

    now: int
    later: int


NOTHING_TO_JUDGE = ToJudge(0, 0)


def decide(entries: Sequence[EntryState], contest: Contest | None = None) -> Outcome:
    """The outcome of `entries`, in whatever order they are given.

    In order of their numbers, each eligible entry whose ruling is correct gets the next prize that nobody has, but
    only when every earlier one has a final verdict that is not correct, or has a prize itself. Ineligible entries block
    nobody; what has not been read yet, and what a judge called unclear, blocks everything behind it. So does a correct
    one that its sender has still to confirm. Nobody gets two prizes, nor another one for one that they have lost.
    """
    contest = contest or Contest()
    in_order = sorted(entries, key=_number)
    have_had_one = set(contest.holders.values()) | set(contest.has_lost)
    over_limit = beyond_limit(in_order, contest.attempts, have_had_one)
    winners = dict(contest.holders)
    vacant = [rank for rank in range(1, contest.prizes + 1) if rank not in winners]
    is_first_vacant = 1 in vacant
    passed = over_limit | have_had_one
    senders = _senders_of(in_order, have_had_one)
    waiting: list[int] = []
    next_correct = unconfirmed = None
    for each in in_order:
        if not vacant:
            break
        if each.number in passed or (each.sender is not None and each.sender in senders):
            continue
        if each.is_open:
            waiting.append(each.number)
        elif each.is_correct:
            next_correct = each.number
            if waiting:
                break
            if each.is_unconfirmed:
                unconfirmed = each.number
                break
            winners[vacant.pop(0)] = each.number
            if each.sender is not None:
                senders.add(each.sender)
    if not vacant:
        waiting = []
    candidate = winners.get(1)
    return Outcome(
        candidate=candidate,
        waiting_for=tuple(waiting),
        final=bool(winners) and not waiting and unconfirmed is None,
        first_correct=candidate if candidate is not None or not is_first_vacant else next_correct,
        unconfirmed=unconfirmed,
        winners=winners,
        over_limit=frozenset(over_limit),
    )


def to_be_told(outcome: Outcome, contest: Contest) -> Mapping[int, int]:
    """The entries that come to a prize which is nobody's yet, by rank."""
    return {rank: number for rank, number in outcome.winners.items() if rank not in contest.holders}


def to_judge(entries: Sequence[EntryState], contest: Contest, outcome: Outcome) -> ToJudge:
    """How much there is to judge of `entries`, whose `outcome` this is; not what can win nothing any more."""
    have_had_one = set(contest.holders.values()) | set(contest.has_lost)
    passed = outcome.over_limit | have_had_one
    senders = _senders_of(entries, have_had_one)
    open_ones = sum(
        1
        for each in entries
        if each.is_open and each.number not in passed and (each.sender is None or each.sender not in senders)
    )
    now = len(outcome.waiting_for)
    return ToJudge(now, open_ones - now)


@dataclass(frozen=True, slots=True)
class GivenVerdict:
    """One verdict in the order in which it was given. `judge` is None for a rule that decides."""

    judge: str | None
    judgement: Judgement


def ruling_of(verdicts: Sequence[GivenVerdict], judges: int) -> Judgement | None:
    """What verdicts come to, in the order in which they were given; None while it takes more of them.

    A person counts for more than a rule, and the last word of each for their earlier ones. One judge decides alone. Of
    two both must say the same, and not that it is unclear; else it is unclear until one other person has decided: the
    first, in the order in which they began, who does not find it unclear as well. Whoever comes after them overturns
    nothing.
    """
    by_judge: dict[str, Judgement] = {}
    for each in verdicts:
        if each.judge is not None:
            by_judge[each.judge] = each.judgement
    if not by_judge:
        return verdicts[-1].judgement if verdicts else None
    if judges < _JUDGES_WHO_AGREE:
        return next(each.judgement for each in reversed(verdicts) if each.judge is not None)
    said = list(by_judge.values())
    if len(said) < _JUDGES_WHO_AGREE:
        return None
    if said[0] is said[1] and said[0] is not Judgement.UNCLEAR:
        return said[0]
    others = said[_JUDGES_WHO_AGREE:]
    return next((word for word in others if word is not Judgement.UNCLEAR), Judgement.UNCLEAR)


def beyond_limit(
    in_order: Sequence[EntryState], attempts: int | None, have_had_one: Collection[int] = ()
) -> set[int]:
    """The entries of whoever had used up their tries, of all of these or of one sender's, in order of their numbers.

    One that nobody has confirmed uses up nobody's. Those that `have_had_one` (a prize, which they may have lost) were
    in time with it: what is said later of earlier ones, such as that they are theirs, makes them none too many.
    """
    if attempts is None:
        return set()
    used: Counter[str] = Counter()
    over: set[int] = set()
    for each in in_order:
        if not each.eligible or each.sender is None:
            continue
        if used[each.sender] >= attempts:
            if each.number not in have_had_one:
                over.add(each.number)
        elif not each.is_unconfirmed:
            used[each.sender] += 1
    return over


def _senders_of(entries: Sequence[EntryState], numbers: Collection[int]) -> set[str]:
    return {each.sender for each in entries if each.sender and each.number in numbers}


def _number(entry: EntryState) -> int:
    return entry.number
