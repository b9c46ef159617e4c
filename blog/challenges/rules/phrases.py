"""The words around an answer, in Dutch and English: as tokens give them, so without accents, hyphens and apostrophes.

These lists are our own and not those of the mail parser, although some words are the same: a verdict has to come out
the same for as long as its normaliser has the same version, and the parser's lists grow.
"""

import re
from string import ascii_lowercase

SMILEYS = "\U0001f600\U0001f603\U0001f604\U0001f601\U0001f60a\U0001f642\U0001f91e\U0001f340"
"""Faces that are simply glad, and what wishes luck: none that laughs at what it stands beside."""

ARTICLES = frozenset("de het een t the a an".split())
ONES = frozenset({"een", "one"})
_LETTERS = frozenset(ascii_lowercase)
_OPTION = re.compile("[a-z]|[ivx]{2,}")
_NUMBER = re.compile(r"-?[0-9][0-9.]*")


def rivals_of(answer: str) -> frozenset[str]:
    """Words that mostly say nothing, and beside this answer may be another one: "a" beside the letter of an option."""
    if answer in ARTICLES:
        return ARTICLES | _LETTERS if len(answer) == 1 else ARTICLES
    if _OPTION.fullmatch(answer):
        return _LETTERS
    return ONES | {"a"} if _NUMBER.fullmatch(answer) else frozenset()


DENIALS = frozenset(
    (
        "niet geen nee neen nooit niets niks niemand nergens noch evenmin zonder behalve fout onjuist verkeerd "
        "no not never none nothing nobody neither nor cannot cant dont doesnt didnt isnt arent wasnt werent wont "
        "wouldnt shouldnt without except wrong incorrect"
    ).split()
)
"""They may turn an answer into its opposite."""

ALTERNATIVES = frozenset(
    (
        "of ofwel oftewel danwel misschien wellicht mogelijk eigenlijk anders toch eerst correctie verbetering "
        "rectificatie sorry wacht oeps oeh bedoel bedoelde twijfel tussen "
        "or maybe perhaps possibly actually otherwise first correction sorry wait oops mean meant edit either "
        "between rather instead"
    ).split()
)
"""They announce another answer, or take one back."""

REASONS = frozenset("omdat want aangezien immers daar because since as".split())
"""What follows them explains an answer and is none."""

COMPARISONS = frozenset(
    (
        "bijna meer minder minstens minimaal maximaal hoogstens ruim boven onder groter kleiner keer maal dubbele "
        "almost nearly more less fewer least most above below over under times twice double greater smaller > < "
        "\u2265 \u2264 \u2260"
    ).split()
)
"""Before or behind a number they make another one of it."""

APPROXIMATIONS = frozenset(
    "ongeveer circa ca rond zowat pakweg plusminus about around approximately roughly ~ \u00b1 \u2248".split()
)
"""A number with one of these is good enough only for a rule with a tolerance."""

STRETCHED = frozenset("goede goeie good".split())
"""Directly before a number they make more of it: "een goede 42"."""

NEGATIVE = frozenset({"min", "minus"})

NUMBER_LIKE = frozenset(
    (
        "dozijn dozijnen gros kwart driekwart half halve halven helft derde tweederde vierde vijfde tiende honderdste "
        "duizendste beide beiden allebei alletwee both dubbel dubbele wortel root ene eentje tweemaal driemaal "
        "viermaal tweevoud drievoud paar duo trio stel tweetal "
        "tientallen honderden duizenden dozen dozens score gross quarter quarters third thirds fourth fifth ninth "
        "tenth twelfth hundredth double triple twice thrice pair couple \u221a \U0001f51f \U0001f4af"
    ).split()
)
"""They say a number, alone or with another one, in a way that is not worked out here."""

SAME_IN_SHORT = (
    frozenset(
        "ja jaa jazeker jawel jep zeker klopt inderdaad juist yes yep yeah indeed correct true".split()
    ),
    frozenset("nee neen nope no not niet nooit never false".split()),
    frozenset("waar juist klopt goed correct true right ja yes".split()),
    frozenset("onwaar onjuist fout false untrue wrong incorrect niet nee no".split()),
)
"""Other words for the shortest answers."""

GREETINGS = (
    "beste",
    "geachte",
    "hoi",
    "hallo",
    "hi",
    "hey",
    "dag",
    "lieve",
    "goedemorgen",
    "goedemiddag",
    "goedenavond",
    "goedendag",
    "dear",
    "hello",
    "good morning",
    "good afternoon",
    "good evening",
    "greetings",
    "l s",
)
ADDRESSED = frozenset(
    (
        "redactie redacteur redacteuren team jury allemaal iedereen mensen lezer lezers heer heren dame dames mevrouw "
        "mevr mw meneer mijnheer dhr dr drs prof ir mr allen "
        "editor editors all everyone everybody there sir madam mrs ms reader readers judges"
    ).split()
)
"""Whom people greet."""

PARTICLES = frozenset("van de der den ten ter te el al von du la le di da".split())
"""They stand in names."""

CLOSINGS = (
    "groet",
    "groeten",
    "groetjes",
    "met vriendelijke groet",
    "met vriendelijke groeten",
    "vriendelijke groet",
    "vriendelijke groeten",
    "vriendelijk groet",
    "hartelijke groet",
    "hartelijke groeten",
    "met hartelijke groet",
    "met groet",
    "hoogachtend",
    "mvg",
    "gr",
    "grt",
    "liefs",
    "bedankt",
    "dank je wel",
    "dank u wel",
    "alvast bedankt",
    "met dank",
    "regards",
    "kind regards",
    "best regards",
    "warm regards",
    "best wishes",
    "best",
    "all the best",
    "vr gr",
    "met vr gr",
    "m v g",
    "beste groet",
    "beste groeten",
    "cheers",
    "sincerely",
    "yours sincerely",
    "yours faithfully",
    "yours truly",
    "thanks",
    "thank you",
    "many thanks",
    "thanks in advance",
)

ANSWER_NOUNS = "antwoord|antw|oplossing|uitkomst|inzending|answer|solution|ans|entry"
EXPLICIT = re.compile(
    r"(?:(?:hierbij|bij deze|hier|dit|dat|heres|here|this|that) (?:is |s |stuur ik (?:u |je |jullie )?)?)?"
    r"(?:(?:mijn|het|ons|onze|de|my|the|our) )?"
    r"(?:(?:juiste|goede|correcte|definitieve|right|correct|final) )?"
    rf"(?:{ANSWER_NOUNS})(?: (?:op|van|to|of) (?:de|the|jullie|your|uw|je)"
    r" (?:vraag|prijsvraag|quizvraag|puzzel|question|puzzle))?"
    r"(?: (?:is|luidt|was|wordt|moet zijn|zou zijn|zou moeten zijn|must be|should be|would be))?"
    r"(?: (?:dus|namelijk|dat|that|volgens mij|i think))? "
)
"""The words that say outright that an answer follows."""

SOFT = re.compile(
    r"(?:(?:ik|we|wij|i) (?:denk|gok|zeg|vermoed|geloof|meen|think|guess|believe|say)"
    r"(?: (?:dat|that))?(?: (?:het|it|its))?(?: (?:is|moet|must be|should be))?"
    r"|(?:ik|we|wij|i) (?:kies|ga|go|choose|pick)(?: (?:voor|for|with))?"
    r"|(?:volgens mij|naar mijn mening|mijns inziens|in my opinion)(?: (?:is|moet))?(?: (?:het|it))?"
    r"|(?:mijn gok|my guess)(?: is)?|ik kom uit op|(?:im )?pretty sure|id say|(?:it|that) (?:must|should|has to) be"
    r"|ik weet (?:het zeker|zeker dat het|zeker dat)|zeker weten"
    r"|(?:het|dat|dit) (?:is|moet|betreft)|het gaat om|is (?:het|it)|(?:it|that|this) is|its|thats"
    r"|dus|nou|tja|so|well|ok|oke|hmm?|eh|namelijk|uiteraard|natuurlijk) "
)
"""The words with which people begin, that say nothing of their own."""

TAIL = re.compile(
    r" (?:(?:is|was|luidt)(?: (?:het|mijn|ons|the|my|our))?(?: (?:juiste|goede|right|correct))?"
    rf"(?: (?:{ANSWER_NOUNS}))?|(?:denk|gok|vermoed|geloof) ik|volgens mij|naar mijn mening|i (?:think|guess|believe)"
    rf"|zijn|dus|natuurlijk|uiteraard|of course|[{SMILEYS}])\Z"
)
LONGEST_TAIL = 60
"""The words with which people end, that say nothing of their own."""
