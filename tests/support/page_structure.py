"""The structure of a page as assistive technology meets it: roles, names, states and what is inside what.

No text and no addresses; times and numbers are made equal; of a list, only items of different shape.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from playwright.sync_api import Page

_MOMENT = re.compile(
    r"just now|in a moment|\d+ (?:second|minute|hour|day|week)s? (?:ago|left)"
    r"|\d{1,2} [A-Z][a-z]+ 20\d\d(?: at \d\d:\d\d(?::\d\d)?)?"
)
# A line of Playwright's snapshot: a role, a name in quotes if it has one, states, and text after a colon. The whole
# stands in single quotes where YAML needs it.
_LINE = re.compile(
    r'(?P<indent> *)- \'?(?P<role>[\w/]+)(?: (?P<name>"(?:[^"\\]|\\.)*"|/.*/))?(?P<states>(?: \[[^]]*\])*)'
)
# What a row or a cell is called is all the text in it.
_NAMED_BY_TEXT = {"row", "cell", "gridcell", "rowheader", "time", "paragraph", "caption"}
_REPEATED = {"listitem", "row", "article"}
# Scripts come when the page stands already.
_ALL_SHOWN = "() => [...document.querySelectorAll('[data-passkey]')].every((form) => 'ready' in form.dataset)"
# Parts of running text.
_TEXT = {"text", "strong", "emphasis", "code", "mark"}


@dataclass(slots=True)
class _Node:
    role: str
    label: str
    children: list["_Node"] = field(default_factory=list["_Node"])

    def shape(self) -> str:
        """The roles in it, without names."""
        return f"{self.role}({','.join(child.shape() for child in self.children)})"

    def lines(self, depth: int = 0, *, is_menu: bool = False) -> Iterator[str]:
        """It and what is in it, as lines. A navigation is shown with all its items."""
        yield f"{'  ' * depth}- {self.role}{self.label}{':' if self.children else ''}"
        is_menu = is_menu or self.role == "navigation"
        shown: set[str] = set()
        for child in self.children:
            if child.role in _REPEATED and child.shape() in shown and not is_menu:
                continue
            shown.add(child.shape())
            yield from child.lines(depth + 1, is_menu=is_menu)


def structure_of(page: Page) -> str:
    """The structure of the page that is open, once the buttons are there that scripts show."""
    page.wait_for_function(_ALL_SHOWN)
    return normal_structure(page.locator("body").aria_snapshot())


def normal_structure(snapshot: str) -> str:
    """What stays of Playwright's snapshot of a page when all is left out that is not structure."""
    root = _tree(snapshot.splitlines())
    return "".join(f"{line}\n" for child in root.children for line in child.lines())


def _tree(lines: Iterable[str]) -> _Node:
    root = _Node("page", "")
    path = [root]
    for line in lines:
        found = _LINE.match(line)
        if found is None or found["role"].startswith("/") or found["role"] in _TEXT:
            continue
        depth = len(found["indent"]) // 2
        node = _Node(found["role"], _label(found["role"], found["name"] or "", found["states"]))
        del path[depth + 1 :]
        path[-1].children.append(node)
        path.append(node)
    return root


def _label(role: str, name: str, states: str) -> str:
    if not name or role in _NAMED_BY_TEXT:
        return states
    steady = re.sub(r"\d+", "#", _MOMENT.sub("[time]", name))
    return f" {steady}{states}"
