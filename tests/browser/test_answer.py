"""Answering a comment in a real browser: in place with scripts, on a page of its own without."""

import re

import pytest
from playwright.sync_api import Page, ViewportSize, expect

from blog.core.db import session
from tests.browser.conftest import DESKTOP, PHONE, OpenPage, Site, violations_on
from tests.factories.accounts import make_person
from tests.factories.discussions import make_comment
from tests.support.sign_in import browser_of

ANSWER = re.compile("^Answer Bob, ")


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
    comment.get_by_role("link", name=ANSWER).click()
    answer = comment.get_by_label("Your answer")
    expect(answer).to_be_focused()
    answer.fill("Half a thought")
    page.keyboard.press("Escape")
    expect(answer).to_be_hidden()
    expect(comment.get_by_role("link", name=ANSWER)).to_be_focused()
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
    page.get_by_role("link", name=ANSWER).click()
    expect(page.locator(".comment")).to_contain_text("Words of Bob")
    page.get_by_label("Your answer").fill("Without any script")
    page.get_by_role("button", name="Post answer").click()
    expect(page.locator(".comment", has_text="Without any script")).to_contain_text("in answer to Bob")


def test_each_act_says_for_which_comment_it_is(site: Site, open_page: OpenPage) -> None:
    page = signed_in(site, open_page(debate_of_bob(site)))
    page.get_by_label("Your comment").fill("Words of Ann")
    page.get_by_role("button", name="Post comment").click()
    mine = page.locator(".comment", has_text="Words of Ann")
    for label, name in (
        ("Answer", "Answer Ann, just now"),
        ("Change", "Change your comment, just now"),
        ("Take back", "Take back your comment, just now"),
    ):
        act = mine.get_by_role("link", name=name, exact=True)
        expect(act.locator("[aria-hidden=true]")).to_have_text(label)


@pytest.mark.parametrize("locale", ["en", "nl"])
def test_the_name_of_an_act_begins_with_what_one_sees(site: Site, open_page: OpenPage, locale: str) -> None:
    """Who works by voice says what stands on the page (WCAG 2.5.3)."""
    page = signed_in(site, open_page(debate_of_bob(site), locale=locale))
    acts = page.locator(".comment__action:has(.visually-hidden)").all()
    assert acts
    for act in acts:
        seen = act.locator("[aria-hidden=true]").inner_text()
        said = act.locator(".visually-hidden").text_content() or ""
        assert said.casefold().startswith(seen.casefold()), (seen, said)


@pytest.mark.parametrize("scripts", [True, False])
@pytest.mark.parametrize(("viewport", "locale"), [(DESKTOP, "en"), (PHONE, "nl")])
def test_an_empty_answer_is_refused_in_the_words_of_the_page(
    site: Site, open_page: OpenPage, viewport: ViewportSize, locale: str, scripts: bool
) -> None:
    words = {"en": "Write something first.", "nl": "Schrijf eerst iets."}[locale]
    page = signed_in(site, open_page(debate_of_bob(site), viewport, scripts=scripts, locale=locale))
    comment = page.locator(".comment", has_text="Words of Bob")
    comment.locator("[data-answer]").click()
    form = page.locator("form.composer--answer, .comment form").first
    form.get_by_role("textbox").fill("   ")
    form.get_by_role("button").first.click()
    page.wait_for_url(re.compile(r"/c/\d+/answer$"))
    # The form is the only one here, below the comment that it answers; the field has the focus and says what is wrong.
    expect(page.locator(".comment")).to_contain_text("Words of Bob")
    field = page.get_by_role("main").get_by_role("textbox")
    expect(field).to_be_focused()
    expect(field).to_have_accessible_description(re.compile(re.escape(words)))
    expect(page.get_by_text(words)).to_have_count(1)
    expect(page.locator(".form-errors")).to_have_count(0)
    if scripts:
        assert violations_on(page) == []
    field.fill("After all")
    page.get_by_role("main").locator("form.composer").get_by_role("button").first.click()
    expect(page.locator(".comment--marked")).to_contain_text("After all")
    expect(page.locator(".comment--marked")).to_contain_text("Bob")


def test_an_answer_that_is_too_long_stays_where_it_was_typed(site: Site, open_page: OpenPage) -> None:
    page = signed_in(site, open_page(debate_of_bob(site)))
    page.locator(".comment", has_text="Words of Bob").get_by_role("link", name=ANSWER).click()
    answer = page.get_by_label("Your answer")
    # The browser holds who types; a script or a paste of an old browser may bring more.
    answer.evaluate("field => { field.removeAttribute('maxlength'); field.value = 'x'.repeat(10_001); }")
    page.get_by_role("button", name="Post answer").click()
    page.wait_for_url(re.compile(r"/c/\d+/answer$"))
    refused = page.get_by_label("Your answer")
    expect(refused).to_be_focused()
    expect(refused).to_have_value("x" * 10_001)
    expect(refused).to_have_accessible_description(re.compile("At most 10000 characters fit here"))
    expect(page.locator(".composer__head")).to_have_text(re.compile("Ann, in answer to Bob"))


def test_what_is_left_is_told_from_a_thousand_characters_on(site: Site, open_page: OpenPage) -> None:
    page = signed_in(site, open_page(debate_of_bob(site)))
    field, left = page.get_by_label("Your comment"), page.locator(".field__count")
    expect(left).to_be_hidden()
    field.fill("x" * 8_999)
    expect(left).to_be_hidden()
    field.fill("x" * 9_000)
    expect(left).to_have_text("1,000 characters left")
    expect(left).to_be_visible()
