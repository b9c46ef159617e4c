"""What may stand beside an answer that counts: words that say nothing of their own, and only a few of them.

A list of what is allowed, and not of what is forbidden: whoever denies, doubts or adds something does it with words
that nobody has thought of. A message with any other word, number or sign goes to a person. Nothing belongs here that
can make another answer of the one beside it: no "maar", "tot", "sinds", "zeker" ("zeker 42" is 42 or more) or "bij".
"""

import re
from collections.abc import Iterable

from blog.challenges.rules.phrases import (
    ALTERNATIVES,
    COMPARISONS,
    DENIALS,
    REASONS,
    SMILEYS,
    rivals_of,
)

MOST_WORDS = 25
_SMALL = frozenset(
    (
        "de het een dit dat deze die er en is was zijn ben wordt worden moet zou luidt heet hier hierbij ik we wij "
        "mij mijn me ons onze u uw jullie je jouw in op antwoord antw antwoorden oplossing uitkomst inzending "
        "resultaat vraag prijsvraag puzzel quiz opgave raadsel challenge denk gok zeg vermoed geloof meen kies ga "
        "volgens mening juiste goede correcte definitieve juist goed correct leuk leuke mooi mooie interessant "
        "interessante lastig lastige moeilijk moeilijke prachtig prachtige trouwens dus nou tja namelijk uiteraard "
        "natuurlijk gewoon hoop win winnen succes dank dankje dankjewel bedankt alvast groet groeten groetjes hoi "
        "hallo redactie artikel gelezen heel erg graag precies exact totaal stuk stuks jaar jaartal getal nummer nr "
        "aantal naam woord datum omdat want aangezien immers "
        "the a an this that it its thats is are be must should would my our i you your here heres answer ans "
        "solution entry result question puzzle think guess say believe choose pick opinion right final great lovely "
        "interesting hard tricky well so ok oke okay hm hmm eh thanks thank regards hello hi dear exactly precisely "
        "total and year number name word date because there on hope win definitely easy makkie stuur sturen"
    ).split()
).union(SMILEYS)
_WITHIN_SENTENCES = frozenset(
    (
        "wees weest door met om te van als dan wie wat waar hoe daarom daarna daarmee ermee ervan erom zo ook "
        "moeten kan kunnen kunt wil willen zal zullen heb hebt heeft hebben hem haar hen hun hij zij ze men "
        "alle alles beide altijd gaat gaan komt komen doen "
        "by with to for from he she they him her their who what where how then also can could will shall have "
        "has had do does all both always"
    ).split()
)
_PUZZLES = "puzzel|prijsvraag|quiz|vraag|opgave|raadsel|challenge|puzzle|question"
_PRAISE = "leuke|mooie|lastige|moeilijke|prachtige|interessante|great|lovely|nice|hard|tricky|interesting"
# Words that say something alone, and nothing in these phrases. In order: longer ones first.
_IDLE_PHRASES = re.compile(
    rf"(?<!\S)(?:bij deze|(?:ik )?weet (?:het )?zeker dat|(?:ik )?weet het zeker|zeker weten|kom uit op|kom op uit"
    rf"|wat een (?:{_PRAISE}) (?:{_PUZZLES})"
    rf"|voor (?:de|het|deze|dit|jullie) (?:(?:{_PRAISE}) )?(?:{_PUZZLES})"
    rf"|van (?:de|het|deze|dit|jullie) (?:{_PUZZLES})"
    rf"|(?:for|of|to) (?:the|this|your) (?:(?:{_PRAISE}) )?(?:{_PUZZLES})"
    r"|id say|(?:im )?pretty sure|it has to be|has to be|i got|i get)(?!\S)"
)
_NO_NAMES = _SMALL.union(
    _WITHIN_SENTENCES,
    DENIALS,
    ALTERNATIVES,
    COMPARISONS,
    REASONS,
    "optie keuze keus ps pps nb tweede derde uit voor na bij tot beter best option choice than".split(),
)


def says_nothing(words: Iterable[str], answers: Iterable[str] = ()) -> bool:
    """Whether words beside answers leave them what they are."""
    return _are_few(words, _silent_beside(_SMALL, answers))


def only_joins(words: Iterable[str], answers: Iterable[str]) -> bool:
    """Whether words between several keywords only make sentences of them."""
    return _are_few(words, _silent_beside(_SMALL | _WITHIN_SENTENCES, answers))


def _silent_beside(known: frozenset[str], answers: Iterable[str]) -> frozenset[str]:
    """What of known words says nothing beside answers. Where one is among them ("op"), so may others be ("in. Op.")."""
    answers = {*answers}
    return frozenset() if known & answers else known.difference(*map(rivals_of, answers))


def may_be_name(word: str) -> bool:
    """Whether a word may be somebody's name: it says nothing else that we know of."""
    return word not in _NO_NAMES


def _are_few(words: Iterable[str], known: frozenset[str]) -> bool:
    beside = [*words]
    if len(beside) > MOST_WORDS:
        return False
    return known.issuperset(beside) or known.issuperset(_IDLE_PHRASES.sub("", " ".join(beside)).split())
