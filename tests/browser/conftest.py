"""Browser tests: Chromium, a site with all its programs to act on, and one with something of everything to look at."""

import re
from collections.abc import Callable, Generator
from contextlib import ExitStack

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, ViewportSize

from blog.accounts.actions.people import create_person
from blog.core.db import unit_of_work
from tests.conftest import missing
from tests.support.chromium import REMEDY, chromium_at, chromium_path
from tests.support.example_site import fill, running_example, session_cookie
from tests.support.html_checker import HtmlChecker, html_checker, html_checker_is_here
from tests.support.page_checks import is_wider_than_its_screen, violations_on
from tests.support.running_site import Site, running_site

__all__ = ["Site", "is_wider_than_its_screen", "violations_on"]

PASSWORD = "a long enough password"
PHONE = ViewportSize(width=360, height=740)
DESKTOP = ViewportSize(width=1280, height=900)

OpenPage = Callable[..., Page]


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


@pytest.fixture
def open_page(site: Site, people: None, chromium: Browser) -> Generator[OpenPage]:
    """A function that opens a browser of its own at a path; no page may complain, or be wider than its screen."""
    complaints: list[str] = []
    with ExitStack() as stack:

        def open_at(
            path: str, viewport: ViewportSize = DESKTOP, *, scripts: bool = True, locale: str = "en"
        ) -> Page:
            context = chromium.new_context(
                base_url=site.url, viewport=viewport, java_script_enabled=scripts, locale=locale
            )
            stack.callback(context.close)
            context.set_default_timeout(20_000)
            page = context.new_page()
            page.on(
                "console",
                lambda message: complaints.append(message.text) if message.type == "error" else None,
            )
            page.on("pageerror", lambda error: complaints.append(str(error)))
            page.goto(path)
            return page

        yield open_at
    # The browser reports every refused answer (422 …) as an error of the network: those are meant.
    assert [text for text in complaints if not re.search(r"status of 4\d\d", text)] == []


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
