"""The way of a prize: claimed, declined, expired, taken back, and on to the next one; sent and received."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
import sqlalchemy as sa
import time_machine
from flask import Flask

from blog.accounts.holdings import Leaving
from blog.accounts.models.people import Person
from blog.challenges.actions.awards import MAX_CODE_FAILURES, agree_on_name, announce_winner
from blog.challenges.actions.challenges import close_challenge
from blog.challenges.actions.prizes import (
    choose_honour_name,
    conclude,
    decline_prize,
    disqualify,
    mark_declined,
    mark_expired,
    mark_received,
    mark_sent,
    receive_prize,
)
from blog.challenges.actions.verdicts import judge_entry
from blog.challenges.erasing import erase_from_challenges
from blog.challenges.jobs import ask_senders, expire_prizes, tell_result
from blog.challenges.models.awards import Award, AwardStepTaken
from blog.challenges.models.challenges import Challenge, Prize
from blog.challenges.models.entries import Entry
from blog.challenges.models.ledger import LedgerLeaf
from blog.challenges.queries.awards import overdue_prizes, results_of
from blog.challenges.queries.results import roll_of
from blog.challenges.values import ChallengeStatus, CodeCheck, Ineligible, Judgement
from blog.core.actor import Actor
from blog.core.config import Settings
from blog.core.db import session, unit_of_work
from blog.core.errors import Conflict, DomainError, Forbidden, InvalidInput, NotFound, RuleBroken
from blog.mailroom.models import OutboxMessage
from tests.factories.accounts import make_person
from tests.factories.challenges import make_challenge, make_confirmation, make_entry, token_of
from tests.support.at_once import at_once
from tests.support.jobs import run_due_jobs
from tests.support.prizes import announce, claim, win

pytestmark = pytest.mark.usefixtures("app")

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)
# It closes a moment after the last entry, and whoever has won is told then.
TOLD = NOON + timedelta(microseconds=1)
CORRECT, INCORRECT = Judgement.CORRECT, Judgement.INCORRECT


@pytest.fixture
def editor(app: Flask) -> Actor:
    return make_person(role="editor", email="editor@example.org").actor


def judge(editor: Actor, entry: Entry, judgement: Judgement) -> None:
    with unit_of_work():
        judge_entry(editor, entry, judgement, "because")


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
        with time_machine.travel(TOLD + timedelta(days=10), tick=False), unit_of_work():
            assert agree_on_name(token_of(entry), code, None) is CodeCheck.LATE
        with time_machine.travel(TOLD + timedelta(days=10, microseconds=-1), tick=False), unit_of_work():
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
        with time_machine.travel(TOLD + timedelta(days=10, microseconds=-1), tick=False):
            expire_prizes({})
            with pytest.raises(RuleBroken, match="still have time"), unit_of_work():
                mark_expired(editor, challenge, 1)
        assert steps() == [(1, "notified")]
        with time_machine.travel(TOLD + timedelta(days=10), tick=False):
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
            assert told() == [("winner", "a@example.org"), ("confirm", "b@example.org")]
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
        claim(first)
        (results,) = results_of([again(challenge)]).values()
        assert [(one.rank, one.prize, one.number, one.shown_name) for one in results] == [
            (1, "Book 1", 1, "P.B."),
            (2, "Book 2", 2, "B."),
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
            (1, "P.B.", 1),
            (2, "Cora V.", None),
            (4, "", None),
        ]
        with unit_of_work():
            choose_honour_name(token_of(right), None)
        assert roll_of(again(challenge)).honours[1].name == ""


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
