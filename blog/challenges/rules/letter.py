"""A letter and what it says: without "Beste redactie,", without "Groet, Anja", in sentences.

In doubt a line stays: a rule that finds more than an answer asks a person, one that misses half of it would be wrong.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from blog.challenges.rules.characters import plain
from blog.challenges.rules.normaliser import LONGEST_TEXT, Options, bare_answer, says_answer
from blog.challenges.rules.phrases import ALTERNATIVES, CLOSINGS, DENIALS, GREETINGS, REASONS
from blog.challenges.rules.tokens import Token, tokens_of

STRUCK = "~~"
_COURTEOUS_WORDS = 5
_NAME_WORDS = 4
_LINES_BELOW_CLOSING = 6
_LONGEST_COURTESY = 100
_WRAPPED = 60
_WORDS = re.compile(r"[^\W_]+")
_AFTER_GREETING = re.compile(r"[,!]+\s*")
_CONTACT = re.compile(
    r"(?:t|m|e|w|tel|telefoon|phone|mob|mobiel|mobile|mail|e-?mail|web|www|https?)\b[\s.:]"
    r"|\S+@\S+|[+(0][0-9][0-9()\s-]{6,}\Z|(?:https?://|www\.)\S+"
)
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
    """What a rule judges: the text in plain characters without courtesies, its answer, and its sentences."""

    plain: str
    answer: str
    sentences: tuple[Sentence, ...]


def letter_of(text: str, options: Options) -> Letter:
    """Read a text of which nothing is struck out."""
    body = body_of(plain(text, keep_accents=options.keep_accents))
    sentences = tuple(_sentences(body, options))
    return Letter(body, bare_answer(" ".join(sentence.words for sentence in sentences)), sentences)


def answer_key(text: str, options: Options) -> str:
    """What the new text of an entry says, the same for all that say the same: for judging them at once.

    Greeting and signature do not count, struck-out text does. What is quoted below, or attached, is not looked at.
    """
    body = body_of(plain(text, keep_accents=options.keep_accents))
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


def body_of(plain_text: str) -> str:
    """Plain text without greeting and closing, with single spaces and at most one blank line between others.

    It is the whole text when nothing else is there.
    """
    lines = _tidy_lines(plain_text)
    if not lines:
        return ""
    body = "\n".join(_without_closing([_without_greeting(lines[0]), *lines[1:]])).strip()
    return body if _WORDS.search(body) else "\n".join(lines)


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


def _begins_letter(words: str) -> bool:
    return _is_courtesy(words, GREETINGS)


def _is_courtesy(line: str, phrases: Sequence[str]) -> bool:
    """Whether a line is one of these phrases and perhaps a name. A number is an answer, however polite."""
    if len(line) > _LONGEST_COURTESY or any(character.isdigit() for character in line):
        return False
    words = _WORDS.findall(line)
    said = " ".join(words) + " "
    return len(words) <= _COURTEOUS_WORDS and any(said.startswith(f"{phrase} ") for phrase in phrases)


def _without_closing(lines: list[str]) -> list[str]:
    """Lines up to "groet,", when nothing but a name and how to reach somebody stands below it."""
    for at in range(len(lines) - 1, max(len(lines) - 2 - 2 * _LINES_BELOW_CLOSING, -1), -1):
        if not _is_courtesy(lines[at], CLOSINGS):
            continue
        below = [line for line in lines[at + 1 :] if line]
        if len(below) > _LINES_BELOW_CLOSING or not all(map(_is_name_or_contact, below)):
            return lines
        return _without_last_courtesies(lines[:at])
    return [*lines[:-1], _without_last_words(lines[-1])]


def _without_last_courtesies(lines: list[str]) -> list[str]:
    """Without what stands above "groet,": "alvast bedankt,"."""
    end = len(lines)
    while end and (not lines[end - 1] or _is_courtesy(lines[end - 1], CLOSINGS)):
        end -= 1
    return lines[:end]


def _is_name_or_contact(line: str) -> bool:
    if len(line) > _LONGEST_COURTESY:
        return False
    if _CONTACT.match(line):
        return True
    words = _WORDS.findall(line)
    is_said = any(word in ALTERNATIVES or word in DENIALS for word in words)
    return len(words) <= _NAME_WORDS and not is_said and not any(character.isdigit() for character in line)


def _without_last_words(line: str) -> str:
    """The one line of a telephone: "42. Groetjes Anja"."""
    tail = line[-_LONGEST_COURTESY:]
    for space in re.finditer(r"(?<=[\w.!?,;)])\s+(?=\w)", tail):
        if _is_courtesy(tail[space.end() :], CLOSINGS):
            return line[: len(line) - len(tail) + space.start()]
    return line


def _sentences(body: str, options: Options) -> Iterator[Sentence]:
    for part in _SENTENCE_ENDS.split(_unwrapped(body)):
        tokens = tuple(tokens_of(part, options.language))
        if tokens:
            words = " ".join(token.text for token in tokens)
            yield Sentence(tokens, words, bare_answer(words), says_answer(words))


def _unwrapped(body: str) -> str:
    """`body` with lines that were wrapped in one: they are long, and no sentence ends there."""
    lines = body.split("\n")
    pieces: list[str] = []
    for line, below in zip(lines, [*lines[1:], ""], strict=True):
        is_wrapped = below and len(line) >= _WRAPPED and not line.endswith((".", "!", "?", ":", ";"))
        pieces += (line, " " if is_wrapped else "\n")
    return "".join(pieces)
