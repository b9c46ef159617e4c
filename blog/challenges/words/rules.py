"""The rules text of a challenge: what its parts are called, and what stands in each until an editor adapts it.

The usual texts hold for what a challenge here is by its nature: skill decides and never a draw, the order is that of
arrival, and taking part is free. Source: Wet op de kansspelen, art. 1; Gedragscode promotionele kansspelen 2014; GDPR,
art. 13.
"""

import unicodedata
from collections.abc import Mapping, Sequence

from babel import Locale
from babel.numbers import format_currency
from flask_babel import force_locale, get_locale
from flask_babel import gettext as _

from blog.challenges.models.challenges import Challenge
from blog.challenges.values import HIDDEN, RulesPart
from blog.core.config import current_settings

# Letters, numbers, punctuation and symbols (Unicode Standard, table 4-4); of those, what shows nothing all the same.
_SEEN = frozenset("LNPS")
_FILLERS = frozenset("\u115f\u1160\u2800\u3164\uffa0")


def part_words(part: RulesPart) -> str:
    """What a part is about, as its heading."""
    return {
        RulesPart.ORGANISER: _("Organiser"),
        RulesPart.ADDRESS: _("Address of the organiser"),
        RulesPart.ENTRY: _("How to enter"),
        RulesPart.COSTS: _("What it costs"),
        RulesPart.PRIZES: _("About the prizes"),
        RulesPart.DECISION: _("How the winner is decided"),
        RulesPart.ANNOUNCEMENT: _("How the result is announced"),
        RulesPart.EXCLUDED: _("Who cannot win"),
        RulesPart.AGE: _("Age"),
        RulesPart.ASKED: _("What is asked of the winner"),
        RulesPart.PERSONAL_DATA: _("Personal data"),
        RulesPart.COMPLAINTS: _("Complaints"),
    }[part]


def usual_rules(language: str) -> Mapping[str, str]:
    """The texts that stand in the parts until somebody writes others, in the language of a challenge."""
    settings = current_settings()
    with force_locale(language):
        return {
            RulesPart.ORGANISER: settings.site_name,
            RulesPart.ADDRESS: ", ".join(filter(None, [settings.contact, settings.site_url])),
            **{part.value: text for part, text in _usual_texts().items()},
        }


def _usual_texts() -> Mapping[RulesPart, str]:
    return {
        RulesPart.ENTRY: _(
            "Mail your answer to the address that stands with the challenge, or type it on its page, before the "
            "challenge closes. You need no account. The moment at which our server has stored your answer counts; you "
            "are told its number at once."
        ),
        RulesPart.COSTS: _("Taking part is free. You pay no more than what it costs you to send a mail."),
        RulesPart.PRIZES: _(
            "What the prizes are, how many there are and what they are worth stands with the challenge. Where no value "
            "is named, a prize is worth what it cost in the shop when the challenge opened. It is not exchanged for "
            "money. All prizes go to whoever wins them."
        ),
        RulesPart.DECISION: _(
            "Knowledge and skill decide, never chance: nothing is drawn. The first correct answer in order of arrival "
            "wins the first prize, the next one the second, and so on; nobody wins two. Nobody wins before all answers "
            "that came earlier have been judged. Judges see neither names nor addresses, and their decision is final."
        ),
        RulesPart.ANNOUNCEMENT: _(
            "Winners are told by mail. Once they have claimed their prizes, the result stands with the challenge: with "
            "the number of their answer, and with their initials or their name if they want that."
        ),
        RulesPart.EXCLUDED: _(
            "Whoever works for this publication, the author of the question and the judges cannot win. Nor can answers "
            "that were sent by a program, that came after closing, or that go beyond the number of tries."
        ),
        RulesPart.AGE: _(
            "Everybody can take part. Whoever is younger than 18 needs the permission of a parent or guardian; we may "
            "ask for it before we hand over a prize."
        ),
        RulesPart.ASKED: _(
            "A winner confirms that the answer is theirs, says within the time that the mail names that they want "
            "the prize, and gives us a name and an address to send it to. Otherwise it goes to the next correct answer."
        ),
        RulesPart.PERSONAL_DATA: _(
            "We use your address and your answer for this challenge only: to send you a receipt, to judge the answers "
            "and to award the prizes (General Data Protection Regulation, article 6(1)(b)). Judges do not see who you "
            "are. We throw answers away when nobody needs them any more; those that have won we keep as long as the "
            "law on bookkeeping asks. You can ask us to see, correct or erase your data, and complain to the data "
            "protection authority of your country."
        ),
        RulesPart.COMPLAINTS: _(
            "Write to the organiser, within four weeks after the result. You get an answer with reasons within four "
            "weeks. What decided stands in the ledger of the challenge, with which everybody can find the winner again."
        ),
    }


def rules_of(challenge: Challenge) -> Mapping[str, str]:
    """The rules text of a challenge by its parts, in their order.

    What has been opened has what was fixed then: nothing, if that was before challenges had rules.
    """
    texts = dict(challenge.rules)
    if challenge.status in HIDDEN:
        texts = {**usual_rules(challenge.language), **texts}
    return {part.value: texts[part] for part in RulesPart if part in texts}


def empty_parts(rules: Mapping[str, str]) -> Sequence[RulesPart]:
    """The parts that say nothing."""
    return [part for part in RulesPart if not can_be_seen(rules.get(part, ""))]


def can_be_seen(text: str) -> bool:
    """Whether there is anything in a text but spaces and what has no width."""
    return any(unicodedata.category(character)[0] in _SEEN for character in text if character not in _FILLERS)


def euros(cents: int) -> str:
    """An amount as it is written in the language in use; whole euros without cents."""
    locale = get_locale() or Locale("en")
    pattern = locale.currency_formats["standard"].pattern
    whole = None if cents % 100 else pattern.replace(".00", "")
    return format_currency(cents / 100, "EUR", format=whole, locale=locale, currency_digits=whole is None)
