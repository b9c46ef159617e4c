"""An answer in the form in which it is compared with others.

Whenever the same text could come out differently, in this form or in what a rule finds of it, `NORMALISER_VERSION` goes
up: a rule that was committed to names the version that it was written for, and whoever judges again later has to find
the same.
"""

from dataclasses import dataclass

from blog.challenges.rules.characters import plain
from blog.challenges.rules.phrases import ARTICLES, EXPLICIT, LONGEST_TAIL, ONES, SOFT, TAIL, rivals_of
from blog.challenges.rules.tokens import Language, tokens_of

NORMALISER_VERSION = 3
LONGEST_TEXT = 4_000
"""In characters. What is longer is nobody's answer: its characters are made alike, its words are left as they are."""


@dataclass(frozen=True, slots=True)
class Options:
    """What may be chosen for a challenge. `keep_accents`: whether `é` and `e` are different letters."""

    language: Language
    keep_accents: bool = False


def normalise(text: str, options: Options) -> str:
    """`text` as one line of tokens, without what is said before and behind an answer ("het antwoord is …", an article).

    Doing it twice changes nothing. Empty when the text holds no word, number or sign that means something.
    """
    cleaned = plain(text, keep_accents=options.keep_accents)
    words = " ".join(cleaned.split())
    if len(words) > LONGEST_TEXT:
        return words
    return bare_answer(" ".join(token.text for token in tokens_of(cleaned, options.language)))


def bare_answer(words: str, *, keep_articles: bool = False) -> str:
    """Tokens in one line, without the words around an answer. Something is always left of something.

    Before a letter, a number or an article, what else is an article may be another answer ("a b", "een 3"): it stays.
    So do all with `keep_articles`.
    """
    bare = _stripped(words, frozenset() if keep_articles else ARTICLES)
    if not keep_articles:
        bare = _stripped(words, ARTICLES - rivals_of(bare))
    return "1" if bare in ONES else bare


def without_lead(words: str) -> str:
    """Tokens in one line, without the words that say that an answer follows; articles stay."""
    start, end = 0, len(words)
    while lead := _lead(words, start, end):
        start = lead
    return words[start:]


def says_answer(words: str) -> bool:
    """Whether tokens in one line begin by saying that an answer follows, and give it: "het juiste antwoord is 42"."""
    start, end = 0, len(words)
    while (begin := SOFT.match(words, start, end)) and begin.end() < end:
        start = begin.end()
    is_all = EXPLICIT.fullmatch(f"{words[start:]} ") is not None
    return not is_all and EXPLICIT.match(words, start, end) is not None


def _stripped(words: str, articles: frozenset[str]) -> str:
    start, end = 0, len(words)
    while (inner := _once_more(words, start, end, articles)) != (start, end):
        start, end = inner
    return words[start:end]


def _once_more(words: str, start: int, end: int, articles: frozenset[str]) -> tuple[int, int]:
    if lead := _lead(words, start, end):
        return lead, end
    if (tail := TAIL.search(words, max(start, end - LONGEST_TAIL), end)) and tail.start() > start:
        return start, tail.start()
    space = words.find(" ", start, end)
    if space != -1 and words[start:space] in articles:
        return space + 1, end
    return start, end


def _lead(words: str, start: int, end: int) -> int:
    """Where words end with which an answer begins; 0 when there are none, or nothing behind them."""
    for lead in (EXPLICIT, SOFT):
        if (found := lead.match(words, start, end)) and found.end() < end:
            return found.end()
    return 0
