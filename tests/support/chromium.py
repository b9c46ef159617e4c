"""The browser of this machine, started the way a machine without a screen needs it."""

import shutil
from collections.abc import Generator
from contextlib import contextmanager

from playwright.sync_api import Browser, sync_playwright

# What is of no use to a tab without anybody before it. Of two lists the browser follows the last, so what Playwright
# switches off, as far as it matters here, stands in this one, too.
_SWITCHED_OFF = (
    # The box under the address line is two pages of its own for each window; with the process that waits for whatever
    # may come next, they take as much of the processor as the pages that are tested.
    "WebUIOmniboxPopup",
    "WebUIOmniboxAimPopup",
    "WebUIOmniboxFullPopup",
    "PreloadTopChromeWebUI",
    "SpareRendererForSitePerProcess",
    # A frame of its own for each page that follows another of the same site: a third of what it takes to get there.
    "RenderDocument",
    # Playwright's.
    "AvoidCorsURLLoaderRestartOnRedirect",
    "AvoidUnnecessaryBeforeUnloadCheckSync",
    "DestroyProfileOnBrowserClose",
    "HttpsFirstBalancedModeAutoEnable",
    "HttpsUpgrades",
    "LensOverlay",
    "MediaRouter",
    "PaintHolding",
    "ThirdPartyStoragePartitioning",
    # What it would ask others for when it starts.
    "AimEnabled",
    "NetworkTimeServiceQuerying",
    "OptimizationHints",
    "PreconnectToSearch",
)
# A browser on a test machine has no screen, no sandbox to build, and nobody to report to.
ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
    f"--disable-features={','.join(_SWITCHED_OFF)}",
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
