"""The file with everything that we hold of somebody, opened from their own disk."""

import re
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Page, ViewportSize, expect

from blog.accounts.actions.personal_data import TO_READ
from blog.core.db import session
from tests.browser.conftest import DESKTOP, OpenPage, Site
from tests.factories.discussions import make_comment
from tests.support.example_site import session_cookie
from tests.support.html_checker import HtmlChecker
from tests.support.page_checks import unreadable_on, violations_on, wide_elements
from tests.support.somebody_with_everything import EMAIL, make_somebody_with_everything

Download = Callable[[Page, str], Path]
NARROW = ViewportSize(width=320, height=640)


@pytest.fixture(scope="module")
def anna(site: Site) -> str:
    """The cookie of somebody of whom we hold everything."""
    with site.app.app_context():
        person = make_somebody_with_everything()
        # A word that does not break by itself.
        make_comment(author=person, body="https://example.org/" + "long" * 40)
        session.remove()
    return session_cookie(site.app, EMAIL)


@pytest.fixture
def download(anna: str, site: Site, tmp_path: Path) -> Download:
    """A function that presses the button on the account page, and unpacks what comes. It gives the file to read."""

    def press(page: Page, language: str) -> Path:
        page.context.add_cookies([{"name": "session", "value": anna, "url": site.url}])
        page.goto(f"/account/?lang={language}")
        with page.expect_download() as coming:
            page.locator("form[action*='/account/data'] button").click()
        zipfile.ZipFile(coming.value.path()).extractall(tmp_path)
        return tmp_path / TO_READ

    return press


@pytest.mark.parametrize("language", ["en", "nl"])
def test_it_has_no_fault(language: str, open_page: OpenPage, download: Download, html: HtmlChecker) -> None:
    page = open_page("/", own=True)
    file = download(page, language)
    assert html.faults(file.read_text(encoding="utf-8")) == []
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.goto(file.as_uri())
    faults = [*in_each_light(page, DESKTOP), *in_each_light(page, NARROW)]
    page.emulate_media(forced_colors="active")
    faults += unreadable_on(page)
    assert not faults, "\n".join(faults)
    # Nothing comes from anywhere but the disk that it was unpacked on, and the picture does.
    assert [url for url in asked if not url.startswith(file.parent.as_uri())] == []
    assert page.evaluate("document.querySelector('img').naturalWidth") > 0


def test_its_contents_lead_to_its_chapters(open_page: OpenPage, download: Download) -> None:
    page = open_page("/", own=True)
    page.emulate_media(reduced_motion="reduce")
    page.goto(download(page, "en").as_uri())
    page.get_by_role("navigation").get_by_role("link", name="Your account", exact=True).click()
    expect(page).to_have_url(re.compile("#account$"))
    expect(page.get_by_role("heading", name="Your account", exact=True)).to_be_in_viewport()


def in_each_light(page: Page, size: ViewportSize) -> list[str]:
    page.set_viewport_size(size)
    found: list[str] = []
    for light in ("light", "dark"):
        page.emulate_media(color_scheme=light)
        found += [f"{light}, {size['width']}: {fault}" for fault in violations_on(page)]
        page.evaluate("document.querySelectorAll('details').forEach(each => { each.open = true; })")
        found += [f"{light}, {size['width']}: {fault}" for fault in wide_elements(page)]
    return found
