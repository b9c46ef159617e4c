"""Real processes of the product for tests: started, awaited by what they do, and killed."""

import os
import signal
import smtplib
import socket
import subprocess
import sys
import time
from collections.abc import Generator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path

from tests.support.warm_programs import WarmProgram

ROOT = Path(__file__).resolve().parents[2]
_START_SECONDS = 30.0
_LOOK_AGAIN_SECONDS = 0.02
Program = subprocess.Popen[bytes] | WarmProgram


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
    process = _start(command, process_environment(settings), quiet=os.environ.get("SHOW_STDERR") is None)
    try:
        yield process
    finally:
        kill_group(process)


def _start(command: Sequence[str], environment: Mapping[str, str], *, quiet: bool) -> Program:
    match command:
        case [sys.executable, "-m", *words]:
            return WarmProgram(words, str(ROOT), environment, quiet=quiet)
        case _:
            return subprocess.Popen(
                command,
                cwd=ROOT,
                env=environment,
                stdout=subprocess.DEVNULL,
                # Not a pipe: nobody empties it, and a program that has much to say would stand still.
                stderr=subprocess.DEVNULL if quiet else None,
                start_new_session=True,
            )


def kill_group(process: Program) -> None:
    """`kill -9` of a process and all that it started; then wait until it is gone."""
    if process.poll() is None:
        try:
            os.killpg(process.pid, signal.SIGKILL)
        except ProcessLookupError:
            # It was to be the first of a group, and has not come to that.
            process.kill()
    process.wait()


def flask_command(*words: str) -> list[str]:
    """The command line of `flask …` in this Python."""
    return [sys.executable, "-m", "flask", *words]


def wait_for_smtp(port: int, process: Program) -> None:
    """Return when the mail door greets; fail when the process ends or takes too long."""
    deadline = time.monotonic() + _START_SECONDS
    while time.monotonic() < deadline:
        if process.poll() is not None:
            raise AssertionError(f"the mail door ended with {process.returncode}")
        try:
            with smtplib.SMTP("127.0.0.1", port, timeout=5):
                return
        except (OSError, smtplib.SMTPException):
            time.sleep(_LOOK_AGAIN_SECONDS)
    raise AssertionError("the mail door did not open")
