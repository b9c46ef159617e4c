"""What reads our scripts and style sheets for faults reads all of them, and finds what was planted for it."""

import json
import re
import subprocess
from pathlib import Path

import pytest

from dev.node_tools import FOLDERS, is_installed, node
from tests.architecture.sources import repository_files, text_of
from tests.conftest import missing

WEB = FOLDERS["web"]
SCRIPTS = [name for name in repository_files() if name.startswith("blog/static/js/")]
# They take a string for markup or for a program: the policy demands trusted types, and we make none.
_STRINGS_THAT_ACT = re.compile(
    r"\b(innerHTML|outerHTML|insertAdjacentHTML|setHTMLUnsafe|parseFromString|createContextualFragment)\b"
    r"|\bdocument\.write|\beval\(|\bnew Function\("
)


@pytest.fixture(scope="module")
def program() -> str:
    """Node, where the tools from npm are installed."""
    found = node()
    if found is None or not is_installed(WEB):
        missing("the tools of dev/web are not installed (make tools, with a network)")
    return found or ""


@pytest.mark.parametrize("name", SCRIPTS)
def test_a_script_promises_types_and_handles_no_markup(name: str) -> None:
    assert text_of(name).startswith("// @ts-check\n")
    assert _STRINGS_THAT_ACT.findall(text_of(name)) == []


def test_every_script_is_read(program: str) -> None:
    listed = _tool(program, "tsc", "--listFilesOnly", "--project", str(WEB)).stdout.splitlines()
    read = {Path(name).name for name in listed if "node_modules" not in name}
    assert read == {Path(name).name for name in [*SCRIPTS, "tests/support/page_faults.js"]}


def test_a_wrong_type_in_a_script_is_found(program: str, tmp_path: Path) -> None:
    (tmp_path / "faulty.js").write_text('// @ts-check\ndocument.getElementById("a").focus();\n')
    project = {"extends": str(WEB / "tsconfig.json"), "include": ["*.js"]}
    (tmp_path / "tsconfig.json").write_text(json.dumps(project))
    done = _tool(program, "tsc", "--project", str(tmp_path))
    assert done.returncode != 0
    assert "Object is possibly 'null'" in done.stdout


@pytest.mark.parametrize(
    ("css", "rule"),
    [
        ("a { anchor-name: --menu; }", "plugin/use-baseline"),
        ("@scope (a) { b { color: red; } }", "plugin/use-baseline"),
        ("a { margin-left: 1rem; }", "property-layout-mappings"),
        ("a { text-align: left; }", "value-keyword-layout-mappings"),
        ("a { colour: red; }", "property-no-unknown"),
        ("a { display: grid; display: block; }", "declaration-block-no-duplicate-properties"),
        ("a { color: red; } a { display: block; }", "no-duplicate-selectors"),
    ],
)
def test_a_fault_in_a_style_sheet_is_found(css: str, rule: str, program: str) -> None:
    found = _stylelint(program, css)
    assert rule in found


def test_a_sound_style_sheet_is_left_alone(program: str) -> None:
    css = ".a { color: light-dark(red, blue); text-wrap: pretty; margin-inline-start: 1rem; &:has(b) { gap: 1rem; } }"
    assert _stylelint(program, css) == []


def _stylelint(program: str, css: str) -> list[str]:
    """The rules that a style sheet breaks."""
    done = _tool(program, "stylelint", "--formatter=json", "--stdin", "--stdin-filename=a.css", said=css)
    return [warning["rule"] for file in json.loads(done.stderr) for warning in file["warnings"]]


def _tool(program: str, name: str, *arguments: str, said: str = "") -> subprocess.CompletedProcess[str]:
    command = [program, f"node_modules/.bin/{name}", *arguments]
    return subprocess.run(command, cwd=WEB, input=said, capture_output=True, text=True, check=False)
