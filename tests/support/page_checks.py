"""What is wrong with a page that is open in a browser. Each check returns its findings; none means that all is well."""

import re
from pathlib import Path
from typing import Self

from axe_playwright_python.base import AXE_SCRIPT
from playwright.sync_api import BrowserContext, ConsoleMessage, Error, Page, Request

_FAULTS = (Path(__file__).parent / "page_faults.js").read_text(encoding="utf-8")
# WCAG 2.2 A and AA, and what axe holds to be good practice. What is off by default (2.2) is on by its tag.
_TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
_RULES_OF_COLOUR = ["color-contrast", "link-in-text-block"]
# In forced colours Chromium says of this property, which axe asks for, what the page wanted and not what is drawn.
_FILL_IS_COLOUR = """() => {
  const style = CSSStyleDeclaration.prototype;
  const ask = style.getPropertyValue;
  style.getPropertyValue = function (name) {
    return ask.call(this, name === "-webkit-text-fill-color" ? "color" : name);
  };
}"""
_AXE_AT_HAND = f"window.beginAxe = () => {{ {AXE_SCRIPT}\n }};"
_BEGIN_AXE = """() => {
  if (!("axe" in window) && "beginAxe" in window) window.beginAxe();
  return "axe" in window;
}"""
_RUN_AXE = """async options => {
  const { violations } = await axe.run(options);
  return violations.flatMap(({ id, nodes }) => nodes.map(({ html }) => `${id}: ${html}`));
}"""


def bring_axe(context: BrowserContext) -> None:
    """Let every page of a context have axe at hand: to send it half a megabyte takes five times as long."""
    context.add_init_script(_AXE_AT_HAND)


def violations_on(page: Page) -> list[str]:
    """What axe finds on a page, as rule and element."""
    return _violations(page, {"type": "tag", "values": _TAGS})


def unreadable_on(page: Page) -> list[str]:
    """What of it has to do with colours: where only these are other ones, the rest was seen already."""
    page.evaluate(_FILL_IS_COLOUR)
    return _violations(page, {"type": "rule", "values": _RULES_OF_COLOUR})


def is_wider_than_its_screen(page: Page) -> bool:
    """Whether one has to scroll sideways."""
    # What was pressed may have led to another page, which is being read yet.
    page.wait_for_load_state()
    return bool(_ask(page, "sideways"))


def wide_elements(page: Page) -> list[str]:
    """How wide a page is that does not fit its screen, and what sticks out."""
    return _ask(page, "sideways")


def disorder(page: Page) -> list[str]:
    """What is out of order in a page that is read from top to bottom, without style sheets."""
    return _ask(page, "order")


def layout_shifts(page: Page) -> list[str]:
    """What moves by itself when a page is opened: what does so twice.

    Once, on a busy machine, a font may come in the last moment in which it is still taken.
    """
    if not _ask(page, "shifts"):
        return []
    page.reload()
    return _ask(page, "shifts")


def animations(page: Page) -> list[str]:
    """What moves at this moment."""
    return _ask(page, "animations")


def unmarked_focus(page: Page) -> list[str]:
    """What can have the focus without anybody seeing it. As with a keyboard: that decides how focus is shown."""
    page.keyboard.press("Tab")
    return _ask(page, "unmarkedFocus")


def needs_scripts(with_scripts: Page, without: Page) -> list[str]:
    """What the main part shows, leads to and asks for with scripts, and not without."""
    left = {_without_secret(way) for way in _ask(without, "ways")}
    return [way for way in dict.fromkeys(_ask(with_scripts, "ways")) if _without_secret(way) not in left]


def _without_secret(way: str) -> str:
    """A page that was asked for twice has an address of its own each time."""
    return re.sub(r"/[\w-]{43}(?=/|$|\?)", "/…", way)


def weight(page: Page, suffix: str) -> int:
    """How many bytes of files with this suffix a page has fetched, unpacked."""
    script = "suffix => performance.getEntriesByType('resource').filter(({name}) => name.endsWith(suffix))"
    return page.evaluate(f"{script}.reduce((sum, {{decodedBodySize}}) => sum + decodedBodySize, 0)", suffix)


class Traffic:
    """What a page says in the console and asks for while the block lasts."""

    def __init__(self, page: Page, home: str) -> None:
        self._page = page
        self._home = home
        self._said: list[str] = []
        self._asked: list[str] = []

    def __enter__(self) -> Self:
        self._page.on("console", self._hear)
        self._page.on("pageerror", self._catch)
        self._page.on("request", self._see)
        return self

    def __exit__(self, *_error: object) -> None:
        self._page.remove_listener("console", self._hear)
        self._page.remove_listener("pageerror", self._catch)
        self._page.remove_listener("request", self._see)

    def complaints(self, status: int = 200) -> list[str]:
        """What stands in the console, except that an answer had this status: that is asked for.

        Nor that a field did not take the focus from what had it: a tab that has gone from page to page may have one.
        """
        meant = (f"status of {status} ", "Autofocus processing was blocked")
        return [text for text in self._said if not any(each in text for each in meant)]

    def strangers(self, *friends: str) -> list[str]:
        """Requests to other hosts, but for those of `friends`."""
        known = (f"{self._home}/", "data:", *(f"{friend}/" for friend in friends))
        return [url for url in self._asked if not url.startswith(known)]

    def _hear(self, message: ConsoleMessage) -> None:
        self._said.append(f"{message.type}: {message.text}")

    def _catch(self, error: Error) -> None:
        self._said.append(str(error))

    def _see(self, request: Request) -> None:
        self._asked.append(request.url)


def _violations(page: Page, rules: dict[str, object]) -> list[str]:
    if not page.evaluate(_BEGIN_AXE):
        page.evaluate(AXE_SCRIPT)
    options = {"resultTypes": ["violations"], "preload": False, "iframes": False, "runOnly": rules}
    return page.evaluate(_RUN_AXE, options)


def _ask(page: Page, name: str) -> list[str]:
    return page.evaluate(f"({_FAULTS}\n).{name}()")
