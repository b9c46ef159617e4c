"""A message as a tree of parts (RFC 2046), cut out of the raw bytes.

Why not `email.parser`: it descends into forwarded messages and delivery reports, it recurses, its work is
bounded by nothing, and it writes attachments out anew, so that their hash would not be of what was sent. Here
a part is a pair of offsets, a forwarded message is a leaf, and the caps hold while cutting. The tests hold
the tree against `email.parser`.
"""

import binascii
import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from blog.mailroom.parser import caps, parameters
from blog.mailroom.parser.defects import Defect
from blog.mailroom.parser.headers import Header, read_header

_NOT_BASE64 = bytes(
    set(range(256)) - set(b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/=")
)
# One a line, in the largest message that a door takes.
_BASE64_BLOCKS = 100_000
# RFC 2046 §5.1.1. With no such limit a boundary of dashes in a file of dashes is looked for at every one of them.
_LONGEST_BOUNDARY = 70
_WHITE = b" \t\r\n"
_LOOSE_SOFT_BREAK = re.compile(rb"=[ \t]++\r?\n")
_COMMENT = re.compile(r"\([^()]*+\)")
_TOKEN = re.compile(r"[^\s;,\"'()]++")
_UU_BEGIN = re.compile(rb"^begin [0-7]{3,4} [^\n]*\n", re.MULTILINE)
_ESCAPE = re.compile(rb"=(?![0-9A-Fa-f]{2}|\r?\n|\Z)")


@dataclass(slots=True)
class Part:
    """One part: its header, where its body stands in the raw bytes, and the parts inside it."""

    raw: bytes = field(repr=False)
    header: Header
    start: int
    end: int
    depth: int
    type: str
    parameters: dict[str, str]
    disposition: str
    filename: str
    children: list["Part"] = field(default_factory=list["Part"])
    preamble: bytes = b""
    epilogue: bytes = b""

    @property
    def is_multipart(self) -> bool:
        """Whether it holds parts rather than content."""
        return bool(self.children)

    def leaves(self) -> Iterator["Part"]:
        """Every part that holds content, in order."""
        stack: list[Part] = [self]
        while stack:
            part = stack.pop()
            if part.children:
                stack.extend(reversed(part.children))
            else:
                yield part

    def content(self, defects: set[Defect]) -> bytes:
        """The body with its transfer encoding undone. Broken encodings give what they can, and a defect."""
        body = self.raw[self.start : self.end]
        encoding = _first_token(self.header.text("content-transfer-encoding"))
        if encoding == "base64":
            return _from_base64(body, defects)
        if encoding == "quoted-printable":
            return _from_quoted_printable(body, defects)
        if encoding in ("x-uuencode", "x-uue", "uuencode"):
            defects.add(Defect.UUENCODE)
            return _from_uuencode(body)
        if encoding not in ("", "7bit", "8bit", "binary", "7-bit", "8-bit"):
            defects.add(Defect.UNKNOWN_ENCODING)
        return body


def read_tree(raw: bytes, header: Header, start: int, defects: set[Defect]) -> Part:
    """The tree of a message whose header has been read. Raises caps.CapExceeded at the caps."""
    root = _part(raw, header, start, len(raw), depth=0, default="text/plain")
    waiting = [root]
    # The message itself is the first part.
    allowance = _Allowance(caps.PARTS - 1, caps.PART_HEADER_BYTES)
    while waiting:
        part = waiting.pop()
        if not part.type.startswith("multipart/"):
            continue
        if part.depth >= caps.DEPTH:
            raise caps.CapExceeded(Defect.TOO_DEEP)
        part.children = _children(part, allowance, defects)
        if not part.children:
            # A multipart without parts is shown as the text that it is.
            part.type = "text/plain"
        waiting.extend(part.children)
    return root


@dataclass(slots=True)
class _Allowance:
    """What the parts that are still to be found may be: so many, with so much header between them."""

    parts: int
    header_bytes: int

    def take(self, header_bytes: int) -> None:
        """Take one part. Raises caps.CapExceeded when that is one too many."""
        self.parts -= 1
        self.header_bytes -= header_bytes
        if self.parts < 0:
            raise caps.CapExceeded(Defect.TOO_MANY_PARTS)
        if self.header_bytes < 0:
            raise caps.CapExceeded(Defect.HEADER_TOO_LARGE)


def _part(raw: bytes, header: Header, start: int, end: int, *, depth: int, default: str) -> Part:
    source = header.source("content-type")
    kind, values = parameters.parse(source) if source else (default, {})
    disposition, more = parameters.parse(header.source("content-disposition") or "")
    name = more.get("filename") or values.get("name") or ""
    return Part(
        raw=raw,
        header=header,
        start=start,
        end=end,
        depth=depth,
        type=kind if "/" in kind else default,
        parameters=values,
        disposition=disposition,
        filename=re.split(r"[/\\]", name)[-1][: caps.NAME_CHARACTERS],
    )


def _children(parent: Part, allowance: _Allowance, defects: set[Defect]) -> list[Part]:
    default = "message/rfc822" if parent.type == "multipart/digest" else "text/plain"
    children: list[Part] = []
    for start, end in _sections(parent, defects):
        header, body = read_header(parent.raw, start, end)
        allowance.take(body - start)
        if Defect.HEADER_TOO_LARGE in header.defects:
            raise caps.CapExceeded(Defect.HEADER_TOO_LARGE)
        # A part may begin with its text at once; only a message has to have a header.
        body = start if Defect.NO_HEADERS in header.defects else body
        children.append(_part(parent.raw, header, body, end, depth=parent.depth + 1, default=default))
    return children


def _sections(parent: Part, defects: set[Defect]) -> Iterator[tuple[int, int]]:
    """Where the parts between the boundary lines begin and end (RFC 2046 §5.1.1); notes what stands around them."""
    boundary = parent.parameters.get("boundary", "").encode("utf-8", "replace")
    if not boundary or len(boundary) > _LONGEST_BOUNDARY:
        defects.add(Defect.MISSING_BOUNDARY)
        return
    # The line feed comes first: boundaries of dashes are not looked for at every dash. It ends the header, too.
    line = re.compile(rb"\n--" + re.escape(boundary) + rb"(--)?[ \t]*+\r?(?=\n|\Z)")
    opened: int | None = None
    for match in line.finditer(parent.raw, max(parent.start - 1, 0), parent.end):
        if opened is None:
            parent.preamble = parent.raw[parent.start : max(match.start(), parent.start)]
        else:
            yield opened, _before_line_end(parent.raw, opened, match.start() + 1)
        opened = min(match.end() + 1, parent.end)
        if match[1]:
            parent.epilogue = parent.raw[opened : parent.end]
            return
    if opened is None:
        defects.add(Defect.MISSING_BOUNDARY)
        return
    defects.add(Defect.UNCLOSED_MULTIPART)
    yield opened, parent.end


def _before_line_end(raw: bytes, start: int, end: int) -> int:
    """The line end before a boundary belongs to the boundary."""
    if end > start and raw[end - 1 : end] == b"\n":
        end -= 1
        if end > start and raw[end - 1 : end] == b"\r":
            end -= 1
    return max(start, end)


def _first_token(value: str) -> str:
    """The encoding that a field names, without the comments, quotes and parameters that some put around it."""
    token = _TOKEN.search(_COMMENT.sub(" ", value))
    return token[0].lower() if token else ""


def _from_uuencode(body: bytes) -> bytes:
    """What stands in the lines of a uuencoded file, as far as they are some; the body itself when it holds no file."""
    begin = _UU_BEGIN.search(body)
    if begin is None:
        return body
    out: list[bytes] = []
    for line in body[begin.end() :].split(b"\n"):
        letters = line.rstrip(b"\r")
        if letters in (b"", b"`", b"end"):
            break
        try:
            out.append(binascii.a2b_uu(letters))
        except binascii.Error:
            break
    return b"".join(out)


def _from_base64(body: bytes, defects: set[Defect]) -> bytes:
    letters = body.translate(None, delete=_NOT_BASE64)
    if len(letters) != len(body.translate(None, delete=_WHITE)):
        defects.add(Defect.BROKEN_BASE64)
    out: list[bytes] = []
    # Some programs encode in blocks, each with its own padding.
    blocks = letters.replace(b"==", b"=").split(b"=", _BASE64_BLOCKS)
    if len(blocks) > _BASE64_BLOCKS and blocks.pop():
        defects.add(Defect.BROKEN_BASE64)
    for block in blocks:
        # One letter alone holds six bits, which is no byte.
        alone = len(block) % 4 == 1
        if alone:
            defects.add(Defect.BROKEN_BASE64)
        whole = block[:-1] if alone else block
        out.append(binascii.a2b_base64(whole + b"=" * (-len(whole) % 4)))
    return b"".join(out)


def _from_quoted_printable(body: bytes, defects: set[Defect]) -> bytes:
    # White space after a soft line break is an accident of transport (RFC 2045 §6.7, rule 3).
    tidy = _LOOSE_SOFT_BREAK.sub(b"=\n", body)
    if _ESCAPE.search(tidy):
        defects.add(Defect.BROKEN_QUOTED_PRINTABLE)
    return binascii.a2b_qp(tidy)
