"""Rules about words: the answer is this, or one of these; or all of these keywords stand in it."""

from collections.abc import Sequence

from blog.challenges.rules.faults import Fault, RuleFault
from blog.challenges.rules.letter import Letter, Sentence
from blog.challenges.rules.near import SHORTEST_WITH_TYPOS, Answers, readings_of
from blog.challenges.rules.normaliser import Options, normalise
from blog.challenges.rules.phrases import DENIALS
from blog.challenges.rules.quantities import measured
from blog.challenges.rules.reading import NOTHING, Reading, Why
from blog.challenges.rules.tokens import Language, tokens_of

MAX_ANSWERS = 50
MAX_LENGTH = 200
_WORDS_BESIDE = 25


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
        self._parts = {
            word for each in tokens if len(each) > 1 for word, *_ in each if len(word) >= SHORTEST_WITH_TYPOS
        }
        self._numbers = [
            numbers for each in tokens if (numbers := {token.text for token in each if token.is_number})
        ]

    def read(self, letter: Letter) -> Reading:
        """MATCH for the answer alone, with the words that people put around one, or with few others beside it."""
        if letter.answer in self._answers.lines:
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
            for words in readings_of(part, self._language):
                if found := self._answers.within(words):
                    return Reading(otherwise or Why.AMBIGUOUS, found[0])
                if near := self._answers.near(words):
                    return Reading(otherwise or Why.NEAR_MISS, near)
        return self._in_part(text)

    def _in_part(self, text: str) -> Reading:
        """A longer word of an answer of several ("De Vries"), the numbers of one among others ("42 procent"), and a
        number as a power or a fraction.
        """
        words = {token.text for token in tokens_of(text, self._language)}
        if any(words.issuperset(numbers) for numbers in self._numbers):
            return Reading(Why.OTHER_WORDS)
        if parts := sorted(words & self._parts):
            return Reading(Why.PARTLY, parts[0])
        for language in Language if self._values else ():
            found = measured(text, language).quantities
            if any(value in self._values for quantity in found for value in quantity.readings):
                return Reading(Why.AMBIGUOUS)
        return NOTHING

    def _with_others(self, hits: Sequence[Sentence], others: Sequence[Sentence]) -> Why:
        """Whether an answer is clear although more sentences stand beside it."""
        said = {sentence.answer for sentence in hits}
        if any(sentence.denies for sentence in others):
            return Why.NEGATION
        is_other = any(
            sentence.wavers or sentence.is_explicit or not said.issuperset(self._in(sentence))
            for sentence in others
        )
        if len(said) > 1 or is_other:
            return Why.SEVERAL_ANSWERS
        is_said = any(sentence.is_explicit for sentence in hits)
        is_clear = is_said or all(sentence.explains for sentence in others)
        words = sum(len(sentence.tokens) for sentence in others)
        return Why.MATCH if is_clear and words <= _WORDS_BESIDE else Why.OTHER_WORDS

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
        self._language: Language = language

    def read(self, letter: Letter) -> Reading:
        """MATCH when there is one of each group, and no negation in the sentences in which they stand."""
        found = [
            [
                (sentence, line)
                for sentence in letter.sentences
                for line in group.within(sentence.words.split(" "))
            ]
            for group in self._groups
        ]
        matched = ", ".join(hits[0][1] for hits in found if hits)
        if not matched:
            return NOTHING
        if not all(found):
            return Reading(Why.PARTLY, matched)
        lines = " ".join(line for hits in found for _, line in hits)
        is_denied = any(_denies(sentence, lines) for hits in found for sentence, _ in hits)
        return Reading(Why.NEGATION if is_denied else Why.MATCH, matched)

    def may_match(self, text: str, elided: str) -> Reading:
        """In the new text any keyword, or what is a letter away from one; in all of it, all of them."""
        in_text = [self._found(group, text) for group in self._groups]
        if any(in_text):
            return Reading(Why.NEAR_MISS, next(filter(None, in_text)))
        in_elided = [self._found(group, elided) for group in self._groups]
        return Reading(Why.QUOTED, ", ".join(in_elided)) if all(in_elided) else NOTHING

    def _found(self, group: Answers, plain: str) -> str:
        if not group.may_be_in(plain):
            return ""
        for words in readings_of(plain, self._language):
            if found := next(iter(group.within(words)), "") or group.near(words):
                return found
        return ""


def _denies(sentence: Sentence, answer: str) -> bool:
    """Whether there is a negation that is no part of the answer itself."""
    own = answer.split(" ")
    return any(token.text in DENIALS and token.text not in own for token in sentence.tokens)
