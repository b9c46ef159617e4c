"""Ways in, lived through in a browser: an app with codes and the codes on paper, and an invitation to work here."""

import re
from datetime import timedelta

import pytest
import sqlalchemy as sa
from playwright.sync_api import Page, expect
from pyotp.totp import TOTP

from blog.accounts.actions.people import create_person
from blog.accounts.models.factors import CodeApp
from blog.core import clock
from blog.core.db import session, unit_of_work
from blog.mailroom.models import OutboxMessage
from tests.browser.conftest import (
    DESKTOP,
    PASSWORD,
    PHONE,
    OpenPage,
    Site,
    is_wider_than_its_screen,
    violations_on,
)


@pytest.mark.parametrize("scripts", [True, False])
def test_an_app_with_codes_and_the_codes_on_paper(site: Site, open_page: OpenPage, scripts: bool) -> None:
    email = f"app-{scripts}@example.org".lower()
    let_join(site, email, "Fleur Mol" if scripts else "Gijs Kok")
    page = open_page("/account/sign-in?next=/account/second-factor", PHONE, scripts=scripts)
    send_password(page, email)
    page.get_by_role("link", name="Set up an app").click()
    app = TOTP(page.locator(".account__key").inner_text().replace(" ", ""))
    looks_right(page, scripts=scripts)
    page.get_by_label("Code that the app shows").fill(app.at(clock.now()))
    page.get_by_role("button", name="Turn the app on").click()
    expect(page.get_by_role("heading", name="Your recovery codes")).to_be_visible()
    looks_right(page, scripts=scripts)
    if scripts:
        page.evaluate("window.print = () => { document.title = 'on paper'; }")
        page.get_by_role("button", name="Print").click()
        expect(page).to_have_title("on paper")
    paper = page.locator(".account__codes code").all_inner_texts()
    assert len(set(paper)) == 10
    sign_out(page)

    # The app: a code works once, so the next one is asked for.
    forget_last_code(site)
    page.goto("/account/sign-in?next=/debates/")
    send_password(page, email)
    expect(page.get_by_role("heading", name="One more step")).to_be_visible()
    page.get_by_label("Code that the app shows").fill(app.at(clock.now() + timedelta(seconds=30)))
    page.get_by_role("button", name="Sign in").last.click()
    expect(page).to_have_url(re.compile("/debates/"))
    sign_out(page)

    # The phone is in the sea.
    page.goto("/account/sign-in?next=/debates/")
    send_password(page, email)
    page.get_by_role("link", name="Use a recovery code").click()
    looks_right(page, scripts=scripts)
    page.get_by_label("Recovery code").fill(paper[3].upper())
    page.get_by_role("main").get_by_role("button", name="Sign in").click()
    expect(page).to_have_url(re.compile("/debates/"))
    page.goto("/account/second-factor")
    expect(page.get_by_text("9 are left.")).to_be_visible()


@pytest.mark.parametrize("scripts", [True, False])
def test_somebody_is_invited_and_works_here(site: Site, open_page: OpenPage, scripts: bool) -> None:
    editor, newcomer = f"eva-{scripts}@example.org".lower(), f"bo-{scripts}@example.org".lower()
    let_join(site, editor, "Hanna Blom" if scripts else "Imke Prins", "editor")
    desk = open_page("/account/sign-in?next=/site/invitations", DESKTOP, scripts=scripts)
    send_password(desk, editor)
    desk.get_by_label("Mail address").fill(newcomer)
    desk.get_by_label("author").check()
    desk.get_by_role("button", name="Mail an invitation").click()
    expect(desk.get_by_text(f"An invitation is on its way to {newcomer}.")).to_be_visible()

    page = open_page(link_mailed_to(site, newcomer), PHONE, scripts=scripts)
    expect(page.get_by_role("heading", name="You are invited")).to_be_visible()
    looks_right(page, scripts=scripts)
    page.get_by_label("Name").fill("Bo Jansen" if scripts else "Bas Jansen")
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Accept the invitation").click()
    expect(page).to_have_url(re.compile("/account/$"))
    expect(page.get_by_text("author")).to_be_visible()
    page.goto("/desk/")
    expect(page.get_by_role("link", name="New article").first).to_be_visible()

    desk.reload()
    expect(desk.get_by_role("row", name=re.compile(newcomer))).to_contain_text("accepted")


def let_join(site: Site, email: str, name: str, *roles: str) -> None:
    with site.app.app_context():
        with unit_of_work():
            create_person(email, name, roles, PASSWORD)
        session.remove()


def forget_last_code(site: Site) -> None:
    """As if a minute had passed: real browsers have real clocks."""
    with site.app.app_context():
        with unit_of_work():
            session.execute(sa.update(CodeApp).values(last_step=0))
        session.remove()


def link_mailed_to(site: Site, email: str) -> str:
    with site.app.app_context():
        letters = sa.select(OutboxMessage.text).where(OutboxMessage.recipient == email)
        text = session.scalars(letters).one()
        session.remove()
    return re.findall(r"http://localhost:\d+(/account/invitation/\S+)", text)[0]


def send_password(page: Page, email: str) -> None:
    page.get_by_label("Mail address").fill(email)
    page.get_by_label("Password", exact=True).fill(PASSWORD)
    with page.expect_navigation():
        page.get_by_role("main").get_by_role("button", name="Sign in", exact=True).click()


def sign_out(page: Page) -> None:
    page.goto("/")
    page.locator(".masthead summary").click()
    with page.expect_navigation():
        page.get_by_role("button", name="Sign out").click()


def looks_right(page: Page, *, scripts: bool) -> None:
    assert not is_wider_than_its_screen(page)
    if scripts:
        assert violations_on(page) == []
