"""The way of a prize: claimed, declined, expired, taken back, and on to the next one; sent and received."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Protocol

import pytest
import sqlalchemy as sa
import time_machine
from flask import Flask
from flask.testing import FlaskClient

from blog.accounts.actions.personal_data import held_of
from blog.accounts.holdings import Leaving
from blog.accounts.models.people import Person
from blog.accounts.queries import somebody
from blog.challenges.actions.amendments import amending
from blog.challenges.actions.awards import MAX_CODE_FAILURES, agree_on_name, announce_winner
from blog.challenges.actions.challenges import close_challenge
from blog.challenges.actions.disqualifying import disqualify as disqualify_entry
from blog.challenges.actions.disqualifying import reinstate
from blog.challenges.actions.endings import cancel_challenge
from blog.challenges.actions.entries import choose_result_mail
from blog.challenges.actions.prizes import (
    choose_honour_name,
    conclude,
    correct_tracking,
    decline_prize,
    mark_declined,
    mark_expired,
    mark_received,
    mark_returned,
    mark_sent,
    receive_prize,
    remove_public_name,
    send_new_code,
)
from blog.challenges.actions.verdicts import judge_entry
from blog.challenges.emails import winner_letter
from blog.challenges.erasing import erase_from_challenges, withdraw_latest
from blog.challenges.jobs import ask_senders, expire_prizes, tell_result
from blog.challenges.models.awards import Award, AwardStepTaken
from blog.challenges.models.challenges import Challenge, Prize
from blog.challenges.models.disqualifications import Disqualification
from blog.challenges.models.entries import Entry, EntryConfirmation, Verdict
from blog.challenges.models.ledger import LedgerLeaf
from blog.challenges.own_chapters import CHAPTERS
from blog.challenges.queries.awards import overdue_prizes, results_of
from blog.challenges.queries.outcomes import correct_and_unconfirmed, told_of
from blog.challenges.queries.results import roll_of
from blog.challenges.values import ChallengeStatus, CodeCheck, Ineligible, Judgement, WhyDisqualified
from blog.challenges.words.prizes import award_words, lost_words, result_lines
from blog.challenges.words.receipts import receipt_words
from blog.core.actor import Actor
from blog.core.config import Settings
from blog.core.db import session, unit_of_work
from blog.core.errors import Conflict, DomainError, Forbidden, InvalidInput, NotFound, RuleBroken
from blog.core.jobs.models import Work
from blog.core.retention import forget_what_is_old
from blog.mailroom.models import OutboxMessage
from blog.mailroom.sending_again import send_again
from blog.mailroom.values import OutboxState
from tests.factories.accounts import make_person
from tests.factories.articles import make_article
from tests.factories.challenges import make_challenge, make_confirmation, make_entry, token_of
from tests.support.at_once import at_once
from tests.support.crossing import Act, cross
from tests.support.jobs import run_due_jobs
from tests.support.prizes import announce, claim, code_of, send_letters, win
from tests.support.queries import counted_commits, counted_statements

pytestmark = pytest.mark.usefixtures("app")

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)
CORRECT, INCORRECT = Judgement.CORRECT, Judgement.INCORRECT


class Keep(Protocol):
    """Keeps things for so many days in this test."""

    def __call__(self, **days: int) -> None: ...


@pytest.fixture
def keep(app: Flask, monkeypatch: pytest.MonkeyPatch) -> Keep:
    def keep_for(**days: int) -> None:
        settings: Settings = app.extensions["settings"]
        monkeypatch.setitem(app.extensions, "settings", replace(settings, **days))

    return keep_for


@pytest.fixture
def editor(app: Flask) -> Actor:
    return make_person(role="editor", email="editor@example.org").actor


def judge(editor: Actor, entry: Entry, judgement: Judgement) -> None:
    with unit_of_work():
        judge_entry(editor, entry, judgement, "because")


def disqualify(editor: Actor, challenge: Challenge, number: int, reason: str) -> None:
    """An editor says that the entry with a number has been copied."""
    entry = session.scalars(
        sa.select(Entry).where(Entry.challenge_id == challenge.id, Entry.number == number)
    ).one()
    disqualify_entry(editor, entry, WhyDisqualified.COPIED, reason)


def announce_next(editor: Actor, challenge: Challenge) -> int:
    """Let the next winner be told; their number."""
    with unit_of_work():
        return announce_winner(editor, again(challenge)).entry.number


def again(challenge: Challenge) -> Challenge:
    """A challenge as it is stored."""
    return session.get_one(Challenge, challenge.id)


def steps() -> list[tuple[int, str]]:
    """What has happened to the prizes, in order: of which entry, and what."""
    session.rollback()
    query = sa.select(AwardStepTaken).order_by(AwardStepTaken.id)
    return [(step.award.entry.number, step.step) for step in session.scalars(query)]


def end_of_claiming() -> datetime:
    """Until when the only prize can be claimed: ten days from its row in the ledger, or from its letter."""
    session.rollback()
    until = session.scalars(sa.select(Award)).one().claim_until
    assert until is not None
    assert timedelta(0) <= until - NOON - timedelta(days=10) < timedelta(seconds=1)
    return until


def told() -> list[tuple[str, str]]:
    """Which mails were written: why, and to whom."""
    session.rollback()
    query = sa.select(OutboxMessage.cause, OutboxMessage.recipient).order_by(OutboxMessage.id)
    return [(cause.partition(":")[0], recipient) for cause, recipient in session.execute(query)]


def award_rows(challenge: Challenge) -> list[str]:
    """The rows about prizes in a ledger, as they are opened at the end."""
    query = sa.select(LedgerLeaf.sealed).where(
        LedgerLeaf.challenge_id == challenge.id, LedgerLeaf.kind == "award"
    )
    return [sealed or "" for sealed in session.scalars(query.order_by(LedgerLeaf.position))]


class TestClaiming:
    def test_it_ends_the_challenge_and_keeps_the_address_for_the_desk_alone(self, editor: Actor) -> None:
        challenge = make_challenge()
        entry = make_entry(challenge)
        announce(entry, by=editor)
        claim(entry, name="Piet B.", address=" Piet van den Berg \n\n Kade 1\u200b\n1234 AB  Utrecht\n")
        award = session.scalars(sa.select(Award)).one()
        assert (again(challenge).status, award.step) == ("final", "claimed")
        assert award.address == "Piet van den Berg\nKade 1\n1234 AB Utrecht"
        everything = " ".join(
            session.scalars(sa.select(LedgerLeaf.leaf + sa.func.coalesce(LedgerLeaf.sealed, "")))
        )
        for secret in ("Utrecht", "Piet", "Kade"):
            assert secret not in everything
        assert steps() == [(1, "notified"), (1, "claimed")]

    def test_the_address_can_come_later_and_change_until_it_is_sent(self, editor: Actor) -> None:
        entry = make_entry(make_challenge())
        announce(entry, by=editor)
        for typed, kept in (("One street 1", "One street 1"), (None, "One street 1"), ("Two 2", "Two 2")):
            claim(entry, address=typed)
            assert session.scalar(sa.select(Award.address)) == kept
        with unit_of_work():
            mark_sent(editor, entry.challenge, 1)
        claim(entry, address="Three 3")
        assert session.scalar(sa.select(Award.address)) == "Two 2"

    def test_a_challenge_that_asks_for_nothing_keeps_no_address(self, editor: Actor) -> None:
        challenge = make_challenge()
        with unit_of_work():
            again(challenge).rules = {"asked": "Nothing."}
        entry = make_entry(challenge)
        announce(entry, by=editor)
        claim(entry, address="Kade 1")
        assert session.scalar(sa.select(Award.address)) == ""

    def test_it_can_be_claimed_before_its_time_is_over_and_not_at_that_instant(self, editor: Actor) -> None:
        with time_machine.travel(NOON, tick=False):
            entry = make_entry(make_challenge())
            code = announce(entry, by=editor)
            send_letters()
        until = end_of_claiming()
        with time_machine.travel(until, tick=False), unit_of_work():
            assert agree_on_name(token_of(entry), code, None) is CodeCheck.LATE
        with time_machine.travel(until - timedelta(microseconds=1), tick=False), unit_of_work():
            assert agree_on_name(token_of(entry), code, None) is CodeCheck.AGREED
        assert again(entry.challenge).status == "final"

    def test_an_endless_address_is_refused_at_its_field(self, editor: Actor) -> None:
        entry = make_entry(make_challenge())
        code = announce(entry, by=editor)
        with pytest.raises(InvalidInput) as refused, unit_of_work():
            agree_on_name(token_of(entry), code, None, "x" * 501)
        assert set(refused.value.fields) == {"address"}


class TestComingBack:
    def test_declined_it_passes_to_the_next_when_an_editor_says_so(self, editor: Actor) -> None:
        challenge = make_challenge()
        first, second = make_entry(challenge), make_entry(challenge)
        judge(editor, second, CORRECT)
        code = announce(first, by=editor)
        with unit_of_work():
            assert decline_prize(token_of(first), "WRONG") is CodeCheck.WRONG
        with unit_of_work():
            assert decline_prize(token_of(first), code) is CodeCheck.AGREED
        assert steps() == [(1, "notified"), (1, "declined")]
        assert again(challenge).status == "provisional"
        assert announce_next(editor, challenge) == 2
        claim(second)
        (results,) = results_of([again(challenge)]).values()
        assert [result.number for result in results] == [2]
        assert [cause for cause, _address in told()][:2] == ["winner", "winner"]
        with pytest.raises(NotFound), unit_of_work():
            decline_prize(token_of(first), code)

    def test_whoever_lost_it_gets_none_for_another_answer_and_is_not_asked_whether_that_is_theirs(
        self, editor: Actor
    ) -> None:
        challenge = make_challenge()
        first, unsure = (make_entry(challenge, from_address="anna@example.org") for _turn in range(2))
        make_confirmation(unsure)
        other = make_entry(challenge, from_address="bert@example.org")
        for entry in (unsure, other):
            judge(editor, entry, CORRECT)
        announce(first, by=editor)
        with unit_of_work():
            mark_declined(editor, challenge, 1, "She wrote so.")
        assert correct_and_unconfirmed(again(challenge)) == []
        assert announce_next(editor, challenge) == 3

    def test_what_comes_behind_is_judged_on_and_what_led_to_it_stays(self, editor: Actor) -> None:
        challenge = make_challenge()
        wrong, first, second, third = (make_entry(challenge) for _turn in range(4))
        judge(editor, wrong, INCORRECT)
        judge(editor, third, CORRECT)
        announce(first, by=editor)
        with pytest.raises(Conflict):
            judge(editor, second, INCORRECT)
        with unit_of_work():
            disqualify(editor, challenge, 2, "It is the answer of somebody else.")
        with pytest.raises(RuleBroken, match="A prize is nobody’s yet, and 3 is still waiting"):
            announce_next(editor, challenge)
        with pytest.raises(Conflict):
            judge(editor, wrong, CORRECT)
        # A slip of the hand can be put right until somebody was told.
        for judgement in (CORRECT, INCORRECT):
            judge(editor, second, judgement)
        assert announce_next(editor, challenge) == 4
        with pytest.raises(Conflict):
            judge(editor, second, CORRECT)

    def test_disqualified_its_sender_is_told_why_and_it_takes_part_no_more(self, editor: Actor) -> None:
        challenge = make_challenge()
        entry = make_entry(challenge, from_address="anna@example.org")
        announce(entry, by=editor)
        with pytest.raises(InvalidInput), unit_of_work():
            disqualify(editor, challenge, 1, " ")
        with unit_of_work():
            disqualify(editor, challenge, 1, "It was copied.")
        session.refresh(entry)
        assert (entry.eligible, entry.why_not) == (False, Ineligible.DISQUALIFIED)
        mail = session.scalars(sa.select(OutboxMessage).order_by(OutboxMessage.id.desc())).first()
        assert mail is not None
        assert (mail.recipient, "It was copied." in mail.text) == ("anna@example.org", True)
        # What was written stands in the ledger as a hash alone.
        assert "copied" not in " ".join(award_rows(challenge))

    def test_what_nobody_claims_in_time_comes_back_by_itself_and_they_are_told_once(
        self, editor: Actor
    ) -> None:
        with time_machine.travel(NOON, tick=False):
            challenge = make_challenge()
            entry = make_entry(challenge, from_address="anna@example.org")
            announce(entry, by=editor)
            send_letters()
        until = end_of_claiming()
        with time_machine.travel(until - timedelta(microseconds=1), tick=False):
            expire_prizes({})
            with pytest.raises(RuleBroken, match="still have time"), unit_of_work():
                mark_expired(editor, challenge, 1)
        assert steps() == [(1, "notified")]
        with time_machine.travel(until, tick=False):
            expire_prizes({})
            expire_prizes({})
        assert steps() == [(1, "notified"), (1, "expired")]
        assert told() == [("winner", "anna@example.org"), ("expired", "anna@example.org")]

    def test_the_next_in_line_is_asked_whether_it_is_theirs_and_passed_over_after_a_week(
        self, editor: Actor
    ) -> None:
        with time_machine.travel(NOON, tick=False) as hands:
            challenge = make_challenge()
            first, unsure, third = (
                make_entry(challenge, from_address=f"{name}@example.org") for name in ("a", "b", "c")
            )
            make_confirmation(unsure)
            for entry in (unsure, third):
                judge(editor, entry, CORRECT)
            announce(first, by=editor)
            with unit_of_work():
                mark_declined(editor, challenge, 1, "They wrote so.")
            assert told() == [
                ("winner", "a@example.org"),
                ("declined", "a@example.org"),
                ("confirm", "b@example.org"),
            ]
            run_due_jobs()
            with pytest.raises(RuleBroken, match="Its sender has been asked"):
                announce_next(editor, challenge)
            hands.shift(timedelta(days=7))
            ask_senders({})
            assert announce_next(editor, challenge) == 3

    def test_two_editors_at_once_and_one_prize_goes_to_one_entry(self, app: Flask, editor: Actor) -> None:
        challenge = make_challenge()
        first, second, third = (make_entry(challenge) for _turn in range(3))
        for entry in (second, third):
            judge(editor, entry, CORRECT)
        announce(first, by=editor)
        editors = [make_person(role="editor").id for _turn in range(4)]
        challenge_id = challenge.id

        def take_back(number: int) -> None:
            actor = session.get_one(Person, editors[number]).actor
            with unit_of_work():
                disqualify(actor, session.get_one(Challenge, challenge_id), 1, "Copied.")

        def pass_on(number: int) -> None:
            actor = session.get_one(Person, editors[number]).actor
            with unit_of_work():
                announce_winner(actor, session.get_one(Challenge, challenge_id))

        for act in (take_back, pass_on):
            assert [type(refusal) for refusal in at_once(app, 4, act)] == [Conflict] * 3
        assert steps() == [(1, "notified"), (1, "disqualified"), (2, "notified")]

    def test_a_prize_that_is_left_ends_by_the_word_of_an_editor_with_a_reason(self, editor: Actor) -> None:
        challenge = make_challenge()
        entry, open_one = make_entry(challenge), make_entry(challenge)
        announce(entry, by=editor)
        with pytest.raises(RuleBroken), unit_of_work():
            conclude(editor, challenge, "Nobody is left.")
        with unit_of_work():
            mark_declined(editor, challenge, 1, "They wrote so.")
        with pytest.raises(RuleBroken, match="2 is still waiting"), unit_of_work():
            conclude(editor, challenge, "Nobody is left.")
        judge(editor, open_one, INCORRECT)
        with pytest.raises(RuleBroken):
            announce_next(editor, challenge)
        with pytest.raises(InvalidInput), unit_of_work():
            conclude(editor, challenge, "")
        with unit_of_work():
            conclude(editor, challenge, "Nobody is left.")
        ended = again(challenge)
        assert (ended.status, ended.ended_why) == ("no_winner", "Nobody is left.")
        with pytest.raises(Conflict), unit_of_work():
            conclude(editor, challenge, "Once more.")

    def test_a_closed_challenge_without_a_correct_answer_ends_without_a_winner(self, editor: Actor) -> None:
        challenge = make_challenge()
        judge(editor, make_entry(challenge), INCORRECT)
        with pytest.raises(RuleBroken, match="Close the challenge first"), unit_of_work():
            conclude(editor, challenge, "Nobody knew.")
        with unit_of_work():
            close_challenge(editor, challenge)
        with unit_of_work():
            conclude(editor, challenge, "Nobody knew.")
        assert again(challenge).status == "no_winner"


class TestTheLetterOfTheWinner:
    """A winner's time runs from when the letter has left: nobody loses a prize of which they were not told."""

    def expire(self, days: int) -> str:
        """How far the only prize has come, when the clock is looked at so many days later."""
        with time_machine.travel(NOON + timedelta(days=days), tick=False):
            expire_prizes({})
        session.rollback()
        return session.scalars(sa.select(Award.step)).one()

    def leave(self, state: OutboxState, error: str | None = None) -> None:
        """Let the last letter get so far."""
        with unit_of_work():
            letter = session.scalars(sa.select(OutboxMessage).order_by(OutboxMessage.id.desc())).first()
            assert letter is not None
            letter.note_attempt(state, error)

    @pytest.fixture
    def winner(self, editor: Actor) -> Entry:
        with time_machine.travel(NOON, tick=False):
            entry = make_entry(make_challenge(), from_address="anna@example.org")
            announce(entry, by=editor)
        return entry

    def test_while_it_waits_nothing_expires_and_then_the_days_run_from_when_it_left(
        self, winner: Entry
    ) -> None:
        assert self.expire(30) == "notified"
        with time_machine.travel(NOON + timedelta(days=30), tick=False):
            self.leave(OutboxState.SENT)
        assert self.expire(39) == "notified"
        assert self.expire(40) == "expired"
        assert told() == [("winner", "anna@example.org"), ("expired", "anna@example.org")]

    def test_one_that_came_back_expires_by_the_hand_of_an_editor_alone_not_earlier_and_with_a_reason(
        self, editor: Actor, winner: Entry
    ) -> None:
        self.leave(OutboxState.FAILED, "550 no such user")
        assert self.expire(30) == "notified"
        words = award_words(session.scalars(sa.select(Award)).one())
        assert words == "Prize 1: entry 1 has won it. The letter to its winner could not be delivered."
        nine_days = time_machine.travel(NOON + timedelta(days=9), tick=False)
        with nine_days, pytest.raises(RuleBroken, match="still have time"), unit_of_work():
            mark_expired(editor, winner.challenge, 1, "We have telephoned.")
        with time_machine.travel(NOON + timedelta(days=10, seconds=1), tick=False):
            with pytest.raises(InvalidInput), unit_of_work():
                mark_expired(editor, winner.challenge, 1, " ")
            with unit_of_work():
                mark_expired(editor, winner.challenge, 1, "We have telephoned.")
        assert steps() == [(1, "notified"), (1, "expired")]

    @pytest.mark.parametrize("keep_letters_days", [2, 90])
    def test_one_that_came_back_is_not_forgotten_to_have_come_back(
        self, keep: Keep, editor: Actor, winner: Entry, keep_letters_days: int, client: FlaskClient
    ) -> None:
        """What it said goes after a while, and that nobody was told stays: their prize is not taken for that."""
        keep(keep_letters_days=keep_letters_days)
        with time_machine.travel(NOON, tick=False):
            self.leave(OutboxState.FAILED, "550 no such user")
        with time_machine.travel(NOON + timedelta(days=keep_letters_days + 1), tick=False):
            assert forget_what_is_old()["letters"] == 1
        assert self.expire(keep_letters_days + 200) == "notified"
        award = session.scalars(sa.select(Award)).one()
        assert award_words(award) == (
            "Prize 1: entry 1 has won it. The letter to its winner could not be delivered."
        )
        page = client.get(f"/receipts/{token_of(winner)}").text
        assert "We could not reach you by mail." in page
        assert "Please do so before" not in page
        with unit_of_work():
            mark_expired(editor, winner.challenge, 1, "We have telephoned.")
        assert steps() == [(1, "notified"), (1, "expired")]

    @pytest.mark.parametrize(("state", "last"), [(OutboxState.SENT, 14), (OutboxState.CAUGHT, 11)])
    def test_of_one_that_could_be_read_time_runs_on_when_its_words_are_forgotten(
        self, keep: Keep, winner: Entry, state: OutboxState, last: int
    ) -> None:
        """Without a relay it could be read on the outbox page from when it was written."""
        keep(keep_letters_days=5)
        with time_machine.travel(NOON + timedelta(days=4), tick=False):
            self.leave(state)
        with time_machine.travel(NOON + timedelta(days=6), tick=False):
            assert forget_what_is_old()["letters"] == 1
        assert self.expire(last - 1) == "notified"
        assert self.expire(last) == "expired"

    def test_a_reason_that_is_not_needed_is_stored_as_any_other(self, editor: Actor, winner: Entry) -> None:
        """As a browser sends it, with what no database keeps; and not an endless one."""
        with time_machine.travel(NOON, tick=False):
            self.leave(OutboxState.SENT)
        with time_machine.travel(NOON + timedelta(days=11), tick=False):
            with pytest.raises(InvalidInput, match="at most 2000"), unit_of_work():
                mark_expired(editor, winner.challenge, 1, "a" * 2001)
            with unit_of_work():
                mark_expired(editor, winner.challenge, 1, " We have\x00 telephoned.\r\nIn vain.\n")
        kept = session.scalars(sa.select(AwardStepTaken.reason).order_by(AwardStepTaken.id)).all()
        assert kept == ["", "We have telephoned.\nIn vain."]

    def take_away(self, how: str, editor: Actor, challenge: Challenge) -> None:
        """Take the prize of entry 1 away before its letter has left."""
        with unit_of_work():
            if how == "disqualified":
                disqualify(editor, challenge, 1, "It was copied.")
            elif how == "declined":
                mark_declined(editor, challenge, 1, "They have telephoned.")
            elif how == "cancelled":
                cancel_challenge(editor, again(challenge), "The question was wrong.")
            else:
                with amending(editor, again(challenge), "The question is clearer now.") as locked:
                    locked.rubric = [{"code": "clear", "words": "It is clear"}]

    @pytest.mark.parametrize(
        ("how", "beside"),
        [
            ("disqualified", "disqualified"),
            ("declined", "declined"),
            ("cancelled", "revoked"),
            ("amended", "revoked"),
        ],
    )
    def test_it_leaves_no_more_once_the_prize_was_taken_away(
        self, editor: Actor, winner: Entry, how: str, beside: str
    ) -> None:
        self.take_away(how, editor, winner.challenge)
        run_due_jobs()
        session.rollback()
        letters = {
            letter.cause.partition(":")[0]: letter for letter in session.scalars(sa.select(OutboxMessage))
        }
        assert (letters["winner"].state, letters["winner"].text) == ("failed", "")
        assert letters[beside].state == "caught"
        # Nobody is told that they were written to before.
        assert "We wrote to you" not in letters[beside].text

    def test_and_a_new_one_does_when_it_is_theirs_again(self, editor: Actor, winner: Entry) -> None:
        self.take_away("amended", editor, winner.challenge)
        run_due_jobs()
        code = announce(winner, by=editor)
        run_due_jobs()
        assert session.scalars(sa.select(Award)).one().claim_until is not None
        with unit_of_work():
            assert agree_on_name(token_of(winner), code, None) is CodeCheck.AGREED

    def test_one_that_is_stuck_leaves_no_more_once_there_is_a_new_code(
        self, editor: Actor, winner: Entry
    ) -> None:
        stuck = session.scalars(sa.select(OutboxMessage.id)).one()
        admin = make_person(role="admin").actor
        with unit_of_work():
            session.execute(sa.delete(Work))
        with unit_of_work():
            send_new_code(editor, winner.challenge, 1)
        # The earlier code is good for nothing.
        with pytest.raises(Conflict, match="no longer good"), unit_of_work():
            send_again(stuck, by=admin)

    def test_its_words_are_gone_from_the_outbox_once_it_has_left(self, winner: Entry) -> None:
        assert code_of(winner)
        self.leave(OutboxState.SENT)
        assert session.scalars(sa.select(OutboxMessage.is_secret)).all() == [True]
        assert session.scalars(sa.select(OutboxMessage.text)).all() == [""]

    def test_an_entry_without_an_address_has_won_and_the_desk_reads_that_nobody_was_told(
        self, editor: Actor
    ) -> None:
        with time_machine.travel(NOON, tick=False):
            challenge = make_challenge()
            entry = make_entry(challenge, from_address="", envelope_sender_known=False)
            judge(editor, entry, CORRECT)
            announce_next(editor, challenge)
        assert told() == []
        assert self.expire(30) == "notified"
        words = award_words(session.scalars(sa.select(Award)).one())
        assert words == (
            "Prize 1: entry 1 has won it. "
            "Nobody was told: the entry names no address to which we could write."
        )
        with pytest.raises(RuleBroken, match="names no address"), unit_of_work():
            send_new_code(editor, challenge, 1)

    def test_a_new_code_replaces_one_that_is_blocked_and_shortens_no_time(
        self, editor: Actor, winner: Entry
    ) -> None:
        with pytest.raises(Conflict, match="has not left yet"), unit_of_work():
            send_new_code(editor, winner.challenge, 1)
        old = code_of(winner)
        with time_machine.travel(NOON, tick=False):
            self.leave(OutboxState.CAUGHT)
        for _turn in range(MAX_CODE_FAILURES):
            with unit_of_work():
                agree_on_name(token_of(winner), "WRONG", None)
        with time_machine.travel(NOON + timedelta(days=9), tick=False), unit_of_work():
            send_new_code(editor, winner.challenge, 1)
        new = code_of(winner)
        mail = session.scalars(sa.select(OutboxMessage).order_by(OutboxMessage.id.desc())).first()
        assert mail is not None
        words = "This is a new code. The one that we mailed before is good for nothing any more."
        assert words in mail.text
        assert self.expire(12) == "notified"
        with time_machine.travel(NOON + timedelta(days=12), tick=False):
            self.leave(OutboxState.SENT)
        assert self.expire(21) == "notified"
        with time_machine.travel(NOON + timedelta(days=21), tick=False), unit_of_work():
            assert agree_on_name(token_of(winner), old, None) is CodeCheck.WRONG
            assert agree_on_name(token_of(winner), new, None) is CodeCheck.AGREED
        assert [cause for cause, _address in told()] == ["winner", "winner"]

    def test_the_mail_with_a_new_code_says_what_can_still_be_done_with_it(
        self, editor: Actor, winner: Entry
    ) -> None:
        def newest() -> tuple[bool, bool, bool]:
            send_letters()
            with unit_of_work():
                send_new_code(editor, winner.challenge, 1)
            mail = session.scalars(sa.select(OutboxMessage).order_by(OutboxMessage.id.desc())).first()
            assert mail is not None
            return (
                "You say there where the prize is to be sent." in mail.text,
                "decline the prize" in mail.text,
                "tell us there that the prize has come" in mail.text,
            )

        assert newest() == (True, True, False)
        claim(winner, address="Kade 1")
        assert newest() == (True, False, False)
        with unit_of_work():
            mark_sent(editor, winner.challenge, 1)
        assert newest() == (False, False, True)
        with unit_of_work():
            mark_returned(editor, winner.challenge, 1)
        assert newest() == (True, False, False)

    def test_only_who_handles_the_prize_has_a_new_code_sent(self, winner: Entry) -> None:
        send_letters()
        author = make_person(role="author").actor
        with pytest.raises(Forbidden), unit_of_work():
            send_new_code(author, winner.challenge, 1)

    def test_it_brings_the_code_also_where_no_link_can_be_made(self, app: Flask, winner: Entry) -> None:
        settings: Settings = app.extensions["settings"]
        award = session.scalars(sa.select(Award)).one()
        letter = winner_letter(award, "AAAA-BBBB-CCCC", replace(settings, secret_key="another" * 8))
        assert "/receipts/" not in letter.text
        assert "\n    AAAA-BBBB-CCCC\n" in letter.text
        assert "Its address stands in the mail with your number" in letter.text


class TestWhoWasFirst:
    """“First” is said of the first correct answer alone: after one whose prize was not taken comes the next."""

    def test_the_next_in_line_is_called_so_everywhere(self, editor: Actor) -> None:
        challenge = make_challenge()
        first, second = make_entry(challenge), make_entry(challenge)
        judge(editor, second, CORRECT)
        code = announce(first, by=editor)
        with unit_of_work():
            decline_prize(token_of(first), code)
        announce_next(editor, challenge)
        letters = session.scalars(sa.select(OutboxMessage.text).order_by(OutboxMessage.id)).all()
        assert ["was the first correct one" in text for text in letters] == [True, False]
        claim(second, name="Bo")
        results = results_of([again(challenge)])[challenge.id]
        assert [result.is_first for result in results] == [False]
        assert result_lines(results, 2) == [
            "Won by Bo: entry 2 of 2 was the first correct one whose sender took the prize."
        ]
        award = session.scalars(sa.select(Award).where(Award.is_living)).one()
        told_now = told_of(again(challenge))
        words = receipt_words(session.get_one(Entry, second.id), CORRECT, told_now, award)
        assert words == "Your answer was the next correct one: you have won."

    def test_by_number_and_not_by_the_rank_of_the_prize(self, editor: Actor) -> None:
        challenge = make_challenge()
        with unit_of_work():
            for rank in (1, 2):
                session.add(Prize(challenge_id=challenge.id, rank=rank, title=f"Book {rank}"))
        entries = [make_entry(challenge) for _turn in range(3)]
        for entry in entries[1:]:
            judge(editor, entry, CORRECT)
        announce(entries[0], by=editor)
        with unit_of_work():
            mark_declined(editor, challenge, 1, "They wrote so.")
        announce_next(editor, challenge)
        for entry in entries[1:]:
            claim(entry)
        results = results_of([again(challenge)])[challenge.id]
        assert [(one.rank, one.number, one.is_first) for one in results] == [(1, 3, False), (2, 2, False)]

    def test_after_a_disqualified_one_the_next_is_the_first(self, editor: Actor) -> None:
        challenge = make_challenge()
        first, second = make_entry(challenge), make_entry(challenge)
        judge(editor, second, CORRECT)
        announce(first, by=editor)
        with unit_of_work():
            disqualify(editor, challenge, 1, "Copied.")
        announce_next(editor, challenge)
        claim(second)
        assert [one.is_first for one in results_of([again(challenge)])[challenge.id]] == [True]


class TestTakingAPrizeAway:
    def test_a_winner_is_told_of_a_decline_that_the_desk_has_noted_and_why(self, editor: Actor) -> None:
        challenge = make_challenge()
        entry = make_entry(challenge, from_address="anna@example.org")
        announce(entry, by=editor)
        with unit_of_work():
            mark_declined(editor, challenge, 1, "They have telephoned.")
        assert told() == [("winner", "anna@example.org"), ("declined", "anna@example.org")]
        mail = session.scalars(sa.select(OutboxMessage).order_by(OutboxMessage.id.desc())).first()
        assert mail is not None
        for words in ("that you do not want your prize", "They have telephoned.", "Is that not so?"):
            assert words in mail.text

    def test_whoever_declines_themselves_is_not_written_to(self, editor: Actor) -> None:
        entry = make_entry(make_challenge())
        code = announce(entry, by=editor)
        with unit_of_work():
            decline_prize(token_of(entry), code)
        assert [cause for cause, _address in told()] == ["winner"]

    def test_the_author_of_the_question_disqualifies_nobody(self, editor: Actor) -> None:
        author = make_person(role="author")
        challenge = make_challenge(article=make_article(author=author))
        announce(make_entry(challenge), by=editor)
        with pytest.raises(Forbidden), unit_of_work():
            disqualify(author.actor, challenge, 1, "I do not like them.")
        assert steps() == [(1, "notified")]

    @pytest.mark.parametrize("has_gone_on", [False, True])
    def test_a_mistake_is_put_right_but_the_prize_does_not_come_back(
        self, editor: Actor, has_gone_on: bool
    ) -> None:
        challenge = make_challenge()
        first, second = make_entry(challenge, from_address="anna@example.org"), make_entry(challenge)
        judge(editor, second, CORRECT)
        announce(first, by=editor)
        with unit_of_work():
            disqualify(editor, challenge, 1, "Copied.")
        assert session.scalars(sa.select(Disqualification.reason_code)).all() == ["copied"]
        if has_gone_on:
            announce_next(editor, challenge)
        with unit_of_work():
            reinstate(editor, session.get_one(Entry, first.id), "It was their own after all.")
        assert told()[-1] == ("reinstated", "anna@example.org")
        if not has_gone_on:
            announce_next(editor, challenge)
        claim(second)
        assert [(one.number, one.rank) for one in roll_of(again(challenge)).honours] == [(1, None), (2, 1)]
        award = session.scalars(sa.select(Award).where(Award.entry_id == first.id)).one()
        assert lost_words(award, is_correct=True) == (
            "Your answer was correct. The editors had found that your answer cannot take part, and have "
            "taken that back. Its prize does not come back to it."
        )

    def test_once_it_is_over_no_mistake_is_put_right_any_more(self, editor: Actor) -> None:
        challenge = make_challenge()
        first, second = make_entry(challenge), make_entry(challenge)
        judge(editor, second, CORRECT)
        announce(first, by=editor)
        with unit_of_work():
            disqualify(editor, challenge, 1, "Copied.")
        announce_next(editor, challenge)
        claim(second)
        with pytest.raises(Conflict), unit_of_work():
            reinstate(editor, session.get_one(Entry, first.id), "It was their own after all.")

    def test_who_has_lost_a_prize_can_be_kept_out_again_and_is_told_so_each_time(self, editor: Actor) -> None:
        challenge = make_challenge()
        first, second = make_entry(challenge, from_address="anna@example.org"), make_entry(challenge)
        judge(editor, second, CORRECT)
        announce(first, by=editor)
        with unit_of_work():
            disqualify(editor, challenge, 1, "Copied.")
        announce_next(editor, challenge)
        with unit_of_work():
            reinstate(editor, session.get_one(Entry, first.id), "A slip of the hand.")
        with unit_of_work():
            disqualify(editor, challenge, 1, "It was copied indeed.")
        session.refresh(first)
        assert (first.eligible, first.why_not) == (False, Ineligible.DISQUALIFIED)
        to_anna = [kind for kind, recipient in told() if recipient == "anna@example.org"]
        assert to_anna == ["winner", "disqualified", "reinstated", "kept-out"]
        mail = session.scalars(sa.select(OutboxMessage).order_by(OutboxMessage.id.desc())).first()
        assert mail is not None
        for words in ("cannot take part after all", "stand on the roll of honour", "It was copied indeed."):
            assert words in mail.text
        # Nobody's prize hangs on it.
        assert steps() == [(1, "notified"), (1, "disqualified"), (2, "notified")]
        claim(second)
        assert [one.number for one in roll_of(again(challenge)).honours] == [2]
        with pytest.raises(Conflict), unit_of_work():
            disqualify(editor, challenge, 2, "It is over.")

    def test_what_an_amendment_took_back_was_not_lost_and_is_settled_with_all_others(
        self, editor: Actor
    ) -> None:
        challenge = make_challenge()
        first, second = make_entry(challenge, from_address="anna@example.org"), make_entry(challenge)
        judge(editor, second, CORRECT)
        announce(first, by=editor)
        with unit_of_work(), amending(editor, again(challenge), "What counts is clearer now.") as locked:
            locked.rubric = [{"code": "clear", "words": "It is clear"}]
        for entry in (first, second):
            judge(editor, entry, CORRECT)
        for reason in ("Copied.", "Copied indeed."):
            with unit_of_work():
                disqualify(editor, challenge, 1, reason)
            if reason == "Copied.":
                with unit_of_work():
                    reinstate(editor, session.get_one(Entry, first.id), "A slip of the hand.")
        assert announce_next(editor, challenge) == 2
        # Else an editor could take a prize away and give it back at will.
        with pytest.raises(Conflict, match="this can no longer change"), unit_of_work():
            reinstate(editor, session.get_one(Entry, first.id), "A slip of the hand.")
        # As of whoever had no prize, only their receipt tells of it.
        to_anna = [kind for kind, recipient in told() if recipient == "anna@example.org"]
        assert to_anna == ["winner", "revoked"]


def test_whoever_announced_a_winner_takes_away_nothing_of_who_that_is(app: Flask) -> None:
    announcer = make_person(role="editor")
    entry = make_entry(make_challenge(), from_address="anna@example.org")
    announce(entry, by=announcer.actor)
    claim(entry, name="Anna B.", address="Kade 1\nUtrecht")
    person = session.get_one(Person, announcer.id)
    held = {each.table: list(each.rows) for each in held_of(person)}
    assert held["award"] == []
    assert [(row["step"], row["reason"]) for row in held["award_step"]] == [("notified", "")]
    (announced,) = (chapter for chapter in CHAPTERS if chapter.name == "announced")
    with app.test_request_context():
        (told_here,) = announced.told(somebody(person))
    assert told_here.notes == ["prize 1", "entry 1"]
    winner = make_person(email="anna@example.org")
    held = {each.table: list(each.rows) for each in held_of(session.get_one(Person, winner.id))}
    assert [row["address"] for row in held["award"]] == ["Kade 1\nUtrecht"]
    assert {"code_digest", "announced_by_id", "letter_id"}.isdisjoint(held["award"][0])


class TestPublicNames:
    def test_an_editor_removes_the_name_of_a_winner_for_good_and_says_why(self, editor: Actor) -> None:
        entry = make_entry(make_challenge(), from_address="anna@example.org")
        code = announce(entry, by=editor)
        claim(entry, name="A rude name")
        author = make_person(role="author")
        article = make_article(author=author)
        with unit_of_work():
            again(entry.challenge).article_id = article.id
        for actor in (author.actor, make_person(role="moderator").actor):
            with pytest.raises(Forbidden), unit_of_work():
                remove_public_name(actor, entry.challenge, 1, "It is rude.")
        with pytest.raises(InvalidInput), unit_of_work():
            remove_public_name(editor, entry.challenge, 1, " ")
        with unit_of_work():
            remove_public_name(editor, entry.challenge, 1, "It is rude.")
        with pytest.raises(Conflict), unit_of_work():
            remove_public_name(editor, entry.challenge, 1, "It is rude.")
        (results,) = results_of([again(entry.challenge)]).values()
        assert [one.shown_name for one in results] == [""]
        with pytest.raises(InvalidInput, match="cannot be shown"), unit_of_work():
            agree_on_name(token_of(entry), code, "Another rude name")
        # Initials of a rude name may be as rude.
        with pytest.raises(InvalidInput, match="cannot be shown"), unit_of_work():
            agree_on_name(token_of(entry), code, None, shows_initials=True)
        with unit_of_work():
            assert agree_on_name(token_of(entry), code, None) is CodeCheck.AGREED
        assert told() == [("winner", "anna@example.org"), ("name", "anna@example.org")]

    def test_and_one_on_the_roll_of_honour(self, editor: Actor) -> None:
        challenge = make_challenge()
        winner, right = make_entry(challenge), make_entry(challenge)
        judge(editor, right, CORRECT)
        win(winner, by=editor)
        with unit_of_work():
            choose_honour_name(token_of(right), "A rude name")
        with unit_of_work():
            remove_public_name(editor, challenge, 2, "It is rude.")
        assert [one.name for one in roll_of(again(challenge)).honours] == ["", ""]
        with pytest.raises(InvalidInput), unit_of_work():
            choose_honour_name(token_of(right), "A rude name")


class TestSeveralPrizes:
    def make(self, prizes: int) -> Challenge:
        challenge = make_challenge()
        with unit_of_work():
            for rank in range(1, prizes + 1):
                session.add(Prize(challenge_id=challenge.id, rank=rank, title=f"Book {rank}"))
        return challenge

    def test_each_is_claimed_and_the_result_lists_them_by_rank(self, editor: Actor) -> None:
        challenge = self.make(2)
        first, second = make_entry(challenge), make_entry(challenge, from_name="Bo")
        judge(editor, second, CORRECT)
        announce(first, by=editor)
        claim(second)
        assert (again(challenge).status, results_of([again(challenge)])) == ("provisional", {})
        claim(first, initials=True)
        (results,) = results_of([again(challenge)]).values()
        assert [(one.rank, one.prize, one.number, one.shown_name) for one in results] == [
            (1, "Book 1", 1, "P.B."),
            (2, "Book 2", 2, ""),
        ]

    def test_one_that_comes_back_passes_on_alone_and_nothing_ends_before_that(self, editor: Actor) -> None:
        challenge = self.make(2)
        first, second, third = (make_entry(challenge) for _turn in range(3))
        judge(editor, second, CORRECT)
        announce(first, by=editor)
        with unit_of_work():
            mark_declined(editor, challenge, 1, "They wrote so.")
        claim(second)
        # Entry 3 has not been judged: it may win what is left.
        assert again(challenge).status == "provisional"
        judge(editor, third, CORRECT)
        assert announce_next(editor, challenge) == 3
        assert session.scalars(sa.select(Award.rank).where(Award.is_living).order_by(Award.rank)).all() == [
            1,
            2,
        ]
        claim(third)
        assert again(challenge).status == "final"

    def test_fewer_winners_than_prizes_need_the_word_of_an_editor_once_one_came_back(
        self, editor: Actor
    ) -> None:
        challenge = self.make(2)
        first, second = make_entry(challenge), make_entry(challenge)
        judge(editor, second, CORRECT)
        announce(first, by=editor)
        with unit_of_work():
            mark_declined(editor, challenge, 2, "They wrote so.")
        claim(first)
        assert again(challenge).status == "provisional"
        with unit_of_work():
            conclude(editor, challenge, "Nobody else was right.")
        (results,) = results_of([again(challenge)]).values()
        assert (again(challenge).status, [one.number for one in results]) == ("final", [1])

    def test_more_prizes_than_correct_answers_end_by_the_word_of_an_editor_too(self, editor: Actor) -> None:
        challenge = self.make(3)
        wrong, first, second = (make_entry(challenge) for _turn in range(3))
        for entry, judgement in ((wrong, INCORRECT), (first, CORRECT), (second, CORRECT)):
            judge(editor, entry, judgement)
        with unit_of_work():
            close_challenge(editor, challenge)
        announce_next(editor, challenge)
        claim(first)
        with pytest.raises(RuleBroken, match="still to claim"), unit_of_work():
            conclude(editor, challenge, "Nobody else was right.")
        claim(second)
        assert again(challenge).status == "provisional"
        with pytest.raises(RuleBroken, match="End the challenge with fewer winners, and say why"):
            announce_next(editor, challenge)
        with unit_of_work():
            conclude(editor, challenge, "Nobody else was right.")
        ended = again(challenge)
        (results,) = results_of([ended]).values()
        assert (ended.status, [one.number for one in results]) == ("final", [2, 3])
        # What everybody reads says why a third prize went to nobody.
        assert "Nobody else was right." in result_lines(results, 3, ended.ended_why)


class TestSending:
    def test_sent_and_received_also_after_the_end_each_once(self, editor: Actor) -> None:
        challenge = make_challenge()
        entry = make_entry(challenge, from_address="anna@example.org")
        code = announce(entry, by=editor)
        with pytest.raises(Conflict), unit_of_work():
            mark_sent(editor, challenge, 1)
        claim(entry)
        with pytest.raises(Conflict), unit_of_work():
            receive_prize(token_of(entry), code)
        with unit_of_work():
            mark_sent(editor, challenge, 1, " 3S \u202eABC ")
        with pytest.raises(Conflict, match="The prize of entry 1: sent"), unit_of_work():
            mark_sent(editor, challenge, 1)
        with unit_of_work():
            assert receive_prize(token_of(entry), code) is CodeCheck.AGREED
        with pytest.raises(Conflict), unit_of_work():
            mark_received(editor, challenge, 1)
        assert steps() == [(1, "notified"), (1, "claimed"), (1, "sent"), (1, "received")]
        assert session.scalar(sa.select(Award.tracking)) == "3S ABC"
        mail = session.scalars(
            sa.select(OutboxMessage).where(OutboxMessage.cause == f"sent:{entry.id}")
        ).one()
        assert "3S ABC" in mail.text

    def test_a_mistyped_tracking_code_is_put_right_and_told(self, editor: Actor) -> None:
        challenge = make_challenge()
        entry = make_entry(challenge, from_address="anna@example.org")
        win(entry, by=editor)
        with pytest.raises(Conflict), unit_of_work():
            correct_tracking(editor, challenge, 1, "3S1")
        with unit_of_work():
            mark_sent(editor, challenge, 1, "3S7")
        with unit_of_work():
            correct_tracking(editor, challenge, 1, "3S1")
        # Taken away unseen, the winner would be told to follow it with nothing.
        with pytest.raises(InvalidInput), unit_of_work():
            correct_tracking(editor, challenge, 1, " ")
        # And nobody is told once more what they know.
        with pytest.raises(Conflict), unit_of_work():
            correct_tracking(editor, challenge, 1, "3S1")
        assert session.scalar(sa.select(Award.tracking)) == "3S1"
        assert [cause for cause, _address in told()] == ["winner", "sent", "tracking"]
        mail = session.scalars(sa.select(OutboxMessage).order_by(OutboxMessage.id.desc())).first()
        assert mail is not None
        assert "3S1" in mail.text
        assert steps() == [(1, "notified"), (1, "claimed"), (1, "sent")]

    def test_a_parcel_that_came_back_is_sent_again_to_another_address(self, editor: Actor) -> None:
        challenge = make_challenge()
        entry = make_entry(challenge)
        announce(entry, by=editor)
        claim(entry, address="Old 1")
        with unit_of_work():
            mark_sent(editor, challenge, 1, "3S1")
        rows = award_rows(challenge)
        with unit_of_work():
            mark_returned(editor, challenge, 1)
        with pytest.raises(Conflict), unit_of_work():
            mark_received(editor, challenge, 1)
        claim(entry, address="New 2")
        with unit_of_work():
            mark_sent(editor, challenge, 1, "3S2")
        assert session.execute(sa.select(Award.step, Award.address, Award.tracking)).all() == [
            ("sent", "New 2", "3S2")
        ]
        assert [step for _number, step in steps()] == ["notified", "claimed", "sent", "returned", "sent"]
        assert [cause for cause, _address in told()] == ["winner", "sent", "returned", "sent"]
        # In the ledger a prize is sent once: nobody else can get it.
        assert award_rows(challenge) == rows
        with unit_of_work():
            mark_received(editor, challenge, 1)
        assert len(award_rows(challenge)) == len(rows) + 1

    def test_after_the_end_no_prize_goes_to_somebody_else(self, editor: Actor) -> None:
        challenge = make_challenge()
        entry = make_entry(challenge)
        code = win(entry, by=editor)
        for act in (
            lambda: decline_prize(token_of(entry), code),
            lambda: disqualify(editor, challenge, 1, "Copied."),
            lambda: mark_declined(editor, challenge, 1, "They wrote so."),
        ):
            with pytest.raises(Conflict), unit_of_work():
                act()

    def test_only_editors_and_the_author_handle_prizes(self, editor: Actor) -> None:
        challenge = make_challenge()
        win(make_entry(challenge), by=editor)
        for person in (make_person(), make_person(role="moderator"), make_person(role="author")):
            actor = person.actor
            with pytest.raises(Forbidden), unit_of_work():
                mark_sent(actor, challenge, 1)
            with pytest.raises(Forbidden), unit_of_work():
                disqualify(actor, challenge, 1, "Copied.")
            with pytest.raises(Forbidden), unit_of_work():
                conclude(actor, challenge, "Nobody is left.")

    def test_what_was_claimed_and_not_sent_for_two_weeks_is_overdue(self, editor: Actor) -> None:
        with time_machine.travel(NOON, tick=False):
            challenge = make_challenge(slug="small-challenge")
            win(make_entry(challenge), by=editor)
        late = NOON + timedelta(days=14, microseconds=1)
        assert overdue_prizes(late - timedelta(microseconds=1)) == []
        assert [(each.slug, each.count) for each in overdue_prizes(late)] == [("small-challenge", 1)]
        assert overdue_prizes(late, author_id=4711) == []
        with unit_of_work():
            mark_sent(editor, challenge, 1)
        assert overdue_prizes(late) == []


class TestLeaving:
    def leave(self, address: str) -> None:
        erase_from_challenges(Leaving(0, address, address))
        session.rollback()

    @pytest.mark.parametrize("has_claimed", [False, True])
    def test_the_prize_of_whoever_leaves_passes_on(self, editor: Actor, has_claimed: bool) -> None:
        challenge = make_challenge()
        with unit_of_work():
            for rank in (1, 2):
                session.add(Prize(challenge_id=challenge.id, rank=rank, title=f"Book {rank}"))
        anna, bert, cora = (
            make_entry(challenge, from_address=f"{name}@example.org") for name in ("anna", "bert", "cora")
        )
        for entry in (bert, cora):
            judge(editor, entry, CORRECT)
        announce(anna, by=editor)
        if has_claimed:
            claim(anna, name="Anna", address="Kade 1")
        self.leave("anna@example.org")
        award = session.scalars(sa.select(Award).where(Award.entry_id == anna.id)).one()
        assert (award.step, award.display_name, award.initials, award.address) == ("declined", None, "", "")
        assert session.get_one(Entry, anna.id).why_not == "withdrawn"
        assert announce_next(editor, challenge) == 3
        # Whoever leaves is written to no more.
        assert [address for _cause, address in told()].count("anna@example.org") == 1

    def test_whoever_has_left_cannot_use_the_old_code_any_more(self, editor: Actor) -> None:
        entry = make_entry(make_challenge(), from_address="anna@example.org")
        code = announce(entry, by=editor)
        claim(entry, name="Anna", address="Kade 1")
        self.leave("anna@example.org")
        with unit_of_work():
            assert agree_on_name(token_of(entry), code, "Anna", "Kade 2") is CodeCheck.WRONG
        assert session.execute(sa.select(Award.display_name, Award.address)).all() == [(None, "")]

    def test_what_was_sent_stays_theirs_and_the_books_say_where(self, editor: Actor) -> None:
        entry = make_entry(make_challenge(), from_address="anna@example.org")
        announce(entry, by=editor)
        claim(entry, name="Anna", address="Kade 1")
        with unit_of_work():
            mark_sent(editor, entry.challenge, 1)
        self.leave("anna@example.org")
        award = session.scalars(sa.select(Award)).one()
        assert (award.step, award.display_name, award.address) == ("sent", None, "Kade 1")
        (results,) = results_of([again(entry.challenge)]).values()
        assert [(one.number, one.shown_name) for one in results] == [(1, "somebody who has left")]

    def test_nothing_stays_of_why_they_were_disqualified_nor_opens_what_fixed_it(self, editor: Actor) -> None:
        challenge = make_challenge()
        announce(make_entry(challenge, from_address="anna@example.org"), by=editor)
        with unit_of_work():
            disqualify(editor, challenge, 1, "She is the sister of our author.")
        self.leave("anna@example.org")
        kept = session.execute(sa.select(AwardStepTaken.reason, AwardStepTaken.reason_salt)).all()
        assert [tuple(row) for row in kept] == [("", None), ("", None)]

    def test_their_code_opens_nothing_any_more(self, editor: Actor) -> None:
        entry = make_entry(make_challenge(), from_address="anna@example.org")
        code = win(entry, by=editor)
        with unit_of_work():
            mark_sent(editor, entry.challenge, 1, "3SABC")
        self.leave("anna@example.org")
        for typed in (code, ""):
            with unit_of_work():
                assert agree_on_name(token_of(entry), typed, "Anna once more") is CodeCheck.WRONG
        assert session.execute(sa.select(Award.display_name, Award.initials)).all() == [(None, "")]

    def test_how_a_prize_was_followed_goes_with_where_it_was_sent(self, editor: Actor) -> None:
        with time_machine.travel(NOON, tick=False) as hands:
            entry = make_entry(make_challenge())
            announce(entry, by=editor)
            claim(entry, address="Kade 1")
            with unit_of_work():
                mark_sent(editor, entry.challenge, 1, "3SABC")
            hands.shift(timedelta(days=2557))
            forget_what_is_old()
            assert session.execute(sa.select(Award.address, Award.tracking)).all() == [("Kade 1", "3SABC")]
            hands.shift(timedelta(seconds=1))
            forget_what_is_old()
            assert session.execute(sa.select(Award.address, Award.tracking)).all() == [("", "")]

    def test_a_name_that_is_taken_out_of_a_reason_takes_along_what_would_show_that_it_stood_there(
        self, editor: Actor
    ) -> None:
        challenge = make_challenge()
        first, second = make_entry(challenge), make_entry(challenge)
        with unit_of_work():
            judge_entry(editor, second, INCORRECT, "A copy of what anna@example.org sent.")
        with unit_of_work():
            judge_entry(editor, first, INCORRECT, "It is wrong.")
        self.leave("anna@example.org")
        query = sa.select(Verdict.reason, Verdict.reason_salt.is_(None)).order_by(Verdict.id)
        (taken_out, is_gone), kept = session.execute(query).all()
        assert ("anna" in taken_out, is_gone, tuple(kept)) == (False, True, ("It is wrong.", False))

    def test_what_came_in_meanwhile_opens_nothing_either(self) -> None:
        """Between the eraser and the last step, in which their mail goes."""
        entry = make_entry(make_challenge(), from_address="anna@example.org")
        make_confirmation(entry)
        with unit_of_work():
            session.get_one(Entry, entry.id).answer_key = "alike"
        with unit_of_work():
            withdraw_latest(Leaving(0, "anna@example.org", "anna@example.org"))
        assert session.execute(sa.select(Entry.why_not, Entry.answer_key)).all() == [("withdrawn", None)]
        assert session.scalars(sa.select(EntryConfirmation.code_digest)).all() == [""]
        salts = sa.select(LedgerLeaf.private_salt).where(LedgerLeaf.entry_id == entry.id)
        assert set(session.scalars(salts)) == {None}

    @pytest.mark.parametrize("app", ["postgresql"], indirect=True)
    @pytest.mark.parametrize("leaves_first", [True, False])
    @pytest.mark.parametrize("prizes", [1, 2])
    def test_whoever_leaves_and_who_disqualifies_their_answer_do_not_wait_for_each_other(
        self, app: Flask, leaves_first: bool, prizes: int
    ) -> None:
        """Also once it is over, with one prize: then what they are called is forgotten, and nobody disqualified."""

        def scene() -> tuple[Act, Act]:
            somebody = make_person(role="editor")
            challenge = make_challenge()
            with unit_of_work():
                for rank in range(1, prizes + 1):
                    session.add(Prize(challenge_id=challenge.id, rank=rank, title=f"Book {rank}"))
            entry = make_entry(challenge, from_address="anna@example.org")
            judge(somebody.actor, make_entry(challenge, from_address="bert@example.org"), CORRECT)
            win(entry, by=somebody.actor)
            editor, entry_id = somebody.actor, entry.id

            def leave() -> None:
                erase_from_challenges(Leaving(0, "anna@example.org", "anna@example.org"))

            def disqualify_it() -> None:
                with unit_of_work():
                    entry = session.get_one(Entry, entry_id)
                    disqualify_entry(editor, entry, WhyDisqualified.COPIED, "It was copied.")

            return (leave, disqualify_it) if leaves_first else (disqualify_it, leave)

        assert cross(app, scene) > 0


class TestTheResult:
    def test_everybody_who_took_part_is_told_once_and_no_machine(self, editor: Actor) -> None:
        challenge = make_challenge(slug="small-challenge")
        away = make_entry(challenge, from_address="away@example.org", why_not=Ineligible.AUTOMATIC)
        winner = make_entry(challenge, from_address="anna@example.org")
        wrong = make_entry(challenge, from_address="bert@example.org")
        make_entry(challenge, from_address="BERT@example.org")
        make_entry(challenge, from_address="", from_name="")
        make_entry(challenge, from_address="anna@example.org")
        with unit_of_work():
            message = session.get_one(Entry, away.id).delivery.message
            assert message is not None
            message.kind = "automatic"
        judge(editor, wrong, INCORRECT)
        announce(winner, by=editor)
        assert [cause for cause, _address in told()] == ["winner"]
        claim(winner, name="Anna")
        run_due_jobs()
        tell_result({"challenge_id": challenge.id})
        assert told() == [("winner", "anna@example.org"), ("result", "bert@example.org")]
        mail = session.scalars(sa.select(OutboxMessage).order_by(OutboxMessage.id.desc())).first()
        assert mail is not None
        assert mail.cause == f"result:{wrong.id}"
        assert mail.is_automatic
        for words in (
            "Won by Anna: entry 2 of 6 was the first correct answer.",
            "Your answer was not correct. Entry 2 has won.",
            f"/receipts/{token_of(wrong)}",
            "/challenges/small-challenge/ledger",
        ):
            assert words in mail.text

    def test_whoever_has_sent_several_answers_is_told_of_the_best_one(self, editor: Actor) -> None:
        challenge = make_challenge()
        anna, bert, cora, dirk = (f"{name}@example.org" for name in ("anna", "bert", "cora", "dirk"))
        lost = make_entry(challenge, from_address=dirk)
        make_entry(challenge, from_address=bert, why_not=Ineligible.EMPTY)
        wrong = [make_entry(challenge, from_address=address) for address in (bert, cora)]
        winner = make_entry(challenge, from_address=anna)
        right = [make_entry(challenge, from_address=address) for address in (dirk, cora)]
        for each in wrong:
            judge(editor, each, INCORRECT)
        for each in (winner, *right):
            judge(editor, each, CORRECT)
        announce(lost, by=editor)
        with unit_of_work():
            mark_declined(editor, challenge, lost.number, "They have telephoned.")
        announce_next(editor, challenge)
        claim(winner)
        run_due_jobs()
        results = session.scalars(sa.select(OutboxMessage).where(OutboxMessage.cause.startswith("result:")))
        texts = {letter.recipient: letter.text for letter in results}
        assert texts.keys() == {bert, cora, dirk}
        for address, words, may_name in (
            (bert, "Your answer was not correct. Entry 5 has won.", False),
            (cora, "Your answer is correct too, but entry 5 was earlier.", True),
            # They had a prize with the first one.
            (dirk, "The editors have noted that you do not want the prize.", True),
        ):
            assert words in texts[address]
            assert ("Would you like your name there?" in texts[address]) == may_name

    def test_whoever_said_at_one_of_their_answers_that_they_want_no_mail_gets_none(
        self, editor: Actor
    ) -> None:
        challenge = make_challenge()
        winner = make_entry(challenge)
        _bert, again_bert, cora = (
            make_entry(challenge, from_address=f"{name}@example.org") for name in ("bert", "BERT", "cora")
        )
        for entry, is_wanted in ((again_bert, False), (cora, False), (cora, True)):
            with unit_of_work():
                choose_result_mail(token_of(entry), is_wanted=is_wanted)
        win(winner, by=editor)
        run_due_jobs()
        assert [address for cause, address in told() if cause == "result"] == ["cora@example.org"]
        with pytest.raises(Conflict), unit_of_work():
            choose_result_mail(token_of(cora), is_wanted=False)
        with pytest.raises(NotFound), unit_of_work():
            choose_result_mail("x", is_wanted=False)

    def test_what_was_chosen_at_one_answer_holds_for_all_from_that_address(self, editor: Actor) -> None:
        challenge = make_challenge()
        winner = make_entry(challenge)
        first, second = (
            make_entry(challenge, from_address=f"{name}@example.org") for name in ("bert", "BERT")
        )
        for entry, is_wanted in ((first, False), (second, False), (second, True)):
            with unit_of_work():
                choose_result_mail(token_of(entry), is_wanted=is_wanted)
        win(winner, by=editor)
        run_due_jobs()
        assert [address for cause, address in told() if cause == "result"] == ["bert@example.org"]

    def test_whoever_has_not_confirmed_an_answer_chooses_nothing_for_the_address_that_it_names(
        self, editor: Actor
    ) -> None:
        challenge = make_challenge()
        winner = make_entry(challenge)
        make_entry(challenge, from_address="bert@example.org")
        pretended = make_entry(challenge, from_address="bert@example.org")
        make_confirmation(pretended)
        with pytest.raises(Conflict), unit_of_work():
            choose_result_mail(token_of(pretended), is_wanted=False)
        win(winner, by=editor)
        run_due_jobs()
        assert [address for cause, address in told() if cause == "result"] == ["bert@example.org"]

    def test_whose_name_was_taken_away_is_not_asked_for_one(self, editor: Actor) -> None:
        challenge = make_challenge()
        winner, right = make_entry(challenge), make_entry(challenge, from_address="bert@example.org")
        judge(editor, right, CORRECT)
        with unit_of_work():
            session.get_one(Entry, right.id).name_refused_at = NOON
        win(winner, by=editor)
        run_due_jobs()
        mail = session.scalars(
            sa.select(OutboxMessage).where(OutboxMessage.cause == f"result:{right.id}")
        ).one()
        assert "Would you like your name there?" not in mail.text

    def test_however_many_are_told_the_answers_are_looked_through_once_and_others_write_in_between(
        self, editor: Actor, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr("blog.challenges.jobs.LETTERS", 2)
        looked_through: list[int] = []
        for entrants in (1, 5):
            challenge = make_challenge()
            with unit_of_work():
                again(challenge).attempts = 1
            winner = make_entry(challenge)
            for _turn in range(entrants):
                make_entry(challenge)
            win(winner, by=editor)
            with counted_statements() as statements, counted_commits() as commits:
                tell_result({"challenge_id": challenge.id})
            assert len(commits) == (entrants + 1) // 2
            looked_through.append(sum("entry.challenge_id = " in each for each in statements))
        assert looked_through[0] == looked_through[1]
        assert [cause for cause, _address in told()].count("result") == 6

    @pytest.mark.parametrize("confirmed_by", [None, "code"])
    def test_where_senders_are_checked_only_who_is_sure_to_have_sent_it_is_told(
        self, app: Flask, editor: Actor, monkeypatch: pytest.MonkeyPatch, confirmed_by: str | None
    ) -> None:
        settings: Settings = app.extensions["settings"]
        challenge = make_challenge()
        winner, other = make_entry(challenge), make_entry(challenge, from_address="bert@example.org")
        make_confirmation(other, confirmed_by=confirmed_by)
        win(winner, by=editor)
        monkeypatch.setitem(app.extensions, "settings", _checking(settings))
        tell_result({"challenge_id": challenge.id})
        addresses = [address for cause, address in told() if cause == "result"]
        assert addresses == (["bert@example.org"] if confirmed_by else [])

    def test_the_roll_of_honour_has_numbers_and_times_and_names_by_choice(self, editor: Actor) -> None:
        challenge = make_challenge()
        winner, right, wrong, quiet = (make_entry(challenge) for _turn in range(4))
        for entry, judgement in ((right, CORRECT), (wrong, INCORRECT), (quiet, CORRECT)):
            judge(editor, entry, judgement)
        with pytest.raises(NotFound), unit_of_work():
            choose_honour_name(token_of(right), "Cora")
        assert roll_of(again(challenge)).honours == ()
        win(winner, by=editor)
        with unit_of_work():
            choose_honour_name(token_of(right), " Cora  V. ")
        for refused, kind in ((wrong, NotFound), (quiet, InvalidInput)):
            with pytest.raises(kind), unit_of_work():
                choose_honour_name(token_of(refused), "cora@example.org")
        assert [(one.number, one.name, one.rank) for one in roll_of(again(challenge)).honours] == [
            (1, "", 1),
            (2, "Cora V.", None),
            (4, "", None),
        ]
        with unit_of_work():
            choose_honour_name(token_of(right), None)
        assert roll_of(again(challenge)).honours[1].name == ""

    def test_the_roll_says_of_how_many_answers_it_knows_nothing(
        self, editor: Actor, client: FlaskClient
    ) -> None:
        challenge = make_challenge(slug="a-question")
        winner, wrong, *_undecided = (make_entry(challenge) for _turn in range(4))
        make_entry(challenge, why_not=Ineligible.LATE)
        make_confirmation(make_entry(challenge))
        judge(editor, wrong, INCORRECT)
        win(winner, by=editor)
        assert roll_of(again(challenge)).unjudged == 2
        page = client.get("/challenges/a-question").text
        assert "On 2 more answers nobody had to decide for this: some of them may be correct as well." in page


def _checking(settings: Settings) -> Settings:
    """The settings of a site that checks who has sent a mail."""
    return replace(settings, check_senders=True)


def test_five_wrong_codes_end_declining_as_well(editor: Actor) -> None:
    entry = make_entry(make_challenge())
    code = announce(entry, by=editor)
    for _turn in range(MAX_CODE_FAILURES):
        with unit_of_work():
            decline_prize(token_of(entry), "WRONG")
    with unit_of_work():
        assert decline_prize(token_of(entry), code) is CodeCheck.BLOCKED
    assert steps() == [(1, "notified")]


def test_what_is_refused_changes_nothing(editor: Actor) -> None:
    challenge = make_challenge(status=ChallengeStatus.OPEN)
    make_entry(challenge)
    for act in (
        lambda: mark_sent(editor, challenge, 1),
        lambda: mark_received(editor, challenge, 7),
        lambda: mark_expired(editor, challenge, 1),
        lambda: announce_winner(editor, challenge),
    ):
        with pytest.raises(DomainError), unit_of_work():
            act()
    assert (steps(), told()) == ([], [])
