"""The thread in a real browser: how it is drawn on a phone, who answers whom, and what many comments cost."""

import re
from typing import Any

import pytest
from playwright.sync_api import FloatRect, Page, ViewportSize, expect

from blog.core.db import session
from blog.core.hues import hue_of
from blog.discussions.models import Comment
from tests.browser.conftest import PASSWORD, PHONE, OpenPage, Site, is_wider_than_its_screen, violations_on
from tests.browser.test_answer import signed_in
from tests.factories.accounts import make_person
from tests.factories.discussions import make_comment

# Copies a comment until that many stand in the list.
_FILL = """(count) => {
  const list = document.querySelector(".thread__list");
  const comments = [...list.children];
  const missing = count - comments.length;
  for (let turn = 0; turn < missing; turn += 1) list.append(comments[turn % comments.length].cloneNode(true));
}"""
_LONG_NAME = "Wilhelmina Featherstonehaugh-Cholmondeley of Upper Ramsbottom"
_UNBROKEN = "https://example.org/" + "unbroken" * 30


def dialogue(site: Site, turns: int = 7) -> str:
    """The path of a debate in which two people answer each other, and somebody the first of them again."""
    with site.app.app_context():
        ann, bob = make_person(name=_LONG_NAME), make_person(name="Bob")
        comments: list[Comment] = [make_comment(author=ann, body=f"Turn 0 {_UNBROKEN}")]
        for turn in range(1, turns):
            speaker = (ann, bob)[turn % 2]
            comments.append(make_comment(answers=comments[-1], author=speaker, body=f"Turn {turn} " * 40))
        make_comment(answers=comments[1], author=ann, body="Once more")
        path = f"/debates/{comments[0].thread_id}-{comments[0].thread.slug}"
        session.remove()
    return path


def box(page: Page, words: str, part: str) -> FloatRect:
    """Where a part of the comment with those words is."""
    found = page.locator(".comment", has_text=words).locator(part).first.bounding_box()
    assert found is not None
    return found


@pytest.mark.parametrize("width", [320, 360, 768])
def test_it_fits_the_screen_whatever_people_are_called_and_write(
    site: Site, open_page: OpenPage, width: int
) -> None:
    page = open_page(dialogue(site), ViewportSize(width=width, height=740))
    assert not is_wider_than_its_screen(page)
    assert violations_on(page) == []


def test_on_a_phone_the_text_keeps_its_width_at_every_depth(site: Site, open_page: OpenPage) -> None:
    page = open_page(dialogue(site), PHONE)
    widths = [box(page, f"Turn {turn}", ".comment__body")["width"] for turn in range(7)]
    assert min(widths) >= 300
    assert len(set(widths[2:])) == 1


def test_it_stands_in_by_a_level_until_the_fourth(site: Site, open_page: OpenPage) -> None:
    page = open_page(dialogue(site))
    places = [box(page, f"Turn {turn}", ".avatar")["x"] for turn in range(7)]
    assert places[:5] == sorted(set(places[:5]))
    assert set(places[4:]) == {places[4]}


def test_each_comment_is_tied_to_what_it_answers(site: Site, open_page: OpenPage) -> None:
    page = open_page(dialogue(site))
    # A hook ends at the face of the answer; where it begins, the line of the face above it runs.
    face, hook = box(page, "Turn 1", ".avatar"), box(page, "Turn 1", ".comment__hook")
    above = box(page, "Turn 0", ".avatar")
    assert abs(face["x"] - hook["x"] - hook["width"]) < 8
    assert abs(above["x"] + above["width"] / 2 - hook["x"]) < 2
    # The line goes on beside everything below it, to the last comment that hangs from it.
    rails = page.locator(".comment", has_text="Turn 4").locator(".comment__rail")
    # Here it is only Bob's, whom somebody answers once more further down.
    bobs = f"comment__rail rail-1 hue-{hue_of('Bob')}"
    assert [rail.get_attribute("class") for rail in rails.all()] == [bobs]
    expect(page.locator(".comment", has_text="Turn 1").locator(".avatar")).to_have_class(
        _word(f"hue-{hue_of('Bob')}")
    )
    assert page.locator(".comment", has_text="Once more").locator(".comment__rail").count() == 0


def test_in_answer_to_leads_to_the_comment_and_marks_it_before(site: Site, open_page: OpenPage) -> None:
    page = open_page(dialogue(site))
    link = page.locator(".comment", has_text="Turn 2").get_by_role("link", name="in answer to Bob")
    answered = page.locator(".comment", has_text="Turn 1")
    link.focus()
    expect(answered).to_have_class(_word("comment--pointed"))
    link.blur()
    expect(answered).not_to_have_class(_word("comment--pointed"))
    link.hover()
    expect(answered).to_have_class(_word("comment--pointed"))
    link.click()
    assert page.url.endswith(f"#{answered.get_attribute('id')}")
    assert page.evaluate("document.querySelector(':target').textContent.includes('Turn 1')")


def test_it_says_level_author_and_whom_it_answers_in_this_order(site: Site, open_page: OpenPage) -> None:
    page = open_page(dialogue(site))
    head = page.locator(".comment", has_text="Turn 2").locator(".comment__head")
    words = head.inner_text().replace("\n", " ")
    places = [words.index(part) for part in ("Level 3,", _LONG_NAME, "in answer to Bob")]
    assert places == sorted(places)
    named = page.get_by_role("article", name=f"Level 3, {_LONG_NAME} in answer to Bob")
    expect(named.first).to_contain_text("Turn 2")


def test_letters_of_twice_the_size_fit_a_phone(site: Site, open_page: OpenPage) -> None:
    page = signed_in(site, open_page(dialogue(site), PHONE))
    page.evaluate("document.documentElement.style.fontSize = '200%'")
    assert not is_wider_than_its_screen(page)
    page.get_by_role("link", name=f"Answer {_LONG_NAME}").first.click()
    expect(page.get_by_label("Your answer")).to_be_visible()
    assert not is_wider_than_its_screen(page)


@pytest.mark.timeout(180)
def test_four_thousand_comments_cost_a_hundred_times_forty(site: Site, open_page: OpenPage) -> None:
    path = dialogue(site)
    few, many = (work_for(open_page, path, count) for count in (40, 4_000))
    # Each comment costs the same elements and boxes; none makes the browser look at all the others.
    assert many["Nodes"] < few["Nodes"] * 100
    assert many["LayoutCount"] <= few["LayoutCount"] + 1
    # Time wavers; what grows with the square would be a hundred times more.
    assert many["seconds"] < few["seconds"] * 100 * 5


def work_for(open_page: OpenPage, path: str, count: int) -> dict[str, float]:
    """What the browser does to style and lay out a list of so many comments."""
    page = open_page(path, own=True)
    devtools: Any = page.context.new_cdp_session(page)
    devtools.send("Performance.enable")
    before = _metrics(devtools.send("Performance.getMetrics"))
    page.evaluate(_FILL, count)
    page.evaluate("document.documentElement.offsetHeight")
    after = _metrics(devtools.send("Performance.getMetrics"))
    work = {
        name: after[name] - before[name] for name in ("LayoutCount", "LayoutDuration", "RecalcStyleDuration")
    }
    return {**work, "Nodes": after["Nodes"], "seconds": work["LayoutDuration"] + work["RecalcStyleDuration"]}


@pytest.mark.timeout(180)
def test_a_stance_is_a_shape_and_a_word(open_page: OpenPage) -> None:
    page = open_page("/account/sign-in?next=/site/styleguide")
    page.get_by_label("Mail address").fill("editor@example.org")
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("main").get_by_role("button", name="Sign in", exact=True).click()
    page.wait_for_url("**/site/styleguide")
    marks = page.locator(".stance")
    assert marks.count() > 10
    for mark in marks.all():
        assert mark.inner_text().strip()
        expect(mark.locator("svg[aria-hidden]")).to_have_count(1)
    shapes = page.eval_on_selector_all(
        ".comment .stance",
        "all => all.map(one => [one.innerText, one.querySelector('path').getAttribute('d')])",
    )
    assert len({tuple(each) for each in shapes}) == len({word for word, _shape in shapes}) == 3


def _metrics(answer: dict[str, Any]) -> dict[str, float]:
    return {each["name"]: each["value"] for each in answer["metrics"]}


def _word(name: str) -> re.Pattern[str]:
    return re.compile(rf"\b{name}\b")
