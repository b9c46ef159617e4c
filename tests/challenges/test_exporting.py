"""What is handed out of a ledger: the export, and what an entrant keeps of their own entry."""

import base64
import hashlib
import json
import os
import resource
import subprocess
import sys
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from random import Random
from typing import Any, TypeVar

import pytest
import sqlalchemy as sa
import time_machine
from flask.testing import FlaskCliRunner

from blog.accounts.models.people import Person
from blog.challenges import checkpoints
from blog.challenges.actions.amendments import amending
from blog.challenges.actions.awards import announce_winner, end_if_all_is_claimed, notify, take_step
from blog.challenges.actions.challenges import close_challenge, open_challenge
from blog.challenges.actions.disqualifying import disqualify
from blog.challenges.actions.endings import cancel_challenge
from blog.challenges.actions.entries import settle_eligibility
from blog.challenges.actions.prizes import (
    conclude,
    decline_prize,
    expire_unclaimed,
    mark_declined,
    mark_sent,
    receive_prize,
)
from blog.challenges.actions.verdicts import judge_entry
from blog.challenges.checkpoints import make_checkpoint
from blog.challenges.exporting import export_bytes, receipt_file, verifier_source
from blog.challenges.ledger import leaves
from blog.challenges.ledger.commitments import commitment_to
from blog.challenges.ledger.leaves import NewLeaf
from blog.challenges.ledger.notes import Signer
from blog.challenges.models.challenges import Challenge, Prize
from blog.challenges.models.entries import Entry
from blog.challenges.models.ledger import LedgerStamp
from blog.challenges.proofs import Tree
from blog.challenges.queries.awards import awards_of
from blog.challenges.queries.challenges import challenge_locked
from blog.challenges.recording import append, record_standing
from blog.challenges.values import (
    AwardStep,
    ChallengeStatus,
    CodeCheck,
    Ending,
    Ineligible,
    Judgement,
    WhyDisqualified,
)
from blog.challenges.verifier import verify_challenge
from blog.challenges.verifier.verify_challenge import check_export, check_kept
from blog.core import clock
from blog.core.db import session, unit_of_work
from blog.core.errors import DomainError
from blog.mailroom.forgetting import forget_deliveries
from tests.factories.accounts import make_person
from tests.factories.challenges import make_challenge, make_entry, make_message, token_of
from tests.support.histories import History
from tests.support.ledgers import token_over
from tests.support.prizes import claim, code_of, send_letters

pytestmark = pytest.mark.usefixtures("app")

# How many histories, and how large a ledger: more in `make soak`.
LEDGERS = int(os.environ.get("LEDGERS", "4"))
ENTRIES = int(os.environ.get("ENTRIES", "300"))
T = TypeVar("T")


def opened(slug: str = "a-question", *, prizes: int = 0) -> tuple[Challenge, Person]:
    """A challenge that takes answers, and an editor."""
    editor = make_person(role="editor")
    challenge = make_challenge(slug=slug, status=ChallengeStatus.DRAFT)
    with unit_of_work():
        session.add_all(
            Prize(challenge=challenge, rank=rank, title="A book") for rank in range(1, prizes + 1)
        )
        session.flush()
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
    said = check_export(data)
    assert said[2].startswith("No row waited longer for its first checkpoint than row ")
    assert said[3].startswith("Key from row 0 on: localhost, SHA-256 ")
    assert [*said[:2], *said[4:]] == [
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
    assert check_export(data)[-1] == "Prize 1: entry 2."
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
    # Whoever keeps it has kept a checkpoint with it.
    assert check_kept(receipt, data)[0].startswith("The kept checkpoint of ")


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


def test_whoever_was_told_why_can_check_that_it_was_the_reason_then() -> None:
    challenge, editor = opened()
    barred, lost, winner = (make_entry(challenge) for _turn in range(3))
    with unit_of_work():
        disqualify(editor.actor, barred, "kept_out", "You work here.")
    judged(editor, lost, Judgement.CORRECT)
    with unit_of_work():
        announce_winner(editor.actor, challenge)
    with unit_of_work():
        mark_declined(editor.actor, challenge, 2, "You said so by telephone.")
    signed(challenge)
    receipts = [receipt_file(entry) or b"" for entry in (barred, lost, winner)]
    reasons = [json.loads(receipt)["reasons"] for receipt in receipts]
    assert [[told["content"] for told in each] for each in reasons] == [
        [{"code": "kept_out", "reason": "You work here."}],
        ["You said so by telephone."],
        [],
    ]
    place = reasons[0][0]["row"]
    later = f"Whether the reason told here is that of row {place}, an export from after the end shows."
    assert later in verify_challenge.check_receipt(receipts[0])
    assert later in verify_challenge.check_receipt(receipts[0], exported(challenge))

    judged(editor, winner, Judgement.CORRECT)
    claimed(editor, challenge)
    data = exported(challenge)
    for receipt, told in zip(receipts[:2], reasons[:2], strict=True):
        line = f"The reason told here is the one that was fixed in row {told[0]['row']}."
        assert line in verify_challenge.check_receipt(receipt, data)
    told_at_the_end = receipt_file(winner) or b""
    (verdict,) = json.loads(told_at_the_end)["reasons"]
    assert verdict["content"] == "Because it is so."
    line = f"The reason told here is the one that was fixed in row {verdict['row']}."
    assert line in verify_challenge.check_receipt(told_at_the_end, data)
    for said, other in ((b"You work here.", b"You worked here."), (f'"row":{place}'.encode(), b'"row":1')):
        with pytest.raises(verify_challenge.Wrong, match="not the one that was fixed in it"):
            verify_challenge.check_receipt(receipts[0].replace(said, other), data)


def test_what_was_forgotten_of_why_stands_in_no_receipt() -> None:
    challenge, editor = opened()
    entry = make_entry(challenge)
    with unit_of_work():
        disqualification = disqualify(editor.actor, entry, "kept_out", "You work here.")
    with unit_of_work():
        disqualification.reason, disqualification.reason_salt = "", b""
    signed(challenge)
    assert json.loads(receipt_file(entry) or b"")["reasons"] == []


def test_the_program_that_is_offered_is_the_one_that_is_used_here() -> None:
    assert verifier_source() == Path(verify_challenge.__file__).read_bytes()


class TestWhateverHasHappened:
    @pytest.mark.parametrize("seed", range(LEDGERS))
    def test_the_verifier_finds_the_winners_of_the_product_and_no_fault(self, seed: int) -> None:
        chance = Random(seed)  # noqa: S311
        judges = [make_person(role="editor") for _judge in range(3)]
        history = History(
            judges, prizes=1 + seed % 3, attempts=(None, 1, 2)[seed % 4 % 3], two_judges=seed % 2 == 1
        )
        history.play(chance, 25)
        check_export(exported(history.challenge))
        length = ledger_size(history.challenge)
        # Once a prize is claimed it cannot be called off any more, nor once it is over.
        with suppress(DomainError), unit_of_work():
            cancel_challenge(judges[0].actor, history.challenge, "Whatever has happened, it is opened now.")
        data = exported(history.challenge)
        check_export(data)
        if not ChallengeStatus(session.get_one(Challenge, history.challenge.id).status).is_over:
            return
        rows = verify_challenge.read_export(data).rows
        assert verify_challenge.replay(rows[:length]).winners() == history.winners()

    def test_two_prizes_of_which_one_comes_back_and_goes_to_the_next(self) -> None:
        challenge, editor = opened(prizes=2)
        entries = [make_entry(challenge) for _turn in range(4)]
        for entry in entries:
            judged(editor, entry, Judgement.INCORRECT if entry.number == 1 else Judgement.CORRECT)
        with unit_of_work():
            announce_winner(editor.actor, challenge)
            first, second = awards_of(challenge)
            take_step(second, AwardStep.DECLINED)
            next_one = notify(editor.actor, challenge_locked(challenge), 2, 4)
            for award in (first, next_one):
                take_step(award, AwardStep.CLAIMED)
            end_if_all_is_claimed(challenge_locked(challenge))
        assert check_export(exported(challenge))[-2:] == ["Prize 1: entry 2.", "Prize 2: entry 4."]

    def test_an_amendment_after_somebody_was_told(self) -> None:
        challenge, editor = opened()
        first, second = make_entry(challenge), make_entry(challenge)
        for entry, judgement in ((first, Judgement.CORRECT), (second, Judgement.CORRECT)):
            judged(editor, entry, judgement)
        with unit_of_work():
            announce_winner(editor.actor, challenge)
        with unit_of_work(), amending(editor.actor, challenge, "Two people look at it.") as locked:
            locked.rubric = [{"code": "clear", "words": "It is clear"}]
        judged(editor, first, Judgement.INCORRECT)
        judged(editor, second, Judgement.CORRECT)
        claimed(editor, challenge)
        assert check_export(exported(challenge))[-1] == "Prize 1: entry 2."

    def test_a_prize_that_nobody_claims_in_time_comes_back_also_by_a_clock_that_was_set_back(self) -> None:
        """The time to claim begins with the row that says who was told, and ends in the ledger no earlier."""
        with time_machine.travel("2026-05-01T12:00:00Z", tick=False) as now:
            challenge, editor = opened()
            judged(editor, make_entry(challenge), Judgement.CORRECT)
            signed(challenge)
            now.shift(timedelta(hours=-1))
            with unit_of_work():
                award = announce_winner(editor.actor, challenge)
            send_letters()
            until = datetime(2026, 5, 11, 12, 0, 0, 1, UTC)
            assert award.claim_until == until
            for at in (until - timedelta(microseconds=1), until):
                now.move_to(at)
                with unit_of_work():
                    expire_unclaimed(challenge_locked(challenge), clock.now())
            assert award.step == "expired"
            with unit_of_work():
                conclude(editor.actor, challenge, "Nobody else has answered.")
            assert check_export(exported(challenge))[-2:] == [
                "Prize 1 was that of entry 1, until it was expired at 2026-05-11T12:00:00.000001Z (by: clock).",
                "Nobody has won (no_winner).",
            ]

    def test_each_step_says_whose_act_it_was_and_never_who_that_is(self) -> None:
        challenge, editor = opened(prizes=2)
        entries = [
            make_entry(challenge, from_address=f"{name}@example.org") for name in ("ann", "bob", "chris")
        ]
        for entry in entries:
            judged(editor, entry, Judgement.CORRECT)
        with unit_of_work():
            announce_winner(editor.actor, challenge)
        with unit_of_work():
            assert decline_prize(token_of(entries[0]), code_of(entries[0])) is CodeCheck.AGREED
        claim(entries[1])
        with unit_of_work():
            mark_sent(editor.actor, challenge, 2)
        with unit_of_work():
            announce_winner(editor.actor, challenge)
        with unit_of_work():
            disqualify(editor.actor, session.get_one(Entry, entries[2].id), WhyDisqualified.COPIED, "Theirs.")
        with unit_of_work():
            conclude(editor.actor, challenge, "Nobody is left.")
        with unit_of_work():
            assert receive_prize(token_of(entries[1]), code_of(entries[1])) is CodeCheck.AGREED
        data = exported(challenge)
        check_export(data)
        contents = [row["open"]["content"] for row in rows_of(data) if row["leaf"]["kind"] == "award"]
        assert [(each["number"], each["step"], each["by"]) for each in contents] == [
            (1, "notified", "desk"),
            (2, "notified", "desk"),
            (1, "declined", "winner"),
            (2, "claimed", "winner"),
            (2, "sent", "desk"),
            (3, "notified", "desk"),
            (3, "disqualified", "desk"),
            (2, "received", "winner"),
        ]

    def test_called_off_when_somebody_was_told_it_says_what_came_of_the_prize(self) -> None:
        challenge, editor = opened()
        judged(editor, make_entry(challenge), Judgement.CORRECT)
        with unit_of_work():
            announce_winner(editor.actor, challenge)
        with unit_of_work():
            cancel_challenge(editor.actor, challenge, "The question was wrong.")
        said = check_export(exported(challenge))
        assert said[-1] == "Nobody has won (cancelled)."
        assert said[-2].startswith("Prize 1 was that of entry 1, until it was revoked at ")
        assert said[-2].endswith(" (by: desk).")

    def test_one_that_ends_before_anybody_wrote_down_that_it_had_closed_says_so_first(self) -> None:
        with time_machine.travel("2026-05-01T12:00:00Z", tick=False) as now:
            challenge, editor = opened()
            judged(editor, make_entry(challenge), Judgement.INCORRECT)
            with unit_of_work(), amending(editor.actor, challenge, "An end to it.") as locked:
                locked.closes_at = clock.now() + timedelta(hours=1)
            now.shift(timedelta(hours=2))
            with unit_of_work():
                conclude(editor.actor, challenge, "Nobody knew.")
            data = exported(challenge)
        assert [row["leaf"]["kind"] for row in rows_of(data)][-2:] == ["closed", "ended"]
        assert check_export(data)[-1] == "Nobody has won (no_winner)."

    def test_a_clock_that_was_set_back_makes_nobody_late_and_no_checkpoint_older(self) -> None:
        with time_machine.travel("2026-05-01T12:00:00Z", tick=False) as now:
            challenge, editor = opened()
            entry = make_entry(challenge, eligible=None)
            now.shift(timedelta(minutes=1))
            signed(challenge)
            now.shift(timedelta(hours=-1))
            with unit_of_work():
                close_challenge(editor.actor, challenge)
            message = make_message(entry.delivery)
            with unit_of_work():
                session.add(message)
                settle_eligibility(session.merge(entry), message)
                record_standing([entry])
            judged(editor, entry, Judgement.CORRECT)
            signed(challenge)
            claimed(editor, challenge)
            assert check_export(exported(challenge))[-1] == "Prize 1: entry 1."

    def test_another_secret_signs_with_another_key_which_the_ledger_names(
        self, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        challenge, _editor = opened()
        entry = make_entry(challenge)
        signed(challenge)

        def other_signer(_origin: str) -> Signer:
            return Signer("localhost", b"another key of 32 bytes in all!!")

        monkeypatch.setattr(checkpoints, "signer", other_signer)
        make_entry(challenge)
        data, receipt = exported(challenge), receipt_file(entry)
        assert [row["leaf"]["kind"] for row in rows_of(data)][-1] == "key"
        assert receipt is not None
        assert "It is the same ledger as that of the export." in verify_challenge.check_receipt(receipt, data)


class TestStamps:
    def test_a_stamp_is_in_it_when_a_row_names_it(self) -> None:
        challenge, _editor = opened()
        with unit_of_work():
            first = make_checkpoint(challenge_locked(challenge))
            token = token_over(first.note, first.at + timedelta(seconds=1))
            session.add(
                LedgerStamp(
                    checkpoint_id=first.id, authority="tsa.example.org", token=token, stamped_at=clock.now()
                )
            )
        assert json.loads(exported(challenge))["checkpoints"][0]["stamps"] == []
        with unit_of_work():
            digest = hashlib.sha256(token).hexdigest()
            row = leaves.anchor(size=first.size, authority="tsa.example.org", token_sha256=digest)
            append(challenge.id, [row])
        data = exported(challenge)
        assert json.loads(data)["checkpoints"][0]["stamps"] == [
            {"authority": "tsa.example.org", "token": base64.b64encode(token).decode()}
        ]
        seen = (first.at + timedelta(seconds=1)).strftime("%Y-%m-%dT%H:%M:%SZ")
        (line,) = (each for each in check_export(data) if each.startswith("Time stamp"))
        assert line.startswith(
            f"Time stamp: 'tsa.example.org' saw the checkpoint of 1 rows at {seen}, 0:00:0"
        )


class TestSize:
    @pytest.mark.timeout(600)
    def test_many_entries_are_exported_proven_and_verified_in_no_time(self, tmp_path: Path) -> None:
        """`make soak` asks it of 10,000 entries. What counts is the work, whatever else the machine does."""
        challenge, _editor = opened()
        many(challenge, ENTRIES)
        signed(challenge)
        took: dict[str, float] = {}
        data = _timed(took, "export", lambda: export_bytes(challenge))
        assert data is not None
        size = ledger_size(challenge)
        places = Random(1).sample(range(size), 20)  # noqa: S311
        tree = Tree(challenge.id, size)
        for place in places:
            _timed(took, f"proof {place}", lambda place=place: tree.inclusion(place))
        file = tmp_path / "export.json"
        file.write_bytes(data)
        before = resource.getrusage(resource.RUSAGE_CHILDREN).ru_utime
        words = [sys.executable, "-I", verify_challenge.__file__, str(file)]
        said = subprocess.run(words, capture_output=True, text=True, check=True).stdout
        took["verify"] = resource.getrusage(resource.RUSAGE_CHILDREN).ru_utime - before
        assert said.splitlines()[1].startswith(f"{size} rows, {ENTRIES} entries")
        proof = sorted(took.pop(f"proof {place}") for place in places)[len(places) // 2]
        print(f"{size} rows, {len(data)} bytes: {took}, a proof in {proof:.4f}")
        assert proof < 0.005
        assert took["verify"] < 2
        assert took["export"] < 5


def _timed(took: dict[str, float], what: str, act: Callable[[], T]) -> T:
    begun = time.process_time()
    result = act()
    took[what] = time.process_time() - begun
    return result


def many(challenge: Challenge, entries: int) -> None:
    """So many entries, read and judged, as rows of the ledger: nothing else of them is looked at here."""
    hidden = leaves.what_an_entry_hides("0" * 64, "zoe@example.org")
    for begun in range(1, entries + 1, 500):
        rows: list[NewLeaf] = []
        for number in range(begun, min(begun + 500, entries + 1)):
            rows += [
                leaves.entry(
                    entry_id=None,
                    number=number,
                    at=clock.now(),
                    door="smtp",
                    stamped_at=None,
                    private=commitment_to(hidden),
                ),
                replace(
                    leaves.standing(
                        entry_id=0,
                        number=number,
                        eligible=True,
                        why=None,
                        proven=True,
                        sender=f"{number:016x}",
                    ),
                    entry_id=None,
                ),
                replace(
                    leaves.verdict(
                        entry_id=0,
                        number=number,
                        judge="j1",
                        judgement="incorrect",
                        terms=0,
                        rubric=["clear"],
                        reason=b"r" * 32,
                    ),
                    entry_id=None,
                ),
            ]
        with unit_of_work():
            append(challenge.id, rows)
    with unit_of_work():
        locked = challenge_locked(challenge)
        append(locked.id, [leaves.closed(closes_at=clock.now())])
        append(locked.id, [leaves.ended(how=Ending.NO_WINNER, reason=None, winners=[])])


def ledger_size(challenge: Challenge) -> int:
    session.rollback()
    return session.scalars(sa.select(Challenge.ledger_size).where(Challenge.id == challenge.id)).one()


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

    def test_verify_holds_a_kept_checkpoint_against_the_export(
        self, runner: FlaskCliRunner, tmp_path: Path
    ) -> None:
        challenge, _editor = opened()
        signed(challenge)
        kept = json.loads(exported(challenge))["checkpoints"][0]["note"]
        make_entry(challenge)
        export, note = tmp_path / "export.json", tmp_path / "note.txt"
        export.write_bytes(exported(challenge))
        note.write_text(kept, encoding="utf-8")
        words = ["challenges", "verify", "--checkpoint", str(note)]
        found = runner.invoke(args=[*words, str(export)])
        assert (found.exit_code, found.stderr) == (0, "")
        assert found.stdout.startswith("The kept checkpoint of ")
        note.write_text(kept.replace("\n1\n", "\n2\n"), encoding="utf-8")
        refused = runner.invoke(args=[*words, str(export)])
        assert (refused.exit_code, refused.stdout) == (1, "")
        assert refused.stderr == (
            "Error: the kept checkpoint: its signature is not of a key that stands in the ledger\n"
        )
        alone = runner.invoke(args=words)
        assert alone.exit_code != 0
        assert alone.stderr.endswith("Error: Give the file of an export, or a receipt.\n")
        with_receipt = runner.invoke(args=[*words, "--receipt", str(note), str(export)])
        assert with_receipt.exit_code != 0
        assert with_receipt.stderr.endswith("give that file, and no receipt.\n")

    def test_verify_says_what_is_wrong_with_any_file_and_never_falls(
        self, runner: FlaskCliRunner, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        challenge, _editor = opened()
        file = tmp_path / "export.json"
        data = exported(challenge)
        file.write_bytes(data.replace(b'"kind"', b"[" * 10_000))
        deep = runner.invoke(args=["challenges", "verify", str(file)])
        assert (deep.exit_code, deep.stdout) == (1, "")
        assert deep.stderr == "Error: row 0: values are nested too deeply\n"

        def fall(_data: bytes) -> None:
            raise KeyError("nobody thought of it")

        monkeypatch.setattr(verify_challenge, "check_export", fall)
        fallen = runner.invoke(args=["challenges", "verify", str(file)])
        assert (fallen.exit_code, fallen.stdout) == (1, "")
        assert fallen.stderr == "Error: this cannot be checked (KeyError)\n"

    def test_what_was_over_before_there_were_ledgers_is_not_exported(self, runner: FlaskCliRunner) -> None:
        make_challenge(slug="an-old-one", status=ChallengeStatus.FINAL)
        refused = runner.invoke(args=["challenges", "export", "an-old-one"])
        assert (refused.exit_code, refused.stdout) == (1, "")
        assert refused.stderr == "Error: “an-old-one” was over before there were ledgers: it has none.\n"

    @pytest.mark.parametrize("words", [["export", "nothing-here"], ["verify"], ["verify", "no such file"]])
    def test_what_is_not_there_is_said_on_stderr(self, runner: FlaskCliRunner, words: list[str]) -> None:
        refused = runner.invoke(args=["challenges", *words])
        assert (refused.exit_code, refused.stdout) == (1, "")
        assert refused.stderr != ""
