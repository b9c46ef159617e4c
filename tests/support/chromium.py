"""The browser of this machine, started the way a machine without a screen needs it."""

import shutil
from collections.abc import Generator
from contextlib import contextmanager

from playwright.sync_api import Browser, sync_playwright

# A browser on a test machine has no screen, no sandbox to build, and nobody to report to.
ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
]
NAMES = ("chromium", "chromium-browser", "google-chrome")
REMEDY = "a browser is not installed (apt-get install chromium)"


def chromium_path() -> str | None:
    """Where the browser is, or None where there is none."""
    return next(filter(None, map(shutil.which, NAMES)), None)


@contextmanager
def chromium_at(path: str) -> Generator[Browser]:
    """The browser at `path`, running as long as the block lasts."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=ARGUMENTS)
        yield browser
        browser.close()
