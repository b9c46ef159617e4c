"""Signing in by way of a provider: the whole story, against a real one that runs beside us."""

import io
import json
import zipfile
from collections.abc import Generator
from datetime import timedelta

import pytest
import sqlalchemy as sa
import time_machine
from flask import Flask
from flask.testing import FlaskClient, FlaskCliRunner
from pyotp.totp import TOTP

from blog.accounts.actions import factors
from blog.accounts.actions.codes import ask_for_code
from blog.accounts.actions.passwords import set_password
from blog.accounts.actions.people import create_person
from blog.accounts.events import CodeMailed
from blog.accounts.models.audit import AuditRecord
from blog.accounts.models.links import ProviderLink
from blog.accounts.models.people import Person
from blog.accounts.models.sign_in import BrowserSession
from blog.accounts.openid.provider import CALLBACK
from blog.accounts.queries import links_of, person_by_email
from blog.core import clock
from blog.core.config import OpenIdProvider
from blog.core.db import session, unit_of_work
from blog.mailroom.models import OutboxMessage
from tests.conftest import SignIn, missing
from tests.factories.accounts import make_person
from tests.support.events import heard
from tests.support.jobs import run_due_jobs
from tests.support.openid import (
    REMEDY,
    SITE,
    AtProvider,
    address_on,
    asked,
    begin,
    come_back,
    provider_is_here,
    real_provider,
    signing_in_with,
)
from tests.support.traces import traces_of

PASSWORD = "correct horse battery"


@pytest.fixture(scope="session")
def provider() -> Generator[OpenIdProvider]:
    if not provider_is_here():
        missing(REMEDY)
    with real_provider(SITE + CALLBACK) as settings:
        yield settings


@pytest.fixture
def there(app: Flask, provider: OpenIdProvider) -> Generator[AtProvider]:
    """A browser at the provider, for a site that takes its word for who somebody is, and not for addresses."""
    with signing_in_with(app, provider):
        yield AtProvider(provider)


@pytest.fixture
def trusted(app: Flask, provider: OpenIdProvider) -> Generator[AtProvider]:
    """The same for a site that trusts it with addresses, too."""
    with signing_in_with(app, provider, trusts_email=True):
        yield AtProvider(provider)


def test_a_newcomer_shows_their_mailbox_once_and_comes_in_by_the_provider_from_then_on(
    app: Flask, client: FlaskClient, there: AtProvider
) -> None:
    assert "Sign in with Example" in client.get("/account/sign-in?next=/debates/").text
    address = begin(client, goal="/debates/")
    request = asked(address)
    assert (request["response_type"], request["code_challenge_method"]) == ("code", "S256")
    assert request["scope"] == "openid profile email"

    with heard(CodeMailed) as mailed:
        back = come_back(client, there.sign_in(address, "nora"))
    assert there.pages == ["login", "consent"]
    assert back.status_code == 303
    assert back.location.startswith("/account/code/")
    # The provider says whose the address is, and this site does not take its word for that.
    assert person_by_email("nora@example.org") is None
    page = client.get(back.location)
    assert "nora@example.org" in page.text
    assert "whoever came to us from Example" in letters()[-1].text
    came_in = client.post(back.location, data={"code": mailed[-1].code})
    assert (came_in.status_code, came_in.location) == (303, "/debates/")
    assert "From now on Example lets you in." in client.get("/debates/").text
    nora = person_by_email("nora@example.org")
    assert nora is not None
    assert nora.name == "Nora van Dam"
    assert [(link.subject, link.label) for link in links_of(nora.id)] == [("nora", "nora@example.org")]
    assert (
        letters()[-1].subject == "Your account at Rejoinder: an account elsewhere was linked, to sign in with"
    )

    # Another browser, another day: one press of a button, as the provider knows them still.
    other = app.test_client()
    again = come_back(other, there.sign_in(begin(other, goal="/challenges/"), "nora"))
    assert (again.status_code, again.location) == (303, "/challenges/")
    assert there.pages == ["login", "consent"]
    account = other.get("/account/")
    assert "with Example" in account.text
    assert acts()[-1] == ("signed in", nora.id, {"method": "provider"})


def test_an_account_that_is_there_is_entered_with_its_code_and_not_linked(
    client: FlaskClient, there: AtProvider
) -> None:
    """Who was here first may be somebody else than who has the address at the provider: they link it themself."""
    nora = make_member("nora@example.org")
    with heard(CodeMailed) as mailed:
        back = come_back(client, there.sign_in(begin(client), "nora"))
    came_in = client.post(back.location, data={"code": mailed[-1].code})
    assert (came_in.status_code, came_in.location) == (303, "/")
    assert "You had an account already" in client.get("/").text
    assert links_of(nora.id) == []
    assert client.get("/account/").status_code == 200


def test_whether_there_is_an_account_is_not_told_to_whom_the_provider_does_not_vouch_for(
    app: Flask, there: AtProvider
) -> None:
    # Anybody can have this address there; what they see is the same.
    locations: list[tuple[int, str]] = []
    for exists in (False, True):
        if exists:
            make_member("bram@example.org")
        browser = app.test_client()
        back = come_back(browser, there.sign_in(begin(browser), "bram"))
        locations.append((back.status_code, back.location[:14]))
        assert "on its way to" in browser.get(back.location).text
        assert browser.get("/account/").status_code == 302
    assert locations == [(303, "/account/code/")] * 2


def test_a_trusted_provider_lets_a_newcomer_in_at_once(client: FlaskClient, trusted: AtProvider) -> None:
    back = come_back(client, trusted.sign_in(begin(client, goal="/debates/"), "nora"))
    assert (back.status_code, back.location) == (303, "/debates/")
    nora = person_by_email("nora@example.org")
    assert nora is not None
    assert nora.name == "Nora van Dam"
    assert len(links_of(nora.id)) == 1
    assert client.get("/account/").status_code == 200


def test_an_unverified_address_is_shown_by_code_even_where_the_provider_is_trusted(
    client: FlaskClient, trusted: AtProvider
) -> None:
    bram = make_member("bram@example.org")
    back = come_back(client, trusted.sign_in(begin(client), "bram"))
    assert back.location.startswith("/account/code/")
    assert client.get("/account/").status_code == 302
    assert links_of(bram.id) == []


def test_a_trusted_address_joins_a_readers_account_and_they_are_told(
    client: FlaskClient, trusted: AtProvider
) -> None:
    nora = make_member("Nora@example.org")
    back = come_back(client, trusted.sign_in(begin(client), "nora"))
    assert (back.status_code, back.location) == (303, "/")
    assert [link.subject for link in links_of(nora.id)] == ["nora"]
    assert "an account elsewhere was linked" in letters()[-1].subject


@pytest.mark.parametrize("why", ["works here", "has an app"])
def test_a_trusted_address_joins_no_account_that_asks_for_more(
    client: FlaskClient, trusted: AtProvider, why: str
) -> None:
    eva = make_member("eva@example.org", *(["editor"] if why == "works here" else []))
    if why == "has an app":
        give_app(eva)
    back = come_back(client, trusted.sign_in(begin(client, goal="/desk/"), "eva"))
    assert (back.status_code, back.location) == (303, "/account/sign-in?next=/desk/")
    assert "Sign in to it as you always do" in client.get(back.location).text
    assert client.get("/account/").status_code == 302
    assert links_of(eva.id) == []
    assert not any("was linked" in letter.subject for letter in letters())


@pytest.mark.parametrize("name", ["nameless", "boss"])
def test_who_comes_without_a_name_or_with_one_that_is_kept_is_asked_for_it(
    client: FlaskClient, trusted: AtProvider, name: str
) -> None:
    back = come_back(client, trusted.sign_in(begin(client, goal="/debates/"), name))
    assert (back.status_code, back.location) == (303, "/account/provider/name")
    assert person_by_email(f"{name}@example.org") is None
    assert f"{name}@example.org" in client.get(back.location).text
    refused = client.post(back.location, data={"name": "The editors"})
    assert refused.status_code == 422
    came_in = client.post(back.location, data={"name": "Nina Bos"})
    assert (came_in.status_code, came_in.location) == (303, "/debates/")
    person = person_by_email(f"{name}@example.org")
    assert person is not None
    assert (person.name, [link.subject for link in links_of(person.id)]) == ("Nina Bos", [name])


def test_a_name_is_asked_for_ten_minutes_long_and_of_nobody_else(
    app: Flask, client: FlaskClient, trusted: AtProvider
) -> None:
    come_back(client, trusted.sign_in(begin(client), "nameless"))
    assert app.test_client().get("/account/provider/name").status_code == 404
    with time_machine.travel(clock.now() + timedelta(minutes=10, seconds=1), tick=False):
        assert client.post("/account/provider/name", data={"name": "Nina Bos"}).status_code == 404
    assert person_by_email("nameless@example.org") is None


def test_who_brings_no_address_signs_in_as_always_first(client: FlaskClient, trusted: AtProvider) -> None:
    back = come_back(client, trusted.sign_in(begin(client, goal="/debates/"), "silent"))
    assert (back.status_code, back.location) == (303, "/account/sign-in?next=/debates/")
    assert "Example gave us no mail address." in client.get(back.location).text


def test_a_member_links_and_unlinks_it_and_hears_of_both(
    app: Flask, sign_in: SignIn, there: AtProvider
) -> None:
    eva = make_member("other@example.org", "editor")
    browser = sign_in(eva)
    assert "not linked" in browser.get("/account/").text
    assert "Link Example" in browser.get("/account/linked").text
    # Somebody is signed in there already: it is asked again who they are.
    there.sign_in(begin(app.test_client()), "nora")
    address = begin(browser, "/account/linked")
    assert (asked(address)["prompt"], asked(address)["max_age"]) == ("login", "0")
    back = come_back(browser, there.sign_in(address, "eva"))
    assert (back.status_code, back.location) == (303, "/account/linked")
    page = browser.get("/account/linked").text
    assert "Linked: from now on you can sign in with Example." in page
    assert "eva@example.org" in page
    assert "Link Example" not in page
    assert "was linked" in letters()[-1].subject
    assert acts()[-1][:2] == ("provider linked", eva.id)

    # The address is another one, and the way in is theirs.
    elsewhere = app.test_client()
    assert come_back(elsewhere, there.sign_in(begin(elsewhere), "eva")).status_code == 303
    assert elsewhere.get("/account/").status_code == 200

    (link,) = links_of(eva.id)
    gone = browser.post(f"/account/linked/{link.id}/unlink")
    assert (gone.status_code, gone.location) == (303, "/account/")
    assert links_of(eva.id) == []
    # Whoever came in by it is out.
    assert elsewhere.get("/account/").status_code == 302
    assert browser.get("/account/").status_code == 200
    assert "no longer linked" in letters()[-1].subject
    assert acts()[-1][:2] == ("provider unlinked", eva.id)


def test_who_is_signed_in_there_does_not_link_it_by_leaving_out_to_sign_in_anew(
    app: Flask, sign_in: SignIn, there: AtProvider
) -> None:
    """Somebody else is signed in at the provider in this browser; whoever uses it now changes the address."""
    there.sign_in(begin(app.test_client()), "nora")
    browser = sign_in(make_member("other@example.org"))
    address = begin(browser, "/account/linked")
    changed = address.replace("prompt=login", "x=y").replace("max_age=0", "x=y")
    there.pages.clear()
    back = come_back(browser, there.sign_in(changed, "nora"))
    # The provider asked for nothing.
    assert there.pages == []
    assert (back.status_code, back.location) == (303, "/account/")
    assert "Sign out at Example and try again." in browser.get("/account/").text
    assert session.scalars(sa.select(ProviderLink)).all() == []


def test_one_account_there_is_one_person_here(app: Flask, sign_in: SignIn, there: AtProvider) -> None:
    first, second = sign_in(make_member("first@example.org")), sign_in(make_member("second@example.org"))
    come_back(first, there.sign_in(begin(first, "/account/linked"), "nora"))
    refused = come_back(second, there.sign_in(begin(second, "/account/linked"), "nora"))
    assert (refused.status_code, refused.location) == (303, "/account/")
    assert "linked to somebody else here" in second.get("/account/").text
    another = come_back(first, there.sign_in(begin(first, "/account/linked"), "eva"))
    assert another.status_code == 303
    assert "Unlink that one first" in first.get("/account/").text
    assert session.scalars(sa.select(ProviderLink.subject)).all() == ["nora"]


def test_linking_is_for_who_has_just_shown_who_they_are(sign_in: SignIn, there: AtProvider) -> None:
    with time_machine.travel(clock.now() - timedelta(minutes=11), tick=False):
        browser = sign_in(make_member("nora@example.org"))
    assert browser.get("/account/linked").location == "/account/confirm?next=/account/linked"
    assert browser.post("/account/linked").location.startswith("/account/confirm?")
    assert browser.post("/account/linked/1/unlink").location.startswith("/account/confirm?")


def test_who_was_signed_in_there_already_has_shown_nothing_here(
    app: Flask, client: FlaskClient, trusted: AtProvider
) -> None:
    """An open browser with a session at the provider is not enough to take the account over."""
    come_back(client, trusted.sign_in(begin(client), "nora"))
    trusted.pages.clear()
    other = app.test_client()
    come_back(other, trusted.sign_in(begin(other), "nora"))
    # Nobody has typed anything.
    assert trusted.pages == []
    assert other.get("/account/").status_code == 200
    for page in ("/account/password", "/account/address", "/account/second-factor", "/account/linked"):
        assert other.get(page).location == f"/account/confirm?next={page}"
    # Their mailbox shows it.
    with heard(CodeMailed) as mailed:
        asked_for = other.post("/account/confirm/mail?next=/account/linked")
    assert other.post(asked_for.location, data={"code": mailed[-1].code}).location == "/account/linked"
    assert other.get("/account/linked").status_code == 200


def test_who_comes_in_by_the_provider_alone_guesses_no_more_often_by_coming_anew(
    app: Flask, client: FlaskClient, trusted: AtProvider
) -> None:
    come_back(client, trusted.sign_in(begin(client), "nora"))
    with unit_of_work():
        set_password(session.scalars(sa.select(Person)).one(), PASSWORD)
    answers: list[int] = []
    for _browser in range(3):
        other = app.test_client()
        come_back(other, trusted.sign_in(begin(other), "nora"))
        assert not other.get_cookie("known", path="/account")
        answers += [
            other.post("/account/confirm/password", data={"password": "wrong and wrong"}).status_code
            for _guess in range(4)
        ]
    assert answers == [422] * 10 + [429] * 2


def test_nobody_links_to_who_has_signed_in_meanwhile(app: Flask, sign_in: SignIn, there: AtProvider) -> None:
    browser = sign_in(make_member("first@example.org"))
    back = there.sign_in(begin(browser, "/account/linked"), "nora")
    victim = make_member("victim@example.org")
    token = cookie_of(sign_in(victim))
    with browser.session_transaction() as cookie:
        cookie["_user_id"] = token
    answer = come_back(browser, back)
    assert answer.status_code == 303
    assert session.scalars(sa.select(ProviderLink)).all() == []


def test_another_persons_link_cannot_be_ended(sign_in: SignIn, there: AtProvider) -> None:
    owner = sign_in(make_member("owner@example.org"))
    come_back(owner, there.sign_in(begin(owner, "/account/linked"), "nora"))
    (link,) = session.scalars(sa.select(ProviderLink)).all()
    stranger = sign_in(make_person())
    assert stranger.post(f"/account/linked/{link.id}/unlink").status_code == 404
    assert session.scalars(sa.select(ProviderLink)).all() == [link]


def test_our_own_second_step_is_asked_for_all_the_same(
    app: Flask, sign_in: SignIn, there: AtProvider
) -> None:
    eva = make_member("eva@example.org", "editor")
    browser = sign_in(eva)
    come_back(browser, there.sign_in(begin(browser, "/account/linked"), "eva"))
    with time_machine.travel(clock.now() - timedelta(minutes=5), tick=False):
        phone = give_app(eva)

    other = app.test_client()
    back = come_back(other, there.sign_in(begin(other, goal="/desk/"), "eva"))
    assert (back.status_code, back.location) == (303, "/account/second-step")
    assert other.get("/account/").status_code == 302
    came_in = other.post("/account/second-step", data={"code": phone.now()})
    assert (came_in.status_code, came_in.location) == (303, "/desk/")
    assert methods_of(eva)[-1] == "provider"
    # The code was shown here, just now.
    assert other.get("/account/linked").status_code == 200


@pytest.mark.parametrize(("second", "is_linked_again"), [("app", False), ("paper", True)])
def test_a_link_that_is_no_longer_there_is_no_first_step(
    app: Flask, sign_in: SignIn, there: AtProvider, second: str, is_linked_again: bool
) -> None:
    """Somebody has the account at the provider; its owner unlinks it while they are at our second step."""
    eva = make_member("eva@example.org")
    with time_machine.travel(clock.now() - timedelta(minutes=5), tick=False):
        phone = give_app(eva)
    with unit_of_work():
        paper = factors.renew_recovery_codes(eva)
    hers = sign_in(eva)
    come_back(hers, there.sign_in(begin(hers, "/account/linked"), "eva"))
    thief = app.test_client()
    assert come_back(thief, there.sign_in(begin(thief), "eva")).location == "/account/second-step"
    assert thief.get("/account/second-step").status_code == 200

    (link,) = links_of(eva.id)
    assert hers.post(f"/account/linked/{link.id}/unlink").status_code == 303
    if is_linked_again:
        come_back(hers, there.sign_in(begin(hers, "/account/linked"), "eva"))
    address, shown = {
        "app": ("/account/second-step", {"code": phone.now()}),
        "paper": ("/account/second-step/recovery", {"recovery_code": paper[0]}),
    }[second]
    refused = thief.post(address, data=shown)
    assert (refused.status_code, refused.location) == (303, "/account/sign-in")
    assert thief.get("/account/").status_code == 302


def test_the_role_of_who_comes_in_by_the_provider_alone_rests_after_a_week(
    app: Flask, sign_in: SignIn, there: AtProvider
) -> None:
    with time_machine.travel(clock.now() - timedelta(days=8), tick=False):
        eva = make_member("eva@example.org", "editor")
    browser = sign_in(eva)
    come_back(browser, there.sign_in(begin(browser, "/account/linked"), "eva"))
    other = app.test_client()
    assert come_back(other, there.sign_in(begin(other), "eva")).location == "/"
    # Whatever the provider asks for there, it is no second factor of ours.
    assert other.get("/desk/").location == "/account/second-factor?next=%2Fdesk%2F"


def test_who_does_not_go_on_there_is_back_where_they_were(client: FlaskClient, there: AtProvider) -> None:
    back = come_back(client, there.refuse(begin(client, goal="/debates/")))
    assert (back.status_code, back.location) == (303, "/account/sign-in?next=/debates/")
    page = client.get(back.location).text
    assert "You did not go on at Example, so nothing was done." in page
    assert acts() == []


def test_an_answer_counts_once_in_the_browser_that_asked(app: Flask, there: AtProvider) -> None:
    browser = app.test_client()
    back = there.sign_in(begin(browser), "bram")
    # Somebody has seen the address of the answer, and is first.
    thief = app.test_client()
    stolen = come_back(thief, back)
    assert (stolen.status_code, stolen.location) == (303, "/account/sign-in")
    assert "begun in another browser" in thief.get(stolen.location).text
    assert come_back(browser, back).location.startswith("/account/code/")
    again = come_back(browser, back)
    assert (again.status_code, again.location) == (303, "/account/sign-in")


def test_two_tabs_come_back_each_for_itself(client: FlaskClient, there: AtProvider) -> None:
    first, second = begin(client, goal="/debates/"), begin(client, goal="/challenges/")
    assert asked(first)["state"] != asked(second)["state"]
    assert asked(first)["nonce"] != asked(second)["nonce"]
    assert come_back(client, there.sign_in(first, "bram")).location.startswith("/account/code/")
    assert come_back(client, there.sign_in(second, "bram")).location.startswith("/account/code/")


def test_whoever_is_in_already_is_told_that_nothing_changed(sign_in: SignIn, there: AtProvider) -> None:
    browser = sign_in(make_member("first@example.org"))
    back = browser.get(f"{CALLBACK}?state=unknown&code=x")
    assert (back.status_code, back.location) == (303, "/account/")
    assert "Nothing was changed." in browser.get("/account/").text


def test_what_was_begun_more_than_ten_minutes_ago_is_over(client: FlaskClient, there: AtProvider) -> None:
    with time_machine.travel(clock.now() - timedelta(minutes=10, seconds=1), tick=False):
        address = begin(client)
    back = come_back(client, there.sign_in(address, "nora"))
    assert (back.status_code, back.location) == (303, "/account/sign-in")
    assert "more than ten minutes ago" in client.get(back.location).text


def test_the_language_of_the_address_comes_along(app: Flask, there: AtProvider) -> None:
    browser = app.test_client()
    page = browser.post("/account/provider?next=/debates/&lang=nl")
    address = address_on(page.text)
    assert asked(address)["ui_locales"] == "nl"
    back = come_back(browser, there.refuse(address))
    assert back.location == "/account/sign-in?next=/debates/?lang%3Dnl&lang=nl"


@pytest.mark.parametrize(
    "goal",
    ["https://evil.example/", "//evil.example", "/\\evil.example", "/%09/evil.example", "javascript:x"],
)
def test_nobody_is_led_elsewhere(client: FlaskClient, trusted: AtProvider, goal: str) -> None:
    back = come_back(client, trusted.sign_in(begin(client, goal=goal), "nora"))
    assert back.status_code == 303
    assert back.location in {"/", "/%09/evil.example"}


def test_recover_ends_this_way_in_too(
    app: Flask, runner: FlaskCliRunner, sign_in: SignIn, there: AtProvider
) -> None:
    eva = make_member("eva@example.org")
    browser = sign_in(eva)
    come_back(browser, there.sign_in(begin(browser, "/account/linked"), "eva"))
    assert runner.invoke(args=["people", "recover", "eva@example.org"]).exit_code == 0
    assert session.scalars(sa.select(ProviderLink)).all() == []
    other = app.test_client()
    assert come_back(other, there.sign_in(begin(other), "eva")).location.startswith("/account/code/")


def test_whoever_leaves_is_linked_to_nothing_and_comes_back_as_somebody_new(
    app: Flask, sign_in: SignIn, there: AtProvider
) -> None:
    browser = sign_in(make_member("eva@example.org"))
    come_back(browser, there.sign_in(begin(browser, "/account/linked"), "eva"))
    assert "provider_link.subject: eva" in traces_of(["eva"])
    assert browser.post("/account/erase", data={"comments": "keep"}).status_code == 303
    with time_machine.travel(clock.now() + timedelta(days=1), tick=False):
        run_due_jobs()
    assert traces_of(["eva@example.org"]) == []
    assert session.scalars(sa.select(ProviderLink)).all() == []
    other = app.test_client()
    assert come_back(other, there.sign_in(begin(other), "eva")).location.startswith("/account/code/")


def test_ones_data_say_what_is_linked(sign_in: SignIn, there: AtProvider) -> None:
    browser = sign_in(make_member("eva@example.org"))
    come_back(browser, there.sign_in(begin(browser, "/account/linked"), "eva"))
    with browser.post("/account/data") as answer:
        files = zipfile.ZipFile(io.BytesIO(answer.data))
    held = json.loads(files.read("personal-data.json"))["tables"]["provider_link"]["rows"]
    assert [(row["subject"], row["label"]) for row in held] == [("eva", "eva@example.org")]


def test_a_code_that_was_asked_for_otherwise_links_nothing(
    app: Flask, client: FlaskClient, there: AtProvider
) -> None:
    """What waits for one code is not done with another: only the page that the provider led to links."""
    with heard(CodeMailed) as mailed:
        come_back(client, there.sign_in(begin(client), "nora"))
    other = app.test_client()
    with unit_of_work():
        token = ask_for_code(
            "nora@example.org", source="198.51.100.1", language="en", goal="/", name="Nora Bos"
        )
    assert other.post(f"/account/code/{token}", data={"code": mailed[0].code}).status_code == 303
    nora = person_by_email("nora@example.org")
    assert nora is not None
    assert links_of(nora.id) == []


def test_who_follows_a_mail_that_a_stranger_caused_is_not_linked_to_the_stranger(
    app: Flask, client: FlaskClient, there: AtProvider
) -> None:
    with heard(CodeMailed) as mailed:
        come_back(client, there.sign_in(begin(client), "nora"))
    hers = app.test_client()
    link = f"/account/code/mailed/{mailed[0].link_token}"
    assert hers.get(link).status_code == 200
    hers.post(link, data={"code": mailed[0].code})
    nora = person_by_email("nora@example.org")
    assert nora is not None
    assert links_of(nora.id) == []


def test_a_page_for_visitors_still_sets_no_cookie(client: FlaskClient, there: AtProvider) -> None:
    assert "Set-Cookie" not in client.get("/").headers


def make_member(email: str, *roles: str) -> Person:
    """Somebody who can sign in with `PASSWORD`."""
    with unit_of_work():
        return create_person(email, "Anna de Vries", roles, PASSWORD)


def give_app(person: Person) -> TOTP:
    """An app that makes codes for this person."""
    salt = "a-salt"
    phone = TOTP(factors.app_secret_of(person, salt))
    with unit_of_work():
        factors.turn_app_on(person, salt, phone.at(clock.now()), keep_session=None)
    return phone


def letters() -> list[OutboxMessage]:
    return list(session.scalars(sa.select(OutboxMessage).order_by(OutboxMessage.id)))


def acts() -> list[tuple[str, int | None, dict[str, object]]]:
    records = session.scalars(sa.select(AuditRecord).order_by(AuditRecord.id))
    return [(record.act, record.actor_id, record.details) for record in records]


def methods_of(person: Person) -> list[str]:
    methods = sa.select(BrowserSession.method).where(BrowserSession.person_id == person.id)
    return list(session.scalars(methods.order_by(BrowserSession.id)))


def cookie_of(browser: FlaskClient) -> str:
    with browser.session_transaction() as cookie:
        return cookie["_user_id"]
