"""What the tests of the architecture read: files of the repository, and the syntax trees of its modules."""

import ast
import subprocess
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]


@cache
def repository_files() -> tuple[str, ...]:
    """Every file that belongs to the repository, tracked or about to be, as a path from its root."""
    command = ["git", "ls-files", "--cached", "--others", "--exclude-standard"]
    listed = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True)
    return tuple(name for name in listed.stdout.splitlines() if (ROOT / name).is_file())


def text_of(name: str) -> str:
    """What a file of the repository says."""
    return (ROOT / name).read_text(encoding="utf-8")


def modules(*folders: str) -> list[str]:
    """The Python modules below `folders`, as paths from the root."""
    starts = tuple(f"{folder}/" for folder in folders)
    return [name for name in repository_files() if name.startswith(starts) and name.endswith(".py")]


@cache
def tree_of(name: str) -> ast.Module:
    """The syntax tree of a module."""
    return ast.parse(text_of(name), name)
