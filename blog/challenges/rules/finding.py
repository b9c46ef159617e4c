"""What a rule finds in an entry: correct, incorrect, or that a person has to look.

*Correct* comes from the new text alone. *Incorrect* only when no way to read anything in the message, quoted text
included, comes near the answer. All between is a person's. So is, in the end, most of what is incorrect: a rule throws
an answer out by itself only in a closed form (`closed_forms`), or where the editor gave that answer as wrong.
"""

import re
from dataclasses import dataclass, replace
from enum import StrEnum

import structlog

from blog.challenges.rules.characters import REORDERS, STROKES, plain
from blog.challenges.rules.closed_forms import said_in
from blog.challenges.rules.compiling import CompiledRule
from blog.challenges.rules.kinds import OnDate
from blog.challenges.rules.letter import STRUCK, Letter, letter_of, with_struck, without_struck
from blog.challenges.rules.normaliser import LONGEST_TEXT
from blog.challenges.rules.numbered import numbers_behind_nouns
from blog.challenges.rules.reading import Reading, Why
from blog.challenges.rules.subjects import may_speak_against
from blog.challenges.rules.tokens import Language, tokens_of

LONGEST_ELIDED = 8_000
MOST_PIECES, MOST_ELIDED_PIECES = 1_200, 2_000
"""Of words and signs. Prose of the longest text has fewer; more of them cost time, and say nothing to anybody."""
_PIECE = re.compile(r"[^\W\d_]+|[0-9]+|[^\w\s]|_")
_LONGEST_SHOWN = 500
_DIGIT = re.compile("[0-9]")
_POINTS_TO_ATTACHMENT = ("bijlage", "bijgevoegd", "bijgaand", "attachment", "attached", "enclosed")
_POINTS_TO_SUBJECT = ("onderwerp", "titel", "subject")
_MINUS = "\u2212"
_DASHES = f"-\u2010-\u2015\u2043\ufe58\ufe63\uff0d{_MINUS}"
_BULLETS = frozenset("-\u2013")
# Loose before a number it may be a minus, a dash, or the sign of a list; behind one, in small prices, what is short.
_LOOSE_DASH = re.compile(
    rf"(?P<line>^[^\S\n]*)?(?P<before>[0-9][^\S\n]*)?(?P<dash>[{_DASHES}])[^\S\n]++"
    r"(?=[\u20ac$\u00a3]?[^\S\n]*(?P<word>\w+))",
    re.MULTILINE,
)
_DASH_BEHIND = re.compile(rf"[0-9][{_DASHES}]+(?!\w)")

log = structlog.get_logger(__name__)


class Ruling(StrEnum):
    """What comes of an entry by a rule. `needs_person`: a person has to look, whatever the rule may do."""

    CORRECT = "correct"
    INCORRECT = "incorrect"
    NEEDS_PERSON = "needs_person"


@dataclass(frozen=True, slots=True)
class Finding:
    """What a rule found, and why; the part that matched, and the answer, both as the rule saw them (normalised).

    `decides`: whether that is plain enough for a verdict without a person. What is incorrect and does not decide is
    proposed: it is if a judge agrees.
    """

    judgement: Ruling
    why: Why
    matched: str = ""
    normalised: str = ""
    decides: bool = False


def judge(
    compiled: CompiledRule,
    text: str,
    elided: str,
    attachments: int,
    *,
    readable: bool,
    sender: str = "",
    subject: str = "",
    title: str = "",
) -> Finding:
    """Judge an entry by its new text and by what was quoted or signed; `attachments` is how many it has.

    `readable`: whether the mail parser vouches for the text. `sender`: what its sender is called, empty when nobody
    knows: a signature with another name is part of the answer. `subject`: an answer in it makes a person look, and is
    never correct by itself. `title`: that of the challenge, which our page writes into the subject: nobody says it.
    Never raises: a rule that breaks sends it to a person.
    The same for the same arguments in every process; in time linear in the length of both texts.
    """
    if not readable:
        return _person(Why.UNREADABLE)
    if len(text) > LONGEST_TEXT:
        return _person(Why.TOO_LONG)
    if STROKES.search(text):
        return _person(Why.STRUCK)
    if REORDERS.search(text):
        return _person(Why.AMBIGUOUS)
    try:
        own = _without_title(subject, title)
        return _judged(compiled, text, _Around(elided, attachments, sender, own))
    except Exception:  # The promise: a rule that breaks stops nobody, and decides nothing.
        log.exception("rule failed", kind=compiled.rule.kind.kind)
        return _person(Why.RULE_FAILED)


@dataclass(frozen=True, slots=True)
class _Around:
    """What comes with the text of an entry."""

    elided: str
    attachments: int
    sender: str
    subject: str


def _without_title(subject: str, title: str) -> str:
    """What somebody wrote into a subject, in plain characters. Accents are left to who reads on."""
    written, ours = (" ".join(plain(each, keep_accents=True).split()) for each in (subject, title))
    return re.sub(rf"(?<!\w){re.escape(ours)}(?!\w)", " ", written) if ours else written


def _judged(compiled: CompiledRule, text: str, around: _Around) -> Finding:
    bare = without_struck(text)
    finding = _said(compiled, bare, around)
    if STRUCK not in text or finding.why is Why.RULE_FAILED:
        return finding
    kept = _said(compiled, with_struck(text), around)
    if (finding.judgement, finding.matched) != (kept.judgement, kept.matched):
        return _person(Why.STRUCK, finding.matched or kept.matched, finding.normalised)
    return replace(finding, decides=finding.decides and kept.decides)


def _said(compiled: CompiledRule, text: str, around: _Around) -> Finding:
    """The finding for a text of which nothing is struck out."""
    letter = letter_of(text, compiled.rule.options, around.sender)
    if _is_too_long(letter.plain, LONGEST_TEXT, MOST_PIECES):
        # Some characters are written with several plain ones.
        return _person(Why.TOO_LONG)
    if not letter.sentences:
        return _person(Why.ATTACHMENT if around.attachments else Why.EMPTY)
    reading = compiled.matcher.read(letter)
    if reading.why is Why.MATCH:
        doubt = _doubt(compiled, letter, text, reading, around)
        return _finding(Reading(doubt, reading.matched), letter, decides=doubt is Why.MATCH)
    said = said_in(letter, text)
    is_sample = letter.answer in compiled.wrong and not _has_loose_dash(text)
    is_rejected = compiled.matcher.rejects(said)
    # "Onwaar" is no slip of "waar", and the letter A no article: such a word is known for what it is. A number that can
    # be read in two ways is not.
    is_known = (is_sample or is_rejected) and _DIGIT.search(letter.answer) is None
    if reading.why is Why.NO_MATCH or is_known:
        reading = _without_match(compiled, text, around, is_known=is_known)
    if reading.why is not Why.NO_MATCH:
        return _finding(reading, letter)
    if letter.is_empty and not is_known:
        return _finding(Reading(Why.EMPTY), letter)
    decides = (is_sample or is_rejected) and not _is_another_in_subject(compiled, letter.answer, around)
    return _finding(Reading(Why.SAMPLE) if is_sample else reading, letter, decides=decides)


def _doubt(compiled: CompiledRule, letter: Letter, text: str, reading: Reading, around: _Around) -> Why:
    """What speaks against an answer that matches; MATCH when nothing does."""
    language = compiled.rule.options.language
    counted = numbers_behind_nouns(tokens_of(letter.plain, language))
    if _has_loose_dash(text) or any(True for _ in counted):
        return Why.AMBIGUOUS
    return Why.SUBJECT if _is_another_in_subject(compiled, reading.matched, around) else Why.MATCH


def _is_another_in_subject(compiled: CompiledRule, said: str, around: _Around) -> bool:
    options = compiled.rule.options
    subject = letter_of(around.subject, options, around.sender)
    if not subject.sentences or compiled.matcher.read(subject).why is Why.MATCH:
        return False
    is_date = isinstance(compiled.rule.kind, OnDate)
    return may_speak_against(subject.plain, said, options.language, is_date=is_date)


def _has_loose_dash(text: str) -> bool:
    """Whether a dash stands apart from a number in such a way that it may be its sign.

    At the start of a line it is one of a list; between two numbers the rules read it. A real minus sign is neither.
    """
    if _DASH_BEHIND.search(text):
        return True
    for found in _LOOSE_DASH.finditer(text):
        is_in_list = found["line"] is not None and found["dash"] in _BULLETS
        is_between = found["before"] is not None and found["dash"] != _MINUS
        if not is_in_list and not is_between and _is_number(found["word"]):
            return True
    return False


def _is_number(word: str) -> bool:
    return any(
        token.is_number
        for language in Language
        for token in tokens_of(plain(word, keep_accents=False), language)[:1]
    )


def _without_match(compiled: CompiledRule, text: str, around: _Around, *, is_known: bool) -> Reading:
    """Why the strictest reading finds nothing: NO_MATCH only when no reading of anything does. Of a text that
    `is_known` for another answer only what comes with it is read.
    """
    keep_accents = compiled.rule.options.keep_accents
    whole = plain(text, keep_accents=keep_accents)
    old = plain(with_struck(around.elided[: LONGEST_ELIDED + 1]), keep_accents=keep_accents)
    is_elided_read = len(around.elided) <= LONGEST_ELIDED and not _is_too_long(
        old, LONGEST_ELIDED, MOST_ELIDED_PIECES
    )
    reading = compiled.matcher.may_match("" if is_known else whole, old if is_elided_read else "")
    if reading.why is not Why.NO_MATCH:
        return reading
    if around.attachments or any(word in whole for word in _POINTS_TO_ATTACHMENT):
        return Reading(Why.ATTACHMENT)
    subject = plain(around.subject, keep_accents=keep_accents)
    in_subject = compiled.matcher.may_match(subject, "")
    if in_subject.why is not Why.NO_MATCH or any(word in whole for word in _POINTS_TO_SUBJECT):
        return Reading(Why.SUBJECT, in_subject.matched)
    return reading if is_elided_read else Reading(Why.TOO_LONG)


def _is_too_long(text: str, longest: int, most_pieces: int) -> bool:
    return len(text) > longest or len(_PIECE.findall(text)) > most_pieces


def _finding(reading: Reading, letter: Letter, *, decides: bool = False) -> Finding:
    shown, matched = letter.answer[:_LONGEST_SHOWN], reading.matched[:_LONGEST_SHOWN]
    match reading.why:
        case Why.MATCH:
            return Finding(Ruling.CORRECT, reading.why, matched, shown, decides)
        case Why.NO_MATCH | Why.SAMPLE:
            return Finding(Ruling.INCORRECT, reading.why, "", shown, decides)
        case why:
            return _person(why, matched, shown)


def _person(why: Why, matched: str = "", normalised: str = "") -> Finding:
    return Finding(Ruling.NEEDS_PERSON, why, matched, normalised)
