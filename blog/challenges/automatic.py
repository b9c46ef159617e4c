"""The rule of a challenge, ready to read: what it finds of an entry. It decides nothing by itself."""

import json
from collections.abc import Mapping, Sequence
from enum import StrEnum
from functools import lru_cache
from typing import Any

from blog.challenges.models.challenges import Challenge
from blog.challenges.names import signing_name
from blog.challenges.rules.compiling import CompiledRule, compile_rule
from blog.challenges.rules.faults import RuleFault
from blog.challenges.rules.finding import Finding, judge
from blog.challenges.rules.kinds import Rule, from_json, to_json
from blog.challenges.rules.normaliser import NORMALISER_VERSION
from blog.challenges.rules.samples import Sample, wrong_of
from blog.mailroom.models import ReadMessage

_RULES_KEPT = 64


def rule_of(challenge: Challenge) -> CompiledRule | None:
    """The rule of a challenge; None where it has none, or one that this program does not understand any more.

    A rule that was written for another version of the normaliser says nothing: a person judges.
    """
    return _compiled(json.dumps(challenge.answer_rule, sort_keys=True)) if challenge.answer_rule else None


def key_of(challenge: Challenge) -> Rule | None:
    """What the rule of a challenge takes for correct, to be told: also where it was written for another version."""
    try:
        return from_json({**parts_of(challenge), "normaliser": NORMALISER_VERSION})
    except RuleFault:
        return None


def samples_of(challenge: Challenge) -> Sequence[Sample]:
    """What the rule of a challenge was tried on before anybody depended on it."""
    return _samples(challenge.answer_rule) if challenge.answer_rule else ()


def stored_rule(rule: Rule, samples: Sequence[Sample]) -> dict[str, Any]:
    """A rule with its samples as a challenge keeps them, and as they are fixed in its terms."""
    return {
        "rule": to_json(rule),
        "samples": [{"accepted": sample.accepted, "text": sample.text} for sample in samples],
    }


class Role(StrEnum):
    """What the rule of a challenge does. `outdated`: nothing, until somebody saves it again."""

    NONE = "none"
    PROPOSES = "proposes"
    DECIDES = "decides"
    OUTDATED = "outdated"


def role_of(challenge: Challenge) -> Role:
    """What the rule of a challenge does now."""
    if challenge.answer_rule is None:
        return Role.NONE
    found = rule_of(challenge)
    return Role(found.rule.mode) if found is not None else Role.OUTDATED


def decides(challenge: Challenge) -> bool:
    """Whether what the rule finds may be a verdict, and not only told to judges."""
    return role_of(challenge) is Role.DECIDES


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


def _samples(stored: Mapping[str, Any]) -> list[Sample]:
    return [Sample(each["text"], each["accepted"]) for each in stored["samples"]]


@lru_cache(_RULES_KEPT)
def _compiled(text: str) -> CompiledRule | None:
    """By the whole text of what is stored: the samples are part of what a rule does."""
    stored = json.loads(text)
    try:
        return compile_rule(from_json(stored["rule"]), wrong_of(_samples(stored)))
    except RuleFault:
        return None
