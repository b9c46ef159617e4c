"""Where a text tells the name of whoever wrote it.

Nothing is known of names but the one on the message and the address: whatever is found is made of words of these two.
In the middle of a text a name is a first and a last name together. A first name alone is one where nothing else can be
meant: in a signature, behind a closing or "mijn naam is", before "'s iPhone".
"""

import re
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import NamedTuple

from blog.challenges.blind_secrets import Span
from blog.challenges.rules.phrases import CLOSINGS, GREETINGS, PARTICLES

_UNSEEN = "\u00ad\u200b-\u200d\u2060\ufeff"
_WORD = re.compile(rf"[^\W_]++(?:[{_UNSEEN}]++[^\W_]++)*+")
_UNSEEN_IN_WORD = re.compile(f"[{_UNSEEN}]+")
_IS_ELSEWHERE = re.compile(r"[\n<>()\[\]:;]")
_DOUBLE_NAME = re.compile(r"(?:-[^\W\d_]++)*+")
_LETTERS = re.compile(r"[^\W\d_]+")
# Signs and spaces between two words of one name.
_WIDEST_GAP = 5
# In words. However long one is, reading it costs no more for each.
_LONGEST_NAME = 12
_LONGEST_SIGNATURE = 200
_MOST_WORDS_BELOW_CLOSING = 5
_MOST_WORDS_BEHIND_CLOSING = 5
_MOST_PIECES = 4
_LONGEST_PHRASE = 4
_SHORTEST_IN_ONE = 8
_END_OF_NAME = 3
# Where a name on a message goes over into something else: "Anja (Bakkerij Jansen)", "Anja via Documenten".
_BEHIND_NAME = re.compile(r"[(\[|/]|\s[-\u2013\u2014]\s")
_VIA = re.compile(r"\s\(?(?:via|namens|on behalf of)\s.*", re.IGNORECASE | re.DOTALL)
_TITLES = frozenset(
    "dr drs ir ing mr mrs ms miss prof dhr mw mevr mevrouw meneer mijnheer heer fam familie msc bsc ma ba mba phd llm "
    "bc ra rc jr sr".split()
)
_ENDS_OF_LETTERS = frozenset(CLOSINGS).union(
    {
        *"gruss grusse salutations cordialement saludos greetings mfg mvrgr grtn dank kus kusje kusjes xx xxx".split(),
        *("hartelijk dank", "heel erg bedankt", "dank jullie wel", "hartelijks", "namens"),
    }
)
_LAST_WORDS = frozenset(each.split()[-1] for each in _ENDS_OF_LETTERS)
# Behind these at the beginning of a line somebody is addressed: in what is quoted, the sender.
_GREETING_WORDS = frozenset(greeting.split()[0] for greeting in GREETINGS)
_BEGINNINGS_OF_LINES = frozenset({*GREETINGS, "best", "dank", "namens"})
_ALSO_FIRST_NAMES = PARTICLES.intersection({"al", "da", "di", "el"})
_BEFORE_A_NAME = frozenset({"van", "from", "von", "by", "door"})
_INTRODUCTIONS = frozenset(
    {
        *(
            "mijn naam is",
            "my name is",
            "ik heet",
            "ik ben",
            "i am",
            "im",
            "i m",
            "ondergetekende",
            "schreef",
        ),
        *("verzonden door", "verstuurd door", "sent by"),
        *(f"{noun} van" for noun in ("antwoord", "inzending", "oplossing", "reactie", "bijdrage")),
        *(f"{noun} {by}" for noun in ("answer", "entry", "solution") for by in ("from", "by", "of")),
    }
)
_LABELS = frozenset("van aan from to cc von an naam name afzender inzender sender".split())
_WROTE = frozenset("schreef wrote writes schrieb".split())
_DEVICES = frozenset(
    "iphone ipad ipod macbook mac samsung galaxy android telefoon mobiel mobieltje gsm smartphone phone tablet laptop "
    "computer pc".split()
)
# Letters whose line or ring Unicode does not take for an accent.
_PLAIN = {"ø": "o", "ł": "l", "đ": "d", "ð": "d"}
_LATIN, _WIDE = range(0x2000), range(0xFF00, 0xFFF0)


@dataclass(frozen=True, slots=True)
class _Called:
    """The words of a name, as they are looked for: those that come first, the last one, and all of it in one word."""

    given: frozenset[str] = frozenset()
    family: frozenset[str] = frozenset()
    in_one: frozenset[str] = frozenset()

    def has(self, word: str) -> bool:
        return word in self.given or word in self.family

    def may_be_whole_in(self, folded: str) -> bool:
        """Whether the end of a last name stands in a text at all: in most it does not, and that is known quickly."""
        return any(word[-_END_OF_NAME:] in folded for word in (*self.family, *self.in_one))

    def may_be_in(self, folded: str) -> bool:
        """The same for the end of any name."""
        return self.may_be_whole_in(folded) or any(word in folded for word in self.given)


class _Piece(NamedTuple):
    """One word of a text, or several that stand for one of a name: "de Vries" for "devries". `word` is folded.

    A tuple, since a long text has many of them.
    """

    word: str
    start: int
    end: int


def composed(text: str) -> str:
    """Each letter in one piece with its accent: so that what is looked for stands where it is found."""
    return text if text.isascii() else unicodedata.normalize("NFC", text)


def names_in(text: str, name: str, address: str) -> Iterator[Span]:
    """Where a composed text tells this name, whatever its accents and the order of its words; places may overlap.

    What somebody writes about themselves inside an answer cannot be told from the answer: its first line stays when it
    holds nothing but one of their names.
    """
    called, *firms = _called(name, address)
    folded = _folded(text)
    seen = folded if folded.isascii() else _UNSEEN_IN_WORD.sub("", folded)
    for each in (called, *firms):
        if each.may_be_whole_in(seen):
            yield from _whole_names(folded, each)
    if called.may_be_in(seen):
        yield from _signatures(text, folded, called)


@lru_cache(64)
def _called(name: str, address: str) -> Sequence[_Called]:
    """What whoever sends as `name` from `address` is called, and then what else stands in that name: a firm.

    Of somebody without a name the address tells it.
    """
    name = _VIA.sub("", composed(name))
    mailbox = _LETTERS.findall(_folded((name if "@" in name else address).partition("@")[0]))
    if "@" in name or not name.strip():
        return [_put_together(mailbox[:-1] or mailbox, mailbox[-1:] if len(mailbox) > 1 else [])]
    own, *firms = _of_name(name)
    if len(mailbox) > 1 and any(own.has(word) and len(word) > 2 for word in mailbox):
        other = _put_together(mailbox[:-1], mailbox[-1:])
        own = _Called(own.given | other.given, own.family | other.family, own.in_one | other.in_one)
    return [own, *firms]


def _of_name(name: str) -> list[_Called]:
    """The words of "Drs. Anja de Vries MSc", of "Vries, A. de (Anja)", or of "Anja de Vries | Bakkerij Jansen"."""
    first, *others = _BEHIND_NAME.split(name)
    if len(_folded_words(first)) < 2:
        return [_of_words(name)]
    called = _of_words(first)
    # One word more is what somebody goes by; several are a firm.
    nicknames = {words[0] for each in others if len(words := _folded_words(each)) == 1}
    firms = [_of_words(each) for each in others if len(_folded_words(each)) > 1]
    return [_Called(called.given | nicknames, called.family, called.in_one), *firms]


def _of_words(name: str) -> _Called:
    before, comma, behind = name.partition(",")
    if comma and _folded_words(behind):
        family, given = _folded_words(before), _folded_words(behind)
    else:
        tokens = [words for each in name.split() if (words := _folded_words(each))]
        family = tokens[-1] if len(tokens) > 1 else []
        given = [word for words in (tokens[:-1] if family else tokens) for word in words]
    return _put_together(given, family)


def _put_together(given: Sequence[str], family: Sequence[str]) -> _Called:
    first = [word for word in given if word not in PARTICLES] or [
        word for word in given[:1] if word in _ALSO_FIRST_NAMES
    ]
    last = [word for word in family if word not in PARTICLES]
    between = "".join(word for word in (*given, *family) if word in PARTICLES)
    in_one = {"".join((*given, *family)), *(f"{one}{between}{two}" for one in first[:1] for two in last)}
    squeezed = {f"{between}{word}" for word in last} if between else set[str]()
    return _Called(
        frozenset(first),
        frozenset(last) | squeezed,
        frozenset(each for each in in_one if len(each) >= _SHORTEST_IN_ONE and (first and last)),
    )


def _folded_words(text: str) -> list[str]:
    words = (_UNSEEN_IN_WORD.sub("", word) for word in _WORD.findall(_folded(text)))
    return [word for word in words if word not in _TITLES]


def _pieces(folded: str, called: _Called) -> Iterator[_Piece]:
    """The words of a text in order."""
    waiting: list[_Piece] = []
    for found in _WORD.finditer(folded):
        piece = _Piece(_bare(found[0]), found.start(), found.end())
        if piece.word in PARTICLES and len(waiting) < _MOST_PIECES - 1:
            waiting.append(piece)
        elif waiting:
            yield from _joined([*waiting, piece], called)
            waiting = []
        else:
            yield piece
    yield from waiting


def _bare(word: str) -> str:
    """A word of a text as it is looked for: "devries85" is "devries"."""
    if word.isalpha():
        return word
    word = _UNSEEN_IN_WORD.sub("", word)
    return word.rstrip("0123456789") or word


def _joined(pieces: Sequence[_Piece], called: _Called) -> Iterator[_Piece]:
    """Particles and the word behind them: in one piece, as far as they are one word of a name together."""
    for at in range(len(pieces) - 1):
        together = "".join(piece.word for piece in pieces[at:])
        if together in called.family:
            yield from pieces[:at]
            yield _Piece(together, pieces[at].start, pieces[-1].end)
            return
    yield from pieces


def _whole_names(folded: str, called: _Called) -> Iterator[Span]:
    """First and last name together, in any order, and all of it in one word."""
    run: list[_Piece] = []
    for piece in _pieces(folded, called):
        if piece.word in called.in_one:
            yield piece.start, piece.end
        is_of_name = called.has(piece.word) or piece.word in PARTICLES
        if run and (not is_of_name or _is_parted(folded, run, piece, called)):
            yield from _whole_name(folded, run, called)
            run = []
        if is_of_name:
            run.append(piece)
    yield from _whole_name(folded, run, called)


def _is_parted(folded: str, run: Sequence[_Piece], piece: _Piece, called: _Called) -> bool:
    """Whether a word is too far from a name to be of it, or something else begins behind one that is whole."""
    end = run[-1].end
    if piece.start - end > _WIDEST_GAP or len(run) == _LONGEST_NAME:
        return True
    return _IS_ELSEWHERE.search(folded, end, piece.start) is not None and _is_whole(run, called)


def _is_whole(run: Sequence[_Piece], called: _Called) -> bool:
    words = [piece.word for piece in run if called.has(piece.word)]
    return len(words) > 1 and not called.given.isdisjoint(words) and not called.family.isdisjoint(words)


def _whole_name(folded: str, run: Sequence[_Piece], called: _Called) -> Iterator[Span]:
    if _is_whole(run, called):
        named = [at for at, piece in enumerate(run) if called.has(piece.word)]
        # "van" before a first name is none of it, nor is what stands behind a last one.
        first = named[0] if run[named[0]].word in called.given else 0
        last = named[-1] if run[named[-1]].word in called.family else len(run) - 1
        behind = _DOUBLE_NAME.match(folded, run[last].end)
        yield run[first].start, behind.end() if behind else run[last].end


def _signatures(text: str, folded: str, called: _Called) -> Iterator[Span]:
    """Lines below the first that are a name, what stands below a closing, and a name where only a name can stand.

    The first is not a greeting, nor what leads to the answer: below these may stand the answer itself.
    """
    begun, is_closed, start = False, False, 0
    for line in folded.split("\n"):
        is_long = len(line) > _LONGEST_SIGNATURE
        pieces = [*_pieces(line, called)] if line and not is_long else []
        if pieces:
            shown = text[start : start + len(line)]
            yield from _moved(_signed(shown, pieces, called, begun=begun, is_closed=is_closed), start)
            is_closed = _ends_letter(pieces)
        begun = begun or is_long or (bool(pieces) and not _leads_to_answer(line, pieces))
        is_closed = is_closed and not is_long
        start += len(line) + 1


def _signed(
    line: str, pieces: Sequence[_Piece], called: _Called, *, begun: bool, is_closed: bool
) -> Iterator[Span]:
    """What of a line tells a name: all of it, or a few words."""
    words = [piece.word for piece in pieces]
    if not called.given.isdisjoint(words) or not called.family.isdisjoint(words):
        if (begun and _is_signed(words, called)) or (is_closed and _looks_like_name(line, pieces, called)):
            yield 0, len(line)
            return
        yield from _names_within(line, pieces, called)
    if not _DEVICES.isdisjoint(words):
        yield from _owners_of_devices(pieces, called)


def _moved(spans: Iterable[Span], by: int) -> Iterator[Span]:
    return ((first + by, last + by) for first, last in spans)


def _leads_to_answer(line: str, pieces: Sequence[_Piece]) -> bool:
    return line.rstrip().endswith(":") or pieces[0].word in _GREETING_WORDS


def _is_signed(words: Sequence[str], called: _Called) -> bool:
    """Whether all words are of a name, with titles and first letters; "B. de Vries" is not Anja."""
    others = [word for word in words if not called.has(word)]
    if all(len(word) == 1 for word in words):
        # More likely the letter of an option.
        return False
    if any(len(word) > 1 and word not in PARTICLES and word not in _TITLES for word in others):
        return False
    initials = [word for word in others if len(word) == 1]
    return (
        not initials
        or initials[0] in {word[0] for word in called.given}
        or not called.given.isdisjoint(words)
    )


def _looks_like_name(line: str, pieces: Sequence[_Piece], called: _Called) -> bool:
    """Whether a line is a first name of the sender with other names behind it: those of a family, or of a firm."""
    if len(pieces) > _MOST_WORDS_BELOW_CLOSING or pieces[0].word not in called.given:
        return False
    return all(line[piece.start].isupper() or piece.word in PARTICLES for piece in pieces[1:])


def _may_be_in_name(word: str, called: _Called) -> bool:
    return called.has(word) or word in PARTICLES or word in _TITLES


def _ends_letter(pieces: Sequence[_Piece]) -> bool:
    """Whether a line ends with a closing: what stands below it is who closes."""
    if not pieces or pieces[-1].word not in _LAST_WORDS:
        return False
    words = [piece.word for piece in pieces[-_LONGEST_PHRASE:]]
    return any(" ".join(words[at:]) in _ENDS_OF_LETTERS for at in range(len(words)))


def _names_within(line: str, pieces: Sequence[_Piece], called: _Called) -> Iterator[Span]:
    """Names in a line that says something else as well, where only a name can stand."""
    words = [piece.word for piece in pieces]
    at = 0
    while at < len(pieces):
        end = at
        while end < len(pieces) and (_may_be_in_name(words[end], called) or len(words[end]) == 1):
            end += 1
        named = [each for each in range(at, end) if called.has(words[each])]
        if named and _is_of_sender(line, pieces, range(at, named[0] + 1), end):
            first = at if words[named[0]] in called.family else named[0]
            yield pieces[first].start, pieces[named[-1]].end
        at = max(end, at + 1)


def _is_of_sender(line: str, pieces: Sequence[_Piece], starts: range, end: int) -> bool:
    """Whether a name stands where somebody says who they are, or is addressed.

    It ends before `end`, and begins at one of `starts`: first letters, titles, "de" and "van" may be part of it or not.
    """
    words, at = [piece.word for piece in pieces], starts[0]
    before_by = {at - 1} if at and words[at - 1] in _BEFORE_A_NAME else set[int]()
    if any(_introduces(words[:start]) for start in before_by.union(starts)):
        return True
    if at <= 1 and words[0] in _LABELS and line[pieces[0].end :].lstrip(" *_").startswith(":"):
        return True
    if end < len(words):
        return words[end] in _WROTE
    return _is_closing_from_somewhere(pieces[max(at - _MOST_WORDS_BEHIND_CLOSING, 0) : at])


def _introduces(words: Sequence[str]) -> bool:
    """Whether a name follows a closing, a greeting at the beginning of a line, or who says what they are called."""
    for count in range(1, min(_LONGEST_PHRASE, len(words)) + 1):
        phrase = " ".join(words[-count:])
        if phrase in _BEGINNINGS_OF_LINES:
            return count == len(words)
        if phrase in _INTRODUCTIONS or phrase in _ENDS_OF_LETTERS:
            return True
    return False


def _is_closing_from_somewhere(pieces: Sequence[_Piece]) -> bool:
    """Whether a letter ends in these words, with where its sender is: "groeten uit Utrecht"."""
    return any(piece.word in ("uit", "from") and _ends_letter(pieces[:at]) for at, piece in enumerate(pieces))


def _owners_of_devices(pieces: Sequence[_Piece], called: _Called) -> Iterator[Span]:
    """Names in "Anja's iPhone" and "iPhone van Anja"."""
    for at, piece in enumerate(pieces):
        if piece.word not in _DEVICES:
            continue
        has_apostrophe = at > 1 and pieces[at - 1].word == "s"
        beside = [pieces[at - 2 if has_apostrophe else at - 1]] if at else []
        if len(pieces) > at + 2 and pieces[at + 1].word in _BEFORE_A_NAME:
            beside.append(pieces[at + 2])
        for each in beside:
            if called.has(each.word) or each.word.removesuffix("s") in called.given:
                yield each.start, each.end


class _Folding(dict[int, str]):
    """To which plain small letter each letter belongs; always one, so that places stay where they are."""

    def __missing__(self, code: int) -> str:
        letter = chr(code)
        if code not in _LATIN and code not in _WIDE:
            return letter
        base = unicodedata.normalize("NFKD", letter)[:1].lower()
        folded = _PLAIN.get(base, base)
        self[code] = folded if len(folded) == 1 else letter
        return self[code]


_FOLDING = _Folding()


def _folded(text: str) -> str:
    return text.lower() if text.isascii() else text.translate(_FOLDING)
