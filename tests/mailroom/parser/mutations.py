"""Messages gone wrong: what wires, gateways and enemies make of good ones."""

import base64
import html
import quopri
import random
from collections.abc import Callable, Sequence

from tests.mailroom.parser.habits import HABITS
from tests.mailroom.parser.mails import make_mail, make_multipart

PIECES = (
    b"\n",
    b"\r\n\r\n",
    b"\r",
    b"--grens",
    b"--grens--",
    b"=?utf-8?b?",
    b"=?utf-8?q?",
    b"?=",
    b"<",
    b">",
    b'"',
    b"(",
    b";",
    b":",
    b"\0",
    b"\xff",
    b"\x1b$B",
    b"\xf0\x9f",
    b"&#",
    b"<!--",
    b"<blockquote>",
    b"style='display:none'",
    b"Content-Type: multipart/alternative; boundary=grens\r\n",
    b"Content-Transfer-Encoding: base64\r\n",
)
CHARSETS = (
    b"utf-8",
    b"us-ascii",
    b"iso-8859-1",
    b"windows-1252",
    b"utf-16",
    b"utf-7",
    b"iso-2022-jp",
    b"gb18030",
    b"big5",
    b"koi8-r",
    b"x-unknown",
    b"",
    b"\xff",
)

Mutation = Callable[[random.Random, bytes, Sequence[bytes]], bytes]


def _span(dice: random.Random, raw: bytes, longest: int = 60) -> tuple[int, int]:
    start = dice.randrange(len(raw) + 1)
    return start, min(len(raw), start + dice.randrange(longest))


def _flip(dice: random.Random, raw: bytes, corpus: Sequence[bytes]) -> bytes:
    out = bytearray(raw)
    for _ in range(dice.randrange(1, 20) if raw else 0):
        out[dice.randrange(len(out))] ^= 1 << dice.randrange(8)
    return bytes(out)


def _truncate(dice: random.Random, raw: bytes, corpus: Sequence[bytes]) -> bytes:
    return raw[: dice.randrange(len(raw) + 1)]


def _drop(dice: random.Random, raw: bytes, corpus: Sequence[bytes]) -> bytes:
    start, end = _span(dice, raw)
    return raw[:start] + raw[end:]


def _insert(dice: random.Random, raw: bytes, corpus: Sequence[bytes]) -> bytes:
    start, end = _span(dice, raw)
    return raw[:start] + dice.choice((dice.choice(PIECES), dice.randbytes(dice.randrange(8)))) + raw[end:]


def _repeat(dice: random.Random, raw: bytes, corpus: Sequence[bytes]) -> bytes:
    start, end = _span(dice, raw, 400)
    return raw[:start] + raw[start:end] * dice.randrange(9) + raw[end:]


def _splice(dice: random.Random, raw: bytes, corpus: Sequence[bytes]) -> bytes:
    start, end = _span(dice, raw)
    other = dice.choice(corpus)
    cut = dice.randrange(len(other) + 1)
    return raw[:start] + other[cut : cut + dice.choice((200, 5000))] + raw[end:]


def _shuffle_headers(dice: random.Random, raw: bytes, corpus: Sequence[bytes]) -> bytes:
    head, gap, body = raw.partition(b"\r\n\r\n")
    lines = head.split(b"\r\n")
    lines += dice.choices(lines, k=dice.randrange(4))
    dice.shuffle(lines)
    return b"\r\n".join(lines) + gap + body


def _swap_charset(dice: random.Random, raw: bytes, corpus: Sequence[bytes]) -> bytes:
    before, mark, after = raw.rpartition(b"charset=")
    return before + mark + dice.choice(CHARSETS) + b"\r\n" + after.partition(b"\r\n")[2] if mark else raw


def _lengthen(dice: random.Random, raw: bytes, corpus: Sequence[bytes]) -> bytes:
    start, end = _span(dice, raw, 12)
    return raw[:start] + (raw[start:end] or b"x") * dice.choice((1000, 20_000)) + raw[end:]


MUTATIONS: tuple[Mutation, ...] = (
    _flip,
    _truncate,
    _drop,
    _insert,
    _insert,
    _repeat,
    _splice,
    _shuffle_headers,
    _swap_charset,
    _lengthen,
)


def mutated(dice: random.Random, corpus: Sequence[bytes]) -> bytes:
    """A message of the corpus after one to eight accidents; never larger than a quarter of a megabyte."""
    raw = dice.choice(corpus)
    for _ in range(dice.randrange(1, 9)):
        raw = dice.choice(MUTATIONS)(dice, raw, corpus)[: 1 << 18]
    return raw


# Whole messages in which a person wrote one known word.

_PROGRAMS = [
    line
    for habits in HABITS.values()
    for kind in (habits.attributions, habits.blocks, habits.separators, habits.phones, habits.own)
    for line in kind
]
_PEOPLE = ["", "> ", "> Wat nu?", ">> Eerder", "-- ", "--", "___", "Groet,", "Pietje", "x" * 600, "  ", ":"]
_PLACES = ["{}", "> {}", "Het is {}.", "{}:", "Op 3 mei schreef {}:", "-- {} --"]
_TAGS = [
    "p",
    "div",
    "blockquote",
    "span",
    "td",
    "li",
    "pre",
    "p hidden",
    "b style='color:#fff'",
    "p style='opacity:0'",
]
_PLAIN = ["text/plain", "text/plain; format=flowed", "text/plain; format=flowed; delsp=yes"]


def letter_with(dice: random.Random, word: str) -> bytes:
    """A message that is whole and says `word` once, anywhere among what people and programs write."""
    lines = [dice.choice(dice.choice((_PROGRAMS, _PEOPLE))) for _ in range(dice.randrange(1, 14))]
    place = dice.randrange(len(lines) + 1)
    lines.insert(place, dice.choice(_PLACES).format(word))
    text = "\n".join(lines)
    if dice.random() < 0.3:
        return _sent(dice, "".join(_element(dice, line) for line in lines), "text/html")
    return _sent(dice, text, dice.choice(_PLAIN))


def _element(dice: random.Random, line: str) -> str:
    tag = dice.choice(_TAGS)
    closing = f"</{tag.split()[0]}>" if dice.random() < 0.8 else ""
    return f"<{tag}>{html.escape(line)}{closing}"


def _sent(dice: random.Random, text: str, kind: str) -> bytes:
    charset = dice.choice(("utf-8", "utf-8", "utf-16", "gb18030"))
    data = text.replace("\n", "\r\n").encode(charset)
    encoding = dice.choice(("base64", "quoted-printable", "8bit")) if charset == "utf-8" else "base64"
    if encoding == "base64":
        data = base64.encodebytes(data)
    elif encoding == "quoted-printable":
        # Line ends within are data to this function; they are none in mail.
        data = b"\r\n".join(
            quopri.encodestring(line).replace(b"=\n", b"=\r\n") for line in data.split(b"\r\n")
        )
    head = f"Content-Type: {kind}; charset={charset}\r\nContent-Transfer-Encoding: {encoding}\r\n\r\n"
    if dice.random() < 0.3:
        return make_multipart(dice.choice(("mixed", "alternative", "related")), head.encode() + data)
    raw = make_mail(b"", content_type=None)
    return raw.removesuffix(b"\r\n\r\n") + b"\r\n" + head.encode() + data
