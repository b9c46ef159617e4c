"""The mail side of challenges: addresses, entries, receipts, the winner's letter, questions that stay current."""

import re
from datetime import UTC, datetime, timedelta

import pytest
import sqlalchemy as sa
import time_machine
from flask import Flask

from blog.articles.actions import byline_of
from blog.articles.events import ArticleSaved
from blog.challenges.actions.awards import announce_winner
from blog.challenges.actions.challenges import close_challenge
from blog.challenges.actions.verdicts import judge_entry
from blog.challenges.models.awards import Award
from blog.challenges.models.challenges import Challenge
from blog.challenges.models.entries import Entry
from blog.challenges.queries.awards import results_of
from blog.challenges.queries.entries import entries_with_messages
from blog.challenges.queries.outcomes import outcome_of
from blog.challenges.receivers import AnswersRoute
from blog.challenges.values import ChallengeStatus, Ineligible, Judgement
from blog.core.actor import ANONYMOUS
from blog.core.config import current_settings
from blog.core.db import session, unit_of_work
from blog.core.events import publish
from blog.core.tokens import digest
from blog.mailroom.accepting import Incoming, accept_messages
from blog.mailroom.models import OutboxMessage
from blog.mailroom.routes import resolve
from blog.mailroom.values import Door, Envelope
from tests.factories.accounts import make_person
from tests.factories.articles import make_article
from tests.factories.challenges import make_challenge, make_entry, make_message, token_of
from tests.factories.mailroom import make_outbox_message
from tests.support.jobs import run_due_jobs

pytestmark = pytest.mark.usefixtures("app")

DOMAIN = "answers.example.org"
NOON = datetime(2026, 3, 2, 12, 0, 7, tzinfo=UTC)


def deliver(challenge: Challenge, *, sender: str, text: str = "Forty-two.", headers: str = "") -> str:
    """Hand a message in as a door does; returns what the sender is told."""
    raw = f"From: Anna Berg <{sender}>\r\nSubject: My answer\r\n{headers}\r\n{text}\r\n".encode()
    destination = resolve(f"{challenge.slug}@{DOMAIN}", DOMAIN)
    assert destination is not None
    envelope = Envelope(Door.SMTP, sender, (destination.recipient,), "192.0.2.1", "mx.example.org", tls=False)
    with unit_of_work():
        ((told,),) = accept_messages([Incoming(envelope, (destination,), raw)])
    return told


def read(entry: Entry, **message: object) -> None:
    """Read the message of an entry as the job does; what it says stands in `message`."""
    reading = make_message(entry.delivery, **message)  # pyright: ignore[reportArgumentType]
    with unit_of_work():
        session.merge(reading)
        AnswersRoute().process(entry.delivery, reading)


def outbox() -> list[OutboxMessage]:
    """All messages of ours, in order."""
    return list(session.scalars(sa.select(OutboxMessage).order_by(OutboxMessage.id)))


class TestAddresses:
    @pytest.mark.parametrize("status", [ChallengeStatus.OPEN, ChallengeStatus.CLOSED, ChallengeStatus.FINAL])
    def test_what_was_opened_takes_mail_with_and_without_the_prefix(self, status: ChallengeStatus) -> None:
        challenge = make_challenge(slug="small-challenge", status=status)
        for address in ("small-challenge@", "Answers+Small-Challenge@"):
            destination = resolve(address + DOMAIN.upper(), DOMAIN)
            assert destination is not None
            assert destination.target_id == challenge.id

    def test_a_draft_and_an_unknown_name_take_none(self) -> None:
        make_challenge(slug="secret", status=ChallengeStatus.DRAFT)
        for local_part in (
            "secret",
            "unknown",
            "",
            "small challenge",
            "x" * 300,
            "secret%",
            "'; --",
            "secret\x00",
        ):
            assert resolve(f"{local_part}@{DOMAIN}", DOMAIN) is None


class TestArriving:
    def test_each_sender_is_told_the_number_and_the_receipts_secret_is_not_stored(self) -> None:
        challenge = make_challenge(slug="small-challenge")
        told = [deliver(challenge, sender=f"reader{number}@example.org") for number in (1, 2, 3)]
        assert [line.split(" sha256=")[0] for line in told] == [
            "entry 1 of small-challenge",
            "entry 2 of small-challenge",
            "entry 3 of small-challenge",
        ]
        first, *_others = entries_with_messages(challenge)
        assert (first.eligible, first.why_not, first.received_at) == (None, None, first.delivery.received_at)
        assert first.token_digest == digest(token_of(first))
        assert outcome_of(challenge).waiting_for == (1, 2, 3)

    def test_the_story_three_people_and_an_out_of_office_reply(self) -> None:
        """Read by the real parser in its own process: the dates that people claim change nothing."""
        challenge = make_challenge(slug="small-challenge")
        deliver(challenge, sender="first@example.org")
        deliver(challenge, sender="second@example.org", headers="Date: Mon, 2 Mar 2020 10:00:00 +0000\r\n")
        deliver(challenge, sender="away@example.org", headers="Auto-Submitted: auto-replied\r\n")
        deliver(challenge, sender="third@example.org")
        run_due_jobs()
        entries = entries_with_messages(challenge)
        assert [(entry.number, entry.eligible, entry.why_not) for entry in entries] == [
            (1, True, None),
            (2, True, None),
            (3, False, "automatic"),
            (4, True, None),
        ]
        assert [(mail.recipient, mail.cause) for mail in outbox()] == [
            (f"{name}@example.org", f"receipt:{entries[index].id}")
            for name, index in (("first", 0), ("second", 1), ("third", 3))
        ]
        assert outcome_of(challenge).waiting_for == (1, 2, 4)


class TestReceipts:
    def test_it_tells_number_time_fingerprint_and_the_secret_address(self) -> None:
        challenge = make_challenge(title="Kleine uitdaging", language="en")
        entry = make_entry(challenge, eligible=None, received_at=NOON)
        read(entry, from_address="anna@example.org", message_id="<a.1@mail.example.org>")
        (mail,) = outbox()
        assert (mail.recipient, mail.subject, mail.in_reply_to, mail.is_automatic, mail.language) == (
            "anna@example.org",
            "Entry 1: your answer to “Kleine uitdaging”",
            "<a.1@mail.example.org>",
            True,
            "en",
        )
        for line in (
            "Your entry number: 1",
            "Received: 2 March 2026 at 13:00:07 (Europe/Amsterdam)",
            entry.delivery.sha256,
            f"http://localhost/receipts/{token_of(entry)}",
        ):
            assert line in mail.text.splitlines()
        assert "The first correct answer wins." in mail.text

    def test_reading_again_sends_nothing_new(self) -> None:
        entry = make_entry(make_challenge(), eligible=None)
        read(entry)
        read(entry)
        assert len(outbox()) == 1

    @pytest.mark.parametrize("kind", ["automatic", "bounce", "list"])
    def test_no_machine_gets_one(self, kind: str) -> None:
        read(make_entry(make_challenge(), eligible=None), kind=kind)
        assert outbox() == []

    def test_what_may_be_a_machine_gets_none_and_takes_part_all_the_same(self) -> None:
        entry = make_entry(make_challenge(), eligible=None)
        read(entry, automatic_reason="subject")
        assert outbox() == []
        assert (entry.eligible, entry.why_not) == (True, None)

    @pytest.mark.parametrize(
        "address", [f"other-challenge@{DOMAIN}", f"X@{DOMAIN.upper()}", "noreply@example.org"]
    )
    def test_we_do_not_write_to_ourselves(self, address: str) -> None:
        read(make_entry(make_challenge(), eligible=None), from_address=address)
        assert outbox() == []

    def test_the_null_sender_gets_none_and_neither_does_nobody(self) -> None:
        challenge = make_challenge()
        read(make_entry(challenge, eligible=None, from_address=""), from_address="anna@example.org")
        assert outbox() == []

    def test_where_a_door_was_not_told_the_sender_the_message_says_whom_to_answer(self) -> None:
        challenge = make_challenge()
        read(
            make_entry(challenge, eligible=None, envelope_sender_known=False), from_address="anna@example.org"
        )
        read(make_entry(challenge, eligible=None, envelope_sender_known=False), from_address="")
        assert [mail.recipient for mail in outbox()] == ["anna@example.org"]

    def test_without_a_from_address_it_goes_to_the_envelope_sender(self) -> None:
        read(make_entry(make_challenge(), eligible=None, from_address="env@example.org"), from_address="")
        assert [mail.recipient for mail in outbox()] == ["env@example.org"]

    def test_one_address_gets_three_a_day_for_a_challenge_and_others_get_theirs(self) -> None:
        challenge, other = make_challenge(), make_challenge()
        make_outbox_message(cause="somebody else's", recipient="anna@example.org")
        with time_machine.travel(NOON, tick=False):
            for _turn in range(5):
                read(make_entry(challenge, eligible=None), from_address="anna@example.org")
            read(make_entry(challenge, eligible=None), from_address="bert@example.org")
            read(make_entry(other, eligible=None), from_address="anna@example.org")
        with time_machine.travel(NOON + timedelta(hours=25), tick=False):
            read(make_entry(challenge, eligible=None), from_address="anna@example.org")
        assert [mail.recipient.partition("@")[0] for mail in outbox()] == [
            "anna",
            *["anna"] * 3,
            "bert",
            "anna",
            "anna",
        ]

    def test_a_late_answer_gets_a_kind_one_that_says_so(self) -> None:
        closed = make_challenge(closes_at=NOON)
        won = make_challenge(status=ChallengeStatus.FINAL, closes_at=NOON)
        for challenge in (closed, won):
            entry = make_entry(challenge, eligible=None, received_at=NOON + timedelta(milliseconds=1))
            read(entry)
            assert (entry.eligible, entry.why_not) == (False, Ineligible.LATE)
        after_closing, after_winning = outbox()
        assert "Alas: this challenge closed on 2 March 2026 at 13:00:07" in after_closing.text
        assert "had already been won" in after_winning.text
        assert "The first correct answer wins." not in after_closing.text + after_winning.text

    @pytest.mark.parametrize(
        ("message", "words"),
        [
            ({"text": ""}, "We found no answer in your message"),
            ({"from_address": "editor@example.org"}, "do not compete"),
        ],
    )
    def test_what_cannot_win_is_told_why(self, message: dict[str, str], words: str) -> None:
        make_person(role="editor", email="editor@example.org")
        read(make_entry(make_challenge(), eligible=None), **message)
        (mail,) = outbox()
        assert words in mail.text

    @pytest.mark.parametrize(
        "message_id",
        [
            "no brackets",
            "<a b@c>",
            "<a@b> <c@d>",
            "<a@b>\r\nBcc: victim@example.org",
            "<é@b>",
            f"<{'a' * 300}@b>",
            "<>",
            None,
        ],
    )
    def test_an_odd_message_id_is_not_answered_to(self, message_id: str | None) -> None:
        read(make_entry(make_challenge(), eligible=None), message_id=message_id)
        (mail,) = outbox()
        assert mail.in_reply_to is None

    def test_a_title_cannot_break_the_subject_or_the_text(self) -> None:
        challenge = make_challenge(
            title="100% {{ 7*7 }} <b>&amp;</b>\r\nBcc: victim@example.org " + "x" * 200
        )
        read(make_entry(challenge, eligible=None))
        (mail,) = outbox()
        assert "\n" not in mail.subject
        assert "\r" not in mail.subject
        assert "100% {{ 7*7 }} <b>&amp;</b>" in mail.text
        assert len(mail.subject) < 150

    def test_one_dutch_challenge_writes_dutch_dates_whatever_language_the_site_speaks(self) -> None:
        read(make_entry(make_challenge(language="nl"), eligible=None, received_at=NOON))
        (mail,) = outbox()
        assert "2 maart 2026 om 13:00:07 (Europe/Amsterdam)" in mail.text
        assert mail.language == "nl"


class TestClosing:
    def test_an_answer_that_arrives_after_closing_by_hand_is_late(self) -> None:
        challenge, editor = make_challenge(), make_person(role="editor").actor
        deliver(challenge, sender="early@example.org")
        with unit_of_work():
            close_challenge(editor, challenge)
        deliver(challenge, sender="late@example.org")
        run_due_jobs()
        assert [(entry.eligible, entry.why_not) for entry in entries_with_messages(challenge)] == [
            (True, None),
            (False, "late"),
        ]


class TestTheWinnersLetter:
    def announced(self, entry: Entry) -> None:
        editor = make_person(role="editor").actor
        with unit_of_work():
            judge_entry(editor, entry, Judgement.CORRECT)
        with unit_of_work():
            announce_winner(editor, entry.challenge)

    def test_it_brings_the_code_the_prize_and_the_receipt(self) -> None:
        entry = make_entry(
            make_challenge(), from_name="Anna Berg", from_address="anna@example.org", message_id="<m@x.org>"
        )
        self.announced(entry)
        (mail,) = outbox()
        assert (mail.cause, mail.recipient, mail.subject, mail.in_reply_to, mail.is_automatic) == (
            f"winner:{entry.id}",
            "anna@example.org",
            "You have won “A small challenge”",
            "<m@x.org>",
            False,
        )
        assert re.search(r"^    [2-9A-Z]{4}-[2-9A-Z]{4}-[2-9A-Z]{4}$", mail.text, re.MULTILINE)
        assert f"{current_settings().site_url}/receipts/{token_of(entry)}" in mail.text
        assert "Your prize: A good book" in mail.text
        assert "Claim it within 10 days of this mail; after that it is yours no more." in mail.text
        assert "The result shows the number of your entry alone" in mail.text
        assert "A.B." not in mail.text
        award = session.scalars(sa.select(Award)).one()
        assert (award.letter, award.claim_until, mail.is_secret) == (mail, None, True)
        assert results_of([entry.challenge]) == {}

    def test_a_winner_without_any_address_is_announced_and_not_written_to(self) -> None:
        self.announced(make_entry(make_challenge(), from_address="", from_name=""))
        assert outbox() == []
        assert session.scalars(sa.select(Award)).one().letter is None


class TestQuestions:
    def saved(self, html: str, *challenges: Challenge) -> list[str]:
        article = make_article(html=html)
        with unit_of_work():
            for challenge in challenges:
                session.get_one(Challenge, challenge.id).article_id = article.id
        with unit_of_work():
            publish(ArticleSaved(article, ANONYMOUS, byline_of(article), "Clearer words."))
        return [challenge.question_html for challenge in challenges]

    def test_a_draft_and_an_open_one_ask_what_the_article_asks_now(self, app: Flask) -> None:
        draft = make_challenge(slug="one", status=ChallengeStatus.DRAFT)
        opened, ended = (
            make_challenge(slug="two"),
            make_challenge(slug="three", status=ChallengeStatus.CLOSED),
        )
        questions = self.saved("".join(block(slug) for slug in ("one", "two", "three")), draft, opened, ended)
        assert questions == ["<p>New: one?</p>", "<p>New: two?</p>", "<p>What is the answer?</p>"]

    def test_the_block_of_another_article_changes_nothing(self) -> None:
        challenge = make_challenge(slug="one", article=make_article())
        self.saved(block("one"))
        assert challenge.question_html == "<p>What is the answer?</p>"


def block(slug: str) -> str:
    """A challenge block as the renderer writes it."""
    return (
        f'<section class="block block-challenge" data-block="challenge" data-slug="{slug}" '
        f'id="challenge-{slug}"><h2>Title</h2>\n<p>New: {slug}?</p></section>'
    )
