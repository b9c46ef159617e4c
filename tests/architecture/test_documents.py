"""Documents that must keep up with the program: they fail the build when they do not."""

import ast
import re
from pathlib import Path

import pytest

from blog.core.config import MAIL_NAMES
from tests.architecture.sources import ROOT, repository_files, text_of, tree_of

ARCHITECTURE = "docs/architecture.md"
CONFIGURATION = "docs/configuration.md"


def _names_that_are_read() -> set[str]:
    """The names of the environment that `load_settings` asks for, as its source says them."""
    asked = {
        call.args[0].value
        for call in ast.walk(tree_of("blog/core/config.py"))
        if isinstance(call, ast.Call)
        and isinstance(call.func, ast.Attribute)
        and call.func.attr
        in {"text", "optional", "port", "proxies", "days", "flag", "number", "path", "networks"}
        and call.args
        and isinstance(call.args[0], ast.Constant)
    }
    return {str(name) for name in asked} | set(MAIL_NAMES)


def _folders_of_blog() -> list[str]:
    return sorted(path.name for path in (ROOT / "blog").iterdir() if (path / "__init__.py").exists())


def test_every_setting_has_a_row_and_every_row_is_a_setting() -> None:
    rows = re.findall(r"^\| `([A-Z_]+)` \|", text_of(CONFIGURATION), re.MULTILINE)
    assert sorted(rows) == sorted(_names_that_are_read())


@pytest.mark.parametrize("folder", _folders_of_blog())
def test_every_folder_is_explained(folder: str) -> None:
    assert re.search(rf"^\| `{folder}/?` \|", text_of(ARCHITECTURE), re.MULTILINE), folder


def test_every_decision_has_a_number_a_title_and_its_parts() -> None:
    records = sorted(name for name in repository_files() if name.startswith("docs/adr/0"))
    assert [Path(name).name[:4] for name in records] == [f"{n:04}" for n in range(1, len(records) + 1)]
    for name in records:
        headings = re.findall(r"^#+ (.+)$", text_of(name), re.MULTILINE)
        assert re.match(rf"{int(Path(name).name[:4])}\. \w", headings[0]), name
        assert headings[1:] == ["Why", "What we do", "What follows"], name


@pytest.mark.parametrize("name", [name for name in repository_files() if name.endswith(".md")])
def test_links_between_documents_lead_somewhere(name: str) -> None:
    text = re.sub(r"```.*?```|`[^`]*`", "", text_of(name), flags=re.DOTALL)
    targets = [target for target in re.findall(r"\]\(([^)\s]+)\)", text) if "://" not in target]
    paths = [target.partition("#")[0] for target in targets if not target.startswith(("#", "mailto:"))]
    missing = [path for path in paths if not ((ROOT / name).parent / path).exists()]
    assert missing == []


def test_paths_that_the_architecture_names_exist() -> None:
    named = re.findall(
        r"`((?:blog|templates|tests|docs|dev|deploy|benchmarks)/[\w/.-]+)`", text_of(ARCHITECTURE)
    )
    assert [path for path in named if not (ROOT / path).exists()] == []
