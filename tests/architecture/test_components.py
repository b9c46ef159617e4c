"""Every component can be found: in the document that lists them, and in the style guide that shows them."""

import re

import pytest

from tests.architecture.sources import repository_files, text_of

_MACRO = re.compile(r"{%-? macro ([a-z]\w*)\(")
_IMPORT = re.compile(r"{% from '([\w/.]+)' import (.+?)(?: with context)? %}")
# What every page of staff has around it, the style guide too.
_FRAME = ("templates/layouts/header.html", "templates/layouts/desk.html")
COMPONENTS = sorted(name for name in repository_files() if name.startswith("templates/components/"))


def _imports(name: str) -> set[tuple[str, str]]:
    return {
        (f"templates/{file}", part.split(" as ")[0].strip())
        for file, names in _IMPORT.findall(text_of(name))
        for part in names.split(",")
    }


def _macros(name: str) -> set[str]:
    return set(_MACRO.findall(text_of(name)))


def _shown() -> set[tuple[str, str]]:
    """The macros that the style guide draws: those that its parts name, and those that these draw with."""
    parts = [name for name in repository_files() if name.startswith("templates/home/styleguide")]
    shown = {each for name in (*parts, *_FRAME) for each in _imports(name)}
    while True:
        inner = {each for file, _macro in shown for each in _imports(file)}
        # Macros of the same file that one of its shown macros calls.
        inner |= {
            (file, macro)
            for file, shown_macro in shown
            for macro in _macros(file)
            if re.search(rf"{macro}\(", _body(file, shown_macro))
        }
        if inner <= shown:
            return shown
        shown |= inner


def _body(file: str, macro: str) -> str:
    return text_of(file).partition(f" macro {macro}(")[2].partition("endmacro")[0]


@pytest.mark.parametrize("name", COMPONENTS)
def test_a_component_says_what_it_takes(name: str) -> None:
    text = text_of(name)
    described = " ".join(re.findall(r"{#(.*?)#}", text, re.DOTALL))
    assert [macro for macro in _macros(name) if f"{macro}(" not in described] == []


@pytest.mark.parametrize("name", COMPONENTS)
def test_a_component_is_listed(name: str) -> None:
    listed = set(re.findall(r"`([a-z_]+)`", text_of("docs/look.md")))
    assert _macros(name) - listed == set()


@pytest.mark.parametrize("name", COMPONENTS)
def test_a_component_is_shown(name: str) -> None:
    shown = {macro for file, macro in _shown() if file == name}
    assert _macros(name) - shown == set()


@pytest.mark.parametrize("name", COMPONENTS)
def test_a_component_has_explicit_inputs(name: str) -> None:
    """A macro that takes the names of whoever imports it cannot be read by itself."""
    assert "with context" not in text_of(name)
    assert "varargs" not in text_of(name)
    assert "kwargs" not in text_of(name)
