"""Answering a comment in a real browser: in place with scripts, on a page of its own without."""

from playwright.sync_api import Page, expect

from blog.core.db import session
from tests.browser.conftest import OpenPage, Site
from tests.factories.accounts import make_person
from tests.factories.discussions import make_comment
from tests.support.sign_in import browser_of


def debate_of_bob(site: Site) -> str:
    """The path of a debate in which Bob has spoken."""
    with site.app.app_context():
        comment = make_comment(author=make_person(name="Bob"), body="Words of Bob")
        path = f"/debates/{comment.thread_id}-{comment.thread.slug}"
        session.remove()
    return path


def signed_in(site: Site, page: Page) -> Page:
    """The page again, as somebody who has an account."""
    with site.app.app_context():
        cookie = browser_of(site.app, make_person(name="Ann")).get_cookie("session")
        session.remove()
    assert cookie is not None
    page.context.add_cookies([{"name": "session", "value": cookie.value, "url": site.url}])
    page.reload()
    return page


def test_it_opens_the_form_below_the_comment(site: Site, open_page: OpenPage) -> None:
    page = signed_in(site, open_page(debate_of_bob(site)))
    comment = page.locator(".comment", has_text="Words of Bob")
    comment.get_by_role("link", name="Answer", exact=True).click()
    answer = comment.get_by_label("Your answer")
    expect(answer).to_be_focused()
    answer.fill("Half a thought")
    page.keyboard.press("Escape")
    expect(answer).to_be_hidden()
    expect(comment.get_by_role("link", name="Answer", exact=True)).to_be_focused()
    page.keyboard.press("Enter")
    expect(answer).to_have_value("Half a thought")
    ids = page.eval_on_selector_all("[id]", "all => all.map(one => one.id)")
    assert len(ids) == len(set(ids))
    answer.fill("A whole thought")
    comment.get_by_role("button", name="Post answer").click()
    posted = page.locator(".comment", has_text="A whole thought")
    expect(posted).to_contain_text("in answer to Bob")
    expect(posted).to_have_attribute("aria-current", "true")


def test_it_leads_to_a_page_with_the_form_without_scripts(site: Site, open_page: OpenPage) -> None:
    page = signed_in(site, open_page(debate_of_bob(site), scripts=False))
    page.get_by_role("link", name="Answer", exact=True).click()
    expect(page.locator(".comment")).to_contain_text("Words of Bob")
    page.get_by_label("Your answer").fill("Without any script")
    page.get_by_role("button", name="Post answer").click()
    expect(page.locator(".comment", has_text="Without any script")).to_contain_text("in answer to Bob")
