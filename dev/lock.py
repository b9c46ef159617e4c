"""Write the lock files from pyproject.toml. Usage: python -m dev.lock [--upgrade]

Versions that are locked already stay unless `--upgrade` is given. The locks hold for every platform and every
Python that we support, have a hash for each file, and name no server.
"""

import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
LOCKS = {
    "requirements.lock": ["--extra", "assets"],
    "requirements-dev.lock": ["--extra", "assets", "--extra", "test", "--extra", "check"],
}
_COMMAND = [
    "pip",
    "compile",
    "--quiet",
    "--universal",
    "--generate-hashes",
    "--no-header",
    "--python-version",
    "3.11",
]


def main() -> None:
    """Write both locks, the second one with the versions of the first."""
    uv = shutil.which("uv")
    if uv is None:
        sys.exit("Locking needs uv: pipx install uv   Then run the same command again.")
    known: list[str] = []
    for name, extras in LOCKS.items():
        command = [uv, *_COMMAND, *extras, *known, *sys.argv[1:], "--output-file", name, "pyproject.toml"]
        if subprocess.call(command, cwd=ROOT) != 0:
            sys.exit(f"{name} was not written; the lines above say why.")
        known = ["--constraint", "requirements.lock"]


if __name__ == "__main__":
    main()
