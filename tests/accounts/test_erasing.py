"""Erasures: cut off and begun again, done again after a restore, for addresses without an account, and for staff."""

import json
import os
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa
import time_machine
from flask import Flask
from flask.testing import FlaskClient, FlaskCliRunner

from blog.accounts import jobs
from blog.accounts.actions import erasing
from blog.accounts.actions.erasing import (
    ask_for_erasure,
    begin_erasure,
    erasers,
    take_erasure_back,
)
from blog.accounts.actions.erasing_from_log import begin_erasure_of_address
from blog.accounts.actions.profile import change_profile
from blog.accounts.erasure_log import FILE_NAME, logged_erasures
from blog.accounts.holdings import NOBODY, CommentsFate, Eraser, Leaving, Stays, WornName, holdings
from blog.accounts.models.audit import AuditRecord
from blog.accounts.models.erasures import Erasure
from blog.accounts.models.notes import PersonNote
from blog.accounts.models.people import Person
from blog.accounts.passwords import hashed
from blog.articles.models import Article
from blog.challenges.actions.awards import announce_winner
from blog.challenges.actions.verdicts import judge_entry
from blog.challenges.models.awards import Award
from blog.challenges.models.challenges import Challenge
from blog.challenges.models.entries import Entry, Verdict
from blog.challenges.queries.awards import results_of
from blog.challenges.queries.outcomes import outcome_of
from blog.challenges.values import Judgement
from blog.core.actor import ANONYMOUS
from blog.core.config import current_settings
from blog.core.db import session, unit_of_work
from blog.core.errors import Conflict, TooMany
from blog.core.jobs.models import Work
from blog.discussions.actions import post_comment
from blog.discussions.models import Comment, Thread
from blog.mailroom.models import Delivery, OutboxMessage, ReadMessage
from blog.moderation import erasing as moderation_erasing
from blog.moderation.actions import close_thread, remove_comment
from blog.moderation.models import Decision
from tests.conftest import SignIn
from tests.factories.accounts import make_person
from tests.factories.articles import make_article
from tests.factories.challenges import make_challenge, make_entry, token_of
from tests.factories.discussions import make_comment, make_thread
from tests.factories.mailroom import make_outbox_message
from tests.support.cutting import cut_off_after
from tests.support.jobs import run_due_jobs
from tests.support.prizes import claim
from tests.support.queries import counted_statements
from tests.support.snapshots import put_back, take_snapshot
from tests.support.traces import traces_of

NOON = datetime(2026, 5, 4, 12, 0, tzinfo=UTC)
DAY = timedelta(days=1)


@pytest.fixture(autouse=True)
def empty_log(app: Flask) -> Iterator[Path]:
    """The log of the site, which has nobody in it yet."""
    path = current_settings().instance / FILE_NAME
    path.unlink(missing_ok=True)
    yield path
    path.unlink(missing_ok=True)


def test_it_is_asked_for_once_and_too_late_is_too_late(app: Flask) -> None:
    anna = make_person()
    ask(anna)
    with pytest.raises(Conflict, match="is to be erased already"):
        ask(anna)
    erasure = session.scalars(sa.select(Erasure)).one()
    with unit_of_work():
        erasure.started_at = NOON
    with pytest.raises(Conflict, match="It is too late"), unit_of_work():
        take_erasure_back(erasure, anna.actor)


@pytest.mark.parametrize("fate", list(CommentsFate))
def test_cut_off_at_any_commit_the_next_worker_ends_it(app: Flask, fate: CommentsFate) -> None:
    anna = make_person(name="Anna Bos", email="anna.bos@example.org")
    said = make_comment(author=anna, body="Anna Bos was here.")
    make_comment(answers=said, body="Dear Anna, no.")
    make_entry(
        make_challenge(), from_address="anna.bos@example.org", from_name="Anna Bos", text="Anna's answer"
    )
    make_outbox_message(cause="a test", recipient="anna.bos@example.org")
    ask(anna, fate)
    erasure = session.scalars(sa.select(Erasure.id)).one()

    cuts = 0
    while True:
        try:
            with cut_off_after(cuts):
                jobs.erase({"erasure": erasure})
            break
        except ConnectionResetError:
            session.rollback()
            cuts += 1

    assert cuts > 5
    assert "\n".join(traces_of(["anna"])) == ""
    assert session.get_one(Erasure, erasure).done_at is not None
    assert [each.id for each in logged_erasures()] == [erasure]


def test_the_log_says_nothing_of_who_it_was(app: Flask, empty_log: Path) -> None:
    anna = make_person(name="Anna Bos", email="anna.bos@example.org")
    erase_now(anna)
    text = empty_log.read_text()
    assert set(json.loads(text)) == {"id", "at", "key", "person", "mark", "addresses", "former", "comments"}
    for word in ("anna", "bos", "example"):
        assert word not in text.lower()
    assert empty_log.stat().st_mode & 0o077 == 0


def test_after_a_restore_workers_do_it_again(app: Flask, empty_log: Path) -> None:
    anna, bo = make_person(name="Anna Bos", email="anna.bos@example.org"), make_person(name="Bo Smit")
    make_comment(author=anna, body="Anna Bos was here.")
    make_comment(author=bo, body="And Bo.")
    make_entry(
        make_challenge(), from_address="anna.bos@example.org", from_name="Anna Bos", text="Anna's answer"
    )
    backup = take_snapshot()
    erase_now(anna, CommentsFate.GO)
    assert traces_of(["anna"]) == []
    put_back(backup)
    assert traces_of(["anna"]) != []

    assert jobs.erase_again() == 1

    assert "\n".join(traces_of(["anna"])) == ""
    assert session.scalars(sa.select(Person.name)).all() == ["Bo Smit"]
    assert session.scalars(sa.select(Comment.body).order_by(Comment.id)).all() == ["", "And Bo."]
    assert jobs.erase_again() == 0
    run_due_jobs()
    # Nothing is written into the log a second time.
    assert len(empty_log.read_text().splitlines()) == 1


def test_however_many_are_done_again_all_addresses_are_looked_through_once(app: Flask) -> None:
    people = [make_person() for _number in range(3)]
    backup = take_snapshot()
    for person in people:
        erase_now(person)
    put_back(backup)

    with counted_statements() as statements:
        assert jobs.erase_again() == 3
        # What waits for each of them finds that it is done.
        run_due_jobs()

    assert [each.startswith("SELECT DISTINCT person.email_key") for each in statements].count(True) == 1
    assert session.scalars(sa.select(Person.id)).all() == []


def test_a_backup_from_while_it_waited_is_done_when_it_is_due_and_not_twice(app: Flask) -> None:
    with time_machine.travel(NOON, tick=False):
        anna = make_person(name="Anna Bos")
        ask(anna)
        backup = take_snapshot()
    with time_machine.travel(NOON + DAY, tick=False):
        run_due_jobs()
        put_back(backup)
        assert jobs.erase_again() == 1
        run_due_jobs()
    assert traces_of(["anna"]) == []
    assert session.scalars(sa.select(Erasure.done_at)).all() == [NOON + DAY]


def test_somebody_else_with_that_number_in_another_database_stays(app: Flask) -> None:
    with time_machine.travel(NOON, tick=False):
        anna = make_person(email="anna@example.org")
        number = anna.id
        erase_now(anna)
    with time_machine.travel(NOON + DAY, tick=False):
        other = make_person(name="Cees", email="cees@example.org")
    with unit_of_work():
        session.execute(sa.delete(Erasure))
        session.execute(sa.update(Person).where(Person.id == other.id).values(id=number))
    assert jobs.erase_again() == 1
    assert session.scalars(sa.select(Person.name)).all() == ["Cees"]


def test_who_took_it_back_stays_also_when_it_had_nearly_begun(app: Flask, empty_log: Path) -> None:
    anna = make_person()
    ask(anna)
    backup_of_erasure = session.scalars(sa.select(Erasure.id)).one()
    with pytest.raises(ConnectionResetError), cut_off_after(0):
        jobs.erase({"erasure": backup_of_erasure})
    session.rollback()
    assert not empty_log.exists()
    with unit_of_work():
        take_erasure_back(session.get_one(Erasure, backup_of_erasure), anna.actor)
    assert jobs.erase_again() == 0
    assert session.get(Person, anna.id) is not None


def test_a_backup_that_knows_of_another_time_when_they_asked_stops_nobody(app: Flask) -> None:
    anna, bo = make_person(name="Anna Bos"), make_person(name="Bo Smit")
    ask(anna)
    backup = take_snapshot()
    with unit_of_work():
        take_erasure_back(session.scalars(sa.select(Erasure)).one(), anna.actor)
    erase_now(anna)
    erase_now(bo)
    put_back(backup)
    assert jobs.erase_again() == 2
    run_due_jobs()
    assert session.scalars(sa.select(Person.id)).all() == []
    assert traces_of(["anna", "smit"]) == []


def test_one_that_fails_keeps_no_other_and_is_tried_again_every_day(
    app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    anna, bo = make_person(name="Anna Bos"), make_person(name="Bo Smit")
    number, backup = anna.id, take_snapshot()
    erase_now(anna)
    erase_now(bo)
    put_back(backup)
    with monkeypatch.context() as broken:
        working = erasing.remove_rows

        def fail_for_anna(leaving: Leaving, *, is_last_try: bool) -> bool:
            if leaving.id == number:
                raise ConnectionResetError
            return working(leaving, is_last_try=is_last_try)

        broken.setattr(erasing, "remove_rows", fail_for_anna)
        jobs.erase_again()
    assert session.scalars(sa.select(Person.name)).all() == ["Anna Bos"]
    with unit_of_work():
        session.execute(sa.update(Work).values(failed_at=NOON))
    jobs.look_into_log({})
    run_due_jobs()
    assert session.scalars(sa.select(Person.name)).all() == []


def test_with_another_secret_nothing_is_taken_for_done(
    app: Flask, runner: FlaskCliRunner, empty_log: Path
) -> None:
    anna = make_person()
    number, backup = anna.id, take_snapshot()
    erase_now(anna)
    put_back(backup)
    right = empty_log.read_text()
    empty_log.write_text(right.replace(json.loads(right)["key"], "0" * 16))
    result = runner.invoke(args=["people", "erase-again"])
    assert (result.exit_code, "another SECRET_KEY" in result.stderr) == (1, True)
    empty_log.write_text(right)
    assert runner.invoke(args=["people", "erase-again"]).output == "1 erasure was done again.\n"
    assert session.get(Person, number) is None


def test_an_address_that_somebody_has_now_is_theirs(app: Flask) -> None:
    bo = make_person(email="shared@example.org")
    make_entry(make_challenge(), from_address="shared@example.org", text="Of Bo.")
    backup = take_snapshot()
    with unit_of_work():
        bo_now = session.get_one(Person, bo.id)
        bo_now.email = bo_now.email_key = "bo@example.org"
    erase_now(make_person(email="shared@example.org"))
    put_back(backup)
    assert jobs.erase_again() == 1
    assert session.scalars(sa.select(ReadMessage.text)).all() == ["Of Bo."]


@pytest.mark.parametrize("typed", ["", " ", "@", "nobody", "nobody@example.org"])
def test_what_is_no_address_here_erases_nothing(app: Flask, runner: FlaskCliRunner, typed: str) -> None:
    make_entry(make_challenge(), from_address="", text="Kept.")
    result = runner.invoke(args=["people", "erase", typed])
    assert result.exit_code == 1
    assert session.scalars(sa.select(ReadMessage.text)).all() == ["Kept."]
    assert session.scalars(sa.select(Erasure.id)).all() == []


def test_nobody_comes_in_while_it_is_carried_out(app: Flask, client: FlaskClient) -> None:
    anna = make_person(email="anna@example.org", password_hash=hashed("three ordinary words"))
    ask(anna)
    with unit_of_work():
        begin_erasure(session.scalars(sa.select(Erasure.id)).one())
    data = {"email": "anna@example.org", "password": "three ordinary words"}
    answer = client.post("/account/sign-in", data=data)
    assert answer.status_code == 403
    assert "This account is being erased" in answer.text
    assert client.get("/account/").status_code == 302


def test_what_was_under_way_when_it_began_goes_as_well(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    anna, thread = make_person(name="Anna Bos"), make_thread()
    ask(anna)
    working, late = erasing.erasers, [True]

    def with_a_late_comment() -> list[Eraser]:
        if late.pop():
            late.append(False)
            found = working()
            return [*found, lambda _leaving: post_late(thread, anna)]
        late.append(False)
        return working()

    monkeypatch.setattr(erasing, "erasers", with_a_late_comment)
    erase_now(anna)
    assert traces_of(["anna"]) == []
    assert session.scalars(sa.select(Comment.author_name)).all() == ["Former reader 1"]


def test_a_disk_that_takes_half_a_line_is_asked_for_the_rest(
    app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole = os.write

    def write_a_little(descriptor: int, content: bytes) -> int:
        return whole(descriptor, bytes(content)[:7])

    monkeypatch.setattr(os, "write", write_a_little)
    erase_now(make_person())
    monkeypatch.undo()
    assert len(logged_erasures()) == 1


def test_a_log_that_cannot_be_written_is_no_erasure_yet(app: Flask, empty_log: Path) -> None:
    empty_log.mkdir()
    anna = make_person(name="Anna Bos")
    with pytest.raises(IsADirectoryError):
        erase_now(anna)
    session.rollback()
    assert session.get(Person, anna.id) is not None
    empty_log.rmdir()
    with unit_of_work():
        session.execute(sa.update(Work).values(failed_at=NOON))
    jobs.look_into_log({})
    run_due_jobs()
    assert session.scalars(sa.select(Person.id)).all() == []


def test_the_last_admin_is_told_that_they_stay(app: Flask) -> None:
    ada, bo = make_person(role="admin", password_hash="x"), make_person(role="admin", password_hash="x")
    ask(ada)
    ask(bo)
    for person in (ada, bo):
        run_erasure_of(person)
    assert session.scalars(sa.select(Person.id)).all() == [bo.id]
    letter = session.scalars(sa.select(OutboxMessage).order_by(OutboxMessage.id.desc())).first()
    assert letter is not None
    assert letter.subject == "Your account at Rejoinder stays"


def test_the_letter_tells_the_time_of_whoever_reads_it(app: Flask, sign_in: SignIn) -> None:
    reader, admin = make_person(), make_person(role="admin", password_hash="x")
    with unit_of_work():
        session.get_one(Person, reader.id).time_zone = "Asia/Tokyo"
        session.get_one(Person, admin.id).time_zone = "America/New_York"
    with time_machine.travel(NOON, tick=False):
        sign_in(admin).post(f"/site/people/{reader.id}/erase", data={"comments": "go"})
    text = session.scalars(
        sa.select(OutboxMessage.text).where(OutboxMessage.cause.startswith("erasure:"))
    ).one()
    assert "on 5 May 2026 at 21:00. From" in text
    assert "The comments go as well." in text


def test_a_line_that_was_cut_off_costs_no_other(app: Flask, empty_log: Path) -> None:
    empty_log.write_text('{"id": "x", "at"')
    erase_now(make_person())
    erase_now(make_person())
    assert len([*logged_erasures()]) == 2


def test_an_address_without_an_account_is_erased_at_once(app: Flask, runner: FlaskCliRunner) -> None:
    make_entry(
        make_challenge(), from_address="stavast@example.org", from_name="Bob Stavast", text="Stavast's answer"
    )
    kept = make_entry(make_challenge(), from_address="eva@example.org", from_name="Eva", text="Eva's answer")
    make_outbox_message(cause="a test", recipient="Stavast@example.org")
    make_comment(body="Nobody's.")
    backup = take_snapshot()
    result = runner.invoke(args=["people", "erase", "STAVAST@example.org"])
    assert result.exit_code == 0
    assert "What was mailed from it or to it is erased;" in result.output
    assert "\n".join(traces_of(["stavast"])) == ""
    assert session.scalars(sa.select(ReadMessage.text).where(ReadMessage.text != "")).all() == [
        "Eva's answer"
    ]
    assert session.get_one(Entry, kept.id).eligible is True
    put_back(backup)
    result = runner.invoke(args=["people", "erase-again"])
    assert result.output == "1 erasure was done again.\n"
    assert "\n".join(traces_of(["stavast"])) == ""


def test_a_command_that_was_killed_is_ended_by_the_workers(app: Flask) -> None:
    make_entry(
        make_challenge(), from_address="stavast@example.org", from_name="Bob Stavast", text="Stavast's answer"
    )
    with unit_of_work():
        begin_erasure_of_address("stavast@example.org")
    jobs.look_into_log({})
    run_due_jobs()
    assert "\n".join(traces_of(["stavast"])) == ""
    assert session.scalars(sa.select(Erasure.id).where(Erasure.done_at.is_(None))).all() == []


def test_a_moderator_of_many_comments_leaves_in_portions(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(moderation_erasing, "PORTION", 2)
    eva = make_person(name="Eva Smit", role="moderator")
    for said in [make_comment() for _number in range(5)]:
        with unit_of_work():
            remove_comment(eva.actor, said, reason="No.")
    erase_now(session.get_one(Person, eva.id))
    assert set(session.scalars(sa.select(Comment.removed_by_name))) == {"a former colleague"}
    assert set(session.scalars(sa.select(Decision.decided_by_name))) == {"a former colleague"}


def test_on_the_command_line_there_is_a_day_too_unless_one_says_now(
    app: Flask, runner: FlaskCliRunner
) -> None:
    anna = make_person(email="anna@example.org", name="Anna Bos")
    result = runner.invoke(args=["people", "erase", "anna@example.org"])
    assert "Anna Bos <anna@example.org> is told by mail, and will be erased on" in result.output
    assert session.get(Person, anna.id) is not None
    again = runner.invoke(args=["people", "erase", "anna@example.org"])
    assert (again.exit_code, again.stderr) == (1, "Error: This account is to be erased already.\n")
    result = runner.invoke(args=["people", "erase", "anna@example.org", "--now"])
    assert result.output == "Anna Bos <anna@example.org> is erased.\n"
    assert traces_of(["anna"]) == []
    admin = make_person(role="admin", email="ada@example.org", password_hash="a hash")
    refused = runner.invoke(args=["people", "erase", "ada@example.org", "--now"])
    assert (refused.exit_code, "last admin" in refused.stderr) == (1, True)
    assert session.get(Person, admin.id) is not None


def test_the_command_line_keeps_what_they_chose_for_their_comments(
    app: Flask, runner: FlaskCliRunner
) -> None:
    for email, options, left in (
        ("anna@example.org", [], 0),
        ("bob@example.org", ["--comments", "keep"], 1),
    ):
        person = make_person(email=email)
        said = make_comment(author=person)
        with unit_of_work():
            ask_for_erasure(person, CommentsFate.GO, person.actor)
        result = runner.invoke(args=["people", "erase", email, "--now", *options])
        assert result.exit_code == 0
        kept = sa.select(sa.func.count(Comment.id)).where(
            Comment.id == said.id, Comment.status == "published"
        )
        assert session.scalar(kept) == left
    acts = sa.select(AuditRecord.act, AuditRecord.details).order_by(AuditRecord.id)
    overruled = [tuple(line) for line in session.execute(acts) if line.act == "erasure changed"]
    assert overruled == [("erasure changed", {"comments": "keep"})]


def test_the_command_line_decides_nothing_anew_that_has_begun(app: Flask, runner: FlaskCliRunner) -> None:
    anna = make_person(email="anna@example.org")
    with unit_of_work():
        erasure = ask_for_erasure(anna, CommentsFate.GO, anna.actor)
        begin_erasure(erasure.id)
    refused = runner.invoke(args=["people", "erase", "anna@example.org", "--now", "--comments", "keep"])
    assert (refused.exit_code, refused.stderr) == (1, "Error: It is too late: the account is being erased.\n")
    assert session.scalars(sa.select(Erasure.comments)).one() == "go"
    assert runner.invoke(args=["people", "erase", "anna@example.org", "--now"]).exit_code == 0


def test_it_is_asked_for_three_times_a_day_and_no_more(app: Flask) -> None:
    anna = make_person()
    with time_machine.travel(NOON, tick=False) as time:
        for hour in range(3):
            time.move_to(NOON + timedelta(hours=hour))
            with unit_of_work():
                take_erasure_back(ask_for_erasure(anna, CommentsFate.KEEP, anna.actor), anna.actor)
        with pytest.raises(TooMany, match="Ask again tomorrow") as refused, unit_of_work():
            ask_for_erasure(anna, CommentsFate.KEEP, anna.actor)
        assert refused.value.retry_at == NOON + DAY
        # Whoever looks after the site is held back by nothing that they did themselves.
        with unit_of_work():
            take_erasure_back(ask_for_erasure(anna, CommentsFate.KEEP, ANONYMOUS), anna.actor)
        time.move_to(NOON + DAY)
        with unit_of_work():
            ask_for_erasure(anna, CommentsFate.KEEP, anna.actor)


def test_answers_are_withdrawn_and_the_next_one_wins(app: Flask, sign_in: SignIn) -> None:
    editor, challenge = make_person(role="editor"), make_challenge()
    first = make_entry(challenge, from_address="anna@example.org", text="Right.")
    second = make_entry(challenge, from_address="bob@example.org", text="Right, too.")
    for entry in (first, second):
        with unit_of_work():
            judge_entry(editor.actor, entry, Judgement.CORRECT)
    receipt, digest = token_of(first), session.get_one(Delivery, first.delivery_id).sha256
    assert outcome_of(session.get_one(Challenge, challenge.id)).candidate == 1

    erase_now(make_person(email="anna@example.org"))

    assert outcome_of(session.get_one(Challenge, challenge.id)).candidate == 2
    page = app.test_client().get(f"/receipts/{receipt}").text
    assert "We keep this answer no more: whoever sent it has left" in page
    # By what is left, whoever has the message can still show that it was this one.
    assert digest[:8] in page
    assert session.get_one(Delivery, first.delivery_id).raw == b""
    desk = sign_in(editor).get(f"/desk/challenges/{challenge.slug}/entries/1").text
    assert "The answer is no longer kept" in desk


def test_a_winner_who_leaves_is_somebody_who_has_left(app: Flask) -> None:
    editor, challenge = make_person(role="editor"), make_challenge()
    won = make_entry(challenge, from_address="anna@example.org", from_name="Anna Bos", text="Right.")
    with unit_of_work():
        judge_entry(editor.actor, won, Judgement.CORRECT)
    with unit_of_work():
        announce_winner(editor.actor, session.get_one(Challenge, challenge.id))
    claim(won)

    erase_now(make_person(email="anna@example.org"))

    (result,) = results_of([session.get_one(Challenge, challenge.id)])[challenge.id]
    assert (result.shown_name, result.number) == ("somebody who has left", 1)
    assert session.scalars(sa.select(Award.initials)).all() == [""]
    assert session.get_one(Entry, won.id).eligible is True
    assert "somebody who has left" in app.test_client().get(f"/challenges/{challenge.slug}").text


def test_staff_leave_their_work_behind_and_not_their_names(app: Flask) -> None:
    admin, eva = make_person(role="admin"), make_person(name="Eva Smit", role="moderator")
    article = make_article(author=eva, language="nl")
    with unit_of_work():
        session.get_one(Article, article.id).byline = "Eva Smit en Bob"
    thread, said = make_thread(), make_comment(author=make_person(name="Anna Bos"))
    with unit_of_work():
        close_thread(eva.actor, thread, reason="It is late.")
    with unit_of_work():
        remove_comment(eva.actor, said, reason="Anna Bos insults, says @person0.")

    erase_now(session.get_one(Person, eva.id))

    session.expire_all()
    assert session.get_one(Article, article.id).byline == "Een vroegere auteur en Bob"
    assert session.get_one(Thread, thread.id).mode_by_name == "a former colleague"
    assert session.get_one(Comment, said.id).removed_by_name == "a former colleague"
    assert set(session.scalars(sa.select(Decision.decided_by_name))) == {"a former colleague"}
    assert "\n".join(traces_of(["smit"])) == ""

    erase_now(session.get_one(Person, session.get_one(Comment, said.id).author_id))

    reasons = session.scalars(sa.select(Decision.reason).order_by(Decision.id)).all()
    assert reasons == ["It is late.", "Former reader 1 insults, says @person0."]
    session.expire_all()
    assert session.get_one(Comment, said.id).removed_reason == "Former reader 1 insults, says @person0."
    assert session.get(Person, admin.id) is not None


def test_what_others_are_told_and_say_refers_to_them_no_more(app: Flask) -> None:
    anna, bo = make_person(name="Anna Bos", email="anna.bos@example.org"), make_person(name="Bo Smit")
    editor = make_person(role="editor")
    with unit_of_work():
        # Shorter than what comes in its place: a few words that were full are too long with it.
        handle = session.get_one(Person, anna.id).handle = "anna"
    entry = make_entry(make_challenge(), from_address="bo@example.org", from_name="Bo", text="An answer")
    with unit_of_work():
        judge_entry(editor.actor, entry, Judgement.INCORRECT, reason=f"As @{handle} had it, not Anna Bos.")
    with unit_of_work():
        session.add_all(
            PersonNote(person_id=about.id, body="Shares anna.bos@example.org with Anna Bos.", written_at=NOON)
            for about in (anna, bo)
        )
        session.get_one(Person, bo.id).bio = (
            f"[Anna Bos](/people/{handle}). ".ljust(486, "x") + f" @{handle}" * 2
        )

    erase_now(anna)

    session.expire_all()
    assert session.scalars(sa.select(PersonNote.body)).all() == ["Shares a former reader with Anna Bos."]
    assert session.scalars(sa.select(Verdict.reason)).all() == ["As a former reader had it, not Anna Bos."]
    bio = session.get_one(Person, bo.id).bio
    assert bio is not None
    assert bio.startswith("Anna Bos. xxx")
    assert handle not in bio


def test_nobody_is_taken_for_everybody(app: Flask) -> None:
    make_comment(author=make_person(name="Bo Smit"), body="Hi @bo, /people/bo.")
    for eraser in erasers():
        eraser(Leaving(NOBODY, "", ""))
    assert session.scalars(sa.select(Comment.body)).all() == ["Hi @bo, /people/bo."]


def test_names_are_dated_by_the_ones_before(app: Flask) -> None:
    with time_machine.travel(NOON, tick=False):
        anna = make_person(name="Anna de Vries")
        rename(anna, "Anna Smit")
    with time_machine.travel(NOON + DAY, tick=False):
        rename(anna, "Anna Bos")
        ask(anna)
        with unit_of_work():
            leaving = begin_erasure(session.scalars(sa.select(Erasure.id)).one())
    assert leaving is not None
    assert leaving.names == (
        WornName("Anna Bos", NOON + DAY, None),
        WornName("Anna Smit", NOON, NOON + DAY),
        WornName("Anna de Vries", None, NOON),
    )


def test_what_was_done_stays_in_the_log_by_numbers(app: Flask) -> None:
    anna = make_person(name="Anna Bos")
    number = anna.id
    ask(anna)
    erase_now(anna)
    acts = session.execute(sa.select(AuditRecord.act, AuditRecord.subject_id).order_by(AuditRecord.id)).all()
    assert [tuple(act) for act in acts] == [("erasure asked for", number), ("erased", number)]


def test_whatever_stays_as_it_is_says_why(app: Flask) -> None:
    for holding in holdings():
        if isinstance(holding.fate, Stays):
            assert len(holding.fate.why) > 20, holding.table


def test_what_is_waiting_to_be_mailed_to_them_is_not_sent(app: Flask) -> None:
    anna = make_person(email="anna@example.org")
    erase_now(anna)
    run_due_jobs()
    assert set(session.scalars(sa.select(OutboxMessage.state))) == {"forgotten"}
    assert session.scalars(sa.select(Work.kind)).all() == ["accounts.erase"]


def rename(person: Person, name: str) -> None:
    with unit_of_work():
        change_profile(session.get_one(Person, person.id), name=name, handle=person.handle, bio="")


def ask(person: Person, fate: CommentsFate = CommentsFate.KEEP) -> None:
    with unit_of_work():
        ask_for_erasure(person, fate, person.actor)


def run_erasure_of(person: Person) -> None:
    number = person.id
    jobs.erase({"erasure": session.scalars(sa.select(Erasure.id).where(Erasure.person_id == number)).one()})


def post_late(thread: Thread, person: Person) -> None:
    with unit_of_work():
        post_comment(person.actor, session.get_one(Thread, thread.id), body="Anna Bos, late.")


def erase_now(person: Person, fate: CommentsFate = CommentsFate.KEEP) -> None:
    number = person.id
    if session.scalar(sa.select(Erasure.id).where(Erasure.person_id == number)) is None:
        ask(person, fate)
    jobs.erase({"erasure": session.scalars(sa.select(Erasure.id).where(Erasure.person_id == number)).one()})
