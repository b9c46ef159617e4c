"""The main job in a real browser, with all programs running, mail over SMTP, on a phone and at a desk."""

import json
import re
import smtplib
from collections.abc import Callable
from pathlib import Path

import pytest
import sqlalchemy as sa
from playwright.sync_api import Page, expect

from blog.core.db import session
from blog.mailroom.models import OutboxMessage
from tests.browser.conftest import PASSWORD, PHONE, OpenPage, Site, is_wider_than_its_screen, violations_on
from tests.flows.story import ARTICLE, COMMENTS, FIRST, OUT_OF_OFFICE, SECOND, THIRD
from tests.support.mail_door import mail

Publish = Callable[[str, str], str]
CHALLENGE = "luistervraag"
DESK_PATH = f"/desk/challenges/{CHALLENGE}"
ADDRESS = f"{CHALLENGE}@answers.example.org"


@pytest.fixture
def publish(site: Site, tmp_path: Path) -> Publish:
    """A function that publishes the story's article under an address, with its debate. It returns the path."""

    def publish_as(slug: str, challenge: str) -> str:
        article, comments = tmp_path / f"{slug}.md", tmp_path / f"{slug}.json"
        text = ARTICLE.replace("luisteren-is-geen-wachten", slug).replace("luistervraag", challenge)
        text = text.replace("## De vraag", f"## De vraag van {slug}")
        article.write_text(text, encoding="utf-8")
        comments.write_text(json.dumps({**COMMENTS, "article": slug}), encoding="utf-8")
        runner = site.app.test_cli_runner()
        for words in (
            ["articles", "import", str(article), "--publish"],
            ["comments", "import", str(comments)],
        ):
            result = runner.invoke(args=words)
            assert result.exit_code == 0, result.stderr
        return f"/articles/{slug}"

    return publish_as


@pytest.mark.timeout(180)
def test_the_main_job_in_a_browser(site: Site, open_page: OpenPage, publish: Publish) -> None:
    path = publish("luisteren-is-geen-wachten", CHALLENGE)
    reader = sign_in(open_page, "reader@example.org", phone=True)
    the_reader_takes_part(reader, path)
    people_mail_their_answers(site)
    editor = sign_in(open_page, "editor@example.org")
    the_editor_judges_and_announces(editor)
    the_winner_is_shown_once_they_have_claimed(site, open_page, path)
    moderator = sign_in(open_page, "moderator@example.org")
    the_moderator_closes_the_debate(moderator, path)
    the_reader_is_told_why(reader, path)


@pytest.mark.timeout(180)
def test_the_reader_takes_part_without_javascript(open_page: OpenPage, publish: Publish) -> None:
    path = publish("zonder-scripts", "zonder-scripts-vraag")

    the_reader_takes_part(sign_in(open_page, "reader@example.org", phone=True, scripts=False), path)


@pytest.mark.timeout(180)
def test_pages_are_accessible_and_fit_a_phone(open_page: OpenPage, publish: Publish) -> None:
    path = publish("toegankelijk", "toegankelijke-vraag")
    page = open_page(path, PHONE)
    debate = page.locator("a[href^='/debates/']").last.get_attribute("href") or ""

    for address in (
        path,
        "/",
        "/debates/",
        debate,
        "/challenges/",
        "/challenges/toegankelijke-vraag",
        "/moderation/log",
    ):
        page.goto(address)
        assert not is_wider_than_its_screen(page), address
        assert violations_on(page) == [], address


def sign_in(open_page: OpenPage, email: str, *, phone: bool = False, scripts: bool = True) -> Page:
    options = {"viewport": PHONE} if phone else {}
    page = open_page("/account/sign-in", scripts=scripts, **options)
    page.get_by_label("Mail address").fill(email)
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("main").get_by_role("button", name="Sign in", exact=True).click()
    # The answer must have come, with its cookie, before the test goes on.
    expect(page.get_by_label("Password")).to_have_count(0)
    return page


def the_reader_takes_part(page: Page, path: str) -> None:
    page.goto(path)
    assert not is_wider_than_its_screen(page)
    composer = page.get_by_label("Your comment")
    composer.last.fill("Mijn **eerste** gedachte.")
    page.get_by_role("button", name="Post").last.click()
    mine = page.locator("li.comment").filter(has_text="Mijn eerste gedachte.").last
    expect(mine).to_be_visible()
    expect(page.locator("strong", has_text="eerste")).to_be_visible()

    mine.get_by_role("link", name="Change").click()
    page.get_by_label("Your comment").last.fill("Mijn tweede gedachte.")
    page.locator("main form").filter(has=page.get_by_label("Your comment")).get_by_role("button").last.click()
    expect(page.get_by_text("Mijn tweede gedachte.")).to_be_visible()
    assert not is_wider_than_its_screen(page)


def people_mail_their_answers(site: Site) -> None:
    letters = (
        (FIRST, "anja@example.org"),
        (SECOND, "bram@example.org"),
        (OUT_OF_OFFICE, ""),
        (THIRD, "chantal@example.org"),
    )
    with smtplib.SMTP("127.0.0.1", site.smtp_port, timeout=30) as door:
        for raw, sender in letters:
            assert mail(door, ADDRESS, raw, sender)[0] == 250


def the_editor_judges_and_announces(page: Page) -> None:
    # The workers read the mail while we look: the page shows it when it is done.
    for number, verdict in ((4, "Correct"), (1, "Incorrect"), (2, "Correct")):
        page.goto(f"{DESK_PATH}/entries/{number}")
        expect(page.get_by_role("heading", level=1)).to_contain_text(str(number))
        _reload_until(page, "button", verdict)
        assert "Chantal" not in page.content()
        if number != 2:
            page.locator("summary", has_text="Reason").click()
            page.get_by_label("Reason").fill("Vanwege de vraag.")
        page.get_by_role("button", name=verdict, exact=True).click()
        page.goto(DESK_PATH)
        if number != 2:
            expect(page.get_by_role("button", name="Announce the winner")).to_be_disabled()
    page.locator("summary, button").filter(has_text="Announce the winner").first.click()
    page.locator("form[action$='/announce'] button[type=submit]").click()
    expect(page.get_by_text("Prize 1: entry 2 has")).to_be_visible()
    # Until the letter has left, which takes the workers a moment, it says that.
    told = page.get_by_text("entry 2 has been told that it has won")
    for _turn in range(100):
        if told.count():
            break
        page.wait_for_timeout(100)
        page.reload()
    expect(told).to_be_visible()


def _reload_until(page: Page, role: str, name: str) -> None:
    for _turn in range(50):
        if page.get_by_role("button", name=name, exact=True).count():
            return
        page.wait_for_timeout(100)
        page.reload()
    raise AssertionError(f"no {role} {name!r} appeared")


def the_winner_is_shown_once_they_have_claimed(site: Site, open_page: OpenPage, path: str) -> None:
    page = open_page(path)
    poster = page.locator("#challenge-luistervraag, .challenge").first
    expect(poster).to_contain_text("the result is being verified")
    expect(poster).not_to_contain_text("Won by")
    with site.app.app_context():
        mail = session.scalars(
            sa.select(OutboxMessage).where(
                OutboxMessage.cause.startswith("winner:"), OutboxMessage.recipient == "bram@example.org"
            )
        ).one()
        text = mail.text
        session.remove()
    receipt, code = re.search(r"/receipts/\S+", text), re.search(r"^ {4}(\S+)$", text, re.MULTILINE)
    assert receipt is not None
    assert code is not None
    winner = open_page(receipt.group(), PHONE)
    assert not is_wider_than_its_screen(winner)
    winner.get_by_label("Where shall we send it?").fill("Bram de Groot\nDiezerkade 1\n8021 CW Zwolle")
    winner.get_by_label("Code from the mail").first.fill(code.group(1))
    winner.get_by_role("button", name="Claim the prize").click()
    expect(winner.get_by_text("The prize is yours.")).to_be_visible()
    page.goto(path)
    expect(poster).to_contain_text("Won by")
    for secret in ("bram@example.org", "Diezerkade"):
        assert secret not in page.content()


def the_moderator_closes_the_debate(page: Page, path: str) -> None:
    page.goto(path)
    page.get_by_role("link", name="Close", exact=False).first.click()
    page.get_by_label("Reason").fill("Het gaat niet meer over het artikel.")
    page.get_by_role("button", name="Close", exact=True).click()
    expect(page.get_by_text("The debate is closed. Everything stays readable.")).to_be_visible()


def the_reader_is_told_why(page: Page, path: str) -> None:
    page.goto(path)
    expect(page.get_by_text("Het gaat niet meer over het artikel.").first).to_be_visible()
    expect(page.get_by_text("Mila Hendriks").first).to_be_visible()
    expect(page.get_by_label("Your comment")).to_have_count(0)
    expect(page.get_by_text("Mijn tweede gedachte.")).to_be_visible()
