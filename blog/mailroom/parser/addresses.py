"""Who a message says it is from (RFC 5322 §3.4), read in one pass without recursion."""

import re
from typing import NamedTuple

from blog.mailroom.parser.charsets import plain_line
from blog.mailroom.parser.encoded_words import decode_words
from blog.mailroom.parser.parameters import quoted

_PLAIN = re.compile(r"[^\"()<>,;:\\]++")
# Also those above ASCII, and what has no width: two addresses that look alike would be two people.
_UNSEEN = r"\x00-\x1f\x7f-\x9f\xad\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff"
_LOCAL = re.compile(rf"[^\s\"(),:;<>@\[\\\]{_UNSEEN}]{{1,128}}")
_QUOTED_LOCAL = re.compile(rf"\"[^\"\\{_UNSEEN}]{{1,126}}\"")
_LABEL = re.compile(r"[^\W_](?:[\w-]{0,61}[^\W_])?")
_LITERAL = re.compile(r"\[[0-9A-Za-z.:]{1,80}\]")


class Mailbox(NamedTuple):
    """A display name, decoded, and a bare address with its domain in lower case."""

    name: str
    address: str


class Mailboxes(NamedTuple):
    """The mailboxes of a header; `odd` when the header breaks the grammar in a way that could mislead."""

    found: tuple[Mailbox, ...]
    odd: bool


def mailboxes(value: str) -> Mailboxes:
    """All mailboxes of an address header.

    Display names are decoded after the structure is read, so that an encoded word can never pass for an
    address.
    """
    scanner = _Scanner(value)
    scanner.run()
    return Mailboxes(tuple(scanner.found), scanner.odd)


class _Scanner:
    """Goes through a header once and collects one mailbox at a time.

    Of the present one, `source` keeps the quotes, `phrase` does not, and comments are in neither.
    """

    def __init__(self, value: str) -> None:
        self.value = value
        self.position = 0
        self.found: list[Mailbox] = []
        self.odd = False
        self.carried = ""
        self._start()

    def _start(self) -> None:
        self.source: list[str] = []
        self.phrase: list[str] = []
        self.comments: list[str] = []
        self.angles: list[str] = []

    def run(self) -> None:
        """Read all of the header. Every step goes at least one character on."""
        steps = {
            '"': self._quoted,
            "(": self._comment,
            "<": self._angle,
            ",": self._separator,
            ";": self._separator,
            ":": self._group,
        }
        while self.position < len(self.value):
            steps.get(self.value[self.position], self._plain)()
        self._finish()

    def _quoted(self) -> None:
        content, end = quoted(self.value, self.position)
        self.odd = self.odd or self.value[end - 1] != '"' or end - self.position < 2
        self.source.append(self.value[self.position : end])
        self.phrase.append(content)
        self.position = end

    def _comment(self) -> None:
        end, closed = _comment_end(self.value, self.position)
        self.odd = self.odd or not closed
        self.comments.append(self.value[self.position + 1 : end - 1])
        self.position = end

    def _angle(self) -> None:
        end = self.value.find(">", self.position)
        self.odd = self.odd or end < 0
        end = len(self.value) if end < 0 else end
        self.angles.append(self.value[self.position + 1 : end].strip())
        self.position = end + 1

    def _separator(self) -> None:
        self._finish()
        self.position += 1

    def _group(self) -> None:
        # The name of a group (RFC 5322 §3.4) is not the name of anybody.
        self.odd = self.odd or bool(self.angles) or "@" in "".join(self.source)
        self.source.clear()
        self.phrase.clear()
        self.position += 1

    def _plain(self) -> None:
        plain = _PLAIN.match(self.value, self.position)
        if plain is None:
            self.odd = True
            self.position += 1
            return
        self.source.append(plain[0])
        self.phrase.append(plain[0].strip())
        self.position = plain.end()

    def _finish(self) -> None:
        if not self.angles:
            self._finish_bare()
        else:
            self.odd = self.odd or len(self.angles) > 1
            for angle in self.angles:
                # A route before the address (`<@relay:jan@example.org>`) has been obsolete since 2001.
                address = angle.rpartition(":")[2] if angle.startswith("@") else angle
                self._add(" ".join([self.carried, *self.phrase]), address)
            self.carried = ""
        self._start()

    def _finish_bare(self) -> None:
        source = "".join(self.source).strip()
        if "@" not in source:
            # `Jansen, Jan <jan@example.org>`: the comma should have been quoted and often is not.
            self.carried = f"{self.carried} {source},".strip() if source else self.carried
            return
        words = source.split()
        if source.startswith('"') or len(words) == 1:
            self._add(" ".join(self.comments), source)
            return
        self.odd = True
        with_at = [word for word in words if "@" in word]
        if len(with_at) == 1:
            self._add(" ".join(word for word in words if "@" not in word), with_at[0])

    def _add(self, name: str, address: str) -> None:
        canonical = canonical_address(address)
        if canonical is None:
            self.odd = True
            return
        self.found.append(Mailbox(plain_line(decode_words(name)), canonical))


def _comment_end(value: str, position: int) -> tuple[int, bool]:
    """Where the comment that begins there ends, and whether it does. Comments nest; they are counted."""
    depth = 0
    while position < len(value):
        character = value[position]
        if character == "\\":
            position += 1
        elif character == "(":
            depth += 1
        elif character == ")":
            depth -= 1
            if depth == 0:
                return position + 1, True
        position += 1
    return len(value), False


def canonical_address(address: str) -> str | None:
    """The address, its domain in lower case without a final dot; None when it is not exactly one."""
    local, at, domain = address.strip().rpartition("@")
    domain = domain.lower().removesuffix(".")
    if not at or not (_LOCAL.fullmatch(local) or _QUOTED_LOCAL.fullmatch(local)) or len(domain) > 253:
        return None
    if _LITERAL.fullmatch(domain) or all(_LABEL.fullmatch(label) for label in domain.split(".")):
        return f"{local}@{domain}"
    return None
