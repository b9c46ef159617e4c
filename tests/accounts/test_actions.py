"""What happens to people."""

from datetime import UTC, datetime, timedelta

import pytest
import sqlalchemy as sa
import time_machine
from flask import Flask

from blog.accounts import passwords
from blog.accounts.actions import people, roles, sessions, setup, signing_in
from blog.accounts.actions.passwords import set_password
from blog.accounts.models.people import Person
from blog.accounts.models.sign_in import BrowserSession, SetupLink, SignInFailure
from blog.accounts.queries import browser_session_by_digest, has_admin, person_by_email
from blog.accounts.values import HeldSession, Role, SignInMethod
from blog.core import clock
from blog.core.db import session, unit_of_work
from blog.core.errors import Conflict, InvalidInput, NotFound, RuleBroken, TooMany
from blog.core.tokens import digest, new_token
from tests.factories.accounts import make_person
from tests.support.at_once import at_once

NOON = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)
PASSWORD = "correct horse battery"
WRONG_PASSWORD = "wrong and wrong"
HERE = "192.0.2.1"


def make_member(email: str = "anna@example.org", *roles: str) -> Person:
    """Somebody who can sign in with `PASSWORD`."""
    with unit_of_work():
        return people.create_person(email, f"{email.partition('@')[0].title()} de Vries", roles, PASSWORD)


def guess(email: str = "anna@example.org", password: str = WRONG_PASSWORD, source: str = HERE) -> str:
    """What somebody hears who tries a password; "in" when they get in."""
    try:
        with unit_of_work():
            attempt = signing_in.begin_attempt(email, source)
        proof = signing_in.prove(attempt, password)
        with unit_of_work():
            sessions.start_session(signing_in.accept(proof), "a test", SignInMethod.PASSWORD)
    except (InvalidInput, TooMany) as refusal:
        return str(refusal)
    return "in"


WRONG = "This address and this password do not belong together."


def test_create_person_keeps_what_was_given(app: Flask) -> None:
    with unit_of_work():
        person = people.create_person(
            " Anna@Example.org", " Anna  de Vries", ["editor", "reader", "author"], PASSWORD, language="nl"
        )
    assert (person.email, person.email_key) == ("Anna@example.org", "anna@example.org")
    assert (person.name, person.handle, person.language) == ("Anna de Vries", "anna-de-vries", "nl")
    assert person.actor.roles == frozenset({"author", "editor"})
    assert passwords.matches(person.password_hash, PASSWORD)
    assert not passwords.matches(person.password_hash, "another password")


def test_create_person_numbers_handles_of_the_same_name(app: Flask) -> None:
    handles: list[str] = []
    for number in range(3):
        with unit_of_work():
            handles.append(people.create_person(f"anna{number}@example.org", "Anna").handle)
    assert handles == ["anna", "anna-2", "anna-3"]


@pytest.mark.parametrize("again", ["anna@example.org", " ANNA@example.org", "\uff41nna@example.org"])
def test_create_person_refuses_a_second_account_for_an_address(app: Flask, again: str) -> None:
    make_member()
    with pytest.raises(InvalidInput) as refusal, unit_of_work():
        people.create_person(again, "Somebody else", ["admin"], PASSWORD)
    assert list(refusal.value.fields) == ["email"]
    assert session.scalar(sa.select(sa.func.count()).select_from(Person)) == 1


def test_create_person_refuses_an_unknown_role(app: Flask) -> None:
    with pytest.raises(ValueError, match="emperor"), unit_of_work():
        people.create_person("anna@example.org", "Anna", ["emperor"], PASSWORD)


def test_create_person_gives_namesakes_who_come_at_once_handles_of_their_own(app: Flask) -> None:
    def come(number: int) -> None:
        with unit_of_work():
            people.create_person(f"anna{number}@example.org", "Anna")

    assert at_once(app, 6, come) == []
    handles = set(session.scalars(sa.select(Person.handle)))
    assert handles == {"anna", "anna-2", "anna-3", "anna-4", "anna-5", "anna-6"}


def test_sign_in_opens_a_session_whose_token_is_stored_as_a_digest_only(app: Flask) -> None:
    person = make_member()
    with unit_of_work():
        attempt = signing_in.begin_attempt("ANNA@example.org ", HERE)
    with unit_of_work():
        token = sessions.start_session(
            signing_in.accept(signing_in.prove(attempt, PASSWORD)), "x" * 500, SignInMethod.PASSWORD
        )
    found = browser_session_by_digest(digest(token), clock.now())
    assert found is not None
    assert found[1].id == person.id
    assert found[0].token_digest != token
    assert found[0].user_agent == "x" * 200
    assert session.scalars(sa.select(SignInFailure)).all() == []


def test_sign_in_says_the_same_to_known_unknown_and_passwordless_addresses(app: Flask) -> None:
    make_member()
    make_person(email="bert@example.org", password_hash=None)
    assert guess("anna@example.org") == WRONG
    assert guess("nobody@example.org") == WRONG
    assert guess("bert@example.org") == WRONG
    assert guess("no address") == WRONG
    assert guess("anna@example.org", PASSWORD) == "in"


def test_prove_hashes_anew_when_the_parameters_have_changed(app: Flask) -> None:
    person = make_member()
    before = person.password_hash
    app.config["PASSWORD_HASHING"] = {"memory_cost": 16, "time_cost": 1, "parallelism": 1}
    try:
        assert guess(password=PASSWORD) == "in"
    finally:
        app.config["PASSWORD_HASHING"] = {"memory_cost": 8, "time_cost": 1, "parallelism": 1}
    session.refresh(person)
    assert before is not None
    assert person.password_hash is not None
    assert "m=8," in before
    assert "m=16," in person.password_hash
    assert passwords.matches(person.password_hash, PASSWORD)


def test_sign_in_refuses_a_password_that_was_changed_since_it_was_checked(app: Flask) -> None:
    make_member()
    with unit_of_work():
        first = signing_in.begin_attempt("anna@example.org", HERE)
        second = signing_in.begin_attempt("anna@example.org", HERE)
    proof, late = signing_in.prove(first, PASSWORD), signing_in.prove(second, PASSWORD)
    with unit_of_work():
        set_password(signing_in.accept(proof), "a newer password")
    with pytest.raises(InvalidInput), unit_of_work():
        signing_in.accept(late)
    assert guess(password="a newer password") == "in"


@pytest.mark.parametrize("email", ["anna@example.org", "nobody@example.org"])
def test_begin_attempt_stops_the_eleventh_guess_at_an_account_from_one_source(app: Flask, email: str) -> None:
    make_member()
    with time_machine.travel(NOON, tick=False):
        for _number in range(10):
            assert guess(email) == WRONG
        assert guess(email, PASSWORD) == "Too many sign-ins went wrong here. Try again in 15 minutes."
    with time_machine.travel(NOON + timedelta(minutes=14, seconds=30), tick=False):
        assert guess(email, PASSWORD) == "Too many sign-ins went wrong here. Try again in 1 minute."
    with time_machine.travel(NOON + timedelta(minutes=15), tick=False):
        assert guess(email) == WRONG
        assert session.scalar(sa.select(sa.func.count()).select_from(SignInFailure)) == 1


def test_begin_attempt_lets_the_owner_in_while_somebody_elsewhere_has_to_wait(app: Flask) -> None:
    make_member()
    with time_machine.travel(NOON, tick=False):
        for _number in range(10):
            assert guess(source="198.51.100.7") == WRONG
        assert guess(source="198.51.100.7").startswith("Too many")
        assert guess(password=PASSWORD) == "in"
        assert guess(password=PASSWORD, source="198.51.100.7").startswith("Too many")


@pytest.mark.parametrize("email", ["anna@example.org", "nobody@example.org"])
def test_begin_attempt_stops_the_hundred_and_first_guess_at_an_account_wherever_it_comes_from(
    app: Flask, email: str
) -> None:
    make_member()
    make_member("bert@example.org")
    with time_machine.travel(NOON, tick=False):
        for number in range(100):
            assert guess(email, source=f"198.51.100.{number % 20}") == WRONG
        assert guess(email, PASSWORD) == "Too many sign-ins went wrong here. Try again in 15 minutes."
        assert guess("bert@example.org", PASSWORD) == "in"
    with time_machine.travel(NOON + timedelta(minutes=15), tick=False):
        assert guess(email) == WRONG


def test_begin_attempt_stops_the_thirty_first_guess_from_one_source(app: Flask) -> None:
    make_member()
    with time_machine.travel(NOON, tick=False):
        for number in range(30):
            assert guess(f"person{number}@example.org") == WRONG
        assert guess(password=PASSWORD).startswith("Too many")
        assert guess(password=PASSWORD, source="192.0.2.2") == "in"


def test_sign_in_forgives_the_failures_of_this_account_at_this_source_only(app: Flask) -> None:
    make_member()
    guess(source="198.51.100.7")
    guess("bert@example.org")
    guess()
    guess()
    assert guess(password=PASSWORD) == "in"
    left = session.execute(sa.select(SignInFailure.email_key, SignInFailure.source)).all()
    assert sorted(tuple(row) for row in left) == [
        ("anna@example.org", "198.51.100.7"),
        ("bert@example.org", HERE),
    ]


def test_begin_attempt_lets_no_more_than_the_limit_through_at_once(app: Flask) -> None:
    make_member()

    def try_one(_number: int) -> None:
        with unit_of_work():
            signing_in.begin_attempt("anna@example.org", HERE)

    refusals = at_once(app, 14, try_one)
    assert [type(refusal) for refusal in refusals] == [TooMany] * 4
    assert session.scalar(sa.select(sa.func.count()).select_from(SignInFailure)) == 10


def test_begin_attempt_lets_no_more_than_the_limit_of_an_account_through_at_once(app: Flask) -> None:
    make_member()
    for number in range(95):
        guess(source=f"198.51.100.{number % 20}")

    def try_one(number: int) -> None:
        with unit_of_work():
            signing_in.begin_attempt("anna@example.org", f"192.0.2.{number}")

    refusals = at_once(app, 9, try_one)
    assert [type(refusal) for refusal in refusals] == [TooMany] * 4
    assert session.scalar(sa.select(sa.func.count()).select_from(SignInFailure)) == 100


def test_start_session_ends_after_the_limits_of_the_role(app: Flask) -> None:
    reader, editor = make_member(), make_member("bert@example.org", "editor")
    with time_machine.travel(NOON, tick=False), unit_of_work():
        ends = {
            person.id: browser_session(
                sessions.start_session(person, "a test", SignInMethod.PASSWORD)
            ).expires_at
            for person in (reader, editor)
        }
        assert ends == {reader.id: NOON + timedelta(days=30), editor.id: NOON + timedelta(hours=12)}


def test_keep_session_alive_moves_the_end_and_never_past_the_absolute_one(app: Flask) -> None:
    editor = make_member("bert@example.org", "editor")
    with time_machine.travel(NOON, tick=False), unit_of_work():
        token = sessions.start_session(editor, "a test", SignInMethod.PASSWORD)
        used_id = browser_session(token).id
    for later, end in (
        (timedelta(hours=11), timedelta(hours=23)),
        (timedelta(days=6, hours=20), timedelta(days=7)),
    ):
        with time_machine.travel(NOON + later, tick=False), unit_of_work():
            sessions.keep_session_alive(used_id, is_staff=True)
            assert browser_session(token).seen_at == NOON + later
            assert browser_session(token).expires_at == NOON + end


def test_keep_session_alive_does_not_bring_back_a_session_that_was_ended(app: Flask) -> None:
    reader = make_member()
    with unit_of_work():
        token = sessions.start_session(reader, "a test", SignInMethod.PASSWORD)
        used_id = browser_session(token).id
    with unit_of_work():
        sessions.sign_out(number_of(token))
    with unit_of_work():
        sessions.keep_session_alive(used_id, is_staff=False)
    assert session.scalars(sa.select(BrowserSession)).all() == []


def test_start_session_clears_away_sessions_that_ran_out(app: Flask) -> None:
    reader = make_member()
    with time_machine.travel(NOON, tick=False), unit_of_work():
        sessions.start_session(reader, "an old one", SignInMethod.PASSWORD)
    with time_machine.travel(NOON + timedelta(days=31), tick=False), unit_of_work():
        sessions.start_session(reader, "a new one", SignInMethod.PASSWORD)
    assert session.scalars(sa.select(BrowserSession.user_agent)).all() == ["a new one"]


def number_of(token: str) -> int:
    """The number of the session with this token."""
    return session.scalars(
        sa.select(BrowserSession.id).where(BrowserSession.token_digest == digest(token))
    ).one()


def test_set_password_ends_every_other_session(app: Flask) -> None:
    reader, other = make_member(), make_member("bert@example.org")
    with unit_of_work():
        kept, lost = (
            sessions.start_session(reader, "kept", SignInMethod.PASSWORD),
            sessions.start_session(reader, "lost", SignInMethod.PASSWORD),
        )
        sessions.start_session(other, "somebody else", SignInMethod.PASSWORD)
    with unit_of_work():
        set_password(reader, "a newer password", keep_session=HeldSession(number_of(kept), kept))
    assert browser_session_by_digest(digest(lost), clock.now()) is None
    left = session.scalars(sa.select(BrowserSession.user_agent).order_by(BrowserSession.id)).all()
    assert left == ["kept", "somebody else"]
    assert guess(password=PASSWORD) == WRONG


def test_set_password_refuses_a_short_one_and_a_common_one_and_changes_nothing(app: Flask) -> None:
    person = make_member()
    for bad in ("short", "Welkom2026!", "annadevries1"):
        with pytest.raises(InvalidInput) as refusal, unit_of_work():
            set_password(person, bad)
        assert list(refusal.value.fields) == ["password"]
    assert guess(password=PASSWORD) == "in"


def test_grant_role_and_revoke_role_end_the_sessions(app: Flask) -> None:
    reader = make_member()
    for change, held in ((roles.grant_role, {"moderator"}), (roles.revoke_role, set[str]())):
        with unit_of_work():
            sessions.start_session(reader, "a test", SignInMethod.PASSWORD)
        with unit_of_work():
            change(reader, Role.MODERATOR)
        assert reader.actor.roles == frozenset(held)
        assert session.scalars(sa.select(BrowserSession)).all() == []


def test_grant_role_does_nothing_to_whom_has_it(app: Flask) -> None:
    editor = make_member("bert@example.org", "editor")
    with unit_of_work():
        sessions.start_session(editor, "a test", SignInMethod.PASSWORD)
        roles.grant_role(editor, Role.EDITOR)
        roles.grant_role(editor, Role.READER)
    assert editor.actor.roles == frozenset({"editor"})
    assert len(session.scalars(sa.select(BrowserSession)).all()) == 1


def test_revoke_role_keeps_the_last_admin_even_when_two_go_at_once(app: Flask) -> None:
    ids = [make_member(f"admin{number}@example.org", "admin").id for number in range(2)]

    def give_up(number: int) -> None:
        with unit_of_work():
            roles.revoke_role(session.get_one(Person, ids[number]), Role.ADMIN)

    refusals = at_once(app, 2, give_up)
    assert [type(refusal) for refusal in refusals] == [RuleBroken]
    assert has_admin()


def test_use_setup_link_makes_one_admin_however_many_try_at_once(app: Flask) -> None:
    with unit_of_work():
        token = setup.make_setup_link()

    def come(number: int) -> None:
        with unit_of_work():
            setup.use_setup_link(token, f"Admin {number}", f"admin{number}@example.org", PASSWORD)

    refusals = at_once(app, 4, come)
    assert [type(refusal) for refusal in refusals] == [NotFound] * 3
    (person,) = session.scalars(sa.select(Person)).all()
    assert person.actor.roles == frozenset({"admin"})


def test_use_setup_link_makes_one_admin_from_two_links(app: Flask) -> None:
    tokens = [new_token(), new_token()]
    with unit_of_work():
        session.add_all(
            SetupLink(
                token_digest=digest(token), created_at=clock.now(), expires_at=clock.now() + timedelta(1)
            )
            for token in tokens
        )

    def come(number: int) -> None:
        with unit_of_work():
            setup.use_setup_link(tokens[number], "Admin", f"admin{number}@example.org", PASSWORD)

    assert [type(refusal) for refusal in at_once(app, 2, come)] == [NotFound]
    assert session.scalar(sa.select(sa.func.count()).select_from(Person)) == 1


def test_use_setup_link_refuses_an_old_a_replaced_and_an_unknown_one(app: Flask) -> None:
    with time_machine.travel(NOON, tick=False):
        with unit_of_work():
            replaced = setup.make_setup_link()
        with unit_of_work():
            token = setup.make_setup_link()
        for bad in (replaced, new_token(), ""):
            with pytest.raises(NotFound), unit_of_work():
                setup.use_setup_link(bad, "Admin", "admin@example.org", PASSWORD)
    with time_machine.travel(NOON + timedelta(hours=24), tick=False), pytest.raises(NotFound), unit_of_work():
        setup.use_setup_link(token, "Admin", "admin@example.org", PASSWORD)
    with time_machine.travel(NOON + timedelta(hours=23, minutes=59), tick=False), unit_of_work():
        setup.use_setup_link(token, "Admin", "admin@example.org", PASSWORD)
    assert has_admin()


def test_use_setup_link_survives_a_typing_error(app: Flask) -> None:
    with unit_of_work():
        token = setup.make_setup_link()
    with pytest.raises(InvalidInput), unit_of_work():
        setup.use_setup_link(token, "Admin", "admin@example.org", "short")
    with unit_of_work():
        setup.use_setup_link(token, "Admin", "admin@example.org", PASSWORD)
    assert person_by_email("admin@example.org") is not None


def test_make_setup_link_refuses_when_there_is_an_admin(app: Flask) -> None:
    with unit_of_work():
        token = setup.make_setup_link()
    make_member("admin@example.org", "admin")
    with pytest.raises(Conflict), unit_of_work():
        setup.make_setup_link()
    with pytest.raises(NotFound), unit_of_work():
        setup.use_setup_link(token, "Another", "another@example.org", PASSWORD)


def browser_session(token: str) -> BrowserSession:
    """The row of a session, good or not."""
    return session.scalars(
        sa.select(BrowserSession).where(BrowserSession.token_digest == digest(token))
    ).one()
