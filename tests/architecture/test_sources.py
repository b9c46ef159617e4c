"""Rules of the house that a text search can hold."""

import ast
import re

import pytest

from tests.architecture.sources import modules, repository_files, text_of, tree_of

# Who turns a string into markup: it comes out of our renderer, which sanitises, or out of a template, which escapes.
_MARKUP_ALLOWED = {
    "blog/accounts/chapters.py",
    "blog/accounts/views/factors.py",
    "blog/accounts/views/notices.py",
    "blog/accounts/views/people.py",
    "blog/accounts/views/personal_data.py",
    "blog/articles/body.py",
    "blog/articles/views.py",
    "blog/challenges/views/fillers.py",
    "blog/challenges/views/judging.py",
    "blog/challenges/views/shown.py",
    "blog/core/assets.py",
    "blog/discussions/queries.py",
    "blog/discussions/receivers.py",
    "blog/discussions/views/comments.py",
    "blog/discussions/views/people.py",
    "blog/moderation/views.py",
}
_VAGUE = {"utils", "util", "helpers", "helper", "manager", "managers", "common", "misc"}
_MACHINE_PATH = re.compile(r"(?<![\w.])/(?:home|root|work|Users)/\w+")
_BINARY = (".png", ".jpg", ".webp", ".avif", ".ico", ".woff2", ".eml")


def _calls(tree: ast.Module, name: str) -> list[ast.Call]:
    calls = [node for node in ast.walk(tree) if isinstance(node, ast.Call)]
    return [
        call
        for call in calls
        if (isinstance(call.func, ast.Name) and call.func.id == name)
        or (isinstance(call.func, ast.Attribute) and call.func.attr == name)
    ]


def test_only_the_unit_of_work_commits() -> None:
    assert {name for name in modules("blog") if _calls(tree_of(name), "commit")} == {"blog/core/db.py"}


def test_commit_stands_once() -> None:
    assert len(_calls(tree_of("blog/core/db.py"), "commit")) == 1


def test_imports_stand_at_the_top() -> None:
    """An import inside a function mostly hides a circle."""
    inside = [
        f"{name}:{node.lineno}"
        for name in modules("blog")
        for function in ast.walk(tree_of(name))
        if isinstance(function, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef))
        for node in ast.walk(function)
        if isinstance(node, (ast.Import, ast.ImportFrom))
    ]
    assert inside == []


def test_markup_is_declared_safe_only_where_it_was_made() -> None:
    declared = {
        name
        for name in modules("blog")
        for call in _calls(tree_of(name), "Markup")
        if call.args and not isinstance(call.args[0], ast.Constant)
    }
    assert declared == _MARKUP_ALLOWED


def test_packages_hold_nothing_but_a_docstring() -> None:
    filled = [
        name
        for name in modules("blog", "tests")
        if name.endswith("__init__.py")
        for node in tree_of(name).body
        if not (isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant))
    ]
    assert filled == []


def test_names_say_what_is_inside() -> None:
    vague = [name for name in modules("blog", "tests") if _VAGUE & set(re.split(r"[/._]", name))]
    assert vague == []


def test_the_clock_is_asked_in_one_place() -> None:
    """Tests pin the time, and every instant is aware and in UTC."""
    asks = [
        name
        for name in modules("blog")
        for call in [
            *_calls(tree_of(name), "utcnow"),
            *_calls(tree_of(name), "now"),
            *_calls(tree_of(name), "today"),
        ]
        if isinstance(call.func, ast.Attribute)
        and isinstance(call.func.value, ast.Name)
        and call.func.value.id in {"datetime", "date"}
    ]
    assert asks == ["blog/core/clock.py"]


@pytest.mark.parametrize("word", ["TO" + "DO", "FIX" + "ME", "XX" + "X", "NotImplemented" + "Error"])
def test_nothing_is_left_for_later(word: str) -> None:
    found = [
        name
        for name in modules("blog", "tests", "benchmarks", "dev")
        if re.search(rf"\b{word}\b", text_of(name))
    ]
    assert found == []


def test_no_file_names_a_place_on_one_machine() -> None:
    found = [
        f"{name}: {match.group()}"
        for name in repository_files()
        if not name.endswith(_BINARY)
        for match in [_MACHINE_PATH.search(text_of(name))]
        if match and name != "tests/architecture/test_sources.py"
    ]
    assert found == []


def test_everybody_comes_in_through_one_door() -> None:
    """`let_in` empties the cookie first, so nothing that somebody planted there outlives it (session fixation)."""
    assert [name for name in modules("blog") if "login_user(" in text_of(name)] == [
        "blog/accounts/sessions.py"
    ]
    assert text_of("blog/accounts/sessions.py").count("login_user(") == 1
