"""Real processes of the product for tests: started, awaited by what they do, and killed."""

import os
import signal
import smtplib
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Generator, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path

from tests.support.warm_programs import WarmProgram

ROOT = Path(__file__).resolve().parents[2]
_START_SECONDS = 30.0
_LOOK_AGAIN_SECONDS = 0.02
_LAST_WORDS_CHARACTERS = 4000
_LAST_BREATH_SECONDS = 10.0
# Which of the fields behind the name of a process is its group.
_GROUP = 2


class ColdProgram(subprocess.Popen[bytes]):
    """A program that starts from nothing; what it complains of is kept in `complaints`."""

    def __init__(self, command: Sequence[str], environment: Mapping[str, str], complaints: Path) -> None:
        self.complaints = complaints
        # A file, not a pipe: nobody empties it, and a program that has much to say would stand still.
        with complaints.open("wb") as stderr:
            super().__init__(
                command,
                cwd=ROOT,
                env=environment,
                stdout=subprocess.DEVNULL,
                stderr=stderr,
                start_new_session=True,
            )


Program = ColdProgram | WarmProgram


def free_port() -> int:
    """A TCP port that nobody uses at this moment."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return int(listener.getsockname()[1])


def process_environment(settings: Mapping[str, str]) -> dict[str, str]:
    """The environment of a process of ours: the machine's, and the settings of the test."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("MAIL_")}
    # As in the Makefile: programs start sooner when Python may keep what it has compiled.
    kept.pop("PYTHONDONTWRITEBYTECODE", None)
    return {**kept, **settings, "FLASK_APP": str(ROOT / "app.py"), "PYTHONPATH": str(ROOT)}


@contextmanager
def running(command: Sequence[str], settings: Mapping[str, str]) -> Generator[Program]:
    """A process in its own group; killed, group and all, when the block ends. A program of ours starts warm."""
    with tempfile.NamedTemporaryFile(prefix="complaints-") as complaints:
        process = _start(command, process_environment(settings), Path(complaints.name))
        try:
            yield process
        finally:
            kill_group(process)


def _start(command: Sequence[str], environment: Mapping[str, str], complaints: Path) -> Program:
    match command:
        case [sys.executable, "-m", *words]:
            return WarmProgram(words, str(ROOT), environment, complaints)
        case _:
            return ColdProgram(command, environment, complaints)


def last_words(process: Program) -> str:
    """How a program ended, or that it runs yet, and what it said on stderr last."""
    code = process.poll()
    state = "it runs yet" if code is None else f"it ended with {code}"
    said = process.complaints.read_text(encoding="utf-8", errors="replace")
    return f"{state}; on stderr it said:\n{said[-_LAST_WORDS_CHARACTERS:] or '(nothing)'}"


def kill_group(process: Program) -> None:
    """`kill -9` of a process and all that it started; then wait until it is gone."""
    if process.poll() is None:
        try:
            os.killpg(process.pid, signal.SIGKILL)
        except ProcessLookupError:
            # It was to be the first of a group, and has not come to that.
            process.kill()
    process.wait()
    _wait_for_the_rest(process.pid)


def _wait_for_the_rest(group: int) -> None:
    """What strace was watching may live a moment longer than strace, and write."""
    deadline = time.monotonic() + _LAST_BREATH_SECONDS
    while any(map(_is_alive, _members(group))) and time.monotonic() < deadline:
        time.sleep(_LOOK_AGAIN_SECONDS)


def _members(group: int) -> Iterator[list[str]]:
    """State, parent, group and so on of each thread of a group, as the kernel tells them (proc(5)).

    Of each thread: the first one of a process may have ended while another still waits for the disk.
    """
    for process in Path("/proc").iterdir():
        if process.name.isdigit():
            yield from (fields for fields in _threads(process) if fields[_GROUP] == str(group))


def _threads(process: Path) -> Iterator[list[str]]:
    """What the kernel tells of each thread of a process; any of them, or all, may be gone the next moment."""
    with suppress(OSError):
        for thread in (process / "task").iterdir():
            with suppress(OSError):
                # The name stands in parentheses, and may hold anything.
                yield (thread / "stat").read_text(errors="replace").rpartition(")")[2].split()


def _is_alive(fields: list[str]) -> bool:
    return fields[0] not in {"Z", "X"}


def flask_command(*words: str) -> list[str]:
    """The command line of `flask …` in this Python."""
    return [sys.executable, "-m", "flask", *words]


def wait_for_smtp(port: int, process: Program) -> None:
    """Return when the mail door greets; fail when the process ends or takes too long."""
    deadline = time.monotonic() + _START_SECONDS
    while time.monotonic() < deadline:
        if process.poll() is not None:
            break
        try:
            with smtplib.SMTP("127.0.0.1", port, timeout=5):
                return
        except (OSError, smtplib.SMTPException):
            time.sleep(_LOOK_AGAIN_SECONDS)
    raise AssertionError(f"the mail door did not open: {last_words(process)}")
