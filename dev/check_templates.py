"""What `make check` asks of templates beyond djlint: nothing inline or unescaped, every word translated.

Usage: python -m dev.check_templates. Prints `file:line: what is wrong`, and ends with status 1 if it did.
"""

import sys
from collections.abc import Iterator
from functools import cache
from html.parser import HTMLParser
from pathlib import Path

from jinja2 import TemplateSyntaxError, nodes

from dev.spoken import places_in, reads_like_words
from dev.template_html import ENVIRONMENT, html_of
from dev.template_words import (
    GETTEXT,
    NO_LIBRARY,
    Library,
    Template,
    literal_words,
    read_template,
    words_in_expressions,
)

ROOT = Path(__file__).resolve().parent.parent
FOLDER = ROOT / "templates"
# Templates that may print markup as it is, and why that is safe.
MAY_BE_SAFE = frozenset(
    {
        "components/icon.html",  # drawings that stand in the template itself
    }
)
# Each with the arguments that are words; the others are numbers and names.
_MESSAGES = {"_": 1, "gettext": 1, "ngettext": 2, "pgettext": 2, "npgettext": 3}

Finding = tuple[int, str]


def findings(text: str, name: str) -> list[Finding]:
    """The faults of one template: line number and what is wrong, in order."""
    try:
        tree = ENVIRONMENT.parse(text)
    except TemplateSyntaxError as error:
        return [(error.lineno, f"this is no Jinja: {error.message}")]
    template = read_template(text, name)
    page = _Page()
    page.feed(html_of(text))
    page.close()
    found = [*page.found, *_unescaped(tree, name), *_messages(tree)]
    found += [(line, f"{words} is not translated") for line, words in literal_words(template, library())]
    literals = [*words_in_expressions(template, library()), *_untranslated(tree)]
    found += [(literal.lineno, f"{literal.value!r} is not translated") for literal in literals]
    return sorted(set(found))


@cache
def library() -> Library:
    """The macros of all templates of ours."""
    templates = [_template(file) for file in template_files()]
    return NO_LIBRARY.with_templates(*(template for template in templates if template))


def template_files() -> list[Path]:
    """All templates of ours."""
    return sorted(path for path in FOLDER.rglob("*") if path.suffix in {".html", ".txt", ".xml"})


def _template(file: Path) -> Template | None:
    try:
        return read_template(file.read_text(encoding="utf-8"), file.relative_to(FOLDER).as_posix())
    except TemplateSyntaxError:
        # Told where that template itself is checked, and not at every other one.
        return None


class _Page(HTMLParser):
    """Finds what the policy of our pages refuses: styles, scripts and listeners inside them."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[Finding] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        names = dict(attrs)
        line = self.getpos()[0]
        if tag == "style" or "style" in names:
            self.found.append((line, "a style inside the page: put it into a style sheet"))
        if tag == "script" and "src" not in names and names.get("type") != "application/ld+json":
            self.found.append((line, "a script inside the page: put it into a module"))
        self.found += [
            (line, f"{name}: listen to the event in a module") for name in names if name.startswith("on")
        ]


def _unescaped(tree: nodes.Template, name: str) -> Iterator[Finding]:
    """Output that is not escaped."""
    if name in MAY_BE_SAFE:
        return
    for node in tree.find_all(nodes.Filter):
        if node.name == "safe" and not isinstance(node.node, nodes.Const):
            yield node.lineno, "`|safe`: only sanitised HTML, and only in a template on the list"
    for block in tree.find_all(nodes.ScopedEvalContextModifier):
        yield block.lineno, "autoescape is switched"


def _messages(tree: nodes.Template) -> Iterator[Finding]:
    """Messages that `make messages` cannot find, or that lack a value for one of their places."""
    for call in tree.find_all(nodes.Call):
        name = call.node.name if isinstance(call.node, nodes.Name) else ""
        texts = call.args[: _MESSAGES.get(name, 0)]
        for text in texts:
            if not isinstance(text, nodes.Const):
                yield call.lineno, f"{name}(…) takes a literal: no catalogue can know what is put together"
        if call.dyn_kwargs is not None:
            continue
        given: set[object] = {keyword.key for keyword in call.kwargs}
        given |= {"num"} if name in {"ngettext", "npgettext"} else set()
        wanted = places_in(*(text.value for text in texts if isinstance(text, nodes.Const)))
        yield from ((call.lineno, f"%({place})s has no value") for place in sorted(wanted - given))


def _untranslated(node: nodes.Node) -> Iterator[nodes.Const]:
    """Literals that look like words for people, wherever they stand."""
    if isinstance(node, nodes.Call) and isinstance(node.node, nodes.Name) and node.node.name in GETTEXT:
        for keyword in node.kwargs:
            yield from _untranslated(keyword.value)
        return
    if isinstance(node, nodes.Const) and reads_like_words(node.value):
        yield node
    for child in node.iter_child_nodes():
        yield from _untranslated(child)


def main() -> None:
    """Check all templates."""
    count = 0
    for file in template_files():
        name = file.relative_to(FOLDER).as_posix()
        for line, fault in findings(file.read_text(encoding="utf-8"), name):
            print(f"templates/{name}:{line}: {fault}")
            count += 1
    sys.exit(1 if count else 0)


if __name__ == "__main__":
    main()
