"""Passkeys in a real browser, with a device that Chromium pretends to have."""

from typing import Any

import pytest
from playwright.sync_api import Page, Route, expect

from blog.accounts.actions.people import create_person
from blog.accounts.queries import passkeys_of, person_by_email
from blog.core.db import session, unit_of_work
from tests.browser.conftest import PASSWORD, PHONE, OpenPage, Site

_DEVICE = {
    "protocol": "ctap2",
    "transport": "internal",
    "hasResidentKey": True,
    "hasUserVerification": True,
    "isUserVerified": True,
    "automaticPresenceSimulation": True,
}


class Device:
    """What Chromium pretends to have in one tab: something that makes and keeps passkeys."""

    def __init__(self, page: Page) -> None:
        # Its answers have no types.
        self._protocol: Any = page.context.new_cdp_session(page)
        self._protocol.send("WebAuthn.enable")
        self._id: str = self._protocol.send("WebAuthn.addVirtualAuthenticator", {"options": _DEVICE})[
            "authenticatorId"
        ]

    def credentials(self) -> list[dict[str, Any]]:
        return self._protocol.send("WebAuthn.getCredentials", {"authenticatorId": self._id})["credentials"]

    def verify(self, *, is_verified: bool) -> None:
        """Whether its holder shows a finger, a face or a code."""
        self._protocol.send(
            "WebAuthn.setUserVerified", {"authenticatorId": self._id, "isUserVerified": is_verified}
        )

    def put(self, credential: dict[str, Any]) -> None:
        """Put a copy of a passkey into it, in the place of the one that it has."""
        self._protocol.send("WebAuthn.clearCredentials", {"authenticatorId": self._id})
        self._protocol.send("WebAuthn.addCredential", {"authenticatorId": self._id, "credential": credential})


def test_nobody_presses_a_button_that_has_no_script_yet(site: Site, open_page: OpenPage) -> None:
    page = open_page("/healthz", own=True)
    held: list[Route] = []
    page.route("**/js/passkey*", lambda route: held.append(route))  # noqa: PLW0108 - Playwright marks what it calls
    button = page.locator("form[data-passkey] button[type=submit]")
    with page.expect_request("**/js/passkey*"):
        page.goto("/account/sign-in", wait_until="domcontentloaded")
    expect(button).to_have_count(1)
    expect(button).to_be_hidden()
    held[0].continue_()
    expect(button).to_be_visible()


def test_a_reader_makes_a_passkey_and_comes_in_with_it(site: Site, open_page: OpenPage) -> None:
    email = join(site, "passkey-reader@example.org")
    page = open_page("/account/sign-in?next=/account/second-factor", PHONE, own=True)
    device = Device(page)
    send_password(page, email)
    make_passkey(page, "my phone")
    expect(page.get_by_role("rowheader", name="my phone")).to_be_visible()
    made = device.credentials()
    assert [(key["isResidentCredential"], key["rpId"]) for key in made] == [(True, "localhost")]

    sign_out(page)
    page.goto("/account/sign-in?next=/debates/")
    page.get_by_role("button", name="Sign in with a passkey").click()
    page.wait_for_url(f"{site.url}/debates/")
    page.goto("/account/")
    expect(page.get_by_text("my phone")).to_be_visible()

    # A reader's password works beside it: nobody is shut out of a second device.
    sign_out(page)
    page.goto("/account/sign-in")
    send_password(page, email)
    expect(page).to_have_url(f"{site.url}/")


def test_one_device_makes_one_passkey_and_says_so(site: Site, open_page: OpenPage) -> None:
    email = join(site, "passkey-twice@example.org")
    page = open_page("/account/sign-in?next=/account/second-factor", own=True)
    Device(page)
    send_password(page, email)
    make_passkey(page, "my laptop")
    page.get_by_label("What do you call it?").fill("once more")
    page.get_by_role("button", name="Make a passkey").click()
    expect(page.get_by_text("This device has a passkey for your account already.")).to_be_visible()
    with site.app.app_context():
        person = person_by_email(email)
        assert person is not None
        assert [key.name for key in passkeys_of(person.id)] == ["my laptop"]
        session.remove()


def test_an_editor_needs_the_passkey_beside_the_password(site: Site, open_page: OpenPage) -> None:
    email = join(site, "passkey-editor@example.org", "editor")
    page = open_page("/account/sign-in?next=/account/second-factor", own=True)
    device = Device(page)
    send_password(page, email)
    make_passkey(page, "my laptop")
    sign_out(page)

    page.goto("/account/sign-in?next=/desk/")
    send_password(page, email)
    expect(page.get_by_role("heading", name="One more step")).to_be_visible()
    # Whoever has found the laptop is not its owner.
    device.verify(is_verified=False)
    page.get_by_role("button", name="Use a passkey").click()
    expect(page.get_by_text("No passkey was used. Try again, or sign in another way.")).to_be_visible()
    page.goto("/account/")
    expect(page).to_have_url(f"{site.url}/account/sign-in?next=%2Faccount%2F")
    device.verify(is_verified=True)
    page.goto("/account/second-step")
    page.get_by_role("button", name="Use a passkey").click()
    page.wait_for_url("**/desk/")

    # The same passkey confirms, and is removed by its owner.
    page.goto("/account/confirm?next=/account/second-factor")
    page.get_by_role("button", name="Use a passkey").click()
    page.wait_for_url("**/account/second-factor")
    page.get_by_role("button", name="Remove").click()
    page.get_by_role("dialog").get_by_role("button", name="Remove").click()
    expect(page.get_by_text("The passkey is removed.").first).to_be_visible()
    expect(page.get_by_role("rowheader", name="my laptop")).to_have_count(0)


def test_a_copy_of_a_passkey_gives_itself_away(site: Site, open_page: OpenPage) -> None:
    email = join(site, "passkey-copy@example.org")
    page = open_page("/account/sign-in?next=/account/second-factor", own=True)
    device = Device(page)
    send_password(page, email)
    make_passkey(page, "my key")
    copied = device.credentials()[0]
    for _time in range(2):
        sign_out(page)
        page.goto("/account/sign-in")
        page.get_by_role("button", name="Sign in with a passkey").click()
        page.wait_for_url(f"{site.url}/")
    sign_out(page)
    # The copy counts from where it was made; the site has counted further.
    device.put(copied)
    page.goto("/account/sign-in")
    page.get_by_role("button", name="Sign in with a passkey").click()
    expect(page.get_by_text("This passkey was not accepted.")).to_be_visible()


def test_what_was_signed_once_is_not_taken_again(site: Site, open_page: OpenPage) -> None:
    email = join(site, "passkey-replay@example.org")
    page = open_page("/account/sign-in?next=/account/second-factor", own=True)
    Device(page)
    send_password(page, email)
    make_passkey(page, "my key")
    sign_out(page)
    page.goto("/account/sign-in")
    cookies: list[Any] = []

    def note(request: Any) -> None:
        if request.method == "POST" and "/account/passkey" in request.url:
            sent.append(request.post_data)

    sent: list[str] = []
    page.on("request", note)
    page.route(
        "**/account/passkey", lambda route: (cookies.extend(page.context.cookies()), route.continue_())
    )
    page.get_by_role("button", name="Sign in with a passkey").click()
    page.wait_for_url(f"{site.url}/")
    assert len(sent) == 1
    # The thief has everything that the browser sent: the cookie with the question, and the answer.
    page.context.clear_cookies()
    page.context.add_cookies([{"name": c["name"], "value": c["value"], "url": site.url} for c in cookies])
    answer = page.request.post(
        f"{site.url}/account/passkey",
        data=sent[0],
        headers={"Content-Type": "application/x-www-form-urlencoded", "Referer": site.url},
        max_redirects=0,
    )
    assert (answer.status, answer.headers["location"]) == (303, "/account/sign-in?next=/")
    page.goto("/account/")
    expect(page).to_have_url(f"{site.url}/account/sign-in?next=%2Faccount%2F")


@pytest.mark.parametrize("scripts", [True, False])
def test_a_browser_that_cannot_is_told_so(site: Site, open_page: OpenPage, scripts: bool) -> None:
    page = open_page("/account/sign-in", scripts=scripts, own=True)
    if scripts:
        page.add_init_script("delete window.PublicKeyCredential")
        page.reload()
    said = "This browser does not know passkeys yet" if scripts else "Passkeys need JavaScript"
    expect(page.get_by_text(said)).to_be_visible()
    expect(page.get_by_role("button", name="Sign in with a passkey")).to_be_hidden()


def join(site: Site, email: str, *roles: str) -> str:
    with site.app.app_context():
        with unit_of_work():
            create_person(email, "Ines Bakker" if roles else "Noor van Dam", roles, PASSWORD)
        session.remove()
    return email


def send_password(page: Page, email: str) -> None:
    page.get_by_label("Mail address").fill(email)
    page.get_by_label("Password", exact=True).fill(PASSWORD)
    with page.expect_navigation():
        page.get_by_role("main").get_by_role("button", name="Sign in", exact=True).click()


def make_passkey(page: Page, name: str) -> None:
    page.get_by_label("What do you call it?").fill(name)
    with page.expect_navigation():
        page.get_by_role("button", name="Make a passkey").click()
    expect(page.get_by_text("The passkey is yours").first).to_be_visible()


def sign_out(page: Page) -> None:
    page.goto("/")
    page.locator(".masthead summary").click()
    with page.expect_navigation():
        page.get_by_role("button", name="Sign out").click()
