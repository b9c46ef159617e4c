"""What somebody says who answers the mail that asks whether an answer is theirs.

They are asked for one word. Whatever else comes back says nothing: a ticket system tells that it has got our mail, and
a holiday notice says until when. So a word counts in the first lines only, where it stands at the beginning, and the
code only where somebody has written it: further down it is ours, quoted.

The words are those of the languages of the site and of their neighbours. A word that begins a sentence with another
meaning ("si" is "if" in three languages, "tak" thanks in Danish) counts where it stands alone.
"""

import re
from collections.abc import Callable
from enum import Enum

_LINES = 3
_LONGEST_LINE = 500
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
    "i confirm",
    "it is mine",
    "it's mine",
    "this is mine",
    "that is mine",
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
# Wherever these stand in the first lines, somebody says that it was not them.
_NOT_MINE = (
    "not mine",
    "not me",
    "not my",
    "never sent",
    "didn't send",
    "did not send",
    "niet van mij",
    "niet mijn",
    "nooit verstuurd",
    "niet verstuurd",
    "nooit gestuurd",
    "niet gestuurd",
    "nooit ingezonden",
    "niet ingezonden",
    "nicht von mir",
    "nie gesendet",
    "nicht gesendet",
    "nicht geschickt",
    "pas de moi",
    "jamais envoyé",
)
_CODE = re.compile(r"(?<![0-9A-Za-z])[0-9A-Za-z]{4}[ \t-]?[0-9A-Za-z]{4}[ \t-]?[0-9A-Za-z]{4}(?![0-9A-Za-z])")
_AROUND = " \t\xa0.,;:!?*_\"'()\u201c\u201d\u201e\u2018\u2019\u2013\u2014-"
# "No-reply" is no "no".
_WORD_ENDS = r"(?![\w'-])"


class Said(Enum):
    """What an answer to our question says."""

    YES = "yes"
    NO = "no"
    NOTHING = "nothing"


def what_is_said(text: str, is_our_code: Callable[[str], bool]) -> Said:
    """What the newly written `text` of a mail says; `is_our_code` knows the code that stands in our letter."""
    lines = _first_lines(text)
    if any(_stands_in(line, phrase) for line in lines for phrase in _NOT_MINE):
        return Said.NO
    if any(is_our_code(found) for line in lines for found in _CODE.findall(line)):
        return Said.YES
    for line in lines:
        if _begins(line, _YES) or line.strip(_AROUND) in _YES_ALONE:
            return Said.YES
        if _begins(line, _NO) or line.strip(_AROUND) in _NO_ALONE:
            return Said.NO
    return Said.NOTHING


def _first_lines(text: str) -> list[str]:
    lines = (line.strip() for line in text.splitlines())
    written = [line for line in lines if line and not line.startswith((">", "|"))]
    return [
        line[:_LONGEST_LINE].casefold().replace("\u2019", "'").lstrip(_AROUND) for line in written[:_LINES]
    ]


def _stands_in(line: str, phrase: str) -> bool:
    return re.search(rf"(?<!\w){re.escape(phrase)}{_WORD_ENDS}", line) is not None


def _begins(line: str, phrases: tuple[str, ...]) -> bool:
    return any(re.match(re.escape(phrase) + _WORD_ENDS, line) for phrase in phrases)
