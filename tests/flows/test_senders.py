"""Who sent an answer is found out when it is read, and again while the DNS is silent; who is not proven is asked."""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from ipaddress import ip_network

import pytest
import sqlalchemy as sa
import time_machine
from flask import Flask

from blog.challenges.models.entries import Entry, EntryConfirmation
from blog.core.db import session, unit_of_work
from blog.core.jobs.queue import enqueue
from blog.mailroom import jobs as mailroom_jobs
from blog.mailroom.accepting import Incoming
from blog.mailroom.authentication.resolver import RecordType, TemporaryFailure
from blog.mailroom.doors.intake import Accepted, accept
from blog.mailroom.forgetting import forget_deliveries
from blog.mailroom.jobs import read_delivery
from blog.mailroom.models import Delivery, OutboxMessage, SenderCheckRecord
from blog.mailroom.parser.message import ParsedMail
from blog.mailroom.parser.sandbox import read_in_child
from blog.mailroom.routes import resolve
from blog.mailroom.senders import RETRIES
from blog.mailroom.values import Door, Envelope
from tests.factories.challenges import make_challenge
from tests.support.entrants import reply
from tests.support.jobs import run_due_jobs

NOON = datetime(2026, 11, 27, 12, tzinfo=UTC)
ADDRESS = "a-question@answers.example.org"
OURS, ELSEWHERE = "192.0.2.1", "198.51.100.9"
ONE = "Message-ID: <1@example.org>\r\n"


@dataclass
class Zone:
    """The DNS, as far as a test needs it: who may send for example.org."""

    answers: bool = True
    spf: str = f"v=spf1 ip4:{OURS} -all"
    asked: list[str] = field(default_factory=list[str])

    def ask(self, name: str, kind: RecordType) -> tuple[str, ...]:
        self.asked.append(name)
        if not self.answers:
            raise TemporaryFailure
        is_spf = (name, kind) == ("example.org", RecordType.TXT)
        return (self.spf,) if is_spf else ()


@pytest.fixture(autouse=True)
def zone(app: Flask, monkeypatch: pytest.MonkeyPatch) -> Zone:
    """A site that finds out who sends its mail, and the DNS that it asks."""
    zone = Zone()
    monkeypatch.setitem(app.extensions, "settings", replace(app.extensions["settings"], check_senders=True))
    monkeypatch.setitem(app.extensions, "mail_resolver", lambda: zone)
    make_challenge(slug="a-question")
    return zone


def mail(app: Flask, *, peer: str = OURS, headers: str = "", read: bool = True) -> None:
    """A mail from Zoe comes in at the built-in door, from a machine of her provider or from elsewhere."""
    destination = resolve(ADDRESS, "answers.example.org")
    session.rollback()
    assert destination is not None
    raw = f"From: Zoe <zoe@example.org>\r\n{headers}Subject: Answer\r\n\r\nForty-two.\r\n".encode()
    envelope = Envelope(Door.SMTP, "zoe@example.org", (ADDRESS,), peer, "mail.example.org", tls=True)
    assert isinstance(accept(app, Incoming(envelope, (destination,), raw)), Accepted)
    if read:
        run_due_jobs()


def read_again(which: int = 0) -> None:
    """A delivery is read once more, by its place in the order of arrival."""
    session.rollback()
    delivery_id = session.scalars(sa.select(Delivery.id).order_by(Delivery.id)).all()[which]
    session.rollback()
    read_delivery({"delivery_id": delivery_id})


def sender_class() -> str:
    session.rollback()
    return session.scalars(sa.select(SenderCheckRecord.sender_class)).one()


def is_asked() -> bool:
    """Whether Zoe is asked to confirm, and has not yet."""
    session.rollback()
    waiting = sa.select(EntryConfirmation).where(EntryConfirmation.confirmed_at.is_(None))
    return session.scalar(waiting) is not None


def test_who_is_proven_is_asked_nothing(app: Flask) -> None:
    mail(app)
    assert (sender_class(), is_asked()) == ("aligned", False)
    record = session.scalars(sa.select(SenderCheckRecord)).one()
    assert (record.from_domain, record.tries) == ("example.org", 1)
    assert record.results["why"] == ["spf-aligned"]


def test_who_writes_from_elsewhere_keeps_their_place_and_is_asked(app: Flask) -> None:
    mail(app, peer=ELSEWHERE)
    assert (sender_class(), is_asked()) == ("unaligned", True)
    assert session.scalars(sa.select(Entry.number)).all() == [1]
    assert "confirm that this answer is yours" in session.scalars(sa.select(OutboxMessage.text)).one()


def test_what_a_forged_header_says_of_the_sender_counts_for_nothing(app: Flask) -> None:
    forged = (
        "Authentication-Results: answers.example.org; spf=pass smtp.mailfrom=zoe@example.org; dmarc=pass\r\n"
    )
    mail(app, peer=ELSEWHERE, headers=forged)
    assert (sender_class(), is_asked()) == ("unaligned", True)


def test_what_an_own_border_server_has_found_out_counts_and_nobody_elses_word(
    app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    own = replace(
        app.extensions["settings"], authserv_id="mx.example.com", own_mail_servers=(ip_network(ELSEWHERE),)
    )
    monkeypatch.setitem(app.extensions, "settings", own)
    headers = "Authentication-Results: mx.example.com; dmarc=pass header.from=example.org\r\n"
    mail(app, peer="203.0.113.5", headers=headers)
    assert (sender_class(), is_asked()) == ("unaligned", True)


def test_an_own_border_server_is_believed_and_is_not_what_spf_is_asked_about(
    app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    own = replace(
        app.extensions["settings"], authserv_id="mx.example.com", own_mail_servers=(ip_network(OURS),)
    )
    monkeypatch.setitem(app.extensions, "settings", own)
    mail(app)
    assert (sender_class(), is_asked()) == ("unaligned", True)
    mail(app, headers="Authentication-Results: mx.example.com; dmarc=pass header.from=example.org\r\n")
    in_order = sa.select(SenderCheckRecord.sender_class).order_by(SenderCheckRecord.delivery_id)
    assert session.scalars(in_order).all() == ["unaligned", "aligned"]


def test_what_was_proven_stays_so_when_it_is_looked_at_again(app: Flask, zone: Zone) -> None:
    mail(app)
    zone.spf = "v=spf1 -all"
    with unit_of_work():
        enqueue("mailroom.read", {"delivery_id": session.scalars(sa.select(Delivery.id)).one()})
    run_due_jobs()
    assert (sender_class(), is_asked()) == ("aligned", False)


def test_a_copy_that_is_proven_confirms_the_first_one(app: Flask) -> None:
    """As when a mail goes by a forwarder first, and then once more by its own server."""
    mail(app, peer=ELSEWHERE, headers="Message-ID: <1@example.org>\r\n")
    assert is_asked()
    mail(app, headers="Message-ID: <1@example.org>\r\n")
    assert not is_asked()


def test_a_copy_that_is_proven_only_later_confirms_the_first_one(app: Flask, zone: Zone) -> None:
    with time_machine.travel(NOON, tick=False) as now:
        mail(app, peer=ELSEWHERE, headers=ONE)
        zone.answers = False
        mail(app, headers=ONE)
        assert is_asked()
        zone.answers = True
        now.move_to(NOON + RETRIES[0])
        run_due_jobs()
        assert not is_asked()


def test_a_copy_that_is_read_before_the_first_one_vouches_for_it_and_takes_part_once(app: Flask) -> None:
    mail(app, peer=ELSEWHERE, headers=ONE, read=False)
    mail(app, headers=ONE, read=False)
    read_again(1)
    read_again(0)
    assert not is_asked()
    entries = sa.select(Entry.number, Entry.eligible, Entry.why_not).order_by(Entry.number)
    assert session.execute(entries).all() == [(1, True, None), (2, False, "duplicate")]


def test_an_answer_to_the_receipt_of_a_copy_confirms_the_first_one(app: Flask) -> None:
    mail(app, peer=ELSEWHERE, headers=ONE, read=False)
    mail(app, peer=ELSEWHERE, headers=ONE, read=False)
    read_again(1)
    session.rollback()
    receipt = session.scalars(sa.select(OutboxMessage)).one()
    read_again(0)
    assert is_asked()
    assert receipt.reply_to is not None
    reply(app, "zoe@example.org", to=receipt.reply_to)
    assert session.execute(
        sa.select(Entry.number).join(EntryConfirmation).where(EntryConfirmation.confirmed_by == "reply")
    ).scalars().all() == [1]


def test_who_could_not_be_read_at_first_and_is_proven_when_read_again_has_nothing_to_confirm(
    app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    def cannot_read(raw: bytes, *, envelope_sender: str | None) -> ParsedMail:
        return replace(read_in_child(raw, envelope_sender=envelope_sender), kind="unparsed", readable=False)

    with monkeypatch.context() as broken:
        broken.setattr(mailroom_jobs, "read_in_child", cannot_read)
        mail(app)
    assert is_asked()
    read_again()
    assert (sender_class(), is_asked()) == ("aligned", False)


def test_while_the_dns_does_not_answer_it_is_tried_again(app: Flask, zone: Zone) -> None:
    zone.answers = False
    with time_machine.travel(NOON, tick=False) as now:
        mail(app)
        assert (sender_class(), is_asked()) == ("unknown", True)
        zone.answers = True
        run_due_jobs()
        assert sender_class() == "unknown"
        now.move_to(NOON + RETRIES[0])
        run_due_jobs()
        assert (sender_class(), is_asked()) == ("aligned", False)
        asked = len(zone.asked)
        now.move_to(NOON + timedelta(days=7))
        run_due_jobs()
        assert len(zone.asked) == asked


def test_it_is_given_up_in_the_end(app: Flask, zone: Zone) -> None:
    zone.answers = False
    with time_machine.travel(NOON, tick=False) as now:
        mail(app)
        for wait in RETRIES:
            now.shift(wait)
            run_due_jobs()
        tries = session.scalars(sa.select(SenderCheckRecord.tries)).one()
        assert tries == 1 + len(RETRIES)
        asked = len(zone.asked)
        now.shift(timedelta(days=30))
        run_due_jobs()
        assert len(zone.asked) == asked
    assert (sender_class(), is_asked()) == ("unknown", True)


def forgotten(app: Flask) -> None:
    with unit_of_work():
        forget_deliveries(session.scalars(sa.select(Delivery.id)).all())


def switched_off(app: Flask) -> None:
    app.extensions["settings"] = replace(app.extensions["settings"], check_senders=False)


@pytest.mark.parametrize("change", [forgotten, switched_off])
def test_nothing_is_asked_any_more_for_what_is_forgotten_or_a_site_that_does_not_want_it(
    app: Flask, zone: Zone, change: Callable[[Flask], None]
) -> None:
    zone.answers = False
    with time_machine.travel(NOON, tick=False) as now:
        mail(app)
        change(app)
        asked = len(zone.asked)
        now.move_to(NOON + timedelta(days=7))
        run_due_jobs()
    assert len(zone.asked) == asked


@pytest.mark.parametrize("header", ["Auto-Submitted: auto-replied", "List-Id: <list.example.org>"])
def test_nobody_is_asked_about_what_no_person_has_sent(app: Flask, zone: Zone, header: str) -> None:
    mail(app, headers=f"{header}\r\n")
    assert zone.asked == []
    assert session.scalars(sa.select(SenderCheckRecord)).all() == []
