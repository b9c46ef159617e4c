"""html-validate, which reads pages as they were served."""

import json
import subprocess
from collections.abc import Generator
from contextlib import contextmanager

from dev.node_tools import FOLDERS, is_installed, node


class HtmlChecker:
    """html-validate as a program that goes on running: a page takes it a few milliseconds."""

    def __init__(self, process: subprocess.Popen[str]) -> None:
        self._process = process

    def faults(self, html: str) -> list[str]:
        """What is wrong in a page as it was served, each with its place and its rule."""
        assert self._process.stdin
        assert self._process.stdout
        self._process.stdin.write(json.dumps(html) + "\n")
        self._process.stdin.flush()
        return json.loads(self._process.stdout.readline())


def html_checker_is_here() -> bool:
    """Whether html-validate is installed."""
    return is_installed(FOLDERS["web"])


@contextmanager
def html_checker() -> Generator[HtmlChecker]:
    """A checker that runs as long as the block lasts."""
    command = [node() or "node", "validate.js"]
    with subprocess.Popen(
        command, cwd=FOLDERS["web"], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as process:
        yield HtmlChecker(process)
        process.kill()
