"""The structure of key pages, compared with what somebody looked at and found good: structure, not pixels.

After a change that is meant, write it anew and look at the difference:
`REWRITE_STRUCTURE=1 make test ARGS="tests/browser/test_structure.py"`
"""

import difflib
import os
from pathlib import Path

import pytest

from tests.browser.conftest import Exhibition
from tests.support.page_structure import normal_structure, structure_of
from tests.support.pages import PAGES, ListedPage

FOLDER = Path(__file__).parent / "structure"
_NAMES = {
    "home",
    "article",
    "thread",
    "challenge-open",
    "challenge-announced",
    "sign-in",
    "not-found",
    "desk-edit",
    "desk-entry",
    "moderation-thread",
    "mail-message",
    # Not the list of letters: other pages that are looked at write some.
    "outbox-message",
}
KEY_PAGES = [page for page in PAGES if page.name in _NAMES]


@pytest.mark.parametrize("listed", KEY_PAGES, ids=[page.name for page in KEY_PAGES])
def test_a_page_is_built_as_before(listed: ListedPage, exhibition: Exhibition) -> None:
    page = exhibition.tab(listed.role)
    page.goto(listed.address(exhibition.places, "en"))
    now, file = structure_of(page), FOLDER / f"{listed.name}.yaml"
    if os.environ.get("REWRITE_STRUCTURE"):
        FOLDER.mkdir(exist_ok=True)
        file.write_text(now, encoding="utf-8")
    before = file.read_text(encoding="utf-8")
    difference = difflib.unified_diff(before.splitlines(), now.splitlines(), "before", "now", lineterm="")
    assert now == before, "\n".join(difference)


def test_every_file_belongs_to_a_page() -> None:
    assert sorted(path.stem for path in FOLDER.iterdir()) == sorted(page.name for page in KEY_PAGES)


def test_only_structure_is_compared() -> None:
    snapshot = """\
- main:
  - heading "5 comments" [level=2]
  - list:
    - listitem:
      - link "just now":
        - /url: /c/77
      - paragraph:
        - text: Some
        - strong: words
    - listitem:
      - link "3 hours ago":
        - /url: /c/78
      - paragraph: Other words
    - listitem: Something else
  - button "As my device" [pressed]
  - textbox "Search: all"
"""
    assert (
        normal_structure(snapshot)
        == """\
- main:
  - heading "# comments" [level=2]
  - list:
    - listitem:
      - link "[time]"
      - paragraph
    - listitem
  - button "As my device" [pressed]
  - textbox "Search: all"
"""
    )


@pytest.mark.parametrize(
    ("find", "put"),
    [
        ('heading "A" [level=1]', 'heading "A" [level=2]'),
        ("- banner", "- region"),
        ('- button "Send"', '- link "Send"'),
        ('"Send"', '"Go"'),
    ],
)
def test_a_change_of_structure_is_seen(find: str, put: str) -> None:
    snapshot = '- banner:\n  - heading "A" [level=1]\n- main:\n  - button "Send"\n'
    assert normal_structure(snapshot) == snapshot
    assert normal_structure(snapshot.replace(find, put)) != snapshot
