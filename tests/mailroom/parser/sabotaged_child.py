"""A child for the sandbox's tests: it reads well, until a message tells it to do harm. Run as a script."""

import os
import signal
import sys
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path

sys.path.append(str(Path(__file__).resolve().parents[3]))

from blog.mailroom.parser import child
from blog.mailroom.parser.message import ParsedMail
from blog.mailroom.parser.reading import read_message


def hoard() -> None:
    """Within the limit of this process, not of the machine."""
    taken = [bytes(1 << 20) for _ in range(10_000)]
    raise AssertionError(len(taken))


def burn() -> None:
    while True:
        pass


def fail() -> None:
    raise RuntimeError


def say(frame: bytes) -> None:
    """Talk out of turn on the pipe of the answers."""
    os.write(int(sys.argv[1]), frame)


DEEDS: dict[bytes, Callable[[], object]] = {
    b"hang": partial(time.sleep, 60),
    b"stop": partial(os.kill, os.getpid(), signal.SIGSTOP),
    b"kill": partial(os.kill, os.getpid(), signal.SIGKILL),
    b"exit": partial(os._exit, 3),
    b"raise": fail,
    b"abort": os.abort,
    b"burn": burn,
    b"eat": hoard,
    b"babble": partial(say, child.LENGTH.pack(6) + b"babble"),
    b"boast": partial(say, child.LENGTH.pack(0xFFFFFFFF)),
    b"nest": partial(say, child.LENGTH.pack(200_000) + b"[" * 200_000),
    b"lie": partial(say, child.LENGTH.pack(2) + b"{}"),
    b"print": partial(print, "stray words", flush=True),
}


def once(deed: Callable[[], object], trace: Path) -> None:
    """Do it in the first of the children that are told so."""
    try:
        trace.touch(exist_ok=False)
    except FileExistsError:
        return
    deed()


def read(raw: bytes, envelope_sender: str | None) -> ParsedMail:
    """Do what the message says."""
    body = raw.partition(b"\r\n\r\n")[2].strip()
    words = body.split()
    deed = DEEDS.get(body)
    if words[:1] == [b"once"]:
        deed = partial(once, DEEDS[words[1]], Path(os.fsdecode(words[2])))
    if deed is not None:
        deed()
    return read_message(raw, envelope_sender)


if __name__ == "__main__":
    if sys.argv[1] == "mute":
        sys.exit(0)
    # The pipe of the answers, for those who talk out of turn.
    sys.argv[1] = str(os.dup(1))
    child.serve(read, cpu_seconds=1)
