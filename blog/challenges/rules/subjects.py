"""What the subject of a message says beside an answer in its text: perhaps another one, or that it is none."""

import re
from collections.abc import Iterator, Sequence

from blog.challenges.rules.beside import says_nothing
from blog.challenges.rules.dates import dates_in
from blog.challenges.rules.numbered import numbers_behind_nouns
from blog.challenges.rules.phrases import ALTERNATIVES, ANSWER_NOUNS, DENIALS
from blog.challenges.rules.tokens import Language, Token, tokens_of

# Who answers a mail has not written what stands behind these.
_REPLY = re.compile(r"\s*(?:(?:re|fwd?|antw|aw|betr|doorst|sv|wg)\s*:\s*)+")
_GIVES_ANSWER = re.compile(rf"(?<!\w)(?:{ANSWER_NOUNS})\s*(?:is|luidt|:|=)(?!\w)(?P<said>.+)")
_DIGIT = re.compile("[0-9]")
# English says "of" where it means nothing by it.
_WAVERING = {Language.DUTCH: ALTERNATIVES, Language.ENGLISH: ALTERNATIVES - {"of"}}


def may_speak_against(subject: str, said: str, language: Language, *, is_date: bool) -> bool:
    """Whether a plain subject may say something else than a text does; both as a rule saw them.

    `said`: the answer. Only what could stand for one of its sort is another: a number beside a number, a letter beside
    a letter, a day beside a day (`is_date`); but not which question it is, nor the day on which it was asked. Denials
    and second thoughts count in what the sender wrote, not in the subject of a mail that they answer.
    """
    reply = _REPLY.match(subject)
    own = subject[reply.end() :] if reply else subject
    dates = [one.text for one in dates_in(own, language)]
    for date in dates:
        own = own.replace(date, " ")
    tokens = tokens_of(own, language)
    if (is_date and dates) or not {*_of_the_same_sort(tokens, said)}.issubset({*said.split(" ")}):
        return True
    return reply is None and (_denies_or_wavers(tokens, language) or _gives_another(own, said, language))


def _of_the_same_sort(tokens: Sequence[Token], said: str) -> Iterator[str]:
    is_letter, is_number = len(said) == 1 and said.isalpha(), _DIGIT.search(said) is not None
    counted = {*numbers_behind_nouns(tokens)}
    for at, token in enumerate(tokens):
        is_other_letter = is_letter and len(token.text) == 1 and token.text.isalpha()
        if is_other_letter or (is_number and token.is_number and at not in counted):
            yield token.text


def _denies_or_wavers(tokens: Sequence[Token], language: Language) -> bool:
    return any(token.text in DENIALS or token.text in _WAVERING[language] for token in tokens)


def _gives_another(subject: str, said: str, language: Language) -> bool:
    """Whether it says "antwoord: …", and that is another one."""
    given = _GIVES_ANSWER.search(subject)
    words = [token.text for token in tokens_of(given["said"], language)] if given else []
    return not says_nothing(words) and f" {said} " not in f" {' '.join(words)} "
