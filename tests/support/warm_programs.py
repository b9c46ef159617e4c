"""Programs of ours that start in a moment: copies of a process that has imported the product already.

To import it takes a second of the processor for each program, and a run of the suite starts fifty. A copy is a process
like any other, with an environment, a group and an end of its own; gunicorn makes its workers in the same way.
How programs start from nothing is what `tests/core/test_start.py` and `tests/core/test_supervisor.py` ask.
"""

import multiprocessing
import os
import runpy
import signal
import subprocess
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

from tests.support.compiled_templates import folder_for_templates, keep_compiled_templates

_COPIES = multiprocessing.get_context("forkserver")
_COPIES.set_forkserver_preload(
    ["blog.factory", "flask.cli", "gunicorn.app.wsgiapp", "tests.support.warm_programs"]
)


class WarmProgram:
    """`python -m NAME …`, with what `subprocess.Popen` offers for a program that runs."""

    def __init__(
        self, words: Sequence[str], folder: str, environment: Mapping[str, str], complaints: Path
    ) -> None:
        self.complaints = complaints
        arguments = (list(words), folder, dict(environment), str(complaints), folder_for_templates())
        self._process = _COPIES.Process(target=_become, args=arguments)
        self._process.start()
        assert self._process.pid is not None
        self.pid: int = self._process.pid

    @property
    def returncode(self) -> int | None:
        """How it ended, or None while it runs."""
        return self._process.exitcode

    def poll(self) -> int | None:
        """How it ended, or None while it runs."""
        return self._process.exitcode

    def wait(self, timeout: float | None = None) -> int:
        """How it ends. Raises `subprocess.TimeoutExpired` when that takes too long."""
        self._process.join(timeout)
        code = self._process.exitcode
        if code is None:
            assert timeout is not None
            raise subprocess.TimeoutExpired(self._process.name, timeout)
        return code

    def send_signal(self, number: int) -> None:
        """Send a signal to it alone."""
        os.kill(self.pid, number)

    def kill(self) -> None:
        """`kill -9` of it alone."""
        self.send_signal(signal.SIGKILL)


def _become(
    words: list[str], folder: str, environment: dict[str, str], complaints: str, templates: str
) -> None:
    """Be the program from here on, as after `exec`."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
    os.dup2(os.open(complaints, os.O_WRONLY | os.O_APPEND), 2)
    os.setsid()
    os.chdir(folder)
    os.environ.clear()
    os.environ.update(environment)
    keep_compiled_templates(templates)
    sys.argv = list(words)
    sys.path[0] = folder
    runpy.run_module(words[0], run_name="__main__", alter_sys=True)
