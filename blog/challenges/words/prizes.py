"""What is said of prizes on their way, and of who has won: one wording for pages, mail and commands."""

from collections.abc import Sequence
from datetime import datetime

from flask_babel import format_decimal
from flask_babel import gettext as _

from blog.challenges.models.awards import Award
from blog.challenges.queries.awards import Result
from blog.challenges.values import AwardStep
from blog.core.i18n import format_datetime_long


def step_words(step: AwardStep) -> str:
    """How far a prize has come, in a few words."""
    return {
        AwardStep.NOTIFIED: _("told that they have won"),
        AwardStep.CLAIMED: _("claimed"),
        AwardStep.SENT: _("sent"),
        AwardStep.RECEIVED: _("received"),
        AwardStep.DECLINED: _("declined"),
        AwardStep.EXPIRED: _("not claimed in time"),
        AwardStep.DISQUALIFIED: _("disqualified"),
        AwardStep.REVOKED: _("taken back"),
    }[step]


def award_words(award: Award) -> str:
    """How far the prize of an award has come, in a sentence for the desk and the command line."""
    number = award.entry.number
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


def lost_words(step: AwardStep, claim_until: datetime | None) -> str:
    """What has become of a prize that its winner gets no more, for them."""
    if step is AwardStep.EXPIRED and claim_until is not None:
        return _(
            "Your answer was correct. Its prize was not claimed before %(instant)s, so it goes to somebody else.",
            instant=format_datetime_long(claim_until),
        )
    return {
        AwardStep.EXPIRED: _("Your answer was correct. Its prize was not claimed in time."),
        AwardStep.DECLINED: _(
            "Your answer was correct. You did not want the prize, so it goes to somebody else."
        ),
        AwardStep.DISQUALIFIED: _("The editors have found that your answer cannot take part."),
        AwardStep.REVOKED: _("The terms were changed, so all answers are judged once more."),
    }[step]


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
        return _(
            "Won by %(name)s: entry %(number)s of %(count)s was the first correct answer.",
            name=result.shown_name,
            **figures,
        )
    return _(
        "Prize %(rank)s, %(prize)s, was won by %(name)s with entry %(number)s of %(count)s.",
        rank=result.rank,
        prize=result.prize,
        name=result.shown_name,
        **figures,
    )
