import socket
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from email.header import decode_header, make_header
from pathlib import Path

import pytest
import sqlalchemy as sa
import time_machine
from flask import Flask

from blog.accounts.actions.codes import ask_for_code
from blog.accounts.models.audit import AuditRecord
from blog.accounts.models.codes import MailedCode
from blog.core import clock
from blog.core.config import MailRelay, Settings
from blog.core.db import session, unit_of_work
from blog.core.jobs.models import Work
from blog.core.pagination import encode_cursor
from blog.mailroom import transport
from blog.mailroom.actions import call_back, one_line
from blog.mailroom.models import OutboxMessage
from tests.conftest import SignIn
from tests.factories.accounts import make_person
from tests.factories.mailroom import make_outbox_message, make_stuck_message
from tests.support.certificates import make_certificate
from tests.support.jobs import run_due_jobs
from tests.support.relay import Relay, running_relay

NOON = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)


@pytest.fixture
def relay(app: Flask) -> Iterator[Relay]:
    """The application sends through a real relay during the test."""
    before: Settings = app.extensions["settings"]
    with running_relay() as running:
        _use(app, running.as_setting())
        yield running
        _use(app, before.relay)


def test_it_catches_mail_when_there_is_no_relay(app: Flask) -> None:
    make_outbox_message(cause="test:1")

    assert run_due_jobs() == 1

    assert _states() == ["caught"]


def test_it_sends_through_the_relay(relay: Relay) -> None:
    make_outbox_message(
        cause="test:1", subject="Één vraag – aan “jou”", text="Café.\n", in_reply_to="<q@example.org>"
    )

    run_due_jobs()

    [message] = relay.messages
    assert relay.envelopes == [("noreply@example.org", ["reader@example.org"])]
    assert str(make_header(decode_header(message["Subject"]))) == "Één vraag – aan “jou”"
    payload = message.get_payload(decode=True)
    assert isinstance(payload, bytes)
    assert payload.decode() == "Café.\r\n"
    assert message["In-Reply-To"] == "<q@example.org>"
    assert message["Message-ID"] == session.scalars(sa.select(OutboxMessage.message_id)).one()
    assert message["Auto-Submitted"] is None
    assert _states() == ["sent"]


def test_it_marks_an_automatic_reply_and_gives_it_the_null_sender(relay: Relay) -> None:
    make_outbox_message(cause="test:1", is_automatic=True)

    run_due_jobs()

    [message] = relay.messages
    assert relay.envelopes == [("<>", ["reader@example.org"])]
    assert message["Auto-Submitted"] == "auto-replied"
    assert message["X-Auto-Response-Suppress"] == "All"


def test_it_sends_one_mail_for_one_cause(relay: Relay) -> None:
    first = make_outbox_message(cause="test:1", subject="First")
    again = make_outbox_message(cause="test:1", subject="Second")

    run_due_jobs()

    assert first.id == again.id
    assert [message["Subject"] for message in relay.messages] == ["First"]


def test_it_tries_again_when_the_relay_asks_for_it(relay: Relay) -> None:
    with time_machine.travel(NOON, tick=False) as traveller:
        relay.reply = "451 Greylisted"
        make_outbox_message(cause="test:1")
        assert run_due_jobs() == 1
        assert _states() == ["waiting"]

        relay.reply = "250 OK"
        assert run_due_jobs() == 0
        traveller.shift(2)
        assert run_due_jobs() == 1

    assert _states() == ["sent"]
    assert len(relay.messages) == 1


@pytest.mark.parametrize(
    ("step", "says", "code"),
    [
        ("recipient_reply", "550 No such user", 550),
        ("recipient_reply", "550 5.1.1 No such user", 550),
        ("reply", "554 5.6.0 That is no mail", 554),
        ("reply", "550 5.7.1 That is spam", 550),
    ],
)
def test_it_gives_up_when_the_relay_refuses_the_letter(relay: Relay, step: str, says: str, code: int) -> None:
    setattr(relay, step, says)
    make_outbox_message(cause="test:1")

    run_due_jobs()

    row = session.scalars(sa.select(OutboxMessage)).one()
    assert (row.state, row.last_error) == ("failed", f"refused with {code}")
    assert session.scalars(sa.select(Work.id)).all() == []


@pytest.mark.parametrize(
    ("step", "says", "reason"),
    [
        ("greeting", "554 No mail from you", "reply 554"),
        ("sender_reply", "550 Not your address", "reply 550"),
        ("recipient_reply", "530 5.7.0 Authentication required", "reply 530"),
        ("recipient_reply", "554 5.7.1 Relay access denied", "reply 554"),
        ("recipient_reply", "450 4.2.0 Greylisted", "reply 450"),
        ("recipient_reply", "553 5.1.8 Sender address rejected", "reply 553"),
        ("reply", "530 Authentication required", "reply 530"),
    ],
)
def test_a_fault_of_our_account_costs_no_letter(relay: Relay, step: str, says: str, reason: str) -> None:
    with time_machine.travel(NOON, tick=False) as traveller:
        before = getattr(relay, step)
        setattr(relay, step, says)
        make_outbox_message(cause="test:1", is_secret=True)
        run_due_jobs()
        row = session.scalars(sa.select(OutboxMessage)).one()
        assert (row.state, row.last_error, row.text) == ("waiting", reason, "Some text.")

        setattr(relay, step, before)
        traveller.shift(2)
        run_due_jobs()

    assert (_states(), len(relay.messages)) == (["sent"], 1)


def test_a_password_that_ran_out_costs_no_letter(app: Flask, relay: Relay) -> None:
    relay.password = "the new one"
    _use(app, relay.as_setting(username="rejoinder", password="the old one"))
    make_outbox_message(cause="test:1")

    run_due_jobs()

    row = session.scalars(sa.select(OutboxMessage)).one()
    assert (row.state, row.last_error) == ("waiting", "reply 535")


def test_a_relay_that_hangs_up_after_its_reply_has_the_letter_once(relay: Relay) -> None:
    relay.hangs_up = True
    make_outbox_message(cause="test:1")

    run_due_jobs()

    assert (_states(), len(relay.messages)) == (["sent"], 1)


def test_a_relay_that_shows_the_certificate_of_somebody_else_hears_no_password(
    app: Flask, relay: Relay, tmp_path: Path
) -> None:
    files = make_certificate(tmp_path)
    with running_relay(files.server_side()) as impostor:
        _use(app, impostor.as_setting(use_tls=True, username="rejoinder", password="secret"))
        make_outbox_message(cause="test:1")
        run_due_jobs()
        row = session.scalars(sa.select(OutboxMessage)).one()
        assert (row.state, row.last_error, impostor.passwords) == (
            "waiting",
            "its certificate is not believed: self-signed certificate",
            [],
        )


@pytest.mark.parametrize(("server", "state"), [("127.0.0.1", "sent"), ("localhost", "waiting")])
def test_a_relay_of_our_own_authority_is_believed_under_its_name_alone(
    app: Flask, relay: Relay, tmp_path: Path, server: str, state: str
) -> None:
    files = make_certificate(tmp_path)
    with running_relay(files.server_side()) as ours:
        ours.password = "secret"
        _use(
            app,
            ours.as_setting(
                server, use_tls=True, username="rejoinder", password="secret", tls_ca=files.chain
            ),
        )
        make_outbox_message(cause="test:1")
        run_due_jobs()
        assert (_states(), len(ours.messages)) == ([state], 1 if state == "sent" else 0)
        assert ours.passwords == (["secret"] if state == "sent" else [])


def test_a_relay_that_says_nothing_keeps_one_worker_waiting_and_not_for_every_letter(
    app: Flask, relay: Relay, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(transport, "TIMEOUT_SECONDS", 0.2)
    monkeypatch.setattr(transport, "LONG_SECONDS", 0.1)
    with socket.create_server(("127.0.0.1", 0)) as silent:
        _use(app, replace(relay.as_setting(), port=silent.getsockname()[1]))
        for number in range(3):
            make_outbox_message(cause=f"test:{number}")

        assert run_due_jobs() == 3

        silent.setblocking(False)
        silent.accept()[0].close()
        with pytest.raises(BlockingIOError):
            silent.accept()
    assert _states() == ["waiting"] * 3
    # Once it is left alone no longer, it gets them all.
    _use(app, relay.as_setting())
    with time_machine.travel(clock.now() + timedelta(minutes=5), tick=False):
        run_due_jobs()
    assert (_states(), len(relay.messages)) == (["sent"] * 3, 3)


def _attempts() -> list[int]:
    session.rollback()
    return list(session.scalars(sa.select(OutboxMessage.attempts).order_by(OutboxMessage.id)))


def test_a_slow_relay_that_refuses_for_now_is_left_alone_too(
    relay: Relay, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(transport, "LONG_SECONDS", 0.0)
    relay.reply = "451 Too much to do"
    for number in range(3):
        make_outbox_message(cause=f"test:{number}")

    run_due_jobs()

    assert (_states(), _attempts()) == (["waiting"] * 3, [1, 0, 0])


def test_a_slow_relay_that_refuses_one_letter_for_good_gets_the_others(
    relay: Relay, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(transport, "LONG_SECONDS", 0.0)
    relay.recipient_reply = "550 5.1.1 No such mailbox"
    for number in range(2):
        make_outbox_message(cause=f"test:{number}")

    run_due_jobs()

    assert (_states(), _attempts()) == (["failed"] * 2, [1, 1])


def test_one_worker_at_a_time_finds_out_whether_a_silent_relay_speaks_again(
    app: Flask, relay: Relay, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(transport, "TIMEOUT_SECONDS", 0.2)
    monkeypatch.setattr(transport, "LONG_SECONDS", 0.1)
    monkeypatch.setattr(transport, "LEFT_ALONE_SECONDS", 0.0)
    letter = make_outbox_message(cause="test:1")
    session.refresh(letter)
    session.expunge(letter)

    def send_elsewhere() -> None:
        with app.app_context():
            transport.send(letter)

    with socket.create_server(("127.0.0.1", 0)) as silent, ThreadPoolExecutor(1) as elsewhere:
        _use(app, replace(relay.as_setting(), port=silent.getsockname()[1]))
        with pytest.raises(OSError, match="timed out"):
            transport.send(letter)
        silent.accept()[0].close()
        monkeypatch.setattr(transport, "TIMEOUT_SECONDS", 20)
        other = elsewhere.submit(send_elsewhere)
        asked = silent.accept()[0]

        with pytest.raises(transport.LeftAlone):
            transport.send(letter)

        asked.close()
        assert isinstance(other.exception(), OSError)


def test_no_letter_fails_because_another_one_found_the_relay_silent(
    app: Flask, relay: Relay, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(transport, "TIMEOUT_SECONDS", 0.2)
    monkeypatch.setattr(transport, "LONG_SECONDS", 0.1)
    with time_machine.travel(NOON, tick=False) as traveller:
        for number in range(3):
            make_outbox_message(cause=f"test:{number}", is_secret=True)
        traveller.shift(timedelta(days=6))
        with socket.create_server(("127.0.0.1", 0)) as silent:
            _use(app, replace(relay.as_setting(), port=silent.getsockname()[1]))
            run_due_jobs()
        assert (_states(), _attempts()) == (["failed", "waiting", "waiting"], [1, 0, 0])
        _use(app, relay.as_setting())
        traveller.shift(timedelta(minutes=5))
        run_due_jobs()

    assert (_states(), len(relay.messages)) == (["failed", "sent", "sent"], 2)


def test_it_tries_for_five_days_and_then_says_why_not(relay: Relay) -> None:
    relay.reply = "451 Down for repair"
    with time_machine.travel(NOON, tick=False) as traveller:
        make_outbox_message(cause="test:1")
        pauses = _tried_to_the_end(traveller)
        row = session.scalars(sa.select(OutboxMessage)).one()
        assert timedelta(days=5) <= clock.now() - NOON < timedelta(days=5, hours=1)

    assert pauses[:3] == [timedelta(seconds=2), timedelta(seconds=4), timedelta(seconds=8)]
    assert set(pauses[12:]) == {timedelta(hours=1)}
    assert (row.state, row.last_error, row.text) == ("failed", "reply 451", "Some text.")
    assert session.scalars(sa.select(Work.id)).all() == []


def test_a_letter_that_waited_for_workers_for_a_week_is_tried_all_the_same(relay: Relay) -> None:
    with time_machine.travel(NOON, tick=False) as traveller:
        make_outbox_message(cause="test:1")
        traveller.shift(timedelta(days=7))
        run_due_jobs()

    assert _states() == ["sent"]


def test_a_code_is_not_sent_when_it_is_no_longer_good(relay: Relay) -> None:
    relay.reply = "451 Down for repair"
    with time_machine.travel(NOON, tick=False) as traveller:
        make_outbox_message(cause="test:1", is_secret=True, good_until=NOON + timedelta(minutes=10))
        _tried_to_the_end(traveller)
        relay.reply = "250 OK"
        run_due_jobs()

    row = session.scalars(sa.select(OutboxMessage)).one()
    assert (row.state, row.text, row.last_error, relay.messages) == ("failed", "", "reply 451", [])


@pytest.mark.parametrize("has_relay", [True, False])
def test_a_letter_that_is_called_back_is_not_sent_and_no_code_stays_in_it(
    app: Flask, has_relay: bool, request: pytest.FixtureRequest
) -> None:
    relay = request.getfixturevalue("relay") if has_relay else None
    make_outbox_message(cause="test:1", is_secret=True)
    with unit_of_work():
        call_back(session.scalars(sa.select(OutboxMessage)).one())
    run_due_jobs()

    row = session.scalars(sa.select(OutboxMessage)).one()
    assert (row.state, row.text, row.last_error) == ("failed", "", "no longer good")
    assert relay is None or relay.messages == []


def test_a_letter_that_has_left_is_not_called_back(app: Flask) -> None:
    make_outbox_message(cause="test:1")
    run_due_jobs()
    with unit_of_work():
        call_back(session.scalars(sa.select(OutboxMessage)).one())
    assert session.scalars(sa.select(OutboxMessage.good_until)).all() == [None]
    assert _states() == ["caught"]


def test_a_letter_with_a_code_says_how_long_the_code_is_good(app: Flask) -> None:
    with time_machine.travel(NOON, tick=False), unit_of_work():
        ask_for_code("anna@example.org", source="a test", language="en", goal="/")

    code = session.scalars(sa.select(MailedCode)).one()
    assert session.scalars(sa.select(OutboxMessage.good_until)).one() == code.expires_at


def test_outbox_again_sends_what_did_not_get_out_and_is_written_down(relay: Relay, sign_in: SignIn) -> None:
    message = make_stuck_message(cause="test:1")
    admin = sign_in(make_person(role="admin"))
    shown = admin.get(f"/site/outbox/{message.id}").text
    assert "The relay refused it (550)." in shown
    assert f'action="/site/outbox/{message.id}/again"' in shown

    answer = admin.post(f"/site/outbox/{message.id}/again")
    assert (answer.status_code, answer.location) == (303, f"/site/outbox/{message.id}")
    run_due_jobs()

    assert (_states(), len(relay.messages)) == (["sent"], 1)
    assert _lines() == [("letter sent again", message.id, f"/site/outbox/{message.id}")]
    assert admin.post(f"/site/outbox/{message.id}/again").status_code == 409
    assert len(_lines()) == 1


def test_outbox_again_twice_sends_once(relay: Relay, sign_in: SignIn) -> None:
    message = make_stuck_message(cause="test:1")
    admin = sign_in(make_person(role="admin"))
    for _press in range(2):
        assert admin.post(f"/site/outbox/{message.id}/again").status_code == 303

    run_due_jobs()

    assert (len(relay.messages), len(_lines())) == (1, 1)


def test_outbox_again_is_as_patient_as_with_a_new_letter(relay: Relay, sign_in: SignIn) -> None:
    with time_machine.travel(NOON, tick=False) as traveller:
        message = make_stuck_message(cause="test:1")
        relay.reply = "451 Down for repair"
        traveller.shift(timedelta(days=9))
        assert sign_in(make_person(role="admin")).post(f"/site/outbox/{message.id}/again").status_code == 303
        _tried_to_the_end(traveller)
        assert timedelta(days=14) <= clock.now() - NOON < timedelta(days=14, hours=1)

    assert _states() == ["failed"]


def test_outbox_again_is_there_for_work_that_was_set_aside(relay: Relay, sign_in: SignIn) -> None:
    message = make_outbox_message(cause="test:1")
    with unit_of_work():
        session.execute(sa.update(Work).values(failed_at=clock.now(), attempts=200))
    admin = sign_in(make_person(role="admin"))
    assert "Send it again" in admin.get(f"/site/outbox/{message.id}").text

    admin.post(f"/site/outbox/{message.id}/again")
    run_due_jobs()

    assert (_states(), len(relay.messages)) == (["sent"], 1)


def test_outbox_detail_says_why_a_secret_letter_is_not_sent_again(relay: Relay, sign_in: SignIn) -> None:
    message = make_stuck_message(cause="test:1", is_secret=True)
    admin = sign_in(make_person(role="admin"))

    shown = admin.get(f"/site/outbox/{message.id}").text
    refused = admin.post(f"/site/outbox/{message.id}/again")

    assert "its reader has to ask for a new one" in shown
    assert "Send it again" not in shown
    assert (refused.status_code, "its reader has to ask for a new one" in refused.text) == (409, True)
    assert (_states(), _lines()) == (["failed"], [])


def test_outbox_detail_offers_nothing_for_what_is_on_its_way(relay: Relay, sign_in: SignIn) -> None:
    waiting, admin = make_outbox_message(cause="test:1"), sign_in(make_person(role="admin"))
    assert "Send it again" not in admin.get(f"/site/outbox/{waiting.id}").text


def test_outbox_list_finds_what_did_not_get_out_among_all_the_rest(relay: Relay, sign_in: SignIn) -> None:
    make_outbox_message(cause="test:sent", subject="Got out")
    run_due_jobs()
    admin = sign_in(make_person(role="admin"))
    assert "did not get out" not in admin.get("/site/outbox").text
    assert "Everything got out" in admin.get("/site/outbox?only=failed").text
    for number in range(51):
        make_stuck_message(cause=f"test:{number}")

    everything, only = admin.get("/site/outbox").text, admin.get("/site/outbox?only=failed").text

    assert "51 messages did not get out." in everything
    assert 'href="/site/outbox?only=failed"' in everything
    assert "Got out" not in only
    following = only.split('rel="next"')[0].rsplit('href="', 1)[1].split('"')[0].replace("&amp;", "&")
    assert "only=failed" in following
    assert admin.get(following).text.count('<tr role="row">') < only.count('<tr role="row">')


def _lines() -> list[tuple[str, int | None, str | None]]:
    session.rollback()
    query = sa.select(AuditRecord.act, AuditRecord.subject_id, AuditRecord.place)
    query = query.where(AuditRecord.act.like("letter%")).order_by(AuditRecord.id)
    return [(act, number, place) for act, number, place in session.execute(query)]


def _tried_to_the_end(traveller: time_machine.Traveller) -> list[timedelta]:
    """Let time go by until nothing is left to do; returns how long each pause was."""
    pauses: list[timedelta] = []
    while run_due_jobs():
        session.rollback()
        due = session.scalar(sa.select(Work.run_at).where(Work.failed_at.is_(None)))
        if due is not None:
            pauses.append(due - clock.now())
            traveller.move_to(due)
    return pauses


@pytest.mark.parametrize(
    "injected", ["A\r\nBcc: evil@example.org", "A\nBcc: x", "A\x00B", "A\u2028Bcc: x", "A\x85B"]
)
def test_it_lets_no_text_become_a_header(relay: Relay, injected: str) -> None:
    make_outbox_message(cause="test:1", subject=injected, in_reply_to="<a@b>\r\nBcc: evil@example.org")

    run_due_jobs()

    [message] = relay.messages
    assert message["Bcc"] is None
    assert relay.envelopes[0][1] == ["reader@example.org"]


def test_it_keeps_one_line_of_text_whole_and_storable() -> None:
    assert one_line("  Één\t vraag \u202e ", 300) == "Één vraag"
    assert one_line("\ud800x", 300) == "?x"
    assert one_line("abc", 2) == "ab"


def test_outbox_list_shows_staff_of_a_site_without_relay_what_was_caught(app: Flask, sign_in: SignIn) -> None:
    message = make_outbox_message(cause="test:1", subject="Your entry", text="Entry 3 <b>")
    run_due_jobs()
    browser = sign_in(make_person(role="editor"))

    listed = browser.get("/site/outbox")
    shown = browser.get(f"/site/outbox/{message.id}")

    assert (listed.status_code, shown.status_code) == (200, 200)
    assert "Your entry" in listed.text
    assert "Caught here" in listed.text
    assert "Entry 3 &lt;b&gt;" in shown.text


def test_outbox_list_is_for_admins_once_there_is_a_relay(relay: Relay, sign_in: SignIn) -> None:
    assert sign_in(make_person(role="editor")).get("/site/outbox").status_code == 403
    assert sign_in(make_person(role="admin")).get("/site/outbox").status_code == 200


def test_outbox_list_is_not_for_readers(app: Flask, sign_in: SignIn) -> None:
    make_outbox_message(cause="test:1")

    assert sign_in(make_person()).get("/site/outbox").status_code == 403
    assert app.test_client().get("/site/outbox").status_code == 302


def test_outbox_list_pages_through_everything_once(app: Flask, sign_in: SignIn) -> None:
    with time_machine.travel(NOON, tick=False):
        # All at one instant: the id alone tells them apart at the edge of a page.
        for number in range(53):
            make_outbox_message(cause=f"test:{number}", subject=f"Subject-{number:03}")
    browser = sign_in(make_person(role="admin"))

    first = browser.get("/site/outbox").text
    address = first.split('rel="next"')[0].rsplit('href="', 1)[1].split('"')[0]
    second = browser.get(address).text

    seen = [number for number in range(53) if f"Subject-{number:03}" in first]
    rest = [number for number in range(53) if f"Subject-{number:03}" in second]
    assert (seen, rest) == (list(range(3, 53)), [0, 1, 2])


def _states() -> list[str]:
    session.rollback()
    return list(session.scalars(sa.select(OutboxMessage.state).order_by(OutboxMessage.id)))


def _use(app: Flask, relay: MailRelay | None) -> None:
    settings: Settings = app.extensions["settings"]
    values = {name: getattr(settings, name) for name in Settings.__dataclass_fields__}
    values["relay"] = relay
    app.extensions["settings"] = Settings(**values)
    transport.init_app(app, app.extensions["settings"])


def test_it_gives_up_on_an_address_that_the_relay_cannot_be_told(relay: Relay) -> None:
    make_outbox_message(cause="test:1", recipient="jörg@example.org")

    run_due_jobs()

    row = session.scalars(sa.select(OutboxMessage)).one()
    assert (row.state, row.last_error) == ("failed", "refused with 553")
    assert session.scalars(sa.select(Work.id)).all() == []


@pytest.mark.parametrize("keys", [(-(10**30), 1), (10**30, 10**30), (0, -1)])
def test_outbox_list_takes_an_address_with_made_up_numbers(
    app: Flask, sign_in: SignIn, keys: tuple[int, int]
) -> None:
    answer = sign_in(make_person(role="editor")).get(f"/site/outbox?after={encode_cursor(*keys)}")

    assert answer.status_code == 200
