"""Checkpoints, stamps and what was refused: what lets others see a ledger, and costs little."""

import hashlib
import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa
import time_machine
from flask import Flask
from structlog.testing import capture_logs

from blog.challenges import witnessing
from blog.challenges.actions.challenges import close_challenge, open_challenge
from blog.challenges.ledger.notes import is_signed_by
from blog.challenges.models.challenges import Challenge
from blog.challenges.models.ledger import LedgerCheckpoint, LedgerLeaf, LedgerRefusal, LedgerStamp
from blog.challenges.proofs import Tree
from blog.challenges.recording import signer
from blog.challenges.values import ChallengeStatus
from blog.core.config import current_settings
from blog.core.db import session, unit_of_work
from blog.core.jobs.queue import run_next
from blog.mailroom.refusals import count_refusal, write_refusals
from blog.mailroom.routes import Destination, route_named
from blog.mailroom.values import Door, RefusalReason
from tests.factories.accounts import make_person
from tests.factories.challenges import make_challenge, make_entry
from tests.support.jobs import run_due_jobs
from tests.support.timestamp_authority import (
    AuthorityFiles,
    Reply,
    TimestampAuthority,
    openssl,
    timestamp_authority,
)

NOON = datetime(2026, 11, 27, 12, 0, tzinfo=UTC)

pytestmark = pytest.mark.usefixtures("app")


@pytest.fixture
def at_noon() -> Iterator[time_machine.Traveller]:
    with time_machine.travel(NOON, tick=False) as traveller:
        yield traveller


@pytest.fixture(scope="module")
def authority_files(tmp_path_factory: pytest.TempPathFactory) -> AuthorityFiles:
    return AuthorityFiles(tmp_path_factory.mktemp("authority"))


@pytest.fixture
def authority(
    app: Flask, authority_files: AuthorityFiles, monkeypatch: pytest.MonkeyPatch
) -> Iterator[TimestampAuthority]:
    """An authority that this site asks."""
    monkeypatch.setattr(witnessing, "_resting", {})
    with timestamp_authority(authority_files) as running:
        settings = replace(
            current_settings(), timestamp_urls=(running.url,), timestamp_ca=authority_files.root
        )
        monkeypatch.setitem(app.extensions, "settings", settings)
        yield running


def checkpoints(challenge: Challenge) -> list[int]:
    """How many rows each checkpoint covers, in their order."""
    session.rollback()
    query = sa.select(LedgerCheckpoint.size).where(LedgerCheckpoint.challenge_id == challenge.id)
    return list(session.scalars(query.order_by(LedgerCheckpoint.size)))


def stamped(challenge: Challenge) -> list[int]:
    """The sizes of the checkpoints that have been stamped."""
    session.rollback()
    query = sa.select(LedgerCheckpoint.size).join(LedgerStamp)
    return list(
        session.scalars(
            query.where(LedgerCheckpoint.challenge_id == challenge.id).order_by(LedgerCheckpoint.size)
        )
    )


def leaves_of(challenge: Challenge, kind: str) -> list[dict[str, object]]:
    """The leaves of one kind, without what all have."""
    session.rollback()
    query = sa.select(LedgerLeaf.leaf).where(LedgerLeaf.challenge_id == challenge.id, LedgerLeaf.kind == kind)
    found = [json.loads(leaf) for leaf in session.scalars(query.order_by(LedgerLeaf.position))]
    return [{name: leaf[name] for name in leaf if name not in {"at", "i", "kind"}} for leaf in found]


class TestCheckpoints:
    def test_a_ledger_that_has_grown_is_signed_within_a_minute(self) -> None:
        challenge = make_challenge()
        make_entry(challenge)
        run_due_jobs()
        assert checkpoints(challenge) == [3]
        witnessing.make_checkpoints({})
        assert checkpoints(challenge) == [3]
        make_entry(challenge)
        witnessing.make_checkpoints({})
        assert checkpoints(challenge) == [3, 5]
        newest = session.scalars(sa.select(LedgerCheckpoint).order_by(LedgerCheckpoint.size.desc())).first()
        assert newest is not None
        assert is_signed_by(newest.note, signer(f"localhost/challenges/{challenge.slug}").verifier_key)
        assert newest.root == Tree(challenge.id, 5).root()

    def test_opening_and_closing_are_signed_at_once_and_after_all_their_rows(self) -> None:
        editor = make_person(role="editor").actor
        challenge = make_challenge(status=ChallengeStatus.DRAFT)
        with unit_of_work():
            open_challenge(editor, challenge)
        assert checkpoints(challenge) == []
        run_due_jobs()
        assert checkpoints(challenge) == [1]
        with unit_of_work():
            close_challenge(editor, challenge)
        run_due_jobs()
        assert checkpoints(challenge) == [1, 2]

    def test_what_is_rolled_back_leaves_nothing_to_do(self) -> None:
        editor = make_person(role="editor").actor
        challenge = make_challenge(status=ChallengeStatus.DRAFT)
        run_due_jobs()
        with pytest.raises(ZeroDivisionError), unit_of_work():
            open_challenge(editor, challenge)
            raise ZeroDivisionError
        assert not run_next()

    def test_a_draft_has_no_ledger_to_sign(self) -> None:
        challenge = make_challenge(status=ChallengeStatus.DRAFT)
        witnessing.make_checkpoints({})
        assert checkpoints(challenge) == []
        assert session.get_one(Challenge, challenge.id).ledger_size == 0

    def test_one_that_fails_keeps_no_other_waiting(self, monkeypatch: pytest.MonkeyPatch) -> None:
        first, second = make_challenge(), make_challenge()
        for each in (first, second):
            make_entry(each)
        make = witnessing.make_checkpoint

        def fail_for_the_first(challenge: Challenge) -> LedgerCheckpoint:
            if challenge.id == first.id:
                raise OSError("broken")
            return make(challenge)

        monkeypatch.setattr(witnessing, "make_checkpoint", fail_for_the_first)
        witnessing.make_checkpoints({})
        assert checkpoints(first) == []
        assert checkpoints(second) == [3]


class TestStamps:
    def test_an_opening_is_stamped_at_once_and_openssl_can_check_it(
        self, authority: TimestampAuthority, tmp_path: Path
    ) -> None:
        challenge = make_challenge(status=ChallengeStatus.DRAFT)
        editor = make_person(role="editor").actor
        with unit_of_work():
            open_challenge(editor, challenge)
        run_due_jobs()
        (stamp,) = session.scalars(sa.select(LedgerStamp))
        assert (stamp.authority, stamp.checkpoint.size) == ("127.0.0.1", 1)
        assert leaves_of(challenge, "anchor") == [
            {"authority": "127.0.0.1", "sha256": hashlib.sha256(stamp.token).hexdigest(), "size": 1}
        ]
        (tmp_path / "note.txt").write_text(stamp.checkpoint.note, encoding="utf-8")
        (tmp_path / "token.tsr").write_bytes(stamp.token)
        files = authority.files
        said = openssl(
            tmp_path, "ts", "-verify", "-in", "token.tsr", "-data", "note.txt", "-CAfile", files.root
        )
        assert b"OK" in said

    def test_nobody_stamps_that_somebody_has_stamped(
        self, authority: TimestampAuthority, at_noon: time_machine.Traveller
    ) -> None:
        challenge = make_challenge()
        make_entry(challenge)
        for _hour in range(4):
            run_due_jobs()
            witnessing.make_checkpoints({})
            witnessing.anchor_all({})
            at_noon.shift(timedelta(hours=1))
        assert stamped(challenge) == [3]
        assert checkpoints(challenge) == [3, 4]
        assert len(authority.asked) == 1

    def test_what_merely_happens_is_stamped_a_quarter_of_an_hour_after_the_last_time(
        self, authority: TimestampAuthority, at_noon: time_machine.Traveller
    ) -> None:
        _ = authority
        challenge = make_challenge()
        make_entry(challenge)
        run_due_jobs()
        sizes: list[list[int]] = []
        for minutes in (7, 7, 1):
            at_noon.shift(timedelta(minutes=minutes))
            make_entry(challenge)
            witnessing.make_checkpoints({})
            witnessing.anchor_all({})
            sizes.append(stamped(challenge))
        assert sizes == [[3], [3], [3, 10]]

    def test_a_closing_is_stamped_at_once(
        self, authority: TimestampAuthority, at_noon: time_machine.Traveller
    ) -> None:
        _ = authority
        challenge = make_challenge()
        make_entry(challenge)
        run_due_jobs()
        at_noon.shift(timedelta(minutes=1))
        editor = make_person(role="editor").actor
        with unit_of_work():
            close_challenge(editor, challenge)
        run_due_jobs()
        assert stamped(challenge) == [3, 5]

    def test_a_dead_authority_costs_one_question_and_is_asked_again_later(
        self, authority: TimestampAuthority, at_noon: time_machine.Traveller
    ) -> None:
        challenges = [make_challenge(), make_challenge()]
        for each in challenges:
            make_entry(each)
        authority.say = lambda _query: Reply(status=503)
        run_due_jobs()
        witnessing.anchor_all({})
        assert len(authority.asked) == 1
        assert [checkpoints(each) for each in challenges] == [[3], [3]]
        assert [stamped(each) for each in challenges] == [[], []]
        authority.say = authority.honest
        at_noon.shift(witnessing.REST)
        witnessing.anchor_all({})
        assert [stamped(each) for each in challenges] == [[3], [3]]

    def test_a_stamp_that_is_older_than_what_it_is_over_is_not_kept(
        self, authority: TimestampAuthority, at_noon: time_machine.Traveller
    ) -> None:
        """One of two clocks is wrong, and whoever checks the ledger would take the stamp for forged."""
        at_noon.shift(timedelta(days=20 * 365))
        challenge = make_challenge()
        make_entry(challenge)
        with capture_logs() as logs:
            run_due_jobs()
            witnessing.anchor_all({})
        assert len(authority.asked) == 1
        assert (checkpoints(challenge), stamped(challenge)) == ([3], [])
        assert leaves_of(challenge, "anchor") == []
        (warning,) = (each for each in logs if each["log_level"] == "warning")
        assert warning["why"] == "the stamp is earlier than the checkpoint: one of our clocks is wrong"

    def test_a_ledger_ahead_of_the_clock_keeps_no_other_waiting(
        self, authority: TimestampAuthority, at_noon: time_machine.Traveller
    ) -> None:
        """It was signed while the clock was a month ahead: nobody is asked about it until it is as late as it says."""
        at_noon.shift(timedelta(days=30))
        ahead = make_challenge()
        make_entry(ahead)
        witnessing.make_checkpoints({})
        at_noon.shift(-timedelta(days=30))
        healthy = make_challenge()
        make_entry(healthy)
        witnessing.make_checkpoints({})
        for _minute in range(3):
            witnessing.anchor_all({})
            at_noon.shift(timedelta(minutes=1))
        assert (stamped(ahead), stamped(healthy)) == ([], [3])
        assert len(authority.asked) == 1
        at_noon.shift(timedelta(days=30))
        witnessing.anchor_all({})
        assert len(authority.asked) == 2

    def test_what_is_too_early_to_stamp_does_not_keep_back_what_is_not(
        self, authority: TimestampAuthority, at_noon: time_machine.Traveller
    ) -> None:
        """Our clock is ahead of that of the authority: what was signed before can be stamped all the same."""
        new, old = make_challenge(), make_challenge()
        make_entry(old)
        witnessing.make_checkpoints({})
        at_noon.shift(timedelta(days=20 * 365))
        make_entry(new)
        witnessing.make_checkpoints({})
        with capture_logs() as logs:
            witnessing.anchor_all({})
        assert (stamped(new), stamped(old)) == ([], [3])
        assert [each["why"] for each in logs if each["log_level"] == "warning"] == [
            "the stamp is earlier than the checkpoint: one of our clocks is wrong"
        ]
        # Nobody asks again and again what has the same answer for a while.
        witnessing.anchor_all({})
        assert len(authority.asked) == 2

    def test_without_an_authority_nobody_is_asked(self) -> None:
        make_entry(make_challenge())
        run_due_jobs()
        witnessing.anchor_all({})
        assert session.scalars(sa.select(LedgerStamp)).all() == []


class TestWhatWasRefused:
    def refuse(
        self, challenge: Challenge, times: int = 1, why: RefusalReason = RefusalReason.TOO_LARGE
    ) -> None:
        destination = Destination(
            route_named("answers"), challenge.id, f"{challenge.slug}@answers.example.org"
        )
        for _time in range(times):
            # Twice the same: a message counts once.
            count_refusal(Door.SMTP, why, [destination, destination])
        write_refusals()

    def waiting(self) -> int:
        session.rollback()
        return session.scalar(sa.select(sa.func.count()).select_from(LedgerRefusal)) or 0

    def test_an_hour_of_it_becomes_one_row_for_each_reason(self, at_noon: time_machine.Traveller) -> None:
        challenge = make_challenge()
        make_entry(challenge)
        run_due_jobs()
        self.refuse(challenge, 2)
        at_noon.shift(timedelta(minutes=50))
        self.refuse(challenge)
        self.refuse(challenge, why=RefusalReason.TOO_SLOW)
        witnessing.make_checkpoints({})
        assert leaves_of(challenge, "refused") == []
        at_noon.shift(timedelta(minutes=10))
        witnessing.make_checkpoints({})
        assert leaves_of(challenge, "refused") == [
            {
                "count": 3,
                "door": "smtp",
                "since": "2026-11-27T12:00:00.000000Z",
                "until": "2026-11-27T12:50:00.000000Z",
                "why": "too-large",
            }
        ]
        assert self.waiting() == 1
        assert checkpoints(challenge) == [3, 4]

    def test_what_was_refused_before_a_closing_stands_in_the_ledger_right_after_it(
        self, at_noon: time_machine.Traveller
    ) -> None:
        _ = at_noon
        challenge = make_challenge()
        make_entry(challenge)
        self.refuse(challenge)
        editor = make_person(role="editor").actor
        with unit_of_work():
            close_challenge(editor, challenge)
        run_due_jobs()
        assert [row["count"] for row in leaves_of(challenge, "refused")] == [1]
        assert self.waiting() == 0

    @pytest.mark.parametrize("status", [ChallengeStatus.FINAL, ChallengeStatus.CANCELLED])
    def test_when_it_is_over_nothing_counts_any_more(self, status: ChallengeStatus) -> None:
        self.refuse(make_challenge(status=status))
        assert self.waiting() == 0

    def test_what_is_for_no_challenge_is_in_no_ledger(self) -> None:
        challenge = make_challenge()
        other = Destination(route_named("loopback"), challenge.id, "loopback@answers.example.org")
        count_refusal(Door.SMTP, RefusalReason.TOO_LARGE, [other])
        count_refusal(Door.SMTP, RefusalReason.NO_SUCH_ADDRESS)
        gone = Destination(route_named("answers"), challenge.id + 1, "gone@answers.example.org")
        count_refusal(Door.SMTP, RefusalReason.TOO_LARGE, [gone])
        assert write_refusals() == 3
        assert self.waiting() == 0
