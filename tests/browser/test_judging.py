"""Judging in a real browser: three entries with the keyboard alone, and the same with buttons where no script runs."""

import smtplib
from collections.abc import Callable

import pytest
import sqlalchemy as sa
from playwright.sync_api import Locator, Page, ViewportSize, expect

from blog.challenges.actions.entries import note_words
from blog.challenges.models.challenges import Challenge
from blog.challenges.models.entries import Entry
from blog.core.db import session, unit_of_work
from blog.mailroom.models import ReadMessage
from tests.browser.conftest import PHONE, OpenPage, Site, is_wider_than_its_screen, violations_on
from tests.factories.accounts import make_person
from tests.factories.challenges import make_challenge, make_entry
from tests.flows.story import FIRST, SECOND, THIRD
from tests.support.mail_door import mail
from tests.support.sign_in import browser_of

pytestmark = pytest.mark.timeout(180)

Judge = Callable[..., Page]


@pytest.fixture
def judge(site: Site, open_page: OpenPage) -> Judge:
    """A function that opens the first of three entries, mailed just now, for an editor."""

    def open_first_of(slug: str, *, scripts: bool = True, phone: bool = False, language: str = "en") -> Page:
        with site.app.app_context():
            make_challenge(slug=slug, title=f"Who waits ({slug})?")
            browser = browser_of(site.app, make_person(role="editor", name="Eva Smit", language=language))
            cookie = browser.get_cookie("session")
            session.remove()
        assert cookie is not None
        with smtplib.SMTP("127.0.0.1", site.smtp_port, timeout=30) as door:
            for raw in (FIRST, SECOND, THIRD):
                assert mail(door, f"{slug}@answers.example.org", raw)[0] == 250
        page = open_page("/healthz", scripts=scripts, **({"viewport": PHONE} if phone else {}))
        page.context.add_cookies([{"name": "session", "value": cookie.value, "url": site.url}])
        for number in (3, 2, 1):
            page.goto(f"/desk/challenges/{slug}/entries/{number}")
            wait_until_read(page)
        return page

    return open_first_of


def test_an_editor_judges_with_the_keyboard_alone(judge: Judge) -> None:
    page = judge("by-keyboard")
    is_at_entry(page, 1)
    assert violations_on(page) == []
    press(page, "j")
    is_at_entry(page, 2)
    press(page, "k")
    is_at_entry(page, 1)
    raw = page.get_by_text("Content-Type: text/plain")
    expect(raw).to_be_hidden()
    press(page, "r")
    expect(raw).to_be_visible()
    press(page, "i")
    expect(page.get_by_text("Entry 1: incorrect.")).to_be_visible()

    is_at_entry(page, 2)
    press(page, "u")
    reason = page.get_by_label("Reason")
    expect(reason).to_be_focused()
    page.keyboard.type("I see two quick jokes, and no cue.")
    press(page, "Escape")
    expect(reason).not_to_be_focused()
    press(page, "u")
    expect(page.get_by_text("Entry 2: unclear.")).to_be_visible()

    is_at_entry(page, 3)
    press(page, "c")
    expect(page.get_by_text("Entry 3: correct.")).to_be_visible()
    # The one that was unclear still stands in the way.
    is_at_entry(page, 2)
    expect(page.get_by_text("I see two quick jokes, and no cue.")).to_be_visible()
    press(page, "i")
    expect(page.get_by_text("Entry 3 is the first correct one")).to_be_visible()
    walks_through_the_list(page)


def walks_through_the_list(page: Page) -> None:
    first, second = (page.get_by_role("link", name=f"Entry {number}", exact=True) for number in (1, 2))
    assert violations_on(page) == []
    for key, link in (("j", first), ("j", second), ("k", first), ("k", first), ("j", second)):
        press(page, key)
        expect(link).to_be_focused()
    press(page, "Enter")
    is_at_entry(page, 2)


FIFTY = 50


def test_fifty_entries_are_judged_with_the_keyboard_alone(site: Site, open_page: OpenPage) -> None:
    """In order, some of them unclear, some wrong and some alike; nothing is touched but keys."""
    with site.app.app_context():
        challenge = make_challenge(slug="fifty", title="Who waits for fifty?")
        for number in range(1, FIFTY + 1):
            made = make_entry(challenge, text="The same as ever." if number % 10 == 0 else f"Answer {number}")
            with unit_of_work():
                again = session.get_one(Entry, made.id)
                note_words(again, session.get_one(ReadMessage, made.delivery_id))
    page = signed_in(site, open_page)
    page.goto("/desk/challenges/fifty/entries/1")
    for number in range(1, FIFTY + 1):
        if number % 10 == 0 and number > 10:
            # Judged with the tenth.
            continue
        is_ready_at(page, number)
        if number == 10:
            press(page, "a")
            expect(page.get_by_role("checkbox")).to_be_focused()
            expect(page.get_by_role("checkbox")).to_be_checked()
        if number % 7 == 0:
            press(page, "u")
            expect(page.get_by_label("Reason")).to_be_focused()
            expect(page.locator("[data-pending]")).to_contain_text("Unclear: type the reason.")
            page.keyboard.type("Two answers")
            press(page, "Shift+Enter")
            page.keyboard.type("in one.")
            press(page, "Enter")
            expect(page.locator("[data-toasts]")).to_contain_text(f"Entry {number}: unclear.")
        else:
            press(page, "i")
    expect(page.locator("[data-toasts]")).to_contain_text("Entry 49: unclear.")
    # Round again, to what was unclear: it says what was not.
    for number in range(7, FIFTY, 7):
        is_ready_at(page, number)
        expect(page.get_by_text("Two answers")).to_be_visible()
        press(page, "i")
    expect(page.get_by_text("None of the entries is correct, so there is no winner.")).to_be_visible()
    with site.app.app_context():
        query = sa.select(Entry.ruling).join(Challenge).where(Challenge.slug == "fifty")
        assert session.scalars(query).all() == ["incorrect"] * FIFTY
        session.remove()


def is_ready_at(page: Page, number: int) -> None:
    """Wait for the page of an entry, and until its keys work: nobody is as fast as a test."""
    expect(page.get_by_role("heading", level=1)).to_have_text(f"Entry {number} of {FIFTY}")
    page.locator("[aria-keyshortcuts]").first.wait_for(state="attached")


def test_another_verdict_asks_for_its_reason_and_enter_gives_it(judge: Judge) -> None:
    page = judge("second-thoughts")
    press(page, "c")
    expect(page.locator("[data-toasts]")).to_contain_text("Entry 1: correct.")
    page.goto("/desk/challenges/second-thoughts/entries/1")
    press(page, "i")
    reason = page.get_by_label("Reason")
    expect(reason).to_be_focused()
    # Whoever leaves the field has taken it back: Enter is a line end again.
    press(page, "Escape")
    expect(page.locator("[data-pending]")).to_have_text("")
    reason.focus()
    press(page, "Enter")
    expect(reason).to_have_value("\n")
    reason.fill("")
    press(page, "Escape")
    press(page, "i")
    page.keyboard.type("It names no cue.")
    press(page, "Enter")
    expect(page.locator("[data-toasts]")).to_contain_text("Entry 1: incorrect.")


def test_a_verdict_that_waits_for_its_reason_can_be_clicked_as_well(judge: Judge) -> None:
    page = judge("clicked-after-all")
    for viewport in (ViewportSize(width=1280, height=720), ViewportSize(width=640, height=600)):
        page.set_viewport_size(viewport)
        page.goto("/desk/challenges/clicked-after-all/entries/1")
        press(page, "u")
        expect(page.locator("[data-pending]")).to_contain_text("Unclear: type the reason.")
        page.keyboard.type("Two answers in one.")
        box = page.get_by_role("button", name="Unclear", exact=True).bounding_box()
        assert box is not None
        page.mouse.move(box["x"] + box["width"] / 2, box["y"] + 4)
        page.mouse.down()
        # The line is taken back, and the button stays under the mouse.
        expect(page.locator("[data-pending]")).to_have_text("")
        page.mouse.up()
        expect(page.locator("[data-toasts]")).to_contain_text("Entry 1: unclear.")


def test_what_an_old_page_says_is_told_in_place_and_enter_insists(
    judge: Judge, site: Site, open_page: OpenPage
) -> None:
    page = judge("old-page")
    other = signed_in(site, open_page, name="Oda Vis")
    other.goto("/desk/challenges/old-page/entries/1")
    press(other, "c")
    expect(other.locator("[data-toasts]")).to_contain_text("Entry 1: correct.")
    press(page, "i")
    told = page.get_by_role("alert")
    expect(told).to_contain_text("Meanwhile Oda Vis has judged this entry: correct.")
    press(page, "i")
    expect(page.get_by_label("Reason")).to_be_focused()
    page.keyboard.type("It names no cue.")
    press(page, "Enter")
    expect(page.locator("[data-toasts]")).to_contain_text("Entry 1: incorrect.")


def test_html_stands_in_a_frame_that_can_do_nothing(site: Site, open_page: OpenPage) -> None:
    html = "<p>Forty-two</p><script>document.body.textContent = 'hacked'</script><p>Piet van den Berg</p>"
    raw = f"From: Piet <piet@example.org>\r\nContent-Type: text/html\r\n\r\n{html}\r\n".encode()
    with site.app.app_context():
        make_entry(make_challenge(slug="in-a-frame", title="Who stands in a frame?"), raw=raw)
    page = signed_in(site, open_page)
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.goto("/desk/challenges/in-a-frame/entries/1")
    page.wait_for_load_state("networkidle")
    assert [each for each in asked if each.endswith("/html")] == []
    press(page, "h")
    words = page.frame_locator("iframe").locator("body")
    expect(words).to_contain_text("Forty-two")
    expect(words).not_to_contain_text("Piet")
    expect(words).not_to_contain_text("hacked")
    assert violations_on(page) == []


@pytest.mark.parametrize("height", [620, 720, 900])
def test_what_a_key_opens_or_ticks_is_to_be_seen_above_the_verdicts(
    site: Site, open_page: OpenPage, height: int
) -> None:
    slug = f"in-sight-{height}"
    html = "<p>Forty-two</p>" * 20
    raw = f"From: Piet <piet@example.org>\r\nContent-Type: text/html\r\n\r\n{html}\r\n".encode()
    with site.app.app_context():
        challenge = make_challenge(slug=slug, title=f"Who waits ({slug})?")
        for _turn in range(2):
            made = make_entry(challenge, text="Forty-two. " * 60, raw=raw)
            with unit_of_work():
                note_words(session.get_one(Entry, made.id), session.get_one(ReadMessage, made.delivery_id))
        session.remove()
    page = signed_in(site, open_page)
    page.set_viewport_size({"width": 1280, "height": height})
    # Of what is higher than the screen, its beginning.
    parts = (("r", ".answer__raw", 0.5), ("h", ".answer__frame", 0.5), ("a", ".same label", 1))
    for key, shown, at_least in parts:
        page.goto(f"/desk/challenges/{slug}/entries/1")
        press(page, key)
        expect(page.locator(shown)).to_be_visible()
        assert seen_of(page, shown) >= at_least, key


def test_a_reason_that_is_missing_is_asked_for_in_our_words_at_its_field(
    site: Site, open_page: OpenPage
) -> None:
    with site.app.app_context():
        make_challenge(slug="called-off-without-a-reason", title="Who calls it off?")
        session.remove()
    page = signed_in(site, open_page)
    page.goto("/desk/challenges/called-off-without-a-reason")
    page.get_by_role("button", name="Call it off").click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_role("button", name="Call it off").click()
    page.wait_for_url("**/cancel")
    expect(dialog.get_by_text("Say why: everybody reads it who has taken part.")).to_be_visible()
    expect(dialog.get_by_role("textbox")).to_be_focused()


def test_whoever_tries_a_rule_out_has_what_it_makes_of_the_samples_before_them(
    site: Site, open_page: OpenPage
) -> None:
    with site.app.app_context():
        make_challenge(slug="tried-out", title="Who tries it out?")
        session.remove()
    page = signed_in(site, open_page)
    page.goto("/desk/challenges/tried-out/rule")
    page.get_by_label("Kind of rule").select_option("exact")
    page.get_by_label("The answer", exact=True).fill("42")
    page.locator("[name=accepted]").fill("forty-two")
    page.locator("[name=rejected]").fill("41")
    page.get_by_role("button", name="Try it out").click()
    heading = page.get_by_role("heading", name="What it makes of the samples")
    expect(heading).to_be_focused()
    expect(heading).to_be_in_viewport(ratio=1)
    assert violations_on(page) == []


def seen_of(page: Page, selector: str) -> float:
    """How much of something is in sight above the bar with the verdicts, of what there is room for: from 0 to 1."""
    bar, part = (page.locator(each).bounding_box() for each in (".verdict-bar", selector))
    assert bar is not None
    assert part is not None
    seen = min(part["y"] + part["height"], bar["y"]) - max(part["y"], 0)
    return max(seen, 0) / min(part["height"], bar["y"])


@pytest.mark.parametrize("scripts", [True, False])
def test_enter_on_a_box_gives_no_verdict(site: Site, open_page: OpenPage, *, scripts: bool) -> None:
    slug = f"enter-on-a-box-{scripts}".lower()
    with site.app.app_context():
        challenge = make_challenge(slug=slug, title=f"Who waits ({slug})?")
        with unit_of_work():
            session.get_one(Challenge, challenge.id).rubric = [{"code": "a", "words": "It names a cue"}]
        for _turn in range(2):
            made = make_entry(challenge, text="Wrong answer.")
            with unit_of_work():
                note_words(session.get_one(Entry, made.id), session.get_one(ReadMessage, made.delivery_id))
        session.remove()
    page = signed_in(site, open_page, scripts=scripts)
    page.goto(f"/desk/challenges/{slug}/entries/1")
    for box in ("It names a cue", "1 more answer says the same: give it the same verdict"):
        page.get_by_label(box).check()
        press(page, "Enter")
        page.wait_for_load_state("networkidle")
        expect(page.get_by_label(box)).to_be_checked()
    expect(page).to_have_url(f"{site.url}/desk/challenges/{slug}/entries/1")
    assert violations_on(page) == [] if scripts else True
    give(page, "Incorrect")
    expect(page.locator("body")).to_contain_text("Entry 1 and 1 more that says the same: incorrect.")


def signed_in(site: Site, open_page: OpenPage, *, name: str = "Eva Smit", scripts: bool = True) -> Page:
    """A page of an editor."""
    with site.app.app_context():
        browser = browser_of(site.app, make_person(role="editor", name=name, language="en"))
        cookie = browser.get_cookie("session")
        session.remove()
    assert cookie is not None
    page = open_page("/healthz", own=True, scripts=scripts)
    page.context.add_cookies([{"name": "session", "value": cookie.value, "url": site.url}])
    return page


def test_the_keys_speak_the_language_of_the_judge(judge: Judge) -> None:
    page = judge("in-dutch", language="nl")
    assert [cap.inner_text() for cap in page.locator(".verdict-buttons kbd").all()] == ["G", "F", "O"]
    legend = page.get_by_role("group", name="Toetsen")
    for line in ("G goed", "F fout", "O onduidelijk"):
        expect(legend).to_contain_text(line)
    press(page, "o")
    expect(page.get_by_label("Reden")).to_be_focused()
    press(page, "Escape")
    press(page, "f")
    expect(page.get_by_text("Inzending 1: fout.")).to_be_visible()
    # Whoever knows the others can go on with them.
    press(page, "c")
    expect(page.get_by_text("Inzending 2: goed.")).to_be_visible()


def test_a_verdict_stays_in_reach_of_a_long_answer_and_covers_no_focus(judge: Judge) -> None:
    page = judge("long-answer")
    page.set_viewport_size({"width": 1366, "height": 768})
    words = "document.querySelector('.answer__text')"
    page.evaluate(f"{words}.textContent += ' And then I would wait.'.repeat(200)")
    expect(page.get_by_role("button", name="Correct", exact=True)).to_be_in_viewport(ratio=1)
    assert page.evaluate("scrollY") == 0
    # The raw message lies under the bar until the focus comes to it.
    page.locator(".answer__more summary").last.focus()
    bar, summary = (page.locator(each).bounding_box() for each in (".verdict-bar", ":focus"))
    assert bar is not None
    assert summary is not None
    assert summary["y"] + summary["height"] <= bar["y"]


def test_what_one_says_of_a_verdict_lies_over_no_answer_and_no_button(judge: Judge) -> None:
    page = judge("good-news")
    page.set_viewport_size({"width": 1280, "height": 760})
    press(page, "i")
    toast = page.locator(".toast")
    expect(toast).to_have_text("Entry 1: incorrect.")
    for selector in (".answer", ".verdict-bar"):
        assert not lie_on_each_other(toast, page.locator(selector)), selector


def lie_on_each_other(one: Locator, other: Locator) -> bool:
    """Whether two elements share any of the window."""
    first, second = one.bounding_box(), other.bounding_box()
    assert first is not None
    assert second is not None
    return min(first["x"] + first["width"], second["x"] + second["width"]) > max(
        first["x"], second["x"]
    ) and min(first["y"] + first["height"], second["y"] + second["height"]) > max(first["y"], second["y"])


def test_the_verdicts_leave_a_low_window_to_the_answer_until_a_reason_is_typed(judge: Judge) -> None:
    page = judge("low-window")
    page.set_viewport_size({"width": 1280, "height": 620})
    words = "document.querySelector('.answer__text')"
    page.evaluate(f"{words}.textContent += ' And then I would wait.'.repeat(200)")
    bar, reason = page.locator(".verdict-bar"), page.get_by_label("Reason")
    expect(reason).to_be_hidden()
    box = bar.bounding_box()
    assert box is not None
    assert box["height"] <= 110
    for scrolled in (0, 300):
        page.goto("/desk/challenges/low-window/entries/1")
        page.evaluate(f"{words}.textContent += ' And then I would wait.'.repeat(200)")
        page.evaluate(f"scrollTo(0, {scrolled})")
        press(page, "u")
        expect(reason).to_be_focused()
        page.keyboard.type("Two answers in one.")
        expect(reason).to_be_in_viewport(ratio=1)
        # What was read is still there while one writes about it.
        assert page.evaluate("scrollY") == scrolled


def test_keys_do_nothing_while_one_types_or_means_the_browser(judge: Judge) -> None:
    page = judge("typing")
    reason = page.get_by_label("Reason")
    page.locator(".verdict-reason summary").click()
    reason.click()
    page.keyboard.type("jkciuer")
    expect(reason).to_have_value("jkciuer")
    press(page, "Escape")
    for chord in ("Control+c", "Alt+i", "Meta+u", "Control+j", "Shift+C", "Shift+J"):
        press(page, chord)
    is_at_entry(page, 1)
    # Had any of them given a verdict, this would lead elsewhere.
    press(page, "j")
    is_at_entry(page, 2)
    press(page, "k")
    is_at_entry(page, 1)
    expect(page.get_by_role("heading", name="Verdicts so far")).to_have_count(0)


def test_keys_that_are_switched_off_stay_off(judge: Judge) -> None:
    page = judge("switched-off")
    caps = page.locator(".button kbd")
    expect(caps.first).to_be_visible()
    page.get_by_role("button", name="Switch the keys off").click()
    page.reload()
    switch = page.get_by_role("button", name="Switch the keys on")
    expect(switch).to_be_visible()
    expect(caps.first).to_be_hidden()
    for key in ("c", "j", "u"):
        press(page, key)
    is_at_entry(page, 1)
    expect(page.get_by_label("Reason")).not_to_be_focused()
    switch.click()
    press(page, "j")
    is_at_entry(page, 2)


def test_without_scripts_everything_is_a_button(judge: Judge) -> None:
    page = judge("without-scripts", scripts=False, phone=True)
    assert not is_wider_than_its_screen(page)
    expect(page.get_by_text("Switch the keys off")).to_be_hidden()
    page.get_by_role("link", name="Later").click()
    is_at_entry(page, 2)
    page.get_by_role("link", name="Earlier").click()
    is_at_entry(page, 1)
    expect(page.get_by_label("Reason")).to_be_hidden()
    page.locator(".verdict-reason summary").click()
    expect(page.get_by_label("Reason")).to_be_visible()
    give(page, "Incorrect")
    is_at_entry(page, 2)
    give(page, "Unclear")
    expect(page.get_by_text("Say what is unclear: whoever judges next must know.")).to_be_visible()
    expect(page.get_by_label("Reason")).to_be_focused()
    page.get_by_label("Reason").fill("Two answers in one.")
    give(page, "Unclear")
    is_at_entry(page, 3)
    give(page, "Correct")
    is_at_entry(page, 2)
    give(page, "Incorrect")
    expect(page.get_by_text("Entry 3 is the first correct one")).to_be_visible()


def wait_until_read(page: Page) -> None:
    """The workers read the mail while we look."""
    for _turn in range(100):
        if page.locator("button[value=correct]").count():
            return
        page.wait_for_timeout(100)
        page.reload()
    raise AssertionError("nobody has read the message")


def press(page: Page, key: str) -> None:
    """Press a key, once the page has all its scripts: nobody is as fast as a test."""
    page.wait_for_load_state("networkidle")
    page.keyboard.press(key)


def give(page: Page, verdict: str) -> None:
    page.get_by_role("button", name=verdict, exact=True).click()


def is_at_entry(page: Page, number: int) -> None:
    expect(page.get_by_role("heading", level=1)).to_have_text(f"Entry {number} of 3")
