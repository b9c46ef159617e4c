"""The rule of a challenge, ready to read: what it finds of an entry. It decides nothing by itself."""

import json
from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import Any

from blog.challenges.models.challenges import Challenge
from blog.challenges.names import signing_name
from blog.challenges.rules.compiling import CompiledRule, compile_rule
from blog.challenges.rules.faults import RuleFault
from blog.challenges.rules.finding import Finding, judge
from blog.challenges.rules.kinds import Mode, Rule, from_json, to_json
from blog.challenges.rules.samples import Sample
from blog.mailroom.models import ReadMessage

_RULES_KEPT = 64


def rule_of(challenge: Challenge) -> CompiledRule | None:
    """The rule of a challenge; None where it has none, or one that this program does not understand any more.

    A rule that was written for another version of the normaliser says nothing: a person judges.
    """
    stored = challenge.answer_rule
    return _compiled(json.dumps(stored["rule"], sort_keys=True)) if stored else None


def samples_of(challenge: Challenge) -> Sequence[Sample]:
    """What the rule of a challenge was tried on before anybody depended on it."""
    stored = challenge.answer_rule
    return [Sample(each["text"], each["accepted"]) for each in stored["samples"]] if stored else ()


def stored_rule(rule: Rule, samples: Sequence[Sample]) -> dict[str, Any]:
    """A rule with its samples as a challenge keeps them, and as they are fixed in its terms."""
    return {
        "rule": to_json(rule),
        "samples": [{"accepted": sample.accepted, "text": sample.text} for sample in samples],
    }


def decides(challenge: Challenge) -> bool:
    """Whether what the rule finds is a verdict, and not only told to judges."""
    found = rule_of(challenge)
    return found is not None and found.rule.mode is Mode.DECIDES


def finding_of(challenge: Challenge, rule: CompiledRule, message: ReadMessage) -> Finding:
    """What a rule finds of a message to a challenge that has been read."""
    return judge(
        rule,
        message.text,
        message.elided,
        len(message.attachments),
        readable=message.readable,
        sender=signing_name(message.from_name, message.from_address),
        subject=message.subject,
        title=challenge.title,
    )


def parts_of(challenge: Challenge) -> Mapping[str, Any]:
    """The rule as it is stored, for showing it in a form; empty where there is none."""
    return challenge.answer_rule["rule"] if challenge.answer_rule else {}


@lru_cache(_RULES_KEPT)
def _compiled(stored: str) -> CompiledRule | None:
    try:
        return compile_rule(from_json(json.loads(stored)))
    except RuleFault:
        return None
