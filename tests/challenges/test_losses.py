"""An older copy of the database is put back: rows that were signed are gone, and nobody signs over that in silence."""

import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest
import sqlalchemy as sa
import time_machine
from flask.testing import FlaskCliRunner
from structlog.testing import capture_logs

from blog.challenges import witnessing
from blog.challenges.actions.awards import announce_winner
from blog.challenges.actions.challenges import close_challenge
from blog.challenges.actions.endings import end_without_winner
from blog.challenges.actions.restoring import admit_loss
from blog.challenges.actions.verdicts import judge_entry
from blog.challenges.checkpoints import make_checkpoint
from blog.challenges.exporting import export_bytes, receipt_file
from blog.challenges.jobs import expire_prizes
from blog.challenges.ledger.notes import checkpoint_in
from blog.challenges.losses import RowsLost, losses
from blog.challenges.models.challenges import Challenge
from blog.challenges.models.entries import Entry
from blog.challenges.models.ledger import LedgerCheckpoint, LedgerLeaf
from blog.challenges.queries.ledger import newest_checkpoints
from blog.challenges.signed_notes import FOLDER, all_signed, newest_signed
from blog.challenges.values import Judgement
from blog.challenges.verifier.verify_challenge import Wrong, check_export, check_kept
from blog.core.config import current_settings
from blog.core.db import session, unit_of_work
from blog.core.errors import Conflict, Forbidden, InvalidInput, RuleBroken
from tests.challenges.test_recording import in_browser, mail, rows_of, said
from tests.conftest import SignIn
from tests.factories.accounts import make_person
from tests.factories.challenges import make_challenge, make_entry
from tests.support.jobs import run_due_jobs

NOON = datetime(2026, 5, 1, 12, tzinfo=UTC)
ORIGIN = "localhost/challenges/a-question"

pytestmark = pytest.mark.usefixtures("app")


@pytest.fixture
def at_noon() -> Iterator[time_machine.Traveller]:
    with time_machine.travel(NOON, tick=False) as traveller:
        yield traveller


def sizes() -> list[int]:
    """How many rows each checkpoint covers."""
    session.rollback()
    return list(session.scalars(sa.select(LedgerCheckpoint.size).order_by(LedgerCheckpoint.size)))


def put_back(challenge: Challenge, rows: int, entries: int) -> None:
    """Let the database be as it was when the ledger had so many rows: what came since is gone."""
    with unit_of_work():
        session.execute(sa.delete(LedgerLeaf).where(LedgerLeaf.position >= rows))
        session.execute(sa.delete(LedgerCheckpoint).where(LedgerCheckpoint.size > rows))
        session.execute(sa.delete(Entry).where(Entry.number > entries))
        last = session.scalar(sa.select(sa.func.max(LedgerLeaf.at)))
        values = {"ledger_size": rows, "ledger_at": last, "entry_total": entries}
        session.execute(sa.update(Challenge).where(Challenge.id == challenge.id).values(**values))
    session.expire_all()


@pytest.fixture
def restored(at_noon: time_machine.Traveller) -> Challenge:
    """A challenge with a ledger of five rows that were signed, of which a copy with three was put back."""
    challenge = make_challenge(slug="a-question")
    mail("ann@example.org")
    run_due_jobs()
    witnessing.make_checkpoints({})
    at_noon.shift(timedelta(minutes=30))
    mail("bob@example.org")
    run_due_jobs()
    witnessing.make_checkpoints({})
    assert sizes() == [3, 5]
    put_back(challenge, rows=3, entries=1)
    at_noon.shift(timedelta(minutes=30))
    return session.get_one(Challenge, challenge.id)


def test_what_was_signed_is_kept_beside_the_database_before_anybody_can_have_it() -> None:
    challenge = make_challenge(slug="a-question")
    mail("ann@example.org")
    assert newest_signed(ORIGIN) is None
    run_due_jobs()
    witnessing.make_checkpoints({})
    (checkpoint,) = newest_checkpoints(challenge)
    (file,) = (current_settings().instance / FOLDER).iterdir()
    assert file.name == "localhost%2Fchallenges%2Fa-question.note"
    assert file.read_text() == checkpoint.note
    assert all_signed() == {ORIGIN: checkpoint_in(checkpoint.note)}
    assert losses() == []


def test_what_was_rolled_back_after_it_was_signed_is_signed_again_without_a_word() -> None:
    """The file is written first. The rows were there before that, so nothing is missing."""
    challenge = make_challenge(slug="a-question")
    mail("ann@example.org")
    with pytest.raises(ZeroDivisionError), unit_of_work():
        make_checkpoint(challenge)
        raise ZeroDivisionError
    assert sizes() == []
    assert newest_signed(ORIGIN) is not None
    assert losses() == []
    mail("bob@example.org")
    run_due_jobs()
    witnessing.make_checkpoints({})
    assert sizes()[-1] == 5
    assert said(challenge) == ["opened", "entry", "entry", "standing", "standing"]


def test_nothing_is_signed_over_rows_that_are_lost_and_mail_is_taken_all_the_same(
    restored: Challenge,
) -> None:
    (told,) = mail("cat@example.org")
    assert told.startswith("entry 2 of a-question sha256=")
    with capture_logs() as logs:
        run_due_jobs()
        witnessing.make_checkpoints({})
    assert sizes() == [3]
    assert said(restored) == ["opened", "entry", "standing", "entry", "standing"]
    assert [(each["log_level"], each["slug"], each["size"]) for each in logs if "slug" in each] == [
        ("error", "a-question", 5)
    ]
    # What there was can still be had.
    first, second = session.scalars(sa.select(Entry).order_by(Entry.number))
    assert receipt_file(first) is not None
    assert receipt_file(second) is None
    assert "3 rows, 1 entries" in check_export(export_bytes(restored) or b"")[1]


def test_nobody_is_told_who_has_won_or_that_nobody_has(restored: Challenge) -> None:
    """The first correct answer may be among what is lost."""
    editor = make_person(role="editor").actor
    entry = session.scalars(sa.select(Entry)).one()
    with unit_of_work():
        judge_entry(editor, entry, Judgement.CORRECT)
    with pytest.raises(RowsLost, match="5 rows of the ledger"), unit_of_work():
        announce_winner(editor, restored)
    with unit_of_work():
        judge_entry(editor, entry, Judgement.INCORRECT, "No.")
    with unit_of_work():
        close_challenge(editor, restored)
    with pytest.raises(RowsLost, match="5 rows of the ledger"), unit_of_work():
        end_without_winner(editor, restored, "Nobody knew.")
    with unit_of_work():
        admit_loss(editor, restored, "The disk broke.")
    with unit_of_work():
        end_without_winner(editor, restored, "Nobody knew.")


def test_whoever_admits_it_in_the_ledger_lets_it_go_on(
    restored: Challenge, at_noon: time_machine.Traveller
) -> None:
    lost = newest_signed(ORIGIN)
    assert lost is not None
    mail("cat@example.org")
    run_due_jobs()
    # The clock has been set back, too: what comes is not earlier than what was signed.
    at_noon.move_to(NOON)
    editor = make_person(role="editor").actor
    with unit_of_work():
        admit_loss(editor, restored, "The disk broke at one o'clock.")
    row = rows_of(restored)[-1]
    assert row.at >= lost.at
    leaf = json.loads(row.leaf)
    assert {name: leaf[name] for name in leaf if name not in {"at", "i"}} == {
        "kind": "restored",
        "reason": "The disk broke at one o'clock.",
        "root": lost.root.hex(),
        "signed_at": "2026-05-01T12:30:00.000000Z",
        "size": 5,
    }
    run_due_jobs()
    assert sizes() == [3, 6]
    assert losses() == []
    mail("dan@example.org")
    witnessing.make_checkpoints({})
    assert sizes() == [3, 6, 7]


def test_everybody_reads_it(restored: Challenge, sign_in: SignIn) -> None:
    kept = (current_settings().instance / FOLDER / "localhost%2Fchallenges%2Fa-question.note").read_bytes()
    editor = make_person(role="editor")
    with unit_of_work():
        admit_loss(editor.actor, restored, "The disk broke.")
    run_due_jobs()
    data = export_bytes(session.get_one(Challenge, restored.id)) or b""
    assert (
        "Row 3: an older copy of the ledger was put back. 5 rows had been signed at 2026-05-01T12:30:00.000000Z, "
        "and not all of them are here. Why: 'The disk broke.'."
    ) in check_export(data)
    found = in_browser(data)["found"]
    assert isinstance(found, dict)
    assert found["losses"] == [
        {"row": 3, "size": 5, "at": "2026-05-01T12:30:00.000000Z", "reason": "The disk broke."}
    ]
    # It does not make undone what was signed: whoever has kept that can show it.
    with pytest.raises(Wrong, match="kept checkpoint"):
        check_kept(kept, data)
    page = sign_in(editor).get("/challenges/a-question/ledger").get_data(as_text=True)
    assert "An older copy of the database was put back. 5 rows had been signed by" in page
    assert "The disk broke." in page


def test_a_newer_copy_with_the_rows_in_it_goes_on_by_itself(at_noon: time_machine.Traveller) -> None:
    """What counts is the rows, and not which checkpoints the copy knows."""
    challenge = make_challenge(slug="a-question")
    mail("ann@example.org")
    run_due_jobs()
    witnessing.make_checkpoints({})
    with unit_of_work():
        session.execute(sa.delete(LedgerCheckpoint))
    assert losses() == []
    at_noon.shift(timedelta(minutes=1))
    mail("bob@example.org")
    run_due_jobs()
    witnessing.make_checkpoints({})
    assert sizes() == [5]
    assert said(challenge).count("restored") == 0


def test_one_that_is_lost_keeps_no_other_from_being_signed(restored: Challenge) -> None:
    other = make_challenge(slug="another")
    mail("cat@example.org")
    make_entry(other)
    run_due_jobs()
    witnessing.make_checkpoints({})
    assert newest_checkpoints(restored)[0].size == 3
    assert newest_checkpoints(other)[0].size == 3


def test_a_copy_from_before_the_challenge_opened_stops_the_new_ledger_of_its_name(
    restored: Challenge,
) -> None:
    with unit_of_work():
        for table in (LedgerLeaf, LedgerCheckpoint, Entry):
            session.execute(sa.delete(table))
        session.execute(sa.update(Challenge).values(ledger_size=0, ledger_at=None, entry_total=0))
    session.expire_all()
    (gone,) = losses()
    assert (gone.origin, gone.slug, gone.rows) == (ORIGIN, None, 0)
    mail("cat@example.org")
    run_due_jobs()
    witnessing.make_checkpoints({})
    assert sizes() == []
    (stopped,) = losses()
    assert (stopped.slug, stopped.rows) == ("a-question", 3)
    editor = make_person(role="editor").actor
    with unit_of_work():
        admit_loss(editor, restored, "There was no other copy.")
    run_due_jobs()
    assert sizes() == [4]


def test_a_file_that_cannot_be_read_stops_the_signing_as_well(restored: Challenge) -> None:
    file = current_settings().instance / FOLDER / "localhost%2Fchallenges%2Fa-question.note"
    file.write_text("something else", encoding="utf-8")
    mail("cat@example.org")
    run_due_jobs()
    witnessing.make_checkpoints({})
    assert sizes() == [3]
    (loss,) = losses()
    assert (loss.origin, loss.signed) == (ORIGIN, None)
    editor = make_person(role="editor").actor
    with pytest.raises(RuleBroken, match="cannot be read"), unit_of_work():
        admit_loss(editor, restored, "The disk broke.")


def test_only_an_editor_admits_it_with_a_reason_and_only_where_it_is_so(restored: Challenge) -> None:
    editor = make_person(role="editor").actor
    for role in ("author", "moderator"):
        person = make_person(role=role).actor
        with pytest.raises(Forbidden), unit_of_work():
            admit_loss(person, restored, "The disk broke.")
    with pytest.raises(InvalidInput), unit_of_work():
        admit_loss(editor, restored, "  ")
    with unit_of_work():
        admit_loss(editor, restored, "The disk broke.")
    with pytest.raises(Conflict, match="No row of “a-question” is missing"), unit_of_work():
        admit_loss(editor, restored, "The disk broke.")
    assert said(restored).count("restored") == 1


class TestCommands:
    def test_signing_lists_what_is_not_signed_and_admit_loss_lets_it_go_on(
        self, restored: Challenge, runner: FlaskCliRunner
    ) -> None:
        editor = make_person(role="editor", email="ed@example.org")
        assert editor.id
        session.commit()
        said_before = runner.invoke(args=["challenges", "signing"])
        assert said_before.exit_code == 1
        assert said_before.stdout.startswith("localhost/challenges/a-question: 5 rows were signed on ")
        assert said_before.stdout.endswith(" It has 3 rows now, and they do not go on from those.\n")
        as_data = runner.invoke(args=["challenges", "signing", "--json"])
        (data,) = json.loads(as_data.stdout)
        assert (data["slug"], data["rows"], data["signed"]["size"]) == ("a-question", 3, 5)

        words = ["challenges", "admit-loss", restored.slug, "--by", "ed@example.org", "--reason", "A disk."]
        assert runner.invoke(args=words).exit_code == 0
        said_after = runner.invoke(args=["challenges", "signing"])
        assert (said_after.exit_code, said_after.stdout) == (0, "Nothing is missing that was signed.\n")

    def test_export_says_why_it_does_not_sign(self, restored: Challenge, runner: FlaskCliRunner) -> None:
        mail("cat@example.org")
        told = runner.invoke(args=["challenges", "export", restored.slug])
        assert told.exit_code == 1
        assert "An older copy of the database was put back" in told.stderr


def test_no_prize_lapses_while_rows_are_lost_in_which_it_may_have_been_claimed(
    at_noon: time_machine.Traveller,
) -> None:
    challenge = make_challenge(slug="a-question")
    mail("ann@example.org")
    run_due_jobs()
    editor = make_person(role="editor").actor
    entry = session.scalars(sa.select(Entry)).one()
    with unit_of_work():
        judge_entry(editor, entry, Judgement.CORRECT)
    with unit_of_work():
        award = announce_winner(editor, session.get_one(Challenge, challenge.id))
    run_due_jobs()
    rows = len(rows_of(challenge))
    mail("bob@example.org")
    run_due_jobs()
    witnessing.make_checkpoints({})
    put_back(challenge, rows=rows, entries=1)
    at_noon.shift(timedelta(days=60))
    expire_prizes({})
    session.expire_all()
    assert award.step == "notified"
    with unit_of_work():
        admit_loss(editor, session.get_one(Challenge, challenge.id), "An older copy was put back.")
    expire_prizes({})
    session.expire_all()
    assert award.step == "expired"
