"""Somebody has their account erased in a browser, and the workers of the site do it."""

import re

import pytest
import sqlalchemy as sa
from playwright.sync_api import Page, expect

from blog.accounts.actions.people import create_person
from blog.accounts.models.erasures import Erasure
from blog.accounts.models.people import Person
from blog.core import clock
from blog.core.db import session, unit_of_work
from blog.core.jobs.models import Work
from tests.browser.conftest import PASSWORD, PHONE, OpenPage, Site, is_wider_than_its_screen, violations_on
from tests.factories.discussions import make_comment, make_thread


@pytest.mark.parametrize("scripts", [True, False])
def test_a_reader_on_a_phone_leaves_and_the_debate_still_reads(
    site: Site, open_page: OpenPage, scripts: bool
) -> None:
    name = "Roos Visser" if scripts else "Teun Mulder"
    email, debate = let_somebody_speak(site, name)
    page = open_page("/account/sign-in?next=/account/", PHONE, scripts=scripts)
    sign_in(page, email)

    page.get_by_role("link", name="Erase your account").click()
    expect(page.get_by_role("heading", name="Erase your account")).to_be_visible()
    expect(page.get_by_text("Your name above 1 comment in 1 debate.")).to_be_visible()
    looks_right(page, scripts=scripts)
    page.get_by_role("button", name="Erase my account").click()
    expect(page.get_by_text(re.compile("Your account will be erased on"))).to_be_visible()
    looks_right(page, scripts=scripts)

    # On second thoughts, and on third ones.
    page.get_by_role("button", name="Keep the account").click()
    expect(page.get_by_text(re.compile("will be erased on"))).to_have_count(0)
    page.get_by_role("link", name="Erase your account").click()
    page.get_by_role("button", name="Erase my account").click()
    expect(page.get_by_text(re.compile("Your account will be erased on"))).to_be_visible()

    let_a_day_pass(site, email)
    page.goto(debate)
    expect(page.locator(".comment", has_text="Words that stay")).to_contain_text("Former reader 1")
    expect(page.locator(".comment", has_text="I disagree")).to_contain_text("Dear Former reader 1")
    assert name not in page.content()
    page.goto("/account/")
    expect(page).to_have_url(re.compile("/account/sign-in"))


def let_somebody_speak(site: Site, name: str) -> tuple[str, str]:
    """Somebody who has spoken and was answered: their address, and where."""
    email = f"{name.split(maxsplit=1)[0].lower()}@example.org"
    with site.app.app_context():
        with unit_of_work():
            person = create_person(email, name, (), PASSWORD)
        said = make_comment(thread=make_thread(), author=person, body="Words that stay")
        make_comment(answers=said, body=f"Dear {name.split(maxsplit=1)[0]}, I disagree.")
        path = f"/debates/{said.thread_id}"
        session.remove()
    return email, path


def sign_in(page: Page, email: str) -> None:
    page.get_by_label("Mail address").fill(email)
    page.get_by_label("Password", exact=True).fill(PASSWORD)
    with page.expect_navigation():
        page.get_by_role("main").get_by_role("button", name="Sign in", exact=True).click()


def let_a_day_pass(site: Site, email: str) -> None:
    """The erasure of an account is due now; the workers of the site have carried it out."""
    with site.app.app_context():
        with unit_of_work():
            theirs = sa.select(Person.id).where(Person.email == email)
            erasure = session.scalars(sa.select(Erasure).where(Erasure.person_id.in_(theirs))).one()
            erasure.due_at = clock.now()
            session.execute(
                sa.update(Work).where(Work.key == f"accounts.erase:{erasure.id}").values(run_at=clock.now())
            )
            asked = erasure.id
        wait_until_done(asked)
        session.remove()


def wait_until_done(erasure_id: str) -> None:
    deadline = clock.now().timestamp() + 30
    while clock.now().timestamp() < deadline:
        session.rollback()
        if session.scalar(sa.select(Erasure.done_at).where(Erasure.id == erasure_id)) is not None:
            return
    pytest.fail("the workers have not carried it out")


def looks_right(page: Page, *, scripts: bool) -> None:
    assert not is_wider_than_its_screen(page)
    if scripts:
        assert violations_on(page) == []
