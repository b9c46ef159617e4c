"""What holds for every page, whoever opens it: one world of things, and each GET of the table of permissions in it."""

import re
from collections import Counter
from datetime import timedelta
from http import HTTPStatus

import pytest
import sqlalchemy as sa
from flask import Flask
from werkzeug.test import TestResponse

from blog.accounts.actions.setup import make_setup_link
from blog.accounts.models.audit import AuditRecord
from blog.accounts.models.factors import Passkey
from blog.accounts.models.links import ProviderLink
from blog.accounts.models.notes import PersonNote
from blog.accounts.models.people import FormerName, Person
from blog.accounts.models.sign_in import BrowserSession
from blog.core import clock
from blog.core.db import session, unit_of_work
from blog.core.headers import CONTENT_SECURITY_POLICY
from blog.discussions.models import Comment
from blog.mailroom.models import ReadMessage
from tests.architecture.matrix import Row
from tests.architecture.sources import modules, text_of
from tests.architecture.test_permission_matrix import TABLE, World
from tests.conftest import SignIn
from tests.support.snapshots import Snapshot, take_snapshot

HOSTILE = "\"'><svg onload=alert(1)>"
# What pages ask of their address; `after` by itself, because a damaged one ends the page before anything is shown.
ASKED = (
    *(
        "act",
        "became",
        "code",
        "door",
        "error",
        "iss",
        "lang",
        "mode",
        "next",
        "only",
        "q",
        "role",
        "since",
        "state",
    ),
    *("until", "who"),
)
PAGES = tuple(row for row in TABLE if row.method == "GET")
# What somebody else may not see, asked for by its number or name.
HIDDEN = tuple(row for row in TABLE if row.whose == "other" and "gone" in row.outcomes)


def test_every_word_that_a_page_asks_of_its_address_is_tried_here() -> None:
    asked: set[str] = set()
    for name in modules("blog"):
        asked |= set(re.findall(r'request\.args(?:\.get\(|\[)"(\w+)"', text_of(name)))
    assert asked - {"after"} <= set(ASKED)
    assert asked >= {"next", "lang", "mode"}


def test_what_an_attacker_typed_is_text_on_every_page(app: Flask, sign_in: SignIn) -> None:
    world = World(app, sign_in, "admin")
    browser = world.browser
    _let_everybody_be_called(HOSTILE)
    before, shown = take_snapshot(), 0
    last_line = session.scalar(sa.select(sa.func.max(AuditRecord.id)))
    for row in PAGES:
        address = row.address.format_map(world.places)
        for asked in (dict.fromkeys(ASKED, HOSTILE), {"after": HOSTILE}):
            page = browser.get(address, query_string=asked)
            assert page.status_code < 500, row.name
            _assert_is_guarded(page, row)
            if page.mimetype == "text/html":
                assert "<svg onload" not in page.text, row.name
                shown += "&lt;svg onload" in page.text
            page.close()
    assert shown > 50
    # Whatever it was asked with; only that somebody took the audit log, or looked at mail, is written down in it.
    assert sorted(_changed_since(before)) == ["audit_record", "audit_source"]
    written = session.scalars(sa.select(AuditRecord.act).where(AuditRecord.id > last_line)).all()
    looked = {"log exported": 2, "raw mail shown": 2, "raw mail taken": 2}
    assert Counter(written) == looked


def test_looking_changes_nothing(app: Flask, sign_in: SignIn) -> None:
    """Programs open links, those in mails too, and more than once; what admins look at stands in the test above."""
    world = World(app, sign_in, "visitor")
    before = take_snapshot()
    for row in PAGES:
        if row.outcome_for("visitor") != "ok" or row.endpoint.startswith("assets."):
            continue
        for method in ("HEAD", "GET"):
            address = row.address.format_map(world.places)
            with world.browser.open(address, method=method) as page:
                assert page.status_code < 400, row.name
    assert _changed_since(before) == []


@pytest.mark.parametrize("role", ["reader", "author", "editor"])
def test_what_is_hidden_is_answered_as_what_is_not_there(app: Flask, sign_in: SignIn, role: str) -> None:
    world = World(app, sign_in, role)
    places = world.places | world.numbers_of_sessions()
    nothing = {name: "999999999" if value.isdigit() else "0" * len(value) for name, value in places.items()}
    rows = [row for row in HIDDEN if row.outcome_for(role) == "gone"]
    told: list[str] = []
    for row in rows:
        answers = [
            _answer(world.browser.open(address, method=row.method), address)
            for address in (row.address.format_map(names) for names in (places, nothing))
        ]
        if answers[0] != answers[1]:
            told.append(row.name)
    assert told == []
    assert len(rows) > 5


def test_no_secret_that_was_given_out_is_in_the_database(app: Flask, sign_in: SignIn) -> None:
    with unit_of_work():
        secrets = {make_setup_link()}
    world = World(app, sign_in, "reader")
    with world.browser.session_transaction() as cookie:
        secrets.add(cookie["_user_id"])
    places = ("code", "code_link", "invitation", "kept", "recovery", "address", "own_address")
    secrets |= {world.places[name] for name in places}
    rows = {name: repr(rows) for name, rows in take_snapshot().items()}
    # What is mailed stands in its letter until it is sent.
    mailed = rows.pop("outbox_message")
    assert [(name, secret) for name, row in rows.items() for secret in secrets if secret in row] == []
    assert world.places["code_link"] in mailed
    assert len(secrets) == 9


def _let_everybody_be_called(words: str) -> None:
    """Put `words` wherever somebody can say what they, or their things, are called."""
    now = clock.now()
    with unit_of_work():
        for model, column in (
            (Person, "name"),
            (Passkey, "name"),
            (ProviderLink, "label"),
            (Comment, "body"),
            (ReadMessage, "from_name"),
            (ReadMessage, "subject"),
            (ReadMessage, "text"),
            (BrowserSession, "user_agent"),
        ):
            session.execute(sa.update(model).values({column: words}))
        for person_id in session.scalars(sa.select(Person.id)):
            session.add(PersonNote(person_id=person_id, body=words, written_at=now))
            session.add(FormerName(person_id=person_id, name=words, until=now - timedelta(days=1)))


def _changed_since(before: Snapshot) -> list[str]:
    """The tables in which something has changed."""
    after = take_snapshot()
    return [name for name in before if before[name] != after[name]]


# What has a frame in it, and what is shown as it came.
_OTHER_POLICIES = {
    "mailroom.mail_file": "sandbox; default-src 'none'",
    "challenges.desk_entry": f"{CONTENT_SECURITY_POLICY}; frame-src 'self'",
    "challenges.desk_entry_attachment": "sandbox; default-src 'none'",
    "challenges.desk_entry_html": (
        "sandbox; default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'self'"
    ),
}
_FILES = ("assets.", "media.", "home.healthz", "home.readyz")
# They say nothing that is for one person only.
_SAME_FOR_EVERYBODY = frozenset(
    f"challenges.{name}"
    for name in ("live_count", "ledger_file", "verifier", "checkpoints", "checkpoint_file", "stamp_file")
)


def _assert_is_guarded(page: TestResponse, row: Row) -> None:
    """Every answer says what a browser may do with it, and no cache keeps what was made for one person."""
    policy = CONTENT_SECURITY_POLICY
    if page.status_code == HTTPStatus.OK:
        policy = _OTHER_POLICIES.get(row.endpoint, policy)
    assert page.headers["Content-Security-Policy"] == policy, row.name
    assert page.headers["X-Content-Type-Options"] == "nosniff", row.name
    if row.endpoint not in _SAME_FOR_EVERYBODY and not row.endpoint.startswith(_FILES):
        assert "no-store" in page.headers["Cache-Control"], row.name


def _answer(response: TestResponse, address: str) -> tuple[int, str, str]:
    """What is told, without what differs in each request."""
    page = re.sub(r'name="csrf_token" value="[^"]*"', "", response.text).replace(address, "")
    return response.status_code, response.location or "", page
