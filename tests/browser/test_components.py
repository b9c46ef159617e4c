"""The everyday components in a real browser, as the style guide shows them: with scripts, and without."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Locator, Page, Route, expect

from blog.core.db import session
from tests.browser.conftest import OpenPage, Site
from tests.factories.accounts import make_person
from tests.support.sign_in import browser_of

OpenGuide = Callable[..., Page]
GUIDE = "/site/styleguide"


@pytest.fixture
def open_guide(site: Site, open_page: OpenPage) -> OpenGuide:
    """A function that opens the style guide (or another page) as an editor, with scripts or without."""

    def open_as_editor(
        path: str = GUIDE, *, scripts: bool = True, sessions: int = 1, own: bool = False
    ) -> Page:
        page = open_page("/healthz", scripts=scripts, own=own)
        with site.app.app_context():
            editor = make_person(role="editor")
            cookies = [browser_of(site.app, editor).get_cookie("session") for _turn in range(sessions)]
            session.remove()
        assert cookies[0] is not None
        page.context.add_cookies([{"name": "session", "value": cookies[0].value, "url": site.url}])
        page.goto(path)
        return page

    return open_as_editor


def focus_is_in(page: Page, selector: str) -> bool:
    """Whether the focus is on an element inside `selector`, or has left the page for the browser's own buttons."""
    script = "(selector) => [null, document.body].includes(document.activeElement)"
    script += " || document.activeElement.closest(selector) !== null"
    return page.evaluate(script, selector)


def toasts(page: Page) -> Locator:
    """What has been said at the lower edge, where screen readers hear it."""
    return page.get_by_role("banner").locator("+ [role=status]").locator(".toast")


def sign_the_other_browser_out(page: Page) -> None:
    other = page.get_by_role("row").filter(has_not_text="this one")
    other.get_by_role("button", name="Sign out").click()


def test_a_dialog_keeps_the_focus_and_gives_it_back(open_guide: OpenGuide) -> None:
    page = open_guide()
    opener = page.get_by_role("button", name="House rules")
    dialog = page.get_by_role("dialog", name="House rules")
    opener.click()
    expect(dialog).to_be_visible()
    for _press in range(5):
        page.keyboard.press("Tab")
        assert focus_is_in(page, "dialog[open]")
    page.keyboard.press("Escape")
    expect(dialog).to_be_hidden()
    expect(opener).to_be_focused()


def test_a_dialog_closes_by_its_cross_and_by_a_click_beside_it(open_guide: OpenGuide) -> None:
    page = open_guide()
    opener = page.get_by_role("button", name="House rules")
    dialog = page.get_by_role("dialog", name="House rules")
    opener.click()
    dialog.get_by_text("House rules").click()
    expect(dialog).to_be_visible()
    dialog.get_by_role("button", name="Close").click()
    expect(dialog).to_be_hidden()
    opener.click()
    page.mouse.click(5, 5)
    expect(dialog).to_be_hidden()
    expect(opener).to_be_focused()


def test_words_that_are_selected_past_the_edge_do_not_close_a_dialog(open_guide: OpenGuide) -> None:
    page = open_guide()
    page.get_by_role("button", name="House rules").click()
    page.get_by_role("dialog").get_by_text("House rules").hover()
    page.mouse.down()
    page.mouse.move(5, 5)
    page.mouse.up()
    expect(page.get_by_role("dialog", name="House rules")).to_be_visible()


def test_a_question_keeps_what_was_typed_when_one_cancels(open_guide: OpenGuide) -> None:
    page = open_guide()
    opener = page.get_by_role("button", name="Remove", exact=True).and_(page.locator("[aria-haspopup]"))
    dialog = page.get_by_role("dialog", name="Remove a comment")
    opener.click()
    dialog.get_by_label("Reason").fill("Half a reason")
    dialog.get_by_role("button", name="Keep it").click()
    expect(dialog).to_be_hidden()
    opener.click()
    expect(dialog.get_by_label("Reason")).to_have_value("Half a reason")


def test_a_dialog_folds_open_without_scripts(open_guide: OpenGuide) -> None:
    page = open_guide(scripts=False)
    question = page.locator("details", has_text="Remove a comment")
    expect(question.get_by_label("Reason")).to_be_hidden()
    question.locator("summary").click()
    expect(question.get_by_label("Reason")).to_be_visible()
    expect(question.get_by_role("button", name="Remove")).to_be_visible()
    expect(question.get_by_role("button", name="Keep it")).to_be_hidden()


def test_a_menu_closes_on_escape_and_when_one_leaves(open_guide: OpenGuide) -> None:
    page = open_guide()
    menu = page.get_by_role("banner").locator("[data-menu]")
    button, first = menu.locator("summary"), menu.get_by_role("link", name="Desk")
    button.click()
    expect(first).to_be_visible()
    page.keyboard.press("Tab")
    expect(first).to_be_focused()
    page.keyboard.press("Escape")
    expect(first).to_be_hidden()
    expect(button).to_be_focused()
    page.keyboard.press("Enter")
    expect(first).to_be_visible()
    page.keyboard.press("Shift+Tab")
    expect(first).to_be_hidden()


def test_a_form_cannot_be_sent_twice(open_guide: OpenGuide) -> None:
    page = open_guide(own=True)
    page.clock.install()
    sent: list[str] = []

    def answer_nothing(route: Route) -> None:
        sent.append(route.request.method)
        # 204: the browser stays where it is, as it does while it waits.
        route.fulfill(status=204)

    page.route(f"**{GUIDE}", answer_nothing)
    button = page.locator("#guide-actions form.post-button").get_by_role("button", name="Try again")
    button.click()
    expect(button).to_have_attribute("aria-busy", "true")
    button.click(force=True)
    button.press("Enter")
    assert sent == ["POST"]
    page.clock.fast_forward(15_000)
    expect(button).not_to_have_attribute("aria-busy", "true")
    button.click()
    expect(button).to_have_attribute("aria-busy", "true")
    assert sent == ["POST", "POST"]


def test_a_toast_is_told_and_goes_by_its_button(open_guide: OpenGuide) -> None:
    page = open_guide()
    copy = page.locator("#guide-actions").get_by_role("button", name="Copy", exact=True)
    expect(toasts(page)).to_have_count(0)
    copy.click()
    expect(toasts(page)).to_have_text("Copied")
    toasts(page).get_by_role("button", name="Hide this notice").click()
    expect(toasts(page)).to_have_count(0)
    expect(copy).to_be_focused()


def test_a_toast_goes_by_itself_but_not_from_under_the_pointer(open_guide: OpenGuide) -> None:
    page = open_guide(own=True)
    page.clock.install()
    page.locator("#guide-actions").get_by_role("button", name="Copy", exact=True).click()
    toasts(page).hover()
    page.clock.run_for(30_000)
    expect(toasts(page)).to_have_count(1)
    page.mouse.move(5, 5)
    page.clock.run_for(7_000)
    expect(toasts(page)).to_have_count(1)
    page.clock.run_for(1_500)
    expect(toasts(page)).to_have_count(0)


def test_good_news_after_an_act_is_a_toast(open_guide: OpenGuide) -> None:
    page = open_guide("/account/", sessions=2)
    sign_the_other_browser_out(page)
    expect(toasts(page)).to_have_text("That browser is signed out.")
    expect(page.get_by_role("heading", level=1)).to_have_text("Your account")


def test_good_news_stands_in_the_page_without_scripts(open_guide: OpenGuide) -> None:
    page = open_guide("/account/", scripts=False, sessions=2)
    sign_the_other_browser_out(page)
    notice = page.get_by_role("main").locator(".notice", has_text="That browser is signed out.")
    expect(notice).to_be_visible()
    expect(notice.get_by_role("button")).to_have_count(0)
    expect(toasts(page)).to_have_count(0)


def test_a_code_may_be_pasted_with_spaces(open_guide: OpenGuide) -> None:
    page = open_guide()
    code = page.get_by_label("Code from the mail").first
    code.focus()
    page.keyboard.insert_text(" 123 456\n")
    expect(code).to_have_value("123456")
    page.keyboard.insert_text("7x")
    expect(code).to_have_value("123456")
    assert code.evaluate("field => field.validity.valid && field.scrollLeft === 0")


def test_full_width_digits_are_digits(open_guide: OpenGuide) -> None:
    page = open_guide()
    code = page.get_by_label("Code from the mail").first
    code.focus()
    page.keyboard.insert_text("\uff11\uff12\uff13 \uff14\uff15\uff16")
    expect(code).to_have_value("123456")


def test_a_code_that_is_being_composed_is_left_alone_until_it_is_done(open_guide: OpenGuide) -> None:
    page = open_guide()
    code = page.get_by_label("Code from the mail").first
    code.focus()
    devtools: Any = page.context.new_cdp_session(page)
    composing = {"text": "\uff11\uff12", "selectionStart": 2, "selectionEnd": 2}
    devtools.send("Input.imeSetComposition", composing)
    expect(code).to_have_value("\uff11\uff12")
    devtools.send("Input.insertText", {"text": "\uff11\uff12"})
    expect(code).to_have_value("12")
    page.keyboard.insert_text("3456")
    expect(code).to_have_value("123456")


def test_a_code_is_never_held_back_by_the_browser(open_guide: OpenGuide) -> None:
    page = open_guide(scripts=False)
    code = page.get_by_label("Code from the mail").first
    expect(code).to_have_attribute("autocomplete", "one-time-code")
    code.focus()
    page.keyboard.insert_text("123 \uff14\uff15\uff16")
    expect(code).to_have_value("123 \uff14\uff15\uff16")
    assert code.evaluate("field => field.validity.valid")


def test_a_file_that_is_too_large_is_told_at_once(open_guide: OpenGuide, tmp_path: Path) -> None:
    page = open_guide()
    large, small = tmp_path / "large.png", tmp_path / "small.png"
    large.write_bytes(bytes(2_500_001))
    small.write_bytes(bytes(1_000))
    field = page.get_by_label("Picture").first
    told = page.get_by_role("alert").filter(has_text="large.png")
    field.set_input_files(large)
    expect(told).to_have_text("“large.png” is 2.6 MB; at most 2.5 MB fits. Choose a smaller file.")
    expect(field).to_have_attribute("aria-invalid", "true")
    assert not field.evaluate("field => field.checkValidity()")
    field.set_input_files(small)
    expect(told).to_have_count(0)
    expect(field).not_to_have_attribute("aria-invalid", "true")
    assert field.evaluate("field => field.checkValidity()")


def test_a_password_can_be_read_and_is_sent_as_one(open_page: OpenPage) -> None:
    page = open_page("/account/sign-in")
    password = page.get_by_label("Password")
    password.fill("a long enough password")
    page.get_by_role("button", name="Show: Password").click()
    expect(password).to_have_attribute("type", "text")
    hide = page.get_by_role("button", name="Hide: Password")
    expect(hide).to_be_focused()
    hide.click()
    expect(password).to_have_attribute("type", "password")
