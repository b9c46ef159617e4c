"""Keeps a few programs running together until somebody stops them.

One process starts the programs of a Procfile, puts their names before what they print, starts one again
that ended, and passes the wish to stop on to all of them. Standard library only, and one thread: it must
still stand when a program it watches cannot even be imported.

    python -m blog.core.supervisor Procfile [--greet HOST:PORT COMMAND] [--with-parent]
"""

import argparse
import ctypes
import os
import selectors
import shlex
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from types import FrameType
from typing import IO

_OWN_NAME = "supervisor"
_TICK = 0.1
_CHUNK = 65_536
# How often the pipes are looked at once more when a program has ended.
_LAST_READS = 8
_PR_SET_PDEATHSIG = 1  # prctl(2)
_LIBC = ctypes.CDLL(None) if sys.platform == "linux" else None


@dataclass(frozen=True, slots=True)
class Program:
    """A program to keep running, and the name that stands before its lines."""

    name: str
    command: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Greeting:
    """A command to run once, as soon as something listens at `address`."""

    address: tuple[str, int]
    command: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Patience:
    """How long, in seconds, and how often: after `tries` deaths in a row, each before `quick`, we give up.

    Who is asked to stop has `grace` for what is in hand: longer than the web server takes (`deploy/gunicorn.conf.py`).
    """

    quick: float = 10.0
    tries: int = 5
    first_delay: float = 0.25
    grace: float = 15.0


@dataclass(slots=True)
class _Child:
    """One program in its present life, or waiting for the next."""

    program: Program
    process: subprocess.Popen[bytes] | None = None
    started_at: float = 0.0
    start_at: float = 0.0
    quick_deaths: int = 0


@dataclass(slots=True)
class _Output:
    """The pipe from a program, and what it has printed of a line that is not finished yet."""

    name: str
    pipe: IO[bytes]
    rest: bytes = b""


@dataclass(slots=True)
class Supervisor:
    """Runs `programs` until a signal comes or one of them cannot be kept alive."""

    programs: Sequence[Program]
    greeting: Greeting | None = None
    patience: Patience = Patience()
    _children: list[_Child] = field(default_factory=list[_Child])
    _pipes: selectors.BaseSelector = field(default_factory=selectors.DefaultSelector)
    _asked_to_stop: bool = False
    _asked_to_kill: bool = False
    _stopping_since: float | None = None
    _status: int = 0
    _muted: bool = False

    def run(self) -> int:
        """Run everything; returns 0 after a stop that was asked for, 1 after giving up."""
        self._listen_to_signals()
        self._children = [_Child(program) for program in self.programs]
        while self._stopping_since is None or self._living():
            if self._stopping_since is None:
                self._start_what_is_due()
                self._greet()
            self._pass_output_on(_TICK)
            self._bury_the_dead()
            if self._asked_to_stop:
                self._stop(0, "Stopping; press Ctrl-C again to end everything at once.")
            self._lose_patience()
        while self._pass_output_on(0):
            pass
        return self._status

    def _listen_to_signals(self) -> None:
        def ask(number: int, _frame: FrameType | None) -> None:
            # Only a second Ctrl-C kills: make and a shell may both pass one SIGTERM on.
            self._asked_to_kill |= self._asked_to_stop and number == signal.SIGINT
            self._asked_to_stop = True

        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            if number != signal.SIGHUP or signal.getsignal(number) is not signal.SIG_IGN:
                signal.signal(number, ask)

    def _living(self) -> list[subprocess.Popen[bytes]]:
        return [child.process for child in self._children if child.process is not None]

    def _start_what_is_due(self) -> None:
        for child in self._children:
            if child.process is None and child.start_at <= time.monotonic():
                self._start(child)

    def _start(self, child: _Child) -> None:
        child.started_at = time.monotonic()
        try:
            child.process = subprocess.Popen(
                child.program.command,
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=subprocess.STDOUT,
                env=_environment(),
                process_group=0,
                preexec_fn=end_with_parent,  # noqa: PLW1509 - this process has one thread
            )
        except OSError as error:
            self._count_death(child, f"cannot be started: {error.strerror}")
            return
        if (pipe := child.process.stdout) is not None:
            self._pipes.register(pipe, selectors.EVENT_READ, _Output(child.program.name, pipe))

    def _pass_output_on(self, timeout: float) -> int:
        ready = self._pipes.select(timeout)
        for key, _events in ready:
            output: _Output = key.data
            chunk = os.read(key.fd, _CHUNK)
            *lines, output.rest = (output.rest + chunk).split(b"\n")
            if output.rest and (not chunk or len(output.rest) > _CHUNK):
                lines.append(output.rest)
                output.rest = b""
            self._print(output.name, lines)
            if not chunk:
                self._pipes.unregister(output.pipe)
                output.pipe.close()
        return len(ready)

    def _bury_the_dead(self) -> None:
        for child in self._children:
            if child.process is None or child.process.poll() is None:
                continue
            # What it leaves behind (workers of a killed server) would hold its port.
            _signal_group(child, signal.SIGTERM if self._stopping_since is None else signal.SIGKILL)
            self._pass_last_words_on()
            status, child.process = child.process.returncode, None
            if self._stopping_since is None:
                self._count_death(child, f"ended ({_described(status)})")

    def _pass_last_words_on(self) -> None:
        """What a program printed just before its end, above the line that tells of it; others may go on printing."""
        for _each in range(_LAST_READS):
            if not self._pass_output_on(0):
                return

    def _count_death(self, child: _Child, what: str) -> None:
        now = time.monotonic()
        was_quick = now - child.started_at < self.patience.quick
        child.quick_deaths = child.quick_deaths + 1 if was_quick else 1
        name = child.program.name
        if child.quick_deaths >= self.patience.tries:
            times = f"{child.quick_deaths} times in a row"
            self._stop(1, f"{name} {what}, {times}: giving up. Its own lines above say why.")
            return
        delay = self.patience.first_delay * 2 ** (child.quick_deaths - 1)
        child.start_at = now + delay
        self._say(f"{name} {what}; it is started again in {delay:g} s.")

    def _stop(self, status: int, why: str) -> None:
        if self._stopping_since is not None:
            return
        self._stopping_since = time.monotonic()
        self._status = status
        self._say(why)
        for process in self._living():
            process.terminate()

    def _lose_patience(self) -> None:
        if self._stopping_since is None:
            return
        if self._asked_to_kill or time.monotonic() - self._stopping_since > self.patience.grace:
            for child in self._children:
                _signal_group(child, signal.SIGKILL)

    def _greet(self) -> None:
        if self.greeting is not None and _listens(self.greeting.address):
            command, self.greeting = self.greeting.command, None
            with suppress(OSError):
                subprocess.run(command, stdin=subprocess.DEVNULL, env=_environment(), check=False)

    def _say(self, text: str) -> None:
        self._print(_OWN_NAME, [text.encode()])

    def _print(self, name: str, lines: Sequence[bytes]) -> None:
        width = max(map(len, [_OWN_NAME, *(program.name for program in self.programs)]))
        text = b"".join(f"{name:<{width}} | ".encode() + line + b"\n" for line in lines)
        if self._muted or not text:
            return
        try:
            sys.stdout.buffer.write(text)
            sys.stdout.buffer.flush()
        except OSError:
            # Nobody reads any more (`make run | head`): the end, as for any program in a pipe.
            self._muted = self._asked_to_stop = True
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def end_with_parent() -> None:
    """Let Linux stop this process when its parent ends.

    So a supervisor that is killed leaves nobody behind on its ports.
    """
    if _LIBC is not None:
        _LIBC.prctl(_PR_SET_PDEATHSIG, int(signal.SIGTERM))


def read_procfile(text: str) -> list[Program]:
    """The programs of a Procfile, one `name: command` a line. Raises `ValueError` with what is wrong."""
    programs: list[Program] = []
    for number, line in enumerate(text.splitlines(), start=1):
        if not line.strip() or line.startswith("#"):
            continue
        name, colon, command = line.partition(":")
        if not (name.strip() and colon and command.strip()):
            raise ValueError(f"line {number} is not `name: command`")
        programs.append(Program(name.strip(), tuple(shlex.split(command))))
    if not programs:
        raise ValueError("it names no program")
    return programs


def main(arguments: Sequence[str] | None = None) -> int:
    """The command: reads the Procfile, runs its programs in this folder, returns the exit status."""
    parser = argparse.ArgumentParser(
        prog="supervisor", description="Run the programs of a Procfile together."
    )
    parser.add_argument("procfile", type=Path)
    parser.add_argument("--greet", nargs=2, metavar=("HOST:PORT", "COMMAND"))
    parser.add_argument("--with-parent", action="store_true", help="stop when the caller ends (Linux)")
    given = parser.parse_args(arguments)
    if given.with_parent:
        end_with_parent()
    try:
        programs = read_procfile(given.procfile.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        parser.error(f"{given.procfile}: {error}")
    return Supervisor(programs, _greeting(given.greet)).run()


def _greeting(given: list[str] | None) -> Greeting | None:
    if given is None:
        return None
    host, _colon, port = given[0].rpartition(":")
    local = {"0.0.0.0": "127.0.0.1", "::": "::1", "[::]": "::1", "": "127.0.0.1"}  # noqa: S104 - to connect
    return Greeting((local.get(host, host), int(port)), tuple(shlex.split(given[1])))


def _environment() -> dict[str, str]:
    """Programs are found beside our own interpreter first, and what they print comes at once."""
    path = os.pathsep.join([str(Path(sys.executable).parent), os.environ.get("PATH", os.defpath)])
    return {**os.environ, "PATH": path, "PYTHONUNBUFFERED": "1"}


def _listens(address: tuple[str, int]) -> bool:
    with suppress(OSError), socket.create_connection(address, timeout=_TICK):
        return True
    return False


def _signal_group(child: _Child, number: signal.Signals) -> None:
    if child.process is not None:
        with suppress(ProcessLookupError, PermissionError):
            os.killpg(child.process.pid, number)


def _described(status: int) -> str:
    return f"killed by {signal.Signals(-status).name}" if status < 0 else f"exit status {status}"


if __name__ == "__main__":
    sys.exit(main())
