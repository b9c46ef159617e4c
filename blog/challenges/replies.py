"""What somebody says who answers the mail that asks whether an answer is theirs.

They are asked for one word. Whatever else comes back says nothing: a ticket system tells that it has got our mail, and
a holiday notice says until when. So a word counts in the first lines only, where it stands at the beginning, and the
code only where somebody has written it: further down, or in the midst of many words, it is ours, quoted.

Whoever says yes and no in one, as in "yes, but I have sent nothing", is not understood: they are asked once more.

The words are those of the languages of the site and of their neighbours. A word that begins a sentence with another
meaning ("si" is "if" in three languages, "tak" thanks in Danish) counts where it stands alone.
"""

import re
import unicodedata
from collections.abc import Callable, Iterator
from enum import Enum
from itertools import islice

_LINES = 3
_LONGEST_LINE = 500
# Somebody who gives the code writes little beside it; a program that sends back our sentences has more.
_BESIDE_A_CODE = 60
# From this length on a line without an end goes on in the next one: it was wrapped.
_WRAPPED = 50
_YES = (
    "yes",
    "yep",
    "ja",
    "jawel",
    "jazeker",
    "jep",
    "oui",
    "klopt",
    "dat klopt",
    "dat ben ik",
    "dat is van mij",
    "die is van mij",
    "het is van mij",
    "van mij",
    "ik bevestig",
    "het was van mij",
    "dit is mijn antwoord",
    "dat is mijn antwoord",
    "het is mijn antwoord",
    "dat antwoord is van mij",
    "dit antwoord is van mij",
    "het antwoord is van mij",
    "dat was ik",
    "bevestigd",
    "hierbij bevestig ik",
    "akkoord",
    "i confirm",
    "confirmed",
    "it is mine",
    "it's mine",
    "this is mine",
    "that is mine",
    "that's mine",
    "that answer is mine",
    "this answer is mine",
    "the answer is mine",
    "this is my answer",
    "that is my answer",
    "that's my answer",
    "it is my answer",
    "it was me",
    "that was me",
    "das ist von mir",
    "ich bestätige",
    "c'est bien moi",
    "c'est de moi",
    "je confirme",
)
_YES_ALONE = ("y", "j", "si", "sí", "sì", "sim", "tak", "joo", "kyllä", "jo", "да", "はい", "是", "是的")
_NO = (
    "no",
    "nope",
    "nee",
    "neen",
    "nein",
    "non",
    "niet van mij",
    "not mine",
    "nicht von mir",
    "pas de moi",
)
_NO_ALONE = ("n", "não", "nie", "nej", "nei", "ei", "нет", "いいえ", "不是", "不")
# Wherever these stand in the first lines, somebody says that it was not them, also after "yes, I got your mail".
_NOT_MINE = ("not mine", "not me", "niet van mij", "nicht von mir", "pas de moi")
# So do these, unless there is a yes as well: "yes, my wife did not send it".
_NOT_SENT = (
    "not my",
    "never sent",
    "didn't send",
    "did not send",
    "niet mijn",
    "nooit verstuurd",
    "niet verstuurd",
    "nooit gestuurd",
    "niet gestuurd",
    "nooit ingezonden",
    "niet ingezonden",
    "niets ingezonden",
    "niets gestuurd",
    "niet aan meegedaan",
    "nooit aan meegedaan",
    "nie gesendet",
    "nicht gesendet",
    "nicht geschickt",
    "jamais envoyé",
)
# They hold a "no" and mean none.
_HARMLESS = (
    "no problem",
    "no worries",
    "geen probleem",
    "geen punt",
    "geen zorgen",
    "kein problem",
    "pas de problème",
    "pas de souci",
)
_NEGATION = re.compile(
    r"(?<!\w)(?:not|never|nothing|none|nobody|no|nope|niet|nooit|niets|niks|geen|niemand|nee|neen|nicht|nie|nichts"
    r"|kein\w*|nein|pas|jamais|rien|non)(?![\w-])|n't(?!\w)"
)
_MINE = re.compile(
    r"(?<!\w)(?:mine|van mij|von mir|de moi|(?:is|ist|est) (?:my answer|mijn antwoord|meine antwort|ma réponse))(?!\w)"
)
_YES_WITHIN = re.compile(r"(?<!\w)(?:yes|ja|oui)(?!\w)")
_CODE = re.compile(r"(?<![0-9A-Za-z])[0-9A-Za-z]{4}[ \t-]?[0-9A-Za-z]{4}[ \t-]?[0-9A-Za-z]{4}(?![0-9A-Za-z])")
_AROUND = " \t\xa0.,;:!?*_\"'()\u201c\u201d\u201e\u2018\u2019\u2013\u2014\u00ab\u00bb-"
# "No-reply" is no "no".
_WORD_ENDS = r"(?![\w']|-\w)"


class Said(Enum):
    """What an answer to our question says."""

    YES = "yes"
    NO = "no"
    NOTHING = "nothing"


def what_is_said(text: str, is_our_code: Callable[[str], bool]) -> Said:
    """What the newly written `text` of a mail says; `is_our_code` knows the code that stands in our letter."""
    lines = [*islice(_written_lines(text), _LINES)]
    denials = [line for line in lines if _holds(line, _NOT_MINE)]
    if denials:
        return Said.NOTHING if any(_MINE.search(_without(_NOT_MINE, line)) for line in denials) else Said.NO
    said = [word for place in range(len(lines)) if (word := _said_in(lines, place, is_our_code)) is not None]
    if not said or (Said.YES in said and any(_holds(line, _NOT_SENT) for line in lines)):
        return Said.NOTHING
    # Below the word stand names and signatures, which may begin like one.
    return said[0]


def _said_in(lines: list[str], place: int, is_our_code: Callable[[str], bool]) -> Said | None:
    """What one line says; None where it says neither yes nor no, and `NOTHING` where it says both."""
    line = lines[place]
    gives_code = _holds_code(line, is_our_code) and not (place and _asks_for_code(lines[place - 1]))
    if gives_code or _begins(line, _YES) or line.strip(_AROUND) in _YES_ALONE:
        return Said.NOTHING if _NEGATION.search(_sentence(lines, place)) else Said.YES
    if _begins(line, _NO) or line.strip(_AROUND) in _NO_ALONE or _holds(line, _NOT_SENT):
        return Said.NOTHING if _MINE.search(line) or _YES_WITHIN.search(line) else Said.NO
    return None


def _written_lines(text: str) -> Iterator[str]:
    for raw in text.splitlines():
        line = _plain(raw[:_LONGEST_LINE])
        if line and not line.startswith((">", "|")):
            yield _without(_HARMLESS, line).lstrip(_AROUND)


def _plain(line: str) -> str:
    """A line in small letters, of the usual width, without the characters that nobody sees."""
    seen = "".join(letter for letter in line if unicodedata.category(letter) != "Cf")
    return unicodedata.normalize("NFKC", seen).casefold().replace("\u2019", "'").strip()


def _sentence(lines: list[str], place: int) -> str:
    """A line with those in which its sentence goes on."""
    end = place
    while end + 1 < len(lines) and (lines[end].endswith(",") or _is_wrapped(lines[end])):
        end += 1
    return " ".join(lines[place : end + 1])


def _is_wrapped(line: str) -> bool:
    return len(line) >= _WRAPPED and not line.endswith((".", "!", "?"))


def _holds_code(line: str, is_our_code: Callable[[str], bool]) -> bool:
    """Whether somebody gives our code in a line, and little else."""
    return any(
        is_our_code(found) and len(line) - len(found) <= _BESIDE_A_CODE for found in _CODE.findall(line)
    )


def _asks_for_code(line: str) -> bool:
    """Whether a line may be the one of our letters below which the code stands."""
    return len(line) >= _WRAPPED and line.endswith(":")


def _holds(line: str, phrases: tuple[str, ...]) -> bool:
    return any(re.search(_as_pattern(phrase), line) for phrase in phrases)


def _without(phrases: tuple[str, ...], line: str) -> str:
    for phrase in phrases:
        line = re.sub(_as_pattern(phrase), "", line)
    return line


def _as_pattern(phrase: str) -> str:
    return rf"(?<!\w){re.escape(phrase)}{_WORD_ENDS}"


def _begins(line: str, phrases: tuple[str, ...]) -> bool:
    return any(re.match(re.escape(phrase) + _WORD_ENDS, line) for phrase in phrases)
