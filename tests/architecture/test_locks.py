"""The locks: complete, with hashes, without addresses, and in step with pyproject.toml and package.json."""

import json
import re
import tomllib

import pytest

from dev.node_tools import FOLDERS
from dev.notices import locked
from tests.architecture.sources import text_of

LOCKS = ("requirements.lock", "requirements-dev.lock")
NPM_LOCKS = tuple(f"dev/{name}/package-lock.json" for name in FOLDERS)


def _names(requirements: list[str]) -> set[str]:
    return {re.split(r"[\[<>=!~; ]", requirement)[0].lower() for requirement in requirements}


def _named_in_pyproject(*extras: str) -> set[str]:
    project = tomllib.loads(text_of("pyproject.toml"))["project"]
    optional = [name for extra in extras for name in project["optional-dependencies"][extra]]
    return _names([*project["dependencies"], *optional])


def _asked_for(lock: str) -> set[str]:
    """The packages that a lock holds because pyproject.toml names them."""
    blocks = re.findall(r"^([a-z0-9._-]+)==(.*?)(?=^[a-z0-9]|\Z)", text_of(lock), re.MULTILINE | re.DOTALL)
    return {name for name, block in blocks if "rejoinder (pyproject.toml)" in block}


@pytest.mark.parametrize("name", [*LOCKS, *NPM_LOCKS])
def test_a_lock_names_no_server(name: str) -> None:
    assert (
        re.findall(r"\w+://\S*|--(?:extra-)?index-url|--find-links|\w+\.(?:org|com|io)\b", text_of(name))
        == []
    )


@pytest.mark.parametrize("name", LOCKS)
def test_every_package_has_a_hash(name: str) -> None:
    blocks = re.findall(
        r"^[a-z0-9._-]+==.*(?:\n    --hash=sha256:[0-9a-f]{64}.*)+", text_of(name), re.MULTILINE
    )
    assert len(blocks) == len(locked(name)) > 30


@pytest.mark.parametrize("name", NPM_LOCKS)
def test_every_package_from_npm_has_a_hash_and_no_address(name: str) -> None:
    packages = json.loads(text_of(name))["packages"]
    own = packages.pop("")
    assert own["devDependencies"] == json.loads(text_of(name.replace("-lock", "")))["devDependencies"]
    assert [
        path for path, each in packages.items() if not each.get("integrity", "").startswith("sha512-")
    ] == []
    assert [path for path, each in packages.items() if "resolved" in each or "funding" in each] == []
    assert len(packages) > 30


@pytest.mark.parametrize("name", NPM_LOCKS)
def test_what_comes_from_npm_is_named_by_one_version(name: str) -> None:
    wanted = json.loads(text_of(name.replace("-lock", "")))["devDependencies"]
    assert [version for version in wanted.values() if not re.fullmatch(r"\d+\.\d+\.\d+", version)] == []


@pytest.mark.parametrize(
    ("name", "extras"), [(LOCKS[0], ("assets",)), (LOCKS[1], ("assets", "test", "check"))]
)
def test_a_lock_holds_what_pyproject_asks_for(name: str, extras: tuple[str, ...]) -> None:
    assert _asked_for(name) == _named_in_pyproject(*extras)


def test_developers_run_what_is_shipped() -> None:
    """`dev/bootstrap.py` relies on it: who has installed the second lock has the first one."""
    shipped, developed = (set(locked(name)) for name in LOCKS)
    assert shipped <= developed


def test_the_notice_lists_what_is_shipped() -> None:
    rows = re.findall(r"^\| ([a-z0-9._-]+) \| (\d\S*) \| \S.* \|$", text_of("NOTICE.md"), re.MULTILINE)
    assert rows == locked()
