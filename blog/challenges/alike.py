"""Which answers are alike: written the same, so that they can be judged together, or of the same sender.

Judged together is only what nobody has to read twice: the same words with the same signs between them, where neither a
subject nor quoted text says anything else, and nothing points to what is not compared.
"""

import hmac
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from blog.accounts.values import email_key
from blog.challenges.rules.beside import says_nothing
from blog.challenges.rules.characters import REORDERS, STROKES, plain
from blog.challenges.rules.letter import answer_key, body_of, letter_of
from blog.challenges.rules.normaliser import Options, bare_answer
from blog.challenges.rules.phrases import SMILEYS
from blog.challenges.rules.tokens import tokens_of

_SENDER_DIGITS = 16
# Goes up whenever fewer answers are alike than before. With the digits it is 64 characters long.
_PREFIX, _KEY_DIGITS = "2.", 62
# What is longer somebody reads. The lines are those of quoted text and of a signature.
_LONGEST_TEXT, _LONGEST_ELIDED, _MOST_LINES = 4_000, 8_000, 100
# They lead to what is not compared: a subject, a file, a quotation, an earlier mail, a page somewhere.
_POINTERS = (
    "onderwerp onderwerpregel titel bijlage bijlagen bijgevoegd bijgesloten bijgaand hieronder onderstaand "
    "onderstaande hierboven bovenstaand bovenstaande beneden eerder eerdere vorig vorige gisteren mailtje idem ditto "
    "foto fotos plaatje plaatjes afbeelding afbeeldingen tekening scan screenshot schermafdruk link linkje subject "
    "title attachment attached enclosed below above previous earlier yesterday picture pictures photo photos image "
    "images drawing http https www"
).split()
_POINTING = re.compile(
    rf"(?<!\S)(?:{'|'.join(_POINTERS)}|(?:zoals|as) (?:ik |i )?(?:al )?(?:gezegd|zei|schreef|said|wrote)"
    r"|(?:de|het)?zelfde als (?:ik|mijn|toen|daarvoor)|same as (?:i|my|before|last))(?!\S)"
    r"|\A(?:zie|see)(?!\S)"
)
_BEFORE_SUBJECT = frozenset("re fw fwd antw aw sv vs doorst".split())
# Commas in numbers, hyphens and apostrophes in words, quotes around words, and the colon behind a word.
_SILENT_SIGNS = re.compile(
    r"(?<=[0-9])[.,](?=[0-9])|(?<=[^\W\d_])-(?=[^\W\d_])|(?<=[^\W\d_])['\"]|['\"](?=[^\W\d_])"
    rf"|(?<=[^\W\d_]{{2}}):\s|[{SMILEYS}]"
)
_WORDS = re.compile(r"[^\W_]++(?: ++[^\W_]++)*+")
_LOOSE_MINUS = re.compile(r"\u2212(?=\s)")
_AT_THE_END = " \n.,;:!"


@dataclass(frozen=True, slots=True)
class Said:
    """What can be compared of a message. `sender`: with which name it may be signed; `topics`: what it may be about."""

    text: str
    subject: str = ""
    elided: str = ""
    sender: str = ""
    topics: tuple[str, ...] = ()


def compared(said: Said, options: Options) -> str | None:
    """The form in which what somebody said is compared with what others did; None where a person has to read it.

    Greeting and signature do not count. In doubt two are not alike: that costs a judge one press more.
    """
    if STROKES.search(said.text) or REORDERS.search(said.text):
        return None
    if len(said.text) > _LONGEST_TEXT or len(said.elided) > _LONGEST_ELIDED:
        return None
    # Plain text does not tell this minus from a dash, and apart from a number a dash is none to everybody.
    text = plain(_LOOSE_MINUS.sub("\u2296", said.text), keep_accents=options.keep_accents)
    words = answer_key(said.text, options, said.sender)
    if not words or _POINTING.search(" ".join(_words_of(text, options))):
        return None
    elided = [*_own_lines(said.elided, options, said.sender)]
    if len(elided) > _MOST_LINES:
        return None
    return "\0".join(
        (words, _signs_in(body_of(text, said.sender)), _said_in_subject(said, words, options), *elided)
    )


def stored_key(answer: str, secret: bytes) -> str:
    """The key of a compared answer as it is kept, with how it was compared.

    It goes with the answer. Whoever has our database could find a short one by trying as long as `secret`, which is
    that of the challenge, is kept beside it: until the challenge has ended.
    """
    return _PREFIX + hmac.digest(secret, b"answer\n" + answer.encode(), "sha256").hex()[:_KEY_DIGITS]


def is_current(key: str) -> bool:
    """Whether answers with this key are alike as they are compared now: before, "B" and "A, B" once had the same."""
    return key.startswith(_PREFIX)


def sender_name(address: str, secret: bytes | None) -> str | None:
    """What the sender of a message is called in the ledger of a challenge; None where it names nobody.

    `secret` is that of the challenge, in no export, so the name leads no reader of a ledger to the address. Whoever has
    our database could try addresses until the challenge has ended: then the secret is forgotten, and no name is given.
    """
    key = email_key(address)
    if not key or secret is None:
        return None
    return hmac.digest(secret, key.encode(), "sha256").hex()[:_SENDER_DIGITS]


def _signs_in(body: str) -> str:
    """The signs of an answer that its words do not tell, and where they stand: "w,w" for "A, B" and "-w" for "- 3".

    Line ends are signs. None that end it count, but for an exclamation mark behind a number: "5!" may be 120.
    """
    rest = body.rstrip(_AT_THE_END)
    end = "!" if rest[-1:].isdigit() and body[len(rest) :].startswith("!") else ""
    signs = _WORDS.sub("w", _SILENT_SIGNS.sub(" ", rest))
    return signs.replace(" ", "").replace("\n\n", "\n") + end


def _said_in_subject(said: Said, words: str, options: Options) -> str:
    """What a subject says beside what it is about and what the text says; empty where that is nothing."""
    written = plain(said.subject, keep_accents=options.keep_accents)
    subject = f" {' '.join(_words_of(written, options))} "
    for topic in said.topics:
        about = " ".join(_words_of(plain(topic, keep_accents=options.keep_accents), options))
        subject = subject.replace(f" {about} ", " ", 1) if about else subject
    rest = [word for word in subject.split() if word not in _BEFORE_SUBJECT]
    signs = _signs_in(" ".join(written.split())).strip("w")
    # The letter of an option is no article in a subject.
    is_courtesy = says_nothing(rest) and all(len(word) > 1 for word in rest)
    if is_courtesy or (bare_answer(" ".join(rest)) == words and not signs):
        return ""
    return f"{' '.join(rest)}\n{signs}"


def _own_lines(elided: str, options: Options, sender: str) -> Iterator[str]:
    """The lines of quoted text or a signature that are neither courtesies, nor ways to reach somebody, nor their name.

    No more are read than can count.
    """
    lines = (" ".join(line.strip(" \t>|").split()) for line in elided.split("\n"))
    for read, line in enumerate(filter(None, lines)):
        if read > _MOST_LINES or not letter_of(line, options, sender).is_empty:
            yield line


def _words_of(text: str, options: Options) -> Iterable[str]:
    return (token.text for token in tokens_of(text, options.language))
