"""The moment in which a challenge closes, on a page that is open: it asks for no answer any more, and not too soon."""

from datetime import timedelta

import pytest
from playwright.sync_api import Page, expect

from blog.challenges.actions.challenges import close_challenge
from blog.challenges.models.challenges import Challenge
from blog.core import clock
from blog.core.db import session, unit_of_work
from tests.browser.conftest import OpenPage, Site
from tests.factories.accounts import make_person
from tests.factories.challenges import make_challenge, make_entry

pytestmark = pytest.mark.timeout(120)


def closing_soon(site: Site, slug: str) -> int:
    """A challenge that is open for another half an hour. Returns its id."""
    with site.app.app_context():
        challenge = make_challenge(
            slug=slug, title=f"Who waits ({slug})?", closes_at=clock.now() + timedelta(minutes=30)
        )
        make_entry(challenge)
        challenge_id = challenge.id
        session.remove()
        return challenge_id


def close(site: Site, challenge_id: int) -> None:
    """An editor closes it."""
    with site.app.app_context():
        editor = make_person(role="editor").actor
        with unit_of_work():
            close_challenge(editor, session.get_one(Challenge, challenge_id), "Nobody asks any more.")
        session.remove()


def open_with_a_clock(open_page: OpenPage, slug: str) -> Page:
    """The page of a challenge in a browser whose clock the test holds."""
    page = open_page("/healthz", own=True)
    page.clock.install()
    page.goto(f"/challenges/{slug}")
    page.wait_for_load_state("networkidle")
    return page


def test_a_page_that_is_open_asks_for_no_answer_once_it_has_closed(site: Site, open_page: OpenPage) -> None:
    challenge_id = closing_soon(site, "closes-before-ones-eyes")
    page = open_with_a_clock(open_page, "closes-before-ones-eyes")
    asked = (
        page.get_by_role("link", name="Mail your answer to"),
        page.get_by_role("button", name="Copy"),
        page.get_by_role("link", name="Type your answer here"),
        page.get_by_text("No account needed."),
    )
    for part in asked:
        expect(part).to_be_visible()
    close(site, challenge_id)
    page.clock.run_for(31_000)
    expect(page.locator("[data-closes]")).to_have_text("closed")
    expect(page.locator("[data-live-count]")).to_have_text("1 entry")
    for part in asked:
        expect(part).to_be_hidden()


def test_a_clock_that_is_fast_takes_nobodys_time_away(site: Site, open_page: OpenPage) -> None:
    challenge_id = closing_soon(site, "a-fast-clock")
    page = open_with_a_clock(open_page, "a-fast-clock")
    address = page.get_by_role("link", name="Mail your answer to")
    page.clock.run_for(32 * 60_000)
    expect(page.locator("[data-closes]")).to_have_text("closing now")
    expect(address).to_be_visible()
    close(site, challenge_id)
    page.clock.run_for(31_000)
    expect(page.locator("[data-closes]")).to_have_text("closed")
    expect(address).to_be_hidden()
