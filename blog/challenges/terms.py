"""The terms of a challenge as they are fixed in its ledger: all that decides who wins, and what is promised."""

import hashlib
from collections.abc import Mapping

from blog.challenges.ledger.canonical import Value, canonical, instant_text
from blog.challenges.models.challenges import Challenge
from blog.challenges.rules.kinds import Mode
from blog.challenges.values import PrizeWords, RubricItem, TermsWords
from blog.challenges.words.rules import rules_of
from blog.core.config import current_settings
from blog.mailroom.doors.terms import terms_of as terms_of_door
from blog.mailroom.parser.message import PARSER_VERSION
from blog.mailroom.values import Door


def terms_of(challenge: Challenge) -> Mapping[str, Value]:
    """What a challenge says now, as one object. Names of people and addresses are in none of it.

    Of texts that readers see anyway there is a hash: the organiser of a challenge may be a person.
    """
    return {
        "answer": challenge.answer_rule,
        "attempts": challenge.attempts,
        "claim_days": challenge.claim_days,
        "closes_at": instant_text(challenge.closes_at) if challenge.closes_at else None,
        "judges": challenge.judges,
        "language": challenge.language,
        "parser": PARSER_VERSION,
        "prizes": [
            {
                "picture": prize.picture,
                "picture_text": prize.picture_text,
                "rank": prize.rank,
                "title": prize.title,
                "value_cents": prize.value_cents,
            }
            for prize in challenge.prizes
        ]
        or [{"picture": None, "picture_text": "", "rank": 1, "title": challenge.prize, "value_cents": None}],
        "question_sha256": hashlib.sha256(challenge.question_html.encode()).hexdigest(),
        "rubric": [dict(item) for item in challenge.rubric],
        "rule_role": _role_of_rule(challenge),
        "rules_sha256": hashlib.sha256(canonical(challenge.rules)).hexdigest(),
        "settling": {door.value: int(terms_of_door(door).settling.total_seconds()) for door in Door},
        "title": challenge.title,
    }


def _role_of_rule(challenge: Challenge) -> str:
    """What a rule does with an answer that it understands: without one, nothing is decided by it."""
    return challenge.answer_rule["rule"]["mode"] if challenge.answer_rule else Mode.PROPOSES


def origin_of(challenge: Challenge) -> str:
    """What a ledger that is begun now is called in its checkpoints (C2SP tlog-checkpoint), and stays called."""
    return f"{current_settings().site_host}/challenges/{challenge.slug}"


def words_of(challenge: Challenge) -> TermsWords:
    """What a challenge says now, as the desk decides about it."""
    prizes = [
        PrizeWords(prize.title, prize.value_cents, prize.picture, prize.picture_text)
        for prize in challenge.prizes
    ]
    return TermsWords(
        title=challenge.title,
        prizes=prizes or ([PrizeWords(challenge.prize)] if challenge.prize else []),
        closes_at=challenge.closes_at,
        attempts=challenge.attempts,
        judges=challenge.judges,
        claim_days=challenge.claim_days,
        rules=rules_of(challenge),
        rubric=[RubricItem(item["code"], item["words"]) for item in challenge.rubric],
    )


def version_of(challenge: Challenge) -> str:
    """The same text for the same terms: whoever changes them says which they had before their eyes."""
    shown: dict[str, Value] = {
        "rules": dict(challenge.rules),
        "status": challenge.status,
    }
    return hashlib.sha256(canonical({**terms_of(challenge), **shown})).hexdigest()[:32]
