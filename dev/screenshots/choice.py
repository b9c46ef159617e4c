"""What is to be photographed: read from the command line."""

import argparse
from collections.abc import Sequence
from dataclasses import dataclass
from fnmatch import fnmatch
from pathlib import Path

from tests.support.pages import PAGES, ListedPage

WIDTHS = (360, 768, 1440)
SCHEMES = ("light", "dark")
LANGUAGES = ("nl", "en")
# On the contact sheet each scheme speaks one language: both of both would show everything twice.
_LANGUAGE_ON_SHEET = {"light": "nl", "dark": "en"}


@dataclass(frozen=True, slots=True)
class Choice:
    """Which pages, in which variants, and where the contact sheets are copied to."""

    pages: tuple[ListedPage, ...]
    widths: tuple[int, ...]
    schemes: tuple[str, ...]
    languages: tuple[str, ...]
    copy_to: Path | None

    def is_on_sheet(self, scheme: str, language: str) -> bool:
        """Whether the contact sheet shows this variant."""
        return len(self.languages) == 1 or _LANGUAGE_ON_SHEET[scheme] == language


def choice_of(arguments: Sequence[str]) -> Choice:
    """Read the command line; everything that it does not narrow is wanted. Ends the program when it cannot be read."""
    parser = argparse.ArgumentParser(prog="make screenshots ARGS=…", description=__doc__)
    parser.add_argument(
        "names", nargs="*", help="pages by name, such as article or desk*; all of them if none"
    )
    parser.add_argument("--width", type=int, action="append", help="one of 360, 768, 1440, or any other")
    for name in (*SCHEMES, *LANGUAGES):
        parser.add_argument(f"--{name}", action="store_true", help=f"only {name}")
    parser.add_argument("--contact", type=Path, help="a folder that the contact sheets are copied to as well")
    given = parser.parse_args(arguments)
    pages = tuple(page for page in PAGES if not given.names or _is_named(page, given.names))
    if not pages:
        parser.error(f"no page is called that; the names are: {' '.join(page.name for page in PAGES)}")
    return Choice(
        pages,
        tuple(given.width or WIDTHS),
        _chosen(given, SCHEMES),
        _chosen(given, LANGUAGES),
        given.contact,
    )


def _is_named(page: ListedPage, names: Sequence[str]) -> bool:
    return any(fnmatch(page.name, name) for name in names)


def _chosen(given: argparse.Namespace, names: tuple[str, ...]) -> tuple[str, ...]:
    chosen = tuple(name for name in names if getattr(given, name))
    return chosen or names
