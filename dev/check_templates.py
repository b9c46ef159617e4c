"""What `make check` asks of templates beyond djlint: nothing inline or unescaped, every word translated.

Usage: python -m dev.check_templates. Prints `file:line: what is wrong`, and ends with status 1 if it did.
"""

import re
import sys
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path

from jinja2 import Environment, nodes

ROOT = Path(__file__).resolve().parent.parent
# Templates that may print markup as it is, and why that is safe.
MAY_BE_SAFE = frozenset(
    {
        "components/icon.html",  # drawings that stand in the template itself
    }
)
# Names that are the same in every language.
NAMES = frozenset(
    {"English", "Markdown", "Nederlands", "PostgreSQL", "Python", "Redis", "Rejoinder", "SQLite"}
)
_SPOKEN_ATTRIBUTES = frozenset({"alt", "aria-label", "aria-description", "placeholder", "title"})
_UNSPOKEN_ELEMENTS = frozenset({"script", "style", "code", "pre", "svg"})
_GETTEXT = frozenset({"_", "gettext", "ngettext", "pgettext", "npgettext"})
_WORD = re.compile(r"[^\W\d_]{2,}")
_SENTENCE = re.compile(r"[A-Z][a-z]+( [a-z]+)*[.!?:…]?|[A-Z][a-z]*( \w+)+.*")
_TRANSLATED = re.compile(r"{%-?\s*trans\b.*?{%-?\s*endtrans\s*-?%}", re.DOTALL)
_CLASSES = re.compile(r"{%-?\s*block \w*_class\b.*?{%-?\s*endblock\b.*?%}", re.DOTALL)
_JINJA = re.compile(r"{#.*?#}|{%.*?%}|{{.*?}}", re.DOTALL)

Finding = tuple[int, str]


def findings(text: str, name: str) -> list[Finding]:
    """The faults of one template: line number and what is wrong, in order."""
    found = [*_in_jinja(text, name)]
    # Mail in plain text has no elements; what it says must be translated all the same.
    blank = text
    for pattern in (_TRANSLATED, _CLASSES, _JINJA):
        blank = _blanked(blank, pattern)
    page = _Page()
    page.feed(blank)
    page.close()
    return sorted({*found, *page.found})


def _blanked(text: str, pattern: re.Pattern[str]) -> str:
    """`text` with every match of `pattern` taken out, and all lines where they were."""
    return pattern.sub(lambda match: "\n" * match.group().count("\n"), text)


class _Page(HTMLParser):
    """Reads what is left of a template without Jinja: elements, attributes and literal text."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[Finding] = []
        self._unspoken: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        names = dict(attrs)
        line = self.getpos()[0]
        if tag == "style" or "style" in names:
            self.found.append((line, "a style inside the page: put it into a style sheet"))
        if tag == "script" and "src" not in names and names.get("type") != "application/ld+json":
            self.found.append((line, "a script inside the page: put it into a module"))
        for name, value in attrs:
            if name.startswith("on"):
                self.found.append((line, f"{name}: listen to the event in a module"))
            if name in _SPOKEN_ATTRIBUTES and _WORD.search(value or ""):
                self.found.append((line, f"{name}={value!r} is not translated"))
        if tag in _UNSPOKEN_ELEMENTS:
            self._unspoken.append(tag)

    def handle_endtag(self, tag: str) -> None:
        if self._unspoken and self._unspoken[-1] == tag:
            self._unspoken.pop()

    def handle_data(self, data: str) -> None:
        if self._unspoken:
            return
        first = self.getpos()[0]
        for number, line in enumerate(data.split("\n")):
            if _WORD.search(line):
                self.found.append((first + number, f"{line.strip()!r} is not translated"))


def _in_jinja(text: str, name: str) -> Iterator[Finding]:
    """Unescaped output, and literals that look like words for people."""
    tree = Environment(extensions=["jinja2.ext.i18n", "jinja2.ext.do"]).parse(text)  # noqa: S701 - only parsed
    if name not in MAY_BE_SAFE:
        for node in tree.find_all(nodes.Filter):
            if node.name == "safe" and not isinstance(node.node, nodes.Const):
                yield node.lineno, "`|safe`: only sanitised HTML, and only in a template on the list"
        for block in tree.find_all(nodes.ScopedEvalContextModifier):
            yield block.lineno, "autoescape is switched"
    for literal in _untranslated(tree):
        yield literal.lineno, f"{literal.value!r} is not translated"


def _untranslated(node: nodes.Node) -> Iterator[nodes.Const]:
    if isinstance(node, nodes.Call) and isinstance(node.node, nodes.Name) and node.node.name in _GETTEXT:
        return
    if isinstance(node, nodes.Const) and _is_for_people(node.value):
        yield node
    for child in node.iter_child_nodes():
        yield from _untranslated(child)


def _is_for_people(value: object) -> bool:
    return isinstance(value, str) and value not in NAMES and _SENTENCE.fullmatch(value) is not None


def main() -> None:
    """Check all templates."""
    count = 0
    folder = ROOT / "templates"
    for file in sorted(path for path in folder.rglob("*") if path.suffix in {".html", ".txt", ".xml"}):
        name = file.relative_to(folder).as_posix()
        for line, fault in findings(file.read_text(encoding="utf-8"), name):
            print(f"templates/{name}:{line}: {fault}")
            count += 1
    sys.exit(1 if count else 0)


if __name__ == "__main__":
    main()
