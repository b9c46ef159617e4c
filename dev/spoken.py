"""What counts as words for people: shared by the checks of templates, of Python and of scripts."""

import re
from collections.abc import Iterator

# Names that are the same in every language, and the letters that show a typeface.
NAMES = frozenset(
    {"Aa", "English", "Markdown", "Nederlands", "PostgreSQL", "Python", "Redis", "Rejoinder", "SQLite"}
)
SPOKEN_ATTRIBUTES = frozenset(
    {
        *("abbr", "alt", "label", "placeholder", "title"),
        *("aria-description", "aria-label", "aria-placeholder", "aria-roledescription", "aria-valuetext"),
    }
)
_WORD = re.compile(r"[^\W\d_]{2,}")
_SENTENCE = re.compile(r"[“‘]?[^\W\d_a-z][a-zà-ÿ’]*[,;:]?( \S+)*[.!?:…]?|[^\W\d_]{2,}(,? [^\W\d_]+)*[.!?…]")
_TAG = re.compile(r"<\w+ [^<>]+>")
_ATTRIBUTE = re.compile(r' ([a-z-]+)="([^"]*)"')
# Addresses of pages and of mail, and the kinds of files as machines call them.
_FOR_MACHINES = re.compile(
    r"(\w+:/)?/\S*|[\w.+-]+@[\w.-]+|(application|audio|font|image|message|multipart|text|video)/[\w.+-]+"
)
_PLACE = re.compile(r"%\((\w+)\)")
_MARKUP = re.compile(r"<[^<>]*>|&#?\w+;|%\(\w+\)[a-z]|\{\w*\}")


def has_words(text: object) -> bool:
    """Whether this is a text with words in it that may differ between languages; an address is none."""
    if not isinstance(text, str) or text.strip() in NAMES or _FOR_MACHINES.fullmatch(text):
        return False
    return _WORD.search(_MARKUP.sub(" ", text)) is not None


def reads_like_words(value: object) -> bool:
    """Whether a literal looks like words for people wherever it stands: a capital in front, or a full stop behind."""
    return has_words(value) and isinstance(value, str) and _SENTENCE.fullmatch(value) is not None


def literal_attributes(html: str) -> Iterator[str]:
    """The attributes with literal words in a piece of HTML that is no template."""
    attributes = [each for tag in _TAG.findall(html) for each in _ATTRIBUTE.findall(tag)]
    for name, value in attributes:
        if name in SPOKEN_ATTRIBUTES and has_words(value):
            yield f"{name}={value!r}"


def places_in(*messages: object) -> set[str]:
    """The places in messages that a value is put into: `count` of "%(count)s left"."""
    return {place for message in messages for place in _PLACE.findall(str(message))}
