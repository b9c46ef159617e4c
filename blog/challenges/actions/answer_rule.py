"""The rule by which a program judges, or helps to judge, and what it says of an entry."""

from collections.abc import Sequence
from dataclasses import dataclass

from flask_babel import lazy_gettext as _

from blog.accounts.actions.locks import hold
from blog.challenges.actions.amendments import amending
from blog.challenges.actions.verdicts import give_verdict
from blog.challenges.automatic import finding_of, rule_of, stored_rule
from blog.challenges.events import ChallengeChanged
from blog.challenges.models.challenges import Challenge
from blog.challenges.models.entries import Entry, Verdict
from blog.challenges.queries.challenges import challenge_locked
from blog.challenges.queries.vacancies import can_get_verdict
from blog.challenges.rules.compiling import compile_rule
from blog.challenges.rules.faults import RuleFault
from blog.challenges.rules.finding import Finding, Ruling
from blog.challenges.rules.kinds import Mode, Rule
from blog.challenges.rules.samples import Failing, Failure, Sample, self_test, wrong_of
from blog.challenges.values import HIDDEN, RULE_LABEL, Judgement, Opinion
from blog.challenges.words.answer_rule import failure_words, fault_words
from blog.core.actor import Actor
from blog.core.db import read_again
from blog.core.errors import InvalidInput
from blog.core.events import publish
from blog.core.permissions import require
from blog.mailroom.models import ReadMessage

# The work that judges by a rule all that came in before.
JUDGE_BY_RULE = "challenges.judge_by_rule"
_VERDICTS = {Ruling.CORRECT: Judgement.CORRECT, Ruling.INCORRECT: Judgement.INCORRECT}


def set_answer_rule(
    actor: Actor, challenge: Challenge, rule: Rule | None, samples: Sequence[Sample], reason: str = ""
) -> None:
    """Give a challenge a rule, or take it away (None). Of one that is open that is an amendment, with its reason.

    Raises `Forbidden`, `InvalidInput` for a rule that cannot be used or does not do what its samples want, and what
    `amending` raises. Publishes `TermsAmended` or, of one that readers do not see yet, `ChallengeChanged`.
    """
    require(actor, "challenge:set_up", challenge)
    hold(actor)
    if rule is not None:
        check_rule(rule, samples)
    with amending(actor, challenge, reason) as locked:
        locked.answer_rule = stored_rule(rule, samples) if rule is not None else None
        # The terms name it beside the key: what they say has to be true.
    if locked.status in HIDDEN:
        publish(ChallengeChanged(challenge=locked, by=actor))


def check_rule(rule: Rule, samples: Sequence[Sample]) -> None:
    """Raise `InvalidInput`, with the faults at their fields, unless a rule can be used and does what samples want."""
    try:
        compiled = compile_rule(rule, wrong_of(samples))
    except RuleFault as fault:
        raise InvalidInput(
            _("This rule cannot be used."),
            {fault.field: fault_words(fault.why, fault.detail, rule.options.language)},
        ) from fault
    failures = self_test(compiled, samples)
    if failures:
        faults = {_field_of(failure): failure_words(failure) for failure in reversed(failures)}
        raise InvalidInput(_("The rule does not do what the samples want."), faults)


@dataclass(frozen=True, slots=True)
class Foreseen:
    """What a rule finds of an entry, under these terms; None where they have no rule that decides."""

    terms_version: int
    finding: Finding | None


def foresee(entry: Entry, message: ReadMessage) -> Foreseen:
    """What the rule of a challenge finds, to be asked for before it is locked: others wait for that lock with their
    answers. Without a finding where there is no rule, or one that only proposes.
    """
    rule = rule_of(entry.challenge)
    version = entry.challenge.terms_version
    if rule is None or rule.rule.mode is not Mode.DECIDES:
        return Foreseen(version, None)
    return Foreseen(version, finding_of(entry.challenge, rule, message))


def judge_by_rule(entry: Entry, message: ReadMessage, foreseen: Foreseen) -> Verdict | None:
    """Give the verdict of a rule that decides, once under the terms in force. None where it leaves that to a person, as
    it does with most of what it finds incorrect.

    Where the terms changed since it was foreseen, the rule of the new ones looks, also where the old ones had none.
    """
    if not entry.eligible:
        return None
    challenge = challenge_locked(entry.challenge)
    read_again(entry, ["eligible", "verdicts"], lock=False)
    has_verdict = any(each.terms_version == challenge.terms_version for each in entry.verdicts)
    if not entry.eligible or has_verdict or not can_get_verdict(challenge, entry):
        return None
    if foreseen.terms_version != challenge.terms_version:
        foreseen = foresee(entry, message)
    if foreseen.finding is None or not foreseen.finding.decides:
        return None
    verdict = _VERDICTS[foreseen.finding.judgement]
    return give_verdict(entry, Opinion(verdict), label=RULE_LABEL, judge_id=None)


def _field_of(failure: Failure) -> str:
    wants_accepted = failure.why in {Failing.NO_ACCEPTED, Failing.NOT_ACCEPTED}
    return "accepted" if wants_accepted else "rejected"
