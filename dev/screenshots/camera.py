"""Takes the pictures: goes to a page once for each language, and turns it through all sizes and schemes."""

import base64
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, BrowserContext, Locator, Page

from dev.screenshots.choice import Choice
from tests.support.chromium import chromium_at
from tests.support.pages import ListedPage

# How wide a page is on the contact sheet, and how much of its length is shown there.
_THUMBNAIL_WIDTHS = {360: 84, 768: 132, 1440: 210}
_THUMBNAIL_LENGTH = 300
_PART = ".guide-part"
# Shows one part of its page only, and says what it is called.
_LEAVE_ALONE = """part => {
  for (const other of part.parentElement.children) other.style.display = other === part ? "" : "none";
  return part.id;
}"""
# Where an element stands on its page, and how large it is.
_BOX = """element => {
  const { x, y, width, height } = element.getBoundingClientRect();
  return { x: x + scrollX, y: y + scrollY, width, height };
}"""


@dataclass(frozen=True, slots=True)
class Studio:
    """What a photographer needs to know: the browser, the site, who is signed in, and where pictures go."""

    browser: str
    url: str
    places: Mapping[str, str]
    cookies: Mapping[str, str]
    folder: Path


@dataclass(frozen=True, slots=True)
class Thumbnail:
    """A small picture for the contact sheet."""

    subject: str
    width: int
    scheme: str
    jpeg: bytes


@dataclass(frozen=True, slots=True)
class Job:
    """One page in one language."""

    page: ListedPage
    language: str


def photograph(studio: Studio, choice: Choice, jobs: Sequence[Job]) -> tuple[list[Thumbnail], list[str]]:
    """Take all pictures of some jobs. Returns the small ones, and what went wrong."""
    thumbnails: list[Thumbnail] = []
    faults: list[str] = []
    with chromium_at(studio.browser) as browser:
        contexts: dict[str, BrowserContext] = {}
        for job in jobs:
            role = job.page.role
            if role not in contexts:
                contexts[role] = _context(studio, browser, role)
            page = contexts[role].new_page()
            status = _open(page, studio, job)
            if status == job.page.status:
                thumbnails += _all_variants(page, studio, choice, job)
            else:
                faults.append(f"{job.page.name} in {job.language} answers {status}")
            page.close()
    return thumbnails, faults


def _context(studio: Studio, browser: Browser, role: str) -> BrowserContext:
    context = browser.new_context(base_url=studio.url, reduced_motion="reduce")
    if role:
        context.add_cookies([{"name": "session", "value": studio.cookies[role], "url": studio.url}])
    return context


def _open(page: Page, studio: Studio, job: Job) -> int:
    """Go to a page twice: the fonts are optional, and only the second time they are there for sure."""
    page.goto(job.page.address(studio.places, job.language))
    page.evaluate("document.fonts.ready.then(() => null)")
    answer = job.page.open(page, studio.places, job.language, "networkidle")
    page.evaluate("document.fonts.ready.then(() => null)")
    return answer.status if answer else 0


def _all_variants(page: Page, studio: Studio, choice: Choice, job: Job) -> Iterator[Thumbnail]:
    lens = page.context.new_cdp_session(page)
    for subject, part in _subjects(page, job.page):
        for width in choice.widths:
            page.set_viewport_size({"width": width, "height": 900})
            for scheme in choice.schemes:
                page.emulate_media(color_scheme="dark" if scheme == "dark" else "light")
                path = studio.folder / f"{subject}-{width}-{scheme}-{job.language}.png"
                if part is None:
                    page.screenshot(path=path, full_page=True)
                else:
                    part.screenshot(path=path)
                if choice.is_on_sheet(scheme, job.language):
                    yield Thumbnail(subject, width, scheme, _small(lens, page, part, width))


def _subjects(page: Page, listed: ListedPage) -> Iterator[tuple[str, Locator | None]]:
    """What is to be seen on a page, one after the other: itself, or each part of the style guide, alone."""
    if listed.name != "styleguide":
        yield listed.name, None
        return
    for part in page.locator(_PART).all():
        # All of it at once is so long that a picture of a part takes seconds.
        name = part.evaluate(_LEAVE_ALONE)
        yield name, part


def _small(lens: Any, page: Page, part: Locator | None, width: int) -> bytes:
    """The same in small: drawn at that size, not made smaller afterwards."""
    box = (part or page.locator("body")).evaluate(_BOX)
    scale = _THUMBNAIL_WIDTHS.get(width, width // 7) / box["width"]
    clip = {**box, "height": min(box["height"], _THUMBNAIL_LENGTH / scale), "scale": scale}
    command = {"format": "jpeg", "quality": 90, "clip": clip, "captureBeyondViewport": True}
    return base64.b64decode(lens.send("Page.captureScreenshot", command)["data"])
