"""A whole site for browsers: its three programs on a database of their own, and Chromium."""

import re
import shutil
import sys
from collections.abc import Callable, Generator
from contextlib import ExitStack
from dataclasses import dataclass
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from flask import Flask
from playwright.sync_api import Browser, Page, ViewportSize, sync_playwright

from blog.accounts.actions import create_person
from blog.core.db import db, session, unit_of_work
from blog.factory import create_app
from tests.conftest import create_tables, environment_for, missing
from tests.support.databases import sqlite_database
from tests.support.mail_door import settings_of
from tests.support.processes import flask_command, free_port, running, wait_for_smtp
from tests.support.web import wait_for_http

# A browser on a test machine has no screen, no sandbox to build, and nobody to report to.
_ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
]
PASSWORD = "a long enough password"
PHONE = ViewportSize(width=360, height=740)
DESKTOP = ViewportSize(width=1280, height=900)

OpenPage = Callable[..., Page]


@dataclass(frozen=True, slots=True)
class Site:
    """A site that is running: where it is, where its mail door is, and its application for the test's own reads."""

    app: Flask
    url: str
    smtp_port: int


@pytest.fixture(scope="session")
def site(tmp_path_factory: pytest.TempPathFactory) -> Generator[Site]:
    """One site for all browser tests of a process: each test brings articles of its own."""
    port, smtp_port = free_port(), free_port()
    with ExitStack() as stack:
        url = stack.enter_context(sqlite_database())
        environment = {
            **environment_for(url, tmp_path_factory.mktemp("site")),
            "SITE_URL": f"http://localhost:{port}",
            "PORT": str(port),
            "SMTP_PORT": str(smtp_port),
        }
        app = create_app(environment)
        with app.app_context():
            create_tables(app)
            settings = {**settings_of(app), "PORT": str(port), "SMTP_PORT": str(smtp_port)}
            web = [sys.executable, "-m", "gunicorn", "--config", "deploy/gunicorn.conf.py", "app:app"]
            serving = stack.enter_context(running(web, settings))
            stack.enter_context(running(flask_command("jobs", "work"), settings))
            taking_mail = stack.enter_context(running(flask_command("mail", "serve"), settings))
            wait_for_http(port, "/healthz", serving)
            wait_for_smtp(smtp_port, taking_mail)
            session.remove()
        yield Site(app, f"http://localhost:{port}", smtp_port)
        with app.app_context():
            db.engine.dispose()


@pytest.fixture(scope="session", autouse=True)
def people(site: Site) -> None:
    """An editor, a moderator and a reader, who sign in with `PASSWORD`."""
    with site.app.app_context(), unit_of_work():
        for name, role in (("Eva Smit", "editor"), ("Mila Hendriks", "moderator"), ("Sander Vos", "reader")):
            create_person(f"{role}@example.org", name, [role], PASSWORD)


@pytest.fixture(scope="session")
def chromium() -> Generator[Browser]:
    path = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
    if path is None:
        missing("a browser is not installed (apt-get install chromium)")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=_ARGUMENTS)
        yield browser
        browser.close()


@pytest.fixture
def open_page(site: Site, chromium: Browser) -> Generator[OpenPage]:
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
            context.set_default_timeout(8_000)
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


def is_wider_than_its_screen(page: Page) -> bool:
    """Whether one has to scroll sideways."""
    return bool(page.evaluate("document.documentElement.scrollWidth > document.documentElement.clientWidth"))


def violations_on(page: Page) -> list[str]:
    """What axe finds on a page, as rule and element."""
    axe: Any = Axe()
    violations: list[dict[str, Any]] = axe.run(page).response["violations"]
    return [f"{each['id']}: {node['html']}" for each in violations for node in each["nodes"]]
