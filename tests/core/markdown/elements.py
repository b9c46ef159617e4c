"""HTML taken apart, so that a test can name every element and attribute in it."""

from dataclasses import dataclass, field
from html.parser import HTMLParser


@dataclass
class Element:
    """One start tag."""

    name: str
    attributes: dict[str, str] = field(default_factory=dict[str, str])


class _Collector(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.elements: list[Element] = []
        self.others: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append(Element(tag, {name: value or "" for name, value in attrs}))

    def handle_comment(self, data: str) -> None:
        self.others.append(data)

    def handle_decl(self, decl: str) -> None:
        self.others.append(decl)

    def handle_pi(self, data: str) -> None:
        self.others.append(data)


def elements_in(html: str) -> list[Element]:
    """Every start tag in `html`, in order. Comments, declarations and instructions are a failure."""
    collector = _Collector()
    collector.feed(html)
    collector.close()
    assert collector.others == []
    return collector.elements


def names_in(html: str) -> set[str]:
    """The names of the elements in `html`."""
    return {element.name for element in elements_in(html)}


def links_in(html: str) -> list[str]:
    """Where the links in `html` lead."""
    return [element.attributes["href"] for element in elements_in(html) if element.name == "a"]
