"""What is handed out of a ledger: the export, and what an entrant keeps of their own entry."""

import json
from pathlib import Path
from typing import Any

import pytest
from flask.testing import FlaskCliRunner

from blog.accounts.models.people import Person
from blog.challenges.actions.awards import announce_winner, end_if_all_is_claimed, take_step
from blog.challenges.actions.challenges import open_challenge
from blog.challenges.actions.verdicts import judge_entry
from blog.challenges.checkpoints import make_checkpoint
from blog.challenges.exporting import export_bytes, receipt_file, verifier_source
from blog.challenges.models.challenges import Challenge
from blog.challenges.models.entries import Entry
from blog.challenges.queries.challenges import challenge_locked
from blog.challenges.values import AwardStep, ChallengeStatus, Ineligible, Judgement
from blog.challenges.verifier import verify_challenge
from blog.core.db import session, unit_of_work
from blog.mailroom.forgetting import forget_deliveries
from tests.factories.accounts import make_person
from tests.factories.challenges import make_challenge, make_entry

pytestmark = pytest.mark.usefixtures("app")


def opened(slug: str = "a-question") -> tuple[Challenge, Person]:
    """A challenge that takes answers, and an editor."""
    editor = make_person(role="editor")
    challenge = make_challenge(slug=slug, status=ChallengeStatus.DRAFT)
    with unit_of_work():
        open_challenge(editor.actor, challenge)
    return challenge, editor


def judged(editor: Person, entry: Entry, judgement: Judgement) -> None:
    with unit_of_work():
        judge_entry(editor.actor, entry, judgement, "Because it is so.")


def signed(challenge: Challenge) -> None:
    with unit_of_work():
        make_checkpoint(challenge_locked(challenge))


def exported(challenge: Challenge) -> bytes:
    """The export over all rows that there are."""
    signed(challenge)
    data = export_bytes(challenge)
    assert data is not None
    return data


def claimed(editor: Person, challenge: Challenge) -> None:
    """The winner is announced, and says that they want the prize: the challenge has ended."""
    with unit_of_work():
        award = announce_winner(editor.actor, challenge)
        take_step(award, AwardStep.CLAIMED)
        end_if_all_is_claimed(challenge_locked(challenge))


def rows_of(data: bytes) -> list[dict[str, Any]]:
    return json.loads(data)["rows"]


def test_before_the_end_it_is_in_order_and_opens_nothing() -> None:
    challenge, editor = opened()
    first = make_entry(challenge)
    make_entry(challenge, why_not=Ineligible.AUTOMATIC)
    signed(challenge)
    judged(editor, first, Judgement.CORRECT)
    data = exported(challenge)
    assert [row["open"] for row in rows_of(data)] == [None] * 6
    assert verify_challenge.check_export(data) == [
        "The ledger of localhost/challenges/a-question is in order.",
        f"6 rows, 2 entries, 2 signed checkpoints; the last is of {last_checkpoint(data)} and covers all rows.",
        "The challenge has not ended: what is sealed will be opened then, and shows who has won.",
    ]


def last_checkpoint(data: bytes) -> str:
    return json.loads(data)["checkpoints"][-1]["note"].splitlines()[3].removeprefix("at ")


def test_after_the_end_all_is_opened_and_leads_to_the_winner() -> None:
    challenge, editor = opened()
    entries = [make_entry(challenge) for _turn in range(3)]
    for entry, judgement in zip(
        entries, (Judgement.INCORRECT, Judgement.CORRECT, Judgement.CORRECT), strict=True
    ):
        judged(editor, entry, judgement)
    claimed(editor, challenge)
    data = exported(challenge)
    assert verify_challenge.check_export(data)[-1] == "Prize 1: entry 2."
    sealed = [row for row in rows_of(data) if "sealed" in row["leaf"]]
    assert sealed
    assert all(row["open"] for row in sealed)


def test_nobody_is_named_in_it_whoever_answered_judged_or_won() -> None:
    challenge, editor = opened()
    hidden = [
        "Evil<script>",
        "zoe-secret@example.org",
        "Forty-two is my guess",
        "Because it is so.",
        editor.name,
    ]
    entry = make_entry(challenge, from_name=hidden[0], from_address=hidden[1], text=hidden[2])
    judged(editor, entry, Judgement.CORRECT)
    claimed(editor, challenge)
    data = exported(challenge).decode()
    assert [word for word in [*hidden, editor.email, "zoe-secret", "Evil"] if word in data] == []


def test_a_ledger_without_a_checkpoint_has_no_export_and_no_receipts() -> None:
    challenge, _editor = opened()
    entry = make_entry(challenge)
    assert export_bytes(challenge) is None
    assert receipt_file(entry) is None


def test_a_row_behind_the_newest_checkpoint_is_not_in_it() -> None:
    challenge, _editor = opened()
    before = exported(challenge)
    entry = make_entry(challenge)
    assert export_bytes(challenge) == before
    assert receipt_file(entry) is None


def test_a_receipt_shows_which_message_stands_in_which_row() -> None:
    challenge, _editor = opened()
    first = make_entry(challenge, from_address="zoe@example.org")
    make_entry(challenge)
    data = exported(challenge)
    receipt = receipt_file(first)
    assert receipt is not None
    said = json.loads(receipt)
    assert said["private"]["content"] == {
        "envelope_sender": "zoe@example.org",
        "sha256": first.delivery.sha256,
    }
    lines = verify_challenge.check_receipt(receipt, data)
    assert lines[0] == (
        f"Entry 1 of localhost/challenges/a-question stands in row 1 of its ledger since {said['leaf']['at']}."
    )
    assert lines[2:4] == [
        f"It is of the message with the SHA-256 {first.delivery.sha256}.",
        "It is the same ledger as that of the export.",
    ]


def test_a_receipt_of_a_forgotten_answer_opens_nothing_and_still_holds() -> None:
    challenge, _editor = opened()
    entry = make_entry(challenge)
    signed(challenge)
    with unit_of_work():
        forget_deliveries([entry.delivery_id])
    receipt = receipt_file(entry)
    assert receipt is not None
    assert json.loads(receipt)["private"] is None
    assert verify_challenge.check_receipt(receipt)[2] == "Which message it was is not known any more."


def test_the_program_that_is_offered_is_the_one_that_is_used_here() -> None:
    assert verifier_source() == Path(verify_challenge.__file__).read_bytes()


class TestCommands:
    def test_export_signs_what_there_is_and_verify_finds_it_in_order(
        self, runner: FlaskCliRunner, tmp_path: Path
    ) -> None:
        challenge, editor = opened()
        judged(editor, make_entry(challenge), Judgement.CORRECT)
        claimed(editor, challenge)
        printed = runner.invoke(args=["challenges", "export", "a-question"])
        assert (printed.exit_code, printed.stderr) == (0, "")
        assert printed.stdout_bytes == export_bytes(challenge)
        file = tmp_path / "export.json"
        file.write_bytes(printed.stdout_bytes)
        found = runner.invoke(args=["challenges", "verify", str(file)])
        assert (found.exit_code, found.stderr) == (0, "")
        assert found.stdout.splitlines()[-1] == "Prize 1: entry 1."

    def test_verify_names_the_row_that_is_wrong(self, runner: FlaskCliRunner, tmp_path: Path) -> None:
        challenge, _editor = opened()
        make_entry(challenge)
        data = exported(challenge)
        file = tmp_path / "export.json"
        file.write_bytes(data.replace(b'"door":"smtp"', b'"door":"pipe"'))
        found = runner.invoke(args=["challenges", "verify", str(file)])
        assert (found.exit_code, found.stdout) == (1, "")
        assert found.stderr == "Error: row 1: it has another hash than the one that stands with it\n"

    def test_verify_checks_a_receipt_with_and_without_its_export(
        self, runner: FlaskCliRunner, tmp_path: Path
    ) -> None:
        challenge, _editor = opened()
        entry = make_entry(challenge)
        (tmp_path / "export.json").write_bytes(exported(challenge))
        (tmp_path / "receipt.json").write_bytes(receipt_file(entry) or b"")
        words = ["challenges", "verify", "--receipt", str(tmp_path / "receipt.json")]
        alone = runner.invoke(args=words)
        both = runner.invoke(args=[*words, str(tmp_path / "export.json")])
        assert (alone.exit_code, both.exit_code) == (0, 0)
        assert "It is the same ledger as that of the export." in both.stdout.splitlines()

    def test_a_draft_has_no_ledger_and_gets_none_by_being_exported(self, runner: FlaskCliRunner) -> None:
        challenge = make_challenge(slug="a-draft", status=ChallengeStatus.DRAFT)
        refused = runner.invoke(args=["challenges", "export", "a-draft"])
        assert (refused.exit_code, refused.stdout) == (1, "")
        assert refused.stderr == "Error: “a-draft” has no ledger yet: that begins when the challenge opens.\n"
        session.expire_all()
        assert challenge.ledger_size == 0

    @pytest.mark.parametrize("words", [["export", "nothing-here"], ["verify"], ["verify", "no such file"]])
    def test_what_is_not_there_is_said_on_stderr(self, runner: FlaskCliRunner, words: list[str]) -> None:
        refused = runner.invoke(args=["challenges", *words])
        assert (refused.exit_code, refused.stdout) == (1, "")
        assert refused.stderr != ""
