"""Rules about words: the answer is this, or one of these; or all of these keywords stand in it."""

from collections.abc import Iterator, Sequence

from blog.challenges.rules.beside import only_joins, says_nothing
from blog.challenges.rules.closed_forms import is_slip_of, number_in, opposites_of, option_in
from blog.challenges.rules.faults import Fault, RuleFault
from blog.challenges.rules.letter import Letter, Sentence
from blog.challenges.rules.near import SHORTEST_WITH_TYPOS, Answers, readings_of
from blog.challenges.rules.normaliser import Options, normalise
from blog.challenges.rules.number_words import spellings
from blog.challenges.rules.phrases import (
    ALTERNATIVES,
    ARTICLES,
    DENIALS,
    NUMBER_LIKE,
    PARTICLES,
    SAME_IN_SHORT,
)
from blog.challenges.rules.quantities import is_written_as, measured, words_in
from blog.challenges.rules.reading import NOTHING, Reading, Why
from blog.challenges.rules.tokens import Language, Token, tokens_of

MAX_ANSWERS = 50
MAX_LENGTH = 200
_SHORTEST_PART = 2


def answers_from(texts: Sequence[str], options: Options, field: str) -> Answers:
    """Accepted answers, normalised; RuleFault when one of them says nothing, too much or two things."""
    if not texts:
        raise RuleFault(field, Fault.EMPTY)
    if len(texts) > MAX_ANSWERS:
        raise RuleFault(field, Fault.TOO_MANY)
    return Answers(_answer(text, options, field) for text in texts)


def _answer(text: str, options: Options, field: str) -> str:
    if len(text) > MAX_LENGTH:
        raise RuleFault(field, Fault.TOO_LONG, text[:MAX_LENGTH])
    answer = normalise(text, options)
    if not answer:
        raise RuleFault(field, Fault.EMPTY, text)
    for token in tokens_of(answer, options.language):
        if token.is_number and token.value is None:
            raise RuleFault(field, Fault.AMBIGUOUS, token.text)
    return answer


class AnswerMatcher:
    """The message is one of the answers, or says that its answer is, and nothing else."""

    def __init__(self, answers: Answers, language: Language) -> None:
        self._answers = answers
        self._language: Language = language
        tokens = [tokens_of(line, language) for line in sorted(answers.lines)]
        self._values = {each[0].value for each in tokens if len(each) == 1 and each[0].is_number}
        self._are_numbers = all(len(each) == 1 and each[0].is_number for each in tokens)
        self._are_options = all(option_in(line) == line for line in answers.lines)
        self._opposites = opposites_of(answers.lines)
        parts = {
            token.text
            for each in tokens
            if len(each) > 1
            for token in each
            if not token.is_number and _is_part(token.text)
        }
        parts |= {initials for each in tokens if len(initials := _initials(each)) >= _SHORTEST_PART}
        self._parts = Answers(word for word in parts if len(word) >= SHORTEST_WITH_TYPOS)
        self._short_parts = parts - self._parts.lines
        self._same = frozenset(word for group in SAME_IN_SHORT if group & answers.lines for word in group)
        self._numbers = [
            numbers for each in tokens if (numbers := {token.text for token in each if token.is_number})
        ]
        self._spelled = Answers(line for each in tokens for line in _spelled(each))

    def read(self, letter: Letter) -> Reading:
        """MATCH for the answer alone, with the words that people put around one, or with few others beside it."""
        # A name with a point in it looks like two sentences; anything shorter that stands in several is looked at.
        if " " in letter.answer and letter.answer in self._answers.lines:
            return Reading(Why.MATCH, letter.answer)
        hits = [sentence for sentence in letter.sentences if sentence.answer in self._answers.lines]
        if hits:
            others = [sentence for sentence in letter.sentences if sentence not in hits]
            return Reading(self._with_others(hits, others), hits[0].answer)
        return self._among_words(letter)

    def may_match(self, text: str, elided: str) -> Reading:
        """Answers anywhere, and what is a letter or a space away from one, numbers in any meaning."""
        for part, otherwise in ((text, None), (elided, Why.QUOTED)):
            if not self._answers.may_be_in(part):
                continue
            if inside := self._answers.inside(part):
                return Reading(otherwise or Why.NEAR_MISS, inside)
            for words in readings_of(part, self._language):
                if found := self._answers.within(words):
                    return Reading(otherwise or Why.AMBIGUOUS, found[0])
                if near := self._answers.near(words):
                    return Reading(otherwise or Why.NEAR_MISS, near)
        return self._in_part(text)

    def rejects(self, said: str, /) -> bool:
        """The opposite of yes or true, the letter of another option, or another number in digits."""
        if said in self._opposites:
            return True
        if self._are_options:
            letter = option_in(said)
            return bool(letter) and letter not in self._answers.lines
        number = number_in(said, self._language) if self._are_numbers else None
        if number is None or number.unit is not None:
            return False
        return not any(is_slip_of(number, value, value) for value in self._values if value is not None)

    def _in_part(self, text: str) -> Reading:
        """A word of an answer of several ("Kok"), long ones also with a slip; the numbers of one among others ("42
        procent"); another word for yes or no; and a number as a power, a fraction, in Roman or misspelled.
        """
        said = [token.text for token in tokens_of(text, self._language)]
        words = {*said}
        if any(words.issuperset(numbers) for numbers in self._numbers) or words & self._same:
            return Reading(Why.OTHER_WORDS)
        if part := self._parts.near(said) if self._parts.lines else "":
            return Reading(Why.PARTLY, part)
        if near := self._spelled.near(words_in(text)) if self._spelled.lines else "":
            return Reading(Why.NEAR_MISS, near)
        if parts := sorted(words & self._short_parts):
            return Reading(Why.PARTLY, parts[0])
        return self._as_number(text, words) if self._values else NOTHING

    def _as_number(self, text: str, words: set[str]) -> Reading:
        """A bare number, in a way in which nobody expects it."""
        if words & NUMBER_LIKE or any(
            value is not None and is_written_as(value, text) for value in self._values
        ):
            return Reading(Why.AMBIGUOUS)
        for language in Language:
            said = measured(text, language)
            is_said = any(value in self._values for each in said.quantities for value in each.readings)
            if is_said or any(token.is_unread for token in said.tokens):
                return Reading(Why.AMBIGUOUS)
        return NOTHING

    def _with_others(self, hits: Sequence[Sentence], others: Sequence[Sentence]) -> Why:
        """Whether an answer is clear although more sentences stand beside it: they say nothing of their own."""
        said = {sentence.answer for sentence in hits}
        if any(sentence.denies for sentence in others):
            return Why.NEGATION
        is_other = any(
            sentence.wavers
            or sentence.is_explicit
            or sentence.words in ARTICLES
            or not said.issuperset(self._in(sentence))
            for sentence in others
        )
        if len(said) > 1 or is_other:
            return Why.SEVERAL_ANSWERS
        beside = [token.text for sentence in others for token in sentence.tokens]
        return Why.MATCH if says_nothing(beside, said) else Why.OTHER_WORDS

    def _among_words(self, letter: Letter) -> Reading:
        found = [sentence for sentence in letter.sentences if self._in(sentence)]
        if found:
            matched = self._in(found[0])[0]
            if any(_denies(sentence, matched) for sentence in found):
                return Reading(Why.NEGATION, matched)
            is_wavering = any(sentence.wavers or len({*self._in(sentence)}) > 1 for sentence in found)
            return Reading(Why.SEVERAL_ANSWERS if is_wavering else Why.OTHER_WORDS, matched)
        whole = " ".join(sentence.words for sentence in letter.sentences)
        across = self._answers.within(whole.split(" "))
        return Reading(Why.OTHER_WORDS, across[0]) if across else NOTHING

    def _in(self, sentence: Sentence) -> list[str]:
        return self._answers.within(sentence.words.split(" "))


class KeywordsMatcher:
    """All groups of keywords stand in the message: of each, one form."""

    def __init__(self, groups: Sequence[Answers], language: Language) -> None:
        self._groups = groups
        self._all = Answers(line for group in groups for line in group.lines)
        self._language: Language = language

    def read(self, letter: Letter) -> Reading:
        """MATCH when there is one of each group, and only words between them that make a sentence of several. The same
        one twice is once; two forms of a group are two answers where it is the only one.
        """
        sentences = [sentence.words.split(" ") for sentence in letter.sentences]
        words = [word for sentence in sentences for word in sentence]
        found = [line for sentence in sentences for line in self._all.within(sentence)]
        named = [[line for line in found if line in group.lines] for group in self._groups]
        matched = ", ".join(lines[0] for lines in named if lines)
        if not matched:
            return NOTHING
        return Reading(self._concern(letter, words, named), matched)

    def may_match(self, text: str, elided: str) -> Reading:
        """In the new text any keyword, or what is a letter away from one; in all of it, all of them."""
        if self._all.may_be_in(text):
            readings = readings_of(text, self._language)
            if found := _anyhow(self._all, text, readings):
                return Reading(Why.NEAR_MISS, found)
        if not all(group.may_be_in(elided) for group in self._groups):
            return NOTHING
        readings = readings_of(elided, self._language)
        quoted = [_anyhow(group, elided, readings) for group in self._groups]
        return Reading(Why.QUOTED, ", ".join(quoted)) if all(quoted) else NOTHING

    def rejects(self, _said: str, /) -> bool:
        """Never: what is said in words can be said in others."""
        return False

    def _concern(self, letter: Letter, words: Sequence[str], named: Sequence[Sequence[str]]) -> Why:
        if not all(named):
            return Why.PARTLY
        lines = " ".join(line for each in named for line in each)
        if any(_denies(sentence, lines) for sentence in letter.sentences):
            return Why.NEGATION
        is_one = len(named) > 1 or len({*named[0]}) == 1
        own = {*lines.split(" ")}
        beside = [word for word in words if word not in own]
        if not is_one or any(word in ALTERNATIVES for word in beside):
            return Why.SEVERAL_ANSWERS
        silent = only_joins if len(named) > 1 else says_nothing
        is_clear = silent(beside, (line for lines in named for line in lines))
        return Why.MATCH if is_clear else Why.OTHER_WORDS


def _is_part(word: str) -> bool:
    """Whether a word of an answer may stand for all of it: it is no initial, no article and no "van"."""
    return len(word) >= _SHORTEST_PART and word not in ARTICLES and word not in PARTICLES


def _initials(tokens: Sequence[Token]) -> str:
    """Those of "Verenigde Staten" are "vs"; articles and particles have none."""
    words = [token.text for token in tokens if token.text not in ARTICLES and token.text not in PARTICLES]
    return "".join(word[0] for word in words) if len(words) > 1 else ""


def _anyhow(answers: Answers, plain: str, readings: Sequence[Sequence[str]]) -> str:
    """An answer among words in any of their readings, or near to one; empty when there is none."""
    if inside := answers.inside(plain):
        return inside
    for words in readings:
        if found := next(iter(answers.within(words)), "") or answers.near(words):
            return found
    return ""


def _spelled(tokens: Sequence[Token]) -> Iterator[str]:
    """An answer with its numbers in words, in every language, where it has any that can be spelled."""
    for language in Language:
        options = [spellings(token.value, language) if token.is_number else [token.text] for token in tokens]
        if any(token.is_number for token in tokens) and all(options):
            for place in range(max(map(len, options))):
                yield " ".join(each[min(place, len(each) - 1)] for each in options)


def _denies(sentence: Sentence, answer: str) -> bool:
    """Whether there is a negation that is no part of the answer itself."""
    own = answer.split(" ")
    return any(token.text in DENIALS and token.text not in own for token in sentence.tokens)
