"""The desk's editor in a real browser: the preview while typing, and what warns before words are lost."""

import pytest
from playwright.sync_api import Dialog, Page, expect

from blog.challenges.models.challenges import Challenge
from blog.core.db import session, unit_of_work
from tests.browser.conftest import PASSWORD, PHONE, OpenPage, Site, is_wider_than_its_screen, violations_on
from tests.factories.articles import make_article
from tests.factories.challenges import make_challenge

TEXT = """Wie vraagt, *hoort* meer.

## De derde tel

::: challenge de-derde-tel
Wat gebeurt er dan?
:::

::: raadsel
"""


@pytest.mark.timeout(180)
def test_the_preview_follows_what_is_typed(open_page: OpenPage) -> None:
    page = sign_in(open_page)
    page.get_by_label("Title").fill("Drie tellen")
    page.get_by_label("Text").fill(TEXT)

    preview = page.locator("#preview")
    expect(preview.locator("em")).to_have_text("hoort")
    expect(preview.get_by_role("heading", name="Drie tellen")).to_be_visible()
    expect(preview).to_contain_text("Line 9")
    page.get_by_label("Text").fill("Heel iets **anders**.")
    expect(preview.locator("strong")).to_have_text("anders")
    assert page.url.endswith("/desk/articles/new")
    assert not is_wider_than_its_screen(page)
    assert violations_on(page) == []


@pytest.mark.timeout(180)
def test_the_button_goes_to_the_preview(open_page: OpenPage) -> None:
    page = sign_in(open_page)
    title = page.get_by_role("heading", name="Preview", exact=True)
    # Without a title, which is no reason to refuse a look at it.
    page.get_by_label("Text").fill(TEXT)
    page.get_by_role("button", name="Preview").click()

    expect(title).to_be_focused()
    expect(title).to_be_in_viewport()
    expect(page.locator("#preview em")).to_have_text("hoort")
    assert page.url.endswith("/desk/articles/new")


@pytest.mark.timeout(180)
def test_a_preview_that_cannot_be_fetched_comes_as_a_page(open_page: OpenPage) -> None:
    page = sign_in(open_page, own=True)
    page.route("**/desk/preview", lambda route: route.fulfill(status=401))
    page.get_by_label("Text").fill(TEXT)
    page.get_by_role("button", name="Preview").click()

    page.wait_for_url("**/desk/articles/new#preview")
    expect(page.get_by_label("Text")).to_have_value(TEXT)
    expect(page.locator("#preview em")).to_have_text("hoort")


@pytest.mark.timeout(180)
def test_the_preview_is_a_button_without_javascript(open_page: OpenPage) -> None:
    page = sign_in(open_page, scripts=False)
    page.get_by_label("Title").fill("Drie tellen")
    page.get_by_label("Text").fill(TEXT)
    page.get_by_role("button", name="Preview").click()

    expect(page.locator("#preview em")).to_have_text("hoort")
    expect(page.get_by_role("heading", name="Preview", exact=True)).to_be_in_viewport()
    expect(page.get_by_label("Text")).to_have_value(TEXT)


@pytest.mark.timeout(180)
def test_leaving_with_words_that_are_not_stored_asks_first(open_page: OpenPage) -> None:
    page = sign_in(open_page, own=True)
    asked: list[str] = []

    def stay(dialog: Dialog) -> None:
        asked.append(dialog.type)
        dialog.dismiss()

    page.on("dialog", stay)
    page.get_by_label("Title").fill("Drie tellen")
    page.get_by_role("link", name="Debates").click()
    expect(page.get_by_label("Title")).to_have_value("Drie tellen")
    assert asked == ["beforeunload"]

    page.get_by_role("button", name="Save", exact=True).click()
    expect(page.get_by_text("Saved.")).to_be_visible()
    page.get_by_role("link", name="Debates").click()
    page.wait_for_url("**/debates/")
    assert asked == ["beforeunload"]


ASKING = "A lead.\n\n::: challenge an-open-question\n## A question\n\n{question}\n:::\n"


@pytest.mark.timeout(180)
def test_another_question_than_people_have_answered_takes_a_reason(site: Site, open_page: OpenPage) -> None:
    with site.app.app_context():
        article = make_article(body=ASKING.format(question="Who calls?"))
        challenge = make_challenge(slug="an-open-question", question_html="<p>Who calls?</p>")
        with unit_of_work():
            session.get_one(Challenge, challenge.id).article_id = article.id
        address = f"/desk/articles/{article.id}"
        session.remove()
    page = sign_in(open_page)
    page.goto(address)
    expect(page.get_by_label("Why this changes")).to_have_count(0)
    page.get_by_label("Text").fill(ASKING.format(question="Who calls back?"))
    page.get_by_role("button", name="Save", exact=True).click()

    reason = page.get_by_label("Why this changes")
    expect(page.get_by_role("alert")).to_contain_text("its question cannot change in silence")
    page.get_by_role("alert").get_by_role("link", name="Why this changes").click()
    expect(reason).to_be_focused()
    expect(page.get_by_label("Text")).to_have_value(ASKING.format(question="Who calls back?"))
    assert not is_wider_than_its_screen(page)
    assert violations_on(page) == []
    reason.fill("A word was missing.")
    page.get_by_role("button", name="Save", exact=True).click()
    expect(page.get_by_text("Saved.")).to_be_visible()
    expect(page.get_by_label("Why this changes")).to_have_count(0)
    page.goto("/challenges/an-open-question")
    expect(page.get_by_text("A word was missing.")).to_be_visible()


def sign_in(open_page: OpenPage, *, scripts: bool = True, own: bool = False) -> Page:
    page = open_page("/account/sign-in?next=/desk/articles/new", PHONE, scripts=scripts, own=own)
    page.get_by_label("Mail address").fill("editor@example.org")
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("main").get_by_role("button", name="Sign in", exact=True).click()
    # Until it is loaded, its scripts included, nobody types as fast as a test does.
    page.wait_for_url("**/desk/articles/new")
    return page
