"""The mailroom page: every delivery once, figures that add up, and bytes that nothing is done with."""

import inspect
import re
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import sqlalchemy as sa
import time_machine
from flask import Flask
from flask.testing import FlaskClient

from blog.accounts.holdings import Somebody
from blog.accounts.models.audit import AuditRecord
from blog.accounts.views.proof import PROOF_LIFE
from blog.challenges.models.challenges import Challenge
from blog.challenges.models.entries import Entry
from blog.challenges.tokens import confirm_mailbox
from blog.challenges.values import ChallengeStatus
from blog.core import clock
from blog.core.config import current_settings
from blog.core.db import session, unit_of_work
from blog.core.jobs.models import Work
from blog.core.pagination import encode_cursor
from blog.mailroom import inspection, oversight
from blog.mailroom.authentication import dkim, keys, spf
from blog.mailroom.forgetting import forget_deliveries
from blog.mailroom.models import Delivery, DoorRefusal, ReadMessage
from blog.mailroom.oversight import DeliveryFilter, Totals, deliveries_page, totals, totals_by_day
from blog.mailroom.own_chapters import CHAPTERS
from blog.mailroom.parser import automatic
from blog.mailroom.parser.defects import NEEDS_A_PERSON, Defect
from blog.mailroom.parser.message import PARSER_VERSION
from blog.mailroom.values import Became, Door, RefusalReason
from blog.mailroom.views.raw import text_of
from blog.mailroom.views.sender import check_rows, why_told
from blog.mailroom.words import (
    AUTOMATIC_WORDS,
    BECAME_COUNTED,
    BECAME_NAMES,
    CHECK_VALUES,
    DEFECT_WORDS,
    DOOR_NAMES,
    REFUSAL_WORDS,
    STOPPING,
    UNREADABLE_WORDS,
)
from tests.conftest import SignIn
from tests.factories.accounts import make_person
from tests.factories.challenges import make_challenge, make_confirmation, make_entry
from tests.factories.mailroom import make_mail, make_sender_check
from tests.support.jobs import run_due_jobs
from tests.support.queries import counted_statements

NOON = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)
RAW = b"From: Anna <anna@example.org>\r\nSubject: Hello\r\n\r\n<script>alert(1)</script>\r\n"


@pytest.fixture
def admin(app: Flask, sign_in: SignIn) -> FlaskClient:
    """A browser in which an admin is signed in."""
    return sign_in(make_person(role="admin"))


def _make_one_of_each() -> dict[Became, int]:
    """Mail that became each of the things that mail becomes. Returns its number."""
    entry = make_entry(make_challenge())
    return {
        Became.ENTRY: entry.delivery_id,
        Became.REPLY: make_mail(route="replies").id,
        Became.CONFIRMATION: make_mail(route="confirmations").id,
        Became.BOUNCE: make_mail(kind="bounce", automatic_reason="dsn").id,
        Became.AUTOMATIC: make_mail(kind="list", automatic_reason="list-id").id,
        Became.UNPARSED: make_mail(readable=False, defects=["too-deep"]).id,
        Became.OTHER: make_mail().id,
        # From the null sender, as the doctor sends it.
        Became.OWN_TEST: make_mail(route="loopback", kind="automatic", envelope_sender="").id,
        Became.WAITING: make_mail(is_read=False).id,
    }


def _listed(which: DeliveryFilter) -> dict[int, str]:
    return {each.id: each.became for each in deliveries_page(None, which).items}


# What mail became, and the sum of it


def test_every_delivery_became_exactly_one_thing(app: Flask) -> None:
    made = _make_one_of_each()

    assert _listed(DeliveryFilter()) == {number: what.value for what, number in made.items()}
    for what, number in made.items():
        assert _listed(DeliveryFilter(became=what.value)) == {number: what.value}


@pytest.mark.parametrize(
    ("route", "read", "became"),
    [
        ("answers", {"kind": "bounce"}, Became.BOUNCE),
        ("answers", {"kind": "automatic"}, Became.AUTOMATIC),
        ("answers", {"kind": "automatic", "readable": False}, Became.UNPARSED),
        ("replies", {"kind": "list"}, Became.AUTOMATIC),
        ("confirmations", {"kind": "automatic"}, Became.AUTOMATIC),
        # A doubt is none: it takes part.
        ("answers", {"kind": "person", "automatic_reason": "subject"}, Became.ENTRY),
        ("a route of tomorrow", {}, Became.OTHER),
    ],
)
def test_what_a_program_sent_is_nobodys_answer(
    app: Flask, route: str, read: dict[str, Any], became: Became
) -> None:
    number = make_mail(route=route, **read).id

    assert _listed(DeliveryFilter()) == {number: became.value}


def test_what_is_forgotten_stays_what_it_was(app: Flask) -> None:
    made = _make_one_of_each()
    unread_answer = make_mail(route="answers", is_read=False).id
    before = totals(DeliveryFilter())
    assert (before.accepted, before.parts[Became.WAITING]) == (10, 2)
    with unit_of_work():
        forget_deliveries([*made.values(), unread_answer])

    # Nothing waits to be read that is not there any more: its route says what it was.
    parts = dict.fromkeys(Became, 1) | {Became.WAITING: 0, Became.ENTRY: 2, Became.OTHER: 2}
    assert totals(DeliveryFilter()) == Totals(10, parts)


def test_the_parts_add_up_to_what_was_accepted(app: Flask) -> None:
    for _ in range(3):
        _make_one_of_each()
    make_mail(door=Door.PIPE)

    with counted_statements() as statements:
        found = totals(DeliveryFilter())

    assert len(statements) == 1
    assert found == Totals(28, dict.fromkeys(Became, 3) | {Became.OTHER: 4})
    assert sum(found.parts.values()) == found.accepted
    assert totals(DeliveryFilter(door="pipe")).accepted == 1


def test_mail_list_shows_the_sum_and_what_was_refused_beside_it(admin: FlaskClient) -> None:
    _make_one_of_each()
    with unit_of_work():
        session.add(DoorRefusal(day=NOON.date(), door="smtp", why="no-such-address", total=1234))
        session.add(DoorRefusal(day=NOON.date() - timedelta(days=1), door="lmtp", why="too-large", total=5))

    page = admin.get("/site/mail?lang=en").text
    of_that_day = admin.get("/site/mail?lang=en&since=2026-11-23&until=2026-11-23").text
    of_lmtp = admin.get("/site/mail?lang=en&door=lmtp").text

    assert "9 accepted = 1 + 1 + 1 + 1 + 1 + 1 + 1 + 1 + 1." in page
    assert "No such address here" in page
    assert "1,234" in page
    assert "Too large" in page
    assert "Too large" not in of_that_day
    assert "1,234" in of_that_day
    assert "1,234" not in of_lmtp
    assert "0 accepted = 0 + 0 + 0 + 0 + 0 + 0 + 0 + 0 + 0." in of_lmtp


# The list


def test_mail_list_pages_through_everything_once(admin: FlaskClient) -> None:
    with time_machine.travel(NOON, tick=False):
        # All at one instant: the number alone tells them apart at the edge of a page.
        numbers = [make_mail().id for _ in range(53)]
    first = _list_page(admin, "/site/mail")
    second = _list_page(admin, _next_of(first))

    shown = [_numbers_in(page) for page in (first, second)]
    assert shown == [numbers[:2:-1], numbers[2::-1]]
    assert 'rel="next"' not in second


def test_mail_list_keeps_what_was_asked_for_on_the_next_page(
    admin: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(oversight, "PAGE_SIZE", 1)
    piped = [make_mail(door=Door.PIPE).id, make_mail(door=Door.PIPE).id]
    make_mail()

    first = _list_page(admin, "/site/mail?door=pipe&since=2020-01-01")
    second = _list_page(admin, _next_of(first))

    assert [_numbers_in(first), _numbers_in(second)] == [[piped[1]], [piped[0]]]


def test_mail_list_asks_as_much_of_the_database_for_one_as_for_three(admin: FlaskClient) -> None:
    counts: list[int] = []
    for _ in range(2):
        make_sender_check(make_entry(make_challenge()).delivery)
        admin.get("/site/mail")
        with counted_statements() as statements:
            assert admin.get("/site/mail").status_code == 200
        counts.append(len(statements))
        make_mail(duplicate_of_id=None)

    assert counts[0] == counts[1]


def test_mail_list_shows_days_of_the_reader(admin: FlaskClient) -> None:
    with time_machine.travel(NOON.replace(hour=22, minute=59), tick=False):
        evening = make_mail().id
    with time_machine.travel(NOON.replace(hour=23, minute=1), tick=False):
        # In Amsterdam it is the next day already.
        night = make_mail().id

    monday = _list_page(admin, "/site/mail?since=2026-11-23&until=2026-11-23")
    tuesday = _list_page(admin, "/site/mail?since=2026-11-24&until=2026-11-24")

    assert (_numbers_in(monday), _numbers_in(tuesday)) == ([evening], [night])


@pytest.mark.parametrize(
    ("query", "status"),
    [
        ("since=yesterday", 422),
        ("door=window", 422),
        ("became=nothing", 422),
        ("after=nonsense", 422),
        (f"after={encode_cursor(-(10**30))}", 200),
        (f"after={encode_cursor(10**30)}", 200),
        ("since=0001-01-01&until=9999-12-31", 200),
    ],
)
def test_mail_list_takes_made_up_questions(admin: FlaskClient, query: str, status: int) -> None:
    make_mail()

    assert admin.get(f"/site/mail?{query}").status_code == status


def test_mail_list_tells_from_whom_by_the_envelope_and_by_the_sender_check(admin: FlaskClient) -> None:
    mail = make_mail(envelope_sender="bounces@lists.example.net")
    make_sender_check(mail, "unaligned")
    twin = make_mail(duplicate_of_id=mail.id)

    page = admin.get("/site/mail?lang=en").text

    assert "from anna<wbr>@example.org" in page
    assert "envelope from bounces<wbr>@lists.example.net" in page
    assert '<span class="badge badge--neutral">Not proven</span>' in page
    # Once for each row that would be four lines more of it.
    assert "anybody can write an address on a mail" not in page
    assert f'The same as <a href="/site/mail/{mail.id}">mail {mail.id}</a>' in page
    assert f"/site/mail/{twin.id}" in page


def test_mail_list_leads_to_the_entry_once_nobody_judges_it_any_more(admin: FlaskClient) -> None:
    challenge = make_challenge(slug="a-question")
    mail = make_entry(challenge).delivery_id

    for address in ("", f"/{mail}"):
        page = admin.get(f"/site/mail{address}?lang=en").text
        assert '<a href="/desk/challenges/a-question">An answer to “a-question”</a>' in page
        assert "/entries/1" not in page
    with unit_of_work():
        session.get_one(Challenge, challenge.id).status = ChallengeStatus.FINAL
    for address in ("", f"/{mail}"):
        page = admin.get(f"/site/mail{address}?lang=en").text
        assert '<a href="/desk/challenges/a-question/entries/1">Entry 1</a>' in page


def test_a_faulty_question_is_told_in_the_language_of_the_page_and_nothing_is_said_of_the_mail(
    admin: FlaskClient,
) -> None:
    make_mail()

    asked = admin.get("/site/mail?lang=nl&since=2026-99-01&door=window")

    assert asked.status_code == 422
    for told in ("Ongeldige datum.", "Ongeldige keuze."):
        assert told in asked.text
    for untrue in ("Not a valid", "is zo", 'id="list"'):
        assert untrue not in asked.text


def test_a_mail_that_its_sender_has_confirmed_says_so(admin: FlaskClient) -> None:
    challenge = make_challenge()
    entries = [make_entry(challenge) for _ in range(2)]
    for entry in entries:
        make_sender_check(entry.delivery, "unaligned")
    make_confirmation(entries[0], confirmed_by="reply")
    make_confirmation(entries[1])

    told = "Confirmed by answering the receipt, on "
    pages = [admin.get(f"/site/mail/{entry.delivery_id}?lang=en").text for entry in entries]
    assert [told in page for page in pages] == [True, False]
    page = admin.get("/site/mail?lang=en").text
    badges = re.findall(r'<span class="badge badge--\w+">(Confirmed|Not proven)</span>', page)
    assert badges == ["Not proven", "Confirmed"]


def test_a_reply_to_a_receipt_leads_to_the_entry_that_it_confirms(admin: FlaskClient) -> None:
    challenge = make_challenge(slug="a-question", status=ChallengeStatus.FINAL)
    make_entry(challenge)
    second = make_entry(challenge)
    to = f"{confirm_mailbox(current_settings().secret_key, second.id)}@answers.example.org"
    reply = make_mail(route="confirmations", recipient=to.upper())
    make_mail(route="confirmations", recipient="confirm.1.made-up@answers.example.org")

    place = '<a href="/desk/challenges/a-question/entries/2">Entry 2</a>'
    page = admin.get("/site/mail?lang=en&became=confirmation").text
    assert page.count(place) == 1
    assert page.count('<span class="badge badge--good">Confirmation</span>') == 2
    assert place in admin.get(f"/site/mail/{reply.id}?lang=en").text


def test_a_test_of_our_own_is_called_that(admin: FlaskClient) -> None:
    own = make_mail(route="loopback", kind="automatic", envelope_sender="")
    make_sender_check(own, "unaligned")
    with unit_of_work():
        forget_deliveries([own.id])

    row = admin.get("/site/mail?lang=en").text.split('id="list"')[1]
    page = admin.get(f"/site/mail/{own.id}?lang=en").text

    for told in ("ourselves", "Test of our own"):
        assert told in row
    for untrue in ("nobody known", "Other mail", "Not proven", "null sender"):
        assert untrue not in row
    assert "We have sent this ourselves" in page
    assert "its time is over" not in page


@pytest.mark.parametrize("role", ["author", "editor", "moderator"])
def test_only_admins_see_who_sent_what(sign_in: SignIn, role: str) -> None:
    mail = make_mail()
    browser = sign_in(make_person(role=role))

    for address in ("", f"/{mail.id}", f"/{mail.id}/raw", f"/{mail.id}.eml"):
        assert browser.get(f"/site/mail{address}").status_code == 403
    assert 'href="/site/mail' not in browser.get("/site/outbox").text


# The chart


def test_mail_is_counted_by_day_and_door(app: Flask) -> None:
    midnights = [NOON.replace(hour=0) - timedelta(days=ago) for ago in (2, 1, 0)]
    for instant, door in (
        (midnights[0] - timedelta(microseconds=1), Door.SMTP),
        (midnights[0], Door.SMTP),
        (midnights[1] - timedelta(microseconds=1), Door.SMTP),
        (midnights[2], Door.SMTP),
        (midnights[1], Door.IMAP),
    ):
        make_mail(door=door, received_at=instant)

    assert totals_by_day(midnights) == {"imap": [0, 1, 0], "smtp": [2, 0, 1]}


def test_mail_list_draws_thirty_days_of_each_door_with_a_table(sign_in: SignIn) -> None:
    with time_machine.travel(NOON, tick=False):
        admin = sign_in(make_person(role="admin"))
        make_mail(received_at=NOON - timedelta(days=29))
        make_mail(door=Door.PIPE)
        make_mail(door=Door.IMAP, received_at=NOON - timedelta(days=31))
        page = admin.get("/site/mail?lang=en").text

    charts = page.split('<figure class="chart">')[1:]
    assert [chart.split('chart__title">')[1].split("<")[0] for chart in charts] == ["Pipe", "SMTP"]
    rows = re.findall(r'<th scope="row">([^<]+)</th><td class="chart__figure">(\d+)</td>', charts[1])
    assert "<p>Pipe, SMTP: Order is that in which we store the messages." in page
    assert rows[0] == ("25 October", "1")
    assert len(rows) == 30
    assert sum(int(figure) for _day, figure in rows) == 1


# One message


def test_mail_detail_tells_how_it_came_and_what_was_read(admin: FlaskClient) -> None:
    attachment = {"name": "<b>.pdf", "type": "application/pdf", "size": 1234, "sha256": "ab" * 32}
    mail = make_mail(
        raw=RAW, elided="> quoted", defects=["html-only", "of-tomorrow"], attachments=[attachment]
    )
    check = make_sender_check(mail)
    with unit_of_work():
        check.results = {
            "spf": {"result": "pass", "domain": "example.org"},
            "dkim": [{"result": "fail", "selector": "s1"}, {"result": "pass", "selector": "s2"}],
            "why": ["dkim-aligned", "something of tomorrow"],
        }
    twin = make_mail(duplicate_of_id=mail.id)

    page = admin.get(f"/site/mail/{mail.id}?lang=en").text

    for told in (
        "Anna Vos · anna@example.org",
        "192.0.2.1",
        "mail.example.org",
        mail.sha256,
        "Some words.",
        "&gt; quoted",
        "it came as HTML only",
        "of-tomorrow",
        "&lt;b&gt;.pdf",
        "ab" * 32,
        "proven by the domain of the address that it names",
        "the domain has signed it; something of tomorrow",
        "domain: example.org",
        "DKIM 2",
        "key: s2",
        f'The same came again as <a href="/site/mail/{twin.id}">mail {twin.id}</a>',
    ):
        assert told in page, told
    # Its bytes are another page, where it is written down who has looked.
    assert "alert(1)" not in page
    assert _acts() == []


@pytest.mark.parametrize(
    ("defects", "why"),
    [
        (["too-deep", "empty-text"], "No program could read all of this message"),
        (["parser-crashed"], "No program could read all of this message"),
        (["of-tomorrow"], "No program could read all of this message"),
        (["empty-text"], "This message has no text"),
        (["html-only", "hidden-text", "empty-text"], "Some of its text was hidden from its reader"),
        (["broken-base64"], "A part of this message is damaged"),
        (["encrypted"], "This message is encrypted"),
        (["alternatives-differ"], "Its plain text and its HTML do not say the same"),
        (["doubtful-charset", "wrong-charset"], "Some of its characters may have been read as others"),
        (["empty-text", "tnef"], "A part of this message is in a form that only Outlook reads"),
        (["uuencode"], "A file stands in its text"),
        (["unknown-encoding"], "A part of this message is written in a way that no program here knows"),
    ],
)
def test_mail_detail_says_why_a_person_has_to_read_it(
    admin: FlaskClient, defects: list[str], why: str
) -> None:
    mail = make_mail(readable=False, defects=defects)

    assert f"<p>{why}" in admin.get(f"/site/mail/{mail.id}?lang=en").text.replace("\n", "")


@pytest.mark.parametrize(
    ("door", "is_encrypted", "way"),
    [
        (Door.SMTP, True, "encrypted"),
        (Door.LMTP, False, "not encrypted"),
        (Door.PIPE, False, "not told"),
        (Door.IMAP, False, "not told"),
    ],
)
def test_mail_detail_says_of_the_way_what_is_known(
    admin: FlaskClient, door: Door, way: str, *, is_encrypted: bool
) -> None:
    mail = make_mail(door=door)
    with unit_of_work():
        session.execute(sa.update(Delivery).values(tls=is_encrypted))

    assert f"<dt>On its way</dt><dd>{way}</dd>" in admin.get(f"/site/mail/{mail.id}?lang=en").text


def test_mail_detail_says_in_words_why_it_was_taken_for_a_program(admin: FlaskClient) -> None:
    mail = make_mail(kind="automatic", automatic_reason="auto-submitted")

    page = admin.get(f"/site/mail/{mail.id}?lang=en").text

    assert "<dt>What shows that a program sent it</dt><dd>it says so itself (Auto-Submitted)</dd>" in page


@pytest.mark.parametrize(
    ("kind", "words"),
    [("list", "What shows that a program sent it"), ("person", "What may show that a program sent it")],
)
def test_mail_detail_tells_a_doubt_from_a_certainty(admin: FlaskClient, kind: str, words: str) -> None:
    delivery = make_mail(kind=kind, automatic_reason="list-unsubscribe")

    assert f"<dt>{words}</dt>" in admin.get(f"/site/mail/{delivery.id}?lang=en").text


@pytest.mark.parametrize(
    ("kind", "reason", "notes"),
    [
        ("person", None, []),
        ("person", "subject", ["perhaps sent by a program"]),
        ("automatic", "auto-submitted", ["sent by a program"]),
    ],
)
def test_whoever_asks_what_we_have_hears_what_we_think_of_their_mail(
    app: Flask, kind: str, reason: str | None, notes: list[str]
) -> None:
    anna = make_person(email="anna@example.org")
    make_mail(kind=kind, automatic_reason=reason)
    mailed, _ = CHAPTERS
    with app.test_request_context():
        (told,) = mailed.told(Somebody(anna.id, anna.email, anna.email_key))

    assert list(told.notes) == notes


def test_mail_detail_of_what_is_forgotten_says_so(admin: FlaskClient) -> None:
    mail = make_mail(raw=RAW, envelope_sender="")
    with unit_of_work():
        forget_deliveries([mail.id])

    page = admin.get(f"/site/mail/{mail.id}?lang=en").text

    assert "This message is no longer kept" in page
    assert "<dt>From, by the envelope</dt><dd>not kept any more</dd>" in page
    assert "Read it again" not in page
    assert "anna@example.org" not in page


# The bytes


def test_mail_raw_shows_the_beginning_as_text_and_is_written_down(admin: FlaskClient) -> None:
    mail = make_mail(raw=RAW + b"x" * 70_000 + b"THE END")

    page = admin.get(f"/site/mail/{mail.id}/raw?lang=en")

    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in page.text
    assert "<script>alert" not in page.text
    assert "This is the beginning" in page.text
    assert "THE END" not in page.text
    assert _acts() == [("raw mail shown", mail.id, f"/site/mail/{mail.id}")]


def test_mail_file_is_every_byte_as_a_file_that_no_browser_opens(admin: FlaskClient) -> None:
    raw = RAW + bytes(range(256)) * 300
    mail = make_mail(raw=raw)

    answer = admin.get(f"/site/mail/{mail.id}.eml")

    assert answer.data == raw
    assert answer.headers["Content-Type"] == "message/rfc822"
    assert answer.headers["Content-Disposition"] == f'attachment; filename="mail-{mail.id}.eml"'
    assert answer.headers["Content-Security-Policy"] == "sandbox; default-src 'none'"
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert "no-store" in answer.headers["Cache-Control"]
    assert _acts() == [("raw mail taken", mail.id, f"/site/mail/{mail.id}")]


def test_a_file_is_offered_again_once_one_has_shown_who_one_is(admin: FlaskClient) -> None:
    mail = make_mail(raw=RAW)
    page = admin.get(f"/site/mail/{mail.id}").text
    # A browser would save the question under the name of the file.
    assert re.findall(r"<a [^>]* download[ >]", page) == []

    with time_machine.travel(clock.now() + PROOF_LIFE, tick=False):
        asked = admin.get(f"/site/mail/{mail.id}.eml")

    assert (asked.status_code, asked.location) == (303, f"/account/confirm?next=/site/mail/{mail.id}")
    assert _acts() == []


def test_asking_for_headers_alone_takes_nothing_away(admin: FlaskClient) -> None:
    mail = make_mail(raw=RAW)

    for address in ("/raw", ".eml"):
        assert admin.head(f"/site/mail/{mail.id}{address}").status_code == 200

    assert _acts() == []


def test_bytes_that_are_gone_are_not_found_and_the_page_says_why(admin: FlaskClient) -> None:
    mail = make_mail(raw=RAW)
    with unit_of_work():
        session.execute(sa.update(Delivery).values(raw=b""))

    assert [admin.get(f"/site/mail/{mail.id}{what}").status_code for what in ("/raw", ".eml")] == [404, 404]
    assert "Its exact bytes are no longer kept" in admin.get(f"/site/mail/{mail.id}?lang=en").text
    assert admin.post(f"/site/mail/{mail.id}/again").status_code == 409
    assert _acts() == []


def test_raw_text_hides_nothing_and_moves_nothing() -> None:
    assert text_of("Café\r\n\tx\r\n".encode()) == "Café\n\tx\n"
    assert text_of(b"caf\xe9 \x00\x1b[2J\rx") == "caf\\xe9 \\x00\\x1b[2J\\x0dx"
    assert text_of("a\u202eb\u200bc\ufeff".encode()) == "a\\u202eb\\u200bc\\ufeff"


# Reading again


def test_reading_again_replaces_the_reading_once_it_is_there(admin: FlaskClient) -> None:
    mail = make_mail(raw=RAW, text="As read before.", parser_version=0)

    pressed = admin.post(f"/site/mail/{mail.id}/again")

    assert (pressed.status_code, pressed.location) == (303, f"/site/mail/{mail.id}")
    page = admin.get(f"/site/mail/{mail.id}?lang=en").text
    assert "As read before." in page
    assert "It is going to be read again" in page
    assert f"Version 0 of the reader has read it. Version {PARSER_VERSION} reads now." in page


def test_reading_again_by_a_double_click_is_done_once(admin: FlaskClient) -> None:
    mail = make_mail(raw=RAW)

    for _ in range(2):
        admin.post(f"/site/mail/{mail.id}/again")

    assert _waiting() == [{"delivery_id": mail.id}]
    assert _acts() == [("mail read again", mail.id, f"/site/mail/{mail.id}")]


def test_what_an_older_reader_read_is_read_again_and_nothing_else(
    admin: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    older = [make_mail(raw=RAW, parser_version=0).id for _ in range(3)]
    make_mail(raw=RAW)
    make_mail(raw=RAW, is_read=False)
    gone = make_mail(raw=RAW, parser_version=0).id
    with unit_of_work():
        forget_deliveries([gone])
    monkeypatch.setattr(inspection, "AT_ONCE", 2)

    assert "An older reader has read 3 messages." in admin.get("/site/mail?lang=en").text
    admin.post("/site/mail/again")
    assert _waiting() == [{"delivery_id": number} for number in older[:2]]
    admin.post("/site/mail/again")
    admin.post("/site/mail/again")

    assert _waiting() == [{"delivery_id": number} for number in older]
    assert [act for act, *_ in _acts()] == ["older mail read again"] * 2
    assert "An older reader" not in admin.get("/site/mail?lang=en").text


def test_an_answer_that_is_read_again_stays_one_entry(app: Flask, admin: FlaskClient) -> None:
    entry = make_entry(make_challenge(), raw=b"From: a@example.org\r\n\r\nForty-three.\r\n")

    admin.post(f"/site/mail/{entry.delivery_id}/again")
    run_due_jobs()

    session.rollback()
    assert session.scalars(sa.select(ReadMessage.text)).one().strip() == "Forty-three."
    assert session.scalars(sa.select(Entry.number)).all() == [1]


# Words


@pytest.mark.parametrize(
    ("values", "words"),
    [
        (Defect, DEFECT_WORDS),
        (Door, DOOR_NAMES),
        (Became, BECAME_NAMES),
        (Became, BECAME_COUNTED),
        (RefusalReason, REFUSAL_WORDS),
    ],
)
def test_everything_that_is_stored_has_words(values: type[Defect], words: dict[str, object]) -> None:
    assert [value.value for value in values if value.value not in words] == []


def test_everything_that_needs_a_person_says_why() -> None:
    assert UNREADABLE_WORDS.keys() | STOPPING == set(NEEDS_A_PERSON)
    assert UNREADABLE_WORDS.keys() & STOPPING == set()


def test_everything_that_gives_a_program_away_has_words() -> None:
    source = inspect.getsource(automatic)
    named = set(re.findall(r'Origin\("\w+", "([^"]+)"\)', source))
    headers = set(re.findall(r'^    "([a-z]+-[a-z-]+)",$', source, re.MULTILINE))
    # `_bounce` leaves out the `x-` of a header, and takes two sorts of reports by their own names.
    bounces = {
        "failed-recipients",
        "ms-exchange-message-is-ndr",
        "disposition-notification",
        "feedback-report",
    }

    assert {"auto-submitted", "null-sender"} < named
    assert {"x-autoreply", "list-id"} < headers
    assert named | headers | bounces == set(AUTOMATIC_WORDS)


def test_every_reason_that_a_check_of_the_sender_gives_has_words() -> None:
    source = "".join(inspect.getsource(each) for each in (spf, dkim, keys))
    given = re.findall(r'(?:_Refused|_Permanent|UnusableKey)\((?:DkimResult\.\w+, )?"([^"]+)"', source)
    given += re.findall(r'(?:DkimResult|SpfResult)\.\w+, "([a-z-]{3,})"', source)
    given += re.findall(r'reason="([^"]+)"', source)
    given += re.findall(r'" if .+ else "([a-z]+-[a-z-]+)"', source)

    assert set(given) == set(CHECK_VALUES["reason"])


def test_a_sender_check_of_any_shape_can_be_told(app: Flask) -> None:
    with app.test_request_context("/?lang=en"):
        assert (check_rows({}), why_told({})) == ([], [])
        assert (
            check_rows({"spf": None, "dkim": ["x"], "dmarc": [], "why": "x", "arc": {"result": "pass"}}) == []
        )
        assert check_rows(
            {
                "spf": {"result": "temperror", "scope": "helo", "reason": "", "is_uncertain": True},
                "dkim": [{"result": "of tomorrow"}],
                "dmarc": {"policy": "reject", "is_testing": False, "new": [1]},
            }
        ) == [
            (
                "SPF",
                "no answer from the DNS",
                "name that was checked: mail server; a question on the way was not answered",
            ),
            ("DKIM", "of tomorrow", ""),
            (
                "DMARC",
                "–",
                "what the domain asks for: to refuse it; new: [1]",
            ),
        ]


def _list_page(browser: FlaskClient, address: str) -> str:
    answer = browser.get(address)
    assert answer.status_code == 200
    return answer.text


def _next_of(page: str) -> str:
    address = page.split('rel="next"', maxsplit=1)[0].rsplit('href="', 1)[1].split('"', maxsplit=1)[0]
    return address.replace("&amp;", "&")


def _numbers_in(page: str) -> list[int]:
    return [int(number) for number in re.findall(r'table__main.*?<a href="/site/mail/(\d+)', page)]


def _acts() -> list[tuple[str, int | None, str | None]]:
    """What was written down about mail, in its order."""
    session.rollback()
    query = sa.select(AuditRecord.act, AuditRecord.subject_id, AuditRecord.place)
    query = query.where(AuditRecord.act.like("%mail%")).order_by(AuditRecord.id)
    return [(act, number, place) for act, number, place in session.execute(query)]


def _waiting() -> list[dict[str, object]]:
    session.rollback()
    query = sa.select(Work.payload).where(Work.kind == "mailroom.read").order_by(Work.id)
    return [*session.scalars(query)]
