"""Messages in files, as somebody keeps them on a disk: one in a file, or many in a mailbox file."""

import os
import re
import stat
from collections.abc import Iterator
from pathlib import Path

from blog.mailroom.parser import caps

_MEGABYTE = 1024 * 1024
# A line with "From ", a blank line before it, and a header below: what separates messages (RFC 4155).
_SEPARATOR = re.compile(rb"(?:\A|(?<=\n\n)|(?<=\n\r\n))From [^\n]*\n(?=[!-9;-~]{1,200}[ \t]*:|>From )")
_QUOTED_FROM = re.compile(rb"^>(>*From )", re.MULTILINE)


class UnreadableFileError(ValueError):
    """The file cannot be read as mail; the message names it and says why."""


def messages_of(file: Path) -> Iterator[bytes]:
    """The raw messages in a file: one, or those of a mailbox file in their order.

    Raises UnreadableFileError for what is no file (a folder, a pipe, a device: reading those may never end),
    what may not be read, and what is larger than any message that is looked at.
    """
    yield from _taken_apart(_content(file))


def _content(file: Path) -> bytes:
    try:
        # Opening a pipe that nobody writes to would wait for ever.
        descriptor = os.open(file, os.O_RDONLY | os.O_NONBLOCK)
        try:
            content = _read(file, descriptor)
        finally:
            os.close(descriptor)
    except OSError as error:
        raise UnreadableFileError(
            f"{file}: cannot be read ({error.strerror}); give the path of a raw message"
        ) from None
    if len(content) > caps.MESSAGE_BYTES:
        limit = caps.MESSAGE_BYTES // _MEGABYTE
        raise UnreadableFileError(f"{file}: is larger than {limit} MiB; give the path of one raw message")
    return content


def _read(file: Path, descriptor: int) -> bytes:
    """Of a file that is too large, one byte more than is read of any: its size may be wrong, or change."""
    if not stat.S_ISREG(os.fstat(descriptor).st_mode):
        raise UnreadableFileError(f"{file}: is not a file; give the path of a raw message")
    with os.fdopen(descriptor, "rb", closefd=False) as stream:
        return stream.read(caps.MESSAGE_BYTES + 1)


def _taken_apart(content: bytes) -> Iterator[bytes]:
    """The messages of a mailbox file without its own lines; anything else as it is."""
    separators = list(_SEPARATOR.finditer(content))
    if not separators or separators[0].start() > 0:
        yield content
        return
    ends = [following.start() for following in separators[1:]] + [len(content)]
    for separator, end in zip(separators, ends, strict=True):
        # A line of the text that begins so was given a mark; it loses one here.
        yield _QUOTED_FROM.sub(rb"\1", content[separator.end() : end])
