"""Which characters a text may hold before it is read as Markdown, and once more before it is sent as HTML.

The second time counts: a character reference such as `&#x202E;` becomes its character only while parsing.
"""

import re

_LINE_ENDS = re.compile(r"\r\n?")
# Line breaks of other systems (vertical tab, form feed, NEL). They become spaces, so that line numbers stay.
_ODD_SPACES = re.compile(r"[\x0b\x0c\x85]")
# What XML 1.0 (section 2.2) refuses, so that a feed stays valid, and what cannot be written as UTF-8.
_IMPOSSIBLE = re.compile(r"[\x00-\x08\x0e-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff]")
# LEFT-TO-RIGHT and RIGHT-TO-LEFT OVERRIDE turn the letters of any script around: no prose needs them.
_OVERRIDES = re.compile(r"[\u202d\u202e]")


def readable(text: str) -> str:
    """The same text with line feeds as line ends and without what cannot be shown.

    Controls, lone surrogates and non-characters become U+FFFD; bidirectional overrides are left out.
    The number of lines stays as it is.
    """
    text = _LINE_ENDS.sub("\n", text)
    text = _ODD_SPACES.sub(" ", text)
    text = _IMPOSSIBLE.sub("\ufffd", text)
    return _OVERRIDES.sub("", text)
