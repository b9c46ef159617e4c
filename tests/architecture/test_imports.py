"""The import contracts hold, and they bite."""

import shutil
import subprocess
import sys
from pathlib import Path

from tests.architecture.sources import ROOT

_RUN = "from importlinter.cli import lint_imports_command as run; run()"


def _lint(folder: Path) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-c", _RUN, "--no-cache", "--config", "pyproject.toml"]
    return subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)


def _copy(folder: Path) -> Path:
    shutil.copy(ROOT / "pyproject.toml", folder)
    shutil.copytree(ROOT / "blog", folder / "blog", ignore=shutil.ignore_patterns("static", "translations"))
    return folder / "blog"


def test_the_contracts_hold() -> None:
    done = _lint(ROOT)
    assert done.returncode == 0, done.stdout


def test_a_call_upwards_breaks_them(tmp_path: Path) -> None:
    module = _copy(tmp_path) / "core" / "clock.py"
    module.write_text("from blog.articles import models\n\nprint(models)\n", encoding="utf-8")
    done = _lint(tmp_path)
    assert done.returncode == 1
    assert "blog.core is not allowed to import blog.articles" in done.stdout


def test_an_action_that_knows_the_web_breaks_them(tmp_path: Path) -> None:
    with (_copy(tmp_path) / "discussions" / "actions.py").open("a", encoding="utf-8") as module:
        module.write("\nfrom flask import request\n\nprint(request)\n")
    done = _lint(tmp_path)
    assert done.returncode == 1
    assert "blog.discussions.actions is not allowed to import flask" in done.stdout


def test_a_module_that_nobody_has_placed_breaks_them(tmp_path: Path) -> None:
    (_copy(tmp_path) / "articles" / "misc.py").write_text("", encoding="utf-8")
    done = _lint(tmp_path)
    assert done.returncode == 1
    assert "blog.articles.misc" in done.stdout
