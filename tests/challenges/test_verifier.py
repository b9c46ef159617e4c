"""The program that anybody can check a challenge with: what it takes for honest, and what it finds."""

import ast
import base64
import hashlib
import json
import os
import subprocess
import sys
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from copy import copy, deepcopy
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path
from random import Random
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from blog.challenges.ledger import leaves
from blog.challenges.ledger.canonical import Value, canonical
from blog.challenges.ledger.commitments import Commitment, commitment_to
from blog.challenges.ledger.merkle import leaf_hash, root_of
from blog.challenges.ledger.notes import Checkpoint, Signer
from blog.challenges.values import ActOf, AwardStep, Ending, Ineligible
from blog.challenges.verifier import verify_challenge
from blog.challenges.verifier.verify_challenge import NotShown, Wrong, check_export, check_kept, check_receipt
from tests.support.ledgers import BY, OPENED, ORIGIN, Chronicle, LedgerWriter, opened, terms
from tests.support.resigning import note_by
from tests.support.tampering import tampered

PROGRAM = Path(verify_challenge.__file__)
# How many histories by chance, and how many things are done to them: more in `make soak`.
LEDGERS = int(os.environ.get("LEDGERS", "40"))
TAMPERINGS = int(os.environ.get("TAMPERINGS", "120"))
_EACH = 10
CLOSES = OPENED + timedelta(hours=1)
SEED = b"k" * 32
REASON = b"r" * 32


def chronicle(seed: int, *, is_stamped: bool = True) -> Chronicle:
    """What may happen to a challenge: three of four come to an end."""
    happened = Chronicle(seed, is_stamped=is_stamped).happen(40)
    return happened.come_to_an_end() if seed % 4 else happened


def _random(seed: int) -> Random:
    return Random(seed)  # noqa: S311


def fault_in(data: bytes) -> str:
    """What the verifier finds wrong with an export."""
    with pytest.raises(Wrong) as found:
        check_export(data)
    return str(found.value)


def run(*words: str, folder: Path) -> subprocess.CompletedProcess[str]:
    """The program alone, in another process that knows nothing of ours."""
    program = folder / "verify_challenge.py"
    program.write_bytes(PROGRAM.read_bytes())
    return subprocess.run(
        [sys.executable, "-I", str(program), *words],
        cwd=folder,
        env={},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


class TestHonestLedgers:
    @pytest.mark.parametrize("seed", range(LEDGERS))
    def test_whatever_may_happen_is_in_order_and_its_winners_are_those_of_the_product(
        self, seed: int
    ) -> None:
        happened = chronicle(seed)
        data = happened.writer.document()
        lines = check_export(data)
        assert lines[0] == f"The ledger of {ORIGIN} is in order."
        if happened.how is None:
            assert lines[-1].startswith("The challenge has not ended")
            return
        rows = verify_challenge.read_export(data).rows
        # At every moment, and not only in the end.
        found = {length: verify_challenge.replay(rows[:length]).winners() for length in happened.winners}
        assert found == happened.winners

    def test_another_process_with_nothing_but_the_file_finds_the_same(self, tmp_path: Path) -> None:
        ended, running = with_winner(), base(2)
        (tmp_path / "ended.json").write_bytes(ended.document())
        (tmp_path / "running.json").write_bytes(running.document())
        (tmp_path / "receipt.json").write_bytes(ended.receipt(1))
        found = [
            run("ended.json", folder=tmp_path),
            run("running.json", folder=tmp_path),
            run("--receipt", "receipt.json", "ended.json", folder=tmp_path),
        ]
        assert [(each.returncode, each.stderr) for each in found] == [(0, "")] * 3
        assert found[0].stdout == (
            f"The ledger of {ORIGIN} is in order.\n"
            "11 rows, 2 entries, 1 signed checkpoints; "
            "the last is of 2026-05-01T10:00:10.000000Z and covers all rows.\n"
            "No row waited longer for its first checkpoint than row 0: 0:00:10.\n"
            f"Key from row 0 on: example.org, SHA-256 {fingerprint(SEED)}.\n"
            "All that was sealed is opened, is what was sealed, and leads to what was decided.\n"
            "It ended in row 10 at 2026-05-01T10:00:10.000000Z: final.\n"
            "Entry 2 was found correct by j1.\n"
            "Prize 1: entry 2.\n"
            "Note: has won, and its sender has no name by which their tries could be counted: entry 2.\n"
        )

    def test_what_was_never_decided_is_told_and_what_came_in_time_behind_the_end(self) -> None:
        writer = base(1)
        close(writer)
        closed_at = writer.now
        end(writer, Ending.NO_WINNER)
        arrive(writer, 2, door="postmark", stamped=closed_at - timedelta(seconds=1))
        arrive(writer, 3)
        assert check_export(writer.document())[-4:] == [
            "It ended in row 4 at 2026-05-01T10:00:04.000000Z: no_winner.",
            "Nobody has won (no_winner).",
            "Note: it ended while 1 more of the entries could have come to a prize.",
            "Note: of the entries behind its end 1 came in time.",
        ]

    @pytest.mark.parametrize(
        ("after", "said"),
        [
            (timedelta(seconds=-300), "2026-05-01T09:55:02Z, by its clock 0:05:00 earlier."),
            (timedelta(seconds=70), "2026-05-01T10:01:12Z, 0:01:10 later."),
            (timedelta(hours=1), "2026-05-01T11:00:02Z, 1:00:00 later."),
            (
                timedelta(hours=1, seconds=1),
                "2026-05-01T11:00:03Z, 1:00:01 later. Note: that is long after it.",
            ),
        ],
    )
    def test_whoever_has_seen_a_checkpoint_is_named_with_the_time(self, after: timedelta, said: str) -> None:
        writer = base(1)
        writer.sign()
        writer.stamp("tsa.example.org", at=writer.now + after)
        assert check_export(writer.document())[4:6] == [
            f"Time stamp: 'tsa.example.org' saw the checkpoint of 3 rows at {said}",
            "That each time stamp is about its checkpoint was checked; whose signature is in it, openssl can tell.",
        ]

    def test_every_prize_that_came_back_is_told_with_whose_act_it_was(self) -> None:
        writer = base(3)
        for number in (1, 2, 3):
            judge(writer, number)
        award(writer, 1, NOTIFIED)
        award(writer, 1, AwardStep.EXPIRED, days=14, by=ActOf.CLOCK)
        award(writer, 2, NOTIFIED)
        award(writer, 2, AwardStep.DECLINED, by=ActOf.WINNER)
        award(writer, 3, NOTIFIED)
        award(writer, 3, AwardStep.REVOKED)
        end(writer, Ending.CANCELLED)
        assert check_export(writer.document())[-5:] == [
            "It ended in row 16 at 2026-05-15T10:00:16.000000Z: cancelled.",
            "Prize 1 was that of entry 1, until it was expired at 2026-05-15T10:00:11.000000Z (by: clock).",
            "Prize 1 was that of entry 2, until it was declined at 2026-05-15T10:00:13.000000Z (by: winner).",
            "Prize 1 was that of entry 3, until it was revoked at 2026-05-15T10:00:15.000000Z (by: desk).",
            "Nobody has won (cancelled).",
        ]

    def test_what_is_the_word_of_the_editors_alone_is_told(self) -> None:
        writer = on_their_word()
        assert check_export(writer.document())[-5:] == [
            "Prize 1: entry 5.",
            "Note: judged one way, and then the other: entry 1.",
            "Note: judged, and after that it was changed whether it can win: entries 2, 6.",
            "Note: disqualified: entry 3.",
            "Note: has won, and its sender has no name by which their tries could be counted: entry 5.",
        ]

    def test_of_an_ordinary_challenge_nothing_of_that_is_told(self) -> None:
        writer = opened()
        arrive(writer, 1)
        stand(writer, 1, sender="a" * 16, proven=False)
        judge(writer, 1, "unclear")
        stand(writer, 1, sender="a" * 16)
        judge(writer, 1)
        award(writer, 1, NOTIFIED)
        award(writer, 1, CLAIMED)
        close(writer)
        end(writer, Ending.FINAL, (1, 1))
        assert check_export(writer.document())[-1] == "Prize 1: entry 1."

    def test_what_is_taken_out_behind_the_end_changes_nothing_and_is_not_told(self) -> None:
        writer = with_winner()
        stand(writer, 1, why=Ineligible.WITHDRAWN)
        assert not [line for line in check_export(writer.document()) if line.startswith("Note: judged")]

    def test_after_an_amendment_all_is_judged_anew_and_nothing_was_turned(self) -> None:
        writer = base(1)
        judge(writer, 1)
        amend(writer)
        judge(writer, 1, "incorrect", terms=1)
        close(writer)
        end(writer, Ending.NO_WINNER)
        assert not [line for line in check_export(writer.document()) if line.startswith("Note: judged")]

    def test_of_many_the_first_twenty_are_named(self) -> None:
        writer = base(22)
        for number in range(1, 23):
            stand(writer, number, why=Ineligible.DISQUALIFIED, reason=REASON)
        close(writer)
        end(writer, Ending.NO_WINNER)
        named = ", ".join(str(number) for number in range(1, 21))
        assert check_export(writer.document())[-1] == f"Note: disqualified: entries {named} and 2 more."

    def test_what_was_disqualified_when_the_ledger_was_begun_gets_its_reason_with_the_row_behind(
        self,
    ) -> None:
        writer = base(1)
        stand(writer, 1, why=Ineligible.DISQUALIFIED)
        stand(writer, 1, why=Ineligible.DISQUALIFIED, reason=REASON)
        _cancelled(writer)
        assert check_export(writer.document())[-1] == "Note: disqualified: entry 1."

    def test_when_the_ledger_was_begun_is_told_where_that_was_later(self) -> None:
        writer = begun_later(OPENED + timedelta(days=3))
        arrive(writer, 1)
        arrive(writer, 2)
        writer.now = OPENED + timedelta(days=3)
        arrive(writer, 3)
        assert check_export(writer.document())[3] == (
            "Note: the ledger was begun at 2026-05-04T10:00:00.000000Z, and the challenge opened at "
            "2026-05-01T10:00:00.000000Z: 2 entries are said to have come before it was begun, and nobody could have "
            "seen that."
        )
        # Of a challenge that opened by itself, say.
        alone = begun_later(OPENED + timedelta(minutes=1))
        arrive(alone, 1, after=2)
        assert check_export(alone.document())[3].endswith(
            ": no entry is said to have come before it was begun."
        )
        prompt = begun_later(OPENED + timedelta(seconds=2))
        arrive(prompt, 1)
        arrive(prompt, 2, after=1)
        assert check_export(prompt.document())[3].endswith(
            ": 1 entry is said to have come before it was begun, and nobody could have seen that."
        )
        # The moment that it takes is nothing to tell.
        at_once = begun_later(OPENED + timedelta(seconds=59, microseconds=999_999))
        arrive(at_once, 1, after=1)
        assert not [line for line in check_export(at_once.document()) if "was begun" in line]
        assert not [line for line in check_export(base(1).document()) if "was begun" in line]

    def test_every_amendment_is_told_with_what_it_changes_and_whether_verdicts_count_on(self) -> None:
        writer = opened(terms(attempts=1, prizes=2, title="A question"), closes_at=CLOSES)
        arrive(writer, 1)
        stand(writer, 1)
        prizes: Value = [{"value_cents": 5000}, {}, {"value_cents": 1}]
        less: Value = [{"value_cents": 4999}, 2, {}]
        other = terms(attempts=3, prizes=2, claim_days=0, title="Another")
        for given, closes_at, rejudge in (
            (other, CLOSES, False),
            (other, None, True),
            ({**other, "prizes": prizes}, None, False),
            ({**other, "prizes": less}, None, False),
        ):
            tick(writer)
            writer.append(leaves.amended(reason="Why\x1b", rejudge=rejudge, closes_at=closes_at, terms=given))
        assert check_export(writer.document())[4:6] == [
            "Amendment in row 3 of 2026-05-01T10:00:03.000000Z: what is sealed; verdicts of before count on. "
            "Reason: 'Why\\x1b'",
            "Amendment in row 4 of 2026-05-01T10:00:04.000000Z: "
            "'closes_at' ('2026-05-01T11:00:00.000000Z', now none), what is sealed; no verdict of before counts. "
            "Reason: 'Why\\x1b'",
        ]
        _cancelled(writer)
        assert [
            line.removesuffix(" Reason: 'Why\\x1b'") for line in check_export(writer.document())[4:8]
        ] == [
            "Amendment in row 3 of 2026-05-01T10:00:03.000000Z: 'attempts' (1, now 3), 'claim_days' (14, now 0), "
            "'title'; verdicts of before count on.",
            "Amendment in row 4 of 2026-05-01T10:00:04.000000Z: "
            "'closes_at' ('2026-05-01T11:00:00.000000Z', now none); no verdict of before counts.",
            "Amendment in row 5 of 2026-05-01T10:00:05.000000Z: 'prizes'; verdicts of before count on.",
            "Amendment in row 6 of 2026-05-01T10:00:06.000000Z: 'prizes' (1 and 3 are worth less); "
            "verdicts of before count on.",
        ]

    def test_a_closing_time_is_moved_until_it_has_come(self) -> None:
        writer = opened(closes_at=CLOSES)
        arrive(writer, 1)
        _amend_at(writer, CLOSES - timedelta(microseconds=1), CLOSES + timedelta(hours=3))
        stand(writer, 1)
        close_at = writer.now = CLOSES + timedelta(hours=3)
        writer.append(leaves.closed(closes_at=close_at))
        end(writer, Ending.CANCELLED)
        lines = check_export(writer.document())
        assert [line for line in lines if "it closed at" in line] == []

    def test_that_it_has_closed_earlier_than_was_said_is_told(self) -> None:
        writer = opened(closes_at=CLOSES)
        arrive(writer, 1)
        close(writer)
        assert check_export(writer.document())[4] == (
            "Note: it closed at 2026-05-01T10:00:02.000000Z; until row 2 it was to close at "
            "2026-05-01T11:00:00.000000Z."
        )

    def test_why_it_has_ended_is_told_too(self) -> None:
        writer = opened()
        tick(writer)
        writer.append(leaves.ended(how=Ending.CANCELLED, reason="A \x1b mistake.", winners=[]))
        assert check_export(writer.document())[-2:] == [
            "It ended in row 1 at 2026-05-01T10:00:01.000000Z: cancelled. Reason: 'A \\x1b mistake.'",
            "Nobody has won (cancelled).",
        ]

    @pytest.mark.parametrize(
        ("judges", "mode", "said", "by"),
        [
            (1, "decides", ["rule"], "rule"),
            (2, "decides", ["rule"], "rule"),
            (1, "decides", ["j1 unclear", "rule", "j2"], "j2"),
            (2, "proposes", ["j1 incorrect", "j1", "j2"], "j1 and j2"),
            (2, "proposes", ["j1", "j2 incorrect", "j3 unclear", "j4", "j5 incorrect"], "j4"),
        ],
    )
    def test_by_whose_verdict_a_winner_has_won_is_told(
        self, judges: int, mode: str, said: list[str], by: str
    ) -> None:
        writer = opened({**_with_rule(mode), "judges": judges})
        arrive(writer, 1)
        stand(writer, 1)
        for each in said:
            label, _space, judgement = each.partition(" ")
            judge(writer, 1, judgement or "correct", judge=label)
        award(writer, 1, NOTIFIED)
        award(writer, 1, CLAIMED)
        close(writer)
        end(writer, Ending.FINAL, (1, 1))
        assert f"Entry 1 was found correct by {by}." in check_export(writer.document())

    def test_the_longest_that_a_row_waited_for_a_checkpoint_is_told(self) -> None:
        writer = base(1)
        writer.sign()
        arrive(writer, 2, after=30)
        stand(writer, 2)
        writer.sign(at=writer.now + timedelta(minutes=4))
        assert check_export(writer.document())[2] == (
            "No row waited longer for its first checkpoint than row 3: 0:04:01."
        )

    def test_what_is_older_than_the_ledger_waited_from_its_beginning(self) -> None:
        begun_at = OPENED + timedelta(days=3)
        writer = begun_later(begun_at)
        arrive(writer, 1)
        writer.now = begun_at
        stand(writer, 1)
        tick(writer)
        assert check_export(writer.document())[2] == (
            "No row waited longer for its first checkpoint than row 0: 0:00:02."
        )

    def test_each_key_is_told_with_the_row_from_which_on_it_signs(self) -> None:
        writer = base(1)
        writer.sign()
        writer.change_key(Signer("example.org", b"l" * 32))
        assert check_export(writer.document())[3:5] == [
            f"Key from row 0 on: example.org, SHA-256 {fingerprint(SEED)}.",
            f"Key from row 3 on: example.org, SHA-256 {fingerprint(b'l' * 32)}.",
        ]

    def test_of_two_judges_who_differ_the_first_other_who_is_sure_decides(self) -> None:
        writer = base(1, judges=2)
        for label, judgement in (
            ("j1", "correct"),
            ("j2", "incorrect"),
            ("j3", "unclear"),
            ("j4", "correct"),
            # Whoever comes after them overturns nothing, however often they say it.
            ("j5", "incorrect"),
            ("j5", "incorrect"),
        ):
            judge(writer, 1, judgement, judge=label)
        award(writer, 1, NOTIFIED)
        award(writer, 1, CLAIMED)
        close(writer)
        end(writer, Ending.FINAL, (1, 1))
        check_export(writer.document())

    def test_a_rule_that_decides_judges_and_a_person_after_it_counts_for_more(self) -> None:
        writer = opened(_with_rule("decides"))
        for number in (1, 2):
            arrive(writer, number)
            stand(writer, number)
            judge(writer, number, judge="rule")
        judge(writer, 1, "incorrect")
        award(writer, 2, NOTIFIED)
        award(writer, 2, CLAIMED)
        close(writer)
        end(writer, Ending.FINAL, (1, 2))
        check_export(writer.document())

    def test_when_a_prize_has_come_back_it_goes_on_behind_it_and_with_what_nobody_had_decided(self) -> None:
        writer = base(4, prizes=2, judges=2)
        for number, judgement in ((1, "correct"), (3, "correct"), (4, "incorrect")):
            for label in ("j1", "j2"):
                judge(writer, number, judgement, judge=label)
        award(writer, 1, NOTIFIED)
        for label in ("j1", "j2"):
            judge(writer, 2, "unclear", judge=label)
        judge(writer, 2, "incorrect", judge="j3")
        award(writer, 3, NOTIFIED, 2)
        award(writer, 3, AwardStep.DECLINED, 2)
        for label in ("j1", "j2"):
            judge(writer, 4, "correct", judge=label)
        award(writer, 4, NOTIFIED, 2)
        for number, prize in ((1, 1), (4, 2)):
            award(writer, number, CLAIMED, prize)
        close(writer)
        end(writer, Ending.FINAL, (1, 1), (2, 4))
        check_export(writer.document())

    def test_a_prize_of_before_anybody_was_asked_to_claim_is_sent_at_once(self) -> None:
        given = {name: value for name, value in terms().items() if name != "claim_days"}
        writer = opened(given)
        arrive(writer, 1)
        stand(writer, 1)
        judge(writer, 1)
        award(writer, 1, NOTIFIED)
        award(writer, 1, SENT)
        close(writer)
        end(writer, Ending.FINAL, (1, 1))
        check_export(writer.document())

    def test_mail_that_was_under_way_when_it_closed_counts_as_long_as_the_terms_say(self) -> None:
        for minutes, why in ((120, None), (121, Ineligible.LATE)):
            writer = opened(closes_at=CLOSES)
            arrive(writer, 1, door="postmark", after=minutes, stamped=CLOSES - timedelta(seconds=1))
            stand(writer, 1, why=why)
            end(writer, Ending.CANCELLED)
            check_export(writer.document())
            writer = opened(closes_at=CLOSES)
            arrive(writer, 1, door="postmark", after=minutes, stamped=CLOSES - timedelta(seconds=1))
            stand(writer, 1, why=None if why else Ineligible.LATE)
            end(writer, Ending.CANCELLED)
            assert fault_in(writer.document()).startswith("row 2: entry 1 came ")


class TestTampering:
    @pytest.mark.parametrize("seed", range(-(-TAMPERINGS // _EACH)))
    def test_every_change_is_found_and_its_row_is_named(self, seed: int) -> None:
        random, data = _random(seed), chronicle(seed).writer.document()
        check_export(data)
        for _turn in range(_EACH):
            changed = tampered(random, data)
            message = fault_in(changed.data)
            assert changed.is_named_by(message), (changed.what, message)

    def test_every_single_byte_counts(self) -> None:
        data = with_winner().document()
        # Every third, or it takes long: the checkpoint, the rows, the openings, and what stands between them.
        for place in range(0, len(data), 3):
            fault_in(data[:place] + bytes([data[place] ^ 1]) + data[place + 1 :])

    def test_rows_that_fit_by_themselves_are_named_by_the_checkpoints_around_them(self) -> None:
        writer = base(1)
        writer.sign()
        arrive(writer, 2)
        stand(writer, 2)
        writer.sign()
        # The organiser cannot sign anew: the entrants have the first two notes.
        notes, rows = list(writer.notes), list(writer.rows)
        writer.rows[3:] = []
        arrive(writer, 2, door="form")
        stand(writer, 2)
        writer.notes = notes
        assert fault_in(writer.document()) == (
            "rows 3 to 4: something was changed, left out or put in since it was signed: "
            "checkpoint 1 (of 5 rows) has another root"
        )
        assert len(rows) == 5

    def test_who_signs_all_anew_is_betrayed_by_a_time_stamp_and_by_every_receipt(self) -> None:
        honest, forged = base(2), base(1)
        receipt = honest.receipt(3)
        arrive(forged, 2, door="form")
        stand(forged, 2)
        check_export(forged.document())
        with pytest.raises(Wrong, match="row 3: in the export it is not what the receipt says"):
            check_receipt(receipt, forged.document())
        honest.stamp()
        stamped = honest.stamps
        forged.stamp()
        forged.stamps = stamped
        assert fault_in(forged.document()).startswith(
            "row 5: the time stamp of the checkpoint of 5 rows is not"
        )


def fingerprint(seed: bytes) -> str:
    """By what people tell a key from others."""
    public = Ed25519PrivateKey.from_private_bytes(seed).public_key().public_bytes_raw()
    return hashlib.sha256(public).hexdigest()


def begun_later(begun_at: datetime, *, opened_at: datetime = OPENED) -> LedgerWriter:
    """A ledger of a challenge that was opened before there were ledgers."""
    writer = LedgerWriter()
    writer.now = opened_at
    new = leaves.opened(
        origin=ORIGIN,
        key=writer.signer.verifier_key,
        at=opened_at,
        begun_at=begun_at,
        closes_at=None,
        terms=terms(),
    )
    writer.append(new)
    return writer


def tick(writer: LedgerWriter, seconds: float = 1) -> None:
    writer.now += timedelta(seconds=seconds)


def arrive(
    writer: LedgerWriter,
    number: int,
    *,
    door: str = "smtp",
    after: float = 0,
    stamped: object = None,
    **more: Value,
) -> None:
    """An entry comes in, so many minutes after the opening if that is said."""
    tick(writer)
    if after:
        writer.now = OPENED + timedelta(minutes=after)
    new = leaves.entry(
        entry_id=None,
        number=number,
        at=writer.now,
        door=door,
        stamped_at=stamped,  # pyright: ignore[reportArgumentType]
        private=commitment_to(leaves.what_an_entry_hides("0" * 64, "zoe@example.org")),
    )
    writer.append(new, **more)


def stand(
    writer: LedgerWriter,
    number: int,
    *,
    why: str | None = None,
    proven: bool = True,
    sender: str | None = None,
    eligible: bool | None = None,
    reason: bytes | None = None,
) -> None:
    """It is said whether an entry can win."""
    tick(writer)
    can_win = why is None if eligible is None else eligible
    new = leaves.standing(
        entry_id=0, number=number, eligible=can_win, why=why, proven=proven, sender=sender, reason=reason
    )
    writer.append(new)


def judge(
    writer: LedgerWriter, number: int, judgement: str = "correct", *, judge: str = "j1", terms: int = 0
) -> None:
    tick(writer)
    writer.append(
        leaves.verdict(
            entry_id=0, number=number, judge=judge, judgement=judgement, terms=terms, rubric=[], reason=None
        )
    )


def award(
    writer: LedgerWriter,
    number: int,
    step: AwardStep,
    prize: int = 1,
    *,
    by: ActOf | None = None,
    days: float = 0,
) -> None:
    """A prize comes a step further, so many days later if that is said."""
    tick(writer, 1 + days * 24 * 60 * 60)
    new = leaves.award(entry_id=0, number=number, prize=prize, step=step, by=by or BY[step][0])
    writer.append(new)


def close(writer: LedgerWriter, seconds_ago: float = 0) -> None:
    tick(writer)
    writer.append(leaves.closed(closes_at=writer.now - timedelta(seconds=seconds_ago)))


def end(writer: LedgerWriter, how: Ending = Ending.FINAL, *winners: tuple[int, int]) -> None:
    tick(writer)
    writer.append(leaves.ended(how=how, reason=None, winners=winners))


def amend(writer: LedgerWriter, given: dict[str, Value] | None = None, *, rejudge: bool = True) -> None:
    tick(writer)
    new = leaves.amended(
        reason="A fault.", rejudge=rejudge, closes_at=None, terms={**terms(), **(given or {})}
    )
    writer.append(new)


def _amend_at(writer: LedgerWriter, at: datetime, closes_at: datetime | None) -> None:
    """Another closing time, at that instant."""
    writer.now = at
    writer.append(leaves.amended(reason="More.", rejudge=False, closes_at=closes_at, terms=terms()))


def on_their_word() -> LedgerWriter:
    """A ledger in order, in which much rests on the word of the editors alone; entry 5 has won."""
    writer = base(6)
    judge(writer, 1)
    judge(writer, 1, "incorrect")
    judge(writer, 2)
    stand(writer, 2, why=Ineligible.AUTOMATIC)
    stand(writer, 3, why=Ineligible.DISQUALIFIED, reason=REASON)
    judge(writer, 4, "unclear")
    judge(writer, 4, "incorrect")
    stand(writer, 5, proven=False)
    judge(writer, 5)
    stand(writer, 5)
    judge(writer, 6, "incorrect")
    stand(writer, 6, why=Ineligible.DISQUALIFIED, reason=REASON)
    stand(writer, 6)
    award(writer, 5, NOTIFIED)
    award(writer, 5, CLAIMED)
    close(writer)
    end(writer, Ending.FINAL, (1, 5))
    return writer


def base(entries: int, **of_terms: int) -> LedgerWriter:
    """A challenge with so many entries that can win: entry n in row 2n - 1, and that it can in row 2n."""
    writer = opened(terms(**of_terms))
    for number in range(1, entries + 1):
        arrive(writer, number)
        stand(writer, number)
    return writer


def notified(entries: int = 2) -> LedgerWriter:
    """The first entry is incorrect, the second is correct, and it is told so in row 2n + 3."""
    writer = base(entries)
    judge(writer, 1, "incorrect")
    judge(writer, 2)
    award(writer, 2, AwardStep.NOTIFIED)
    return writer


def with_winner() -> LedgerWriter:
    writer = notified()
    award(writer, 2, AwardStep.CLAIMED)
    close(writer)
    end(writer, Ending.FINAL, (1, 2))
    return writer


def _steps(*steps: AwardStep) -> LedgerWriter:
    writer = notified()
    for step in steps:
        award(writer, 2, step)
    return writer


def _with(writer: LedgerWriter, *acts: Callable[[LedgerWriter], object]) -> LedgerWriter:
    for act in acts:
        act(writer)
    return writer


def _cancelled(writer: LedgerWriter) -> None:
    """So that all is opened, and nothing has to be decided."""
    end(writer, Ending.CANCELLED)


def _with_rule(mode: str) -> Mapping[str, Value]:
    """Terms with a rule, which decides or only proposes."""
    return terms(answer={"rule": {"kind": "exact", "mode": mode}, "samples": []})


def _settling() -> Mapping[str, Value]:
    """How long mail may be under way, by door."""
    found = terms()["settling"]
    assert isinstance(found, dict)
    return found


_FIXED = "a verdict on entry 1, which led to who was told of a prize"
_JUDGED_OTHERWISE = "answers are judged by other terms, and verdicts of before count on"
# The first entry, of which nothing is known but that it can win.
_FIRST: tuple[Callable[[LedgerWriter], object], ...] = (lambda w: arrive(w, 1), lambda w: stand(w, 1))
NOTIFIED, CLAIMED, SENT = AwardStep.NOTIFIED, AwardStep.CLAIMED, AwardStep.SENT
# What an organiser may try who signs whatever they like: the rows, as they are written, and what is said of them.
LIES: dict[str, tuple[Callable[[], LedgerWriter], str]] = {
    "the later of two correct ones wins": (
        lambda: _with(base(2), lambda w: judge(w, 1), lambda w: judge(w, 2), lambda w: award(w, 2, NOTIFIED)),
        "row 7: entry 2 is told of prize 1, which is that of entry 1",
    ),
    "somebody wins before an earlier one is judged": (
        lambda: _with(base(2), lambda w: judge(w, 2), lambda w: award(w, 2, NOTIFIED)),
        "row 6: entry 2 is told of prize 1, which is nobody's yet",
    ),
    "somebody wins while an earlier one is unclear": (
        lambda: _with(
            base(2),
            lambda w: judge(w, 1, "unclear"),
            lambda w: judge(w, 2),
            lambda w: award(w, 2, NOTIFIED),
        ),
        "row 7: entry 2 is told of prize 1, which is nobody's yet",
    ),
    "somebody wins while an earlier one is unread": (
        lambda: _with(
            opened(),
            lambda w: arrive(w, 1),
            lambda w: arrive(w, 2),
            lambda w: stand(w, 2),
            lambda w: judge(w, 2),
            lambda w: award(w, 2, NOTIFIED),
        ),
        "row 5: entry 2 is told of prize 1, which is nobody's yet",
    ),
    "somebody wins who is not proven": (
        lambda: _with(
            opened(),
            lambda w: arrive(w, 1),
            lambda w: stand(w, 1, proven=False),
            lambda w: judge(w, 1),
            lambda w: award(w, 1, NOTIFIED),
        ),
        "row 4: entry 1 is told of prize 1, which is nobody's yet",
    ),
    "an incorrect one wins": (
        lambda: _with(base(1), lambda w: judge(w, 1, "incorrect"), lambda w: award(w, 1, NOTIFIED)),
        "row 4: entry 1 is told of prize 1, which is nobody's yet",
    ),
    "an entry wins that is not there": (
        lambda: _with(base(1), lambda w: award(w, 7, NOTIFIED)),
        "row 3: entry 7 is told of prize 1, which is nobody's yet",
    ),
    "a prize is given that there is not": (
        lambda: _with(base(1), lambda w: judge(w, 1), lambda w: award(w, 1, NOTIFIED, 2)),
        "row 4: entry 1 is told of prize 2, which is nobody's yet",
    ),
    "a third try wins": (
        lambda: _with(
            opened(terms(attempts=1)),
            lambda w: arrive(w, 1),
            lambda w: arrive(w, 2),
            lambda w: stand(w, 1, sender="a" * 16),
            lambda w: stand(w, 2, sender="a" * 16),
            lambda w: judge(w, 1, "incorrect"),
            lambda w: judge(w, 2),
            lambda w: award(w, 2, NOTIFIED),
        ),
        "row 7: entry 2 is told of prize 1, which is nobody's yet",
    ),
    "one of two judges decides": (
        lambda: _with(base(1, judges=2), lambda w: judge(w, 1), lambda w: award(w, 1, NOTIFIED)),
        "row 4: entry 1 is told of prize 1, which is nobody's yet",
    ),
    "somebody gets both prizes": (
        lambda: _with(
            opened(terms(prizes=2)),
            lambda w: arrive(w, 1),
            lambda w: arrive(w, 2),
            lambda w: stand(w, 1, sender="a" * 16),
            lambda w: stand(w, 2, sender="a" * 16),
            lambda w: judge(w, 1),
            lambda w: judge(w, 2),
            lambda w: award(w, 1, NOTIFIED, 1),
            lambda w: award(w, 2, NOTIFIED, 2),
        ),
        "row 8: entry 2 is told of prize 2, which is nobody's yet",
    ),
    "a prize is given twice": (
        lambda: _with(notified(3), lambda w: award(w, 3, NOTIFIED)),
        "row 10: entry 3 is told of prize 1, which is somebody's",
    ),
    "whoever declined is told again": (
        lambda: _steps(AwardStep.DECLINED, NOTIFIED),
        "row 9: entry 2 is told of prize 1, which is nobody's yet",
    ),
    "a prize is sent that nobody claimed": (
        lambda: _steps(SENT),
        "row 8: prize 1 is sent, and was notified before",
    ),
    "a prize is received that nobody sent": (
        lambda: _steps(CLAIMED, AwardStep.RECEIVED),
        "row 9: prize 1 is received, and was claimed before",
    ),
    "a prize is claimed twice": (
        lambda: _steps(CLAIMED, CLAIMED),
        "row 9: prize 1 is claimed, and was claimed before",
    ),
    "somebody else claims it": (
        lambda: _with(notified(3), lambda w: award(w, 3, CLAIMED)),
        "row 10: prize 1 is claimed, and entry 3 does not have it",
    ),
    "a prize is taken from somebody who has received it": (
        lambda: _steps(CLAIMED, SENT, AwardStep.RECEIVED, AwardStep.EXPIRED),
        "row 11: prize 1 is expired, and was received before",
    ),
    "a prize is declined that has been sent": (
        lambda: _steps(CLAIMED, SENT, AwardStep.DECLINED),
        "row 10: prize 1 is declined, and was sent before",
    ),
    "whoever has claimed it is told that their time is over": (
        lambda: _with(_steps(CLAIMED), lambda w: award(w, 2, AwardStep.EXPIRED, days=15)),
        "row 9: prize 1 is expired, and was claimed before",
    ),
    "the time to claim is over too early": (
        lambda: _with(notified(), lambda w: award(w, 2, AwardStep.EXPIRED, days=13.99)),
        "row 8: prize 1 is expired, and entry 2, told at 2026-05-01T10:00:07.000000Z, had 14 days to claim it",
    ),
    "the time to claim is made shorter": (
        lambda: _with(
            notified(),
            lambda w: amend(w, {"claim_days": 0}, rejudge=False),
            lambda w: award(w, 2, AwardStep.EXPIRED),
        ),
        "row 9: prize 1 is expired, and entry 2, told at 2026-05-01T10:00:07.000000Z, had 14 days to claim it",
    ),
    "the time to claim is over of which nothing was said": (
        lambda: _with(
            opened({name: value for name, value in terms().items() if name != "claim_days"}),
            lambda w: arrive(w, 1),
            lambda w: stand(w, 1),
            lambda w: judge(w, 1),
            lambda w: award(w, 1, NOTIFIED),
            lambda w: award(w, 1, AwardStep.EXPIRED, days=1000),
        ),
        "row 5: prize 1 is expired, and nobody had to claim it",
    ),
    "a prize that was claimed is revoked": (
        lambda: _steps(CLAIMED, AwardStep.REVOKED),
        "row 9: prize 1 is revoked, and was claimed before",
    ),
    "a prize is revoked, and it goes on": (
        lambda: _steps(AwardStep.REVOKED, NOTIFIED),
        "row 9: prize 1 is notified, and another was taken back as if all were called off",
    ),
    "a prize is revoked, and it is not called off": (
        lambda: _with(_steps(AwardStep.REVOKED), close, lambda w: end(w, Ending.NO_WINNER)),
        "row 10: a prize was taken back as if all were called off, and it was not",
    ),
    "the desk claims a prize": (
        lambda: _with(notified(), lambda w: award(w, 2, CLAIMED, by=ActOf.DESK)),
        "row 8: prize 1 is claimed, and that is not for the desk to do",
    ),
    "the clock declines a prize": (
        lambda: _with(notified(), lambda w: award(w, 2, AwardStep.DECLINED, by=ActOf.CLOCK)),
        "row 8: prize 1 is declined, and that is not for the clock to do",
    ),
    "whoever declined wins with another entry": (
        lambda: _with(
            opened(),
            lambda w: arrive(w, 1),
            lambda w: arrive(w, 2),
            lambda w: stand(w, 1, sender="a" * 16),
            lambda w: stand(w, 2, sender="a" * 16),
            lambda w: judge(w, 1),
            lambda w: judge(w, 2),
            lambda w: award(w, 1, NOTIFIED),
            lambda w: award(w, 1, AwardStep.DECLINED),
            lambda w: award(w, 2, NOTIFIED),
        ),
        "row 9: entry 2 is told of prize 1, which is nobody's yet",
    ),
    "a fourth person overturns the third": (
        lambda: _with(
            base(1, judges=2),
            lambda w: judge(w, 1, "correct", judge="j1"),
            lambda w: judge(w, 1, "incorrect", judge="j2"),
            lambda w: judge(w, 1, "incorrect", judge="j3"),
            lambda w: judge(w, 1, "correct", judge="j4"),
            lambda w: award(w, 1, NOTIFIED),
        ),
        "row 7: entry 1 is told of prize 1, which is nobody's yet",
    ),
    "a rule judges, and there is none": (
        lambda: _with(base(1), lambda w: judge(w, 1, judge="rule")),
        "row 3: a verdict of a rule, and by the terms no rule decides",
    ),
    "a rule judges that only proposes": (
        lambda: _with(opened(_with_rule("proposes")), *_FIRST, lambda w: judge(w, 1, judge="rule")),
        "row 3: a verdict of a rule, and by the terms no rule decides",
    ),
    "a rule gets around two judges, and is only named": (
        lambda: _with(
            opened(terms(judges=2, answer=None, rule_role="decides")),
            *_FIRST,
            lambda w: judge(w, 1, judge="rule"),
        ),
        "row 3: a verdict of a rule, and by the terms no rule decides",
    ),
    "a rule judges on by which nothing is judged any more": (
        lambda: _with(
            opened(_with_rule("decides")),
            *_FIRST,
            lambda w: amend(w, {"answer": None}),
            lambda w: judge(w, 1, judge="rule", terms=1),
        ),
        "row 4: a verdict of a rule, and by the terms no rule decides",
    ),
    "a judge is left out": (
        lambda: _with(base(1), lambda w: judge(w, 1, judge="j2")),
        "row 3: a verdict of j2, and the next judge is j1",
    ),
    "a verdict comes after it was told who has won": (
        lambda: _with(notified(3), lambda w: judge(w, 3)),
        "row 10: a verdict on entry 3 when it has been told who has won",
    ),
    "what led to a winner is another when their prize has come back": (
        lambda: _with(
            notified(), lambda w: award(w, 2, AwardStep.DISQUALIFIED), lambda w: judge(w, 1, "correct")
        ),
        f"row 9: {_FIXED}",
    ),
    "what led to the first winner is another, and gets the second prize": (
        lambda: _with(
            base(2, prizes=2),
            lambda w: judge(w, 1, "incorrect"),
            lambda w: judge(w, 2),
            lambda w: award(w, 2, NOTIFIED),
            lambda w: judge(w, 1, "correct"),
        ),
        f"row 8: {_FIXED}",
    ),
    "whoever had a prize is judged again": (
        lambda: _with(
            notified(3), lambda w: award(w, 2, AwardStep.EXPIRED, days=15), lambda w: judge(w, 2, "incorrect")
        ),
        "row 11: a verdict on entry 2, which led to who was told of a prize",
    ),
    "what led to a winner is judged once more when somebody else was told since": (
        lambda: _with(
            base(3),
            *(partial(judge, number=number, judgement="incorrect") for number in (1, 2)),
            lambda w: judge(w, 3),
            lambda w: award(w, 3, NOTIFIED),
            lambda w: award(w, 3, AwardStep.DECLINED),
            amend,
            lambda w: judge(w, 1, "incorrect", terms=1),
            # Nobody was told by these terms yet.
            lambda w: judge(w, 1, "correct", terms=1),
            lambda w: judge(w, 2, "incorrect", terms=1),
            lambda w: award(w, 1, NOTIFIED),
            lambda w: award(w, 1, AwardStep.DECLINED),
            lambda w: judge(w, 2, "correct", terms=1),
        ),
        "row 18: a verdict on entry 2, which led to who was told of a prize",
    ),
    "a verdict on what cannot win": (
        lambda: _with(base(1), lambda w: stand(w, 1, why=Ineligible.DISQUALIFIED), lambda w: judge(w, 1)),
        "row 4: entry 1 cannot win, and has a verdict",
    ),
    "a verdict on what nobody has read": (
        lambda: _with(opened(), lambda w: arrive(w, 1), lambda w: judge(w, 1)),
        "row 2: nobody has said yet whether entry 1 can win, and it has a verdict",
    ),
    "a verdict under terms of before an amendment": (
        lambda: _with(base(1), amend, lambda w: judge(w, 1)),
        "row 4: a verdict under terms 0; in force are terms 1",
    ),
    "a verdict of before an amendment counts on": (
        lambda: _with(base(1), lambda w: judge(w, 1), amend, lambda w: award(w, 1, NOTIFIED)),
        "row 5: entry 1 is told of prize 1, which is nobody's yet",
    ),
    "the number of judges of before an amendment counts on": (
        lambda: _with(
            base(1),
            lambda w: amend(w, {"judges": 2}),
            lambda w: judge(w, 1, terms=1),
            lambda w: award(w, 1, NOTIFIED),
        ),
        "row 5: entry 1 is told of prize 1, which is nobody's yet",
    ),
    "one of two judges is enough from now on": (
        lambda: _with(
            base(1, judges=2), lambda w: judge(w, 1), lambda w: amend(w, {"judges": 1}, rejudge=False)
        ),
        f"row 4: {_JUDGED_OTHERWISE}",
    ),
    "the key is another when an answer has come in": (
        lambda: _with(
            opened(_with_rule("proposes")),
            *_FIRST,
            lambda w: judge(w, 1, "incorrect"),
            lambda w: amend(w, {"answer": "Rotterdam"}, rejudge=False),
        ),
        f"row 4: {_JUDGED_OTHERWISE}",
    ),
    "the key is another when somebody was told that they have won": (
        lambda: _with(notified(), lambda w: amend(w, {"answer": "Rotterdam"}, rejudge=False)),
        f"row 8: {_JUDGED_OTHERWISE}",
    ),
    "judges look at something else, and what they said counts on": (
        lambda: _with(base(1), lambda w: amend(w, {"rubric": [{"code": "clear"}]}, rejudge=False)),
        f"row 3: {_JUDGED_OTHERWISE}",
    ),
    "whoever was first has used up their tries after all": (
        lambda: _with(base(1, attempts=3), lambda w: amend(w, {"attempts": 1})),
        "row 3: whoever has taken part loses a try",
    ),
    "there is an end to tries of which there was none": (
        lambda: _with(base(1), lambda w: amend(w, {"attempts": 100}, rejudge=False)),
        "row 3: whoever has taken part loses a try",
    ),
    "a prize that was promised is taken away": (
        lambda: _with(base(1, prizes=3), lambda w: amend(w, {"prizes": [1, 2]})),
        "row 3: a prize that was promised is gone from the terms",
    ),
    "mail that was in time is late by other terms": (
        lambda: _with(base(1), lambda w: amend(w, {"settling": {"postmark": 0}}, rejudge=False)),
        "row 3: mail may be under way for another time than before",
    ),
    "mail that was late is in time by other terms": (
        lambda: _with(
            base(1), lambda w: amend(w, {"settling": {**_settling(), "postmark": 10**9}}, rejudge=False)
        ),
        "row 3: mail may be under way for another time than before",
    ),
    "the terms are changed by which somebody has won": (
        lambda: _with(_steps(CLAIMED), lambda w: amend(w, rejudge=False)),
        "row 9: the terms are changed by which a prize was won that has been claimed",
    ),
    "a prize that was won under other terms is claimed": (
        lambda: _with(notified(), amend, lambda w: award(w, 2, CLAIMED)),
        "row 9: prize 1 is claimed, and some were not taken back that were won under other terms",
    ),
    "somebody else gets a prize before all are taken back": (
        lambda: _with(
            base(2, prizes=2),
            lambda w: judge(w, 1),
            lambda w: award(w, 1, NOTIFIED, 1),
            lambda w: amend(w, {"prizes": [1, 2]}),
            lambda w: judge(w, 2, terms=1),
            lambda w: award(w, 2, NOTIFIED, 2),
        ),
        "row 9: prize 2 is notified, and some were not taken back that were won under other terms",
    ),
    "a closing time is moved when it has closed": (
        lambda: _with(opened(closes_at=OPENED + timedelta(seconds=1)), close, amend),
        "row 2: it has closed, and gets another closing time",
    ),
    "a closing time is moved when somebody was late": (
        lambda: _with(opened(closes_at=CLOSES), lambda w: arrive(w, 1, after=60), amend),
        "row 2: it has closed, and gets another closing time",
    ),
    "a closing time is moved when it has passed, and nobody was late": (
        lambda: _with(
            opened(closes_at=CLOSES),
            lambda w: arrive(w, 1, after=10),
            lambda w: _amend_at(w, CLOSES, CLOSES + timedelta(hours=3)),
        ),
        "row 2: it has closed, and gets another closing time",
    ),
    "there is no closing time any more when it has passed": (
        lambda: _with(opened(closes_at=CLOSES), lambda w: _amend_at(w, CLOSES, None)),
        "row 1: it has closed, and gets another closing time",
    ),
    "it has closed earlier than was said when that time has passed": (
        lambda: _with(opened(closes_at=OPENED + timedelta(seconds=2)), tick, lambda w: close(w, 1)),
        "row 1: it has closed, and gets another closing time",
    ),
    "a closing time is moved before what came in": (
        lambda: _with(
            base(1),
            lambda w: w.append(leaves.amended(reason="", rejudge=False, closes_at=OPENED, terms=terms())),
        ),
        "row 3: entry 1 came before this row, and would be late by it",
    ),
    "terms that do not say who wins": (
        lambda: _with(base(1), lambda w: amend(w, {"judges": 3})),
        "row 3: these terms do not say who wins",
    ),
    "sealed terms name another closing time": (
        lambda: opened(terms(closes_at="2026-05-01T11:00:00.000000Z")),
        "row 0: the terms name another closing time than the row",
    ),
    "a late one can win": (
        lambda: _with(opened(closes_at=CLOSES), lambda w: arrive(w, 1, after=60), lambda w: stand(w, 1)),
        "row 2: entry 1 came too late, and is eligible",
    ),
    "one in time is called late": (
        lambda: _with(
            opened(closes_at=CLOSES),
            lambda w: arrive(w, 1, after=59),
            lambda w: stand(w, 1, why=Ineligible.LATE),
        ),
        "row 2: entry 1 came in time, and is called late",
    ),
    "it closes before what came in": (
        lambda: _with(base(1), lambda w: close(w, seconds_ago=2)),
        "row 3: entry 1 came before this row, and would be late by it",
    ),
    "it closes later than was said": (
        lambda: _with(opened(closes_at=OPENED), close),
        "row 1: it has closed, and gets another closing time",
    ),
    "it is closed in advance": (
        lambda: _with(base(1), lambda w: close(w, seconds_ago=-1)),
        "row 3: it says that it closes later than this row",
    ),
    "an entry is of another sender": (
        lambda: _with(
            opened(),
            lambda w: arrive(w, 1),
            lambda w: stand(w, 1, sender="a" * 16),
            lambda w: stand(w, 1, sender="b" * 16),
        ),
        "row 3: entry 1 is of another sender than before",
    ),
    "the sender of an entry is left out": (
        lambda: _with(
            opened(),
            lambda w: arrive(w, 1),
            lambda w: stand(w, 1, sender="a" * 16),
            lambda w: stand(w, 1),
        ),
        "row 3: entry 1 is of another sender than before",
    ),
    "an entry can win for a reason why not": (
        lambda: _with(opened(), lambda w: arrive(w, 1), lambda w: stand(w, 1, why="staff", eligible=True)),
        "row 2: an entry is eligible, or there is a reason why not",
    ),
    "an unknown reason why not": (
        lambda: _with(opened(), lambda w: arrive(w, 1), lambda w: stand(w, 1, why="over_limit")),
        "row 2: what was sealed in it is wrong: 'why' cannot be 'over_limit'",
    ),
    "an unknown judgement": (
        lambda: _with(base(1), lambda w: judge(w, 1, "perhaps")),
        "row 3: what was sealed in it is wrong: 'judgement' cannot be 'perhaps'",
    ),
    "it says something of an entry that is not there": (
        lambda: _with(base(1), lambda w: stand(w, 2)),
        "row 3: there is no entry 2 yet",
    ),
    "a number is left out": (
        lambda: _with(base(1), lambda w: arrive(w, 3)),
        "row 3: it is entry 2, and calls itself 3",
    ),
    "a number is given twice": (
        lambda: _with(base(1), lambda w: arrive(w, 1)),
        "row 3: it is entry 2, and calls itself 1",
    ),
    "time goes back": (
        lambda: _with(base(1), lambda w: tick(w, -2), lambda w: arrive(w, 2)),
        "row 3: it says an earlier instant than the row before",
    ),
    "it is opened a second time": (
        lambda: _with(
            base(1),
            lambda w: w.append(
                leaves.opened(
                    origin=ORIGIN,
                    key=w.signer.verifier_key,
                    at=w.now,
                    begun_at=w.now,
                    closes_at=None,
                    terms=terms(),
                )
            ),
        ),
        "row 3: a challenge is opened in row 0, and only there",
    ),
    "refusals end before they begin": (
        lambda: _with(
            base(1),
            lambda w: w.append(
                leaves.refused(door="smtp", why="too-large", count=1, since=w.now, until=OPENED)
            ),
        ),
        "row 3: it ends before it begins",
    ),
    "other winners stand at the end": (
        lambda: _with(_steps(CLAIMED), lambda w: end(w, Ending.FINAL, (1, 1))),
        "row 9: it names other winners than the rows before it: [{'number': 2, 'prize': 1}]",
    ),
    "the winner is passed over at the end": (
        lambda: _with(base(1), lambda w: judge(w, 1), lambda w: end(w, Ending.NO_WINNER)),
        "row 4: it has ended, and prize 1 is that of entry 1",
    ),
    "it ends before the prize is claimed": (
        lambda: _with(notified(), lambda w: end(w, Ending.FINAL, (1, 2))),
        "row 8: it has ended before all prizes were claimed",
    ),
    "it ends without a winner, and has one": (
        lambda: _with(_steps(CLAIMED), lambda w: end(w, Ending.NO_WINNER, (1, 2))),
        "row 9: there is a winner",
    ),
    "it ends with a winner, and has none": (
        lambda: _with(base(1), lambda w: end(w, Ending.FINAL)),
        "row 3: there is no winner",
    ),
    "it is called off, and the first of three has won": (
        lambda: _with(
            base(3, prizes=3),
            *(partial(judge, number=number) for number in (1, 2, 3)),
            lambda w: award(w, 1, NOTIFIED),
            lambda w: award(w, 1, CLAIMED),
            lambda w: end(w, Ending.CANCELLED, (1, 1)),
        ),
        "row 12: it was called off, and there is a winner",
    ),
    "it is called off, and somebody was told that they have won": (
        lambda: _with(notified(), lambda w: end(w, Ending.CANCELLED, (1, 2))),
        "row 8: it was called off, and there is a winner",
    ),
    "it is called off, and one of two prizes is not taken back": (
        lambda: _with(
            base(2, prizes=2),
            *(partial(judge, number=number) for number in (1, 2)),
            *(partial(award, number=number, step=NOTIFIED, prize=number) for number in (1, 2)),
            lambda w: award(w, 2, CLAIMED, 2),
            lambda w: award(w, 1, AwardStep.REVOKED),
            lambda w: end(w, Ending.CANCELLED, (2, 2)),
        ),
        "row 11: it was called off, and there is a winner",
    ),
    "it ends without a winner before it has closed": (
        lambda: _with(base(1), lambda w: judge(w, 1, "incorrect"), lambda w: end(w, Ending.NO_WINNER)),
        "row 4: it has ended, and was not closed before",
    ),
    "it ends with a winner before it has closed": (
        lambda: _with(_steps(CLAIMED), lambda w: end(w, Ending.FINAL, (1, 2))),
        "row 9: it has ended, and was not closed before",
    ),
    **{
        f"a prize is {step} when it has ended": (
            lambda step=step: _with(with_winner(), lambda w: award(w, 2, step)),
            f"row 11: prize 1 is {step} when the challenge has ended",
        )
        for step in (AwardStep.DECLINED, AwardStep.EXPIRED, AwardStep.DISQUALIFIED, AwardStep.REVOKED)
    },
    "it goes on when it has ended": (
        lambda: _with(with_winner(), lambda w: judge(w, 1)),
        "row 11: the challenge has ended before, and here is one more row of the kind verdict",
    ),
    "it ends twice": (
        lambda: _with(with_winner(), lambda w: end(w, Ending.FINAL, (1, 2))),
        "row 11: the challenge has ended before, and here is one more row of the kind ended",
    ),
    "somebody is told when it has ended": (
        lambda: _with(base(1), _cancelled, lambda w: judge(w, 1)),
        "row 4: the challenge has ended before, and here is one more row of the kind verdict",
    ),
    "a prize that is somebody's is taken out of the terms": (
        lambda: _with(
            base(1, prizes=2),
            lambda w: arrive(w, 2),
            lambda w: stand(w, 2),
            lambda w: judge(w, 1),
            lambda w: judge(w, 2),
            lambda w: award(w, 1, NOTIFIED, 1),
            lambda w: award(w, 2, NOTIFIED, 2),
            lambda w: amend(w, rejudge=False),
        ),
        "row 9: a prize that was promised is gone from the terms",
    ),
    "another host signs from now on": (
        lambda: _with(base(1), lambda w: w.change_key(Signer("evil.example", SEED))),
        "row 3: its key is not called after the host of 'example.org/challenges/a-question'",
    ),
    "another host signs": (
        lambda: _with(
            opened(signer=Signer("evil.example", SEED)),
        ),
        "row 0: its key is not called after the host of 'example.org/challenges/a-question'",
    ),
    "the ledger was begun before it was opened": (
        lambda: begun_later(OPENED - timedelta(seconds=1)),
        "row 0: the ledger was begun before the challenge was opened",
    ),
    "the ledger was begun after it was signed": (
        lambda: _with(begun_later(OPENED + timedelta(days=1)), lambda w: arrive(w, 1), lambda w: w.sign()),
        "row 0: the ledger was begun after its first checkpoint",
    ),
    "it was decided before the ledger was begun": (
        lambda: _with(
            begun_later(OPENED + timedelta(hours=1)),
            lambda w: arrive(w, 1),
            lambda w: stand(w, 1),
        ),
        "row 2: it is no entry, and says an earlier instant than the ledger was begun at",
    ),
    "a row says more than its kind may": (
        lambda: _with(opened(), lambda w: arrive(w, 1, note="to be kept")),
        "row 1: 'note' is not known",
    ),
    "an unknown kind of row": (
        lambda: _with(opened(), lambda w: arrive(w, 1, kind="draw")),
        "row 1: there is no kind of row called 'draw'",
    ),
    "a row without a place": (
        lambda: _with(opened(), lambda w: arrive(w, 1, i=7)),
        "row 1: what stands in its place says that it is row 7",
    ),
}


def _disqualified_without_a_reason() -> LedgerWriter:
    writer = base(2)
    judge(writer, 1)
    judge(writer, 2)
    stand(writer, 1, why=Ineligible.DISQUALIFIED)
    award(writer, 2, NOTIFIED)
    award(writer, 2, CLAIMED)
    close(writer)
    end(writer, Ending.FINAL, (1, 2))
    return writer


LIES["an entry is disqualified, and nobody says why"] = (
    _disqualified_without_a_reason,
    "row 7: entry 1 is disqualified, and no reason was fixed",
)


@pytest.mark.parametrize("lie", LIES)
def test_what_an_organiser_may_not_do_is_found_although_it_is_signed(lie: str) -> None:
    make, message = LIES[lie]
    writer = make()
    if not writer.has_ended:
        _cancelled_as_it_is(writer)
    assert fault_in(writer.document()) == message


def _cancelled_as_it_is(writer: LedgerWriter) -> None:
    """The end, whatever came before: of what was sealed nothing can be said before it is opened."""
    writer.now = max(writer.now, OPENED + timedelta(days=1))
    writer.append(leaves.ended(how=Ending.CANCELLED, reason=None, winners=[]))


class TestCheckpoints:
    def test_a_row_behind_the_last_one_is_named(self) -> None:
        writer = base(1)
        writer.sign()
        data = base_with_row_behind(writer)
        assert fault_in(data) == "row 3: no checkpoint covers it"

    def test_another_key_than_that_of_the_ledger_signs_nothing(self) -> None:
        writer = base(1)
        writer.signer = Signer("example.org", b"x" * 32)
        assert fault_in(writer.document()) == (
            "checkpoint 0 (of 3 rows): its signature is not of the key that stands in the ledger"
        )

    def test_a_key_counts_from_its_row_on(self) -> None:
        writer = base(1)
        writer.sign()
        writer.change_key(Signer("example.org", b"l" * 32))
        check_export(writer.document())
        writer.signer = Signer("example.org", SEED)
        arrive(writer, 2)
        assert fault_in(writer.document()) == (
            "row 4: checkpoint 2 (of 5 rows) is signed by another key than the one that is in force there"
        )

    def test_the_checkpoint_of_another_ledger_is_refused(self) -> None:
        writer = base(1)
        root = root_of([row.hash for row in writer.rows])
        other = Checkpoint("example.org/challenges/another", 3, root, writer.now)
        writer.notes.append((3, writer.signer.sign(other)))
        assert fault_in(writer.document()) == (
            "checkpoint 0 (of 3 rows): it is of another ledger: 'example.org/challenges/another'"
        )

    def test_nothing_is_put_in_before_a_checkpoint_that_is_said_to_be_older(self) -> None:
        writer = base(1)
        writer.sign(at=writer.now + timedelta(seconds=30))
        arrive(writer, 2)
        assert fault_in(writer.document()) == (
            "row 3: it says an earlier instant than checkpoint 0 (of 3 rows), which was there before it"
        )
        writer = base(1)
        writer.sign(at=OPENED)
        assert fault_in(writer.document()) == (
            "row 2: it says a later instant than checkpoint 0 (of 3 rows), which covers it"
        )

    def test_one_with_a_second_signature_is_none(self) -> None:
        document = json.loads(base(1).document())
        document["checkpoints"][0]["note"] += f"— other.example {base64.b64encode(bytes(68)).decode()}\n"
        assert fault_in(canonical(document) + b"\n") == "checkpoint 0: this is not a signed checkpoint"

    def test_a_time_stamp_cannot_be_older_than_what_it_is_over(self) -> None:
        writer = base(1)
        writer.sign()
        writer.stamp(at=writer.now - timedelta(minutes=5, seconds=1))
        assert fault_in(writer.document()) == (
            "row 3: the time stamp is of 2026-05-01T09:55:01Z, and its checkpoint is later than that"
        )

    def test_many_keys_that_sign_little_keep_nobody_busy(self, monkeypatch: pytest.MonkeyPatch) -> None:
        """To prepare a table for a key takes long: nobody does it for keys that sign a few times."""
        prepared: list[object] = []
        prepare = verify_challenge.Multiples

        def counted(point: verify_challenge.Point) -> verify_challenge.Multiples:
            prepared.append(point)
            return prepare(point)

        monkeypatch.setattr(verify_challenge, "Multiples", counted)
        writer = base(1)
        for turn in range(40):
            writer.change_key(Signer("example.org", bytes([100 + turn % 20]) * 32))
            writer.sign()
        check_export(writer.document())
        # At most that of the base point, with which every signature is checked.
        assert len(prepared) <= 1

    def test_a_key_that_signs_often_is_prepared_for(self) -> None:
        key = Ed25519PrivateKey.from_private_bytes(b"o" * 32)
        public = key.public_key().public_bytes_raw()
        for turn in range(40):
            message = bytes([turn])
            assert verify_challenge.is_signature(public, message, key.sign(message))
            assert not verify_challenge.is_signature(public, message + b"x", key.sign(message))


class TestKeptCheckpoints:
    def test_a_ledger_that_has_grown_goes_on_from_it(self) -> None:
        writer = base(1)
        writer.sign()
        kept = writer.notes[-1][1]
        arrive(writer, 2)
        writer.change_key(Signer("example.org", b"l" * 32))
        data = writer.document()
        said = "over 3 rows is of this ledger, which goes on from there."
        line = f"The kept checkpoint of 2026-05-01T10:00:02.000000Z {said}"
        assert check_kept(kept.encode(), data) == [line, "", *check_export(data)]
        # As it may have come out of a mail, or an editor.
        assert check_kept(kept.replace("\n", "\r\n").encode() + b"\r\n", data)[0] == line
        assert check_kept(kept.strip().encode(), data)[0] == line

    def test_a_ledger_that_was_written_anew_is_betrayed_by_it(self) -> None:
        honest, forged = base(2), base(1)
        honest.sign()
        arrive(forged, 2, door="form")
        stand(forged, 2)
        stand(forged, 2)
        check_export(forged.document())
        with pytest.raises(
            Wrong, match=r"^rows 0 to 4: they are not those that the kept checkpoint was signed for$"
        ):
            check_kept(honest.notes[-1][1].encode(), forged.document())

    def test_it_has_to_be_of_that_ledger_and_not_newer_than_the_export(self) -> None:
        writer = base(1)
        data = writer.document()
        writer.signer = Signer("example.org", b"x" * 32)
        arrive(writer, 2)
        writer.sign()
        stranger = writer.notes[-1][1]
        writer.signer = Signer("example.org", SEED)
        arrive(writer, 3)
        writer.sign()
        newer = writer.notes[-1][1]
        other = writer.signer.sign(Checkpoint("example.org/challenges/another", 1, bytes(32), OPENED))
        for note, message in (
            (other, "it is of another ledger than the export: 'example.org/challenges/another'"),
            (newer.replace("at 2026", "at 2025"), "its signature is not of a key that stands in the ledger"),
            ("", "this is not a signed checkpoint"),
            ("\udcff", "this is not a signed checkpoint"),
        ):
            with pytest.raises(Wrong) as found:
                check_kept(note.encode("utf-8", "surrogateescape"), data)
            assert str(found.value) == f"the kept checkpoint: {message}"
        for note, message in (
            (newer, "only a newer export can show whether it goes on from there"),
            # It may be of a key that the export cannot know yet.
            (stranger, "and of a key that does not stand there: only a newer export can show whose it is"),
        ):
            with pytest.raises(NotShown) as not_shown:
                check_kept(note.encode(), data)
            assert str(not_shown.value).startswith(
                "the kept checkpoint: it is over more rows than the export (3)"
            )
            assert str(not_shown.value).endswith(message)

    def test_a_ledger_that_was_signed_later_has_no_fewer_rows(self) -> None:
        honest, shorter = two_ledgers()
        kept = honest.notes[-1][1].encode()
        message = (
            "rows 8 to 10: the kept checkpoint of 2026-05-01T10:00:10.000000Z covers them, and the export, signed "
            "later (2026-05-01T10:01:07.000000Z), ends before them: two ledgers of one name were signed"
        )
        with pytest.raises(Wrong) as found:
            check_kept(kept, shorter.document())
        assert str(found.value) == message
        assert not isinstance(found.value, NotShown)

    def test_with_a_clock_that_was_set_back_a_longer_one_may_say_the_same_instant(self) -> None:
        writer = base(1)
        older = writer.document()
        writer.append(leaves.closed(closes_at=writer.now))
        writer.sign()
        with pytest.raises(NotShown):
            check_kept(writer.notes[-1][1].encode(), older)

    def test_whoever_signs_with_another_key_shows_nothing_of_the_ledger(self) -> None:
        honest, shorter = two_ledgers()
        stranger = Signer("example.org", b"x" * 32)
        text = honest.notes[-1][1].partition("\n\n")[0] + "\n"
        message = "^the kept checkpoint: its signature is not of a key that stands in the ledger$"
        with pytest.raises(Wrong, match=message):
            check_kept(note_by(stranger, text).encode(), shorter.document())

    def test_the_program_takes_it_before_the_export(self, tmp_path: Path) -> None:
        writer = base(1)
        (tmp_path / "export.json").write_bytes(writer.document())
        (tmp_path / "note.txt").write_text(writer.notes[-1][1])
        found = run("--checkpoint", "note.txt", "export.json", folder=tmp_path)
        assert (found.returncode, found.stderr) == (0, "")
        assert found.stdout.startswith(
            "The kept checkpoint of 2026-05-01T10:00:02.000000Z over 3 rows is of this"
        )
        arrive(writer, 2)
        writer.sign()
        (tmp_path / "note.txt").write_text(writer.notes[-1][1])
        newer = run("--checkpoint", "note.txt", "export.json", folder=tmp_path)
        assert (newer.returncode, newer.stdout) == (1, "")
        assert newer.stderr.startswith(
            "NOT SHOWN: the kept checkpoint: it is over more rows than the export (3)"
        )
        assert run("--checkpoint", "note.txt", folder=tmp_path).returncode == 2
        assert run("--checkpoint", "--receipt", "note.txt", "export.json", folder=tmp_path).returncode == 2


def two_ledgers() -> tuple[LedgerWriter, LedgerWriter]:
    """One with a winner, and another that begins with the same five rows, is shorter, and was signed a minute later."""
    honest = with_winner()
    honest.sign()
    other = LedgerWriter(rows=honest.rows[:5], now=honest.now)
    tick(other, 55)
    close(other)
    end(other, Ending.NO_WINNER)
    other.append(leaves.refused(door="smtp", why="too-large", count=1, since=OPENED, until=OPENED))
    return honest, other


def base_with_row_behind(writer: LedgerWriter) -> bytes:
    notes = list(writer.notes)
    arrive(writer, 2)
    writer.sign()
    document = json.loads(writer.document())
    document["checkpoints"] = document["checkpoints"][: len(notes)]
    return canonical(document) + b"\n"


class TestReceipts:
    def test_without_an_export_it_says_what_it_shows(self) -> None:
        writer = base(2)
        lines = check_receipt(writer.receipt(3))
        assert lines == [
            f"Entry 2 of {ORIGIN} stands in row 3 of its ledger since 2026-05-01T10:00:03.000000Z.",
            "The checkpoint of 2026-05-01T10:00:04.000000Z over 5 rows covers it, "
            f"signed by the key {writer.signer.verifier_key}.",
            f"It is of the message with the SHA-256 {'0' * 64}.",
            "Whether it is the ledger that others have, too, an export of it shows.",
        ]

    def test_of_a_forgotten_answer_it_does_not_say_which_message_it_was(self) -> None:
        assert check_receipt(base(1).receipt(1, is_forgotten=True))[2] == (
            "Which message it was is not known any more."
        )

    def test_an_older_export_shows_nothing_of_a_newer_receipt(self) -> None:
        writer = base(2)
        older = writer.document()
        arrive(writer, 3)
        for place in (3, 5):
            with pytest.raises(NotShown) as found:
                check_receipt(writer.receipt(place), older)
            assert str(found.value) == (
                "the checkpoint of the receipt: it is over more rows than the export (5): "
                "only a newer export can show whether it goes on from there"
            )

    def test_the_row_has_to_be_the_same_in_an_older_export_too(self) -> None:
        writer, other = base(2), base(2)
        arrive(writer, 3)
        with pytest.raises(Wrong, match=r"^row 3: in the export it is not what the receipt says$"):
            check_receipt(writer.receipt(3), other.document())

    def test_it_betrays_a_ledger_that_was_written_anew_and_shorter(self) -> None:
        honest, shorter = two_ledgers()
        # Of an entry that stands in both, by the same bytes.
        receipt = honest.receipt(3)
        check_export(shorter.document())
        with pytest.raises(Wrong) as found:
            check_receipt(receipt, shorter.document())
        assert str(found.value) == (
            "rows 8 to 10: the checkpoint of the receipt of 2026-05-01T10:00:10.000000Z covers them, and the export, "
            "signed later (2026-05-01T10:01:07.000000Z), ends before them: two ledgers of one name were signed"
        )

    @pytest.mark.parametrize("length", [5, 11])
    def test_nobody_can_frame_a_ledger_with_a_key_of_their_own(self, length: int) -> None:
        honest = with_winner()
        stranger = LedgerWriter(Signer("example.org", b"x" * 32), rows=honest.rows[:4], now=honest.now)
        while len(stranger.rows) < length:
            arrive(stranger, 2)
        tick(honest, 60)
        honest.append(leaves.refused(door="smtp", why="too-large", count=1, since=OPENED, until=OPENED))
        with pytest.raises(Wrong) as found:
            check_receipt(stranger.receipt(3), honest.document())
        assert str(found.value) == (
            "the checkpoint of the receipt: its signature is not of a key that stands in the ledger"
        )

    def test_of_a_key_that_came_later_an_older_export_knows_nothing(self) -> None:
        writer = base(1)
        older = writer.document()
        writer.change_key(Signer("example.org", b"l" * 32))
        tick(writer)
        with pytest.raises(NotShown, match=r"only a newer export can show whose it is$"):
            check_receipt(writer.receipt(1), older)
        check_receipt(writer.receipt(1), writer.document())

    def test_its_reasons_are_of_rows_that_its_checkpoint_covers(self) -> None:
        fixed = commitment_to("why")
        for row, is_covered in ((4, True), (5, False)):
            reasons: list[Value] = [{"content": "why", "row": row, "salt": fixed.salt.hex()}]
            receipt = base(2).receipt(3, reasons=reasons)
            if is_covered:
                check_receipt(receipt)
                continue
            with pytest.raises(Wrong) as found:
                check_receipt(receipt)
            assert (
                str(found.value)
                == "row 5: the receipt tells a reason of it, and its checkpoint does not cover it"
            )

    def test_one_of_another_ledger_is_refused(self) -> None:
        other = base(1, judges=2)
        with pytest.raises(Wrong, match=r"^row 1: in the export it is not what the receipt says$"):
            check_receipt(base(1).receipt(1), other.document())

    def test_the_same_row_in_another_ledger_is_not_enough(self) -> None:
        one, other = base(1), base(1)
        other.rows[:2] = one.rows[:2]
        with pytest.raises(
            Wrong, match=r"^rows 0 to 2: they are not those that the checkpoint of the receipt was"
        ):
            check_receipt(one.receipt(1), other.document())

    @pytest.mark.parametrize(
        ("changes", "message"),
        [
            ({"path": ["0" * 64]}, "row 1: the proof does not lead from it to the root that was signed"),
            (
                {"path": ["0" * 64] * 5000},
                "row 1: the proof does not lead from it to the root that was signed",
            ),
            ({"path": ["x"]}, "receipt: 'path' cannot be ['x']"),
            ({"note": "no note"}, "receipt: its checkpoint is not signed by its key"),
            (
                {"key": Signer("example.org", b"x" * 32).verifier_key},
                "receipt: its checkpoint is not signed by its key",
            ),
            ({"key": "x"}, "receipt: 'key' cannot be 'x'"),
            (
                {
                    "key": Signer("evil.example", SEED).verifier_key,
                    "note": Signer("evil.example", SEED).sign(Checkpoint(ORIGIN, 3, bytes(32), OPENED)),
                },
                "receipt: its key is not called after the host of 'example.org/challenges/a-question'",
            ),
            ({"format": "rejoinder-receipt-2"}, "receipt: 'format' cannot be 'rejoinder-receipt-2'"),
            ({"more": 1}, "receipt: 'more' is not known"),
            ({"leaf": None}, "receipt: there is no kind of row called None"),
            (
                {"private": {"content": {"envelope_sender": None, "sha256": "1" * 64}, "salt": "0" * 64}},
                "row 1: what opens its private part is not what was fixed in it",
            ),
        ],
    )
    def test_what_is_changed_in_it_is_found(self, changes: dict[str, Any], message: str) -> None:
        with pytest.raises(Wrong) as found:
            check_receipt(base(1).receipt(1, **changes))
        assert str(found.value) == message

    def test_the_row_of_something_else_is_no_receipt(self) -> None:
        with pytest.raises(Wrong, match=r"^receipt: its row is not that of an entry$"):
            check_receipt(base(1).receipt(2))

    def test_every_single_byte_counts(self) -> None:
        data = base(2).receipt(3)
        for place in range(0, len(data), 2):
            with pytest.raises(Wrong):
                check_receipt(data[:place] + bytes([data[place] ^ 1]) + data[place + 1 :])


# Files that are no exports, or exports by somebody who wants to see the verifier fall.
_ROWS = b'],"format":"rejoinder-ledger-1","rows":['
BAD_FILES = {
    "nothing": b"",
    "no text": b"\xff\xfe\x00",
    "compressed": b"\x1f\x8b\x08\x00\x00",
    "a byte order mark": b"\xef\xbb\xbf{}",
    "a page": b"<!doctype html><title>404</title>",
    "another object": b"{}\n",
    "null": b"null",
    "only a beginning": b'{"checkpoints":',
    "no checkpoints": b'{"checkpoints":[' + _ROWS + b"]}\n",
    "checkpoints that are none": b'{"checkpoints":[1' + _ROWS + b"1]}\n",
    "an endless number": b'{"checkpoints":[' + b"1" * 1_000_000,
    "a number that is none": b'{"checkpoints":[NaN' + _ROWS + b"1]}\n",
    "infinity": b'{"checkpoints":[-Infinity',
    "a fraction": b'{"checkpoints":[1.5]',
    "an exponent": b'{"checkpoints":[1e999999999]',
    "many brackets": b'{"checkpoints":' + b"[" * 200_000,
    "many braces": b'{"checkpoints":[' + b'{"a":' * 200_000,
    "half a character": b'{"checkpoints":["\\ud800"]',
    "a zero byte": b'{"checkpoints":["\x00"]',
    "a name twice": b'{"checkpoints":[{"note":"","note":"","stamps":[]}]',
}


class TestBadInput:
    @pytest.mark.parametrize("name", BAD_FILES)
    def test_it_says_what_is_wrong_and_never_falls(self, name: str) -> None:
        data = BAD_FILES[name]
        fault_in(data)
        with pytest.raises(Wrong):
            check_receipt(data)

    @pytest.mark.parametrize(
        "value",
        [
            b"NaN",
            b"1.0",
            b"-0",
            b"9007199254740992",
            b"1" * 5000,
            b'"\\u0041"',
            b'"\xed\xa0\x80"',
            b"[" * 3000,
            b'{"b":1,"a":1}',
            b'{"a":1,"a":1}',
            b" 1",
        ],
    )
    def test_a_value_that_has_no_or_another_canonical_form_is_named_by_its_row(self, value: bytes) -> None:
        data = with_winner().document()
        place = data.index(b'"number":2,"private"')
        changed = data[: place + 9] + value + data[place + 10 :]
        assert fault_in(changed).startswith("row 3: ")

    @pytest.mark.parametrize("value", [None, True, 1, "x", [], {}, [{}], {"a": None}])
    def test_any_kind_of_value_may_stand_anywhere(self, value: Value) -> None:
        """Whatever is put in the place of anything, it is found, and nothing falls."""
        document = json.loads(with_winner().document())
        for changed in _with_each_replaced(document, value):
            if changed != document:
                fault_in(canonical(changed) + b"\n")

    @pytest.mark.parametrize("seed", range(-(-TAMPERINGS // _EACH)))
    def test_whatever_is_signed_it_does_not_fall_over_it(self, seed: int) -> None:
        """Who has the key can have anything signed, and put in it what nobody thought of."""
        random, parsed = (
            _random(seed),
            json.loads(chronicle(seed * 4 + 1, is_stamped=False).writer.document()),
        )
        values: list[Value] = [None, True, 0, -1, 2**53 - 1, "", "x", [], [[]], {}, {"prizes": [{}]}]
        check_export(_signed_anew(parsed["rows"], 0, "leaf", parsed["rows"][0]["leaf"]))
        for _turn in range(_EACH):
            row = random.randrange(len(parsed["rows"]))
            part = "open" if parsed["rows"][row]["open"] and random.random() < 0.6 else "leaf"
            whole = parsed["rows"][row][part]
            changes = [
                *_with_each_replaced(whole["content"] if part == "open" else whole, random.choice(values))
            ]
            data = _signed_anew(parsed["rows"], row, part, random.choice(changes[1:]))
            with suppress(Wrong):
                check_export(data)

    @pytest.mark.parametrize(
        ("deep", "is_fine"), [(27, True), (28, False), (900, False), (1500, False), (100_000, False)]
    )
    def test_how_deep_values_may_stand_in_each_other_is_the_same_everywhere(
        self, deep: int, *, is_fine: bool
    ) -> None:
        """Terms stand in the fifth object of an export: 27 more make 32."""
        data = _with_deep_terms(deep)
        if is_fine:
            check_export(data)
        else:
            assert fault_in(data) == "row 0: values are nested too deeply"

    def test_a_receipt_that_is_too_deep_is_named_as_a_whole(self) -> None:
        data = base(1).receipt(1, leaf=json.loads("[" * 32 + "]" * 32))
        with pytest.raises(Wrong, match=r"^the file: values are nested too deeply$"):
            check_receipt(data)

    def test_brackets_in_texts_are_none(self) -> None:
        writer = opened(terms(title="[" * 500 + '\\"' + "{[" * 500))
        end(writer, Ending.CANCELLED)
        check_export(writer.document())

    def test_texts_that_never_end_are_gone_through_once(self) -> None:
        fault_in(b'{"checkpoints":["' + b'\\"' * 2_000_000)
        fault_in(b'{"checkpoints":["' + b"\\" * 2_000_001)

    def test_who_is_told_again_and_again_keeps_nobody_busy(self) -> None:
        """What can get no prize any more is not looked at each time that somebody is told."""
        many = 1500
        writer = opened(terms(claim_days=0))
        for number in range(1, many + 1):
            arrive(writer, number)
            stand(writer, number)
            judge(writer, number)
        for number in range(1, many + 1):
            award(writer, number, NOTIFIED)
            award(writer, number, AwardStep.DECLINED)
        _cancelled(writer)
        rows = verify_challenge.read_export(writer.document()).rows
        looked_at = Counter[str]()
        ruling = verify_challenge.Entry.ruling

        def counted(entry: verify_challenge.Entry, judges: int) -> str | None:
            looked_at["entries"] += 1
            return ruling(entry, judges)

        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(verify_challenge.Entry, "ruling", counted)
            verify_challenge.replay(rows)
        assert looked_at["entries"] < 10 * many

    def test_noise_is_refused(self) -> None:
        random, data = _random(7), chronicle(1).writer.document()
        for _turn in range(200):
            start = random.randrange(len(data))
            noise = random.randbytes(random.randrange(1, 40))
            fault_in(data[:start] + noise + data[start + random.randrange(40) :])
            fault_in(data[:start])

    def test_what_is_shown_of_a_file_cannot_reach_the_terminal(self) -> None:
        writer = _with(opened(), lambda w: arrive(w, 1, kind="\x1b[2J\u202e" + "x" * 500))
        message = fault_in(writer.document())
        assert message.isascii()
        assert message.isprintable()
        assert len(message) < 140

    def test_the_program_tells_it_on_stderr_and_ends_with_1(self, tmp_path: Path) -> None:
        data = with_winner().document()
        (tmp_path / "bad.json").write_bytes(data.replace(b'"door":"smtp"', b'"door":"form"', 1))
        found = run("bad.json", folder=tmp_path)
        assert (found.returncode, found.stdout) == (1, "")
        assert found.stderr == "WRONG: row 1: it has another hash than the one that stands with it\n"
        missing = run("nothing.json", folder=tmp_path)
        assert (missing.returncode, missing.stdout) == (1, "")
        assert missing.stderr.startswith("The file cannot be read: ")
        assert [run(*words, folder=tmp_path).returncode for words in ([], ["--help"], ["a", "b"])] == [
            2,
            2,
            2,
        ]


def _with_deep_terms(deep: int) -> bytes:
    """An export in the terms of which that many lists stand in each other: written as text, for it may be too deep."""
    mark = "the depth"
    writer = opened(terms(more=mark))
    end(writer, Ending.CANCELLED)
    first, last = writer.rows
    assert first.opening is not None
    content = first.opening.content.replace(f'"{mark}"'.encode(), b"[" * deep + b"]" * deep)
    digest = hashlib.sha256(verify_challenge.COMMITMENT + first.opening.salt + content).hexdigest()
    leaf = canonical({**json.loads(first.leaf), "sealed": digest})
    first.leaf, first.hash = leaf, leaf_hash(leaf)
    first.opening = Commitment(digest=bytes.fromhex(digest), salt=first.opening.salt, content=content)
    assert last.hash
    return writer.document()


def _signed_anew(rows: list[Any], row: int, part: str, changed: Value) -> bytes:
    """The export with another leaf, or another content of what was sealed, in one row: hashed and signed for it."""
    writer = LedgerWriter()
    kept = deepcopy(rows)
    if part == "leaf":
        kept[row]["leaf"] = changed
    else:
        fixed = commitment_to(changed)
        kept[row]["open"] = {"content": changed, "salt": fixed.salt.hex()}
        kept[row]["leaf"]["sealed"] = fixed.digest.hex()
    for index, each in enumerate(kept):
        if index != row and "key" in each["leaf"]:
            # One key from the beginning: what is signed with others is not what this is about.
            each["leaf"]["key"] = writer.signer.verifier_key
        each["hash"] = leaf_hash(canonical(each["leaf"])).hex()
    root = root_of([bytes.fromhex(each["hash"]) for each in kept])
    at = max(str(each["leaf"].get("at", "")) for each in rows)
    signed = Checkpoint(ORIGIN, len(kept), root, datetime.fromisoformat(at))
    checkpoints: Value = [{"note": writer.signer.sign(signed), "stamps": []}]
    whole: dict[str, Value] = {"checkpoints": checkpoints, "format": "rejoinder-ledger-1", "rows": kept}
    return canonical(whole) + b"\n"


def _with_each_replaced(value: Any, other: Value) -> Iterator[Value]:
    """The same value as often as it has parts, each time with another one in the place of one of them."""
    yield other
    names: dict[str, Any] = {"dict": value, "list": range(len(value) if _is_list(value) else 0)}
    for name in names.get(type(value).__name__, ()):
        for changed in _with_each_replaced(value[name], other):
            copied = copy(value)
            copied[name] = changed
            yield copied


def _is_list(value: Any) -> bool:
    return isinstance(value, list)


class TestSignatures:
    @pytest.mark.parametrize(
        ("public", "message", "signature"),
        [
            # RFC 8032, section 7.1, TEST 1 and TEST 2.
            (
                "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a",
                "",
                "e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e065224901555fb8821590a33bacc61e39701cf9b46bd25bf5f0595bbe24655141438e7a100b",
            ),
            (
                "3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c",
                "72",
                "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00",
            ),
        ],
    )
    def test_those_of_the_standard_are_good(self, public: str, message: str, signature: str) -> None:
        given = [bytes.fromhex(each) for each in (public, message, signature)]
        assert verify_challenge.is_signature(*given)
        assert not verify_challenge.is_signature(given[0], given[1] + b"x", given[2])

    def test_it_agrees_with_a_library_on_good_and_broken_ones(self) -> None:
        random = _random(3)
        key = Ed25519PrivateKey.from_private_bytes(SEED)
        public = key.public_key().public_bytes_raw()
        for _turn in range(30):
            message = random.randbytes(random.randrange(100))
            signature = key.sign(message)
            assert verify_challenge.is_signature(public, message, signature)
            broken = bytearray(signature)
            broken[random.randrange(64)] ^= 1 << random.randrange(8)
            assert not verify_challenge.is_signature(public, message, bytes(broken))

    def test_a_second_form_of_a_good_one_is_refused(self) -> None:
        """Section 5.1.7: S must be below the order of the group, or a stranger could make a second signature of one."""
        key = Ed25519PrivateKey.from_private_bytes(SEED)
        signature = key.sign(b"once")
        order = 2**252 + 27742317777372353535851937790883648493
        larger = int.from_bytes(signature[32:], "little") + order
        second = signature[:32] + larger.to_bytes(32, "little")
        assert not verify_challenge.is_signature(key.public_key().public_bytes_raw(), b"once", second)

    @pytest.mark.parametrize("length", [0, 31, 33])
    def test_what_is_no_key_signs_nothing(self, length: int) -> None:
        assert not verify_challenge.is_signature(b"\x01" * length, b"", b"\x00" * 64)

    @pytest.mark.parametrize("encoded", [1, 0, 2**255 - 20, 2**255 - 18])
    def test_a_key_for_which_anything_is_signed_is_none(self, encoded: int) -> None:
        """The neutral point, and others of small order: S 0 and R neutral would be a signature of any message."""
        public = encoded.to_bytes(32, "little")
        neutral = (1).to_bytes(32, "little")
        assert not verify_challenge.is_signature(public, b"anything", neutral + b"\x00" * 32)


class TestTheFile:
    def test_it_needs_nothing_but_python(self) -> None:
        tree = ast.parse(PROGRAM.read_text(), feature_version=(3, 9))
        names = {
            name.partition(".")[0]
            for node in ast.walk(tree)
            for name in (
                [alias.name for alias in node.names]
                if isinstance(node, ast.Import)
                else [node.module or ""]
                if isinstance(node, ast.ImportFrom)
                else []
            )
        }
        assert names <= sys.stdlib_module_names
        assert "blog" not in names
