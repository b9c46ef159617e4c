"""What we build on, and under which licence: NOTICE.md, from the packages in .venv.

Usage: python -m dev.notices
"""

import re
from importlib.metadata import PackageNotFoundError, files, metadata
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
_HEAD = """# What Rejoinder builds on

Rejoinder itself is under the GNU Affero General Public License, version 3 or later (see `LICENSE`). It uses
these packages; each keeps its own licence, whose text comes with it. `make notices` writes this list.

| package | version | licence |
|---|---|---|
"""


def main() -> None:
    """Write NOTICE.md."""
    (ROOT / "NOTICE.md").write_text(notices(), encoding="utf-8")


def notices() -> str:
    """The whole text, a row for each package of the runtime lock."""
    return _HEAD + "".join(f"| {name} | {version} | {licence_of(name)} |\n" for name, version in locked())


def locked(name: str = "requirements.lock") -> list[tuple[str, str]]:
    """The packages of a lock with their versions, in its order."""
    text = (ROOT / name).read_text(encoding="utf-8")
    return re.findall(r"^([a-z0-9._-]+)==([^\s;\\]+)", text, re.MULTILINE)


def licence_of(name: str) -> str:
    """What a package says of its licence, in as few words as it can be said."""
    try:
        about = metadata(name)
    except PackageNotFoundError:
        return "not installed on this platform"
    classifiers = [line for line in about.get_all("Classifier") or [] if line.startswith("License ::")]
    named = [line.rpartition(" :: ")[2] for line in classifiers if not line.endswith("OSI Approved")]
    said = about.get("License-Expression") or "; ".join(named) or about.get("License") or _from_text(name)
    return said.strip().split("\n")[0]


def _from_text(name: str) -> str:
    texts = [file.read_text(encoding="utf-8") for file in files(name) or [] if file.name.startswith("LICEN")]
    is_mit = any("Permission is hereby granted, free of charge" in text for text in texts)
    return "MIT (by its text)" if is_mit else "not stated"


if __name__ == "__main__":
    main()
