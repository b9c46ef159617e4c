"""The words of a line, without its markup."""

from collections.abc import Iterable

from markdown_it.token import Token

_BREAKS = frozenset({"softbreak", "hardbreak"})


def inline_text(tokens: Iterable[Token]) -> str:
    """What a reader sees of these tokens; of an image, its description."""
    return "".join(_text_of(token) for token in tokens)


def _text_of(token: Token) -> str:
    if token.type == "image":
        return inline_text(token.children or [])
    return " " if token.type in _BREAKS else token.content
