"""What a page showed of prizes: a button on it does what its reader had before them, or nothing."""

import re
from collections.abc import Mapping

from blog.challenges.models.awards import Award
from blog.core.tokens import digest

_NO_PRIZE = "0"
_PAIR = re.compile(r"([0-9]{1,9})\.([0-9]{1,9})", re.ASCII)


def mark_of(award: Award | None) -> str:
    """What stands for a prize as it is shown: its last step, and the letter, the address and the tracking in a digest.

    What its winner is called decides nothing, and is not in it. None: the entry never had a prize.
    """
    if award is None:
        return _NO_PRIZE
    details = "\n".join((str(award.letter_id or 0), award.address, award.tracking))
    return f"{_step_of(award)}.{digest(details)[:16]}"


def is_at_step(award: Award, mark: str) -> bool:
    """Whether a prize has come no further than where it was when it had this mark."""
    return mark.partition(".")[0] == str(_step_of(award))


def mark_of_ranks(numbers: Mapping[int, int]) -> str:
    """What stands for the entries that have prizes, or are to get them, by rank."""
    return " ".join(f"{rank}.{number}" for rank, number in sorted(numbers.items()))


def ranks_in(mark: str) -> Mapping[int, int]:
    """The entries by rank for which a mark stands; what is no mark stands for none."""
    return {int(rank): int(number) for rank, number in _PAIR.findall(mark)}


def _step_of(award: Award) -> int:
    return max((step.id for step in award.steps), default=0)
