"""Histories of a challenge: acts on the real thing, a book of one's own beside it, and who wins by that book.

The book is kept from what was done, never from what the program says, and its rule is written as an outsider would read
it in `docs/ledger.md`: slowly, and without the program's own code.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from random import Random

import time_machine

from blog.accounts.holdings import Leaving
from blog.accounts.models.people import Person
from blog.accounts.values import email_key
from blog.challenges.actions.awards import agree_on_name, announce_winner
from blog.challenges.actions.disqualifying import disqualify, reinstate
from blog.challenges.actions.prizes import conclude, expire_unclaimed, mark_declined
from blog.challenges.actions.verdicts import judge_entry
from blog.challenges.confirming import confirm
from blog.challenges.erasing import erase_from_challenges
from blog.challenges.models.challenges import Challenge, Prize
from blog.challenges.models.entries import Entry
from blog.challenges.queries.challenges import challenge_locked
from blog.challenges.queries.outcomes import outcome_of
from blog.challenges.recording import record_standing
from blog.challenges.values import (
    ChallengeStatus,
    CodeCheck,
    ConfirmedBy,
    Ineligible,
    Judgement,
    WhyDisqualified,
)
from blog.core import clock
from blog.core.db import session, unit_of_work
from blog.core.errors import DomainError
from tests.factories.challenges import make_challenge, make_confirmation, make_entry, token_of
from tests.support.prizes import code_of, send_letters

CORRECT, INCORRECT, UNCLEAR = Judgement.CORRECT, Judgement.INCORRECT, Judgement.UNCLEAR
TWO = 2
WAYS_TO_LOSE = ("declined", "disqualified", "expired")


@dataclass
class Line:
    """What the book says of one entry."""

    number: int
    sender: str
    entry_id: int
    eligible: bool = True
    proven: bool = True
    # Every verdict in order: whose, and what.
    said: list[tuple[int, Judgement]] = field(default_factory=list[tuple[int, Judgement]])


class History:
    """One challenge, and what happens to it. Whatever is refused must change nothing."""

    def __init__(
        self, judges: Sequence[Person], *, prizes: int, attempts: int | None, two_judges: bool
    ) -> None:
        """Takes people who may judge: three, for a third decides where two differ."""
        self.people = judges
        self.prizes, self.attempts, self.two_judges = prizes, attempts, two_judges
        self.lines: list[Line] = []
        # Prizes that somebody was told of, by rank; and those who had one and have it no more.
        self.holders: dict[int, int] = {}
        self.lost: set[int] = set()
        self.told: list[int] = []
        self.claimed: set[int] = set()
        # The entries of whoever has left for good.
        self.gone: set[int] = set()
        self.is_over = False
        self.challenge = make_challenge()
        with unit_of_work():
            owner = session.get_one(Challenge, self.challenge.id)
            owner.attempts, owner.judges = attempts, TWO if two_judges else 1
            for rank in range(1, prizes + 1):
                session.add(Prize(challenge_id=owner.id, rank=rank, title=f"Prize {rank}"))

    # Acts.

    def arrive(self, sender: str, *, proven: bool, automatic: bool) -> None:
        """An answer comes in and is read. Announcing has closed the challenge: what comes later is late."""
        why_not = Ineligible.AUTOMATIC if automatic else Ineligible.LATE if self.told else None
        entry = make_entry(self.challenge, from_address=f"{sender}@example.org", why_not=why_not)
        if not proven and why_not is None:
            make_confirmation(entry)
            with unit_of_work():
                record_standing([entry])
        self.lines.append(Line(entry.number, sender, entry.id, why_not is None, proven))

    def judge(self, line: Line, judge: int, judgement: Judgement) -> None:
        """Somebody says what an entry is."""
        with unit_of_work():
            actor = session.get_one(Person, self.people[judge].id).actor
            judge_entry(actor, session.get_one(Entry, line.entry_id), judgement, "Because of the question.")
        line.said.append((judge, judgement))

    def confirm(self, line: Line) -> None:
        """The sender of an entry says that it is theirs."""
        with unit_of_work():
            done = confirm(session.get_one(Entry, line.entry_id), ConfirmedBy.CODE)
        line.proven = line.proven or done

    def erase(self, sender: str) -> None:
        """Somebody leaves for good. A prize on its way to them comes back; once all is over nothing changes."""
        address = f"{sender}@example.org"
        is_over = self.is_over
        erase_from_challenges(Leaving(0, address, email_key(address)))
        self.gone |= {line.number for line in self.lines if line.sender == sender}
        for line in self.lines:
            if line.sender == sender and not is_over:
                self._come_back(line.number)
                line.eligible = False

    def announce(self, judge: int) -> None:
        """Somebody presses the button, whether it is time or not."""
        with unit_of_work():
            actor = session.get_one(Person, self.people[judge].id).actor
            announce_winner(actor, session.get_one(Challenge, self.challenge.id))
        winners = self.winners()
        new = [number for rank, number in winners.items() if rank not in self.holders]
        assert new, "somebody was told although nobody has won"
        self.told += new
        self.holders = dict(winners)

    def claim(self, line: Line) -> None:
        """The sender of an entry types the code. When all prizes are claimed, the challenge is over."""
        entry = session.get_one(Entry, line.entry_id)
        token, code = token_of(entry), code_of(entry) if line.number in self.holders.values() else "NONE"
        has_left = line.number in self.gone and self.is_over
        with unit_of_work():
            check = agree_on_name(token, code, None)
        # The letter of whoever left after the end opens nothing any more.
        assert (check is CodeCheck.AGREED) is not has_left
        if has_left:
            return
        self.claimed.add(line.number)
        is_full = len(self.holders) == self.prizes
        self.is_over = self.is_over or (is_full and set(self.holders.values()) <= self.claimed)

    def lose(self, line: Line, how: str) -> None:
        """A prize comes back: its winner does not want it, is disqualified, or has let the time pass."""
        challenge = session.get_one(Challenge, self.challenge.id)
        editor = session.get_one(Person, self.people[0].id).actor
        if how == "expired":
            send_letters()
        with unit_of_work():
            if how == "disqualified":
                entry = session.get_one(Entry, line.entry_id)
                disqualify(editor, entry, WhyDisqualified.COPIED, "Not their own answer.")
            elif how == "declined":
                mark_declined(editor, challenge, line.number, "They wrote so.")
            else:
                expire_unclaimed(challenge_locked(challenge), clock.now() + timedelta(days=30))
        if how == "expired":
            for number in [*self.holders.values()]:
                if number not in self.claimed and not self.is_over:
                    self._come_back(number)
            return
        self._come_back(line.number)
        if how == "disqualified":
            line.eligible = False

    def reinstate(self, line: Line) -> None:
        """An editor lets an entry take part again that was disqualified. What it has lost does not come back."""
        editor = session.get_one(Person, self.people[0].id).actor
        with unit_of_work():
            reinstate(editor, session.get_one(Entry, line.entry_id), "A slip of the hand.")
        line.eligible = True

    def conclude(self, judge: int) -> None:
        """Somebody ends it, whether it is time or not."""
        with unit_of_work():
            actor = session.get_one(Person, self.people[judge].id).actor
            conclude(actor, session.get_one(Challenge, self.challenge.id), "Nobody is left.")
        assert not self._waits()
        assert self.winners() == self.holders
        assert set(self.holders.values()) <= self.claimed
        self.is_over = True

    def _come_back(self, number: int) -> None:
        for rank, holder in [*self.holders.items()]:
            if holder == number:
                del self.holders[rank]
                self.lost.add(number)

    def _waits(self) -> bool:
        """Whether an entry keeps a prize that is nobody's waiting."""
        if len(self.winners()) == self.prizes:
            return False
        having = self._having(self.winners())
        return any(
            self.counts(line)
            and line.sender not in having
            and (self.ruling(line) in {None, UNCLEAR} or (self.ruling(line) is CORRECT and not line.proven))
            for line in self.lines
        )

    # The book.

    def ruling(self, line: Line) -> Judgement | None:
        """What was said of an entry comes to this."""
        last = dict(line.said)
        if not self.two_judges:
            return line.said[-1][1] if line.said else None
        order = list(dict.fromkeys(judge for judge, _judgement in line.said))
        if len(order) < TWO:
            return None
        first, second = last[order[0]], last[order[1]]
        if first == second != UNCLEAR:
            return first
        others = [last[judge] for judge in order[TWO:] if last[judge] != UNCLEAR]
        return others[0] if others else UNCLEAR

    def is_over_limit(self, line: Line) -> bool:
        """Whether its sender had used up their tries with earlier answers that are sure to be theirs.

        Not one that has, or had, a prize: it had its place before anything was said later of earlier ones.
        """
        if line.number in {*self.holders.values(), *self.lost}:
            return False
        earlier = [
            each
            for each in self.lines
            if each.number < line.number and each.sender == line.sender and each.eligible and each.proven
        ]
        return self.attempts is not None and len(earlier) >= self.attempts

    def counts(self, line: Line) -> bool:
        """Whether an entry can win at all."""
        return line.eligible and not self.is_over_limit(line)

    def winners(self) -> Mapping[int, int]:
        """Who has each prize, or gets it now, by the rule as it is told to everybody."""
        found = dict(self.holders)
        for rank in range(1, self.prizes + 1):
            if rank not in found:
                number = self._next(found)
                if number is None:
                    break
                found[rank] = number
        return found

    def _next(self, taken: Mapping[int, int]) -> int | None:
        having = self._having(taken)
        for line in self.lines:
            if not self.counts(line) or line.sender in having:
                continue
            ruling = self.ruling(line)
            if ruling is INCORRECT:
                continue
            # Not judged, unclear, or correct and not sure to be theirs: it keeps all behind it waiting.
            return line.number if ruling is CORRECT and line.proven else None
        return None

    def _having(self, taken: Mapping[int, int]) -> set[str]:
        """Who gets nothing more: their prize is theirs, or they have lost it."""
        return {line.sender for line in self.lines if line.number in {*taken.values(), *self.lost}}

    # What must hold at any moment.

    def check(self) -> None:
        """The program says the same as the book."""
        session.rollback()
        outcome = outcome_of(session.get_one(Challenge, self.challenge.id))
        assert dict(outcome.winners) == self.winners()
        assert len(set(outcome.winners.values())) == len(outcome.winners)
        assert outcome.over_limit == {
            line.number for line in self.lines if line.eligible and self.is_over_limit(line)
        }
        assert len(set(self.told)) == len(self.told), "somebody was told twice"
        status = ChallengeStatus(session.get_one(Challenge, self.challenge.id).status)
        assert status.is_over is self.is_over

    def play(self, chance: Random, acts: int) -> None:
        """Do so many acts, checking after each. What the program refuses has changed nothing."""
        with time_machine.travel("2026-05-01T10:00:00Z", tick=False) as hands:
            for _act in range(acts):
                # Also backwards: a clock that is set back changes no order.
                hands.shift(timedelta(seconds=chance.choice((0, 1, 60, -3600))))
                try:
                    self._something(chance)
                except DomainError:
                    session.rollback()
                self.check()

    def _something(self, chance: Random) -> None:
        if not self.lines or chance.random() < 0.3:
            sender = chance.choice("abcdef")
            self.arrive(sender, proven=chance.random() < 0.7, automatic=chance.random() < 0.1)
            return
        line = chance.choice(self.lines)
        acts = (
            lambda: self.judge(
                line, chance.randrange(3), chance.choice((CORRECT, INCORRECT, INCORRECT, UNCLEAR))
            ),
            lambda: self.judge(line, chance.randrange(3), chance.choice((CORRECT, INCORRECT))),
            lambda: self.confirm(line),
            lambda: self.erase(line.sender),
            lambda: self.announce(chance.randrange(3)),
            lambda: self.claim(self._one_told(chance, line)),
            lambda: self.lose(self._one_told(chance, line), chance.choice(WAYS_TO_LOSE)),
            lambda: self.conclude(chance.randrange(3)),
            lambda: self.reinstate(self._one_out(chance, line)),
        )
        chance.choices(acts, weights=(5, 5, 2, 0.3, 1.5, 1, 0.7, 0.3, 0.7))[0]()

    def _one_out(self, chance: Random, line: Line) -> Line:
        """Somebody who takes part no more, if there is one: perhaps they were disqualified."""
        out = [each for each in self.lines if not each.eligible]
        return chance.choice(out) if out else line

    def _one_told(self, chance: Random, line: Line) -> Line:
        """Mostly somebody who holds a prize, if there is one."""
        holding = [each for each in self.lines if each.number in self.holders.values()]
        return chance.choice(holding) if holding and chance.random() < 0.9 else line
