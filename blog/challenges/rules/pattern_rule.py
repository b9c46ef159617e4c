"""The rule with a pattern, matched by RE2: in time that grows with the text and not with its tricks.

Look-around and back-references are what RE2 leaves out for that (https://swtch.com/~rsc/regexp/regexp1.html). The size
of a pattern is limited all the same: where its automaton gets too large, RE2 falls back to one that takes the product
of both.
"""

import re
from collections.abc import Iterator, Sequence
from itertools import islice
from typing import Protocol

import re2

from blog.challenges.rules.beside import says_nothing
from blog.challenges.rules.characters import as_in_pattern, plain
from blog.challenges.rules.faults import Fault, RuleFault
from blog.challenges.rules.kinds import Pattern
from blog.challenges.rules.letter import Letter
from blog.challenges.rules.near import SHORTEST_WITH_TYPOS, Answers, readings_of
from blog.challenges.rules.normaliser import Options, bare_answer
from blog.challenges.rules.phrases import ALTERNATIVES, DENIALS
from blog.challenges.rules.quantities import words_in
from blog.challenges.rules.reading import NOTHING, Reading, Why
from blog.challenges.rules.tokens import tokens_of

MAX_LENGTH = 1000
_MAX_PROGRAM = 5000
_MATCHES = 20
# What makes a longer number of the digits that it touches, with what may stand behind them.
_NUMBER_BEFORE = re.compile(r"(?:[0-9][.,'/:^]|(?<![^\W_])- ?|[.,])\Z")
_NUMBER_BEHIND = re.compile("[.,'/:^-][0-9]")
_LOOK_AROUND = (b"(?=", b"(?!", b"(?<")
_REFERENCES = (b"\\1", b"\\2", b"\\3", b"\\4", b"\\5", b"\\6", b"\\7", b"\\8", b"\\9", b"\\k", b"\\g")
_TOO_COMPLEX = (b"pattern too large", b"invalid repetition size", b"nested too deeply", b"exceeds maximum")
_LETTERS = re.compile(r"[^\W\d_]+")
_ESCAPED = re.compile(r"\\[a-z]")
_MOST_WORDS = 25
_BESIDE_DIGITS = re.compile(r"(?<=[^\W\d_]) (?=[0-9])|(?<=[0-9]) (?=[^\W\d_])")


class _Match(Protocol):
    def group(self) -> str: ...
    def span(self) -> tuple[int, int]: ...


class _Compiled(Protocol):
    def search(self, text: str) -> _Match | None: ...
    def finditer(self, text: str) -> Iterator[_Match]: ...


class PatternMatcher:
    """A part of the message matches a pattern, and always the same part."""

    def __init__(self, kind: Pattern, options: Options) -> None:
        self._options = options
        self._pattern = _compiled(kind.pattern, options)
        named = _ESCAPED.sub(" ", as_in_pattern(kind.pattern, keep_accents=False).casefold())
        # A word that the pattern names is no denial of what it matches.
        self._own = frozenset(_LETTERS.findall(named))
        self._literals = Answers(word for word in self._own if len(word) >= SHORTEST_WITH_TYPOS)

    def read(self, letter: Letter) -> Reading:
        """MATCH when the pattern matches whole words and numbers, always the same, and nothing beside it says more."""
        text = letter.plain
        spans = [found.span() for found in islice(self._pattern.finditer(text), _MATCHES + 1)]
        spans = [(start, end) for start, end in spans if end > start]
        if not spans:
            return NOTHING
        matched = [text[start:end] for start, end in spans]
        return Reading(self._concern(text, spans, matched), matched[0])

    def may_match(self, text: str, elided: str) -> Reading:
        """The pattern anywhere, also with numbers in digits, without punctuation or without accents; a word of it."""
        for part, why in ((text, Why.OTHER_WORDS), (elided, Why.QUOTED)):
            for form in self._forms(part):
                if (found := self._pattern.search(form)) and found.group():
                    return Reading(why, found.group())
        return self._near(text)

    def rejects(self, _said: str, /) -> bool:
        """Never: nobody knows what else fits the meaning of a pattern."""
        return False

    def _near(self, text: str) -> Reading:
        """A word that the pattern names, in another form or with a slip."""
        if not self._literals.lines or not self._literals.may_be_in(text):
            return NOTHING
        near = self._literals.inside(text) or self._literals.near(words_in(text))
        return Reading(Why.NEAR_MISS, near) if near else NOTHING

    def _concern(self, text: str, spans: Sequence[tuple[int, int]], matched: Sequence[str]) -> Why:
        beside = [word for part in _parts_beside(text, spans) for word in self._words(part)]
        inside = {word for part in {*matched} for word in self._words(part)} - self._own
        if not DENIALS.isdisjoint((*beside, *inside)):
            return Why.NEGATION
        bare = {self._bare(each) for each in {*matched}}
        if len(bare) > 1 or not ALTERNATIVES.isdisjoint((*beside, *inside)):
            return Why.SEVERAL_ANSWERS
        # Of more matches than this nobody has looked at what stands between them.
        is_clear = len(spans) <= _MATCHES and says_nothing(beside, bare) and len(inside) <= _MOST_WORDS
        return Why.MATCH if is_clear and not any(_goes_on(text, *span) for span in spans) else Why.OTHER_WORDS

    def _bare(self, text: str) -> str:
        return bare_answer(" ".join(self._words(text)))

    def _words(self, text: str) -> list[str]:
        return [token.text for token in tokens_of(text, self._options.language)]

    def _forms(self, text: str) -> Iterator[str]:
        yield text
        yield plain(text, keep_accents=False)
        for words in readings_of(text, self._options.language):
            spaced = " ".join(words)
            yield spaced
            # "F 16" and "F-16" are as good as "F16".
            yield _BESIDE_DIGITS.sub("", spaced)
            yield _BESIDE_DIGITS.sub("-", spaced)


def _parts_beside(text: str, spans: Sequence[tuple[int, int]]) -> Iterator[str]:
    end = 0
    for start, behind in spans:
        yield text[end:start]
        end = behind
    yield text[end:]


def _goes_on(text: str, start: int, end: int) -> bool:
    """Whether a match is part of a longer word or number: the "42" of "142", "0.42", "-42" and "42,5"."""
    first, last = text[start], text[end - 1]
    before, behind = text[max(start - 3, 0) : start], text[end : end + 2]
    is_inside = (first.isalnum() and before[-1:].isalnum()) or (last.isalnum() and behind[:1].isalnum())
    is_longer = (first.isdigit() and _NUMBER_BEFORE.search(before)) or (
        last.isdigit() and _NUMBER_BEHIND.match(behind)
    )
    return is_inside or bool(is_longer)


def _compiled(pattern: str, options: Options) -> _Compiled:
    if not pattern.strip():
        raise RuleFault("pattern", Fault.EMPTY)
    if len(pattern) > MAX_LENGTH:
        raise RuleFault("pattern", Fault.TOO_LONG)
    settings = re2.Options()
    settings.log_errors = False
    settings.case_sensitive = False
    try:
        compiled = re2.compile(as_in_pattern(pattern, keep_accents=options.keep_accents), settings)
    except re2.error as error:
        raise _fault(error) from None
    if max(compiled.programsize, compiled.reverseprogramsize) > _MAX_PROGRAM:
        raise RuleFault("pattern", Fault.TOO_COMPLEX)
    if compiled.search("") or compiled.search("\n \n"):
        raise RuleFault("pattern", Fault.MATCHES_NOTHING)
    return compiled


def _fault(error: Exception) -> RuleFault:
    said = error.args[0] if error.args else b""
    detail = said if isinstance(said, bytes) else str(said).encode("utf-8", "replace")
    return RuleFault("pattern", _why(detail), detail.decode("utf-8", "replace"))


def _why(detail: bytes) -> Fault:
    if any(sign in detail for sign in _LOOK_AROUND):
        return Fault.LOOK_AROUND
    if detail.startswith(b"invalid perl operator: (?P") or any(sign in detail for sign in _REFERENCES):
        return Fault.BACK_REFERENCE
    return Fault.TOO_COMPLEX if any(sign in detail for sign in _TOO_COMPLEX) else Fault.SYNTAX
