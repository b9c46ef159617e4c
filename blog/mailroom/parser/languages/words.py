"""Text as a row of words, so that phrases can be found in it whatever its case and punctuation."""

import re

_NOT_A_WORD = re.compile(r"[\W_]++")
# Kana and Han: there are no spaces between words, so every character counts as one.
_UNSPACED = re.compile(r"([\u3040-\u30ff\u3400-\u9fff])")


def words_of(text: str) -> str:
    """Lower case with one space between words and around all of them, so that `in` finds whole words only."""
    return f" {' '.join(list_words(text.casefold()))} "


def list_words(text: str) -> list[str]:
    """The words as they are written."""
    return _NOT_A_WORD.sub(" ", _UNSPACED.sub(r" \1 ", text)).split()


def count_words(text: str) -> int:
    """How many words there are, with a row of Kana and Han as one."""
    return len(_NOT_A_WORD.sub(" ", text).split())
