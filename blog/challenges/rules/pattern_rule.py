"""The rule with a pattern, matched by RE2: in time that grows with the text and not with its tricks.

Look-around and back-references are what RE2 leaves out for that (https://swtch.com/~rsc/regexp/regexp1.html). The size
of a pattern is limited all the same: where its automaton gets too large, RE2 falls back to one that takes the product
of both.
"""

from collections.abc import Iterable, Iterator
from itertools import islice
from typing import Protocol

import re2

from blog.challenges.rules.characters import as_in_pattern, plain
from blog.challenges.rules.faults import Fault, RuleFault
from blog.challenges.rules.kinds import Pattern
from blog.challenges.rules.letter import Letter
from blog.challenges.rules.near import readings_of
from blog.challenges.rules.normaliser import Options, bare_answer
from blog.challenges.rules.phrases import ALTERNATIVES, DENIALS
from blog.challenges.rules.reading import NOTHING, Reading, Why
from blog.challenges.rules.tokens import tokens_of

MAX_LENGTH = 1000
_MAX_PROGRAM = 5000
_MATCHES = 20
_SENTENCE_ENDS = ".!?;\n"
_LOOK_AROUND = (b"(?=", b"(?!", b"(?<")
_REFERENCES = (b"\\1", b"\\2", b"\\3", b"\\4", b"\\5", b"\\6", b"\\7", b"\\8", b"\\9", b"\\k", b"\\g")
_TOO_COMPLEX = (b"pattern too large", b"invalid repetition size", b"nested too deeply", b"exceeds maximum")


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

    def read(self, letter: Letter) -> Reading:
        """MATCH when the pattern matches, and its sentence neither denies nor offers something else."""
        spans = [found.span() for found in islice(self._pattern.finditer(letter.plain), _MATCHES)]
        spans = [(start, end) for start, end in spans if end > start]
        if not spans:
            return NOTHING
        matched = [letter.plain[start:end] for start, end in spans]
        around = [word for start, end in spans for word in self._words_around(letter.plain, start, end)]
        return Reading(self._concern(matched, around), matched[0])

    def may_match(self, text: str, elided: str) -> Reading:
        """The pattern anywhere, also with numbers in digits, without punctuation or without accents."""
        for part, why in ((text, Why.OTHER_WORDS), (elided, Why.QUOTED)):
            for form in self._forms(part):
                if (found := self._pattern.search(form)) and found.group():
                    return Reading(why, found.group())
        return NOTHING

    def _concern(self, matched: Iterable[str], around: Iterable[str]) -> Why:
        words = set(around)
        if words & DENIALS:
            return Why.NEGATION
        is_one = len({self._bare(each) for each in matched}) == 1
        return Why.MATCH if is_one and not words & ALTERNATIVES else Why.SEVERAL_ANSWERS

    def _bare(self, text: str) -> str:
        return bare_answer(" ".join(token.text for token in tokens_of(text, self._options.language)))

    def _words_around(self, text: str, start: int, end: int) -> Iterator[str]:
        """The words of the sentence in which a match stands, without the match."""
        begin = max(text.rfind(sign, 0, start) for sign in _SENTENCE_ENDS) + 1
        ends = [at for sign in _SENTENCE_ENDS if (at := text.find(sign, end)) != -1]
        for part in (text[begin:start], text[end : min(ends, default=len(text))]):
            for token in tokens_of(part, self._options.language):
                yield token.text

    def _forms(self, text: str) -> Iterator[str]:
        yield text
        yield plain(text, keep_accents=False)
        for words in readings_of(text, self._options.language):
            yield " ".join(words)


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
