"""The process that reads messages for another one: requests on standard input, answers on standard output.

A frame is four bytes of length, high byte first, and that many bytes. The child sends one frame, READY, once
it can read. A request is two frames: JSON with the envelope sender, and the raw message. The answer is one
frame of JSON: the message as read or, where the request says "html", the HTML that it shows. The child ends when its
input does.
"""

import json
import math
import os
import resource
import signal
import struct
import time
from collections.abc import Callable

from blog.mailroom.parser.message import ParsedMail
from blog.mailroom.parser.reading import read_html, read_message

READY = b"ready"
LENGTH = struct.Struct(">I")
MEMORY_BYTES = 512 * 1024 * 1024
CPU_SECONDS = 4
_OPEN_FILES = 32

Reader = Callable[[bytes, str | None], ParsedMail]


def main() -> None:
    """Serve until the input ends."""
    serve(read_message)


def serve(read: Reader, *, cpu_seconds: int = CPU_SECONDS, memory_bytes: int = MEMORY_BYTES) -> None:
    """Answer requests with `read`, within limits: memory for the process, processor time for each message.

    What exceeds the processor time is ended by the kernel (SIGXCPU); the parent sees how the child died.
    """
    # The parent decides when it is over, by closing the pipe: a Ctrl-C or a service manager's SIGTERM to the
    # whole group must not make the message that is being read look like one that broke the reader.
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, signal.SIG_IGN)
    source, sink = os.dup(0), os.dup(1)
    os.dup2(2, 1)
    # For good: what has taken over this process cannot take them back. That of the processor moves, see below.
    _limit(resource.RLIMIT_AS, memory_bytes)
    _limit(resource.RLIMIT_CORE, 0)
    _limit(resource.RLIMIT_FSIZE, 0)
    _limit(resource.RLIMIT_NOFILE, _OPEN_FILES)
    send_frame(sink, READY)
    while (request := receive_frame(source)) is not None:
        raw = receive_frame(source)
        if raw is None:
            return
        _allow_processor_time(cpu_seconds)
        send_frame(sink, _answer(read, request, raw))


def send_frame(descriptor: int, *contents: bytes) -> None:
    """Write frames, whole. Raises OSError when nobody reads."""
    for content in contents:
        view = memoryview(LENGTH.pack(len(content)) + content)
        while view:
            view = view[os.write(descriptor, view) :]


def receive_frame(descriptor: int, limit: int | None = None) -> bytes | None:
    """Read one frame; None when the input ends first or the frame is longer than `limit` bytes."""
    head = _receive(descriptor, LENGTH.size)
    if head is None:
        return None
    (length,) = LENGTH.unpack(head)
    return None if limit is not None and length > limit else _receive(descriptor, length)


def _receive(descriptor: int, length: int) -> bytes | None:
    pieces: list[bytes] = []
    missing = length
    while missing:
        piece = os.read(descriptor, min(missing, 1 << 20))
        if not piece:
            return None
        pieces.append(piece)
        missing -= len(piece)
    return b"".join(pieces)


def _answer(read: Reader, request: bytes, raw: bytes) -> bytes:
    wanted = json.loads(request)
    if wanted.get("html"):
        return json.dumps(read_html(raw)).encode()
    return json.dumps(read(raw, wanted["envelope_sender"]).to_json()).encode()


def _limit(what: int, amount: int) -> None:
    amount = _within(resource.getrlimit(what)[1], amount)
    resource.setrlimit(what, (amount, amount))


def _within(hard: int, amount: int) -> int:
    return amount if hard == resource.RLIM_INFINITY else min(amount, hard)


def _allow_processor_time(seconds: int) -> None:
    """The limit counts from the start of the process, in whole seconds: move it up for each message.

    Its hard limit stays where it is: once lowered it could not be moved up again.
    """
    _, hard = resource.getrlimit(resource.RLIMIT_CPU)
    until = _within(hard, math.ceil(time.process_time()) + seconds)
    resource.setrlimit(resource.RLIMIT_CPU, (until, hard))


if __name__ == "__main__":
    main()
