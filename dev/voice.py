"""What of docs/voice.md a program can hold: words that we do not use, one word for one idea, and punctuation.

`dev.catalogues check` asks it about every message, in English and in the languages that have a catalogue. What stands
between quotation marks or brackets, and commands, is not ours to word and is left out.
"""

import re
from collections.abc import Iterator, Mapping

# What we never say, and what instead. Whole words; capitals make no difference.
_NEVER: Mapping[str, Mapping[str, str]] = {
    "en": {
        r"e-?mails?|e-?mailed": "mail",
        r"log ?in|log ?out|logged (?:in|out)|log (?:on|off)": "sign in, sign out",
        r"click here": "say where the link goes",
        r"success|successful|successfully": "say what happened",
        r"invalid|illegal": "say what would be right",
        r"oops|whoops|sorry": "say what happened, and what to do",
        r"users?": "reader, author, entrant: say who",
        r"deletes?|deleted": "remove, take back, erase: say who does it",
        r"contests?|submissions?|participants?": "challenge, entry, entrant",
        r"repl(?:y|ies) to|posts": "answer, comments",
        r"threads?|topics?|discussions?": "debate",
        r"e\.g\.|i\.e\.|etc\.|via": "such as, that is, and so on, through",
        r"failed to|unable to|unexpected error|fatal": "say what did not work, and what to do",
        r"he|she|his|hers?|him": "they, or say who",
    },
    "nl": {
        r"e-?mail\w*": "mail, mailadres",
        r"u|uw|uzelf": "je, jouw",
        r"klik hier": "zeg waar de link heen gaat",
        r"succesvol|met succes": "zeg wat er is gebeurd",
        r"ongeldige?": "zeg wat er goed zou zijn",
        r"oeps|sorry": "zeg wat er is gebeurd, en wat je kunt doen",
        r"gelieve|alstublieft|alsjeblieft|a\.u\.b\.|aub": "laat het weg",
        r"dient|dienen": "moet, of zeg gewoon wat je doet",
        r"middels|teneinde|indien|reeds|tevens|betreffende": "met, om, als, al, ook, over",
        r"bijv\.|d\.w\.z\.|etc\.|enz\.|o\.a\.|i\.p\.v\.|m\.b\.t\.|t/m|evt\.": "schrijf het uit",
        r"maximaal|minimaal|max\.|min\.": "hooguit, ten minste",
        r"gebruikers?": "lezer, auteur, inzender: zeg wie",
        r"aanmelden|aangemeld|afmelden|afgemeld": "inloggen, uitloggen",
        r"bewerken|bewerkt|aanpassen|aangepast": "wijzigen",
        r"verwijder|verwijderd|verwijderen|verwijdert": "weghalen, terugnemen, wissen: zeg wie het doet",
        r"reageer|reageert|reageren|gereageerd|commentaar|comments?": "reactie; antwoorden",
        r"threads?|topics?|discussies?": "debat",
        r"wedstrijd|prijsvraag|deelnemers?": "uitdaging, inzender",
        r"juist|juiste|onjuist|onjuiste|correct|correcte|incorrect|incorrecte": "goed, fout",
        r"besluit|besluiten|besloten": "beslissing, beslist",
        r"hij of zij|hij/zij|zijn of haar|zijn/haar|hem of haar|hem/haar": "schrijf het zonder geslacht",
    },
}
# Where the English has the first, the translation has the second: one idea, one word.
_SAME_IDEA: Mapping[str, Mapping[str, str]] = {
    "nl": {
        r"admins?": "beheerder",
        r"articles?": "artikel",
        r"authors?": "auteur",
        r"candidates?": "kandidaat",
        r"challenges?": "uitdaging",
        r"comments?": "reactie",
        r"debates?": "debat",
        r"decide|decided|decides|decisions?": "beslis",
        r"drafts?": "concept",
        r"editors?": "redact",
        r"entry|entries": "inzending",
        r"exercises?": "oefening",
        r"judged?|judges|verdicts?": "oorde",
        r"mail|mailed": "mail",
        r"moderators?": "moderator",
        r"prizes?": "prij",
        r"receipts?": "ontvangstbewij",
        r"winners?": "winnaar",
    },
}
_NOT_OURS = re.compile(
    r"“[^”]*”|\[[^\]]*\]|\{[^}]*\}|%\(\w+\)[a-z]|:::(?: \w+)*(?: \w+=\d+)?|--\w+|flask [a-z -]+|\S+@\S+|\w+=\S*"
)
_PLACES = re.compile(r"%\(\w+\)[a-z]|\{\w+\}")
_SPACE_BEFORE = re.compile(r"\s(?:[,;?!.](?=\s|$)|:(?=\s|$))")
# The only thing that we shout about.
_CONGRATULATIONS = re.compile(r"(?:Congratulations|Gefeliciteerd)!")
_CLOSING = '”’)]"'
# How a moment is written (“d MMMM y 'at' HH:mm”): its marks are not punctuation.
_DATE_PATTERN = re.compile(r"(?:[dEHhMmsyz]+|[ ,./:-]|'[^']*')+")


def faults_of_text(text: str, language: str) -> Iterator[str]:
    """What is wrong with one text, by itself."""
    if _DATE_PATTERN.fullmatch(text):
        return
    ours = _NOT_OURS.sub(" ", text)
    for words, instead in _NEVER.get(language, {}).items():
        for found in re.finditer(_whole(words), ours, re.IGNORECASE):
            yield f"“{found[0]}” is not how we say it; rather: {instead}"
    if "..." in text:
        yield "three dots: write …"
    if re.search(r"[\"'`]", ours):
        yield "straight quotation marks: write “…” and ’"
    if "!" in _CONGRATULATIONS.sub("", ours):
        yield "an exclamation mark: only winners are congratulated"
    if _SPACE_BEFORE.search(text) or "  " in text:
        yield "a space too many"
    words = re.findall(r"[^\W\d_]{2,}", ours)
    if 1 < len(words) < 6 and all(word.istitle() for word in words):
        yield "a capital for every word: write it as a sentence"


def faults_of_translation(english: str, text: str, language: str) -> Iterator[str]:
    """What is wrong with a translation, beside its English."""
    yield from faults_of_text(text, language)
    for idea, word in _SAME_IDEA.get(language, {}).items():
        said = re.search(_whole(idea), _NOT_OURS.sub(" ", english), re.IGNORECASE)
        if said and word not in text.lower():
            yield f"the English says “{said[0]}”, and nothing here says “{word}…”"
    if _end(english) != _end(text):
        yield f"ends with {_end(text)}, the English with {_end(english)}"
    if english[:1].isalpha() and text[:1].isalpha() and english[0].isupper() != text[0].isupper():
        yield "begins with another kind of letter than the English"
    if english[:1].isspace() != text[:1].isspace() or english[-1:].isspace() != text[-1:].isspace():
        yield "has other spaces around it than the English"
    if {*_PLACES.findall(english)} != {*_PLACES.findall(text)}:
        yield "does not take the same values as the English"


def _whole(words: str) -> str:
    return rf"(?<![\w-])(?:{words})(?![\w-])"


def _end(text: str) -> str:
    """The mark with which a text ends."""
    last = text.rstrip().rstrip(_CLOSING)[-1:]
    return last if last in {".", ":", "?", "!", "…", ";", ","} else "no mark"
