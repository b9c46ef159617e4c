"""Messages are read in a process of their own, which may die of one: the caller always gets an answer.

A message that breaks or stalls the reader costs that child its life and comes back as unreadable, with the
reason; the next message finds a fresh child. A child may also be stopped or killed from outside (the kernel needs
memory, a machine goes to sleep), so a message is blamed only when a second child ends in the same way. One child
serves all threads of a process, one message at a time.
"""

import atexit
import contextlib
import json
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Callable, Generator, Mapping, Sequence
from pathlib import Path
from typing import TypeVar

from blog.mailroom.parser.child import READY, receive_frame, send_frame
from blog.mailroom.parser.defects import Defect
from blog.mailroom.parser.message import ParsedMail, unread

T = TypeVar("T")
WALL_SECONDS = 10.0
_START_SECONDS = 30.0
_MESSAGES_PER_CHILD = 1000
_LONGEST_ANSWER = 64 * 1024 * 1024

_ROOT = Path(__file__).resolve().parents[3]
# Isolated, without site packages, and our folder last: nothing can stand before the standard library. The
# code is in the command so that no environment variable and no current folder is needed to find it.
_BOOT = "import sys; sys.path.append(sys.argv[1]); from blog.mailroom.parser.child import main; main()"
_COMMAND = (sys.executable, "-I", "-S", "-B", "-X", "utf8", "-c", _BOOT, str(_ROOT))


class SandboxUnavailableError(RuntimeError):
    """No child could be started. The message is not to blame: try it again later."""


class Sandbox:
    """A child that reads messages, and what watches over it. `command` starts it, `wall_seconds` is what one
    message may take on the clock.
    """

    def __init__(self, command: Sequence[str] = _COMMAND, *, wall_seconds: float = WALL_SECONDS) -> None:
        self._command = tuple(command)
        self._wall_seconds = wall_seconds
        self._lock = threading.Lock()
        self._child: _Child | None = None

    def read(self, raw: bytes, *, envelope_sender: str | None = None) -> ParsedMail:
        """The message as read by the child. Raises SandboxUnavailableError when there can be no child."""
        try:
            return self._asked({"envelope_sender": envelope_sender}, raw, _understood)
        except _ChildFailed as failed:
            return unread(failed.defect, envelope_sender)

    def html(self, raw: bytes) -> str:
        """The HTML that the message shows, as written anew by the child; empty where there is none to be had."""
        try:
            return self._asked({"envelope_sender": None, "html": True}, raw, _html_in)
        except _ChildFailed:
            return ""

    def _asked(self, request: Mapping[str, object], raw: bytes, understand: Callable[[bytes], T]) -> T:
        with self._lock:
            try:
                return self._ask(request, raw, understand)
            except _ChildFailed as first:
                if first.is_certain:
                    raise
            return self._ask(request, raw, understand)

    def _ask(self, request: Mapping[str, object], raw: bytes, understand: Callable[[bytes], T]) -> T:
        child = self._fresh_child()
        try:
            return child.ask(request, raw, self._wall_seconds, understand)
        finally:
            if child.is_spent:
                child.end()
                self._child = None

    def close(self) -> None:
        """End the child, if there is one. Reading again starts a new one."""
        with self._lock:
            if self._child is not None:
                self._child.end()
                self._child = None

    def forget_after_fork(self) -> None:
        """In a forked process: the child belongs to the parent, and nobody here holds the lock."""
        self._lock = threading.Lock()
        if self._child is not None:
            self._child.abandon()
            self._child = None

    def _fresh_child(self) -> "_Child":
        if self._child is not None and not self._child.is_alive:
            # It died while idle: no message did that.
            self._child.end()
            self._child = None
        if self._child is None:
            self._child = _start(self._command)
        return self._child


class _ChildFailed(Exception):
    """A child gave no answer; `is_certain` when only the message can be the reason."""

    def __init__(self, defect: Defect, *, is_certain: bool) -> None:
        super().__init__(defect)
        self.defect = defect
        self.is_certain = is_certain


class _Child:
    """A running child and its pipes."""

    def __init__(self, process: subprocess.Popen[bytes]) -> None:
        self._process = process
        self._pipes = [stream for stream in (process.stdin, process.stdout) if stream is not None]
        self._sink, self._source = (stream.fileno() for stream in self._pipes)
        self._served = 0
        self._failed = False

    @property
    def is_alive(self) -> bool:
        return self._process.poll() is None

    @property
    def is_spent(self) -> bool:
        return self._failed or self._served >= _MESSAGES_PER_CHILD

    def greet(self) -> bool:
        """Whether the child says in time that it can read."""
        with self._killed_after(_START_SECONDS), contextlib.suppress(OSError):
            return receive_frame(self._source, len(READY)) == READY
        return False

    def ask(
        self, request: Mapping[str, object], raw: bytes, seconds: float, understand: Callable[[bytes], T]
    ) -> T:
        answer = None
        with self._killed_after(seconds) as late, contextlib.suppress(OSError):
            send_frame(self._sink, json.dumps(request).encode(), raw)
            answer = receive_frame(self._source, _LONGEST_ANSWER)
        self._served += 1
        # Until its answer has been understood: whatever that raises, nobody asks this child again.
        self._failed = True
        try:
            found = understand(answer or b"")
        except (ValueError, RecursionError) as error:
            raise self._failure(timed_out=late.is_set()) from error
        # Also after a good answer: the kill may be on its way.
        self._failed = late.is_set()
        return found

    def end(self) -> None:
        self._process.kill()
        self._process.wait()
        self._close_pipes()

    def abandon(self) -> None:
        self._close_pipes()
        # Not this process's child: it must neither be waited for nor be missed.
        self._process.returncode = 0

    def _failure(self, *, timed_out: bool) -> _ChildFailed:
        self._process.kill()
        used_up = self._process.wait() == -signal.SIGXCPU
        defect = Defect.PARSER_TIMEOUT if timed_out or used_up else Defect.PARSER_CRASHED
        return _ChildFailed(defect, is_certain=used_up)

    def _close_pipes(self) -> None:
        for stream in self._pipes:
            with contextlib.suppress(OSError):
                stream.close()

    @contextlib.contextmanager
    def _killed_after(self, seconds: float) -> Generator[threading.Event]:
        """End the child when the block takes longer: its pipes end with it, so nothing waits for ever."""
        late = threading.Event()
        guard = threading.Lock()
        over = False

        def kill() -> None:
            with guard:
                if not over:
                    late.set()
                    self._process.kill()

        timer = threading.Timer(seconds, kill)
        timer.daemon = True
        timer.start()
        try:
            yield late
        finally:
            with guard:
                over = True
            timer.cancel()


def _understood(answer: bytes) -> ParsedMail:
    """The message in a child's answer. Raises ValueError or RecursionError for what is none, however it is nested."""
    return ParsedMail.from_json(json.loads(answer))


def _html_in(answer: bytes) -> str:
    """The HTML in a child's answer. Raises as above."""
    html = json.loads(answer)
    if not isinstance(html, str):
        raise ValueError("not a JSON string")
    return html


def _start(command: Sequence[str]) -> _Child:
    # A library path, where Python was built to need one, is all that it takes from our environment.
    environment = {
        name: os.environ[name] for name in ("LD_LIBRARY_PATH", "DYLD_LIBRARY_PATH") if name in os.environ
    }
    try:
        process = subprocess.Popen(
            command,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            bufsize=0,
            env=environment,
            cwd="/",
        )
    except OSError as error:
        raise SandboxUnavailableError(f"the mail parser cannot be started: {error.strerror}") from error
    child = _Child(process)
    if not child.greet():
        child.end()
        raise SandboxUnavailableError("the mail parser does not start")
    return child


_shared = Sandbox()
atexit.register(_shared.close)
os.register_at_fork(after_in_child=_shared.forget_after_fork)


def html_in_child(raw: bytes) -> str:
    """The HTML that a raw message shows (see `read_html`), written anew by a child that cannot harm this process.

    Whoever shows it sanitises it: the child is not trusted. Never raises for any bytes; raises as below, and takes as
    long at most.
    """
    return _shared.html(raw)


def read_in_child(raw: bytes, *, envelope_sender: str | None = None) -> ParsedMail:
    """What a raw message says (see `read_message`), read by a child that cannot harm this process.

    Never raises for any bytes: a child that dies, stalls or talks nonsense gives an unreadable message.
    Raises SandboxUnavailableError when no child can be started at all. Takes at most 10 s, or twice that
    where the first child was not to be had, and the wait for other threads.
    """
    return _shared.read(raw, envelope_sender=envelope_sender)
