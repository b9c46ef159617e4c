"""What stands on pages of challenges has the room that it needs, and takes no more."""

from datetime import timedelta

import pytest
from playwright.sync_api import FloatRect, Locator, Page, expect

from blog.challenges.models.challenges import Challenge, Prize
from blog.challenges.models.entries import Entry
from blog.challenges.values import ChallengeStatus, Ineligible
from blog.core import clock
from blog.core.db import session, unit_of_work
from tests.browser.conftest import PHONE, OpenPage, Site, is_wider_than_its_screen
from tests.factories.accounts import make_person
from tests.factories.articles import make_article
from tests.factories.challenges import make_challenge, make_entry
from tests.support.prizes import win
from tests.support.sign_in import browser_of

pytestmark = pytest.mark.timeout(120)


def of_editor(site: Site, open_page: OpenPage) -> Page:
    """A page of an editor who reads Dutch."""
    with site.app.app_context():
        browser = browser_of(site.app, make_person(role="editor", name="Eva Smit", language="nl"))
        cookie = browser.get_cookie("session")
        session.remove()
    assert cookie is not None
    page = open_page("/healthz", own=True)
    page.context.add_cookies([{"name": "session", "value": cookie.value, "url": site.url}])
    return page


def box_of(element: Locator) -> FloatRect:
    """Where an element stands in the window."""
    box = element.bounding_box()
    assert box is not None
    return box


def lines_of(element: Locator) -> int:
    """Over how many lines an element in running text goes."""
    return element.evaluate("each => each.getClientRects().length")


def test_the_number_of_an_entry_stands_on_one_line(site: Site, open_page: OpenPage) -> None:
    with site.app.app_context():
        challenge = make_challenge(slug="on-one-line", title="Who stands on one line?")
        for _number in range(12):
            make_entry(challenge, why_not=Ineligible.LATE)
        session.remove()
    page = of_editor(site, open_page)
    page.set_viewport_size({"width": 1280, "height": 900})
    page.goto("/desk/challenges/on-one-line")
    assert lines_of(page.get_by_role("link", name="Inzending 12", exact=True)) == 1
    assert not is_wider_than_its_screen(page)
    table = box_of(page.locator("[data-queue] .table"))
    assert box_of(page.locator("[data-queue] .table__grid"))["width"] <= table["width"]


def test_what_is_told_above_the_work_does_not_touch_it(site: Site, open_page: OpenPage) -> None:
    with site.app.app_context():
        article = make_article(title="A draft", published=False)
        make_challenge(slug="before-its-article", title="Who is early?", article=article)
        session.remove()
    page = of_editor(site, open_page)
    page.goto("/desk/challenges/before-its-article")
    # What staff have to do about their account stands first, above the heading.
    expect(page.locator(".main--desk > .notice")).to_have_count(2)
    for told, below in ((".notice >> nth=0", ".page-header"), (".notice >> nth=1", ".desk__surface")):
        first, second = box_of(page.locator(f".main--desk > {told}")), box_of(page.locator(below))
        assert second["y"] - first["y"] - first["height"] >= 16, below


def test_the_clock_of_the_last_minutes_is_no_wider_than_its_words(site: Site, open_page: OpenPage) -> None:
    with site.app.app_context():
        closes_at = clock.now() + timedelta(minutes=30)
        make_challenge(slug="half-an-hour", title="Who has half an hour?", closes_at=closes_at)
        session.remove()
    page = open_page("/challenges/half-an-hour")
    left = page.locator(".challenge__left--few")
    expect(left).to_be_visible()
    assert box_of(left)["width"] < 150


def test_a_badge_of_several_lines_is_no_oval(site: Site, open_page: OpenPage) -> None:
    with site.app.app_context():
        challenge = make_challenge(slug="two-prizes-on-a-phone", title="Who wins on a phone?", language="nl")
        with unit_of_work():
            session.add(Prize(challenge_id=challenge.id, rank=2, title="A second book"))
        first, second = (
            make_entry(challenge, from_address=f"reader{number}@example.org") for number in range(2)
        )
        win(first)
        with unit_of_work():
            session.get_one(Challenge, challenge.id).status = ChallengeStatus.FINAL
        number = session.get_one(Entry, second.id).number
        session.remove()
    assert number == 2
    page = open_page("/challenges/two-prizes-on-a-phone?lang=nl", viewport=PHONE)
    badge = page.locator("section[aria-labelledby=entries-title] .badge").first
    radius = badge.evaluate("each => parseFloat(getComputedStyle(each).borderTopLeftRadius)")
    assert radius <= 16


def test_the_rules_are_read_without_scrolling_in_their_fields(site: Site, open_page: OpenPage) -> None:
    with site.app.app_context():
        make_challenge(
            slug="rules-to-read", title="Who reads rules?", language="nl", status=ChallengeStatus.DRAFT
        )
        session.remove()
    page = of_editor(site, open_page)
    page.goto("/desk/challenges/rules-to-read/terms")
    hidden = page.locator("textarea[name^=rules_]").evaluate_all(
        "fields => fields.filter(each => each.scrollHeight > each.clientHeight).map(each => each.name)"
    )
    assert hidden == []
