"""A provider that lies, keeps silent or sends nonsense, as no real one does; and whoever sends its answers on."""

import hashlib
import hmac
import json
import runpy
import sqlite3
import ssl
import threading
import time
from base64 import urlsafe_b64encode
from collections.abc import Callable, Generator
from contextlib import ExitStack, closing
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
import time_machine
from flask import Flask
from flask.testing import FlaskClient
from joserfc import jws, jwt
from joserfc.jwk import ECKey, OctKey, RSAKey
from structlog.testing import capture_logs
from werkzeug.test import TestResponse

from blog.accounts.actions.once import use_once
from blog.accounts.actions.people import create_person
from blog.accounts.actions.provider_answers import count_answer, forgive_answers, take_back
from blog.accounts.actions.providers import link, person_of_address
from blog.accounts.actions.signing_in import (
    GUESSING_WINDOW,
    MAX_FAILURES_OF_ACCOUNT_AT_SOURCE,
    MAX_FAILURES_OF_SOURCE,
)
from blog.accounts.models.audit import AuditRecord
from blog.accounts.models.factors import UsedChallenge
from blog.accounts.models.links import ProviderLink
from blog.accounts.models.people import Person
from blog.accounts.models.sign_in import BrowserSession, SignInFailure
from blog.accounts.openid import provider
from blog.accounts.openid.provider import (
    CALLBACK,
    KEYS_AT_MOST_EVERY,
    PLACE_PATIENCE_SECONDS,
    PLACES,
    SEATS,
    Arrival,
    Provider,
)
from blog.accounts.openid.remembered import LIFE, REST
from blog.accounts.openid.transport import (
    ANSWER_SECONDS,
    MAX_BYTES,
    Conversation,
    NoPlace,
    ProviderDown,
    Transport,
)
from blog.accounts.queries import links_of, person_by_email
from blog.core import clock
from blog.core.db import db, session, unit_of_work
from blog.core.errors import DomainError, RuleBroken
from blog.core.supervisor import Patience
from tests.conftest import SignIn
from tests.factories.accounts import make_person
from tests.support.at_once import at_once
from tests.support.lying_provider import SECRET, Answer, LyingProvider, lying_provider
from tests.support.openid import SITE, asked, begin, come_back, signing_in_with

OUT_OF_REACH = "Example does not answer as it should."
MANY_COME = "Many people come from Example at this moment."
# So long that a test which waits for it fails.
FOR_EVER = 20.0
Lie = Callable[[LyingProvider], None]


@pytest.fixture(scope="session")
def key() -> RSAKey:
    return RSAKey.generate_key(2048, {"kid": "one", "use": "sig"})


@pytest.fixture
def lying(app: Flask, key: RSAKey) -> Generator[LyingProvider]:
    """A provider that lies when it is told to; the site trusts it with addresses, so that a lie would be worth it."""
    with lying_provider(key) as provider, signing_in_with(app, provider.settings, trusts_email=True):
        yield provider


def test_an_honest_answer_lets_in(client: FlaskClient, lying: LyingProvider) -> None:
    """Everything below differs from this in one thing."""
    address = begin(client, goal="/debates/")
    back = come_back(client, lying.back_from(address))
    assert (back.status_code, back.location) == (303, "/debates/")
    lena = person_by_email("lena@example.org")
    assert lena is not None
    assert lena.name == "Lena"
    assert client.get("/account/").status_code == 200


def other_key() -> RSAKey:
    return RSAKey.generate_key(2048, {"kid": "one"})


def part(content: dict[str, Any]) -> str:
    return urlsafe_b64encode(json.dumps(content).encode()).rstrip(b"=").decode()


def unsigned(claims: dict[str, Any]) -> str:
    return f"{part({'alg': 'none', 'kid': 'one'})}.{part(claims)}."


def say(**claims: object) -> Lie:
    return lambda lying: lying.lies.update(claims)


def leave_out(name: str) -> Lie:
    return lambda lying: lying.left_out.add(name)


def sign_with_nothing(lying: LyingProvider) -> None:
    lying.sign = unsigned


def sign_with_another_key(lying: LyingProvider) -> None:
    lying.sign = lambda claims: jwt.encode({"alg": "RS256", "kid": "one"}, claims, other_key())


def sign_with_the_public_key(lying: LyingProvider) -> None:
    """As HS256: whoever knows the public key, everybody that is, could sign. No library signs so: by hand, then."""
    public = lying.key.as_pem(private=False)

    def sign(claims: dict[str, Any]) -> str:
        signed = f"{part({'alg': 'HS256', 'kid': 'one'})}.{part(claims)}"
        mac = hmac.new(public, signed.encode(), hashlib.sha256).digest()
        return f"{signed}.{urlsafe_b64encode(mac).rstrip(b'=').decode()}"

    lying.sign = sign


def sign_with_our_secret(lying: LyingProvider) -> None:
    shared = OctKey.import_key(SECRET, {"kid": "one"})
    lying.sign = lambda claims: jwt.encode(
        {"alg": "HS256", "kid": "one"}, claims, shared, algorithms=["HS256"]
    )


def show_a_shared_key(lying: LyingProvider) -> None:
    shared = OctKey.import_key("a key that is anybody's, long enough", {"kid": "shared"})
    lying.shown_keys = [*lying.shown_keys, shared.as_dict()]
    lying.sign = lambda claims: jwt.encode(
        {"alg": "HS256", "kid": "shared"}, claims, shared, algorithms=["HS256"]
    )


def sign_with_a_key_of_the_token(lying: LyingProvider) -> None:
    mine = other_key()
    header: dict[str, Any] = {"alg": "RS256", "kid": "one", "jwk": mine.as_dict(private=False)}
    lying.sign = lambda claims: jwt.encode(header, claims, mine)


def sign_with_a_key_for_something_else(lying: LyingProvider) -> None:
    other = ECKey.generate_key("P-256", {"kid": "two"})
    lying.shown_keys = [*lying.shown_keys, {**other.as_dict(private=False), "use": "enc"}]
    lying.sign = lambda claims: jwt.encode({"alg": "ES256", "kid": "two"}, claims, other)


def say_brackets_without_an_end(lying: LyingProvider) -> None:
    """Signed as it has to be, so that somebody reads what is in it."""
    lying.sign = lambda _claims: jws.serialize_compact({"alg": "RS256", "kid": "one"}, b"[" * 5000, lying.key)


def answer_with(path: str, answer: Answer) -> Lie:
    return lambda lying: lying.instead.update({path: lambda: answer})


def tokens(**content: object) -> Lie:
    return answer_with("/token", Answer(body=json.dumps(content).encode()))


def _now(**later: int) -> int:
    return int((clock.now() + timedelta(**later)).timestamp())


LIES: dict[str, Lie] = {
    "another issuer": say(iss="https://evil.example"),
    "no issuer": leave_out("iss"),
    "issuer with a slash": lambda lying: lying.lies.update(iss=f"{lying.issuer}/"),
    "another audience": say(aud="somebody else"),
    "made out to us, for somebody else": say(aud="somebody else", azp="rejoinder"),
    "audience in a list with others": say(aud=["somebody else"]),
    "several audiences and no azp": say(aud=["rejoinder", "somebody else"]),
    "several audiences for somebody else": say(aud=["rejoinder", "other"], azp="other"),
    "for us, made out to somebody else": say(azp="other"),
    "no audience": leave_out("aud"),
    "over since two minutes": lambda lying: lying.lies.update(exp=_now(minutes=-2)),
    "never over": leave_out("exp"),
    "over at a word": say(exp="tomorrow"),
    "not yet": lambda lying: lying.lies.update(nbf=_now(minutes=5)),
    "made tomorrow": lambda lying: lying.lies.update(iat=_now(days=1)),
    "signed in there at a word": say(auth_time="now"),
    "another nonce": say(nonce="of somebody else"),
    "no nonce": leave_out("nonce"),
    "nonce in a list": say(nonce=["x"]),
    "an empty nonce": say(nonce=""),
    "says that it knows no nonce": say(nonce=None, nonce_supported=False),
    "no subject": leave_out("sub"),
    "an empty subject": say(sub=""),
    "a number as subject": say(sub=7),
    "a list as subject": say(sub=["lena"]),
    "a subject that is too long": say(sub="x" * 256),
    "a subject with a NUL": say(sub="lena\0"),
    "a hash of another access token": say(at_hash="AAAAAAAAAAAAAAAAAAAAAA"),
    "unsigned": sign_with_nothing,
    "signed by somebody else": sign_with_another_key,
    "signed with the public key": sign_with_the_public_key,
    "signed with our secret": sign_with_our_secret,
    "signed with a shared key that is shown": show_a_shared_key,
    "signed with a key that it brings itself": sign_with_a_key_of_the_token,
    "signed with a key for something else": sign_with_a_key_for_something_else,
    "no ID token": tokens(access_token="x", token_type="Bearer"),
    "a number as ID token": tokens(access_token="x", token_type="Bearer", id_token=1),
    "an ID token that is none": tokens(access_token="x", token_type="Bearer", id_token="a.b.c"),
    "an ID token of five parts": tokens(access_token="x", token_type="Bearer", id_token="a.b.c.d.e"),
    "a list for an answer": answer_with("/token", Answer(body=b"[]")),
    "nothing for an answer": answer_with("/token", Answer()),
    "a page for an answer": answer_with("/token", Answer(body=b"<html>")),
    "an error": answer_with("/token", Answer(400, b'{"error": "invalid_grant"}')),
    "an error with a 200": answer_with("/token", Answer(200, b'{"error": ["x"]}')),
    "an end that is a word": tokens(access_token="x", expires_in="soon", id_token="a.b.c"),
    "leads elsewhere": answer_with("/token", Answer(307, b"", {"Location": "http://127.0.0.1:9/token"})),
    "brackets without an end": answer_with("/token", Answer(body=b"[" * 200_000)),
    "an ID token with brackets without an end": say_brackets_without_an_end,
}


def _hang_up() -> Answer:
    raise ConnectionAbortedError


# Whoever comes back from a provider that is out of order has done nothing wrong.
OUTAGES: dict[str, Lie] = {
    "an error of its own": answer_with("/token", Answer(500, b"oops")),
    "an error of its own that says that it is no fault of the code": answer_with(
        "/token", Answer(503, b'{"error": "temporarily_unavailable"}')
    ),
    "hangs up": lambda lying: lying.instead.update({"/token": _hang_up}),
    "hangs up in the middle": answer_with("/token", Answer(body=b"{", headers={"Content-Length": "99"})),
    "says too much": answer_with("/token", Answer(body=b"x" * (MAX_BYTES + 1))),
    "keys that are none": answer_with("/jwks", Answer(body=b'{"keys": [{"kty": "RSA"}, 7, null]}')),
    "keys in a word": answer_with("/jwks", Answer(body=b'{"keys": "one"}')),
    "keys of brackets": answer_with(
        "/jwks", Answer(body=b'{"keys": [{"kty": "RSA", "n": ' + b"[" * 400 + b"]" * 400 + b"}]}")
    ),
    "keys of brackets without an end": answer_with("/jwks", Answer(body=b'{"keys": ' + b"[" * 200_000)),
    "no keys": answer_with("/jwks", Answer(404)),
}


@pytest.mark.parametrize("lie", LIES)
def test_an_answer_that_is_not_right_in_one_thing_lets_nobody_in(
    client: FlaskClient, lying: LyingProvider, lie: str
) -> None:
    LIES[lie](lying)
    with capture_logs() as logs:
        back = come_back(client, lying.back_from(begin(client, goal="/debates/")))
    assert (back.status_code, back.location) == (303, "/account/sign-in?next=/debates/")
    page = client.get(back.location)
    assert (page.status_code, OUT_OF_REACH in page.text) == (200, True)
    assert client.get("/account/").status_code == 302
    assert nobody_came()
    assert [record.act for record in session.scalars(sa.select(AuditRecord))] == ["sign-in refused"]
    assert [line["event"] for line in logs] == ["nobody could come in by way of the provider"]
    for secret in (SECRET, "of-somebody", "an access token", "Traceback"):
        assert secret not in str(logs) + page.text


@pytest.mark.parametrize("outage", OUTAGES)
def test_an_outage_lets_nobody_in_and_counts_against_nobody(
    client: FlaskClient, lying: LyingProvider, outage: str
) -> None:
    back = lying.back_from(begin(client, goal="/debates/"))
    OUTAGES[outage](lying)
    came = come_back(client, back)
    assert (came.status_code, came.location) == (303, "/account/sign-in?next=/debates/")
    assert OUT_OF_REACH in client.get(came.location).text
    assert nobody_came()
    assert session.scalars(sa.select(SignInFailure)).all() == []
    assert session.scalars(sa.select(AuditRecord)).all() == []


def test_an_outage_takes_nobodys_password_away(app: Flask, lying: LyingProvider) -> None:
    """An office has one address: all of it presses the button, again and again, and then types passwords."""
    with unit_of_work():
        create_person("lena@example.org", "Lena", password="correct horse battery")
    lying.instead["/token"] = lambda: Answer(503)
    browser = app.test_client()
    for _press in range(MAX_FAILURES_OF_SOURCE + 1):
        come_back(browser, lying.back_from(begin(browser)))
    typed = {"email": "lena@example.org", "password": "correct horse battery"}
    assert browser.post("/account/sign-in", data=typed).location == "/"


def test_a_provider_that_is_out_of_order_is_asked_about_no_code_for_a_while(
    app: Flask, lying: LyingProvider
) -> None:
    def press() -> int:
        browser = app.test_client()
        come_back(browser, lying.back_from(begin(browser)))
        return lying.requests.count("POST /token")

    lying.instead["/token"] = lambda: Answer(503)
    assert [press(), press()] == [1, 1]
    with time_machine.travel(clock.now() + REST, tick=True):
        assert press() == 2


def test_who_comes_back_while_what_it_says_of_itself_is_slow_comes_in_with_what_is_known(
    app: Flask, lying: LyingProvider
) -> None:
    settings = app.extensions["settings"]
    here = Provider(lying.settings, settings.site_url, settings.secret_key, Transport(answer_seconds=2))
    app.extensions["openid_provider"] = here
    browser = app.test_client()
    come_back(browser, lying.back_from(begin(browser)))
    for path in ("/.well-known/openid-configuration", "/jwks"):
        lying.instead[path] = lambda: Answer(body=b" " * 4000, drips=0.05)
    other = app.test_client()
    asked_at = clock.now()
    with time_machine.travel(asked_at + LIFE - timedelta(minutes=1), tick=True):
        address = begin(other)
    with time_machine.travel(asked_at + LIFE, tick=True):
        assert come_back(other, lying.back_from(address)).location == "/"
    assert lying.requests[-3:] == ["GET /.well-known/openid-configuration", "POST /token", "GET /jwks"]


def test_who_comes_back_while_it_rests_uses_nothing_up(app: Flask, lying: LyingProvider) -> None:
    first, other = app.test_client(), app.test_client()
    back = lying.back_from(begin(other))
    lying.instead["/token"] = lambda: Answer(503)
    come_back(first, lying.back_from(begin(first)))
    assert written() == (0, 1)
    came = come_back(other, back)
    assert (came.location, written()) == ("/account/sign-in", (0, 1))
    assert OUT_OF_REACH in other.get(came.location).text
    del lying.instead["/token"]
    with time_machine.travel(clock.now() + REST, tick=True):
        assert come_back(other, back).location == "/"


@pytest.mark.parametrize("path", ["/jwks", "/.well-known/openid-configuration"])
def test_no_code_is_spent_while_there_is_nothing_to_check_the_answer_with(
    app: Flask, lying: LyingProvider, path: str
) -> None:
    browsers = [app.test_client(), app.test_client()]
    backs = [lying.back_from(begin(browser)) for browser in browsers]
    app.extensions["openid_provider"] = Provider(lying.settings, SITE, app.extensions["settings"].secret_key)
    lying.instead[path] = lambda: Answer(503)
    for browser, back in zip(browsers, backs, strict=True):
        assert come_back(browser, back).location == "/account/sign-in"
    assert written() == (0, 1)


def test_who_makes_it_say_that_it_is_asked_too_often_is_counted(app: Flask, lying: LyingProvider) -> None:
    """Else whoever sends made-up answers keeps it from everybody else, for nothing."""
    lying.instead["/token"] = lambda: Answer(429, b'{"error": "slow_down"}')
    for _time in range(2):
        browser = app.test_client()
        assert come_back(browser, lying.back_from(begin(browser))).location == "/account/sign-in"
    # The second one came while it rests.
    assert (written(), lying.requests.count("POST /token")) == ((1, 1), 1)
    assert session.scalars(sa.select(AuditRecord)).all() == []


def test_a_slow_provider_leaves_half_of_the_site_to_all_others(app: Flask, lying: LyingProvider) -> None:
    with unit_of_work():
        person = create_person("lena@example.org", "Lena", password="correct horse battery")
        link(person, Arrival(lying.issuer, "lena", None, is_verified=False, name=None))
    *waiting, last = [app.test_client() for _number in range(PLACES + 1)]
    *backs, back = [lying.back_from(begin(browser)) for browser in (*waiting, last)]
    arrived, gate = threading.Semaphore(0), threading.Event()

    def sign(claims: dict[str, Any]) -> str:
        arrived.release()
        gate.wait(FOR_EVER)
        return lying.signed(claims)

    lying.sign = sign
    session.rollback()
    threads = [threading.Thread(target=come_back, args=each) for each in zip(waiting, backs, strict=True)]
    for thread in threads:
        thread.start()
    for _thread in threads:
        assert arrived.acquire(timeout=FOR_EVER)
    came = come_back(last, back)
    assert (came.location, written()) == ("/account/sign-in", (PLACES, PLACES))
    assert MANY_COME in last.get(came.location).text
    gate.set()
    for thread in threads:
        thread.join()
    # Nothing was used up.
    assert come_back(last, back).location == "/"
    assert [browser.get("/account/").status_code for browser in waiting] == [200] * PLACES


def test_who_goes_there_while_all_places_are_taken_goes_by_what_is_known(lying: LyingProvider) -> None:
    here = Provider(lying.settings, SITE, "x" * 32)
    with ExitStack() as taken:
        for _place in range(PLACES):
            taken.enter_context(here.place())
        with pytest.raises(NoPlace):
            here.address_to_go_to("state", "en")
    assert lying.requests == []
    address = here.address_to_go_to("state", "en")
    with time_machine.travel(clock.now() + LIFE, tick=False), ExitStack() as taken:
        for _place in range(PLACES):
            taken.enter_context(here.place())
        assert here.address_to_go_to("state", "en") == address
    assert len(lying.requests) == 1


def test_whoever_comes_while_a_place_is_about_to_be_free_gets_it(lying: LyingProvider) -> None:
    here = Provider(lying.settings, SITE, "x" * 32)
    taken = ExitStack()
    for _place in range(PLACES):
        taken.enter_context(here.place())
    going = threading.Timer(PLACE_PATIENCE_SECONDS / 10, taken.close)
    going.start()
    with here.place():
        going.join()


def test_whoever_need_not_ask_waits_for_no_place(
    lying: LyingProvider, monkeypatch: pytest.MonkeyPatch
) -> None:
    here = Provider(lying.settings, SITE, "x" * 32)
    address = here.address_to_go_to("state", "en")
    # Whoever waited for one would wait longer than a test may take.
    monkeypatch.setattr(provider, "PLACE_PATIENCE_SECONDS", 10 * FOR_EVER)
    with ExitStack() as taken:
        for _place in range(PLACES):
            taken.enter_context(here.place())
        assert here.address_to_go_to("state", "en") == address


def test_where_no_seat_is_left_nobody_waits_for_a_place(
    lying: LyingProvider, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(provider, "PLACE_PATIENCE_SECONDS", 10 * FOR_EVER)
    monkeypatch.setattr(provider, "SEATS", 0)
    here = Provider(lying.settings, SITE, "x" * 32)
    with ExitStack() as taken:
        for _place in range(PLACES):
            taken.enter_context(here.place())
        with pytest.raises(NoPlace), here.place():
            pass


def test_who_gets_a_place_because_nothing_was_answered_uses_nothing_up(
    app: Flask, lying: LyingProvider
) -> None:
    *waiting, last = [app.test_client() for _number in range(PLACES + 1)]
    *backs, back = [lying.back_from(begin(browser)) for browser in (*waiting, last)]
    arrived, gate = threading.Semaphore(0), threading.Event()

    def break_down() -> Answer:
        arrived.release()
        gate.wait(FOR_EVER)
        return Answer(503)

    lying.instead["/token"] = break_down
    session.rollback()
    threads = [threading.Thread(target=come_back, args=each) for each in zip(waiting, backs, strict=True)]
    for thread in threads:
        thread.start()
    for _thread in threads:
        assert arrived.acquire(timeout=FOR_EVER)
    threading.Timer(PLACE_PATIENCE_SECONDS / 10, gate.set).start()
    assert come_back(last, back).location == "/account/sign-in"
    for thread in threads:
        thread.join()
    del lying.instead["/token"]
    with time_machine.travel(clock.now() + REST):
        assert come_back(last, back).location == "/"


def test_the_server_has_twice_the_threads_and_waits_for_who_waits(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("INSTANCE", str(tmp_path))
    served = runpy.run_path("deploy/gunicorn.conf.py")
    assert served["threads"] == 2 * PLACES > PLACES + SEATS
    assert Patience().grace > served["graceful_timeout"] > ANSWER_SECONDS


def test_an_outage_forgives_no_wrong_answers_before_it(app: Flask, lying: LyingProvider) -> None:
    def send(**answer: str) -> None:
        browser = app.test_client()
        come_back(browser, lying.back_from(begin(browser), **answer))

    send(code="made-up")
    send(code="made-up")
    lying.instead["/token"] = lambda: Answer(503)
    send()
    assert session.scalar(sa.select(sa.func.count()).select_from(SignInFailure)) == 2


@pytest.mark.parametrize("said", ["https://evil.example", "", "http://127.0.0.1"])
def test_an_answer_of_another_provider_is_not_taken_to_this_one(
    client: FlaskClient, lying: LyingProvider, said: str
) -> None:
    back = come_back(client, lying.back_from(begin(client), iss=said))
    assert back.location == "/account/sign-in"
    # The code of somebody else is sent to nobody (mix-up).
    assert "POST /token" not in lying.requests
    assert nobody_came()


def test_a_provider_that_tells_who_it_is_must_tell_it(client: FlaskClient, lying: LyingProvider) -> None:
    silent = without(lying.back_from(begin(client)), "iss")
    assert come_back(client, silent).location == "/account/sign-in"
    assert "POST /token" not in lying.requests


def test_a_provider_that_does_not_tell_who_it_is_need_not(client: FlaskClient, lying: LyingProvider) -> None:
    del lying.metadata["authorization_response_iss_parameter_supported"]
    assert come_back(client, without(lying.back_from(begin(client)), "iss")).location == "/"
    assert person_by_email("lena@example.org") is not None


@pytest.mark.parametrize(
    "query",
    [
        "",
        "?state={state}",
        "?state={state}&code=",
        "?state={state}&code=%00&iss={issuer}",
        "?state={state}&code=%C3%A9&iss={issuer}",
        "?state={state}&iss={issuer}",
        "?state={state}&state={state}&code={code}&iss={issuer}",
        "?state={state}&code={code}&code=other&iss={issuer}",
        "?state={state}&code={code}&iss={issuer}&iss=https://evil.example",
        "?state=&code={code}&iss={issuer}",
        "?state=other&code={code}&iss={issuer}",
        "?state={state}&code={code}&iss={issuer}&error=server_error",
    ],
)
def test_half_an_answer_and_a_double_one_let_nobody_in(
    client: FlaskClient, lying: LyingProvider, query: str
) -> None:
    address = begin(client)
    state, code = asked(address)["state"], lying.code_for(address)
    back = client.get(CALLBACK + query.format(state=state, code=code, issuer=lying.issuer))
    assert (back.status_code, back.location) == (303, "/account/sign-in")
    assert "POST /token" not in lying.requests
    assert nobody_came()


def test_a_code_of_another_flow_is_not_good_in_this_one(app: Flask, lying: LyingProvider) -> None:
    """Code injection: a thief has a code of the victim, and puts it into an answer to what they began themself."""
    victim, thief = app.test_client(), app.test_client()
    code = lying.code_for(begin(victim))
    address = begin(thief)
    back = come_back(thief, lying.back_from(address, code=code))
    # The verifier is another one: the provider refuses the code.
    assert back.location == "/account/sign-in"
    assert nobody_came()


def test_an_answer_is_taken_once_even_with_the_cookie_of_then(app: Flask, lying: LyingProvider) -> None:
    """A thief has all that the browser had: the cookie from before, and the address of the answer."""
    browser = app.test_client()
    address = begin(browser)
    before = browser.get_cookie("session")
    assert before is not None
    assert come_back(browser, lying.back_from(address)).location == "/"
    thief = app.test_client()
    thief.set_cookie("session", before.value)
    back = come_back(thief, lying.back_from(address))
    assert back.location == "/account/sign-in"
    assert "This was sent before." in thief.get(back.location).text
    assert lying.requests.count("POST /token") == 1


def test_twenty_uses_of_one_state_at_once_are_one(app: Flask) -> None:
    used: list[int] = []

    def use(number: int) -> None:
        with unit_of_work():
            use_once("the state of a flow")
        used.append(number)

    refused = at_once(app, 20, use)
    assert (len(used), len(refused)) == (1, 19)


def test_twenty_links_to_one_account_at_once_are_one(app: Flask) -> None:
    ids = [make_person().id for _number in range(20)]
    arrival = Arrival("https://sso.example.org", "lena", None, is_verified=False, name=None)

    def try_to_link(number: int) -> None:
        with unit_of_work():
            link(session.get_one(Person, ids[number]), arrival)

    refused: list[DomainError] = at_once(app, 20, try_to_link)
    assert len(refused) == 19
    assert session.scalar(sa.select(sa.func.count()).select_from(ProviderLink)) == 1


def test_who_sends_made_up_answers_is_slowed_down_and_forgiven_for_a_right_one(
    app: Flask, lying: LyingProvider
) -> None:
    def send(code: str) -> TestResponse:
        browser = app.test_client()
        back = come_back(browser, lying.back_from(begin(browser), **({"code": code} if code else {})))
        return browser.get(back.location)

    for _number in range(MAX_FAILURES_OF_SOURCE - 1):
        assert OUT_OF_REACH in send("made-up").text
    # A right one among them: at a school, say.
    assert OUT_OF_REACH not in send("").text
    assert session.scalars(sa.select(SignInFailure)).all() == []
    for _number in range(MAX_FAILURES_OF_SOURCE):
        assert OUT_OF_REACH in send("made-up").text
    sent = lying.requests.count("POST /token")
    assert "Too many sign-ins went wrong here." in send("").text
    assert lying.requests.count("POST /token") == sent
    with time_machine.travel(clock.now() + GUESSING_WINDOW, tick=True):
        assert OUT_OF_REACH not in send("").text


def test_an_office_that_comes_at_once_is_nobody_who_guesses(
    client: FlaskClient, lying: LyingProvider
) -> None:
    """The others of one network are on their way: what they bring counts until the provider has answered."""
    back = lying.back_from(begin(client))
    for _colleague in range(MAX_FAILURES_OF_ACCOUNT_AT_SOURCE):
        with unit_of_work():
            count_answer("127.0.0.1")
    assert come_back(client, back).location == "/"


def test_what_is_taken_back_is_this_answer_and_no_later_one(app: Flask) -> None:
    """SQLite gives a number that is free again to the next row."""
    source = "192.0.2.7"
    with unit_of_work():
        first = count_answer(source)
    with time_machine.travel(clock.now() + timedelta(seconds=1), tick=False), unit_of_work():
        forgive_answers(source)
        later = count_answer(source)
    with unit_of_work():
        take_back(replace(first, id=later.id), source)
    assert session.scalars(sa.select(SignInFailure.id)).all() == [later.id]
    with unit_of_work():
        take_back(later, source)
    assert session.scalars(sa.select(SignInFailure.id)).all() == []


def test_who_is_known_is_so_by_number_and_not_by_address(app: Flask, lying: LyingProvider) -> None:
    """An address that changed hands at the provider opens nothing of who had it before, here neither."""
    first = app.test_client()
    come_back(first, lying.back_from(begin(first)))
    lena = person_by_email("lena@example.org")
    assert lena is not None
    # The same person with another address is still Lena, with the address that she has here.
    lying.subject["email"] = "lena@elsewhere.example"
    again = app.test_client()
    assert come_back(again, lying.back_from(begin(again))).location == "/"
    session.expire_all()
    assert [link.subject for link in links_of(lena.id)] == ["lena"]
    assert lena.email == "lena@example.org"
    # Somebody else who has her old address now is refused: she has an account there already.
    lying.subject.update({"sub": "somebody else", "email": "lena@example.org"})
    other = app.test_client()
    back = come_back(other, lying.back_from(begin(other)))
    assert back.location == "/account/sign-in"
    assert other.get("/account/").status_code == 302
    # Capitals make another number.
    lying.subject.update({"sub": "LENA", "email": "big@example.org"})
    come_back(other, lying.back_from(begin(other)))
    assert person_by_email("big@example.org") is not None


@pytest.mark.parametrize("word", [False, None, 1, "yes", "True", "false", ["true"], {}])
def test_only_a_plain_yes_vouches_for_an_address(
    client: FlaskClient, lying: LyingProvider, word: object
) -> None:
    lying.subject["email_verified"] = word
    back = come_back(client, lying.back_from(begin(client)))
    assert back.location.startswith("/account/code/")
    assert nobody_came()


def test_the_word_true_vouches_as_well(client: FlaskClient, lying: LyingProvider) -> None:
    """Some providers write all claims as text."""
    lying.subject["email_verified"] = "true"
    assert come_back(client, lying.back_from(begin(client))).location == "/"


@pytest.mark.parametrize(
    ("claim", "value"),
    [
        ("email", "no address"),
        ("email", "x" * 300 + "@example.org"),
        ("email", "lena@example.org\r\nBcc: all@example.org"),
        ("email", 7),
        ("email", ["lena@example.org"]),
        ("email", ""),
        ("email", "lena@example.org\0"),
    ],
)
def test_an_address_that_is_none_counts_as_not_given(
    client: FlaskClient, lying: LyingProvider, claim: str, value: object
) -> None:
    lying.subject[claim] = value
    back = come_back(client, lying.back_from(begin(client)))
    assert back.location == "/account/sign-in"
    assert "Example gave us no mail address." in client.get(back.location).text
    assert nobody_came()


@pytest.mark.parametrize(
    "name", [7, "", "x" * 81, "x" * 301, "Lena\u202e", "Lena\0", "Redactie", "\u0391dmin", None]
)
def test_a_name_that_cannot_be_is_asked_for(client: FlaskClient, lying: LyingProvider, name: object) -> None:
    lying.subject["name"] = name
    assert come_back(client, lying.back_from(begin(client))).location == "/account/provider/name"
    assert nobody_came()


def test_a_mail_address_of_another_script_or_case_is_the_same_account(
    client: FlaskClient, lying: LyingProvider
) -> None:
    with unit_of_work():
        create_person("lena@example.org", "Lena", password="correct horse battery")
    lying.subject["email"] = "LENA@EXAMPLE.org"
    come_back(client, lying.back_from(begin(client)))
    assert session.scalar(sa.select(sa.func.count()).select_from(Person)) == 1


def test_keys_that_change_are_asked_for_again(app: Flask, lying: LyingProvider) -> None:
    browser = app.test_client()
    come_back(browser, lying.back_from(begin(browser)))
    new = RSAKey.generate_key(2048, {"kid": "new"})
    lying.key, lying.shown_keys = new, [new.as_dict(private=False)]
    late = clock.now() + KEYS_AT_MOST_EVERY
    # Not at once: whoever makes a provider sign with unknown keys does not make us ask all the time.
    other = app.test_client()
    assert come_back(other, lying.back_from(begin(other))).location == "/account/sign-in"
    with time_machine.travel(late, tick=True):
        assert come_back(other, lying.back_from(begin(other))).location == "/"
    assert lying.requests.count("GET /jwks") == 2


def test_what_a_provider_says_of_itself_is_asked_for_once_an_hour(app: Flask, lying: LyingProvider) -> None:
    for _time in range(3):
        begin(app.test_client())
    assert lying.requests == ["GET /.well-known/openid-configuration"]
    with time_machine.travel(clock.now() + LIFE, tick=False):
        begin(app.test_client())
    assert len(lying.requests) == 2


def _end_with_a_slash(lying: LyingProvider) -> None:
    lying.metadata["issuer"] = f"{lying.issuer}/"


def _say_too_much(lying: LyingProvider) -> None:
    body = json.dumps(lying.metadata).encode() + b" " * MAX_BYTES
    lying.instead["/.well-known/openid-configuration"] = lambda: Answer(body=body)


def _change(name: str, value: object) -> Lie:
    return lambda lying: lying.metadata.update({name: value})


@pytest.mark.parametrize(
    "fault",
    [
        _change("issuer", "https://evil.example"),
        _end_with_a_slash,
        _change("authorization_endpoint", "http://evil.example/auth"),
        _change("authorization_endpoint", "javascript:alert(1)"),
        _change("authorization_endpoint", "https://[evil"),
        _change("token_endpoint", "http://evil.example/token"),
        _change("token_endpoint", "file:///etc/passwd"),
        _change("jwks_uri", "ftp://127.0.0.1/jwks"),
        _change("jwks_uri", None),
        _change("userinfo_endpoint", "http://evil.example/me"),
        _change("userinfo_endpoint", 7),
        answer_with(
            "/.well-known/openid-configuration", Answer(301, b"", {"Location": "http://127.0.0.1:9/"})
        ),
        answer_with("/.well-known/openid-configuration", Answer(503)),
        answer_with("/.well-known/openid-configuration", Answer(body=b"<!doctype html>")),
        answer_with("/.well-known/openid-configuration", Answer(body=b"\xff\xfe")),
        _say_too_much,
    ],
)
def test_nobody_is_sent_to_a_provider_that_is_not_what_it_has_to_be(
    client: FlaskClient, lying: LyingProvider, fault: Lie
) -> None:
    fault(lying)
    back = client.post("/account/provider?next=/debates/")
    assert (back.status_code, back.location) == (303, "/account/sign-in?next=/debates/")
    assert OUT_OF_REACH in client.get(back.location).text
    # It is left alone for a while: who presses the button again and again waits for nobody.
    asked_for = len(lying.requests)
    client.post("/account/provider")
    assert len(lying.requests) == asked_for
    with time_machine.travel(clock.now() + REST, tick=False):
        client.post("/account/provider")
    assert len(lying.requests) == asked_for + 1


@pytest.mark.parametrize(
    "name", ["authorization_endpoint", "token_endpoint", "jwks_uri", "userinfo_endpoint"]
)
def test_a_provider_elsewhere_names_nothing_on_this_machine(lying: LyingProvider, name: str) -> None:
    """What listens here may believe whoever asks from here (SSRF)."""
    elsewhere = "https://sso.example.org"
    metadata = {
        each: f"{elsewhere}/{each}" for each in ("authorization_endpoint", "token_endpoint", "jwks_uri")
    }
    metadata |= {"issuer": elsewhere, "userinfo_endpoint": f"{elsewhere}/me"}
    settings = replace(lying.settings, issuer=elsewhere)

    def provider(**faults: str) -> Provider:
        return Provider(settings, "https://example.org", "x" * 32, ToldAlready({**metadata, **faults}))

    assert provider().address_to_go_to("state", "en").startswith(f"{elsewhere}/authorization_endpoint?")
    with pytest.raises(ProviderDown, match="not safely"):
        provider(**{name: f"{lying.issuer}/secret"}).address_to_go_to("state", "en")


class Told(Conversation):
    """With a provider elsewhere, where tests do not go: it says `said`, whatever it is asked."""

    def __init__(self, said: dict[str, Any]) -> None:
        super().__init__(ssl.create_default_context(), 1, time.monotonic() + 60)
        self._said = said

    def get_json(self, url: str, *, bearer: str | None = None) -> dict[str, Any]:
        return self._said


class ToldAlready(Transport):
    """The way to that provider."""

    def __init__(self, said: dict[str, Any]) -> None:
        super().__init__()
        self._said = said

    def conversation(self) -> Conversation:
        """One in which it says that."""
        return Told(self._said)


def test_a_provider_that_is_not_there_is_said_to_be_so(app: Flask, client: FlaskClient, key: RSAKey) -> None:
    with lying_provider(key) as gone:
        pass
    with signing_in_with(app, gone.settings):
        back = client.post("/account/provider")
        assert back.location == "/account/sign-in"
        assert OUT_OF_REACH in client.get(back.location).text


def say_more(lying: LyingProvider, **said: object) -> None:
    """The ID token says who somebody is, and nothing of them; that has to be asked for."""
    lying.metadata["userinfo_endpoint"] = f"{lying.issuer}/me"
    lying.left_out = {"email", "email_verified", "name"}
    lying.instead["/me"] = lambda: Answer(body=json.dumps({**lying.subject, **said}).encode())


def test_what_the_token_does_not_say_is_asked_for(client: FlaskClient, lying: LyingProvider) -> None:
    say_more(lying)
    assert come_back(client, lying.back_from(begin(client))).location == "/"
    lena = person_by_email("lena@example.org")
    assert lena is not None
    assert lena.name == "Lena"


def test_what_is_said_of_somebody_else_is_not_believed(client: FlaskClient, lying: LyingProvider) -> None:
    """Token substitution: an access token of somebody else answers with their address (Core 1.0, 5.3.2)."""
    say_more(lying, sub="somebody else")
    back = come_back(client, lying.back_from(begin(client)))
    assert "Example gave us no mail address." in client.get(back.location).text
    assert nobody_came()


def test_a_name_in_the_token_is_kept_when_nothing_more_is_said_of_it(
    client: FlaskClient, lying: LyingProvider
) -> None:
    say_more(lying, name=None)
    lying.left_out.remove("name")
    assert come_back(client, lying.back_from(begin(client))).location == "/"
    lena = person_by_email("lena@example.org")
    assert lena is not None
    assert lena.name == "Lena"


def test_a_word_that_an_address_is_theirs_is_for_the_address_beside_it(
    client: FlaskClient, lying: LyingProvider
) -> None:
    """The token says yes and no address, what is asked for besides says an address and no word about it."""
    say_more(lying, email_verified=None)
    lying.left_out.remove("email_verified")
    assert come_back(client, lying.back_from(begin(client))).location.startswith("/account/code/")
    assert nobody_came()


@pytest.mark.parametrize(
    "answer", [Answer(500), Answer(body=b"eyJ.eyJ.x"), Answer(302, b"", {"Location": "http://127.0.0.1:9/"})]
)
def test_who_is_known_comes_in_though_the_provider_says_no_more(
    client: FlaskClient, lying: LyingProvider, answer: Answer
) -> None:
    with unit_of_work():
        person = create_person("lena@example.org", "Lena")
        link(person, Arrival(lying.issuer, "lena", None, is_verified=False, name=None))
    say_more(lying)
    lying.instead["/me"] = lambda: answer
    assert come_back(client, lying.back_from(begin(client))).location == "/"
    assert client.get("/account/").status_code == 200


@pytest.fixture
def linking(sign_in: SignIn, lying: LyingProvider) -> tuple[FlaskClient, str]:
    """Somebody who is signed in here and has gone to the provider to link what they have there, and to what address."""
    with unit_of_work():
        eva = create_person("eva@example.org", "Eva", password="correct horse battery")
    browser = sign_in(eva)
    return browser, begin(browser, "/account/linked")


def test_who_links_has_to_sign_in_there_anew(lying: LyingProvider, linking: tuple[FlaskClient, str]) -> None:
    browser, address = linking
    assert (asked(address)["prompt"], asked(address)["max_age"]) == ("login", "0")
    # They take their time there.
    with time_machine.travel(clock.now() + timedelta(minutes=9), tick=True):
        assert come_back(browser, lying.back_from(address)).location == "/account/linked"
    assert session.scalars(sa.select(ProviderLink.subject)).all() == ["lena"]


OLD_SIGN_INS: dict[str, Lie] = {
    "before they were sent there": lambda lying: lying.lies.update(auth_time=_now(minutes=-2)),
    "at no time": leave_out("auth_time"),
    "yes": say(auth_time=True),
    "at no number": say(auth_time=float("nan")),
    "at nought": say(auth_time=0),
    "at the end of time": say(auth_time=float("inf")),
    "tomorrow": lambda lying: lying.lies.update(auth_time=_now(days=1)),
}


@pytest.mark.parametrize("when", OLD_SIGN_INS)
def test_who_was_signed_in_there_before_is_linked_to_nobody(
    lying: LyingProvider, linking: tuple[FlaskClient, str], when: str
) -> None:
    """In this browser it may be somebody else, and whoever uses it now can take `prompt` out of the address."""
    OLD_SIGN_INS[when](lying)
    browser, address = linking
    back = come_back(browser, lying.back_from(address))
    assert (back.status_code, back.location) == (303, "/account/")
    assert "Sign out at Example and try again." in browser.get("/account/").text
    assert session.scalars(sa.select(ProviderLink)).all() == []
    # The code was good.
    assert session.scalars(sa.select(SignInFailure)).all() == []


def test_a_minute_between_two_clocks_is_no_old_sign_in(
    lying: LyingProvider, linking: tuple[FlaskClient, str]
) -> None:
    browser, address = linking
    lying.lies["auth_time"] = _now(seconds=-50)
    assert come_back(browser, lying.back_from(address)).location == "/account/linked"


def test_who_only_signs_in_may_have_signed_in_there_long_ago(
    client: FlaskClient, lying: LyingProvider
) -> None:
    lying.lies["auth_time"] = _now(days=-3)
    assert come_back(client, lying.back_from(begin(client))).location == "/"


@pytest.mark.parametrize(
    ("method", "headers", "status"),
    [
        ("HEAD", {}, 405),
        ("GET", {"Sec-Purpose": "prefetch"}, 503),
        ("GET", {"Sec-Purpose": "prefetch;prerender"}, 503),
    ],
)
def test_what_looks_at_an_answer_before_somebody_opens_it_uses_nothing_up(
    client: FlaskClient, lying: LyingProvider, method: str, headers: dict[str, str], status: int
) -> None:
    back = lying.back_from(begin(client))
    looked = client.open(back.removeprefix(SITE), method=method, headers=headers)
    assert (looked.status_code, "Set-Cookie" in looked.headers) == (status, False)
    assert nobody_came()
    assert "POST /token" not in lying.requests
    assert come_back(client, back).location == "/"


def test_the_database_waits_for_no_provider(app: Flask, lying: LyingProvider) -> None:
    """While the provider is asked, nobody is in a transaction: neither a reader nor, worse, a writer."""
    if app.extensions["settings"].database_url.startswith("sqlite"):
        # There is nobody to ask; that nothing writes meanwhile shows in a writer that need not wait.
        busy = writes_at_once
    else:
        busy = someone_is_in_a_transaction
    with unit_of_work():
        person = create_person("lena@example.org", "Lena", password="correct horse battery")
        link(person, Arrival(lying.issuer, "lena", None, is_verified=False, name=None))
    browser = app.test_client()
    come_back(browser, lying.back_from(begin(browser)))
    found: dict[str, bool] = {}

    def look(path: str) -> Callable[[], Answer]:
        def answer() -> Answer:
            with app.app_context():
                found[path] = busy()
            del lying.instead[path]
            return lying.answer("GET", path, {}, "")

        return answer

    def forget() -> None:
        """As after an hour: what the provider says of itself is asked for anew."""
        settings = app.extensions["settings"]
        app.extensions["openid_provider"] = Provider(lying.settings, settings.site_url, settings.secret_key)
        lying.instead = {path: look(path) for path in ("/.well-known/openid-configuration", "/jwks")}
        found.clear()

    # Signed in, so that both requests have asked the database who it is.
    forget()
    address = begin(browser)
    assert found == {"/.well-known/openid-configuration": False}
    forget()
    assert come_back(browser, lying.back_from(address)).location == "/"
    assert found == {"/.well-known/openid-configuration": False, "/jwks": False}


def test_no_account_is_joined_for_an_address_that_nobody_vouches_for(app: Flask) -> None:
    """The action says so itself, whoever calls it."""
    make_person(email="lena@example.org")
    arrival = Arrival("https://sso.example.org", "lena", "lena@example.org", is_verified=False, name="Lena")
    with pytest.raises(RuleBroken), unit_of_work():
        person_of_address(arrival, language="en")
    assert session.scalars(sa.select(ProviderLink)).all() == []


def writes_at_once() -> bool:
    """Whether another writer is in the way. With a connection of its own: those of the pool are more patient."""
    with closing(sqlite3.connect(str(db.engine.url.database), timeout=0)) as connection:
        connection.isolation_level = None
        try:
            connection.execute("BEGIN IMMEDIATE")
        except sqlite3.OperationalError:
            return True
        connection.execute("ROLLBACK")
        return False


def someone_is_in_a_transaction() -> bool:
    with db.engine.connect() as connection:
        idle = sa.text(
            "SELECT count(*) FROM pg_stat_activity "
            "WHERE starts_with(state, 'idle in transaction') AND datname = current_database()"
        )
        return bool(connection.scalar(idle))


def test_nothing_of_a_token_is_kept(client: FlaskClient, lying: LyingProvider) -> None:
    address = begin(client)
    back = lying.back_from(address)
    come_back(client, back)
    kept = " ".join(
        str(value)
        for table in db.metadata.sorted_tables
        for row in session.execute(sa.select(table))
        for value in row
    )
    request = asked(address)
    for secret in ("an access token", asked(back)["code"], request["state"], request["nonce"], "eyJ"):
        assert secret not in kept
    with client.session_transaction() as cookie:
        assert request["state"] not in str(dict(cookie))


def test_the_cookie_holds_nothing_that_the_provider_must_not_see_from_others(
    client: FlaskClient, lying: LyingProvider
) -> None:
    """The verifier is made of the state and the key of the site: a browser need not keep it, nor can it leak it."""
    address = begin(client)
    with client.session_transaction() as cookie:
        (begun,) = cookie["provider_begun"]
    assert set(begun) == {"state", "goal", "language", "person", "at"}
    assert asked(address)["code_challenge"] not in str(begun)


def test_a_begun_way_is_kept_for_three_tabs(client: FlaskClient, lying: LyingProvider) -> None:
    first = begin(client)
    *_others, last = [begin(client) for _tab in range(3)]
    assert come_back(client, lying.back_from(first)).location == "/account/sign-in"
    assert come_back(client, lying.back_from(last)).location == "/"


def test_a_goal_that_does_not_fit_a_cookie_is_let_go(client: FlaskClient, lying: LyingProvider) -> None:
    address = begin(client, goal="/debates/?" + "x" * 4000)
    assert come_back(client, lying.back_from(address)).location == "/"


def test_without_a_provider_there_is_nothing(client: FlaskClient) -> None:
    assert "/account/provider" not in client.get("/account/sign-in").text
    for path in ("/account/provider/back?state=x&code=y", "/account/provider/name"):
        assert client.get(path).status_code == 404
    assert client.post("/account/provider").status_code == 404


def test_the_begin_needs_our_own_form(app: Flask, lying: LyingProvider) -> None:
    app.config["WTF_CSRF_ENABLED"] = True
    try:
        assert app.test_client().post("/account/provider").status_code == 403
    finally:
        app.config["WTF_CSRF_ENABLED"] = False
    assert app.test_client().get("/account/provider").status_code == 405
    assert lying.requests == []


def without(address: str, name: str) -> str:
    """An address without one of the things that it says."""
    path, _mark, query = address.partition("?")
    return f"{path}?{'&'.join(each for each in query.split('&') if not each.startswith(f'{name}='))}"


def written() -> tuple[int, int]:
    """How many answers are counted, and how many states are used up."""
    counted, used = (
        session.scalar(sa.select(sa.func.count()).select_from(table)) or 0
        for table in (SignInFailure, UsedChallenge)
    )
    session.rollback()
    return counted, used


def nobody_came() -> bool:
    return all(
        session.scalar(sa.select(sa.func.count()).select_from(table)) == 0
        for table in (Person, BrowserSession)
    )
