"""How a letter begins and ends when nothing has been said yet: "Beste redactie," and "Groet, Piet"."""

from collections.abc import Iterable

from blog.mailroom.parser.languages.every import LANGUAGES
from blog.mailroom.parser.languages.words import count_words, words_of

_LONGEST = 100
_COURTEOUS_WORDS = 5
_NAME_WORDS = 4
_LABEL_WORDS = 10
_LINES_BELOW_CLOSING = 3
_COMMAS = (",", "\uff0c", "\u3001")
_COLONS = (":", "\uff1a")

_GREETINGS = tuple({words_of(one) for language in LANGUAGES.values() for one in language.greetings})
_CLOSINGS = tuple({words_of(one) for language in LANGUAGES.values() for one in language.closings})


def is_label(line: str) -> bool:
    """Whether a line only says what comes below it: "Mijn antwoord:"."""
    bare = line.rstrip(" \t\xa0*_")
    return bare.endswith(_COLONS) and count_words(bare[: 2 * _LONGEST]) <= _LABEL_WORDS


class Listener:
    """Hears the lines of a letter one after another, until one of them says something."""

    def __init__(self, *, said: bool = False) -> None:
        self.said = said
        self.announced = False
        """Whether a line said that something comes below."""
        self._names = 0

    def hear(self, line: str) -> None:
        """Take in one line."""
        line = line.strip()
        if not line or self.said:
            return
        if is_label(line):
            self.announced = True
        elif not self._is_courtesy(line):
            self.said = True

    def _is_courtesy(self, line: str) -> bool:
        # A number is an answer, however polite.
        if len(line) > _LONGEST or any(character.isdigit() for character in line):
            return False
        words, count = words_of(line), count_words(line)
        if words.startswith(_CLOSINGS) and count <= _COURTEOUS_WORDS:
            self._names = _LINES_BELOW_CLOSING
            return True
        if self._names and count <= _NAME_WORDS:
            self._names -= 1
            return True
        if words.startswith(_GREETINGS) and count <= _COURTEOUS_WORDS:
            return True
        return line.endswith(_COMMAS) and count <= _NAME_WORDS


def says_something(lines: Iterable[str]) -> bool:
    """Whether there is more in the lines than courtesies and labels."""
    listener = Listener()
    for line in lines:
        listener.hear(line)
    return listener.said
