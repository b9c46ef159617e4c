"""The week to confirm an answer: when it begins, whom it is given, what ends it, and what the editors see of it."""

import json
from collections.abc import Callable, Generator
from dataclasses import replace
from datetime import timedelta
from threading import Event, Thread

import pytest
import sqlalchemy as sa
import time_machine
from flask import Flask
from flask.testing import FlaskClient, FlaskCliRunner

from blog.accounts.models.people import Person
from blog.challenges import jobs
from blog.challenges.actions.entries import let_lapse
from blog.challenges.confirming import confirm_with_code
from blog.challenges.jobs import ask_senders
from blog.challenges.models.challenges import Challenge
from blog.challenges.models.entries import Entry
from blog.challenges.queries.challenges import challenge_locked
from blog.challenges.queries.outcomes import outcome_of
from blog.challenges.values import Judgement
from blog.core.actor import Actor
from blog.core.config import MailRelay
from blog.core.db import session, unit_of_work
from blog.core.errors import Conflict
from blog.core.jobs.models import Work
from blog.mailroom import jobs as mailroom_jobs
from blog.mailroom.forgetting import forget_old_letters
from blog.mailroom.models import OutboxMessage
from blog.mailroom.transport import RefusedForGood
from tests.conftest import SignIn
from tests.factories.accounts import make_person
from tests.factories.challenges import make_challenge, token_of
from tests.support.entrants import (
    BRAM,
    NOON,
    SLUG,
    WEEK,
    ZOE,
    announce,
    code_for,
    confirmed_by,
    entry,
    judge,
    letters,
    mail,
    reply,
)
from tests.support.jobs import run_due_jobs

QUESTION = "Is this your answer"
Relay = Callable[[Exception | None], None]


@pytest.fixture(autouse=True)
def challenge(app: Flask, monkeypatch: pytest.MonkeyPatch) -> Challenge:
    """An open challenge of a site that finds out who sends its mail."""
    monkeypatch.setitem(app.extensions, "settings", replace(app.extensions["settings"], check_senders=True))
    return make_challenge(slug=SLUG)


@pytest.fixture
def editor(app: Flask) -> Actor:
    return make_person(role="editor").actor


@pytest.fixture
def relay(app: Flask, monkeypatch: pytest.MonkeyPatch) -> Relay:
    """A relay of which a test says what it does with our questions: it takes them, or fails like this."""
    settings = replace(app.extensions["settings"], relay=MailRelay("127.0.0.1", 1, False, False, None, None))
    monkeypatch.setitem(app.extensions, "settings", settings)

    def answer_with(fault: Exception | None) -> None:
        def send(message: OutboxMessage) -> None:
            if fault is not None and message.subject.startswith(QUESTION):
                raise fault

        monkeypatch.setattr(mailroom_jobs, "send", send)

    return answer_with


def candidate() -> int | None:
    session.rollback()
    return outcome_of(entry(1).challenge).candidate


def questions(to: str) -> int:
    return sum(letter.subject.startswith(QUESTION) for letter in letters(to))


def test_it_does_not_run_while_the_letter_has_not_left(app: Flask, editor: Actor, relay: Relay) -> None:
    relay(ConnectionRefusedError())
    with time_machine.travel(NOON, tick=False) as now:
        mail(app, ZOE)
        judge(editor)
        run_due_jobs()
        now.move_to(NOON + WEEK)
        ask_senders({})
        assert entry().eligible
        relay(None)
        run_due_jobs()
        now.move_to(NOON + 2 * WEEK - timedelta(seconds=1))
        ask_senders({})
        assert entry().eligible
        now.move_to(NOON + 2 * WEEK)
        ask_senders({})
        assert (entry().eligible, entry().why_not) == (False, "unconfirmed")


def test_whoever_cannot_be_reached_keeps_nobody_waiting(app: Flask, editor: Actor, relay: Relay) -> None:
    relay(RefusedForGood(550))
    with time_machine.travel(NOON, tick=False):
        mail(app, ZOE)
        mail(app, BRAM)
        judge(editor, 1)
        run_due_jobs()
        relay(None)
        judge(editor, 2)
        run_due_jobs()
        ask_senders({})
        assert [entry(number).why_not for number in (1, 2)] == ["unconfirmed", None]
        reply(app, BRAM)
        assert announce(editor) == 2


def test_the_letter_is_shown_where_there_is_no_relay_and_the_week_runs(app: Flask, editor: Actor) -> None:
    with time_machine.travel(NOON, tick=False) as now:
        mail(app, ZOE)
        judge(editor)
        run_due_jobs()
        now.move_to(NOON + WEEK)
        ask_senders({})
        assert entry().why_not == "unconfirmed"


def test_an_entry_without_an_address_is_passed_over_at_once(app: Flask, editor: Actor) -> None:
    mail(app, "somebody@answers.example.org")
    judge(editor)
    ask_senders({})
    assert entry().why_not == "unconfirmed"


def test_what_stands_first_no_more_does_not_lapse_and_gets_its_week_when_it_does_again(
    app: Flask, editor: Actor
) -> None:
    with time_machine.travel(NOON, tick=False) as now:
        mail(app, ZOE)
        judge(editor)
        run_due_jobs()
        judge(editor, verdict=Judgement.INCORRECT)
        now.move_to(NOON + WEEK)
        ask_senders({})
        assert entry().eligible
        judge(editor)
        run_due_jobs()
        # The letter of a week ago said "within a week of this mail".
        assert questions(ZOE) == 2
        now.move_to(NOON + 2 * WEEK - timedelta(seconds=1))
        ask_senders({})
        assert entry().eligible
        now.move_to(NOON + 2 * WEEK)
        ask_senders({})
        assert entry().why_not == "unconfirmed"


def test_an_earlier_entry_that_is_looked_at_again_stops_the_week(app: Flask, editor: Actor) -> None:
    with time_machine.travel(NOON, tick=False) as now:
        mail(app, BRAM)
        mail(app, ZOE)
        judge(editor, 1, Judgement.INCORRECT)
        judge(editor, 2)
        run_due_jobs()
        judge(editor, 1, Judgement.UNCLEAR)
        now.move_to(NOON + WEEK)
        ask_senders({})
        assert entry(2).eligible


def test_an_address_gets_one_letter_about_the_earliest_of_its_entries_and_they_end_together(
    app: Flask, editor: Actor
) -> None:
    with time_machine.travel(NOON, tick=False) as now:
        for _turn in range(3):
            mail(app, ZOE)
        mail(app, BRAM)
        for number in (1, 2, 3, 4):
            judge(editor, number)
        run_due_jobs()
        assert (questions(ZOE), questions(BRAM)) == (1, 1)
        assert "Entry number: 1\n" in letters(ZOE)[0].text
        reply(app, BRAM)
        now.move_to(NOON + WEEK)
        ask_senders({})
        assert announce(editor) == 4
        assert questions(ZOE) == 1


def test_the_code_of_the_receipt_stays_good_when_the_letter_is_written(
    app: Flask, client: FlaskClient, editor: Actor
) -> None:
    mail(app, ZOE)
    code = code_for(ZOE)
    judge(editor)
    assert (questions(ZOE), code_for(ZOE)) == (1, code)
    client.post(f"/receipts/{token_of(entry())}/confirm", data={"code": code})
    assert confirmed_by() == "code"


def test_a_receipt_with_a_code_from_before_a_new_secret_stays_good(
    app: Flask, client: FlaskClient, editor: Actor, monkeypatch: pytest.MonkeyPatch
) -> None:
    mail(app, ZOE)
    before, page = code_for(ZOE), f"/receipts/{token_of(entry())}/confirm"
    settings = app.extensions["settings"]
    monkeypatch.setitem(
        app.extensions, "settings", replace(settings, secret_key="another secret, long enough")
    )
    judge(editor)
    assert code_for(ZOE) != before
    assert client.post(page, data={"code": before}).status_code == 303
    assert confirmed_by() == "code"


def test_mail_about_it_that_is_never_read_keeps_nobody_waiting_for_ever(app: Flask, editor: Actor) -> None:
    with time_machine.travel(NOON, tick=False) as now:
        mail(app, ZOE)
        judge(editor)
        run_due_jobs()
        now.move_to(NOON + timedelta(days=1))
        reply(app, ZOE, read=False)
        now.move_to(NOON + WEEK)
        ask_senders({})
        assert entry().eligible
        with unit_of_work():
            session.execute(sa.update(Work).values(failed_at=NOON))
        ask_senders({})
        assert entry().why_not == "unconfirmed"


def test_a_challenge_whose_senders_cannot_be_asked_keeps_no_other_waiting(
    app: Flask, editor: Actor, monkeypatch: pytest.MonkeyPatch
) -> None:
    broken = make_challenge(slug="a-broken-one")
    broken_id, ask = broken.id, jobs.ask_first_to_confirm

    def fail_for_one(challenge: Challenge) -> None:
        if challenge.id == broken_id:
            raise ZeroDivisionError
        ask(challenge)

    with time_machine.travel(NOON, tick=False) as now:
        mail(app, BRAM, to="a-broken-one@answers.example.org")
        mail(app, ZOE)
        with unit_of_work():
            # The one that fails is looked at first.
            session.execute(sa.update(Entry).where(Entry.challenge_id == broken_id).values(number=7))
        judge(editor)
        run_due_jobs()
        monkeypatch.setattr(jobs, "ask_first_to_confirm", fail_for_one)
        now.move_to(NOON + WEEK)
        ask_senders({})
        assert entry().why_not == "unconfirmed"


def test_who_confirms_at_the_very_end_is_told_what_counts(app: Flask, editor: Actor) -> None:
    """Whoever comes second waits for the first, and is told how that has ended."""
    with time_machine.travel(NOON, tick=False) as now:
        mail(app, ZOE)
        judge(editor)
        run_due_jobs()
        code, entry_id = code_for(ZOE), entry().id
        session.rollback()
        now.move_to(NOON + WEEK - timedelta(milliseconds=1))
        lapsed, waits = Event(), Event()
        told: list[object] = []

        def confirm_late() -> None:
            with app.app_context():
                try:
                    with unit_of_work():
                        mine = session.get_one(Entry, entry_id)
                        assert mine.eligible
                        waits.set()
                        lapsed.wait(5)
                        told.append(confirm_with_code(mine, code))
                except Conflict as refusal:
                    told.append(type(refusal))

        if session.get_bind().dialect.name == "postgresql":
            late = Thread(target=confirm_late)
            late.start()
            waits.wait(5)
            with unit_of_work():
                let_lapse(challenge_locked(entry_of(entry_id).challenge), NOON + WEEK)
                lapsed.set()
            late.join()
        else:
            # Here whoever writes has the whole database, so it is one after the other.
            with unit_of_work():
                let_lapse(challenge_locked(entry_of(entry_id).challenge), NOON + WEEK)
            lapsed.set()
            with pytest.raises(Conflict), unit_of_work():
                confirm_with_code(entry_of(entry_id), code)
            told.append(Conflict)
        assert told == [Conflict]
        assert (entry().why_not, confirmed_by()) == ("unconfirmed", None)


class TestTheLettersOfOneAddress:
    """Each answer of an address has a letter of its own, or waits with one whose own answer waits as well."""

    def test_a_letter_that_was_answered_asks_about_no_other_answer(self, app: Flask, editor: Actor) -> None:
        with time_machine.travel(NOON, tick=False) as now:
            mail(app, ZOE)
            mail(app, ZOE, text="Forty-two, exactly.")
            judge(editor, 1)
            run_due_jobs()
            reply(app, ZOE)
            judge(editor, 1, Judgement.INCORRECT)
            now.move_to(NOON + timedelta(days=1))
            judge(editor, 2)
            run_due_jobs()
            assert (questions(ZOE), "Entry number: 2\n" in letters(ZOE)[0].text) == (2, True)
            now.move_to(NOON + timedelta(days=1) + WEEK - timedelta(seconds=1))
            ask_senders({})
            reply(app, ZOE)
            assert announce(editor) == 2

    def test_nor_one_with_which_that_other_answer_had_waited(self, app: Flask, editor: Actor) -> None:
        with time_machine.travel(NOON, tick=False):
            mail(app, ZOE)
            mail(app, ZOE, text="Forty-two, exactly.")
            judge(editor, 1)
            judge(editor, 2)
            run_due_jobs()
            assert questions(ZOE) == 1
            reply(app, ZOE)
            judge(editor, 1, Judgement.INCORRECT)
            run_due_jobs()
            assert (questions(ZOE), "Entry number: 2\n" in letters(ZOE)[0].text) == (2, True)

    def test_a_letter_whose_week_runs_asks_about_no_other_answer(self, app: Flask, editor: Actor) -> None:
        with time_machine.travel(NOON, tick=False) as now:
            mail(app, ZOE)
            mail(app, ZOE, text="Forty-two, exactly.")
            judge(editor, 1)
            run_due_jobs()
            now.move_to(NOON + timedelta(days=6))
            judge(editor, 2)
            run_due_jobs()
            assert (questions(ZOE), "Entry number: 2\n" in letters(ZOE)[0].text) == (2, True)
            now.move_to(NOON + timedelta(days=8))
            ask_senders({})
            assert (entry(1).why_not, entry(2).eligible) == ("unconfirmed", True)
            reply(app, ZOE)
            assert announce(editor) == 2

    def test_whoever_says_that_one_is_not_theirs_is_asked_about_the_other(
        self, app: Flask, editor: Actor
    ) -> None:
        with time_machine.travel(NOON, tick=False):
            mail(app, ZOE)
            mail(app, ZOE, text="Forty-two, exactly.")
            judge(editor, 1)
            judge(editor, 2)
            run_due_jobs()
            reply(app, ZOE, "No")
            for _turn in range(2):
                ask_senders({})
            run_due_jobs()
            assert (questions(ZOE), "Entry number: 2\n" in letters(ZOE)[0].text) == (2, True)
            reply(app, ZOE)
            assert (confirmed_by(1), confirmed_by(2)) == (None, "reply")

    def test_what_waits_with_a_letter_waits_until_its_answer_has_been_read(
        self, app: Flask, editor: Actor
    ) -> None:
        with time_machine.travel(NOON, tick=False) as now:
            mail(app, ZOE)
            mail(app, ZOE, text="Forty-two, exactly.")
            judge(editor, 1)
            judge(editor, 2)
            run_due_jobs()
            now.move_to(NOON + WEEK - timedelta(seconds=1))
            reply(app, ZOE, "No", read=False)
            now.move_to(NOON + WEEK + timedelta(hours=1))
            ask_senders({})
            assert [entry(number).why_not for number in (1, 2)] == [None, None]
            run_due_jobs()
            ask_senders({})
            run_due_jobs()
            assert [entry(number).why_not for number in (1, 2)] == ["unconfirmed", None]
            reply(app, ZOE)
            assert announce(editor) == 2

    def test_the_code_of_the_letter_is_good_for_each_answer_that_waits_with_it(
        self, app: Flask, client: FlaskClient, editor: Actor
    ) -> None:
        with time_machine.travel(NOON, tick=False):
            mail(app, ZOE)
            mail(app, ZOE, text="Forty-two, exactly.")
            judge(editor, 1)
            judge(editor, 2)
            run_due_jobs()
            page = f"/receipts/{token_of(entry(2))}/confirm"
            assert client.post(page, data={"code": code_for(ZOE)}).status_code == 303
            assert (confirmed_by(1), confirmed_by(2)) == (None, "code")


@pytest.mark.parametrize("answered", ["copy", "first"])
def test_the_same_mail_once_more_after_its_week_is_confirmed_itself(
    app: Flask, editor: Actor, answered: str
) -> None:
    headers = "Message-ID: <one@example.org>\r\nDate: Fri, 27 Nov 2026 12:00:00 +0000\r\n"
    with time_machine.travel(NOON, tick=False) as now:
        mail(app, ZOE, headers=headers)
        judge(editor)
        run_due_jobs()
        of_the_first = letters(ZOE)[0].reply_to or ""
        now.move_to(NOON + timedelta(days=8))
        ask_senders({})
        mail(app, ZOE, headers=headers)
        judge(editor, 2)
        run_due_jobs()
        reply(app, ZOE, to=of_the_first if answered == "first" else "")
        if answered == "first":
            assert "it came too late" in letters(ZOE)[0].text
            assert (entry(1).why_not, confirmed_by(2)) == ("unconfirmed", None)
        else:
            assert announce(editor) == 2


def entry_of(entry_id: int) -> Entry:
    return session.get_one(Entry, entry_id)


class TestAtTheDesk:
    @pytest.fixture
    def judge_there(self, app: Flask) -> Person:
        return make_person(role="editor", email="desk@example.org")

    @pytest.fixture
    def desk(self, judge_there: Person, sign_in: SignIn) -> Generator[FlaskClient]:
        # It stays then: much later nobody would be signed in any more.
        with time_machine.travel(NOON, tick=False):
            yield sign_in(judge_there)

    def test_the_list_says_how_far_each_one_is(self, app: Flask, editor: Actor, desk: FlaskClient) -> None:
        page = f"/desk/challenges/{SLUG}"
        with time_machine.travel(NOON, tick=False):
            mail(app, ZOE)
            mail(app, BRAM)
            assert desk.get(page).text.count(">to confirm<") == 2
            judge(editor, 1)
            judge(editor, 2)
            shown = desk.get(page).text
            assert shown.count("to confirm; the letter has not left yet") == 2
            assert "confirm that it is theirs has not left yet." in shown
            run_due_jobs()
            reply(app, BRAM)
            shown = desk.get(page).text
            assert (shown.count("to confirm until 4 December 2026"), shown.count("confirmed by reply")) == (
                1,
                1,
            )
            assert "Its sender has been asked to confirm that it is theirs, and can until 4 December" in shown
            # The badge of what is not sure is not the one of what is.
            assert shown.count("badge--good") == 2
            assert (ZOE in shown, BRAM in shown) == (False, False)

    def test_the_way_to_the_winner_stays_in_sight_when_the_challenge_is_closed(
        self, app: Flask, editor: Actor, desk: FlaskClient
    ) -> None:
        mail(app, ZOE)
        judge(editor)
        desk.post(f"/desk/challenges/{SLUG}/close")
        assert (
            "Possible as soon as the first correct entry is certain."
            in desk.get(f"/desk/challenges/{SLUG}").text
        )

    def test_whose_address_takes_no_mail_is_seen_and_can_be_asked_once_more(
        self, app: Flask, editor: Actor, judge_there: Person, sign_in: SignIn, relay: Relay
    ) -> None:
        page = f"/desk/challenges/{SLUG}/entries/1"
        relay(RefusedForGood(550))
        with time_machine.travel(NOON, tick=False) as now:
            mail(app, ZOE)
            judge(editor)
            run_due_jobs()
            desk = sign_in(judge_there)
            assert "its address takes no mail" in desk.get(page).text
            ask_senders({})
            assert "Ask its sender once more" in desk.get(page).text
            relay(None)
            now.move_to(NOON + timedelta(days=3))
            desk = sign_in(judge_there)
            assert desk.post(f"{page}/ask").location == page
            assert questions(ZOE) == 2
            assert entry().eligible
            run_due_jobs()
            now.move_to(NOON + timedelta(days=3) + WEEK - timedelta(seconds=1))
            ask_senders({})
            reply(app, ZOE)
            assert announce(editor) == 1

    def test_that_it_takes_no_mail_is_known_when_the_letter_is_forgotten(
        self, app: Flask, editor: Actor, judge_there: Person, sign_in: SignIn, relay: Relay
    ) -> None:
        page = f"/desk/challenges/{SLUG}/entries/1"
        relay(RefusedForGood(550))
        with time_machine.travel(NOON, tick=False) as now:
            mail(app, ZOE)
            judge(editor)
            run_due_jobs()
            ask_senders({})
            now.move_to(NOON + timedelta(days=3))
            with unit_of_work():
                assert forget_old_letters(session.scalars(sa.select(OutboxMessage.id)).all()) == 2
            desk = sign_in(judge_there)
            assert "its address takes no mail" in desk.get(page).text
            relay(None)
            assert desk.post(f"{page}/ask").location == page
            assert entry().eligible

    def test_a_letter_that_is_tried_no_more_is_written_anew(
        self, app: Flask, editor: Actor, judge_there: Person, sign_in: SignIn, relay: Relay
    ) -> None:
        page = f"/desk/challenges/{SLUG}/entries/1"
        relay(ConnectionRefusedError())
        with time_machine.travel(NOON, tick=False) as now:
            mail(app, ZOE)
            judge(editor)
            run_due_jobs()
            with unit_of_work():
                session.execute(sa.update(Work).where(Work.kind == "mailroom.send").values(failed_at=NOON))
            desk = sign_in(judge_there)
            assert "to confirm; its letter is stuck and nobody tries" in desk.get(page).text
            shown = desk.get(f"/desk/challenges/{SLUG}").text
            assert "to confirm; its letter is stuck and nobody tries" in shown
            assert "is stuck: nobody tries to send it any more. Ask its sender once more." in shown
            relay(None)
            now.move_to(NOON + timedelta(days=3))
            desk = sign_in(judge_there)
            assert desk.post(f"{page}/ask").location == page
            run_due_jobs()
            assert questions(ZOE) == 2
            reply(app, ZOE)
            assert announce(editor) == 1

    def test_asking_once_more_renews_the_week(
        self, app: Flask, editor: Actor, judge_there: Person, sign_in: SignIn
    ) -> None:
        page = f"/desk/challenges/{SLUG}/entries/1"
        with time_machine.travel(NOON, tick=False) as now:
            mail(app, ZOE)
            judge(editor)
            refused = sign_in(judge_there).post(f"{page}/ask")
            assert (refused.status_code, "The letter has not left yet" in refused.text) == (409, True)
            run_due_jobs()
            now.move_to(NOON + timedelta(days=5))
            sign_in(judge_there).post(f"{page}/ask")
            run_due_jobs()
            now.move_to(NOON + timedelta(days=5) + WEEK - timedelta(seconds=1))
            ask_senders({})
            assert entry().eligible
            now.move_to(NOON + timedelta(days=5) + WEEK)
            ask_senders({})
            # It was asked, and has not answered: that is over.
            assert entry().why_not == "unconfirmed"
            desk = sign_in(make_person(role="editor"))
            assert "Ask its sender once more" not in desk.get(page).text
            assert desk.post(f"{page}/ask").status_code == 409
            assert questions(ZOE) == 2

    def test_nothing_is_asked_of_one_that_needs_no_word(
        self, app: Flask, editor: Actor, desk: FlaskClient
    ) -> None:
        page = f"/desk/challenges/{SLUG}/entries/1"
        mail(app, ZOE)
        assert "Ask its sender once more" not in desk.get(page).text
        judge(editor)
        reply(app, ZOE)
        assert desk.post(f"{page}/ask").status_code == 409
        assert questions(ZOE) == 1

    def test_the_command_line_says_it_too(self, app: Flask, editor: Actor, runner: FlaskCliRunner) -> None:
        make_person(role="editor", email="desk@example.org")
        session.rollback()
        with time_machine.travel(NOON, tick=False):
            mail(app, ZOE)
            mail(app, BRAM)
            judge(editor, 1)
            judge(editor, 2)
            run_due_jobs()
            reply(app, BRAM)
            lines = runner.invoke(args=["challenges", "show", SLUG]).stdout.splitlines()
            assert "[correct; to confirm until 4 December 2026" in lines[1]
            assert "[correct; confirmed by reply]" in lines[2]
            shown = json.loads(runner.invoke(args=["challenges", "show", SLUG, "--json"]).stdout)
            assert [
                (one["due_at"], one["confirmed_at"], one["confirmed_by"]) for one in shown["entries"]
            ] == [
                ("2026-12-04T12:00:00+00:00", None, None),
                ("2026-12-04T12:00:00+00:00", "2026-11-27T12:00:00+00:00", "reply"),
            ]
            noon = "2026-11-27T12:00:00+00:00"
            assert [(one["asked_at"], one["letter"], one["disowned_at"]) for one in shown["entries"]] == [
                (noon, "caught", None),
                (noon, "caught", None),
            ]
            reply(app, ZOE, "No")
            shown = json.loads(runner.invoke(args=["challenges", "show", SLUG, "--json"]).stdout)
            assert [one["disowned_at"] for one in shown["entries"]] == [noon, None]
            done = runner.invoke(args=["challenges", "ask", SLUG, "1", "--by", "desk@example.org"])
            assert (done.exit_code, questions(ZOE)) == (0, 2)
