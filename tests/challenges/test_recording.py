"""The ledger is written with what it says, in order, and never back in time."""

import base64
import json
import re
import subprocess
from collections.abc import Generator, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa
import time_machine
from flask import Flask
from structlog.testing import capture_logs

from blog.accounts.holdings import Leaving
from blog.accounts.models.people import Person
from blog.challenges.actions.amendments import amending
from blog.challenges.actions.awards import announce_winner
from blog.challenges.actions.challenges import close_challenge, open_challenge, set_closing_time
from blog.challenges.actions.clockwork import caught_up, stop
from blog.challenges.actions.disqualifying import disqualify
from blog.challenges.actions.endings import cancel_challenge, end_without_winner
from blog.challenges.actions.prizes import conclude, mark_declined, mark_sent
from blog.challenges.actions.verdicts import judge_entry
from blog.challenges.checkpoints import LedgerChanged, make_checkpoint
from blog.challenges.erasing import erase_from_challenges
from blog.challenges.exporting import export_bytes
from blog.challenges.jobs import expire_prizes, look_at_the_clock
from blog.challenges.ledger import leaves
from blog.challenges.ledger.canonical import canonical
from blog.challenges.ledger.commitments import commitment_hash
from blog.challenges.ledger.merkle import leaf_hash, root_from_path, root_of
from blog.challenges.ledger.notes import Signer, is_signed_by
from blog.challenges.models.challenges import Challenge
from blog.challenges.models.entries import Entry
from blog.challenges.models.ledger import LedgerCheckpoint, LedgerLeaf
from blog.challenges.proofs import Tree
from blog.challenges.recording import append, end_of_ledger, record_standing, signer
from blog.challenges.values import ChallengeStatus, Ineligible, Judgement, WhyDisqualified
from blog.challenges.verifier import verify_challenge
from blog.challenges.verifier.verify_challenge import check_export
from blog.core.config import current_settings
from blog.core.db import session, unit_of_work
from blog.core.errors import Conflict, RuleBroken
from blog.core.retention import forget_what_is_old, retentions
from blog.mailroom.accepting import Incoming, accept_messages
from blog.mailroom.doors.terms import Terms as DoorTerms
from blog.mailroom.doors.terms import terms_of
from blog.mailroom.routes import resolve
from blog.mailroom.values import Door, Envelope
from dev.node_tools import node
from tests.conftest import missing
from tests.factories.accounts import make_person
from tests.factories.challenges import make_challenge, make_entry
from tests.support.jobs import run_due_jobs
from tests.support.prizes import announce, send_letters, win

NOON = datetime(2026, 5, 1, 12, tzinfo=UTC)
ADDRESS = "a-question@answers.example.org"
ORIGIN = "localhost/challenges/a-question"
BROWSER_VERIFIER = Path(__file__).parents[1] / "support" / "browser_verifier.mjs"


@pytest.fixture(autouse=True)
def _database(app: Flask) -> None:
    """All of this is about rows."""


def rows_of(challenge: Challenge) -> Sequence[LedgerLeaf]:
    """The ledger, in order."""
    return session.scalars(
        sa.select(LedgerLeaf).where(LedgerLeaf.challenge_id == challenge.id).order_by(LedgerLeaf.position)
    ).all()


def said(challenge: Challenge) -> list[str]:
    """What kinds of rows a ledger has, in order."""
    return [row.kind for row in rows_of(challenge)]


def mail(*senders: str, door: Door = Door.SMTP, stamped_at: datetime | None = None) -> list[str]:
    """Hand in a batch of answers; what the senders' servers hear."""
    destination = resolve(ADDRESS, "answers.example.org")
    assert destination is not None
    batch = [
        Incoming(
            Envelope(door, sender, (ADDRESS,), "192.0.2.1", "mail.example.org", False),
            (destination,),
            f"From: {sender}\r\n\r\nAn answer.\r\n".encode(),
            stamped_at=stamped_at,
        )
        for sender in senders
    ]
    with unit_of_work():
        told = accept_messages(batch)
    return [each for (each,) in told]


def test_an_answer_is_in_the_ledger_before_its_server_hears_so() -> None:
    challenge = make_challenge(slug="a-question")
    told = mail("ann@example.org", "bob@example.org")

    opened, first, second = rows_of(challenge)
    assert (opened.kind, first.kind, second.kind) == ("opened", "entry", "entry")
    for number, (row, words) in enumerate(((first, told[0]), (second, told[1])), 1):
        assert words.endswith(f" leaf={row.hash.hex()}")
        assert re.match(rf"entry {number} of a-question sha256=[0-9a-f]{{64}} leaf=", words)
        leaf = json.loads(row.leaf)
        assert row.hash == leaf_hash(row.leaf.encode())
        assert {name: leaf[name] for name in ("i", "kind", "number", "door", "stamped_at")} == {
            "i": number,
            "kind": "entry",
            "number": number,
            "door": "smtp",
            "stamped_at": None,
        }
        assert set(leaf) == {"at", "door", "i", "kind", "number", "private", "stamped_at"}
    sha256 = told[0].split("sha256=")[1][:64]
    hidden = canonical({"envelope_sender": "ann@example.org", "sha256": sha256})
    assert first.private_salt is not None
    assert json.loads(first.leaf)["private"] == commitment_hash(first.private_salt, hidden).hex()
    assert "ann@example.org" not in first.leaf


def test_nothing_stays_of_what_was_rolled_back() -> None:
    challenge = make_challenge(slug="a-question")
    mail("ann@example.org")
    with pytest.raises(RuntimeError, match="too bad"), unit_of_work():
        append(challenge.id, [leaves.closed(closes_at=NOON)])
        raise RuntimeError("too bad")
    assert said(challenge) == ["opened", "entry"]
    mail("bob@example.org")
    assert [row.position for row in rows_of(challenge)] == [0, 1, 2]


def test_a_clock_that_is_set_back_makes_nobody_earlier() -> None:
    with time_machine.travel(NOON, tick=False) as clock:
        challenge = make_challenge(slug="a-question", closes_at=NOON + timedelta(hours=2))
        mail("ann@example.org")
        clock.move_to(NOON - timedelta(hours=1))
        mail("bob@example.org")
        clock.move_to(NOON + timedelta(seconds=1))
        mail("chris@example.org")
    times = [row.received_at for row in session.scalars(sa.select(Entry).order_by(Entry.number))]
    assert times == [NOON, NOON, NOON + timedelta(seconds=1)]
    assert [row.at for row in rows_of(challenge)] == [NOON, *times]


def test_after_closing_a_clock_that_is_set_back_lets_nobody_in() -> None:
    editor = make_person(role="editor")
    with time_machine.travel(NOON, tick=False) as clock:
        challenge = make_challenge(slug="a-question")
        mail("ann@example.org")
        with unit_of_work():
            close_challenge(editor.actor, challenge)
        clock.move_to(NOON - timedelta(hours=1))
        mail("bob@example.org")
    late = session.scalars(sa.select(Entry).where(Entry.number == 2)).one()
    # The first one came at noon, so that is not late.
    closes_at = session.get_one(Challenge, challenge.id).closes_at
    assert late.received_at == NOON + timedelta(microseconds=1) == closes_at
    assert said(challenge) == ["opened", "entry", "closed", "entry"]


def no_time_at_all(door: Door) -> DoorTerms:
    """A door of which mail that was late is late."""
    return replace(terms_of(door), settling=timedelta(0))


def test_how_long_mail_may_be_under_way_is_what_the_ledger_says_and_not_what_holds_today(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """The program that checks the ledger knows nothing else."""
    promised = terms_of(Door.POSTMARK).settling

    with time_machine.travel(NOON, tick=False) as clock:
        challenge = make_challenge(slug="a-question", closes_at=NOON + timedelta(hours=1))
        mail("ann@example.org")
        monkeypatch.setattr("blog.challenges.queries.ledger.terms_of_door", no_time_at_all)
        for late_by in (promised, promised + timedelta(microseconds=1)):
            clock.move_to(NOON + timedelta(hours=1) + late_by)
            mail("bob@example.org", door=Door.POSTMARK, stamped_at=NOON)
        run_due_jobs()
    query = sa.select(Entry.why_not).where(Entry.challenge_id == challenge.id).order_by(Entry.number)
    assert session.scalars(query).all() == [None, None, "late"]


def test_how_long_mail_may_be_under_way_stays_as_it_was_promised_when_the_terms_change(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """The doors of a newer version may take another time."""
    promised = int(terms_of(Door.POSTMARK).settling.total_seconds())
    assert promised
    editor = make_person(role="editor")
    with time_machine.travel(NOON, tick=False):
        challenge = make_challenge(slug="a-question", closes_at=NOON + timedelta(hours=1))
        mail("ann@example.org")
        monkeypatch.setattr("blog.challenges.terms.terms_of_door", no_time_at_all)
        with unit_of_work():
            set_closing_time(editor.actor, challenge, NOON + timedelta(hours=2))
        with unit_of_work():
            cancel_challenge(editor.actor, challenge, "The question was wrong.")
    said = [json.loads(row.sealed)["settling"]["postmark"] for row in rows_of(challenge) if row.sealed]
    assert said == [promised, promised]
    assert checked(challenge)[-1] == "Nobody has won (cancelled)."


def test_opening_fixes_the_terms_and_a_verdict_is_sealed() -> None:
    editor = make_person(role="editor")
    challenge = make_challenge(status=ChallengeStatus.DRAFT, prize="A book")
    with unit_of_work():
        open_challenge(editor.actor, challenge)
    entry = make_entry(challenge)
    with unit_of_work():
        judge_entry(editor.actor, entry, Judgement.CORRECT, "It says so.")

    opened, *_others, verdict = rows_of(challenge)
    leaf = json.loads(opened.leaf)
    assert leaf["origin"] == f"localhost/challenges/{challenge.slug}"
    assert leaf["key"] == signer(ORIGIN).verifier_key
    assert (opened.sealed, opened.salt) != (None, None)
    assert "A book" not in opened.leaf
    terms = json.loads(opened.sealed or "")
    assert [prize["title"] for prize in terms["prizes"]] == ["A book"]
    assert leaf["sealed"] == commitment_hash(opened.salt or b"", (opened.sealed or "").encode()).hex()
    assert "correct" not in verdict.leaf
    hidden = json.loads(verdict.sealed or "")
    assert (hidden["judge"], hidden["judgement"], hidden["terms"]) == ("j1", "correct", 0)
    # What a judge wrote may name somebody: it stands nowhere in the ledger.
    assert "It says so." not in verdict.leaf + (verdict.sealed or "")


def test_proofs_and_checkpoints_hold_where_blocks_become_full() -> None:
    challenge = make_challenge(slug="a-question")
    many = [leaves.refused(door="smtp", why="broken", count=1, since=NOON, until=NOON)] * 511
    with unit_of_work():
        append(challenge.id, many)
        assert make_checkpoint(challenge).size == 512
    with unit_of_work():
        recorded = append(challenge.id, many[:100])
        checkpoint = make_checkpoint(challenge)
        again = make_checkpoint(challenge)
    hashes = [row.hash for row in rows_of(challenge)]

    assert (checkpoint.size, checkpoint.id) == (612, again.id)
    assert checkpoint.root == root_of(hashes)
    assert is_signed_by(checkpoint.note, signer(ORIGIN).verifier_key)
    assert recorded[-1].hash == hashes[-1]
    for position in (0, 255, 256, 511, 512, 611):
        path = Tree(challenge.id, 612).inclusion(position)
        assert root_from_path(hashes[position], position, 612, path) == checkpoint.root


def test_a_challenge_of_before_there_were_ledgers_gets_one_with_all_that_was() -> None:
    editor = make_person(role="editor")
    with time_machine.travel(NOON, tick=False):
        challenge = make_challenge(slug="a-question", opens_at=NOON)
        entries = [make_entry(challenge), make_entry(challenge, eligible=None)]
        with unit_of_work():
            judge_entry(editor.actor, entries[0], Judgement.INCORRECT, "No.")
        with unit_of_work():
            session.execute(sa.delete(LedgerLeaf))
            session.execute(sa.update(Challenge).values(ledger_size=0, ledger_at=None, sender_key=None))
    with time_machine.travel(NOON + timedelta(days=1), tick=False):
        mail("ann@example.org")

    assert said(challenge) == ["opened", "entry", "entry", "standing", "verdict", "entry"]
    first = json.loads(rows_of(challenge)[0].leaf)
    assert (first["at"], first["begun_at"]) == ("2026-05-01T12:00:00.000000Z", "2026-05-02T12:00:00.000000Z")
    assert [json.loads(row.leaf)["i"] for row in rows_of(challenge)] == list(range(6))


def before_there_were_ledgers(challenge: Challenge, **more: object) -> None:
    """Nothing of a challenge stands in a ledger yet."""
    with unit_of_work():
        session.execute(sa.delete(LedgerLeaf))
        values = {"ledger_size": 0, "ledger_at": None, "sender_key": None, **more}
        session.execute(sa.update(Challenge).where(Challenge.id == challenge.id).values(**values))


def checked(challenge: Challenge) -> list[str]:
    """What the verifier says of a ledger, over all its rows; that of the page finds nothing wrong with it either."""
    with unit_of_work():
        make_checkpoint(session.get_one(Challenge, challenge.id))
    data = export_bytes(challenge) or b""
    said = check_export(data)
    assert "found" in in_browser(data)
    return said


def in_browser(data: bytes) -> dict[str, object]:
    """What the page would say of an export: `found`, or `fault`."""
    program = node()
    if program is None:
        missing("Node is not installed (make tools)")
    told = subprocess.run(
        [program or "", "--disable-warning=MODULE_TYPELESS_PACKAGE_JSON", str(BROWSER_VERIFIER)],
        input=json.dumps({"file": base64.b64encode(data).decode()}),
        stdout=subprocess.PIPE,
        text=True,
        check=True,
    )
    return json.loads(told.stdout)


def test_what_was_over_before_there_were_ledgers_gets_none_by_late_mail() -> None:
    with time_machine.travel(NOON, tick=False):
        challenge = make_challenge(slug="a-question", opens_at=NOON, closes_at=NOON + timedelta(hours=1))
        make_entry(challenge)
        before_there_were_ledgers(challenge, status="final")
    with time_machine.travel(NOON + timedelta(days=3), tick=False):
        (told,) = mail("late@example.org")
        run_due_jobs()
    assert re.fullmatch(r"entry 2 of a-question sha256=[0-9a-f]{64}", told)
    assert said(challenge) == []
    assert session.get_one(Challenge, challenge.id).ledger_size == 0
    # It is read and answered as any other.
    assert [entry.why_not for entry in session.scalars(sa.select(Entry).order_by(Entry.number))] == [
        None,
        "late",
    ]
    with pytest.raises(RuleBroken, match="was over before there were ledgers"), unit_of_work():
        make_checkpoint(challenge)


def test_what_had_closed_before_there_were_ledgers_says_so_before_it_ends() -> None:
    editor = make_person(role="editor")
    with time_machine.travel(NOON, tick=False):
        challenge = make_challenge(slug="a-question", opens_at=NOON, closes_at=NOON + timedelta(hours=1))
        entry = make_entry(challenge)
        before_there_were_ledgers(challenge, status="closed")
    with time_machine.travel(NOON + timedelta(days=3), tick=False):
        with unit_of_work():
            judge_entry(editor.actor, session.get_one(Entry, entry.id), Judgement.INCORRECT, "No.")
        with unit_of_work():
            end_without_winner(editor.actor, challenge, "Nobody knew.")
        assert said(challenge) == ["opened", "entry", "standing", "closed", "verdict", "ended"]
        assert checked(challenge)[-1] == "Nobody has won (no_winner)."


def test_one_that_ends_at_once_gets_its_ledger_first() -> None:
    editor = make_person(role="editor")
    with time_machine.travel(NOON, tick=False):
        challenge = make_challenge(slug="a-question", opens_at=NOON, closes_at=NOON + timedelta(hours=1))
        before_there_were_ledgers(challenge)
    with time_machine.travel(NOON + timedelta(days=3), tick=False):
        with unit_of_work():
            end_without_winner(editor.actor, challenge, "Nobody knew.")
        assert said(challenge) == ["opened", "closed", "ended"]
        assert checked(challenge)[-1] == "Nobody has won (no_winner)."


def test_one_that_is_begun_by_disqualifying_an_entry_says_why_in_the_row_behind() -> None:
    editor = make_person(role="editor")
    with time_machine.travel(NOON, tick=False):
        challenge = make_challenge(slug="a-question", opens_at=NOON)
        entry = make_entry(challenge)
        before_there_were_ledgers(challenge)
    with time_machine.travel(NOON + timedelta(days=3), tick=False):
        with unit_of_work():
            disqualify(editor.actor, entry, WhyDisqualified.COPIED, "It is of somebody else.")
        with unit_of_work():
            cancel_challenge(editor.actor, challenge, "The question was wrong.")
        assert said(challenge) == ["opened", "entry", "standing", "standing", "closed", "ended"]
        assert checked(challenge)[-1] == "Note: disqualified: entry 1."


def test_a_clock_that_is_set_back_makes_nothing_earlier_than_the_beginning() -> None:
    editor = make_person(role="editor")
    with time_machine.travel(NOON, tick=False):
        challenge = make_challenge(slug="a-question", opens_at=NOON)
        before_there_were_ledgers(challenge)
    with time_machine.travel(NOON + timedelta(days=3), tick=False) as clock:
        with unit_of_work():
            end_of_ledger(challenge.id)
        clock.shift(timedelta(hours=-1))
        assert checked(challenge)[1].endswith(
            "the last is of 2026-05-04T12:00:00.000000Z and covers all rows."
        )
        with unit_of_work():
            close_challenge(editor.actor, challenge)
        with unit_of_work():
            end_without_winner(editor.actor, challenge, "Nobody knew.")
        assert checked(challenge)[-1] == "Nobody has won (no_winner)."


def test_a_clock_that_was_set_back_closes_nothing_of_before_ahead_of_its_last_answer() -> None:
    editor = make_person(role="editor")
    with time_machine.travel(NOON, tick=False) as clock:
        challenge = make_challenge(slug="a-question", opens_at=NOON - timedelta(days=1))
        entry = make_entry(challenge)
        before_there_were_ledgers(challenge, status="closed")
        clock.shift(timedelta(hours=-1))
        with unit_of_work():
            judge_entry(editor.actor, entry, Judgement.CORRECT)
        announce(entry, by=editor.actor)
        assert session.get_one(Challenge, challenge.id).closes_at == NOON + timedelta(microseconds=1)
        with unit_of_work():
            mark_declined(editor.actor, session.get_one(Challenge, challenge.id), 1, "They wrote so.")
        with unit_of_work():
            conclude(editor.actor, session.get_one(Challenge, challenge.id), "Nobody else knew.")
        assert "Nobody has won (no_winner)." in checked(challenge)


def test_one_that_was_closed_by_hand_after_the_clock_had_gone_back_keeps_whoever_was_in_time() -> None:
    """It says that it closed an hour before its answer came: that was the clock, and not the answer."""
    editor = make_person(role="editor")
    with time_machine.travel(NOON, tick=False) as clock:
        opens_at = NOON - timedelta(hours=2)
        challenge = make_challenge(slug="a-question", opens_at=opens_at, closes_at=NOON + timedelta(days=1))
        entry = make_entry(challenge)
        late = make_entry(challenge, why_not=Ineligible.LATE, received_at=NOON + timedelta(minutes=5))
        clock.shift(timedelta(hours=-1))
        before_there_were_ledgers(challenge, status="closed", closes_at=NOON - timedelta(hours=1))
        clock.shift(timedelta(days=1))
        with unit_of_work():
            judge_entry(editor.actor, entry, Judgement.CORRECT)
        win(entry, by=editor.actor)
        assert session.get_one(Challenge, challenge.id).closes_at == NOON + timedelta(microseconds=1)
        assert session.get_one(Entry, late.id).why_not == Ineligible.LATE
        assert checked(challenge)[-1] == "Prize 1: entry 1."


def test_what_came_before_there_were_ledgers_after_a_late_answer_is_late_whatever_its_clock_said() -> None:
    """As it is since there are ledgers: the instant of its row counts, and that is not earlier than the one before."""
    editor = make_person(role="editor")
    with time_machine.travel(NOON, tick=False) as clock:
        challenge = make_challenge(slug="a-question", opens_at=NOON, closes_at=NOON + timedelta(hours=1))
        first = make_entry(challenge)
        clock.shift(timedelta(hours=1, seconds=10))
        make_entry(challenge, why_not=Ineligible.LATE)
        clock.shift(timedelta(minutes=-30))
        read = make_entry(challenge)
        before_there_were_ledgers(challenge)
        clock.shift(timedelta(hours=3))
        with unit_of_work():
            judge_entry(editor.actor, first, Judgement.CORRECT)
        assert session.get_one(Entry, read.id).why_not == Ineligible.LATE
        win(first, by=editor.actor)
        assert checked(challenge)[-1] == "Prize 1: entry 1."


class TestAfterTheClosingTimeWithAClockThatIsSetBack:
    """An answer has come too late before anybody wrote down that it has closed."""

    @pytest.fixture
    def closed(self) -> Generator[tuple[Challenge, Person]]:
        """A challenge with one answer in time and one that was late, at an hour at which it would be open again."""
        editor = make_person(role="editor")
        with time_machine.travel(NOON, tick=False) as clock:
            challenge = make_challenge(slug="a-question", closes_at=NOON + timedelta(hours=1))
            mail("ann@example.org")
            run_due_jobs()
            clock.shift(timedelta(hours=1, seconds=10))
            mail("bob@example.org")
            clock.shift(timedelta(hours=-1))
            yield challenge, editor

    def test_nobody_closes_it_anew_or_moves_its_closing_time(self, closed: tuple[Challenge, Person]) -> None:
        challenge, editor = closed
        with pytest.raises(Conflict, match="is not open"), unit_of_work():
            close_challenge(editor.actor, challenge, "Enough answers.")
        with pytest.raises(Conflict, match="has ended"), unit_of_work():
            set_closing_time(editor.actor, challenge, NOON + timedelta(hours=3))
        with time_machine.travel(NOON + timedelta(hours=2), tick=False):
            run_due_jobs()
        late = session.scalars(sa.select(Entry).where(Entry.number == 2)).one()
        assert late.why_not == "late"

    def test_whoever_was_in_time_wins(self, closed: tuple[Challenge, Person]) -> None:
        challenge, editor = closed
        run_due_jobs()
        first = session.scalars(sa.select(Entry).where(Entry.number == 1)).one()
        with unit_of_work():
            judge_entry(editor.actor, first, Judgement.CORRECT)
        win(first, by=editor.actor)
        assert session.get_one(Challenge, challenge.id).closes_at == NOON + timedelta(hours=1)
        assert said(challenge).count("closed") == 1
        assert checked(challenge)[-1] == "Prize 1: entry 1."

    def test_that_it_has_closed_is_written_down_at_the_next_look_at_the_clock(
        self, closed: tuple[Challenge, Person]
    ) -> None:
        challenge, _editor = closed
        look_at_the_clock({})
        assert session.get_one(Challenge, challenge.id).status == ChallengeStatus.CLOSED
        newest = rows_of(challenge)[-1]
        assert newest.kind == "closed"
        assert newest.at == NOON + timedelta(hours=1, seconds=10)
        assert json.loads(newest.leaf)["closes_at"] == "2026-05-01T13:00:00.000000Z"

    def test_it_can_be_called_off(self, closed: tuple[Challenge, Person]) -> None:
        challenge, editor = closed
        with unit_of_work():
            cancel_challenge(editor.actor, challenge, "The question was wrong.")
        assert session.get_one(Challenge, challenge.id).closes_at == NOON + timedelta(hours=1)
        assert checked(challenge)[-1] == "Nobody has won (cancelled)."


class TestAfterTheClosingTimeByTheLedger:
    """A row was written after the closing time before anybody wrote down that it has closed, and the clock set back."""

    @pytest.fixture
    def passed(self) -> Generator[tuple[Challenge, Person]]:
        """A challenge with one answer, in time, and after the closing time one that a door did not take."""
        editor = make_person(role="editor")
        with time_machine.travel(NOON, tick=False) as clock:
            challenge = make_challenge(slug="a-question", closes_at=NOON + timedelta(hours=1))
            mail("ann@example.org")
            clock.shift(timedelta(hours=1, seconds=10))
            with unit_of_work():
                since = until = NOON + timedelta(hours=1, seconds=10)
                refusal = leaves.refused(door="smtp", why="too-large", count=1, since=since, until=until)
                append(challenge.id, [refusal])
            clock.shift(timedelta(hours=-1))
            yield challenge, editor

    def test_nobody_moves_its_closing_time_and_it_says_that_it_has_closed(
        self, passed: tuple[Challenge, Person]
    ) -> None:
        challenge, editor = passed
        with (
            pytest.raises(RuleBroken, match="does not open again"),
            unit_of_work(),
            amending(editor.actor, challenge, "More time.") as locked,
        ):
            locked.closes_at = NOON + timedelta(hours=3)
        with pytest.raises(Conflict, match="is not open"), unit_of_work():
            close_challenge(editor.actor, challenge, "Enough answers.")
        look_at_the_clock({})
        assert said(challenge) == ["opened", "entry", "refused", "closed"]
        newest = rows_of(challenge)[-1]
        assert newest.at == NOON + timedelta(hours=1, seconds=10)
        assert json.loads(newest.leaf)["closes_at"] == "2026-05-01T13:00:00.000000Z"

    def test_it_can_be_called_off_and_both_verifiers_accept_it(
        self, passed: tuple[Challenge, Person]
    ) -> None:
        challenge, editor = passed
        with unit_of_work():
            cancel_challenge(editor.actor, challenge, "The question was wrong.")
        assert checked(challenge)[-1] == "Nobody has won (cancelled)."
        assert said(challenge).count("closed") == 1


class TestWhileTheClosingTimePasses:
    """The clock goes on while somebody acts."""

    def test_it_is_not_moved_any_more(self) -> None:
        editor = make_person(role="editor")
        with time_machine.travel(NOON, tick=False) as clock:
            challenge = make_challenge(slug="a-question", closes_at=NOON + timedelta(hours=1))
            mail("ann@example.org")
            clock.move_to(NOON + timedelta(hours=1) - timedelta(microseconds=1))
            with (
                pytest.raises(RuleBroken, match="does not open again"),
                unit_of_work(),
                amending(editor.actor, challenge, "More time.") as locked,
            ):
                locked.closes_at = NOON + timedelta(hours=3)
                clock.shift(timedelta(microseconds=1))
            # Other terms may change at that moment.
            with unit_of_work(), amending(editor.actor, challenge, "Another title.") as locked:
                locked.title = "Another title"
        assert said(challenge) == ["opened", "entry", "closed", "amended"]
        assert session.get_one(Challenge, challenge.id).closes_at == NOON + timedelta(hours=1)

    def test_it_closes_when_it_was_said(self) -> None:
        editor = make_person(role="editor")
        with time_machine.travel(NOON, tick=False) as clock:
            challenge = make_challenge(slug="a-question", closes_at=NOON + timedelta(hours=1))
            mail("ann@example.org")
            clock.move_to(NOON + timedelta(hours=1) - timedelta(microseconds=1))
            with unit_of_work():
                locked = caught_up(challenge)
                clock.shift(timedelta(seconds=1))
                stop(locked)
            with unit_of_work():
                cancel_challenge(editor.actor, challenge, "The question was wrong.")
        assert session.get_one(Challenge, challenge.id).closes_at == NOON + timedelta(hours=1)
        assert said(challenge) == ["opened", "entry", "closed", "ended"]
        assert checked(challenge)[-1] == "Nobody has won (cancelled)."


def test_whoever_checks_a_ledger_is_told_what_the_desk_has_changed() -> None:
    editor = make_person(role="editor")
    with time_machine.travel(NOON, tick=False) as clock:
        challenge = make_challenge(slug="a-question", closes_at=NOON + timedelta(hours=1))
        mail("ann@example.org")
        run_due_jobs()
        clock.shift(timedelta(minutes=1))
        with unit_of_work(), amending(editor.actor, challenge, "Too few.") as locked:
            locked.claim_days = 30
        first = session.scalars(sa.select(Entry)).one()
        with unit_of_work():
            judge_entry(editor.actor, first, Judgement.CORRECT)
        clock.shift(timedelta(minutes=1))
        win(first, by=editor.actor)
    told = checked(challenge)
    amendment, early = (line for line in told if line.startswith(("Amendment", "Note: it closed")))
    assert re.fullmatch(
        r"Amendment in row \d+ of 2026-05-01T12:01:00.000000Z: 'claim_days' \(\d+, now 30\); "
        r"verdicts of before count on. Reason: 'Too few.'",
        amendment,
    )
    assert re.fullmatch(
        r"Note: it closed at 2026-05-01T12:02:00.000000Z; until row \d+ it was to close at "
        r"2026-05-01T13:00:00.000000Z.",
        early,
    )
    assert told[-2:] == ["Entry 1 was found correct by j1.", "Prize 1: entry 1."]


def test_judges_of_before_are_called_in_the_order_in_which_the_ledger_names_them() -> None:
    """Of a verdict on what has been withdrawn there is no row: its judge is not the first one there."""
    first, second = make_person(role="editor"), make_person(role="editor")
    with time_machine.travel(NOON, tick=False):
        challenge = make_challenge(slug="a-question", opens_at=NOON)
        gone, entry = make_entry(challenge, from_address="ann@example.org"), make_entry(challenge)
        with unit_of_work():
            judge_entry(first.actor, session.get_one(Entry, gone.id), Judgement.INCORRECT, "No.")
        with unit_of_work():
            judge_entry(second.actor, session.get_one(Entry, entry.id), Judgement.INCORRECT, "No.")
        erase_from_challenges(Leaving(0, "ann@example.org", "ann@example.org"))
        before_there_were_ledgers(challenge)
        mail("chris@example.org")
        run_due_jobs()
        third = session.scalars(sa.select(Entry).where(Entry.number == 3)).one()
        with unit_of_work():
            judge_entry(first.actor, session.get_one(Entry, third.id), Judgement.INCORRECT, "No.")
        verdicts = [json.loads(row.sealed or "") for row in rows_of(challenge) if row.kind == "verdict"]
        assert [each["judge"] for each in verdicts] == ["j1", "j2"]
        with unit_of_work():
            cancel_challenge(first.actor, challenge, "The question was wrong.")
        assert checked(challenge)[-1] == "Nobody has won (cancelled)."


def test_a_judge_of_before_whom_no_row_names_uses_up_no_name() -> None:
    first, second, third = (make_person(role="editor").actor for _ in range(3))
    with time_machine.travel(NOON, tick=False):
        challenge = make_challenge(slug="a-question", opens_at=NOON)
        gone, entry = make_entry(challenge, from_address="ann@example.org"), make_entry(challenge)
        other = make_entry(challenge)
        for judge, judged in ((first, gone), (second, entry)):
            with unit_of_work():
                judge_entry(judge, session.get_one(Entry, judged.id), Judgement.INCORRECT, "No.")
        erase_from_challenges(Leaving(0, "ann@example.org", "ann@example.org"))
        before_there_were_ledgers(challenge)
        # What begins the ledger names the judge of a verdict that follows at once, too.
        with unit_of_work():
            judge_entry(second, session.get_one(Entry, other.id), Judgement.UNCLEAR, "Perhaps.")
        for judge in (third, first):
            with unit_of_work():
                judge_entry(judge, session.get_one(Entry, other.id), Judgement.INCORRECT, "No.")
        verdicts = [json.loads(row.sealed or "") for row in rows_of(challenge) if row.kind == "verdict"]
        assert [each["judge"] for each in verdicts] == ["j1", "j1", "j2", "j3"]
        with unit_of_work():
            cancel_challenge(first, challenge, "The question was wrong.")
        assert checked(challenge)[-1] == "Nobody has won (cancelled)."


def test_a_verdict_of_before_that_stands_in_no_row_decides_nothing_later() -> None:
    """It was on what could not win then, and can again since."""
    judge = make_person(role="editor").actor
    with time_machine.travel(NOON, tick=False):
        challenge = make_challenge(slug="a-question", opens_at=NOON)
        entry = make_entry(challenge)
        with unit_of_work():
            judge_entry(judge, session.get_one(Entry, entry.id), Judgement.CORRECT)
        with unit_of_work():
            read = session.get_one(Entry, entry.id)
            read.eligible, read.why_not = False, Ineligible.UNCONFIRMED
        before_there_were_ledgers(challenge)
        mail("bob@example.org")
        with unit_of_work():
            read = session.get_one(Entry, entry.id)
            read.eligible, read.why_not = True, None
            record_standing([read])
        assert session.get_one(Entry, entry.id).ruling is None
        with unit_of_work():
            judge_entry(judge, session.get_one(Entry, entry.id), Judgement.CORRECT)
        win(session.get_one(Entry, entry.id), by=judge)
        verdicts = [json.loads(row.sealed or "") for row in rows_of(challenge) if row.kind == "verdict"]
        assert [(each["judge"], each["judgement"]) for each in verdicts] == [("j1", "correct")] * len(
            verdicts
        )
        assert checked(challenge)[-1] == "Prize 1: entry 1."


def test_who_had_answered_before_there_were_ledgers_is_known_when_they_answer_again() -> None:
    editor = make_person(role="editor").actor
    with time_machine.travel(NOON, tick=False) as clock:
        challenge = make_challenge(slug="a-question", opens_at=NOON)
        with unit_of_work():
            session.get_one(Challenge, challenge.id).attempts = 2
        for _ in range(2):
            make_entry(challenge, from_address="ann@example.org")
        with unit_of_work():
            session.execute(sa.update(Entry).values(sender=None))
        before_there_were_ledgers(challenge)
        clock.shift(timedelta(minutes=1))
        mail("ann@example.org", "bob@example.org")
        run_due_jobs()
        entries = session.scalars(sa.select(Entry).order_by(Entry.number)).all()
        for entry in entries:
            with unit_of_work():
                wins = entry.number > 2
                judge_entry(editor, entry, Judgement.CORRECT if wins else Judgement.INCORRECT, "So it is.")
        win(entries[3], by=editor)
        standings = [json.loads(row.sealed or "") for row in rows_of(challenge) if row.kind == "standing"]
        ann, *others = [each["sender"] for each in standings]
        assert (others[:2], others[2] == ann) == ([ann, ann], False)
        # It was her third try.
        assert checked(challenge)[-1] == "Prize 1: entry 4."


def test_nothing_is_signed_on_top_of_rows_that_were_changed() -> None:
    """Somebody with the database puts another row in the place of one that was signed."""
    challenge = make_challenge(slug="a-question")
    mail("ann@example.org")
    with unit_of_work():
        make_checkpoint(challenge)
    other = canonical({**json.loads(rows_of(challenge)[1].leaf), "private": "0" * 64})
    with unit_of_work():
        session.execute(
            sa.update(LedgerLeaf)
            .where(LedgerLeaf.position == 1)
            .values(leaf=other.decode(), hash=leaf_hash(other))
        )
    mail("bob@example.org")
    with capture_logs() as logs, pytest.raises(LedgerChanged, match="first 2 rows"), unit_of_work():
        make_checkpoint(session.get_one(Challenge, challenge.id))
    assert [(each["log_level"], each["challenge_id"], each["size"]) for each in logs] == [
        ("error", challenge.id, 2)
    ]
    sizes = session.scalars(
        sa.select(LedgerCheckpoint.size).where(LedgerCheckpoint.challenge_id == challenge.id)
    )
    assert list(sizes) == [2]


def test_another_key_is_told_before_it_signs(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    challenge = make_challenge(slug="a-question")
    mail("ann@example.org")
    with unit_of_work():
        make_checkpoint(challenge)
    other = Signer("localhost", bytes(32))

    def other_signer(_origin: str) -> Signer:
        return other

    monkeypatch.setattr("blog.challenges.checkpoints.signer", other_signer)
    mail("bob@example.org")
    with unit_of_work():
        checkpoint = make_checkpoint(challenge)

    assert said(challenge) == ["opened", "entry", "entry", "key"]
    assert checkpoint.size == 4
    assert is_signed_by(checkpoint.note, json.loads(rows_of(challenge)[3].leaf)["key"])


def test_a_site_that_moves_goes_on_with_its_ledgers_as_they_are_called(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    editor = make_person(role="editor").actor
    challenge = make_challenge(slug="a-question")
    entry = make_entry(challenge)
    win(entry, by=editor)
    before = checked(challenge)
    moved = replace(current_settings(), site_url="https://www.other.example")
    monkeypatch.setattr("blog.challenges.recording.current_settings", lambda: moved)
    monkeypatch.setattr("blog.challenges.terms.current_settings", lambda: moved)
    with unit_of_work():
        mark_sent(editor, session.get_one(Challenge, challenge.id), 1)
    after = checked(challenge)
    assert said(challenge)[-2:] == ["ended", "award"]
    keys = [line for line in before if line.startswith("Key ")]
    assert [line for line in after if line.startswith("Key ")] == keys
    assert keys[0].startswith("Key from row 0 on: localhost, ")
    # What is begun since has its new name.
    another = make_challenge(slug="another")
    make_entry(another)
    (key,) = (line for line in checked(another) if line.startswith("Key "))
    assert key.startswith("Key from row 0 on: www.other.example, ")


def test_what_is_forgotten_can_be_opened_by_nobody_and_the_ledger_stays(app: Flask) -> None:
    with time_machine.travel(NOON, tick=False) as clock:
        challenge = make_challenge(slug="a-question", closes_at=NOON + timedelta(hours=1))
        mail("ann@example.org", "bob@example.org")
        run_due_jobs()
        before = [(row.leaf, row.hash) for row in rows_of(challenge)]
        erase_from_challenges(Leaving(0, "ann@example.org", "ann@example.org"))
        assert [row.private_salt is None for row in rows_of(challenge)][1:3] == [True, False]
        clock.shift(timedelta(days=400))
        forget_what_is_old()
    session.expire_all()
    rows = rows_of(challenge)
    assert [row.private_salt for row in rows] == [None] * len(rows)
    assert [(row.leaf, row.hash) for row in rows][: len(before)] == before
    # That they can win no more is told in rows of their own.
    told = [json.loads(row.leaf)["number"] for row in rows[len(before) :]]
    assert told == [1, 2]
    assert {json.loads(row.sealed or "")["why"] for row in rows[len(before) :]} == {"withdrawn"}
    # And nothing that is kept leads whoever guesses an address, or an answer, to them.
    assert session.get_one(Challenge, challenge.id).sender_key is None
    assert session.scalars(sa.select(Entry.answer_key)).all() == [None, None]


def test_an_answer_that_was_forgotten_before_anything_was_decided_wins_nothing_and_others_find_so() -> None:
    editor = make_person(role="editor").actor
    with time_machine.travel(NOON, tick=False) as clock:
        challenge = make_challenge(slug="a-question", closes_at=NOON + timedelta(hours=1))
        first, second = make_entry(challenge), make_entry(challenge)
        with unit_of_work():
            judge_entry(editor, second, Judgement.CORRECT)
        announce(first, by=editor)
        send_letters()
        clock.shift(timedelta(days=11))
        expire_prizes({})
        clock.shift(timedelta(days=400))
        assert forget_what_is_old()["undecided answers"] == 2
        with pytest.raises(RuleBroken, match="No other entry can win"), unit_of_work():
            announce_winner(editor, challenge)
        with unit_of_work():
            conclude(editor, challenge, "We were too late.")
            make_checkpoint(challenge)
    whys = session.scalars(sa.select(Entry.why_not).order_by(Entry.number)).all()
    assert whys == ["withdrawn", "withdrawn"]
    assert verify_challenge.check_export(export_bytes(challenge) or b"")


def test_what_has_won_meanwhile_is_not_forgotten_as_undecided() -> None:
    editor = make_person(role="editor").actor
    with time_machine.travel(NOON, tick=False):
        challenge = make_challenge(slug="a-question", closes_at=NOON + timedelta(hours=1))
        entry = make_entry(challenge)
        (undecided,) = [each for each in retentions() if each.name == "undecided answers"]
    with time_machine.travel(NOON + timedelta(days=400), tick=False):
        before = NOON + timedelta(days=35)
        found = session.scalars(undecided.find(before)).all()
        announce(entry, by=editor)
        with unit_of_work():
            assert undecided.forget(before, found) == 0
    session.expire_all()
    assert (found, entry.why_not) == ([entry.delivery_id], None)


def test_the_end_forgets_what_names_senders_and_gives_nobody_a_name_any_more(app: Flask) -> None:
    with time_machine.travel(NOON, tick=False):
        challenge = make_challenge(slug="a-question")
        mail("ann@example.org", "ann@example.org")
        run_due_jobs()
        first, again = session.scalars(sa.select(Entry).order_by(Entry.number)).all()
        assert first.sender == again.sender is not None
        win(first)
        mail("ann@example.org")
        run_due_jobs()
        with unit_of_work():
            make_checkpoint(challenge)
    late = session.scalars(sa.select(Entry).where(Entry.number == 3)).one()
    assert (late.why_not, late.sender, late.answer_key) == ("late", None, None)
    assert session.get_one(Challenge, challenge.id).sender_key is None
    assert verify_challenge.check_export(export_bytes(challenge) or b"")
