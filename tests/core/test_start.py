"""Starting with settings that do not fit ends with what is wrong, whichever program it is."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from tests.support.processes import (
    ROOT,
    ColdProgram,
    flask_command,
    free_port,
    process_environment,
    running,
    wait_for_smtp,
)


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


def test_a_warm_program_sees_what_one_sees_that_starts_from_nothing(tmp_path: Path) -> None:
    """Other tests start programs warm, which is worth as much as there is no difference."""
    told = tmp_path / "told"
    command, settings = (
        [sys.executable, "-m", "tests.support.telling_program", str(told)],
        {"SITE_NAME": "Ours"},
    )
    with running(command, settings) as warm:
        assert warm.wait(timeout=30) == 3
    seen = json.loads(told.read_text(encoding="utf-8"))
    cold = ColdProgram(command, process_environment(settings), tmp_path / "complaints")
    assert cold.wait(timeout=30) == 3
    assert seen == json.loads(told.read_text(encoding="utf-8"))
    assert (seen["environment"]["SITE_NAME"], seen["leads its group"]) == ("Ours", True)


@pytest.mark.parametrize("start", ["warm", "cold"])
def test_a_program_that_did_not_start_is_told_with_its_reason(tmp_path: Path, start: str) -> None:
    command = flask_command("mail", "serve")
    # Only what begins with this Python itself is started warm.
    command = command if start == "warm" else ["env", *command]
    settings = {"INSTANCE": str(tmp_path), "PORT": "five"}
    with running(command, settings) as program, pytest.raises(AssertionError) as failure:
        wait_for_smtp(free_port(), program)
    assert "it ended with 1; on stderr it said:" in str(failure.value)
    assert "PORT: 'five' is not a port" in str(failure.value)
