"""Whose mail does not get through types an answer on the page: the next number, a receipt, and the same judging."""

import re
from collections import Counter
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa
import time_machine
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from blog.challenges.actions.awards import announce_winner
from blog.challenges.actions.challenges import close_challenge
from blog.challenges.actions.verdicts import judge_entry
from blog.challenges.models.challenges import Challenge
from blog.challenges.models.entries import Entry, EntryConfirmation
from blog.challenges.values import ChallengeStatus, Judgement
from blog.challenges.views.answering import MOST_OF_A_PERSON
from blog.core.db import session, unit_of_work
from blog.mailroom.accepting import Incoming
from blog.mailroom.doors.disk import FreeDisk
from blog.mailroom.doors.intake import Accepted, accept
from blog.mailroom.models import Delivery, DoorRefusal, OutboxMessage
from blog.mailroom.refusals import write_refusals
from blog.mailroom.routes import resolve
from blog.mailroom.values import Door, Envelope
from tests.conftest import SignIn
from tests.factories.accounts import make_person
from tests.factories.challenges import make_challenge, token_of
from tests.support.jobs import run_due_jobs

NOON = datetime(2026, 11, 27, 12, tzinfo=UTC)
SLUG = "a-question"
PLACE = f"/challenges/{SLUG}/answer"
TYPED = {"text": "Vraag wat het hem kost.\r\n\r\n— Zoë", "email": "zoe@example.org", "name": "Zoë de Wit"}


@pytest.fixture(autouse=True)
def challenge(app: Flask) -> Challenge:
    return make_challenge(slug=SLUG)


def mail(app: Flask, text: str) -> None:
    """Somebody else mails an answer."""
    to = f"{SLUG}@answers.example.org"
    destination = resolve(to, "answers.example.org")
    session.rollback()
    assert destination is not None
    raw = f"From: bram@example.net\r\nSubject: Answer\r\n\r\n{text}\r\n".encode()
    envelope = Envelope(Door.PIPE, "bram@example.net", (to,), "local", "", tls=False)
    assert isinstance(accept(app, Incoming(envelope, (destination,), raw)), Accepted)


def entries() -> list[Entry]:
    session.rollback()
    return [*session.scalars(sa.select(Entry).order_by(Entry.number))]


def test_it_gets_the_next_number_a_receipt_and_can_win(app: Flask, client: FlaskClient) -> None:
    assert f'href="{PLACE}"' in client.get(f"/challenges/{SLUG}").text
    mail(app, "An earlier one.")
    assert "What is the answer?" in client.get(PLACE).text
    sent = client.post(PLACE, data=TYPED)
    mail(app, "A later one.")
    run_due_jobs()

    assert [each.number for each in entries()] == [1, 2, 3]
    typed = entries()[1]
    assert sent.location == f"/receipts/{token_of(typed)}"
    assert "Your answer is stored" in client.get(sent.location).text
    message = typed.delivery.message
    assert message is not None
    assert (message.from_name, message.from_address) == ("Zoë de Wit", "zoe@example.org")
    assert message.text.strip() == "Vraag wat het hem kost.\n\n— Zoë"
    receipts = sa.select(OutboxMessage.recipient).where(OutboxMessage.recipient == "zoe@example.org")
    assert session.scalars(receipts).all() == ["zoe@example.org"]
    editor = make_person(role="editor").actor
    for number, verdict in ((1, Judgement.INCORRECT), (2, Judgement.CORRECT)):
        with unit_of_work():
            judge_entry(editor, entries()[number - 1], verdict, "As it has to be.")
    with unit_of_work():
        assert announce_winner(editor, entries()[0].challenge).entry.number == 2


def test_the_same_form_sent_twice_is_one_answer(client: FlaskClient) -> None:
    form = TYPED | {"submission_key": "a key"}
    first, second = (client.post(PLACE, data=form).location for _click in range(2))
    assert first == second
    assert len(entries()) == 1
    assert client.post(PLACE, data=form | {"text": "Other words."}).location != first
    assert len(entries()) == 2


@pytest.mark.parametrize(
    ("changed", "fault"),
    [
        ({"text": " \n "}, "Write something first."),
        ({"text": "x" * 100_001}, "at most 100000 fit"),
        ({"email": ""}, "Fill this in."),
        ({"email": "nobody"}, "Give a mail address like name@example.org."),
        ({"email": "zoe@example.org\r\nBcc: bram@example.net"}, "Give a mail address like name@example.org."),
    ],
)
def test_what_cannot_be_used_is_said_and_kept(
    client: FlaskClient, changed: dict[str, str], fault: str
) -> None:
    refused = client.post(PLACE, data=TYPED | changed)
    assert (refused.status_code, fault in refused.text) == (422, True)
    assert 'value="Zoë de Wit"' in refused.text
    assert entries() == []


def test_nothing_that_is_typed_becomes_a_header(client: FlaskClient) -> None:
    client.post(
        PLACE, data=TYPED | {"name": "Zoë\r\nBcc: bram@example.net", "text": "Bcc: x@example.org\n.\n"}
    )
    raw = session.scalars(sa.select(Delivery.raw)).one()
    head = raw.partition(b"\r\n\r\n")[0]
    assert re.findall(rb"(?mi)^bcc:", head) == []
    run_due_jobs()
    message = entries()[0].delivery.message
    assert message is not None
    assert message.text.strip() == "Bcc: x@example.org\n."


def test_whoever_is_signed_in_need_not_say_who_they_are_and_confirms_with_a_button(
    app: Flask, sign_in: SignIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(app.extensions, "settings", replace(app.extensions["settings"], check_senders=True))
    browser = sign_in(make_person(name="Zoë de Wit", email="zoe@example.org"))
    page = browser.get(PLACE).text
    assert ('value="zoe@example.org"' in page, 'value="Zoë de Wit"' in page) == (True, True)
    receipt = browser.post(PLACE, data=TYPED).location
    run_due_jobs()
    # A form proves nothing of who fills it in.
    assert session.scalars(sa.select(EntryConfirmation.confirmed_by)).all() == [None]
    assert browser.post(f"{receipt}/confirm").status_code == 303
    session.rollback()
    assert session.scalars(sa.select(EntryConfirmation.confirmed_by)).all() == ["sign-in"]


def test_a_class_behind_one_address_types_at_once(client: FlaskClient) -> None:
    assert {type_answer(client, number).status_code for number in range(40)} == {303}
    assert len(entries()) == 40


def test_a_network_types_so_many_answers_to_one_challenge_in_an_hour(
    app: Flask, client: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    let_a_network_type(app, 3, monkeypatch)
    make_challenge(slug="another")
    before = refused_by_the_form()
    with time_machine.travel(NOON, tick=False) as now:
        assert {type_answer(client, number).status_code for number in range(3)} == {303}
        refused = client.post(f"{PLACE}?lang=en", data=TYPED | {"text": "One more."})
        assert (refused.status_code, refused.headers["Retry-After"]) == (429, "3600")
        # An hour later, in the zone of the site.
        told = refused.text.replace("\u202f", " ")
        assert (
            "There is room again at 2:01 PM; or mail your answer to a-question@answers.example.org." in told
        )
        assert "One more." in refused.text
        assert client.post("/challenges/another/answer", data=TYPED).status_code == 303
        from_elsewhere = client.post(PLACE, data=TYPED, environ_base={"REMOTE_ADDR": "198.51.100.5"})
        assert from_elsewhere.status_code == 303
        now.move_to(NOON + timedelta(hours=1))
        assert type_answer(client, 4).status_code == 303
    # Admins see at the mailroom's page that somebody was refused.
    assert refused_by_the_form() - before == {"too-many": 1}


def test_whoever_is_signed_in_has_a_limit_of_their_own(
    app: Flask, client: FlaskClient, sign_in: SignIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    let_a_network_type(app, 1, monkeypatch)
    zoe = sign_in(make_person(email="zoe@example.org"))
    # Others may type her address as often as they like: it costs her nothing that she cannot do without.
    assert [type_answer(client, number).status_code for number in range(2)] == [303, 429]
    own = [type_answer(zoe, number).status_code for number in range(2, MOST_OF_A_PERSON + 2)]
    assert own == [303] * (MOST_OF_A_PERSON - 1) + [429]
    # For somebody else she is one of her network.
    assert zoe.post(PLACE, data=TYPED | {"email": "bram@example.net"}).status_code == 429


def let_a_network_type(app: Flask, answers: int, monkeypatch: pytest.MonkeyPatch) -> None:
    settings = replace(app.extensions["settings"], typed_answers_per_network=answers)
    monkeypatch.setitem(app.extensions, "settings", settings)


def type_answer(browser: FlaskClient, number: int) -> TestResponse:
    return browser.post(PLACE, data=TYPED | {"text": f"Answer {number}."})


def test_while_the_disk_is_nearly_full_what_was_typed_is_kept_and_can_be_sent_again(
    app: Flask, client: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = refused_by_the_form()
    with monkeypatch.context() as scarce:
        scarce.setitem(app.extensions, "free_disk", FreeDisk(Path("/"), 1_000_000_000))
        later = client.post(PLACE, data=TYPED)

    assert (later.status_code, later.headers["Retry-After"]) == (503, "10")
    assert "There is no room for this just now." in later.text
    assert "Vraag wat het hem kost." in later.text
    assert entries() == []
    assert refused_by_the_form() - before == {"no-room": 1}
    assert client.post(PLACE, data=TYPED).status_code == 303


def refused_by_the_form() -> Counter[str]:
    """How many answers the form has refused, by why."""
    session.rollback()
    write_refusals()
    counted = sa.select(DoorRefusal.why, DoorRefusal.total).where(DoorRefusal.door == Door.FORM)
    return Counter(dict(session.execute(counted).all()))


def test_what_is_stored_is_found_again_whatever_the_limits_say(
    app: Flask, client: FlaskClient, challenge: Challenge, monkeypatch: pytest.MonkeyPatch
) -> None:
    let_a_network_type(app, 1, monkeypatch)
    form = TYPED | {"submission_key": "a key"}
    receipt = client.post(PLACE, data=form).location
    assert type_answer(client, 1).status_code == 429
    assert client.post(PLACE, data=form).location == receipt
    editor = make_person(role="editor").actor
    with unit_of_work():
        close_challenge(editor, challenge)
    assert client.post(PLACE, data=form).location == receipt


def test_after_the_end_nothing_is_stored_and_what_was_typed_is_kept(
    client: FlaskClient, challenge: Challenge
) -> None:
    editor = make_person(role="editor").actor
    with unit_of_work():
        close_challenge(editor, challenge)
    assert "takes no answers any more" in client.get(PLACE).text
    assert PLACE not in client.get(f"/challenges/{SLUG}").text
    refused = client.post(PLACE, data=TYPED)
    assert (refused.status_code, "Vraag wat het hem kost." in refused.text) == (409, True)
    assert entries() == []


def test_a_draft_is_not_there(client: FlaskClient) -> None:
    make_challenge(slug="a-draft", status=ChallengeStatus.DRAFT)
    assert client.get("/challenges/a-draft/answer").status_code == 404
    assert client.post("/challenges/a-draft/answer", data=TYPED).status_code == 404
