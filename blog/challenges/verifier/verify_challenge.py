#!/usr/bin/env python3
"""Check the ledger of a challenge, and find out who has won it, without anybody's help.

    python3 verify_challenge.py EXPORT.json
    python3 verify_challenge.py --receipt RECEIPT.json [EXPORT.json]
    python3 verify_challenge.py --checkpoint NOTE.txt EXPORT.json

The first checks the whole ledger of a challenge as its page offers it. The second checks what an entrant has of their
own answer: that it stands in the ledger that was signed and, if an export is given, in the very same one. The third
checks whether the ledger still begins with what somebody has kept a checkpoint of.

It ends with status 0 and says what was checked and who has won, or with status 1 and names the row that is wrong, or
says what the files cannot show: of a receipt or checkpoint that is newer than the export nothing.

This file needs Python 3.9 or newer and nothing else. It shares no line with the program that keeps the ledger: what it
knows is what docs/ledger.md says. Read it; it is meant to be read, and first comes what all the rest stands on.
"""

from __future__ import annotations

import base64
import binascii
import gc
import hashlib
import json
import re
import sys
from collections import ChainMap, Counter
from collections.abc import Callable, Iterator, MutableMapping, Sequence
from datetime import datetime, timedelta
from functools import lru_cache
from itertools import accumulate, islice, takewhile
from pathlib import Path
from typing import Any, NamedTuple

LEDGER = "rejoinder-ledger-1"
RECEIPT = "rejoinder-receipt-1"
# How an export begins: names are sorted.
_BEGIN = '{"checkpoints":'
COMMITMENT = b"rejoinder commitment v1\n"
# Beyond it not every program counts exactly (ECMA-262, Number.MAX_SAFE_INTEGER).
LARGEST = 2**53 - 1
# So deep lists and objects may stand in each other. Deeper ones not every program could read.
DEEPEST = 32
# So much earlier than its checkpoint a time stamp may be: clocks differ.
SKEW = timedelta(minutes=5)
LONG_AFTER = timedelta(hours=1)
# So much later than its challenge was opened a ledger is begun that was not begun by that.
BEGUN_LATE = timedelta(minutes=1)
# So many entries are told one by one.
MOST_NAMED = 20


class Wrong(Exception):
    """Something is not as it has to be. Says where and what, in text that any terminal may show."""


class NotShown(Wrong):
    """What was asked these files cannot show, though nothing in them is wrong."""


# Reading JSON. Every byte has to be the one that the canonical form has at that place (RFC 8785): what could be written
# in two ways could be changed unseen.


def _integer(digits: str) -> int:
    if len(digits) > len(str(LARGEST)) + 1 or abs(int(digits)) > LARGEST:
        raise ValueError("a number is too large")
    return int(digits)


def _no_number(_written: str) -> int:
    raise ValueError("a number is not whole")


_decode = json.JSONDecoder(parse_int=_integer, parse_float=_no_number, parse_constant=_no_number).raw_decode
_encode = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"), sort_keys=True, allow_nan=False).encode


class Read(NamedTuple):
    """A value, and where in the text it begins and ends."""

    value: Any
    start: int
    end: int


def read_value(text: str, start: int, where: str) -> Read:
    """The JSON value that begins at `start`. Raises `Wrong` for anything else."""
    try:
        value, end = _decode(text, start)
    except (ValueError, IndexError) as error:
        raise Wrong(f"{where}: this is not the JSON that belongs here ({shown(str(error))})") from None
    return Read(value, start, end)


def check_form(value: Any, written: str, where: str) -> None:
    """Raise `Wrong` unless this is the one way in which that value is written."""
    try:
        if written != _encode(value):
            raise Wrong(f"{where}: it is not in canonical form")
        written.encode()
    except UnicodeEncodeError:
        raise Wrong(f"{where}: this is not text in UTF-8") from None


def read_list(text: str, start: int, name: str) -> list[Read]:
    """The values of the list that begins at `start`, of which there is at least one; the list ends one later."""
    found: list[Read] = []
    at = start
    while text[at : at + 1] == ("," if found else "["):
        found.append(read_value(text, at + 1, f"{name} {len(found)}"))
        at = found[-1].end
    if text[at : at + 1] != "]":
        raise Wrong(f"{name} {max(len(found) - 1, 0)}: what follows it does not belong there")
    try:
        check_form([each.value for each in found], text[start : at + 1], name)
    except Wrong:
        # It takes longer to look at each by itself, and only that tells which it is.
        for index, each in enumerate(found):
            check_form(each.value, text[each.start : each.end], f"{name} {index}")
        raise
    return found


def text_of(data: bytes) -> str:
    """The file as text, in which nothing is nested too deeply. Raises `Wrong`.

    What is not UTF-8 is found where it stands: no value that holds it is in canonical form.
    """
    text = data.decode("utf-8", "surrogateescape")
    check_depth(text)
    return text


# Texts, whether they end or not: brackets in them are none.
_TEXTS = re.compile(r'"[^"\\]*(?:\\.[^"\\]*)*"?', re.DOTALL)
_NO_BRACKETS = re.compile(r"[^\[\]{}]+")
_DEEPER = {"[": 1, "{": 1, "]": -1, "}": -1}


def check_depth(text: str) -> None:
    """Raise `Wrong` where values stand too deep in each other. It is found by counting, before anything is read."""
    brackets = _NO_BRACKETS.sub("", _TEXTS.sub("", text))
    if max(_depths(brackets), default=0) > DEEPEST:
        where = _part_at_depth(brackets) if text.startswith(_BEGIN) else "the file"
        raise Wrong(f"{where}: values are nested too deeply")


def _depths(brackets: str) -> Iterator[int]:
    return accumulate(map(_DEEPER.__getitem__, brackets))


def _part_at_depth(brackets: str) -> str:
    """In which checkpoint or row of an export it becomes too deep: each stands in the first or second list of it."""
    lists, place, before = 0, -1, 0
    for depth in takewhile(DEEPEST.__ge__, _depths(brackets)):
        if (before, depth) == (1, 2):
            lists, place = lists + 1, -1
        place += (before, depth) == (2, 3)
        before = depth
    names = {1: "checkpoint", 2: "row"}
    return f"{names[lists]} {place}" if lists in names and place >= 0 else "the file"


def shown(said: object) -> str:
    """Something from the file, short, and harmless on a terminal."""
    text = ascii(said)
    return text if len(text) <= 80 else text[:77] + "..."


# Hashes, and trees of them (RFC 6962, section 2.1).


def leaf_hash(leaf: bytes) -> bytes:
    """The hash of a row."""
    return hashlib.sha256(b"\x00" + leaf).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    """The hash over two trees."""
    return hashlib.sha256(b"\x01" + left + right).digest()


class GrowingTree:
    """The tree over rows that are added one by one. It keeps only the roots of the full trees that it consists of."""

    def __init__(self) -> None:
        """Begin without a row."""
        self._full: list[tuple[int, bytes]] = []

    def add(self, leaf: bytes) -> None:
        """Add a row, by its hash."""
        size, right = 1, leaf
        while self._full and self._full[-1][0] == size:
            right = node_hash(self._full.pop()[1], right)
            size *= 2
        self._full.append((size, right))

    def root(self) -> bytes:
        """The hash over all rows so far."""
        if not self._full:
            return hashlib.sha256(b"").digest()
        root = self._full[-1][1]
        for _size, left in reversed(self._full[:-1]):
            root = node_hash(left, root)
        return root


def root_by_path(leaf: bytes, position: int, size: int, path: Sequence[bytes]) -> bytes | None:
    """The root to which a proof leads (RFC 6962, section 2.1.1); None where it does not fit a tree of that size."""
    if not path:
        return leaf if size == 1 and position == 0 else None
    if size < 2:
        return None
    half = 1 << ((size - 1).bit_length() - 1)
    if position < half:
        left = root_by_path(leaf, position, half, path[:-1])
        return None if left is None else node_hash(left, path[-1])
    right = root_by_path(leaf, position - half, size - half, path[:-1])
    return None if right is None else node_hash(path[-1], right)


# Signatures: Ed25519 (RFC 8032, section 5.1). A point is (x, y, z, t) with x/z and y/z on the curve, and t = xy/z.

Point = tuple[int, int, int, int]
_P = 2**255 - 19
_ORDER = 2**252 + 27742317777372353535851937790883648493
_D = -121665 * pow(121666, _P - 2, _P) % _P
_ROOT_OF_MINUS_1 = pow(2, (_P - 1) // 4, _P)
_NEUTRAL: Point = (0, 1, 1, 0)


def _sum(one: Point, other: Point) -> Point:
    """Section 5.1.4: the same for all points, so there are no special cases to forget."""
    x1, y1, z1, t1 = one
    x2, y2, z2, t2 = other
    a = (y1 - x1) * (y2 - x2) % _P
    b = (y1 + x1) * (y2 + x2) % _P
    c = 2 * _D * t1 * t2 % _P
    d = 2 * z1 * z2 % _P
    e, f, g, h = b - a, d - c, d + c, b + a
    return (e * f % _P, g * h % _P, f * g % _P, e * h % _P)


def _point(encoded: bytes) -> Point | None:
    """Section 5.1.3: the point that 32 bytes stand for; None where there is none."""
    if len(encoded) != 32:
        return None
    number = int.from_bytes(encoded, "little")
    y, is_odd = number & (2**255 - 1), number >> 255
    if y >= _P:
        return None
    u, v = (y * y - 1) % _P, (_D * y * y + 1) % _P
    x = u * v**3 * pow(u * v**7 % _P, (_P - 5) // 8, _P) % _P
    if v * x * x % _P == -u % _P:
        x = x * _ROOT_OF_MINUS_1 % _P
    if v * x * x % _P != u or (x == 0 and is_odd):
        return None
    if x % 2 != is_odd:
        x = _P - x
    return (x, y, 1, x * y % _P)


def _encoded(point: Point) -> bytes:
    """Section 5.1.2."""
    x, y, z, _t = point
    by_z = pow(z, -1, _P)
    return (y * by_z % _P | (x * by_z % _P & 1) << 255).to_bytes(32, "little")


def _times(point: Point, number: int) -> Point:
    """The point added to itself `number` times."""
    total: Point = _NEUTRAL
    for bit in f"{number:b}":
        total = _sum(total, total)
        if bit == "1":
            total = _sum(total, point)
    return total


class Multiples:
    """The multiples of one point: it is worked out once what each byte of a number adds."""

    def __init__(self, point: Point) -> None:
        """Work out 0 to 255 times the point, and 256 times that, and so on."""
        self._of_byte: list[list[Point]] = []
        for _place in range(32):
            these: list[Point] = [_NEUTRAL]
            for _step in range(255):
                these.append(_sum(these[-1], point))
            self._of_byte.append(these)
            point = _sum(these[-1], point)

    def times(self, number: int) -> Point:
        """The point added to itself `number` times; a number of 32 bytes at most."""
        total: Point = _NEUTRAL
        for of_this, byte in zip(self._of_byte, number.to_bytes(32, "little")):
            if byte:
                total = _sum(total, of_this[byte])
        return total


# The base point of section 5.1: y is 4/5 and x is even.
_BASE = (4 * pow(5, _P - 2, _P) % _P).to_bytes(32, "little")


# To prepare a table takes as long as to do without one about so often, and much memory: a file with many keys, each of
# which signs little, must not make us prepare for all of them.
_WORTH_A_TABLE = 20
_MOST_TABLES = 8
_used: Counter[Point] = Counter()
_tables: dict[Point, Multiples] = {}


def _multiple(point: Point, number: int) -> Point:
    """The point added to itself `number` times, by a table once the point has been used often."""
    _used[point] += 1
    if point not in _tables and _used[point] > _WORTH_A_TABLE and len(_tables) < _MOST_TABLES:
        _tables[point] = Multiples(point)
    return _tables[point].times(number) if point in _tables else _times(point, number)


@lru_cache(maxsize=1024)
def _key_point(encoded: bytes) -> Point | None:
    """The point that is a public key. None for what is no point, or one of a few that are no keys.

    Eight times one of those is nothing, and one signature of it fits many messages.
    """
    point = _point(encoded)
    if point is None:
        return None
    eightfold = _times(point, 8)
    return None if eightfold[0] == 0 and eightfold[1] == eightfold[2] else point


def is_signature(public: bytes, message: bytes, signature: bytes) -> bool:
    """Whether a key has signed a message (section 5.1.7): S times the base, less h times the key, is R."""
    base, key = _key_point(_BASE), _key_point(public)
    s = int.from_bytes(signature[32:], "little")
    if base is None or key is None or len(signature) != 64 or s >= _ORDER:
        return False
    h = int.from_bytes(hashlib.sha512(signature[:32] + public + message).digest(), "little") % _ORDER
    x, y, z, t = key
    minus_key = (-x % _P, y, z, -t % _P)
    return _encoded(_sum(_multiple(base, s), _multiple(minus_key, h))) == signature[:32]


# Checkpoints: signed notes (C2SP signed-note, tlog-checkpoint).

_KEY = re.compile(r"([!-*,-~]{1,255})\+([0-9a-f]{8})\+([A-Za-z0-9+/]{44})").fullmatch
_NOTE = re.compile(
    r"(([!-~]{1,400})\n([1-9][0-9]{0,14})\n([A-Za-z0-9+/]{43}=)\n"
    r"at ([0-9TZ:.-]{27})\n)\n— ([!-*,-~]{1,255}) ([A-Za-z0-9+/]{91}=)\n"
).fullmatch
# No word of a note has a space in it. In a file of JSON its lines end in a backslash and an n, and the dash may be
# written by its number.
_DASH_IN_JSON = "\\u2014"
_BETWEEN_WORDS = re.compile(r"(?:[ \t\r\n\u00a0\ufeff]|\\r|\\n)+").split
_NOTE_IN_RECEIPT = re.compile(r'"note"[ \t\r\n]*:[ \t\r\n]*"([^"]*)"').search


class Key(NamedTuple):
    """A public key, and the name and the four bytes by which signatures say that they are of it."""

    name: str
    identity: bytes
    public: bytes

    @property
    def fingerprint(self) -> str:
        """By what people tell it from others."""
        return hashlib.sha256(self.public).hexdigest()

    def is_of(self, origin: str) -> bool:
        """Whether it may sign the ledger of that name: it is called after the same host."""
        return self.name == origin.partition("/")[0]


class Note(NamedTuple):
    """What a checkpoint says, and its signature."""

    signed: str
    origin: str
    size: int
    root: bytes
    at: str
    signer: str
    signature: bytes


@lru_cache(maxsize=1024)
def _key_in(said: str) -> Key | None:
    found = _KEY(said)
    raw = _bytes_of(found[3]) if found else None
    if found is None or raw is None or raw[:1] != b"\x01":
        return None
    name, public = found[1], raw[1:]
    identity = hashlib.sha256(name.encode() + b"\n\x01" + public).digest()[:4]
    return Key(name, identity, public) if identity.hex() == found[2] and _key_point(public) else None


def key_of(said: Any) -> Key | None:
    """The key that a text `name+id+key` stands for; None where it is none."""
    return _key_in(said) if isinstance(said, str) else None


def note_of(said: Any) -> Note | None:
    """The checkpoint in a text; None where it is none."""
    found = _NOTE(said) if isinstance(said, str) else None
    if found is None or not is_instant(found[5]):
        return None
    root, signature = _bytes_of(found[4]), _bytes_of(found[7])
    if root is None or signature is None:
        return None
    return Note(found[1], found[2], int(found[3]), root, found[5], found[6], signature)


def is_signed_by(note: Note, key: Key) -> bool:
    """Whether that key has signed that checkpoint."""
    if note.signer != key.name or note.signature[:4] != key.identity:
        return False
    return is_signature(key.public, note.signed.encode(), note.signature[4:])


def _bytes_of(encoded: str) -> bytes | None:
    """What base64 stands for; None where the same bytes are written in another way."""
    try:
        raw = base64.b64decode(encoded, validate=True)
    except (binascii.Error, ValueError):
        return None
    return raw if base64.b64encode(raw).decode() == encoded else None


# Time stamps of others (RFC 3161): what they have seen, and when. Their signatures are for `openssl ts -verify`.


class Seen(NamedTuple):
    """What an authority vouches for: a hash, and an instant in UTC."""

    digest: bytes
    at: datetime


def seen_in(answer: bytes) -> Seen | None:
    """What stands in the answer of an authority (TimeStampResp in DER); None where it is none."""
    try:
        (_status, (_tag, token)) = _within(answer, 0x30)
        (_type, (_tag, content)) = _elements(token)
        ((_tag, signed),) = _elements(content)
        _version, _digests, (_tag, info) = _elements(signed)[:3]
        (_type, (_tag, content)) = _elements(info)
        ((_tag, octets),) = _elements(content)
        _version, _policy, (_tag, imprint), _serial, (time_tag, time) = _within(octets, 0x30)[:5]
        ((_tag, algorithm), (_tag, digest)) = _elements(imprint)
        (_tag, identifier) = _elements(algorithm)[0]
        written = re.fullmatch(rb"([0-9]{14})(?:\.([0-9]{1,9}))?Z", time)
        if written is None or time_tag != 0x18 or identifier != bytes.fromhex("608648016503040201"):
            return None
        digits = written[1].decode()
        date, time_of_day = (
            f"{digits[:4]}-{digits[4:6]}-{digits[6:8]}",
            f"{digits[8:10]}:{digits[10:12]}:{digits[12:]}",
        )
        at = datetime.fromisoformat(f"{date}T{time_of_day}")
    except (ValueError, IndexError):
        return None
    # What is smaller than a microsecond is left out.
    return Seen(digest, at.replace(microsecond=int((written[2] or b"0").ljust(6, b"0")[:6])))


def _within(der: bytes, tag: int) -> list[tuple[int, bytes]]:
    ((found, content),) = _elements(der)
    if found != tag:
        raise ValueError("another value")
    return _elements(content)


def _elements(der: bytes) -> list[tuple[int, bytes]]:
    """The values in DER that stand one behind the other, each by its tag and its content (X.690, section 8.1)."""
    found: list[tuple[int, bytes]] = []
    at = 0
    while at < len(der):
        tag, length, begin = der[at], der[at + 1], at + 2
        if length >= 0x80:
            begin += length & 0x7F
            length = int.from_bytes(der[at + 2 : begin], "big")
        at = begin + length
        if at > len(der):
            raise ValueError("a value is longer than what holds it")
        found.append((tag, der[begin:at]))
    return found


# What stands in a row of which kind.

Check = Callable[[Any], bool]
_hex64 = re.compile(r"[0-9a-f]{64}").fullmatch
_hex16 = re.compile(r"[0-9a-f]{16}").fullmatch
_judge = re.compile(r"rule|j[1-9][0-9]{0,5}").fullmatch
JUDGEMENTS = ("correct", "incorrect", "unclear")
WHY_NOT = (
    "automatic bounce list late staff empty duplicate unconfirmed withdrawn disqualified".split()  # as they are written
)
ENDINGS = ("final", "no_winner", "cancelled")
# What a prize comes to: after what, and by whose act.
STEPS: dict[str, tuple[tuple[str, ...], tuple[str, ...]]] = {
    "notified": ((), ("desk",)),
    "claimed": (("notified",), ("winner",)),
    "sent": (("claimed",), ("desk",)),
    "received": (("sent",), ("winner", "desk")),
    "declined": (("notified", "claimed"), ("winner", "desk")),
    "expired": (("notified",), ("clock", "desk")),
    "disqualified": (("notified", "claimed"), ("desk",)),
    "revoked": (("notified",), ("desk",)),
}
# What verdicts follow from: when one of these is another, no earlier verdict counts.
JUDGED_BY = ("answer", "judges", "rubric")
# After one of these neither that entry nor its sender gets a prize any more.
LOST = ("declined", "expired", "disqualified")
AFTER_THE_END = ("sent", "received")


def _is(value: Any, kind: type) -> bool:
    """Whether a value is of just that kind: in Python `True` is a number as well."""
    return type(value) is kind


def is_anything(_value: Any) -> bool:
    """Whatever it is: it is looked at elsewhere."""
    return True


def is_text(value: Any) -> bool:
    """Any text."""
    return type(value) is str


def is_truth(value: Any) -> bool:
    """Yes or no."""
    return type(value) is bool


def is_count(value: Any) -> bool:
    """A whole number from 1."""
    return type(value) is int and value >= 1


def is_place(value: Any) -> bool:
    """A whole number from 0."""
    return type(value) is int and value >= 0


def is_hash(value: Any) -> bool:
    """A hash, in hexadecimal."""
    return type(value) is str and _hex64(value) is not None


def is_instant(value: Any) -> bool:
    """An instant in UTC, to the microsecond."""
    if type(value) is not str or len(value) != len("2026-05-01T10:02:33.000417Z"):
        return False
    try:
        return datetime.fromisoformat(value[:-1]).isoformat(timespec="microseconds") + "Z" == value
    except ValueError:
        return False


def is_origin(value: Any) -> bool:
    """What a ledger is called."""
    return type(value) is str and re.fullmatch(r"[!-~]{1,400}", value) is not None


def or_null(check: Check) -> Check:
    """The same, or nothing."""
    return lambda value: value is None or check(value)


def one_of(words: Sequence[str]) -> Check:
    """One of some words."""
    return lambda value: type(value) is str and value in words


def list_of(check: Check) -> Check:
    """A list of such values."""
    return lambda value: _is(value, list) and all(map(check, value))


def object_of(fields: dict[str, Check]) -> Check:
    """An object with these names and no others."""
    return lambda value: wrong_field(value, fields) is None


def wrong_field(value: Any, fields: dict[str, Check]) -> str | None:
    """The first name at which an object is not as it has to be; None where it is."""
    if not _is(value, dict):
        return "it is no object"
    if value.keys() != fields.keys():
        other = sorted(value.keys() ^ fields.keys())
        return f"{shown(other[0])} is {'missing' if other[0] in fields else 'not known'}"
    for name, check in fields.items():
        if not check(value[name]):
            return f"{shown(name)} cannot be {shown(value[name])}"
    return None


def is_terms(value: Any) -> bool:
    """Terms of a challenge: they may say more than what decides who wins."""
    if not _is(value, dict) or not _has_plain_names(value):
        return False
    settling = value.get("settling", {})
    return (
        _is(value.get("prizes"), list)
        and len(value["prizes"]) >= 1
        and "attempts" in value
        and or_null(is_count)(value["attempts"])
        and _is(value.get("judges"), int)
        and value["judges"] in (1, 2)
        and _is(settling, dict)
        and all(map(is_place, settling.values()))
        and is_place(value.get("claim_days", 0))
        and or_null(is_instant)(value.get("closes_at"))
    )


def rule_decides(terms: Any) -> bool:
    """Whether terms have a rule, and what it says is a verdict and no proposal."""
    answer = terms.get("answer")
    rule: Any = answer.get("rule") if _is(answer, dict) else None
    return _is(rule, dict) and rule.get("mode") == "decides"


def _has_plain_names(value: Any) -> bool:
    if _is(value, dict):
        return all(name.isascii() and _has_plain_names(each) for name, each in value.items())
    return not _is(value, list) or all(map(_has_plain_names, value))


_ALWAYS: dict[str, Check] = {"i": is_place, "at": is_instant, "kind": is_text}
_SEALED: dict[str, Check] = {**_ALWAYS, "sealed": is_hash}
LEAVES: dict[str, dict[str, Check]] = {
    "opened": {
        **_SEALED,
        "origin": is_origin,
        "key": lambda value: key_of(value) is not None,
        "closes_at": or_null(is_instant),
        "begun_at": is_instant,
    },
    "entry": {
        **_ALWAYS,
        "number": is_count,
        "door": is_text,
        "stamped_at": or_null(is_instant),
        "private": is_hash,
    },
    "refused": {
        **_ALWAYS,
        "door": is_text,
        "why": is_text,
        "count": is_count,
        "since": is_instant,
        "until": is_instant,
    },
    "standing": {**_SEALED, "number": is_count},
    "verdict": {**_SEALED, "number": is_count},
    "amended": {**_SEALED, "closes_at": or_null(is_instant), "reason": is_text, "rejudge": is_truth},
    "closed": {**_ALWAYS, "closes_at": is_instant},
    "award": _SEALED,
    "ended": {
        **_ALWAYS,
        "how": one_of(ENDINGS),
        "reason": or_null(is_text),
        "winners": list_of(object_of({"prize": is_count, "number": is_count})),
    },
    "key": {**_ALWAYS, "key": lambda value: key_of(value) is not None},
    "anchor": {**_ALWAYS, "size": is_count, "authority": is_text, "sha256": is_hash},
    "restored": {**_ALWAYS, "size": is_count, "root": is_hash, "signed_at": is_instant, "reason": is_text},
}
STANDING: dict[str, Check] = {
    "eligible": is_truth,
    "why": or_null(one_of(WHY_NOT)),
    "proven": is_truth,
    "sender": or_null(lambda value: type(value) is str and _hex16(value) is not None),
    "reason": or_null(is_hash),
}
VERDICT: dict[str, Check] = {
    "judge": lambda value: type(value) is str and _judge(value) is not None,
    "judgement": one_of(JUDGEMENTS),
    "terms": is_place,
    "rubric": list_of(is_text),
    "reason": or_null(is_hash),
}
AWARD: dict[str, Check] = {
    "number": is_count,
    "prize": is_count,
    "step": one_of([*STEPS]),
    "by": one_of(("winner", "desk", "clock")),
    "reason": or_null(is_hash),
}
PRIVATE: dict[str, Check] = {"sha256": is_hash, "envelope_sender": or_null(is_text)}


_ROW: dict[str, Check] = {"hash": is_hash, "leaf": is_anything, "open": is_anything}
_OPENING: dict[str, Check] = {"content": lambda value: value is not None, "salt": is_hash}


class Row(NamedTuple):
    """A row of the ledger, as far as it can be checked by itself: `content` is what was sealed, if it is opened."""

    leaf: dict[str, Any]
    hash: bytes
    content: Any


_BEFORE_HASH, _BEFORE_LEAF, _NOT_OPENED = '{"hash":"', '","leaf":', ',"open":null}'
_BEFORE_CONTENT, _BEFORE_SALT, _AFTER_SALT = ',"open":{"content":', ',"salt":"', '"}}'


def read_row(text: str, read: Read, index: int) -> Row:
    """Check one row by itself: its form, its place, its hash, and what opens it. Raises `Wrong`."""
    where, (value, start, end) = f"row {index}", read
    fault = wrong_field(value, _ROW)
    if fault:
        raise Wrong(f"{where}: {fault}")
    leaf, opening = value["leaf"], value["open"]
    check_leaf(leaf, where)
    if leaf["i"] != index:
        raise Wrong(f"{where}: what stands in its place says that it is row {leaf['i']}")
    begin = start + len(_BEFORE_HASH) + 64 + len(_BEFORE_LEAF)
    # No leaf holds those words itself: its names are known, and quotes in texts are written in another way.
    stop = end - len(_NOT_OPENED) if opening is None else text.find(_BEFORE_CONTENT, begin, end)
    digest = leaf_hash(text[begin:stop].encode())
    if digest.hex() != value["hash"]:
        raise Wrong(f"{where}: it has another hash than the one that stands with it")
    if opening is None:
        return Row(leaf, digest, None)
    if "sealed" not in leaf:
        raise Wrong(f"{where}: something is opened, and nothing is sealed")
    fault = wrong_field(opening, _OPENING)
    if fault:
        raise Wrong(f"{where}: what opens it is wrong: {fault}")
    content = text[stop + len(_BEFORE_CONTENT) : end - len(_BEFORE_SALT) - 64 - len(_AFTER_SALT)]
    if commitment(opening["salt"], content.encode()) != leaf["sealed"]:
        raise Wrong(f"{where}: what opens it is not what was sealed")
    return Row(leaf, digest, opening["content"])


def check_leaf(leaf: Any, where: str) -> None:
    """Raise `Wrong` for a leaf that is not of a kind that we know, or has not just the fields of that."""
    kind: Any = leaf.get("kind") if _is(leaf, dict) else None
    fields = LEAVES.get(kind) if type(kind) is str else None
    if fields is None:
        raise Wrong(f"{where}: there is no kind of row called {shown(kind)}")
    fault = wrong_field(leaf, fields)
    if fault:
        raise Wrong(f"{where}: {fault}")


def commitment(salt: str, content: bytes) -> str:
    """The hash that stands for something sealed."""
    return hashlib.sha256(COMMITMENT + bytes.fromhex(salt) + content).hexdigest()


# The whole file.


class Checkpoint(NamedTuple):
    """A signed note, and the time stamps over it: authorities and their answers."""

    note: Note
    text: str
    stamps: list[tuple[str, bytes]]


class Ledger(NamedTuple):
    """A ledger of which each part is in order by itself."""

    checkpoints: list[Checkpoint]
    rows: list[Row]


def read_export(data: bytes) -> Ledger:
    """Take an export apart, and check each part by itself. Raises `Wrong`."""
    text = text_of(data)
    if not text.startswith(_BEGIN):
        raise Wrong("this is not the export of a challenge: it does not begin like one")
    found = read_list(text, len(_BEGIN), "checkpoint")
    checkpoints = [_read_checkpoint(each.value, index) for index, each in enumerate(found)]
    middle = f'],"format":"{LEDGER}","rows":'
    if not text.startswith(middle, found[-1].end):
        raise Wrong(f"format: after the checkpoints there is something else than {shown(middle)}")
    found = read_list(text, found[-1].end + len(middle), "row")
    rows = [read_row(text, each, index) for index, each in enumerate(found)]
    if text[found[-1].end :] != "]}\n":
        raise Wrong(f"row {len(rows) - 1}: after it the file should end")
    return Ledger(checkpoints, rows)


def _read_checkpoint(value: Any, index: int) -> Checkpoint:
    where = f"checkpoint {index}"
    stamp = object_of({"authority": is_text, "token": is_text})
    fault = wrong_field(value, {"note": is_text, "stamps": list_of(stamp)})
    note = None if fault else note_of(value["note"])
    if note is None:
        raise Wrong(f"{where}: {fault or 'this is not a signed checkpoint'}")
    stamps: list[tuple[str, bytes]] = []
    for each in value["stamps"]:
        token = _bytes_of(each["token"])
        if token is None:
            raise Wrong(f"{where}: a time stamp is not in base64")
        stamps.append((each["authority"], token))
    return Checkpoint(note, value["note"], stamps)


def check_checkpoints(ledger: Ledger) -> None:
    """Raise `Wrong` unless every checkpoint is signed, has the root of the rows under it, and the last covers all."""
    rows, tree, key, covered = ledger.rows, GrowingTree(), "", 0
    if rows[0].leaf["kind"] != "opened":
        raise Wrong("row 0: it does not say that the challenge was opened")
    for index, (note, _text, _stamps) in enumerate(ledger.checkpoints):
        where = f"checkpoint {index} (of {note.size} rows)"
        if note.origin != rows[0].leaf["origin"]:
            raise Wrong(f"{where}: it is of another ledger: {shown(note.origin)}")
        if note.size <= covered:
            raise Wrong(f"{where}: it does not cover more rows than the one before")
        if note.size > len(rows):
            raise Wrong(
                f"rows {covered} to {note.size - 1}: {where} covers them, and of these rows some were left out: "
                f"in all there are {len(rows)}"
            )
        for row in rows[covered : note.size]:
            tree.add(row.hash)
            key = row.leaf.get("key", key)
        these = _named(covered, note.size)
        _check_signature(note, key, rows, these, where)
        if note.root != tree.root():
            raise Wrong(
                f"{these}: something was changed, left out or put in since it was signed: {where} has another root"
            )
        _check_instant(note, rows, where)
        covered = note.size
    if covered < len(rows):
        raise Wrong(f"row {covered}: no checkpoint covers it")
    _check_beginning(rows, ledger.checkpoints[0].note)


def _check_beginning(rows: Sequence[Row], first: Note) -> None:
    """Raise `Wrong` unless the ledger was begun after the challenge was opened, and before the first checkpoint."""
    begun_at = rows[0].leaf["begun_at"]
    if begun_at < rows[0].leaf["at"]:
        raise Wrong("row 0: the ledger was begun before the challenge was opened")
    if begun_at > first.at:
        raise Wrong("row 0: the ledger was begun after its first checkpoint")
    for index, row in enumerate(rows[1:], start=1):
        if row.leaf["at"] >= begun_at:
            return
        if row.leaf["kind"] != "entry":
            raise Wrong(
                f"row {index}: it is no entry, and says an earlier instant than the ledger was begun at"
            )


def _check_signature(note: Note, key: str, rows: Sequence[Row], covered: str, where: str) -> None:
    """Raise `Wrong` unless the key in force has signed a checkpoint. Where another has, a row is in a wrong place."""
    verifier = key_of(key)
    if verifier is not None and is_signed_by(note, verifier):
        return
    others = {row.leaf["key"] for row in rows if "key" in row.leaf and row.leaf["key"] != key}
    # A ledger has few of them, and whoever puts in thousands need not be told more.
    for other in map(key_of, sorted(others)[:8]):
        if other is not None and is_signed_by(note, other):
            raise Wrong(f"{covered}: {where} is signed by another key than the one that is in force there")
    raise Wrong(f"{where}: its signature is not of the key that stands in the ledger")


def _check_instant(note: Note, rows: Sequence[Row], where: str) -> None:
    """Raise `Wrong` where a checkpoint is earlier than a row under it, or later than the next one."""
    if note.at < rows[note.size - 1].leaf["at"]:
        raise Wrong(f"row {note.size - 1}: it says a later instant than {where}, which covers it")
    if note.size < len(rows) and rows[note.size].leaf["at"] < note.at:
        raise Wrong(f"row {note.size}: it says an earlier instant than {where}, which was there before it")


def check_stamps(ledger: Ledger) -> list[str]:
    """Raise `Wrong` unless rows and time stamps fit, one to one. Returns a line for each stamp."""
    given = [
        (checkpoint, authority, token)
        for checkpoint in ledger.checkpoints
        for authority, token in checkpoint.stamps
    ]
    rows = [
        (row.leaf["size"], index, row.leaf)
        for index, row in enumerate(ledger.rows)
        if row.leaf["kind"] == "anchor"
    ]
    rows.sort(key=lambda each: each[:2])
    lines: list[str] = []
    for position, (size, index, leaf) in enumerate(rows):
        where = f"row {index}"
        if size > index:
            raise Wrong(f"{where}: no checkpoint of {size} rows could have been stamped by then")
        if position >= len(given) or given[position][0].note.size != size:
            raise Wrong(f"{where}: there is no time stamp for it with the checkpoint of {size} rows")
        checkpoint, authority, token = given[position]
        if (authority, hashlib.sha256(token).hexdigest()) != (leaf["authority"], leaf["sha256"]):
            raise Wrong(
                f"{where}: the time stamp of the checkpoint of {size} rows is not the one that it names"
            )
        seen = seen_in(token)
        if seen is None or seen.digest != hashlib.sha256(checkpoint.text.encode()).digest():
            raise Wrong(f"{where}: the time stamp is of something else than the checkpoint of {size} rows")
        after = seen.at - _instant(checkpoint.note.at)
        if after < -SKEW:
            raise Wrong(
                f"{where}: the time stamp is of {_shown_instant(seen.at)}, and its checkpoint is later than that"
            )
        lines.append(_stamp_line(authority, size, seen.at, after))
    if len(given) > len(rows):
        size = given[len(rows)][0].note.size
        raise Wrong(f"checkpoint of {size} rows: no row names its time stamp")
    return lines


def _stamp_line(authority: str, size: int, at: datetime, after: timedelta) -> str:
    later = f"{after} later" if after >= timedelta(0) else f"by its clock {-after} earlier"
    note = " Note: that is long after it." if after > LONG_AFTER else ""
    return f"Time stamp: {shown(authority)} saw the checkpoint of {size} rows at {_shown_instant(at)}, {later}.{note}"


def _shown_instant(at: datetime) -> str:
    return at.isoformat() + "Z"


# Who wins.


class Entry:
    """What the rows say of one entry so far."""

    def __init__(self, leaf: dict[str, Any]) -> None:
        """Begin with what was known when it came in."""
        self.at: str = leaf["at"]
        self.door: str = leaf["door"]
        self.stamped_at: str | None = leaf["stamped_at"]
        # None: no row says anything of it yet. Empty: one does, and is still sealed.
        self.standing: dict[str, Any] | None = None
        # The row of that.
        self.stands_by = 0
        # Whether it could win when that was last said of it after it was judged, and how it was last ruled, under which
        # terms; and whether that was ever said otherwise.
        self._could_win: bool | None = None
        self._was_ruled: tuple[int, str] | None = None
        self.is_restated = False
        self.is_turned = False
        # Of the terms in force, as they were given.
        self._verdicts: list[tuple[str, str]] = []
        # What they come to, by how many judges there are.
        self._rulings: dict[int, str | None] = {}

    def judge(self, judge: str, judgement: str) -> None:
        """Somebody has said something of it."""
        self._verdicts.append((judge, judgement))
        self._rulings.clear()

    def forget_verdicts(self) -> None:
        """No verdict of before counts any more."""
        self._verdicts.clear()
        self._rulings.clear()

    def ruling(self, judges: int) -> str | None:
        """What all verdicts come to."""
        if judges not in self._rulings:
            self._rulings[judges] = ruling(self._verdicts, judges)
        return self._rulings[judges]

    def watch(self, judges: int, terms_number: int) -> None:
        """Keep in mind what was just said of it, and whether that is something else than before."""
        can_win, word = bool(self.standing and self.standing["eligible"]), self.ruling(judges)
        if self._verdicts or self._could_win is not None:
            self.is_restated = self.is_restated or self._could_win not in (None, can_win)
            self._could_win = can_win
        if word not in (None, "unclear"):
            before, self._was_ruled = self._was_ruled, (terms_number, word)
            is_other = before is not None and before[0] == terms_number and before[1] != word
            self.is_turned = self.is_turned or is_other

    def deciders(self, judges: int) -> list[str]:
        """By whose verdicts it has its ruling."""
        return deciders(self._verdicts, judges)

    @property
    def sender(self) -> str | None:
        """The same for the same person; None where no row names one."""
        return (self.standing or {}).get("sender")


def ruling(verdicts: Sequence[tuple[str, str]], judges: int) -> str | None:
    """What verdicts, each a judge and a judgement, come to; None while there are too few."""
    people: list[str] = []
    last_words: dict[str, str] = {}
    for judge, judgement in verdicts:
        last_words[judge] = judgement
        if judge != "rule" and judge not in people:
            people.append(judge)
    if not people:
        return last_words.get("rule")
    if judges == 1:
        return [judgement for judge, judgement in verdicts if judge != "rule"][-1]
    if len(people) < 2:
        return None
    first, second = last_words[people[0]], last_words[people[1]]
    if first == second != "unclear":
        return first
    others = [last_words[judge] for judge in people[2:]]
    return next((word for word in others if word != "unclear"), "unclear")


def deciders(verdicts: Sequence[tuple[str, str]], judges: int) -> list[str]:
    """Whose verdicts have led to a ruling that is not `unclear`: those of two who agree, or that of one."""
    last_words = dict(verdicts)
    last_words.pop("rule", None)
    if not last_words:
        return ["rule"]
    if judges == 1:
        return [judge for judge, _judgement in verdicts if judge != "rule"][-1:]
    # Names stand in the order of their first verdicts.
    (first, one), (second, other), *others = last_words.items()
    if one == other != "unclear":
        return [first, second]
    return [judge for judge, word in others if word != "unclear"][:1]


class Holding(NamedTuple):
    """Whose a prize is, how far it has come, when they were told, and how many days they then had to claim it."""

    number: int
    step: str
    told_at: str
    claim_days: int | None


class ComeBack(NamedTuple):
    """A prize that somebody was told of and did not get: by which step, when, and by whose act."""

    prize: int
    number: int
    step: str
    at: str
    by: str


class Change(NamedTuple):
    """What of the terms an amendment has changed. Numbers and instants are told, of all else that it is another."""

    name: str
    before: Any
    now: Any


class Amendment(NamedTuple):
    """A row by which other terms hold, and which prizes are worth less by it, by rank.

    `is_known`: whether what it changes is opened; until then only another closing time is among the `changes`.
    """

    row: int
    at: str
    reason: str
    rejudge: bool
    is_known: bool
    changes: list[Change]
    worth_less: list[int]


class EarlyClosing(NamedTuple):
    """A row by which it has closed before the time that was promised until then."""

    row: int
    promised: str
    closes_at: str


# What an entry is when prizes are given away: it gets none, all behind it has to wait for it, or it is correct.
OUT, WAITS, WINS = "out", "waits", "wins"


class Contest:
    """All that the rows up to a place say, for finding out who wins there."""

    def __init__(self) -> None:
        """Begin before row 0."""
        self.origin = ""
        # Keys, and the row from which on each signs.
        self.keys: list[tuple[int, Key]] = []
        self.at = ""
        self.terms: dict[str, Any] | None = None
        # How many amendments there were after which no earlier verdict counts.
        self.terms_number = 0
        self.closes_at: str | None = None
        self.is_closed = False
        self.closed_early: EarlyClosing | None = None
        self.entries: list[Entry] = []
        # How many judges have said something of any entry.
        self.judges = 0
        # Whose a prize is, and how far it has come.
        self.holders: dict[int, Holding] = {}
        self.have_lost: set[int] = set()
        # Whether somebody was told that they have won, since answers are judged by these terms.
        self.is_told = False
        self.come_back: list[ComeBack] = []
        # A line for each time that rows were lost which had been signed.
        self.losses: list[str] = []
        self.amendments: list[Amendment] = []
        # Prizes that were told of under terms by which nothing is judged any more.
        self.to_be_revoked: set[int] = set()
        # Whether a prize was taken back for no other reason than that all of it is called off.
        self.is_called_off = False
        # How it has ended, by which row, and with which winners.
        self.how: str | None = None
        self.ending: dict[str, Any] = {}
        self.result: dict[int, int] = {}
        self.never_decided = 0
        self.came_after_the_end = 0
        # So many entries from the first one on get no prize, unless a row says something else of them or of the
        # terms; and so many tries of each sender are among them. Nobody need look at these again.
        self._passed = 0
        self._tries: Counter[str] = Counter()

    @property
    def prizes(self) -> int:
        """How many there are under the terms in force."""
        return len(self.terms["prizes"]) if self.terms else 0

    def is_late(self, entry: Entry) -> bool:
        """Whether an entry came too late to count, under the terms in force."""
        if self.closes_at is None or entry.at < self.closes_at:
            return False
        if entry.stamped_at is None or entry.stamped_at >= self.closes_at or self.terms is None:
            return True
        under_way: int = self.terms.get("settling", {}).get(entry.door, 0)
        late_by = _instant(entry.at) - _instant(self.closes_at)
        return late_by // timedelta(microseconds=1) > under_way * 10**6

    def winners(self) -> dict[int, int]:
        """The entry for each prize that is somebody's, or comes to somebody now."""
        winning = {prize: held.number for prize, held in self.holders.items()}
        return {**winning, **dict(self.coming())}

    def coming(self) -> Iterator[tuple[int, int]]:
        """Each prize that is nobody's, and the entry that it comes to now, by rank."""
        for number, word in self._walk(self._passed, self._tries):
            if word != OUT:
                break
            self._passed = number
        vacant = (prize for prize in range(1, self.prizes + 1) if prize not in self.holders)
        new: set[str | None] = set()
        for number, word in self._walk(self._passed, ChainMap({}, self._tries)):
            sender = self.entries[number - 1].sender
            if word == OUT or (sender is not None and sender in new):
                continue
            prize = next(vacant, None)
            if word == WAITS or prize is None:
                return
            yield prize, number
            new.add(sender)

    def is_fixed(self, number: int) -> bool:
        """Whether what was said of an entry has led to somebody who was told that they have won: it stays as it is.

        What nobody had to decide for that still can be, and what comes behind the last one who was told.
        """
        judges = self.terms["judges"] if self.terms else 1
        if not self.is_told or self.entries[number - 1].ruling(judges) not in ("correct", "incorrect"):
            return False
        return number <= max([*self.have_lost, *(held.number for held in self.holders.values())], default=0)

    def look_anew(self) -> None:
        """Something was said by which an entry that got no prize may get one after all."""
        self._passed = 0
        self._tries.clear()

    def look_anew_at(self, number: int) -> None:
        """Something was said of one entry."""
        if number <= self._passed:
            self.look_anew()

    def watch(self, number: int) -> None:
        """Keep in mind whether something else is said of an entry than before, while that decides anything."""
        if self.terms and self.how is None:
            self.entries[number - 1].watch(self.terms["judges"], self.terms_number)

    def numbers(self, which: Callable[[Entry], bool]) -> list[int]:
        """The entries of which that is so."""
        return [number for number, entry in enumerate(self.entries, start=1) if which(entry)]

    def open_entries(self) -> int:
        """How many could still have won, but for a ruling or a word of their senders."""
        if len(self.holders) == self.prizes:
            return 0
        return sum(
            word != OUT and not self.is_late(self.entries[number - 1]) for number, word in self._walk(0, {})
        )

    def _walk(self, start: int, tries: MutableMapping[str, int]) -> Iterator[tuple[int, str]]:
        """The entries after the first `start`, by number, and what each is: `OUT`, `WAITS` or `WINS`.

        `tries` are those of each sender up to there; an entry adds to them when the next one is asked for.
        """
        judges, attempts = (self.terms["judges"], self.terms["attempts"]) if self.terms else (1, None)
        have_had_one = {held.number for held in self.holders.values()} | self.have_lost
        senders = {self.entries[number - 1].sender for number in have_had_one} - {None}
        for number, entry in enumerate(islice(self.entries, start, None), start=start + 1):
            standing, sender = entry.standing, entry.sender
            if not standing:
                yield number, WAITS
                continue
            has_tried = attempts is not None and sender is not None and tries.get(sender, 0) >= attempts
            can_count = standing["eligible"] and not has_tried
            word = entry.ruling(judges)
            if not can_count or word == "incorrect" or number in have_had_one or sender in senders:
                yield number, OUT
            else:
                yield number, WINS if word == "correct" and standing["proven"] else WAITS
            if can_count and standing["proven"] and sender is not None:
                tries[sender] = tries.get(sender, 0) + 1


def _instant(text: str) -> datetime:
    return datetime.fromisoformat(text[:-1])


def check_openings(rows: Sequence[Row]) -> None:
    """Raise `Wrong` unless all that was sealed is opened once the challenge has ended, and nothing before that."""
    is_over = any(row.leaf["kind"] == "ended" for row in rows)
    for index, row in enumerate(rows):
        if is_over and "sealed" in row.leaf and row.content is None:
            raise Wrong(f"row {index}: the challenge has ended, and this was not opened")
        if not is_over and row.content is not None:
            raise Wrong(f"row {index}: it is opened, and the challenge has not ended")


def replay(rows: Sequence[Row]) -> Contest:
    """Let happen what the rows say, one after the other. Raises `Wrong` at the first that may not be."""
    contest = Contest()
    for index, row in enumerate(rows):
        try:
            _let_happen(contest, row, index)
        except Wrong as wrong:
            raise Wrong(f"row {index}: {wrong}") from None
    return contest


def check_disqualified(contest: Contest) -> None:
    """Raise `Wrong` where an entry stays disqualified, and nobody has fixed why."""
    for number in contest.numbers(is_disqualified):
        entry = contest.entries[number - 1]
        if entry.standing and entry.standing["reason"] is None:
            raise Wrong(f"row {entry.stands_by}: entry {number} is disqualified, and no reason was fixed")


def is_disqualified(entry: Entry) -> bool:
    """By the last row that says what it is."""
    return (entry.standing or {}).get("why") == "disqualified"


def _let_happen(contest: Contest, row: Row, index: int) -> None:
    kind, at = row.leaf["kind"], row.leaf["at"]
    if at < contest.at:
        raise Wrong("it says an earlier instant than the row before")
    contest.at = at
    if (kind == "opened") != (index == 0):
        raise Wrong("a challenge is opened in row 0, and only there")
    if contest.how is not None and kind in ("verdict", "amended", "closed", "ended"):
        raise Wrong(f"the challenge has ended before, and here is one more row of the kind {kind}")
    if kind in _HAPPENINGS:
        _HAPPENINGS[kind](contest, row.leaf, row.content)
    if kind in ("standing", "verdict") and row.content is not None:
        contest.watch(row.leaf["number"])


# Each of these takes what happened before, a row, and what was sealed in it: None where it still is, or nothing was.


def _opened(contest: Contest, leaf: dict[str, Any], content: Any) -> None:
    contest.origin = leaf["origin"]
    _key(contest, leaf, content)
    _take_terms(contest, leaf, content)


def _key(contest: Contest, leaf: dict[str, Any], _content: Any) -> None:
    key = key_of(leaf["key"])
    if key is None or not key.is_of(contest.origin):
        raise Wrong(f"its key is not called after the host of {shown(contest.origin)}")
    contest.keys.append((leaf["i"], key))


def _amended(contest: Contest, leaf: dict[str, Any], content: Any) -> None:
    if any(held.step != "notified" for held in contest.holders.values()):
        raise Wrong("the terms are changed by which a prize was won that has been claimed")
    before, closed_at = contest.terms, contest.closes_at
    if leaf["closes_at"] != closed_at:
        _check_closing(contest, leaf)
    if leaf["rejudge"]:
        _judge_again(contest)
    contest.look_anew()
    _take_terms(contest, leaf, content)
    changes = [Change("closes_at", closed_at, leaf["closes_at"])] if leaf["closes_at"] != closed_at else []
    worth_less: list[int] = []
    if before is not None and content is not None:
        others = _changes(before, content)
        _check_amendment(before, content, {each.name for each in others}, rejudge=leaf["rejudge"])
        changes += others
        worth_less = _worth_less(before["prizes"], content["prizes"])
    row, at, reason, rejudge = (leaf[name] for name in ("i", "at", "reason", "rejudge"))
    contest.amendments.append(Amendment(row, at, reason, rejudge, content is not None, changes, worth_less))


def _judge_again(contest: Contest) -> None:
    """No verdict of before counts, and whoever was told that they have won by one has won nothing."""
    contest.to_be_revoked = set(contest.holders)
    contest.is_told = False
    contest.terms_number += 1
    for entry in contest.entries:
        entry.forget_verdicts()


def _changes(before: dict[str, Any], now: dict[str, Any]) -> list[Change]:
    """What of the terms is another, by name; the closing time stands in the row."""
    names = sorted((before.keys() | now.keys()) - {"closes_at"})
    both = [Change(name, before.get(name), now.get(name)) for name in names]
    # In Python 1 and `True` are the same, and no text has both.
    return [each for each in both if _encode(each.before) != _encode(each.now)]


def _check_amendment(
    before: dict[str, Any], now: dict[str, Any], changed: set[str], *, rejudge: bool
) -> None:
    """Raise `Wrong` for what takes something away from whoever has taken part already."""
    if not rejudge and not changed.isdisjoint(JUDGED_BY):
        raise Wrong("answers are judged by other terms, and verdicts of before count on")
    if now["attempts"] is not None and (before["attempts"] is None or now["attempts"] < before["attempts"]):
        raise Wrong("whoever has taken part loses a try")
    if len(now["prizes"]) < len(before["prizes"]):
        raise Wrong("a prize that was promised is gone from the terms")
    if _encode(now.get("settling", {})) != _encode(before.get("settling", {})):
        raise Wrong("mail may be under way for another time than before")


def _worth_less(before: list[Any], now: list[Any]) -> list[int]:
    """The ranks of the prizes of which less was said than before that they are worth."""
    values = [(_cents(one), _cents(other)) for one, other in zip(before, now)]
    return [
        rank
        for rank, (one, other) in enumerate(values, start=1)
        if one is not None and (other is None or other < one)
    ]


def _cents(prize: Any) -> int | None:
    value = prize.get("value_cents") if _is(prize, dict) else None
    return value if _is(value, int) else None


def _check_closing(contest: Contest, leaf: dict[str, Any]) -> None:
    """Raise `Wrong` for a new closing time that lets somebody in who was late, or makes somebody late who was not.

    Nor may there be one when the old one has come: then it is known who has answered until that time.
    """
    newest = contest.entries[-1].at if contest.entries else ""
    closes_at: str | None = leaf["closes_at"]
    has_passed = contest.closes_at is not None and leaf["at"] >= contest.closes_at
    if contest.is_closed or has_passed:
        raise Wrong("it has closed, and gets another closing time")
    if closes_at is not None and newest >= closes_at:
        raise Wrong(f"entry {len(contest.entries)} came before this row, and would be late by it")


def _take_terms(contest: Contest, leaf: dict[str, Any], content: Any) -> None:
    contest.closes_at = leaf["closes_at"]
    if content is None:
        return
    if not is_terms(content):
        raise Wrong("these terms do not say who wins")
    if content.get("closes_at", leaf["closes_at"]) != leaf["closes_at"]:
        raise Wrong("the terms name another closing time than the row")
    contest.terms = content


def _entry(contest: Contest, leaf: dict[str, Any], _content: Any) -> None:
    entry = Entry(leaf)
    contest.entries.append(entry)
    if leaf["number"] != len(contest.entries):
        raise Wrong(f"it is entry {len(contest.entries)}, and calls itself {leaf['number']}")
    contest.came_after_the_end += contest.how in ("final", "no_winner") and not contest.is_late(entry)


def _refused(_contest: Contest, leaf: dict[str, Any], _content: Any) -> None:
    if leaf["since"] > leaf["until"]:
        raise Wrong("it ends before it begins")


def _standing(contest: Contest, leaf: dict[str, Any], content: Any) -> None:
    number = leaf["number"]
    entry = _numbered(contest, number)
    if entry is None:
        raise Wrong(f"there is no entry {number} yet")
    before, entry.standing, entry.stands_by = entry.sender, content or {}, leaf["i"]
    contest.look_anew_at(number)
    if content is None:
        return
    _check_content(content, STANDING)
    if content["eligible"] != (content["why"] is None):
        raise Wrong("an entry is eligible, or there is a reason why not")
    if content["eligible"] and contest.is_late(entry):
        raise Wrong(f"entry {number} came too late, and is eligible")
    if content["why"] == "late" and not contest.is_late(entry):
        raise Wrong(f"entry {number} came in time, and is called late")
    if before not in (None, content["sender"]):
        raise Wrong(f"entry {number} is of another sender than before")


def _verdict(contest: Contest, leaf: dict[str, Any], content: Any) -> None:
    number = leaf["number"]
    entry = _numbered(contest, number)
    if entry is None or entry.standing is None:
        raise Wrong(f"nobody has said yet whether entry {number} can win, and it has a verdict")
    if content is None:
        return
    _check_content(content, VERDICT)
    if not entry.standing["eligible"]:
        raise Wrong(f"entry {number} cannot win, and has a verdict")
    if content["terms"] != contest.terms_number:
        raise Wrong(f"a verdict under terms {content['terms']}; in force are terms {contest.terms_number}")
    is_told = any(held.number == number for held in contest.holders.values())
    if is_told or len(contest.holders) == contest.prizes:
        raise Wrong(f"a verdict on entry {number} when it has been told who has won")
    if contest.is_fixed(number):
        raise Wrong(f"a verdict on entry {number}, which led to who was told of a prize")
    if content["judge"] == "rule" and not rule_decides(contest.terms):
        raise Wrong("a verdict of a rule, and by the terms no rule decides")
    _take_judge(contest, content["judge"])
    entry.judge(content["judge"], content["judgement"])
    contest.look_anew_at(number)


def _take_judge(contest: Contest, label: str) -> None:
    """Raise `Wrong` where a judge of whom there was no verdict before does not have the next label."""
    place = 0 if label == "rule" else int(label[1:])
    if place > contest.judges + 1:
        raise Wrong(f"a verdict of {label}, and the next judge is j{contest.judges + 1}")
    contest.judges = max(contest.judges, place)


def _closed(contest: Contest, leaf: dict[str, Any], _content: Any) -> None:
    before, closes_at = contest.closes_at, leaf["closes_at"]
    if closes_at > leaf["at"]:
        raise Wrong("it says that it closes later than this row")
    if closes_at != before:
        _check_closing(contest, leaf)
        # It is earlier: no row is there when the old one has come.
        contest.closed_early = EarlyClosing(leaf["i"], before, closes_at) if before is not None else None
    contest.closes_at, contest.is_closed = closes_at, True


def _restored(contest: Contest, leaf: dict[str, Any], _content: Any) -> None:
    if leaf["signed_at"] > leaf["at"]:
        raise Wrong("it says that rows were lost before they were signed")
    contest.losses.append(
        f"Row {leaf['i']}: an older copy of the ledger was put back. {leaf['size']} rows had been signed at "
        f"{leaf['signed_at']}, and not all of them are here. Why: {shown(leaf['reason'])}."
    )


def _award(contest: Contest, leaf: dict[str, Any], content: Any) -> None:
    if content is None:
        return
    _check_content(content, AWARD)
    number, prize, step, by = content["number"], content["prize"], content["step"], content["by"]
    if contest.how is not None and step not in AFTER_THE_END:
        raise Wrong(f"prize {prize} is {step} when the challenge has ended")
    if by not in STEPS[step][1]:
        raise Wrong(f"prize {prize} is {step}, and that is not for the {by} to do")
    if step == "notified":
        _check_notified(contest, number, prize)
    else:
        _check_step(contest, number, prize, step)
    if step == "expired":
        _check_expired(contest.holders[prize], prize, leaf["at"])
    if contest.to_be_revoked and (prize not in contest.to_be_revoked or step not in ("revoked", *LOST)):
        raise Wrong(f"prize {prize} is {step}, and some were not taken back that were won under other terms")
    if contest.is_called_off and step != "revoked":
        raise Wrong(f"prize {prize} is {step}, and another was taken back as if all were called off")
    _take_step(contest, leaf["at"], content)


def _check_notified(contest: Contest, number: int, prize: int) -> None:
    if prize in contest.holders:
        raise Wrong(f"entry {number} is told of prize {prize}, which is somebody's")
    winner = next((winner for coming, winner in contest.coming() if coming == prize), None)
    if winner != number:
        whose = "nobody's yet" if winner is None else f"that of entry {winner}"
        raise Wrong(f"entry {number} is told of prize {prize}, which is {whose}")


def _check_step(contest: Contest, number: int, prize: int, step: str) -> None:
    held = contest.holders.get(prize)
    if held is None or held.number != number:
        raise Wrong(f"prize {prize} is {step}, and entry {number} does not have it")
    was_never_asked = step == "sent" and held.step == "notified" and held.claim_days is None
    if held.step not in STEPS[step][0] and not was_never_asked:
        raise Wrong(f"prize {prize} is {step}, and was {held.step} before")


def _check_expired(held: Holding, prize: int, at: str) -> None:
    """Raise `Wrong` where the time to claim a prize is not over."""
    if held.claim_days is None:
        raise Wrong(f"prize {prize} is expired, and nobody had to claim it")
    waited = (_instant(at) - _instant(held.told_at)) // timedelta(microseconds=1)
    if waited < held.claim_days * 24 * 60 * 60 * 10**6:
        raise Wrong(
            f"prize {prize} is expired, and entry {held.number}, told at {held.told_at}, "
            f"had {held.claim_days} days to claim it"
        )


def _take_step(contest: Contest, at: str, content: dict[str, Any]) -> None:
    number, prize, step = content["number"], content["prize"], content["step"]
    if step == "notified":
        claim_days = contest.terms.get("claim_days") if contest.terms else None
        contest.holders[prize] = Holding(number, step, at, claim_days)
        contest.is_told = True
    elif step in LOST or step == "revoked":
        del contest.holders[prize]
        contest.come_back.append(ComeBack(prize, number, step, at, content["by"]))
    else:
        contest.holders[prize] = contest.holders[prize]._replace(step=step)
    if step in LOST:
        contest.have_lost.add(number)
    if step == "revoked":
        contest.is_called_off = contest.is_called_off or prize not in contest.to_be_revoked
        contest.look_anew()
    contest.to_be_revoked.discard(prize)


def _ended(contest: Contest, leaf: dict[str, Any], _content: Any) -> None:
    contest.how, contest.ending = leaf["how"], leaf
    holders = [{"number": held.number, "prize": prize} for prize, held in sorted(contest.holders.items())]
    if leaf["winners"] != holders:
        raise Wrong(f"it names other winners than the rows before it: {shown(holders)}")
    contest.result = {each["prize"]: each["number"] for each in holders}
    if leaf["how"] == "cancelled":
        if holders:
            raise Wrong("it was called off, and there is a winner")
        return
    if contest.is_called_off:
        raise Wrong("a prize was taken back as if all were called off, and it was not")
    if contest.to_be_revoked:
        raise Wrong("some prizes were not taken back that were won under other terms")
    if (leaf["how"] == "final") != bool(holders):
        raise Wrong("there is a winner" if holders else "there is no winner")
    if any(held.step == "notified" for held in contest.holders.values()):
        raise Wrong("it has ended before all prizes were claimed")
    for prize, number in contest.coming():
        raise Wrong(f"it has ended, and prize {prize} is that of entry {number}")
    if not contest.is_closed:
        raise Wrong("it has ended, and was not closed before")
    contest.never_decided = contest.open_entries()


def _check_content(content: Any, fields: dict[str, Check]) -> None:
    fault = wrong_field(content, fields)
    if fault:
        raise Wrong(f"what was sealed in it is wrong: {fault}")


def _numbered(contest: Contest, number: int) -> Entry | None:
    return contest.entries[number - 1] if number <= len(contest.entries) else None


_HAPPENINGS: dict[str, Callable[[Contest, dict[str, Any], Any], None]] = {
    "opened": _opened,
    "entry": _entry,
    "refused": _refused,
    "standing": _standing,
    "verdict": _verdict,
    "amended": _amended,
    "closed": _closed,
    "award": _award,
    "ended": _ended,
    "key": _key,
    "restored": _restored,
}


# What is said in the end.


class Checked(NamedTuple):
    """An export in which all is in order, what it comes to, and a line for each time stamp."""

    ledger: Ledger
    contest: Contest
    stamps: list[str]


def check_export(data: bytes) -> list[str]:
    """Check an export, and say in a few lines what was found. Raises `Wrong`."""
    return _report(_checked(data))


def _checked(data: bytes) -> Checked:
    ledger = read_export(data)
    check_checkpoints(ledger)
    stamps = check_stamps(ledger)
    check_openings(ledger.rows)
    contest = replay(ledger.rows)
    check_disqualified(contest)
    return Checked(ledger, contest, stamps)


def _report(checked: Checked) -> list[str]:
    ledger, contest, stamps = checked
    last = ledger.checkpoints[-1].note
    waited, row = longest_wait(ledger)
    lines = [
        f"The ledger of {contest.origin} is in order.",
        f"{len(ledger.rows)} rows, {len(contest.entries)} entries, {len(ledger.checkpoints)} signed checkpoints; "
        f"the last is of {last.at} and covers all rows.",
        f"No row waited longer for its first checkpoint than row {row}: {waited}.",
        *_begun_late(ledger.rows),
        *(f"Key from row {index} on: {key.name}, SHA-256 {key.fingerprint}." for index, key in contest.keys),
        *stamps,
        *contest.losses,
        *([_ABOUT_STAMPS] if stamps else []),
        *map(amendment_line, contest.amendments),
        *_early_closing_lines(contest.closed_early),
    ]
    if contest.how is None:
        return [
            *lines,
            "The challenge has not ended: what is sealed will be opened then, and shows who has won.",
        ]
    lines.append("All that was sealed is opened, is what was sealed, and leads to what was decided.")
    return lines + _result(contest) + _on_their_word(contest)


_ABOUT_STAMPS = (
    "That each time stamp is about its checkpoint was checked; whose signature is in it, openssl can tell."
)


def _begun_late(rows: Sequence[Row]) -> list[str]:
    """What is said of entries of before there was a ledger, for which nobody could have kept a checkpoint."""
    opened_at, begun_at = rows[0].leaf["at"], rows[0].leaf["begun_at"]
    before = entries_before(rows, begun_at)
    if not before and _instant(begun_at) - _instant(opened_at) < BEGUN_LATE:
        return []
    how_many = f"{before} entries are" if before > 1 else "1 entry is" if before else "no entry is"
    unseen = ", and nobody could have seen that" if before else ""
    return [
        f"Note: the ledger was begun at {begun_at}, and the challenge opened at {opened_at}: "
        f"{how_many} said to have come before it was begun{unseen}."
    ]


def entries_before(rows: Sequence[Row], at: str) -> int:
    """How many entries say that they came before that instant."""
    return sum(row.leaf["kind"] == "entry" and row.leaf["at"] < at for row in rows)


def _on_their_word(contest: Contest) -> list[str]:
    """What rests on the word of the editors alone, by entries: no rule says whether it is right."""
    winners = set(contest.result.values())
    found = {
        "judged one way, and then the other": contest.numbers(lambda entry: entry.is_turned),
        "judged, and after that it was changed whether it can win": contest.numbers(
            lambda entry: entry.is_restated
        ),
        "disqualified": contest.numbers(is_disqualified),
        "has won, and its sender has no name by which their tries could be counted": [
            number for number in contest.numbers(lambda entry: entry.sender is None) if number in winners
        ],
    }
    return [f"Note: {what}: {_entries_named(numbers)}." for what, numbers in found.items() if numbers]


def _entries_named(numbers: Sequence[int]) -> str:
    """The first twenty of them: whoever has made up a ledger may have as many as they like."""
    more = f" and {len(numbers) - MOST_NAMED} more" if len(numbers) > MOST_NAMED else ""
    named = ", ".join(map(str, numbers[:MOST_NAMED]))
    return f"{'entry' if len(numbers) == 1 else 'entries'} {named}{more}"


# So many names of terms are told of an amendment: terms may have any.
_MOST_CHANGES = 20


def amendment_line(told: Amendment) -> str:
    """What is said of an amendment in one line."""
    changes = [_change_told(each, told.worth_less) for each in told.changes[:_MOST_CHANGES]]
    if len(told.changes) > _MOST_CHANGES:
        changes.append(f"{len(told.changes) - _MOST_CHANGES} more")
    if not told.is_known:
        changes.append("what is sealed")
    verdicts = "no verdict of before counts" if told.rejudge else "verdicts of before count on"
    return (
        f"Amendment in row {told.row} of {told.at}: {', '.join(changes) or 'nothing'}; {verdicts}. "
        f"Reason: {shown(told.reason)}"
    )


def _change_told(change: Change, worth_less: list[int]) -> str:
    name, before, now = change
    if name == "prizes" and worth_less:
        ranks = " and ".join(map(str, worth_less[:_MOST_CHANGES]))
        return f"{shown(name)} ({ranks} {'is' if len(worth_less) == 1 else 'are'} worth less)"
    if name == "closes_at" or (_is_number_or_none(before) and _is_number_or_none(now)):
        return f"{shown(name)} ({_value_told(before)}, now {_value_told(now)})"
    return shown(name)


def _early_closing_lines(early: EarlyClosing | None) -> list[str]:
    if early is None:
        return []
    row, promised, closes_at = early
    return [f"Note: it closed at {closes_at}; until row {row} it was to close at {promised}."]


def _is_number_or_none(value: Any) -> bool:
    return value is None or _is(value, int)


def _value_told(value: Any) -> str:
    return "none" if value is None else shown(value)


def _result(contest: Contest) -> list[str]:
    lines = [
        ending_line(contest.ending),
        *(_deciders_line(contest, each) for each in contest.result.values()),
    ]
    lines += [
        f"Prize {each.prize} was that of entry {each.number}, until it was {each.step} at {each.at} (by: {each.by})."
        for each in contest.come_back
    ]
    if not contest.result:
        lines.append(f"Nobody has won ({contest.how}).")
    lines += [f"Prize {prize}: entry {number}." for prize, number in contest.result.items()]
    if contest.never_decided:
        lines.append(
            f"Note: it ended while {contest.never_decided} more of the entries could have come to a prize."
        )
    if contest.came_after_the_end:
        lines.append(f"Note: of the entries behind its end {contest.came_after_the_end} came in time.")
    return lines


def ending_line(ended: dict[str, Any]) -> str:
    """How it has ended, by its row, in one line."""
    why = "" if ended["reason"] is None else f" Reason: {shown(ended['reason'])}"
    return f"It ended in row {ended['i']} at {ended['at']}: {ended['how']}.{why}"


def _deciders_line(contest: Contest, number: int) -> str:
    judges: int = contest.terms["judges"] if contest.terms else 1
    return (
        f"Entry {number} was found correct by {' and '.join(contest.entries[number - 1].deciders(judges))}."
    )


def longest_wait(ledger: Ledger) -> tuple[timedelta, int]:
    """The longest time from a row to the first checkpoint over it, and which row that was."""
    rows, covered, longest = ledger.rows, 0, (timedelta(-1), 0)
    begun_at = rows[0].leaf["begun_at"]
    for checkpoint in ledger.checkpoints:
        # None that follows is earlier. Of what is older than the ledger nobody could sign anything before.
        since = max(rows[covered].leaf["at"], begun_at)
        waited = _instant(checkpoint.note.at) - _instant(since)
        if waited > longest[0]:
            longest = (waited, covered)
        covered = checkpoint.note.size
    return longest


def check_kept(note_file: bytes, export: bytes) -> list[str]:
    """Check that an export goes on from a checkpoint that somebody has kept. Raises `Wrong`."""
    whose = "the kept checkpoint"
    note = kept_note(note_file.decode("utf-8", "surrogateescape"))
    if note is None:
        raise Wrong(f"{whose}: this is not a signed checkpoint")
    checked = _checked(export)
    check_whose(note, checked, whose)
    check_goes_on(note, checked.ledger, whose)
    kept = (
        f"The kept checkpoint of {note.at} over {note.size} rows is of this ledger, which goes on from there."
    )
    return [kept, "", *_report(checked)]


def check_whose(note: Note, checked: Checked, whose: str) -> None:
    """Raise `Wrong` for a checkpoint of another ledger, or that no key of this one has signed: anybody could have."""
    ledger, contest = checked.ledger, checked.contest
    if note.origin != contest.origin:
        raise Wrong(f"{whose}: it is of another ledger than the export: {shown(note.origin)}")
    if any(is_signed_by(note, key) for key in {key for _row, key in contest.keys}):
        return
    if may_be_newer(note, ledger):
        raise NotShown(
            f"{whose}: it is over more rows than the export ({len(ledger.rows)}), and of a key that does not stand "
            "there: only a newer export can show whose it is"
        )
    raise Wrong(f"{whose}: its signature is not of a key that stands in the ledger")


def check_goes_on(note: Note, ledger: Ledger, whose: str) -> None:
    """Raise `Wrong` unless the rows of an export are those of a checkpoint that a key of that ledger has signed."""
    rows, last = ledger.rows, ledger.checkpoints[-1].note
    if may_be_newer(note, ledger):
        raise NotShown(
            f"{whose}: it is over more rows than the export ({len(rows)}): "
            "only a newer export can show whether it goes on from there"
        )
    if note.size > len(rows):
        raise Wrong(
            f"{_named(len(rows), note.size)}: {whose} of {note.at} covers them, and the export, signed later "
            f"({last.at}), ends before them: two ledgers of one name were signed"
        )
    if root_over(rows[: note.size]) != note.root:
        raise Wrong(f"{_named(0, note.size)}: they are not those that {whose} was signed for")


def may_be_newer(note: Note, ledger: Ledger) -> bool:
    """Whether a checkpoint may be of what came behind an export.

    A ledger only grows, and of two checkpoints the one over more rows is not earlier. By a clock that was set back
    both may say the same instant.
    """
    return note.size > len(ledger.rows) and note.at >= ledger.checkpoints[-1].note.at


def _named(first: int, end: int) -> str:
    """The rows from the first one on, and up to the end."""
    return f"row {first}" if end == first + 1 else f"rows {first} to {end - 1}"


def kept_note(kept: str) -> Note | None:
    """The checkpoint in what somebody has kept: its text, whatever stands between its words, or all of a receipt.

    Or all of a mail. Where there are several it is the one over the most rows.
    """
    in_receipt = _NOTE_IN_RECEIPT(kept)
    written = (in_receipt[1] if in_receipt else kept).replace(_DASH_IN_JSON, "—")
    words = [word for word in _BETWEEN_WORDS(written) if word.strip(">")]
    notes = (_note_around(words, place) for place, word in enumerate(words) if word == "at")
    return max((note for note in notes if note), key=lambda note: note.size, default=None)


def _note_around(words: Sequence[str], place: int) -> Note | None:
    """The checkpoint of which the word at a place says when it was made."""
    around = words[max(place - 3, 0) : place + 5]
    # The name of a ledger that was torn apart is not that of another one.
    if len(around) != 8 or "/challenges/" not in around[0]:
        return None
    origin, size, root, at, instant, *signature = around
    return note_of(f"{origin}\n{size}\n{root}\n{at} {instant}\n\n{' '.join(signature)}\n")


def root_over(rows: Sequence[Row]) -> bytes:
    """The root of these rows."""
    tree = GrowingTree()
    for row in rows:
        tree.add(row.hash)
    return tree.root()


def check_receipt(data: bytes, export: bytes | None = None) -> list[str]:
    """Check a receipt, and that its entry stands in an export if there is one. Raises `Wrong`."""
    leaf, note, lines = _read_receipt(data)
    if export is None:
        lines += check_reasons(data, leaf, ())
        return [*lines, "Whether it is the ledger that others have, too, an export of it shows."]
    checked, whose = _checked(export), "the checkpoint of the receipt"
    rows = checked.ledger.rows
    place: int = leaf["i"]
    check_whose(note, checked, whose)
    if place < len(rows) and rows[place].leaf != leaf:
        raise Wrong(f"row {place}: in the export it is not what the receipt says")
    check_goes_on(note, checked.ledger, whose)
    lines.append("It is the same ledger as that of the export.")
    lines += check_reasons(data, leaf, rows)
    return [*lines, "", *_report(checked)]


def check_reasons(receipt: bytes, leaf: dict[str, Any], rows: Sequence[Row]) -> list[str]:
    """Check that the reasons in a receipt that was read are those that rows about its entry have fixed.

    What is sealed in a row, and the hash of the reason with it, is opened at the end only. Raises `Wrong`.
    """
    lines: list[str] = []
    for told in json.loads(receipt)["reasons"]:
        place: int = told["row"]
        row = rows[place] if rows else None
        if row is None or ("sealed" in row.leaf and row.content is None):
            lines.append(
                f"Whether the reason told here is that of row {place}, an export from after the end shows."
            )
            continue
        about: dict[str, Any] = {**row.leaf, **(row.content or {})}
        fixed = commitment(told["salt"], _encode(told["content"]).encode())
        if about.get("number") != leaf["number"] or about.get("reason") != fixed:
            raise Wrong(f"row {place}: the reason that the receipt tells is not the one that was fixed in it")
        lines.append(f"The reason told here is the one that was fixed in row {place}.")
    return lines


def _read_receipt(data: bytes) -> tuple[dict[str, Any], Note, list[str]]:
    text = text_of(data)
    value, _start, end = read_value(text, 0, "receipt")
    check_form(value, text[:end], "receipt")
    path = list_of(is_hash)
    opening = object_of({"content": object_of(PRIVATE), "salt": is_hash})
    fields: dict[str, Check] = {
        "format": one_of([RECEIPT]),
        "leaf": is_anything,
        "note": is_text,
        "path": path,
        "private": or_null(opening),
        "reasons": list_of(object_of({"content": is_anything, "row": is_place, "salt": is_hash})),
        "key": lambda key: key_of(key) is not None,
    }
    fault = wrong_field(value, fields)
    if fault or text[end:] != "\n":
        raise Wrong(f"receipt: {fault or 'something follows its end'}")
    leaf = value["leaf"]
    check_leaf(leaf, "receipt")
    if leaf["kind"] != "entry":
        raise Wrong("receipt: its row is not that of an entry")
    where = f"row {leaf['i']}"
    note, key = note_of(value["note"]), key_of(value["key"])
    if note is None or key is None or not is_signed_by(note, key):
        raise Wrong("receipt: its checkpoint is not signed by its key")
    for told in value["reasons"]:
        if told["row"] >= note.size:
            raise Wrong(
                f"row {told['row']}: the receipt tells a reason of it, and its checkpoint does not cover it"
            )
    if not key.is_of(note.origin):
        raise Wrong(f"receipt: its key is not called after the host of {shown(note.origin)}")
    steps = [bytes.fromhex(each) for each in value["path"]]
    # As many as a tree has levels, and never more.
    if (
        len(steps) > 64
        or root_by_path(leaf_hash(_encode(leaf).encode()), leaf["i"], note.size, steps) != note.root
    ):
        raise Wrong(f"{where}: the proof does not lead from it to the root that was signed")
    lines = [
        f"Entry {leaf['number']} of {note.origin} stands in row {leaf['i']} of its ledger since {leaf['at']}.",
        f"The checkpoint of {note.at} over {note.size} rows covers it, signed by the key {value['key']}.",
    ]
    private = value["private"]
    if private is None:
        return leaf, note, [*lines, "Which message it was is not known any more."]
    if commitment(private["salt"], _encode(private["content"]).encode()) != leaf["private"]:
        raise Wrong(f"{where}: what opens its private part is not what was fixed in it")
    return leaf, note, [*lines, f"It is of the message with the SHA-256 {private['content']['sha256']}."]


# What can be asked, by the first word, and with how many files.
_ASKED: dict[str, tuple[Callable[..., list[str]], Sequence[int]]] = {
    "": (check_export, (1,)),
    "--receipt": (check_receipt, (1, 2)),
    "--checkpoint": (check_kept, (2,)),
}


def told(check: Callable[..., list[str]], *contents: bytes) -> list[str]:
    """What a check of files says. Raises `Wrong`, and nothing else, whatever is in them."""
    try:
        return check(*contents)
    except Wrong:
        raise
    except Exception as error:
        # None is known. But whoever makes such a file must not have it look as if only this program were at fault.
        raise Wrong(f"this cannot be checked ({type(error).__name__})") from None


def main(words: Sequence[str]) -> int:
    """Do what the command line says. Returns 0 where all is in order, 1 where something is wrong, 2 for wrong words."""
    options = [word for word in words if word.startswith("-")]
    files = [word for word in words if not word.startswith("-")]
    check, how_many = _ASKED.get("".join(options), (check_export, ()))
    if len(files) not in how_many:
        sys.stderr.write(f"{(__doc__ or '').strip()}\n")
        return 2
    # Tens of thousands of rows, of which none refers to another: nobody need look for circles among them.
    gc.disable()
    try:
        lines = told(check, *(Path(file).read_bytes() for file in files))
    except (OSError, ValueError) as error:
        sys.stderr.write(f"The file cannot be read: {shown(str(error))}\n")
        return 1
    except Wrong as wrong:
        sys.stderr.write(f"{'NOT SHOWN' if isinstance(wrong, NotShown) else 'WRONG'}: {wrong}\n")
        return 1
    sys.stdout.write("\n".join(lines) + "\n")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
