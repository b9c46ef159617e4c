"""Codes by mail, where somebody tries to get more out of them than is in them."""

import re
from datetime import timedelta

import pytest
import sqlalchemy as sa
import time_machine
from flask import Flask
from flask.testing import FlaskClient

from blog.accounts.actions.codes import ask_for_code
from blog.accounts.actions.passwords import set_password
from blog.accounts.actions.sessions import end_all_sessions
from blog.accounts.codes import new_code, typed_code
from blog.accounts.models.codes import MailedCode
from blog.accounts.models.people import Person
from blog.accounts.models.sign_in import BrowserSession
from blog.accounts.queries import person_by_email
from blog.accounts.values import mailbox_of
from blog.core import clock
from blog.core.db import session, unit_of_work
from blog.core.errors import TooMany
from blog.mailroom.models import OutboxMessage
from blog.mailroom.values import OutboxState
from tests.factories.accounts import make_person
from tests.factories.discussions import make_thread
from tests.support.at_once import at_once

ADDRESS = "anna@example.org"


def test_the_first_code_after_a_quiet_day_is_mailed_like_any_other(app: Flask) -> None:
    ask("first@example.org")
    with time_machine.travel(clock.now() + timedelta(hours=25), tick=False):
        ask("second@example.org")
    assert [letter.recipient for letter in letters()] == ["first@example.org", "second@example.org"]


def test_a_name_that_was_never_given_lets_nobody_into_a_later_account(
    app: Flask, client: FlaskClient
) -> None:
    page = begin(client, "attacker@example.org")
    client.post(page, data={"code": code_for("attacker@example.org")})
    victim = app.test_client()
    with time_machine.travel(clock.now() + timedelta(hours=25), tick=False):
        page = begin(victim, "victim@example.org")
        victim.post(page, data={"code": code_for("victim@example.org")})
        assert client.post("/account/introduce", data={"name": "Mallory"}).status_code == 404
        assert victim.post("/account/introduce", data={"name": "Vera"}).status_code == 303
    assert [person.name for person in session.scalars(sa.select(Person))] == ["Vera"]


def test_a_code_lets_nobody_into_an_account_that_was_made_after_it(app: Flask, client: FlaskClient) -> None:
    client.post(begin(client), data={"code": code_for(ADDRESS)})
    owner = app.test_client()
    owner.post(begin(owner), data={"code": code_for(ADDRESS)})
    assert owner.post("/account/introduce", data={"name": "Anna"}).status_code == 303
    owner.post("/account/sessions/end")

    refused = client.post("/account/introduce", data={"name": "Somebody"})

    assert refused.status_code == 409
    assert "There is an account with this address by now. Ask for a new code to sign in." in refused.text
    assert client.get("/account/").status_code == 302


def test_what_waited_for_such_a_code_is_given_back(app: Flask, client: FlaskClient) -> None:
    thread = make_thread()
    form = {"body": "My very own words.", "name": "Anna", "email": ADDRESS}
    page = client.post(f"/debates/{thread.id}/join", data=form).location
    make_person(name="Anna", email="anna@example.net", role="editor")
    assert client.post(page, data={"code": code_for(ADDRESS)}).location == "/account/introduce"
    make_person(name="Anna de Vries", email=ADDRESS)

    refused = client.post("/account/introduce", data={"name": "Anna Bakker"})

    assert refused.status_code == 409
    assert "My very own words." in refused.text


def test_a_code_signs_in_one_browser_however_many_say_a_name_at_once(app: Flask, client: FlaskClient) -> None:
    client.post(begin(client), data={"code": code_for(ADDRESS)})
    cookie = client.get_cookie("session")
    assert cookie is not None
    value, answers = cookie.value, list[int]()

    def introduce(number: int) -> None:
        browser = app.test_client()
        browser.set_cookie("session", value)
        answers.append(browser.post("/account/introduce", data={"name": f"Anna {number}"}).status_code)

    assert at_once(app, 12, introduce) == []
    assert answers.count(303) == 1
    assert set(answers) <= {303, 404, 409}
    assert len(session.scalars(sa.select(BrowserSession)).all()) == 1
    assert len(session.scalars(sa.select(Person)).all()) == 1


def test_who_keeps_asking_for_codes_for_somebody_keeps_them_not_out(app: Flask, client: FlaskClient) -> None:
    make_person(email=ADDRESS)
    for number in range(3):
        ask(ADDRESS, source=f"192.0.2.{number}")
    page = begin(client)
    assert len(letters()) == 3
    assert client.post(page, data={"code": code_for(ADDRESS)}).status_code == 303
    assert client.get("/account/").status_code == 200


def test_a_code_that_was_used_ends_the_others_of_its_mailbox(app: Flask, client: FlaskClient) -> None:
    make_person(email=ADDRESS)
    other = app.test_client()
    other_page = begin(other)
    other_code = code_for(ADDRESS)
    client.post(begin(client), data={"code": code_for(ADDRESS)})
    refused = other.post(other_page, data={"code": other_code})
    assert refused.status_code == 422
    assert "Ask for a new one." in refused.text


@pytest.mark.parametrize("what", ["password", "everywhere"])
def test_codes_end_with_a_new_password_and_with_signing_out_everywhere(
    client: FlaskClient, what: str
) -> None:
    person = make_person(email=ADDRESS)
    page, code = begin(client), code_for(ADDRESS)
    with unit_of_work():
        if what == "password":
            set_password(person, "a rather new password")
        else:
            end_all_sessions(person)
    assert client.post(page, data={"code": code}).status_code == 422
    assert client.get("/account/").status_code == 302


def test_a_mailbox_gets_three_mails_an_hour_under_whatever_names(app: Flask) -> None:
    for number in range(5):
        ask(f"vera+{number}@example.org", source=f"192.0.2.{number}")
    assert len(letters()) == 3
    with time_machine.travel(clock.now() + timedelta(minutes=61), tick=False):
        ask("vera@example.org")
    assert len(letters()) == 4


@pytest.mark.parametrize(
    ("key", "mailbox"),
    [
        ("anna+a@example.org", "anna@example.org"),
        ("an.na@example.org", "an.na@example.org"),
        ("an.na+x@gmail.com", "anna@gmail.com"),
        ("+only@example.org", "+only@example.org"),
        ("no address", "@no address"),
    ],
)
def test_mailbox_of_knows_how_one_mailbox_gets_many_names(key: str, mailbox: str) -> None:
    assert mailbox_of(key) == mailbox


def test_one_network_may_ask_thirty_times_an_hour(app: Flask) -> None:
    for number in range(30):
        ask(f"somebody{number}@example.org", source="192.0.2.1")
    with pytest.raises(TooMany):
        ask("another@example.org", source="192.0.2.1")
    ask("another@example.org", source="192.0.2.2")


def test_ten_wrong_codes_a_day_end_guessing_and_the_link_still_works(app: Flask, client: FlaskClient) -> None:
    make_person(email=ADDRESS)
    for _turn in range(2):
        page = begin(client)
        wrong = next(code for code in iter(new_code, "") if code != code_for(ADDRESS))
        for _try in range(5):
            client.post(page, data={"code": wrong})
    page = begin(client)
    refused = client.post(page, data={"code": code_for(ADDRESS)})
    assert refused.status_code == 422
    assert "The link still does, in a mail that you ask for in this browser." in refused.text
    client.post(link_for(ADDRESS))
    assert client.get("/account/").status_code == 200


def test_one_network_may_type_thirty_wrong_codes_an_hour(app: Flask) -> None:
    answers: list[int] = []
    for number in range(8):
        browser, address = app.test_client(), f"somebody{number}@example.org"
        page = begin(browser, address)
        wrong = next(code for code in iter(new_code, "") if code != code_for(address))
        answers += [browser.post(page, data={"code": wrong}).status_code for _try in range(4)]
    assert answers == [422] * 30 + [429] * 2


def test_what_is_no_code_at_all_costs_no_try(client: FlaskClient) -> None:
    make_person(email=ADDRESS)
    page = begin(client)
    for _try in range(12):
        assert client.post(page, data={"code": "12345"}).status_code == 422
    assert client.post(page, data={"code": code_for(ADDRESS)}).status_code == 303


@pytest.mark.parametrize(
    ("typed", "code"),
    [
        ("123 456", "123456"),
        ("123\u2011456", "123456"),
        ("\uff11\uff12\uff13\uff14\uff15\uff16", "123456"),
        ("\u0661\u0662\u0663\u0664\u0665\u0666", "123456"),
        ("Code: 123456.", "123456"),
        ("⅓", ""),
        ("", ""),
    ],
)
def test_typed_code_takes_digits_as_people_paste_them(typed: str, code: str) -> None:
    assert typed_code(typed) == code


def test_a_link_that_is_too_old_offers_a_new_code_where_it_was_asked_for(client: FlaskClient) -> None:
    begin(client)
    link = link_for(ADDRESS)
    with time_machine.travel(clock.now() + timedelta(minutes=31), tick=False):
        refused = client.post(link)
        assert refused.status_code == 422
        again = re.search(r'action="(/account/code/[^"]+/again)', refused.text)
        assert again is not None
        client.post(again.group(1))
        client.post(link_for(ADDRESS))
        assert client.get("/account/introduce").status_code == 200


def test_the_link_of_an_earlier_mail_says_that_there_is_a_newer_one(client: FlaskClient) -> None:
    page = begin(client)
    link = link_for(ADDRESS)
    client.post(f"{page}/again")
    gone = client.get(link)
    assert gone.status_code == 404
    assert "Use the one in the newest mail" in gone.text


def test_what_waits_for_a_code_is_over_after_a_day_though_nobody_has_cleared_it_away(
    client: FlaskClient,
) -> None:
    page = begin(client)
    with time_machine.travel(clock.now() + timedelta(hours=24), tick=False):
        assert client.get(page).status_code == 404


def test_a_code_that_was_mailed_in_the_last_minute_of_a_day_has_its_half_hour(client: FlaskClient) -> None:
    page, asked_at = begin(client), clock.now()
    with time_machine.travel(asked_at + timedelta(hours=23, minutes=59), tick=False):
        client.post(f"{page}/again")
        code = code_for(ADDRESS)
    with time_machine.travel(asked_at + timedelta(hours=24, minutes=20), tick=False):
        assert client.post(page, data={"code": code}).status_code == 303


def test_the_link_speaks_the_language_of_the_mail(client: FlaskClient) -> None:
    client.post("/account/sign-in?lang=nl", data={"email": ADDRESS, "password": ""})
    assert letters()[0].language == "nl"
    assert '<html lang="nl">' in client.get(link_for(ADDRESS)).text


def test_a_secret_letter_that_was_sent_is_kept_without_its_secret(app: Flask) -> None:
    ask(ADDRESS)
    letter = letters()[0]
    with unit_of_work():
        letter.note_attempt(OutboxState.SENT, None)
    assert letter.text == ""


def test_what_a_row_holds_of_a_code_is_not_the_code(app: Flask) -> None:
    ask(ADDRESS)
    row = session.scalars(sa.select(MailedCode)).one()
    assert code_for(ADDRESS) not in "".join(str(value) for value in vars(row).values())


def test_somebody_else_who_was_signed_in_there_is_signed_out(client: FlaskClient) -> None:
    make_person(email=ADDRESS, name="Anna")
    make_person(email="bob@example.org", name="Bob")
    client.post(begin(client), data={"code": code_for(ADDRESS)})
    asked = app_page(client, "bob@example.org")
    client.post(asked, data={"code": code_for("bob@example.org")})
    anna, bob = person_by_email(ADDRESS), person_by_email("bob@example.org")
    assert anna is not None
    assert bob is not None
    held = session.execute(sa.text("SELECT person_id FROM browser_session")).scalars().all()
    assert held == [bob.id]


def app_page(client: FlaskClient, address: str) -> str:
    """A code page for another address, in a browser where somebody is signed in."""
    with unit_of_work():
        token = ask_for_code(address, source="192.0.2.9", language="en", goal="/")
    return f"/account/code/{token}"


def ask(address: str, source: str = "192.0.2.1") -> None:
    with unit_of_work():
        ask_for_code(address, source=source, language="en", goal="/")


def begin(client: FlaskClient, address: str = ADDRESS) -> str:
    """The path of the page where the code is typed that was asked for."""
    asked = client.post("/account/sign-in", data={"email": address, "password": ""})
    assert asked.status_code == 303
    return asked.location


def letters() -> list[OutboxMessage]:
    return list(session.scalars(sa.select(OutboxMessage).order_by(OutboxMessage.id)))


def last_letter(address: str) -> str:
    return [letter.text for letter in letters() if letter.recipient == address][-1]


def code_for(address: str) -> str:
    found = re.search(r"\b(\d{3}) (\d{3})\b", last_letter(address))
    assert found is not None
    return found.group(1) + found.group(2)


def link_for(address: str) -> str:
    found = re.search(r"http://localhost(/account/code/mailed/\S+)", last_letter(address))
    assert found is not None
    return found.group(1)
