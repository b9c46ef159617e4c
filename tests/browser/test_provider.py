"""Signing in by way of a provider in a real browser: two sites, their cookies, and the policy of our pages."""

from collections.abc import Generator

import pytest
from playwright.sync_api import Browser, Page, expect

from blog.accounts.actions.people import create_person
from blog.accounts.openid.provider import CALLBACK
from blog.core.db import session, unit_of_work
from tests.browser.conftest import DESKTOP, PASSWORD, PHONE, Site, is_wider_than_its_screen, violations_on
from tests.conftest import missing
from tests.support.html_checker import HtmlChecker
from tests.support.openid import REMEDY, SECRET, provider_is_here, real_provider
from tests.support.processes import free_port
from tests.support.running_site import running_site
from tests.support.sign_in import browser_of


@pytest.fixture(scope="module")
def joined(tmp_path_factory: pytest.TempPathFactory) -> Generator[Site]:
    """A site that people can sign in to with a provider, which it trusts with addresses."""
    if not provider_is_here():
        missing(REMEDY)
    port = free_port()
    with real_provider(f"http://localhost:{port}{CALLBACK}") as provider:
        more = {
            "OIDC_ISSUER": provider.issuer,
            "OIDC_CLIENT_ID": provider.client_id,
            "OIDC_CLIENT_SECRET": SECRET,
            "OIDC_NAME": "Example",
            "OIDC_TRUST_EMAIL": "1",
        }
        folder = tmp_path_factory.mktemp("joined")
        with running_site(folder, with_mail=False, port=port, more=more) as site:
            yield site


@pytest.mark.parametrize("scripts", [True, False])
def test_somebody_comes_in_and_is_where_they_were(joined: Site, chromium: Browser, scripts: bool) -> None:
    context = chromium.new_context(
        base_url=joined.url, viewport=PHONE, java_script_enabled=scripts, locale="en"
    )
    page = context.new_page()
    refused: list[str] = []
    page.on("console", lambda message: refused.append(message.text) if message.type == "error" else None)
    page.goto("/account/sign-in?next=/debates/")
    looks_right(page, scripts=scripts)
    page.get_by_role("button", name="Sign in with Example").click()
    at_the_provider(page, "nora")
    page.wait_for_url(f"{joined.url}/debates/")
    page.goto("/account/")
    expect(page.get_by_text("nora@example.org").first).to_be_visible()
    expect(page.get_by_text("with Example").first).to_be_visible()
    looks_right(page, scripts=scripts)
    # No policy of ours stood in the way.
    assert [text for text in refused if "Content Security Policy" in text] == []
    context.close()


def test_a_member_links_it_and_unlinks_it(joined: Site, chromium: Browser) -> None:
    with joined.app.app_context():
        with unit_of_work():
            create_person("linker@example.org", "Mila Bos", (), PASSWORD)
        session.remove()
    context = chromium.new_context(base_url=joined.url, viewport=DESKTOP, locale="en")
    page = context.new_page()
    page.goto("/account/sign-in?next=/account/linked")
    page.get_by_label("Mail address").fill("linker@example.org")
    page.get_by_label("Password", exact=True).fill(PASSWORD)
    page.get_by_role("main").get_by_role("button", name="Sign in", exact=True).click()
    looks_right(page, scripts=True)
    page.get_by_role("button", name="Link Example").click()
    at_the_provider(page, "eva")
    expect(page.get_by_text("Linked: from now on you can sign in with Example.").first).to_be_visible()
    expect(page.get_by_text("eva@example.org")).to_be_visible()
    looks_right(page, scripts=True)
    page.set_viewport_size(PHONE)
    looks_right(page, scripts=True)
    page.get_by_role("button", name="Unlink").click()
    page.get_by_role("dialog").get_by_role("button", name="Unlink").click()
    expect(page.get_by_text("The two are no longer linked.").first).to_be_visible()
    context.close()


def test_the_pages_are_as_html_has_to_be(joined: Site, html: HtmlChecker) -> None:
    joined.app.config["WTF_CSRF_ENABLED"] = False
    leaving = joined.app.test_client().post("/account/provider?next=/debates/&lang=nl")
    assert 'http-equiv="refresh"' in leaving.text
    assert html.faults(leaving.text) == []
    with joined.app.app_context():
        with unit_of_work():
            person = create_person("checker@example.org", "Nina Bos", (), PASSWORD)
        browser = browser_of(joined.app, person)
        session.remove()
    for path in ("/account/linked", "/account/"):
        assert html.faults(browser.get(path).text) == []


def at_the_provider(page: Page, name: str) -> None:
    """Sign in there, and agree."""
    page.get_by_placeholder("Enter any login").fill(name)
    page.get_by_placeholder("and password").fill("any")
    page.get_by_role("button", name="Sign-in").click()
    page.get_by_role("button", name="Continue").click()


def looks_right(page: Page, *, scripts: bool) -> None:
    assert not is_wider_than_its_screen(page)
    if scripts:
        assert violations_on(page) == []
