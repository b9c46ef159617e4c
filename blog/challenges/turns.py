"""Whose turn it is: what an entry still wants of one judge, and what that judge may see of the others.

Pure functions on the verdicts on one entry under the terms in force, in the order in which they were given. Of two
judges none sees what the other has said before both have; where they differ, a third person decides, and the two are
out of it: else one of them would only have to give in.
"""

from collections.abc import Mapping, Sequence
from enum import StrEnum

from blog.challenges.outcome import GivenVerdict
from blog.challenges.values import Judgement, NeedsReason

_TWO = 2


class Turn(StrEnum):
    """What an entry wants of one judge."""

    # A verdict: it is open, and they have not said anything that counts.
    WANTED = "wanted"
    # A decision: two others differ.
    DECIDE = "decide"
    # Nothing more: it has been judged. They may still say something else, with a reason.
    JUDGED = "judged"
    # Nothing more: theirs is sealed until another judge has said something too. They may still change it.
    SEALED = "sealed"
    # Nothing: they are one of two who differ, and somebody else decides.
    OTHERS = "others"
    # Nothing: two others have agreed.
    AGREED = "agreed"
    # Nothing: two differed, and somebody else has decided.
    DECIDED = "decided"
    # Nothing: it is their own answer.
    OWN = "own"

    @property
    def is_wanted(self) -> bool:
        """Whether the entry waits for them."""
        return self in {Turn.WANTED, Turn.DECIDE}

    @property
    def may_judge(self) -> bool:
        """Whether they may say something of it."""
        return self not in {Turn.OTHERS, Turn.AGREED, Turn.DECIDED, Turn.OWN}


def turn_of(verdicts: Sequence[GivenVerdict], judges: int, me: str | None) -> Turn:
    """What the entry with these verdicts wants of the judge who is called `me` in them; None: of one who is in none.

    That it is their own answer, no verdict tells.
    """
    if judges < _TWO:
        return _turn_alone(verdicts)
    said = last_words(verdicts)
    if len(said) < _TWO:
        return Turn.SEALED if me in said else Turn.WANTED
    first_two = list(said)[:_TWO]
    one, other = (said[judge] for judge in first_two)
    if one is other and one is not Judgement.UNCLEAR:
        return Turn.JUDGED if me in said else Turn.AGREED
    decider = _decider(said)
    if decider is not None:
        return Turn.JUDGED if me == decider else Turn.DECIDED
    return Turn.OTHERS if me in first_two else Turn.DECIDE


def _decider(said: Mapping[str, Judgement]) -> str | None:
    """Who has decided between the first two of these last words: the first other one who does not say unclear."""
    others = list(said.items())[_TWO:]
    return next((judge for judge, judgement in others if judgement is not Judgement.UNCLEAR), None)


def is_sealed(verdicts: Sequence[GivenVerdict], judges: int) -> bool:
    """Whether what the judges have said is still kept from each other."""
    return judges >= _TWO and len(last_words(verdicts)) < _TWO


def is_conflict(verdicts: Sequence[GivenVerdict], judges: int) -> bool:
    """Whether the first two judges do not say the same, or say that it is unclear: a third decides, or has decided."""
    said = list(last_words(verdicts).values())[:_TWO]
    return judges >= _TWO and len(said) == _TWO and (said[0] is not said[1] or said[0] is Judgement.UNCLEAR)


def why_reason(
    judgement: Judgement,
    verdicts: Sequence[GivenVerdict],
    judges: int,
    me: str | None,
    unsure: NeedsReason | None = None,
) -> NeedsReason | None:
    """Why this verdict of the judge `me` has to give its reason; None where it is obvious enough.

    `unsure`: why nobody takes it for granted that the entry is correct. What was unclear before may become clear to
    anybody without more ado.
    """
    if judgement is Judgement.UNCLEAR:
        return NeedsReason.UNCLEAR
    said = last_words(verdicts)
    if is_conflict(verdicts, judges) and me not in list(said)[:_TWO]:
        return NeedsReason.CONFLICT
    before = _word_before(verdicts, judges, me)
    if before is not None and _overrules(judgement, before.judgement):
        return NeedsReason.OWN if before.judge == me else NeedsReason.OTHERS
    by_rule = [each.judgement for each in verdicts if each.judge is None]
    if by_rule and _overrules(judgement, by_rule[-1]):
        return NeedsReason.RULE
    return unsure if judgement is Judgement.CORRECT else None


def _word_before(verdicts: Sequence[GivenVerdict], judges: int, me: str | None) -> GivenVerdict | None:
    """What a verdict of this judge takes the place of: their own last one or, where one decides, anybody's."""
    persons = [each for each in verdicts if each.judge is not None and (judges < _TWO or each.judge == me)]
    return persons[-1] if persons else None


def _overrules(judgement: Judgement, earlier: Judgement) -> bool:
    return earlier not in {Judgement.UNCLEAR, judgement}


def last_words(verdicts: Sequence[GivenVerdict]) -> dict[str, Judgement]:
    """What each person said last, in the order in which they began."""
    said: dict[str, Judgement] = {}
    for each in verdicts:
        if each.judge is not None:
            said[each.judge] = each.judgement
    return said


def _turn_alone(verdicts: Sequence[GivenVerdict]) -> Turn:
    persons = [each.judgement for each in verdicts if each.judge is not None]
    last = (persons or [each.judgement for each in verdicts])[-1:]
    return Turn.WANTED if not last or last[0] is Judgement.UNCLEAR else Turn.JUDGED
