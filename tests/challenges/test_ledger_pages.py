"""The ledger as everybody sees it, its files, and the proof of one entrant."""

import hashlib
import json
import re
from datetime import UTC, datetime
from xml.etree import ElementTree as ET

import pytest
import time_machine
from flask.testing import FlaskClient

from blog.challenges import witnessing
from blog.challenges.actions.awards import end
from blog.challenges.actions.challenges import close_challenge
from blog.challenges.actions.verdicts import judge_entry
from blog.challenges.actions.witness import keep_stamp
from blog.challenges.exporting import VERIFIER_NAME, export_bytes, receipt_file, verifier_source
from blog.challenges.ledger.timestamps import Stamp
from blog.challenges.models.challenges import Challenge
from blog.challenges.models.ledger import LedgerCheckpoint
from blog.challenges.proofs import newest_checkpoint
from blog.challenges.queries.ledger import row_of_entry
from blog.challenges.values import ChallengeStatus, Ending, Ineligible, Judgement
from blog.core.db import session, unit_of_work
from blog.mailroom.refusals import count_refusal, write_refusals
from blog.mailroom.routes import Destination, route_named
from blog.mailroom.values import Door, RefusalReason
from tests.conftest import SignIn
from tests.factories.accounts import make_person
from tests.factories.challenges import make_challenge, make_entry, token_of
from tests.support.queries import counted_statements

pytestmark = pytest.mark.usefixtures("app")

ATOM = "{http://www.w3.org/2005/Atom}"
NOON = datetime(2026, 11, 27, 12, 0, 0, 417, tzinfo=UTC)


def signed(challenge: Challenge) -> LedgerCheckpoint:
    """The newest checkpoint, over all rows."""
    witnessing.make_checkpoints({})
    newest = newest_checkpoint(challenge.id)
    assert newest is not None
    return newest


def words_of(page: str) -> list[str]:
    """What the rows of a page say."""
    found = re.findall(r'class="ledger__words">(.*?)</p>', page, re.DOTALL)
    return [" ".join(re.sub(r"<[^>]+>", " ", each).split()) for each in found]


class TestRows:
    def test_it_says_in_words_what_happened_and_hides_what_is_sealed(self, client: FlaskClient) -> None:
        editor = make_person(role="editor").actor
        with time_machine.travel(NOON, tick=False):
            challenge = make_challenge(slug="small-challenge")
            first, _second = (
                make_entry(challenge),
                make_entry(challenge, door=Door.FORM, why_not=Ineligible.EMPTY),
            )
            destination = Destination(
                route_named("answers"), challenge.id, "small-challenge@answers.example.org"
            )
            count_refusal(Door.SMTP, RefusalReason.TOO_LARGE, [destination])
            write_refusals()
            with unit_of_work():
                judge_entry(editor, first, Judgement.INCORRECT, "")
            with unit_of_work():
                close_challenge(editor, challenge)
            witnessing.witness({"challenge_id": challenge.id})
            page = client.get("/challenges/small-challenge/ledger").text
        assert words_of(page) == [
            "Row 0 The challenge opened. Its prizes, its rules and its answer are fixed from here on. sealed",
            "Row 1 Entry 1 arrived by mail.",
            "Row 2 Entry 1 was looked at: it is settled whether it can win. sealed",
            "Row 3 Entry 2 arrived: typed on the page.",
            "Row 4 Entry 2 was looked at: it is settled whether it can win. sealed",
            "Row 5 Somebody judged entry 1. sealed",
            "Row 6 The challenge closed: what came at 27 November 2026 at 13:00 or later is late.",
            "Row 7 1 message was not taken: too large.",
        ]
        row = row_of_entry(first)
        assert row is not None
        assert row.hash.hex() in page
        assert 'title="2026-11-27T12:00:00.000417+00:00"' in page
        assert signed(challenge).note.splitlines()[2] in page
        for leak in ("incorrect", "empty message", "Piet"):
            assert leak not in page

    def test_when_it_is_over_it_says_what_was_sealed(self, client: FlaskClient) -> None:
        challenge = make_challenge(slug="small-challenge")
        entry = make_entry(challenge)
        make_entry(challenge, why_not=Ineligible.EMPTY)
        editor = make_person(role="editor").actor
        with unit_of_work():
            judge_entry(editor, entry, Judgement.INCORRECT, "")
        end_without_winner(challenge)
        page = client.get("/challenges/small-challenge/ledger").text
        assert words_of(page)[2:] == [
            "Row 2 Entry 1 can win.",
            "Row 3 Entry 2 arrived by mail.",
            "Row 4 Entry 2 cannot win: empty message.",
            "Row 5 Judge 1 on entry 1: incorrect.",
            "Row 6 The challenge is over, without a winner. All that was sealed is opened. Nobody knew.",
        ]

    def test_what_an_editor_wrote_is_text(self, client: FlaskClient) -> None:
        challenge = make_challenge(slug="small-challenge")
        make_entry(challenge)
        end_without_winner(challenge, "<b>Nobody</b>")
        assert "&lt;b&gt;Nobody&lt;/b&gt;" in client.get("/challenges/small-challenge/ledger").text

    def test_many_rows_come_in_pages_that_can_be_walked_both_ways(self, client: FlaskClient) -> None:
        challenge = make_challenge(slug="small-challenge")
        for _number in range(51):
            make_entry(challenge, eligible=None)
        first = client.get("/challenges/small-challenge/ledger").text
        assert len(words_of(first)) == 50
        assert 'rel="prev"' not in first
        (address,) = set(re.findall(r'href="([^"]+)" rel="next"', first))
        second = client.get(address.replace("&amp;", "&")).text
        assert words_of(second) == ["Row 50 Entry 50 arrived by mail.", "Row 51 Entry 51 arrived by mail."]
        back = set(re.findall(r'href="([^"]+)" rel="prev"', second))
        assert back == {"/challenges/small-challenge/ledger"}
        (newest,) = re.findall(r'href="([^"]+)">To the newest rows', first)
        assert words_of(client.get(newest).text)[0] == "Row 2 Entry 2 arrived by mail."

    def test_a_draft_has_none_for_strangers_and_an_empty_one_for_its_editors(
        self, client: FlaskClient, sign_in: SignIn
    ) -> None:
        challenge = make_challenge(slug="small-challenge", status=ChallengeStatus.DRAFT)
        for path in ("ledger", "verify", "ledger.json", "checkpoints.xml", "checkpoints/1.txt"):
            assert client.get(f"/challenges/small-challenge/{path}").status_code == 404
        editor = sign_in(make_person(role="editor"))
        for path, words in (("ledger", "There are no rows yet"), ("verify", "There is nothing to check yet")):
            assert words in editor.get(f"/challenges/small-challenge/{path}").text
        assert session.get_one(Challenge, challenge.id).ledger_size == 0

    def test_a_page_costs_the_same_whatever_number_of_rows(self, client: FlaskClient) -> None:
        challenge = make_challenge(slug="small-challenge")
        paths = ("ledger", "verify", "checkpoints.xml")
        costs: list[list[int]] = []
        for entries in (1, 2):
            for _number in range(entries):
                make_entry(challenge)
                keep_stamp_on(signed(challenge))
            counts: list[int] = []
            for path in paths:
                with counted_statements() as statements:
                    assert client.get(f"/challenges/small-challenge/{path}").status_code == 200
                counts.append(len(statements))
            costs.append(counts)
        assert costs[0] == costs[1]


class TestFiles:
    def test_the_ledger_is_fetched_once(self, client: FlaskClient) -> None:
        challenge = make_challenge(slug="small-challenge")
        make_entry(challenge)
        assert client.get("/challenges/small-challenge/ledger.json").status_code == 404
        signed(challenge)
        first = client.get("/challenges/small-challenge/ledger.json")
        assert first.data == export_bytes(challenge)
        assert first.mimetype == "application/json"
        assert first.headers["Content-Disposition"] == 'attachment; filename="small-challenge.json"'
        again = {"If-None-Match": first.headers["ETag"]}
        unchanged = client.get("/challenges/small-challenge/ledger.json", headers=again)
        assert (unchanged.status_code, unchanged.data) == (304, b"")
        make_entry(challenge)
        signed(challenge)
        changed = client.get("/challenges/small-challenge/ledger.json", headers=again)
        assert (changed.status_code, changed.data) == (200, export_bytes(challenge))

    def test_the_program_that_checks_it(self, client: FlaskClient) -> None:
        found = client.get(f"/challenges/{VERIFIER_NAME}")
        assert found.data == verifier_source()
        assert VERIFIER_NAME in found.headers["Content-Disposition"]
        again = client.get(f"/challenges/{VERIFIER_NAME}", headers={"If-None-Match": found.headers["ETag"]})
        assert again.status_code == 304

    def test_a_checkpoint_and_its_stamp_as_they_came(self, client: FlaskClient) -> None:
        challenge = make_challenge(slug="small-challenge")
        make_entry(challenge)
        checkpoint = signed(challenge)
        stamp = keep_stamp_on(checkpoint)
        note = client.get("/challenges/small-challenge/checkpoints/3.txt")
        assert note.data == checkpoint.note.encode()
        token = client.get("/challenges/small-challenge/checkpoints/3/tsa.example.org.tsr")
        assert (token.data, token.mimetype) == (stamp.token, "application/timestamp-reply")
        for path in ("2.txt", "2/tsa.example.org.tsr", "3/other.example.org.tsr"):
            assert client.get(f"/challenges/small-challenge/checkpoints/{path}").status_code == 404
        page = client.get("/challenges/small-challenge/verify").text
        assert "openssl ts -verify -in small-challenge-3.tsr -data small-challenge-3.txt" in page

    def test_who_checks_a_ledger_reads_what_that_cannot_show(self, client: FlaskClient) -> None:
        challenge = make_challenge(slug="small-challenge")
        make_entry(challenge)
        signed(challenge)
        page = client.get("/challenges/small-challenge/verify").text
        assert (
            "A check cannot show whether a verdict was right, or an entry rightly kept out. That is our word: it "
            "stands fixed in the ledger, no more. Nor can it show mail that never reached us."
        ) in page

    def test_the_feed_has_the_newest_checkpoint_first(self, client: FlaskClient) -> None:
        challenge = make_challenge(slug="small-challenge", title="What & why?")
        notes: list[str] = []
        for _number in range(2):
            make_entry(challenge)
            notes.insert(0, signed(challenge).note)
        found = client.get("/challenges/small-challenge/checkpoints.xml")
        assert found.mimetype == "application/atom+xml"
        feed = ET.fromstring(found.data)  # noqa: S314 - it is ours
        assert feed.findtext(f"{ATOM}title") == "Checkpoints of “What & why?”"
        entries = feed.findall(f"{ATOM}entry")
        assert [each.findtext(f"{ATOM}content") for each in entries] == notes
        assert [each.findtext(f"{ATOM}id") for each in entries] == [
            f"http://localhost/challenges/small-challenge/checkpoints/{size}.txt" for size in (5, 3)
        ]
        again = {"If-None-Match": found.headers["ETag"]}
        assert client.get("/challenges/small-challenge/checkpoints.xml", headers=again).status_code == 304
        assert "checkpoints.xml" in client.get("/challenges/small-challenge/ledger").text

    def test_the_page_of_the_challenge_shows_the_newest_root(self, client: FlaskClient) -> None:
        challenge = make_challenge(slug="small-challenge")
        make_entry(challenge)
        assert "/ledger" not in client.get("/challenges/small-challenge").text
        root = signed(challenge).root.hex()
        page = client.get("/challenges/small-challenge").text
        assert root in page
        assert 'href="/challenges/small-challenge/ledger"' in page


class TestTheProofOfAnEntrant:
    def test_it_shows_row_and_hash_and_soon_the_checkpoint_that_covers_it(self, client: FlaskClient) -> None:
        challenge = make_challenge()
        entry = make_entry(challenge)
        address = f"/receipts/{token_of(entry)}"
        row = row_of_entry(entry)
        assert row is not None
        page = client.get(address).text
        assert row.hash.hex() in page
        assert "proof.json" not in page
        assert client.get(f"{address}/proof.json").status_code == 404
        checkpoint = signed(challenge)
        page = client.get(address).text
        assert checkpoint.note.splitlines()[2] in page
        proof = client.get(f"{address}/proof.json")
        assert proof.data == receipt_file(entry)
        private = json.loads(proof.data)["private"]["content"]
        assert private["sha256"] == entry.delivery.sha256
        assert {
            name: proof.headers[name] for name in ("Cache-Control", "Referrer-Policy", "X-Robots-Tag")
        } == {
            "Cache-Control": "private, no-store",
            "Referrer-Policy": "no-referrer",
            "X-Robots-Tag": "noindex, nofollow",
        }

    def test_a_checkpoint_from_before_it_proves_nothing_of_it(self, client: FlaskClient) -> None:
        challenge = make_challenge()
        make_entry(challenge)
        signed(challenge)
        entry = make_entry(challenge)
        assert "proof.json" not in client.get(f"/receipts/{token_of(entry)}").text

    def test_nobody_guesses_it(self, client: FlaskClient) -> None:
        assert client.get("/receipts/made-up/proof.json").status_code == 404


def keep_stamp_on(checkpoint: LedgerCheckpoint) -> Stamp:
    """Let an authority have stamped a checkpoint."""
    token = hashlib.sha256(checkpoint.note.encode()).digest()
    stamp = Stamp(token=token, stamped_at=checkpoint.at, policy="1.2.3")
    with unit_of_work():
        keep_stamp(session.get_one(LedgerCheckpoint, checkpoint.id), "tsa.example.org", stamp)
    return stamp


def end_without_winner(challenge: Challenge, reason: str = "Nobody knew.") -> None:
    """Let it be over."""
    with unit_of_work():
        end(session.get_one(Challenge, challenge.id), Ending.NO_WINNER, reason)
