"""Who may knock where: every view says it, and nothing changes without a token against forged requests."""

import re
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from structlog.testing import capture_logs
from werkzeug.routing import Rule

from blog.accounts.models.people import Person
from blog.core.actor import ANONYMOUS
from blog.core.pictures import MAX_BYTES
from blog.core.routing import access_of
from tests.conftest import SignIn
from tests.factories.accounts import make_person

_SAFE = {"GET", "HEAD", "OPTIONS"}
# What a stranger may send: to come in, to leave, to become the first admin, to take on an invitation, to write and say
# who they are, and to agree to a winner's name.
_SENT_BY_ANYBODY = {
    "accounts.code",
    "accounts.code_again",
    "accounts.code_mailed",
    "accounts.passkey_sign_in",
    "accounts.provider_begin",
    "accounts.provider_name",
    "accounts.recover",
    "accounts.second_step",
    "accounts.second_step_recovery",
    "accounts.introduce",
    "accounts.keep_by_button",
    "accounts.invitation_accept",
    "accounts.set_up",
    "accounts.sign_in",
    "accounts.sign_out",
    "challenges.agree",
    "challenges.answer",
    "challenges.confirm_entry",
    "challenges.decline",
    "challenges.honour",
    "challenges.received",
    "challenges.result_mail",
    "discussions.answer_begin",
    "discussions.answer_join",
    "discussions.comment_begin",
    "discussions.comment_join",
    # Providers of mail: they prove who they are with each message.
    "mail_hooks.mailgun_mime",
    "mail_hooks.postmark_inbound",
}
# Programs come here without a browser, and nothing that a browser brings lets anybody in. The doors of this site are
# closed.
_FOR_PROGRAMS = {"mail_hooks.mailgun_mime", "mail_hooks.postmark_inbound"}
# They change nothing: what was typed is shown again, beside a form with a token.
_WITHOUT_TOKEN = {"discussions.answer_begin", "discussions.comment_begin"} | _FOR_PROGRAMS


def _unsafe_rules(app: Flask) -> Iterator[Rule]:
    return (rule for rule in app.url_map.iter_rules() if (rule.methods or set()) - _SAFE)


def _address(rule: Rule) -> str:
    """An address that the rule matches; whether there is something behind it does not matter."""
    return re.sub(r"<[^>]+>", "1", rule.rule)


def test_every_view_says_who_may_knock(app: Flask) -> None:
    assert [name for name, view in app.view_functions.items() if access_of(view) is None] == []


def test_a_stranger_can_send_nothing_but_this(app: Flask) -> None:
    unsafe = {rule.endpoint for rule in _unsafe_rules(app)}
    public = {
        name
        for name in unsafe
        if (access := access_of(app.view_functions[name])) and access.level == "public"
    }
    assert public == _SENT_BY_ANYBODY


# What pages of other sites can have a browser send without asking us first (the Fetch standard, "CORS-safelisted").
_FORGERIES = (
    {"data": {"name": "x"}, "headers": {"Origin": "https://evil.example"}},
    {"data": '{"name": "x"}', "content_type": "text/plain", "headers": {"Origin": "null"}},
    {"data": {"name": "x", "csrf_token": "made up"}, "content_type": "multipart/form-data"},
)


# It is refused before a view asks a database.
@pytest.mark.parametrize("app", ["sqlite"], indirect=True)
@pytest.mark.parametrize("forged", _FORGERIES)
def test_a_forged_request_changes_nothing(
    app: Flask, sign_in: SignIn, monkeypatch: pytest.MonkeyPatch, forged: dict[str, Any]
) -> None:
    browser = sign_in(make_person(role="admin"))
    monkeypatch.setitem(app.config, "WTF_CSRF_ENABLED", True)
    rules = [rule for rule in _unsafe_rules(app) if rule.endpoint not in _WITHOUT_TOKEN]
    answers = {rule.endpoint: browser.post(_address(rule), **forged).status_code for rule in rules}
    assert len(rules) > 10
    assert answers == dict.fromkeys(answers, 403)


def test_a_token_of_ones_own_is_no_good_in_the_browser_of_somebody_else(
    app: Flask, sign_in: SignIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    mallory, anna = sign_in(make_person()), sign_in(make_person())
    monkeypatch.setitem(app.config, "WTF_CSRF_ENABLED", True)

    def token_of(browser: FlaskClient) -> str:
        found = re.search(r'name="csrf_token" value="([^"]+)"', browser.get("/account/").text)
        assert found is not None
        return found.group(1)

    theirs, hers = token_of(mallory), token_of(anna)
    data = {"language": "nl", "next": "/"}
    assert anna.post("/account/language", data={**data, "csrf_token": theirs}).status_code == 403
    assert anna.post("/account/language", data={**data, "csrf_token": hers}).status_code == 303


# The most that a view reads of which nobody expects a file, and parts beyond what any form has.
_ROOM = 2 * 1024 * 1024
_PARTS = 1_000
_TAKE_PICTURES = {"accounts.picture_choose", "challenges.desk_terms_post"}
_TOO_MUCH: dict[str, Callable[[int], dict[str, Any]]] = {
    "one long text": lambda room: {"data": {"title": "Mine", "body": "x" * (room + 200_000)}},
    "many small parts": lambda _room: {
        "data": {"body": "Some words.", **{f"part{number}": "x" for number in range(_PARTS)}},
        "content_type": "multipart/form-data",
    },
}


# Who may is settled by who they are, and that is asked of both databases in test_permission_matrix.py.
@pytest.mark.parametrize("app", ["sqlite"], indirect=True)
@pytest.mark.parametrize("too_much", _TOO_MUCH)
@pytest.mark.parametrize("role", ["visitor", "reader", "admin"])
def test_who_sends_too_much_hears_whether_they_may_before_that_it_is_too_much(
    app: Flask, sign_in: SignIn, role: str, too_much: str
) -> None:
    person = None if role == "visitor" else make_person(role=role)
    browser = sign_in(person) if person else app.test_client()
    expected: dict[str, int] = {}
    answers: dict[str, int] = {}
    with capture_logs() as lines:
        for rule in _unsafe_rules(app):
            room = 2 * MAX_BYTES + 100_000 if rule.endpoint in _TAKE_PICTURES else _ROOM
            sent = browser.post(_address(rule), **_TOO_MUCH[too_much](room))
            answers[rule.rule] = sent.status_code
            expected[rule.rule] = _refusal_of_too_much(app, rule, person)
    assert answers == expected
    assert len(answers) > 60
    assert [line for line in lines if line["log_level"] != "info"] == []


def _refusal_of_too_much(app: Flask, rule: Rule, person: Person | None) -> int:
    """401 and 403 for who may not use the view, 404 where it is closed, 413 for who may."""
    if rule.endpoint in _FOR_PROGRAMS:
        return 404
    access = access_of(app.view_functions[rule.endpoint])
    assert access is not None
    if access.level == "public":
        return 413
    actor = person.actor if person else ANONYMOUS
    if not actor.is_authenticated:
        return 401
    return 413 if access.level == "members" or actor.has_role(*access.roles) else 403
