"""Browser tests: Chromium, a site with all its programs to act on, and one with something of everything to look at."""

import re
from collections.abc import Callable, Generator
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, ViewportSize

from blog.accounts.actions.people import create_person
from blog.core.db import unit_of_work
from tests.conftest import missing
from tests.support.chromium import REMEDY, chromium_at, chromium_path
from tests.support.example_site import fill, running_example, session_cookie
from tests.support.html_checker import HtmlChecker, html_checker, html_checker_is_here
from tests.support.page_checks import bring_axe, is_wider_than_its_screen, violations_on
from tests.support.running_site import Site, running_site

__all__ = ["Site", "is_wider_than_its_screen", "violations_on"]

PASSWORD = "a long enough password"
PHONE = ViewportSize(width=360, height=740)
DESKTOP = ViewportSize(width=1280, height=900)

OpenPage = Callable[..., Page]
# What of a tab would still work in the next test.
_LASTING = ("add_init_script", "emulate_media", "expose_function", "on", "once", "route")


@pytest.fixture(scope="session")
def site(tmp_path_factory: pytest.TempPathFactory) -> Generator[Site]:
    """One site for all tests of a process that act: each brings articles of its own."""
    with running_site(tmp_path_factory.mktemp("site"), with_mail=True) as running:
        yield running


@pytest.fixture(scope="session")
def people(site: Site) -> None:
    """An editor, a moderator and a reader, who sign in with `PASSWORD`."""
    with site.app.app_context(), unit_of_work():
        for name, role in (("Eva Smit", "editor"), ("Mila Hendriks", "moderator"), ("Sander Vos", "reader")):
            create_person(f"{role}@example.org", name, [role], PASSWORD)


@pytest.fixture(scope="session")
def chromium() -> Generator[Browser]:
    path = chromium_path()
    if path is None:
        missing(REMEDY)
    else:
        with chromium_at(path) as browser:
            yield browser


class Tabs:
    """Tabs in which one test after the other opens the site.

    A browser of its own takes the processor most of a second for each test; one more page in a tab that is there, a
    tenth of that. Nothing of the test before is left in it: no cookie, and nothing that a page has put away.
    """

    def __init__(self, site: Site, chromium: Browser) -> None:
        self._site = site
        self._chromium = chromium
        self._complaints: list[str] = []
        self._free: dict[tuple[bool, str], list[Page]] = {}
        self._taken: list[tuple[Page, tuple[bool, str] | None]] = []

    def take(self, viewport: ViewportSize, *, scripts: bool, locale: str, own: bool) -> Page:
        """A tab without a past. With `own` nobody has had it before, or gets it afterwards."""
        kind = (scripts, locale)
        page = self._free[kind].pop() if self._free.get(kind) and not own else self._new(kind, own=own)
        page.set_viewport_size(viewport)
        self._taken.append((page, None if own else kind))
        return page

    def give_back(self) -> list[str]:
        """After a test: all that it took. Returns what pages complained of meanwhile."""
        for page, kind in self._taken:
            if kind is None:
                page.context.close()
            else:
                self._forget(page)
                self._free.setdefault(kind, []).append(page)
        # The browser reports every refused answer (422 …) as an error of the network: those are meant.
        complaints = [text for text in self._complaints if not re.search(r"status of 4\d\d", text)]
        self._taken.clear()
        self._complaints.clear()
        return complaints

    def _new(self, kind: tuple[bool, str], *, own: bool) -> Page:
        scripts, locale = kind
        context = self._chromium.new_context(
            base_url=self._site.url, java_script_enabled=scripts, locale=locale, viewport=DESKTOP
        )
        context.set_default_timeout(20_000)
        bring_axe(context)
        page = context.new_page()
        page.on("console", lambda said: self._complaints.append(said.text) if said.type == "error" else None)
        page.on("pageerror", lambda error: self._complaints.append(str(error)))
        for lasting in () if own else _LASTING:
            setattr(page, lasting, _refuse)
        return page

    def _forget(self, page: Page) -> None:
        # A page of the site: for an empty one Chromium would begin another process, and that is what takes time.
        page.goto("/healthz")
        devtools: Any = page.context.new_cdp_session(page)
        devtools.send("Storage.clearDataForOrigin", {"origin": self._site.url, "storageTypes": "all"})
        devtools.detach()


def _refuse(*_arguments: object, **_named: object) -> None:
    raise AssertionError("the next test would have this tab, too: open the page with own=True")


@pytest.fixture(scope="session")
def tabs(site: Site, people: None, chromium: Browser) -> Tabs:
    """The tabs of a process of tests."""
    return Tabs(site, chromium)


@pytest.fixture
def open_page(tabs: Tabs) -> Generator[OpenPage]:
    """A function that opens a path as somebody does who was never here; no page may complain.

    A test that changes how a browser works (its clock, its devices, what it hears and answers) opens its `own`.
    """

    def open_at(
        path: str,
        viewport: ViewportSize = DESKTOP,
        *,
        scripts: bool = True,
        locale: str = "en",
        own: bool = False,
    ) -> Page:
        page = tabs.take(viewport, scripts=scripts, locale=locale, own=own)
        page.goto(path)
        return page

    yield open_at
    assert tabs.give_back() == []


class Exhibition:
    """The example site, where its pages are, and browsers of visitors and of people who are signed in.

    Whoever visits has been there before: their browser has the fonts, as a reader's has from the second page on.
    """

    def __init__(self, site: Site, chromium: Browser) -> None:
        self.url = site.url
        self.places = fill(site.app)
        self._site = site
        self._chromium = chromium
        self._contexts: dict[tuple[str, bool], BrowserContext] = {}
        self._tabs: dict[tuple[str, bool], Page] = {}

    def new_tab(self, role: str = "", *, scripts: bool = True) -> Page:
        """A fresh tab of somebody with this role."""
        if (role, scripts) not in self._contexts:
            self._contexts[role, scripts] = self._new_context(role, scripts=scripts)
        return self._contexts[role, scripts].new_page()

    def tab(self, role: str = "", *, scripts: bool = True) -> Page:
        """The tab in which somebody with this role goes from page to page: quicker than a fresh one for each."""
        if (role, scripts) not in self._tabs:
            self._tabs[role, scripts] = self.new_tab(role, scripts=scripts)
        return self._tabs[role, scripts]

    def _new_context(self, role: str, *, scripts: bool) -> BrowserContext:
        context = self._chromium.new_context(
            base_url=self.url,
            java_script_enabled=scripts,
            viewport=DESKTOP,
            locale="en",
            # A tab that is left open and turns something draws it all the time.
            reduced_motion=None if scripts else "reduce",
        )
        bring_axe(context)
        if role:
            cookie = session_cookie(self._site.app, f"{role}@example.org")
            context.add_cookies([{"name": "session", "value": cookie, "url": self.url}])
        # Whoever only looks loses no words: let go of a form that holds some.
        context.on("dialog", lambda dialog: dialog.accept())
        first = context.new_page()
        first.goto("/", wait_until="networkidle")
        first.close()
        return context


@pytest.fixture(scope="session")
def exhibition(tmp_path_factory: pytest.TempPathFactory, chromium: Browser) -> Generator[Exhibition]:
    """The example site of a process, for tests that only look."""
    with running_example(tmp_path_factory.mktemp("exhibition")) as site:
        yield Exhibition(site, chromium)


@pytest.fixture(scope="session")
def html() -> Generator[HtmlChecker]:
    """The checker of HTML."""
    if not html_checker_is_here():
        missing("html-validate is not installed (make tools, with a network)")
    with html_checker() as checker:
        yield checker
