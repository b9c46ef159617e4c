"""Passkeys without a browser: what is refused, what is kept, and what is said to strangers."""

import json

import pytest
import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient
from webauthn.helpers import bytes_to_base64url

from blog.accounts import passkeys
from blog.accounts.actions import factors
from blog.accounts.actions.sessions import start_session
from blog.accounts.events import LetterWritten
from blog.accounts.models.factors import Passkey, UsedChallenge
from blog.accounts.models.people import Person
from blog.accounts.models.sign_in import BrowserSession
from blog.accounts.passkeys import Answer, NewKey, NotProven, place_of
from blog.accounts.values import HeldSession, SignInMethod
from blog.core.db import session, unit_of_work
from blog.core.errors import Conflict, InvalidInput, RuleBroken
from blog.core.tokens import digest
from tests.conftest import SignIn
from tests.factories.accounts import make_person
from tests.support.at_once import at_once
from tests.support.events import heard

PLACE = place_of("http://localhost", "Rejoinder")


def add_key(person: Person, identifier: str = "a2V5", name: str = "my phone") -> Passkey:
    with unit_of_work():
        return factors.add_passkey(
            person,
            NewKey(identifier, b"a key", 0),
            name=name,
            user_handle="aGFuZGxl",
            challenge=passkeys.new_challenge(),
            keep_session=None,
        )


@pytest.mark.parametrize(
    ("address", "rp_id", "origin"),
    [
        ("http://localhost:5000", "localhost", "http://localhost:5000"),
        ("https://example.org", "example.org", "https://example.org"),
        ("https://example.org:443", "example.org", "https://example.org"),
        ("https://Example.org:8443/", "example.org", "https://example.org:8443"),
    ],
)
def test_a_site_is_known_by_its_host(address: str, rp_id: str, origin: str) -> None:
    place = place_of(address, "Rejoinder")
    assert (place.rp_id, place.origin) == (rp_id, origin)


def test_a_new_passkey_is_discoverable_and_its_holder_is_verified() -> None:
    options = json.loads(
        passkeys.options_for_new(
            PLACE,
            passkeys.new_challenge(),
            email="anna@example.org",
            name="Anna",
            user_handle=passkeys.new_user_handle(),
            known=["a2V5"],
        )
    )
    assert options["authenticatorSelection"]["residentKey"] == "required"
    assert options["authenticatorSelection"]["userVerification"] == "required"
    assert options["attestation"] == "none"
    assert [key["id"] for key in options["excludeCredentials"]] == ["a2V5"]


def test_a_stranger_is_told_of_nobody_s_passkeys(client: FlaskClient) -> None:
    add_key(make_person())
    answer = client.get("/account/passkey/options")
    options = json.loads(answer.text)
    assert options["allowCredentials"] == []
    assert options["userVerification"] == "required"
    assert answer.headers["Cache-Control"] == "private, no-store"
    assert json.loads(client.get("/account/passkey/options").text)["challenge"] != options["challenge"]


@pytest.mark.parametrize(
    "sent",
    [
        "",
        "null",
        "[]",
        "{}",
        '{"id": 1}',
        '{"id": "a2V5"}',
        '{"id": "a2V5", "response": []}',
        '{"id": "a2V5", "rawId": "a2V5", "type": "public-key", "response": {}}',
        '{"id": "' + "x" * 2000 + '", "response": {}}',
        "[" * 50_000,
        '{"id": "\\u0000", "response": {"userHandle": 5}}',
        "x" * 100_000,
    ],
)
def test_what_is_no_passkey_lets_nobody_in(client: FlaskClient, sent: str) -> None:
    add_key(make_person())
    client.get("/account/passkey/options")
    refused = client.post("/account/passkey", data={"credential": sent})
    assert (refused.status_code, refused.location) == (303, "/account/sign-in?next=/")
    assert client.get("/account/").status_code == 302


def test_nobody_comes_in_with_a_signature_that_is_wrong(app: Flask) -> None:
    add_key(make_person())
    client_data = json.dumps({"type": "webauthn.get", "challenge": "Y2hhbGxlbmdl", "origin": PLACE.origin})
    response = {
        "clientDataJSON": bytes_to_base64url(client_data.encode()),
        "authenticatorData": bytes_to_base64url(b"\0" * 37),
        "signature": "c2lnbmF0dXJl",
    }
    sent = {"id": "a2V5", "rawId": "a2V5", "type": "public-key", "response": response}
    answer = passkeys.read_answer(json.dumps(sent))
    with pytest.raises(InvalidInput), unit_of_work():
        factors.use_passkey(PLACE, "Y2hhbGxlbmdl", answer)
    for stranger in (Answer("eA", None, {}), Answer("a2V5", "somebody else", {})):
        with pytest.raises(InvalidInput), unit_of_work():
            factors.use_passkey(PLACE, "Y2hhbGxlbmdl", stranger)


def test_what_was_not_made_for_us_is_not_kept(app: Flask) -> None:
    for sent in ("", "{}", '{"id": "a2V5", "rawId": "a2V5", "type": "public-key", "response": {}}'):
        with pytest.raises(NotProven):
            passkeys.checked_new(PLACE, passkeys.new_challenge(), sent)


def test_one_challenge_makes_one_passkey_however_many_send_it(app: Flask) -> None:
    person_id = make_person().id

    def add(number: int) -> None:
        with unit_of_work():
            factors.add_passkey(
                session.get_one(Person, person_id),
                NewKey(f"key{number}", b"a key", 0),
                name="my phone",
                user_handle="aGFuZGxl",
                challenge="the same",
                keep_session=None,
            )

    refusals = at_once(app, 8, add)
    assert [type(refusal) for refusal in refusals] == [Conflict] * 7
    assert len(session.scalars(sa.select(Passkey)).all()) == 1
    assert len(session.scalars(sa.select(UsedChallenge)).all()) == 1


def test_a_passkey_belongs_to_one_account(app: Flask) -> None:
    add_key(make_person())
    with pytest.raises(Conflict):
        add_key(make_person())


def test_a_passkey_has_a_name_that_can_be_read(app: Flask) -> None:
    for name in ("", " ", "\u202ephone", "x" * 61):
        with pytest.raises(InvalidInput) as refusal:
            add_key(make_person(), name=name)
        assert list(refusal.value.fields) == ["name"]


def test_twenty_passkeys_are_enough(app: Flask) -> None:
    person = make_person()
    for number in range(factors.MAX_PASSKEYS):
        add_key(person, f"key{number}")
    with pytest.raises(RuleBroken):
        add_key(person, "one more")


def test_somebody_else_s_passkey_is_not_there(sign_in: SignIn) -> None:
    key = add_key(make_person())
    stranger = sign_in(make_person(role="admin"))
    for act in ("name", "remove"):
        assert stranger.post(f"/account/passkeys/{key.id}/{act}", data={"name": "mine"}).status_code == 404
    assert [found.name for found in session.scalars(sa.select(Passkey))] == ["my phone"]


def test_a_passkey_is_renamed_and_removed_by_its_owner(sign_in: SignIn) -> None:
    person = make_person()
    key_id = add_key(person).id
    browser = sign_in(person)
    browser.post(f"/account/passkeys/{key_id}/name", data={"name": " my  new phone "})
    assert "my new phone" in browser.get("/account/").text
    browser.post(f"/account/passkeys/{key_id}/remove")
    assert session.scalars(sa.select(Passkey)).all() == []


def test_the_owner_hears_of_every_passkey_and_nothing_that_was_typed(sign_in: SignIn) -> None:
    person = make_person(language="nl")
    with heard(LetterWritten) as letters:
        key_id = add_key(person, name="mijn telefoon").id
        sign_in(person).post(f"/account/passkeys/{key_id}/remove")
    assert [(letter.recipient, letter.language, letter.is_secret) for letter in letters] == [
        (person.email, "nl", False)
    ] * 2
    assert len({letter.cause for letter in letters}) == 2
    assert not any("mijn telefoon" in letter.subject + letter.text for letter in letters)
    assert all("http://localhost/account/" in letter.text for letter in letters)


def number_of(token: str) -> int:
    """The number of the session with this token."""
    return session.scalars(
        sa.select(BrowserSession.id).where(BrowserSession.token_digest == digest(token))
    ).one()


def test_a_change_of_what_one_shows_signs_out_every_other_browser(app: Flask) -> None:
    person = make_person(role="editor", password_hash="a hash")
    here, thief = start_session_of(person), start_session_of(person)
    with unit_of_work():
        key = factors.add_passkey(
            person,
            NewKey("a key of one", b"a key", 0),
            name="my phone",
            user_handle="aGFuZGxl",
            challenge=passkeys.new_challenge(),
            keep_session=HeldSession(number_of(here), here),
        )
    assert sessions_left() == {digest(here)}

    phone = start_session_of(person)
    with unit_of_work():
        factors.remove_passkey(person, key, keep_session=HeldSession(number_of(here), here))
    assert sessions_left() == {digest(here)}
    assert len({here, thief, phone}) == 3


@pytest.mark.parametrize("role", ["admin", "author"])
def test_staff_cannot_take_away_the_last_thing_that_lets_them_in(sign_in: SignIn, role: str) -> None:
    person = make_person(role=role)
    key = add_key(person)
    page = sign_in(person).post(f"/account/passkeys/{key.id}/remove", follow_redirects=True)
    assert "Set a password first." in page.text
    assert len(session.scalars(sa.select(Passkey)).all()) == 1


def test_a_reader_may_come_back_to_mailed_codes(sign_in: SignIn) -> None:
    person = make_person()
    key = add_key(person)
    sign_in(person).post(f"/account/passkeys/{key.id}/remove")
    assert session.scalars(sa.select(Passkey)).all() == []


def start_session_of(person: Person) -> str:
    with unit_of_work():
        return start_session(person, "a test", SignInMethod.PASSWORD)


def sessions_left() -> set[str]:
    return set(session.scalars(sa.select(BrowserSession.token_digest)))
