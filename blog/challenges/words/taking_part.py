"""What is said of taking part: how often one can, and why an entry cannot, where a person decided that."""

from collections.abc import Sequence

from flask_babel import gettext as _
from flask_babel import ngettext

from blog.challenges.models.disqualifications import Disqualification
from blog.challenges.models.entries import Entry
from blog.challenges.queries.outcomes import Told
from blog.challenges.queries.reasons import verdicts_told
from blog.challenges.values import RULE_LABEL, Judgement, Tries, WhyDisqualified
from blog.challenges.words.judging import disqualified_words
from blog.core.i18n import format_datetime_long


def limit_words(attempts: int | None) -> str:
    """How many answers of one person count, for everybody; None: as many as they like."""
    if attempts is None:
        return _("Each person can answer as often as they like.")
    return ngettext(
        "One answer of each person counts: the first one.",
        "The first %(num)s answers of each person count.",
        attempts,
    )


def tries_words(tries: Tries) -> str:
    """That somebody had used up their tries before this one."""
    return ngettext(
        "This was try %(number)s from your address; the rules count %(num)s, so it cannot win.",
        "This was try %(number)s from your address; the rules count %(num)s of them, so it cannot win.",
        tries.allowed,
        number=tries.number,
    )


def disqualified_receipt(disqualification: Disqualification | None) -> Sequence[str]:
    """When and why an entry was disqualified, in sentences; not by whom. Nothing where it was not."""
    if disqualification is None:
        return ()
    why = disqualified_words(WhyDisqualified(disqualification.reason_code))
    instant = format_datetime_long(disqualification.at)
    return (
        _("Decided on %(instant)s: %(why)s.", instant=instant, why=why),
        _("In the words of the editors: %(reason)s", reason=disqualification.reason),
    )


def by_rule_words(entry: Entry, told: Told | None) -> str:
    """That a rule found an answer correct or not, and no person; nothing before the end, or where a person has."""
    labels = {verdict.judge_label for verdict in verdicts_told(entry, told)}
    if labels != {RULE_LABEL}:
        return ""
    if entry.ruling == Judgement.CORRECT:
        return _("A rule judged your answer, and no person: a program found in it what it looked for.")
    return _("A rule judged your answer, and no person: a program found nothing near to what it looked for.")


def verdict_reasons(entry: Entry, told: Told | None) -> Sequence[str]:
    """Why an answer was found correct or not, as its judges have ticked and written it; nothing before the end."""
    ticks = {item["code"]: item["words"] for item in entry.challenge.rubric}
    return [
        words
        for verdict in verdicts_told(entry, told)
        for words in (*(ticks.get(code, "") for code in verdict.rubric), verdict.reason)
        if words
    ]
