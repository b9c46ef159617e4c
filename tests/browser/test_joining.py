"""Write first, join after, on a phone: how many steps it takes, and that nothing of it needs scripts."""

import re

import pytest
import sqlalchemy as sa
from playwright.sync_api import Page, expect

from blog.core.db import session
from blog.mailroom.models import OutboxMessage
from tests.browser.conftest import PHONE, OpenPage, Site, is_wider_than_its_screen, violations_on
from tests.browser.test_answer import debate_of_bob

WORDS = {
    "en": {
        "comment": "Your comment",
        "answer": "Answer Bob",
        "go on": "Go on",
        "name": "Your name",
        "address": "Mail address",
        "ask": "Mail me the code",
        "code": "Code",
        "post": "Post my comment",
        "done": "Your comment has been posted. You are signed in.",
    },
    "nl": {
        "comment": "Je reactie",
        "answer": "Antwoorden aan Bob",
        "go on": "Verder",
        "name": "Je naam",
        "address": "Mailadres",
        "ask": "Mail mij de code",
        "code": "Code",
        "post": "Plaats mijn reactie",
        "done": "Je reactie is geplaatst. Je bent ingelogd.",
    },
}


@pytest.mark.parametrize("scripts", [True, False])
@pytest.mark.parametrize("locale", ["en", "nl"])
def test_a_stranger_on_a_phone_comments_in_three_forms(
    site: Site, open_page: OpenPage, locale: str, scripts: bool
) -> None:
    words, address = WORDS[locale], f"aylin-{locale}-{scripts}@example.org".lower()
    page = open_page(debate_of_bob(site), PHONE, scripts=scripts, locale=locale)
    assert page.context.cookies() == []

    page.get_by_label(words["comment"]).fill("Beste Bob, ik ben het *niet* met je eens.")
    looks_right(page, scripts=scripts)
    page.get_by_role("button", name=words["go on"]).click()

    expect(page.get_by_label(words["name"])).to_be_focused()
    page.get_by_label(words["name"]).fill("Aylin Demir")
    page.get_by_label(words["address"]).fill(address)
    looks_right(page, scripts=scripts)
    page.get_by_role("button", name=words["ask"]).click()

    expect(page.get_by_label(words["code"])).to_be_focused()
    expect(page.get_by_text(address)).to_be_visible()
    looks_right(page, scripts=scripts)
    page.get_by_label(words["code"]).fill(code_mailed_to(site, address))
    page.get_by_role("button", name=words["post"]).click()

    posted = page.locator(".comment", has_text="niet met je eens")
    expect(posted).to_contain_text("Aylin Demir")
    expect(posted).to_have_attribute("aria-current", "true")
    expect(page.get_by_text(words["done"])).to_be_visible()


def test_a_stranger_answers_somebody_by_the_link_in_the_mail(site: Site, open_page: OpenPage) -> None:
    words = WORDS["nl"]
    page = open_page(debate_of_bob(site), PHONE, locale="nl")
    page.get_by_role("link", name=re.compile(f"^{words['answer']}")).click()
    page.get_by_role("textbox").fill("Waarom, Bob?")
    page.get_by_role("button", name=words["go on"]).click()
    page.get_by_label(words["name"]).fill("Cem Kaya")
    page.get_by_label(words["address"]).fill("cem@example.org")
    page.get_by_role("button", name=words["ask"]).click()
    expect(page.get_by_label(words["code"])).to_be_visible()

    page.goto(link_mailed_to(site, "cem@example.org"))
    expect(page.get_by_text("Waarom, Bob?")).to_be_visible()
    looks_right(page)
    page.get_by_role("button", name=words["post"]).click()

    expect(page.locator(".comment", has_text="Waarom, Bob?")).to_contain_text("in antwoord op Bob")


def test_who_only_wants_to_sign_in_says_their_name_and_is_back_where_they_were(
    site: Site, open_page: OpenPage
) -> None:
    debate = debate_of_bob(site)
    page = open_page(debate, PHONE)
    page.get_by_role("link", name="Sign in", exact=True).click()
    page.get_by_label("Mail address").fill("dora@example.org")
    page.get_by_role("button", name="Sign in", exact=True).click()
    page.get_by_label("Code").fill(code_mailed_to(site, "dora@example.org"))
    page.get_by_role("button", name="Sign in", exact=True).click()
    expect(page.get_by_label("Your name")).to_be_focused()
    looks_right(page)
    page.get_by_label("Your name").fill("Dora Vink")
    page.get_by_role("button", name="Make my account").click()
    page.wait_for_url(f"**{debate}")
    expect(page.get_by_label("Your comment")).to_be_visible()


def looks_right(page: Page, *, scripts: bool = True) -> None:
    assert not is_wider_than_its_screen(page)
    # What looks is a script itself.
    assert not scripts or violations_on(page) == []


def code_mailed_to(site: Site, address: str) -> str:
    """The six digits, without their space."""
    found = re.search(r"\b(\d{3}) (\d{3})\b", letter_to(site, address))
    assert found is not None
    return found.group(1) + found.group(2)


def link_mailed_to(site: Site, address: str) -> str:
    """The path of the page that the mail leads to."""
    found = re.search(r"(/account/code/mailed/\S+)", letter_to(site, address))
    assert found is not None
    return found.group(1)


def letter_to(site: Site, address: str) -> str:
    with site.app.app_context():
        letters = sa.select(OutboxMessage.text).where(OutboxMessage.recipient == address)
        text = session.scalars(letters.order_by(OutboxMessage.id.desc()).limit(1)).one()
        session.remove()
    return text
