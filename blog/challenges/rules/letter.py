"""A letter and what it says: without "Beste redactie,", without "Groet, Anja", in sentences.

In doubt a line stays: a rule that finds more than an answer asks a person, one that misses half of it would be wrong.
So only what has the shape of a greeting or a signature is one, and only with the name of the sender.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

from blog.challenges.rules.beside import may_be_name, says_nothing
from blog.challenges.rules.characters import plain
from blog.challenges.rules.normaliser import LONGEST_TEXT, Options, bare_answer, says_answer
from blog.challenges.rules.phrases import (
    ADDRESSED,
    ALTERNATIVES,
    ARTICLES,
    CLOSINGS,
    DENIALS,
    GREETINGS,
    PARTICLES,
    REASONS,
)
from blog.challenges.rules.tokens import Language, Token, tokens_of

STRUCK = "~~"
_NAMES_GREETED = 1
_NAME_WORDS = 3
_LINES_BELOW_CLOSING = 6
_LONGEST_COURTESY = 100
_WRAPPED = 60
_WORDS = re.compile(r"[^\W_]+")
_AFTER_GREETING = re.compile(r"[,!]+\s*")
# Letters alone, with what stands between and behind names.
_COURTEOUS = re.compile(r"[^\W\d_]+(?:[ .,'/-]+[^\W\d_]+)*[ .,!]*")
_ADDRESS = r"[\w.+-]+@[\w.-]+"
_SITE = r"(?:https?://)?(?:www\.)?[a-z0-9-]+(?:\.[a-z0-9-]+)*\.[a-z]{2,6}/?"
_TELEPHONE = r"(?:\+|\(?0)[0-9()\s.-]{8,17}"
_CONTACT = re.compile(
    r"(?:(?:t|m|e|w|tel|telefoon|phone|mob|mobiel|mobile|mail|e-?mail|web|website)\b[\s.:]*)?"
    rf"(?:{_ADDRESS}|{_SITE}|{_TELEPHONE})"
)
_DEVICE = re.compile(
    r"(?:verzonden|verstuurd|sent|get) (?:vanaf|van|met|via|from|with|using|outlook for) (?:(?:mijn|my) )?"
    r"[a-z]+(?: [a-z0-9]+){0,4}[ .]*"
)
_FIRMS = frozenset("bv nv vof ltd inc llc plc gmbh".split())
_SENTENCE_ENDS = re.compile(
    rf"(?<=[.!?;])\s+|(?<![:,\s])\s*\n\s*|,?\s+(?=(?:{'|'.join(sorted(REASONS - {'as', 'since', 'daar'}))})\b)"
)


@dataclass(frozen=True, slots=True)
class Sentence:
    """One sentence or line: its tokens, these in one line, what it answers, and whether it says that it does."""

    tokens: tuple[Token, ...]
    words: str
    answer: str
    is_explicit: bool

    @property
    def denies(self) -> bool:
        """Whether there is a word in it that may turn an answer into its opposite."""
        return any(token.text in DENIALS for token in self.tokens)

    @property
    def wavers(self) -> bool:
        """Whether it announces another answer, or takes one back."""
        return any(token.text in ALTERNATIVES for token in self.tokens)

    @property
    def explains(self) -> bool:
        """Whether it says why."""
        return self.tokens[0].text in REASONS


@dataclass(frozen=True, slots=True)
class Letter:
    """What a rule judges: the text in plain characters without courtesies, its answer, and its sentences.

    `is_empty`: whether nothing stands in it but courtesies, contact details and words that say nothing of their own.
    """

    plain: str
    answer: str
    sentences: tuple[Sentence, ...]
    is_empty: bool = False


def letter_of(text: str, options: Options, sender: str = "") -> Letter:
    """Read a text of which nothing is struck out. `sender`: what its sender is called, empty when nobody knows."""
    lines = _tidy_lines(plain(text, keep_accents=options.keep_accents))
    said = _said_in(lines, _names_in(sender))
    body = said or "\n".join(lines)
    sentences = tuple(_sentences(body, options))
    answer = _answer_of([token for sentence in sentences for token in sentence.tokens])
    return Letter(body, answer, sentences, is_empty=not said or _is_idle(said))


def answer_key(text: str, options: Options, sender: str = "") -> str:
    """What the new text of an entry says, the same for all that say the same: for judging them at once.

    Greeting and signature do not count, struck-out text does. What is quoted below, or attached, is not looked at.
    `sender` is as in `letter_of`.
    """
    body = body_of(plain(text, keep_accents=options.keep_accents), sender)
    if len(body) > LONGEST_TEXT:
        return " ".join(body.split())
    return bare_answer(" ".join(token.text for token in tokens_of(body, options.language)))


def without_struck(text: str) -> str:
    """`text` without what its writer struck out, which the mail parser writes between `~~` and `~~`."""
    pieces = text.split(STRUCK)
    if len(pieces) % 2 == 0:
        pieces[-2:] = [pieces[-2] + pieces[-1]]
    return "".join(pieces[::2])


def with_struck(text: str) -> str:
    """`text` as if nothing had been struck out."""
    return text.replace(STRUCK, " ")


def body_of(plain_text: str, sender: str = "") -> str:
    """Plain text without greeting and closing, with single spaces and at most one blank line between others.

    It is the whole text when nothing else is there. `sender` is as in `letter_of`.
    """
    lines = _tidy_lines(plain_text)
    return _said_in(lines, _names_in(sender)) or "\n".join(lines)


def _names_in(sender: str) -> frozenset[str]:
    return frozenset(_WORDS.findall(plain(sender, keep_accents=False)))


def _said_in(lines: Sequence[str], own_names: frozenset[str]) -> str:
    """What stands between greeting and closing; empty when there is no word or number there."""
    if not lines:
        return ""
    body = "\n".join(_without_closing([_without_greeting(lines[0]), *lines[1:]], own_names)).strip()
    return body if _WORDS.search(body) else ""


def _is_idle(body: str) -> bool:
    """Whether every line of a text only reaches somebody, names a telephone, or says nothing: it holds no answer."""
    return all(
        _CONTACT.fullmatch(line) or _DEVICE.fullmatch(line) or says_nothing(_WORDS.findall(line))
        for line in body.split("\n")
    )


def _tidy_lines(plain_text: str) -> list[str]:
    lines: list[str] = []
    for raw in plain_text.split("\n"):
        line = " ".join(raw.split())
        if line or (lines and lines[-1]):
            lines.append(line)
    return lines[:-1] if lines and not lines[-1] else lines


def _without_greeting(line: str) -> str:
    """A first line without "beste redactie,": all of it, or what stands before the first comma or exclamation mark."""
    head, *rest = _AFTER_GREETING.split(line, maxsplit=1)
    if rest and rest[0] and _begins_letter(head):
        return rest[0]
    return "" if _begins_letter(line) else line


def _begins_letter(line: str) -> bool:
    """Whether a line is a greeting, and names nobody but the editors, or one person."""
    if len(line) > _LONGEST_COURTESY or not _COURTEOUS.fullmatch(line):
        return False
    return any(_are_greeted(rest) for rest in _behind_phrases(line, GREETINGS))


def _are_greeted(words: Sequence[str]) -> bool:
    names = [word for word in words if word not in ADDRESSED and word not in PARTICLES]
    return len(names) <= _NAMES_GREETED and all(map(_may_be_name, names))


def _behind_phrases(line: str, phrases: Iterable[str]) -> Iterator[list[str]]:
    """What words stand in a line behind a phrase that it begins with, for each phrase that it does."""
    words = _WORDS.findall(line)
    said = " ".join(words) + " "
    for phrase in phrases:
        if said.startswith(f"{phrase} "):
            yield words[phrase.count(" ") + 1 :]


def _may_be_name(word: str) -> bool:
    is_number = any(tokens_of(word, language)[0].is_number for language in Language)
    return may_be_name(word) and not is_number


def _is_closing(line: str, own_names: frozenset[str]) -> bool:
    """Whether a line is "groet," with or without the name of the sender, or thanks in words that say nothing else."""
    if len(line) > _LONGEST_COURTESY or not _COURTEOUS.fullmatch(line):
        return False
    return any(says_nothing(rest) or _is_name(rest, own_names) for rest in _behind_phrases(line, CLOSINGS))


def _is_name(words: Sequence[str], own_names: frozenset[str]) -> bool:
    """Whether words have the shape of a name, and are the sender's as far as anybody knows: "Jan" of "J. de Vries"."""
    names = [word for word in words if word not in PARTICLES]
    if not names or len(names) > _NAME_WORDS or not all(map(_may_be_name, names)):
        return False
    return not own_names or any(
        name.startswith(own) or own.startswith(name) for name in names for own in own_names
    )


def _without_closing(lines: list[str], own_names: frozenset[str]) -> list[str]:
    """Lines up to "groet,", when nothing but the sender's name and how to reach them stands below it."""
    for at in range(len(lines) - 1, max(len(lines) - 2 - 2 * _LINES_BELOW_CLOSING, -1), -1):
        if not _is_closing(lines[at], own_names):
            continue
        below = [line for line in lines[at + 1 :] if line]
        if len(below) > _LINES_BELOW_CLOSING or not _is_signature(below, own_names):
            return lines
        return _without_last_courtesies(lines[:at], own_names)
    end = _end_without_own_name(lines, own_names)
    return lines[:end] if end < len(lines) else [*lines[:-1], _without_last_words(lines[-1], own_names)]


def _end_without_own_name(lines: Sequence[str], own_names: frozenset[str]) -> int:
    """Where the last lines begin that are nothing but the name of the sender, as far as it is known."""
    end = len(lines)
    while end and (not lines[end - 1] or _is_whole_own_name(lines[end - 1], own_names)):
        end -= 1
    return end


def _is_whole_own_name(line: str, own_names: frozenset[str]) -> bool:
    if len(line) > _LONGEST_COURTESY or not _COURTEOUS.fullmatch(line):
        return False
    names = [word for word in _WORDS.findall(line) if word not in PARTICLES]
    return bool(names) and own_names.issuperset(names) and all(map(_may_be_name, names))


def _without_last_courtesies(lines: list[str], own_names: frozenset[str]) -> list[str]:
    """Without what stands above "groet,": "alvast bedankt,"."""
    end = len(lines)
    first = max(end - 2 * _LINES_BELOW_CLOSING, 0)
    while end > first and (not lines[end - 1] or _is_closing(lines[end - 1], own_names)):
        end -= 1
    return lines[:end]


def _is_signature(lines: Sequence[str], own_names: frozenset[str]) -> bool:
    """Whether lines are a name, a firm and ways to reach somebody: nothing that could be an answer as well."""
    rest = lines[1:] if lines and _is_name_line(lines[0], own_names) else lines
    return all(_CONTACT.fullmatch(line) or _is_firm(line) for line in rest)


def _is_name_line(line: str, own_names: frozenset[str]) -> bool:
    is_short = len(line) <= _LONGEST_COURTESY and _COURTEOUS.fullmatch(line) is not None
    return is_short and _is_name(_WORDS.findall(line), own_names)


def _is_firm(line: str) -> bool:
    words = _WORDS.findall(line)
    return bool(words) and words[-1] in _FIRMS and all(map(_may_be_name, words))


def _without_last_words(line: str, own_names: frozenset[str]) -> str:
    """The one line of a telephone: "42. Groetjes Anja"."""
    tail = line[-_LONGEST_COURTESY:]
    for space in re.finditer(r"(?<=[\w.!?,;)])\s+(?=\w)", tail):
        if _is_closing(tail[space.end() :], own_names):
            return line[: len(line) - len(tail) + space.start()]
    return line


def _sentences(body: str, options: Options) -> Iterator[Sentence]:
    for part in _SENTENCE_ENDS.split(_unwrapped(body)):
        tokens = tuple(tokens_of(part, options.language))
        if tokens:
            words = " ".join(token.text for token in tokens)
            yield Sentence(tokens, words, _answer_of(tokens), says_answer(words))


def _answer_of(tokens: Sequence[Token]) -> str:
    """What tokens answer. What looks like an article is none where a sign or a line end stands behind it: "A. B"."""
    is_parted = any(token.text in ARTICLES and behind.is_apart for token, behind in pairwise(tokens))
    return bare_answer(" ".join(token.text for token in tokens), keep_articles=is_parted)


def _unwrapped(body: str) -> str:
    """`body` with lines that were wrapped in one: they are long, and no sentence ends there."""
    lines = body.split("\n")
    pieces: list[str] = []
    for line, below in zip(lines, [*lines[1:], ""], strict=True):
        is_wrapped = below and len(line) >= _WRAPPED and not line.endswith((".", "!", "?", ":", ";"))
        pieces += (line, " " if is_wrapped else "\n")
    return "".join(pieces)
