"""What is said of prizes on their way, and of who has won: one wording for pages, mail and commands."""

from collections.abc import Mapping, Sequence

from flask_babel import format_decimal
from flask_babel import gettext as _

from blog.challenges.models.awards import Award
from blog.challenges.queries.awards import Result
from blog.challenges.values import LEFT, AwardStep
from blog.core.i18n import format_datetime_long
from blog.mailroom.values import OutboxState


def step_words(step: AwardStep) -> str:
    """How far a prize has come, in a few words."""
    return {
        AwardStep.NOTIFIED: _("told that they have won"),
        AwardStep.CLAIMED: _("claimed"),
        AwardStep.SENT: _("sent"),
        AwardStep.RETURNED: _("came back to us"),
        AwardStep.RECEIVED: _("received"),
        AwardStep.DECLINED: _("declined"),
        AwardStep.EXPIRED: _("not claimed in time"),
        AwardStep.DISQUALIFIED: _("disqualified"),
        AwardStep.REVOKED: _("taken back"),
    }[step]


def award_words(award: Award) -> str:
    """How far the prize of an award has come, in a sentence for the desk and the command line."""
    number = award.entry.number
    untold = letter_words(award) if award.step == AwardStep.NOTIFIED else ""
    if untold:
        won = _("Prize %(rank)s: entry %(number)s has won it.", rank=award.rank, number=number)
        return f"{won} {untold}"
    if award.step == AwardStep.NOTIFIED and award.claim_until is not None:
        return _(
            "Prize %(rank)s: entry %(number)s has been told that it has won, and can claim it until %(instant)s.",
            rank=award.rank,
            number=number,
            instant=format_datetime_long(award.claim_until),
        )
    return _(
        "Prize %(rank)s: entry %(number)s, %(state)s.",
        rank=award.rank,
        number=number,
        state=step_words(AwardStep(award.step)),
    )


def letter_words(award: Award) -> str:
    """What has become of the last letter with a code that did not reach its winner; nothing where it has left.

    It tells nobody to whom it was written, as judges read it, too. Of before letters were kept nothing is known.
    """
    letter = award.letter
    if letter is None:
        return (
            ""
            if award.claim_days is None
            else _("Nobody was told: the entry names no address to which we could write.")
        )
    if letter.reached_nobody:
        return _("The letter to its winner could not be delivered.")
    if award.is_letter_stuck:
        return _("The letter to its winner is stuck: nobody tries to send it any more.")
    if letter.state == OutboxState.WAITING and award.step != AwardStep.NOTIFIED:
        return _("The letter to its winner has not left yet.")
    if letter.state == OutboxState.WAITING:
        return _("The letter to its winner has not left yet. Their time to claim it begins when it has.")
    return ""


def lost_words(award: Award, *, is_correct: bool) -> str:
    """What has become of a prize that its winner gets no more, for them.

    `is_correct`: whether it holds still that their answer is correct, and they may be told so.
    """
    sentences = (_("Your answer was correct."), _became_words(award))
    return " ".join(sentences if is_correct else sentences[1:])


def _became_words(award: Award) -> str:
    step, until = AwardStep(award.step), award.claim_until
    if step is AwardStep.EXPIRED and until is not None:
        return _(
            "Your prize was not claimed before %(instant)s, so it is yours no more.",
            instant=format_datetime_long(until),
        )
    if step is AwardStep.DECLINED and desks_reason(award):
        return _("The editors have noted that you do not want the prize.")
    if step is AwardStep.DISQUALIFIED and award.entry.eligible:
        return _(
            "The editors had found that your answer cannot take part, and have taken that back. "
            "Its prize does not come back to it."
        )
    return {
        AwardStep.EXPIRED: _("Your prize was not claimed in time."),
        AwardStep.DECLINED: _("You did not want the prize."),
        AwardStep.DISQUALIFIED: _("The editors have found that your answer cannot take part."),
        AwardStep.REVOKED: _("The terms were changed, so all answers are judged once more."),
    }[step]


def desks_reason(award: Award) -> str:
    """Why the desk says that a winner does not want their prize, or cannot be reached; nothing where it did not."""
    is_said = award.step in {AwardStep.DECLINED, AwardStep.EXPIRED} and bool(award.steps)
    reason = award.steps[-1].reason if is_said else ""
    return "" if reason == LEFT and award.has_left else reason


def result_lines(results: Sequence[Result], entry_count: int, reason: str = "") -> Sequence[str]:
    """Who has won what, in sentences; without a winner why not. Page, feed and mail say this."""
    if not results:
        ended = _("The challenge has ended without a winner.")
        return (ended, reason) if reason else (ended,)
    lines = [_result_line(result, entry_count, is_only=len(results) == 1) for result in results]
    return (*lines, reason) if reason else lines


def _result_line(result: Result, entry_count: int, *, is_only: bool) -> str:
    figures = {"number": format_decimal(result.number), "count": format_decimal(entry_count)}
    if is_only:
        return _only_result_line(result, figures)
    if not result.shown_name:
        return _(
            "Prize %(rank)s, %(prize)s, was won with entry %(number)s of %(count)s.",
            rank=result.rank,
            prize=result.prize,
            **figures,
        )
    return _(
        "Prize %(rank)s, %(prize)s, was won by %(name)s with entry %(number)s of %(count)s.",
        rank=result.rank,
        prize=result.prize,
        name=result.shown_name,
        **figures,
    )


def _only_result_line(result: Result, figures: Mapping[str, str]) -> str:
    if not result.shown_name:
        return (
            _("Won with entry %(number)s of %(count)s, the first correct answer.", **figures)
            if result.is_first
            else _(
                "Won with entry %(number)s of %(count)s, the first correct one whose sender took the prize.",
                **figures,
            )
        )
    name = result.shown_name
    return (
        _(
            "Won by %(name)s: entry %(number)s of %(count)s was the first correct answer.",
            name=name,
            **figures,
        )
        if result.is_first
        else _(
            "Won by %(name)s: entry %(number)s of %(count)s was the first correct one whose sender took the prize.",
            name=name,
            **figures,
        )
    )
