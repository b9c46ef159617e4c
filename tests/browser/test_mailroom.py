"""The pages of the mailroom, and the form that is one of its doors, as a browser draws them."""

from datetime import timedelta

import sqlalchemy as sa
from playwright.sync_api import Page

from blog.accounts.models.sign_in import BrowserSession
from blog.core import clock
from blog.core.db import session, unit_of_work
from tests.browser.conftest import DESKTOP, Exhibition, OpenPage, Site
from tests.factories.accounts import make_person
from tests.factories.mailroom import make_mail
from tests.support.sign_in import browser_of


def test_one_long_name_takes_nothing_from_the_other_columns(exhibition: Exhibition) -> None:
    page = _desk(exhibition, "/site/mail")

    name, addresses = _boxes(page, ".mail-list th:nth-child(-n + 2)", "width")

    assert name == addresses > 190


def test_a_fault_below_a_field_moves_no_other_one(exhibition: Exhibition) -> None:
    page = _desk(exhibition, "/site/mail?door=window")

    assert len(set(_boxes(page, ".search-form label", "top"))) == 1


def test_the_question_stands_in_the_column_of_its_answer(exhibition: Exhibition) -> None:
    page = _desk(exhibition, f"/challenges/{exhibition.places['open_challenge']}/answer", role="")

    question, form = _boxes(page, "main :is(.prose, .form)", "left")

    assert question == form


def test_who_has_to_show_who_they_are_gets_no_file_with_that_question(
    site: Site, open_page: OpenPage
) -> None:
    with site.app.app_context():
        admin, number = make_person(role="admin"), make_mail().id
        cookie = browser_of(site.app, admin).get_cookie("session")
        with unit_of_work():
            ago = clock.now() - timedelta(minutes=11)
            session.execute(
                sa.update(BrowserSession).where(BrowserSession.person_id == admin.id).values(proved_at=ago)
            )
        session.remove()
    assert cookie is not None
    page = open_page("/healthz", own=True)
    page.context.add_cookies([{"name": "session", "value": cookie.value, "url": site.url}])
    page.goto(f"/site/mail/{number}?lang=en")

    page.get_by_role("link", name="Take it away as a file").click()

    page.wait_for_url(f"**/account/confirm?next=/site/mail/{number}*")


def _desk(exhibition: Exhibition, address: str, role: str = "admin") -> Page:
    page = exhibition.tab(role)
    page.set_viewport_size(DESKTOP)
    page.goto(address)
    return page


def _boxes(page: Page, selector: str, measure: str) -> list[float]:
    """One measure, in pixels, of where the elements are drawn."""
    measured: list[float] = page.locator(selector).evaluate_all(
        "(elements, measure) => elements.map(each => each.getBoundingClientRect()[measure])", measure
    )
    return measured
