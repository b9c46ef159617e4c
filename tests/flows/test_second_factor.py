"""Two things to show: an app or a code on paper beside a password or a mailed code, and when it is asked for."""

import re
from datetime import UTC, datetime, timedelta

import pytest
import sqlalchemy as sa
import time_machine
from flask import Flask
from flask.testing import FlaskClient
from pyotp.totp import TOTP
from werkzeug.test import TestResponse

from blog.accounts.actions import factors
from blog.accounts.actions.people import create_person
from blog.accounts.actions.personal_data import held_of
from blog.accounts.models.audit import AuditRecord
from blog.accounts.models.factors import CodeApp, RecoveryCode
from blog.accounts.models.people import Person
from blog.accounts.models.sign_in import BrowserSession, SignInFailure
from blog.accounts.totp import RECOVERY_CODES
from blog.accounts.values import on_paper_key, second_step_key
from blog.core import clock
from blog.core.db import session, unit_of_work
from blog.discussions.models import Comment
from blog.mailroom.models import OutboxMessage
from tests.conftest import SignIn
from tests.factories.discussions import make_thread
from tests.support.at_once import at_once

NOON = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)
PASSWORD = "correct horse battery"
EMAIL = "anna@example.org"
HOME = "198.51.100.7"
WORDS = "Beste John, ik ben het *niet* eens met jouw stelling."


def test_who_sets_up_an_app_is_asked_for_its_code_from_then_on(
    app: Flask, client: FlaskClient, sign_in: SignIn
) -> None:
    with time_machine.travel(NOON, tick=False) as now:
        person = make_member()
        elsewhere = sign_in(person)
        assert send_password(client).location == "/"

        # The page has a picture for the app, and the same key to type.
        page = client.get("/account/second-factor/app")
        assert page.status_code == 200
        assert "<svg" in page.text
        assert " style=" not in page.text
        assert "no-store" in page.headers["Cache-Control"]
        phone, salt = app_with(page.text), salt_in(page.text)
        # Until a code has shown that the app has it, nothing is asked for.
        refused = client.post("/account/second-factor/app", data={"salt": salt, "code": "000000"})
        assert (refused.status_code, salt_in(refused.text)) == (422, salt)
        assert session.get(CodeApp, person.id) is None
        shown = client.post("/account/second-factor/app", data={"salt": salt, "code": phone.now()})
        assert shown.status_code == 200
        assert len(recovery_codes_in(shown.text)) == RECOVERY_CODES
        assert elsewhere.get("/account/").status_code == 302

        # Another browser: the password alone lets nobody in.
        now.shift(60)
        other = app.test_client()
        first = send_password(other, goal="/debates/")
        assert first.location == "/account/second-step"
        assert other.get("/account/").status_code == 302
        assert "Code that the app shows" in other.get("/account/second-step").text
        wrong = other.post("/account/second-step", data={"code": "000000"})
        assert wrong.status_code == 422
        assert other.get("/account/").status_code == 302
        code = phone.now()
        came_in = other.post("/account/second-step", data={"code": f"{code[:3]} {code[3:]}"})
        assert (came_in.status_code, came_in.location) == (303, "/debates/")
        assert other.get("/account/").status_code == 200


def test_nothing_that_could_make_codes_is_in_the_database(client: FlaskClient) -> None:
    _person, phone, codes = make_member_with_app()
    kept = [str(value) for row in session.execute(sa.select(CodeApp.__table__)) for value in row]
    kept += [str(value) for row in session.execute(sa.select(RecoveryCode.__table__)) for value in row]
    assert phone.secret not in " ".join(kept)
    assert not any(code in " ".join(kept) or code.replace("-", "") in " ".join(kept) for code in codes)


@pytest.mark.parametrize("again", ["{code}", "{half} {rest}", "{half}-{rest}", " {code} "])
def test_a_code_works_once_however_it_is_typed(app: Flask, again: str) -> None:
    with time_machine.travel(NOON, tick=False):
        _person, phone, _codes = make_member_with_app()
        with time_machine.travel(NOON + timedelta(minutes=1), tick=False):
            code = phone.now()
            assert both_steps(app.test_client(), code).status_code == 303
            typed = again.format(code=code, half=code[:3], rest=code[3:])
            other = app.test_client()
            assert both_steps(other, typed).status_code == 422
            assert other.get("/account/").status_code == 302


def test_the_code_of_the_set_up_does_not_sign_in(app: Flask) -> None:
    with time_machine.travel(NOON, tick=False):
        _person, phone, _codes = make_member_with_app()
        assert both_steps(app.test_client(), phone.now()).status_code == 422


@pytest.mark.parametrize(("steps", "status"), [(-2, 422), (-1, 303), (0, 303), (1, 303), (2, 422)])
def test_a_clock_may_differ_by_one_step(app: Flask, steps: int, status: int) -> None:
    with time_machine.travel(NOON, tick=False):
        _person, phone, _codes = make_member_with_app()
    with time_machine.travel(NOON + timedelta(minutes=10), tick=False):
        code = phone.at(clock.now(), counter_offset=steps)
        assert both_steps(app.test_client(), code).status_code == status


def test_an_older_code_is_no_good_after_a_newer_one(app: Flask) -> None:
    with time_machine.travel(NOON, tick=False):
        _person, phone, _codes = make_member_with_app()
    with time_machine.travel(NOON + timedelta(minutes=10), tick=False):
        assert both_steps(app.test_client(), phone.at(clock.now(), counter_offset=1)).status_code == 303
        assert both_steps(app.test_client(), phone.at(clock.now(), counter_offset=0)).status_code == 422


def test_ten_wrong_codes_are_enough_and_the_right_password_forgives_none(app: Flask) -> None:
    with time_machine.travel(NOON, tick=False):
        _person, phone, _codes = make_member_with_app()
    with time_machine.travel(NOON + timedelta(minutes=10), tick=False):
        for _number in range(10):
            assert both_steps(app.test_client(), "000000").status_code == 422
        assert both_steps(app.test_client(), phone.now()).status_code == 429
        # Somewhere else the owner comes in.
        at_home = app.test_client()
        at_home.environ_base["REMOTE_ADDR"] = "198.51.100.7"
        assert both_steps(at_home, phone.now()).status_code == 303


def test_thirty_wrong_codes_a_day_are_enough_from_wherever_and_their_owner_still_comes_in(app: Flask) -> None:
    with time_machine.travel(NOON, tick=False):
        _person, phone, codes = make_member_with_app()
    with time_machine.travel(NOON + timedelta(minutes=1), tick=False):
        assert both_steps(browser_at(app, HOME), phone.now()).status_code == 303
    with time_machine.travel(NOON + timedelta(minutes=10), tick=False):
        # Ten from each of many networks is what every other limit lets pass.
        guesses = [both_steps(browser_at(app, f"192.0.2.{n // 10}"), "000000").status_code for n in range(31)]
        assert guesses == [422] * 30 + [429]
    with time_machine.travel(NOON + timedelta(hours=23), tick=False):
        refused = both_steps(browser_at(app, "192.0.2.9"), phone.now())
        assert (refused.status_code, "Use a passkey or a recovery code" in refused.text) == (429, True)
        assert both_steps(browser_at(app, HOME), phone.now()).status_code == 303
        on_paper = browser_at(app, "192.0.2.9")
        send_password(on_paper)
        used = on_paper.post("/account/second-step/recovery", data={"recovery_code": codes[0]})
        assert used.status_code == 303
    with time_machine.travel(NOON + timedelta(hours=25), tick=False):
        assert both_steps(browser_at(app, "192.0.2.9"), phone.now()).status_code == 303


@pytest.mark.parametrize("networks", [1, 12])
def test_whoever_guesses_at_the_app_keeps_nobody_from_a_code_on_paper(app: Flask, networks: int) -> None:
    """From the network of its owner, and from so many that the account is shut everywhere for a while."""
    with time_machine.travel(NOON, tick=False):
        person, phone, codes = make_member_with_app()
    with time_machine.travel(NOON + timedelta(minutes=1), tick=False):
        browser = browser_at(app, "192.0.2.0")
        send_password(browser)
        # More than all limits of the app let pass.
        key = second_step_key(person.id)
        with unit_of_work():
            session.add_all(
                SignInFailure(email_key=key, source=f"192.0.2.{number % networks}", at=clock.now())
                for number in range(120)
            )
        assert browser.post("/account/second-step", data={"code": phone.now()}).status_code == 429
        assert on_paper(browser, "wrong").status_code == 422
        assert on_paper(browser, codes[0]).status_code == 303
        assert browser.get("/account/").status_code == 200


def test_codes_on_paper_have_a_limit_of_their_own_and_stop_nothing_else(app: Flask) -> None:
    with time_machine.travel(NOON, tick=False):
        _person, phone, codes = make_member_with_app()
    with time_machine.travel(NOON + timedelta(minutes=1), tick=False):
        browser, elsewhere = browser_at(app, HOME), browser_at(app, "192.0.2.9")
        send_password(browser)
        guesses = [on_paper(browser, "wrong").status_code for _guess in range(11)]
        assert guesses == [422] * 10 + [429]
        assert on_paper(browser, codes[0]).status_code == 429
        assert browser.post("/account/second-step", data={"code": phone.now()}).status_code == 303
        send_password(elsewhere)
        assert on_paper(elsewhere, codes[0]).status_code == 303
    with time_machine.travel(NOON + timedelta(minutes=17), tick=False):
        later = browser_at(app, HOME)
        send_password(later)
        assert on_paper(later, codes[1]).status_code == 303


def test_one_network_tries_codes_on_paper_of_however_many_accounts_thirty_times(app: Flask) -> None:
    person, _phone, codes = make_member_with_app()
    browser, elsewhere = browser_at(app, HOME), browser_at(app, "192.0.2.9")
    send_password(browser)
    send_password(elsewhere)
    with unit_of_work():
        session.add_all(
            SignInFailure(email_key=on_paper_key(person.id + number), source=HOME, at=clock.now())
            for number in range(1, 31)
        )
    assert on_paper(browser, codes[0]).status_code == 429
    assert on_paper(elsewhere, codes[0]).status_code == 303


def test_the_owner_hears_of_guesses_at_codes_on_paper_too(app: Flask) -> None:
    person, _phone, _codes = make_member_with_app()
    before = len(letters())
    browser = browser_at(app, HOME)
    both_steps(browser, "000000")
    for _guess in range(4):
        assert len(letters()) == before
        on_paper(browser, "wrong")
    assert letters()[-1].subject == "Wrong codes for your account at Rejoinder"
    # All of them are theirs to see.
    (counted,) = [each for each in held_of(person) if each.table == "sign_in_failure"]
    assert len(list(counted.rows)) == 5


def test_at_home_one_guesses_no_more_often_in_a_day(app: Flask) -> None:
    with time_machine.travel(NOON, tick=False):
        _person, phone, _codes = make_member_with_app()
    with time_machine.travel(NOON + timedelta(minutes=1), tick=False):
        assert both_steps(browser_at(app, HOME), phone.now()).status_code == 303
    for quarter in range(3):
        with time_machine.travel(NOON + timedelta(minutes=10 + 15 * quarter), tick=False):
            guesses = {both_steps(browser_at(app, HOME), "000000").status_code for _guess in range(10)}
            assert guesses == {422}
    with time_machine.travel(NOON + timedelta(hours=2), tick=False):
        assert both_steps(browser_at(app, HOME), phone.now()).status_code == 429


def test_the_owner_hears_once_a_day_that_somebody_has_their_password(app: Flask) -> None:
    with time_machine.travel(NOON, tick=False):
        person, _phone, _codes = make_member_with_app()
        before = len(letters())
    with time_machine.travel(NOON + timedelta(hours=11, minutes=59), tick=False):
        for number in range(4):
            both_steps(browser_at(app, f"192.0.2.{number}"), "123456")
        assert len(letters()) == before
        both_steps(browser_at(app, "192.0.2.5"), "123456")
        (told,) = letters()[before:]
    assert (told.recipient, told.is_secret) == (EMAIL, False)
    assert told.subject == "Wrong codes for your account at Rejoinder"
    for secret in ("123456", "192.0.2", PASSWORD):
        assert secret not in told.text
    # Another day on the calendar is not yet another day.
    with time_machine.travel(NOON + timedelta(hours=12, minutes=1), tick=False):
        both_steps(browser_at(app, "192.0.2.6"), "123456")
        assert len(letters()) == before + 1
    with time_machine.travel(NOON + timedelta(hours=36), tick=False):
        for number in range(6):
            both_steps(browser_at(app, f"192.0.2.{number}"), "123456")
        assert len(letters()) == before + 2
    assert acts_on(person).count("second step guessed") == 2


def test_the_owner_who_mistypes_now_and_then_hears_nothing(app: Flask) -> None:
    with time_machine.travel(NOON, tick=False):
        _person, phone, _codes = make_member_with_app()
        before = len(letters())
    for hour in range(1, 9):
        with time_machine.travel(NOON + timedelta(hours=hour), tick=False):
            for _slip in range(2):
                both_steps(app.test_client(), "000000")
            assert both_steps(app.test_client(), phone.now()).status_code == 303
    assert len(letters()) == before


def test_nobody_fills_up_the_guesses_at_codes_from_the_page_with_passwords(app: Flask) -> None:
    with time_machine.travel(NOON, tick=False):
        person, phone, _codes = make_member_with_app()
        for number in range(12):
            guessing = app.test_client()
            guessing.environ_base["REMOTE_ADDR"] = f"198.51.100.{number}"
            guessing.post("/account/sign-in", data={"email": f"SECOND:{person.id}", "password": "x"})
        counted = session.scalars(sa.select(SignInFailure.email_key).distinct()).all()
        assert counted == [f"second:{person.id}"]
        assert f"SECOND:{person.id}" not in counted
    with time_machine.travel(NOON + timedelta(minutes=1), tick=False):
        assert both_steps(app.test_client(), phone.now()).status_code == 303


def test_a_code_on_paper_lets_in_once_and_is_told_by_mail(app: Flask) -> None:
    _person, _phone, codes = make_member_with_app()
    browser = app.test_client()
    send_password(browser)
    came_in = browser.post("/account/second-step/recovery", data={"recovery_code": codes[3].upper()})
    assert came_in.status_code == 303
    assert "9 recovery codes left" in browser.get("/account/").text
    assert letters()[-1].subject == "Your account at Rejoinder: a recovery code was used"
    assert codes[3] not in letters()[-1].text
    other = app.test_client()
    send_password(other)
    again = other.post("/account/second-step/recovery", data={"recovery_code": codes[3].replace("-", " ")})
    assert again.status_code == 422
    assert other.get("/account/").status_code == 302


def test_who_comes_in_on_paper_hears_how_many_codes_are_left(app: Flask) -> None:
    _person, _phone, codes = make_member_with_app()
    page, told = "", list[str]()
    for code in codes:
        browser = app.test_client()
        send_password(browser)
        on_paper(browser, code)
        page = browser.get("/").text
        told.append("few" if "Make new ones on the page of your account." in page else "many")
    assert told == ["many"] * 6 + ["few"] * 4
    assert "0 recovery codes are left." in page


def test_a_code_of_another_length_is_told_apart_and_costs_no_try(app: Flask) -> None:
    with time_machine.travel(NOON, tick=False):
        _person, phone, _codes = make_member_with_app()
    with time_machine.travel(NOON + timedelta(minutes=1), tick=False):
        browser = app.test_client()
        send_password(browser)
        for typed in ["1234"] * 12:
            short = browser.post("/account/second-step", data={"code": typed})
            assert short.status_code == 422
            assert "The code has six digits." in short.text
        right = browser.post("/account/second-step", data={"code": phone.at(clock.now())})
        assert right.status_code == 303


def test_twenty_uses_of_one_recovery_code_at_once_let_one_in(app: Flask) -> None:
    person, _phone, codes = make_member_with_app()
    person_id, came_in = person.id, list[int]()

    def use(number: int) -> None:
        with unit_of_work():
            found = session.get_one(Person, person_id)
            # Each from elsewhere: it is not the limit of guesses that decides.
            if factors.try_recovery_code(found, codes[0], f"192.0.2.{number}"):
                came_in.append(number)

    assert at_once(app, 20, use) == []
    assert len(came_in) == 1


def test_twenty_uses_of_one_app_code_at_once_let_one_in(app: Flask) -> None:
    with time_machine.travel(NOON, tick=False):
        person, phone, _codes = make_member_with_app()
        person_id, came_in = person.id, list[int]()
    with time_machine.travel(NOON + timedelta(minutes=5), tick=False):
        code = phone.now()

        def use(number: int) -> None:
            with unit_of_work():
                found = session.get_one(Person, person_id)
                if factors.try_app_code(found, code, f"192.0.2.{number}"):
                    came_in.append(number)

        assert at_once(app, 20, use) == []
        assert len(came_in) == 1


def test_the_second_step_waits_for_ten_minutes(client: FlaskClient) -> None:
    with time_machine.travel(NOON, tick=False):
        _person, phone, _codes = make_member_with_app()
        send_password(client)
    with time_machine.travel(NOON + timedelta(minutes=10), tick=False):
        late = client.post("/account/second-step", data={"code": phone.now()})
        assert late.location == "/account/sign-in"
        assert client.get("/account/").status_code == 302


def test_who_signs_in_anew_begins_again_and_a_page_that_is_only_opened_changes_nothing(
    client: FlaskClient,
) -> None:
    make_member_with_app()
    assert send_password(client).location == "/account/second-step"
    client.get("/account/sign-in?next=/debates/")
    assert client.get("/account/second-step").status_code == 200
    client.post(
        "/account/sign-in", data={"email": "somebody.else@example.org", "password": "not this one at all"}
    )
    assert client.get("/account/second-step").location == "/account/sign-in"


def test_nobody_begins_with_the_second_step(client: FlaskClient) -> None:
    _person, phone, codes = make_member_with_app()
    for path, data in (
        ("/account/second-step", {"code": phone.now()}),
        ("/account/second-step/recovery", {"recovery_code": codes[0]}),
    ):
        assert client.get(path).location == "/account/sign-in"
        assert client.post(path, data=data).location == "/account/sign-in"
    assert session.scalars(sa.select(BrowserSession)).all() == []


def test_a_password_that_changes_between_the_steps_ends_what_the_old_one_began(client: FlaskClient) -> None:
    with time_machine.travel(NOON, tick=False):
        person, phone, _codes = make_member_with_app()
    with time_machine.travel(NOON + timedelta(minutes=1), tick=False):
        send_password(client)
        person.password_hash = "another"
        session.commit()
        assert client.post("/account/second-step", data={"code": phone.now()}).location == "/account/sign-in"


def test_a_comment_that_waited_is_posted_after_the_second_step(client: FlaskClient) -> None:
    with time_machine.travel(NOON, tick=False):
        person, phone, _codes = make_member_with_app()
        thread = make_thread()
    with time_machine.travel(NOON + timedelta(minutes=1), tick=False):
        asked = client.post(
            f"/debates/{thread.id}/join", data={"body": WORDS, "name": "Anna", "email": EMAIL}
        )
        half_way = client.post(asked.location, data={"code": mailed_code()})
        assert half_way.location == "/account/second-step"
        assert session.scalars(sa.select(Comment)).all() == []
        posted = client.post("/account/second-step", data={"code": phone.now()})
        comment = session.scalars(sa.select(Comment)).one()
        assert (comment.body, comment.author_id) == (WORDS, person.id)
        assert posted.location == f"/c/{comment.id}#comment-{comment.id}"


def test_who_works_here_comes_in_by_mail_with_an_app_beside_it(client: FlaskClient) -> None:
    with time_machine.travel(NOON, tick=False):
        _person, phone, _codes = make_member_with_app("editor")
    with time_machine.travel(NOON + timedelta(minutes=1), tick=False):
        asked = client.post("/account/sign-in", data={"email": EMAIL, "password": ""})
        client.post(asked.location, data={"code": mailed_code()})
        assert client.get("/desk/").status_code == 302
        client.post("/account/second-step", data={"code": phone.now()})
        assert client.get("/desk/").status_code == 200


def test_a_cookie_from_before_is_worth_nothing_after_the_second_step(client: FlaskClient) -> None:
    with time_machine.travel(NOON, tick=False):
        _person, phone, _codes = make_member_with_app()
    with time_machine.travel(NOON + timedelta(minutes=1), tick=False):
        with client.session_transaction() as cookie:
            cookie["_user_id"] = "a token that somebody else put there"
            cookie["planted"] = "yes"
        both_steps(client, phone.now())
        with client.session_transaction() as cookie:
            assert "planted" not in cookie
            assert "first_step" not in cookie
            assert cookie["_user_id"] != "a token that somebody else put there"


def test_the_app_is_turned_off_and_its_paper_with_it(app: Flask, sign_in: SignIn) -> None:
    person, _phone, _codes = make_member_with_app()
    browser = sign_in(person)
    assert browser.post("/account/second-factor/app/off").status_code == 303
    assert session.scalars(sa.select(RecoveryCode)).all() == []
    assert send_password(app.test_client()).location == "/"
    assert letters()[-1].subject == "Your account at Rejoinder: codes of an app are asked for no more"


def test_the_only_admin_whose_phone_is_lost_comes_in_on_paper_and_uses_another_one(app: Flask) -> None:
    with time_machine.travel(NOON, tick=False) as now:
        person, lost, codes = make_member_with_app("admin")
        now.shift(60)
        elsewhere, browser = app.test_client(), app.test_client()
        assert both_steps(elsewhere, lost.now()).status_code == 303
        send_password(browser)
        assert on_paper(browser, codes[0]).status_code == 303

        assert 'href="/account/second-factor/app"' in browser.get("/account/second-factor").text
        page = browser.get("/account/second-factor/app").text
        assert "codes of the old one count no more" in page
        phone, salt = app_with(page), salt_in(page)
        # Until the new one has shown a code nothing is changed.
        wrong = browser.post("/account/second-factor/app", data={"salt": salt, "code": lost.now()})
        assert wrong.status_code == 422
        assert elsewhere.get("/account/").status_code == 200
        shown = browser.post("/account/second-factor/app", data={"salt": salt, "code": phone.now()})
        fresh = recovery_codes_in(shown.text)
        assert len(fresh) == RECOVERY_CODES
        assert letters()[-1].subject == "Your account at Rejoinder: codes come from another app from now on"
        assert acts_on(person)[-1] == "app replaced"
        # Whoever has the old phone is out, and this browser works on.
        assert elsewhere.get("/account/").status_code == 302
        assert browser.get("/site/people").status_code == 200

        now.shift(60)
        assert both_steps(app.test_client(), lost.now()).status_code == 422
        on_old_paper = app.test_client()
        send_password(on_old_paper)
        assert on_paper(on_old_paper, codes[1]).status_code == 422
        assert on_paper(on_old_paper, fresh[0]).status_code == 303
        assert both_steps(app.test_client(), phone.now()).status_code == 303


def test_a_set_up_that_is_sent_twice_changes_nothing_the_second_time(sign_in: SignIn) -> None:
    with time_machine.travel(NOON, tick=False) as now:
        person, phone, codes = make_member_with_app()
        now.shift(60)
        sent = {"salt": "salt", "code": phone.now()}
        again = sign_in(person).post("/account/second-factor/app", data=sent)
        assert (again.status_code, again.location) == (303, "/account/second-factor")
        with unit_of_work():
            assert factors.try_recovery_code(person, codes[0], "192.0.2.1")


def test_another_phone_asks_first_who_one_is(sign_in: SignIn) -> None:
    with time_machine.travel(NOON, tick=False):
        person, _phone, _codes = make_member_with_app()
        browser = sign_in(person)
    with time_machine.travel(NOON + timedelta(minutes=10), tick=False):
        assert browser.get("/account/second-factor/app").location.startswith("/account/confirm")
        phone = TOTP(factors.app_secret_of(person, "another"))
        sent = {"salt": "another", "code": phone.now()}
        assert browser.post("/account/second-factor/app", data=sent).location.startswith("/account/confirm")
        assert session.get_one(CodeApp, person.id).salt == "salt"


@pytest.mark.parametrize("salt", ["", "\0", "x" * 65, "<b>", "a b"])
def test_a_set_up_that_is_not_ours_turns_nothing_on(sign_in: SignIn, salt: str) -> None:
    person = make_member()
    phone = TOTP(factors.app_secret_of(person, salt))
    refused = sign_in(person).post("/account/second-factor/app", data={"salt": salt, "code": phone.now()})
    assert refused.status_code == 422
    assert session.get(CodeApp, person.id) is None


def test_new_codes_on_paper_replace_the_old_ones(sign_in: SignIn) -> None:
    person, _phone, codes = make_member_with_app()
    page = sign_in(person).post("/account/second-factor/codes")
    fresh = recovery_codes_in(page.text)
    assert len(fresh) == RECOVERY_CODES
    assert not set(fresh) & set(codes)
    with unit_of_work():
        assert not factors.try_recovery_code(person, codes[0], "192.0.2.1")
        assert factors.try_recovery_code(person, fresh[0], "192.0.2.1")


def test_without_a_factor_there_are_no_codes_on_paper(sign_in: SignIn) -> None:
    refused = sign_in(make_member()).post("/account/second-factor/codes")
    assert refused.status_code == 422
    assert session.scalars(sa.select(RecoveryCode)).all() == []


def make_member(*roles: str) -> Person:
    with unit_of_work():
        return create_person(EMAIL, "Anna de Vries", roles, PASSWORD)


def make_member_with_app(*roles: str) -> tuple[Person, TOTP, list[str]]:
    """Somebody who set up an app just now, the app, and their codes on paper."""
    person = make_member(*roles)
    phone = TOTP(factors.app_secret_of(person, "salt"))
    with unit_of_work():
        codes = factors.turn_app_on(person, "salt", phone.at(clock.now()), keep_session=None)
    return person, phone, codes


def send_password(browser: FlaskClient, goal: str = "/") -> TestResponse:
    return browser.post(f"/account/sign-in?next={goal}", data={"email": EMAIL, "password": PASSWORD})


def both_steps(browser: FlaskClient, code: str) -> TestResponse:
    send_password(browser)
    return browser.post("/account/second-step", data={"code": code})


def on_paper(browser: FlaskClient, code: str) -> TestResponse:
    return browser.post("/account/second-step/recovery", data={"recovery_code": code})


def browser_at(app: Flask, network: str) -> FlaskClient:
    browser = app.test_client()
    browser.environ_base["REMOTE_ADDR"] = network
    return browser


def acts_on(person: Person) -> list[str]:
    acts = sa.select(AuditRecord.act).where(AuditRecord.subject_id == person.id).order_by(AuditRecord.id)
    return list(session.scalars(acts))


def app_with(page: str) -> TOTP:
    """An app that was told the key on the page."""
    found = re.search(r'<code class="account__key"[^>]*>([A-Z2-7 ]+)</code>', page)
    assert found is not None
    return TOTP(found.group(1).replace(" ", ""))


def salt_in(page: str) -> str:
    found = re.search(r'name="salt"[^>]*value="([^"]+)"', page)
    assert found is not None
    return found.group(1)


def recovery_codes_in(page: str) -> list[str]:
    return re.findall(r"<code>([a-z2-5]{4}(?:-[a-z2-5]{4}){3})</code>", page)


def letters() -> list[OutboxMessage]:
    return list(session.scalars(sa.select(OutboxMessage).order_by(OutboxMessage.id)))


def mailed_code() -> str:
    found = re.search(r"\b(\d{3}) (\d{3})\b", letters()[-1].text)
    assert found is not None
    return found.group(1) + found.group(2)
