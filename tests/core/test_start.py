"""Starting with settings that do not fit ends with what is wrong, whichever program it is."""

import subprocess
from pathlib import Path

import pytest

from tests.support.processes import ROOT, flask_command, process_environment


@pytest.mark.parametrize("words", [("jobs", "work"), ("db", "upgrade")])
def test_a_fault_in_the_settings_is_told_in_lines(words: tuple[str, ...], tmp_path: Path) -> None:
    environment = process_environment({"INSTANCE": str(tmp_path), "PORT": "five", "SITE_LANGUAGE": "tlh"})
    done = subprocess.run(
        flask_command(*words), cwd=ROOT, env=environment, capture_output=True, text=True, check=False
    )
    assert done.returncode == 1
    assert done.stderr.splitlines() == [
        "The settings do not fit:",
        "PORT: 'five' is not a port; give a number from 0 to 65535",
        "SITE_LANGUAGE: 'tlh' is not offered; give one of nl, en",
        "Every name stands in docs/configuration.md.",
    ]
