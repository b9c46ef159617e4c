"""The tabs that tests share: each test finds one in which nobody was before."""

import pytest
from playwright.sync_api import Page

from tests.browser.conftest import DESKTOP, PHONE, Site, Tabs

_PUT_AWAY = """async () => {
  localStorage.setItem("theme", "dark");
  sessionStorage.setItem("words", "some");
  document.cookie = "left=behind";
  indexedDB.open("left");
  await caches.open("left");
}"""
_THROW = """() => new Promise((resolve) => {
  setTimeout(() => { setTimeout(resolve); throw new Error("thrown"); });
})"""
_WHAT_IS_THERE = """async () => [
  localStorage.length, sessionStorage.length, document.cookie,
  (await indexedDB.databases()).length, (await caches.keys()).length,
]"""


@pytest.mark.parametrize("own", [False, True])
def test_nothing_is_left_in_it(tabs: Tabs, own: bool) -> None:
    page = take(tabs, own=own)
    page.goto("/")
    page.evaluate(_PUT_AWAY)
    assert page.evaluate(_WHAT_IS_THERE) != [0, 0, "", 0, 0]
    assert tabs.give_back() == []
    again = tabs.take(PHONE, scripts=True, locale="en", own=False)
    again.goto("/")
    assert (again is page) is not own
    assert again.evaluate(_WHAT_IS_THERE) == [0, 0, "", 0, 0]
    assert again.evaluate("[innerWidth, innerHeight]") == [PHONE["width"], PHONE["height"]]
    assert tabs.give_back() == []


def test_what_a_page_complains_of_is_told_once(tabs: Tabs) -> None:
    for own in (False, True):
        page = take(tabs, own=own)
        page.goto("/")
        page.evaluate("console.error('planted')")
        page.evaluate(_THROW)
        told = tabs.give_back()
        assert told[0] == "planted"
        assert "thrown" in told[1]
        assert tabs.give_back() == []


def test_words_that_are_not_stored_hold_nobody_up(tabs: Tabs, site: Site) -> None:
    page = take(tabs)
    page.goto("/")
    page.evaluate("() => { onbeforeunload = (event) => event.preventDefault(); }")
    page.mouse.click(5, 5)
    # Else a browser would not ask.
    assert page.evaluate("navigator.userActivation.hasBeenActive")
    assert tabs.give_back() == []
    assert page.url == f"{site.url}/healthz"


def test_what_would_last_takes_a_tab_of_its_own(tabs: Tabs) -> None:
    shared, own = take(tabs), take(tabs, own=True)
    with pytest.raises(AssertionError, match="own=True"):
        shared.route("**", lambda route: route.abort())
    own.route("**", lambda route: route.abort())
    assert tabs.give_back() == []


def take(tabs: Tabs, *, own: bool = False) -> Page:
    return tabs.take(DESKTOP, scripts=True, locale="en", own=own)
