"""Every page as people meet it: on a phone, in the dark, without scripts, without style sheets, by keyboard."""

from collections.abc import Callable, Generator

import pytest
from playwright.sync_api import Page, ViewportSize

from tests.browser.conftest import DESKTOP, Exhibition
from tests.support.html_checker import HtmlChecker
from tests.support.page_checks import (
    Traffic,
    animations,
    disorder,
    layout_shifts,
    needs_scripts,
    unmarked_focus,
    unreadable_on,
    violations_on,
    weight,
    wide_elements,
)
from tests.support.pages import PAGES, ListedPage

# What 400 % zoom leaves of a window of 1280 px. Source: WCAG 2.2, 1.4.10.
NARROW = ViewportSize(width=320, height=640)
Faults = dict[str, list[str]]


@pytest.mark.parametrize("listed", PAGES, ids=[page.name for page in PAGES])
def test_a_page_has_no_fault(listed: ListedPage, exhibition: Exhibition, html: HtmlChecker) -> None:
    page = exhibition.tab(listed.role)
    with Traffic(page, exhibition.url) as traffic:
        found: Faults = {
            **in_english_at_a_desk(page, listed, exhibition, html),
            **in_forced_colours(page),
            **in_dutch_at_night_on_a_phone(page, listed, exhibition, html),
            "said in the console": traffic.complaints(listed.status),
            "asked of others": traffic.strangers(*([exhibition.places["provider"]] * listed.leads_away)),
        }
    faults = [f"{check}: {fault}" for check, all_of_them in found.items() for fault in all_of_them]
    assert not faults, "\n".join([listed.path, *faults])


@pytest.mark.parametrize("name", ["article", "article-open"])
def test_an_article_is_light(name: str, exhibition: Exhibition) -> None:
    listed = next(page for page in PAGES if page.name == name)
    page = exhibition.tab()
    page.goto(listed.address(exhibition.places, "en"), wait_until="networkidle")
    assert weight(page, ".css") < 40_000
    assert weight(page, ".js") < 15_000


@pytest.mark.parametrize("status", [403, 422])
@pytest.mark.parametrize(("language", "width"), [("en", 1280), ("nl", 320)])
def test_a_refused_comment_has_no_fault(
    status: int, language: str, width: int, exhibition: Exhibition, html: HtmlChecker
) -> None:
    """The composer with what is wrong, and the page that gives words back: nobody comes there by an address."""
    page = exhibition.new_tab("reader")
    page.set_viewport_size(ViewportSize(width=width, height=640))
    page.goto(f"/debates/{exhibition.places['thread']}?lang={language}")
    composer = page.locator("form#composer")
    if status == 403:
        composer.get_by_role("textbox").fill("Words that took an hour.")
        composer.locator("[name=csrf_token]").evaluate("field => { field.value = 'of yesterday'; }")
    with page.expect_navigation() as refused:
        composer.get_by_role("button").click()
    answer = refused.value
    assert answer is not None
    assert answer.status == status
    faults = [*html.faults(answer.text()), *violations_on(page), *wide_elements(page), *disorder(page)]
    assert not faults, "\n".join(faults)
    page.close()


def in_english_at_a_desk(page: Page, listed: ListedPage, exhibition: Exhibition, html: HtmlChecker) -> Faults:
    page.emulate_media(reduced_motion="no-preference", forced_colors="none", color_scheme="light")
    page.set_viewport_size(DESKTOP)
    served = go_to(page, listed, exhibition, "en")
    plain = exhibition.tab(listed.role, scripts=False)
    go_to(plain, listed, exhibition, "en")
    return {
        "moves by itself": layout_shifts(page),
        "out of order": disorder(page),
        "HTML": html.faults(served),
        "axe": violations_on(page),
        # Where it leads is another address each time.
        "needs scripts": needs_scripts(page, plain) if not listed.leads_away else [],
    }


def in_forced_colours(page: Page) -> Faults:
    page.emulate_media(reduced_motion="reduce", forced_colors="active")
    return {
        "never stands still": animations(page),
        "axe in forced colours": unreadable_on(page),
        "focus in forced colours": unmarked_focus(page),
    }


def in_dutch_at_night_on_a_phone(
    page: Page, listed: ListedPage, exhibition: Exhibition, html: HtmlChecker
) -> Faults:
    page.emulate_media(reduced_motion="reduce", forced_colors="none", color_scheme="dark")
    page.set_viewport_size(NARROW)
    served = go_to(page, listed, exhibition, "nl")
    return {
        "too wide for a phone": wide_elements(page),
        "moves by itself on a phone": layout_shifts(page),
        "HTML in Dutch": html.faults(served),
        "axe in the dark": violations_on(page),
    }


def go_to(page: Page, listed: ListedPage, exhibition: Exhibition, language: str) -> str:
    """Open a listed page. Returns it as it was served."""
    answer = listed.open(page, exhibition.places, language)
    assert answer is not None
    assert (listed.name, answer.status) == (listed.name, listed.status)
    return answer.text()


# A check that cannot fail is worth nothing: each of them finds what was planted for it.

FRAME = """<!doctype html><html lang="en"><head><title>Planted</title><style>{style}</style></head><body>
<a class="skip-link" href="#content">Skip</a><header>Top</header>
<main id="content" tabindex="-1"><h1>A page</h1>{main}</main><footer>Bottom</footer>{after}</body></html>"""
Plant = Callable[..., Page]


@pytest.fixture(scope="session")
def beds(exhibition: Exhibition) -> dict[bool, Page]:
    """Two tabs for pages of one's own making: with scripts, and without."""
    return {scripts: exhibition.new_tab(scripts=scripts) for scripts in (True, False)}


@pytest.fixture
def plant(exhibition: Exhibition, beds: dict[bool, Page]) -> Generator[Plant]:
    """A function that serves a page of one's own making; left as it is, it has no fault."""

    def planted(
        main: str = "", *, style: str = "", after: str = "", html: str | None = None, scripts: bool = True
    ) -> Page:
        page = beds[scripts]
        body = html or FRAME.format(main=main, style=style, after=after)
        page.unroute("**/planted")
        page.route("**/planted", lambda route: route.fulfill(body=body, content_type="text/html"))
        page.goto(f"{exhibition.url}/planted")
        return page

    yield planted
    for page in beds.values():
        page.unroute_all()
        page.set_viewport_size(DESKTOP)
        page.emulate_media(color_scheme="light", forced_colors="none")


@pytest.mark.parametrize(
    "check", [violations_on, disorder, wide_elements, layout_shifts, animations, unmarked_focus]
)
def test_it_finds_nothing_in_a_sound_page(check: Callable[[Page], list[str]], plant: Plant) -> None:
    assert check(plant("<p>Words, and <a href='/'>a way on</a>.</p>")) == []


def test_it_finds_what_axe_knows(plant: Plant) -> None:
    assert violations_on(plant("<img src='data:,'>"))[0].startswith("image-alt: <img")
    assert violations_on(plant("<a href='/1'>1</a><br><a href='/2'>2</a>"))[0].startswith("target-size: ")


@pytest.mark.parametrize(
    ("feature", "setting"), [("prefers-color-scheme: dark", "dark"), ("forced-colors: active", "forced")]
)
def test_it_finds_what_cannot_be_read_in_other_colours(feature: str, setting: str, plant: Plant) -> None:
    style = f"@media ({feature}) {{ p {{ forced-color-adjust: none; color: #777; background: #888; }} }}"
    page = plant("<p>Some words</p>", style=style)
    assert unreadable_on(page) == []
    if setting == "dark":
        page.emulate_media(color_scheme="dark")
    else:
        page.emulate_media(forced_colors="active")
    found = ["color-contrast: <p>Some words</p>"]
    assert (violations_on(page), unreadable_on(page)) == (found, found)


@pytest.mark.parametrize(
    ("find", "put", "fault"),
    [
        ("<h1>A page</h1>", "", "there are 0 headings of level 1"),
        ("<h1>A page</h1>", "<h1>A page</h1><h3>Deep</h3>", "h3 “Deep” follows h1"),
        (
            "<h1>A page</h1>",
            "<aside>By the way</aside><h1>A page</h1>",
            "an aside stands before what it is beside",
        ),
        ("<footer>Bottom</footer>", "", "there is no body > footer"),
        ("<header>Top</header>", "", "there is no body > header"),
        ('<a class="skip-link" href="#content">Skip</a>', "", "there is no a.skip-link"),
        (
            '<a class="skip-link"',
            '<a href="/">Home</a><a class="skip-link"',
            "the skip link is not the first thing to reach",
        ),
        ("<body>", "<body><footer>Early</footer>", "body > footer stands before main"),
        ("</main>", "</main><main>More</main>", "there are several main parts"),
    ],
)
def test_it_finds_what_is_out_of_order(find: str, put: str, fault: str, plant: Plant) -> None:
    sound = FRAME.format(main="", style="", after="")
    assert fault in disorder(plant(html=sound.replace(find, put)))


def test_it_finds_what_is_too_wide(plant: Plant) -> None:
    page = plant("<p class='wide'>Words</p>", style=".wide { width: 400px }")
    page.set_viewport_size(NARROW)
    assert wide_elements(page)[1:] == ['<p class="wide"> Words']


def test_it_finds_what_moves_by_itself(plant: Plant) -> None:
    # What was never drawn in one place has not moved to another: it waits for the second frame.
    push = "document.querySelector('h1').before(document.createElement('textarea'))"
    late = f"requestAnimationFrame(() => requestAnimationFrame(() => {{ {push} }}))"
    page = plant("<p>Pushed down</p>", after=f"<script>{late}</script>")
    assert layout_shifts(page) != []


def test_it_finds_what_never_stands_still(plant: Plant) -> None:
    style = "@keyframes turn { to { rotate: 1turn } } p { animation: turn 1s infinite }"
    assert animations(plant("<p>Round</p>", style=style)) == ["something moves: <p>Round</p>"]


def test_it_finds_focus_that_nobody_sees(plant: Plant) -> None:
    page = plant("<a href='/'>Home</a>", style="main a:focus { outline: none; box-shadow: 0 0 0 3px blue }")
    assert unmarked_focus(page) == ['no focus to be seen: <a href="/">Home</a>']


def test_it_finds_what_needs_scripts(plant: Plant) -> None:
    main = "<p>Always</p><form hidden action='/search'></form>"
    after = "<script>document.forms[0].hidden = false</script>"
    with_scripts = plant(main, after=after)
    assert needs_scripts(with_scripts, plant(main, after=after, scripts=False)) == ["form get /search"]


def test_it_finds_what_is_said_and_asked_elsewhere(plant: Plant, exhibition: Exhibition) -> None:
    page = plant()
    page.route("https://elsewhere.example/**", lambda route: route.fulfill(body=""))
    with Traffic(page, exhibition.url) as traffic:
        page.evaluate("console.warn('Careful')")
        page.evaluate("fetch('https://elsewhere.example/', {mode: 'no-cors'})")
    assert traffic.complaints() == ["warning: Careful"]
    assert traffic.strangers() == ["https://elsewhere.example/"]


def test_it_weighs_what_is_fetched(plant: Plant, exhibition: Exhibition) -> None:
    page = plant()
    assert weight(page, ".css") == 0
    page.route("**/heavy.css", lambda route: route.fulfill(body="a{}" * 1000, content_type="text/css"))
    page.add_style_tag(url=f"{exhibition.url}/heavy.css")
    assert weight(page, ".css") == 3000


def test_it_finds_wrong_html(html: HtmlChecker) -> None:
    sound = FRAME.format(main="<p>Words</p>", style="", after="")
    assert html.faults(sound) == []
    assert (
        "element-permitted-content"
        in html.faults(sound.replace("<p>Words</p>", "<span><div>Words</div></span>"))[0]
    )
